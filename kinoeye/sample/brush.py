"""Brush: flat colour shapes with smooth edges, soft light and text on pictures of four channels.

Pictures are uint8 [height, width, 4], RGB with a premultiplied alpha, so that a layer painted on nothing can be laid
over another. World units are the pixels of a picture 960 wide at zoom 1; y points down.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image, ImageDraw, ImageFont

Picture = npt.NDArray[np.uint8]
Points = Sequence[tuple[float, float]] | npt.NDArray[np.float64]

_SUBPIXEL_BITS = 4


@lru_cache(maxsize=1024)
def rgb(text: str) -> tuple[int, int, int]:
    """Return a colour written as rrggbb."""
    return int(text[:2], 16), int(text[2:4], 16), int(text[4:], 16)


@lru_cache(maxsize=1024)
def mixed(one: str, other: str, share: float) -> str:
    """Return the colour that lies `share` (0..1) of the way from `one` to `other`."""
    pairs = zip(rgb(one), rgb(other), strict=True)
    return "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


@dataclass(frozen=True)
class Pen:
    """Draws on one picture in world units.

    Parameters
    ----------
    picture : uint8 [height, width, 4]
        Drawn on in place.
    scale : float
        Pixels a world unit.
    left, top : float
        World position of the picture's corner.
    """

    picture: Picture
    scale: float
    left: float
    top: float

    def moved(self, x: float, y: float, size: float = 1.0) -> "Pen":
        """Return a pen whose origin lies at (x, y), with units `size` times as large."""
        return Pen(self.picture, self.scale * size, (self.left - x) / size, (self.top - y) / size)

    def mark(self, name: str, radius_x: float, radius_y: float) -> None:
        """Say whose head lies at the origin; a pen that draws need not know."""

    def fill(self, points: Points, colour: str) -> None:
        """Fill a polygon."""
        cv2.fillPoly(self.picture, [self._placed(points)], (*rgb(colour), 255), cv2.LINE_AA, _SUBPIXEL_BITS)

    def shaded(self, points: Points, colour: str, *, shade: float = 0.24, inset: float = 0.84) -> None:
        """Fill a polygon that is bulging, its right and lower rim in the shade."""
        shape = np.asarray(points, np.float64)
        self.fill(shape, mixed(colour, "2a2140", shade))
        low, high = shape.min(0), shape.max(0)
        lit = low + (high - low) * (0.12, 0.2)
        self.fill(lit + (shape - lit) * inset, colour)

    def box(self, x: float, y: float, width: float, height: float, colour: str) -> None:
        """Fill a rectangle."""
        self.fill([(x, y), (x + width, y), (x + width, y + height), (x, y + height)], colour)

    def oval(self, x: float, y: float, radius_x: float, radius_y: float, colour: str) -> None:
        """Fill an ellipse."""
        unit = self.scale * (1 << _SUBPIXEL_BITS)
        middle = (round((x - self.left) * unit), round((y - self.top) * unit))
        axes = (max(1, round(radius_x * unit)), max(1, round(radius_y * unit)))
        cv2.ellipse(self.picture, middle, axes, 0, 0, 360, (*rgb(colour), 255), cv2.FILLED, cv2.LINE_AA, _SUBPIXEL_BITS)

    def ball(self, x: float, y: float, radius_x: float, radius_y: float, colour: str) -> None:
        """Fill an ellipse with its lower right in the shade."""
        self.oval(x, y, radius_x, radius_y, mixed(colour, "2a2140", 0.24))
        self.oval(x - radius_x * 0.12, y - radius_y * 0.1, radius_x * 0.84, radius_y * 0.84, colour)

    def limb(self, points: Points, width: float, colour: str) -> None:
        """Draw a thick line with round joints and ends."""
        thickness = max(1, round(width * self.scale))
        cv2.polylines(
            self.picture, [self._placed(points)], False, (*rgb(colour), 255), thickness, cv2.LINE_AA, _SUBPIXEL_BITS
        )

    def soft(self, x: float, y: float, radius_x: float, radius_y: float, colour: str, *, strength: float) -> None:
        """Lay a spot over the picture that fades towards its rim: a shadow, a glow."""
        left, top = (x - radius_x - self.left) * self.scale, (y - radius_y - self.top) * self.scale
        size = max(2, round(2 * radius_x * self.scale)), max(2, round(2 * radius_y * self.scale))
        paste(self.picture, _spot(*size, colour, strength), round(left), round(top))

    def _placed(self, points: Points) -> npt.NDArray[np.int32]:
        """Return world points as fixed-point pixels."""
        unit = self.scale * (1 << _SUBPIXEL_BITS)
        placed = np.array(points, np.float64)
        placed -= (self.left, self.top)
        placed *= unit
        return np.rint(placed).astype(np.int32)

    def write(
        self, words: str, x: float, y: float, size: float, colour: str, *, centred: bool = True, strength: float = 1.0
    ) -> None:
        """Write one line, its middle (or left end) at x, its vertical middle at y; `size` in world units."""
        sprite = lettering(words, max(6, round(size * self.scale)), colour)
        if strength < 1:
            sprite = np.asarray(cv2.convertScaleAbs(sprite, alpha=max(0.0, strength)), np.uint8)
        left = (x - self.left) * self.scale - (sprite.shape[1] / 2 if centred else 0)
        top = (y - self.top) * self.scale - sprite.shape[0] / 2
        paste(self.picture, sprite, round(left), round(top))


@lru_cache(maxsize=512)
def lettering(words: str, size: int, colour: str) -> Picture:
    """Return a line of text of `size` pixels as a premultiplied picture, its capitals in the vertical middle."""
    font = ImageFont.load_default(size)
    left, _, right, _ = font.getbbox(words)
    _, _, _, lowest = font.getbbox("gj")
    _, top, _, bottom = font.getbbox("H")
    half = round(lowest - (top + bottom) / 2) + 1
    mask = Image.new("L", (max(1, int(right - left) + 4), 2 * half))
    ImageDraw.Draw(mask).text((2 - left, half - (top + bottom) / 2), words, fill=255, font=font)
    alpha = np.asarray(mask, np.uint16)
    paint = np.array((*rgb(colour), 255), np.uint16)
    return np.asarray(alpha[..., None] * paint // 255, np.uint8)


@lru_cache(maxsize=256)
def _spot(width: int, height: int, colour: str, strength: float) -> Picture:
    across, down = np.linspace(-1, 1, width, dtype=np.float32) ** 2, np.linspace(-1, 1, height, dtype=np.float32) ** 2
    share = np.clip(1 - down[:, None] - across[None], 0, 1)
    share *= share * strength
    paint = np.array((*rgb(colour), 255), np.float32)
    return np.asarray(np.rint(share[..., None] * paint), np.uint8)


def paste(picture: Picture, sprite: Picture, left: int, top: int) -> None:
    """Lay a premultiplied sprite over the picture in place; what lies outside is left out."""
    height, width = picture.shape[:2]
    x_low, y_low = max(0, left), max(0, top)
    x_high, y_high = min(width, left + sprite.shape[1]), min(height, top + sprite.shape[0])
    if x_high > x_low and y_high > y_low:
        part = sprite[y_low - top : y_high - top, x_low - left : x_high - left]
        lay_over(picture[y_low:y_high, x_low:x_high], part)


def lay_over(picture: Picture, layer: Picture) -> None:
    """Lay a premultiplied layer of the same size over the picture, in place."""
    clear = cv2.bitwise_not(layer[..., 3])
    cv2.multiply(picture, cv2.merge((clear, clear, clear, clear)), dst=picture, scale=1 / 255)
    cv2.add(picture, layer, dst=picture)


def gradient(height: int, width: int, stops: Sequence[tuple[float, str]]) -> Picture:
    """Return an opaque picture that runs downwards through the colours at the given shares (0..1) of its height."""
    at = np.linspace(0, 1, height)
    places = [stop[0] for stop in stops]
    channels = [np.interp(at, places, [rgb(stop[1])[channel] for stop in stops]) for channel in range(3)]
    column = np.stack([*channels, np.full(height, 255.0)], 1)
    return np.repeat(np.rint(column).astype(np.uint8)[:, None], width, 1)


def textured(picture: Picture, *, seed: int, strength: float = 0.05) -> Picture:
    """Return the picture with a faint painted unevenness, so that no wall is dead flat."""
    rng = np.random.default_rng(seed)
    height, width = picture.shape[:2]
    coarse = rng.normal(size=(height // 24 + 2, width // 24 + 2)).astype(np.float32)
    fine = rng.normal(size=(height // 3 + 2, width // 3 + 2)).astype(np.float32)
    field = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC) + 0.6 * cv2.resize(
        fine, (width, height), interpolation=cv2.INTER_LINEAR
    )
    painted = picture.astype(np.float32)
    painted[..., :3] *= 1 + np.clip(field, -2, 2)[..., None] * strength / 2
    painted[..., :3] = np.minimum(painted[..., :3], painted[..., 3:])
    return painted.clip(0, 255).astype(np.uint8)
