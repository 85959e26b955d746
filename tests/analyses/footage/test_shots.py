"""Shots: what was spliced is found, and nothing else."""

from fractions import Fraction
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from kinoeye.analyses.footage.shots import REACH, SHOTS, chances, shots
from kinoeye.errors import MediaError, SettingError
from kinoeye.streams import Pictures
from kinoeye.timecode import FLICKS_PER_SECOND

Frames = npt.NDArray[np.uint8]

PICTURE = FLICKS_PER_SECOND // 24


def scene(seed: int, n: int, *, speed: float = 0.2) -> Frames:
    """A picture of soft coloured fields and a few hard-edged boxes, under a camera that pans slowly."""
    rng = np.random.default_rng(seed)
    small = rng.integers(20, 236, (5, 9, 3)).astype(np.uint8)
    wide = cv2.resize(small, (240, 108), interpolation=cv2.INTER_CUBIC)
    for _ in range(8):
        x, y = int(rng.integers(0, 200)), int(rng.integers(0, 90))
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        cv2.rectangle(wide, (x, y), (x + int(rng.integers(8, 50)), y + int(rng.integers(8, 40))), colour, -1)
    frames = np.empty((n, 27, 48, 3), np.uint8)
    for i in range(n):
        matrix = np.array([[2.0, 0, 20 + 2 * speed * i], [0, 2.0, 20]])
        how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        seen = cv2.warpAffine(wide, matrix, (48, 27), flags=how, borderMode=cv2.BORDER_REFLECT_101)
        frames[i] = np.clip(seen + rng.normal(0, 1, seen.shape), 0, 255)
    return frames


def film(*parts: Frames, first: int = 0) -> Pictures:
    """Parts one behind the other, 24 pictures a second."""
    frames = np.concatenate(parts)
    times = first + np.arange(len(frames) + 1, dtype=np.int64) * PICTURE
    return Pictures(frames, times, Fraction(24))


def dissolve(old: Frames, new: Frames) -> Frames:
    """Mix one into the other."""
    share = ((np.arange(len(old)) + 1) / (len(old) + 1))[:, None, None, None]
    return np.asarray(old * (1 - share) + new * share, np.uint8)


def test_cuts_are_found_on_their_picture() -> None:
    found = shots(film(scene(1, 40), scene(2, 55), scene(3, 30), first=7 * PICTURE))
    assert found.schema.equals(SHOTS.schema)
    assert found["first_frame"].to_pylist() == [0, 40, 95]
    assert found["end_frame"].to_pylist() == [40, 95, 125]
    assert found["start"].to_pylist() == [7 * PICTURE, 47 * PICTURE, 102 * PICTURE]
    assert found["end"].to_pylist() == [47 * PICTURE, 102 * PICTURE, 132 * PICTURE]
    assert found["transition"].to_pylist() == ["start", "cut", "cut"]
    assert found["transition_start"].to_pylist() == found["start"].to_pylist()
    assert found["score"].to_pylist()[0] == 1


def test_one_shot_has_no_boundary() -> None:
    found = shots(film(scene(4, 120)))
    assert found["transition"].to_pylist() == ["start"]
    assert found["end_frame"].to_pylist() == [120]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 70])
def test_a_black_film_is_one_shot_however_short(n: int) -> None:
    found = shots(film(np.zeros((n, 27, 48, 3), np.uint8)))
    assert found["end_frame"].to_pylist() == [n]


def test_a_dissolve_has_a_beginning_and_a_middle() -> None:
    one, two = scene(5, 64, speed=0.05), scene(6, 64, speed=0.05)
    found = shots(film(one[:40], dissolve(one[40:], two[:24]), two[24:])).to_pylist()
    assert [row["transition"] for row in found] == ["start", "dissolve"]
    assert abs(found[1]["first_frame"] - 52) <= 3
    assert abs(found[1]["transition_start"] // PICTURE - 40) <= 6


def test_a_fade_through_black_is_one_transition() -> None:
    one, two, black = scene(7, 52), scene(8, 52), np.zeros((12, 27, 48, 3), np.uint8)
    found = shots(film(one[:40], dissolve(one[40:], black), black[:4], dissolve(black, two[:12]), two[12:])).to_pylist()
    assert [row["transition"] for row in found] == ["start", "fade"]
    assert abs(found[1]["first_frame"] - 54) <= 5


def test_a_wipe_is_told_from_a_dissolve() -> None:
    one, two = scene(9, 64), scene(10, 64)
    mixed = one[40:].copy()
    for i in range(24):
        mixed[i, :, : 2 * (i + 1)] = two[i, :, : 2 * (i + 1)]
    found = shots(film(one[:40], mixed, two[24:])).to_pylist()
    assert [row["transition"] for row in found] == ["start", "wipe"]
    assert abs(found[1]["first_frame"] - 52) <= 4


@pytest.mark.parametrize("length", [1, 2])
def test_a_flash_is_no_cut(length: int) -> None:
    frames = scene(11, 100)
    frames[50 : 50 + length] = 255 - (255 - frames[50 : 50 + length]) // 5
    assert shots(film(frames)).num_rows == 1


def test_a_title_that_dissolves_in_and_out_is_no_transition() -> None:
    frames, letters = scene(26, 140, speed=0), np.zeros((27, 48, 1))
    letters[8:13, 8:40:4] = letters[15:20, 10:38:3] = 1
    for i in range(40, 100):
        share = min(1, (i - 39) / 20, (100 - i) / 20)
        frames[i] = frames[i] + (235.0 - frames[i]) * letters * share
    assert shots(film(frames)).num_rows == 1


@pytest.mark.parametrize("length", [4, 16])
def test_a_lamp_put_out_is_no_transition(length: int) -> None:
    frames = scene(27, 120, speed=0.02).astype(np.float64)
    uneven = np.linspace(0.15, 0.5, 48)[:, None] * np.array([1.0, 1.1, 1.4])
    for i in range(50, 120):
        share = min(1, (i - 49) / length)
        frames[i] *= 1 - share + share * uneven
    assert shots(film(frames.astype(np.uint8))).num_rows == 1


def test_a_dissolve_there_and_back_is_two_transitions() -> None:
    one, two = scene(28, 80, speed=0.02), scene(29, 80, speed=0.02)
    parts = [one[:40], dissolve(one[40:60], two[:20]), two[20:60], dissolve(two[60:], one[40:60]), one[40:]]
    assert [row["transition"] for row in shots(film(*parts)).to_pylist()] == ["start", "dissolve", "dissolve"]


def test_a_fade_at_the_very_beginning_or_end_joins_no_shots() -> None:
    frames, black = scene(12, 120), np.zeros((20, 27, 48, 3), np.uint8)
    assert shots(film(dissolve(black, frames[:20]), frames[20:100], dissolve(frames[100:], black))).num_rows == 1


def test_the_answer_does_not_depend_on_the_block() -> None:
    thumbs = film(*(scene(seed, 37) for seed in range(20, 40)))
    whole = chances(thumbs)
    for block in (64, 2 * REACH, 333):
        np.testing.assert_allclose(chances(thumbs, block=block), whole, atol=1e-4)


def test_a_higher_threshold_never_means_more_shots() -> None:
    one, two = scene(13, 64), scene(14, 64)
    thumbs = film(
        one[:40], dissolve(one[40:], two[:24]), two[24:], scene(15, 20), scene(16, 20) // 4, scene(17, 20) // 6
    )
    counts = [shots(thumbs, threshold=t).num_rows for t in np.linspace(0, 1, 11)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] > counts[-1]


def test_cuts_nearer_than_the_shortest_shot_are_one() -> None:
    thumbs = film(scene(18, 40), scene(19, 6), scene(20, 40))
    assert shots(thumbs).num_rows == 3
    assert shots(thumbs, shortest=0.5).num_rows == 2


def test_times_of_a_varying_rate_are_kept() -> None:
    thumbs = film(scene(1, 40), scene(2, 40))
    times = np.cumsum(np.random.default_rng(1).integers(1, 9, 81)) * (PICTURE // 8)
    found = shots(Pictures(thumbs.frames, times, thumbs.rate))
    assert found["start"].to_pylist() == [times[0], times[40]]
    assert found["end"].to_pylist() == [times[40], times[80]]


def test_no_pictures_are_refused() -> None:
    with pytest.raises(MediaError, match="must have pictures, got none"):
        shots(film(np.zeros((0, 27, 48, 3), np.uint8)))


@pytest.mark.parametrize("threshold", [-0.1, 1.1, float("nan")])
def test_a_threshold_outside_its_range_is_refused(threshold: float) -> None:
    with pytest.raises(SettingError, match=r"threshold must lie in 0\.\.1, got"):
        shots(film(scene(1, 5)), threshold=threshold)


def test_a_negative_shortest_shot_is_refused() -> None:
    with pytest.raises(SettingError, match="shortest must be at least 0 seconds, got -1"):
        shots(film(scene(1, 5)), shortest=-1)


@pytest.mark.realdata
def test_real_shots_are_left_whole(shared_data: Path) -> None:
    capture = cv2.VideoCapture(str(shared_data / "film_clips" / "flower_cc0_5s.mp4"))
    frames = []
    while (read := capture.read())[0]:
        frames.append(cv2.resize(read[1][:, :, ::-1], (48, 27), interpolation=cv2.INTER_AREA))
    assert shots(film(np.stack(frames))).num_rows == 1
