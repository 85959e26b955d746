"""Noise has its colour, curves have no seam, and an echo is added as if the sound came in one piece."""

import numpy as np
import pytest

from kinoeye.signals.synthesis import convolved, noise_band, room, slow_curve

RATE_HZ = 48_000


def test_noise_lies_in_its_band() -> None:
    noise = noise_band(np.random.default_rng(1), RATE_HZ, RATE_HZ, 500, 2_000)
    power = np.abs(np.fft.rfft(noise)) ** 2
    inside = power[500:2_000].sum() / power.sum()
    assert noise.std() == pytest.approx(1)
    assert inside > 0.65
    assert power[8_000:].sum() / power.sum() < 0.01


def test_no_samples_are_no_noise() -> None:
    assert len(noise_band(np.random.default_rng(1), 0, RATE_HZ, 500, 2_000)) == 0


def test_a_part_of_a_slow_curve_is_the_same_part_of_the_whole() -> None:
    whole = slow_curve(3, 0, 10_000, 700)
    assert np.array_equal(slow_curve(3, 4_321, 2_000, 700), whole[4_321:6_321])
    assert np.abs(np.diff(whole)).max() < 4 / 700
    assert np.abs(whole).max() <= 1


def test_another_seed_is_another_curve() -> None:
    assert not np.array_equal(slow_curve(3, 0, 5_000, 700), slow_curve(4, 0, 5_000, 700))


def test_a_room_falls_silent_in_time() -> None:
    echo = room(1, RATE_HZ, seconds=1.0)
    assert echo.shape == (RATE_HZ, 2)
    early, late = (float((echo[part] ** 2).sum()) for part in (slice(0, RATE_HZ // 4), slice(3 * RATE_HZ // 4, None)))
    assert 10 * np.log10(early / late) == pytest.approx(45, abs=4)


@pytest.mark.parametrize("size", [100, 257, 1_000])
def test_an_echo_does_not_depend_on_the_blocks(size: int) -> None:
    rng = np.random.default_rng(2)
    dry, echo = rng.normal(size=(1_000, 2)), rng.normal(size=(333, 2))
    wet = np.concatenate(list(convolved((dry[first : first + size] for first in range(0, 1_000, size)), echo)))
    wanted = np.stack([np.convolve(dry[:, side], echo[:, side])[:1_000] for side in range(2)], axis=1)
    assert np.allclose(wet, wanted)
