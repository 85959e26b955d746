"""Boosted hazards: trees that say how a hazard rises and falls with what holds, beside a fit that adds effects up.

Each small tree is grown on what the ones before it and a known expectation leave; trees are added as long as held-out
stretches are told better. They see what a line cannot: bounds, and features that matter only together.

Source: Friedman, "Greedy function approximation", Annals of Statistics 29(5), 2001, with the likelihood of Poisson.
"""

import importlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.learn.shapley import Tree, tree_of, values

Floats = npt.NDArray[np.float64]

_DEPTH = 3
_RATE = 0.15
_MOST_TREES = 80
_PATIENCE = 8
_HELD_EVERY = 5
_PRIOR = 20.0  # leavings that a leaf needs to be believed half


@dataclass(frozen=True)
class Boosted:
    """Grown trees.

    Parameters
    ----------
    trees : tuple of Tree
        What they say adds up to the logarithm of how much oftener than expected viewers leave.
    gain : float
        Of held-out leavings' deviance from what was expected, how much the trees take away; 0 for no trees.
    """

    trees: tuple[Tree, ...]
    gain: float

    def parts(self, features: Floats) -> Floats:
        """Return what each feature adds, log: float64 [n, features]."""
        return values(self.trees, features)


def boosted(features: Floats, left: Floats, expected: Floats, *, block_s: int, seed: int = 0) -> Boosted:
    """Grow trees.

    Parameters
    ----------
    features : float64 [n, features]
    left, expected : float64 [n]
        Leavings, and how many were expected by everything else.
    block_s : seconds
        Stretches that are held out as one.
    seed : int
    """
    grow = importlib.import_module("sklearn.tree").DecisionTreeRegressor
    block = np.arange(len(left)) // max(1, block_s)
    is_held = block % _HELD_EVERY == _HELD_EVERY - 1
    if is_held.all() or not is_held.any() or not features.shape[1]:
        is_held = np.zeros(len(left), bool)
    learnt = ~is_held
    log = np.zeros(len(left))
    trees: list[Tree] = []
    first = best = _deviance(left, expected, log, is_held)
    kept = 0
    for number in range(_MOST_TREES if features.shape[1] else 0):
        mean = np.maximum(1e-9, expected * np.exp(log))
        tree = grow(max_depth=_DEPTH, min_weight_fraction_leaf=0.01, random_state=seed + number)
        tree.fit(features[learnt], ((left - mean) / mean)[learnt], sample_weight=mean[learnt])
        leaf = tree.apply(features[learnt])
        size = tree.tree_.node_count
        surplus = np.bincount(leaf, (left - mean)[learnt], size)
        weight = np.bincount(leaf, mean[learnt], size)
        trees.append(tree_of(tree, _RATE * surplus / (weight + _PRIOR)))
        log = log + trees[-1].says(features.astype(np.float32).astype(np.float64))
        now = _deviance(left, expected, log, is_held)
        if now < best - 1e-9:
            best, kept = now, len(trees)
        elif len(trees) - kept >= _PATIENCE:
            break
    return Boosted(tuple(trees[:kept]), max(0.0, 1 - best / first) if first > 0 else 0.0)


def _deviance(left: Floats, expected: Floats, log: Floats, where: npt.NDArray[np.bool_]) -> float:
    """Return how far leavings lie from a mean: Poisson deviance, of a scale that a sum of logs gives."""
    mean = np.maximum(1e-9, expected[where] * np.exp(log[where]))
    seen = left[where]
    ratio = np.where(seen > 0, seen * np.log(np.maximum(seen, 1e-12) / mean), 0.0)
    return float(2 * (ratio - seen + mean).sum())
