"""Loudness: what a programme's meters say of how loud it is heard, and the gates that leave its pauses out.

Source: ITU-R BS.1770-5, annex 1 (weights of channels, gates); EBU Tech 3341 (momentary, short-term); EBU Tech 3342
(loudness range).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from kinoeye.streams import METERS_PER_SECOND, Meters
from kinoeye.timecode import FLICKS_PER_SECOND

MOMENTARY = 4  # blocks: 400 ms
SHORT_TERM = 30  # blocks: 3 s
SILENCE = -120.0  # LUFS or dB, what digital silence is called

_ABSOLUTE_GATE = -70.0  # LUFS
_RELATIVE_GATE = 10.0  # LU below the mean of what passed the first gate
_RANGE_GATE = 20.0
_RANGE = 0.10, 0.95
_OFFSET = -0.691  # so that a 1 kHz sine at full scale in one channel is -3.01 LUFS
_BESIDE = 10 ** (1.5 / 10)  # channels 60 to 120 degrees to the side, at ear height

Values = npt.NDArray[np.float64]


def times(meters: Meters) -> npt.NDArray[np.int64]:
    """Return the start of each block and the end of the last, int64 [n + 1], flicks."""
    borders = np.arange(len(meters) + 1, dtype=np.int64) * (FLICKS_PER_SECOND // METERS_PER_SECOND)
    if len(meters):
        borders[-1] = meters.count * FLICKS_PER_SECOND // meters.rate_hz
    return meters.start + borders


def weights(layout: Sequence[str]) -> Values:
    """Return how much each channel's power counts, float64 [channels].

    Those at the listener's sides count 1.5 dB more, the one for low effects not at all. In 5.1 the surrounds stand at
    the sides, by whatever name; in 7.1 those at the back do not.
    """
    beside = {"SL", "SR"} if {"SL", "SR"} & set(layout) else {"BL", "BR"}
    return np.array([0.0 if name.startswith("LFE") else _BESIDE if name in beside else 1.0 for name in layout])


def powers(meters: Meters) -> Values:
    """Return the weighted power of each whole block, all channels together, float64 [m]."""
    whole = meters.count * METERS_PER_SECOND // meters.rate_hz
    return np.asarray(meters.read("weighted")[:whole] @ weights(meters.layout), np.float64)


def sliding(power: Values, blocks: int) -> Values:
    """Return the mean power of every run of so many blocks, float64 [m - blocks + 1]; nothing if there are too few."""
    if len(power) < blocks:
        return np.zeros(0)
    return np.asarray(np.lib.stride_tricks.sliding_window_view(power, blocks).mean(axis=1), np.float64)


def lufs(power: npt.ArrayLike) -> Values:
    """Return loudness of power, LUFS; digital silence is -120.

    >>> float(np.round(lufs(0.5), 2))
    -3.7
    """
    return np.maximum(_OFFSET + 10 * np.log10(np.maximum(power, 1e-13)), SILENCE)


def decibels(amplitude: npt.ArrayLike) -> Values:
    """Return the level of an amplitude, dB below full scale; digital silence is -120."""
    return 20 * np.log10(np.maximum(np.asarray(amplitude, np.float64), 10 ** (SILENCE / 20)))


def integrated(momentary: Values) -> float | None:
    """Return the gated loudness of a programme by the power of its 400 ms windows; None if all is below -70 LUFS."""
    loud = momentary[lufs(momentary) > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    gate = float(lufs(loud.mean())) - _RELATIVE_GATE
    return float(lufs(loud[lufs(loud) > gate].mean()))


def dialogue(momentary: Values, is_speech: npt.NDArray[np.bool_]) -> float | None:
    """Return the loudness of the 400 ms windows in which somebody speaks; None if nobody does."""
    spoken = momentary[is_speech & (lufs(momentary) > _ABSOLUTE_GATE)]
    return float(lufs(spoken.mean())) if len(spoken) else None


def loudness_range(short_term: Values) -> float | None:
    """Return the range of loudness by the power of the 3 s windows, LU; None if nothing is above -70 LUFS."""
    loud = short_term[lufs(short_term) > _ABSOLUTE_GATE]
    if not len(loud):
        return None
    gate = float(lufs(loud.mean())) - _RANGE_GATE
    ordered = np.sort(lufs(loud[lufs(loud) > gate]))
    low, high = (ordered[round((len(ordered) - 1) * share)] for share in _RANGE)
    return float(high - low)
