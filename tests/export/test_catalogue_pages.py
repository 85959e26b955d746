"""Pages of a catalogue's statistics and of its gaps: in both languages, with pictures, and escaped."""

import re

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.title_statistics import TITLE_STATISTICS, title_statistics
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import UseError
from kinoeye.export import charts
from kinoeye.export.repair_page import repair_page
from kinoeye.export.statistics_page import statistics_page
from kinoeye.export.words import words
from kinoeye.learn.columns import categories, lists, numbers, texts
from kinoeye.learn.filling_choice import METHODS
from kinoeye.learn.filling_repair import repair
from kinoeye.timecode import FLICKS_PER_SECOND

EVIL = "<script>alert(1)</script>"


def _figures() -> pa.Table:
    random = np.random.default_rng(3)
    return title_statistics(TITLES.from_rows(
        {"row": n, "title": f"t{n}", "year": 1960 + n % 50, "genres": [EVIL if n % 3 else "Drama"],
         "rating": float(random.uniform(1, 9)),
         "runtime": int((80 + n % 50 + random.normal()) * 60 * FLICKS_PER_SECOND)}
        for n in range(300)
    ))  # fmt: skip


@pytest.fixture(scope="module")
def figures() -> pa.Table:
    return _figures()


@pytest.fixture(scope="module")
def repaired():
    random = np.random.default_rng(3)
    year = random.integers(1950, 2020, 300)
    length = np.where(random.random(300) < 0.3, np.nan, year / 10 + random.normal(0, 0.5, 300))
    tongue = [None if random.random() < 0.2 else EVIL if each < 1980 else "fr" for each in year]
    columns = [texts("title", [f"{EVIL} {n}" for n in range(300)]), numbers("year", year, step=10),
               numbers("runtime", length), categories("kind", tongue),
               lists("genres", [None if random.random() < 0.2 else ["a"] for _ in year])]  # fmt: skip
    return repair(columns, how="leave", ways={"runtime": "auto", "kind": "group"})


def _shown(page: bytes) -> str:
    text = page.decode()
    assert EVIL not in text
    assert "&lt;script&gt;" in text
    assert "$" not in re.sub(r"<(script|style)>.*?</\1>", "", text, flags=re.S)
    for drawn in re.findall(r"<svg class=\"chart\".*?</svg>", text, flags=re.S):
        assert "nan" not in drawn.lower().replace("nancy", "")
        assert "inf" not in drawn
    return text


def test_statistics_are_shown_in_both_languages_with_pictures(figures):
    text = _shown(statistics_page(figures, title="Mine"))
    for part in ("numbers", "by-genres", "by-decade", "years", "together", "reading"):
        assert f'id="{part}"' in text
    assert "do not count" in text
    assert "不计入" in text
    assert text.count('<svg class="chart"') >= 10
    assert "rises by" in text
    assert "每十年上升" in text


def test_the_heading_says_when_filled_cells_count(figures):
    assert "COUNT here" in statistics_page(figures, imputed=True).decode()


def test_a_catalogue_without_numbers_has_a_page_too():
    titles = TITLES.from_rows({"row": n, "title": "t", "genres": ["Drama"]} for n in range(3))
    text = statistics_page(title_statistics(titles)).decode()
    assert 'id="by-genres"' in text
    assert 'id="numbers"' not in text


def test_no_figures_are_no_page():
    with pytest.raises(UseError, match="must have figures"):
        statistics_page(TITLE_STATISTICS.empty())
    with pytest.raises(UseError, match="must be one of en, zh"):
        statistics_page(_figures(), language="fr")


def test_gaps_are_shown_in_both_languages_with_pictures(repaired):
    text = _shown(repair_page(repaired, [EVIL] * 300, units={"runtime": "min"}, title="Mine", language="zh"))
    for part in ("columns", "patterns", "methods", "distributions", "examples"):
        assert f'id="{part}"' in text
    assert "was never given" in text
    assert "从未被给出" in text
    assert '<span class="filled">' in text


def test_a_whole_catalogue_has_a_page_without_pictures():
    text = repair_page(repair([numbers("year", [1990, 1991])]), ["a", "b"]).decode()
    assert 'id="columns"' in text
    assert 'id="patterns"' not in text


@pytest.mark.parametrize("section", ["title_columns", "statistics", "repair"])
def test_messages_are_in_both_languages_with_the_same_places(section):
    english, chinese = (words(each).sections[section] for each in ("en", "zh"))
    assert list(english) == list(chinese)
    for key, message in english.items():
        places = [set(re.findall(r"{(\w*)", each)) for each in (message, chinese[key])]
        assert places[0] == places[1], key


def test_every_way_and_column_has_a_name():
    said = words("en").sections
    assert {f"way_{each}" for each in (*METHODS, "leave", "drop", "constant")} <= set(said["repair"])
    assert set(TITLES.schema.names) - {"row"} <= set(said["title_columns"])


class TestCharts:
    def test_one_value_has_a_chart(self):
        assert "<circle" in charts.dots([charts.Dot(("a", "a"), 5.0)], "")
        assert "<path" in charts.line([(1990.0, 5.0), (1991.0, 5.0)], "")
        assert "<rect" in charts.spread([(0.0, 1.0, 1.0)], "")

    def test_ticks_are_round_and_within(self):
        drawn = charts.line([(1950.0, 80.0), (2019.0, 120.0)], "")
        assert re.findall(r'text-anchor="middle">(\d+)<', drawn) == ["1960", "1980", "2000"]

    def test_a_long_name_is_cut(self):
        assert "…" in charts.dots([charts.Dot(("x" * 60, "x" * 60), 1.0)], "")
