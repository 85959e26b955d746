"""``kinoeye catalogue profile`` and ``clean``."""

import json

import pyarrow.parquet as pq
import pytest
import python_calamine

from kinoeye.cli.main import main

ROWS = (
    "title,year,runtime,director\n"
    '"Rain, The (1999)",,95 min,"Stone, Ada"\n'
    "=HYPERLINK(1),2208,1h 42m,\n"
    "AmÃ©lie,2001,,Ben Marsh\n"
)


@pytest.fixture
def catalogue(tmp_path):
    path = tmp_path / "titles.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_profile_says_what_columns_are(catalogue, capsys):
    main(["catalogue", "profile", str(catalogue), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert [each["role"] for each in told["columns"]] == ["title", "year", "runtime", "directors"]
    main(["catalogue", "profile", str(catalogue), "--language", "zh"])
    assert "片长" in capsys.readouterr().out


def test_profile_writes_a_page_and_never_over_another(catalogue, capsys):
    for name in ("titles.csv-columns.html", "titles.csv-columns-2.html"):
        main(["catalogue", "profile", str(catalogue), "--write"])
        page = (catalogue.parent / name).read_text(encoding="utf-8")
        assert "=HYPERLINK(1)" in page
        assert "缺了什么" in page
        assert "What is missing" in page
    capsys.readouterr()


def test_profile_of_a_folder_takes_every_file_of_records(catalogue, capsys):
    (catalogue.parent / "notes.txt").write_text("A letter to the crew.\n\nNothing more.\n", encoding="utf-8")
    (catalogue.parent / "more.json").write_text('[{"title":"Heat","year":1995}]', encoding="utf-8")
    main(["catalogue", "profile", str(catalogue.parent), "--json"])
    assert len(json.loads(capsys.readouterr().out)) == 2


@pytest.mark.parametrize("form", ["csv", "parquet", "xlsx", "json"])
def test_clean_writes_titles_and_every_change(catalogue, capsys, form):
    target = catalogue.parent / f"clean.{form}"
    main(["catalogue", "clean", str(catalogue), str(target), "--json"])
    told = json.loads(capsys.readouterr().out)
    assert (told["titles"], told["changes"]) == (3, 4)
    if form == "parquet":
        assert pq.read_table(target)["title"].to_pylist() == ["The Rain", "=HYPERLINK(1)", "Amélie"]
        changes = pq.read_table(told["changes_in"]).to_pylist()
        assert {
            "row": 2,
            "column": "title",
            "role": "title",
            "was": "AmÃ©lie",
            "is": "Amélie",
            "why": "encoding",
        } in changes
    elif form == "xlsx":
        book = python_calamine.CalamineWorkbook.from_path(str(target))
        assert book.sheet_names == ["titles", "changes"]
        assert "The Rain" in book.get_sheet_by_name("titles").to_python()[1]
    elif form == "csv":
        assert '"\'=HYPERLINK(1)"' in target.read_text(encoding="utf-8-sig")
    else:
        rows = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
        assert rows[0]["runtime_minutes"] == 95
    before = target.read_bytes()
    with pytest.raises(SystemExit):
        main(["catalogue", "clean", str(catalogue), str(target)])
    assert "must be a new file" in capsys.readouterr().err
    assert target.read_bytes() == before
    assert not list(catalogue.parent.glob(".*part*"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("log.csv", "userId,movieId,timestamp\n1,2,1260759144\n", "must have a column of titles"),
        ("empty.csv", "", "empty file"),
        ("nowhere.csv", None, "must be readable"),
    ],
)
def test_what_cannot_be_cleaned_is_told(tmp_path, capsys, name, text, said):
    if text is not None:
        (tmp_path / name).write_text(text, encoding="utf-8")
    with pytest.raises(SystemExit):
        main(["catalogue", "clean", str(tmp_path / name), str(tmp_path / "out.csv")])
    assert said in capsys.readouterr().err
    assert not (tmp_path / "out.csv").exists()
