"""Works: rows whose truth is known by construction."""

from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.analyses.catalogue.works import WORKS, works
from kinoeye.errors import SettingError
from kinoeye.tables import with_asset

NONE = WORKS.empty()


def titles(*catalogues: list[dict[str, Any]]) -> pa.Table:
    """Return catalogues as one table; their assets are "a…", "b…"."""
    parts = [
        with_asset(TITLES.from_rows({"row": at} | row for at, row in enumerate(rows)), letter * 32)
        for letter, rows in zip("abc", catalogues, strict=False)
    ]
    return pa.concat_tables([TITLES.stored_schema.empty_table(), *parts])


def film(title: str, year: int | None = None, **more: Any) -> dict[str, Any]:
    return {"title": title, "year": year} | more


def found(*catalogues: list[dict[str, Any]], previous: pa.Table = NONE, **settings: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = works(titles(*catalogues), previous, **settings).to_pylist()
    return rows


def is_one(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Tell whether two rows of two catalogues are one work."""
    first, second = found([one], [other])
    return bool(first["work"] == second["work"])


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        (film("The Usual Suspects", 1995), film("Usual Suspects, The", 1995), "name"),
        (film("Amélie", 2001), film("AMELIE", 2001), "name"),
        (film("Rocky II", 1979), film("Rocky 2", 1979), "name"),
        (film("The Godfather: Part II", 1974), film("Godfather Part Two", 1974), "name"),
        (film("Twelve Monkeys", 1995), film("12 Monkeys", 1996), "name"),
        (film("Fast & Furious", 2009), film("Fast and Furious", 2009), "name"),
        (film("臥虎藏龍", 2000), film("卧虎藏龙", 2000), "name"),
        (film("Casablanca", 1942), film("Casablnaca", 1942), "misspelling"),
        (film("The Shawshank Redemption", 1994), film("The Shawshenk Redemtion", 1994), "misspelling"),
        (film("Interview with the Vampire: The Vampire Chronicles", 1994), film("Interview with the Vampire", 1994),
         "subtitle"),
        (film("Il Postino", 1994, other_titles=["The Postman"]), film("Postman, The", 1994), "other_title"),
        (film("Crouching Tiger, Hidden Dragon", 2000, other_titles=["Wo hu cang long"]), film("卧虎藏龙", 2000),
         "translation"),
        (film("Raise the Red Lantern", 1991, directors=["Zhang Yimou"], cast=["Gong Li"]),
         film("大红灯笼高高挂", 1991, directors=["张艺谋"], cast=["巩俐"]), "translation"),
        (film("Alien", 1979, imdb="tt0078748"), film("Der Fremde", 1979, imdb="tt0078748"), "id"),
        (film("Alien", 1979, imdb="tt0078748"), film("Alien", 1983, imdb="tt0078748"), "id"),
    ],
)  # fmt: skip
def test_one_film_written_in_two_ways_is_one_work(one: dict[str, Any], other: dict[str, Any], how: str) -> None:
    first, second = found([one], [other])
    assert first["work"] == second["work"]
    assert (first["how"], second["how"]) == (None, how)
    assert (second["matched_asset"], second["matched_row"]) == ("a" * 32, 0)
    assert second["score"] > 0.5
    assert second["why"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (film("King Kong", 1933), film("King Kong", 1976)),
        (film("King Kong", 1933), film("King Kong", 1935)),
        (film("Rocky II", 1979), film("Rocky III", 1979)),
        (film("Rocky", 1976), film("Rocky II", 1976)),
        (film("The Ring", 2002), film("The King", 2002)),
        (film("Titanic", 1997, directors=["James Cameron"]), film("Titanic", 1996, directors=["Robert Lieberman"])),
        (film("Harlow", 1965, cast=["Carol Lynley", "Efrem Zimbalist Jr."]),
         film("Harlow", 1965, cast=["Carroll Baker", "Raf Vallone"])),
        (film("Fargo", 1996, kind="film"), film("Fargo", 1996, kind="episode")),
        (film("Fargo", 1996, kind="film"), film("Fargo", 1996, kind="series")),
        (film("Emma", 1996, imdb="tt0116191"), film("Emma", 1996, imdb="tt0118308")),
        (film("2001: A Space Odyssey", 1968), film("2010: A Space Odyssey", 1968)),
        (film("", 1999), film("", 1999)),
    ],
)  # fmt: skip
def test_two_films_are_two_works(one: dict[str, Any], other: dict[str, Any]) -> None:
    assert not is_one(one, other)


def test_a_film_of_a_name_and_a_year_beside_is_the_same_where_people_agree() -> None:
    cast = ["Peter Weller", "Sam Elliott", "Patricia Charbonneau"]
    assert is_one(film("Shakedown", 1988, cast=cast), film("Shakedown", 1989, cast=cast[1:]))
    assert not is_one(film("Shakedown", 1988, cast=cast), film("Shakedown", 1989, cast=["Ana Ivanović", "Bo Li"]))


def test_no_work_holds_years_more_than_one_apart() -> None:
    rows = found([film("Hard Eight", 1995)], [film("Hard Eight", 1996)], [film("Hard Eight", 1997)])
    years = {row["work"]: set[int]() for row in rows}
    for row, year in zip(rows, (1995, 1996, 1997), strict=True):
        years[row["work"]].add(year)
    assert all(max(each) - min(each) <= 1 for each in years.values())


def test_a_film_without_year_that_could_be_either_of_two_is_neither_and_is_named() -> None:
    rows = found([film("King Kong", 1933), film("King Kong", 1976)], [film("King Kong")])
    assert len({row["work"] for row in rows}) == 3
    assert rows[2]["near_row"] in {0, 1}
    assert 0.05 <= rows[2]["near_score"] <= 1
    alone = found([film("Aguirre, the Wrath of God", 1972)], [film("Aguirre, the Wrath of God")])
    assert alone[0]["work"] == alone[1]["work"]


def test_a_clash_of_ids_is_named() -> None:
    rows = found([film("Emma", 1996, imdb="tt0116191")], [film("Emma", 1996, imdb="tt0118308")])
    assert rows[1]["near_how"] == "clash_id"


def test_ids_stay_when_rows_are_added() -> None:
    own = [film("Metropolis", 1927), film("Alien", 1979), film("King Kong", 1933)]
    before = [row["work"] for row in found(own)]
    more = [film("Alien", 1979), film("Aliens", 1986), film("Metropolis", 1927), film("Solaris", 1972)]
    assert [row["work"] for row in found(own, more)][:3] == before


def test_ids_stay_by_what_rows_say_when_a_catalogue_has_another_edition() -> None:
    before = works(titles([film("Alien", 1979), film("Solaris", 1972)]), NONE)
    again = found([], [film("Stalker", 1979), film("Solaris", 1972), film("Alien", 1979)], previous=before)
    assert [row["work"] for row in again][1:] == before["work"].to_pylist()[::-1]


def test_what_someone_said_holds() -> None:
    rows = found([film("Alien", 1979, work="w1")], [film("Etwas anderes", 1980, work="w1")], [film("Alien", 1979)])
    assert [row["work"] for row in rows] == ["w1"] * 3
    assert rows[1]["how"] == "said"
    apart = found([film("Alien", 1979, work="w1")], [film("Alien", 1979, work="w2")])
    assert [row["work"] for row in apart] == ["w1", "w2"]
    assert apart[1]["near_how"] == "clash_said"


def test_the_answer_does_not_depend_on_the_order_of_rows() -> None:
    rows = [film("King Kong", 1933), film("King Kong", 1976), film("Kong King", 1933), film("Kink Kong", 1976)]
    pairs = []
    for order in (rows, rows[::-1]):
        named = list(zip((row["work"] for row in found(order)), (row["title"] for row in order), strict=True))
        pairs.append({frozenset((one[1], two[1])) for one in named for two in named if one[0] == two[0]})
    assert pairs[0] == pairs[1]


def test_a_higher_bar_never_joins_more() -> None:
    own = [film("Casablanca", 1942), film("The Postman", 1997), film("Star Wars: A New Hope", 1977)]
    other = [film("Casablnaca", 1943), film("Postman", 1996), film("Star Wars", 1977)]
    counts = [len({row["work"] for row in found(own, other, least=least)}) for least in (0.2, 0.5, 0.9, 0.999)]
    assert counts == sorted(counts)


def test_nothing_gives_no_rows() -> None:
    assert works(TITLES.stored_schema.empty_table(), NONE).equals(NONE)


def test_rows_that_say_nothing_stay_alone() -> None:
    rows = found([film("?", None), film("!!!", None), {"title": None}])
    assert len({row["work"] for row in rows}) == 3


@pytest.mark.parametrize("settings", [{"least": 0.0}, {"least": 1.0}, {"near": 2.0}])
def test_settings_out_of_range_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(SettingError, match=r"works: (least|near) must lie between 0 and 1"):
        works(titles([film("Alien")]), NONE, **settings)
