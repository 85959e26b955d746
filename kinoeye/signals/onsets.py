"""Onsets: how much new sound sets in at each hundredth of a second, in all bands and in the bass.

Source: Böck & Widmer, "Maximum filter vibrato suppression for onset detection", DAFx 2013: a band rises only where it
rises above its neighbours too, so that a voice that glides is no onset.
"""

import functools

import numpy as np
import numpy.typing as npt

FRAMES_PER_SECOND = 100
_SIZE = 1024  # samples of one spectrum, 64 ms at 16 kHz
_BANDS_PER_OCTAVE = 12
_LOWEST, _HIGHEST = 40.0, 7600.0  # Hz
_BASS = 250.0  # Hz
_BACK = 2  # frames: a rise is from 20 ms before
_COMPRESS = 10.0  # the louder, the less the quiet is drowned; chosen on pieces to learn on
_SMOOTH = 5  # frames: a beat that comes 20 ms late is still on time
_AT_ONCE = 1000  # frames of which spectra are made at once

Strength = npt.NDArray[np.float64]


def spectra(samples: npt.NDArray[np.floating], rate_hz: int) -> npt.NDArray[np.float32]:
    """Return the amplitude in bands of a half-tone, float32 [1 + n // 160, bands], the first at the first sample.

    Before and after the samples there is silence.
    """
    hop = rate_hz // FRAMES_PER_SECOND
    count = 1 + len(samples) // hop
    padded = np.pad(samples, (_SIZE // 2, _SIZE // 2 + hop))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::hop][:count]
    window = np.hanning(_SIZE) * 2 / _SIZE
    bands = _bank(rate_hz).T
    parts = [np.abs(np.fft.rfft(frames[at : at + _AT_ONCE] * window)) @ bands for at in range(0, count, _AT_ONCE)]
    return np.concatenate(parts).astype(np.float32)


def onsets(amplitudes: npt.NDArray[np.float32], rate_hz: int, *, level: float = 0.0) -> Strength:
    """Return how much new sound sets in at each frame, float64 [n, 2]: in all bands and in the bass.

    Parameters
    ----------
    amplitudes : float32 [n, bands], as `spectra` gives them
    rate_hz : int
    level : float
        What is loud: the mean amplitude of the whole; 0: that of these.
    """
    loud = np.log1p(_COMPRESS * amplitudes / max(level or float(amplitudes.mean()), 1e-7))
    around = loud.copy()
    around[:, 1:] = np.maximum(around[:, 1:], loud[:, :-1])
    around[:, :-1] = np.maximum(around[:, :-1], loud[:, 1:])
    rise = np.zeros_like(loud)
    rise[_BACK:] = np.maximum(0, loud[_BACK:] - around[:-_BACK])
    middles = _middles(rate_hz)
    smooth = np.hanning(_SMOOTH + 2)[1:-1]
    every = np.ones(FRAMES_PER_SECOND) / FRAMES_PER_SECOND
    out = np.zeros((len(rise), 2))
    for column, bands in enumerate((middles > 0, middles < _BASS)):
        strength = rise[:, bands].mean(axis=1, dtype=np.float64)
        out[:, column] = _same(strength - _same(strength, every), smooth / smooth.sum())
    return out


def _same(values: Strength, kernel: Strength) -> Strength:
    """Return values smoothed by a kernel, as many as there were."""
    return np.asarray(np.convolve(values, kernel)[len(kernel) // 2 :][: len(values)])


@functools.cache
def _edges(rate_hz: int) -> npt.NDArray[np.int64]:
    """Return the bins where bands begin, peak and end; low bands are a bin wide."""
    count = int(np.log2(_HIGHEST / _LOWEST) * _BANDS_PER_OCTAVE) + 2
    hertz = _LOWEST * 2 ** (np.arange(count) / _BANDS_PER_OCTAVE)
    return np.unique(np.round(hertz * _SIZE / rate_hz).astype(np.int64))


def _middles(rate_hz: int) -> Strength:
    return np.asarray(_edges(rate_hz)[1:-1] * rate_hz / _SIZE)


@functools.cache
def _bank(rate_hz: int) -> Strength:
    """Return how much of each frequency goes into each band, float64 [bands, 513], each summing to 1."""
    edges = _edges(rate_hz)
    bank = np.zeros((len(edges) - 2, _SIZE // 2 + 1))
    for band, (begin, peak, end) in enumerate(zip(edges, edges[1:], edges[2:], strict=False)):
        bank[band, begin : peak + 1] = np.linspace(0, 1, peak - begin + 1)
        bank[band, peak : end + 1] = np.linspace(1, 0, end - peak + 1)
    return np.asarray(bank / bank.sum(axis=1, keepdims=True))
