"""Places: one place is found again under letters, other light and a moving camera; another place is not."""

import cv2
import numpy as np
import numpy.typing as npt
import pytest

from kinoeye.signals.places import found_again

Picture = npt.NDArray[np.uint8]


def place(seed: int, *, aside: int = 0) -> Picture:
    """Coloured fields with hard-edged boxes before a camera that stands `aside` pixels to the right."""
    rng = np.random.default_rng(seed)
    wide = cv2.resize(rng.integers(20, 236, (7, 20, 3)).astype(np.uint8), (96, 27), interpolation=cv2.INTER_CUBIC)
    for _ in range(12):
        x, y = int(rng.integers(0, 90)), int(rng.integers(0, 24))
        colour = tuple(int(c) for c in rng.integers(0, 256, 3))
        cv2.rectangle(wide, (x, y), (x + int(rng.integers(3, 20)), y + int(rng.integers(3, 14))), colour, -1)
    return np.ascontiguousarray(wide[:, 20 + aside : 68 + aside])


def test_a_picture_is_found_again_in_itself() -> None:
    assert found_again(place(1), place(1)) == pytest.approx(1)


def test_letters_spoil_it_only_where_they_stand() -> None:
    lettered = place(2).copy()
    lettered[4:9, 8:40:3] = 235
    assert 0.5 < found_again(place(2), lettered) < 1


@pytest.mark.parametrize("gain", [0.3, 1.2])
def test_other_light_is_the_same_place(gain: float) -> None:
    lit = np.clip(place(3) * np.linspace(0.7 * gain, gain, 48)[:, None], 0, 255).astype(np.uint8)
    assert found_again(place(3), lit) > 0.7


@pytest.mark.parametrize("aside", [1, 5, 11])
def test_a_camera_that_moved_on_is_the_same_place(aside: int) -> None:
    assert found_again(place(4), place(4, aside=aside)) > 0.9


def test_another_place_is_not_found() -> None:
    assert max(found_again(place(seed), place(seed + 20)) for seed in range(20)) < 0.4


def test_black_bars_are_no_detail() -> None:
    one, two = place(6).copy(), place(26).copy()
    for picture in (one, two):
        picture[:5] = picture[-5:] = 0
    assert found_again(one, two) < 0.3
    assert found_again(one, one) == pytest.approx(1)


@pytest.mark.parametrize("level", [0, 90])
def test_what_is_too_dark_or_plain_says_nothing_of_itself(level: int) -> None:
    plain = np.full((27, 48, 3), level, np.uint8)
    assert found_again(plain, plain) == 0


def test_a_plain_field_is_no_place() -> None:
    plain = np.full((27, 48, 3), 90, np.uint8)
    assert found_again(plain, place(5)) < 0.1
