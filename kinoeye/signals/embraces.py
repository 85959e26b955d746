"""Embraces: two bodies that hold each other, from where their hands are against the other's trunk.

The net of points sees one body at a time and often loses the hidden one of two that hold each other closely: what is
found here is there, what is not found may be.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.signals import skeletons

_NEAR = 1.1  # sizes between the shoulders' middles
_HELD = 0.4  # sizes between a hand and the other's trunk
_AWAY = 0.3  # sizes that the hand must be from the own trunk: an arm that hangs between two people holds nobody
_ALIKE = 1.8  # times larger: farther behind, not in each other's arms

Floats = npt.NDArray[np.floating[Any]]


def embrace(first: Floats, second: Floats) -> float:
    """Return how much two bodies of one picture seem to hold each other: 0 or 0.5..1.

    Parameters
    ----------
    first, second : float [33, 4]
        In one unit for x and y.
    """
    sizes = skeletons.size(first), skeletons.size(second)
    size = (sizes[0] + sizes[1]) / 2
    shoulders = [points[list(skeletons.SHOULDERS), :2].mean(axis=0) for points in (first, second)]
    if max(sizes) > _ALIKE * min(sizes) or np.linalg.norm(shoulders[0] - shoulders[1]) > _NEAR * size:
        return 0.0
    holds = [_hands_on(one, other, size) for one, other in ((first, second), (second, first))]
    if min(holds) == 0:
        return 0.0
    return 0.25 * (holds[0] + holds[1])


def _hands_on(points: Floats, other: Floats, size: float) -> int:
    """Count the hands that lie on the other's trunk and away from the own."""
    count = 0
    for wrist in skeletons.WRISTS:
        on = _from_trunk(other, points[wrist, :2]) < _HELD * size
        off = _from_trunk(points, points[wrist, :2]) > _AWAY * size
        count += int(on and off and points[wrist, 3] > skeletons.VISIBLE / 2)
    return count


def _from_trunk(points: Floats, at: Floats) -> float:
    """Return the distance from the line between the middles of shoulders and hips."""
    top, low = (points[list(pair), :2].mean(axis=0) for pair in (skeletons.SHOULDERS, skeletons.HIPS))
    along = low - top
    share = np.clip((at - top) @ along / max(float(along @ along), 1e-9), 0, 1)
    return float(np.linalg.norm(at - top - share * along))
