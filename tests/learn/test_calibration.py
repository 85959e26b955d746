import numpy as np
import pytest
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.calibration import CalibratedClassifierCV
from sklearn.metrics import f1_score

from kinoeye.learn.calibration import Calibration, best_threshold, calibrated, platt
from kinoeye.learn.metrics import calibration_error
from kinoeye.learn.problems import problem_of


class Scores(ClassifierMixin, BaseEstimator):
    """Takes its one column as the score."""

    def fit(self, features: np.ndarray, right: np.ndarray) -> "Scores":
        self.classes_ = np.unique(right)
        return self

    def decision_function(self, features: np.ndarray) -> np.ndarray:
        return features[:, 0]

    def predict(self, features: np.ndarray) -> np.ndarray:
        return (features[:, 0] > 0).astype(int)


def test_the_curve_is_that_which_scikit_learn_finds() -> None:
    chance = np.random.default_rng(1)
    scores = chance.normal(0, 3, 800)
    right = (chance.random(800) < 1 / (1 + np.exp(-(0.7 * scores - 1)))).astype(int)
    slope, shift = platt(right, scores)
    assert (slope, shift) == pytest.approx((0.7, -1), abs=0.2)
    own = 1 / (1 + np.exp(-(slope * scores + shift)))

    theirs = CalibratedClassifierCV(Scores(), method="sigmoid", ensemble=False, cv=2).fit(scores[:, None], right)
    np.testing.assert_allclose(own, theirs.predict_proba(scores[:, None])[:, 1], atol=0.02)
    assert calibration_error(right, own) < 0.05


def test_the_threshold_is_the_best_of_all() -> None:
    chance = np.random.default_rng(2)
    chances = chance.random(200)
    right = (chance.random(200) < chances**3).astype(int)
    found = best_threshold(right, chances, metric="f1")
    best = max(f1_score(right, chances >= each) for each in np.unique(chances))
    assert f1_score(right, chances >= found) == pytest.approx(best)


def test_a_score_never_speaks_against_its_own_label() -> None:
    chance = np.random.default_rng(3)
    scores = chance.normal(size=100)
    slope, _ = platt((scores < 0).astype(int), scores)
    assert slope > 0


def test_many_classes_share_one_temperature() -> None:
    chance = np.random.default_rng(4)
    problem = problem_of([f"c{each}" for each in chance.integers(0, 3, 300)], "x")
    scores = 50.0 * np.eye(3)[np.where(chance.random(300) < 0.7, problem.targets, chance.integers(0, 3, 300))]
    found = calibrated(problem, scores)
    chances = found.chances("multi-class", scores)
    assert np.allclose(chances.sum(axis=1), 1)
    assert chances.max(axis=1).mean() == pytest.approx(0.8, abs=0.06)


def test_a_rare_labels_threshold_leans_towards_that_of_all() -> None:
    chance = np.random.default_rng(5)
    lists = [["common"] * (chance.random() < 0.7) + ["rare"] * (place % 60 == 0) or ["other"] for place in range(300)]
    problem = problem_of(lists, "x")
    scores = chance.normal(size=problem.targets.shape) + problem.targets
    rare = problem.classes.index("rare")
    found = calibrated(problem, scores)
    chances = found.chances("multi-label", scores)
    alone = best_threshold(problem.targets[:, rare], chances[:, rare])
    for_all = best_threshold(problem.targets.ravel(), chances.ravel())
    assert min(alone, for_all) <= found.thresholds[rare] <= max(alone, for_all)


def test_numbers_stay_what_they_are() -> None:
    assert Calibration().chances("regression", np.asarray([1.5])).tolist() == [1.5]
