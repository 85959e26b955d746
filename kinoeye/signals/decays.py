"""Decays: how fast sound dies away once its source stops, by which a room is told.

Where a voice stops, what follows is the room's alone, and falls by as many decibels in every moment. No fall is faster
than the room lets it be, but many are slower, because voices fade: so the room is told by the fastest falls.

Source: the idea is that of Ratnam et al., "Blind estimation of reverberation time", J. Acoust. Soc. Am. 114(5), 2003.
"""

import numpy as np
import numpy.typing as npt

FRAME_SECONDS = 0.01

_SMOOTH = 3  # frames
_SHORTEST, _LONGEST = 6, 80  # frames of a fall
_LEAST_FALL = 8.0  # dB
_ABOVE_FLOOR = 8.0  # dB; nearer to it the floor bends the fall
_DIRECT = 8.0  # dB by which a voice near the microphone may stand above its room: that part of a fall is not looked at
_FIT = 1.5  # dB that a fall may stray from its line

Values = npt.NDArray[np.float64]


def levels(samples: npt.NDArray[np.int16], rate_hz: int, before: float) -> tuple[Values, Values]:
    """Return the level of each 10 ms, and that of the steps from sample to sample, in which rumble does not count.

    Parameters
    ----------
    samples : int16 [n]
        Whole tens of milliseconds; what is left over is not looked at.
    before : float
        The sample before the first.

    Returns
    -------
    level, step_level : float64 [m], dB; a full-scale sine's level is 0
    """
    size = round(rate_hz * FRAME_SECONDS)
    values = samples[: len(samples) // size * size].astype(np.float64)
    steps = np.diff(values, prepend=before)
    powers = [2 * ((each.reshape(-1, size) / 32768) ** 2).mean(axis=1) for each in (values, steps)]
    level, step_level = (10 * np.log10(power + 1e-12) for power in powers)
    return level, step_level


def falls(level: Values, floor: float) -> Values:
    """Return how fast each clean fall is, as the seconds in which it would lose 60 dB.

    Parameters
    ----------
    level : float64 [n], dB, one a 10 ms
    floor : dB
        Of the noise.
    """
    soft = np.convolve(level, np.ones(_SMOOTH) / _SMOOTH, "valid") if len(level) >= _SMOOTH else level
    is_falling = (np.diff(soft) < 0) & (soft[1:] > floor + _ABOVE_FLOOR)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], is_falling, [False]]).astype(np.int8))).reshape(-1, 2)
    found = []
    for first, end in edges:
        if not _SHORTEST <= end - first <= _LONGEST:
            continue
        part = soft[first : end + 1]
        part = part[part <= part[0] - _DIRECT]
        if len(part) < _SHORTEST:
            continue
        at = np.arange(len(part)) * FRAME_SECONDS
        slope, height = np.polyfit(at, part, 1)
        stray = float(np.sqrt(np.mean((part - slope * at - height) ** 2)))
        if part[0] - part[-1] >= _LEAST_FALL and stray <= _FIT:
            found.append(-60.0 / slope)
    return np.array(found)
