"""Title statistics on titles whose figures are known by construction."""

from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.title_statistics import TITLE_STATISTICS, title_statistics
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND

MINUTE = 60 * FLICKS_PER_SECOND


def _titles(count: int = 600) -> pa.Table:
    """Return titles: horror is short and rated low, films grow by half a minute a year, a fifth of money is in euro."""
    random = np.random.default_rng(9)
    rows = []
    for row in range(count):
        year = 1960 + row % 50
        horror = row % 4 == 0
        minutes = 90 + 0.5 * (year - 1960) - 15 * horror + random.normal(0, 5)
        rows.append({
            "row": row, "title": f"Title {row}", "year": year, "runtime": round(minutes * MINUTE),
            "genres": ["Horror", "Thriller"] if horror else ["Drama"], "languages": ["en"] if row % 10 else None,
            "rating": float(np.clip(6 - 2 * horror + random.normal(0, 1), 0, 10)),
            "budget": float(np.exp(random.normal(14, 1))), "budget_currency": "EUR" if row % 5 == 0 else "USD",
        })  # fmt: skip
    return TITLES.from_rows(rows)


@pytest.fixture(scope="module")
def titles() -> pa.Table:
    return _titles()


@pytest.fixture(scope="module")
def figures(titles: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = title_statistics(titles).to_pylist()
    return rows


def _find(figures: list[dict[str, Any]], measure: str, **wanted: Any) -> list[dict[str, Any]]:
    wanted = {"of": None, "by": None, "group": None} | wanted if measure != "groups" else wanted
    return [row for row in figures if row["measure"] == measure and all(row[k] == v for k, v in wanted.items())]


def test_titles_are_counted(figures: list[dict[str, Any]]) -> None:
    assert _find(figures, "count")[0]["value"] == 600
    horror = _find(figures, "share", by="genres", group="Horror")[0]
    assert horror["value"] == 0.25
    assert horror["low"] < 0.25 < horror["high"]
    assert _find(figures, "count", by="languages", group="en")[0]["value"] == 540


def test_lengths_are_told_in_minutes(figures: list[dict[str, Any]], titles: pa.Table) -> None:
    told = _find(figures, "mean", of="runtime")[0]
    assert told["unit"] == "min"
    assert told["value"] == pytest.approx(np.mean(titles["runtime"].to_numpy()) / MINUTE)


def test_a_group_that_differs_is_more_than_chance(figures: list[dict[str, Any]]) -> None:
    found = _find(figures, "difference", of="rating", by="genres", group="Horror")[0]
    assert -2.4 < found["low"] < found["value"] < found["high"] < -1.6
    assert found["chance"] < 1e-6
    money = _find(figures, "difference", of="budget", by="genres", group="Horror")[0]
    assert money["chance"] > 0.05


def test_money_is_compared_in_one_currency(figures: list[dict[str, Any]], titles: pa.Table) -> None:
    told = _find(figures, "mean", of="budget")[0]
    dollars = [row["budget"] for row in titles.to_pylist() if row["budget_currency"] == "USD"]
    assert (told["unit"], told["n"]) == ("USD", len(dollars))
    assert told["value"] == pytest.approx(np.mean(dollars))


def test_films_grow(figures: list[dict[str, Any]]) -> None:
    told = _find(figures, "trend", of="runtime")[0]
    assert told["low"] < 0.5 < told["high"]
    assert told["chance"] < 1e-6
    assert told["n"] == 50
    assert _find(figures, "trend", of="budget")[0]["chance"] > 0.05


def test_what_goes_together_is_told_with_its_interval(figures: list[dict[str, Any]]) -> None:
    for measure in ("pearson", "spearman"):
        found = next(row for row in _find(figures, measure, of="runtime") if row["other"] == "year")
        assert 0.4 < found["low"] < found["value"] < found["high"] < 0.9
        assert found["chance"] < 1e-6
        assert found["n"] == 600


def test_the_parts_of_a_distribution_hold_all_titles(figures: list[dict[str, Any]]) -> None:
    parts = _find(figures, "within", of="runtime")
    assert sum(row["value"] for row in parts) == 600
    assert all(one["high"] == other["part"] for one, other in pairwise(parts))


def test_filled_cells_do_not_count_unless_asked_for(titles: pa.Table) -> None:
    marks = pa.array([row % 3 == 0 for row in range(600)])
    filled = titles.append_column("rating_imputed", marks)
    told = _find(title_statistics(filled, by=(), of=("rating",)).to_pylist(), "mean", of="rating")[0]
    every = _find(title_statistics(filled, by=(), of=("rating",), imputed=True).to_pylist(), "mean", of="rating")[0]
    assert (told["n"], every["n"]) == (400, 600)


def test_no_more_groups_than_wanted(titles: pa.Table) -> None:
    found = title_statistics(titles, by=("decade",), groups=2).to_pylist()
    assert _find(found, "groups", by="decade")[0]["value"] == 5
    assert len([row for row in found if row["measure"] == "count" and row["by"] == "decade"]) == 2


@pytest.mark.parametrize("count", [0, 1, 3])
def test_few_titles_are_no_trouble(count: int) -> None:
    found = title_statistics(_titles(count))
    assert found.schema.equals(TITLE_STATISTICS.schema)
    assert _find(found.to_pylist(), "count")[0]["value"] == count


def test_a_constant_column_has_no_spread() -> None:
    titles = TITLES.from_rows({"row": n, "year": 1990, "rating": 5.0, "genres": ["a"]} for n in range(30))
    found = title_statistics(titles).to_pylist()
    assert _find(found, "deviation", of="rating")[0]["value"] == 0
    assert not _find(found, "within", of="rating")
    assert not [row for row in found if row["measure"] in ("pearson", "trend")]


def test_ten_thousand_genres_are_no_trouble() -> None:
    titles = TITLES.from_rows({"row": n, "year": 1990, "genres": [f"g{n}"], "rating": 5.0} for n in range(10_000))
    found = title_statistics(titles, by=("genres",)).to_pylist()
    assert _find(found, "groups", by="genres")[0]["value"] == 10_000


@pytest.mark.parametrize(
    ("wish", "message"),
    [({"by": ("title",)}, "by must be of genres"), ({"of": ("plot",)}, "of must be of runtime"),
     ({"groups": 0}, "groups must be 1 or more, got 0")],
)  # fmt: skip
def test_what_cannot_be_is_said(titles: pa.Table, wish: dict[str, Any], message: str) -> None:
    with pytest.raises(SettingError, match=message):
        title_statistics(titles, **wish)
