"""iALS: viewers and titles as vectors whose products say what is watched, learnt by least squares in turn.

What was not watched counts little, but counts: its share of the squares is the same for all and is worked out once.
Rows of alike length are solved together, so that the work is in large matrix products. The penalty grows with how
often a viewer or a title stands in the data, and with the power given.

Source: Hu, Koren & Volinsky, "Collaborative filtering for implicit feedback datasets", ICDM 2008; Rendle, Krichene,
Zhang & Koren, "Revisiting the performance of iALS on item recommendation benchmarks", RecSys 2022 (the penalty).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, SettingError

Vectors = npt.NDArray[np.float32]

_CELLS = 2_000_000  # float32 gathered at once


@dataclass(frozen=True)
class Ials:
    """Titles as vectors; a viewer's vector is worked out from a history, whether it was learnt from or not.

    Parameters
    ----------
    titles : float32 [titles, factors]
    penalty : float
    power : float
    unwatched : float
    """

    titles: Vectors
    penalty: float
    power: float
    unwatched: float

    def viewers(self, matrix: Any) -> Vectors:
        """Return the vectors of histories, float32 [viewers, factors].

        Parameters
        ----------
        matrix : CSR [viewers, titles], 0..1
        """
        return _solved(matrix, self.titles, self.penalty, self.power, self.unwatched)

    def scores(self, matrix: Any) -> Vectors:
        """Return how much each title suits each history, float32 [viewers, titles]."""
        return self.viewers(matrix) @ self.titles.T


def ials(
    matrix: Any, *, factors: int = 32, penalty: float = 0.02, power: float = 1.0, unwatched: float = 0.1,
    rounds: int = 8, seed: int = 1,
) -> Ials:  # fmt: skip
    """Learn vectors of titles.

    Parameters
    ----------
    matrix : CSR [viewers, titles], 0..1
        How much each viewer has of each title.
    factors : int
        Length of a vector.
    penalty : float
        Above 0; more is smoother.
    power : 0..1
        How much the penalty grows with the length of a history.
    unwatched : float
        Above 0: how much a title counts that was not watched.
    rounds : int
    seed : int

    Raises
    ------
    SettingError
        If a setting is outside its range.
    InputError
        If there is no title, or a value is not finite.
    """
    for name, value in (("factors", factors), ("penalty", penalty), ("unwatched", unwatched), ("rounds", rounds)):
        if not (np.isfinite(value) and value > 0):
            raise SettingError(f"ials: {name} must be above 0, got {value}")
    if not matrix.shape[1]:
        raise InputError("ials: there must be a title, got none")
    if not np.isfinite(matrix.data).all():
        raise InputError("ials: values must be finite, got NaN or infinity")
    random = np.random.default_rng(seed)
    titles = (random.standard_normal((matrix.shape[1], factors)) / np.sqrt(factors) * 0.1).astype(np.float32)
    turned = matrix.T.tocsr()
    for _ in range(rounds):
        viewers = _solved(matrix, titles, penalty, power, unwatched)
        titles = _solved(turned, viewers, penalty, power, unwatched)
    return Ials(titles, penalty, power, unwatched)


def _solved(matrix: Any, others: Vectors, penalty: float, power: float, unwatched: float) -> Vectors:
    """Return the vectors of rows that come nearest to the matrix, the vectors of its columns being held."""
    count, factors = matrix.shape[0], others.shape[1]
    lengths = np.diff(matrix.indptr)
    base = unwatched * (others.T @ others)
    weights = penalty * (lengths + unwatched * matrix.shape[1]) ** power
    found = np.zeros((count, factors), np.float32)
    order = np.argsort(lengths, kind="stable")
    order = order[lengths[order] > 0]
    begin = 0
    while begin < len(order):
        end = _block_end(lengths[order], begin, factors)
        rows = order[begin:end]
        found[rows] = _block(matrix, rows, others, base, weights[rows])
        begin = end
    return found


def _block_end(lengths: npt.NDArray[np.integer], begin: int, factors: int) -> int:
    """Return one past the last row that can be solved with the first, short ones padded to the longest."""
    most = begin + max(1, _CELLS // (factors * max(factors, int(lengths[begin]))))
    end = int(np.searchsorted(lengths, 1.5 * lengths[begin] + 4, side="right"))
    return max(begin + 1, min(end, most, len(lengths)))


def _block(matrix: Any, rows: Any, others: Vectors, base: Vectors, weights: Any) -> Vectors:
    lengths = np.diff(matrix.indptr)[rows]
    places = matrix.indptr[rows][:, None] + np.arange(lengths.max())[None, :]
    is_own = np.arange(lengths.max())[None, :] < lengths[:, None]
    places = np.where(is_own, places, 0)
    values = np.where(is_own, matrix.data[places], 0).astype(np.float32)
    near = others[matrix.indices[places]]
    squares = np.matmul((near * is_own[:, :, None]).transpose(0, 2, 1), near) + base
    squares[:, np.arange(base.shape[0]), np.arange(base.shape[0])] += weights[:, None].astype(np.float32)
    right = np.matmul(values[:, None, :], near).transpose(0, 2, 1)
    return np.asarray(np.linalg.solve(squares, right)[:, :, 0], np.float32)
