"""Moods: what a person's face shows over one appearance, as a whole and from moment to moment.

Moments are weighed by how long they last, up to the next look, so that a stretch seen at full rate counts no more than
one seen in stills.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.expressions_units import EMOTIONS
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

MOODS = Table(
    "moods",
    "One row for every face track with expressions: its mood, and the curve of it.",
    (
        ("shot", pa.int32(), "shot that it stands in"),
        ("track", pa.int32(), "face track"),
        ("start", flicks(), "start of the track"),
        ("end", flicks(), "end of the track"),
        ("emotion", pa.string(), "the likeliest emotion of the mean; neutral unless a feeling is likelier"),
        ("valence", Typed(pa.float32(), "-1..1"), "mean, from unpleasant to pleasant"),
        ("arousal", Typed(pa.float32(), "0..1"), "mean, from calm to excited"),
        ("curve_times", pa.list_(pa.int64()), "flicks of each look"),
        ("curve_valence", pa.list_(pa.float32()), "valence of each look, -1..1"),
        ("curve_arousal", pa.list_(pa.float32()), "arousal of each look, 0..1"),
    ),
)


@analysis(MOODS, version=1)
def moods(expressions: pa.Table, face_tracks: pa.Table, *, longest_look: float = 2.0) -> pa.Table:
    """Sum expressions up, per face track.

    Parameters
    ----------
    expressions, face_tracks : Table
    longest_look : seconds
        One look counts for no longer than this, however late the next one is.

    Raises
    ------
    SettingError
        If `longest_look` is not above 0.
    """
    if not longest_look > 0:
        raise SettingError(f"moods: longest_look must lie above 0 seconds, got {longest_look}")
    columns = ["track", "time", "valence", "arousal", *EMOTIONS]
    looks: dict[int, list[dict[str, Any]]] = {}
    for row in expressions.select(columns).to_pylist():
        if row["track"] is not None:
            looks.setdefault(row["track"], []).append(row)
    tracks = face_tracks.select(["track", "shot", "start", "end"]).to_pylist()
    return MOODS.from_rows(
        _row(track, sorted(looks[track["track"]], key=lambda look: look["time"]), longest_look)
        for track in tracks
        if track["track"] in looks
    )


def _row(track: dict[str, Any], looks: list[dict[str, Any]], longest_look: float) -> dict[str, Any]:
    times = np.array([look["time"] for look in looks], np.int64)
    lasting = _lasting(times, track["end"], longest_look)
    mean = {name: float(lasting @ [look[name] for look in looks]) for name in ("valence", "arousal", *EMOTIONS)}
    return {
        **{name: track[name] for name in ("shot", "track", "start", "end")},
        "emotion": max(reversed(EMOTIONS), key=lambda name: mean[name]),
        "valence": mean["valence"],
        "arousal": mean["arousal"],
        "curve_times": times,
        "curve_valence": [look["valence"] for look in looks],
        "curve_arousal": [look["arousal"] for look in looks],
    }


def _lasting(times: npt.NDArray[np.int64], end: int, longest: float) -> npt.NDArray[np.float64]:
    """Return what share of the whole each look stands for, float64 [n], sum 1."""
    until = np.append(times[1:], max(int(end), int(times[-1]) + 1))
    lasting = np.minimum(until - times, int(longest * FLICKS_PER_SECOND)).astype(np.float64)
    return np.asarray(lasting / lasting.sum())
