"""Speaker vectors: what tells one voice from another, for every speaker of an asset; only with a purpose.

Of each speaker the longest turns are taken, up to a minute, one after the other, and their windows' mean is the
speaker's vector. This is biometric data as a face's is: without a purpose in kinoeye.toml nothing is computed.

Source: the net as kinoeye.models.speaker names it.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.speaker import LENGTH, MODELS, embedding
from kinoeye.streams import Sound
from kinoeye.tables import Table, Typed
from kinoeye.timecode import FLICKS_PER_SECOND, to_seconds

SPEAKER_VECTORS = Table(
    "speaker_vectors",
    "One row for every speaker of an asset who says enough to be told apart; biometric, made only with a purpose.",
    (
        ("speaker", pa.int32(), "number of the speaker in `speakers`"),
        ("seconds", Typed(pa.float64(), "seconds"), "how much speech was used"),
        (
            "vector",
            Typed(pa.list_(pa.float32(), LENGTH), "a length"),
            "near (below 0.8, Euclidean) for one voice, far for two; length 1",
        ),
    ),
)

_PAD = FLICKS_PER_SECOND // 10  # a turn's edges may be the next one's voice
_LEAST_TURN = 3 * _PAD  # what would be left of a shorter one says little


@analysis(SPEAKER_VECTORS, version=1, models=MODELS, asks=("purpose",))
def speaker_vectors(
    mono_16k: Sound, speakers: pa.Table, *, purpose: str = "", least: float = 3.0, most: float = 60.0
) -> pa.Table:
    """Say what each speaker's voice has of its own.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speakers : table
    purpose : text
        What people are told apart for; nothing is computed without it.
    least : 1..60, seconds
        Of speech; whoever says less is not told apart.
    most : 1..600, seconds
        So much speech of a speaker is listened to.

    Raises
    ------
    SettingError
        If a setting is outside its range, or there are speakers and no purpose.
    ModelError
        If the weights are missing.
    """
    for name, value, highest in (("least", least, 60), ("most", most, 600)):
        if not 1 <= value <= highest:
            raise SettingError(f"speaker_vectors: {name} must lie in 1..{highest}, got {value}")
    if not speakers.num_rows:
        return SPEAKER_VECTORS.empty()
    if not purpose.strip():
        raise SettingError("speaker_vectors: purpose must say what people are told apart for, got none")
    turns: dict[int, list[tuple[int, int]]] = {}
    for row in speakers.select(["speaker", "start", "end"]).to_pylist():
        inset = _PAD if row["end"] - row["start"] >= _LEAST_TURN else 0
        turns.setdefault(row["speaker"], []).append((row["start"] + inset, row["end"] - inset))
    rows = [{"speaker": number} | _row(mono_16k, turns[number], least, most) for number in sorted(turns)]
    return SPEAKER_VECTORS.from_rows(row for row in rows if "vector" in row)


def _row(sound: Sound, turns: Sequence[tuple[int, int]], least: float, most: float) -> dict[str, Any]:
    """Return a speaker's vector and what it was made of; nothing where too little is said."""
    kept, used = [], 0
    for start, end in sorted(turns, key=lambda turn: (turn[0] - turn[1], turn)):
        end = min(end, start + int(most * FLICKS_PER_SECOND) - used)
        if end > start:
            kept.append((start, end))
            used += end - start
    samples = _heard(sound, sorted(kept))
    if used < least * FLICKS_PER_SECOND or not samples.any():
        return {}
    return {"seconds": to_seconds(used), "vector": embedding(samples)}


def _heard(sound: Sound, spans: Sequence[tuple[int, int]]) -> npt.NDArray[np.float32]:
    tick = FLICKS_PER_SECOND // sound.rate_hz
    parts = [sound.part(max(0, (s - sound.start) // tick), max(0, (e - sound.start) // tick)) for s, e in spans]
    return np.concatenate(parts).astype(np.float32) / np.float32(32768)
