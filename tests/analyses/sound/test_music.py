"""Pieces whose tempo and key are known; what is no music is not described."""

import numpy as np
import pytest

from kinoeye.analyses.sound.music import MUSIC, music
from kinoeye.analyses.sound.sounds import SOUNDS
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.errors import SettingError
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import from_seconds

START = from_seconds(7)
SCALE = {"C major": (0, 4, 7, 12), "A minor": (9, 12, 16, 21)}


def tune(bpm, chord, seconds=16):
    """A chord's tones, one a beat, plucked."""
    wave = np.zeros(seconds * SOUND_RATE_HZ)
    t = np.arange(SOUND_RATE_HZ) / SOUND_RATE_HZ  # as long as it rings: a tone cut off sets in anew
    for number, at in enumerate(np.arange(0, seconds - 1, 60 / bpm)):
        hz = 130.81 * 2 ** (chord[number % len(chord)] / 12)
        first = round(at * SOUND_RATE_HZ)
        wave[first : first + len(t)] += (
            0.2 * np.exp(-6 * t) * sum(np.sin(2 * np.pi * hz * n * t) / n for n in (1, 2, 3))
        )
    return wave


def untold(row):
    return all(row[name] is None for name in ("tempo_bpm", "tempo_score", "key", "key_score"))


def described(wave, spans=None, speech=(), **settings):
    sound = Sound(np.int16(wave * 32767), START)
    spans = [(0, len(wave) / SOUND_RATE_HZ, "music")] if spans is None else spans
    heard = SOUNDS.from_rows(
        {"start": START + from_seconds(a), "end": START + from_seconds(b), "kind": kind, "score": 0.8}
        for a, b, kind in spans
    )
    spoken = SPEECH.from_rows(
        {"start": START + from_seconds(a), "end": START + from_seconds(b), "score": 0.9} for a, b in speech
    )
    return music(sound, heard, spoken, **settings).to_pylist()


@pytest.mark.parametrize("bpm", [84, 100, 132])
@pytest.mark.parametrize("name", sorted(SCALE))
def test_tempo_and_key_of_a_piece(bpm, name) -> None:
    (row,) = described(tune(bpm, SCALE[name]))
    assert row["tempo_bpm"] == pytest.approx(bpm, rel=0.03)
    assert row["key"] == name
    assert row["start"] == START
    assert row["tempo_score"] > 0.3
    assert row["key_score"] >= 0.4


def test_how_much_is_spoken_over() -> None:
    (row,) = described(tune(100, SCALE["C major"]), speech=[(2, 6), (14, 30)])
    assert row["under_speech"] == pytest.approx(6 / 16, abs=0.01)


def test_noise_has_neither_tempo_nor_key() -> None:
    (row,) = described(np.random.default_rng(3).normal(0, 0.1, 12 * SOUND_RATE_HZ))
    assert untold(row)


def test_music_without_a_beat_has_no_tempo_but_a_key() -> None:
    """Chords that swell and fade with nothing that sets in."""
    t = np.arange(20 * SOUND_RATE_HZ) / SOUND_RATE_HZ
    chord = sum(np.sin(2 * np.pi * 130.81 * 2 ** (tone / 12) * t + tone) for tone in SCALE["C major"])
    (row,) = described(0.1 * chord * np.sin(np.pi * t / 20) ** 2)
    assert row["tempo_bpm"] is None
    assert row["tempo_score"] is None
    assert row["key"] == "C major"


def test_all_tones_alike_have_no_key_but_a_tempo() -> None:
    (row,) = described(tune(100, range(12)))
    assert row["tempo_bpm"] == pytest.approx(100, rel=0.03)
    assert row["key"] is None
    assert row["key_score"] is None


def test_what_is_asked_for_surely_is_told_less_often() -> None:
    wave = tune(100, SCALE["C major"])
    (row,) = described(wave, regular=1.0, clear=1.0)
    assert untold(row)
    (row,) = described(wave, regular=0.0, clear=0.0)
    assert row["tempo_bpm"]
    assert row["key"]


def test_what_is_no_music_is_left_out_and_a_moment_has_no_key() -> None:
    wave = tune(100, SCALE["C major"])
    rows = described(wave, [(0, 4, "rain"), (4, 5, "music"), (6, 7, "silence")])
    assert len(rows) == 1
    assert untold(rows[0])
    assert described(np.zeros(0), []) == MUSIC.empty().to_pylist()


@pytest.mark.parametrize("name", ["regular", "clear"])
def test_settings_outside_their_range(name) -> None:
    with pytest.raises(SettingError, match=name):
        described(np.zeros(10), [], **{name: 2.0})
