"""Texture: what the fine detail of one picture says: focus, noise, edges.

All of it is measured at the size the picture comes in; compare only pictures of one size.

Source: Crete et al., "The blur effect: perception and estimation with a new no-reference perceptual blur metric", SPIE
6492, 2007 (a sharp picture loses much by blurring, a soft one little); Immerkaer, "Fast noise variance estimation",
Computer Vision and Image Understanding 64(2), 1996.
"""

import cv2
import numpy as np
import numpy.typing as npt

Luma = npt.NDArray[np.uint8]

TILES = (6, 8)  # rows and columns in which focus is looked for: a face in a medium shot fills one or two
LEAST_STEP = 6.0  # grey levels: mean slope that a tile needs before its focus can be judged
BLUR = 9  # pixels: the width of the second blur, Crete et al.
NOISE_MASK = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
NOISE_GAIN = 6 * np.sqrt(2 / np.pi)  # the mask's gain, and the mean size of a normal deviate


def sharpness(luma: Luma) -> float:
    """Measure how sharp the sharp part of a picture is.

    Parameters
    ----------
    luma : uint8 [height, width]

    Returns
    -------
    0..1, or nan
        The share of the local contrast that blurring takes away, in the fifth of the textured tiles that loses most: a
        subject in focus before a soft background is sharp. Nan where no tile has any texture.
    """
    # Against the grain of film and codec, which would pass for sharpness.
    picture = cv2.GaussianBlur(luma, (3, 3), 0.7).astype(np.float32)
    shares = []
    for axis, kernel in ((1, (BLUR, 1)), (0, (1, BLUR))):
        step = np.abs(np.diff(picture, axis=axis))
        left = np.abs(np.diff(cv2.blur(picture, kernel), axis=axis))
        lost = _tiles(np.maximum(step - left, 0))
        whole = _tiles(step)
        textured = _tiles((step > LEAST_STEP).astype(np.float32)) > 0.01
        shares.append(np.where(textured, lost / np.maximum(whole, 1e-6), np.nan))
    found = np.concatenate([share[np.isfinite(share)] for share in shares])
    return float(np.quantile(found, 0.8)) if found.size else float("nan")


def noise(luma: Luma) -> float:
    """Measure the noise of a picture.

    Parameters
    ----------
    luma : uint8 [height, width]

    Returns
    -------
    grey levels of 0..255, or nan
        Standard deviation, from the flat half of what is neither crushed nor clipped; nan where nothing is.
    """
    picture = luma.astype(np.float32)
    smooth = cv2.GaussianBlur(picture, (0, 0), 1.5)
    slope = np.abs(cv2.Sobel(smooth, cv2.CV_32F, 1, 0)) + np.abs(cv2.Sobel(smooth, cv2.CV_32F, 0, 1))
    open_ = (smooth > 12) & (smooth < 243)
    if not open_.any():
        return float("nan")
    flat = open_ & (slope <= np.median(slope[open_][::16]))
    deviations = np.abs(cv2.filter2D(picture, cv2.CV_32F, NOISE_MASK))[flat]
    # The mean, not the median: the steps of 8 bits would make half of all medians nought.
    return float(deviations.mean() / NOISE_GAIN) if deviations.size else 0.0


def _tiles(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Return the mean of `values` in each tile."""
    return np.asarray(cv2.resize(values, TILES[::-1], interpolation=cv2.INTER_AREA), np.float32)
