"""Emotions: what a net that has seen many faces takes a face to express.

The net sees a grey square around the face, as a Haar cascade with ten pixels more on each side would cut it: that is
how it was trained. Measured on neutral faces: the cascade's box is 2.73 distances between the irises wide and lies 0.28
below them. The face and its mirror image are both looked at.

Source: Arriaga, Valdenegro-Toro & Ploeger, "Real-time convolutional neural networks for emotion and gender
classification", arXiv:1710.07557; the net of fer 25.10.3 as the registry names it.
"""

from collections.abc import Sequence

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models.nets import net

MODELS = ("emotions",)

# In the order of the net's answers.
SEEN = ("anger", "disgust", "fear", "happiness", "sadness", "surprise", "neutral")

_SIDE = 64
_BATCH = 64  # faces at once: memory stays bounded however long the film is
_WIDE = 2.9  # distances between the irises
_BELOW = 0.3

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


def crop(luma: Picture, right: Floats, left: Floats) -> Picture:
    """Cut a face out as the net wants it.

    Parameters
    ----------
    luma : uint8 [height, width]
    right, left : float [2], pixels
        The irises' centres, the person's right one first.

    Returns
    -------
    uint8 [64, 64]
    """
    across = np.asarray(left - right, np.float64)
    apart = max(float(np.hypot(*across)), 1.0)
    scale, (cos, sin) = _SIDE / (_WIDE * apart), across / apart
    middle = (np.asarray(right, np.float64) + left) / 2 + _BELOW * apart * np.array([-sin, cos])
    turn = np.array([[cos, sin], [-sin, cos]]) * scale
    shift = np.full(2, _SIDE / 2) - turn @ middle
    shrink = 1 / scale
    if shrink > 2:  # blurred first, or fine detail would shimmer
        luma = np.asarray(cv2.GaussianBlur(luma, (0, 0), shrink / 2.5), np.uint8)
    place = np.column_stack([turn, shift])
    return np.asarray(cv2.warpAffine(luma, place, (_SIDE, _SIDE), borderMode=cv2.BORDER_REPLICATE), np.uint8)


def seen(crops: Sequence[Picture]) -> Floats:
    """Return what faces express, float32 [n, 7], sums 1, in the order of `SEEN`.

    Parameters
    ----------
    crops : sequence of uint8 [64, 64]
        As `crop` gives them.
    """
    found = [np.zeros((0, len(SEEN)), np.float32)]
    for first in range(0, len(crops), _BATCH):
        asked = net(MODELS[0])
        pictures = np.stack(crops[first : first + _BATCH])[..., None].astype(np.float32) / 127.5 - 1
        mirrored = np.ascontiguousarray(pictures[:, :, ::-1])
        found += [(asked.run({"picture": pictures})[0] + asked.run({"picture": mirrored})[0]) / 2]
    return np.concatenate(found)
