"""Anonymity: whether someone can be found again in rows that leave the house, and how rows are made coarse until not.

Who knows a few things about a viewer (four films someone talked of) looks for the only one to whom they all apply.
Figures of groups give a viewer away where a group is small, and where a small group is the difference of two that are
printed: so what is left out is always left out with enough company.

Source: Sweeney, "k-anonymity: a model for protecting privacy", Int. J. Uncertainty, Fuzziness and Knowledge-Based
Systems 10(5), 2002; Narayanan & Shmatikov, "Robust de-anonymization of large sparse datasets", IEEE S&P 2008.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError

KNOWN = 4  # things that someone knows of a viewer
LEAST = 5  # viewers behind any row that is published
MOST_UNIQUE = 0.05  # of the viewers

_TRIALS = 20_000  # guesses by which the share is told; within half a hundredth

Ints = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Uniqueness:
    """How many viewers can be told from all others by a few of their own rows.

    Parameters
    ----------
    share : 0..1
        Of guesses that fit one viewer alone.
    viewers : int
        In the rows.
    guesses : int
        That were made.
    known : int
        Rows that the guesser knows.
    """

    share: float
    viewers: int
    guesses: int
    known: int


def uniqueness(viewers: Ints, items: Ints, *, known: int = KNOWN, seed: int = 0) -> Uniqueness:
    """Say how often a few rows of a viewer, taken at random, fit no one else.

    Parameters
    ----------
    viewers : int64 [n]
        Of whom each row is.
    items : int64 [n]
        What the row says: rows that say the same have the same number.
    known : 1..
        How many different things the guesser knows; all of them, where a viewer has fewer.
    seed : int

    Raises
    ------
    SettingError
        If `known` is below 1.
    """
    if known < 1:
        raise SettingError(f"anonymity: known must be 1 or more, got {known}")
    pairs = np.unique(np.column_stack([viewers, items]), axis=0) if len(viewers) else np.empty((0, 2), np.int64)
    who, of_viewer = np.unique(pairs[:, 0], return_inverse=True)
    if not len(who):
        return Uniqueness(0.0, 0, 0, known)
    what, of_item = np.unique(pairs[:, 1], return_inverse=True)
    order = np.argsort(of_item, kind="stable")
    begins = np.searchsorted(of_item[order], np.arange(len(what) + 1))
    theirs = of_viewer[order]  # viewers of each item, in order
    holders = [theirs[begins[n] : begins[n + 1]] for n in range(len(what))]
    starts = np.searchsorted(of_viewer, np.arange(len(who) + 1))
    draw = np.random.default_rng(seed)
    asked = draw.permutation(len(who))[:_TRIALS]
    draws = max(1, _TRIALS // len(asked))
    alone = guesses = 0
    for viewer in asked.tolist():
        own = of_item[starts[viewer] : starts[viewer + 1]]
        for _ in range(draws if len(own) > known else 1):
            told = draw.choice(own, known, replace=False) if len(own) > known else own
            alone += _fit(told.tolist(), holders) == 1
            guesses += 1
    return Uniqueness(alone / guesses, len(who), guesses, known)


def _fit(told: Sequence[int], holders: Sequence[Ints]) -> int:
    """Return how many viewers have all of some items."""
    rarest, *others = sorted((holders[each] for each in told), key=len)
    for other in others:
        if len(rarest) == 1:
            break
        places = np.searchsorted(other, rarest)
        places[places == len(other)] = 0
        rarest = rarest[other[places] == rarest]
    return len(rarest)


def cells(columns: Sequence[Ints]) -> tuple[Ints, Ints]:
    """Return the cells of a table with one row a viewer as rows and items, so that `uniqueness` can be asked.

    Parameters
    ----------
    columns : sequence of int64 [rows]
        What stands in each column, as numbers.
    """
    if not columns:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    rows = np.tile(np.arange(len(columns[0]), dtype=np.int64), len(columns))
    items = []
    above = 0
    for column in columns:
        _, codes = np.unique(column, return_inverse=True)
        items.append(codes.astype(np.int64) + above)
        above += int(codes.max(initial=-1)) + 1
    return rows, np.concatenate(items)


def withheld(counts: Ints, *, least: int = LEAST) -> npt.NDArray[np.bool_]:
    """Say which groups must not be printed by themselves but together as one.

    Parameters
    ----------
    counts : int64 [groups]
        Viewers behind each group; groups without any give nobody away.
    least : 1..
        Viewers behind any printed row, and behind what is not printed.

    Returns
    -------
    bool [groups]
        True for those that go together; behind them all there are none, or at least `least`, and at least two groups.
    """
    _checked(least)
    small = (counts > 0) & (counts < least)
    if not small.any():
        return small
    # Whoever knows the sum of all takes what is printed from it: so the rest must be large enough by itself.
    order = np.argsort(np.where(small | (counts == 0), np.iinfo(np.int64).max, counts), kind="stable")
    for place in order.tolist():
        if counts[small].sum() >= least and np.count_nonzero(small) > 1:
            break
        if counts[place] > 0:
            small[place] = True
    return small


def stretches(counts: Ints, *, least: int = LEAST) -> Ints:
    """Cut a run of seconds into stretches that can be printed: in each, every count is none or large enough.

    Parameters
    ----------
    counts : int64 [seconds, kinds]
        Viewers who left, went back … in each second; a viewer counts once in a stretch's sum, so sums are no smaller.
    least : 1..

    Returns
    -------
    int64 [stretches + 1]
        Where each begins, and the end. The last takes in what is left over; where even all together is too little,
        there is one stretch, and its counts must not be printed.
    """
    _checked(least)
    begins = [0]
    held = np.zeros(counts.shape[1], np.int64)
    for second, row in enumerate(counts.tolist()):
        held += row
        if ((held == 0) | (held >= least)).all():
            begins.append(second + 1)
            held[:] = 0
    if begins[-1] == len(counts):
        return np.array(begins, np.int64)
    while len(begins) > 1 and not _is_enough(counts[begins[-1] :], least):
        begins.pop()
    return np.array([*begins, len(counts)], np.int64)


def _is_enough(counts: Ints, least: int) -> bool:
    sums = counts.sum(axis=0)
    return bool(((sums == 0) | (sums >= least)).all())


def _checked(least: int) -> None:
    if least < 1:
        raise SettingError(f"anonymity: least must be 1 or more, got {least}")
