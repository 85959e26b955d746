"""Folds: which rows are learnt from and which are held out, so that the score holds for rows that nobody has seen.

Rows of one group (a film's shots, doubles) never stand on both sides. Classes are spread evenly over folds. Where rows
have a time, later ones are held out and earlier ones learnt from, as it will be in use.

Source: Sechidis, Tsoumakas & Vlahavas, "On the stratification of multi-label data", ECML 2011; Bergmeir & Benitez, "On
the use of cross-validation for time series predictor evaluation", Information Sciences 191, 2012.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError
from kinoeye.learn.problems import Problem

Places = npt.NDArray[np.int64]
Fold = tuple[Places, Places]


def folds(
    problem: Problem,
    count: int,
    *,
    groups: npt.NDArray[np.int64] | None = None,
    times: npt.NDArray[np.float64] | None = None,
    seed: int = 1,
) -> list[Fold]:
    """Return folds: places of the rows to learn from, and of those that are held out.

    Parameters
    ----------
    problem : Problem
        Its own rows are parted.
    count : int
        How many, at least 2.
    groups : int64 [n], optional
        Rows of one number stay together.
    times : float64 [n], optional
        Later rows are held out; a row without a time counts as the earliest.
    seed : int

    Raises
    ------
    InputError
        If there are fewer groups than folds need.
    """
    if problem.queries is not None and groups is None:
        groups = problem.queries
    own = np.arange(len(problem)) if groups is None else np.unique(groups, return_inverse=True)[1].astype(np.int64)
    different = int(own.max()) + 1 if len(own) else 0
    if different < count:
        raise InputError(f"learn: rows must fall into at least {count} groups, got {different}",
                         remedy="Give rows of more groups, or learn without --group")  # fmt: skip
    if times is not None:
        return _forward(own, np.nan_to_num(times, nan=-np.inf, neginf=-np.inf), count)
    held = _spread(own, _traits(problem), count, seed)
    return [(np.flatnonzero(held != number), np.flatnonzero(held == number)) for number in range(count)]


def sample(problem: Problem, places: Places, size: int, groups: npt.NDArray[np.int64] | None, seed: int) -> Places:
    """Return about so many of these places, whole groups of them, each class with its share, the rarest with more."""
    if size >= len(places):
        return places
    parts = max(2, round(len(places) / size))
    own = places if groups is None else groups[places]
    own = np.unique(own, return_inverse=True)[1].astype(np.int64)
    held = _spread(own, _traits(problem.take(places)), parts, seed)
    return places[np.flatnonzero(held == 0)]


def _traits(problem: Problem) -> npt.NDArray[np.float64]:
    """Return what is to be spread evenly: classes; of numbers, tenths from the least to the greatest."""
    if problem.kind == "multi-label":
        return problem.targets.astype(np.float64)
    if problem.is_classed:
        return np.asarray(np.eye(len(problem.classes))[problem.targets], np.float64)
    ranks = np.argsort(np.argsort(problem.targets, kind="stable"), kind="stable")
    tenths = np.minimum(9, ranks * 10 // max(1, len(ranks)))
    return np.asarray(np.eye(10)[tenths], np.float64)


def _spread(own: Places, traits: npt.NDArray[np.float64], count: int, seed: int) -> Places:
    """Return the fold of each row: groups with the rarest traits first, each where that trait is wanted most."""
    groups = int(own.max()) + 1
    sums = np.zeros((groups, traits.shape[1]))
    np.add.at(sums, own, traits)
    sizes = np.bincount(own, minlength=groups).astype(np.float64)
    totals = np.maximum(traits.sum(axis=0), 1e-9)
    has = sums > 0
    rarest = np.where(has, totals, np.inf).argmin(axis=1)
    rarity = np.where(has.any(axis=1), totals[rarest], np.inf)
    mixed = np.random.default_rng(seed).permutation(groups)
    order = mixed[np.lexsort((-sizes[mixed], rarity[mixed]))]
    wanted = np.tile(totals / count, (count, 1))
    room = np.full(count, len(own) / count)
    found = np.zeros(groups, np.int64)
    for group in order:
        want = wanted[:, rarest[group]] if np.isfinite(rarity[group]) else room
        best = np.flatnonzero(want >= want.max() - 1e-9)
        fold = int(best[np.argmax(room[best])])
        found[group] = fold
        wanted[fold] -= sums[group]
        room[fold] -= sizes[group]
    return found[own]


def _forward(own: Places, times: npt.NDArray[np.float64], count: int) -> list[Fold]:
    """Return folds that each learn from what came before; a group that began before the border is not held out."""
    order = np.argsort(times, kind="stable")
    first = np.full(int(own.max()) + 1, len(order), np.int64)
    ranks = np.empty(len(order), np.int64)
    ranks[order] = np.arange(len(order))
    np.minimum.at(first, own, ranks)
    borders = np.linspace(len(order) / (count + 1), len(order), count + 1).astype(np.int64)
    found = []
    for begin, end in pairwise(borders.tolist()):
        while begin < end and begin > 0 and times[order[begin]] == times[order[begin - 1]]:
            begin += 1  # rows of one moment stay on one side
        learnt, held = order[:begin], order[begin:end]
        held = held[first[own[held]] >= begin]
        if len(held) and len(learnt):
            found.append((np.sort(learnt), np.sort(held)))
    if not found:
        raise InputError("learn: rows must have different times, got one moment or one group over all of them",
                         remedy="Learn without --time")  # fmt: skip
    return found


def grouped(keys: Sequence[Sequence[Any]], rows: int) -> Places:
    """Return one number for all rows that are bound together by any of several columns of keys.

    Parameters
    ----------
    keys : sequence of sequences [n]
        A key that is None binds nothing.
    rows : int
    """
    roots = list(range(rows))

    def root(row: int) -> int:
        while roots[row] != row:
            roots[row] = roots[roots[row]]
            row = roots[row]
        return row

    for column in keys:
        first: dict[Any, int] = {}
        for row, key in enumerate(column):
            if key is not None:
                roots[root(row)] = root(first.setdefault(key, row))
    return np.unique([root(row) for row in range(rows)], return_inverse=True)[1].astype(np.int64)
