"""Rooms: how reverberant and how noisy the place is in which people speak.

The reverberation time is told by how sound dies away where a voice stops, and is that of one microphone in one place:
an asset cut together of several places gets something between theirs. Dry recordings read 0.25 s, since voices fade so
fast themselves; beyond a second too few falls are clean, and nothing is said. How far away the voice is, is not told.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.decays import FRAME_SECONDS, falls, levels
from kinoeye.signals.spans import flags, widened
from kinoeye.streams import Sound
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

ROOMS = Table(
    "rooms",
    "One row an asset in which somebody speaks.",
    (
        ("start", flicks(), "begin of the first speech"),
        ("end", flicks(), "end of the last"),
        (
            "reverberation_s",
            Typed(pa.float32(), "s"),
            "time in which sound dies away by 60 dB; 0.25 and less is a dry recording; none if too few falls are clean",
        ),
        ("falls", pa.int32(), "clean falls that it is told by"),
        ("speech_dbfs", Typed(pa.float32(), "dBFS"), "mean level of speech; a full-scale sine is 0"),
        (
            "noise_dbfs",
            Typed(pa.float32(), "dBFS"),
            "level of what remains between words: the softest twentieth; digital silence is left out, none if all is",
        ),
    ),
)

BLOCK = 60  # seconds in work at once
AFTER = 1.0  # seconds after speech in which it may still be heard
FAST = 0.3  # of the falls are faster than what is told: voices fade slower, few falls are too fast by chance
SOFT = 0.05  # of the sound lies below what is called noise
DIGITAL_DBFS = -100.0


@analysis(ROOMS, version=1)
def rooms(mono_16k: Sound, speech: pa.Table, *, least_falls: int = 5) -> pa.Table:
    """Tell the room in which people speak.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    speech : table
    least_falls : 1..1000
        With fewer clean falls no reverberation time is told.

    Raises
    ------
    SettingError
        If `least_falls` is outside its range.
    """
    if not 1 <= least_falls <= 1000:
        raise SettingError(f"rooms: least_falls must lie in 1..1000, got {least_falls}")
    frame = round(FRAME_SECONDS * FLICKS_PER_SECOND)
    times = np.column_stack([speech["start"].to_numpy(), speech["end"].to_numpy()]).astype(np.int64)
    level, step_level = _levels(mono_16k)
    spans = np.clip((times - mono_16k.start) // frame, 0, len(level))
    spoken = flags(spans, len(level))
    if not spoken.any():
        return ROOMS.empty()
    floor = float(np.quantile(step_level[level > DIGITAL_DBFS], SOFT)) if (level > DIGITAL_DBFS).any() else 0.0
    heard = widened(spans, round(AFTER / FRAME_SECONDS), len(level))
    found = np.concatenate([falls(step_level[first:end], floor) for first, end in heard])
    noise = level[level > DIGITAL_DBFS]
    return ROOMS.from_rows([{
        "start": int(times[0, 0]),
        "end": int(times[-1, 1]),
        "reverberation_s": float(np.quantile(found, FAST)) if len(found) >= least_falls else None,
        "falls": len(found),
        "speech_dbfs": float(10 * np.log10(np.mean(10 ** (level[spoken] / 10)))),
        "noise_dbfs": float(np.quantile(noise, SOFT)) if len(noise) else None,
    }])  # fmt: skip


def _levels(sound: Sound) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    before, parts = 0.0, [(np.zeros(0), np.zeros(0))]
    for _, samples in sound.blocks(BLOCK * sound.rate_hz):
        parts.append(levels(samples, sound.rate_hz, before))
        before = float(samples[-1])
    return np.concatenate([level for level, _ in parts]), np.concatenate([steps for _, steps in parts])
