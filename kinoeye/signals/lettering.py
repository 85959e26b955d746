"""Lettering: where a picture looks like text, and whether the same text still stands in the next one.

Text is strokes: brightness rises and falls again within a few pixels, over and over along a line. So edges are kept as
two maps, rising and falling from left to right, and a place looks like text as far as it has both. Two scales are
looked at, one for small print and one for titles. Recognising letters is not done here.

Source: Epshtein, Ofek & Wexler, "Detecting text in natural scenes with stroke width transform", CVPR 2010 (strokes as
pairs of opposite gradients).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

WIDTHS = (320, 107)  # pixels of the longer side: small print, titles
LEAST_LIKENESS = 0.12  # no line that the detector finds in our clips has less at its densest

_STEEP = (60, 160)  # of a 3 x 3 Sobel on 0..255, 8 a grey level: small pictures are steep without lettering too
_WINDOW = (25, 7)  # pixels: some five letters of a line
_LINE = (21, 5)  # pixels: least extent of something new that is worth looking at
_NEIGHBOURS = np.ones((3, 3), np.uint8)

Luma = npt.NDArray[np.uint8]
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Edges:
    """Steep changes of brightness from left to right.

    Parameters
    ----------
    rising, falling : for each of `WIDTHS`, uint8 [h, w], 0 or 1
    """

    rising: tuple[npt.NDArray[np.uint8], ...]
    falling: tuple[npt.NDArray[np.uint8], ...]


def edges(luma: Luma) -> Edges:
    """Find steep changes of brightness.

    Parameters
    ----------
    luma : uint8 [height, width]
    """
    rising, falling = [], []
    small = luma
    for width, steep in zip(WIDTHS, _STEEP, strict=True):
        scale = width / max(small.shape)
        if scale < 1:
            size = (max(1, round(small.shape[1] * scale)), max(1, round(small.shape[0] * scale)))
            small = np.asarray(cv2.resize(small, size, interpolation=cv2.INTER_AREA), np.uint8)
        slope = cv2.Sobel(small, cv2.CV_16S, 1, 0)
        rising.append((slope > steep).astype(np.uint8))
        falling.append((slope < -steep).astype(np.uint8))
    return Edges(tuple(rising), tuple(falling))


def likeness(of: Edges) -> float:
    """Return how much the densest place looks like text, 0..1."""
    return max(float(_density(*pair).max(initial=0)) for pair in zip(of.rising, of.falling, strict=True))


def is_new(now: Edges, later: Edges, before: Edges, known: Sequence[Box]) -> bool:
    """Tell whether something like text stands still in `now` and `later` that did not stand in `before`.

    Lettering laid over a film stands still while the film moves; what stood there before has been looked at already.

    Parameters
    ----------
    now, later, before : Edges
        Of three pictures of one size.
    known : sequence of (x, y, w, h), 0..1
        Boxes that are accounted for.
    """
    for level in range(len(WIDTHS)):
        rising = now.rising[level] & later.rising[level]
        falling = now.falling[level] & later.falling[level]
        standing = _density(rising, falling)
        old = _density(
            cv2.dilate(before.rising[level], _NEIGHBOURS) & rising,
            cv2.dilate(before.falling[level], _NEIGHBOURS) & falling,
        )
        new = ((standing >= LEAST_LIKENESS) & (old < standing / 2)).astype(np.float32)
        for box in known:
            top, bottom, left, right = _around(box, rising.shape, _WINDOW)
            new[top:bottom, left:right] = 0
        if float(cv2.boxFilter(new, -1, _LINE).max(initial=0)) > 0.6:
            return True
    return False


def sameness(first: Edges, second: Edges, box: Box) -> float:
    """Return the share of the first picture's edges in a box that the second has too, 0..1.

    Parameters
    ----------
    first, second : Edges
        Of two pictures of one size.
    box : (x, y, w, h), 0..1
    """
    level = 0
    top, bottom, left, right = _around(box, first.rising[level].shape, (0, 0))
    share = []
    for here, there in ((first.rising, second.rising), (first.falling, second.falling)):
        wanted = here[level][top:bottom, left:right]
        got = cv2.dilate(there[level], _NEIGHBOURS)[top:bottom, left:right]
        share.append((int((wanted & got).sum()), int(wanted.sum())))
    found, sought = sum(pair[0] for pair in share), sum(pair[1] for pair in share)
    return found / sought if sought else 0.0


def moved(patch: Luma, luma: Luma, box: Box) -> tuple[Box, float]:
    """Look for a patch near where it stood; return its new box and how well it fits, -1..1.

    Parameters
    ----------
    patch : uint8 [h, w]
        Cut out of an earlier picture of the same size.
    luma : uint8 [height, width]
    box : (x, y, w, h), 0..1
        Where it stood. Looked for within an eighth of the height and a twentieth of the width, as far as a roll of
        credits or a pan goes in half a second.
    """
    height, width = luma.shape
    reach = (width // 20, height // 8)
    top, bottom, left, right = _around(box, luma.shape, (2 * reach[0], 2 * reach[1]))
    around = luma[top:bottom, left:right]
    if patch.size == 0 or around.shape[0] < patch.shape[0] or around.shape[1] < patch.shape[1] or np.ptp(patch) < 16:
        return box, -1.0
    fits = cv2.matchTemplate(around, patch, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(fits)
    return ((left + x) / width, (top + y) / height, box[2], box[3]), float(best)


def cut_out(luma: Luma, box: Box) -> Luma:
    """Return the part of a picture that a box (x, y, w, h), 0..1, covers, as a copy."""
    top, bottom, left, right = _around(box, luma.shape, (0, 0))
    return np.array(luma[top:bottom, left:right])


def overlap(first: Box, second: Box) -> float:
    """Return the common area of two boxes over their joint area, 0..1."""
    shared = _shared(first, second)
    joint = first[2] * first[3] + second[2] * second[3] - shared
    return shared / joint if joint else 0.0


def common(first: Box, second: Box) -> float:
    """Return the common area of two boxes over the smaller one's area, 0..1."""
    smaller = min(first[2] * first[3], second[2] * second[3])
    return _shared(first, second) / smaller if smaller else 0.0


def _shared(first: Box, second: Box) -> float:
    width = min(first[0] + first[2], second[0] + second[2]) - max(first[0], second[0])
    height = min(first[1] + first[3], second[1] + second[3]) - max(first[1], second[1])
    return max(0.0, width) * max(0.0, height)


def _density(rising: npt.NDArray[np.uint8], falling: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    up = cv2.boxFilter(rising, cv2.CV_32F, _WINDOW)
    down = cv2.boxFilter(falling, cv2.CV_32F, _WINDOW)
    return np.asarray(np.minimum(up, down), np.float32)


def _around(box: Box, shape: tuple[int, ...], margin: tuple[int, int]) -> tuple[int, int, int, int]:
    """Return a box in pixels with half a margin on each side: top, bottom, left, right."""
    height, width = shape[:2]
    left = round(box[0] * width) - margin[0] // 2
    top = round(box[1] * height) - margin[1] // 2
    right = round((box[0] + box[2]) * width) + margin[0] // 2
    bottom = round((box[1] + box[3]) * height) + margin[1] // 2
    return max(0, top), min(height, bottom), max(0, left), min(width, right)
