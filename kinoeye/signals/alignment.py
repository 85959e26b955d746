"""Alignment: how well two rows of vectors over time agree, and at which offset.

Source: normalised cross-correlation over the offset, with the slower row interpolated between its times.
"""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from kinoeye.timecode import FLICKS_PER_SECOND

Floats = npt.NDArray[np.float32]
Times = npt.NDArray[np.int64]

STEP = FLICKS_PER_SECOND // 8  # offsets are tried so far apart; stills come every half second
LEAST_MOMENTS = 2  # two stills must lie over one another, else the offset is chance
MOST_OFFSETS = 4096  # of two long takes only the best of these are tried
STILL = 0.05  # length of the mean change below which nothing changes: the codec's own
EQUAL = 0.985  # cosine from which two pictures in which nothing changes are the same


@dataclass(frozen=True)
class Alignment:
    """How two shots agree.

    Parameters
    ----------
    look : 0..1
        Median over the stills of the shorter of the best cosine with any still of the other.
    cosine : 0..1
        Mean cosine of the stills at the same moment, at the best offset.
    change : -1..1
        Correlation of what changes in them, at that offset; where nothing changes, 1 if they are all but equal, else 0.
    moments : int
        Stills that lie over one another at that offset; the fewer, the more of the correlation is chance.
    offset : flicks
        Add to a time of the first for the same moment in the second.
    """

    look: float
    cosine: float
    change: float
    moments: int
    offset: int


def aligned(times: Times, vectors: Floats, other_times: Times, other_vectors: Floats) -> Alignment:
    """Lay two shots over one another.

    Parameters
    ----------
    times, other_times : int64 [n], [m], flicks, rising
    vectors, other_vectors : float32 [n, k], [m, k], of length 1
    """
    if len(times) > len(other_times):
        turned = aligned(other_times, other_vectors, times, vectors)
        return replace(turned, offset=-turned.offset)
    cosines = vectors @ other_vectors.T
    look = float(np.median(cosines.max(axis=1)))
    best = Alignment(look, look, float(look >= EQUAL), 0, int(other_times[0] - times[0]))
    for offset in _offsets(times, other_times, cosines):
        moved = times + offset
        inside = (moved >= other_times[0]) & (moved <= other_times[-1])
        if inside.sum() < min(LEAST_MOMENTS, len(times)):
            continue
        cosine, change = _agreement(vectors[inside], _between(other_times, other_vectors, moved[inside]))
        if not best.moments or cosine + change / 2 > best.cosine + best.change / 2:
            best = Alignment(look, cosine, change, int(inside.sum()), offset)
    return best


def _offsets(times: Times, other_times: Times, cosines: Floats) -> list[int]:
    """Return the offsets worth trying: between moments that look alike, and up to half a second about them."""
    order = np.argsort(-cosines, axis=None, kind="stable")[:MOST_OFFSETS]
    rows, columns = np.unravel_index(order, cosines.shape)
    coarse = np.unique(np.round((other_times[columns] - times[rows]) / STEP).astype(np.int64))
    fine = np.unique(coarse[:, None] + np.arange(-2, 3)[None])
    return [int(each) * STEP for each in fine]


def _between(times: Times, vectors: Floats, wanted: Times) -> Floats:
    """Return the vectors at the wanted times, between two stills on the straight line."""
    if len(times) == 1:
        return np.repeat(vectors, len(wanted), axis=0)
    above = np.clip(np.searchsorted(times, wanted, side="right"), 1, len(times) - 1)
    part = ((wanted - times[above - 1]) / (times[above] - times[above - 1])).astype(np.float32)[:, None]
    mixed = vectors[above - 1] * (1 - part) + vectors[above] * part
    return np.asarray(mixed / np.maximum(np.linalg.norm(mixed, axis=1, keepdims=True), 1e-6), np.float32)


def _agreement(here: Floats, there: Floats) -> tuple[float, float]:
    """Return the mean cosine, and the correlation of what changes."""
    cosine = float((here * there).sum(axis=1).mean())
    here, there = here - here.mean(axis=0), there - there.mean(axis=0)
    sizes = float(np.linalg.norm(here)), float(np.linalg.norm(there))
    if min(sizes) < STILL * np.sqrt(len(here)):
        return cosine, float(cosine >= EQUAL)
    return cosine, float((here * there).sum() / (sizes[0] * sizes[1]))
