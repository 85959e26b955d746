"""A tone of a known level is measured as that, and silence is found where it was put."""

import pickle

import numpy as np
import pytest

from kinoeye.analyses.sound import levels as module
from kinoeye.analyses.sound.levels import LEVELS, levels
from kinoeye.errors import SettingError
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import from_seconds


def tone(seconds, level_dbfs, hertz=1000):
    time = np.arange(round(seconds * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    wave = 32767 * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hertz * time)
    return np.round(wave).astype(np.int16)


def silence(seconds):
    return np.zeros(round(seconds * SOUND_RATE_HZ), np.int16)


def sound(*parts, start=0):
    return Sound(np.concatenate(parts), start)


@pytest.mark.parametrize("level", [0, -6, -20, -40])
def test_a_tone_has_its_level(level):
    table = levels(sound(tone(1, level)))
    np.testing.assert_allclose(table["rms_dbfs"].to_numpy(), level, atol=0.05)
    np.testing.assert_allclose(table["peak_dbfs"].to_numpy(), level, atol=0.05)
    assert not any(table["is_silent"].to_pylist())


def test_rows_follow_one_another_on_the_media_clock():
    table = levels(sound(tone(1.05, -10), start=from_seconds(3)))
    starts, ends = table["start"].to_numpy(), table["end"].to_numpy()
    assert starts[0] == from_seconds(3)
    assert ends[-1] == from_seconds("4.05")
    np.testing.assert_array_equal(starts[1:], ends[:-1])
    assert table.num_rows == 11


def test_silence_is_found_where_it_was_put_and_pauses_are_not():
    table = levels(sound(tone(1, -12), silence(1), tone(1, -12), silence(0.2), tone(0.5, -12)))
    assert np.flatnonzero(table["is_silent"].to_numpy(zero_copy_only=False)).tolist() == list(range(10, 20))
    assert table["rms_dbfs"].to_pylist()[15] == -120


def test_a_higher_threshold_is_never_less_silent():
    noisy = sound(*[tone(0.5, level) for level in (-20, -45, -55, -70)])
    counts = [sum(levels(noisy, silence=silence)["is_silent"].to_pylist()) for silence in (-80, -60, -50, -30, -10)]
    assert counts == sorted(counts)
    assert (counts[0], counts[-1]) == (0, 20)


def test_the_loudest_sample_does_not_overflow():
    table = levels(sound(np.full(1600, -32768, np.int16)))
    assert table["peak_dbfs"].to_pylist() == [0.0]


def test_the_answer_does_not_depend_on_the_block(monkeypatch):
    given = sound(tone(2.3, -12), silence(0.7))
    whole = levels(given)
    monkeypatch.setattr(module, "BLOCK", 3)
    assert levels(given).equals(whole)


def test_nothing_in_nothing_out():
    assert levels(sound(silence(0))).equals(LEVELS.empty())


@pytest.mark.parametrize("setting", [{"silence": 3}, {"silence": -200}, {"shortest": -1}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(SettingError, match=f"levels: {next(iter(setting))} must lie in"):
        levels(sound(silence(1)), **setting)


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(levels)) is levels
