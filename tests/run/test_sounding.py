"""Sound is treated beside the user's own file, sample for sample, the pictures copied as they are."""

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import numpy as np
import pytest

from kinoeye.errors import SettingError, StoppedError, UseError
from kinoeye.media.probe import probe
from kinoeye.media.treated import write_treated
from kinoeye.media.waves import Waves, read_waves
from kinoeye.media.write import write_picture
from kinoeye.production import Production
from kinoeye.signals.metering import loudness
from kinoeye.store.made import Made


def waves(path: Path) -> Waves:
    with tempfile.TemporaryFile() as spool:
        read = read_waves(path, probe(path), spool)
        return Waves(np.array(read.samples), read.rate_hz, read.layout, read.start)


def sound(count: int, channels: int, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, 0.05, (count, channels)).astype(np.float32)


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, make_film: Callable[..., Path]) -> Path:
    folder = tmp_path_factory.mktemp("sounding") / "film"
    make_film(folder / "day 1" / "a.mp4", (30, 24), rate="30000/1001", timecode="01:00:00;00")
    make_film(folder / "mute.mp4", (12,), has_sound=False)
    write_treated(folder / "five.wav", Waves(sound(9001, 6), 48_000, "5.1", 0))
    write_treated(folder / "high.flac", Waves(sound(50_001, 1), 96_000, "mono", 0))
    write_treated(folder / "loud.wav", Waves(np.clip(sound(40_000, 1) * 20, -0.9, 0.9), 22_050, "mono", 0))
    write_picture(folder / "still.png", np.random.default_rng(1).integers(0, 255, (91, 161, 3), np.uint8))
    Production(folder).run(only=["shots"], jobs=1)
    return folder


@pytest.fixture
def film(template: Path, tmp_path: Path) -> Production:
    shutil.copytree(template, tmp_path / "film")
    return Production(tmp_path / "film")


def test_a_film_keeps_its_pictures_its_time_and_every_sample(film: Production) -> None:
    source = film.folder / "day 1" / "a.mp4"
    before = hashlib.sha256(source.read_bytes()).hexdigest()
    made = film.sound.treat("level", "day 1/a.mp4", target="r128")
    assert hashlib.sha256(source.read_bytes()).hexdigest() == before
    assert made.path == film.folder / "out" / "day 1-a.level.mov"
    old, new = probe(source), probe(made.path)
    assert (new.rate, new.timecode, new.pictures) == (Fraction(30_000, 1001), "01:00:00;00", old.pictures)
    assert (new.width, new.height, new.codec) == (old.width, old.height, old.codec)
    was, now = waves(source), waves(made.path)
    assert len(now.samples) == len(was.samples) == made.samples
    assert (now.start - (new.start or 0)) == (was.start - (old.start or 0))
    assert loudness([now.samples], now.rate_hz).integrated_lufs == pytest.approx(-23, abs=0.1)
    with av.open(str(source)) as one, av.open(str(made.path)) as other:
        packets = [[bytes(packet) for packet in each.demux(video=0) if packet.size] for each in (one, other)]
    assert packets[0] == packets[1]  # the pictures were copied, not made again


@pytest.mark.parametrize(("path", "suffix"), [("five.wav", ".wav"), ("high.flac", ".flac"), ("loud.wav", ".wav")])
def test_sound_keeps_rate_channels_and_length(film: Production, path: str, suffix: str) -> None:
    made = film.sound.treat("deroom", path, strength=0.0)
    assert made.path.suffix == suffix
    was, now = waves(film.folder / path), waves(made.path)
    assert (now.rate_hz, now.layout, now.samples.shape) == (was.rate_hz, was.layout, was.samples.shape)
    assert np.abs(now.samples - was.samples).max() < 1e-6  # 24 bits, and nothing was to be done


def test_what_rises_above_full_scale_is_brought_down_and_said(film: Production) -> None:
    made = film.sound.treat("declip", "loud.wav")
    assert made.found["clipped_share"] > 0.01
    assert any("rose above full scale" in note for note in made.notes)
    assert np.abs(waves(made.path).samples).max() <= 1


def test_a_record_and_a_picture_lie_beside_it(film: Production) -> None:
    made = film.sound.treat("deroom", "five.wav")
    told = json.loads(made.record.read_text())
    assert (told["effect"], told["of"], told["samples"]) == ("deroom", "five.wav", 9001)
    assert told["found"] == {"strength": 1.0, "seconds": 0.6}
    picture = cv2.imread(str(made.sheet))
    assert picture.shape[1] > 900
    assert picture.std() > 10
    again = film.sound.treat("deroom", "five.wav")  # ours may be replaced
    assert again.path == made.path


def test_two_sounds_of_different_rates(film: Production) -> None:
    made = film.sound.treat("duck", "five.wav", against="loud.wav", depth=20.0)
    assert made.found["turned_down_share"] > 0.9
    assert film.sound.treat("match", "five.wav", against="high.flac").samples == 9001


@pytest.mark.parametrize(
    ("call", "error", "match"),
    [
        (("shine", "five.wav", {}), UseError, "must be one of denoise, declip"),
        (("level", "five.wav", {"depth": 3.0}), UseError, "settings must be of target, got depth"),
        (("level", "five.wav", {"target": "loud"}), SettingError, "target must be one of r128"),
        (("deroom", "five.wav", {"strength": -1.0}), SettingError, r"must lie in 0\.\.1, got -1"),
        (("level", "still.png", {}), UseError, "must be a film or sound of the production, got picture"),
        (("level", "none.wav", {}), UseError, "got nothing"),
        (("duck", "five.wav", {}), UseError, "the voice must be said with --against"),
        (("level", "five.wav", {"against": "loud.wav"}), UseError, "must be without another sound"),
        (("level", "mute.mp4", {}), Exception, r"mute\.mp4: must have sound, got none"),
    ],
)
def test_refusals_say_what_to_do(film: Production, call: Any, error: type[Exception], match: str) -> None:
    name, path, settings = call
    with pytest.raises(error, match=match):
        film.sound.treat(name, path, **settings)
    assert not list((film.folder / "out").glob("*")) if (film.folder / "out").exists() else True


def test_no_file_of_the_users_is_replaced(film: Production) -> None:
    (film.folder / "out").mkdir()
    for name in ("five.deroom.wav", "five.deroom.png", "five.deroom.json"):
        target = film.folder / "out" / name
        target.write_text("mine")
        with pytest.raises(UseError, match="must be free or made by Kinoeye"):
            film.sound.treat("deroom", "five.wav")
        assert target.read_text() == "mine"
        target.unlink()


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_stopped_it_leaves_nothing_half_made(film: Production, share: float) -> None:
    def told(progress: Any) -> None:
        if progress.done > share * progress.total:
            raise KeyboardInterrupt

    with pytest.raises(StoppedError, match="Say it again"):
        film.sound.treat("level", "day 1/a.mp4", on_progress=told)
    assert list((film.folder / "out").iterdir()) == []


def test_killed_it_leaves_nothing_unknown(film: Production, monkeypatch: pytest.MonkeyPatch) -> None:
    def die(_: Path) -> None:
        raise SystemExit

    with monkeypatch.context() as patch:
        patch.setattr("kinoeye.store.made.sync_folder", die)
        with pytest.raises(SystemExit):
            film.sound.treat("deroom", "five.wav")
    found = list((film.folder / "out").iterdir())
    assert len(found) == 1
    assert Made(film.index.files, film.folder).is_ours(found[0])
    film.sound.treat("deroom", "five.wav")


@pytest.mark.parametrize(
    ("name", "setting"),
    [
        ("level", {"target": "loud"}),
        ("denoise", {"strength": 2.0}),
        ("deroom", {"seconds": 9.0}),
        ("dehum", {"mains": 55.0}),
        ("duck", {"depth": -1.0}),
    ],
)
def test_a_wrong_setting_is_refused_before_the_sound_is_read(
    film: Production, monkeypatch: pytest.MonkeyPatch, name: str, setting: Any
) -> None:
    def read(*_: object) -> None:
        raise AssertionError("the sound was read")

    monkeypatch.setattr("kinoeye.run.sounding.read_waves", read)
    against = {"against": "five.wav"} if name == "duck" else {}
    with pytest.raises(SettingError, match=f"{name}: "):
        film.sound.treat(name, "day 1/a.mp4", **against, **setting)
