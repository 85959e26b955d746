"""Smoothing: trembling goes, a blink stays."""

import numpy as np

from kinoeye.signals.expressions_smooth import smoothed
from kinoeye.timecode import FLICKS_PER_SECOND

PICTURE = FLICKS_PER_SECOND // 24


def at(count: int, step: int = 1) -> np.ndarray:
    return np.arange(count, dtype=np.int64) * PICTURE * step


def test_a_blink_of_four_pictures_keeps_its_height() -> None:
    random = np.random.default_rng(1)
    values = random.normal(0.05, 0.02, (60, 1)).clip(0, 1)
    values[30:34, 0] = (0.6, 1.0, 1.0, 0.5)
    after = smoothed(values, at(60))
    assert after[30:34].max() >= 0.8
    assert after[31:33].min() >= 0.8
    assert after[:28].max() < 0.15


def test_trembling_goes() -> None:
    random = np.random.default_rng(2)
    values = (0.5 + random.normal(0, 0.05, (200, 3))).clip(0, 1)
    after = smoothed(values, at(200))
    assert after.std() < 0.6 * values.std()
    assert abs(after.mean() - values.mean()) < 0.01


def test_a_slow_smile_does_not_lag() -> None:
    values = np.linspace(0, 1, 48)[:, None]
    assert np.abs(smoothed(values, at(48)) - values)[3:-3].max() < 0.02


def test_stills_far_apart_stay_as_they_are() -> None:
    values = np.random.default_rng(3).random((10, 4))
    assert np.array_equal(smoothed(values, at(10, step=12)), values)


def test_one_and_none() -> None:
    assert smoothed(np.array([[0.4]]), at(1)).tolist() == [[0.4]]
    assert smoothed(np.zeros((0, 2)), at(0)).shape == (0, 2)
