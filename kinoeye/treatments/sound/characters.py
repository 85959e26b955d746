"""Characters: one voice made into several, by pitch, by the size of the throat and by pace.

Pitch is moved by playing the voice faster or slower and stretching it back (WSOLA); the throat, whose resonances went
along, is put back or elsewhere by bending each moment's spectral envelope.

Source: Verhelst & Roelands, "An overlap-add technique based on waveform similarity (WSOLA)", ICASSP 1993; Röbel &
Rodet, "Efficient spectral envelope estimation and its application to pitch shifting", DAFx 2005.
"""

from fractions import Fraction

import numpy as np
import numpy.typing as npt
from scipy import signal

from kinoeye.errors import SettingError
from kinoeye.signals.blocks import overlap_added, whole

Line = npt.NDArray[np.float32]

RANGES = {"pitch": (0.5, 2.0), "throat": (0.6, 1.6), "pace": (0.5, 2.0)}

_FRAME_S, _SEEK_S = 0.030, 0.010
_LOWEST_HZ, _HIGHEST_HZ = 70.0, 400.0  # of a speaking voice
_VOICED = 0.5  # of a frame's power comes again a period later
_ENVELOPE = 0.6  # of a period: the cepstrum below it is the throat, above it the pitch
_MOST_BEND_DB = 24.0


def changed(line: Line, rate_hz: int, *, pitch: float = 1.0, throat: float = 1.0, pace: float = 1.0) -> Line:
    """Change a voice.

    Parameters
    ----------
    line : float32 [n]
    rate_hz : int
    pitch : 0.5..2
        2 is an octave up.
    throat : 0.6..1.6
        By what its resonances move: 1.15 makes a man's throat a woman's, more a child's.
    pace : 0.5..2
        2 is twice as fast.

    Returns
    -------
    float32 [n / pace]

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value in (("pitch", pitch), ("throat", throat), ("pace", pace)):
        low, high = RANGES[name]
        if not low <= value <= high:
            raise SettingError(f"voice: {name} must lie in {low}..{high}, got {value:g}")
    length = round(len(line) / pace)
    if pitch != 1 or pace != 1:
        ratio = Fraction(pitch).limit_denominator(160)
        line = stretched(line, rate_hz, float(ratio) / pace)
        if ratio != 1:
            line = signal.resample_poly(line, ratio.denominator, ratio.numerator).astype(np.float32)
    if abs(throat / pitch - 1) > 0.005:
        line = _bent(line, rate_hz, throat / pitch)
    return np.asarray(np.pad(line, (0, max(0, length - len(line))))[:length], np.float32)


def stretched(line: Line, rate_hz: int, factor: float) -> Line:
    """Return a voice that lasts `factor` times as long, at its own pitch: float32 [n x factor]."""
    length = round(len(line) * factor)
    if abs(factor - 1) < 1e-3 or not len(line):
        return np.asarray(np.pad(line, (0, max(0, length - len(line))))[:length], np.float32)
    size = 2 * round(_FRAME_S * rate_hz / 2)
    hop, seek = size // 2, round(_SEEK_S * rate_hz)
    window = signal.windows.hann(size, sym=False)
    source = np.pad(line.astype(float), (size + seek, 2 * size + seek))
    out = np.zeros(length + 3 * size)
    place = size + seek - hop
    for begin in range(0, length + hop, hop):
        wanted = round((begin - hop) / factor) + size + seek
        if begin:
            # Where the last frame would have gone on, and what near the wanted place is most like it.
            follows = source[place + hop : place + hop + size]
            around = source[wanted - seek : wanted + seek + size]
            if len(follows) < size or len(around) < size + 2 * seek:
                break
            likeness = signal.correlate(around, follows, "valid", method="fft")
            powers = np.convolve(around**2, np.ones(size), "valid")
            place = wanted - seek + int((likeness / np.sqrt(powers + 1e-9)).argmax())
        else:
            place = wanted
        out[begin : begin + size] += source[place : place + size] * window
    return out[hop : hop + length].astype(np.float32)


def _period_s(line: Line, rate_hz: int) -> float:
    """Return the period of a voice, the median of its voiced frames; that of 200 Hz where none is."""
    size, low, high = round(0.05 * rate_hz), round(rate_hz / _HIGHEST_HZ), round(rate_hz / _LOWEST_HZ)
    found = []
    for begin in range(0, len(line) - size, size):
        frame = line[begin : begin + size].astype(float)
        likeness = signal.correlate(frame, frame, "full", method="fft")[size - 1 :]
        best = low + int(likeness[low:high].argmax())
        if likeness[0] > 1e-4 and likeness[best] > _VOICED * likeness[0]:
            found.append(best / rate_hz)
    return float(np.median(found)) if found else 1 / 200


def _bent(line: Line, rate_hz: int, factor: float) -> Line:
    """Return a voice whose resonances lie `factor` times as high, at its own pitch: float32 [n]."""
    size = 4 * round(0.040 * rate_hz / 4)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    bins = np.arange(size // 2 + 1)
    kept = max(4, round(_ENVELOPE * _period_s(line, rate_hz) * rate_hz))

    def bent(frames: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        spectra = np.fft.rfft(frames[..., 0], axis=1)
        cepstra = np.fft.irfft(np.log(np.abs(spectra) + 1e-7), size, axis=1)
        cepstra[:, kept : size - kept + 1] = 0
        envelopes = np.fft.rfft(cepstra, axis=1).real
        moved = np.stack([np.interp(bins / factor, bins, each) for each in envelopes])
        most = _MOST_BEND_DB / 20 * np.log(10)
        gains = np.exp(np.clip(moved - envelopes, -most, most))
        return np.asarray(np.fft.irfft(spectra * gains, size, axis=1) * window / 2)[..., None]

    out = whole(overlap_added([line[:, None]], window, size // 4, bent))[:, 0]
    # Bending lifts or takes loudness; the voice keeps its own.
    before, after = (float(np.linalg.norm(each)) for each in (line, out))
    return np.asarray(out * np.float32(before / max(after, 1e-9)), np.float32)
