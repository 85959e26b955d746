"""Sparse answers: the largest weights of each title alone, so that an answer touches a hundredth of them.

Source: Steck, "Markov random fields for collaborative filtering", NeurIPS 2019.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError

_BLOCK = 1024  # columns looked at together


@dataclass(frozen=True)
class SparseAnswers:
    """Weights of titles on titles, row by row.

    Parameters
    ----------
    begins : int64 [titles + 1]
    titles : int32 [weights]
        For which title each weight speaks.
    weights : float32 [weights]
    """

    begins: npt.NDArray[np.int64]
    titles: npt.NDArray[np.int32]
    weights: npt.NDArray[np.float32]

    def scores(self, history: npt.NDArray[np.integer], values: npt.NDArray[np.floating]) -> npt.NDArray[np.float64]:
        """Return the score of every title for one history, float64 [titles].

        Parameters
        ----------
        history : int [n]
            Titles.
        values : float [n]
            How much each counts.
        """
        begins, ends = self.begins[history], self.begins[history + 1]
        lengths = ends - begins
        places = np.repeat(begins - np.append(0, np.cumsum(lengths)[:-1]), lengths) + np.arange(lengths.sum())
        told = self.weights[places] * np.repeat(values, lengths)
        return np.bincount(self.titles[places], told, minlength=len(self.begins) - 1).astype(np.float64)

    def best(
        self, history: npt.NDArray[np.integer], values: npt.NDArray[np.floating], count: int
    ) -> npt.NDArray[np.int64]:
        """Return the best titles that are not in the history, best first, int64 [count or fewer]."""
        scores = self.scores(history, values)
        scores[history] = -np.inf
        count = min(count, len(scores) - len(history))
        near = np.argpartition(-scores, count - 1)[:count] if count > 0 else np.zeros(0, np.int64)
        return np.asarray(near[np.lexsort((near, -scores[near]))], np.int64)


def sparse_answers(weights: npt.NDArray[np.float32], *, kept: int = 200) -> SparseAnswers:
    """Keep the weights that speak most for or against each title.

    Parameters
    ----------
    weights : float32 [titles, titles]
        Of rows on columns.
    kept : int
        Weights a title keeps; all if there are no more.

    Raises
    ------
    SettingError
        If none would be kept.
    """
    if kept < 1:
        raise SettingError(f"sparse answers: kept must be 1 or more, got {kept}")
    size = len(weights)
    kept = min(kept, size)
    rows, columns, values = [], [], []
    for begin in range(0, size, _BLOCK):
        block = np.ascontiguousarray(weights[:, begin : begin + _BLOCK].T)
        picked = np.argpartition(-np.abs(block), kept - 1, axis=1)[:, :kept]
        told = np.take_along_axis(block, picked, 1)
        is_some = told != 0
        rows.append(picked[is_some].astype(np.int32))
        columns.append((begin + np.nonzero(is_some)[0]).astype(np.int32))
        values.append(told[is_some])
    row, column, value = np.concatenate(rows), np.concatenate(columns), np.concatenate(values)
    order = np.argsort(row, kind="stable")
    begins = np.append(0, np.cumsum(np.bincount(row, minlength=size)))
    return SparseAnswers(begins, column[order], value[order])
