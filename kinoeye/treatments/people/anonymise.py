"""Anonymise: heads are made unrecognisable in a picture.

The cover is an ellipse around the whole head, larger than the face that was found. Blur and pixelate leave so few
squares of the head that nobody is left to recognise; solid leaves nothing.
"""

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError

Picture = npt.NDArray[np.unsignedinteger[Any]]
Box = Sequence[float] | npt.NDArray[np.float64]  # left, upper, right, lower edge of a face, 0..1 of the picture

MANNERS = ("blur", "pixelate", "solid")

# Room around a face's box, in its widths and heights: ears and hair, the chin and the throat below it.
BESIDE, ABOVE, BELOW = 0.35, 0.55, 0.3
_SQUARES = 6  # across a head
_SOFT = 0.06  # of the ellipse: its edge fades outwards, never inwards


def anonymise(picture: Picture, boxes: Sequence[Box], *, manner: str = "blur", room: float = 1.0) -> Picture:
    """Cover the heads in a picture.

    Parameters
    ----------
    picture : uint8 or uint16 [height, width, 3], RGB
    boxes : sequence of left, upper, right, lower edge, 0..1 of the picture
        Of the faces; may reach outside.
    manner : blur, pixelate, solid
    room : 0..4
        How much room is left around a face, of the usual.

    Returns
    -------
    of the same type and shape
        The same picture where there is nothing to cover.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if manner not in MANNERS:
        raise SettingError(f"anonymise: manner must be one of {', '.join(MANNERS)}, got {manner!r}")
    if not 0 <= room <= 4:
        raise SettingError(f"anonymise: room must lie in 0..4, got {room}")
    if not len(boxes):
        return picture
    covered = np.array(picture)
    for box in boxes:
        _cover(covered, head_of(box, room), manner)
    return covered


def head_of(box: Box, room: float = 1.0) -> tuple[float, float, float, float]:
    """Return the box of the head around a face, 0..1 of the picture; may reach outside."""
    left, upper, right, lower = (float(edge) for edge in box)
    wide, high = (right - left) * room, (lower - upper) * room
    return left - BESIDE * wide, upper - ABOVE * high, right + BESIDE * wide, lower + BELOW * high


def _cover(picture: Picture, head: tuple[float, float, float, float], manner: str) -> None:
    """Cover an ellipse of a picture, in place. The ellipse goes around the head's box, touching its corners nearly."""
    height, width = picture.shape[:2]
    middle = (head[0] + head[2]) / 2 * width, (head[1] + head[3]) / 2 * height
    radii = (max(1.5, (head[2] - head[0]) / 2 * width * 1.1), max(1.5, (head[3] - head[1]) / 2 * height * 1.1))
    left, right = max(0, int(middle[0] - radii[0] * 1.1)), min(width, int(middle[0] + radii[0] * 1.1) + 2)
    upper, lower = max(0, int(middle[1] - radii[1] * 1.1)), min(height, int(middle[1] + radii[1] * 1.1) + 2)
    if left >= right or upper >= lower:
        return
    place = picture[upper:lower, left:right]
    across = ((np.arange(left, right) + 0.5 - middle[0]) / radii[0]) ** 2
    down = ((np.arange(upper, lower) + 0.5 - middle[1]) / radii[1]) ** 2
    away = np.sqrt(across[None] + down[:, None])
    share = np.clip(1 - (away - 1) / _SOFT, 0, 1).astype(np.float32)[..., None]
    place[:] = np.rint(place + share * (_hidden(place, manner).astype(np.float32) - place)).astype(place.dtype)


def _hidden(place: Picture, manner: str) -> Picture:
    """Return a place of which nobody can be told."""
    high, wide = place.shape[:2]
    if manner == "solid":
        return np.full_like(place, place.reshape(-1, 3).mean(axis=0) * 0.5)
    squares = (min(_SQUARES, wide), min(_SQUARES, high))
    small = cv2.resize(place, squares, interpolation=cv2.INTER_AREA)
    if manner == "pixelate":
        return np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_NEAREST))
    return np.asarray(cv2.resize(small, (wide, high), interpolation=cv2.INTER_CUBIC))
