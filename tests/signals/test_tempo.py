"""Knocks whose tempo is known: how loud they are matters not, and what has no beat is not regular."""

import numpy as np
import pytest

from kinoeye.signals.onsets import onsets, spectra
from kinoeye.signals.tempo import tempo

RATE_HZ = 16_000


def drummed(bpm, seconds=24):
    """Deep knocks on one and three, bright ones on two and four, faint ticks between."""
    wave = np.random.default_rng(2).normal(0, 1e-5, seconds * RATE_HZ)
    t = np.arange(1600) / RATE_HZ
    noise = np.random.default_rng(3).normal(0, 1, len(t))
    deep, bright, tick = np.sin(2 * np.pi * 70 * t) * np.exp(-30 * t), noise * np.exp(-50 * t), noise * np.exp(-200 * t)
    for number in range(int((seconds - 0.2) * bpm / 30)):
        first = round(number * 30 / bpm * RATE_HZ)
        wave[first : first + len(t)] += (0.5 * deep, 0.05 * tick, 0.2 * bright, 0.05 * tick)[number % 4]
    return wave


def told(wave):
    return tempo(onsets(spectra(wave, RATE_HZ), RATE_HZ))


@pytest.mark.parametrize("bpm", [99.0, 112.0, 128.0])
def test_a_drum_beat_has_its_tempo(bpm) -> None:
    said, likely, regular = told(drummed(bpm))
    assert said == pytest.approx(bpm, rel=0.01)
    assert likely > 0.3
    assert regular > 0.5


def test_a_slow_beat_has_its_tempo_or_twice_of_it() -> None:
    said, _, regular = told(drummed(70.0))
    assert min(abs(said / 70.0 - 1), abs(said / 140.0 - 1)) < 0.01
    assert regular > 0.5


def test_how_loud_it_is_matters_not() -> None:
    assert told(0.01 * drummed(99.0)) == pytest.approx(told(drummed(99.0)), rel=1e-3)


def test_noise_is_not_regular_and_silence_and_a_moment_have_no_tempo() -> None:
    assert told(np.random.default_rng(4).normal(0, 0.1, 20 * RATE_HZ))[2] < 0.2
    assert told(np.zeros(8 * RATE_HZ)) == (0.0, 0.0, 0.0)
    assert told(drummed(99.0)[: 3 * RATE_HZ]) == (0.0, 0.0, 0.0)
