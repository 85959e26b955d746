"""A film with covered faces is written beside the user's own, which stays as it is."""

import hashlib
import shutil
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from kinoeye.errors import SettingError, StoppedError, UseError
from kinoeye.media.full import read_full
from kinoeye.media.probe import probe
from kinoeye.media.write import write_picture, write_sound
from kinoeye.production import Production
from kinoeye.run import ways
from kinoeye.run.anonymising import Whom

BOX = (0.3, 0.3, 0.5, 0.6)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("anonymise") / "film"
    make_film(folder / "day 1" / "a.mp4", (30, 24), rate="30000/1001", timecode="01:00:00;00")
    write_sound(folder / "tone.wav", np.zeros(3200, np.int16), 16_000)
    write_picture(folder / "still.png", np.random.default_rng(1).integers(0, 255, (91, 161, 3), np.uint8))
    Production(folder).run(only=["shots"], jobs=1)
    return folder


@pytest.fixture
def film(template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Production:
    """A copy of the production, in which a face seems to be found in every fifth picture of the first shot."""
    shutil.copytree(template, tmp_path / "film")
    seen: list[int] = []

    def looked(_picture: Any, **_: Any) -> list[Any]:
        seen.append(len(seen))
        return [(BOX, 0.9)] if len(seen) <= 30 and len(seen) % 5 == 1 else []

    monkeypatch.setattr(ways, "look", looked)
    return Production(tmp_path / "film")


def _pictures(path: Path) -> np.ndarray:
    return np.stack([picture for _, _, picture in read_full(path, probe(path))]).astype(int)


def _place(pictures: np.ndarray) -> np.ndarray:
    high, wide = pictures.shape[1:3]
    return pictures[:, round(BOX[1] * high) : round(BOX[3] * high), round(BOX[0] * wide) : round(BOX[2] * wide)]


def test_the_face_is_covered_in_every_picture_of_its_shot_and_in_no_other(film: Production) -> None:
    source = film.folder / "day 1" / "a.mp4"
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    made = film.anonymise("day 1/a.mp4", manner="pixelate")
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before
    assert made.path == film.folder / "out" / "day 1-a.anonymised.mp4"
    assert (made.pictures, made.faces, made.covered, made.covered_pictures) == (54, 1, 1, 30)
    was, now = _pictures(source), _pictures(made.path)
    different = np.abs(_place(was) - _place(now)).mean(axis=(1, 2, 3))
    assert different[:30].min() > 3 * different[30:].max()
    assert np.abs(was - now)[:, :, -20:].mean() < 4  # elsewhere it is the same picture, once more compressed
    assert [path.name for path in made.path.parent.iterdir()] == [made.path.name]


def test_rate_time_code_and_sound_are_kept(film: Production) -> None:
    made = film.anonymise("day 1/a.mp4")
    old, new = probe(film.folder / "day 1" / "a.mp4"), probe(made.path)
    assert (new.rate, new.timecode) == (Fraction(30_000, 1001), "01:00:00;00")
    assert (new.width, new.height, new.pictures) == (old.width, old.height, old.pictures)
    assert new.channels == old.channels
    assert abs((new.end or 0) - (old.end or 0)) <= 705_600_000 // 29


def test_a_still_picture_keeps_its_size(film: Production) -> None:
    made = film.anonymise("still.png", manner="solid")
    assert made.path.name == "still.anonymised.png"
    (_, _, now), = read_full(made.path, probe(made.path))  # fmt: skip
    (_, _, was), = read_full(film.folder / "still.png", probe(film.folder / "still.png"))  # fmt: skip
    assert now.shape == was.shape == (91, 161, 3)
    assert np.array_equal(now[:, -20:], was[:, -20:])
    assert not np.array_equal(now, was)


def test_no_file_of_the_users_is_replaced(film: Production) -> None:
    (film.folder / "out").mkdir()
    target = film.folder / "out" / "day 1-a.anonymised.mp4"
    target.write_text("mine")
    with pytest.raises(UseError, match=r"must be free or made by Kinoeye, got another file. Move it away"):
        film.anonymise("day 1/a.mp4")
    assert target.read_text() == "mine"
    target.unlink()
    film.anonymise("day 1/a.mp4")
    film.anonymise("day 1/a.mp4", manner="solid")
    target.write_bytes(target.read_bytes() + b"by hand")
    with pytest.raises(UseError, match="must be free"):
        film.anonymise("day 1/a.mp4")


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_stopped_it_leaves_nothing_half_made(film: Production, share: float) -> None:
    def told(progress: Any) -> None:
        if progress.done > share * progress.total:
            raise KeyboardInterrupt

    with pytest.raises(StoppedError, match=r"stopped, \d+ % is done. Say the same again: it goes on"):
        film.anonymise("day 1/a.mp4", on_progress=told)
    assert not (film.folder / "out").exists() or not list((film.folder / "out").iterdir())


def test_refusals_say_what_to_do(film: Production) -> None:
    with pytest.raises(UseError, match=r"tone\.wav must be a film, a picture or a sequence, got sound"):
        film.anonymise("tone.wav")
    with pytest.raises(UseError, match=r"no asset at a\.mp4"):
        film.anonymise("a.mp4")
    with pytest.raises(UseError, match=r"nobody is known.*\[face_vectors\] purpose"):
        film.anonymise("day 1/a.mp4", people=["Anna"])
    with pytest.raises(UseError, match="got both"):
        film.anonymise("day 1/a.mp4", people=["Anna"], unconsented=True)
    with pytest.raises(SettingError, match="manner must be one of blur, pixelate, solid"):
        film.anonymise("day 1/a.mp4", manner="smear")
    assert not (film.folder / "out").exists()


def test_nobody_known_means_everybody_without_consent(film: Production) -> None:
    assert film.anonymise("day 1/a.mp4", unconsented=True).covered == 1


def test_whom_errs_on_the_side_of_covering() -> None:
    some, others = Whom(frozenset({"p1"})), Whom(frozenset({"p1"}), is_besides=True)
    assert [some.means(seen) for seen in ((), {"p1"}, {"p2"}, {"p1", "p2"})] == [False, True, False, True]
    assert [others.means(seen) for seen in ((), {"p1"}, {"p2"}, {"p1", "p2"})] == [True, False, True, True]
    assert Whom().means(())
