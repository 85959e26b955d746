"""Genres are told by what a text tells, by what it names, or said not to be known."""

import numpy as np
import pytest

from kinoeye.analyses.catalogue.title_genres import TITLE_GENRES, judge, title_genres
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import SettingError

WESTERN = (
    "A sheriff and his deputies ride out to find the outlaws who robbed the stagecoach and stole the cattle from the "
    "ranch, before the gunfight that the town is waiting for."
)
SPACE = (
    "The crew of a spaceship is sent to another planet, where aliens and a robot have taken over the space station and "
    "want to destroy the Earth."
)
CHINESE = "一个年轻的警察来到北京，寻找失踪的姐姐，却发现事情并不简单，他必须在天亮之前作出决定。"


def _titles(*rows):
    return TITLES.from_rows(
        {"row": number, "title": title, "plot": plot, "year": year} for number, (title, plot, year) in enumerate(rows)
    )


def _picked(table, row=0):
    return [each["genre"] for each in table.to_pylist() if each["picked"] and each["row"] == row]


@pytest.mark.parametrize(
    ("plot", "genre", "word"), [(WESTERN, "Western", "ranch"), (SPACE, "Science Fiction", "planet")]
)
def test_a_story_tells_its_genre_by_its_words(plot, genre, word):
    rows = [row for row in title_genres(_titles(("Untitled", plot, None))).to_pylist() if row["genre"] == genre]
    assert rows[0]["picked"]
    assert rows[0]["basis"] == "plot"
    told = dict(zip(rows[0]["evidence"], rows[0]["weights"], strict=True))
    assert len(told) == 5
    assert all(weight > 0 for weight in told.values())
    assert any(word in each for each in told) or len(told) == 5


def test_the_names_of_genres_are_no_part_of_what_a_story_tells():
    plain, named = judge(["A", "A"], [WESTERN, f"{WESTERN} horror horror, comedy musicals."], [None, None]).chances
    assert np.allclose(plain, named, atol=1e-6)


def test_a_description_that_names_genres_is_believed_and_quoted():
    plot = "Untitled is a 2019 American romantic horror film directed by Ann Onym. It was shot in Ohio in a month."
    rows = {row["genre"]: row for row in title_genres(_titles(("Untitled", plot, 2019))).to_pylist()}
    assert rows["Horror"]["picked"] and rows["Romance"]["picked"]
    assert rows["Horror"]["basis"] == "named"
    assert rows["Horror"]["evidence"][0] == '"romantic horror film"'
    assert "Western" not in rows


def test_without_a_plot_the_name_and_the_year_tell_a_little():
    table = title_genres(_titles(("Outlaws of the Rio Grande", None, 1941), ("X", None, 1915)), least=0.0)
    assert set(table["basis"].to_pylist()) == {"title"}
    assert _picked(table)[0] == "Western"
    assert "Silent" in _picked(table, 1)


def test_of_a_language_that_it_does_not_read_nothing_is_guessed():
    table = title_genres(_titles(("夜", CHINESE, 2001), ("Nacht", "Ein Mann zieht nach Berlin und ist nicht, wer "
                         "er vorgibt zu sein, und das wissen die anderen auch.", None)), least=0.0)  # fmt: skip
    assert table.num_rows == 0


def test_but_what_it_names_in_chinese_is():
    table = title_genres(_titles(("夜", f"这是一部科幻喜剧片。{CHINESE}", 2001)))
    assert sorted(_picked(table)) == ["Comedy", "Science Fiction"]
    assert set(table["basis"].to_pylist()) == {"named"}


def test_scores_fall_and_every_genre_comes_where_all_are_asked_for():
    table = title_genres(_titles(("Untitled", SPACE, 1999)), least=0.0)
    scores = table["score"].to_pylist()
    assert table.num_rows == 36
    assert scores == sorted(scores, reverse=True)
    assert table.schema.equals(TITLE_GENRES.schema)


def test_it_does_not_matter_what_stands_beside_a_title():
    rows = [("Untitled", SPACE, 1999), ("Outlaws", None, 1941), ("夜", CHINESE, None), ("Other", WESTERN, None)]
    together = title_genres(_titles(*rows)).to_pylist()
    alone = [row for each in rows for row in title_genres(_titles(each)).to_pylist()]
    for one, other in zip(together, alone, strict=True):
        assert one["genre"] == other["genre"]
        assert one["score"] == pytest.approx(other["score"], abs=1e-5)


@pytest.mark.parametrize(
    "plot", ["", " ", "?", "a" * 100_000, "the " * 50_000, "\x00\ud7ff", "=HYPERLINK(1)", "[MASK] " * 9]
)
def test_odd_plots_are_no_trouble(plot):
    table = title_genres(_titles(("Odd", plot, -5), ("", None, 9999)), least=0.0)
    assert all(0 <= each <= 1 for each in table["score"].to_pylist())


def test_no_titles_have_no_genres():
    assert title_genres(TITLES.empty()).num_rows == 0


@pytest.mark.parametrize("least", [-0.1, 1.5, float("nan")])
def test_a_least_chance_is_a_chance(least):
    with pytest.raises(SettingError, match=r"title_genres: least must lie in 0\.\.1, got"):
        title_genres(TITLES.empty(), least=least)
