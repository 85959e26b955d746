"""Passes: which lines of a script are said in a row of words, where, how often, and with which words changed.

A take says its lines in order, begins again, skips, and says what nobody wrote. The row of words is laid over the
script so that likeness is the highest: to go on costs nothing, to leave out or put in a word a little, to jump to
another place more, to the middle of a line most. What pays for no jump is said by nobody who wrote.

Source: Smith & Waterman, J. Mol. Biol. 147, 1981 (local alignment), with a jump as in Viterbi's decoding of a chain of
words; inverse document frequency after Sparck Jones, J. Documentation 28, 1972.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_GAP = 0.35
_OTHER = -0.6  # a word in the place of another
_ASIDE = 0.8  # to say something else, however long, and go on
_JUMP_TO_LINE = 2.2
_JUMP_INTO_LINE = 3.4
_LEAST_ALIKE = 0.55  # of sounds, 0..1; below it two words are others
_WEIGHTS = (0.5, 1.3)  # of the commonest and of the rarest word
_MOST_JUMPED = 3  # lines that a run may leave out and go on
_MOST_CELLS = 150_000_000  # words heard times words written that are held at once; a byte each

# Where the best way to a word comes from: the word before, an aside behind it, the same word, one left out, elsewhere.
_ON, _BACK, _IN, _OUT, _JUMP = range(5)
_BEGUN = 8  # is added where an aside behind a word begins, and does not go on

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Pass:
    """A line, said once.

    Parameters
    ----------
    line : int
        Its place in the script.
    pairs : tuple of (int, int)
        Words of the line, and what was heard for each, as places in the line and among the words heard; rising.
    first, end : int
        First word heard, and one past the last.
    run : int
        Number of the run without a jump in which it was said.
    score : float
        Likeness of its words, in words.
    """

    line: int
    pairs: tuple[tuple[int, int], ...]
    first: int
    end: int
    run: int
    score: float


@dataclass(frozen=True)
class _Script:
    """The words of all lines in a row."""

    words: tuple[str, ...]
    lines: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    weights: Floats


def passes(
    script: Sequence[Sequence[str]],
    heard: Sequence[str],
    sure: Sequence[float],
    sounds: Mapping[str, Sequence[str]],
) -> list[Pass]:
    """Say which lines are said, in the order in which they are.

    Parameters
    ----------
    script : sequence of lines, each a sequence of words
    heard : sequence of words
    sure : sequence of 0..1
        How sure each word heard is.
    sounds : mapping of str to sequence of str
        How words sound; a word without an entry is told by its letters.
    """
    whole = _script(script)
    if not whole.words or not heard:
        return []
    alike = _Likeness(whole, heard, sounds)
    step = max(1, _MOST_CELLS // len(whole.words))
    found: list[Pass] = []
    for begin in range(0, len(heard), step):
        part = range(begin, min(begin + step, len(heard)))
        pairs = _best(whole, _Gains(alike, [(heard[n], sure[n]) for n in part]))
        runs = found[-1].run + 1 if found else 0
        found += _gathered(whole, [(run + runs, token, word + begin, gain) for run, token, word, gain in pairs])
    return _joined(found)


def _script(script: Sequence[Sequence[str]]) -> _Script:
    words = tuple(word for line in script for word in line)
    lines = np.repeat(np.arange(len(script)), [len(line) for line in script])
    places = np.concatenate([np.zeros(0, np.int64), *(np.arange(len(line)) for line in script)])
    counts = Counter(word for line in script for word in set(line))
    size = len(script) + 1
    rarity = {word: math.log(size / count) / math.log(size) for word, count in counts.items()}
    low, high = _WEIGHTS
    weights = np.array([low + (high - low) * rarity[word] for word in words], np.float32)
    return _Script(words, lines, places.astype(np.int64), weights)


class _Likeness:
    """How much a word heard speaks for each word of the script."""

    def __init__(self, script: _Script, heard: Sequence[str], sounds: Mapping[str, Sequence[str]]) -> None:
        written = list(dict.fromkeys(script.words))
        said = list(dict.fromkeys(heard))
        texts = [[_sounded(word, sounds) for word in side] for side in (said, written)]
        alike = process.cdist(*texts, scorer=Levenshtein.normalized_similarity, dtype=np.float32)
        number = {word: place for place, word in enumerate(written)}
        self._rows = {word: place for place, word in enumerate(said)}
        self._columns = np.array([number[word] for word in script.words])
        gains = (alike - _LEAST_ALIKE) / (1 - _LEAST_ALIKE)
        self._gains = np.where(alike < _LEAST_ALIKE, _OTHER, gains * 0.8).astype(np.float32)
        for word, row in self._rows.items():
            if word in number:
                self._gains[row, number[word]] = 1
        self._weights = script.weights

    def of(self, word: str) -> Floats:
        gains = self._gains[self._rows[word]][self._columns]
        return np.asarray(np.where(gains > 0, gains * self._weights, gains), np.float32)


class _Gains(Sequence[Floats]):
    """How much each word heard speaks for each word of the script; made when asked for, since all would fill memory."""

    def __init__(self, alike: _Likeness, heard: Sequence[tuple[str, float]]) -> None:
        self._alike = alike
        self._heard = heard

    def __len__(self) -> int:
        return len(self._heard)

    def __getitem__(self, number: Any) -> Any:
        word, sure = self._heard[number]
        return self._alike.of(word) * np.float32(0.5 + 0.5 * sure)


def _sounded(word: str, sounds: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(sounds.get(word) or word)


def _best(script: _Script, gains: Sequence[Floats]) -> list[tuple[int, int, int, float]]:
    """Return the best way through the script: run, word of the script, word heard, and what the pair is worth."""
    size = len(script.words)
    jump = np.where(script.places == 0, _JUMP_TO_LINE, _JUMP_INTO_LINE).astype(np.float32)
    slope = np.arange(size, dtype=np.float32) * np.float32(_GAP)
    never = np.full(size, -np.inf, np.float32)
    state, aside = never, never
    free, ways, origins = np.float32(0), np.zeros((len(gains), size), np.uint8), list[int]()
    for number, gain in enumerate(gains):
        best = int(state.argmax())
        origins.append(best if state[best] > free else -1)
        free = max(free, state[best])
        on, back = never.copy(), never.copy()
        on[1:], back[1:] = state[:-1] + gain[1:], aside[:-1] + gain[1:]
        options = np.stack([on, back, state - np.float32(_GAP), never, free + gain - jump])
        ways[number] = options.argmax(0)
        begun = state - np.float32(_ASIDE)
        new = options.max(0)
        reached = np.maximum.accumulate(new + slope) - slope
        ways[number][reached > new + 1e-4] = _OUT
        ways[number] |= np.where(begun > aside, _BEGUN, 0).astype(np.uint8)
        state, aside = reached, np.maximum(aside, begun)
    return _traced(gains, ways, origins, state, free)


def _traced(
    gains: Sequence[Floats], ways: npt.NDArray[np.uint8], origins: Sequence[int], state: Floats, free: np.float32
) -> list[tuple[int, int, int, float]]:
    """Go back along the best way."""
    pairs: list[tuple[int, int, int, float]] = []
    place = int(state.argmax()) if state.max() > free else -1
    number, run, is_aside = len(gains) - 1, 0, False
    while number >= 0:
        if place < 0:
            place, number = origins[number], number - 1
            continue
        way = ways[number, place]
        if is_aside:
            is_aside, number = not way & _BEGUN, number - 1
            continue
        way &= _BEGUN - 1
        if way == _OUT:
            place -= 1
        elif way == _IN:
            number -= 1
        else:
            pairs.append((run, place, number, float(gains[number][place])))
            is_aside = way == _BACK
            run -= way == _JUMP
            place = origins[number] if way == _JUMP else place - 1
            number -= 1
    return [(each[0] - run - 1, *each[1:]) for each in reversed(pairs)]  # the first pair is jumped to


def _gathered(script: _Script, pairs: Sequence[tuple[int, int, int, float]]) -> Iterator[Pass]:
    """Part the way into lines."""
    for (run, line), members in groupby(pairs, lambda each: (each[0], int(script.lines[each[1]]))):
        told = [(int(script.places[token]), word, gain) for _, token, word, gain in members if gain > 0]
        if told:
            yield Pass(
                line, tuple((token, word) for token, word, _ in told), told[0][1], told[-1][1] + 1, run,
                sum(gain for *_, gain in told),
            )  # fmt: skip


def _joined(found: Sequence[Pass]) -> list[Pass]:
    """Count what only leaves out a few lines as one run."""
    joined: list[Pass] = []
    run = 0
    for before, each in zip([None, *found], found, strict=False):
        if before is not None and before.run != each.run:
            run += not 1 <= each.line - before.line <= _MOST_JUMPED
        joined.append(replace(each, run=run))
    return joined
