"""A voice is found where it was put, and nothing else is taken for one."""

import numpy as np
import pytest

from kinoeye.analyses.sound import speech as module
from kinoeye.analyses.sound.speech import SPEECH, speech
from kinoeye.errors import SettingError
from kinoeye.models import rnnoise
from kinoeye.models.voices import FRAME
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

NEAR = 0.15  # seconds: frames are 32 ms and spans are widened by 50


def silence(seconds):
    return np.zeros(round(seconds * SOUND_RATE_HZ), np.int16)


def spans(table):
    return [(row["start"] / FLICKS_PER_SECOND, row["end"] / FLICKS_PER_SECOND) for row in table.to_pylist()]


def covered(table, begin, end):
    return sum(max(0, min(end, last) - max(begin, first)) for first, last in spans(table)) / (end - begin)


def test_a_voice_is_found_where_it_was_put(voice):
    length = len(voice) / SOUND_RATE_HZ
    given = Sound(np.concatenate([silence(2), voice, silence(3), voice, silence(1)]), from_seconds(100))
    table = speech(given)
    places = [(102, 102 + length), (105 + length, 105 + 2 * length)]
    assert all(covered(table, *place) > 0.85 for place in places)
    assert spans(table)[0][0] == pytest.approx(102, abs=NEAR)
    assert spans(table)[-1][1] == pytest.approx(105 + 2 * length, abs=NEAR)
    assert covered(table, 102 + length + 2 * NEAR, 105 + length - 2 * NEAR) == 0
    assert min(table["score"].to_pylist()) > 0.5


def test_noise_and_tones_are_no_voice():
    random = np.random.default_rng(3)
    time = np.arange(5 * SOUND_RATE_HZ) / SOUND_RATE_HZ
    hiss = random.normal(0, 2000, len(time)).astype(np.int16)
    tone = (9000 * np.sin(2 * np.pi * 440 * time)).astype(np.int16)
    for given in (silence(5), hiss, tone):
        assert speech(Sound(given, 0)).equals(SPEECH.empty())


def test_a_voice_far_below_a_low_noise_is_found(voice, monkeypatch):
    if not rnnoise.is_there():
        pytest.skip("rnnoise has not been fetched")
    length = len(voice) / SOUND_RATE_HZ
    clean = np.concatenate([silence(2), voice, silence(2)]).astype(float)
    steps = np.random.default_rng(5).normal(size=len(clean))
    rumble = np.convolve(steps, np.ones(40) / 40, "same")
    level = np.sqrt((voice.astype(float) ** 2).mean() / (rumble**2).mean()) * 10 ** (10 / 20)
    mixed = clean + level * rumble
    given = Sound((mixed * 20_000 / np.abs(mixed).max()).astype(np.int16), 0)
    table = speech(given)
    assert covered(table, 2, 2 + length) > 0.7
    assert covered(table, 0, 2 - NEAR) == 0
    monkeypatch.setattr(rnnoise, "is_there", lambda: False)
    assert covered(speech(given), 2, 2 + length) < covered(table, 2, 2 + length)


def test_without_rnnoise_a_clear_voice_is_found_all_the_same(voice, monkeypatch):
    monkeypatch.setattr(rnnoise, "is_there", lambda: False)
    given = Sound(np.concatenate([silence(1), voice, silence(1)]), 0)
    assert covered(speech(given), 1, 1 + len(voice) / SOUND_RATE_HZ) > 0.85


def test_spans_do_not_overlap_and_lie_within(voice):
    given = Sound(np.concatenate([voice, silence(0.2), voice]), 7)
    table = speech(given, pad=5.0, pause=0.0)
    starts, ends = table["start"].to_numpy(), table["end"].to_numpy()
    assert starts[0] == 7
    assert ends[-1] == 7 + len(given) * (FLICKS_PER_SECOND // SOUND_RATE_HZ)
    assert np.all(starts[1:] >= ends[:-1])


def test_the_answer_does_not_depend_on_the_block(voice, monkeypatch):
    given = Sound(np.concatenate([silence(1), voice, silence(1)]), 0)
    whole = speech(given)
    monkeypatch.setattr(module, "BLOCK", 3 * FRAME)
    parts = speech(given)
    assert parts["start"].equals(whole["start"])
    assert parts["end"].equals(whole["end"])
    np.testing.assert_allclose(parts["score"].to_numpy(), whole["score"].to_numpy(), atol=1e-5)


@pytest.mark.parametrize("samples", [1, 159, 160, 511, 512, 513, 1024, 5 * 512 + 160])
def test_a_sound_may_end_within_a_frame(samples):
    assert speech(Sound(np.zeros(samples, np.int16), 0)).equals(SPEECH.empty())


def test_nothing_in_nothing_out():
    assert speech(Sound(silence(0), 0)).equals(SPEECH.empty())


@pytest.mark.parametrize(
    "setting", [{"threshold": 1.5}, {"doubt": 0.6}, {"shortest": -1}, {"pause": 61}, {"pad": float("nan")}]
)
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(SettingError, match=f"speech: {next(iter(setting))} must lie in"):
        speech(Sound(silence(1), 0), **setting)
