"""Linear blend: how far to believe each of several scores, learnt by logistic regression.

Few columns and many rows: Newton's steps need a handful of passes, and the answer is the same every time.

Source: Hastie, Tibshirani & Friedman, "The elements of statistical learning", 2009, 4.4.1.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]

_STEPS = 12
_SETTLED = 1e-6
_RIDGE = 10.0  # of the squares of weights on columns of unit spread


@dataclass(frozen=True)
class LinearBlend:
    """Weights of columns as they come.

    Parameters
    ----------
    weights : float32 [columns]
    offset : float
    """

    weights: Floats
    offset: float

    def scores(self, rows: Floats) -> Floats:
        """Return the logarithm of the odds of rows, float32 [...], of float32 [..., columns]."""
        return np.asarray(rows @ self.weights + np.float32(self.offset), np.float32)


def linear_blend(rows: Floats, right: npt.NDArray[np.bool_], *, ridge: float = _RIDGE) -> LinearBlend:
    """Learn weights by which rows that are right come out above others.

    Parameters
    ----------
    rows : float32 [n, columns]
    right : bool [n]
    ridge : float
        Above 0; more trusts no column far.
    """
    mean, spread = rows.mean(axis=0, dtype=np.float64), rows.std(axis=0, dtype=np.float64) + 1e-6
    cells = np.column_stack(((rows - mean) / spread, np.ones(len(rows)))).astype(np.float32)
    penalty = np.append(np.full(rows.shape[1], ridge), 1e-6)
    weights = np.zeros(cells.shape[1])
    for _ in range(_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(cells @ weights.astype(np.float32), -30, 30)))
        slope = cells.T @ (right - chance).astype(np.float32) - penalty * weights
        curve = (cells * (chance * (1 - chance))[:, None]).T @ cells + np.diag(penalty)
        step = np.linalg.solve(curve, slope)
        weights += step
        if np.abs(step).max() < _SETTLED:
            break
    own = weights[:-1] / spread
    return LinearBlend(own.astype(np.float32), float(weights[-1] - own @ mean))
