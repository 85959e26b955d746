"""Reading what is needed to recommend, and leaving out what is not to be shown."""

from pathlib import Path

import pytest

from kinoeye.errors import DocumentError
from kinoeye.run.recommending import Wishes, kept, read_ages, read_source

ROWS = [
    {"viewer": viewer, "rank": rank, "title": f"t{rank}", "name": f"Film {rank}", "score": 0.5, "because": [],
     "way": "ease", "cold": False}
    for viewer in (2, 1) for rank in (1, 2, 3, 4)
]  # fmt: skip


def test_ranks_are_whole_again_after_some_are_left_out() -> None:
    found = kept(ROWS, Wishes(count=2, not_interested=("film 1",)), {1: "anna"})
    assert [(row["viewer"], row["rank"], row["title"]) for row in found] == [
        ("#2", 1, "t2"), ("#2", 2, "t3"), ("anna", 1, "t2"), ("anna", 2, "t3"),
    ]  # fmt: skip


def test_what_has_no_limit_is_for_adults() -> None:
    ages = {"t1": 16, "Film 2": 12}
    assert [row["title"] for row in kept(ROWS[:4], Wishes(age=12, ages=ages), {})] == ["t2"]
    assert len(kept(ROWS[:4], Wishes(age=18, ages=ages), {})) == 4


def test_ages_are_read_by_any_mark(tmp_path: Path) -> None:
    file = tmp_path / "ages.csv"
    file.write_text("movieId,Rated\n7,PG-13\n8,FSK 16\n9,unrated\n", encoding="utf-8-sig")
    assert read_ages(file) == {"7": 13, "8": 16}
    file.write_text("a,b\n1,2\n")
    with pytest.raises(DocumentError, match="must have the columns title and age, got a, b"):
        read_ages(file)
    file.write_bytes(b"\xff\xfe\x00title")
    with pytest.raises(DocumentError, match="must be a readable CSV file"):
        read_ages(file)


@pytest.mark.parametrize("text", ["userId,movieId,rating,timestamp\n", ""])
def test_an_empty_log_is_told(tmp_path: Path, text: str) -> None:
    (tmp_path / "ratings.csv").write_text(text)
    with pytest.raises(DocumentError):
        read_source(tmp_path / "ratings.csv")


def test_a_log_with_broken_lines_uses_the_rest(tmp_path: Path) -> None:
    lines = [f"{viewer},{film},4.0,{1_000_000_000 + film}" for viewer in range(5) for film in range(4)]
    lines[3] = "2,#,what,ever,else"
    lines[9] = "-,-"
    (tmp_path / "ratings.csv").write_text("\n".join(["userId,movieId,rating,timestamp", *lines]) + "\n")
    source = read_source(tmp_path)
    assert 17 <= source.watched.num_rows <= 19
    assert source.titles is None
    assert "0" in source.names.values()


def test_nothing_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="must be a viewing log or ratings, got nothing there"):
        read_source(tmp_path)
