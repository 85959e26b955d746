"""Clusters: rows that belong together, where nobody has said what they are.

How many groups there are and how they are drawn is chosen by how clearly rows that were held out fall into groups that
others were learnt from. What has no groups falls into some, too; so the same is done with columns whose cells have
changed places, each by itself, and groups that are no clearer than those are none.

Source: Rousseeuw, "Silhouettes", J. Computational and Applied Mathematics 20, 1987; Tibshirani, Walther & Hastie,
"Estimating the number of clusters in a data set via the gap statistic", JRSS B 63, 2001 (against rows without groups).
"""

import importlib
from collections.abc import Callable
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError
from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import Candidate, Setting
from kinoeye.learn.choice import Answered, Choice, Tried
from kinoeye.learn.costs import Cost, bytes_in, spent
from kinoeye.learn.estimators import Learnt, load
from kinoeye.learn.features import Encoder, Frame
from kinoeye.learn.measures import Judged
from kinoeye.learn.problems import LEAST_ROWS, Problem
from kinoeye.learn.said import said

NAMES = ("k-means", "Gaussian mixture")
_COUNTS = (2, 3, 4, 5, 6, 8)
_FOLDS, _NULLS = 5, 4
_MOST_ROWS = 4000
_SURE = 2.0  # standard errors above rows without groups


class Grouped(Learnt):
    """Groups of scikit-learn under the form of an estimator of classes: how near each row is to each group."""

    def fit(self, features: Any, problem: Problem) -> None:
        """Learn groups; what is right for rows is not looked at."""
        self.classes = int(self._setting["count"])
        module, name = {"k-means": ("sklearn.cluster", "KMeans"),
                        "Gaussian mixture": ("sklearn.mixture", "GaussianMixture")}[self.name]  # fmt: skip
        more: dict[str, Any] = {"n_clusters": self.classes, "n_init": 3} if self.name == "k-means" else {
            "n_components": self.classes, "covariance_type": "diag", "reg_covar": 1e-3}  # fmt: skip
        make = getattr(importlib.import_module(module), name)
        self.parts = [make(random_state=self._seed, **more).fit(np.asarray(features, np.float64))]

    def scores(self, features: Any) -> npt.NDArray[np.float64]:
        """Return how near rows are to groups, [n, groups]."""
        part, told = self.parts[0], np.asarray(features, np.float64)
        if self.name == "k-means":
            return -np.asarray(part.transform(told), np.float64)
        return np.asarray(np.log(np.maximum(part.predict_proba(told), 1e-12)), np.float64)

    def weights(self) -> None:
        """Return nothing: groups have no weights."""


def candidates() -> list[Candidate]:
    """Return the ways of finding groups."""

    def make(name: str) -> Callable[[str, Setting, int], Grouped]:
        return lambda kind, setting, seed: Grouped(name, kind, setting, seed)

    def read(kind: str, data: bytes) -> Grouped:
        held = load(kind, data)
        return Grouped(held.name, kind, {"count": held.classes}, 0, held.parts, held.classes)

    return [Candidate(name, "narrow", tuple({"count": each} for each in _COUNTS), lambda _: (True, said("in_groups")),
                      make(name), read) for name in NAMES]  # fmt: skip


def groups_in(frame: Frame, rows: int, label: str, seed: int = 1) -> tuple[Choice, Candidate]:
    """Choose how rows fall into groups.

    Parameters
    ----------
    frame : Frame
    rows : int
    label : str
        What the groups will be called.
    seed : int

    Raises
    ------
    InputError
        If there are too few rows.
    """
    if rows < 2 * LEAST_ROWS:
        raise InputError(f"learn: groups must be sought in at least {2 * LEAST_ROWS} rows, got {rows}")
    chance = np.random.default_rng(seed)
    order = chance.permutation(rows)[:_MOST_ROWS]
    with spent() as whole:
        part = Encoder(frame.take(order))
        told = np.asarray(part.narrow(frame.take(order)), np.float64)
        real = {(each.name, setting["count"]): _clearness(each, setting, told, seed)
                for each in candidates() for setting in each.settings if 4 * setting["count"] <= len(told)}  # fmt: skip
        best = max(real, key=lambda key: real[key][0].score)
        bar = real[best][0].score - real[best][0].error
        picked = min((key for key in real if real[key][0].score >= bar), key=lambda key: (key[1], real[key][1].price))
        candidate = next(each for each in candidates() if each.name == picked[0])
        mixed = [_mixed(told, chance) for _ in range(_NULLS)]
        nulls = [_clearness(candidate, {"count": picked[1]}, each, seed)[0].score for each in mixed]
    dumb = _judged(np.asarray(nulls))
    score = real[picked][0]
    is_clear = score.score > max(nulls) + _SURE * score.error
    tried = tuple(sorted((_tried(each, real) for each in candidates()), key=lambda each: -each.score.score if each.score
                         else 0.0))  # fmt: skip
    found = said("why_groups_none", score=score.score)
    if is_clear:
        found = said("why_groups_picked", name=picked[0], count=picked[1], score=score.score, error=score.error)
    why = (said("kind_groups", label=label), said("why_groups_tried", rows=len(told), most=_COUNTS[-1]), found,
           said("why_groups_mixed", score=dumb.score))  # fmt: skip
    problem = Problem("clustering", why[0], (), np.zeros(len(told)), np.arange(len(told)))
    answered = Answered(problem, np.zeros(len(told)), np.zeros(len(told)))
    choice = Choice("silhouette", tried, dumb, picked[0] if is_clear else "", {"count": picked[1]}, score,
                    Calibration(slopes=(1.0,)), answered, _FOLDS, _FOLDS, False, why, whole.seconds)  # fmt: skip
    return choice, candidate


def _clearness(candidate: Candidate, setting: Setting, told: npt.NDArray[np.float64], seed: int) -> tuple[Judged, Cost]:
    """Return how clearly rows that were held out fall into the groups of the others."""
    silhouette = importlib.import_module("sklearn.metrics").silhouette_score
    nobody = Problem("clustering", said("kind_groups"), (), np.zeros(0), np.zeros(0, np.int64))
    found, train, answer, size = [], 0.0, 0.0, 0
    parts = np.random.default_rng(seed).permutation(len(told)) % _FOLDS
    for number in range(_FOLDS):
        held = told[parts == number]
        estimator = candidate.make("clustering", setting, seed)
        with spent() as training:
            estimator.fit(told[parts != number], nobody)
        with spent() as answering:
            own = estimator.scores(held).argmax(axis=1)
        different = len(np.unique(own))
        found.append(float(silhouette(held, own)) if 1 < different < len(held) else 0.0)
        train, answer, size = train + training.seconds, answer + answering.seconds, bytes_in(estimator)
    return _judged(np.asarray(found)), Cost(train / _FOLDS, answer / len(told), 0.0, size)


def _judged(values: npt.NDArray[np.float64]) -> Judged:
    mean, error = float(values.mean()), float(values.std(ddof=1) / np.sqrt(len(values)))
    return Judged(mean, error, mean - 1.96 * error, mean + 1.96 * error)


def _mixed(told: npt.NDArray[np.float64], chance: np.random.Generator) -> npt.NDArray[np.float64]:
    """Return rows whose places have changed rows, each by itself: as wide as they were, and without groups."""
    return np.column_stack([chance.permutation(told[:, place]) for place in range(told.shape[1])])


def _tried(candidate: Candidate, real: dict[tuple[str, int], tuple[Judged, Cost]]) -> Tried:
    own = {key: each for key, each in real.items() if key[0] == candidate.name}
    best = max(own, key=lambda key: own[key][0].score)
    return Tried(candidate.name, True, said("in_groups"), {"count": best[1]}, *own[best])
