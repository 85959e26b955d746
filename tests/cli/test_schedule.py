"""``kinoeye schedule`` writes every sheet, and says in one line what is wrong."""

import json
from pathlib import Path

import pytest

from kinoeye.cli.main import main

pytest.importorskip("ortools", reason="the extra script is not installed")

CSV = """number,heading,location,pages,cast
1,INT. KITCHEN - DAY,House,1 3/8,ANNA; BEN
2,EXT. ROAD - NIGHT,Road,2,BEN
3,INT. OFFICE - DAY,Office,3 1/8,CARL
"""


@pytest.fixture
def strips(tmp_path: Path) -> Path:
    path = tmp_path / "strips.csv"
    path.write_text(CSV, encoding="utf-8")
    return path


def test_all_sheets_are_written_and_told(strips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "plan"
    main(["schedule", "--from", str(strips), "--start", "2026-03-02", "--seconds", "1", "--out", str(out)])
    names = {path.name for path in out.iterdir()}
    assert names == {"schedule.html", "stripboard.svg", "one-line.csv", "day-out-of-days.csv", "schedule.ics",
                     "schedule.uss", "schedule.json"}  # fmt: skip
    said = capsys.readouterr().out
    assert "Mon 2026-03-02" in said
    assert "over the best" in said
    assert "ANNA" in (out / "schedule.html").read_text(encoding="utf-8")


def test_json_says_the_same(strips: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(
        ["schedule", "--from", str(strips), "--start", "2026-03-02", "--seconds", "1", "--json", "--out", str(tmp_path)]
    )
    told = json.loads(capsys.readouterr().out)
    assert sorted(slot["strip"]["number"] for day in told["days"] for slot in day["slots"]) == ["1", "2", "3"]
    assert told["bound"] <= told["cost"]
    assert all(Path(path).is_file() for path in told["paths"])


@pytest.mark.parametrize(("arguments", "status", "match"), [
    (["--start", "yesterday"], 2, "start must be a date"),
    (["--start", "2026-03-02", "--language", "fr"], 2, "language must be one of en, zh"),
    (["--start", "2026-03-02", "--wishes", "none.toml"], 2, "none.toml: must be a file that can be read"),
    ([], 2, "must have a start"),
])  # fmt: skip
def test_what_is_wrong_is_one_line(
    arguments: list[str], status: int, match: str, strips: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["schedule", "--from", str(strips), *arguments])
    assert caught.value.code == status
    said = capsys.readouterr().err
    assert match in said
    assert len(said.strip().splitlines()) == 1


def test_a_folder_that_cannot_be_written_is_said(strips: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(
            [
                "schedule",
                "--from",
                str(strips),
                "--start",
                "2026-03-02",
                "--seconds",
                "0.5",
                "--json",
                "--out",
                str(strips),
            ]
        )
    assert caught.value.code == 4
    assert "must be a folder that can be written" in capsys.readouterr().err
