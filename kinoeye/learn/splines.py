"""Splines: smooth curves over a line of numbers, as columns that a fit can weigh.

Source: Hastie, Tibshirani & Friedman, "The Elements of Statistical Learning", 2nd ed. 2009, 5.2.1 (natural cubic).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


def natural(at: Floats, knots: Sequence[float]) -> Floats:
    """Return the columns of a natural cubic spline: float64 [n, len(knots)], a constant and a straight line first.

    Parameters
    ----------
    at : float64 [n]
    knots : sequence of float, rising, two or more
        Outside of the first and the last the curve is straight.
    """
    places = np.asarray(knots, np.float64)
    span = places[-1] - places[0]
    scaled, places = (at - places[0]) / span, (places - places[0]) / span

    def bent(number: int) -> Floats:
        cubes = np.maximum(0, scaled - places[number]) ** 3 - np.maximum(0, scaled - places[-1]) ** 3
        return np.asarray(cubes / (places[-1] - places[number]), np.float64)

    last = bent(len(places) - 2)
    columns = [np.ones(len(at)), scaled, *(bent(number) - last for number in range(len(places) - 2))]
    return np.stack(columns, axis=1)


def knots_of(seconds: int, apart_s: float = 600.0, early_s: Sequence[float] = (30.0, 90.0, 240.0)) -> list[float]:
    """Return where a curve over a film may bend: often in its first minutes, then every ten.

    Parameters
    ----------
    seconds : int
    apart_s : seconds
    early_s : sequence of seconds

    Examples
    --------
    >>> knots_of(70), knots_of(1500)
    ([0.0, 35.0, 70.0], [0.0, 30.0, 90.0, 240.0, 660.0, 1080.0, 1500.0])
    """
    early = [0.0, *(each for each in early_s if each < seconds / 4)]
    left = seconds - early[-1]
    parts = max(2, round(left / apart_s))
    return [*early, *(early[-1] + left * (number + 1) / parts for number in range(parts))]
