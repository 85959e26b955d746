"""Turning: how a stored picture is turned to stand upright, by its display matrix."""

from dataclasses import dataclass

import av
import numpy as np
import numpy.typing as npt


@dataclass(frozen=True)
class Turning:
    """What brings a stored picture upright.

    Parameters
    ----------
    turns : 0..3
        Quarter turns clockwise.
    is_mirrored : bool
        Whether left and right are exchanged after turning.
    """

    turns: int = 0
    is_mirrored: bool = False

    def upright(self, picture: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
        """Turn a picture, [height, width, ...]."""
        if self.turns:
            picture = np.rot90(picture, -self.turns)
        if self.is_mirrored:
            picture = picture[:, ::-1]
        return np.ascontiguousarray(picture)


UPRIGHT = Turning()


def turning(frame: av.VideoFrame) -> Turning:
    """Return how a decoded picture is to be turned; to the nearest quarter.

    Source: ISO/IEC 14496-12, 8.2.2 (matrix); rows are (a, b, u), (c, d, v), (x, y, w).
    """
    try:
        side = frame.side_data.get("DISPLAYMATRIX")
    except ValueError:  # PyAV 18 does not know FFmpeg's newest side data (EXIF), and then shows none
        return Turning(round(-frame.rotation / 90) % 4)
    if side is None or side.buffer_size < 36:
        return UPRIGHT
    a, b, _, c, d = (int(value) for value in np.frombuffer(bytes(side), np.int32)[:5])
    is_mirrored = a * d - b * c < 0
    if is_mirrored:
        a = -a
    if abs(a) >= abs(b):
        return Turning(0 if a >= 0 else 2, is_mirrored)
    return Turning(1 if b > 0 else 3, is_mirrored)
