"""Credit names: spellings whose person is known by construction."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.credit_names import CREDIT_NAMES, credit_names
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.analyses.catalogue.works import WORKS, works
from kinoeye.errors import SettingError
from kinoeye.tables import with_asset

NONE = CREDIT_NAMES.empty()


def found(*catalogues: list[dict[str, Any]], previous: pa.Table = NONE) -> dict[str, dict[str, Any]]:
    """Return the rows by the spelling."""
    parts = [
        with_asset(TITLES.from_rows({"row": at} | row for at, row in enumerate(rows)), letter * 32)
        for letter, rows in zip("ab", catalogues, strict=False)
    ]
    titles = pa.concat_tables([TITLES.stored_schema.empty_table(), *parts])
    rows = credit_names(titles, works(titles, WORKS.empty()), previous).to_pylist()
    return {row["name"]: row for row in rows}


def film(title: str, year: int, *cast: str) -> dict[str, Any]:
    return {"title": title, "year": year, "cast": list(cast)}


def test_the_same_words_are_one_person_however_they_are_written() -> None:
    names = ("Steven Spielberg", "STEVEN SPIELBERG", "Spielberg, Steven")
    rows = found([film(f"Film {at}", 1980 + at, name) for at, name in enumerate(names)])
    assert len({row["person"] for row in rows.values()}) == 1
    assert sorted(row["how"] or "" for row in rows.values()) == ["", "same", "same"]
    assert rows["Steven Spielberg"]["works"] == 3
    assert (rows["Steven Spielberg"]["first_year"], rows["Steven Spielberg"]["last_year"]) == (1980, 1982)


def test_initials_are_the_person_of_the_same_film() -> None:
    rows = found(
        [film("Jaws", 1975, "Steven Spielberg", "Roy Scheider")], [film("Jaws", 1975, "S. Spielberg", "Roy Scheider")]
    )
    assert rows["S. Spielberg"]["person"] == rows["Steven Spielberg"]["person"]
    how = {rows["S. Spielberg"]["how"], rows["Steven Spielberg"]["how"]}
    assert how == {None, "initial"}


def test_initials_alone_say_nothing() -> None:
    rows = found([film("Jaws", 1975, "Steven Spielberg")], [film("Alien", 1979, "S. Spielberg")])
    assert rows["S. Spielberg"]["person"] != rows["Steven Spielberg"]["person"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Robert Downey Jr.", "Robert Downey Sr."), ("Robert Downey Jr.", "Robert Downey"), ("Ana Lind", "Eva Lind"),
        ("张艺谋", "张一谋"),
    ],
)  # fmt: skip
def test_two_people_stay_two(one: str, other: str) -> None:
    rows = found([film("Pound", 1970, one), film("Chaplin", 1992, other)])
    assert rows[one]["person"] != rows[other]["person"]


def test_two_names_in_one_row_are_two_people() -> None:
    rows = found([film("Jaws", 1975, "Steven Spielberg", "Stephen Spielberg")])
    assert len({row["person"] for row in rows.values()}) == 2


def test_chinese_names_are_the_same_with_and_without_point() -> None:
    rows = found([film("大白鲨", 1975, "史蒂文·斯皮尔伯格")], [film("大白鲨", 1975, "史蒂文斯皮尔伯格")])
    assert len({row["person"] for row in rows.values()}) == 1


def test_a_chinese_name_meets_its_pinyin_in_the_same_film() -> None:
    one = {"title": "Hero", "other_titles": ["英雄"], "year": 2002, "directors": ["Zhang Yimou"]}
    rows = found([one], [{"title": "英雄", "year": 2002, "directors": ["张艺谋"]}])
    assert rows["张艺谋"]["person"] == rows["Zhang Yimou"]["person"]


def test_people_half_a_century_apart_are_two() -> None:
    before = found([film("A", 1915, "John Smith")])["John Smith"]["person"]
    table = [film("A", 1915, "John Smith"), film("B", 2015, "John Smith")]
    parts = with_asset(TITLES.from_rows({"row": at} | row for at, row in enumerate(table)), "a" * 32)
    rows = credit_names(parts, works(parts, WORKS.empty()), NONE).to_pylist()
    assert len({row["person"] for row in rows}) == 2
    assert before in {row["person"] for row in rows}


def test_ids_stay_when_names_are_added() -> None:
    own = [film("Jaws", 1975, "Roy Scheider", "Robert Shaw")]
    before = credit_names_of(own)
    again = found(own, [film("Alien", 1979, "Sigourney Weaver", "Roy Scheider")], previous=before)
    for name, person in zip(before["name"].to_pylist(), before["person"].to_pylist(), strict=True):
        assert again[name]["person"] == person


def credit_names_of(rows: list[dict[str, Any]]) -> pa.Table:
    titles = with_asset(TITLES.from_rows({"row": at} | row for at, row in enumerate(rows)), "a" * 32)
    return credit_names(titles, works(titles, WORKS.empty()), NONE)


def test_no_names_give_no_rows() -> None:
    assert found([film("Alien", 1979), film("Solaris", 1972, "", "  ", "?")]).keys() <= {"?"}


def test_a_setting_out_of_range_is_refused() -> None:
    with pytest.raises(SettingError, match="credit_names: least must lie between 0 and 1, got 1"):
        credit_names(TITLES.stored_schema.empty_table(), WORKS.empty(), NONE, least=1)
