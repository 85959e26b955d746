"""Thumbs: the one place that makes a decoded picture 48x27.

The planes are read where the decoder left them, without a copy; of tall planes every few rows only (6 or so rows stand
behind each row of the thumb, all their columns count), then halved by exact 2x2 means and averaged over the rest. The
small planes of many pictures wait in a block, and one matrix makes the whole block RGB.

The picture is as displayed: turned by the display matrix, the whole of it squeezed into 16:9, transparency over black,
PQ and HLG brought to a plain screen (`colour.tone_mapped`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.media.colour import FULL_RANGE, is_high_dynamic_range, rgb_matrix, tone_mapped
from kinoeye.streams import THUMB_HEIGHT, THUMB_WIDTH

_MOST_ROWS = 180  # that are read of a plane: measured 0.04 ms at 720p, against 1.3 ms for all rows
_SMALL = 24_000  # samples that the general area mean takes in 0.03 ms
_PLANAR = re.compile(r"(?:yuvj?4\d\dp|gbrp|gray)(9|10|12|14|16)?(?:le)?")
_INTERLEAVED = {"nv12": 8, "nv16": 8, "nv24": 8}
_PACKED = {"rgb24", "bgr24"}

Frames = npt.NDArray[np.uint8]
Plane = npt.NDArray[np.unsignedinteger[Any]]


@dataclass(frozen=True)
class Layout:
    """How pictures lie in memory and what their numbers mean; the same for nearly all pictures of a stream.

    Parameters
    ----------
    name : str
        FFmpeg's pixel format.
    depth : bits a sample, 0 where FFmpeg converts first
    matrix, is_full_range, transfer, primaries
        Code points of H.273.
    """

    name: str
    width: int
    height: int
    depth: int
    matrix: int
    is_full_range: bool
    transfer: int
    primaries: int

    @property
    def channels(self) -> int:
        """Small planes a picture has in the block."""
        return 1 if self.name.startswith("gray") else 3

    @property
    def is_high_dynamic_range(self) -> bool:
        """Whether the numbers are PQ or HLG signals of more than 8 bits."""
        return is_high_dynamic_range(self.transfer)


class Thumbs:
    """Gathers decoded pictures as thumbs.

    Parameters
    ----------
    capacity : int
        Most pictures between two calls of `take`.
    turns : 0..3
        Quarter turns clockwise that bring the picture upright.
    is_mirrored : bool
        Whether left and right are exchanged after turning.
    """

    def __init__(self, capacity: int, *, turns: int = 0, is_mirrored: bool = False) -> None:
        self.capacity = capacity
        self._turns = turns % 4
        self._is_mirrored = is_mirrored
        self._size = (THUMB_HEIGHT, THUMB_WIDTH) if self._turns % 2 else (THUMB_WIDTH, THUMB_HEIGHT)
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
            self._block = np.empty(shape if depth else (self.capacity, *shape[2:], 3), _sample(depth))
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
            frames = _to_rgb(self._block[:, : self._count], self._layout)
        else:
            frames = np.array(self._block[: self._count], np.uint8)
        self._count = 0
        if self._turns:
            frames = np.rot90(frames, -self._turns, axes=(1, 2))
        if self._is_mirrored:
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


def layout_of(frame: av.VideoFrame) -> Layout:
    """Return how a decoded picture lies in memory."""
    name = frame.format.name
    known = _PLANAR.fullmatch(name)
    depth = int(known.group(1) or 8) if known else _INTERLEAVED.get(name, 0)
    if any(plane.line_size < 0 for plane in frame.planes):
        depth = 0
    is_full_range = frame.color_range == FULL_RANGE or name.startswith(("yuvj", "gray", "gbr"))
    return Layout(
        name=name,
        width=frame.width,
        height=frame.height,
        depth=depth,
        matrix=int(frame.colorspace),
        is_full_range=is_full_range,
        transfer=int(frame.color_trc),
        primaries=int(frame.color_primaries),
    )


def opaque(frame: av.VideoFrame) -> Frames:
    """Return a decoded picture of any format as RGB at its full size, transparency over black.

    Returns
    -------
    uint8 [height, width, 3], RGB
    """
    names = {component.is_alpha for component in frame.format.components}
    if True not in names and frame.format.name != "pal8":
        return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    rgba = np.asarray(frame.to_ndarray(format="rgba"), np.uint8)
    alpha = cv2.merge([rgba[..., 3]] * 3)
    return np.asarray(cv2.multiply(rgba[..., :3], alpha, scale=1 / 255), np.uint8)


def plane_of(frame: av.VideoFrame, number: int, depth: int, channels: int = 1) -> Plane:
    """Return one plane of a decoded picture where the decoder left it, [height, width] or [height, width, channels]."""
    plane = frame.planes[number]
    rows = np.frombuffer(plane, _sample(depth)).reshape(plane.height, -1)
    if channels == 1:
        return rows[:, : plane.width]
    return rows[:, : plane.width * channels].reshape(plane.height, plane.width, channels)


def _shrink_planes(frame: av.VideoFrame, layout: Layout, out: Plane) -> None:
    if layout.name in _INTERLEAVED:
        _shrink(plane_of(frame, 0, 8), out[0])
        chroma = np.empty((*out.shape[1:], 2), np.uint8)
        _shrink(plane_of(frame, 1, 8, 2), chroma)
        out[1], out[2] = chroma[..., 0], chroma[..., 1]
        return
    planes = frame.planes
    sample = _sample(layout.depth)
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


def _to_rgb(block: Plane, layout: Layout) -> Frames:
    """Make a block of small planes [channels, n, height, width] RGB."""
    shape = (*block.shape[1:], 3)
    flat = [np.ascontiguousarray(plane).reshape(-1, block.shape[-1]) for plane in block]
    if layout.name.startswith("gbr"):
        flat = [flat[2], flat[0], flat[1]]
    elif len(flat) == 1:
        flat = flat * 3
    merged = cv2.merge(flat)
    matrix = _conversion(layout)
    if layout.is_high_dynamic_range:
        signal = cv2.transform(merged.astype(np.float32), matrix / 255)
        return tone_mapped(signal.reshape(shape), layout.transfer, layout.primaries)
    if layout.depth == 8:
        return np.asarray(cv2.transform(merged, matrix), np.uint8).reshape(shape)
    wide = cv2.transform(merged.astype(np.float32), matrix)
    return np.asarray(np.clip(wide + 0.5, 0, 255), np.uint8).reshape(shape)


@cache
def _conversion(layout: Layout) -> npt.NDArray[np.float64]:
    if layout.name.startswith(("gbr", "gray")):
        return np.hstack([np.eye(3) * 255 / ((1 << layout.depth) - 1), np.zeros((3, 1))])
    return rgb_matrix(layout.matrix, layout.is_full_range, layout.height, layout.depth)


def _sample(depth: int) -> type[np.unsignedinteger[Any]]:
    return np.uint16 if depth > 8 else np.uint8
