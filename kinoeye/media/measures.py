"""Measures: what a meter reads off a stretch of sound, in each of its blocks and channels.

A stretch stands with a margin of its neighbours on both sides, so that what lies at a border is seen whole. All arrays
are float32 [channels, samples] with full scale at 1; borders are sample numbers within them, the first sample of each
block and the end of the last.

Source: ITU-R BS.1770-5, annex 2 (the interpolating filter of the true peak).
"""

import cv2
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
Borders = npt.NDArray[np.int64]

# Annex 2 prints four phases of twelve taps; the other two are the first two backwards.
_OUTER = (0.001708984375, 0.010986328125, -0.0196533203125, 0.033203125, -0.0594482421875, 0.1373291015625,
          0.97216796875, -0.102294921875, 0.047607421875, -0.026611328125, 0.014892578125, -0.00830078125)  # fmt: skip
_INNER = (-0.0291748046875, 0.029296875, -0.0517578125, 0.089111328125, -0.16650390625, 0.465087890625,
          0.77978515625, -0.2003173828125, 0.1015625, -0.0582275390625, 0.0330810546875, -0.0189208984375)  # fmt: skip
_PHASES = tuple(np.array([taps], np.float32) for taps in (_OUTER, _INNER, _INNER[::-1], _OUTER[::-1]))
_FINE_HZ = 192_000  # a sound with so many samples a second needs no more between them

FULL = 1 - 1.5 / 32768  # as loud as 16 bits go, or one step below
_CLIPPED = 3  # samples in a row: two may be a wave's true top

_FAR = 12  # milliseconds on both sides that a jump is held against
_NEAR = 2  # of them left out: a click rings in the filters it went through
_LEAST_JUMP = 0.003  # of full scale; what is below is not heard as a click


def mean_squares(samples: npt.NDArray[np.floating], borders: Borders) -> npt.NDArray[np.float64]:
    """Return the mean of the squares in each block, float64 [blocks, channels]."""
    return means(np.square(samples, dtype=np.float64), borders)


def means(samples: npt.NDArray[np.floating], borders: Borders) -> npt.NDArray[np.float64]:
    """Return the mean of each block, float64 [blocks, channels]."""
    sums = np.add.reduceat(samples[:, : borders[-1]], borders[:-1], axis=1, dtype=np.float64)
    return np.asarray((sums / np.diff(borders)).T, np.float64)


def peaks(samples: Samples, borders: Borders) -> Samples:
    """Return the largest sample of each block, float32 [blocks, channels]."""
    return np.maximum.reduceat(np.abs(samples[:, : borders[-1]]), borders[:-1], axis=1).T


def true_peaks(samples: Samples, borders: Borders, rate_hz: int) -> Samples:
    """Return the largest value of each block between the samples, too, float32 [blocks, channels].

    The filter of the recommendation errs by up to 0.24 dB.

    Up to 96 kHz four values a sample are looked at, up to 192 kHz two, beyond only the samples.
    """
    highest = np.abs(samples)
    phases = _PHASES if 2 * rate_hz <= _FINE_HZ else _PHASES[1:3]
    for taps in phases if rate_hz < _FINE_HZ else ():
        between = cv2.filter2D(samples, cv2.CV_32F, taps, anchor=(6, 0), borderType=cv2.BORDER_CONSTANT)
        np.maximum(highest, np.abs(between), out=highest)
    return np.maximum.reduceat(highest[:, : borders[-1]], borders[:-1], axis=1).T


def clips(samples: Samples, borders: Borders) -> npt.NDArray[np.int64]:
    """Count the runs of at least three samples at full scale that begin in each block, int64 [blocks, channels]."""
    counted = np.zeros(samples.shape, np.int64)
    for full in (samples >= FULL, samples <= -FULL):
        if not full.any():
            continue
        before = np.pad(full, ((0, 0), (1, 0)))[:, :-1]
        lasting = full.copy()
        for step in range(1, _CLIPPED):
            lasting[:, :-step] &= full[:, step:]
            lasting[:, -step:] = False
        counted += lasting & ~before
    return np.add.reduceat(counted[:, : borders[-1]], borders[:-1], axis=1).T


def jumps(samples: Samples, fine: Borders, first: int, end: int) -> npt.NDArray[np.float64]:
    """Say how far the sound jumps out of its neighbourhood, millisecond by millisecond.

    A click bends the wave far more than the 12 ms on either side of it do; an attack does not, because what follows
    it bends as much.

    Parameters
    ----------
    samples : float32 [channels, samples]
    fine : int64 [m + 1]
        First sample of each millisecond, and the end of the last.
    first, end : int
        Milliseconds that are asked for; at least 12 stand on both sides of them.

    Returns
    -------
    float64 [channels, end - first]
        Largest bend, in largest bends of the neighbourhood.
    """
    bend = np.zeros_like(samples)
    bend[:, 1:-1] = np.abs(samples[:, 2:] - 2 * samples[:, 1:-1] + samples[:, :-2])
    largest = np.maximum.reduceat(bend[:, : fine[-1]], fine[:-1], axis=1)
    reach = [step for step in range(-_FAR, _FAR + 1) if abs(step) >= _NEAR]
    around = np.max([largest[:, first + step : end + step] for step in reach], axis=0)
    return np.asarray(largest[:, first:end] / np.maximum(around, _LEAST_JUMP), np.float64)
