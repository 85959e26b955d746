"""Loudness against the standard's own test signals, whose readings it states."""

from collections.abc import Iterator

import numpy as np
import pytest

from kinoeye.signals.blocks import Samples
from kinoeye.signals.metering import SILENCE_LUFS, gated, loudness, weighted_powers


def tone(level_dbfs: float, seconds: float, rate_hz: int = 48_000, hz: float = 1000.0) -> Samples:
    wave = 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)
    return np.repeat(wave[:, None], 2, 1).astype(np.float32)


# EBU Tech 3341, table 1: tones of 1 kHz in both channels, and what a meter must read.
CASES = {
    "1": ([(-23, 20)], -23.0),
    "2": ([(-33, 20)], -33.0),
    "3": ([(-36, 10), (-23, 60), (-36, 10)], -23.0),
    "4": ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23.0),
    "5": ([(-26, 20), (-20, 20.1), (-26, 20)], -23.0),
}


@pytest.mark.parametrize("case", CASES)
def test_the_readings_of_ebu_tech_3341(case: str) -> None:
    parts, expected = CASES[case]
    sound = np.concatenate([tone(level, seconds) for level, seconds in parts])
    assert loudness([sound], 48_000).integrated_lufs == pytest.approx(expected, abs=0.1)


def test_surround_weighs_as_the_standard_says() -> None:
    # Tech 3341, case 6: -28, -24 and -30 dBFS in front, centre and surround channels, none in LFE.
    levels = (-28, -28, -24, -np.inf, -30, -30)
    sound = np.concatenate([tone(level, 20)[:, :1] for level in levels], 1)
    assert loudness([sound], 48_000).integrated_lufs == pytest.approx(-23.0, abs=0.1)


@pytest.mark.parametrize("rate_hz", [8000, 22_050, 44_100, 96_000, 192_000])
def test_the_rate_does_not_matter(rate_hz: int) -> None:
    assert loudness([tone(-20, 5, rate_hz)], rate_hz).integrated_lufs == pytest.approx(-20, abs=0.1)


@pytest.mark.parametrize(("rate_hz", "atol"), [(48_000, 0.1), (44_100, 0.1), (96_000, 0.1)])
def test_true_peak_is_found_between_samples(rate_hz: int, atol: float) -> None:
    # A quarter of the rate, sampled 45 degrees off its crests: the samples stay 3 dB below them.
    wave = 0.5 * np.sin(np.pi / 2 * np.arange(rate_hz) + np.pi / 4)
    wave *= np.clip(np.minimum(np.arange(rate_hz), np.arange(rate_hz)[::-1]) / 2000, 0, 1)
    sound = wave[:, None].astype(np.float32)
    assert 20 * np.log10(np.abs(sound).max()) < -8.9
    assert loudness([sound], rate_hz).true_peak_dbtp == pytest.approx(-6.02, abs=atol)


def test_the_same_however_it_is_cut() -> None:
    sound = np.random.default_rng(1).normal(0, 0.1, (31_000, 2)).astype(np.float32)

    def small() -> Iterator[Samples]:
        for begin in range(0, len(sound), 777):
            yield sound[begin : begin + 777]

    assert loudness(small(), 16_000) == loudness([sound], 16_000)
    powers = weighted_powers([sound], 11_025)
    assert len(powers) == 28
    assert np.array_equal(powers, weighted_powers(small(), 11_025))


def test_silence_and_nothing_read_the_gate() -> None:
    assert loudness([np.zeros((48_000, 1), np.float32)], 48_000).integrated_lufs == SILENCE_LUFS
    assert loudness([], 48_000) == loudness([np.zeros((3, 1), np.float32)], 48_000)


def test_chosen_steps_alone_are_measured() -> None:
    powers = np.array([0.01] * 20 + [0.0001] * 20)
    chosen = np.arange(40) >= 22  # a block counts if half of it is chosen: here the first begins at 20
    assert gated(powers, chosen) == pytest.approx(-0.691 - 40)
    assert gated(powers) > gated(powers, chosen) + 15
