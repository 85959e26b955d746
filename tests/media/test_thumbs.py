"""Thumbs: every picture format comes to the same small picture."""

from fractions import Fraction

import av
import cv2
import numpy as np
import numpy.typing as npt
import pytest
from av.video.reformatter import ColorRange, Colorspace

from kinoeye.media.planes import layout_of, opaque
from kinoeye.media.thumbs import Thumbs, thumbs_of
from kinoeye.media.turning import UPRIGHT, Turning

EIGHT_BITS = ("yuv420p", "yuv422p", "yuv444p", "yuvj420p", "nv12", "gbrp", "rgb24", "bgr24", "rgba", "bgra", "yuva420p")
MORE_BITS = ("yuv420p10le", "yuv422p10le", "yuv444p12le", "yuv420p16le", "gbrp10le", "gbrp16le", "rgb48le", "p010le")
GRAY = ("gray", "gray10le", "gray16le")


def scene(width: int, height: int, seed: int = 0) -> npt.NDArray[np.uint8]:
    """Soft coloured fields: what stays the same when made small by any good means."""
    coarse = np.random.default_rng(seed).integers(30, 220, (5, 8, 3)).astype(np.uint8)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.uint8)


def decoded(rgb: npt.NDArray[np.uint8], name: str, space: str = "ITU709") -> av.VideoFrame:
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb24")
    if name == "rgb24":
        return frame
    return frame.reformat(format=name, dst_colorspace=space if name.startswith(("yuv", "nv", "p0")) else None)


def thumb(frame: av.VideoFrame, turning: Turning = UPRIGHT) -> npt.NDArray[np.uint8]:
    thumbs = Thumbs(4, turning)
    thumbs.add(frame)
    return thumbs.take()


def distance(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    return float(np.abs(one.astype(int) - other).mean())


@pytest.mark.parametrize("name", EIGHT_BITS + MORE_BITS)
def test_every_format_is_the_same_picture(name: str) -> None:
    rgb = scene(1280, 720)
    assert distance(thumb(decoded(rgb, name)), thumbs_of([rgb])) < 2.5


@pytest.mark.parametrize("name", GRAY)
def test_gray_is_gray(name: str) -> None:
    rgb = np.repeat(scene(640, 360)[..., :1], 3, axis=2)
    small = thumb(decoded(rgb, name))
    assert distance(small, thumbs_of([rgb])) < 2
    assert np.array_equal(small[..., 0], small[..., 2])


@pytest.mark.parametrize("size", [(48, 27), (20, 10), (100, 900), (853, 480), (1919, 817), (1, 1), (3840, 60)])
def test_every_size(size: tuple[int, int]) -> None:
    rgb = scene(*size)
    exact = cv2.resize(rgb, (48, 27), interpolation=cv2.INTER_AREA)
    assert distance(thumbs_of([rgb])[0], exact) < 4
    assert distance(thumb(decoded(rgb, "yuv444p", "ITU601" if size[1] < 720 else "ITU709"))[0], exact) < 5


def test_matrix_follows_tags_and_then_height() -> None:
    rgb = scene(320, 180)
    untagged = decoded(rgb, "yuv444p", "ITU601")
    untagged.colorspace = 2
    assert distance(thumb(untagged), thumbs_of([rgb])) < 2
    tagged = decoded(rgb, "yuv444p", "ITU709")
    tagged.colorspace = Colorspace.ITU709
    assert distance(thumb(tagged), thumbs_of([rgb])) < 2
    tagged.colorspace = Colorspace.ITU601
    assert distance(thumb(tagged), thumbs_of([rgb])) > 4


def test_range_follows_tags() -> None:
    black = av.VideoFrame.from_ndarray(np.full((270, 320), 16, np.uint8)[:270], format="gray").reformat(
        format="yuv420p"
    )
    black.planes[0].update(bytes([16]) * black.planes[0].buffer_size)
    black.color_range = ColorRange.MPEG
    assert thumb(black).max() == 0
    black.color_range = ColorRange.JPEG
    assert thumb(black).min() == 16


@pytest.mark.parametrize("turns", [0, 1, 2, 3])
@pytest.mark.parametrize("is_mirrored", [False, True])
def test_turned_pictures_stand_upright(turns: int, is_mirrored: bool) -> None:
    upright = scene(640, 640)
    stored = np.ascontiguousarray(np.rot90(upright[:, ::-1] if is_mirrored else upright, turns))
    assert distance(thumb(decoded(stored, "yuv444p", "ITU601"), Turning(turns, is_mirrored)), thumbs_of([upright])) < 3


def test_transparency_lies_over_black() -> None:
    rgba = np.dstack([scene(320, 180), np.zeros((180, 320), np.uint8)])
    rgba[:, 160:, 3] = 255
    frame = av.VideoFrame.from_ndarray(rgba, format="rgba")
    small = thumb(frame)[0]
    assert small[:, :23].max() == 0
    assert distance(small[:, 25:], thumbs_of([rgba[..., :3]])[0, :, 25:]) < 1
    assert opaque(frame).shape == (180, 320, 3)


@pytest.mark.parametrize("transfer", [16, 18])
def test_high_dynamic_range_is_no_gray_mush(transfer: int) -> None:
    gray = np.repeat(np.linspace(0, 1023, 640).astype(np.uint16)[None], 360, axis=0)
    rgb = np.dstack([gray * 64] * 3).astype(np.uint16)
    frame = av.VideoFrame.from_ndarray(rgb, format="rgb48le").reformat(format="yuv420p10le", dst_colorspace="ITU709")
    frame.color_trc = transfer
    row = thumb(frame)[0, 13, :, 1].astype(int)
    assert np.all(np.diff(row) >= 0)
    assert row[0] < 5
    assert row[-1] > 250
    diffuse_white = {16: 0.58, 18: 0.75}[transfer]
    assert 170 < row[int(diffuse_white * 47)] < 235


def test_pictures_that_change_on_the_way_stay_in_order() -> None:
    thumbs = Thumbs(8)
    shown = [scene(320, 180, 1), scene(640, 360, 2), scene(640, 360, 3), scene(64, 64, 4)]
    for rgb in shown:
        thumbs.add(decoded(rgb, "yuv444p", "ITU601"))
    taken = thumbs.take()
    assert taken.shape == (4, 27, 48, 3)
    assert all(distance(small, thumbs_of([rgb])[0]) < 3 for small, rgb in zip(taken, shown, strict=True))
    assert thumbs.take().shape == (0, 27, 48, 3)


def test_answer_does_not_depend_on_blocks() -> None:
    frames = [decoded(scene(320, 180, seed), "yuv420p") for seed in range(7)]
    whole = Thumbs(7)
    single = Thumbs(1)
    parts = []
    for frame in frames:
        whole.add(frame)
        single.add(frame)
        parts.append(single.take())
    assert np.array_equal(whole.take(), np.concatenate(parts))


def test_layout_names_what_it_saw() -> None:
    layout = layout_of(decoded(scene(64, 48), "yuv420p10le"))
    assert (layout.depth, layout.channels, layout.is_high_dynamic_range) == (10, 3, False)
    assert Fraction(layout.width, layout.height) == Fraction(4, 3)
