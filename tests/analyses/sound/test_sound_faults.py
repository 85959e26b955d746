"""Every fault is found where it was put, and clean sound has none."""

import cv2
import numpy as np
import pytest

from kinoeye.analyses.sound.sound_faults import REMEDIES, SOUND_FAULTS, sound_faults
from kinoeye.errors import SettingError
from kinoeye.streams import METERS, Meters, Sound
from kinoeye.timecode import FLICKS_PER_SECOND

RATE = 48_000
SECONDS = 20


@pytest.fixture(scope="module")
def clean(voice):
    """Twenty seconds of a voice with pauses, in a quiet room, nearly the same in both channels; never at full scale."""
    line = cv2.resize(voice[None].astype(np.float32) / 32768, (3 * len(voice), 1), interpolation=cv2.INTER_CUBIC)[0]
    wave = np.random.default_rng(4).normal(0, 0.0005, (2, SECONDS * RATE))
    for start in (1, 7, 14):
        part = line[: SECONDS * RATE - start * RATE]
        wave[:, start * RATE : start * RATE + len(part)] += part * 0.5 / np.abs(line).max()
    return wave


@pytest.fixture
def found(measure):
    def find(wave, **settings):
        wave = np.clip(wave, -1, 1)
        mono = cv2.resize(wave.mean(axis=0)[None], (SECONDS * 16_000, 1), interpolation=cv2.INTER_AREA)[0]
        return sound_faults(measure(wave), Sound(np.round(mono * 32767).astype(np.int16), 0), **settings).to_pylist()

    return find


def seconds(row):
    return row["start"] / FLICKS_PER_SECOND, row["end"] / FLICKS_PER_SECOND


def humming(level_dbfs, mains=50.0):
    at = np.arange(SECONDS * RATE) / RATE
    return 10 ** (level_dbfs / 20) * sum(np.sin(2 * np.pi * mains * k * at + k) / k for k in range(1, 6))


def test_clean_sound_has_none(clean, found):
    assert found(clean) == []
    assert found(clean * 0) == []
    assert found(clean[:, ::-1]) == []


@pytest.mark.parametrize("mains", [50.0, 60.0, 49.9])
def test_hum_is_found_and_a_deep_note_is_none(mains, clean, found):
    (row,) = found(clean + humming(-40, mains))
    assert (row["kind"], row["unit"], row["remedy"]) == ("hum", "dBFS", "de-hum")
    assert row["value"] == pytest.approx(-39, abs=2)
    assert seconds(row) == (0, SECONDS)
    at = np.arange(SECONDS * RATE) / RATE
    assert found(clean + 0.05 * np.sin(2 * np.pi * 55 * at) + 0.03 * np.sin(2 * np.pi * 110 * at)) == []
    assert found(clean + humming(-90, mains)) == []


def test_clipping_is_found_where_it_is_too_loud(clean, found):
    wave = clean.copy()
    wave[0, 7 * RATE : 12 * RATE] *= 6
    rows = found(wave)
    assert {row["kind"] for row in rows} == {"clipping"}
    assert all(7 <= seconds(row)[0] <= seconds(row)[1] <= 12.1 for row in rows)
    assert {row["channel"] for row in rows} == {"FL"}
    assert sum(row["value"] for row in rows) > 20


def test_a_click_is_found_to_a_tenth_of_a_second(clean, found):
    wave = clean.copy()
    wave[1, int(8.43 * RATE)] += 0.4
    (row,) = found(wave)
    assert (row["kind"], row["channel"]) == ("click", "FR")
    assert seconds(row) == pytest.approx((8.4, 8.5))
    assert found(wave, click=1000.0) == []


def test_a_hole_is_found_and_not_told_as_clicks(clean, found):
    wave = clean.copy()
    loudest = 7 * RATE + int(np.argmax(np.convolve(np.abs(clean[0, 7 * RATE : 11 * RATE]), np.ones(2000), "same")))
    wave[:, loudest - 400 : loudest + 400] = 0
    (row,) = found(wave)
    assert row["kind"] == "hole"
    assert row["value"] == pytest.approx(800 / RATE, abs=0.001)
    assert seconds(row)[0] <= loudest / RATE <= seconds(row)[1]


def test_a_channel_turned_round_is_out_of_phase(clean, found):
    wave = clean * np.array([[1], [-1]])
    (row,) = found(wave)
    assert (row["kind"], row["channel"]) == ("out of phase", None)
    assert row["value"] < -0.95
    assert 0.4 <= seconds(row)[0] <= 1.5
    independent = clean + np.random.default_rng(9).normal(0, 0.2, clean.shape)
    assert found(independent) == []


@pytest.mark.parametrize("dead", [0, 1])
def test_a_dead_channel_is_found(dead, clean, found):
    wave = clean.copy()
    wave[dead] = 0
    (row,) = found(wave)
    assert (row["kind"], row["channel"], row["value"]) == ("dead channel", ["FL", "FR"][dead], -120)
    assert found(wave, shortest=60.0) == []


def test_an_offset_is_found(clean, found):
    wave = clean + np.array([[0.0], [-0.03]])
    (row,) = found(wave)
    assert (row["kind"], row["channel"], row["unit"]) == ("offset", "FR", "%")
    assert row["value"] == pytest.approx(3, abs=0.1)
    assert found(wave, offset=4.0) == []


def test_rows_stand_in_running_order_and_every_kind_has_a_remedy(clean, found):
    wave = clean + humming(-40) + 0.03
    wave[0, int(8.43 * RATE)] += 0.4
    rows = found(wave)
    assert [row["kind"] for row in rows] == ["hum", "offset", "click"]
    assert all(row["remedy"] == REMEDIES[row["kind"]] for row in rows)


def test_a_blink_has_no_faults(clean, measure):
    nothing = Sound(np.zeros(0, np.int16), 0)
    for count in (1, 3, 4801):
        assert sound_faults(measure(clean[:, 90_000 : 90_000 + count] + 0.1), nothing).num_rows == 0


def test_one_channel_and_nothing_are_no_trouble(clean, measure):
    mono = Sound(np.zeros(SECONDS * 16_000, np.int16), 0)
    assert sound_faults(measure(clean[:1]), mono).equals(SOUND_FAULTS.empty())
    nothing = Meters(np.zeros((0, 1, len(METERS)), np.float32), 0, 0, RATE, ("FC",))
    assert sound_faults(nothing, Sound(np.zeros(0, np.int16), 0)).equals(SOUND_FAULTS.empty())


@pytest.mark.parametrize("setting", [{"hum": 3}, {"click": 0}, {"phase": 0.5}, {"offset": -1}, {"shortest": 4000}])
def test_settings_out_of_range_are_refused(setting, measure, clean):
    with pytest.raises(SettingError, match=f"sound_faults: {next(iter(setting))} must lie in"):
        sound_faults(measure(clean[:, :4800]), Sound(np.zeros(1600, np.int16), 0), **setting)
