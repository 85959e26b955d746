"""Filling: what may stand where cells of a table lack, told from the other cells of their rows.

A method gets a frame, the column whose cells are wanted and the rows where they are, and says what stands there. It
learns from the rows where that column is known, and sees what the wanted rows know of the other columns. Each kind of
column is told as scores, one for each of its labels: so that one method serves numbers, categories and lists.
"""

import itertools
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.columns import Column, Floats, Known, check_together
from kinoeye.learn.filling_features import encoded

MOST_LABELS = 100  # those that come most often; rarer ones are never filled in

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Frame:
    """Columns with what is told of their cells in numbers.

    Parameters
    ----------
    columns : tuple of Column
    matrix : float32 [n, d]
        All columns in numbers about -3..3, NaN where a cell lacks.
    blocks : tuple of slice
        Which of the d stand for each column.
    """

    columns: tuple[Column, ...]
    matrix: Floats = field(repr=False)
    blocks: tuple[slice, ...]

    def __len__(self) -> int:
        return len(self.matrix)

    def without(self, cells: Known) -> "Frame":
        """Return it with cells lacking, bool [n, columns]."""
        matrix = self.matrix.copy()
        for place, block in enumerate(self.blocks):
            matrix[cells[:, place], block] = np.nan
        columns = tuple(each.without(cells[:, place]) for place, each in enumerate(self.columns))
        return Frame(columns, matrix, self.blocks)

    def take(self, rows: Rows) -> "Frame":
        """Return some of its rows."""
        return Frame(tuple(each.take(rows) for each in self.columns), self.matrix[rows], self.blocks)

    def others(self, target: int) -> Floats:
        """Return what is told of all columns but one, float32 [n, d - its own], at least one of them."""
        told = np.delete(self.matrix, np.r_[self.blocks[target]], axis=1)
        return told if told.shape[1] else np.zeros((len(told), 1), np.float32)

    @cached_property
    def lacks(self) -> Known:
        """Where cells lack, bool [n, columns]."""
        return ~np.stack([each.known for each in self.columns], axis=1)


@dataclass(frozen=True)
class Answer:
    """What stands in the wanted cells.

    Parameters
    ----------
    scores : float32 [m, labels]
        As in `Target`.
    how : tuple of str
        Of each cell what it was told from, or one for all of them.
    """

    scores: Floats
    how: tuple[str, ...] = ("",)

    def told(self, place: int) -> str:
        """Return what a cell was told from."""
        return self.how[place if len(self.how) > 1 else 0]


@dataclass(frozen=True)
class Target:
    """A column as scores: numbers as one (their logarithm where they are skewed), a label as 1 where it stands.

    Parameters
    ----------
    column : Column
    y : float32 [n, labels]
    is_log : bool
    """

    column: Column
    y: Floats
    is_log: bool

    @property
    def is_number(self) -> bool:
        """Whether it is one number and not labels."""
        return self.column.kind == "number"

    def values(self, scores: Floats) -> npt.NDArray[Any]:
        """Return what scores stand for, in the form of the column's values; numbers stay within those given."""
        if not self.is_number:
            return chosen(scores, is_list=self.column.kind == "list")
        raw = np.exp(scores[:, 0].astype(np.float64)) if self.is_log else scores[:, 0].astype(np.float64)
        given = self.column.values[self.column.known]
        raw = np.clip(raw, given.min(), given.max())
        return np.asarray(np.rint(raw) if self.column.is_whole else raw)

    def errors(self, rows: Rows, truth: Floats, scores: Floats) -> npt.NDArray[np.float64]:
        """Return how far scores lie from the truth in each cell.

        Of numbers the distance (of skewed ones, of their logarithms), of categories 1 where the wrong one was told, of
        lists 1 less F1 of the labels told.
        """
        if self.is_number:
            return np.asarray(np.abs(truth[:, 0] - scores[:, 0]), np.float64)
        said = chosen(scores, is_list=self.column.kind == "list")
        if self.column.kind == "category":
            return np.asarray(said != self.column.values[rows], np.float64)
        right = [set(each) for each in self.column.values[rows]]
        return np.array([1 - 2 * len(a & set(b)) / max(1, len(a) + len(b)) for a, b in zip(right, said, strict=True)])


Method = Callable[[Frame, int, Rows, int], Answer]


def frame(columns: Sequence[Column]) -> Frame:
    """Return columns with what is told of their cells in numbers.

    Raises
    ------
    UseError
        If they do not make one table.
    """
    check_together(columns)
    parts = [encoded(each) for each in columns]
    edges = np.cumsum([0, *(part.shape[1] for part in parts)]).tolist()
    blocks = tuple(slice(first, end) for first, end in itertools.pairwise(edges))
    rows = len(columns[0]) if columns else 0
    matrix = np.concatenate(parts, axis=1) if parts else np.zeros((rows, 0), np.float32)
    return Frame(tuple(columns), matrix, blocks)


def target_of(column: Column, *, is_log: bool | None = None) -> Target:
    """Return a column as scores."""
    skewed = column.is_skewed if is_log is None else is_log
    if column.kind == "number":
        given = np.where(column.known, column.values, 1.0)
        y = (np.log(np.maximum(given, 1e-12)) if skewed else given).astype(np.float32)[:, None]
        return Target(column, y, skewed)
    y = np.zeros((len(column), min(MOST_LABELS, len(column.labels))), np.float32)
    for row in np.flatnonzero(column.known):
        value = column.values[row]
        for label in value if column.kind == "list" else (value,):
            if label < y.shape[1]:
                y[row, label] = 1.0
    return Target(column, y, is_log=False)


def chosen(scores: Floats, *, is_list: bool) -> npt.NDArray[Any]:
    """Return the labels that scores stand for: the highest; of lists all that are at least half of it."""
    best = scores.argmax(axis=1).astype(np.int32)
    if not is_list:
        return np.asarray(best)
    least = 0.5 * scores.max(axis=1, keepdims=True)
    said = np.empty(len(scores), object)
    said[:] = [
        tuple(np.flatnonzero((row >= low) & (row > 0)).tolist()) or (int(first),)
        for row, low, first in zip(scores, least, best, strict=True)
    ]
    return said


def filled(column: Column, rows: Rows, values: npt.NDArray[Any]) -> Column:
    """Return a column with values in some of its cells."""
    every, known = column.values.copy(), column.known.copy()
    every[rows] = values
    known[rows] = True
    return replace(column, values=every, known=known)
