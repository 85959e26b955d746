"""What viewers did, by command: what a log holds, sessions, who stays, how far they come, days to come."""

import json
import random
from pathlib import Path
from typing import Any

import pytest

import kinoeye
from kinoeye.cli.main import main

TABLES = ["sessions", "watched", "retention", "funnels", "forecast", "log_faults"]


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """A production with a log of nine weeks, which was run once."""
    place = tmp_path_factory.mktemp("made")
    folder = place / "film"
    folder.mkdir()
    chance, rows = random.Random(1), []
    for viewer in range(60):
        for _ in range(3):
            begin = 1_772_409_600 + chance.randrange(63) * 86_400 + chance.randrange(80_000)
            same = {"user_id": f"viewer-{viewer:03d}", "title": chance.choice(["rain", "sun"]), "video_duration": 600}
            rows.append({**same, "event": "impression", "timestamp": begin - 9, "position": None})
            end = chance.choice([100, 300, 600])
            rows += [{**same, "event": "play" if not at else "stop" if at == end else "heartbeat", "position": at,
                      "timestamp": begin + at} for at in range(0, end + 1, 20)]  # fmt: skip
    (folder / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows) + "\nbroken viewer-007\n")
    (folder / "titles.csv").write_text("id,title,genres,runtime\nrain,Rain,Drama,10 min\nsun,Sun,Comedy,10 min\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KINOEYE_VIEWER_KEY", str(place / "viewers.key"))
        kinoeye.open(folder).run(only=TABLES, jobs=1)
    return folder


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main(["audience", *arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def test_log(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "log", str(film / "log.jsonl"))
    assert (found["kind"], found["viewers"], found["titles"]) == ("events", 60, 2)
    assert found["columns"]["viewer"] == "user_id"
    assert [each["reason"] for each in found["faults"] if not each["used"]] == ["broken_json"]
    main(["audience", "log", str(film / "log.jsonl")])
    text = capsys.readouterr().out
    assert "60 viewers" in text
    assert "viewer-0" not in text


def test_log_of_what_is_none(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["audience", "log", str(film / "titles.csv")])
    assert stopped.value.code == 3
    assert "a viewing log must say who, what and when" in capsys.readouterr().err


def test_sessions_and_funnel(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = told(capsys, "sessions", str(film))["titles"]
    assert {row["title"] for row in rows} == {"rain", "sun"}
    assert sum(row["sessions"] for row in rows) <= 180
    steps = told(capsys, "funnel", str(film), "--title", "rain")["steps"]
    assert [step["step"] for step in steps] == ["impression", "play", "25 %", "50 %", "75 %", "95 %"]
    for verb in ("sessions", "funnel"):
        main(["audience", verb, str(film)])
        assert "viewers" in capsys.readouterr().out


def test_retention_and_its_page(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "retention", str(film), "rain", "--write")
    assert found["seconds"] == 600
    assert {moment["from"] for moment in found["moments"]} <= {"1:35", "4:55"}
    assert found["moments"]
    page = Path(found["paths"][0])
    assert page == film / "out" / "audience" / "retention-rain.html"
    assert "谁留了下来" in page.read_text(encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["audience", "retention", str(film), "snow"])
    assert stopped.value.code == 2
    assert "There are: rain, sun" in capsys.readouterr().err


def test_forecast(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = told(capsys, "forecast", str(film))
    assert (found["measure"], len(found["days"])) == ("hours", 14)
    assert found["naive_error"] > 0
    main(["audience", "forecast", str(film)])
    assert "week before" in capsys.readouterr().out


def test_segments_ask_for_a_purpose(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["audience", "segments", str(film)])
    assert stopped.value.code == 2
    assert "audience purpose DIR --for statistics,profiles" in capsys.readouterr().err
