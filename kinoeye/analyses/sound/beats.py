"""Beats: where each beat of the music falls, to cut to.

Only music whose tempo `music` tells has beats. A beat is where it ought to be heard; how clearly a sound sets in there
is its score, so that a beat that the music leaves out is told, with a low score.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.beats import beats as row_of_beats
from kinoeye.signals.beats import surely
from kinoeye.signals.onsets import FRAMES_PER_SECOND, onsets, spectra
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

BEATS = Table(
    "beats",
    "One row a beat of the music, in running order.",
    (
        ("start", flicks(), "where it falls, to 10 ms"),
        ("score", score(), "how clearly a sound sets in there: 0.5 as much as at any time, 0 none"),
    ),
)

_PART = 30  # seconds of which onsets are made at once
_BEFORE = 2  # seconds before and after it that are looked at too


@analysis(BEATS, version=1)
def beats(mono_16k: Sound, music: pa.Table) -> pa.Table:
    """Find the beats of the music.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    music : table
    """
    rows = []
    flick = FLICKS_PER_SECOND // FRAMES_PER_SECOND
    for passage in music.to_pylist():
        if passage["tempo_bpm"] is not None:
            strength = _strength(mono_16k, passage)
            found = row_of_beats(strength, passage["tempo_bpm"])
            times = passage["start"] + found * flick
            rows += [
                {"start": int(time), "score": float(sure)}
                for time, sure in zip(times, surely(strength, found), strict=True)
                if time < passage["end"]
            ]
    return BEATS.from_rows(sorted(rows, key=lambda row: row["start"]))


def _strength(sound: Sound, passage: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return how much new sound sets in at each hundredth of a second of a passage, made part by part."""
    flick = FLICKS_PER_SECOND // sound.rate_hz
    first, end = ((passage[edge] - sound.start) // flick for edge in ("start", "end"))
    first, end = max(0, first), min(len(sound), end)
    hop = sound.rate_hz // FRAMES_PER_SECOND
    parts = []
    for at in range(first, end, _PART * sound.rate_hz):
        begin = max(first, at - _BEFORE * sound.rate_hz)
        stop = min(end, at + _PART * sound.rate_hz)
        samples = sound.part(begin, min(end, stop + _BEFORE * sound.rate_hz)).astype(np.float64) / 32768
        strength = onsets(spectra(samples, sound.rate_hz), sound.rate_hz)[:, 0]
        skip, count = (at - begin) // hop, -(-(stop - at) // hop)
        parts.append(strength[skip : skip + count])
    return np.concatenate(parts) if parts else np.zeros(0)
