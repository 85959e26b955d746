"""Crosstalk: whether two voices sound at once.

Two signs are weighed. What tells a voice apart lies, where two speak, between the two voices rather than at one of
them. And what one voice leaves when its own pitch is taken away (each sample less the one a period before) is hardly
periodic, while under two voices it has the other's pitch. Neither is sure alone: together they are weighed as a
logistic regression learned on mixed speech of the speakers for development (bench/overlaps.py prints the weights).

Source: cancelling a period, de Cheveigné, "Separation of concurrent harmonic sounds", JASA 93(6), 1993.
"""

from itertools import combinations

import numpy as np
import numpy.typing as npt

HOP_S = 0.02

_SIZE = 1024  # samples, 64 ms: two periods of the deepest voice
_SHORTEST, _LONGEST = 40, 230  # samples of a period at 16 kHz: 400 to 70 Hz
_MULTIPLES = (0.5, 1.0, 1.5, 2.0, 3.0)  # of the first period: no second voice
_NEAR = 0.06
_CLEAR = 0.85  # periodicity of a lone voice
_LOW, _HIGH = 8, 600  # bins of the doubled transform: 60 Hz to 4.7 kHz
_AROUND = (8, 20)  # frames on each side: 0.3 and 0.8 s
_BLOCK = 500  # frames at once
SIGNS = 19

Floats = npt.NDArray[np.float64]

_BIAS = -2.062
_WEIGHTS = np.array([
    *(-5.162, 9.399, 19.236, -1.314, -9.788, 11.902),  # of the two widths: nearest voice, next voice, middle of two
    *(2.275, -0.250, -0.532, 3.465, -3.008, 1.375),  # around 0.3 s: harmony's columns, clear frames, high rests
    *(-0.521, 3.247, 9.661, 26.623, 0.311, 1.664),  # around 0.8 s
    0.150,  # level
])  # fmt: skip


def harmony(samples: npt.NDArray[np.float32]) -> Floats:
    """Return what each 20 ms of a sound at 16 kHz have of pitch.

    Returns
    -------
    float64 [n, 5]
        Level in dB; how periodic it is; how much is left without the first pitch; how periodic that is; how flat the
        spectrum is.
    """
    hop = round(16_000 * HOP_S)
    count = -(-len(samples) // hop)
    padded = np.pad(samples.astype(np.float64), (_SIZE // 2, _SIZE))
    frames = np.lib.stride_tricks.sliding_window_view(padded, _SIZE)[::hop][:count]
    blocks = [_harmony(frames[at : at + _BLOCK]) for at in range(0, count, _BLOCK)]
    return np.concatenate([np.zeros((0, 5)), *blocks])


def likeness(vectors: npt.NDArray[np.floating], centres: Floats) -> Floats:
    """Return likeness to the nearest voice and to the next, and how much nearer the nearest middle of two is.

    Parameters
    ----------
    vectors : float [m, length], each of length one
        What tells a voice apart.
    centres : float64 [voices, length], each of length one

    Returns
    -------
    float64 [m, 3]
    """
    rows = np.asarray(vectors, np.float64)
    if not len(centres):
        return np.zeros((len(rows), 3))
    like = np.sort(rows @ centres.T, axis=1)[:, ::-1]
    if len(centres) < 2:
        return np.column_stack([like[:, 0], np.zeros(len(rows)), np.zeros(len(rows))])
    middles = np.stack([_unit(centres[one] + centres[other]) for one, other in combinations(range(len(centres)), 2)])
    return np.column_stack([like[:, 0], like[:, 1], (rows @ middles.T).max(axis=1) - like[:, 0]])


def signs(alike: Floats, found: Floats, places: npt.NDArray[np.int64]) -> Floats:
    """Return the signs of two voices at some moments, float64 [m, 19].

    Parameters
    ----------
    alike : float64 [m, 6]
        As `likeness` tells it, of two widths of window.
    found : float64 [n, 5]
        As `harmony` tells it.
    places : int64 [m]
        Number of each moment's frame in `found`.
    """
    power, loud = 10 ** (found[:, 0] / 10), np.quantile(found[:, 0], 0.9)
    blocks = [places[at : at + _BLOCK] for at in range(0, len(places), _BLOCK)]  # of hours, not all at once
    around = [
        np.hstack([*(_surroundings(found, power, block, width) for width in _AROUND), found[block, :1] - loud])
        for block in blocks
    ]
    return np.hstack([alike, np.concatenate(around)])


def sureness(found: Floats) -> Floats:
    """Return how sure it is that two speak, float64 [m], 0..1, by the signs."""
    return np.asarray(1 / (1 + np.exp(-(_BIAS + found @ _WEIGHTS))))


def pair(vector: Floats, centres: Floats) -> tuple[int, int]:
    """Return the two voices between which a vector lies."""
    pairs = list(combinations(range(len(centres)), 2))
    between = [float(vector @ _unit(centres[one] + centres[other])) for one, other in pairs]
    return pairs[int(np.argmax(between))]


def _surroundings(found: Floats, power: Floats, places: npt.NDArray[np.int64], around: int) -> Floats:
    """Return the mean of harmony's columns by power, the share of clear frames, and high rests, about each frame."""
    rows = np.clip(places[:, None] + np.arange(-around, around + 1), 0, len(found) - 1)
    weights = power[rows] / np.maximum(power[rows].sum(axis=1, keepdims=True), 1e-12)
    means = (weights[..., None] * found[rows, 1:]).sum(axis=1)
    clear = (found[rows, 1] > _CLEAR).mean(axis=1)
    return np.column_stack([means, clear, np.quantile(found[rows, 3], 0.8, axis=1)])


def _unit(row: Floats) -> Floats:
    return np.asarray(row / max(float(np.linalg.norm(row)), 1e-9))


def _harmony(frames: Floats) -> Floats:
    window = np.hanning(_SIZE)
    shape = _periodicity(window[None], np.ones(_SIZE))[0]
    lags = np.arange(_SHORTEST, _LONGEST)
    power = (frames**2).mean(axis=1)
    likeness = _periodicity(frames * window, shape)[:, lags]
    first = likeness.argmax(axis=1)
    period = lags[first]
    before = np.arange(_SIZE) - period[:, None]
    rest = np.where(before >= 0, frames - np.take_along_axis(frames, np.maximum(before, 0), axis=1), 0.0)
    left = (rest**2).sum(axis=1) / np.maximum(2 * power * (_SIZE - period), 1e-9)
    other = _periodicity(rest * window, shape)[:, lags]
    for multiple in _MULTIPLES:
        near = np.abs(lags - multiple * period[:, None]) <= _NEAR * max(1.0, multiple) * period[:, None]
        other = np.where(near, 0.0, other)
    spectrum = np.abs(np.fft.rfft(frames * window, 2 * _SIZE)[:, _LOW:_HIGH]) ** 2 + 1e-12
    flat = np.exp(np.log(spectrum).mean(axis=1)) / spectrum.mean(axis=1)
    best = np.take_along_axis(likeness, first[:, None], axis=1)[:, 0]
    return np.column_stack([10 * np.log10(power + 1e-10), best, left, other.max(axis=1), flat])


def _periodicity(windowed: Floats, shape: Floats) -> Floats:
    """Return the autocorrelation over its first value, without what the window does to it."""
    found = np.fft.irfft(np.abs(np.fft.rfft(windowed, 2 * _SIZE)) ** 2)[:, :_SIZE]
    return np.asarray(found / np.maximum(found[:, :1], 1e-12) / np.maximum(shape, 1e-3))
