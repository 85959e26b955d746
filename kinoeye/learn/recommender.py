"""Recommender: which titles to show whom, from histories, with the way of blending chosen on viewers held apart.

Several parts score every title for every viewer who is held out of what they learnt from. From what those viewers liked
besides, a linear blend and boosted trees learn how far to believe each part. Which way is used in the end (plain
popularity, one part alone, the blend, or the trees over it) is chosen by viewers that none of them has seen; then all
learn from everyone. Who is asked about later is folded in.

Source: Volkovs, Rai, Cheng, Wu, Lu & Sanner, "Two-stage model for automatic playlist continuation at scale", RecSys
Challenge 2018 (candidates, then trees over what several models say); Steck, WWW 2019.
"""

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError
from kinoeye.learn import rank_measures
from kinoeye.learn.histories import Histories
from kinoeye.learn.linear_blend import LinearBlend, linear_blend
from kinoeye.learn.recommender_parts import FEATURES, Features, Parts, Regularisation, Sides, parts

CANDIDATES = 200
DEPTH = 100
LEAST_VIEWERS = 12  # below, nothing can be held apart, and what is popular is all that can be said

_VIEWERS_FOR_TREES = 200
_FOLDS = 3
_HIDDEN = 0.2
_MOST_VIEWERS = 1500  # from whom the blend learns
_BLOCK = 64  # viewers scored at once
_FAR = np.float32(100)  # below every candidate, in the order that the first look gave
# By which candidates are taken: parts that disagree enough to miss different titles.
_FIRST_LOOK = {"ease": 1.0, "viewers": 0.3, "ials": 0.3, "near": 0.1}
_SINGLE = ("liked", "titles", "ials", "ease")  # ways that are one part alone
WAYS = (*_SINGLE, "blend", "trees")


@dataclass(frozen=True)
class Recommender:
    """A recommender that has learnt.

    Parameters
    ----------
    way : str
        One of `WAYS`.
    parts : Parts
    blend : LinearBlend or None
    trees : estimator or None
    worth : mapping of way to float
        NDCG at 100 of each way on the viewers that chose.
    """

    way: str
    parts: Parts
    blend: LinearBlend | None
    trees: Any
    worth: Mapping[str, float]

    def scores(self, asked: Histories, *, way: str = "") -> Features:
        """Return how much each title suits each viewer, float32 [viewers, titles]; only their order means something.

        Parameters
        ----------
        asked : Histories
            Of viewers who need not have been learnt from; titles numbered alike.
        way : str
            Another way than the one that was chosen.
        """
        found = np.empty((asked.viewers, asked.titles), np.float32)
        for begin in range(0, asked.viewers, _BLOCK):
            rows = np.arange(begin, min(asked.viewers, begin + _BLOCK))
            own = asked.of(rows)
            found[rows] = _scored(self.parts.features(own), own.matrix(), way or self.way, self.blend, self.trees)
        return found


def recommender(
    learnt: Histories, sides: Sides, *, smooth: Regularisation | None = None,
    ways: tuple[str, ...] | None = None, seed: int = 1,
) -> Recommender:  # fmt: skip
    """Learn to recommend.

    Parameters
    ----------
    learnt : Histories
    sides : Sides
    smooth : Regularisation or None
        The usual one if None.
    ways : tuple of str or None
        Of `WAYS`, from which one is chosen; all if None, trees only where there are viewers enough.
    seed : int

    Raises
    ------
    InputError
        If there is no entry that is liked.
    """
    if not learnt.liked.any():
        raise InputError("recommender: there must be a title that someone liked, got none")
    smooth = smooth or Regularisation()
    if learnt.viewers < LEAST_VIEWERS:
        return Recommender("liked", parts(learnt, sides, smooth), None, None, {})
    if ways is None:
        ways = WAYS if learnt.viewers >= _VIEWERS_FOR_TREES else WAYS[:-1]
    random = np.random.default_rng(seed)
    held = [_held(learnt, sides, smooth, each, random) for each in _folds(learnt, random)]
    tried = _chosen(held[:-1], held[-1], ways, seed)
    way = max(tried, key=lambda each: (tried[each], -WAYS.index(each)))
    blend, trees = _mixers(held, ("blend", way), seed)
    return Recommender(way, parts(learnt, sides, smooth), blend, trees, tried)


def taught(model: Recommender, learnt: Histories) -> Recommender:
    """Return a recommender of the same way that has learnt from other histories; how far parts are believed stays."""
    return replace(model, parts=parts(learnt, model.parts.sides, model.parts.smooth))


@dataclass(frozen=True)
class _Held:
    """Viewers who were held out of the parts that score them."""

    features: Features
    seen: Any
    wanted: Any


def _folds(learnt: Histories, random: np.random.Generator) -> list[npt.NDArray[np.int64]]:
    order = random.permutation(learnt.viewers)
    return [np.sort(fold[: _MOST_VIEWERS // _FOLDS]) for fold in np.array_split(order, _FOLDS)]


def _held(
    learnt: Histories, sides: Sides, smooth: Regularisation, fold: npt.NDArray[np.int64], random: np.random.Generator
) -> _Held:
    rest = np.setdiff1d(np.arange(learnt.viewers), fold)
    own = learnt.of(fold)
    is_hidden = random.random(len(own)) < _HIDDEN
    asked = own.only(~is_hidden)
    wanted = own.only(is_hidden & own.liked).matrix()
    return _Held(parts(learnt.of(rest), sides, smooth).features(asked), asked.matrix(), wanted)


def _chosen(fitted: list[_Held], held: _Held, ways: tuple[str, ...], seed: int) -> dict[str, float]:
    """Return the worth of each way on viewers from whom no blend learnt."""
    blend, trees = _mixers(fitted, ways, seed)
    found = {}
    for way in ways:
        scores = rank_measures.without(_scored(held.features, held.seen, way, blend, trees), held.seen)
        gains = rank_measures.ndcg(rank_measures.top(scores, DEPTH), held.wanted)
        found[way] = float(np.nanmean(gains)) if np.isfinite(gains).any() else 0.0
    return found


def _mixers(held: list[_Held], ways: tuple[str, ...], seed: int) -> tuple[LinearBlend | None, Any]:
    """Learn how far to believe each part from held viewers' candidates; trees only where they are asked for."""
    if not {"blend", "trees"} & set(ways):
        return None, None
    rows, right = [], []
    for each in held:
        picked = _candidates(each.features, each.seen)
        places = np.arange(len(picked))[:, None]
        rows.append(each.features[places, picked].reshape(-1, len(FEATURES)))
        right.append((np.asarray(each.wanted.toarray()) > 0)[places, picked].ravel())
    cells, is_right = np.concatenate(rows), np.concatenate(right)
    if not is_right.any():
        return None, None
    blend = linear_blend(cells, is_right)
    if "trees" not in ways:
        return blend, None
    boosted = importlib.import_module("sklearn.ensemble").HistGradientBoostingClassifier(
        max_iter=80, learning_rate=0.08, max_leaf_nodes=15, l2_regularization=5.0, min_samples_leaf=100,
        early_stopping=False, random_state=seed,
    )  # fmt: skip
    return blend, boosted.fit(cells, is_right)


def _candidates(features: Features, seen: Any) -> npt.NDArray[np.int64]:
    """Return the titles that are worth a closer look, int64 [viewers, candidates]."""
    look = rank_measures.without(_first_look(features), seen)
    count = min(CANDIDATES, look.shape[1])
    return np.argpartition(-look, count - 1, axis=1)[:, :count]


def _first_look(features: Features) -> Features:
    weights = np.zeros(len(FEATURES), np.float32)
    for name, weight in _FIRST_LOOK.items():
        weights[FEATURES.index(name)] = weight
    return np.asarray(features @ weights, np.float32)


def _scored(features: Features, seen: Any, way: str, blend: LinearBlend | None, trees: Any) -> Features:
    if way in _SINGLE:
        return features[:, :, FEATURES.index(way)]
    if blend is None:
        return _first_look(features)
    linear = blend.scores(features)
    if way == "blend" or trees is None:
        return linear
    found = linear - _FAR
    picked = _candidates(features, seen)
    places = np.arange(len(picked))[:, None]
    cells = features[places, picked].reshape(-1, len(FEATURES))
    found[places, picked] = trees.decision_function(cells).reshape(picked.shape) + linear[places, picked]
    return found
