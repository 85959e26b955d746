"""Thumbs: the one place that makes a decoded picture 48x27.

The planes are read where the decoder left them, without a copy; of tall planes every few rows only (6 or so rows stand
behind each row of the thumb, all their columns count), then halved by exact 2x2 means and averaged over the rest. The
small planes of many pictures wait in a block, and one matrix makes the whole block RGB.

The picture is as displayed: turned by the display matrix, the whole of it squeezed into 16:9, transparency over black,
PQ and HLG brought to a plain screen (`colour.tone_mapped`).
"""

from collections.abc import Sequence

import av
import cv2
import numpy as np

from kinoeye.media.planes import INTERLEAVED, Frames, Layout, Plane, layout_of, opaque, plane_of, sample_of, to_rgb
from kinoeye.media.turning import UPRIGHT, Turning
from kinoeye.streams import THUMB_HEIGHT, THUMB_WIDTH

_MOST_ROWS = 180  # that are read of a plane: measured 0.04 ms at 720p, against 1.3 ms for all rows
_SMALL = 24_000  # samples that the general area mean takes in 0.03 ms


class Thumbs:
    """Gathers decoded pictures as thumbs.

    Parameters
    ----------
    capacity : int
        Most pictures between two calls of `take`.
    turning : Turning
        What brings the pictures upright.
    """

    def __init__(self, capacity: int, turning: Turning = UPRIGHT) -> None:
        self.capacity = capacity
        self._turning = turning
        self._size = (THUMB_HEIGHT, THUMB_WIDTH) if turning.turns % 2 else (THUMB_WIDTH, THUMB_HEIGHT)
        self._layout: Layout | None = None
        self._key: tuple[object, ...] = ()
        self._block: Plane = np.empty(0, np.uint8)
        self._count = 0
        self._done: list[Frames] = []

    def add(self, frame: av.VideoFrame) -> None:
        """Add one decoded picture: its planes are made small, nothing more."""
        key = (frame.width, frame.height, frame.format.name, frame.colorspace, frame.color_range)
        if key != self._key:
            self._finish()
            self._key = key
            self._layout = layout_of(frame)
            depth, channels = self._layout.depth, self._layout.channels
            shape = (channels, self.capacity, self._size[1], self._size[0])
            self._block = np.empty(shape if depth else (self.capacity, *shape[2:], 3), sample_of(depth))
        assert self._layout is not None
        if self._layout.depth:
            _shrink_planes(frame, self._layout, self._block[:, self._count])
        else:
            _shrink(opaque(frame), self._block[self._count])
        self._count += 1

    def take(self) -> Frames:
        """Return the pictures added since the last call, uint8 [n, 27, 48, 3], RGB, and forget them."""
        self._finish()
        done, self._done = self._done, []
        return np.concatenate(done) if done else np.empty((0, THUMB_HEIGHT, THUMB_WIDTH, 3), np.uint8)

    def _finish(self) -> None:
        if not self._count:
            return
        assert self._layout is not None
        if self._layout.depth:
            frames = to_rgb(self._block[:, : self._count], self._layout)
        else:
            frames = np.array(self._block[: self._count], np.uint8)
        self._count = 0
        frames = np.rot90(frames, -self._turning.turns, axes=(1, 2))
        if self._turning.is_mirrored:
            frames = frames[:, :, ::-1]
        self._done.append(np.ascontiguousarray(frames))


def thumbs_of(frames: Frames | Sequence[Frames]) -> Frames:
    """Make thumbs of RGB pictures by the same means as of decoded ones (a few grey levels apart at most).

    Parameters
    ----------
    frames : uint8 [n, height, width, 3], RGB

    Returns
    -------
    uint8 [n, 27, 48, 3], RGB
    """
    small = np.empty((len(frames), THUMB_HEIGHT, THUMB_WIDTH, 3), np.uint8)
    for frame, out in zip(frames, small, strict=True):
        _shrink(frame, out)
    return small


def _shrink_planes(frame: av.VideoFrame, layout: Layout, out: Plane) -> None:
    if layout.name in INTERLEAVED:
        _shrink(plane_of(frame, 0, 8), out[0])
        chroma = np.empty((*out.shape[1:], 2), np.uint8)
        _shrink(plane_of(frame, 1, 8, 2), chroma)
        out[1], out[2] = chroma[..., 0], chroma[..., 1]
        return
    planes = frame.planes
    sample = sample_of(layout.depth)
    for number in range(len(out)):
        plane = planes[number]
        rows = np.frombuffer(plane, sample).reshape(plane.height, -1)[:, : plane.width]
        _shrink(rows, out[number])


def _shrink(picture: Plane, out: Plane) -> None:
    """Average `picture` into `out`, in place: every few rows, halved while that is exact, then by area."""
    step = max(1, picture.shape[0] // _MOST_ROWS)
    if step > 1:
        picture = picture[step // 2 :: step]
    height, width = picture.shape[:2]
    while height >= 2 * out.shape[0] and width >= 2 * out.shape[1]:
        if (height | width) & 1 and height * width <= _SMALL:
            break
        # An odd last row or column is left out: else OpenCV leaves its fast path, 20 times slower.
        even = picture[: height & ~1, : width & ~1]
        height, width = height // 2, width // 2
        picture = cv2.resize(even, (width, height), interpolation=cv2.INTER_AREA)
    cv2.resize(picture, (out.shape[1], out.shape[0]), dst=out, interpolation=cv2.INTER_AREA)
