"""Prints: copies of a picture are alike, others are not; bars are found, also where one side of the picture is dark."""

from fractions import Fraction

import numpy as np
import pytest

from kinoeye.signals.prints import SIZE, prints
from kinoeye.streams import Pictures


def film(frames: np.ndarray) -> Pictures:
    return Pictures(frames.astype(np.uint8), np.arange(len(frames) + 1, dtype=np.int64), Fraction(24))


def scene(*, is_dark_below: bool = False) -> np.ndarray:
    """Return 30 pictures of a bright, soft landscape that drifts; 3 pictures as wide as a copy's inside is high."""
    rows, columns = np.mgrid[0:27, 0:48]
    frames = []
    for at in range(30):
        light = 120 + 60 * np.sin((columns + at) / 7) * np.cos(rows / 5) + 40 * np.sin((columns - at) / 11)
        if is_dark_below:
            light = light * np.clip((26 - rows) / 14, 0.05, 1)
        frames.append(np.repeat(light[..., None], 3, 2))
    return np.clip(np.stack(frames), 0, 255)


def barred(frames: np.ndarray) -> np.ndarray:
    """Return pictures squeezed to 18 of 27 rows, between bars."""
    made = np.zeros_like(frames)
    made[:, 4:22] = frames.reshape(len(frames), 9, 3, 48, 3)[:, :, [0, 1]].reshape(len(frames), 18, 48, 3)
    return made


def apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    return np.square(prints(film(one)).vectors - prints(film(other)).vectors).sum(1)


def test_brighter_and_noisy_copies_are_near_and_other_moments_are_not() -> None:
    frames = scene()
    noise = np.random.default_rng(1).normal(0, 3, frames.shape)
    near = apart(frames, np.clip(frames * 0.8 + 20 + noise, 0, 255))
    far = apart(frames, np.roll(frames, 12, axis=0))
    assert near.max() * 20 < far.min()
    assert prints(film(frames)).vectors.shape == (30, SIZE)


@pytest.mark.parametrize("is_dark_below", [False, True])
def test_bars_are_left_out(is_dark_below: bool) -> None:
    frames = scene(is_dark_below=is_dark_below)
    inside = apart(frames, barred(frames))
    elsewhere = apart(frames, barred(np.roll(frames, 12, axis=0)))
    assert inside.mean() * 4 < elsewhere.mean()


def test_black_tells_nothing() -> None:
    found = prints(film(np.zeros((3, 27, 48, 3))))
    assert not found.speaks.any()
    assert np.abs(found.vectors).max() == 0
