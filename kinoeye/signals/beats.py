"""Beats: where each beat of music falls.

Source: Ellis, "Beat Tracking by Dynamic Programming", Journal of New Music Research 36, 2007: of all rows of beats
the one whose onsets are strongest and whose distances are nearest to the tempo's.
"""

import numpy as np
import numpy.typing as npt

from kinoeye.signals.onsets import FRAMES_PER_SECOND

_TIGHT = 100.0  # how much a beat that is off the tempo costs, in onsets of common strength
_NEAR = 3  # frames around a beat in which its onset may lie

Strength = npt.NDArray[np.float64]
Frames = npt.NDArray[np.int64]


def beats(strength: Strength, bpm: float) -> Frames:
    """Return the frames on which beats fall, from the first to the last onset.

    Parameters
    ----------
    strength : float64 [n], 100 a second
        As `onsets` gives it for all bands.
    bpm : beats a minute
        About which beats follow one another, never nearer than half or farther than twice of it.

    >>> clicks = np.zeros(600)
    >>> clicks[40::60] = 1
    >>> beats(clicks, 100.0)[:3].tolist()
    [40, 100, 160]
    """
    if not len(strength) or not strength.any():
        return np.zeros(0, np.int64)
    period = 60 * FRAMES_PER_SECOND / bpm
    local = _smoothed(np.maximum(strength, 0) / max(float(strength.std()), 1e-12), period / 32)
    back = np.arange(round(period / 2), round(2 * period) + 1)[::-1]
    cost = _TIGHT * np.log(back / period) ** 2
    farthest = int(back[0])
    total = np.zeros(len(local) + farthest)  # before the first frame there is nothing
    before = np.full(len(local), -1)
    begun = 0.01 * float(local.max())
    has_begun = False
    for frame, value in enumerate(local):
        ways = total[frame : frame + len(back)] - cost
        best = int(np.argmax(ways))
        if has_begun or value >= begun:
            has_begun = True
            total[frame + farthest] = value + ways[best]
            before[frame] = frame - int(back[best])
        else:
            total[frame + farthest] = value
    return _traced(total[farthest:], before, local, round(period))


def _smoothed(values: Strength, width: float) -> Strength:
    reach = max(1, int(np.ceil(3 * width)))
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / max(width, 0.3)) ** 2)
    return np.asarray(np.convolve(values, kernel)[reach:][: len(values)])


def _traced(total: Strength, before: Frames, local: Strength, period: int) -> Frames:
    """Return the best row of beats, without those before and after the music where nothing sets in."""
    last = min(len(total), period)
    row = [len(total) - last + int(np.argmax(total[-last:]))]  # a beat lies within the last beat's length
    while before[row[-1]] >= 0:
        row.append(int(before[row[-1]]))
    found = np.array(row[::-1], np.int64)
    heard = local[found] > 0.1 * float(np.sqrt(np.mean(local[found] ** 2)))
    inside = np.flatnonzero(heard)
    return found[inside[0] : inside[-1] + 1] if len(inside) else found[:0]


def surely(strength: Strength, frames: Frames) -> Strength:
    """Return how clearly sound sets in at each beat, 0..1: one half where as much does as at any time."""
    near = np.clip(frames[:, None] + np.arange(-_NEAR, _NEAR + 1), 0, len(strength) - 1)
    there = np.maximum(0, strength[near].max(axis=1, initial=0.0))
    common = float(np.maximum(0, strength).mean())
    return np.asarray(there / np.maximum(there + common, 1e-12))
