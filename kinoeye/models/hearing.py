"""Hearing: what is said in a short stretch of sound, and when each word and each of its sounds begins.

The acoustic model and the dictionary stand in the pocketsphinx package and know English. A recogniser is as good as
what it expects: it is given a text to expect, and hears what is not in it as single sounds, written ``_AH``.

Source: Huggins-Daines et al., "Pocketsphinx: a free, real-time continuous speech recognition system for hand-held
devices", ICASSP 2006; pocketsphinx 5.1.
"""

import functools
import lzma
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pocketsphinx

from kinoeye.models import registry
from kinoeye.models.letters import sounded

MODELS = ("english-sounds", "english-words", "english-everyday", "letters")
FRAME = 160  # samples at 16 kHz
PHONES = [
    "AA", "AE", "AH", "AO", "AW", "AY", "B", "CH", "D", "DH", "EH", "ER", "EY", "F", "G", "HH", "IH", "IY",
    "JH", "K", "L", "M", "N", "NG", "OW", "OY", "P", "R", "S", "SH", "T", "TH", "UH", "UW", "V", "W", "Y", "Z",
    "ZH",
]  # fmt: skip
FILLERS = tuple(f"_{phone}" for phone in PHONES)

FILLER = 10**-1.8  # chance of each filler; higher, and words of the text are lost, lower, and others are taken for them
_MOST_STATES, _MOST_WORDS = 3000, 10  # in a frame: a third quicker, and one word in a hundred more is missed
_BEAM = (
    1e-80  # so wide that hurried speech is followed to its end: 35 of 35 clips rather than 33, for a fifth more time
)
# Noise beside a stretch's level, always the same: the model has never heard digital silence. Of clean made voices
# a quarter more Chinese signs and French words are laid than with noise at -81 dBFS, and twice as many as without.
DITHER = 0.01
_SHORTEST = 3200  # samples: less is no word, and the decoder has no frames for it

Samples = npt.NDArray[np.int16]
Phones = Sequence[str]
Step = tuple[int, int, float, str]  # from one state to another, how likely, by saying what; nothing if empty


@dataclass(frozen=True)
class Sounded:
    """A phone, or a word.

    Parameters
    ----------
    name : str
        Of the CMU dictionary, or the word.
    start, end : int, frames of 10 ms
        From the beginning of the stretch.
    score : float
        Of a word that was recognised, how sure, 0..1; of what was laid over the sound, log likelihood a frame below the
        best sound there.
    phones : tuple of Sounded
    """

    name: str
    start: int
    end: int
    score: float
    phones: tuple["Sounded", ...] = ()


class Hearing:
    """A recogniser that expects certain words.

    Parameters
    ----------
    grammar : str
        A language model in the ARPA format, of words and `FILLERS`; without one words can be laid, not recognised.
    words : iterable of str
        Every word that may be heard or laid over the sound; lower case.
    sounds : mapping of str to readings, or None
        The ways in which words sound, each in names of `PHONES`; they alone are known then. As in English if None.

    Raises
    ------
    ModelError
        If the weights are missing.
    """

    def __init__(
        self, grammar: str, words: Iterable[str], sounds: Mapping[str, Sequence[Phones]] | None = None
    ) -> None:
        # Its own dictionary of 135,000 words makes a grammar of ten words as slow to take as one of all: two seconds.
        only = {"lm": None, "dict": os.devnull}
        self._decoder = _decoder(bestpath=True, maxhmmpf=_MOST_STATES, maxwpf=_MOST_WORDS, **only)
        self._aligner = _decoder(bestpath=False, beam=_BEAM, pbeam=_BEAM, wbeam=_BEAM, **only)
        self._known = set(FILLERS)
        for decoder in (self._decoder, self._aligner):
            for phone, filler in zip(PHONES, FILLERS, strict=True):
                decoder.add_word(filler, phone, False)
        self._turn = 0
        asked = [word for word in dict.fromkeys(words) if word and not any(each.isspace() for each in word)]
        for name, phones in _english(asked) if sounds is None else _numbered(asked, sounds):
            if phones and name not in self._known:
                for decoder in (self._decoder, self._aligner):
                    decoder.add_word(name, " ".join(phones), False)
                self._known.add(_bare(name))
        if grammar:
            self._expect(grammar)

    def _expect(self, grammar: str) -> None:
        with tempfile.TemporaryDirectory(prefix="kinoeye-") as folder:
            file = Path(folder) / "text.lm"
            file.write_text(grammar, "utf-8")
            self._decoder.add_lm_file("text", str(file))
        self._decoder.activate_search("text")

    def knows(self, word: str) -> bool:
        """Tell whether a word can be heard: whether it has sounds."""
        return word in self._known

    def recognise(self, samples: Samples) -> list[Sounded]:
        """Return the words, and single sounds between them, that are most likely said.

        Parameters
        ----------
        samples : int16 [n], 16 kHz
            At most half a minute.
        """
        return _recognised(self._decoder, samples)

    def choose(self, samples: Samples, steps: Iterable[Step], last: int) -> list[str]:
        """Return the words of the likeliest path; without any where none fits.

        Parameters
        ----------
        samples : int16 [n], 16 kHz
        steps : iterable of (state, next state, chance, word)
            Only words that it knows are walked; the first state is 0.
        last : int
            The state to end in.
        """
        if not self._walk(samples, steps, last):
            return []
        return [_bare(each.word) for each in self._aligner.seg() if not _is_noise(each.word)]

    def lay(self, samples: Samples, words: Sequence[str]) -> list[Sounded]:
        """Lay words over a sound in which they are said just so; without any where they do not fit.

        Parameters
        ----------
        samples : int16 [n], 16 kHz
        words : sequence of str
            Those that it does not know are left out.
        """
        known = [word for word in words if self.knows(word)]
        steps = ((number, number + 1, 1.0, word) for number, word in enumerate(known))
        if not self._walk(samples, steps, len(known)):
            return []
        try:
            self._aligner.set_alignment()
        except RuntimeError:  # its word for words that end before their last sound
            return []
        _say(self._aligner, samples)
        laid = self._aligner.get_alignment()
        return [] if laid is None else [_word(each) for each in laid if not _is_noise(each.name)]

    def _walk(self, samples: Samples, steps: Iterable[Step], last: int) -> bool:
        walked = [
            (begin, end, chance, word) if word else (begin, end, chance)
            for begin, end, chance, word in steps
            if not word or self.knows(word)
        ]
        if not any(len(step) == 4 for step in walked):
            return False
        # Two names in turn: one that is in use must not be replaced.
        self._turn = 1 - self._turn
        name = f"path{self._turn}"
        self._aligner.add_fsg(name, self._aligner.create_fsg(name, 0, last, walked))
        self._aligner.activate_search(name)
        return _spoken(self._aligner, samples)


def _word(entry: Any) -> Sounded:
    phones = tuple(
        Sounded(each.name, each.start, each.start + each.duration, each.score / max(1, each.duration)) for each in entry
    )
    end = entry.start + entry.duration
    return Sounded(_bare(entry.name), entry.start, end, entry.score / max(1, entry.duration), phones)


class Everyday:
    """A recogniser that expects everyday English; it is wrong about every second word of free speech."""

    def __init__(self) -> None:
        self._decoder = _decoder(lm=str(registry.path("english-everyday")), bestpath=True)

    def recognise(self, samples: Samples) -> list[Sounded]:
        """Return the words that are most likely said, as `Hearing` does."""
        return _recognised(self._decoder, samples)


def _recognised(decoder: Any, samples: Samples) -> list[Sounded]:
    if not _spoken(decoder, samples):
        return []
    return [
        Sounded(_bare(each.word), each.start_frame, each.end_frame + 1, min(1.0, float(each.prob)))
        for each in decoder.seg()
        if not _is_noise(each.word)
    ]


def _decoder(**settings: Any) -> Any:
    sounds, words = registry.path("english-sounds").parent, registry.path("english-words")
    return pocketsphinx.Decoder(**{"hmm": str(sounds), "dict": str(words), "loglevel": "FATAL", **settings})


def _say(decoder: Any, samples: Samples) -> None:
    level = DITHER * np.sqrt(np.mean(np.square(samples, dtype=np.float64)))
    noise = np.random.default_rng(0).normal(0, max(1.0, level), len(samples))
    dithered = np.rint(samples + noise).clip(-32768, 32767).astype(np.int16)
    decoder.start_utt()
    decoder.process_raw(dithered.tobytes(), full_utt=True)
    decoder.end_utt()


def _spoken(decoder: Any, samples: Samples) -> bool:
    if len(samples) < _SHORTEST or not samples.any():
        return False
    _say(decoder, samples)
    return decoder.hyp() is not None


def _numbered(words: Sequence[str], sounds: Mapping[str, Sequence[Phones]]) -> list[tuple[str, Phones]]:
    """Name the readings of each word as the dictionary does: all but the first with their number."""
    return [
        (f"{word}({number})" if number > 1 else word, phones)
        for word in words
        for number, phones in enumerate(sounds.get(word, ()), 1)
    ]


def _english(words: Sequence[str]) -> list[tuple[str, Phones]]:
    """Return how English words sound: each way that the dictionary knows, by their letters where it knows none."""
    asked = set(words)
    found: list[tuple[str, Phones]] = []
    with registry.path("english-words").open(encoding="utf-8") as lines:
        for line in lines:
            name, _, phones = line.partition(" ")
            if _bare(name) in asked:
                found.append((name, phones.split()))
    there = {_bare(name) for name, _ in found}
    return found + [(word, sounded(word, _letters())) for word in words if word not in there]


def _bare(word: str) -> str:
    """Return a word without the number of its pronunciation."""
    return word.partition("(")[0]


def _is_noise(word: str) -> bool:
    return word.startswith(("<", "[", "+")) or word == "(NULL)"


@functools.cache
def _letters() -> dict[str, tuple[str, ...]]:
    lines = lzma.decompress(registry.path("letters").read_bytes()).decode("ascii").splitlines()
    pairs = (line.split("\t") for line in lines)
    return {context: tuple(phones.split()) for context, phones in pairs}
