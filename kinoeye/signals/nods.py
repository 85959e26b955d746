"""Nods: heads that nod or are shaken, from the angles of a face over time.

A nod is a head that goes down and up at least twice, quickly and evenly, while it hardly turns to the
sides; shaking is the same from side to side. Speech and looking around move heads too, but less evenly or less often.
Below eight pictures a second such movements cannot be told and nothing is answered.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LEAST_HZ = 8.0
# Degrees from one turning point to the next. From 5 and 8 to these, two of three talking heads are no longer said to
# nod or to shake, and two nods of a hundred are lost (drawn heads).
_SWING = {"nod": 7.0, "shake head": 10.0}
_FULL = {"nod": 14.0, "shake head": 24.0}  # degrees at which the score no longer grows
_QUICKEST, _SLOWEST = 0.08, 0.55  # seconds from one turning point to the next
_MEAN = 0.125  # seconds
_LEAST_SWINGS = 4  # down, up, down and up again
_EVEN = 0.4  # the least swing of a movement, of its greatest
_ASIDE = 0.6  # how much the other angle may move, of this one

Floats = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True)
class Nod:
    """A head nodded or shaken.

    Parameters
    ----------
    action : nod or shake head
    first, last : int
        Numbers of the pictures.
    score : 0..1
    """

    action: str
    first: int
    last: int
    score: float


def nods(times: Floats, yaw: Floats, pitch: Floats) -> list[Nod]:
    """Find nods and shaken heads in one face's track.

    Parameters
    ----------
    times : float [n], seconds
        Rising; a gap of more than an eighth of a second ends what was going on.
    yaw, pitch : float [n], degrees
    """
    found: list[Nod] = []
    breaks = np.flatnonzero(np.diff(times) > 1 / LEAST_HZ + 1e-3) + 1
    for first, end in zip([0, *breaks], [*breaks, len(times)], strict=True):
        if end - first >= 4:
            part = slice(int(first), int(end))
            across, up = (_smooth(times[part], angle[part]) for angle in (yaw, pitch))
            for action, angle, aside in (("nod", up, across), ("shake head", across, up)):
                found += _swings(action, times[part], angle, aside, int(first))
    return sorted(found, key=lambda nod: nod.first)


def _smooth(times: Floats, angle: Floats) -> Floats:
    """Return the mean over an eighth of a second: the more pictures, the less their trembling looks like a beat."""
    half = int(_MEAN / np.median(np.diff(times)) / 2)
    padded = np.pad(angle, half, mode="edge")
    return np.asarray(np.convolve(padded, np.ones(2 * half + 1) / (2 * half + 1), mode="valid"))


def _swings(action: str, times: Floats, angle: Floats, aside: Floats, offset: int) -> list[Nod]:
    turns = _turning_points(angle, _SWING[action])
    found, run = [], [0]
    for number in range(1, len(turns) + 1):
        if number < len(turns) and _goes_on(times, angle, turns, run, number):
            run.append(number)
            continue
        if len(run) > _LEAST_SWINGS:
            first, last = turns[run[0]], turns[run[-1]]
            sizes = np.abs(np.diff(angle[[turns[each] for each in run]]))
            level = aside[first : last + 1]
            if np.ptp(level) < _ASIDE * np.median(sizes) + 2:
                size = min(1.0, float(np.median(sizes)) / _FULL[action])
                found.append(
                    Nod(action, offset + first, offset + last, 0.5 + 0.5 * size * float(sizes.min() / sizes.max()))
                )
        run = [number - 1, number] if number < len(turns) and _is_quick(times, turns, number) else [number]
    return found


def _goes_on(times: Floats, angle: Floats, turns: list[int], run: list[int], number: int) -> bool:
    if not _is_quick(times, turns, number):
        return False
    sizes = [abs(angle[turns[b]] - angle[turns[a]]) for a, b in zip(run, [*run[1:], number], strict=True)]
    return bool(min(sizes) >= _EVEN * max(sizes))


def _is_quick(times: Floats, turns: list[int], number: int) -> bool:
    return _QUICKEST <= float(times[turns[number]] - times[turns[number - 1]]) <= _SLOWEST


def _turning_points(angle: Floats, least: float) -> list[int]:
    """Return where an angle turns back by at least so much: highest and lowest points in turn."""
    turns, low, high, way = [], 0, 0, 0
    for at in range(1, len(angle)):
        low = at if angle[at] < angle[low] else low
        high = at if angle[at] > angle[high] else high
        if way >= 0 and angle[high] - angle[at] >= least:
            turns.append(high)
            low, way = at, -1
            high = at
        elif way <= 0 and angle[at] - angle[low] >= least:
            turns.append(low)
            high, way = at, 1
            low = at
    if way:
        turns.append(low if way < 0 else high)
    return turns
