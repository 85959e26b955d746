"""``kinoeye schedule`` writes every sheet, and says in one line what is wrong."""

import json
from pathlib import Path

import pytest

import kinoeye
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
    assert names == {"schedule.html", "stripboard.svg", "stripboard.pdf", "stripboard.png", "one-line.csv",
                     "day-out-of-days.csv", "moves.csv", "schedule.ics", "schedule.uss", "schedule.json"}  # fmt: skip
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


SCRIPT = "INT. TAXI - NIGHT\n\nAnna holds a pistol.\n\nANNA\nGo!\n\nEXT. FIELD - DAY\n\nA dog runs by.\n"


def test_one_verb_plans_a_production(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "film.fountain").write_text(SCRIPT, encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    capsys.readouterr()
    plan = ["schedule", str(tmp_path), "--start", "2026-03-02", "--seconds", "1", "--json"]
    main(plan)
    told = json.loads(capsys.readouterr().out)
    slots = [slot["strip"] for day in told["days"] for slot in day["slots"]]
    assert sorted(each["set"] for each in slots) == ["FIELD", "TAXI"]
    assert ["ANNA"] in [each["cast"] for each in slots]
    assert {Path(path).parent for path in told["paths"]} == {tmp_path / "out" / "schedule"}
    assert [(move["origin"], move["place"]) for move in told["moves"]] in ([("TAXI", "FIELD")], [("FIELD", "TAXI")])
    (tmp_path / "other.fountain").write_text("EXT. SEA - DAY\n\nWaves.\n", encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    capsys.readouterr()
    with pytest.raises(SystemExit):
        main(plan)
    assert "must be one of film.fountain, other.fountain, got none. Say which: --script PATH" in capsys.readouterr().err
    main([*plan, "--script", "other.fountain"])
    assert json.loads(capsys.readouterr().out)["days"][0]["slots"][0]["strip"]["set"] == "SEA"


def test_what_a_person_decides_is_planned(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "film.fountain").write_text(SCRIPT, encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    production = kinoeye.open(tmp_path)
    row = next(row for row in production.read("elements").to_pylist() if row["element"] == "pistol")
    key = {name: row[name] for name in ("asset", "line", "element")}
    production.decide("elements", key, {"element": "revolver"})
    needs = [dict(strip.elements) for strip in production.strips()]
    assert ("revolver",) in [each.get("props") for each in needs]
    capsys.readouterr()


@pytest.mark.parametrize("arguments", [[], ["--from", "strips.csv", "film"]])
def test_either_a_production_or_a_file_is_planned(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["schedule", "--start", "2026-03-02", *arguments])
    assert caught.value.code == 2
    assert "must have a production or --from a file" in capsys.readouterr().err


def test_a_production_without_a_screenplay_is_told_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "notes.txt").write_text("Nothing.\n", encoding="utf-8")
    main(["run", str(tmp_path), "--jobs", "1"])
    with pytest.raises(SystemExit):
        main(["schedule", str(tmp_path), "--start", "2026-03-02"])
    assert "must have a screenplay with scene headings" in capsys.readouterr().err


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
