"""Speaker vectors: of each speaker the turns that are theirs, only with a purpose."""

import numpy as np
import pytest

from kinoeye.analyses.sound import speaker_vectors as module
from kinoeye.analyses.sound.speaker_vectors import SPEAKER_VECTORS, speaker_vectors
from kinoeye.analyses.sound.speakers import SPEAKERS
from kinoeye.errors import SettingError
from kinoeye.streams import Sound
from kinoeye.timecode import FLICKS_PER_SECOND as SECOND


@pytest.fixture
def heard(monkeypatch):
    """Stand in for the net: a vector says how loud its samples are; what it was given is kept."""
    given = []

    def embedding(samples):
        given.append(samples)
        return np.pad(np.array([np.abs(samples).mean()], np.float32), (0, 255))

    monkeypatch.setattr(module, "embedding", embedding)
    return given


def turns(*given):
    return SPEAKERS.from_rows([
        {"start": int(a * SECOND), "end": int(b * SECOND), "speaker": who, "score": 1.0} for a, b, who in given
    ])  # fmt: skip


def steps(*levels):
    """A sound of so many stretches of five seconds."""
    return Sound(np.repeat(np.array(levels, np.int16), 5 * 16_000), 0)


def test_each_speakers_own_turns_are_heard_without_their_edges(heard):
    rows = speaker_vectors(steps(1000, 2000, 1000), turns((0, 5, 0), (5, 10, 1), (10, 15, 0)), purpose="x").to_pylist()
    assert [row["speaker"] for row in rows] == [0, 1]
    assert [row["vector"][0] for row in rows] == pytest.approx([1000 / 32768, 2000 / 32768])
    assert [row["seconds"] for row in rows] == pytest.approx([9.6, 4.8])


def test_the_longest_turns_are_taken_up_to_most(heard):
    rows = speaker_vectors(steps(1000, 2000), turns((0, 2, 0), (5, 10, 0)), purpose="x", most=4.0).to_pylist()
    assert len(heard[0]) == 4 * 16_000
    assert rows[0]["vector"][0] == pytest.approx(2000 / 32768)


def test_whoever_says_little_or_nothing_has_no_vector(heard):
    assert speaker_vectors(steps(1000), turns((0, 2, 0)), purpose="x").num_rows == 0
    assert speaker_vectors(steps(0), turns((0, 5, 0)), purpose="x").num_rows == 0
    assert speaker_vectors(steps(1000), turns((0, 0.2, 0)), purpose="x", least=1).num_rows == 0


def test_without_a_purpose_nothing_is_computed(heard):
    with pytest.raises(SettingError, match="purpose must say"):
        speaker_vectors(steps(1000), turns((0, 5, 0)))
    assert not heard
    assert speaker_vectors(steps(1000), SPEAKERS.empty()).equals(SPEAKER_VECTORS.empty())


@pytest.mark.parametrize(("setting", "value"), [("least", 0.5), ("least", 61), ("most", 0), ("most", 601)])
def test_settings_are_checked(setting, value):
    with pytest.raises(SettingError, match=f"{setting} must lie"):
        speaker_vectors(steps(1), SPEAKERS.empty(), purpose="x", **{setting: value})
