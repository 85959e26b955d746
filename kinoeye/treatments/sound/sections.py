"""Sections: the curve of a film's mood, cut into stretches that one piece of music can keep to.

A section begins where the picture is cut, lasts long enough to be music, and ends where the mood has gone elsewhere.
"""

import itertools
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND

_SHORTEST_S = 6.0  # two bars at a walking pace
_LONGEST_S = 40.0  # one idea does not carry longer
_FAR = 0.22  # in the plane of valence (halved) and arousal: moods nearer than this are one


@dataclass(frozen=True)
class Section:
    """A stretch of one mood.

    Parameters
    ----------
    start, end : flicks
    valence : -1..1, unpleasant to pleasant
    arousal : 0..1, calm to excited
    """

    start: int
    end: int
    valence: float
    arousal: float


def sections(moments: Sequence[Section], *, start: int, end: int, is_said: bool = False) -> list[Section]:
    """Join moments of mood into sections without gap or overlap.

    Parameters
    ----------
    moments : sequence of Section
        In running order, such as one for each shot; where there is none the mood before goes on.
    start, end : flicks
        Of the music.
    is_said : bool
        A person said them: they are kept as they are, however short.

    Raises
    ------
    SettingError
        If a mood lies outside its range or the end is not after the start.
    """
    if end <= start:
        raise SettingError(f"music: the end must lie after the start, got {start} to {end} flicks")
    for each in moments:
        if not (-1 <= each.valence <= 1 and 0 <= each.arousal <= 1):
            raise SettingError(
                f"music: valence must lie in -1..1 and arousal in 0..1, got {each.valence}, {each.arousal}"
            )
    parts = _closed([each for each in moments if each.end > start and each.start < end], start, end)
    while not is_said and (pair := _next_pair(parts)) is not None:
        parts[pair : pair + 2] = [_joined(parts[pair], parts[pair + 1])]
    return [piece for part in parts for piece in _halved(part)]


def _closed(moments: Sequence[Section], start: int, end: int) -> list[Section]:
    """Return the moments, each lasting up to the next."""
    if not moments:
        return [Section(start, end, 0.0, 0.3)]
    ordered = sorted(moments, key=lambda each: each.start)
    edges = [start, *(max(start, each.start) for each in ordered[1:]), end]
    return [
        Section(first, last, each.valence, each.arousal)
        for each, first, last in zip(ordered, edges[:-1], edges[1:], strict=True)
        if last > first
    ]


def _next_pair(parts: Sequence[Section]) -> int | None:
    """Return the first of the two neighbours to be joined next: the shortest one first, then those that are alike."""
    if len(parts) < 2:
        return None
    lengths = [part.end - part.start for part in parts]
    shortest = int(np.argmin(lengths))
    distances = [_apart(*parts[number : number + 2]) for number in range(len(parts) - 1)]
    if lengths[shortest] < _SHORTEST_S * FLICKS_PER_SECOND:
        sides = [side for side in (shortest - 1, shortest) if 0 <= side < len(distances)]
        return min(sides, key=lambda side: (distances[side], side))
    nearest = int(np.argmin(distances))
    return nearest if distances[nearest] < _FAR else None


def _apart(one: Section, other: Section) -> float:
    return float(np.hypot((one.valence - other.valence) / 2, one.arousal - other.arousal))


def _joined(one: Section, other: Section) -> Section:
    weights = np.array([one.end - one.start, other.end - other.start], np.float64)
    means: npt.NDArray[np.float64] = (
        np.array([[one.valence, one.arousal], [other.valence, other.arousal]]).T @ weights / weights.sum()
    )
    return Section(one.start, other.end, float(np.clip(means[0], -1, 1)), float(np.clip(means[1], 0, 1)))


def _halved(part: Section) -> list[Section]:
    """Divide a section that lasts too long into equal parts."""
    count = -(-(part.end - part.start) // int(_LONGEST_S * FLICKS_PER_SECOND))
    edges = [part.start + (part.end - part.start) * number // count for number in range(count + 1)]
    return [Section(a, b, part.valence, part.arousal) for a, b in itertools.pairwise(edges)]
