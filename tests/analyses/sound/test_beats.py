"""Knocks whose times are known are beats; where no tempo is told there are none."""

import numpy as np
import pytest

from kinoeye.analyses.sound.beats import BEATS, beats
from kinoeye.analyses.sound.music import MUSIC
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

START = from_seconds(7)


def knocked(times, seconds):
    """A knock at each time."""
    wave = np.random.default_rng(5).normal(0, 1e-4, seconds * SOUND_RATE_HZ)
    t = np.arange(2000) / SOUND_RATE_HZ
    knock = 0.5 * np.exp(-40 * t) * sum(np.sin(2 * np.pi * hz * t) for hz in (180, 700, 2300)) / 3
    for time in times:
        first = round(time * SOUND_RATE_HZ)
        wave[first : first + len(knock)] += knock[: len(wave) - first]
    return Sound(np.int16(wave * 32767), START)


def found(sound, *passages):
    """Times and scores of the beats of passages: start and end in seconds, tempo."""
    table = MUSIC.from_rows(
        {"start": START + from_seconds(a), "end": START + from_seconds(b), "score": 0.9, "tempo_bpm": bpm,
         "tempo_score": 0.9 if bpm else None, "key": None, "key_score": None, "under_speech": 0.0}
        for a, b, bpm in passages
    )  # fmt: skip
    rows = beats(sound, table).to_pylist()
    times = np.array([(row["start"] - START) / FLICKS_PER_SECOND for row in rows])
    return times, np.array([row["score"] for row in rows])


@pytest.mark.parametrize("bpm", [72.0, 104.0, 150.0])
def test_every_knock_is_a_beat(bpm) -> None:
    true = np.arange(0.4, 19.5, 60 / bpm)
    times, scores = found(knocked(true, 20), (0, 20, bpm))
    assert len(times) == len(true)
    assert abs(times - true).max() < 0.04
    assert scores.min() > 0.6


def test_a_beat_that_is_left_out_is_told_with_a_low_score() -> None:
    true = np.arange(0.4, 19.5, 0.5)
    kept = np.delete(true, [12, 20])
    times, scores = found(knocked(kept, 20), (0, 20, 120.0))
    assert len(times) == len(true)
    assert set(np.argsort(scores)[:2]) == {12, 20}
    assert scores[[12, 20]].max() < 0.5


def test_beats_follow_a_tempo_that_drifts() -> None:
    true = np.cumsum(60 / np.linspace(96, 104, 60))
    times, _ = found(knocked(true, 37), (0, 37, 100.0))
    assert abs(times[:, None] - true).min(axis=1).max() < 0.04


def test_parts_make_no_seam() -> None:
    true = np.arange(0.4, 69.5, 0.5)
    times, _ = found(knocked(true, 70), (0, 70, 120.0))
    assert len(times) == len(true)
    assert abs(times - true).max() < 0.04


def test_beats_lie_in_their_passage_alone() -> None:
    true = np.arange(0.4, 29.5, 0.5)
    times, _ = found(knocked(true, 30), (0, 9, None), (10, 20, 120.0))
    assert times.min() >= 10
    assert times.max() < 20
    assert len(times) == pytest.approx(20, abs=1)


def test_without_tempo_or_sound_there_are_none() -> None:
    silent = Sound(np.zeros(8 * SOUND_RATE_HZ, np.int16), START)
    assert not len(found(silent, (0, 8, 100.0))[0])
    assert not len(found(silent, (0, 8, None))[0])
    assert beats(silent, MUSIC.empty()) == BEATS.empty()
