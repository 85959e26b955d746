"""One voice made into others: pitch, throat and pace go where they are sent, and nothing else."""

import numpy as np
import pytest
from scipy import signal
from scipy.linalg import solve_toeplitz

from kinoeye.errors import SettingError
from kinoeye.treatments.sound.characters import changed, stretched

RATE_HZ = 22_050


def vowel(hz: float = 120.0, seconds: float = 1.2) -> np.ndarray:
    """Pulses through three resonances at 600, 1500 and 2600 Hz: float32 [n]."""
    count = round(seconds * RATE_HZ)
    pulses = np.zeros(count)
    pulses[np.round(np.arange(0, count - 1, RATE_HZ / hz)).astype(int)] = 1
    for centre in (600, 1500, 2600):
        radius, turn = np.exp(-np.pi * 90 / RATE_HZ), 2 * np.pi * centre / RATE_HZ
        pulses = signal.lfilter([1], [1, -2 * radius * np.cos(turn), radius**2], pulses)
    return (0.5 * pulses / np.abs(pulses).max()).astype(np.float32)


def pitch_of(line: np.ndarray) -> float:
    middle = line[len(line) // 4 : -len(line) // 4].astype(float)
    likeness = signal.correlate(middle, middle, "full", method="fft")[len(middle) - 1 :]
    low, high = RATE_HZ // 350, RATE_HZ // 60
    return RATE_HZ / (low + int(likeness[low:high].argmax()))


def resonance_of(line: np.ndarray) -> float:
    """The strongest resonance below 1100 Hz, by linear prediction."""
    middle = line[len(line) // 4 : -len(line) // 4].astype(float)
    likeness = signal.correlate(middle, middle, "full", method="fft")[len(middle) - 1 :][:25]
    taps = solve_toeplitz(likeness[:-1] + np.eye(1, 24)[0] * likeness[0] * 1e-6, likeness[1:])
    hz, height = signal.freqz([1], [1, *-taps], 4096, fs=RATE_HZ)
    inside = (hz > 350) & (hz < 1100)
    return float(hz[inside][np.abs(height[inside]).argmax()])


@pytest.mark.parametrize("pitch", [0.8, 1.25, 1.5])
def test_pitch_moves_and_the_throat_stays(pitch: float) -> None:
    line = vowel()
    made = changed(line, RATE_HZ, pitch=pitch)
    assert len(made) == len(line)
    assert pitch_of(made) / pitch_of(line) == pytest.approx(pitch, rel=0.03)
    assert resonance_of(made) == pytest.approx(resonance_of(line), rel=0.12)


@pytest.mark.parametrize("throat", [0.82, 1.2])
def test_the_throat_moves_and_pitch_stays(throat: float) -> None:
    line = vowel()
    made = changed(line, RATE_HZ, throat=throat)
    assert len(made) == len(line)
    assert pitch_of(made) == pytest.approx(pitch_of(line), rel=0.03)
    assert resonance_of(made) / resonance_of(line) == pytest.approx(throat, rel=0.1)
    assert (made**2).mean() == pytest.approx((line**2).mean(), rel=0.02)


@pytest.mark.parametrize("pace", [0.7, 1.25, 1.8])
def test_pace_changes_the_length_alone(pace: float) -> None:
    line = vowel()
    made = changed(line, RATE_HZ, pace=pace)
    assert len(made) == round(len(line) / pace)
    assert pitch_of(made) == pytest.approx(pitch_of(line), rel=0.03)
    assert resonance_of(made) == pytest.approx(resonance_of(line), rel=0.06)


def test_nothing_asked_is_nothing_done() -> None:
    line = vowel()
    assert np.array_equal(changed(line, RATE_HZ), line)
    assert len(changed(np.zeros(0, np.float32), RATE_HZ, pitch=1.2)) == 0
    assert len(stretched(np.ones(5, np.float32), RATE_HZ, 3.0)) == 15


@pytest.mark.parametrize(("settings", "match"), [
    ({"pitch": 3.0}, r"pitch must lie in 0\.5\.\.2\.0, got 3"),
    ({"throat": 0.1}, r"throat must lie in 0\.6\.\.1\.6, got 0\.1"),
    ({"pace": 0.0}, r"pace must lie in 0\.5\.\.2\.0, got 0"),
])  # fmt: skip
def test_settings_out_of_range_are_refused(settings: dict[str, float], match: str) -> None:
    with pytest.raises(SettingError, match=match):
        changed(vowel(), RATE_HZ, **settings)
