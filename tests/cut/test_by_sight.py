"""Films cut anew are found by their pictures alone, exact to the picture, though they are other copies."""

from fractions import Fraction

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from kinoeye.cut.by_sight import Film, change_list_of_films
from kinoeye.errors import MediaError
from kinoeye.export.changes import CARRYING, ChangeList
from kinoeye.media.thumbs import thumbs_of
from kinoeye.streams import Pictures, Sound
from kinoeye.timecode import flicks_to_frame, frame_to_flicks

Frames = npt.NDArray[np.uint8]
RATE = Fraction(24)


def shots(lengths: tuple[int, ...], seed: int = 3) -> Frames:
    """Return drifting textures, one a shot, 96x54."""
    random = np.random.default_rng(seed)
    made = []
    for length in lengths:
        noise = random.integers(0, 255, (54 + 120, 96 + 120, 3), np.uint8)
        texture = np.clip((cv2.GaussianBlur(noise, (0, 0), 9).astype(np.int16) - 127) * 12 + 127, 0, 255).astype(
            np.uint8
        )
        made += [texture[at // 2 : at // 2 + 54, at : at + 96] for at in range(length)]
    return np.stack(made)


def film(frames: Frames, name: str = "film", rate: Fraction = RATE, sound: Sound | None = None) -> Film:
    times = np.array([frame_to_flicks(number, rate) for number in range(len(frames) + 1)], np.int64)
    return Film(name, Pictures(thumbs_of(frames), times, rate), sound)


def copy(frames: Frames, way: str) -> Frames:
    """Return another copy of pictures: noisy and brighter, or between bars."""
    random = np.random.default_rng(9)
    if way == "noise":
        return np.clip(frames * 0.85 + 20 + random.normal(0, 8, frames.shape), 0, 255).astype(np.uint8)
    made = np.zeros_like(frames)
    for number, frame in enumerate(frames):
        made[number, 7:47] = cv2.resize(frame, (96, 40), interpolation=cv2.INTER_AREA)
    return made


def wrong(changes: ChangeList, order: list[int], rate: Fraction = RATE) -> int:
    """Return how many pictures of the new film are not found at their place in the old one."""
    found = {}
    for each in changes.picture:
        if each.what in CARRYING and each.old is not None and each.new is not None:
            first, end = changes.new.picture(each.new.start), changes.new.picture(each.new.end)
            for number in range(first, end):
                at = each.old.start + (frame_to_flicks(number, rate) - each.new.start) / each.ratio
                found[number] = flicks_to_frame(int(at + changes.old.half // 8), changes.old.rate)
    return sum(found.get(number) != wanted for number, wanted in enumerate(order))


@pytest.mark.parametrize("way", ["noise", "bars"])
def test_parts_that_moved_and_are_trimmed_are_found_to_the_picture(way: str) -> None:
    old = shots((80, 90, 70, 100))
    order = [*range(0, 70), *range(175, 240), *range(90, 160), *range(245, 330)]
    changes = change_list_of_films(film(old), film(copy(old[order], way)))
    assert wrong(changes, order) == 0
    assert {each.what for each in changes.picture} >= {"kept", "moved", "trimmed"}


def test_what_is_new_is_new_and_what_is_another_rate_is_found() -> None:
    old = shots((80, 90))
    new = np.concatenate([old[:60], shots((40,), seed=8), old[60:]])
    changes = change_list_of_films(film(old), film(copy(new, "noise")))
    inserted = [each.new for each in changes.picture if each.what in {"inserted", "lengthened", "replaced"}]
    one = frame_to_flicks(1, RATE)
    assert [(each.start // one, each.end // one) for each in inserted if each is not None] == [(60, 100)]
    order = list(range(10, 160))
    pal = change_list_of_films(film(old), film(old[order], rate=Fraction(25)))
    assert wrong(pal, order, Fraction(25)) == 0
    assert "pictures a second" in pal.notes[1]


def test_half_speed_is_found() -> None:
    old = shots((80, 90))
    slow = [number for number in range(20, 70) for _ in range(2)]
    order = [*slow, *range(85, 165)]
    changes = change_list_of_films(film(old), film(copy(old[order], "noise")))
    assert wrong(changes, order) <= 2
    assert any(each.what == "retimed" for each in changes.picture)


def test_a_still_picture_is_placed_by_its_sound() -> None:
    still = np.repeat(shots((1,)), 120, axis=0)
    old = np.concatenate([shots((30,), seed=5), still])
    random = np.random.default_rng(4)
    wave = (random.normal(0, 3000, 150 * 16_000 // 24)).astype(np.int16)
    order = [*range(0, 30), *range(60, 130)]
    part = np.concatenate([wave[number * 16_000 // 24 : (number + 1) * 16_000 // 24] for number in order])
    changes = change_list_of_films(film(old, sound=Sound(wave, 0)), film(old[order], sound=Sound(part, 0)))
    assert wrong(changes, order) <= 12  # without the sound all 70 pictures of the still one lie 30 too early
    assert wrong(change_list_of_films(film(old), film(old[order])), order) >= 60


def test_the_same_film_is_the_same_and_two_films_have_nothing_in_common() -> None:
    old = shots((60, 50))
    assert change_list_of_films(film(old), film(copy(old, "noise"))).is_same
    black = np.zeros((40, 54, 96, 3), np.uint8)
    assert change_list_of_films(film(black), film(black)).is_same
    changes = change_list_of_films(film(old), film(shots((70, 50), seed=20)))
    assert not any(each.what in CARRYING for each in changes.picture)


def test_a_film_without_pictures_is_refused() -> None:
    nothing = Film("empty", Pictures(np.empty((0, 27, 48, 3), np.uint8), np.zeros(1, np.int64), RATE))
    with pytest.raises(MediaError, match="empty must have pictures, got none"):
        change_list_of_films(film(shots((30,))), nothing)
