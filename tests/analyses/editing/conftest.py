"""Sound to bring together: something like speech, and second recorders of it."""

from collections.abc import Callable

import numpy as np
import pytest
from scipy import signal

RATE = 16_000


@pytest.fixture(scope="session")
def talk() -> Callable[[float, int], np.ndarray]:
    """Make so many seconds of syllables, each with resonances of its own, with pauses; float64."""

    def make(seconds: float, seed: int) -> np.ndarray:
        random = np.random.default_rng(seed)
        out = np.zeros(int(seconds * RATE))
        at = int(0.2 * RATE)
        while at < len(out) - RATE:
            length = int(random.uniform(0.08, 0.3) * RATE)
            time = np.arange(length) / RATE
            pitch = random.uniform(90, 220) * (1 + 0.1 * random.normal() * time)
            source = signal.sawtooth(2 * np.pi * np.cumsum(pitch) / RATE) + random.uniform(0, 1.5) * random.normal(
                size=length
            )
            wave = np.zeros(length)
            for low, high in ((250, 900), (900, 2400), (2400, 5500)):
                middle = random.uniform(low, high)
                filtered = signal.butter(1, [middle * 0.85, middle * 1.15], "bandpass", fs=RATE, output="sos")
                wave += random.uniform(0.2, 1) * signal.sosfilt(filtered, source)
            rise = np.minimum(1, np.minimum(time / 0.01, time[::-1] / 0.04))
            out[at : at + length] += 0.3 * random.uniform(0.3, 1) * rise * wave
            at += length + int(random.choice([0.02, 0.05, 0.4, 1.2], p=[0.4, 0.35, 0.2, 0.05]) * RATE)
        return 0.1 * out / out.std() + 1e-4 * random.normal(size=len(out))

    return make


@pytest.fixture(scope="session")
def again() -> Callable[..., np.ndarray]:
    """Record a wave by another clock: sample k is the wave at begin + k (1 + ppm / 1e6)."""

    def make(wave: np.ndarray, begin: float, ppm: float, seconds: float) -> np.ndarray:
        fine = signal.resample_poly(wave, 8, 1)
        at = (begin * RATE + np.arange(int(seconds * RATE)) * (1 + ppm * 1e-6)) * 8
        return np.interp(at, np.arange(len(fine)), fine, left=0, right=0)

    return make


@pytest.fixture(scope="session")
def roomy() -> Callable[..., np.ndarray]:
    """Put a wave into a room that dies away in so many seconds, with noise so many dB below it."""

    def make(wave: np.ndarray, seed: int, *, seconds: float = 0.4, noise_db: float = 30.0) -> np.ndarray:
        random = np.random.default_rng(seed)
        time = np.arange(int(seconds * RATE)) / RATE
        tail = random.normal(size=len(time)) * 10 ** (-3 * time / seconds) * (time > 0.003)
        tail /= np.sqrt((tail**2).sum())
        tail[0] = 1
        wet = signal.oaconvolve(wave, tail)[: len(wave)]
        return wet + random.normal(size=len(wet)) * wet.std() * 10 ** (-noise_db / 20)

    return make
