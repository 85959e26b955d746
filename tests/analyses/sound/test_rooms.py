"""A voice put into a room of a known reverberation tells of it; the noise between words is measured."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.sound import rooms as module
from kinoeye.analyses.sound.rooms import ROOMS, rooms
from kinoeye.errors import SettingError
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import from_seconds

START = from_seconds(50)


def bursts(seconds=30.0, pause=1.0):
    """A stand-in for words: bursts of noise that stop at once."""
    random = np.random.default_rng(3)
    wave = random.normal(0, 0.1, round(seconds * SOUND_RATE_HZ))
    return wave * (np.arange(len(wave)) / SOUND_RATE_HZ % (0.4 + pause) < 0.4)


def in_a_room(wave, reverberation, direct_db=0.0):
    random = np.random.default_rng(4)
    at = np.arange(round(1.2 * reverberation * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    room = random.normal(0, 1, len(at)) * 10 ** (-3 * at / reverberation)
    room *= 10 ** (-direct_db / 20) / np.sqrt((room**2).sum())
    room[0] += 1
    size = len(wave) + len(room)
    heard = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(room, size), size)[: len(wave)]
    return 0.3 * heard / np.abs(heard).max()


def sound(wave, noise_dbfs=-75.0):
    hiss = np.random.default_rng(5).normal(0, 10 ** (noise_dbfs / 20) / np.sqrt(2), len(wave))
    return Sound(np.round((wave + hiss) * 32767).astype(np.int16), START)


def speech(*seconds):
    starts, ends = zip(*seconds, strict=True) if seconds else ((), ())
    return pa.table({
        "start": pa.array([START + from_seconds(each) for each in starts], pa.int64()),
        "end": pa.array([START + from_seconds(each) for each in ends], pa.int64()),
    })  # fmt: skip


ALL = speech((0, 30))


def row(table):
    assert table.num_rows == 1
    return table.to_pylist()[0]


@pytest.mark.parametrize("direct_db", [-3, 4])
@pytest.mark.parametrize("reverberation", [0.3, 0.5, 0.8])
def test_a_room_is_told_by_how_sound_dies_away(reverberation, direct_db):
    told = row(rooms(sound(in_a_room(bursts(), reverberation, direct_db)), ALL))
    assert told["reverberation_s"] == pytest.approx(reverberation, rel=0.15)
    assert told["falls"] >= 10


def test_levels_of_speech_and_noise_are_those_put_in():
    at = np.arange(20 * SOUND_RATE_HZ) / SOUND_RATE_HZ
    tone = 0.1 * np.sin(2 * np.pi * 500 * at) * ((at > 5) & (at < 15))
    told = row(rooms(sound(tone, -55), speech((5, 15))))
    assert told["speech_dbfs"] == pytest.approx(-20, abs=0.2)
    assert told["noise_dbfs"] == pytest.approx(-55, abs=1.5)
    assert (told["start"], told["end"]) == (START + from_seconds(5), START + from_seconds(15))
    assert told["reverberation_s"] is None


def test_what_is_not_speech_does_not_count():
    given = sound(in_a_room(bursts(), 0.5))
    assert row(rooms(given, speech((0, 3))))["falls"] < row(rooms(given, ALL))["falls"]
    assert row(rooms(given, speech((0, 3)), least_falls=1000))["reverberation_s"] is None


def test_digital_silence_is_no_noise():
    given = Sound(np.round(bursts() * 20_000).astype(np.int16), START)
    assert row(rooms(given, ALL))["noise_dbfs"] > -30
    assert row(rooms(Sound(np.zeros(48_000, np.int16), START), speech((0, 3))))["noise_dbfs"] is None


def test_the_answer_does_not_depend_on_the_block(monkeypatch):
    given = sound(in_a_room(bursts(), 0.5))
    whole = rooms(given, ALL)
    monkeypatch.setattr(module, "BLOCK", 1)
    assert rooms(given, ALL).equals(whole)


def test_without_speech_there_is_no_row():
    assert rooms(sound(bursts()), speech()).equals(ROOMS.empty())
    assert rooms(Sound(np.zeros(0, np.int16), 0), ALL).equals(ROOMS.empty())
    assert rooms(sound(bursts()), speech((100, 120))).equals(ROOMS.empty())


def test_a_setting_out_of_range_is_refused():
    with pytest.raises(SettingError, match="rooms: least_falls must lie in"):
        rooms(sound(bursts()), ALL, least_falls=0)
