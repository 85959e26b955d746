"""Sounds: what else is heard: music, bells, alarms, blasts, rain, wind, birds; where nothing is; and what is unknown.

A net says for each 80 ms how likely each kind is; several may be heard at once. A kind has its own limit, above which
it was seldom wrong in real recordings for development. Only those kinds are told that held in others. Shots and
explosions are told apart too seldom, and are told together as `blast`. Applause, laughter, crowds, engines, thunder,
doors, glass, dogs and what machines hum did not hold and are `unknown`, as is all sound that nobody speaks over and
no kind explains. That is an answer, not a gap. How often each kind is right says bench/README.md. Where people speak,
and what, is told by `speech`; what is noise in the sense of a programme's log, neither speech nor music nor silence,
are all other kinds and the unknown.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.sounds import BLOCK, FRAME, KINDS, MODELS, odds
from kinoeye.signals.spans import Spans, bridged, flags, held, lasting, runs, smoothed
from kinoeye.streams import Sound
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

SILENCE, UNKNOWN = "silence", "unknown"

# Log-odds from which a kind is told, chosen on recordings for development (bench/sounds.py --choose): of steps and
# blasts by how many are right of those told, of screams likewise as far as it went, of the others by how many are
# told wrongly. Kinds that were right less than three times in ten in others are left out.
LIMITS = {
    "music": 3.9, "scream": 3.2, "bell": 0.3, "telephone": 2.1, "alarm": 1.0, "siren": 1.3, "footsteps": 3.7,
    "hooves": 1.0, "rain": 0.7, "water": 1.4, "wind": 2.9, "fire": 0.0, "bird": 4.4, "insects": 1.7, "blast": 1.6,
}  # fmt: skip

SOUNDS = Table(
    "sounds",
    "One row a span in which one kind of sound is heard, in running order; spans of several kinds overlap.",
    (
        ("start", flicks(), "where it begins, to 80 ms"),
        ("end", flicks(), "one past where it ends"),
        ("kind", pa.string(), f"{SILENCE}, {UNKNOWN}, or {', '.join(LIMITS)}; blast: a shot or an explosion"),
        ("score", score(), "how sure it is, the span's best second; null for silence and the unknown"),
    ),
)

STEADY = frozenset({"music", "rain", "water", "wind", "fire", "insects"})
DOUBT = 1.0  # log-odds: a span lasts while it is no more than this below its limit
LONG = 13  # frames, a second: over which steady sounds are heard
SHORT = 3
PAUSE, LEAST = 1.5, 0.8  # seconds: between steady sounds, and of their length
GAP, UNKNOWN_LEAST = 0.5, 1.0
_SECONDS = FRAME / 16_000


@analysis(SOUNDS, version=2, models=MODELS)
def sounds(mono_16k: Sound, speech: pa.Table, *, silence_dbfs: float = -60.0, strictness: float = 0.0) -> pa.Table:
    """Tell what is heard.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speech : table
    silence_dbfs : -90..-20, dBFS
        Sound that stays below this for half a second is silence; a full-scale sine is 0.
    strictness : -5..5, log-odds
        Added to every kind's limit: more is told with less, and less is wrong with more.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    ModelError
        If the net's file is not what it should be.
    """
    if not -90 <= silence_dbfs <= -20:
        raise SettingError(f"sounds: silence_dbfs must lie in -90..-20, got {silence_dbfs}")
    if not -5 <= strictness <= 5:
        raise SettingError(f"sounds: strictness must lie in -5..5, got {strictness}")
    levels: list[npt.NDArray[np.float32]] = [np.zeros(0, np.float32)]
    heard = odds(_metered(mono_16k, levels))
    level = np.concatenate(levels)
    quiet = lasting(runs(level < silence_dbfs), GAP / _SECONDS)
    rows = [_row(mono_16k, span, SILENCE, None) for span in quiet]
    known = flags(quiet, len(level)) | flags(_frames(speech, mono_16k, len(level)), len(level))
    for number, kind in enumerate(KINDS):
        if kind not in LIMITS:
            continue
        above = smoothed(heard[:, number], LONG if kind in STEADY else SHORT) - LIMITS[kind] - strictness
        spans = told(above, kind in STEADY)
        known |= flags(spans, len(level))
        best = smoothed(heard[:, number], LONG) - LIMITS[kind]
        rows += [_row(mono_16k, span, kind, float(_even(best[span[0] : span[1]].max()))) for span in spans]
    rows += [_row(mono_16k, span, UNKNOWN, None) for span in lasting(runs(~known), UNKNOWN_LEAST / _SECONDS)]
    return SOUNDS.from_rows(sorted(rows, key=lambda row: (row["start"], row["kind"])))


def told(above: npt.NDArray[np.float32], is_steady: bool) -> Spans:
    """Return the spans of frames in which a kind is heard, from how far above its limit it is."""
    spans = held(above, 0.0, -DOUBT)
    if is_steady:
        return lasting(bridged(spans, PAUSE / _SECONDS), LEAST / _SECONDS)
    return bridged(spans, GAP / _SECONDS)


def _even(above: npt.NDArray[np.floating]) -> Any:
    return 1 / (1 + np.exp(-above))


def _metered(sound: Sound, levels: list[npt.NDArray[np.float32]]) -> Iterator[npt.NDArray[np.int16]]:
    """Pass the sound on in blocks, and keep the level of every frame, in dBFS."""
    for _, samples in sound.blocks(BLOCK):
        frames = np.zeros((-(-len(samples) // FRAME), FRAME), np.float32)
        frames.reshape(-1)[: len(samples)] = samples / np.float32(32768)
        power = 2 * (frames**2).mean(1)
        levels.append(np.asarray(10 * np.log10(np.maximum(power, 1e-12)), np.float32))
        yield samples


def _frames(table: pa.Table, sound: Sound, count: int) -> Spans:
    """Return a table's spans in frames."""
    times = np.column_stack([table["start"].to_numpy(), table["end"].to_numpy()]).astype(np.int64) - sound.start
    frame = FRAME * FLICKS_PER_SECOND // sound.rate_hz
    return np.column_stack([np.clip(times[:, 0] // frame, 0, count), np.clip(-(-times[:, 1] // frame), 0, count)])


def _row(sound: Sound, span: npt.NDArray[np.int64], kind: str, sure: float | None) -> dict[str, Any]:
    first, end = (int(min(edge * FRAME, len(sound))) for edge in span)
    flick = FLICKS_PER_SECOND // sound.rate_hz
    return {"start": sound.start + first * flick, "end": sound.start + end * flick, "kind": kind, "score": sure}
