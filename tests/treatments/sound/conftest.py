"""Sounds, made for the tests: what was put in is known."""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
import numpy.typing as npt
import pytest

from kinoeye.models.speech import speak
from kinoeye.models.spoken import Utterance
from kinoeye.signals.blocks import whole
from kinoeye.signals.resampling import resampled

Samples = npt.NDArray[np.float32]
RATE_HZ = 16_000


def voice(seconds: float, rate_hz: int = RATE_HZ, *, seed: int = 1, hz: float = 120.0) -> Samples:
    """Something like a voice: a gliding tone with overtones under three formants, in syllables; float32 [n]."""
    random = np.random.default_rng(seed)
    at = np.arange(round(seconds * rate_hz)) / rate_hz
    pitch = hz * (1 + 0.15 * np.sin(2 * np.pi * 0.7 * at + random.uniform(0, 6)))
    turns = 2 * np.pi * np.cumsum(pitch) / rate_hz
    wave = np.zeros(len(at))
    for number in range(1, int(3500 / hz)):
        height = sum(np.exp(-(((number * hz - centre) / 250) ** 2)) for centre in (500, 1500, 2500)) + 0.05
        wave += height * np.sin(number * turns + random.uniform(0, 6))
    wave *= np.clip(np.sin(2 * np.pi * 2.3 * at + random.uniform(0, 6)) + 0.4, 0, 1)
    return (0.9 * wave / np.abs(wave).max()).astype(np.float32)


def pieces_of(samples: Samples, sizes: Iterable[int]) -> Iterator[Samples]:
    """Sound, cut into pieces of these sizes in turn."""
    sound, at = samples.reshape(len(samples), -1), 0
    sizes = list(sizes)
    number = 0
    while at < len(sound):
        size = sizes[number % len(sizes)]
        yield sound[at : at + size]
        at, number = at + size, number + 1


def gain_of(answer: npt.NDArray[np.floating], truth: npt.NDArray[np.floating]) -> float:
    """Scale-invariant signal-to-distortion ratio in dB (Le Roux et al., "SDR: half-baked or well done?", 2019)."""
    answer, truth = answer.astype(float).ravel(), truth.astype(float).ravel()
    part = (answer @ truth) / (truth @ truth) * truth
    return float(10 * np.log10((part @ part) / ((answer - part) @ (answer - part))))


@pytest.fixture(scope="session", name="voice")
def voice_fixture() -> Callable[..., Samples]:
    """The function `voice`."""
    return voice


@pytest.fixture(scope="session", name="pieces_of")
def pieces_fixture() -> Callable[..., Iterator[Samples]]:
    """The function `pieces_of`."""
    return pieces_of


@pytest.fixture(scope="session", name="gain_of")
def gain_fixture() -> Callable[..., float]:
    """The function `gain_of`."""
    return gain_of


@pytest.fixture(scope="session", name="spoken")
def spoken_fixture() -> Callable[[int], Samples]:
    """Words spoken by espeak-ng at a rate: float32 [n]."""
    (said,) = speak([Utterance("Open the door and step away from the window, please. Nobody leaves.", "espeak:en-us")])

    def at(rate_hz: int) -> Samples:
        return whole(resampled([said.samples[:, None]], said.rate_hz, rate_hz))[:, 0]

    return at
