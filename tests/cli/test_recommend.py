"""What to show viewers next, by command: of a file, and of a production."""

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kinoeye
from kinoeye.cli.main import main

GENRES = ("Crime", "Romance", "Western")


def write(folder: Path) -> Path:
    """Ratings of viewers who each like one genre, and the catalogue beside."""
    random = np.random.default_rng(1)
    lines = ["userId,movieId,rating,timestamp"]
    for viewer in range(60):
        for film in range(45):
            is_own = viewer % 3 == film % 3
            if random.random() < (0.5 if is_own else 0.06):
                lines.append(f"{viewer},{film},{4.5 if is_own else 2.0},{1_770_000_000 + 900 * len(lines)}")
    (folder / "ratings.csv").write_text("\n".join(lines) + "\n")
    films = [f'{film},"Film {film} (1990)",{GENRES[film % 3]}' for film in range(50)]
    (folder / "movies.csv").write_text("\n".join(["movieId,title,genres", *films]) + "\n")
    return folder / "ratings.csv"


@pytest.fixture(scope="module")
def ratings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("ratings"))


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    (place / "film").mkdir()
    write(place / "film")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KINOEYE_VIEWER_KEY", str(place / "viewers.key"))
        main(["audience", "purpose", str(place / "film"), "--for", "statistics,recommend"])
        kinoeye.open(place / "film").run(only=["recommendations"], jobs=1)
    return place


@pytest.fixture
def film(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    shutil.copytree(made, tmp_path / "copy")
    monkeypatch.setenv("KINOEYE_VIEWER_KEY", str(tmp_path / "copy" / "viewers.key"))
    return str(tmp_path / "copy" / "film")


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    main(["recommend", *arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def test_a_file_answers_by_the_viewers_own_names(ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _json(capsys, str(ratings), "--viewer", "4", "--count", "6")["recommendations"]
    assert {row["viewer"] for row in rows} == {"4"}
    assert [row["rank"] for row in rows] == [1, 2, 3, 4, 5, 6]
    assert np.mean([int(row["title"]) % 3 == 1 for row in rows]) > 0.8
    assert rows[0]["name"].startswith("Film ")


def test_somebody_new_is_told_by_names(ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _json(capsys, str(ratings.parent), "--watched", "Film 2,film 5,8", "--count", "5")["recommendations"]
    assert {row["viewer"] for row in rows} == {"new viewer"}
    assert np.mean([int(row["title"]) % 3 == 2 for row in rows]) > 0.7
    assert not {"2", "5", "8"} & {row["title"] for row in rows}


def test_what_is_not_wanted_and_what_is_not_for_children_is_left_out(
    ratings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first = _json(capsys, str(ratings), "--viewer", "4", "--count", "3")["recommendations"][0]
    rest = _json(capsys, str(ratings), "--viewer", "4", "--count", "3", "--not-interested", first["name"].lower())
    assert first["title"] not in {row["title"] for row in rest["recommendations"]}
    assert len(rest["recommendations"]) == 3
    ages = tmp_path / "ages.csv"
    ages.write_text("title,certificate\n" + "".join(f"{film},{'FSK 16' if film % 2 else 'PG'}\n" for film in range(40)))
    young = _json(capsys, str(ratings), "--viewer", "4", "--age", "12", "--ages", str(ages))["recommendations"]
    assert young
    assert all(int(row["title"]) % 2 == 0 and int(row["title"]) < 40 for row in young)


def test_reasons_are_printed(ratings: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["recommend", str(ratings), "--viewer", "4", "--because"])
    told = capsys.readouterr().out
    assert "because" in told
    assert "Film" in told
    assert "%" in told


def test_a_page_is_written_anew_and_never_over_another(
    ratings: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "page.html"
    main(["recommend", str(ratings), "--viewer", "4", "--write", str(page)])
    text = page.read_text(encoding="utf-8")
    assert "Film" in text
    assert "推荐" in text
    with pytest.raises(SystemExit, match="2"):
        main(["recommend", str(ratings), "--write", str(page)])
    assert "must not be there yet" in capsys.readouterr().err


@pytest.mark.parametrize(("more", "said"), [
    (["--viewer", "nobody"], "viewers must be in the log, got 'nobody'"),
    (["--watched", "Film 2,Unheard"], "titles must be in the log, got Unheard"),
    (["--age", "12"], "--ages must say who may see what"),
])  # fmt: skip
def test_wrong_use_is_told(ratings: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(["recommend", str(ratings), *more])
    assert said in capsys.readouterr().err


def test_a_file_that_is_no_log_is_told(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.csv").write_text("colour,size\nred,1\n")
    with pytest.raises(SystemExit, match="3"):
        main(["recommend", str(tmp_path / "a.csv")])
    assert "a viewing log must say who, what and when" in capsys.readouterr().err


def test_a_production_answers_from_its_run(film: str, capsys: pytest.CaptureFixture[str]) -> None:
    rows = _json(capsys, film, "--viewer", "4", "--count", "5")["recommendations"]
    assert {row["viewer"] for row in rows} == {"4"}
    assert len(rows) == 5
    new = _json(capsys, film, "--watched", "Film 2,Film 5", "--count", "3")["recommendations"]
    assert {row["viewer"] for row in new} == {"new viewer"}


def test_what_someone_is_not_interested_in_is_kept(film: str, capsys: pytest.CaptureFixture[str]) -> None:
    first = _json(capsys, film, "--viewer", "4")["recommendations"][0]
    told = _json(capsys, film, "--viewer", "4", "--not-interested", first["name"], "--why", "seen elsewhere")
    assert len(told["decisions"]) == 1
    again = _json(capsys, film, "--viewer", "4")["recommendations"]
    assert first["title"] not in {row["title"] for row in again}
    assert again[0]["rank"] == 1
    others = _json(capsys, film)["recommendations"]
    assert first["title"] in {row["title"] for row in others}


def test_without_a_purpose_there_are_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path)
    (tmp_path / ".kinoeye").mkdir()
    with pytest.raises(SystemExit, match="2"):
        main(["recommend", str(tmp_path)])
    assert "must have recommendations, got none" in capsys.readouterr().err
