"""Every metric beside scikit-learn's."""

import numpy as np
import pytest
from sklearn import metrics as theirs
from sklearn.calibration import calibration_curve

from kinoeye.learn import metrics


@pytest.fixture
def classes() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(1)
    right = chance.integers(0, 4, 300)
    return right, np.where(chance.random(300) < 0.6, right, chance.integers(0, 4, 300))


@pytest.fixture
def labels() -> tuple[np.ndarray, np.ndarray]:
    chance = np.random.default_rng(2)
    right = (chance.random((200, 5)) < [0.5, 0.3, 0.1, 0.02, 0.0]).astype(np.int8)
    return right, np.where(chance.random((200, 5)) < 0.8, right, 1 - right).astype(np.int8)


def test_of_classes(classes: tuple[np.ndarray, np.ndarray]) -> None:
    right, answered = classes
    own = metrics.by_class(right, answered, 4)
    precision, recall, f1, count = theirs.precision_recall_fscore_support(right, answered)
    np.testing.assert_allclose((own.precision, own.recall, own.f1), (precision, recall, f1))
    np.testing.assert_array_equal(own.count, count)
    assert metrics.accuracy(right, answered) == pytest.approx(theirs.accuracy_score(right, answered))
    assert metrics.f1(right, answered, 4) == pytest.approx(theirs.f1_score(right, answered, average="macro"))
    assert metrics.f1(right, answered, 4, average="micro") == pytest.approx(
        theirs.f1_score(right, answered, average="micro")
    )
    np.testing.assert_array_equal(metrics.confusion(right, answered, 4), theirs.confusion_matrix(right, answered))


def test_of_labels(labels: tuple[np.ndarray, np.ndarray]) -> None:
    right, answered = labels
    own = metrics.by_class(right, answered, 5)
    precision, recall, f1, _ = theirs.precision_recall_fscore_support(right, answered, zero_division=0)
    np.testing.assert_allclose((own.precision, own.recall, own.f1), (precision, recall, f1))
    for average in ("macro", "micro"):
        assert metrics.f1(right, answered, 5, average=average) == pytest.approx(
            theirs.f1_score(right, answered, average=average, zero_division=0)
        )
    assert metrics.accuracy(right, answered) == pytest.approx(theirs.accuracy_score(right, answered))


def test_of_curves_with_ties() -> None:
    chance = np.random.default_rng(3)
    right = chance.integers(0, 2, 400)
    scores = np.round(right + chance.normal(0, 1, 400), 1)
    assert metrics.roc_auc(right, scores) == pytest.approx(theirs.roc_auc_score(right, scores))
    assert metrics.pr_auc(right, scores) == pytest.approx(theirs.average_precision_score(right, scores))
    falsely, found = metrics.roc(right, scores)
    other_falsely, other_found, _ = theirs.roc_curve(right, scores, drop_intermediate=False)
    np.testing.assert_allclose(falsely, other_falsely)
    np.testing.assert_allclose(found, other_found)


def test_a_curve_of_one_class_is_no_number() -> None:
    assert np.isnan(metrics.roc_auc(np.ones(5, int), np.arange(5.0)))
    assert np.isnan(metrics.pr_auc(np.zeros(5, int), np.arange(5.0)))


def test_of_numbers() -> None:
    chance = np.random.default_rng(4)
    right = chance.normal(5, 2, 100)
    told = right + chance.normal(0, 1, 100)
    assert metrics.mse(right, told) == pytest.approx(theirs.mean_squared_error(right, told))
    assert metrics.mae(right, told) == pytest.approx(theirs.mean_absolute_error(right, told))
    assert metrics.r2(right, told) == pytest.approx(theirs.r2_score(right, told))


def test_of_calibration() -> None:
    chance = np.random.default_rng(5)
    told = chance.random(2000)
    right = (chance.random(2000) < told**2).astype(int)
    counts, mean, share = metrics.calibration(right, told)
    their_share, their_mean = calibration_curve(right, told, n_bins=10)
    np.testing.assert_allclose(share, their_share)
    np.testing.assert_allclose(mean, their_mean)
    assert metrics.calibration_error(right, told) == pytest.approx(
        float((counts * np.abs(their_mean - their_share)).sum() / 2000)
    )


def test_of_rankings_with_ties() -> None:
    chance = np.random.default_rng(6)
    right, scores = chance.integers(0, 4, (20, 12)).astype(float), chance.integers(0, 5, (20, 12)).astype(float)
    queries = np.repeat(np.arange(20), 12)
    for at in (3, 10):
        assert metrics.ndcg(right.ravel(), scores.ravel(), queries, at=at) == pytest.approx(
            theirs.ndcg_score(right, scores, k=at)
        )
