"""Fairness: a group that is worse off by construction is found, one that is not is not, and few rows are not scored."""

import numpy as np
import pytest
from sklearn.metrics import f1_score

from kinoeye.errors import InputError
from kinoeye.learn.fairness import balancing_weights, calibration_error, group_scores, macro_f1


def _made(rows: int = 600, labels: int = 4, worse: float = 0.4) -> tuple[np.ndarray, ...]:
    """Answers that are wrong once in ten, and in the group `b` as often as `worse`."""
    draw = np.random.default_rng(3)
    truth = draw.random((rows, labels)) < 0.4
    groups = np.where(np.arange(rows) % 3 == 0, "b", "a")
    wrong = draw.random((rows, labels)) < np.where(groups == "b", worse, 0.1)[:, None]
    picked = truth ^ wrong
    return truth, picked, np.where(picked, 0.9, 0.1), groups


def test_scores_are_those_of_scikit_learn() -> None:
    truth, picked, _, _ = _made()
    assert macro_f1(truth, picked) == pytest.approx(f1_score(truth, picked, average="macro"))
    weights = np.random.default_rng(1).random(len(truth))
    assert macro_f1(truth, picked, weights) == pytest.approx(
        f1_score(truth, picked, average="macro", sample_weight=weights)
    )


def test_a_group_that_is_worse_off_stands_out() -> None:
    truth, picked, chances, groups = _made()
    whole, first, second = group_scores(truth, picked, chances, {"land": list(groups)})
    assert (whole.column, whole.rows, first.group, second.group) == ("", 600, "a", "b")
    assert first.f1 is not None and second.f1 is not None and second.against_rest is not None
    assert second.stands_out and first.stands_out
    assert second.against_rest < 0 < (first.against_rest or 0)
    assert (second.least_f1 or 0) < second.f1 < (second.most_f1 or 1)
    assert (second.calibration_error or 0) > (first.calibration_error or 0)


def test_equal_groups_do_not() -> None:
    truth, picked, chances, groups = _made(worse=0.1)
    assert not any(each.stands_out for each in group_scores(truth, picked, chances, {"land": list(groups)}))


def test_few_rows_are_named_and_not_scored() -> None:
    truth, picked, chances, groups = _made()
    groups = groups.copy()
    groups[:10], groups[10:20] = "c", ""
    found = {each.group: each for each in group_scores(truth, picked, chances, {"land": list(groups)})}
    assert found["c"].f1 is None and found["c"].rows == 10
    assert sum(each.rows for name, each in found.items() if name) == 590


def test_labels_that_a_group_has_not_do_not_count() -> None:
    truth, picked, chances, groups = _made()
    truth[groups == "b", 0] = picked[groups == "b", 0] = False
    found = {each.group: each for each in group_scores(truth, picked, chances, {"land": list(groups)})}
    own = groups == "b"
    assert found["b"].f1 == pytest.approx(macro_f1(truth[own][:, 1:], picked[own][:, 1:]))


def test_weights_let_each_group_count_the_same() -> None:
    groups = ["a"] * 30 + ["b"] * 10 + [""] * 5
    weights = balancing_weights(groups)
    assert weights.mean() == pytest.approx(1)
    assert weights[:30].sum() == pytest.approx(weights[30:40].sum())
    assert balancing_weights(["", ""]).tolist() == [1, 1]
    assert balancing_weights(["a"] * 10_000 + ["b"]).max() < 11


def test_calibration_is_perfect_where_chances_come_true() -> None:
    truth = np.random.default_rng(5).random((20_000, 1)) < 0.25
    assert calibration_error(truth, np.full((20_000, 1), 0.25)) < 0.01
    assert calibration_error(truth, np.full((20_000, 1), 0.75)) > 0.4


def test_shapes_must_agree() -> None:
    truth, picked, chances, groups = _made()
    with pytest.raises(InputError, match="picked must have the shape"):
        group_scores(truth, picked[:10], chances, {"land": list(groups)})
    with pytest.raises(InputError, match="land must have 600 rows, got 3"):
        group_scores(truth, picked, chances, {"land": ["a", "b", "c"]})
