"""Levels: how loud the sound is, ten times a second, and where it is silent.

Levels are those of the samples (dB below full scale), for a timeline to draw and a gate to use. Loudness as it is heard
(ITU-R BS.1770, LUFS) weighs frequencies and gates pauses; it is not here.

Source: AES17-2020, 3.12.3: a full-scale sine has a level of 0 dBFS, so its square's mean is doubled.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.streams import Sound
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

LEVELS = Table(
    "levels",
    "One row a tenth of a second of sound; the last one may be shorter.",
    (
        ("start", flicks(), "first sample"),
        ("end", flicks(), "one past the last sample"),
        ("rms_dbfs", Typed(pa.float32(), "dBFS"), "mean level; a full-scale sine is 0, digital silence -120"),
        ("peak_dbfs", Typed(pa.float32(), "dBFS"), "largest sample; full scale is 0, digital silence -120"),
        ("is_silent", pa.bool_(), "part of a silence"),
    ),
)

WINDOWS_PER_SECOND = 10
BLOCK = 600  # windows in work at once: a minute
FULL_SCALE = 32768.0
SILENCE_DBFS = -120.0  # what digital silence is called; the least step of 16 bits is -90


@analysis(LEVELS, version=1)
def levels(mono_16k: Sound, *, silence: float = -50.0, shortest: float = 0.3) -> pa.Table:
    """Measure the level of the sound.

    Parameters
    ----------
    mono_16k : int16 [n], 16 kHz
    silence : -120..0, dBFS
        A level below it is silent.
    shortest : 0..3600, seconds
        A silence shorter than this is a pause and does not count.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not SILENCE_DBFS <= silence <= 0:
        raise SettingError(f"levels: silence must lie in -120..0, got {silence}")
    if not 0 <= shortest <= 3600:
        raise SettingError(f"levels: shortest must lie in 0..3600, got {shortest}")
    if not len(mono_16k):
        return LEVELS.empty()
    window = mono_16k.rate_hz // WINDOWS_PER_SECOND
    parts = [_measured(samples, window) for _, samples in mono_16k.blocks(BLOCK * window)]
    rms, peak = np.concatenate([rms for rms, _ in parts]), np.concatenate([peak for _, peak in parts])
    edges = np.minimum(np.arange(len(rms) + 1, dtype=np.int64) * window, len(mono_16k))
    times = mono_16k.start + edges * (FLICKS_PER_SECOND // mono_16k.rate_hz)
    return LEVELS.from_columns(
        start=times[:-1],
        end=times[1:],
        rms_dbfs=rms,
        peak_dbfs=peak,
        is_silent=_lasting(rms < silence, times, shortest * FLICKS_PER_SECOND),
    )


def _measured(samples: npt.NDArray[np.int16], window: int) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Return mean level and peak of each window, in dBFS."""
    starts = np.arange(0, len(samples), window)
    values = samples.astype(np.float64) / FULL_SCALE
    square = np.add.reduceat(values * values, starts) / np.diff(np.append(starts, len(samples)))
    peak = np.maximum.reduceat(np.abs(values), starts)
    return _decibels(np.sqrt(2 * square)), _decibels(peak)


def _decibels(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float32]:
    return (20 * np.log10(np.maximum(values, 10 ** (SILENCE_DBFS / 20)))).astype(np.float32)


def _lasting(flags: npt.NDArray[np.bool_], times: npt.NDArray[np.int64], least: float) -> npt.NDArray[np.bool_]:
    """Keep the runs of flags that last at least `least` flicks."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8))).reshape(-1, 2)
    out = np.zeros_like(flags)
    for first, end in edges:
        out[first:end] = times[end] - times[first] >= least
    return out
