"""Loudness: how loud the sound is heard, ten times a second, as a loudness meter shows it.

The values of a whole programme (integrated, range, maxima) stand in `programmes`.

Source: EBU Tech 3341 (momentary and short-term loudness); ITU-R BS.1770-5 (weights, true peak).
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.loudness import MOMENTARY, SHORT_TERM, decibels, lufs, powers, sliding, times
from kinoeye.streams import Meters
from kinoeye.tables import Table, Typed, flicks

LOUDNESS = Table(
    "loudness",
    "One row a tenth of a second of sound; the last one may be shorter.",
    (
        ("start", flicks(), "first sample"),
        ("end", flicks(), "one past the last sample"),
        (
            "momentary_lufs",
            Typed(pa.float32(), "LUFS"),
            "loudness of the 0.4 s that end with this row; none before there are so many, digital silence -120",
        ),
        (
            "short_term_lufs",
            Typed(pa.float32(), "LUFS"),
            "loudness of the 3 s that end with this row; none before there are so many, digital silence -120",
        ),
        ("true_peak_dbtp", Typed(pa.float32(), "dBTP"), "largest value in any channel, between samples too"),
    ),
)


@analysis(LOUDNESS, version=1)
def loudness(meters: Meters) -> pa.Table:
    """Measure the loudness of the sound as it goes on.

    Parameters
    ----------
    meters : float32 [n, channels, 9], 10 a second
    """
    if not len(meters):
        return LOUDNESS.empty()
    borders, power = times(meters), powers(meters)
    return LOUDNESS.from_columns(
        start=borders[:-1],
        end=borders[1:],
        momentary_lufs=_ending(power, MOMENTARY, len(meters)),
        short_term_lufs=_ending(power, SHORT_TERM, len(meters)),
        true_peak_dbtp=decibels(meters.read("true_peak").max(axis=1)),
    )


def _ending(power: npt.NDArray[np.float64], blocks: int, rows: int) -> pa.Array:
    """Return the loudness of the window that ends with each row; none where no whole window does."""
    values = lufs(sliding(power, blocks)).tolist()
    return pa.array(([None] * (blocks - 1) + values + [None] * rows)[:rows], pa.float32())
