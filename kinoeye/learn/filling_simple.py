"""Filling, simple ways: the same in every gap, or what is usual in the row's group."""

from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.columns import Column
from kinoeye.learn.filling import Answer, Frame, Rows, Target, target_of

_SMALLEST = 5  # rows of a group below which the next larger one is asked
_GAIN = 0.01  # of the error, for which one more column may part the groups
_KEYS = 2
_TRIED = 4000  # rows on which groupings are compared
_PARTS = 10
_KNOWN = 0.5  # of the wanted rows in which a column must be known to part them

Codes = npt.NDArray[np.int64]


def mean(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill with the mean; of skewed numbers with the geometric one."""
    learnt = target_of(frame.columns[target])
    middle = learnt.y[learnt.column.known].mean(axis=0, dtype=np.float64)
    return _same(middle, len(wanted))


def median(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill with the median."""
    learnt = target_of(frame.columns[target])
    return _same(np.median(learnt.y[learnt.column.known], axis=0), len(wanted))


def mode(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill with what comes most often: a label, of lists those labels that most of them share, of numbers the value."""
    learnt = target_of(frame.columns[target])
    given = learnt.y[learnt.column.known]
    if learnt.is_number:
        values, often = np.unique(given[:, 0], return_counts=True)
        return _same(values[[often.argmax()]], len(wanted))
    return _same(given.mean(axis=0, dtype=np.float64), len(wanted))


def group(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill with what is usual in the row's group: by one or two columns, those that help most; else by a larger group.

    Numbers get the group's median, labels its shares. A group of fewer than five known cells is too small: then the
    groups of the first column alone are asked, then all rows.
    """
    learnt = target_of(frame.columns[target])
    known = np.flatnonzero(learnt.column.known)
    codes = {
        place: _codes(column)
        for place, column in enumerate(frame.columns)
        if place != target and column.kind != "text" and column.known[wanted].mean() >= _KNOWN
    }
    keys = _best_keys(codes, learnt, known, seed)
    scores = np.repeat(_usual(learnt, known)[None], len(wanted), axis=0)
    how = np.full(len(wanted), f"all {len(known)}", object)
    for size in range(1, len(keys) + 1):
        parts = [codes[key] for key in keys[:size]]
        joined = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
        names = ", ".join(frame.columns[key].name for key in keys[:size])
        usual, often = _by_group(learnt, known, joined)
        large = often[joined[wanted]] >= _SMALLEST
        scores[large] = usual[joined[wanted[large]]]
        how[large] = [f"{names}: {often[code]} alike" for code in joined[wanted[large]]]
    return Answer(scores.astype(np.float32), tuple(how.tolist()) or ("",))


def _same(scores: npt.NDArray[Any], count: int) -> Answer:
    return Answer(np.repeat(np.asarray(scores, np.float32)[None], count, axis=0))


def _codes(column: Column) -> Codes:
    """Return in which group of a column each row is; a cell that lacks is a group of its own."""
    codes = np.full(len(column), -1, np.int64)
    known = column.known
    if column.kind == "category":
        codes[known] = column.values[known]
    elif column.kind == "list":
        # A list goes by its first: the main country, the main genre.
        codes[known] = [row[0] for row in column.values[known]]
    elif column.step:
        codes[known] = np.floor(column.values[known] / column.step).astype(np.int64)
    elif known.any():
        edges = np.unique(np.quantile(column.values[known], np.linspace(0, 1, _PARTS + 1)[1:-1]))
        codes[known] = np.searchsorted(edges, column.values[known], side="right")
    return codes


def _best_keys(codes: dict[int, Codes], learnt: Target, known: Rows, seed: int) -> list[int]:
    """Return the columns by which groups tell most, the one that helps most first."""
    tried = np.random.default_rng(seed).permutation(known)[:_TRIED]
    one, other = tried[: len(tried) // 2], tried[len(tried) // 2 :]
    if not len(one) or not len(other):
        return []
    least = _error(learnt, other, np.repeat(_usual(learnt, one)[None], len(other), axis=0))
    keys: list[int] = []
    while len(keys) < _KEYS:
        errors = {key: _tried([*(codes[each] for each in keys), codes[key]], learnt, one, other)
                  for key in codes if key not in keys}  # fmt: skip
        best = min(errors, key=lambda key: (errors[key], key), default=None)
        if best is None or errors[best] > least * (1 - _GAIN):
            break
        keys.append(best)
        least = errors[best]
    return keys


def _tried(parts: list[Codes], learnt: Target, one: Rows, other: Rows) -> float:
    joined = np.unique(np.stack(parts, axis=1), axis=0, return_inverse=True)[1].reshape(-1)
    usual, often = _by_group(learnt, one, joined)
    scores = usual[joined[other]]
    small = often[joined[other]] < _SMALLEST
    scores[small] = _usual(learnt, one)
    return _error(learnt, other, scores)


def _error(learnt: Target, rows: Rows, scores: npt.NDArray[np.float64]) -> float:
    return float(learnt.errors(rows, learnt.y[rows], scores.astype(np.float32)).mean())


def _usual(learnt: Target, rows: Rows) -> npt.NDArray[np.float64]:
    given = learnt.y[rows]
    found = np.median(given, axis=0) if learnt.is_number else given.mean(axis=0, dtype=np.float64)
    return np.asarray(found, np.float64)


def _by_group(learnt: Target, rows: Rows, joined: Codes) -> tuple[npt.NDArray[np.float64], Codes]:
    """Return what is usual in each group, and how many known cells it has."""
    groups = int(joined.max()) + 1
    often = np.bincount(joined[rows], minlength=groups)
    usual = np.zeros((groups, learnt.y.shape[1]))
    if learnt.is_number:
        order = rows[np.lexsort((learnt.y[rows, 0], joined[rows]))]
        starts = np.cumsum(often) - often
        there = np.flatnonzero(often)
        low, high = starts[there] + (often[there] - 1) // 2, starts[there] + often[there] // 2
        usual[there, 0] = (learnt.y[order[low], 0].astype(np.float64) + learnt.y[order[high], 0]) / 2
        return usual, often
    for label in range(learnt.y.shape[1]):
        usual[:, label] = np.bincount(joined[rows], learnt.y[rows, label], minlength=groups)
    return usual / np.maximum(often, 1)[:, None], often
