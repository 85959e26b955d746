"""Harmony: scales, chords and the nearest way from one chord to the next.

Pitches are MIDI numbers (60 is middle C), pitch classes 0..11 from C.

Source: MIDI 1.0 Detailed Specification, table of note numbers; voice leading after Tymoczko, "The geometry of musical
chords", Science 313, 2006: of all placements the one with the least movement.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, product

from kinoeye.errors import SettingError

# From bright to dark: each differs from the one before by one note a half-tone lower.
MODES: dict[str, tuple[int, ...]] = {
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "ionian": (0, 2, 4, 5, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "aeolian": (0, 2, 3, 5, 7, 8, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
}
NAMES = ("C", "C#", "D", "Eb", "E", "F", "F#", "G", "Ab", "A", "Bb", "B")

_LETTERS = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
_SIGNS = {"": 0, "#": 1, "♯": 1, "b": -1, "♭": -1}
_FIFTHS = (0, 7)  # half-tones apart, octaves left out: unisons, octaves and fifths must not move in parallel


def tonic_of(key: str) -> int:
    """Return the pitch class of a tonic by its name.

    Raises
    ------
    SettingError
        If it is no name of a note.

    Examples
    --------
    >>> tonic_of("Bb")
    10
    """
    found = re.fullmatch(r"([A-Ga-g])([#♯b♭]?)", key.strip())
    if not found:
        raise SettingError(f"harmony: a key must be a note such as C, F# or Bb, got {key!r}")
    return (_LETTERS[found[1].upper()] + _SIGNS[found[2]]) % 12


def pitch_of(mode: str, tonic: int, step: int) -> int:
    """Return the pitch of a step of a scale; step 0 is the tonic above middle C, 7 the one an octave higher.

    Examples
    --------
    >>> pitch_of("aeolian", 9, 2), pitch_of("aeolian", 9, -1)
    (72, 67)
    """
    octave, degree = divmod(step, 7)
    return 60 + tonic + 12 * octave + MODES[mode][degree]


def triad(mode: str, degree: int) -> tuple[int, int, int]:
    """Return the half-tones above the tonic of a triad on a degree, 0..6 from the tonic's."""
    steps = (degree, degree + 2, degree + 4)
    root, third, fifth = (12 * (step // 7) + MODES[mode][step % 7] for step in steps)
    return root, third, fifth


def is_diminished(mode: str, degree: int) -> bool:
    """Say whether the triad on a degree has a diminished fifth, which wants to go on at once."""
    root, _, fifth = triad(mode, degree)
    return fifth - root == 6


def placed(
    classes: Sequence[int], before: Sequence[int] | None, *, bass: tuple[int | None, int], lowest: int, highest: int
) -> tuple[int, ...]:
    """Place the notes of a chord so that its voices move as little as can be.

    Parameters
    ----------
    classes : sequence of 0..11
        One for each voice, in any order.
    before : sequence of pitches or None
        The voices of the chord before, from the lowest; None at the beginning.
    bass : pitch before (None at the beginning), pitch now
        With which the voices must not move in parallel fifths or octaves, nor with one another.
    lowest, highest : pitches
        The range, at least two octaves wide.

    Returns
    -------
    tuple of pitches, from the lowest
    """
    middle = (lowest + highest) / 2
    best: tuple[float, tuple[int, ...]] | None = None
    for voices in _placements(classes, lowest, highest):
        wide = voices[-1] - voices[0]
        cost = 0.3 * max(0, wide - 14) + 2.0 * sum(high == low for low, high in pairwise(voices))
        if before is None:
            cost += abs(sum(voices) / len(voices) - middle)
        else:
            cost += sum(abs(now - then) for now, then in zip(voices, before, strict=True))
            cost += 0.05 * abs(sum(voices) / len(voices) - middle)
            cost += 6.0 * _parallels((bass[0], *before), (bass[1], *voices))
        if best is None or (cost, voices) < best:
            best = cost, voices
    assert best is not None
    return best[1]


def _placements(classes: Sequence[int], lowest: int, highest: int) -> Iterator[tuple[int, ...]]:
    ranges = [[pitch for pitch in range(lowest, highest + 1) if pitch % 12 == each % 12] for each in classes]
    for pitches in product(*ranges):
        yield tuple(sorted(pitches))


def _parallels(before: Sequence[int | None], after: Sequence[int | None]) -> int:
    """Count the pairs of voices that move by fifths or octaves side by side."""
    count = 0
    for low in range(len(before)):
        for high in range(low + 1, len(before)):
            then_low, then_high, now_low, now_high = before[low], before[high], after[low], after[high]
            if then_low is None or then_high is None or now_low is None or now_high is None:
                continue
            apart = (then_high - then_low) % 12
            count += apart in _FIFTHS and (now_high - now_low) % 12 == apart and now_low != then_low
    return count
