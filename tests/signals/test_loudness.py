"""Gates leave out what they should, whatever the level."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.signals.loudness import decibels, dialogue, integrated, loudness_range, lufs, sliding, times
from kinoeye.streams import METERS, Meters
from kinoeye.timecode import FLICKS_PER_SECOND

POWERS = st.lists(st.floats(1e-9, 1.0), min_size=1, max_size=60).map(np.array)


@given(POWERS, st.floats(-10, 10))
def test_louder_by_so_many_decibels_is_so_many_louder(power, gain):
    before, after = integrated(power), integrated(power * 10 ** (gain / 10))
    if before is not None and after is not None and lufs(power.min()) > -59:
        assert after - before == pytest.approx(gain, abs=1e-6)
        assert loudness_range(power * 10 ** (gain / 10)) == pytest.approx(loudness_range(power), abs=1e-6)


@given(POWERS)
def test_pauses_change_nothing(power):
    silent = np.concatenate([power, np.zeros(50)])
    assert integrated(silent) == integrated(power)
    assert loudness_range(silent) == loudness_range(power)


def test_what_is_quiet_by_ten_is_left_out_of_the_whole_and_not_of_dialogue():
    power = np.array([0.1] * 10 + [0.001] * 10)
    assert integrated(power) == pytest.approx(float(lufs(0.1)))
    assert dialogue(power, np.arange(20) >= 10) == pytest.approx(float(lufs(0.001)))
    assert dialogue(power, np.zeros(20, bool)) is None
    assert integrated(np.full(9, 1e-9)) is None


def test_windows_slide_by_one_block():
    assert sliding(np.array([1.0, 3.0, 5.0]), 2).tolist() == [2, 4]
    assert sliding(np.ones(3), 4).shape == (0,)
    assert decibels([1.0, 0.1, 0.0]).tolist() == pytest.approx([0, -20, -120])


def test_the_last_block_ends_with_the_last_sample():
    values = np.zeros((3, 1, len(METERS)), np.float32)
    assert times(Meters(values, 5, 2500, 11_025, ("FC",))).tolist() == [
        5, 5 + FLICKS_PER_SECOND // 10, 5 + FLICKS_PER_SECOND // 5, 5 + 2500 * FLICKS_PER_SECOND // 11_025,
    ]  # fmt: skip
