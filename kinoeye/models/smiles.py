"""Smiles: whether a face smiles, by its picture alone.

The net sees the grey face from the eyes to the chin, upright by the irises, and its mirror image. It was trained on
rendered heads, and on photographs of neutral faces warped towards a smile.

Source: own weights, made by bench/smiles_train.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models.nets import net

MODELS = ("smiles",)

SIDE = 48  # pixels that the net sees
KEPT = 96  # pixels that are cut out first, so that all is blurred alike
_RIGHT_IRIS, _LEFT_IRIS = 468, 473
_WIDE = 2.0  # distances between the irises
_BELOW = 0.8
_SMOOTH = 0.8  # pixels of KEPT
_BATCH = 64  # faces at once: memory stays bounded however long the film is

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]


def crop(luma: Picture, points: Floats) -> Picture:
    """Cut a face out as the net wants it.

    Parameters
    ----------
    luma : uint8 [height, width]
    points : float [478, 2], pixels
        As the face mesh has them.

    Returns
    -------
    uint8 [48, 48]
    """
    smooth = cv2.GaussianBlur(cut(luma, points), (0, 0), _SMOOTH)
    return np.asarray(cv2.resize(smooth, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)


def cut(luma: Picture, points: Floats) -> Picture:
    """Return the square from the eyes to the chin, uint8 [96, 96], of a face with these points, float [478, 2]."""
    place = _place(points)
    shrink = 1 / float(np.hypot(*place[0, :2]))
    middle, reach = cv2.invertAffineTransform(place) @ (KEPT / 2, KEPT / 2, 1), shrink * KEPT * 0.75 + 4
    left, top = (int(np.clip(each - reach, 0, size - 1)) for each, size in zip(middle, luma.shape[::-1], strict=True))
    near = luma[top : max(int(middle[1] + reach), top + 1), left : max(int(middle[0] + reach), left + 1)]
    place[:, 2] += place[:, :2] @ (left, top)
    if shrink > 1.5:  # blurred first, or fine detail would shimmer
        near = np.asarray(cv2.GaussianBlur(near, (0, 0), shrink / 2.5), np.uint8)
    return np.asarray(cv2.warpAffine(near, place, (KEPT, KEPT), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def laid(points: Floats, others: Array) -> Array:
    """Return where places of the picture lie in what is cut out of it, float64 [n, 2]."""
    place = _place(points)
    return np.asarray(others @ place[:, :2].T + place[:, 2])


def odds(crops: Sequence[Picture]) -> Floats:
    """Return how likely each face smiles, float32 [n], log-odds.

    Parameters
    ----------
    crops : sequence of uint8 [48, 48]
        As `crop` gives them.
    """
    found = [np.zeros(0, np.float32)]
    for first in range(0, len(crops), _BATCH):
        asked = net(MODELS[0])
        pictures = np.stack(crops[first : first + _BATCH]).astype(np.float32)
        mirrored = np.ascontiguousarray(pictures[:, :, ::-1])
        found += [(asked.run({"pictures": pictures})[0] + asked.run({"pictures": mirrored})[0]) / 2]
    return np.concatenate(found)


def _place(points: Floats) -> Array:
    """Return the affine map from the picture to what is cut out, float64 [2, 3]."""
    right, left = (np.asarray(points[each], np.float64) for each in (_RIGHT_IRIS, _LEFT_IRIS))
    across = left - right
    apart = max(float(np.hypot(*across)), 1.0)
    cos, sin = across / apart if apart > 1 else (1.0, 0.0)
    middle = (right + left) / 2 + _BELOW * apart * np.array([-sin, cos])
    turn = np.array([[cos, sin], [-sin, cos]]) * (KEPT / (_WIDE * apart))
    return np.column_stack([turn, np.full(2, KEPT / 2) - turn @ middle])
