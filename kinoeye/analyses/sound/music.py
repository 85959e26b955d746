"""Music: its passages, how fast they go, their key, and how much of each lies under speech.

Where music is, `sounds` has heard. Tempo and key are of the passage as a whole, each with how likely it is, and are
told only where they are clear: music without a beat has no tempo, a passage that changes its key none that fits. Twice
or half a tempo is as true to many ears; `tempo_score` says how likely it is that it is this one.
"""

from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.keys import key, triads
from kinoeye.signals.onsets import onsets, spectra
from kinoeye.signals.tempo import tempo
from kinoeye.streams import Sound
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

MUSIC = Table(
    "music",
    "One row a passage of music, in running order, without overlap.",
    (
        ("start", flicks(), "where it begins, to 80 ms"),
        ("end", flicks(), "one past where it ends"),
        ("score", score(), "how sure it is that this is music"),
        ("tempo_bpm", Typed(pa.float32(), "beats a minute"), "how fast it goes; null if no beat is clear"),
        ("tempo_score", score(), "how likely it is that it is this, and not half or twice as fast; null without tempo"),
        ("key", pa.string(), "such as A minor; null if none is clear"),
        ("key_score", score(), "how likely it is that it is this key; null without key"),
        ("under_speech", pa.float32(), "how much of it somebody speaks over, 0..1"),
    ),
)

LONGEST = 90.0  # seconds of a passage that tempo and key are told by: its middle
SHORTEST = 4.0


@analysis(MUSIC, version=2)
def music(mono_16k: Sound, sounds: pa.Table, speech: pa.Table, *, regular: float = 0.2, clear: float = 0.4) -> pa.Table:
    """Describe the music.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    sounds, speech : tables
    regular : 0..1
        How regular onsets must be for a tempo to be told.
    clear : 0..1
        How likely a key must be to be told.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value in {"regular": regular, "clear": clear}.items():
        if not 0 <= value <= 1:
            raise SettingError(f"music: {name} must lie in 0..1, got {value}")
    spoken = [(row["start"], row["end"]) for row in speech.select(["start", "end"]).to_pylist()]
    rows = []
    for passage in sounds.to_pylist():
        if passage["kind"] == "music":
            samples, rate = _middle(mono_16k, passage), mono_16k.rate_hz
            is_long = len(samples) >= SHORTEST * rate
            beats, surely, regularity = tempo(onsets(spectra(samples, rate), rate)) if is_long else (0.0, 0.0, 0.0)
            has_tempo = beats > 0 and regularity >= regular
            name, likely = key(triads(samples, rate)) if is_long else ("", 0.0)
            has_key = bool(name) and likely >= clear
            over = sum(max(0, min(end, passage["end"]) - max(start, passage["start"])) for start, end in spoken)
            rows.append({
                "start": passage["start"],
                "end": passage["end"],
                "score": passage["score"],
                "tempo_bpm": beats if has_tempo else None,
                "tempo_score": surely if has_tempo else None,
                "key": name if has_key else None,
                "key_score": likely if has_key else None,
                "under_speech": over / (passage["end"] - passage["start"]),
            })  # fmt: skip
    return MUSIC.from_rows(rows)


def _middle(sound: Sound, passage: dict[str, Any]) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the middle of a passage, at most a minute and a half of it, full scale 1."""
    flick = FLICKS_PER_SECOND // sound.rate_hz
    first, end = ((passage[edge] - sound.start) // flick for edge in ("start", "end"))
    spare = max(0, end - first - round(LONGEST * sound.rate_hz)) // 2
    return np.asarray(sound.part(first + spare, end - spare), np.float64) / 32768
