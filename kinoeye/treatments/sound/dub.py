"""Dub: spoken lines mixed over a film's music and effects."""

from collections.abc import Iterable, Iterator

import numpy as np

from kinoeye.signals.blocks import Samples, cut

_CENTRE = 2  # of 5.1 and 7.1, in FFmpeg's order
_SIDE = np.float32(np.sqrt(0.5))  # in each of two channels: as loud as one


def mixed(bed: Iterable[Samples], voice: Iterable[Samples], *, size: int = 48_000) -> Iterator[Samples]:
    """Lay a voice over a bed: into the centre where there is one, else into all channels alike.

    Parameters
    ----------
    bed : iterable of float32 [n, channels]
    voice : iterable of float32 [m, 1]
        Where it is longer, so is the result.
    size : samples
        Of a piece.
    """
    under, over = cut(bed, size), cut(voice, size)
    channels = 1
    for below in under:
        channels = below.shape[1]
        above = next(over, np.zeros((0, 1), np.float32))
        length = max(len(below), len(above))
        joined = np.pad(below, ((0, length - len(below)), (0, 0)))
        joined[: len(above)] += _spread(above, channels)
        yield joined
        if len(below) < size:
            break
    yield from (_spread(rest, channels) for rest in over)


def _spread(voice: Samples, channels: int) -> Samples:
    out = np.zeros((len(voice), channels), np.float32)
    if channels >= 5:
        out[:, _CENTRE] = voice[:, 0]
    else:
        out[:] = voice * (1 if channels == 1 else _SIDE)
    return out
