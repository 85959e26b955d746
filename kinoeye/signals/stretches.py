"""Stretches: a long sound in parts short enough to be listened to at once, cut where it is quiet.

Speech that lies near together goes into one part; a part that would be too long is cut at its quietest moment.
"""

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

LONGEST = 15  # seconds; a recogniser's memory grows with it
NEAR = 1.0  # seconds between spans that go into one part
PAD = 0.15  # seconds on both sides, so that soft beginnings are heard
_WINDOW = 0.02  # seconds over which loudness is taken


def stretches(
    spans: Iterable[tuple[int, int]], samples: npt.NDArray[np.int16], rate_hz: int, longest_s: float = LONGEST
) -> list[tuple[int, int]]:
    """Part a sound.

    Parameters
    ----------
    spans : iterable of (first sample, one past the last)
        Where somebody speaks; rise, and do not overlap.
    samples : int16 [n]
    rate_hz : int
    longest_s : seconds

    Returns
    -------
    list of (first sample, one past the last)
        Rise, and do not overlap.
    """
    longest, near, pad = (round(each * rate_hz) for each in (longest_s, NEAR, PAD))
    joined: list[tuple[int, int]] = []
    for begin, end in spans:
        if joined and begin - joined[-1][1] < near and end - joined[-1][0] <= longest:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((begin, end))
    parts: list[tuple[int, int]] = []
    for number, (begin, end) in enumerate(joined):
        before = (joined[number - 1][1] + begin) // 2 if number else 0
        after = (end + joined[number + 1][0]) // 2 if number + 1 < len(joined) else len(samples)
        begin, end = max(begin - pad, before), min(end + pad, after)
        while end - begin > longest:
            cut = _quietest(samples, begin + longest // 2, begin + longest, rate_hz)
            parts.append((begin, cut))
            begin = cut
        parts.append((begin, end))
    return parts


def _quietest(samples: npt.NDArray[np.int16], first: int, end: int, rate_hz: int) -> int:
    window = round(_WINDOW * rate_hz)
    part = np.array(samples[first:end], np.float64)
    count = len(part) // window
    power = (part[: count * window].reshape(count, window) ** 2).sum(axis=1)
    around = np.convolve(power, np.ones(5), "same")  # a pause rather than one quiet moment
    return first + int(around.argmin()) * window + window // 2
