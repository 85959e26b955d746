"""Scenes and wishes from files: what is well written is read whole, what is not is refused with where and why."""

import json
from datetime import date

import pytest

from kinoeye.errors import DocumentError, SettingError
from kinoeye.export.strips_read import read_strips, read_wishes

CSV = """number,heading,location,pages,cast,props,synopsis
1,INT. KITCHEN - NIGHT,House,1 3/8,ANNA; BEN; ANNA,knife; pan,Tea.
2A,EXT. GARDEN - DUSK,,7/8,,,
3,外景 街道 - 夜,Road,2,小明、ANNA,,
"""


def test_a_csv_is_read_whole() -> None:
    one, two, three = read_strips(CSV.encode(), "s.csv")
    assert (one.set, one.location, one.is_interior, one.light, one.eighths) == ("KITCHEN", "House", True, "night", 11)
    assert one.cast == ("ANNA", "BEN")
    assert one.elements == (("props", ("knife", "pan")),)
    assert one.synopsis == "Tea."
    assert (two.id, two.location, two.is_interior, two.light, two.eighths) == ("2A", "GARDEN", False, "dusk", 7)
    assert (three.set, three.is_interior, three.light, three.cast) == ("街道", False, "night", ("小明", "ANNA"))


@pytest.mark.parametrize("text", [CSV.encode("utf-8-sig"), CSV.encode("utf-16"), CSV.replace("\n", "\r\n").encode()])
def test_marks_and_breaks_of_other_programs_change_nothing(text: bytes) -> None:
    assert read_strips(text, "s.csv") == read_strips(CSV.encode(), "s.csv")


def test_semicolons_and_columns_of_their_own() -> None:
    data = "number;set;int_ext;light;eighths;minutes;cast\n7;BAR;EXT;night;5;90;ANNA, BEN\n"
    (strip,) = read_strips(data.encode(), "s.csv")
    assert (strip.heading, strip.eighths, strip.minutes, strip.cast) == ("EXT. BAR - NIGHT", 5, 90, ("ANNA", "BEN"))


def test_json_with_lists() -> None:
    rows = [{"number": 1, "heading": "INT. BAR - DAY", "eighths": 3, "cast": ["A, B", "C"], "vehicles": ["car"]}]
    (strip,) = read_strips(json.dumps(rows).encode(), "s.json")
    assert strip.cast == ("A, B", "C")
    assert strip.elements == (("vehicles", ("car",)),)


@pytest.mark.parametrize(("data", "match"), [
    (b"", r"s.csv: must have a head with heading or set, got nothing"),
    (b"number,heading,pages\n", r"must have at least one scene, got none"),
    (b"number,pages\n1,2\n", r"must have a head with heading or set, got number, pages"),
    (b"number,heading,pages\n1,INT. A - DAY,2 9/4\n",
     r"row 1: must have eighths such as 11, or pages such as 1 3/8, got '2 9/4'"),
    (b"number,heading\n1,INT. A - DAY\n", r"row 1: .*got 'neither'"),
    (b"number,heading,eighths\n1,INT. A - DAY,x\n", r"row 1: eighths must be a number, got 'x'"),
    (b"number,heading,eighths\n1,INT. A - DAY,1.5\n", r"row 1: eighths must be a whole number"),
    (b"number,heading,eighths\n1,INT. A - DAY,-2\n", r"row 1: eighths must lie in"),
    (b"number,heading,eighths\n1,INT. A - DAY,nan\n", r"row 1: eighths must lie in"),
    (b"number,heading,eighths\n1,INT. A - DAY,1\n1,INT. B - DAY,1\n", r"row 2: .*number of its own, got '1' again"),
    (b"number,heading,eighths,light\n1,INT. A,1,purple\n", r"row 1: light must be one of"),
    (b"number,heading,eighths\n1,,1\n", r"row 1: must have a heading or a set"),
    (b"\xff\x00\x81", r"must be UTF-8"),
    (b"[1, 2]", r"must be an array of scenes"),
    (b"[{", r"must be JSON"),
    (b"[" * 100000, r"must be JSON"),
    (b"heading,eighths\n\"" + b"x" * 200000 + b"\",1\n", r"must be CSV, got field larger"),
])  # fmt: skip
def test_what_is_wrong_is_said_with_its_row(data: bytes, match: str) -> None:
    with pytest.raises(DocumentError, match=match):
        read_strips(data, "s.csv")


def test_wishes_are_read_and_what_is_given_goes_before() -> None:
    text = """
    start = 2026-03-02
    most_eighths = 36
    holidays = [2026-04-03]
    [cast_off]
    ANNA = [2026-03-05, "2026-03-06"]
    [weights]
    day = 200
    [weights.rates]
    ANNA = 20
    """
    wishes = read_wishes(text.encode(), "w.toml", start="2026-05-04")
    assert (wishes.start, wishes.most_eighths, wishes.holidays) == (date(2026, 5, 4), 36, (date(2026, 4, 3),))
    assert wishes.cast_off == {"ANNA": (date(2026, 3, 5), date(2026, 3, 6))}
    assert (wishes.weights.day, wishes.weights.rates) == (200, {"ANNA": 20})


@pytest.mark.parametrize(("text", "match"), [
    ("start = 2026-03-02\nmost_eigths = 3", r"got 'most_eigths'. Did you mean most_eighths\?"),
    ("", r"must have a start"),
    ("start = 5", r"start must be a date such as 2026-03-02, got 5"),
    ("start = 2026-03-02\nhours = 'ten'", r"hours must be a number, got 'ten'"),
    ("start = 2026-03-02\nweights = 3", r"weights must be a table"),
    ("start = 2026-03-02\ncast_off = 3", r"cast_off must be a table of names"),
    ("start = 2026-03-02\n[weights]\nday = 1.5", r"weights: day must be a whole number, got 1.5"),
    ("start = 2026-03-02\n[weights]\ncrew = 1", r"weights: must have only the keys"),
    ("start = 2026-03-02\n[cast_off]\nA = 3", r"cast_off: A must be a list of dates"),
    ("start = 2026-03-02\nholidays = 3", r"holidays must be a list of dates"),
    ("start = 2026-03-02\ndays_off = ['Sat']", r"days_off must be a list of whole numbers"),
    ("start = 2026-03-02\ndays = 'x'", r"days must be a whole number"),
])  # fmt: skip
def test_wrong_wishes_are_refused(text: str, match: str) -> None:
    with pytest.raises(SettingError, match=match):
        read_wishes(text.encode(), "w.toml")


def test_travel_and_dropping_are_days() -> None:
    wishes = read_wishes(
        b"start = 2026-03-02\ndrop_days = 14\n[cast_travel]\nANNA = 1\n[travel_days]\nISLE = 2", "w.toml"
    )
    assert (wishes.drop_days, wishes.cast_travel, wishes.travel_days) == (14, {"ANNA": 1}, {"ISLE": 2})
    for text in ("drop_days = -1", "drop_days = true", "[cast_travel]\nANNA = 1.5", "[travel_days]\nISLE = 999"):
        with pytest.raises(SettingError, match=r"must be a whole number of days in 0\.\.365"):
            read_wishes(f"start = 2026-03-02\n{text}".encode(), "w.toml")
    with pytest.raises(SettingError, match="cast_travel must be a table"):
        read_wishes(b"start = 2026-03-02\ncast_travel = 3", "w.toml")


def test_the_mark_against_formulas_is_no_part_of_a_name() -> None:
    (strip,) = read_strips(b"number,set,eighths,cast\n1,'-1 LEVEL,4,'=A; 'TIS\n", "s.csv")
    assert (strip.set, strip.cast) == ("-1 LEVEL", ("=A", "'TIS"))


def test_a_file_that_is_no_toml_is_refused() -> None:
    with pytest.raises(DocumentError, match="must be TOML"):
        read_wishes(b"start =", "w.toml")
