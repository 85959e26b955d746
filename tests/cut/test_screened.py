"""A timeline is laid beside a film by screening its recordings: exact to the picture."""

from fractions import Fraction

import cv2
import numpy as np
import pytest

from kinoeye.cut.by_sight import change_list_of_films
from kinoeye.cut.screened import screened
from kinoeye.errors import UseError
from kinoeye.export.changes import CARRYING
from kinoeye.export.timeline import Clip, Gap, Media, Timeline, Track
from kinoeye.media.thumbs import thumbs_of as small
from kinoeye.streams import Pictures, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

RATE = Fraction(24)
ONE = frame_to_flicks(1, RATE)
ZERO = 3 * ONE  # the recordings' first picture, on their own clock
COUNT = 400


def recording(name):
    return {"asset": name, "path": f"{name}.mov", "paths": [f"{name}.mov"], "kind": "video", "start": ZERO,
            "end": ZERO + COUNT * ONE, "rate_num": 24, "rate_den": 1, "channels": 1, "timecode": "02:00:00:00",
            "tags": []}  # fmt: skip


def shot(seed):
    """Return a soft texture that drifts, as small pictures."""
    random = np.random.default_rng(seed)
    noise = random.integers(0, 255, (54 + COUNT // 4, 96 + COUNT, 3), np.uint8)
    soft = cv2.GaussianBlur(noise, (0, 0), 9).astype(np.int16)
    texture = np.clip((soft - 127) * 12 + 127, 0, 255).astype(np.uint8)
    return small(np.stack([texture[at // 4 : at // 4 + 54, at : at + 96] for at in range(COUNT)]))


FRAMES = {name: shot(seed) for seed, name in enumerate("abc")}
NOISE = np.random.default_rng(5).integers(-9000, 9000, (3, COUNT * 16_000 // 24)).astype(np.int16)
SOUNDS = dict(zip("abc", NOISE, strict=True))


def thumbs_of(name):
    times = ZERO + np.arange(COUNT + 1, dtype=np.int64) * ONE
    return Pictures(FRAMES[name], times, RATE) if name in FRAMES else None


def sound_of(name):
    return Sound(SOUNDS[name], ZERO) if name in SOUNDS else None


def clip(name, first, length, speed=1):
    code = 7200 * FLICKS_PER_SECOND
    media = Media(f"{name}.mov", f"/x/{name}.mov", rate=RATE, start=code, duration=COUNT * ONE, has_sound=True)
    return Clip(media.name, code + first * ONE, length * ONE, media, speed=Fraction(speed))


def timeline(*items):
    return Timeline("lock", RATE, (Track("video", items), Track("audio", items)), 3600 * FLICKS_PER_SECOND)


def film_of(cut, folder):
    return screened(cut, [recording(name) for name in "abc"], folder, thumbs_of, sound_of)


def test_every_picture_and_sample_is_its_recordings(tmp_path):
    film, notes = film_of(timeline(clip("b", 12, 50), Gap(2 * ONE), clip("a", 100, 40), clip("a", 0, 20, 2)), tmp_path)
    wanted = [*FRAMES["b"][12:62], *np.zeros((2, 27, 48, 3), np.uint8), *FRAMES["a"][100:140], *FRAMES["a"][0:40:2]]
    assert np.array_equal(film.pictures.frames, np.stack(wanted))
    assert len(film.pictures.times) == len(wanted) + 1
    assert str(film.timecode) == "01:00:00:00"
    assert film.sound is not None
    assert np.array_equal(film.sound.samples[:33_000], SOUNDS["b"][8000:41_000])
    assert notes == ()


def test_a_film_that_is_the_timeline_is_found_the_same_though_it_was_coded_again(tmp_path):
    film, _ = film_of(timeline(clip("b", 10, 60), clip("a", 100, 70), clip("c", 5, 50)), tmp_path)
    random = np.random.default_rng(2)
    coded = np.clip(film.pictures.frames * 0.9 + random.normal(8, 4, film.pictures.frames.shape), 0, 255)
    copy = Pictures(coded.astype(np.uint8), film.pictures.times, RATE)
    changes = change_list_of_films(film, type(film)("v4", copy, film.sound))
    assert {each.what for each in changes.picture} == {"kept"}


def test_what_the_film_has_otherwise_is_told_to_the_picture(tmp_path):
    old, _ = film_of(timeline(clip("b", 10, 60), clip("a", 100, 70), clip("c", 5, 50)), tmp_path)
    new, _ = film_of(timeline(clip("c", 5, 50), clip("b", 10, 45), clip("a", 100, 70)), tmp_path)
    changes = change_list_of_films(old, new)
    found = sorted((each.new.start // ONE, each.old.start // ONE, (each.new.end - each.new.start) // ONE)
                   for each in changes.picture if each.what in CARRYING and each.old and each.new)  # fmt: skip
    assert found == [(0, 130, 50), (50, 0, 45), (95, 60, 70)]


def test_of_a_timeline_of_others_nothing_is_said(tmp_path):
    strange = timeline(clip("a", 0, 20), clip("x", 0, 100))
    with pytest.raises(
        UseError, match=r"lock must be cut of this production's recordings .* got 20 of its 120 pictures"
    ):
        film_of(strange, tmp_path)
    _, notes = film_of(timeline(clip("a", 0, 100), clip("x", 0, 20)), tmp_path)
    assert notes == ("/x/x.mov is no recording of this production: nothing of it is listed.",)
    with pytest.raises(UseError, match="got 0 of its 0 pictures"):
        film_of(timeline(), tmp_path)
