"""Made sounds are told as what they are, silence as silence, and what nobody taught as unknown."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.sound.sounds import LIMITS, SOUNDS, sounds
from kinoeye.analyses.sound.speech import SPEECH
from kinoeye.errors import SettingError
from kinoeye.models.sounds import BLOCK, FRAME, GROUPS, KINDS, odds
from kinoeye.signals.spans import smoothed
from kinoeye.streams import SOUND_RATE_HZ, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds
from kinoeye.treatments.sound.music import music as composed
from kinoeye.treatments.sound.playing import RATE_HZ, play
from kinoeye.treatments.sound.sections import Section

START = from_seconds(30)
NOBODY = SPEECH.empty()


def heard(wave, speech=NOBODY, **settings):
    samples = np.int16(np.clip(wave, -1, 1) * 32767)
    return sounds(Sound(samples, START), speech, **settings)


def kinds(table):
    """Seconds of each kind."""
    seconds: dict[str, float] = {}
    for row in table.to_pylist():
        seconds[row["kind"]] = seconds.get(row["kind"], 0.0) + (row["end"] - row["start"]) / FLICKS_PER_SECOND
    return seconds


def tune(seconds=12):
    piece = composed([Section(0, seconds * FLICKS_PER_SECOND, 0.6, 0.6)], seed=4)
    sound = np.concatenate(list(play(piece, seed=4))).mean(axis=1)[: seconds * RATE_HZ]
    step = RATE_HZ // SOUND_RATE_HZ
    return 0.5 * sound[::step] / np.abs(sound).max()


def crickets(seconds=8.0):
    t = np.arange(round(seconds * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    return 0.1 * np.sin(2 * np.pi * 4300 * t) * np.maximum(0, np.sin(2 * np.pi * 35 * t)) * ((t * 2) % 1 < 0.4)


def beeps(seconds=8.0):
    t = np.arange(round(seconds * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    return 0.2 * np.sin(2 * np.pi * 1000 * t) * ((t * 2) % 1 < 0.4)


def crackling(seconds=8.0):
    random = np.random.default_rng(5)
    wave = np.zeros(round(seconds * SOUND_RATE_HZ))
    for at in random.integers(0, len(wave) - 400, int(20 * seconds)):
        wave[at : at + 300] += random.normal(0, 0.3, 300) * np.exp(-np.arange(300) / 60) * random.uniform(0.1, 1)
    return wave


def test_music_and_silence_are_told_where_they_are() -> None:
    quiet = np.zeros(4 * SOUND_RATE_HZ)
    table = heard(np.concatenate([quiet, tune(), quiet]))
    music = [row for row in table.to_pylist() if row["kind"] == "music"]
    assert len(music) == 1
    assert abs(music[0]["start"] - START - from_seconds(4)) < from_seconds(1)
    assert abs(music[0]["end"] - START - from_seconds(16)) < from_seconds(2.5)
    assert 0.5 <= music[0]["score"] <= 1
    silent = [row for row in table.to_pylist() if row["kind"] == "silence"]
    assert silent[0]["start"] == START
    assert silent[0]["score"] is None
    assert kinds(table)["silence"] > 6


@pytest.mark.parametrize(("make", "kind"), [(crickets, "insects"), (beeps, "alarm"), (crackling, "fire")])
def test_made_sounds_are_told(make, kind) -> None:
    seconds = kinds(heard(make()))
    assert seconds[kind] > 4
    assert not set(seconds) & ({"insects", "alarm", "fire", "music"} - {kind})


def test_a_shot_in_silence_is_no_music() -> None:
    random = np.random.default_rng(1)
    shot = np.zeros(4 * SOUND_RATE_HZ)
    t = np.arange(8000) / SOUND_RATE_HZ
    shot[SOUND_RATE_HZ : SOUND_RATE_HZ + 8000] = 0.8 * random.normal(0, 0.3, 8000) * np.exp(-t * 30)
    assert "music" not in kinds(heard(shot))


def test_where_people_speak_nothing_is_unknown() -> None:
    wave = np.random.default_rng(2).normal(0, 0.003, 10 * SOUND_RATE_HZ)
    strict = {"strictness": 5.0}
    unknown = kinds(heard(wave, **strict)).get("unknown", 0.0)
    assert unknown > 8
    speech = SPEECH.from_rows([{"start": START, "end": START + from_seconds(10), "score": 0.9}])
    assert "unknown" not in kinds(heard(wave, speech, **strict))


def test_the_same_is_heard_however_it_is_cut() -> None:
    wave = np.int16(np.concatenate([tune(20), crickets(30.0), tune(20)]) * 32767)
    assert len(wave) > BLOCK + 160 * FRAME
    whole = odds([wave])
    parts = odds(np.array_split(wave, 13))
    assert whole.shape == (-(-len(wave) // FRAME), len(KINDS))
    np.testing.assert_allclose(parts, whole, atol=1e-4)
    alone = odds([wave[: BLOCK // 2]])
    edge = 80  # frames: what comes after is not known there
    np.testing.assert_allclose(alone[:-edge], whole[: len(alone) - edge], atol=1e-2)


def test_nothing_gives_nothing() -> None:
    assert heard(np.zeros(0)).equals(SOUNDS.empty())
    one = heard(np.zeros(SOUND_RATE_HZ))
    assert [row["kind"] for row in one.to_pylist()] == ["silence"]
    assert one["end"][0].as_py() == START + FLICKS_PER_SECOND


def test_every_limit_is_of_a_kind_that_the_net_knows() -> None:
    assert set(LIMITS) <= set(KINDS) - {"speech"}
    assert isinstance(heard(tune(3)), pa.Table)


def test_a_group_is_of_kinds_that_the_net_knows() -> None:
    for name, members in GROUPS.items():
        assert name in KINDS
        assert len(members) > 1
        assert set(members) <= set(KINDS) - set(GROUPS)


def test_the_mean_around() -> None:
    assert smoothed(np.arange(5, dtype=np.float32), 3).tolist() == [0.5, 1.0, 2.0, 3.0, 3.5]
    assert len(smoothed(np.zeros(0, np.float32), 3)) == 0


@pytest.mark.parametrize("settings", [{"silence_dbfs": -10.0}, {"strictness": 9.0}])
def test_settings_outside_their_range(settings) -> None:
    with pytest.raises(SettingError, match="must lie in"):
        heard(np.zeros(100), **settings)
