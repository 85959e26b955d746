import numpy as np
import pytest

from kinoeye.errors import InputError
from kinoeye.learn.folds import folds, grouped, sample
from kinoeye.learn.problems import problem_of


def test_every_row_is_held_out_once_and_classes_are_even() -> None:
    problem = problem_of((["a"] * 8 + ["b"] * 2) * 10, "x")
    parted = folds(problem, 5)
    held = np.sort(np.concatenate([each for _, each in parted]))
    assert held.tolist() == list(range(100))
    assert {int((problem.targets[each] == 1).sum()) for _, each in parted} == {4}
    assert all(not set(learnt) & set(held) for learnt, held in parted)


def test_rare_labels_are_spread() -> None:
    lists = [["common"] if each % 10 else ["common", "rare"] for each in range(100)]
    lists[3] = []
    problem = problem_of([each or ["another"] for each in lists[:99]], "x")
    rare = problem.classes.index("rare")
    assert all(problem.targets[held][:, rare].sum() == 2 for _, held in folds(problem, 5))


def test_groups_stay_together() -> None:
    problem = problem_of(["a", "b"] * 50, "x")
    groups = np.arange(100) // 4
    for learnt, held in folds(problem, 5, groups=groups):
        assert not set(groups[learnt]) & set(groups[held])


def test_later_rows_are_held_out() -> None:
    problem = problem_of(["a", "b"] * 50, "x")
    times = np.random.default_rng(1).permutation(100).astype(float)
    parted = folds(problem, 4, times=times)
    assert len(parted) == 4
    for learnt, held in parted:
        assert times[learnt].max() < times[held].min()


def test_rows_of_one_moment_stay_on_one_side() -> None:
    problem = problem_of(["a", "b"] * 50, "x")
    times = (np.arange(100) // 30).astype(float)
    for learnt, held in folds(problem, 4, times=times):
        assert not set(times[learnt]) & set(times[held])


def test_too_few_groups_are_said() -> None:
    with pytest.raises(InputError, match="at least 5 groups, got 2"):
        folds(problem_of(["a", "b"] * 10, "x"), 5, groups=np.arange(20) % 2)


def test_one_moment_is_no_order() -> None:
    with pytest.raises(InputError, match="different times"):
        folds(problem_of(["a", "b"] * 10, "x"), 3, times=np.zeros(20))


def test_a_sample_keeps_shares_and_groups() -> None:
    problem = problem_of((["a"] * 9 + ["b"]) * 100, "x")
    groups = np.arange(1000) // 2
    taken = sample(problem, np.arange(1000), 250, groups, 1)
    assert 200 <= len(taken) <= 300
    assert (problem.targets[taken] == 1).mean() == pytest.approx(0.1, abs=0.03)
    assert not set(groups[taken]) & set(groups[np.setdiff1d(np.arange(1000), taken)])


def test_keys_bind_rows_over_several_columns() -> None:
    assert grouped([["a", "a", None, None], [None, 1, 1, 2]], 4).tolist() in ([0, 0, 0, 1], [1, 1, 1, 0])
