"""``kinoeye catalogue duplicates`` and ``same``: from files, from a production, and what people say."""

import json
from pathlib import Path
from typing import Any

import pytest

from kinoeye.cli.main import main

LIST = (
    "title,year,director\n"
    "The Ring,2002,Gore Verbinski\nKing Kong,1933,Merian C. Cooper\nKing Kong,1976,John Guillermin\n"
)
OTHER = 'Title,Year\n"Ring, The",2003\nKing Kong,\n=1+1,2001\n'


def _do(*arguments: str) -> int:
    try:
        return int(main(list(arguments)) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "films"
    made.mkdir()
    (made / "list.csv").write_text(LIST)
    (made / "other.csv").write_text(OTHER)
    return made


def _told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert _do("catalogue", *arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


def test_files_are_compared_and_stay_as_they_are(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = [str(folder / "list.csv"), str(folder / "other.csv")]
    out = folder / "doubles.csv"
    told = _told(capsys, "duplicates", *files, "--write", str(out))
    assert (told["titles"], told["works"]) == (6, 5)
    [group] = told["groups"]
    assert [(Path(row["file"]).name, row["row"]) for row in group["rows"]] == [("list.csv", 0), ("other.csv", 0)]
    assert {row["title"] for pair in told["near"] for row in pair["rows"]} == {"King Kong"}
    assert ((folder / "list.csv").read_text(), (folder / "other.csv").read_text()) == (LIST, OTHER)
    lines = out.read_text("utf-8-sig").splitlines()
    assert len(lines) == 7
    assert "'=1+1" in lines[-1]
    assert _do("catalogue", "duplicates", *files, "--write", str(out)) == 2
    assert "must not be there yet" in capsys.readouterr().err
    assert _do("catalogue", "duplicates", *files) == 0
    assert "1 stand there twice or more" in capsys.readouterr().out


def test_what_people_say_of_a_production_survives_runs(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    only = ("--only", "works", "--only", "credit_names", "--jobs", "1", "--json")
    assert _do("run", str(folder), *only) == 0
    assert _told(capsys, "duplicates", str(folder))["works"] == 5
    _told(capsys, "same", str(folder), "list.csv:1", "other.csv:1")
    _told(capsys, "same", str(folder), "list.csv:0", "other.csv:0", "--apart")

    def groups() -> list[list[tuple[str, int]]]:
        told = _told(capsys, "duplicates", str(folder))
        return [[(row["file"], row["row"]) for row in group["rows"]] for group in told["groups"]]

    assert groups() == [[("list.csv", 1), ("other.csv", 1)]] or groups() == [[("other.csv", 1), ("list.csv", 1)]]
    # Another edition of the list: its rows have moved, and its content hash is another.
    (folder / "list.csv").write_text(LIST.replace("director\n", "director\nMetropolis,1927,Fritz Lang\n"))
    assert _do("run", str(folder), *only) == 0
    assert {frozenset(group) for group in groups()} == {frozenset((("list.csv", 2), ("other.csv", 1)))}


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        (["duplicates", "{folder}/list.csv", "{folder}/list.csv"], "each file must be named once"),
        (["duplicates", "{folder}", "{folder}/list.csv"], "must be files, or one folder"),
        (["duplicates", "{folder}", "--least", "0.7"], "--least and --near must be of files"),
        (["duplicates", "{folder}/list.csv", "--write", "x.txt"], "must end in .csv"),
        (["duplicates", "{folder}/list.csv", "--least", "2"], "least must lie between 0 and 1"),
        (["duplicates", "{folder}/none.csv"], "none.csv"),
        (["duplicates", "{folder}"], "must hold titles, got none"),
        (["same", "{folder}", "list.csv:0", "list.csv:1"], "must have been run first"),
    ],
)
def test_bad_use_is_said(folder: Path, arguments: list[str], match: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _do("catalogue", *(each.format(folder=folder) for each in arguments)) in {2, 3}
    error = capsys.readouterr().err
    assert match in error
    assert "Traceback" not in error
