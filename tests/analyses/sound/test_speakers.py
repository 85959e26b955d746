"""Two voices are told apart where they take turns, and one voice is one."""

import av
import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.sound import speakers as module
from kinoeye.analyses.sound.speakers import SPEAKERS, speakers
from kinoeye.analyses.sound.speech import SPEECH, speech
from kinoeye.errors import SettingError
from kinoeye.models.registry import models
from kinoeye.sample.voice import RATE_HZ, Manner, speak
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

LINES = (
    "The rain has been falling on this old window since we came back",
    "Nobody leaves the house by the river before the morning comes",
    "I never told you what happened that night on the bridge",
    "There is a letter for you on the table in the other room",
)


@pytest.fixture(scope="module", autouse=True)
def _net():
    if next(row["state"] for row in models() if row["name"] == "speaker") != "ready":
        pytest.skip("the speaker net has not been fetched")


@pytest.fixture(scope="module")
def dialogue():
    """Four lines by a low and a high voice in turn, half a second apart, and where each was put, in samples."""
    manners = (Manner("en-us", 20, 40, 120.0), Manner("en-us+f3", 75, 60, 240.0))
    spoken = speak([(line, manners[number % 2], 10.0) for number, line in enumerate(LINES)])
    if spoken.engine != "espeak-ng":
        pytest.skip("espeak-ng cannot be loaded")
    parts, places, at = [np.zeros(8000, np.int16)], [], 8000
    for samples in spoken.samples:
        length = len(samples) * SOUND_RATE_HZ // RATE_HZ
        small = cv2.resize(samples[None], (length, 1), interpolation=cv2.INTER_AREA)[0]
        parts += [np.clip(small * 65534, -32768, 32767).astype(np.int16), np.zeros(8000, np.int16)]
        places.append((at, at + length))
        at += length + 8000
    return np.concatenate(parts), places


def told(rows, place, start=0):
    """Seconds of a place that each number has."""
    first, end = (start + each * FLICKS_PER_SECOND // SOUND_RATE_HZ for each in place)
    found = {}
    for row in rows:
        shared = max(0, min(end, row["end"]) - max(first, row["start"])) / FLICKS_PER_SECOND
        found[row["speaker"]] = found.get(row["speaker"], 0) + shared
    return found


def test_two_voices_that_take_turns_are_told_apart(dialogue):
    samples, places = dialogue
    sound = Sound(samples, from_seconds(50))
    rows = speakers(sound, speech(sound)).to_pylist()
    assert {row["speaker"] for row in rows} == {0, 1}
    for number, place in enumerate(places):
        found = told(rows, place, sound.start)
        assert found[number % 2] > 0.8 * sum(found.values())
    assert all(0.5 < row["score"] <= 1 for row in rows)


def test_one_voice_is_one(dialogue):
    samples, places = dialogue
    sound = Sound(np.concatenate([samples[first:end] for first, end in places[::2] * 2]), 0)
    assert set(speakers(sound, speech(sound))["speaker"].to_pylist()) == {0}


def test_turns_lie_within_speech_and_leave_none_of_it_out(dialogue, monkeypatch):
    monkeypatch.setattr(module, "LONGEST", 30_000)
    sound = Sound(dialogue[0], 7)
    spans = speech(sound)
    table = speakers(sound, spans)
    starts, ends = table["start"].to_numpy(), table["end"].to_numpy()
    assert np.all(starts[1:] >= ends[:-1])
    assert set(spans["start"].to_pylist()) <= set(starts.tolist())
    assert (ends - starts).sum() == (spans["end"].to_numpy() - spans["start"].to_numpy()).sum()


def test_a_longer_shortest_never_tells_more_turns(dialogue):
    sound = Sound(dialogue[0], 0)
    spans = speech(sound)
    counts = [len(speakers(sound, spans, shortest=each)) for each in (0, 1, 3, 60)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] >= 4
    assert counts[-1] == 0


def test_nothing_in_nothing_out():
    assert speakers(Sound(np.zeros(0, np.int16), 0), SPEECH.empty()).equals(SPEAKERS.empty())


@pytest.mark.parametrize("samples", [1, 100, 3000])
def test_a_span_shorter_than_a_window_is_a_turn(samples):
    hiss = np.random.default_rng(1).normal(0, 900, SOUND_RATE_HZ).astype(np.int16)
    tick = FLICKS_PER_SECOND // SOUND_RATE_HZ
    spans = pa.table({"start": [200 * tick], "end": [(200 + samples) * tick], "score": [0.5]})
    rows = speakers(Sound(hiss, 0), spans).to_pylist()
    assert [(row["start"], row["end"], row["speaker"]) for row in rows] == [(200 * tick, (200 + samples) * tick, 0)]


@pytest.mark.parametrize("shortest", [-1, 61, float("nan")])
def test_settings_out_of_range_are_refused(shortest):
    with pytest.raises(SettingError, match="speakers: shortest must lie in"):
        speakers(Sound(np.zeros(0, np.int16), 0), SPEECH.empty(), shortest=shortest)


@pytest.mark.realdata
def test_three_readers_that_take_turns_are_told_apart(shared_data):
    names = ("1688-142285", "2033-164914", "2609-156975")
    parts, places, at = [], [], 0
    for number in range(9):
        path = shared_data / "speech" / "librispeech_10spk" / f"{names[number % 3]}-{number // 3:04d}.flac"
        with av.open(str(path)) as opened:
            whole = np.concatenate([frame.to_ndarray()[0] for frame in opened.decode(audio=0)])
        clip = whole[: 4 * SOUND_RATE_HZ]
        parts += [clip, np.zeros(4000, np.int16)]
        places.append((at, at + len(clip)))
        at += len(clip) + 4000
    sound = Sound(np.concatenate(parts), 0)
    rows = speakers(sound, speech(sound)).to_pylist()
    assert {row["speaker"] for row in rows} == {0, 1, 2}
    shares = [told(rows, place) for place in places]
    right = sum(each.get(number % 3, 0) for number, each in enumerate(shares))
    assert right > 0.9 * sum(sum(each.values()) for each in shares)
