"""Sets: what stands behind and before the figures, painted once in layers and seen through a moving camera.

A layer's depth says how much it follows the camera: 0 is the sky, 1 the stage, above 1 the foreground.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.sample.brush import Pen, Picture, lay_over

WIDTH, HEIGHT = 960, 540
MIDDLE = (480.0, 270.0)


@dataclass(frozen=True)
class View:
    """What the camera sees: the world point in its middle, and how large.

    Parameters
    ----------
    x, y : float, world units
    zoom : float
        1 shows 960 units across.
    blur : float, pixels of a 960 picture
        How far it moves sideways while the shutter is open.
    """

    x: float = MIDDLE[0]
    y: float = MIDDLE[1]
    zoom: float = 1.0
    blur: float = 0.0

    def at_depth(self, depth: float) -> "View":
        """Return the view of a layer that follows the camera by `depth` only."""
        return View(
            MIDDLE[0] + (self.x - MIDDLE[0]) * depth,
            MIDDLE[1] + (self.y - MIDDLE[1]) * depth,
            1 + (self.zoom - 1) * depth,
        )

    def pen(self, picture: Picture) -> Pen:
        """Return a pen that draws on what this view sees."""
        scale = self.zoom * picture.shape[1] / WIDTH
        left, top = self.x - WIDTH / 2 / self.zoom, self.y - HEIGHT / 2 / self.zoom
        return Pen(picture, scale, left, top)


@dataclass(frozen=True)
class Layer:
    """One painted layer of a set.

    Parameters
    ----------
    picture : uint8 [height, width, 4]
    depth : float
    left, top : float
        World position of its corner.
    scale : float
        Its pixels a world unit.
    """

    picture: Picture
    depth: float
    left: float
    top: float
    scale: float

    def seen(self, view: View, width: int, height: int) -> Picture:
        """Return what the view sees of it, uint8 [height, width, 4]."""
        pen = view.at_depth(self.depth).pen(np.empty((height, width, 4), np.uint8))
        ratio = pen.scale / self.scale
        shift = ((self.left - pen.left) * pen.scale, (self.top - pen.top) * pen.scale)
        matrix = np.array([[ratio, 0, shift[0]], [0, ratio, shift[1]]], np.float32)
        border = cv2.BORDER_REPLICATE if self.depth < 1 else cv2.BORDER_CONSTANT
        return np.asarray(cv2.warpAffine(self.picture, matrix, (width, height), borderMode=border), np.uint8)


Painter = Callable[[Pen], None]


@dataclass(frozen=True)
class Set:
    """A place: its layers from back to front, what moves in it, and its light.

    Parameters
    ----------
    name : str
    layers : tuple of (depth, painter)
        Behind the figures; the first covers everything.
    front : tuple of (depth, painter)
        Before the figures.
    moving : callable (pen, seconds) or None
        Drawn each picture between `layers` and the figures.
    light : callable () -> float32 [height, width, 3]
        Factor of each colour over the world from `bounds`, at a quarter of its size.
    dark : as `light`, with the lamp out
    bounds : (left, top, right, bottom), world units
    place : exterior, interior or empty
    hour : day, night or empty
    """

    name: str
    layers: tuple[tuple[float, Painter], ...]
    front: tuple[tuple[float, Painter], ...] = ()
    moving: Callable[[Pen, float], None] | None = None
    light: Callable[[], npt.NDArray[np.float32]] | None = None
    dark: Callable[[], npt.NDArray[np.float32]] | None = None
    bounds: tuple[int, int, int, int] = (-240, -140, 1200, 680)
    place: str = ""
    hour: str = ""


def paint_layers(place: Set, *, scale: float, blur: float, front: bool = False) -> list[Layer]:
    """Paint the layers of a set; the same set, scale and blur are painted once.

    Parameters
    ----------
    place : Set
    scale : float
        Pixels a world unit.
    blur : float, world units
        How far they lie out of focus.
    front : bool
        The layers before the figures instead of those behind.
    """
    return _painted(place.front if front else place.layers, place.bounds, round(scale, 3), round(blur, 2))


@lru_cache(maxsize=32)
def _painted(
    painters: tuple[tuple[float, Painter], ...], bounds: tuple[int, int, int, int], scale: float, blur: float
) -> list[Layer]:
    left, top, right, bottom = bounds
    layers = []
    for depth, painter in painters:
        picture = np.zeros((round((bottom - top) * scale), round((right - left) * scale), 4), np.uint8)
        painter(Pen(picture, scale, left, top))
        if blur:
            cv2.GaussianBlur(picture, (0, 0), blur * scale, dst=picture)
        layers.append(Layer(picture, depth, left, top, scale))
    return layers


def lamp_light(bounds: tuple[int, int, int, int], lamps: Sequence[tuple[float, float, float, str, float]],
               ambient: str, gain: float) -> npt.NDArray[np.float32]:  # fmt: skip
    """Return light over a set at a quarter of its size: float32 [height, width, 3].

    Parameters
    ----------
    lamps : sequence of (x, y, reach, colour, strength)
    ambient : rrggbb
    gain : float
        Factor of the ambient colour.
    """
    left, top, right, bottom = bounds
    across = np.arange(left, right, 4, dtype=np.float32)
    down = np.arange(top, bottom, 4, dtype=np.float32)[:, None]
    base = np.array([int(ambient[at : at + 2], 16) for at in (0, 2, 4)], np.float32) / 255 * gain
    light = np.broadcast_to(base, (len(down), len(across), 3)).copy()
    for x, y, reach, colour, strength in lamps:
        paint = np.array([int(colour[at : at + 2], 16) for at in (0, 2, 4)], np.float32) / 255
        distance = ((across - x) ** 2 + (down - y) ** 2) / reach**2
        light += (strength / (1 + 3 * distance**1.2))[..., None] * paint
    return np.asarray(light, np.float32)


def compose(layers: Sequence[Layer], view: View, width: int, height: int) -> Picture:
    """Return the layers as the view sees them, the first covering everything."""
    picture = layers[0].seen(view, width, height)
    for layer in layers[1:]:
        lay_over(picture, layer.seen(view, width, height))
    return picture
