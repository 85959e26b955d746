"""A film at its full size and its sound at its own rate, picture for picture and sample for sample."""

import tempfile
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import MediaError
from kinoeye.media.full import read_full, read_sound
from kinoeye.media.muxing import FilmSound
from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.media.write import write_film, write_sound

MakeFilm = Callable[..., Path]


def _pictures(count: int, height: int = 64, width: int = 96) -> list[np.ndarray]:
    across = np.arange(width)[None, :, None]
    ramps = [(across * 2 + np.array([n * 3, 40, 200 - n])) % 200 + 20 for n in range(count)]
    return [np.broadcast_to(ramp, (height, width, 3)).astype(np.uint8) for ramp in ramps]


@pytest.mark.parametrize(
    ("codec", "suffix", "most"), [("ffv1", ".mkv", 0), ("prores_ks", ".mov", 6), ("libx264", ".mp4", 8)]
)
def test_pictures_are_as_they_were_written(tmp_path: Path, codec: str, suffix: str, most: float) -> None:
    written = _pictures(12)
    path = tmp_path / f"film{suffix}"
    write_film(path, written, Fraction(24), codec=codec, crf=8)
    seen = list(read_full(path, probe(path)))
    assert [number for number, _, _ in seen] == list(range(12))
    for (_, _, picture), right in zip(seen, written, strict=True):
        assert np.abs(picture.astype(int) - right).mean() <= most


def test_they_are_counted_and_timed_as_everywhere(tmp_path: Path, make_film: MakeFilm) -> None:
    path = make_film(tmp_path / "a.mp4", (30, 24))
    times = np.concatenate([block.times for block in read(path, probe(path))])
    assert [time for _, time, _ in read_full(path, probe(path), threads=2)] == times.tolist()


def test_sound_lies_where_it_lay(tmp_path: Path) -> None:
    rate = 48_000
    samples = np.zeros((2 * rate, 2), np.float32)
    samples[rate // 2 : rate // 2 + 400, 0] = 0.8
    samples[rate : rate + 400, 1] = 0.8
    path = tmp_path / "film.mov"
    write_film(path, _pictures(48), Fraction(24), sound=FilmSound(samples, rate))
    known = probe(path)
    with tempfile.TemporaryFile() as spool:
        sound = read_sound(path, known, spool, start=known.start or 0)
        assert sound is not None
        assert sound.rate_hz == rate
        heard = np.array(sound.samples).astype(float) / 32768
    assert heard.shape == samples.shape
    assert np.abs(heard - samples).max() < 1e-3


def test_sound_that_begins_before_or_after_the_first_picture_is_moved(tmp_path: Path) -> None:
    path = tmp_path / "tone.wav"
    write_sound(path, (np.arange(16_000) % 100 * 100).astype(np.int16), 16_000)
    second = 705_600_000
    for start, begin in ((second // 4, 4000), (-second // 4, -4000)):
        with tempfile.TemporaryFile() as spool:
            sound = read_sound(path, probe(path), spool, start=start)
            assert sound is not None
            heard = np.array(sound.samples)[:, 0]
        assert len(heard) == 16_000 - begin
        right = np.arange(16_000) % 100 * 100
        assert np.array_equal(heard[max(0, -begin) :], right[max(0, begin) :])


def test_what_has_no_pictures_or_no_sound_is_said(tmp_path: Path, make_film: MakeFilm) -> None:
    path = tmp_path / "tone.wav"
    write_sound(path, np.zeros(1600, np.int16), 16_000)
    with pytest.raises(MediaError, match=r"tone\.wav: must have pictures, got none"):
        list(read_full(path, probe(path)))
    silent = make_film(tmp_path / "silent.mp4", (10,), has_sound=False)
    with tempfile.TemporaryFile() as spool:
        assert read_sound(silent, probe(silent), spool, start=0) is None
