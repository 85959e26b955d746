"""Passes: which lines of a script are said in a row of words, where, how often, and with which words changed.

A take says its lines in order, begins again, skips, and says what nobody wrote. The row of words is laid over the
script so that likeness is the highest: to go on costs nothing, to leave out or put in a word a little, the less the
commoner it is, to jump to a line near the last one more, to another place still more, to the middle of a line or where
nobody paused most. What pays for no jump is said by nobody who wrote.

Source: Smith & Waterman, J. Mol. Biol. 147, 1981 (local alignment), with a jump as in Viterbi's decoding of a chain of
words; inverse document frequency after Sparck Jones, J. Documentation 28, 1972.
"""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import numpy as np
import numpy.typing as npt
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

_IN_COST = 0.35  # a word that is put in
_OUT_COST = 0.25  # the rarest word, left out; others by their weight
_OTHER = -0.6  # a word in the place of another
_ASIDE = 0.8  # to say something else, however long, and go on
_FAR = 2.0  # to jump to the beginning of any line
_NEAR = 1.2  # of a line near the last one: to begin again, or to leave a few out
_INTO = 1.2  # more, to the middle of a line
_RUSHED = 0.6  # more, without a pause
_EXPECTED = 0.8  # less, to a line that is expected
_PAUSE = 0.12  # seconds
_LEAST_ALIKE = 0.55  # of sounds, 0..1; below it two words are others
_WEIGHTS = (0.5, 1.3)  # of the commonest and of the rarest word
_MOST_JUMPED = 3  # lines that a run may leave out and go on
_MOST_AGAIN = 3  # lines that a run goes back by to begin again
_MOST_CELLS = 150_000_000  # words heard times words written that are held at once; a byte each

# Where the best way to a word comes from: the word before, an aside behind it, the same word, one left out, elsewhere.
_ON, _BACK, _IN, _OUT, _JUMP = range(5)
_BEGUN = 8  # is added where an aside behind a word begins, and does not go on

Floats = npt.NDArray[np.float64]


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
    """The words of all lines in a row, and what it costs more to jump to each than to another line's beginning."""

    words: tuple[str, ...]
    lines: npt.NDArray[np.int64]
    places: npt.NDArray[np.int64]
    weights: Floats
    costs: Floats


def passes(
    script: Sequence[Sequence[str]],
    heard: Sequence[str],
    sure: Sequence[float],
    sounds: Mapping[str, Sequence[str]],
    pauses: Sequence[float] | None = None,
    is_expected: Sequence[bool] | None = None,
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
    pauses : sequence of seconds, optional
        How long nothing is said before each word heard.
    is_expected : sequence of bool, optional
        Lines that are likelier than others, as those of the scene on the board.
    """
    is_rushed = [False] * len(heard) if pauses is None else [pause < _PAUSE for pause in pauses]
    whole = _script(script, is_expected or [False] * len(script))
    if not whole.words or not heard:
        return []
    alike = _Likeness(whole, heard, sure, sounds)
    step = max(1, _MOST_CELLS // len(whole.words))
    found: list[Pass] = []
    for begin in range(0, len(heard), step):
        part = range(begin, min(begin + step, len(heard)))
        pairs = _best(whole, alike, part, is_rushed)
        runs = found[-1].run + 1 if found else 0
        found += _gathered(whole, [(each[0] + runs, *each[1:]) for each in pairs])
    return _joined(found)


def _script(script: Sequence[Sequence[str]], is_expected: Sequence[bool]) -> _Script:
    words = tuple(word for line in script for word in line)
    lines = np.repeat(np.arange(len(script)), [len(line) for line in script])
    places = np.concatenate([np.zeros(0, np.int64), *(np.arange(len(line)) for line in script)])
    counts = Counter(word for line in script for word in set(line))
    size = len(script) + 1
    rarity = {word: math.log(size / count) / math.log(size) for word, count in counts.items()}
    low, high = _WEIGHTS
    weights = np.array([low + (high - low) * rarity[word] for word in words])
    costs = np.where(places == 0, 0, _INTO) - _EXPECTED * np.array(is_expected, float)[lines]
    return _Script(words, lines, places.astype(np.int64), weights, costs)


class _Likeness:
    """How much a word heard speaks for each word of the script."""

    def __init__(
        self, script: _Script, heard: Sequence[str], sure: Sequence[float], sounds: Mapping[str, Sequence[str]]
    ) -> None:
        written = list(dict.fromkeys(script.words))
        said = list(dict.fromkeys(heard))
        texts = [[_sounded(word, sounds) for word in side] for side in (said, written)]
        alike = process.cdist(*texts, scorer=Levenshtein.normalized_similarity, dtype=np.float32)
        number = {word: place for place, word in enumerate(written)}
        rows = {word: place for place, word in enumerate(said)}
        self._heard = [(rows[word], 0.5 + 0.5 * value) for word, value in zip(heard, sure, strict=True)]
        self._columns = np.array([number[word] for word in script.words])
        gains = (alike - _LEAST_ALIKE) / (1 - _LEAST_ALIKE)
        self._gains = np.where(alike < _LEAST_ALIKE, _OTHER, gains * 0.8).astype(np.float32)
        for word, row in rows.items():
            if word in number:
                self._gains[row, number[word]] = 1
        self._weights = script.weights

    def of(self, number: int) -> Floats:
        """Return what a word heard says, by its place."""
        row, sure = self._heard[number]
        gains = self._gains[row][self._columns]
        return np.asarray(np.where(gains > 0, gains * self._weights, gains) * sure, np.float64)


def _sounded(word: str, sounds: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    return tuple(sounds.get(word) or word)


class _Entries:
    """What a way that says a line from its beginning may have said before: a line near, any line, or nothing."""

    def __init__(self, script: _Script, size: int) -> None:
        self._starts = np.flatnonzero(script.places == 0)
        self._sizes = np.diff([*self._starts, len(script.words)])
        self._lines = np.repeat(np.arange(len(self._starts)), self._sizes)
        self._best = np.full(len(self._starts), -np.inf)
        self._kept = np.full((size, len(self._starts)), -1, np.int32)
        self._before = np.full((size, len(self._starts)), -1, np.int32)

    def after(self, number: int, state: Floats) -> Floats:
        """Take in the ways that ended with the word before; return the worth of the best that jumps to each word."""
        best = np.maximum.reduceat(state, self._starts)
        left = np.flatnonzero(state == np.repeat(np.where(best > self._best, best, np.inf), self._sizes))
        self._kept[number, self._lines[left]] = left
        self._best = np.maximum(self._best, best)
        anywhere = int(self._best.argmax())
        worth, before = np.full(len(best), -_FAR), self._before[number]
        self._offer(worth, before, slice(None), np.full(len(best), self._best[anywhere] - _FAR), np.array(anywhere))
        for step in range(-_MOST_AGAIN, _MOST_JUMPED + 2):
            if abs(step) < len(best):
                to = slice(max(0, step), len(best) + min(0, step))
                origin = np.arange(len(best))[max(0, -step) : len(best) - max(0, step)]
                self._offer(worth, before, to, self._best[origin] - _NEAR, origin)
        return np.repeat(worth, self._sizes)

    def _offer(
        self, worth: Floats, before: npt.NDArray[np.int32], to: slice, offer: Floats, origin: npt.NDArray[np.int64]
    ) -> None:
        is_better = offer > worth[to]
        worth[to] = np.where(is_better, offer, worth[to])
        before[to] = np.where(is_better, origin, before[to])

    def last(self) -> int:
        """Return the line that the best way says last; -1 if no way is worth a jump."""
        return int(self._best.argmax()) if self._best.max() > 0 else -1

    def before(self, number: int, place: int) -> int:
        """Return the line that a way said last which jumped to a word; -1 if none."""
        return int(self._before[number, self._lines[place]])

    def left(self, number: int, line: int) -> tuple[int, int]:
        """Return with which word written, and heard, a line was left that was said last before another."""
        while self._kept[number, line] < 0:
            number -= 1
        return int(self._kept[number, line]), number - 1


def _best(
    script: _Script, alike: _Likeness, part: range, is_rushed: Sequence[bool]
) -> list[tuple[int, int, int, float]]:
    """Return the best way through the script: run, word of the script, word heard, and what the pair is worth."""
    size = len(script.words)
    slope = np.cumsum(_OUT_COST * script.weights / _WEIGHTS[1], dtype=float)
    state, aside = np.full(size, -np.inf), np.full(size, -np.inf)
    ways, entries = np.zeros((len(part), size), np.uint8), _Entries(script, len(part) + 1)
    for number, word in enumerate(part):
        gain, way = alike.of(word), ways[number]
        jumped = entries.after(number, state) - script.costs - _RUSHED * is_rushed[word] + gain
        new = np.concatenate([[-np.inf], state[:-1] + gain[1:]])
        for code, other in ((_BACK, np.concatenate([[-np.inf], aside[:-1] + gain[1:]])), (_IN, state - _IN_COST),
                            (_JUMP, jumped)):  # fmt: skip
            way[other > new] = code
            np.maximum(new, other, out=new)
        reached = np.maximum.accumulate(new + slope) - slope
        way[reached > new + 1e-6] = _OUT
        begun = state - _ASIDE
        way[begun > aside] += _BEGUN
        state, aside = reached, np.maximum(aside, begun)
    entries.after(len(part), state)
    return _traced(alike, part, ways, entries)


def _traced(
    alike: _Likeness, part: range, ways: npt.NDArray[np.uint8], entries: _Entries
) -> list[tuple[int, int, int, float]]:
    """Go back along the best way."""
    pairs: list[tuple[int, int, int, float]] = []
    line, run, is_aside = entries.last(), 0, False
    place, number = entries.left(len(part), line) if line >= 0 else (-1, -1)
    while number >= 0:
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
            pairs.append((run, place, part[number], float(alike.of(part[number])[place])))
            is_aside = way == _BACK
            if way == _JUMP:
                line, run = entries.before(number, place), run - 1
                place, number = entries.left(number, line) if line >= 0 else (-1, -1)
            else:
                place, number = place - 1, number - 1
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
