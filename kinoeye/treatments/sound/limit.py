"""Limit: sound at another level, whose true peak stays under a ceiling.

Where a peak would rise too high, all channels are turned down together: a few milliseconds before it, in time, and up
again slowly, or faster where more loudness must fit under the ceiling.

Source: ITU-R BS.1770-5, annex 2 (true peak).
"""

from collections.abc import Iterable, Iterator

import numpy as np
from scipy import ndimage, signal

from kinoeye.signals.blocks import Samples, overlapped
from kinoeye.signals.metering import REACH
from kinoeye.signals.resampling import peaks_between

_AHEAD_S = 0.005  # the turn down begins so early; shorter is heard as a click
RELEASE_DB_PER_S = 40.0  # up again: slower pumps, faster distorts
_MARGIN_DB = 0.05  # a changing gain can lift a peak between samples a little; measured 0.02 dB at most


def limit(
    pieces: Iterable[Samples],
    rate_hz: int,
    *,
    gain_db: float,
    ceiling_dbtp: float,
    release_db_per_s: float = RELEASE_DB_PER_S,
) -> Iterator[Samples]:
    """Turn sound up or down, and keep its true peak under a ceiling; as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    gain_db : float
    ceiling_dbtp : dB
        Of full scale.
    release_db_per_s : float
        How fast it is turned up again after a peak.
    """
    ahead = max(1, round(_AHEAD_S * rate_hz))
    shape = signal.windows.hann(2 * ahead + 3)[1:-1]
    shape /= shape.sum()
    turned = _turned(pieces, rate_hz, gain_db, ceiling_dbtp, release_db_per_s)
    for window in overlapped(turned, rate_hz, 2 * ahead, 2 * ahead):
        least = ndimage.minimum_filter1d(window[:, -1].astype(float), 2 * ahead + 1, mode="nearest")
        smooth = signal.oaconvolve(least, shape, "same")[2 * ahead : len(window) - 2 * ahead]
        yield (window[2 * ahead : len(window) - 2 * ahead, :-1] * 10 ** (smooth[:, None] / 20)).astype(np.float32)


def _turned(
    pieces: Iterable[Samples], rate_hz: int, gain_db: float, ceiling_dbtp: float, release_db_per_s: float
) -> Iterator[Samples]:
    """Give sound at its new level, and in a last channel how far it must be turned down, in dB, 0 or less."""
    gain, top = np.float32(10 ** (gain_db / 20)), ceiling_dbtp - _MARGIN_DB
    slope, carried = release_db_per_s / rate_hz, 0.0
    for window in overlapped(pieces, rate_hz, REACH + 1, REACH + 1):
        peaks = peaks_between(window, REACH, rate_hz) * gain
        # A peak between two samples is both samples' matter.
        both = np.maximum(peaks[1:-1], peaks[:-2])
        count = len(both)
        over = np.minimum(0.0, top - 20 * np.log10(np.maximum(both, 1e-9)))
        rising = slope * np.arange(1, count + 1)
        needed = np.minimum(0.0, rising + np.minimum(np.minimum.accumulate(over - rising), carried))
        carried = float(needed[-1])
        sound = window[REACH + 1 : REACH + 1 + count] * gain
        yield np.column_stack([sound, needed.astype(np.float32)])
