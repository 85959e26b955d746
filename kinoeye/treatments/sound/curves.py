"""Curves: how a film's mood goes, from what its faces show and how fast it is cut.

Where faces were seen, valence is theirs and excitement is half theirs, half the pace; elsewhere excitement is the pace
alone and valence goes on from the shot before, fading. A person may say it otherwise.

Source: pace as arousal after Adams, Dorai & Venkatesh, "Formulating film tempo", in: Media Computing, 2002 (shot length
and motion); the line through 10 s and 1.25 s a shot is our own choice.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND, from_clock
from kinoeye.treatments.sound.sections import Section

# Valence and arousal of words that people say; places in Russell's circle, roughly.
WORDS: Mapping[str, tuple[float, float]] = {
    "calm": (0.25, 0.12), "tender": (0.5, 0.2), "happy": (0.7, 0.55), "playful": (0.5, 0.6),
    "triumphant": (0.75, 0.92), "neutral": (0.0, 0.3), "solemn": (-0.1, 0.2), "sad": (-0.4, 0.12),
    "lonely": (-0.3, 0.08), "uneasy": (-0.35, 0.45), "tense": (-0.5, 0.68), "afraid": (-0.7, 0.75),
    "angry": (-0.6, 0.9), "frantic": (-0.2, 0.98),
}  # fmt: skip

_AROUND = 10 * FLICKS_PER_SECOND  # on both sides of a shot: over how long its pace is taken
_FADE = 0.7  # of the valence before is left in a shot without faces


def curve(shots: pa.Table, moods: pa.Table) -> list[Section]:
    """Return the mood of each shot.

    Parameters
    ----------
    shots, moods : Table
        Of one asset; without moods only the pace speaks.
    """
    felt: dict[int, list[dict[str, Any]]] = {}
    for row in moods.select(["shot", "start", "end", "valence", "arousal"]).to_pylist():
        felt.setdefault(row["shot"], []).append(row)
    rows = shots.select(["shot", "start", "end"]).to_pylist()
    edges = np.array([row["start"] for row in rows], np.int64)
    valence = 0.0
    out = []
    for row in rows:
        arousal = _pace(edges, row["start"], row["end"])
        if row["shot"] in felt:
            seen = felt[row["shot"]]
            weights = [each["end"] - each["start"] for each in seen]
            valence = float(np.average([each["valence"] for each in seen], weights=weights))
            arousal = (arousal + float(np.average([each["arousal"] for each in seen], weights=weights))) / 2
        else:
            valence *= _FADE
        out.append(Section(row["start"], row["end"], float(np.clip(valence, -1, 1)), float(np.clip(arousal, 0, 1))))
    return out


def said(moods: Sequence[str], *, start: int, end: int) -> list[Section]:
    """Return the moods that a person says, each from its time to the next.

    Parameters
    ----------
    moods : sequence of ``TIME WORD``
        Such as ``0:20 tense``; the time counts from the film's first picture.
    start, end : flicks
        Of the film.

    Raises
    ------
    SettingError
        If a time or word is not understood, or lies outside the film.
    """
    points = sorted(_point(each, end - start) for each in moods)
    edges = [start, *(start + at for at, _ in points[1:]), end]
    return [
        Section(first, last, *WORDS[word])
        for (_, word), first, last in zip(points, edges[:-1], edges[1:], strict=True)
        if last > first
    ]


def _pace(edges: Any, start: int, end: int) -> float:
    """Return 0..1 for the mean length of a shot around here: 10 s are 0.3, each halving 0.17 more."""
    first, last = max(int(edges[0]), start - _AROUND), end + _AROUND
    count = max(1, int(np.count_nonzero((edges >= first) & (edges < last))))
    seconds = max(last - first, FLICKS_PER_SECOND) / FLICKS_PER_SECOND / count
    return float(np.clip(0.3 + 0.17 * np.log2(10 / seconds), 0.0, 1.0))


def _point(text: str, length: int) -> tuple[int, str]:
    found = re.fullmatch(r"\s*([\d:.]+)\s+(\w+)\s*", text)
    if not found or found[2].lower() not in WORDS:
        raise SettingError(f"music: a mood must be a time and one of {', '.join(WORDS)}, got {text!r}",
                           remedy="Say for instance: --mood '0:20 tense'")  # fmt: skip
    try:
        at = from_clock(found[1])
    except ValueError as error:
        raise SettingError(f"music: a {error}") from error
    if at >= length:
        raise SettingError(
            f"music: a mood must begin before the end at {length / FLICKS_PER_SECOND:.1f} s, got {text!r}"
        )
    return at, found[2].lower()
