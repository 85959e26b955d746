"""``kinoeye catalogue classify`` reads any file of titles and answers line by line."""

import csv
import json

import pytest

from kinoeye.cli.main import main

SPACE = "The crew of a spaceship lands on another planet where aliens and a robot want to destroy the Earth."


@pytest.fixture
def catalogue(tmp_path):
    file = tmp_path / "titles.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out).writerows([
            ("Title", "Release Year", "Plot"), ("Far Out", "1999", SPACE), ("", "2001", "Nobody knows its name."),
            ("=1+1", "", "A sheriff hunts outlaws who stole the cattle of the ranch."),
            ("夜", "2001", "警察来到北京寻找失踪的姐姐。"),
            ("Outlaws of the Rio Grande", "1941", ""), ("", "", ""),
        ])  # fmt: skip
    return file


def _lines(capsys):
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_one_object_a_line_in_the_order_of_the_rows(catalogue, capsys):
    main(["catalogue", "classify", str(catalogue), "--json"])
    lines = _lines(capsys)
    assert [line["row"] for line in lines] == list(range(len(lines)))
    assert [line["title"] for line in lines][:5] == ["Far Out", None, "=1+1", "夜", "Outlaws of the Rio Grande"]
    first = lines[0]
    assert set(first) == {"row", "title", "year", "genres", "picked", "language", "basis", "model"}
    assert "Science Fiction" in first["picked"]
    assert first["language"] == "en"
    assert first["model"].startswith("genres ")
    assert len(first["genres"]) == 36
    assert all(0 <= each["score"] <= 1 for each in first["genres"])
    assert lines[3] | {"model": ""} == {"row": 3, "title": "夜", "year": 2001, "genres": [], "picked": [],
                                        "language": "zh", "basis": "none", "model": ""}  # fmt: skip
    assert lines[4]["basis"] == "title"


def test_explained_it_tells_the_words(catalogue, capsys):
    main(["catalogue", "classify", str(catalogue), "--json", "--explain"])
    evidence = _lines(capsys)[0]["evidence"]
    assert {"words", "weight"} == set(evidence["Science Fiction"][0])
    main(["catalogue", "classify", str(catalogue), "--explain"])
    assert "Science Fiction:" in capsys.readouterr().out


def test_for_people_a_table(catalogue, capsys):
    main(["catalogue", "classify", str(catalogue)])
    out = capsys.readouterr().out
    assert "Far Out" in out and "cannot be told" in out and "by name and year alone" in out


def test_a_written_file_runs_nothing_and_is_never_written_over(catalogue, tmp_path, capsys):
    out = tmp_path / "out.csv"
    main(["catalogue", "classify", str(catalogue), "--write", str(out)])
    assert str(out) in capsys.readouterr().out
    with out.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["title"] for row in rows][:3] == ["Far Out", "", "'=1+1"]
    assert "Science Fiction" in rows[0]["genres"].split("|")
    assert len(rows[0]["scores"].split("|")) == len(rows[0]["genres"].split("|"))
    before = out.read_bytes()
    with pytest.raises(SystemExit) as stopped:
        main(["catalogue", "classify", str(catalogue), "--write", str(out)])
    assert stopped.value.code == 2
    assert "must not be there yet" in capsys.readouterr().err
    assert out.read_bytes() == before


@pytest.mark.parametrize(("name", "text", "code"), [
    ("empty.csv", "", 3), ("sizes.csv", "width,height\n1.5,2.25\n2.5,4.5\n", 3),
])  # fmt: skip
def test_what_is_no_catalogue_is_said_in_one_line(tmp_path, capsys, name, text, code):
    (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["catalogue", "classify", str(tmp_path / name), "--json"])
    assert stopped.value.code == code
    err = capsys.readouterr().err
    assert err.startswith("kinoeye: ") and err.count("\n") == 1


def test_one_row_and_odd_cells(tmp_path, capsys):
    file = tmp_path / "one.csv"
    file.write_text(f"title,plot,year\nNaN,{'word ' * 40_000},NaN\n", "utf-8")
    main(["catalogue", "classify", str(file), "--json"])
    assert len(_lines(capsys)) <= 1


def test_its_help_shows_an_example(capsys):
    main(["catalogue", "classify", "--help"])
    assert "kinoeye catalogue classify titles.csv" in " ".join(capsys.readouterr().out.split())
