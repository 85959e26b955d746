import numpy as np
import pytest

from kinoeye.errors import UseError
from kinoeye.learn.columns import categories, check_together, column_of, lists, numbers, texts


def test_what_is_no_finite_number_lacks() -> None:
    column = numbers("a", [1, "2.5", None, float("nan"), float("inf"), "-inf", "many", True])
    assert column.known.tolist() == [True, True, False, False, False, False, False, True]
    assert [column.read(row) for row in range(3)] == [1.0, 2.5, None]


def test_whole_numbers_are_read_as_whole() -> None:
    column = numbers("a", np.array([1990.0, np.nan, 2001.0]))
    assert column.is_whole
    assert column.read(2) == 2001
    assert isinstance(column.read(2), int)


def test_labels_stand_in_the_order_of_how_often_they_come() -> None:
    column = categories("a", ["b", "a", "b", "", None, " b "])
    assert column.labels == ("b", "a")
    assert column.lacking == 2
    assert lists("a", [["x", "y", "x"], [], None, ["y"]]).labels == ("y", "x")


def test_a_list_keeps_its_order_and_loses_repeats() -> None:
    column = lists("a", [["y", "x", "y"], [None, ""]])
    assert column.read(0) == ("y", "x")
    assert column.read(1) is None


def test_skewed_numbers_lie_far_apart_and_above_nothing() -> None:
    assert numbers("a", [10.0**n for n in range(1, 9)]).is_skewed
    assert not numbers("a", range(1, 9)).is_skewed
    assert not numbers("a", [-1, *(10.0**n for n in range(1, 9))]).is_skewed


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, 2, None, "3"], "number"),
        ([*range(20), "n/a"], "number"),
        ([1, "two", "three", 4], "category"),
        ([["a"], None, ["b", "c"]], "list"),
        ([f"title {n}" for n in range(40)], "text"),
        (["a long story of a man who looks for a bicycle all over Rome"] * 3, "text"),
        ([None, None], "category"),
        ([], "category"),
    ],
)
def test_the_kind_is_what_the_cells_hold(values: list[object], kind: str) -> None:
    assert column_of("a", values).kind == kind


def test_texts_are_never_filled() -> None:
    assert texts("plot", ["a", None]).never
    assert column_of("a", [f"title {n}" for n in range(40)]).never


def test_columns_make_one_table() -> None:
    with pytest.raises(UseError, match=r"one length, got \{'a': 1, 'b': 2\}"):
        check_together([numbers("a", [1]), numbers("b", [1, 2])])
    with pytest.raises(UseError, match="name each, got a twice"):
        check_together([numbers("a", [1]), numbers("a", [1])])
