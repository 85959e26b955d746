"""Seeing: how a film is looked at: how many stills, which ranges at full rate, and what must not be seen.

A veiled place is made unrecognisable in every stream before anything is kept: what was asked to be forgotten comes back
in no later run.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

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
    """

    stills_per_second: float = 2.0
    ranges: tuple[tuple[int, int], ...] = ()
    veils: tuple[Veil, ...] = ()

    def is_close(self, time: int) -> bool:
        """Say whether the picture at `time` lies in a range at full rate."""
        return any(start <= time < end for start, end in self.ranges)

    def veils_at(self, time: int) -> list[Veil]:
        """Return what must not be seen of the picture at `time`."""
        return [veil for veil in self.veils if veil.start <= time < veil.end]


EVERYTHING = Seeing()


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
