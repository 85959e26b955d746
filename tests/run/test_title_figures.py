"""Figures of catalogues that people have, beside a plain count of the same file."""

import csv
import statistics
from collections import Counter

import pytest

from kinoeye.errors import UseError
from kinoeye.run.title_figures import figures_of_file, named


def test_names_stand_between_commas():
    assert named(" genre, decade ，language,") == ("genre", "decade", "language")
    assert named("") == ()
    with pytest.raises(UseError, match="names must stand between commas"):
        named(",")


def test_a_person_may_say_genre_or_genres(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text("title,year,genres\nA,1990,Drama|War\nB,1991,Drama\n", encoding="utf-8")
    one, other = (figures_of_file(path, by=(each,)).rows for each in ("genre", "genres"))
    assert one.equals(other)


@pytest.mark.realdata
def test_movielens_genres_and_ratings_are_those_of_a_plain_count(shared_data, tmp_path):
    folder = shared_data / "metadata" / "ml-latest-small"
    with (folder / "movies.csv").open(encoding="utf-8", newline="") as file:
        movies = list(csv.DictReader(file))
    rated: dict[str, list[float]] = {}
    with (folder / "ratings.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            rated.setdefault(row["movieId"], []).append(2 * float(row["rating"]))
    path = tmp_path / "movies.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["movieId", "title", "genres", "rating"])
        writer.writerows(
            [row["movieId"], row["title"], row["genres"],
             f"{statistics.mean(rated[row['movieId']]):.3f}" if row["movieId"] in rated else ""]
            for row in movies
        )  # fmt: skip
    rows = figures_of_file(path, by=("genre",), of=("rating",)).rows.to_pylist()
    counted = Counter(genre for row in movies for genre in set(row["genres"].split("|")) if "(no" not in genre)
    assert {
        row["group"]: row["value"] for row in rows if row["measure"] == "count" and row["by"] == "genres"
    } == counted
    horror = [statistics.mean(rated[row["movieId"]]) for row in movies
              if "Horror" in row["genres"].split("|") and row["movieId"] in rated]  # fmt: skip
    told = next(row for row in rows if (row["measure"], row["group"]) == ("mean", "Horror"))
    assert told["n"] == len(horror)
    assert told["value"] == pytest.approx(statistics.mean(horror), abs=0.001)
