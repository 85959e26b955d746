"""Tongues: how words of any language of espeak-ng sound, in the sounds that the English model hears.

A word is pronounced by itself, and once more in each line in which it can be told from its neighbours:
French words join, Russian prepositions lose their stress, and a Chinese sign has another reading in another word. All
that come out are ways to say it.
"""

import re
from collections.abc import Iterable, Sequence
from itertools import groupby

from kinoeye.errors import SettingError, UseError
from kinoeye.models import espeak
from kinoeye.models.ipa import english

_VOICES = {"zh": "cmn", "no": "nb", "tl": "fil", "iw": "he", "in": "id"}  # ISO 639's other names of espeak's languages
_TONE = "ɜ"  # how espeak writes the second tone, between the sounds of a syllable; no vowel in Chinese
# Russian's back sounds, which the English ear takes for others than their class: ы (which espeak writes as French u) is
# nearer to "sit" than to "see", and х is a stop to it. Of a text that this was not chosen on 94 of 100 words are laid
# instead of 91.
_NEARER = {"ru": str.maketrans({"y": "ɪ", "x": "k"})}
_SYLLABLE = re.compile(rf"[^{_TONE}\d]*[{_TONE}\d]+")  # up to its tone; what ends it comes behind
_SIGN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_STRESS = str.maketrans("", "", "ˈˌ")
_VOWELS = "aɑeəɛiouyɔɤœøjwɥ"

Readings = dict[str, tuple[tuple[str, ...], ...]]


def sounds(lines: Iterable[Sequence[str]], language: str) -> Readings:
    """Return how words may sound, in names of the CMU dictionary; without those that have no sounds.

    Parameters
    ----------
    lines : iterable of sequence of str
        Words in the order they are said; Chinese sign by sign.
    language : str
        As ISO 639 writes it.

    Returns
    -------
    dict of word to its readings, by itself first
        Each a tuple of names.

    Raises
    ------
    SettingError
        If espeak-ng does not speak the language.
    ModelError
        If it cannot be loaded.
    """
    voice = _VOICES.get(language, language)
    is_chinese = voice in {"cmn", "yue"}
    said = list(lines)
    asked = list(dict.fromkeys(word for line in said for word in line))
    try:
        alone = dict(zip(asked, espeak.phonemes(asked, voice), strict=True))
        rows = list(dict.fromkeys(row for line in said for row in _rows(line, alone, is_chinese=is_chinese)))
        together = espeak.phonemes([("" if is_chinese else " ").join(row) for row in rows], voice)
    except UseError as error:
        raise SettingError(
            f"words: language must be one that espeak-ng speaks, as ISO 639 writes it, got {language!r}",
            remedy="See them with: kinoeye voice DIR --voices",
        ) from error
    spoken: dict[str, list[str]] = {word: [each] for word, each in alone.items()}
    for row, text in zip(rows, together, strict=True):
        parts = _syllables(text, [alone[sign] for sign in row]) if is_chinese else text.split()
        if len(parts) == len(row):
            for word, part in zip(row, parts, strict=True):
                spoken[word].append(part)
    found: Readings = {}
    for word, every in spoken.items():
        nearer = _NEARER.get(voice, {})
        names = (english((each.replace(_TONE, "") if is_chinese else each).translate(nearer)) for each in every)
        if readings := tuple(dict.fromkeys(each for each in names if each)):
            found[word] = readings
    return found


def _rows(line: Sequence[str], alone: dict[str, str], *, is_chinese: bool) -> list[tuple[str, ...]]:
    """Return the rows of words in which each can be told from its neighbours: none that is several words when said."""

    def is_plain(word: str) -> bool:
        if is_chinese:
            return _SIGN.fullmatch(word) is not None
        return bool(alone[word]) and not any(each.isspace() or each == "(" for each in alone[word])

    rows = [tuple(row) for is_told, row in groupby(line, is_plain) if is_told]
    return [row for row in rows if len(row) > 1]


def _syllables(text: str, alone: Sequence[str]) -> list[str]:
    """Part what espeak writes of a row of Chinese signs, each of which has one tone; empty where they do not fit."""
    text = text.translate(_STRESS)
    begun = _SYLLABLE.findall(text)
    if len(begun) != len(alone) or "(" in text:
        return []
    parts = [begun[0]]
    for syllable, by_itself in zip(begun[1:], alone[1:], strict=True):
        length = _ending(syllable, is_n_first=by_itself.translate(_STRESS).startswith("n"))
        parts[-1] += syllable[:length]
        parts.append(syllable[length:])
    parts[-1] += text[sum(map(len, begun)) :]
    return [part.strip() for part in parts]


def _ending(syllable: str, *, is_n_first: bool) -> int:
    """Return how many of its first sounds end the syllable before: a nasal that does not begin this one."""
    if syllable[0] == "n" and syllable[1] in _VOWELS:
        return 0 if is_n_first else 1
    return 1 if syllable[0] in "nŋ" else 0
