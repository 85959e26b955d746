"""Duck: music and effects turned down while someone speaks, and up again after.

Where the voice is heard is read from its own level, every hundredth of a second. The turn begins before the first
word, stays down over pauses between words, and comes up slowly.

Source: common practice of broadcast mixing; EBU Tech 3343, 5.4 (dialogue over background).
"""

from collections.abc import Iterable, Iterator

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from kinoeye.errors import SettingError
from kinoeye.signals.blocks import Samples, overlapped

STEPS_PER_S = 100

_UNDER_LOUD_DB = 30.0  # a voice is what lies less than this under its own loud moments
_LEAST_DBFS = -60.0
_BEFORE_S, _HOLD_S = 0.15, 0.5
_DOWN_DB_PER_S, _UP_DB_PER_S = 80.0, 20.0


def duck(pieces: Iterable[Samples], rate_hz: int, gains_db: npt.NDArray[np.float32]) -> Iterator[Samples]:
    """Turn sound down and up by a curve; as many samples come out as go in.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    gains_db : float32 [steps]
        Every hundredth of a second, as `ducking` makes it; 0 dB beyond its end.
    """
    at = 0
    places = np.arange(len(gains_db)) / STEPS_PER_S
    for piece in pieces:
        if len(gains_db):
            moments = (at + np.arange(len(piece))) / rate_hz
            curve = np.interp(moments, places, gains_db, right=0.0)
            piece = piece * (10 ** (curve[:, None] / 20)).astype(np.float32)
        at += len(piece)
        yield piece


def ducking(voice: Iterable[Samples], rate_hz: int, *, depth_db: float = 12.0) -> npt.NDArray[np.float32]:
    """Return how far to turn down what lies under a voice.

    Parameters
    ----------
    voice : iterable of float32 [n, channels]
    rate_hz : int
    depth_db : 0..60

    Returns
    -------
    float32 [steps], dB, 0 or less
        Every hundredth of a second.

    Raises
    ------
    SettingError
        If `depth_db` is outside its range.
    """
    if not 0 <= depth_db <= 60:
        raise SettingError(f"duck: depth must lie in 0..60 dB, got {depth_db}")
    levels = _levels(voice, rate_hz)
    if not len(levels) or levels.max() <= _LEAST_DBFS:
        return np.zeros(len(levels), np.float32)
    is_heard = levels > max(_LEAST_DBFS, float(np.percentile(levels[levels > _LEAST_DBFS], 95)) - _UNDER_LOUD_DB)
    # Down from a little before until the hold after: a stretch of silence shorter than both is no pause.
    before, hold = round(_BEFORE_S * STEPS_PER_S), round(_HOLD_S * STEPS_PER_S)
    reach = before + hold
    is_down = ndimage.maximum_filter1d(np.pad(is_heard, reach).astype(np.int8), reach + 1, origin=(hold - before) // 2)
    wanted = -depth_db * is_down[reach : reach + len(levels)].astype(float)
    return _sloped(wanted).astype(np.float32)


def _sloped(wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return a curve that is at `wanted` where that is lowest, comes up slowly after it and goes down before it."""
    places = np.arange(len(wanted))
    up, down = _UP_DB_PER_S / STEPS_PER_S * places, _DOWN_DB_PER_S / STEPS_PER_S * places
    after = up + np.minimum.accumulate(wanted - up)
    ahead = np.minimum.accumulate((wanted + down)[::-1])[::-1] - down
    return np.asarray(np.minimum(after, ahead))


def _levels(voice: Iterable[Samples], rate_hz: int) -> npt.NDArray[np.float64]:
    """Return the level of every hundredth of a second in dBFS: float64 [steps]."""
    powers: list[npt.NDArray[np.float64]] = []
    for second in overlapped(voice, rate_hz, 0, 0):
        edges = np.arange(STEPS_PER_S) * rate_hz // STEPS_PER_S
        edges = edges[edges < len(second)]
        power = (second.astype(float) ** 2).mean(1)
        powers.append(np.add.reduceat(power, edges) / np.diff([*edges, len(second)]))
    joined = np.concatenate(powers) if powers else np.zeros(0)
    return np.asarray(10 * np.log10(np.maximum(joined, 1e-12)))
