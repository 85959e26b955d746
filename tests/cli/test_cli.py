"""The command line: exit status, one-line errors, JSON that can be read."""

import importlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kinoeye import __main__
from kinoeye.cli.main import VERBS, main

MakeFilm = Callable[..., Path]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory, make_film: MakeFilm) -> Path:
    folder = tmp_path_factory.mktemp("cli") / "my film"
    make_film(folder / "a.mp4", (20, 16), size=64)
    (folder / "note.txt").write_text("Rain on the window.\n")
    assert _do("run", str(folder), "--only", "shots,paragraphs,levels", "--jobs", "1", "--json") == 0
    return folder


def _do(*arguments: str) -> int:
    try:
        return int(main(list(arguments)) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    capsys.readouterr()
    assert _do(*arguments, "--json") == 0
    return json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("verb", [verb for verb, _, _ in VERBS])
def test_every_verb_has_help_with_an_example_and_json(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _do(verb, "--help") == 0
    said = capsys.readouterr().out
    assert "Example: kinoeye" in said
    assert "--json" in said


def test_help_lists_the_verbs_in_order(capsys: pytest.CaptureFixture[str]) -> None:
    assert _do("--help") == 0
    said = capsys.readouterr().out
    places = [said.index(f"\n  {verb} ") for verb, _, _ in VERBS]
    assert places == sorted(places)


def test_sql_prints_an_array_of_cuts(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    query = "SELECT path, first_frame, transition FROM shots JOIN assets USING (asset)"
    capsys.readouterr()
    assert _do("sql", str(film), query, "--format", "json") == 0
    assert json.loads(capsys.readouterr().out) == [
        {"path": "a.mp4", "first_frame": 0, "transition": "start"},
        {"path": "a.mp4", "first_frame": 20, "transition": "cut"},
    ]


@pytest.mark.parametrize("form", ["table", "csv"])
def test_sql_prints_other_forms(film: Path, form: str, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert _do("sql", str(film), "SELECT shot, transition FROM shots ORDER BY shot", "--format", form) == 0
    said = capfdbinary.readouterr().out
    assert b"transition" in said
    assert b"cut" in said


def test_verbs_answer_in_json(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status = _json(capsys, "status", str(film))
    assert status["assets"] == {"text": 1, "video": 1}
    assert status["faults"] == []
    assert {row["analysis"] for row in _json(capsys, "cost", str(film))} >= {"decode", "shots"}
    assert [row["path"] for row in _json(capsys, "search", str(film), "rain")] == ["note.txt"]
    assert _json(capsys, "clean", str(film), "--dry-run")["tables"] == []
    assert _json(capsys, "models")[0]["licence"]
    assert _json(capsys, "run", str(film), "--only", "shots")["steps"] == 0


def test_a_decision_is_kept_listed_and_taken_back(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asset = _json(capsys, "sql", str(film), "SELECT asset FROM assets WHERE path = 'a.mp4'")[0]["asset"]
    number = _json(capsys, "decide", str(film), "shots", f"asset={asset},shot=1", "transition=wipe", "--why", "seen")
    assert _json(capsys, "sql", str(film), "SELECT transition FROM shots WHERE shot = 1") == [{"transition": "wipe"}]
    assert [row["why"] for row in _json(capsys, "decide", str(film))] == ["seen"]
    assert _json(capsys, "decide", str(film), "--undo", str(number["decision"]))
    assert _json(capsys, "sql", str(film), "SELECT transition FROM shots WHERE shot = 1") == [{"transition": "cut"}]


def test_exports_are_written_where_they_are_told(
    film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = _json(capsys, "export", str(film), "otio", "edl", "--out", str(tmp_path / "for 剪辑"))["files"]
    assert sorted(Path(file).suffix for file in files) == [".edl", ".otio"]
    told = _json(capsys, "export", str(film), "xml", "--out", str(tmp_path / "again"))
    assert [each.partition(": ")[2] for each in told["left_out"]] == [
        "xml: The colours of markers are left out: the format has none."
    ]
    assert all(Path(file).is_file() for file in files)
    formats = {row["format"] for row in _json(capsys, "export", "--list", str(film))}
    assert formats >= {"otio", "edl", "fcpxml", "aaf", "csv", "json", "html"}


@pytest.mark.parametrize(
    ("arguments", "code", "match"),
    [
        (["run", "/no/such/folder"], 2, "folder must exist"),
        (["status", "/no/such/folder"], 2, "folder must exist"),
        (["run", "{film}/note.txt"], 2, "must be a folder, got the file"),
        (["run", "{film}", "--only", "shot"], 2, "Did you mean shots"),
        (["run", "{film}", "--jobs", "0"], 2, "jobs must be at least 1"),
        (["sql", "{film}", "SELEC 1"], 2, "syntax error"),
        (["sql", "{film}", "SELECT nope FROM shots"], 2, "nope"),
        (["export", "{film}", "edll"], 2, "must be one of"),
        (["search", "{film}"], 2, "either words or --like"),
        (["search", "{film}", "x", "--limit", "0"], 2, "limit must lie"),
        (["decide", "{film}", "shots", "shot", "x"], 2, "column=value"),
        (["models", "pull", "nothing"], 2, "must be one of"),
        (["bench", "nothing"], 2, "must be one of"),
        (["nonsense"], 2, "No such command"),
        (["run"], 2, "Missing argument"),
        (["run", "{film}", "--nonsense"], 2, "No such option"),
    ],
)
def test_bad_use_is_one_line(
    film: Path, arguments: list[str], code: int, match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert _do(*[argument.replace("{film}", str(film)) for argument in arguments]) == code
    heard = capsys.readouterr()
    assert heard.err.startswith("kinoeye: ")
    assert heard.err.count("\n") == 1
    assert match in heard.err


def test_a_folder_that_was_never_run_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _do("status", str(tmp_path)) == 2
    assert "kinoeye run" in capsys.readouterr().err


def test_stopped_while_it_still_loads_there_is_no_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def stop(name: str) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(importlib, "import_module", stop)
    with pytest.raises(SystemExit) as ended:
        __main__.main()
    assert ended.value.code == 130
