"""Programmes: how loud a whole asset is, as a delivery sheet asks for it.

Integrated loudness leaves pauses out by two gates. Dialogue loudness counts only where somebody speaks: an anchor for
films, whose effects are meant to be louder than their words.

Source: ITU-R BS.1770-5; EBU R 128; EBU Tech 3342 (range).
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.loudness import (
    MOMENTARY,
    SHORT_TERM,
    decibels,
    dialogue,
    integrated,
    loudness_range,
    lufs,
    powers,
    sliding,
    times,
)
from kinoeye.streams import Meters
from kinoeye.tables import Table, Typed, flicks

PROGRAMMES = Table(
    "programmes",
    "One row an asset that has sound.",
    (
        ("start", flicks(), "first sample"),
        ("end", flicks(), "one past the last sample"),
        ("layout", pa.string(), "its channels: FL FR, or FL FR FC LFE BL BR, …"),
        ("integrated_lufs", Typed(pa.float32(), "LUFS"), "gated loudness; none if all is below -70 LUFS"),
        (
            "dialogue_lufs",
            Typed(pa.float32(), "LUFS"),
            "loudness of the 0.4 s all through which somebody speaks; none if nobody does or `speech` is not there",
        ),
        ("range_lu", Typed(pa.float32(), "LU"), "loudness range; none if all is below -70 LUFS, or shorter than 3 s"),
        ("momentary_max_lufs", Typed(pa.float32(), "LUFS"), "loudest 0.4 s; none if it is shorter"),
        ("short_term_max_lufs", Typed(pa.float32(), "LUFS"), "loudest 3 s; none if it is shorter"),
        ("true_peak_dbtp", Typed(pa.float32(), "dBTP"), "largest value in any channel, between samples too"),
    ),
)


@analysis(PROGRAMMES, version=1)
def programmes(meters: Meters, speech: pa.Table | None = None) -> pa.Table:
    """Measure the loudness of a whole asset.

    Parameters
    ----------
    meters : float32 [n, channels, 9], 10 a second
    speech : table
        For the loudness of dialogue; without it there is none.
    """
    if not len(meters):
        return PROGRAMMES.empty()
    borders, power = times(meters), powers(meters)
    momentary, short_term = sliding(power, MOMENTARY), sliding(power, SHORT_TERM)
    row = {
        "start": int(borders[0]),
        "end": int(borders[-1]),
        "layout": " ".join(meters.layout),
        "integrated_lufs": integrated(momentary),
        "dialogue_lufs": None,
        "range_lu": loudness_range(short_term),
        "momentary_max_lufs": float(lufs(momentary.max())) if len(momentary) else None,
        "short_term_max_lufs": float(lufs(short_term.max())) if len(short_term) else None,
        "true_peak_dbtp": float(decibels(meters.read("true_peak").max())),
    }
    if speech is not None:
        row["dialogue_lufs"] = dialogue(momentary, _within(speech, borders, len(momentary)))
    return PROGRAMMES.from_rows([row])


def _within(speech: pa.Table, borders: npt.NDArray[np.int64], windows: int) -> npt.NDArray[np.bool_]:
    """Say of each 400 ms window whether it lies within a span."""
    starts, ends = speech["start"].to_numpy(), speech["end"].to_numpy()
    if not len(starts):
        return np.zeros(windows, bool)
    first = borders[:windows]
    span = np.searchsorted(starts, first, "right") - 1
    inside = (span >= 0) & (borders[MOMENTARY : MOMENTARY + windows] <= ends[span])
    return np.asarray(inside, bool)
