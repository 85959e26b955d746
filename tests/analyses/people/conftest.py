"""What the tests of people share: drawn faces that the nets take for real ones, and films of them."""

from collections.abc import Callable, Sequence
from typing import Any

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

STEP = 12  # pictures between stills, at 24 a second
PICTURE = FLICKS_PER_SECOND // 24
_SIDE = 480  # pixels of the drawing; the head is 208 wide

Drawing = Callable[..., None]


class _Paper:
    """A drawing of soft ellipses with how much each pixel covers."""

    def __init__(self) -> None:
        self.colour = np.zeros((_SIDE, _SIDE, 3), np.float32)
        self.cover = np.zeros((_SIDE, _SIDE), np.float32)

    def spot(self, x: float, y: float, wide: float, high: float, colour: Any, strength: float, soft: float,
             tilt: float = 0) -> None:  # fmt: skip
        mask = np.zeros((_SIDE, _SIDE), np.float32)
        radii = (max(1, int(wide)), max(1, int(high)))
        cv2.ellipse(mask, (int(x), int(y)), radii, tilt, 0, 360, 1.0, -1, cv2.LINE_AA)
        mask = cv2.GaussianBlur(mask, (0, 0), soft) * strength
        self.colour += (np.asarray(colour, np.float32) - self.colour) * mask[..., None]
        self.cover = np.maximum(self.cover, mask)


def _face(tone: tuple[int, int, int], turn: float, mouth: float, blink: float, coat: tuple[int, int, int]) -> _Paper:
    paper, skin, middle = _Paper(), np.array(tone, np.float32), _SIDE // 2
    hair, shift = (50, 34, 26), middle + turn * 30
    paper.spot(middle, 206, 125, 150, hair, 1, 3)
    paper.spot(middle, 389, 55, 110, skin * 0.72, 1, 3)
    paper.spot(middle, 492, 210, 90, coat, 1, 3)
    for side in (-1, 1):
        paper.spot(middle + side * 108, 245, 16, 32, skin * 0.8, 1, 2)
    paper.spot(middle, middle, 104, 138, skin * 0.86, 1, 2)
    paper.spot(middle + turn * 9, 236, 92, 126, skin, 1, 14)
    paper.spot(middle, 122, 100, 48, hair, 1, 4)
    for side in (-1, 1):
        x, y, opened = shift + side * 43, 228, max(1.5, 10 * (1 - blink))
        paper.spot(x, y - 2, 34, 22, skin * 0.74, 0.8, 7)
        paper.spot(x, y, 21, opened, (245, 240, 235), 1, 1)
        if blink < 0.8:
            paper.spot(x, y, 9.5, min(9.5, opened), (70, 45, 30), 1, 0.8)
            paper.spot(x, y, 4.5, min(4.5, opened), (10, 8, 8), 1, 0.6)
        paper.spot(x, y - opened, 23, 3, (40, 26, 22), 0.9, 1)
        paper.spot(x, y - 34, 31, 6, (48, 32, 26), 0.9, 2, -4 * side)
    nose = middle + turn * 39
    paper.spot(nose, 254, 9, 44, skin * 1.08, 0.7, 6)
    paper.spot(nose - 13, 264, 7, 34, skin * 0.85, 0.6, 5)
    paper.spot(nose, 290, 22, 11, skin * 0.93, 0.9, 4)
    for side in (-1, 1):
        paper.spot(nose + side * 11, 296, 6, 4, (90, 50, 42), 0.9, 2)
    high = 9 + 22 * mouth
    paper.spot(shift, 322 + high / 2, 34, high, (176, 86, 84), 1, 2)
    paper.spot(shift, 322 + high / 2, 28, high * 0.7 if mouth else 1.8, (60, 20, 22), 1, 2 if mouth else 1)
    paper.spot(shift, 346 + high, 26, 5, skin * 0.78, 0.6, 4)
    return paper


@pytest.fixture(scope="session")
def draw_face() -> Drawing:
    """Draw a face into a picture: middle of the eyes at x, y, head `size` pixels wide, roll in degrees."""

    def draw(picture: np.ndarray, x: float, y: float, size: float = 110, *, roll: float = 0, turn: float = 0,
             mouth: float = 0, blink: float = 0, tone: tuple[int, int, int] = (224, 172, 138),
             coat: tuple[int, int, int] = (60, 70, 110)) -> None:  # fmt: skip
        paper, scale = _face(tone, turn, mouth, blink, coat), size / 208
        soft = max(0.3, 0.4 / scale)
        place = cv2.getRotationMatrix2D((_SIDE / 2, _SIDE / 2), -roll, scale)
        place[:, 2] += np.array([x, y]) - _SIDE / 2
        frame = (picture.shape[1], picture.shape[0])
        colour, cover = (cv2.GaussianBlur(layer, (0, 0), soft) for layer in (paper.colour, paper.cover))
        over = cv2.warpAffine(cover, place, frame)[..., None]
        drawn = picture * (1 - over) + cv2.warpAffine(colour, place, frame)
        picture[:] = np.clip(drawn, 0, 255).astype(np.uint8)

    return draw


@pytest.fixture(scope="session")
def backdrop() -> Callable[..., np.ndarray]:
    """Make a soft picture without a face, uint8 [360, 640, 3]."""

    def make(seed: int = 0, width: int = 640, height: int = 360) -> np.ndarray:
        field = np.random.default_rng(seed).uniform(60, 150, (5, 8, 3)).astype(np.float32)
        return cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)

    return make


@pytest.fixture(scope="session")
def stills_of() -> Callable[..., Stills]:
    """Make the stream of some pictures, `step` of 24 pictures a second apart, from picture `first`."""

    def make(drawn: Sequence[np.ndarray], step: int = STEP, first: int = 0) -> Stills:
        jpegs = [cv2.imencode(".jpg", each[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes() for each in drawn]
        frames = first + np.arange(len(drawn), dtype=np.int64) * step
        return Stills(jpegs, frames, frames * PICTURE)

    return make


@pytest.fixture(scope="session")
def cuts_at() -> Callable[..., pa.Table]:
    """Make the table `shots` with cuts at these pictures; the last is the end."""

    def make(*frames: int) -> pa.Table:
        first, last = np.array((0, *frames[:-1]), np.int64), np.array(frames, np.int64)
        columns = {"first_frame": first, "end_frame": last, "start": first * PICTURE, "end": last * PICTURE}
        return pa.table({"shot": np.arange(len(first), dtype=np.int32)} | columns)

    return make
