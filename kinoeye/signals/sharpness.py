"""Sharpness: how much of a picture's detail a blur would take away.

A sharp picture loses much of its steepness when it is blurred, a blurred one loses little.

Source: Crete et al., "The blur effect: perception and estimation with a new no-reference perceptual blur metric",
SPIE 6492, 2007.
"""

import cv2
import numpy as np
import numpy.typing as npt

_REACH = 5  # pixels of the blur; the paper's 9 is for whole pictures, a face is looked at 96 pixels wide


def sharpness(luma: npt.NDArray[np.uint8]) -> float:
    """Return how sharp a picture is, 0..1; 0 for a plain or an empty one.

    Parameters
    ----------
    luma : uint8 [height, width]
    """
    if min(luma.shape) < 2:
        return 0.0
    bright = luma.astype(np.float32)
    answers = []
    for axis, size in ((0, (1, _REACH)), (1, (_REACH, 1))):
        steep = np.abs(np.diff(bright, axis=axis))
        soft = np.abs(np.diff(cv2.blur(bright, size), axis=axis))
        total = float(steep.sum())
        answers.append(float(np.maximum(steep - soft, 0).sum()) / total if total > 0 else 0.0)
    return min(answers)
