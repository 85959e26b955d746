"""Cadences whose key is known: in every key, out of tune, and none where there is none."""

import numpy as np
import pytest

from kinoeye.signals.harmony import NAMES
from kinoeye.signals.keys import key, triads

RATE_HZ = 16_000
CADENCES = {
    "major": ((0, 4, 7), (5, 9, 12), (7, 11, 14), (0, 4, 7)),
    "minor": ((0, 3, 7), (5, 8, 12), (7, 11, 14), (0, 3, 7)),
}


def played(chords, tonic=0, cents=0.0):
    """Each chord for a second and a half, of tones with three overtones."""
    t = np.arange(3 * RATE_HZ // 2) / RATE_HZ
    parts = []
    for chord in chords:
        pitches = [130.81 * 2 ** ((tone + tonic + cents / 100) / 12) for tone in chord]
        parts.append(sum(np.sin(2 * np.pi * hz * n * t) / n**2 for hz in pitches for n in (1, 2, 3, 4)))
    return 0.1 * np.concatenate(parts)


@pytest.mark.parametrize("mode", sorted(CADENCES))
@pytest.mark.parametrize("tonic", range(12))
def test_a_cadence_has_its_key(mode, tonic) -> None:
    said, likely = key(triads(played(CADENCES[mode], tonic), RATE_HZ))
    assert said == f"{NAMES[tonic]} {mode}"
    assert 0.4 < likely <= 1


@pytest.mark.parametrize("cents", [-40.0, 35.0])
def test_out_of_tune_it_is_the_same_key(cents) -> None:
    assert key(triads(played(CADENCES["major"], 2, cents), RATE_HZ))[0] == "D major"


def test_how_loud_it_is_matters_not() -> None:
    wave = played(CADENCES["minor"], 4)
    assert triads(0.01 * wave, RATE_HZ) == pytest.approx(triads(wave, RATE_HZ), abs=1e-6)


def test_neither_silence_nor_all_tones_at_once_have_a_key() -> None:
    assert key(triads(np.zeros(5 * RATE_HZ), RATE_HZ)) == ("", 0.0)
    assert key(triads(played([range(12)] * 4), RATE_HZ)) == ("", 0.0)
    assert key(triads(np.zeros(10), RATE_HZ)) == ("", 0.0)
