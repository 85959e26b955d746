"""Purposes, what may go out, and what a viewer may ask for, by command."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

import kinoeye
from kinoeye.cli.main import main


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A production with a log that was run once, and the key of its viewers beside it."""
    place = tmp_path_factory.mktemp("made")
    (place / "film").mkdir()
    lines = ["userId,movieId,rating,timestamp"]
    for viewer in range(30):
        lines += [f"viewer-{viewer:04d},{film},{3 + film % 3},{1_770_000_000 + viewer * 60}" for film in range(4)]
    (place / "film" / "ratings.csv").write_text("\n".join(lines) + "\n")
    with pytest.MonkeyPatch.context() as patched:
        patched.setenv("KINOEYE_VIEWER_KEY", str(place / "viewers.key"))
        kinoeye.open(place / "film").run(only=["watched", "sessions"], jobs=1)
    return place


@pytest.fixture
def film(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    shutil.copytree(made, tmp_path / "copy")
    monkeypatch.setenv("KINOEYE_VIEWER_KEY", str(tmp_path / "copy" / "viewers.key"))
    return str(tmp_path / "copy" / "film")


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> Any:
    main([*arguments, "--json"])
    return json.loads(capsys.readouterr().out)


def _refused(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[object, str]:
    with pytest.raises(SystemExit) as stopped:
        main(list(arguments))
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    return stopped.value.code, said


def test_a_log_is_published_from_once_someone_says_so(
    film: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = str(tmp_path / "watched.csv")
    code, said = _refused(capsys, "audience", "publish", film, "watched", "--out", out)
    assert code == 5 and "kept for publish" in said and "kinoeye audience purpose" in said
    main(["audience", "purpose", film, "--for", "statistics,publish", "--basis", "contract", "--log", "ratings.csv"])
    capsys.readouterr()
    found = _json(capsys, "audience", "purpose", film)["purposes"]
    assert found[-1]["for"] == "statistics, publish" and found[-1]["basis"] == "contract"
    told = _json(capsys, "audience", "publish", film, "watched", "--columns", "title,rating", "--out", out)
    assert told["rows"] == 120 and told["viewers"] == 30 and told["unique"] == 0
    with Path(out).open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 120 and {row["viewer"] for row in rows} == {str(n) for n in range(1, 31)}
    assert _refused(capsys, "audience", "publish", film, "watched", "--out", out)[0] == 2, "never over another file"


def test_a_viewer_sees_everything_and_is_forgotten(
    film: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "mine.json"
    main(["audience", "access", film, "viewer-0007", "--out", str(out)])
    known = json.loads(out.read_text())
    assert len(known["tables"]["events"]["rows"]) == 4 and known["logs"][0]["log"] == "ratings.csv"
    assert "watched" in capsys.readouterr().out
    assert "--yes must be given" in _refused(capsys, "forget", film, "--viewer", "viewer-0007")[1]
    plan = _json(capsys, "forget", film, "--viewer", "viewer-0007", "--dry-run")
    assert plan["counts"]["events"] == 4 and not plan["is_done"]
    proof = _json(capsys, "forget", film, "--viewer", "viewer-0007", "--yes", "--jobs", "1")
    assert proof["is_done"] and proof["found"] == [] and proof["logs"] == ["ratings.csv"]
    assert "there must be a viewer of that name" in _refused(capsys, "audience", "access", film, "viewer-0007")[1]
    assert "a person or --viewer must be given" in _refused(capsys, "forget", film)[1]


def test_the_budget_is_set_spent_and_told(film: str, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("opendp")
    main(["audience", "purpose", film, "--for", "statistics,publish"])
    main(["audience", "budget", film, "--epsilon", "0.5", "--why", "a test"])
    capsys.readouterr()
    told = _json(capsys, "audience", "count", film, "--by", "hour", "--epsilon", "0.4")
    assert len(told["rows"]) == 24
    assert _json(capsys, "audience", "budget", film)["left"] == pytest.approx(0.1)
    code, said = _refused(capsys, "audience", "count", film, "--by", "weekday", "--epsilon", "0.4")
    assert code == 5 and "no more epsilon than is left" in said


@pytest.mark.parametrize(("arguments", "match"), [
    (["purpose", "--for", "selling"], "purposes must be of"),
    (["purpose", "--until", "2027-12-31"], "--for must say what for"),
    (["purpose", "--for", "statistics", "--until", "soon"], "must be a day such as"),
    (["purpose", "--for", "statistics", "--log", "nothing.csv"], "there is no asset at nothing.csv"),
    (["budget", "--epsilon", "-1"], "epsilon must be 0 or more"),
])  # fmt: skip
def test_bad_use_is_one_plain_line(
    film: str, arguments: list[str], match: str, capsys: pytest.CaptureFixture[str]
) -> None:
    verb, *rest = arguments
    code, said = _refused(capsys, "audience", verb, film, *rest)
    assert code == 2 and match in said
