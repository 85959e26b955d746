"""Sequences and pictures are covered in their own format; what cannot be kept is refused."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kinoeye.errors import StoppedError, UseError
from kinoeye.media.full import read_native
from kinoeye.media.probe import probe
from kinoeye.media.write import write_picture
from kinoeye.production import Production
from kinoeye.run import anonymising, parts, ways
from kinoeye.run.anonymising import Whom, anonymise_asset

BOX = (0.3, 0.3, 0.5, 0.6)
NUMBERS = [*range(93, 103), 104, 105]  # 103 is missing


@pytest.fixture(autouse=True)
def a_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ways, "look", lambda *_, **__: [(BOX, 0.9)])


def _picture(number: int, kind: Any, channels: int) -> np.ndarray:
    return np.random.default_rng(number).integers(0, np.iinfo(kind).max, (54, 96, channels), kind)


def _sequence(folder: Path, suffix: str, kind: Any, channels: int) -> Production:
    for number in NUMBERS:
        folder.joinpath("plates").mkdir(parents=True, exist_ok=True)
        write_picture(folder / "plates" / f"shot_{number}{suffix}", _picture(number, kind, channels))
    production = Production(folder)
    production.run(only=["shots"], jobs=1)
    return production


@pytest.mark.parametrize(
    ("suffix", "kind", "channels"),
    [(".png", np.uint8, 3), (".png", np.uint16, 4), (".tif", np.uint16, 3), (".bmp", np.uint8, 3)],
)
def test_a_sequence_keeps_names_numbers_depth_and_alpha(tmp_path: Path, suffix: str, kind: Any, channels: int) -> None:
    film = _sequence(tmp_path / "film", suffix, kind, channels)
    made = film.anonymise(f"plates/shot_93{suffix}", manner="solid")
    assert made.path == film.folder / "out" / "plates-shot.anonymised"
    assert sorted(path.name for path in made.path.iterdir()) == sorted(f"shot_{number}{suffix}" for number in NUMBERS)
    assert (made.pictures, made.covered_pictures, made.notes) == (12, 12, [])
    for number in NUMBERS:
        path = made.path / f"shot_{number}{suffix}"
        now, was = read_native(path, probe(path)), _picture(number, kind, channels)
        assert (now.dtype, now.shape) == (was.dtype, was.shape)
        assert np.array_equal(now[:, 70:], was[:, 70:])
        assert np.array_equal(now[..., 3:], was[..., 3:])
        assert now[18:30, 30:46, :3].std(axis=(0, 1)).max() == 0
        assert was[18:30, 30:46, :3].std(axis=(0, 1)).min() > 0


def test_a_sequence_of_jpegs_and_a_broken_picture(tmp_path: Path) -> None:
    folder = tmp_path / "film"
    _sequence(folder, ".jpg", np.uint8, 3)
    broken = folder / "plates" / "shot_99.jpg"
    broken.write_bytes(broken.read_bytes()[:30])
    film = Production(folder)
    film.run(only=["shots"], jobs=1)
    made = film.anonymise("plates/shot_93.jpg")
    assert made.notes == ["left out, as they cannot be decoded: shot_99.jpg"]
    assert sorted(path.name for path in made.path.iterdir()) == sorted(
        f"shot_{number}.jpg" for number in NUMBERS if number != 99
    )


def test_a_sequence_is_replaced_only_where_all_of_it_is_ours(tmp_path: Path) -> None:
    film = _sequence(tmp_path / "film", ".png", np.uint8, 3)
    made = film.anonymise("plates/shot_93.png")
    film.anonymise("plates/shot_93.png", manner="solid")
    (made.path / "notes.txt").write_text("mine")
    with pytest.raises(UseError, match="must be free or made by Kinoeye"):
        film.anonymise("plates/shot_93.png")
    assert (made.path / "notes.txt").read_text() == "mine"


def test_a_sequence_that_changed_since_is_refused(tmp_path: Path) -> None:
    film = _sequence(tmp_path / "film", ".png", np.uint8, 3)
    (film.folder / "plates" / "shot_100.png").unlink()
    with pytest.raises(UseError, match=r"as they were run: .* bytes, got .*Run: kinoeye run"):
        film.anonymise("plates/shot_93.png")


def test_pictures_keep_depth_and_alpha(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    write_picture(tmp_path / "film" / "still.tif", _picture(1, np.uint16, 4))
    film = Production(tmp_path / "film")
    film.run(only=["shots"], jobs=1)
    made = film.anonymise("still.tif")
    now = read_native(made.path, probe(made.path))
    assert (made.path.name, now.dtype, now.shape) == ("still.anonymised.tif", np.uint16, (54, 96, 4))
    assert np.array_equal(now[..., 3], _picture(1, np.uint16, 4)[..., 3])


def test_formats_that_cannot_be_written_are_refused(tmp_path: Path) -> None:
    (tmp_path / "film").mkdir()
    for number in range(8):
        _, data = cv2.imencode(".webp", _picture(number, np.uint8, 3))
        (tmp_path / "film" / f"a_{number:02d}.webp").write_bytes(data.tobytes())
    film = Production(tmp_path / "film")
    film.run(only=["shots"], jobs=1)
    with pytest.raises(UseError, match=r"must be \.png, .*got \.webp in a_00\.webp\. Convert them"):
        film.anonymise("a_00.webp")


@pytest.mark.parametrize(
    ("has", "match"), [({"is_hdr": True}, "high dynamic range"), ({"has_alpha": True}, "transparency")]
)
def test_what_a_film_would_lose_is_refused_unless_it_is_wanted(
    tmp_path: Path, make_film: Callable[..., Path], monkeypatch: pytest.MonkeyPatch, has: dict[str, bool], match: str
) -> None:
    make_film(tmp_path / "film" / "a.mp4", (12,))
    film = Production(tmp_path / "film")
    film.run(only=["shots"], jobs=1)
    of = anonymising.source_of
    monkeypatch.setattr(
        anonymising, "source_of",
        lambda *given: replace(of(*given), probe=replace(of(*given).probe, **has)),
    )  # fmt: skip
    with pytest.raises(UseError, match=rf"of a plain screen, got {match}, which would be lost\. Say --plain"):
        film.anonymise("a.mp4")
    assert not (film.folder / "out").exists()
    assert any(match in note for note in film.anonymise("a.mp4", plain=True).notes)


@pytest.fixture
def stopped(tmp_path: Path, make_film: Callable[..., Path], monkeypatch: pytest.MonkeyPatch) -> Production:
    """A film of which all was found and half is covered."""
    make_film(tmp_path / "film" / "a.mp4", (30, 24), size=160)
    film = Production(tmp_path / "film")
    film.run(only=["shots"], jobs=1)
    monkeypatch.setattr("kinoeye.run.covering._PART", 8)

    def told(progress: Any) -> None:
        if progress.done > 0.95 * progress.total:
            raise KeyboardInterrupt

    with pytest.raises(StoppedError, match=r"95 % is done"):
        film.anonymise("a.mp4", on_progress=told)
    return film


def test_other_people_never_meet_a_cover_that_is_there(stopped: Production, tmp_path: Path) -> None:
    asset = stopped.asset("a.mp4")
    kept = {path.name for path in (parts.parts_of(stopped.index).root / asset).iterdir()}
    assert sum(name.endswith(".mp4") for name in kept) >= 4
    nobody = Whom(frozenset())
    made = anonymise_asset(stopped.folder, stopped.index, "a.mp4", tmp_path / "other", nobody)
    assert (made.covered, made.covered_pictures) == (0, 0)
    shutil.rmtree(stopped.index.files.root / "covering", ignore_errors=True)
    fresh = anonymise_asset(stopped.folder, stopped.index, "a.mp4", tmp_path / "fresh", nobody)
    one, other = (cv2.VideoCapture(str(each.path)) for each in (made, fresh))
    for _ in range(54):
        assert np.abs(one.read()[1].astype(int) - other.read()[1]).mean() < 3
    assert not one.read()[0] and not other.read()[0]


def test_clean_takes_parts_that_nobody_waits_for(stopped: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = parts.parts_of(stopped.index).root / stopped.asset("a.mp4")
    assert stopped.clean(is_dry=True).stopped == stopped.clean().stopped == 0
    assert folder.is_dir()
    now = parts.time.time()
    monkeypatch.setattr(parts.time, "time", lambda: now + 3700)
    assert stopped.clean(is_dry=True).stopped == 1
    assert folder.is_dir()
    assert stopped.clean().stopped == 1
    assert not folder.exists()


def test_clean_takes_parts_of_files_that_are_gone(stopped: Production) -> None:
    (stopped.folder / "a.mp4").unlink()
    stopped.run(only=["shots"], jobs=1)
    assert stopped.clean().stopped == 1


def test_what_is_done_counts_at_once(stopped: Production) -> None:
    told: list[float] = []
    stopped.anonymise("a.mp4", on_progress=lambda progress: told.append(progress.done / progress.total))
    assert min(told) > 0.4
    assert told == sorted(told)
