"""Overlaps: two voices at once are found where they were put, one voice alone is none."""

import tracemalloc

import cv2
import numpy as np
import pytest

from kinoeye.analyses.sound import overlaps as module
from kinoeye.analyses.sound.overlaps import OVERLAPS, overlaps
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.errors import SettingError
from kinoeye.models.registry import models
from kinoeye.sample.voice import RATE_HZ, Manner, speak
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

TICK = FLICKS_PER_SECOND // SOUND_RATE_HZ


@pytest.fixture
def wave():
    """Eight seconds of noise: what the net stands in for needs no voice."""
    return np.random.default_rng(1).normal(0, 900, 8 * SOUND_RATE_HZ).astype(np.int16)


@pytest.fixture
def sure(monkeypatch):
    """Stand in for nets and weighing: sureness is one from second 3 to 5, vectors lie between voices 1 and 2."""
    monkeypatch.setattr(module, "narrow_embeddings", lambda _, centres, __: np.tile(np.eye(256)[:1], (len(centres), 1)))

    def signs(alike, heard, frames):
        assert alike.shape == (len(frames), 6) and frames.max() < len(heard)
        return frames[:, None] * module.crosstalk.HOP_S

    monkeypatch.setattr(module.crosstalk, "signs", signs)
    monkeypatch.setattr(module.crosstalk, "sureness", lambda at: ((at[:, 0] >= 3) & (at[:, 0] < 5)).astype(float))


def turns(*given, start=0):
    rows = [{"start": start + int(a * FLICKS_PER_SECOND), "end": start + int(b * FLICKS_PER_SECOND), "speaker": who,
             "score": 1.0} for a, b, who in given]  # fmt: skip
    return SPEAKERS.from_rows(rows)


def seconds(rows, start=0):
    return [((row["start"] - start) / FLICKS_PER_SECOND, (row["end"] - start) / FLICKS_PER_SECOND) for row in rows]


def test_a_sure_stretch_is_one_row_with_both_numbers(sure, wave):
    start = from_seconds(40)
    rows = overlaps(Sound(wave, start), turns((0, 4, 7), (4, 8, 2), start=start)).to_pylist()
    assert seconds(rows, start) == [pytest.approx((3.0, 5.0), abs=0.21)]
    assert {rows[0]["speaker"], rows[0]["other"]} == {7, 2} and rows[0]["score"] > 0.8


def test_a_lone_voice_has_no_other(sure, wave):
    rows = overlaps(Sound(wave, 0), turns((0, 8, 3))).to_pylist()
    assert [(row["speaker"], row["other"]) for row in rows] == [(3, None)]


def test_a_pause_ends_it_and_a_short_one_is_left_out(sure, wave):
    both = turns((0, 3.9, 0), (4.2, 8, 1))
    found = seconds(overlaps(Sound(wave, 0), both).to_pylist())
    assert len(found) == 2 and found[0][1] <= 4.1 and found[1][0] >= 4.1
    assert overlaps(Sound(wave, 0), both, shortest=0.85).num_rows == 1
    assert overlaps(Sound(wave, 0), both, shortest=3).num_rows == 0


def test_long_turns_are_looked_at_in_parts_and_give_the_same(sure, wave, monkeypatch):
    whole = overlaps(Sound(wave, 0), turns((0, 8, 3)))
    monkeypatch.setattr(module, "LONGEST", 4 * SOUND_RATE_HZ)
    seen = []
    monkeypatch.setattr(module.crosstalk, "signs", lambda *given: seen.append(given) or given[2][:, None] * 0.02)
    assert overlaps(Sound(wave, 0), turns((0, 8, 3))).equals(whole)
    assert len(seen) == 1


def test_hours_hold_one_vector_a_look(monkeypatch):
    minutes = 20
    monkeypatch.setattr(module, "narrow_embeddings", lambda _, middles, __: np.ones((len(middles), 256), np.float32))
    monkeypatch.setattr(module.crosstalk, "harmony", lambda samples: np.zeros((len(samples) // 320, 5)))
    sound = Sound(np.zeros(minutes * 60 * SOUND_RATE_HZ, np.int16), 0)
    tracemalloc.start()
    try:
        found = module.looks(sound, turns((0, minutes * 30, 0), (minutes * 30, minutes * 60, 1)))
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert found is not None and len(found[0]) == minutes * 60 * 5
    assert most < 3 * found[1].nbytes


def test_nothing_in_nothing_out_and_settings_are_checked(wave):
    assert overlaps(Sound(wave, 0), SPEAKERS.empty()).equals(OVERLAPS.empty())
    for setting, value in (("threshold", 1.1), ("threshold", -0.1), ("shortest", 61)):
        with pytest.raises(SettingError, match=f"{setting} must lie"):
            overlaps(Sound(wave, 0), SPEAKERS.empty(), **{setting: value})


def test_two_voices_at_once_are_found_and_turns_alone_hardly():
    if next(row["state"] for row in models() if row["name"] == "speaker") != "ready":
        pytest.skip("the speaker net has not been fetched")
    manners = (Manner("en-us", 20, 40, 110.0), Manner("en-us+f3", 75, 60, 230.0))
    lines = ("The rain has been falling on this old window since we came back to the house by the river",
             "Nobody leaves before the morning comes and I have told you what happened on the bridge")  # fmt: skip
    spoken = speak([(line, manner, 10.0) for line in lines for manner in manners])
    if spoken.engine != "espeak-ng":
        pytest.skip("espeak-ng cannot be loaded")
    clips = [
        cv2.resize(each[None], (len(each) * SOUND_RATE_HZ // RATE_HZ, 1), interpolation=cv2.INTER_AREA)[0] * 30000
        for each in spoken.samples
    ]
    length = 4 * SOUND_RATE_HZ
    low, high, low2, high2 = (np.pad(each, (0, length))[:length] for each in clips)
    sound = Sound(np.concatenate([low, high, (low2 + high2) / 2]).astype(np.int16), 0)
    rows = overlaps(sound, turns((0, 4, 0), (4, 8, 1), (8, 12, 0))).to_pylist()
    both = sum(max(0.0, b - max(a, 8)) for a, b in seconds(rows))
    alone = sum(max(0.0, min(b, 8) - a) for a, b in seconds(rows))
    assert both > 1.5 > 2 * alone
