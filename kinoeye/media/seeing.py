"""Seeing: how a file is looked at: how many stills, which ranges at full rate, what must not be seen, heard or read.

A veiled place is made unrecognisable in every stream before anything is kept, and a mute one is silent: what was asked
to be forgotten comes back in no later run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.timecode import FLICKS_PER_SECOND

Picture = npt.NDArray[np.uint8]

_MOSAIC = 3  # squares across a veiled place: a face of three squares is nobody's


@dataclass(frozen=True)
class Veil:
    """A place in the pictures of a stretch of time that is not to be seen.

    Parameters
    ----------
    start, end : int, flicks
    x, y, w, h : 0..1 of the picture as it is shown
    """

    start: int
    end: int
    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True)
class Seeing:
    """How one film is looked at.

    Parameters
    ----------
    stills_per_second : float, above 0
    ranges : tuple of (start, end), flicks
        Of which every picture is kept: the stream `full_rate`.
    veils : tuple of Veil
    mutes : tuple of (start, end), flicks
        Of which nothing is heard.
    forgotten : frozenset of str
        Marks of the viewers of whom no log's row is read.
    """

    stills_per_second: float = 2.0
    ranges: tuple[tuple[int, int], ...] = ()
    veils: tuple[Veil, ...] = ()
    mutes: tuple[tuple[int, int], ...] = ()
    forgotten: frozenset[str] = frozenset()

    def is_close(self, time: int) -> bool:
        """Say whether the picture at `time` lies in a range at full rate."""
        return any(start <= time < end for start, end in self.ranges)

    def veils_at(self, time: int) -> list[Veil]:
        """Return what must not be seen of the picture at `time`."""
        return [veil for veil in self.veils if veil.start <= time < veil.end]


EVERYTHING = Seeing()


def muted(
    samples: npt.NDArray[np.int16], start: int, rate_hz: int, mutes: Sequence[tuple[int, int]]
) -> npt.NDArray[np.int16]:
    """Return sound with stretches made silent; without any, the same sound.

    Parameters
    ----------
    samples : int16 [n]
    start : flicks
        Time of the first.
    rate_hz : int
    mutes : sequence of (start, end), flicks
    """
    tick = FLICKS_PER_SECOND // rate_hz
    spans = [(max(0, (begin - start) // tick), -((start - end) // tick)) for begin, end in mutes]
    spans = [(first, min(last, len(samples))) for first, last in spans if first < last and first < len(samples)]
    if not spans:
        return samples
    samples = np.array(samples)
    for first, last in spans:
        samples[first:last] = 0
    return samples


def veiled(picture: Picture, veils: Sequence[Veil]) -> Picture:
    """Return a picture with places made unrecognisable; without any, the same picture.

    Parameters
    ----------
    picture : uint8 [height, width, 3]
    """
    if not veils:
        return picture
    picture = np.array(picture)
    height, width = picture.shape[:2]
    for veil in veils:
        left, top = max(0, int(veil.x * width)), max(0, int(veil.y * height))
        right, bottom = (min(width, -int(-(veil.x + veil.w) * width // 1)),
                         min(height, -int(-(veil.y + veil.h) * height // 1)))  # fmt: skip
        if left < right and top < bottom:
            place = picture[top:bottom, left:right]
            squares = cv2.resize(place, (_MOSAIC, _MOSAIC), interpolation=cv2.INTER_AREA)
            place[:] = cv2.resize(squares, (right - left, bottom - top), interpolation=cv2.INTER_NEAREST)
    return picture
