"""The mains are told from notes by standing where mains stand."""

import numpy as np
import pytest

from kinoeye.signals.hum import STRETCH, hums
from kinoeye.streams import SOUND_RATE_HZ, Sound


def lines(hertz, seconds=STRETCH, level_dbfs=-40.0):
    at = np.arange(round(seconds * SOUND_RATE_HZ)) / SOUND_RATE_HZ
    hiss = np.random.default_rng(1).normal(0, 10, len(at))
    wave = sum(32768 * 10 ** (level_dbfs / 20) * np.sin(2 * np.pi * each * at) for each in hertz)
    return Sound(np.round(wave + hiss).astype(np.int16), 0)


@pytest.mark.parametrize("mains", [50, 60])
def test_lines_are_counted_and_their_level_is_theirs(mains):
    (found,) = hums(lines([mains, 2 * mains, 3 * mains]), 12.0)
    assert (found.mains_hz, found.lines) == (mains, 3)
    assert found.level_dbfs == pytest.approx(-40 + 10 * np.log10(3), abs=0.5)


def test_notes_elsewhere_and_hiss_are_no_lines():
    assert [each.lines for each in hums(lines([55, 110, 165, 220]), 12.0)] == [0]
    assert [each.lines for each in hums(lines([]), 12.0)] == [0]


def test_a_clearer_line_is_asked_for_never_more_are_found():
    given = lines([50, 100, 150, 200], level_dbfs=-72)
    counts = [hums(given, clear)[0].lines for clear in (3.0, 12.0, 20.0, 40.0)]
    assert counts == sorted(counts, reverse=True)


def test_a_short_rest_belongs_to_the_stretch_before():
    found = hums(lines([50], 2.3 * STRETCH), 12.0)
    assert [(each.first, each.end) for each in found] == [
        (0, STRETCH * SOUND_RATE_HZ),
        (STRETCH * SOUND_RATE_HZ, round(2.3 * STRETCH * SOUND_RATE_HZ)),
    ]
    assert hums(lines([50], 3), 12.0) == []
