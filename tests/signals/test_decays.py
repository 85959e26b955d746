"""A fall is as fast as it was made; what is no clean fall tells nothing."""

import numpy as np
import pytest

from kinoeye.signals.decays import falls, levels

FLOOR = -90.0


def falling(seconds, frames=60):
    """A level that stands, then loses 60 dB in so many seconds."""
    return np.concatenate([np.full(20, -10.0), -10 - 60 * np.arange(1, frames) * 0.01 / seconds])


@pytest.mark.parametrize("seconds", [0.3, 0.6, 1.0])
def test_a_fall_has_its_time(seconds):
    level = np.maximum(np.tile(falling(seconds), 3), FLOOR)
    assert falls(level, FLOOR) == pytest.approx([seconds] * 3, rel=0.05)


def test_a_near_voice_is_not_taken_for_the_room():
    drop = np.concatenate([np.full(20, 0.0), [-3.0, -6.0], -8 - 60 * np.arange(50) * 0.01 / 0.8])
    assert falls(drop, FLOOR) == pytest.approx([0.8], rel=0.1)


def test_what_bends_or_sinks_into_noise_is_no_clean_fall():
    assert len(falls(np.full(200, -20.0), FLOOR)) == 0
    assert len(falls(falling(0.5), -16.0)) == 0
    bent = np.concatenate([-10.0 - np.arange(25), -35 - 5.0 * np.arange(10)])
    assert len(falls(bent, FLOOR)) == 0


def test_levels_are_of_whole_frames():
    wave = np.round(16_384 * np.sin(np.arange(1650) * 0.3)).astype(np.int16)
    level, steps = levels(wave, 16_000, 0.0)
    assert len(level) == len(steps) == 10
    assert level == pytest.approx(-6.02, abs=0.3)
    assert levels(wave[:0], 16_000, 0.0)[0].shape == (0,)
