"""A viewer who is forgotten stands in no byte of the index, and every sum is as if the viewer had never been."""

import json
from pathlib import Path

import pytest

import kinoeye
from kinoeye.errors import InputError, UseError
from kinoeye.production import Production
from kinoeye.run import forget_viewer
from kinoeye.run.forget_viewer import ForgettingViewer
from kinoeye.run.list import ANALYSES
from kinoeye.run.settings import with_jobs
from kinoeye.run.viewer_access import known_of, number_of

NAMES = [f"person-{number}@example.org" for number in range(8)]


@pytest.fixture(autouse=True)
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KINOEYE_VIEWER_KEY", str(tmp_path / "viewers.key"))


def _log(path: Path, names: list[str]) -> None:
    lines: list[dict[str, object]] = []
    for place, name in enumerate(NAMES):
        if name in names:
            for step, event in enumerate(("play", "heartbeat", "pause", "stop")):
                at = f"2026-06-{place + 1:02d}T20:{step:02d}:00Z"
                lines.append({"user_id": name, "title": f"Film {place % 3}", "event": event,
                              "position": step * 60.0, "timestamp": at})  # fmt: skip
    path.write_text("\n".join(json.dumps(line) for line in lines) + "\n")


def _made(folder: Path, names: list[str]) -> Production:
    folder.mkdir()
    _log(folder / "june.jsonl", names)
    production = kinoeye.open(folder)
    production.run(only=["watched", "sessions"], jobs=1)
    return production


def _forgetting(production: Production) -> ForgettingViewer:
    return ForgettingViewer(production.folder, production.index, ANALYSES, with_jobs(production.settings, 1))


def test_nothing_stays_and_the_sums_are_those_without(tmp_path: Path) -> None:
    production = _made(tmp_path / "film", NAMES)
    number = number_of(production.index, NAMES[2])
    before = (tmp_path / "film" / "june.jsonl").read_bytes()
    plan = _forgetting(production).plan(NAMES[2])
    assert plan.counts == {"events": 4, "sessions": 1, "watched": 1} and plan.logs == ("june.jsonl",)
    assert not plan.is_done and number in production.read("watched")["viewer"].to_pylist()

    proof = _forgetting(production).do(NAMES[2])
    assert proof.is_done and not proof.found and proof.looked_at > 5
    assert (tmp_path / "film" / "june.jsonl").read_bytes() == before, "the user's own log is not changed"
    again = kinoeye.open(tmp_path / "film")
    again.run(only=["watched", "sessions"], jobs=1)
    for name in ("events", "sessions", "watched"):
        viewers = again.read(name)["viewer"].to_pylist()
        assert len(viewers) and number not in viewers
    (tmp_path / "film" / "july.jsonl").write_bytes(before)  # the same again in another log
    _log(tmp_path / "film" / "july.jsonl", [NAMES[2], NAMES[3]])
    again.run(only=["watched"], jobs=1)
    assert number not in again.read("watched")["viewer"].to_pylist()


def test_the_sums_are_those_of_a_production_that_never_had_the_viewer(tmp_path: Path) -> None:
    production = _made(tmp_path / "with", NAMES)
    _forgetting(production).do(NAMES[5])
    never = _made(tmp_path / "without", [name for name in NAMES if name != NAMES[5]])
    assert production.read("watched").equals(never.read("watched"))


@pytest.mark.parametrize("step", ["_take_away", "_run_again"])
def test_what_was_stopped_is_finished_by_saying_it_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    production = _made(tmp_path / "film", NAMES)
    number = number_of(production.index, NAMES[0])

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(forget_viewer.ForgettingViewer, step, stopped)
        with pytest.raises(KeyboardInterrupt):
            _forgetting(production).do(NAMES[0])
    proof = _forgetting(kinoeye.open(tmp_path / "film")).do(NAMES[0])
    assert proof.is_done
    again = kinoeye.open(tmp_path / "film")
    again.run(only=["watched", "sessions"], jobs=1)
    assert number not in again.read("watched")["viewer"].to_pylist() and again.read("watched").num_rows == 7


def test_what_is_known_of_a_viewer_is_told_to_the_viewer(tmp_path: Path) -> None:
    production = _made(tmp_path / "film", NAMES)
    known = known_of(production.index, NAMES[1])
    assert set(known["tables"]) == {"events", "sessions", "watched"}
    assert {row["viewer"] for each in known["tables"].values() for row in each["rows"]} == {known["number"]}
    assert known["logs"] == [{"log": "june.jsonl", "kept_for": ["statistics"], "basis": "", "until": None}]
    assert known["tables"]["events"]["columns"]["position"].endswith("(flicks)")
    assert known_of(production.index, f"#{known['number']}")["tables"].keys() == known["tables"].keys()


def test_who_is_not_there_and_who_cannot_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    production = _made(tmp_path / "film", NAMES[:2])
    with pytest.raises(UseError, match="there must be a viewer of that name"):
        _forgetting(production).plan("nobody@example.org")
    with pytest.raises(UseError, match="there must be a viewer of that name"):
        known_of(production.index, "nobody@example.org")
    with pytest.raises(UseError, match="must be named"):
        number_of(production.index, " ")
    monkeypatch.setenv("KINOEYE_VIEWER_KEY", str(tmp_path / "lost.key"))
    with pytest.raises(InputError, match="the key of this production must be in"):
        _forgetting(production).plan(NAMES[0])
