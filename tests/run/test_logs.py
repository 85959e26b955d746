"""A log in a production is read, and nothing that names a viewer is anywhere in the index."""

import json
import random

import pytest

import kinoeye
from kinoeye.media import viewers

CANARIES = ("canary-viewer", "canary.mail@example.org", "203.0.113.77", "CanaryAgent", "canary-session", "Canary Name")


@pytest.fixture(autouse=True)
def _home(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv(viewers.KEY_VARIABLE, raising=False)


def lines():
    chance = random.Random(1)
    rows = []
    for viewer in range(12):
        begin = 1_772_400_000 + chance.randrange(86_400)
        rows += [
            {
                "user_id": f"canary-viewer-{viewer}", "email": "canary.mail@example.org", "name": "Canary Name",
                "ip": "203.0.113.77", "user_agent": "CanaryAgent/1.0", "session_id": f"canary-session-{viewer}",
                "video_id": "rain" if viewer % 2 else "sun", "timestamp": begin + second, "position": second,
                "event": "play" if not second else "heartbeat",
            }
            for second in range(0, 300, 20)
        ]  # fmt: skip
    return rows


def write(folder):
    """Write one log in several forms, a tenth of its lines broken in the middle of what names viewers."""
    (folder / "kinoeye.toml").write_text("[run]\njobs = 1\n")
    rows = lines()
    texts = [json.dumps(row) for row in rows]
    broken = [text[:90] for text in texts[::10]]
    (folder / "events.jsonl").write_text("\n".join(["{" + broken[0], *texts, *broken]) + "\n")
    head = list(rows[0])
    csv = [",".join(head), *(",".join(str(row[name]) for name in head) for row in rows)]
    (folder / "events.csv").write_text("\n".join(csv) + "\n" + "canary-viewer-9,canary.mail@example.org\n" * 20)
    query = "CMCD=sid%3D%22canary-session-1%22%2Ccid%3D%22rain%22"
    access = ('203.0.113.77 - canary-viewer-1 [01/Mar/2026:20:00:{:02d} +0000] '
              f'"GET /a.m4s?{query} HTTP/1.1" 200 9 "-" "CanaryAgent"\n')  # fmt: skip
    (folder / "access.log").write_text("".join(access.format(n) for n in range(40)) + "203.0.113.77 - what\n")


def test_nothing_that_names_a_viewer_is_kept(tmp_path):
    folder = tmp_path / "film"
    folder.mkdir()
    write(folder)
    film = kinoeye.open(folder)
    summary = film.run(only=["sessions", "watched", "log_faults"])
    assert not summary.faults
    assert set(film.read("assets")["kind"].to_pylist()) == {"log"}
    found = {each: film.read(each) for each in ("events", "sessions", "watched", "log_faults")}
    assert found["events"].num_rows == 2 * 180 + 40
    assert found["sessions"].num_rows >= 12
    assert set(found["log_faults"]["reason"].to_pylist()) >= {"broken_json", "wrong_width", "broken_line"}
    files = [path for path in (folder / ".kinoeye").rglob("*") if path.is_file()]
    assert len(files) > 10
    for path in files:
        data = path.read_bytes().lower()
        assert not [each for each in CANARIES if each.lower().encode() in data], path
    assert not film.run(only=["sessions", "watched", "log_faults"]).steps
    _without_its_key(film, folder, tmp_path / "config")


def _without_its_key(film, folder, keys):
    """A lost key is a fault of the log that comes in later, and of nothing else."""
    for path in keys.rglob("*.key"):
        path.unlink()
    (folder / "more.csv").write_text("user,movie,rating,timestamp\n" + "canary-viewer,rain,4,1772400000\n" * 3)
    summary = film.run(only=["log_faults"])
    assert [fault.path for fault in summary.faults] == ["more.csv"]
    assert "the key of this production must be in" in summary.faults[0].message
    assert "canary" not in str(summary.faults[0]).lower()


@pytest.mark.realdata
def test_movielens(tmp_path, shared_data):
    folder = tmp_path / "film"
    folder.mkdir()
    for name in ("ratings.csv", "tags.csv"):
        (folder / name).symlink_to(shared_data / "metadata" / "ml-latest-small" / name)
    film = kinoeye.open(folder)
    film.run(only=["watched", "log_faults"])
    rows = film.read("watched")
    assert rows.num_rows == 100_004
    assert len(set(rows["viewer"].to_pylist())) == 671
    assert set(film.read("log_faults")["reason"].to_pylist()) == {"out_of_order"}
