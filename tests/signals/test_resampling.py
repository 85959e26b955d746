"""Another rate: the same sound at the same moment."""

import numpy as np
import pytest

from kinoeye.signals.blocks import whole
from kinoeye.signals.resampling import resampled


@pytest.mark.parametrize(("from_hz", "to_hz"), [(44_100, 48_000), (48_000, 44_100), (8000, 48_000), (22_050, 16_000)])
def test_a_tone_stays_itself(from_hz: int, to_hz: int) -> None:
    count = from_hz * 2 + 13
    wave = np.sin(2 * np.pi * 997 * np.arange(count) / from_hz)
    made = whole(resampled([wave[:, None].astype(np.float32)], from_hz, to_hz))[:, 0]
    assert len(made) == -(-count * to_hz // from_hz)
    inside = slice(to_hz // 4, -to_hz // 4)
    assert np.abs(made - np.sin(2 * np.pi * 997 * np.arange(len(made)) / to_hz))[inside].max() < 1e-3


def test_there_and_back_and_however_it_is_cut() -> None:
    random = np.random.default_rng(4)
    smooth = np.convolve(random.normal(0, 0.2, 60_000), np.hanning(40) / 20, "same").astype(np.float32)[:, None]
    parts = [smooth[begin : begin + 3001] for begin in range(0, len(smooth), 3001)]
    there = whole(resampled(parts, 44_100, 48_000))
    assert np.array_equal(there, whole(resampled([smooth], 44_100, 48_000)))
    back = whole(resampled([there], 48_000, 44_100))[: len(smooth)]
    assert np.abs(back - smooth)[1000:-1000].max() < 2e-4


def test_what_is_too_high_for_the_new_rate_goes() -> None:
    wave = np.sin(2 * np.pi * 15_000 * np.arange(48_000) / 48_000).astype(np.float32)[:, None]
    made = whole(resampled([wave], 48_000, 16_000))
    assert np.abs(made[500:-500]).max() < 1e-4


def test_the_same_rate_is_the_same_sound() -> None:
    sound = np.ones((5, 2), np.float32)
    assert np.array_equal(whole(resampled([sound], 8000, 8000)), sound)
