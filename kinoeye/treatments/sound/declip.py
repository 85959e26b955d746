"""Declip: what a recorder cut off above its highest level, drawn again.

Where sound stands at its highest or lowest level for two samples and more, it was cut off. There the samples are
looked for that have the simplest spectrum among all that reach at least that level; every other sample stays.

Source: Kitić, Bertin & Gribonval, "Sparsity and cosparsity for audio declipping: a flexible non-convex approach"
(A-SPADE), LVA/ICA 2015; Záviška et al., "A Survey and an Extensive Evaluation of Popular Audio Declipping
Methods", 2021.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy import fft

from kinoeye.signals.blocks import Samples, cut, overlap_added, overlapped

_FRAME_S = 0.043  # short enough that a vowel stands still, long enough to tell its overtones
_MOST_STEPS = 120
_CLOSE = 0.01  # of the frame's level: the simple spectrum and the samples agree
_NEAR, _UNDER = 0.999, 0.98  # of the highest level: at it, and right under it
_LEAST, _LEAST_SHARE = 8.0, 2e-5  # samples, and of all; a loud sound reaches its highest level now and then

Frames = npt.NDArray[np.float64]
Marks = npt.NDArray[np.int8]


@dataclass(frozen=True)
class Clipping:
    """Where sound was cut off.

    Parameters
    ----------
    lows, highs : tuple of float
        The levels, of each channel; -inf and inf where nothing was cut off.
    share : float
        Of all samples, 0..1.
    """

    lows: tuple[float, ...]
    highs: tuple[float, ...]
    share: float


def find_clipping(again: Callable[[], Iterable[Samples]]) -> Clipping:
    """Find the levels at which sound was cut off.

    Sound that was never cut off rarely stands at its highest level, and often right under it.

    Parameters
    ----------
    again : callable
        Gives the pieces, float32 [n, channels], from their begin each time.
    """
    tops = [np.stack([-piece.min(0), piece.max(0)]) for piece in again() if len(piece)]
    if not tops:
        return Clipping((), (), 0.0)
    top = np.maximum(np.max(tops, axis=0), 1e-9)
    at, under, total = np.zeros_like(top), np.zeros_like(top), 0
    for piece in cut(again(), 1 << 16):
        heights = np.stack([-piece, piece]) / top[:, None]
        at += (heights >= _NEAR).sum(1)
        under += ((heights >= _UNDER) & (heights < _NEAR)).sum(1)
        total += len(piece)
    is_cut = (at > under) & (at >= max(_LEAST, _LEAST_SHARE * total))
    levels = np.where(is_cut, top * _NEAR, np.inf)
    share = float((at * is_cut).sum() / (total * top.shape[1]))
    return Clipping(tuple((-levels[0]).tolist()), tuple(levels[1].tolist()), share)


def declip(pieces: Iterable[Samples], rate_hz: int, clipping: Clipping) -> Iterator[Samples]:
    """Draw peaks again that were cut off; they rise above the level of the cut, even above 1.

    Parameters
    ----------
    pieces : iterable of float32 [n, channels]
    rate_hz : int
    clipping : Clipping
        As `find_clipping` found it.
    """
    if not clipping.share:
        return iter(pieces)
    size = 4 * round(_FRAME_S * rate_hz / 4)
    window = np.sin(np.pi * (np.arange(size) + 0.5) / size)
    channels = len(clipping.highs)

    def drawn(frames: Frames) -> Frames:
        marks = np.rint(frames[..., channels:] / window[:, None]).astype(np.int8)
        rows = frames[..., :channels].transpose(0, 2, 1).reshape(-1, size).copy()
        said = marks.transpose(0, 2, 1).reshape(-1, size)
        damaged = said.any(1)
        if damaged.any():
            rows[damaged] = _simplest(rows[damaged], said[damaged])
        whole = rows.reshape(len(frames), channels, size).transpose(0, 2, 1)
        return np.concatenate([whole * window[:, None], np.zeros_like(whole)], 2)

    marked = _marked(pieces, clipping)
    return (piece[:, :channels] for piece in overlap_added(marked, window, size // 2, drawn))


def _marked(pieces: Iterable[Samples], clipping: Clipping) -> Iterator[Samples]:
    """Give sound with further channels that say where it was cut off: 1 above, -1 below, two samples and more."""
    lows, highs = np.array(clipping.lows), np.array(clipping.highs)
    for window in overlapped(pieces, 1 << 14, 1, 1):
        marks = (window >= highs).astype(np.int8) - (window <= lows).astype(np.int8)
        inside = marks[1:-1]
        is_run = (inside != 0) & ((inside == marks[:-2]) | (inside == marks[2:]))
        yield np.concatenate([window[1:-1], (inside * is_run).astype(np.float32)], 1)


def _simplest(rows: Frames, marks: Marks) -> Frames:
    """Return windowed frames with their cut-off samples drawn again: A-SPADE, all frames at once."""
    size = rows.shape[1]
    scale = np.sqrt(2 * size)
    least = np.where(marks > 0, rows, -np.inf)
    most = np.where(marks < 0, rows, np.inf)
    is_kept = marks == 0
    answer, current = rows.copy(), rows.copy()
    strayed = np.zeros((len(rows), size + 1), np.complex128)
    going = np.arange(len(rows))
    kept = 1
    norms = np.linalg.norm(rows, axis=1)
    for _ in range(_MOST_STEPS):
        spectra = fft.rfft(current, 2 * size) / scale
        simple = _strongest(spectra + strayed, kept)
        drawn = fft.irfft((simple - strayed) * scale, 2 * size)[:, :size]
        current = np.where(is_kept[going], rows[going], np.clip(drawn, least[going], most[going]))
        apart = fft.rfft(current, 2 * size) / scale - simple
        strayed = strayed + apart
        answer[going] = current
        on = np.linalg.norm(apart, axis=1) * np.sqrt(2) > _CLOSE * norms[going]
        going, current, strayed = going[on], current[on], strayed[on]
        if not len(going):
            break
        kept += max(1, kept // 16)
    return answer


def _strongest(spectra: npt.NDArray[np.complex128], count: int) -> npt.NDArray[np.complex128]:
    """Return spectra of which only the `count` strongest values are kept."""
    if count >= spectra.shape[1]:
        return spectra
    powers = spectra.real**2 + spectra.imag**2
    edge = np.partition(powers, -count, axis=1)[:, -count]
    return np.where(powers >= edge[:, None], spectra, 0)
