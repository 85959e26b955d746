"""Title chances: how likely it is that two rows of one name are one film, before anything else is looked at.

Nobody can say beforehand how often a catalogue holds a film twice, or how often two films share a name: it is read off
the rows. Rows of one name whose years lie 3 to 12 apart are different films; as many pairs as there are of these for
one distance of years are to be expected by chance at 0 and 1 too, and what is there above that is films held twice.
Within one catalogue and across catalogues are counted apart. A few rows say little, so counting starts from what was
found between MovieLens and Wikipedia.

Source: the reasoning of Fellegi & Sunter, "A theory for record linkage", JASA 64, 1969.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

import numpy as np

from kinoeye.signals.title_blocks import NO_YEAR, WINDOW, Ints, Keys

_FAR = range(3, 13)  # years between two films of one name
_SPAN = 60  # years that a catalogue covers, roughly: films of a name at any time against those of one year
_BELIEF = 200  # rows' worth: so much the expectation counts against what is counted
# Share of rows that are held again with the same year and with one beside it, in another catalogue and in its own.
_HELD = {False: (0.3, 0.03), True: (0.02, 0.008)}
_CHANCE = 7e-4  # share of rows whose name another film of the same year has
_LETTER = 0.7  # nats for each letter of a word that is not known, and 2 for the word
_WORDS_BELIEF = 5000
# The same of names with a slip: share held again with one, by whether what differs is a word on both sides, and chance.
_SLIPS_HELD = {False: {False: (0.01, 0.002), True: (1e-3, 2e-4)}, True: {False: (1e-3, 5e-4), True: (1e-4, 5e-5)}}
_SLIP_CHANCE = {False: 3e-4, True: 1e-3}
_RARENESS = 0.25  # of chance for every nat by which a name is rarer than others
_LIMITS = (0.1, 3.0)


@dataclass(frozen=True)
class Chances:
    """What was counted.

    Parameters
    ----------
    held : mapping from whether it is within one catalogue to (same year, a year apart)
        Share of rows that are held again.
    chance : share of rows that share name and year with another film
    slips : mapping from (is within, is a word) to log-odds for (same year, a year apart, no year)
    """

    held: dict[bool, tuple[float, float]]
    chance: float
    slips: Mapping[tuple[bool, bool], tuple[float, float, float]]

    def odds(self, *, is_within: bool, apart: int | None, others: int, rareness: float) -> float:
        """Return the log-odds that two rows of one name are one film.

        Parameters
        ----------
        is_within : bool
            Both stand in one catalogue.
        apart : 0, 1 or None
            Years; None where one of them has no year.
        others : int
            Rows of this name in other years.
        rareness : float
            Nats by which the name is rarer than others.
        """
        low, high = _LIMITS
        own = self.chance * min(high, max(low, exp(-_RARENESS * rareness)))
        held = self.held[is_within]
        if apart is None:
            return log(sum(held) / (own * _SPAN + others))
        return log(held[apart] / ((own + others / _SPAN) * (1 + apart)))

    def slip_odds(self, *, is_within: bool, is_word: bool, apart: int | None, rareness: float) -> float:
        """Return the log-odds that two rows whose names are a slip apart are one film."""
        low, high = _LIMITS
        rare = min(-log(low), max(-log(high), _RARENESS * rareness))
        return rare + self.slips[is_within, is_word][2 if apart is None else apart]


def chances(keys: Keys, rows: Ints, years: Ints, catalogues: Ints, slips: Iterable[tuple[int, int, bool]]) -> Chances:
    """Count how often films are held twice, and how often they only share their name.

    Parameters
    ----------
    keys : uint64 [n]
        Of whole names.
    rows : int64 [n]
        Whose name it is.
    years, catalogues : int64 [rows]
    slips : iterable of (row, row, is a word)
        Pairs of rows with years, whose names are a slip apart, whatever their years.
    """
    sizes = _sizes(catalogues)
    held: dict[bool, tuple[float, float]] = {}
    counts = _by_distance(keys, rows, years, catalogues)
    for is_within, expected in _HELD.items():
        held[is_within] = _held(counts[is_within], sizes[is_within], expected)
    chance = (_by_chance(counts[True]) + _BELIEF * _CHANCE) / (sizes[True] + _BELIEF)
    slip_counts: dict[tuple[bool, bool], Ints] = {
        (is_within, is_word): np.zeros(_FAR.stop, np.int64) for is_within in (True, False) for is_word in (True, False)
    }
    for one, other, is_word in slips:
        apart = abs(int(years[one] - years[other]))
        if apart < _FAR.stop:
            slip_counts[bool(catalogues[one] == catalogues[other]), is_word][apart] += 1
    odds = {}
    for (is_within, is_word), own in slip_counts.items():
        same, next_ = _held(own, sizes[is_within], _SLIPS_HELD[is_within][is_word])
        by_chance = (_by_chance(own) + _BELIEF * _SLIP_CHANCE[is_word]) / (sizes[is_within] + _BELIEF)
        odds[is_within, is_word] = (
            log(same / by_chance), log(next_ / by_chance / 2), log((same + next_) / by_chance / _SPAN)
        )  # fmt: skip
    return Chances(held, chance, odds)


def _sizes(catalogues: Ints) -> dict[bool, int]:
    """Return of how many rows there is something to find, within a catalogue and across."""
    many = np.bincount(catalogues) if len(catalogues) else np.zeros(1, np.int64)
    return {True: int(many.sum()), False: int(many.sum() - many.max())}


def _by_chance(counts: Ints) -> float:
    """Return how many pairs of the same year there would be by chance: half as many as of any other distance."""
    return float(np.mean([counts[apart] for apart in _FAR])) / 2


def _held(counts: Ints, rows: int, expected: tuple[float, float]) -> tuple[float, float]:
    """Return the share of rows that are held again, with the same year and with one beside it."""
    far = _by_chance(counts)
    over = max(0.0, counts[0] - far), max(0.0, counts[1] - 2 * far)
    same, next_ = ((each + _BELIEF * share) / (rows + _BELIEF) for each, share in zip(over, expected, strict=True))
    return same, next_


class Rarity:
    """How rare names are, by their words.

    Parameters
    ----------
    names : iterable of sequences of str
        The words of every name.
    """

    def __init__(self, names: Iterable[Sequence[str]]) -> None:
        self._counts: dict[str, int] = {}
        total = 0
        for words in names:
            for word in words:
                self._counts[word] = self._counts.get(word, 0) + 1
            total += len(words)
        self._total = total
        self._cache: dict[str, float] = {}

    def count(self, word: str) -> int:
        """Return in how many names a word stands."""
        return self._counts.get(word, 0)

    def of(self, words: Iterable[str]) -> float:
        """Return how rare a name is, in nats."""
        return sum(self._of_word(word) for word in words)

    def _of_word(self, word: str) -> float:
        if word not in self._cache:
            unseen = _WORDS_BELIEF * exp(-min(12.0, 2 + _LETTER * len(word)))
            share = (self._counts.get(word, 0) + unseen) / (self._total + _WORDS_BELIEF)
            self._cache[word] = -log(share)
        return self._cache[word]


def others_of(keys: Keys, rows: Ints, years: Ints) -> dict[int, list[int]]:
    """Return the different years of the films that share a name, sorted, for keys that are used more than once."""
    order = np.lexsort((years[rows], keys))
    keys, mine = keys[order], years[rows][order]
    edges = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1], True]) if len(keys) else np.zeros(1, np.int64)
    many = np.flatnonzero(np.diff(edges) > 1)
    return {
        int(keys[edges[at]]): sorted({*mine[edges[at] : edges[at + 1]].tolist()} - {NO_YEAR}) for at in many.tolist()
    }


def _by_distance(keys: Keys, rows: Ints, years: Ints, catalogues: Ints) -> dict[bool, Ints]:
    """Return how many pairs of rows of one name lie so many years apart, within a catalogue and across."""
    dated = years[rows] != NO_YEAR
    keys, rows = keys[dated], rows[dated]
    order = np.lexsort((rows, years[rows], keys))
    keys, rows = keys[order], rows[order]
    mine, home = years[rows], catalogues[rows]
    counts: dict[bool, Ints] = {is_within: np.zeros(_FAR.stop, np.int64) for is_within in (True, False)}
    starts = np.arange(len(keys))
    for step in range(1, WINDOW):
        starts = starts[starts + step < len(keys)]
        ends = starts + step
        near = (keys[ends] == keys[starts]) & (mine[ends] - mine[starts] < _FAR.stop)
        starts = starts[near]
        if not len(starts):
            break
        ends = starts + step
        apart, is_within = mine[ends] - mine[starts], home[starts] == home[ends]
        is_other = rows[starts] != rows[ends]
        for where in counts:
            counts[where] += np.bincount(apart[(is_within == where) & is_other], minlength=_FAR.stop)
    return counts
