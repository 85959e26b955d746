"""Filling on tables whose gaps are known."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from kinoeye.errors import UseError
from kinoeye.learn.columns import Column, categories, column_of, lists, numbers, texts
from kinoeye.learn.filling import frame, target_of
from kinoeye.learn.filling_choice import METHODS, SAME, choose
from kinoeye.learn.filling_masks import masks
from kinoeye.learn.filling_repair import WAYS, Fill, Repaired, repair

COUNT = 600


def _films(count: int = COUNT) -> tuple[list[Column], dict[str, Any]]:
    """Return films whose money, language and genres hang on year and country, with gaps, and what was in them."""
    random = np.random.default_rng(5)
    year = random.integers(1930, 2020, count).astype(float)
    country = random.choice(["US", "FR", "IN"], count, p=[0.5, 0.3, 0.2])
    money = 10 + 0.05 * (year - 1930) + 2 * (country == "US") + random.normal(0, 0.3, count)
    language = np.array([{"US": "en", "FR": "fr", "IN": "hi"}[each] for each in country], object)
    genres = [["Drama", "War"] if each == "FR" else ["Musical"] if each == "IN" else ["Western"] for each in country]
    truth = {"money": np.exp(money), "language": language.copy(), "genres": list(genres)}
    gaps = random.random((3, count))
    money[gaps[0] < (year < 1970) * 0.4 + 0.1] = np.nan
    language[gaps[1] < 0.2] = None
    columns = [
        numbers("year", year, step=10), categories("country", country.tolist()), numbers("money", np.exp(money)),
        categories("language", language.tolist()),
        lists("genres", [None if gap < 0.2 else each for each, gap in zip(genres, gaps[2], strict=True)]),
        numbers("chance", np.where(random.random(count) < 0.2, np.nan, random.normal(0, 1, count))),
    ]  # fmt: skip
    return columns, truth


@pytest.fixture(scope="module")
def films() -> tuple[list[Column], dict[str, Any]]:
    return _films()


@pytest.fixture(scope="module")
def repaired(films: tuple[list[Column], dict[str, Any]]) -> Repaired:
    return repair(films[0])


def _named(repaired: Repaired) -> dict[str, Fill]:
    return {fill.column.name: fill for fill in repaired.fills}


class TestAuto:
    def test_gaps_are_filled_with_what_was_there(self, films: Any, repaired: Repaired) -> None:
        fills, truth = _named(repaired), films[1]
        at = np.flatnonzero(fills["money"].imputed)
        off = np.abs(np.log(fills["money"].column.values[at]) - np.log(truth["money"][at]))
        assert off.mean() < 0.4  # the noise alone is 0.24
        for name, least in (("language", 0.95), ("genres", 0.9)):
            at = np.flatnonzero(fills[name].imputed)
            told = [fills[name].column.read(int(row)) for row in at]
            right = [truth[name][row] for row in at]
            same = [set(a) == set(b) if isinstance(a, tuple) else a == b for a, b in zip(told, right, strict=True)]
            assert np.mean(same) >= least

    def test_what_was_given_stays_to_the_last_bit(self, films: Any, repaired: Repaired) -> None:
        for column, fill in zip(films[0], repaired.fills, strict=True):
            known = np.flatnonzero(column.known)
            assert [fill.column.read(int(row)) for row in known] == [column.read(int(row)) for row in known]
            assert not fill.imputed[known].any()

    def test_what_no_other_column_tells_is_left(self, repaired: Repaired) -> None:
        left = _named(repaired)["chance"]
        assert (left.choice.method, left.choice.why) == ("leave", "no_gain")
        assert not left.imputed.any()
        assert left.column.lacking > 0

    def test_each_filled_cell_says_what_it_was_told_from(self, repaired: Repaired) -> None:
        fill = _named(repaired)["language"]
        assert all(each for each in fill.how[fill.imputed])
        assert not any(fill.how[~fill.imputed])

    def test_the_cheapest_within_one_standard_error_is_taken(self, repaired: Repaired) -> None:
        order = list(METHODS)
        for fill in repaired.fills:
            if fill.choice.why not in ("best", "cheapest"):
                continue
            ways = [each for each in fill.choice.trials if each.method not in SAME]
            best = min(ways, key=lambda each: each.error)
            taken = fill.choice.trial(fill.choice.method)
            assert taken is not None
            assert taken.error <= best.error + best.deviation
            cheaper = [each for each in ways if order.index(each.method) < order.index(taken.method)]
            assert all(each.error > best.error + best.deviation for each in cheaper)

    def test_twice_is_the_same(self, films: Any, repaired: Repaired) -> None:
        again = choose(frame(films[0]), 2)
        first = _named(repaired)["money"].choice
        assert [(each.method, each.error, each.low) for each in again.trials] == [
            (each.method, each.error, each.low) for each in first.trials
        ]

    def test_where_cells_lack_is_told(self, repaired: Repaired) -> None:
        where = _named(repaired)["money"].choice.where
        assert where is not None
        assert where.foretold > 0.6
        assert where.by[0] == "year"
        even = _named(repaired)["chance"].choice.where
        assert even is not None
        assert even.foretold < 0.6


class TestMasks:
    def test_cells_are_hidden_as_they_lack(self) -> None:
        """Old films lack, and lack both columns at once: so do those that are hidden."""
        random = np.random.default_rng(3)
        year = random.integers(1930, 2020, 2000).astype(float)
        gone = random.random(2000) < np.where(year < 1960, 0.8, 0.05)
        one, other = (np.where(gone, np.nan, random.normal(0, 1, 2000)) for _ in range(2))
        given = frame([numbers("year", year), numbers("one", one), numbers("other", other)])
        made, where = masks(given, 1, 3, 1)
        for rows, hidden in made:
            assert given.columns[1].known[rows].all()
            assert not hidden.columns[1].known[rows].any()
            assert not hidden.columns[2].known[rows].any()
            assert hidden.columns[0].known.all()
            assert year[rows].mean() < year[~gone].mean() - 8
            assert np.isnan(hidden.matrix[rows][:, given.blocks[1]]).all()
        assert where.together == (("other", 1.0),)

    def test_methods_do_not_see_what_is_hidden(self, films: Any) -> None:
        """What a method says does not hang on the values that are hidden from it."""
        given = frame(films[0])
        rows, hidden = masks(given, 2, 2, 1)[0][0]
        column = hidden.columns[2]
        column.values[rows] = 1e9
        for name, method in METHODS.items():
            first = method(hidden, 2, rows, 1).scores
            column.values[rows] = 7.0
            assert np.array_equal(first, method(hidden, 2, rows, 1).scores), name


class TestEveryMethod:
    @pytest.mark.parametrize("name", METHODS)
    @pytest.mark.parametrize("place", [2, 3, 4])
    def test_all_gaps_are_filled_with_what_may_stand_there(self, films: Any, name: str, place: int) -> None:
        column = films[0][place]
        if column.kind != "number" and name in ("mean", "median"):
            return
        given = frame(films[0])
        rows = np.flatnonzero(~column.known)
        values = target_of(column).values(METHODS[name](given, place, rows, 1).scores)
        if column.kind == "number":
            known = column.values[column.known]
            assert (values >= known.min()).all()
            assert (values <= known.max()).all()
        else:
            assert all(value >= 0 if column.kind == "category" else value for value in values)

    def test_mean_median_and_mode_are_those_of_numpy(self) -> None:
        values = [1.5, 2.0, 2.0, 3.0, 10.0, None]
        for name, right in (("mean", 3.7), ("median", 2.0), ("mode", 2.0)):
            made = repair([numbers("a", values)], how=name).fills[0]
            assert made.column.values[5] == pytest.approx(right)

    def test_a_group_that_is_too_small_goes_by_the_larger_one(self) -> None:
        key = ["a"] * 50 + ["b"] * 50 + ["c"] * 3 + ["a", "c"]
        values = [1.0] * 50 + [9.0] * 50 + [5.0] * 3 + [None, None]
        made = repair([categories("key", key), numbers("x", values)], how="group").fills[1]
        assert made.column.values[103] == 1.0
        assert made.how[103] == "group: key: 50 alike"
        assert made.column.values[104] == 5.0 or made.how[104] == "group: all 103"
        assert made.how[104] == "group: all 103"


class TestTexts:
    @pytest.mark.parametrize(
        ("western", "other"),
        [("a sheriff rides out of town", "two lovers dance all night"), ("警长骑马离开小镇", "两个恋人整夜跳舞")],
    )
    def test_what_a_text_is_about_tells_other_columns(self, western: str, other: str) -> None:
        """In scripts with spaces between words and without."""
        kinds = ["Western" if n % 2 else "Romance" for n in range(240)]
        told = [f"{western if each == 'Western' else other} {n}" for n, each in enumerate(kinds)]
        gaps = [None if n % 7 == 0 else each for n, each in enumerate(kinds)]
        made = repair([texts("plot", told), categories("kind", gaps)], how="ridge").fills[1]
        at = np.flatnonzero(made.imputed)
        assert [made.column.read(int(row)) for row in at] == [kinds[row] for row in at]

    def test_texts_that_say_nothing_are_no_trouble(self) -> None:
        made = repair([texts("plot", ["."] * 80), numbers("x", [None, *range(79)])], how="ridge")
        assert made.fills[1].imputed.sum() == 1


class TestForced:
    def test_rows_are_dropped(self, films: Any) -> None:
        made = repair(films[0], how="leave", ways={"money": "drop"})
        assert made.kept.tolist() == films[0][2].known.tolist()

    def test_all_that_lack_anything_are_dropped(self, films: Any) -> None:
        made = repair(films[0], how="drop")
        assert made.kept.tolist() == np.logical_and.reduce([each.known for each in films[0]]).tolist()

    def test_a_constant_may_be_a_label_of_its_own(self) -> None:
        made = repair([categories("a", ["x", None])], ways={"a": "constant=unknown"}).fills[0]
        assert made.column.read(1) == "unknown"
        assert made.how[1] == "constant"
        listed = repair([lists("a", [["x"], None])], ways={"a": "constant=x"}).fills[0]
        assert listed.column.read(1) == ("x",)

    def test_median_of_all_takes_what_is_usual_of_labels(self, films: Any) -> None:
        assert _named(repair(films[0], how="median"))["language"].choice.method == "mode"

    @pytest.mark.parametrize(
        ("how", "ways", "message"),
        [
            ("mice", {}, r"one of auto, leave, .* got 'mice'"),
            ("constant=1", {}, "must not be a constant"),
            ("auto", {"monye": "median"}, "Did you mean money"),
            ("auto", {"money": "medain"}, "Did you mean median"),
            ("auto", {"language": "mean"}, "must be of numbers to have a mean"),
            ("auto", {"money": "constant=much"}, "filled with a number, got 'much'"),
        ],
    )
    def test_what_cannot_be_is_said(self, films: Any, how: str, ways: dict[str, str], message: str) -> None:
        with pytest.raises(UseError, match=message):
            repair(films[0], how=how, ways=ways)

    def test_a_title_is_never_made_up(self) -> None:
        columns = [texts("title", ["a", None], never="it names the film"), numbers("x", [1, 2])]
        with pytest.raises(UseError, match=r"title must be left as it is .it names the film., got mode"):
            repair(columns, ways={"title": "mode"})
        assert not repair(columns, how="mode").fills[0].imputed.any()

    def test_cells_are_hidden_twice_at_least(self, films: Any) -> None:
        with pytest.raises(UseError, match="at least twice, got 1"):
            choose(frame(films[0]), 2, count=1)


def _why(values: Sequence[Any], beside: Sequence[Any] | None = None) -> str:
    columns = [column_of("a", values), numbers("b", beside if beside is not None else range(len(values)))]
    return repair(columns).fills[0].choice.why


class TestBadInput:
    def test_reasons_to_leave_a_column(self) -> None:
        assert _why([None] * 50) == "nothing"
        assert _why([1.0]) == "whole"
        assert _why([None]) == "nothing"
        assert _why([1.0, None, 2.0]) == "few"
        assert _why([7.0] * 60 + [None]) == "constant"
        assert _why([float("nan"), float("inf")] * 40) == "nothing"
        assert _why([f"name {n} of a long list of names" for n in range(99)] + [None]) == "never"

    def test_ten_thousand_labels_are_too_many(self) -> None:
        labels = [f"label {n % 10_000}" for n in range(20_000)]
        column = categories("a", [*labels, None])
        assert repair([column, numbers("b", range(20_001))]).fills[0].choice.why == "scattered"

    @pytest.mark.parametrize("way", [each for each in WAYS if each not in ("auto", "leave")])
    @pytest.mark.parametrize("values", [[None, 1.0], [1.0, None, 1.0], ["x", None], [["x"], None], [None, None]])
    def test_few_rows_are_no_trouble(self, way: str, values: list[Any]) -> None:
        made = repair([column_of("a", values), categories("b", ["y"] * len(values))], how=way)
        assert len(made.kept) == len(values)

    def test_a_table_without_rows_or_columns(self) -> None:
        assert repair([]).fills == ()
        assert repair([numbers("a", [])]).fills[0].choice.why == "whole"
