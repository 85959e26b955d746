"""Tempo: how fast music goes, from how regularly new sound sets in.

Source: Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36, 2007: onset strength from mel
bands, its autocorrelation, weighed by how often people tap at each tempo.
"""

import numpy as np
import numpy.typing as npt

FRAMES_PER_SECOND = 100
SLOWEST, FASTEST = 40.0, 220.0  # beats a minute
_USUAL, _OCTAVES = 120.0, 0.9  # where people tap most, and how far they stray
_SMOOTH = 5  # frames: a beat that comes 20 ms late is still on time
_FAR = 24.0  # seconds of sound that are looked at at once


def onsets(powers: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Return how much new sound sets in at each frame, float64 [n], from mel powers, float [n, bands]."""
    decibels = 10 * np.log10(np.maximum(powers, 1e-8))
    decibels = np.maximum(decibels, decibels.max(initial=-80) - 60)
    rise = np.maximum(0, np.diff(decibels, axis=0, prepend=decibels[:1])).mean(1)
    around = np.convolve(rise, np.ones(FRAMES_PER_SECOND) / FRAMES_PER_SECOND, "same")
    return np.asarray(np.convolve(np.maximum(0, rise - around), np.hanning(_SMOOTH + 2)[1:-1], "same"))


def tempo(strength: npt.NDArray[np.float64]) -> tuple[float, float]:
    """Return beats a minute, and how regular they are (0..1); 0, 0 where there are none.

    Parameters
    ----------
    strength : float64 [n], 100 a second
        As `onsets` gives it; at least four seconds of it.

    Twice or half as fast is as true to many ears; the one nearer to 120 is told.

    >>> clicks = np.zeros(2000)
    >>> clicks[::60] = 1
    >>> tempo(clicks)[0]
    100.0
    """
    if len(strength) < 4 * FRAMES_PER_SECOND or not strength.any():
        return 0.0, 0.0
    far = round(_FAR * FRAMES_PER_SECOND)
    parts = [strength[first : first + far] for first in range(0, max(1, len(strength) - far // 2), far)]
    same = np.mean([_again(part) for part in parts], axis=0)
    slowest, fastest = round(60 * FRAMES_PER_SECOND / SLOWEST), round(60 * FRAMES_PER_SECOND / FASTEST)
    lags = np.arange(fastest, slowest + 1)
    # A beat comes again after two and four of its own lengths too.
    combed = (same[lags] + 0.5 * _near(same, 2 * lags) + 0.25 * _near(same, 4 * lags)) / 1.75
    usual = np.exp(-0.5 * (np.log2(60 * FRAMES_PER_SECOND / lags / _USUAL) / _OCTAVES) ** 2)
    best = int(np.argmax(combed * usual))
    lag = _peak(combed, best) + fastest
    return round(60 * FRAMES_PER_SECOND / lag, 1), float(np.clip(combed[best], 0, 1))


def _again(part: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the autocorrelation for lags of up to six seconds, 1 for a lag of 0."""
    lags = round(4 * 60 * FRAMES_PER_SECOND / SLOWEST) + 2
    centred = part - part.mean()
    spectrum = np.fft.rfft(centred, len(part) + lags)
    whole = np.fft.irfft(np.abs(spectrum) ** 2, len(part) + lags)[:lags]
    overlap = np.maximum(len(part) - np.arange(lags), len(part) / 4)
    return np.asarray(whole / max(whole[0], 1e-12) * len(part) / overlap)


def _near(same: npt.NDArray[np.float64], lags: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    """Return the highest within one frame of each lag."""
    return np.maximum(np.maximum(same[lags - 1], same[lags]), same[lags + 1])


def _peak(values: npt.NDArray[np.float64], at: int) -> float:
    """Return where a parabola through a peak and its neighbours has its top."""
    if not 0 < at < len(values) - 1:
        return float(at)
    before, top, after = values[at - 1 : at + 2]
    bend = before - 2 * top + after
    return float(at + (0.5 * (before - after) / bend if bend < 0 else 0.0))
