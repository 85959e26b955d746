"""What all treatments of sound promise: as many samples, no shift, the same however it is cut, silence from silence."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from kinoeye.models.registry import models
from kinoeye.run.sound_effects import SOUND_EFFECTS, Heard
from kinoeye.signals.blocks import whole

NAMES = sorted(SOUND_EFFECTS)
SIZES = ([1, 700, 33], [100_000])


def treat(name: str, sound: np.ndarray, rate_hz: int, pieces: Any) -> np.ndarray:
    if (name == "denoise" or name.startswith("stem")) and next(row for row in models() if row["name"] == "rnnoise")[
        "state"
    ] != "ready":
        pytest.skip("rnnoise has not been fetched")
    effect = SOUND_EFFECTS[name]
    heard = Heard(lambda: iter([sound]), rate_hz)
    other = Heard(lambda: iter([np.roll(sound, 999, axis=0) * np.float32(0.5)]), rate_hz) if effect.other else None
    plan, _ = effect.plan(heard, other, **effect.settings)
    return whole(plan(pieces))


@pytest.fixture(scope="module")
def mixed(voice: Callable[..., np.ndarray]) -> np.ndarray:
    """Nine seconds of voice and hum in two channels, cut off at its peaks."""
    first = voice(9.03)
    hum = 0.1 * np.sin(2 * np.pi * 50 * np.arange(len(first)) / 16_000)
    return np.clip(np.stack([first + hum, np.roll(first, 40) * 0.8 + hum], 1), -0.6, 0.6).astype(np.float32)


@pytest.mark.parametrize("name", NAMES)
def test_as_many_samples_and_the_same_however_it_is_cut(
    name: str, mixed: np.ndarray, pieces_of: Callable[..., Any]
) -> None:
    small, large = (treat(name, mixed, 16_000, pieces_of(mixed, sizes)) for sizes in SIZES)
    assert small.shape == mixed.shape
    assert small.dtype == np.float32
    assert np.array_equal(small, large)
    if name != "stem-effects":  # in it is all of a sound that is heard neither as speech nor as music
        assert not np.array_equal(small, mixed)  # something was done


@pytest.mark.parametrize("name", [each for each in NAMES if each != "level"])
def test_silence_stays_silence(name: str) -> None:
    silence = np.zeros((20_000, 1), np.float32)
    assert np.abs(treat(name, silence, 16_000, iter([silence]))).max() < 1e-6


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("rate_hz", "channels", "count"), [(8000, 1, 1), (44_100, 6, 9000), (192_000, 2, 50_001)])
def test_any_rate_and_any_number_of_channels(name: str, rate_hz: int, channels: int, count: int) -> None:
    if name == "level" and count == 1:
        pytest.skip("one sample is silence, which has no level")
    sound = np.random.default_rng(3).normal(0, 0.1, (count, channels)).astype(np.float32)
    answer = treat(name, sound, rate_hz, iter([sound]))
    assert answer.shape == sound.shape
    assert np.isfinite(answer).all()


@pytest.mark.parametrize("name", [each for each in NAMES if each not in {"duck", "match"}])
def test_nothing_moves_in_time(name: str, mixed: np.ndarray) -> None:
    answer = treat(name, mixed, 16_000, iter([mixed]))
    spectra = np.fft.rfft(mixed[:, 0], 2 * len(mixed)), np.fft.rfft(answer[:, 0], 2 * len(mixed))
    likeness = np.fft.irfft(spectra[1] * np.conj(spectra[0]))
    assert int(likeness.argmax()) == 0
