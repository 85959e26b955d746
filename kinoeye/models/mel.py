"""Mel bands: the power of sound in bands as the ear parts them, a hundred times a second.

Source: Slaney, "Auditory Toolbox", 1998, as librosa 0.11 makes it by default (bands of equal area, `htk=False`).
"""

import functools

import numpy as np
import numpy.typing as npt

RATE_HZ = 16_000
FRAME = 160  # samples from one frame to the next
_SIZE = 400  # samples in a frame


def mels(samples: npt.NDArray[np.floating], bands: int) -> npt.NDArray[np.float32]:
    """Return the power in mel bands from 0 to 8 kHz.

    Parameters
    ----------
    samples : float [n], 16 kHz
        Full scale is 1; before and after it there is silence.
    bands : int

    Returns
    -------
    float32 [1 + n // 160, bands]
        Frames of 25 ms, their middles 10 ms apart, the first at the first sample.

    >>> mels(np.zeros(1600), 40).shape
    (11, 40)
    """
    padded = np.pad(samples, _SIZE // 2)
    count = max(1, 1 + (len(padded) - _SIZE) // FRAME)
    padded = np.pad(padded, (0, max(0, _SIZE - len(padded))))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::FRAME][:count]
    window = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SIZE) / _SIZE)
    return np.asarray((np.abs(np.fft.rfft(frames * window)) ** 2) @ filters(bands).T, np.float32)


@functools.cache
def filters(bands: int) -> npt.NDArray[np.float64]:
    """Return how much of each frequency goes into each band, float64 [bands, 201]."""
    edges = _hz(np.linspace(0, _mel(RATE_HZ / 2), bands + 2))
    bins = np.fft.rfftfreq(_SIZE, 1 / RATE_HZ)
    rising = (bins - edges[:-2, None]) / np.diff(edges)[:-1, None]
    falling = (edges[2:, None] - bins) / np.diff(edges)[1:, None]
    return np.asarray(np.maximum(0, np.minimum(rising, falling)) * (2 / (edges[2:] - edges[:-2]))[:, None])


def _mel(hz: float) -> float:
    # Linear up to 1 kHz, then 27 bands for each factor of 6.4.
    return hz * 3 / 200 if hz < 1000 else 15 + 27 * float(np.log(hz / 1000) / np.log(6.4))


def _hz(marks: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(marks < 15, marks * 200 / 3, 1000 * np.exp(np.log(6.4) / 27 * (marks - 15)))
