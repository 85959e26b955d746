"""IPA: the sounds of any language as the nearest sounds of English, so that an English ear can follow them.

Each sign of the International Phonetic Alphabet stands for the English sound of its class: same voice, same manner,
nearest place; a vowel by height, then by back or front. Length, stress and tones are dropped, nasal vowels become vowel
and nasal.

Source: Handbook of the International Phonetic Association, 1999; CMU Pronouncing Dictionary 0.7b (names of sounds).
"""

import re
import unicodedata
from collections.abc import Iterator

# Classes by sound; two signs that are one sound come before their parts.
_CLASSES = {
    "AY": "aɪ ai aj ɑɪ ɑi", "AW": "aʊ au ɑʊ ɑu ɑo ao", "EY": "eɪ ei ej", "OY": "ɔɪ ɔi ɔø oi ɔʏ",
    "CH": "tʃ tɕ tʂ cç tɕh tʂh ts.h ts. c", "JH": "dʒ dʑ dʐ ɟʝ ɟ", "T S": "tsh ts", "D Z": "dz", "P F": "pf",
    "IY": "i y ɨ", "IH": "ɪ ʏ", "EH": "e ɛ ø œ ɞ", "AE": "æ", "AA": "a ɑ ɒ ɐ ɶ", "AH": "ə ʌ ɘ ɤ ɜ ᵻ", "AO": "ɔ",
    "OW": "oʊ ou əʊ ow o", "UH": "ʊ ɵ", "UW": "u ʉ ɯ", "ER": "ɚ ɝ",
    "P": "ph p ɸ", "B": "b β ɓ", "T": "th t ʈ", "D": "d ɖ ɗ", "K": "kh k q", "G": "ɡ g ɢ ɣ ɠ", "M": "m ɱ",
    "N": "n ɳ", "NG": "ŋ ɴ",
    "N Y": "ɲ", "L Y": "ʎ", "F": "f", "V": "v ʋ", "TH": "θ", "DH": "ð", "S": "s", "Z": "z ɮ",
    "SH": "ʃ s. ʂ ɕ ç ɧ", "ZH": "ʒ ʐ ʑ ʝ", "HH": "h ɦ ħ x χ ʜ", "R": "r ɹ ɾ ɽ ʀ ʁ ɻ ɺ", "L": "l ɫ ɭ ʟ ɬ",
    "Y": "j ɥ", "W": "w ɰ ʍ",
}  # fmt: skip
_SOUNDS = {sign: tuple(names.split()) for names, signs in _CLASSES.items() for sign in signs.split()}
_LONGEST = max(map(len, _SOUNDS))
_TILDE = "\u0303"
_SWITCH = re.compile(r"\([^()]*\)")  # espeak's mark of another language, as (en)


def english(text: str) -> tuple[str, ...]:
    """Return a pronunciation in the names of the CMU dictionary, without stress.

    Parameters
    ----------
    text : str
        In IPA; what is no sound there (stress, tones, switches of language) is passed over.

    Examples
    --------
    >>> english("nˈiɲo"), english("bɔ̃ʒˈuʁ")
    (('N', 'IY', 'N', 'Y', 'OW'), ('B', 'AO', 'N', 'ZH', 'UW', 'R'))
    """
    return tuple(_sounds(_bare(text)))


def _bare(text: str) -> str:
    """Leave only signs of sounds and the tilde of nasal vowels."""
    parts = unicodedata.normalize("NFD", _SWITCH.sub(" ", text)).replace("c\u0327", "ç")
    return "".join(sign for sign in parts if sign in _SOUNDS or sign in {_TILDE, " ", "."})


def _sounds(signs: str) -> Iterator[str]:
    place = 0
    while place < len(signs):
        for length in range(_LONGEST, 0, -1):
            names = _SOUNDS.get(signs[place : place + length])
            if names and place + length <= len(signs):
                yield from names
                place += length
                break
        else:
            if signs[place] == _TILDE:
                yield "N"
            place += 1
