"""Planes: how a decoded picture lies in memory, read in place, and what its numbers mean as RGB."""

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

import av
import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.media.colour import FULL_RANGE, SCENE_WHITE, is_high_dynamic_range, rgb_matrix, screen, tone_mapped

_PLANAR = re.compile(r"(?:yuvj?4\d\dp|gbrp|gray)(9|10|12|14|16)?(?:le)?")
_FLOATING = re.compile(r"(gbra?p|gray)f(16|32)le")
INTERLEAVED = {"nv12": 8, "nv16": 8, "nv24": 8}
_BRIGHTEST = 65_504.0  # the greatest half float

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


def layout_of(frame: av.VideoFrame) -> Layout:
    """Return how a decoded picture lies in memory."""
    name = frame.format.name
    known = _PLANAR.fullmatch(name)
    depth = int(known.group(1) or 8) if known else INTERLEAVED.get(name, 0)
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
    if floating := _FLOATING.fullmatch(frame.format.name):
        return _seen(frame, "f2" if floating[2] == "16" else "f4")
    names = {component.is_alpha for component in frame.format.components}
    if True not in names and frame.format.name != "pal8":
        return np.asarray(frame.to_ndarray(format="rgb24"), np.uint8)
    rgba = np.asarray(frame.to_ndarray(format="rgba"), np.uint8)
    alpha = cv2.merge([rgba[..., 3]] * 3)
    return np.asarray(cv2.multiply(rgba[..., :3], alpha, scale=1 / 255), np.uint8)


def _seen(frame: av.VideoFrame, kind: str) -> Frames:
    """Bring scene light (OpenEXR) to a plain screen; its colours are multiplied by alpha already, so lie over black."""
    planes = [np.frombuffer(plane, kind).reshape(plane.height, -1)[:, : plane.width] for plane in frame.planes[:3]]
    order = (2, 0, 1) if len(planes) == 3 else (0, 0, 0)
    light = np.stack([planes[number].astype(np.float32) for number in order], axis=-1)
    return screen(np.clip(np.nan_to_num(light, posinf=_BRIGHTEST), 0, _BRIGHTEST), white=SCENE_WHITE)


def plane_of(frame: av.VideoFrame, number: int, depth: int, channels: int = 1) -> Plane:
    """Return one plane of a decoded picture where the decoder left it, [height, width] or [height, width, channels]."""
    plane = frame.planes[number]
    rows = np.frombuffer(plane, sample_of(depth)).reshape(plane.height, -1)
    if channels == 1:
        return rows[:, : plane.width]
    return rows[:, : plane.width * channels].reshape(plane.height, plane.width, channels)


def to_rgb(block: Plane, layout: Layout) -> Frames:
    """Make planes of one size RGB.

    Parameters
    ----------
    block : uint8 or uint16 [channels, n, height, width]
        The numbers as the decoder left them.

    Returns
    -------
    uint8 [n, height, width, 3], RGB
    """
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


def sample_of(depth: int) -> type[np.unsignedinteger[Any]]:
    """Return the type that holds a sample of `depth` bits."""
    return np.uint16 if depth > 8 else np.uint8
