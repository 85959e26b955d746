"""Columns are told by headings and values together, in every layout that people have."""

import runpy
from pathlib import Path

import pyarrow as pa
import pytest

from kinoeye.media.spools import typed, unique_names
from kinoeye.signals.columns import is_catalogue, recognise

_LAYOUTS = runpy.run_path(str(Path(__file__).with_name("layouts.py")))
SEEN, HELD = _LAYOUTS["SEEN"], _LAYOUTS["HELD"]


def _told(layout, *, with_headings: bool = True):
    columns = [typed(list(cells)) for cells in zip(*layout.rows, strict=True)]
    table = pa.table(columns, names=unique_names(layout.headings))
    return recognise(table, layout.headings if with_headings and any(layout.headings) else ())


@pytest.mark.parametrize("layout", [*SEEN, *HELD], ids=lambda each: each.name)
def test_every_column_of_a_layout_is_recognised(layout):
    assert [each.role for each in _told(layout)] == layout.roles


@pytest.mark.parametrize("name", ["MovieLens ratings.csv", "MovieLens tags.csv", "Netflix viewing activity"])
def test_a_viewing_log_is_no_catalogue(name):
    layout = next(each for each in (*SEEN, *HELD) if each.name == name)
    assert not is_catalogue(_told(layout))


def test_a_list_of_people_is_no_catalogue():
    layout = next(each for each in SEEN if each.name == "IMDb name.basics.tsv")
    assert not is_catalogue(_told(layout))


@pytest.mark.parametrize("layout", [*SEEN, *HELD], ids=lambda each: each.name)
def test_a_layout_with_titles_is_a_catalogue(layout):
    roles = set(layout.roles)
    is_one = "title" in roles and not roles & {"viewer", "event"}
    assert is_catalogue(_told(layout), layout.headings) == is_one


@pytest.mark.parametrize("headings", [("colour", "price"), ("town", "grade"), ("", "value")])
def test_short_texts_and_numbers_of_which_nothing_speaks_of_titles_are_no_catalogue(headings):
    rows = pa.table({"1": ["red", "dark blue", "green"], "2": ["3", "5", "7.5"]})
    assert not is_catalogue(recognise(rows, headings), headings)


def test_titles_under_a_word_of_ones_own_are_a_catalogue_if_another_column_bears_them_out():
    rows = pa.table({"1": ["Heat", "Fargo", "Dark City"], "2": ["1995", "1996", "1998"]})
    assert is_catalogue(recognise(rows, ("Nimi", "Valmistunut")), ("Nimi", "Valmistunut"))


def test_values_overrule_a_heading():
    rows = pa.table({"title": ["Rain", "Sun"], "rating": ["TV-MA", "PG-13"], "type": ["剧情", "喜剧"]})
    assert [each.role for each in recognise(rows, rows.schema.names)] == ["title", "none", "genres"]


def test_empty_columns_are_what_their_heading_says():
    rows = pa.table({"title": pa.array([], pa.string()), "year": pa.array([], pa.string())})
    assert [each.role for each in recognise(rows, rows.schema.names)] == ["title", "year"]


def test_a_count_of_people_is_no_money() -> None:
    table = pa.table(
        {"影片名称": ["满江红", "深海"], "想看人数": ["121万", "45万"], "累计票房": ["45.44亿元", "9.19亿元"]}
    )
    assert [each.role for each in recognise(table, table.column_names)] == ["title", "none", "gross"]
