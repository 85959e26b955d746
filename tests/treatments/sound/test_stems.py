"""Stems add up to the sound, and each holds what is its own."""

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.models.registry import models
from kinoeye.signals.blocks import whole
from kinoeye.timecode import FLICKS_PER_SECOND
from kinoeye.treatments.sound.music import music
from kinoeye.treatments.sound.playing import RATE_HZ, play
from kinoeye.treatments.sound.sections import Section
from kinoeye.treatments.sound.stems import STEMS, Heard, find, stem

pytestmark = pytest.mark.skipif(
    next(row for row in models() if row["name"] == "rnnoise")["state"] != "ready", reason="rnnoise has not been fetched"
)
SECONDS = 14


@pytest.fixture(scope="module")
def tune():
    piece = music([Section(0, SECONDS * FLICKS_PER_SECOND, 0.6, 0.6)], seed=4)
    sound = np.concatenate(list(play(piece, seed=4)))[: SECONDS * RATE_HZ]
    return (0.3 * sound / np.abs(sound).max()).astype(np.float32)


@pytest.fixture(scope="module")
def scene(tune):
    """Four seconds of faint noise, the tune, and noise again."""
    hiss = np.random.default_rng(1).normal(0, 0.004, (4 * RATE_HZ, tune.shape[1])).astype(np.float32)
    return np.concatenate([hiss, tune, hiss])


def parted(sound, heard):
    return {name: whole(stem(iter([sound]), RATE_HZ, heard, name)) for name in STEMS}


def test_the_stems_add_up_to_the_sound(scene) -> None:
    heard = Heard(np.array([[1.0, 3.0], [6.0, 12.0]]), np.array([[4.0, 17.0]]))
    parts = parted(scene, heard)
    assert all(part.shape == scene.shape for part in parts.values())
    assert np.abs(sum(parts.values()) - scene).max() < 1e-6
    assert not parts["dialogue"][13 * RATE_HZ :].any()
    assert not parts["music"][: 4 * RATE_HZ].any()
    assert np.array_equal(parts["effects"][: RATE_HZ // 2], scene[: RATE_HZ // 2])


def test_no_stem_of_a_loud_sound_rises_above_full_scale(tune) -> None:
    loud = np.clip(tune * 8, -1, 1)
    parts = parted(loud, Heard(np.array([[0.0, 14.0]]), np.array([[3.0, 9.0]])))
    assert all(np.abs(part).max() <= 1 for part in parts.values())
    assert np.abs(sum(parts.values()) - loud).max() < 1e-6


def test_music_goes_with_the_music(scene) -> None:
    heard = find(lambda: iter([scene]), RATE_HZ)
    parts = parted(scene, heard)
    inside = slice(6 * RATE_HZ, 16 * RATE_HZ)
    share = (parts["music"][inside] ** 2).sum() / (scene[inside] ** 2).sum()
    assert share > 0.8
    assert (parts["effects"][: 2 * RATE_HZ] ** 2).sum() > 0.9 * (scene[: 2 * RATE_HZ] ** 2).sum()


def test_no_more_is_taken_from_a_voice_than_the_background_allows(tune) -> None:
    spoken, nowhere = np.array([[0.0, 14.0]]), np.zeros((0, 2))
    inside = slice(RATE_HZ, 12 * RATE_HZ)
    shares = [
        float(((parted(tune, heard)["dialogue"] - tune)[inside] ** 2).sum() / (tune[inside] ** 2).sum())
        for heard in (
            Heard(spoken, nowhere),
            Heard(spoken, nowhere, np.full((769, 2), 1e-3)),
            Heard(spoken, np.array([[0.0, 14.0]]), np.full((769, 2), 1e-3)),
        )
    ]
    assert shares[1] < 0.01 < shares[0]  # RNNoise takes much of a tune away
    assert shares[2] > 0.9 * shares[0]  # and may, where music is heard


def test_the_background_is_that_of_pauses(scene) -> None:
    found = find(lambda: iter([scene]), RATE_HZ).background
    assert found is not None and found.shape == (769, scene.shape[1])
    hiss = 0.004 * np.sqrt(1536 / 2)  # of a sine window over white noise
    assert np.median(found) == pytest.approx(hiss, rel=0.2)
    assert find(lambda: iter([scene[4 * RATE_HZ : 4 * RATE_HZ + 4000]]), RATE_HZ).background is None


def test_nothing_gives_nothing() -> None:
    nothing = np.zeros((0, 1), np.float32)
    heard = find(lambda: iter([nothing]), RATE_HZ)
    assert whole(stem(iter([nothing]), RATE_HZ, heard, "music")).size == 0


def test_another_name_is_refused() -> None:
    with pytest.raises(SettingError, match="dialogue, music, effects"):
        list(stem(iter([]), RATE_HZ, Heard(np.zeros((0, 2)), np.zeros((0, 2))), "vocals"))
