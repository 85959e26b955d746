"""Cold titles: scores for titles that nobody has watched, from what is known of them.

What a title is (kinds, people, words of its plot, its year) is a row of numbers. How a recommender's weights follow
from such rows is learnt on titles that have been watched: a cold title takes the weights of those that are like it, the
likest counting most. How far likeness is to be believed is chosen on watched titles that were held apart.

Source: Gantner, Drumond, Freudenthaler, Rendle & Schmidt-Thieme, "Learning attribute-to-feature mappings for cold-start
recommendations", ICDM 2010.
"""

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError

Floats = npt.NDArray[np.float32]

_FACTORS = 64
_RIDGES = (0.3, 1.0, 3.0, 10.0, 30.0)


@dataclass(frozen=True)
class ColdTitles:
    """Weights of watched titles on cold ones.

    Parameters
    ----------
    weights : float32 [titles, cold titles]
        ``history @ weights`` are the scores.
    ridge : float
        By how much likeness was doubted.
    """

    weights: Floats
    ridge: float


def cold_titles(weights: Floats, content: Floats, cold: npt.NDArray[np.int64], *, seed: int = 1) -> ColdTitles:
    """Return weights for titles that have none, from those of titles that are like them.

    Parameters
    ----------
    weights : float32 [titles, titles]
        Of rows on columns, as EASE or neighbours give them.
    content : float32 [titles, n]
        What each title is.
    cold : int64 [cold titles]
        Titles without weights.
    seed : int

    Raises
    ------
    InputError
        If no title has been watched, or nothing is known of any.
    """
    warm = np.setdiff1d(np.flatnonzero(np.abs(weights).sum(axis=0) > 0), cold)
    if not len(warm):
        raise InputError("cold titles: a title must have been watched, got none")
    if not content.shape[1] or not np.any(content):
        raise InputError("cold titles: something must be known of titles, got nothing")
    random = np.random.default_rng(seed)
    held = random.permutation(warm)[: max(1, len(warm) // 5)]
    rest = np.setdiff1d(warm, held) if len(warm) > 1 else warm
    errors = [_error(weights[:, held], _mapped(weights, content, rest, held, each)) for each in _RIDGES]
    ridge = _RIDGES[int(np.argmin(errors))]
    return ColdTitles(_mapped(weights, content, warm, cold, ridge), ridge)


def _mapped(weights: Floats, content: Floats, warm: Any, asked: Any, ridge: float) -> Floats:
    """Return the weights on some titles by ridge regression from the content of others."""
    rows = content[warm].astype(np.float64)
    squares = rows.T @ rows + ridge * np.eye(rows.shape[1])
    solve = np.linalg.solve(squares, content[asked].T.astype(np.float64))
    return np.asarray(weights[:, warm] @ (rows @ solve).astype(np.float32), np.float32)


def _error(right: Floats, told: Floats) -> float:
    return float(((right - told) ** 2).mean())


def content_rows(
    kinds: Floats, years: npt.NDArray[np.float64], words: Any = None, *, factors: int = _FACTORS, seed: int = 1
) -> Floats:
    """Return what titles are as rows of numbers: kinds, decade by decade how near the year lies, and words.

    Parameters
    ----------
    kinds : float32 [titles, kinds]
    years : float64 [titles]
        NaN where not known.
    words : sparse [titles, features] or None
        Of plots, names and tags; brought down to a few numbers by the singular value decomposition.
    factors : int
        How many.
    seed : int
    """
    pieces = [kinds / np.maximum(1, np.sqrt(kinds.sum(axis=1, keepdims=True)))]
    known = years[np.isfinite(years)]
    if len(known):
        middles = np.arange(np.floor(known.min() / 10) * 10, known.max() + 10, 10.0)
        near = np.exp(-(((years[:, None] - middles[None, :]) / 7) ** 2))
        pieces.append(np.nan_to_num(near, nan=0.0))
    if words is not None and min(words.shape) > factors + 1:
        decomposition = importlib.import_module("scipy.sparse.linalg").svds
        start = np.random.default_rng(seed).standard_normal(min(words.shape))
        left, values, _ = decomposition(words.astype(np.float64), k=factors, v0=start)
        pieces.append(left * values)
    elif words is not None and words.shape[1]:
        pieces.append(np.asarray(words.toarray()))
    pieces.append(np.full((len(kinds), 1), 0.5))
    return np.concatenate(pieces, axis=1).astype(np.float32)
