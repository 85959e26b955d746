"""A run finds what lies in a folder, does what is not known yet, and nothing else."""

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import kinoeye
from kinoeye.errors import ModelError, SettingError, UseError
from kinoeye.media.write import write_picture, write_sound
from kinoeye.production import Production
from kinoeye.run.pool import Pool

ONLY = ["shots", "paragraphs", "levels"]
SCRIPT = "INT. ROOM - NIGHT\n\nRain on the window.\n\nANNA\nListen.\n"

MakeFilm = Callable[..., Path]


def _run(folder: Path, **settings: Any) -> Any:
    return Production(folder).run(only=ONLY, jobs=2, **settings)


def _tree(folder: Path) -> dict[str, tuple[str, int]]:
    return {
        str(path.relative_to(folder)): (hashlib.sha256(path.read_bytes()).hexdigest(), path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".kinoeye" not in path.parts
    }


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory, make_film: MakeFilm) -> Path:
    """A production of every kind, whose names say nothing true of the content."""
    folder = tmp_path_factory.mktemp("material")
    make_film(folder / "day 1" / "it's A001.mp4", (30, 24))
    make_film(folder / "影片.mkv", (20, 30, 22), seed=3, has_sound=False)
    write_sound(folder / "tone.wav", (np.sin(np.arange(32_000) * 0.1) * 9000).astype(np.int16), 16_000)
    write_picture(folder / "-poster.png", np.full((90, 160, 3), (200, 40, 40), np.uint8))
    (folder / "draft").write_text(SCRIPT)
    (folder / "unknown.bin").write_bytes(bytes(range(256)) * 4)
    return folder


@pytest.fixture
def production(tmp_path: Path, material: Path) -> Path:
    """A copy of the material, by hard links, to run and spoil."""
    target = tmp_path / "a production"
    for path in material.rglob("*"):
        if path.is_file():
            copy = target / path.relative_to(material)
            copy.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, copy)
    return target


def test_everything_is_found_by_content_and_nothing_of_the_users_is_changed(production: Path) -> None:
    before = _tree(production)
    summary = _run(production)
    assert _tree(production) == before
    assert (summary.assets, summary.ignored, summary.faults) == (5, 1, ())
    film = kinoeye.open(production)
    kinds = {row["path"]: row["kind"] for row in film.read("assets").to_pylist()}
    assert kinds == {
        "day 1/it's A001.mp4": "video", "影片.mkv": "video", "tone.wav": "sound", "-poster.png": "picture",
        "draft": "screenplay",
    }  # fmt: skip
    shots = film.sql("SELECT path, list(first_frame ORDER BY shot) AS cuts FROM shots JOIN assets USING (asset) "
                     "GROUP BY path").to_pylist()  # fmt: skip
    assert {row["path"]: row["cuts"] for row in shots} == {
        "day 1/it's A001.mp4": [0, 30], "影片.mkv": [0, 20, 50], "-poster.png": [0],
    }  # fmt: skip
    pictures = {row["path"]: row["pictures"] for row in film.read("assets").to_pylist()}
    assert pictures["day 1/it's A001.mp4"] == 54
    assert [found.path for found in film.search("rain window")] == ["draft"]


def test_a_second_run_does_nothing(production: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _run(production)
    monkeypatch.setattr(Pool, "submit", lambda *_: pytest.fail("a worker was asked"))
    assert _run(production).steps == 0


def test_a_changed_setting_redoes_what_depends_on_it(production: Path) -> None:
    _run(production)
    index = production / ".kinoeye"
    before = {path: path.stat().st_mtime_ns for path in index.glob("[ts][ar]*/**/*") if path.is_file()}
    (production / "kinoeye.toml").write_text("[shots]\nthreshold = 0.7\n")
    assert _run(production).steps == 3
    changed = {path.parent.name for path, then in before.items() if path.stat().st_mtime_ns != then}
    assert changed == {"shots"}


def test_a_refused_setting_ends_the_run_with_one_line(production: Path) -> None:
    (production / "kinoeye.toml").write_text("[shots]\nthreshold = 7.0\n")
    with pytest.raises(SettingError, match="threshold"):
        _run(production)


def test_a_broken_file_is_a_fault_and_the_rest_is_done(production: Path) -> None:
    broken = production / "broken.mp4"
    broken.write_bytes((production / "影片.mkv").read_bytes()[:300])
    (production / "text.mov").write_text("This is a shopping list.\n" * 20)
    summary = _run(production)
    assert {fault.path for fault in summary.faults} == {"broken.mp4", "text.mov"}
    assert all(fault.message and fault.remedy for fault in summary.faults)
    assert kinoeye.open(production).sql("SELECT count(DISTINCT asset) AS n FROM shots").to_pylist() == [{"n": 3}]
    again = _run(production)
    assert (again.steps, len(again.faults)) == (0, 2)
    broken.write_bytes((production / "影片.mkv").read_bytes())
    assert {fault.path for fault in _run(production).faults} == {"text.mov"}
    (production / "text.mov").unlink()
    assert _run(production).faults == ()


def test_a_moved_file_stays_the_same_asset(production: Path) -> None:
    _run(production)
    asset = kinoeye.open(production).asset("影片.mkv")
    (production / "影片.mkv").rename(production / "day 1" / "b.mkv")
    assert _run(production).steps == 0
    film = kinoeye.open(production)
    assert film.asset("day 1/b.mkv") == asset
    with pytest.raises(UseError, match=r"no asset at 影片\.mkv"):
        film.asset("影片.mkv")


def test_two_copies_are_one_asset(production: Path) -> None:
    (production / "copy.mkv").write_bytes((production / "影片.mkv").read_bytes())
    assert _run(production).assets == 5
    rows = kinoeye.open(production).read("assets").to_pylist()
    assert ["copy.mkv", "影片.mkv"] in [row["paths"] for row in rows]


def test_a_file_that_is_gone_is_not_shown_and_comes_back_without_work(production: Path) -> None:
    _run(production)
    away = production.parent / "away.mkv"
    (production / "影片.mkv").rename(away)
    _run(production)
    film = kinoeye.open(production)
    count = "SELECT count(DISTINCT asset) AS n FROM shots"
    assert film.sql(count).to_pylist() == [{"n": 2}]
    away.rename(production / "影片.mkv")
    assert _run(production).steps == 0
    assert film.sql(count).to_pylist() == [{"n": 3}]
    (production / "影片.mkv").unlink()
    _run(production)
    assert len(film.clean().streams) > 0
    assert film.clean() == film.clean(is_dry=True)


def test_a_correction_survives_and_what_reads_it_is_redone(production: Path) -> None:
    _run(production)
    film = kinoeye.open(production)
    asset = film.asset("影片.mkv")
    film.decide("shots", {"asset": asset, "at": film.read("shots").to_pylist()[0]["start"]}, {"transition": "fade"})
    (production / "kinoeye.toml").write_text("[shots]\nthreshold = 0.7\n")
    _run(production)
    rows = [row for row in kinoeye.open(production).read("shots").to_pylist() if row["asset"] == asset]
    assert rows[0]["transition"] == "fade"
    with pytest.raises(UseError, match="Did you mean transition"):
        film.decide("shots", {"asset": asset}, {"transitions": "cut"})


def test_jobs_and_segments_do_not_change_the_answer(tmp_path: Path, make_film: MakeFilm) -> None:
    make_film(tmp_path / "a" / "long.mp4", (400, 330, 200), size=64, key_interval=40)
    answers = []
    for jobs in (1, 2):
        film = Production(tmp_path / "a", store=tmp_path / f"index {jobs}")
        film.run(only=ONLY, jobs=jobs)
        asset = film.asset("long.mp4")
        answers.append((film.read("shots"), film.index.thumbs(asset).frames.tobytes(),
                        film.index.sound(asset).samples.tobytes()))  # fmt: skip
    assert answers[0][0].equals(answers[1][0])
    assert answers[0][1:] == answers[1][1:]
    assert not (tmp_path / "a" / ".kinoeye").exists()


def test_a_thousand_files_and_odd_names(tmp_path: Path) -> None:
    folder = tmp_path / '-it\'s "odd" 中文 & more; $(x)'
    for number in range(1000):
        path = folder / f"scene {number % 10}" / f"{number}'s note.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"Note number {number} about the storm.\n")
    assert _run(folder).assets == 1000
    assert _run(folder).steps == 0
    assert len(kinoeye.open(folder).search("storm", limit=5)) == 5


def test_names_that_are_no_text_are_shown_escaped(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"caf\xe9.txt")).write_text("A note.\n")
    assert _run(tmp_path).assets == 1
    assert kinoeye.open(tmp_path).read("assets")["path"].to_pylist() == ["caf\\xe9.txt"]


@pytest.mark.parametrize("case", ["missing", "file", "empty"])
def test_bad_folders(tmp_path: Path, case: str) -> None:
    folder = tmp_path / "x"
    if case == "file":
        folder.write_text("x")
    if case == "empty":
        folder.mkdir()
        assert _run(folder).assets == 0
        return
    with pytest.raises(UseError, match=r"folder must exist|must be a folder"):
        _run(folder)


def test_chosen_ranges_are_kept_at_full_rate_and_redo_only_what_they_must(production: Path) -> None:
    _run(production)
    (production / "kinoeye.toml").write_text('[media]\nfull_rate = ["day 1/*.mp4 0:00.5-0:01"]\n')
    assert _run(production).steps == 0  # no analysis that is wanted reads them
    film = Production(production)
    assert status_of(film, "shots") == {"done": 3, "stale": 0, "missing": 0, "failed": 0}


def test_what_cannot_run_here_is_left_out_with_a_remedy(
    production: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def missing(name: str) -> str:
        raise ModelError(f"models: {name} must be there, got no file", remedy=f"Fetch it: kinoeye models pull {name}")

    monkeypatch.setattr("kinoeye.models.registry.identity", missing)
    summary = Production(production).run(jobs=2)
    assert "shots-look must be there, got no file. Fetch it" in summary.left_out["shots"]
    assert summary.left_out["camera"] == "needs shots, which is left out"
    assert summary.faults == ()
    assert Production(production).read("levels").num_rows > 0
    with pytest.raises(UseError, match=r"run: shots needs shots-look must be there.*Fetch it"):
        _run(production)


def status_of(film: Production, name: str) -> dict[str, int]:
    return next({k: v for k, v in row.items() if k != "analysis"}
                for row in film.status()["analyses"] if row["analysis"] == name)  # fmt: skip
