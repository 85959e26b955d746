"""Uncovered: where somebody speaks and no word of a text stands."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

Span = tuple[int, int]


class Hole(NamedTuple):
    """A part of a stretch of speech.

    Parameters
    ----------
    stretch : int
        Number of the stretch.
    first, end : int
        First sample, and one past the last.
    """

    stretch: int
    first: int
    end: int


def uncovered(holes: Iterable[Hole], covered: Iterable[Span], spoken: Sequence[Span], least: int) -> list[Hole]:
    """Return what words leave of holes, where at least so much is spoken.

    Parameters
    ----------
    holes : iterable of Hole
        Rise, and do not overlap.
    covered : iterable of (first sample, one past the last)
        Words; rise by their first sample.
    spoken : sequence of (first sample, one past the last)
        Where somebody speaks; rise, and do not overlap.
    least : samples
        Of speech; pauses do not count.

    Examples
    --------
    >>> uncovered([Hole(0, 0, 100)], [(20, 30), (35, 40)], [(5, 90)], 15)
    [Hole(stretch=0, first=0, end=20), Hole(stretch=0, first=40, end=100)]
    """
    words = list(covered)
    left = []
    place = 0
    for hole in holes:
        at = hole.first
        while place < len(words) and words[place][1] <= hole.first:
            place += 1
        inside = place
        while inside < len(words) and words[inside][0] < hole.end:
            left.append(Hole(hole.stretch, at, words[inside][0]))
            at = max(at, words[inside][1])
            inside += 1
        left.append(Hole(hole.stretch, at, hole.end))
    return [hole for hole in left if hole.end - hole.first >= least and _length(hole, spoken) >= least]


def _length(hole: Hole, spoken: Sequence[Span]) -> int:
    return sum(max(0, min(hole.end, end) - max(hole.first, first)) for first, end in spoken)
