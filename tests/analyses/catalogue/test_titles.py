"""Titles come out in one form, whatever the catalogue wrote."""

import datetime

import numpy as np
import pyarrow as pa
import pyarrow.dataset
import pytest

from kinoeye.analyses.catalogue import titles as module
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.media.records import read_records
from kinoeye.streams import Records
from kinoeye.timecode import FLICKS_PER_SECOND

MINUTE = 60 * FLICKS_PER_SECOND


def records(form="csv", **columns):
    table = pa.table(columns)
    return Records(pyarrow.dataset.dataset(table), tuple(table.schema.names), form)


def titles(given):
    return TITLES.whole(module.titles(given))


def one(**columns):
    return titles(records(**{key: [value] for key, value in {"title": "Rain", **columns}.items()})).to_pylist()[0]


@pytest.mark.parametrize(
    ("given", "title", "year", "others"),
    [
        ("Rain, The (1995)", "The Rain", 1995, []),
        ("AmÃ©lie", "Amélie", None, []),
        ("Tom &amp; Jerry", "Tom & Jerry", None, []),
        ("City, The (Stadt, Die) (1995)", "The City", 1995, ["Die Stadt"]),
        ("《活着》", "活着", None, []),
        ("2012", "2012", None, []),
        ("=1+1", "=1+1", None, []),
    ],
)
def test_titles_are_as_people_write_them(given, title, year, others):
    rows = titles(records(title=[given, "Other Film"], genres=["Drama", "Comedy"])).to_pylist()
    assert (rows[0]["title"], rows[0]["year"], rows[0]["other_titles"]) == (title, year, others)


@pytest.mark.parametrize("text", ["1h 42m", "102 min", "PT1H42M", "102分钟", "1小时42分", "01:42:00", "102"])
def test_lengths(text):
    assert one(runtime=text)["runtime"] == 102 * MINUTE


def test_bare_lengths_are_in_the_unit_that_films_have():
    rows = titles(records(title=["Rain", "Sun"], runtime=[6120, 5400])).to_pylist()
    assert [row["runtime"] for row in rows] == [102 * MINUTE, 90 * MINUTE]


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [("$1.2 million", 1.2e6, "USD"), ("€3,4 Mio.", 3.4e6, "EUR"), ("1.5亿元", 1.5e8, "CNY"), ("20000000", 2e7, None)],
)
def test_money(text, amount, currency):
    row = one(budget=text)
    assert (row["budget"], row["budget_currency"]) == (pytest.approx(amount), currency)


def test_what_a_heading_says_of_money_counts():
    rows = titles(records(**{"片名": ["雨"], "累计票房(万元)": ["577541.2"]})).to_pylist()
    assert (rows[0]["gross"], rows[0]["gross_currency"]) == (pytest.approx(5775412000), "CNY")


@pytest.mark.parametrize(("text", "rating"), [("8.1/10", 8.1), ("87%", 8.7), ("4.5 of 5", 9.0), ("N/A", None)])
def test_ratings(text, rating):
    found = one(rating=text)["rating"]
    assert found is None if rating is None else found == pytest.approx(rating)


def test_bare_ratings_are_on_the_scale_of_their_column():
    rows = titles(records(title=["Rain", "Sun"], rating=["4.5", "2.5"])).to_pylist()
    assert [row["rating"] for row in rows] == [9.0, 5.0]


@pytest.mark.parametrize(
    "text", ["1994-10-14", "14 October 1994 (USA)", "Oct 14, 1994", "14.10.1994", "1994年10月14日", "1994/10/14"]
)
def test_days(text):
    row = one(released=text)
    assert (row["released"], row["year"]) == (datetime.date(1994, 10, 14), 1994)


def test_a_column_tells_whether_the_day_comes_first():
    rows = titles(records(title=["Rain", "Sun"], released=["03/04/1999", "25/12/1998"])).to_pylist()
    assert rows[0]["released"] == datetime.date(1999, 4, 3)


def test_lists_codes_and_names():
    row = one(
        genres="Action|Crime", language="English, French", country="United States / 中国大陆",
        director="Spielberg, Steven",
        cast="葛优 / 巩俐",
    )  # fmt: skip
    assert row["genres"] == ["Action", "Crime"]
    assert row["languages"] == ["en", "fr"]
    assert row["countries"] == ["US", "CN"]
    assert row["directors"] == ["Steven Spielberg"]
    assert row["cast"] == ["葛优", "巩俐"]


def test_a_crew_gives_directors_and_writers():
    crew = (
        '[{"job": "Director", "name": "Ada Stone"}, {"job": "Editor", "name": "B"}, {"job": "Writer", "name": "C D"}]'
    )
    row = one(crew=crew)
    assert (row["directors"], row["writers"]) == (["Ada Stone"], ["C D"])


def test_ids_have_their_own_form():
    rows = titles(records(title=["Rain", "Sun"], imdbId=["0114709", "114709"], tmdbId=["862", ""])).to_pylist()
    assert [row["imdb"] for row in rows] == ["tt0114709", "tt0114709"]
    assert [row["tmdb"] for row in rows] == ["862", None]


def test_what_is_no_catalogue_has_no_titles():
    log = records(userId=["1", "1"], movieId=["31", "2"], rating=["2.5", "3"], timestamp=["1260759144", "1260759179"])
    assert titles(log).equals(TITLES.empty())


def test_empty_missing_and_broken_cells_are_nothing():
    table = records(
        title=["Rain", None, "Sun", ""], year=["soon", "1999", "N/A", "2000"], runtime=["3 Seasons", "x", "", "5"],
        rating=[float("nan"), float("inf"), 11.0, 7.0],
    )  # fmt: skip
    rows = titles(table).to_pylist()
    assert [(row["row"], row["title"]) for row in rows] == [(0, "Rain"), (2, "Sun")]
    assert [(row["year"], row["runtime"], row["rating"]) for row in rows] == [(None, None, None)] * 2


def test_the_answer_does_not_depend_on_the_size_of_batches(monkeypatch):
    random = np.random.default_rng(3)
    table = records(title=[f"Film, The ({1950 + n % 60})" for n in range(500)],
                    runtime=[f"{n} min" for n in random.integers(60, 180, 500)])  # fmt: skip
    whole = titles(table)
    monkeypatch.setattr(module, "BATCH_ROWS", 7)
    assert titles(table).equals(whole)


@pytest.mark.realdata
def test_movielens_has_a_title_and_a_year_in_nearly_every_row(shared_data):
    found = titles(read_records(shared_data / "metadata" / "ml-latest-small" / "movies.csv"))
    assert found.num_rows == 9125
    assert found["year"].null_count < 10
    assert not any(title.endswith((", The", ", A")) for title in found["title"].to_pylist())


def test_viewers_ratings_go_before_critics() -> None:
    rows = titles(records(Title=["Alien", "Rain"], Metascore=["89", "84"], imdbRating=["8.5", "8.1"])).to_pylist()
    assert [round(row["rating"], 2) for row in rows] == [8.5, 8.1]
