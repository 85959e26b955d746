import numpy as np
import pytest

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.problems import problem_of


def test_kinds_are_told_by_the_cells() -> None:
    assert problem_of(["yes", "no"] * 10, "x").kind == "binary"
    assert problem_of(["a", "b", "c"] * 8, "x").kind == "multi-class"
    assert problem_of(["Drama|War", "Drama", "War"] * 10, "x").kind == "multi-label"
    assert problem_of([["Drama"], ["Drama", "War"], ["War"]] * 10, "x").kind == "multi-label"
    assert problem_of([0.5 * each for each in range(40)], "x").kind == "regression"
    assert problem_of([str(each) for each in range(40)], "x").kind == "regression"
    assert problem_of([1, 2, 3, 4] * 10, "x").kind == "multi-class"
    assert problem_of([1.0, 2.0, 3.0] * 8, "x", queries=list("abcd") * 6).kind == "ranking"


def test_what_is_looked_for_is_the_second_class() -> None:
    assert problem_of(["no"] * 8 + ["yes"] * 20, "x").classes == ("no", "yes")
    assert problem_of(["common"] * 20 + ["rare"] * 6, "x").classes == ("common", "rare")
    assert problem_of([True, False] * 10, "x").classes == ("false", "true")


def test_rows_without_a_label_are_left_out() -> None:
    found = problem_of(["a", None, "b", "", "N/A"] * 10, "x")
    assert len(found) == 20
    assert found.rows[:4].tolist() == [0, 2, 5, 7]


def test_rare_classes_are_set_aside_and_told() -> None:
    found = problem_of(["a"] * 10 + ["b"] * 10 + ["c"], "x")
    assert found.classes == ("a", "b") and len(found) == 20
    assert found.notes[0].key == "rare_classes" and found.notes[0].values["some"] == "c"


def test_infinite_numbers_are_set_aside_and_told() -> None:
    found = problem_of([*np.linspace(0, 1, 30).tolist(), float("inf")], "x", kind="regression")
    assert len(found) == 30 and found.notes[0].values["count"] == 1


@pytest.mark.parametrize(("values", "match"), [
    ([], "must have rows"), ([None] * 20, "must have labels"), (["a", "b", "a"], "at least 12 labels"),
    (["a"] * 20, "two classes or more, got 'a' only"),
    ([str(each) + "x" for each in range(10_000)], "two classes of 5"),
    ([1.0] * 20, "two classes or more"),
    ([f"name {each // 5}" for each in range(10_000)], "at most 500 classes, got 2000"),
    ([[str(each)] for each in range(40)], "5 rows or more share"),
])  # fmt: skip
def test_what_cannot_be_learnt_is_said_plainly(values: list[object], match: str) -> None:
    with pytest.raises(InputError, match=match):
        problem_of(values, "x")


def test_one_value_is_no_number_to_learn() -> None:
    with pytest.raises(InputError, match="different values, got 3 only"):
        problem_of([3.0] * 20, "x", kind="regression")


def test_an_unknown_kind_is_refused() -> None:
    with pytest.raises(SettingError, match="must be auto or one of"):
        problem_of(["a", "b"] * 10, "x", kind="guess")
