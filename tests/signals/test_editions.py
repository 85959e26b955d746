"""An edition is told by its date, its number and its colour, however they are written."""

from datetime import date

import pytest

from kinoeye.signals.editions import colour_of, date_of, number_of


@pytest.mark.parametrize("text", [
    "2026-11-09", "9 November 2026", "November 9th, 2026", "9.11.2026", "11/09/2026", "11/9/26", "2026年11月9日",
    "script_20261109", "9/11/2026 is later than September 10, 2026 but not 2026-11-09", "Revised Nov. 9, 2026",
])  # fmt: skip
def test_a_date_however_it_is_written(text):
    assert date_of(text) == date(2026, 11, 9)


@pytest.mark.parametrize("text", ["", "scene 12", "2026", "31/31/2026", "version 1.2.3.4567"])
def test_no_date(text):
    assert date_of(text) is None


def test_day_and_month_that_can_only_be_one_way():
    assert date_of("21/11/2026") == date_of("11/21/2026") == date(2026, 11, 21)


@pytest.mark.parametrize(("text", "number"), [
    ("pilot v2", (2,)), ("pilot_v10.1", (10, 1)), ("Draft 3", (3,)), ("3rd draft", (3,)), ("Second Draft", (2,)),
    ("rev. 4", (4,)), ("第三稿", (3,)), ("二稿", (2,)), ("初稿", (0,)), ("rough cut", (0,)), ("", ()), ("dust 2", ()),
    ("Driver 3", ()),
])  # fmt: skip
def test_the_number_of_a_draft(text, number):
    assert number_of(text) == number


def test_the_final_draft_is_behind_all_that_are_counted():
    assert number_of("final draft") > number_of("draft 99")


def test_colours_go_round():
    order = ["white", "blue rev.", "Pink revision", "TAN", "double white", "2nd blue", "third blue"]
    assert [colour_of(each) for each in order] == [1, 2, 3, 10, 11, 12, 22]
    assert colour_of("greenhouse") == 0
