"""Smooth strengths of expressions over time without losing what is quick: a blink lasts four pictures.

A value is drawn to its neighbours in time only as far as they are alike: trembling goes, edges stay. Values further
apart than the reach are left as they are, so that a few stills a second pass unchanged.

Source: Tomasi & Manduchi, "Bilateral filtering for gray and color images", ICCV 1998, along time.
"""

import numpy as np
import numpy.typing as npt

from kinoeye.timecode import FLICKS_PER_SECOND

Array = npt.NDArray[np.float64]

_REACH = 0.06  # seconds, one standard deviation: shorter than a lid takes to close and open
_ALIKE = 0.1  # of a strength 0..1, one standard deviation: about how far single pictures err


def smoothed(values: Array, times: npt.NDArray[np.int64]) -> Array:
    """Return the values without their trembling.

    Parameters
    ----------
    values : float64 [t, k], 0..1
    times : int64 [t], flicks
        Rising.
    """
    seconds = (times - times[:1]) / FLICKS_PER_SECOND
    total, weights = values.copy(), np.ones_like(values)
    for offset in range(1, len(values)):
        apart = seconds[offset:] - seconds[:-offset]
        if apart.min() > 3 * _REACH:
            break
        difference = values[offset:] - values[:-offset]
        near = np.exp(-0.5 * (apart / _REACH) ** 2)[:, None] * np.exp(-0.5 * (difference / _ALIKE) ** 2)
        total[:-offset] += near * values[offset:]
        total[offset:] += near * values[:-offset]
        weights[:-offset] += near
        weights[offset:] += near
    return np.asarray(total / weights)
