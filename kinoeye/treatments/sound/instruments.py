"""Instruments: how a note of each part sounds, made from sines and noise.

Source: inharmonic strings after Fletcher & Rossing, "The Physics of Musical Instruments", 1998, 2.18; equal temperament
with A4 = 440 Hz, ISO 16:1975.
"""

from collections.abc import Callable, Mapping

import numpy as np
import numpy.typing as npt

from kinoeye.signals.synthesis import noise_band
from kinoeye.treatments.sound.music import KICK, SNARE, Note

Samples = npt.NDArray[np.float64]

_TABLE = 4096  # samples of one period
_PARTIALS = 40
_STIFF = 3e-4  # of a string: how far its partials lie above whole multiples
_TAIL_S = {"pad": 0.9, "melody": 1.6, "arpeggio": 0.7, "bass": 0.25, "strings": 0.12, "drums": 0.35}
# Left to right, -1..1, and how loud a part is among the others.
PLACES = {"pad": 0.0, "melody": 0.15, "arpeggio": -0.35, "bass": 0.0, "strings": 0.3, "drums": -0.1}
LEVELS = {"pad": 0.075, "melody": 0.2, "arpeggio": 0.1, "bass": 0.2, "strings": 0.12, "drums": 0.3}


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI note number, A4 (69) being 440 Hz."""
    return float(440.0 * 2 ** ((pitch - 69) / 12))


def tail_s(part: str) -> float:
    """Return how long a part's notes sound on after their end, seconds."""
    return _TAIL_S[part]


def played(note: Note, length: int, rate_hz: int) -> Samples:
    """Play a note.

    Parameters
    ----------
    note : Note
    length : samples
        How long it is held.
    rate_hz : int

    Returns
    -------
    float64 [n]
        Its tail included; about 1 at its loudest, before the part's level.
    """
    count = length + round(_TAIL_S[note.part] * rate_hz)
    at = np.arange(count) / rate_hz
    shape = _drum if note.part == "drums" else _PLAYERS[note.part]
    out = note.velocity * shape(note, at, length / rate_hz)
    fade = min(count, rate_hz // 100)
    out[count - fade :] *= np.linspace(1, 0, fade)
    return out


def _pad(note: Note, at: Samples, held: float) -> Samples:
    """Bowed or blown together: three players a little out of tune, slowly in and out."""
    pitch = hertz(note.pitch)
    shades = [1 / k * np.exp(-pitch * k / (900 + 2200 * note.velocity)) for k in range(1, _PARTIALS)]
    table = _table(shades)
    together = sum(
        _read(table, pitch * 2 ** (cents / 1200), at, phase) for cents, phase in ((-6, 0), (0, 0.31), (7, 0.67))
    )
    return np.asarray(together, np.float64) / 3 * _envelope(at, held, rise=0.35, fall=0.8) * 2


def _piano(note: Note, at: Samples, held: float) -> Samples:
    """Struck string: partials a little sharp, the high ones gone first."""
    pitch = hertz(note.pitch)
    out = np.zeros_like(at)
    for k in range(1, 11):
        partial = pitch * k * np.sqrt(1 + _STIFF * k * k)
        if partial > 15_000:
            break
        loud = np.exp(-0.35 * (k - 1) * (1.6 - note.velocity)) / k**0.5
        out += loud * np.exp(-at * (0.8 + 0.35 * k + pitch / 900)) * np.sin(2 * np.pi * partial * at)
    return out * np.minimum(1, at / 0.004) * _envelope(at, held, rise=0.0, fall=0.35) * 0.5


def _harp(note: Note, at: Samples, held: float) -> Samples:
    """Plucked string, soft and short."""
    pitch = hertz(note.pitch)
    out = sum(np.exp(-at * (2.2 + 1.1 * k)) * np.sin(2 * np.pi * pitch * k * at) / k**1.3 for k in range(1, 7))
    return (
        np.asarray(out, np.float64) * np.minimum(1, at / 0.006) * _envelope(at, held + 0.3, rise=0.0, fall=0.35) * 0.6
    )


def _bass(note: Note, at: Samples, held: float) -> Samples:
    pitch = hertz(note.pitch)
    out = sum(np.exp(-at * 0.9 * k) * np.sin(2 * np.pi * pitch * k * at) / k**1.5 for k in range(1, 7))
    return np.asarray(out, np.float64) * _envelope(at, held, rise=0.012, fall=0.2) * 0.7


def _strings(note: Note, at: Samples, held: float) -> Samples:
    """Short bow strokes."""
    pitch = hertz(note.pitch)
    table = _table([1 / k * np.exp(-pitch * k / 2600) for k in range(1, _PARTIALS)])
    both = _read(table, pitch * 1.003, at, 0.0) + _read(table, pitch * 0.997, at, 0.4)
    return both * _envelope(at, held, rise=0.03, fall=0.1) * np.exp(-at * 3)


def _drum(note: Note, at: Samples, _: float) -> Samples:
    rng = np.random.default_rng(note.start % (1 << 32))
    rate = 1 / (at[1] - at[0])
    if note.pitch == KICK:
        phase = 2 * np.pi * np.cumsum(48 + 90 * np.exp(-at * 38)) / rate
        return np.asarray(np.sin(phase) * np.exp(-at * 9) * np.minimum(1, at / 0.002))
    if note.pitch == SNARE:
        skin = np.sin(2 * np.pi * 190 * at) * np.exp(-at * 22)
        return np.asarray(0.45 * skin + 0.4 * noise_band(rng, len(at), rate, 900, 9_000) * np.exp(-at * 20))
    return 0.35 * noise_band(rng, len(at), rate, 4_500, 12_000) * np.exp(-at * 45) * np.minimum(1, at / 0.008)


_PLAYERS: Mapping[str, Callable[[Note, Samples, float], Samples]] = {
    "pad": _pad, "melody": _piano, "arpeggio": _harp, "bass": _bass, "strings": _strings,
}  # fmt: skip


def _envelope(at: Samples, held: float, *, rise: float, fall: float) -> Samples:
    up = np.minimum(1, at / rise) if rise else np.ones_like(at)
    down = np.exp(-np.maximum(0, at - held) * 3 / fall)
    return np.asarray(up * up * (3 - 2 * up) * down)


def _table(shades: list[float]) -> Samples:
    phase = 2 * np.pi * np.arange(_TABLE + 1) / _TABLE
    return np.asarray(sum(loud * np.sin(k * phase) for k, loud in enumerate(shades, 1)), np.float64)


def _read(table: Samples, pitch: float, at: Samples, phase: float) -> Samples:
    """Go round a table so many times a second."""
    place = (pitch * at + phase) % 1.0 * _TABLE
    low = place.astype(np.int64)
    return np.asarray(table[low] + (place - low) * (table[low + 1] - table[low]))
