"""Stills: now and then a picture as it is seen, as JPEG of at most 640 pixels, for eyes, text and faces."""

from collections.abc import Sequence

import av
import cv2
import numpy as np

from kinoeye.errors import MediaError
from kinoeye.media.planes import INTERLEAVED, Frames, Plane, layout_of, opaque, plane_of, to_rgb
from kinoeye.media.probe import Probe
from kinoeye.media.seeing import Veil, veiled
from kinoeye.streams import STILL_LONGEST
from kinoeye.timecode import from_seconds

_QUALITY = 88  # edges of burnt-in letters stay clean; 95 takes twice the bytes


class Steady:
    """Tells which pictures become stills: the first at or after each tick of a steady clock that starts at 0.

    It looks at nothing but a picture's time and that of the one before, so that the answer is the same however a film
    is cut.

    Parameters
    ----------
    a_second : float
        Stills a second of media time.
    before : int, flicks
        Time of the picture before the first; None where there is none.
    """

    def __init__(self, a_second: float, before: int | None) -> None:
        self._step = max(1, from_seconds(1 / a_second))
        self._last = None if before is None else before // self._step

    def is_due(self, time: int) -> bool:
        """Say whether the picture at `time` becomes a still."""
        tick = time // self._step
        if tick == self._last:
            return False
        self._last = tick
        return True


def still(frame: av.VideoFrame, probe: Probe, veils: Sequence[Veil] = (), *, longest: int = STILL_LONGEST) -> bytes:
    """Return a decoded picture as JPEG: upright, in its displayed shape, the longest side at most `longest` pixels.

    Of an interlaced picture one field counts.
    """
    wide = frame.width * (probe.pixel_aspect if probe.turning.turns % 2 == 0 else 1 / probe.pixel_aspect)
    scale = min(1, longest / max(wide, frame.height))
    size = (max(1, round(wide * scale)), max(1, round(frame.height * scale)))
    upright = veiled(probe.turning.upright(still_picture(frame, size)), veils)
    bgr = cv2.cvtColor(upright, cv2.COLOR_RGB2BGR)
    is_done, jpeg = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not is_done:
        raise MediaError("stills: a picture must become a JPEG, got none")
    return bytes(jpeg)


def still_picture(frame: av.VideoFrame, size: tuple[int, int]) -> Frames:
    """Return a decoded picture as RGB of this width and height, not yet upright; of an interlaced one, one field."""
    layout = layout_of(frame)
    step = 2 if frame.interlaced_frame and frame.height >= 2 * 16 else 1
    if not layout.depth:
        return np.asarray(_sized(opaque(frame)[::step], size), np.uint8)
    if layout.name in INTERLEAVED:
        chroma = _sized(plane_of(frame, 1, 8, 2)[::step], size)
        planes = [_sized(plane_of(frame, 0, 8)[::step], size), chroma[..., 0], chroma[..., 1]]
    else:
        planes = [_sized(plane_of(frame, n, layout.depth)[::step], size) for n in range(layout.channels)]
    return np.asarray(to_rgb(np.stack(planes)[:, None], layout)[0], np.uint8)


def _sized(plane: Plane, size: tuple[int, int]) -> Plane:
    height, width = plane.shape[:2]
    if (width, height) == size:
        return plane
    smaller = size[0] <= width and size[1] <= height
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA if smaller else cv2.INTER_LINEAR))
