"""Real sound: what is known of it by other means is found."""

from pathlib import Path

import numpy as np
import pytest

from kinoeye.analyses.sound.programmes import programmes
from kinoeye.analyses.sound.sound_faults import sound_faults
from kinoeye.analyses.sound.speech import speech
from kinoeye.media.probe import probe
from kinoeye.media.read import read
from kinoeye.streams import Meters, Sound

pytestmark = pytest.mark.realdata


def heard(path: Path):
    blocks = list(read(path, probe(path), want=["mono_16k", "meters"]))
    samples = np.concatenate([block.samples for block in blocks])
    values = np.concatenate([block.meters for block in blocks if block.meters.size])
    start, sounded = blocks[-1].samples_start, blocks[-1].sounded
    return Sound(samples, start), Meters(values, start, sounded.count, sounded.rate_hz, sounded.layout)


@pytest.mark.parametrize(
    ("name", "integrated", "peak"),  # as FFmpeg's ebur128 measures them
    [("film_clips/tears_of_steel_battle_70s.webm", -8.82, 1.39), ("film_clips/nasa_13013_13s.mp4", -19.15, -5.08),
     ("speech/jfk_inaugural_11s.flac", -12.46, -2.11)],
)  # fmt: skip
def test_loudness_is_that_of_another_meter(name, integrated, peak, shared_data):
    row = programmes(heard(shared_data / name)[1]).to_pylist()[0]
    assert row["integrated_lufs"] == pytest.approx(integrated, abs=0.1)
    assert row["true_peak_dbtp"] == pytest.approx(peak, abs=0.3)


def test_a_speech_with_pauses_is_spans_and_its_hum_is_heard(shared_data):
    sound, meters = heard(shared_data / "speech/jfk_inaugural_11s.flac")
    assert speech(sound).num_rows == 4
    assert sound_faults(meters, sound)["kind"].to_pylist() == ["hum"]


@pytest.mark.parametrize("name", ["noise1.wav", "noise2.wav", "noise4.wav"])
def test_noise_is_no_speech(name, shared_data):
    sound, _ = heard(shared_data / "speech/noise" / name)
    assert speech(sound).num_rows == 0


@pytest.mark.parametrize("name", ["big_buck_bunny_0_30.webm", "sintel_2s.mp4", "timecode_01h_42s.mp4"])
def test_what_is_whole_has_no_fault(name, shared_data):
    sound, meters = heard(shared_data / "film_clips" / name)
    assert sound_faults(meters, sound).num_rows == 0
