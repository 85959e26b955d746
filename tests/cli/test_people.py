"""``kinoeye people``: what it must be told, and what it says when nobody is known."""

from pathlib import Path

import pytest

from kinoeye.cli.main import main


def _do(*arguments: str) -> int:
    try:
        return int(main(list(arguments)) or 0)
    except SystemExit as ended:
        return int(ended.code or 0)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("people") / "notes"
    made.mkdir()
    (made / "note.txt").write_text("Rain on the window.\n")
    assert _do("run", str(made), "--only", "paragraphs", "--jobs", "1", "--json") == 0
    return made


@pytest.mark.parametrize(
    ("arguments", "match"),
    [
        ([], "nobody is known"),
        (["graph", "--picture"], "nobody is known"),
        (["name", "Ann", "Eve"], "purpose"),
        (["name", "Ann"], "must be told a person and what they are called"),
        (["merge", "Ann"], "must be told two people"),
        (["split", "Ann", "12"], "--at PATH"),
        (["split", "Ann", "--at", "a.mp4"], "one time or several"),
        (["split", "Ann", "noon", "--at", "a.mp4"], "time must be written as"),
        (["list", "Ann"], "must be told nothing more"),
        (["show", "Ann", "--at", "a.mp4"], "must be told a person"),
        (["praise", "Ann"], "must be one of list, name"),
    ],
)
def test_bad_use_is_one_line(
    folder: Path, arguments: list[str], match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    assert _do("people", str(folder), *arguments) == 2
    heard = capsys.readouterr().err
    assert heard.count("\n") == 1 and match in heard
