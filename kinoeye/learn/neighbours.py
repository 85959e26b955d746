"""Neighbours: titles that the same people watch, people who watch the same titles, and what everyone watches.

The plainest recommenders, which others must beat. Likeness is the cosine, drawn towards nothing where few people stand
behind it.

Source: Sarwar et al., "Item-based collaborative filtering recommendation algorithms", WWW 2001; Deshpande & Karypis,
"Item-based top-N recommendation algorithms", ACM TOIS 22, 2004; Aiolli, "Efficient top-N recommendation for very large
scale binary rated datasets", RecSys 2013 (viewers).
"""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError

Scores = npt.NDArray[np.float32]
Years = npt.NDArray[np.float64]


def title_likeness(matrix: Any, *, shrinkage: float = 10.0, nearest: int = 0) -> Scores:
    """Return how alike titles are by who watches them, float32 [titles, titles], nothing on the diagonal.

    Parameters
    ----------
    matrix : sparse [viewers, titles], 0..1
    shrinkage : float, not negative
        In viewers; likeness that rests on fewer is drawn towards nothing.
    nearest : int
        Of each title's column only so many of the likest are kept; all if 0.

    Raises
    ------
    SettingError
        If the shrinkage is negative.
    """
    if shrinkage < 0:
        raise SettingError(f"neighbours: shrinkage must not be negative, got {shrinkage}")
    together = np.asarray((matrix.T @ matrix).toarray(), np.float32)
    own = np.sqrt(np.diag(together))
    together /= np.maximum(own[:, None] * own[None, :] + shrinkage, 1e-9)
    np.fill_diagonal(together, 0)
    if 0 < nearest < len(together):
        limits = np.partition(together, -nearest, axis=0)[-nearest]
        together[together < limits[None, :]] = 0
    return together


def by_viewers(matrix: Any, learnt: Any, liked: Any, *, nearest: int = 60) -> Scores:
    """Return scores of titles by what the people like whose histories are likest, float32 [viewers, titles].

    Parameters
    ----------
    matrix : CSR [viewers, titles], 0..1
        Histories of those who ask.
    learnt, liked : CSR [others, titles], 0..1
        Histories of others, and what of them they liked.
    nearest : int
        How many others count for each.
    """
    spread = np.asarray((learnt != 0).sum(axis=0)).ravel()
    rarity = np.log1p(learnt.shape[0] / (1 + spread))
    alike = np.asarray((_unit(matrix, rarity) @ _unit(learnt, rarity).T).toarray())
    if nearest < alike.shape[1]:
        limits = np.partition(alike, -nearest, axis=1)[:, -nearest]
        alike[alike < limits[:, None]] = 0
    return np.asarray(alike @ liked, np.float32)


def popularity(matrix: Any, ages: Years | None = None, *, half_life: float = 1.0) -> Scores:
    """Return how much everyone watches each title, float32 [titles].

    Parameters
    ----------
    matrix : sparse [viewers, titles], 0..1
    ages : float64 [entries of the matrix], years, or None
        How long ago each entry of a CSR matrix was; None counts all alike.
    half_life : float, years
        After which an entry counts half.
    """
    if ages is None:
        return np.asarray(matrix.sum(axis=0), np.float32).ravel()
    if half_life <= 0:
        raise SettingError(f"neighbours: half_life must be above 0, got {half_life}")
    faded = matrix.data * 0.5 ** (np.maximum(0, np.nan_to_num(ages, nan=np.nanmax(ages))) / half_life)
    return np.bincount(matrix.indices, faded, minlength=matrix.shape[1]).astype(np.float32)


def popularity_near(liked: Any, middles: Years, at: Years, *, width: float = 1.0) -> Scores:
    """Return what is liked by people who watched at about the same time, float32 [viewers, titles].

    Parameters
    ----------
    liked : CSR [others, titles], 0..1
    middles : float64 [others], years
        The mean time of what they watched.
    at : float64 [viewers], years
        The same of those who ask; NaN takes everyone alike.
    width : float, years
        How fast others far off count less.
    """
    apart = np.abs(at[:, None] - middles[None, :])
    near = np.exp(-np.nan_to_num(apart, nan=0.0) / width)
    near /= np.maximum(near.sum(axis=1, keepdims=True), 1e-30)
    return np.asarray(near @ liked, np.float32)


def _unit(matrix: Any, weights: npt.NDArray[np.floating]) -> Any:
    """Return rows of length one, each column weighed."""
    sparse = importlib.import_module("scipy.sparse")
    weighed = matrix @ sparse.diags_array(weights.astype(np.float32))
    lengths = np.sqrt(np.asarray(weighed.multiply(weighed).sum(axis=1)).ravel())
    return sparse.diags_array((1 / np.maximum(lengths, 1e-9)).astype(np.float32)) @ weighed
