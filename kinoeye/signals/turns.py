"""Turns: where a story turns, by how it feels, near where stories use to turn.

Five turning points part a story: an opportunity, a change of plans, a point of no return, a major setback and the
climax. Each is looked for around the share of the text at which screenwriting has it, where the feeling before and the
feeling behind lie furthest apart; near the middle of its reach counts more. Feeling is a small sign: without any, the
place alone tells.

Source: Papalampidi, Keller & Lapata, "Movie Plot Analysis via Turning Point Identification", EMNLP 2019 (the five, and
their expected places as the baseline to beat); Hauge, "Storytelling Made Easy", 2017 (10, 25, 50, 75, 90 to 99 %).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

TURNS = (
    ("opportunity", 0.10, 0.07),
    ("change of plans", 0.25, 0.10),
    ("point of no return", 0.50, 0.12),
    ("major setback", 0.75, 0.10),
    ("climax", 0.94, 0.05),
)  # its name, where it is expected, and how far it may lie from there

_REACH = 0.08  # of the text, on each side, over which feelings are compared

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Turn:
    """A turning point.

    Parameters
    ----------
    name : str
        Of `TURNS`.
    number : int
        Which unit of the text it is.
    change : -2..2
        How much more pleasant it is behind than before.
    """

    name: str
    number: int
    change: float


def turns(sizes: Sequence[float], feelings: Sequence[float]) -> list[Turn]:
    """Return the turning points of a text, in order; fewer where it has too few units.

    Parameters
    ----------
    sizes : sequence of float
        How long each unit is: words of a line, or of a scene.
    feelings : sequence of -1..1
        How pleasant each is.

    Examples
    --------
    >>> [turn.number for turn in turns([1] * 20, [0.5] * 9 + [-0.5] * 11)]
    [1, 5, 9, 14, 18]
    """
    if not len(sizes):
        return []
    long = np.maximum(np.asarray(sizes, np.float64), 1e-9)
    ends = np.cumsum(long) / long.sum()
    places = ends - long / long.sum() / 2
    felt = np.asarray(feelings, np.float64)
    change = np.array([_change(places, long, felt, place - size / 2) for place, size in zip(places, long / long.sum(),
                                                                                             strict=True)])  # fmt: skip
    most = max(float(np.abs(change).max()), 1e-9)
    found: list[Turn] = []
    for name, expected, reach in TURNS:
        near = 1 - ((places - expected) / reach) ** 2
        worth = np.where(near > 0, near + np.abs(change) / most, -np.inf)
        if found:
            worth[: found[-1].number + 1] = -np.inf
        number = int(worth.argmax())
        if np.isfinite(worth[number]):
            found.append(Turn(name, number, float(change[number])))
    return found


def _change(places: Floats, sizes: Floats, felt: Floats, at: float) -> float:
    """Return by how much it is more pleasant behind a place than before."""
    before, behind = (places < at) & (places >= at - _REACH), (places >= at) & (places < at + _REACH)
    if not before.any() or not behind.any():
        return 0.0
    return float(np.average(felt[behind], weights=sizes[behind]) - np.average(felt[before], weights=sizes[before]))
