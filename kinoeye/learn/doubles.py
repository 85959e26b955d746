"""Doubles: rows that say the same, or nearly, so that they are never both learnt from and held out.

Texts are compared by the share of their grams that they have in common; which pairs are looked at is told by hashes
that are alike for texts that are.

Source: Broder, "On the resemblance and containment of documents", 1997.
"""

from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.learn.features import Frame
from kinoeye.learn.folds import grouped
from kinoeye.learn.grams import Counts

Places = npt.NDArray[np.int64]

ALIKE = 0.8  # share of grams from which two texts are doubles
_LEAST_GRAMS = 8  # of a text: two short ones are alike by chance
_BANDS, _OF_BAND = 10, 4
_MOST_PAIRS = 40  # looked at for one hash


@dataclass(frozen=True)
class Doubles:
    """Which rows are doubles.

    Parameters
    ----------
    groups : int64 [n]
        One number for all rows that say the same.
    same, near : int
        Rows that repeat another just so, and those that nearly do.
    """

    groups: Places
    same: int
    near: int


def doubles(frame: Frame) -> Doubles:
    """Find rows that repeat each other in all columns, and rows with a text that nearly repeats another's."""
    rows = len(next(iter(frame.cells.values()))) if frame.cells else 0
    keys: list[list[object]] = [[_key(frame, row) for row in range(rows)]]
    exact = grouped(keys, rows)
    same = rows - len(np.unique(exact))
    for column in frame.columns:
        if column.kind == "text":
            keys += _near(frame.cells[column.name])
    groups = grouped(keys, rows) if len(keys) > 1 else exact
    return Doubles(groups, same, rows - len(np.unique(groups)) - same)


def joined(one: Places | None, other: Places | None) -> Places | None:
    """Return groups that keep together what either keeps together."""
    if one is None or other is None:
        return other if one is None else one
    return grouped([one.tolist(), other.tolist()], len(one))


def _key(frame: Frame, row: int) -> object:
    """Return what stands in a row; None where it says nothing that could be repeated, or numbers only."""
    texts = tuple(" ".join(each[row].split()).lower() for each in frame.texts.values())
    if texts:
        return texts if sum(map(len, texts)) > 20 else None
    cells = tuple(_plain(each[row]) for name, each in frame.cells.items() if name not in frame.texts)
    # Few columns of few values come again by chance: only what has a fraction or is long is as good as a name.
    return (
        cells if len(cells) >= 4 and any(isinstance(each, float) and not each.is_integer() for each in cells) else None
    )


def _plain(cell: object) -> object:
    if isinstance(cell, np.ndarray):
        return float(cell.sum())
    return None if isinstance(cell, float) and np.isnan(cell) else cell


def _near(counts: Counts) -> list[list[object]]:
    """Return for texts that are nearly the same a key that they share, list by list."""
    matrix = counts.matrix
    sizes = np.diff(matrix.indptr)
    signs = _signs(matrix.indices.astype(np.uint64), matrix.indptr, sizes)
    own = [frozenset(matrix.indices[matrix.indptr[row] : matrix.indptr[row + 1]].tolist()) if size >= _LEAST_GRAMS
           else None for row, size in enumerate(sizes)]  # fmt: skip
    found: list[list[object]] = []
    for band in range(_BANDS):
        buckets: dict[bytes, list[int]] = defaultdict(list)
        for row in np.flatnonzero(sizes >= _LEAST_GRAMS).tolist():
            buckets[signs[row, band * _OF_BAND : (band + 1) * _OF_BAND].tobytes()].append(row)
        keys: list[object] = [None] * len(sizes)
        for bucket in buckets.values():
            for row in bucket[1 : _MOST_PAIRS + 1]:
                one, other = own[bucket[0]], own[row]
                assert one is not None and other is not None
                if len(one & other) >= ALIKE * len(one | other):
                    keys[bucket[0]] = keys[row] = (band, bucket[0])
        if any(key is not None for key in keys):
            found.append(keys)
    return found


def _signs(
    grams: npt.NDArray[np.uint64], starts: npt.NDArray[np.integer], sizes: npt.NDArray[np.integer]
) -> npt.NDArray[np.uint64]:
    """Return the least hash of each text's grams under several hashes, uint64 [texts, hashes]."""
    chance = np.random.default_rng(1)
    found = np.zeros((len(sizes), _BANDS * _OF_BAND), np.uint64)
    filled = np.flatnonzero(sizes > 0)
    if not len(filled):
        return found
    for place in range(found.shape[1]):
        factor = np.uint64(int(chance.integers(1, 1 << 62)) * 2 + 1)
        mixed = (grams + np.uint64(1)) * factor
        mixed ^= mixed >> np.uint64(29)
        mixed *= np.uint64(0xBF58476D1CE4E5B9)
        mixed ^= mixed >> np.uint64(32)
        found[filled, place] = np.minimum.reduceat(mixed, starts[:-1][filled])
    return found
