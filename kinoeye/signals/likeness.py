"""Likeness: a picture as a vector of length one, near by the cosine where pictures look alike.

Source: Kasutani & Yamada, "The MPEG-7 color layout descriptor", ICIP 2001; Dalal & Triggs, "Histograms of oriented
gradients for human detection", CVPR 2005.
"""

from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]

GRID = (6, 8)  # rows and columns of the colour layout
FIELDS, DIRECTIONS = (4, 6), 8  # fields of the edge histograms, and directions in each
BANDS = 5  # of the texture
SIZE = GRID[0] * GRID[1] * 3 + FIELDS[0] * FIELDS[1] * DIRECTIONS + FIELDS[0] * FIELDS[1] * 2 + BANDS
WORKING = (120, 68)  # pixels: coarse enough that codecs and half a pixel do not matter; a whole number of fields
WEIGHTS = (1.0, 1.0, 0.5)  # colour, edges, texture: shares of the cosine 4 : 4 : 1
FAINTEST = (15.0, 8.0, 0.5)  # lengths below which a part is noise and shall not be blown up to one
LEAST_SPOKEN = 0.6  # share of the vector's square in colours and edges: usual is 0.8 to 0.9
FAINT = 3.0  # grey levels: slopes well below do not turn a flat field into an edge


def likeness(picture: Picture) -> Floats:
    """Return what a picture looks like.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB

    Returns
    -------
    float32 [389], of length 1
        144 of colour layout, 192 of edge directions, 53 of texture.
    """
    small = cv2.resize(picture, WORKING, interpolation=cv2.INTER_AREA)
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    light = np.asarray(lab[:, :, 0] * np.float32(2.55), np.float32)
    right, down = cv2.Sobel(light, cv2.CV_32F, 1, 0, scale=1 / 8), cv2.Sobel(light, cv2.CV_32F, 0, 1, scale=1 / 8)
    slope: Floats = np.asarray(np.hypot(right, down), np.float32)
    parts = (_colours(lab), _edges(right, down), _texture(light, slope))
    vector = np.concatenate(
        [
            part * np.float32(weight / np.hypot(np.linalg.norm(part), faint))
            for weight, faint, part in zip(WEIGHTS, FAINTEST, parts, strict=True)
        ]
    )
    return np.asarray(vector / np.float32(max(float(np.linalg.norm(vector)), 1e-6)), np.float32)


def tells_something(vectors: Floats) -> npt.NDArray[np.bool_]:
    """Tell for each vector [n, SIZE] whether colours and edges speak in it; black and fog all look alike."""
    spoken = SIZE - FIELDS[0] * FIELDS[1] * 2 - BANDS
    return np.asarray((vectors[:, :spoken] ** 2).sum(axis=1) > LEAST_SPOKEN, np.bool_)


def _colours(lab: Floats) -> Floats:
    """Return the means of lightness, a and b on the grid, less what the whole picture has."""
    means = cv2.resize(cv2.blur(lab, (9, 9)), GRID[::-1], interpolation=cv2.INTER_AREA)
    # Exposure moves all of the lightness, white balance much of the colours.
    means -= means.mean(axis=(0, 1)) * np.array([1.0, 0.5, 0.5], np.float32)
    # Half of the lightness, twice the colours: contrast changes more from take to take than hues.
    means *= np.array([0.5, 2.0, 2.0], np.float32)
    return np.asarray(means.ravel(), np.float32)


def _edges(right: Floats, down: Floats) -> Floats:
    """Return for each field how much slope runs in each direction, as a root, so that one strong edge is not all."""
    size = np.hypot(right, down)
    size *= size / (size + FAINT)
    angle = np.mod(cv2.phase(right, down), np.pi) * np.float32(DIRECTIONS / np.pi)
    low = angle.astype(np.int64)
    above = size * (angle - low)
    first = low % DIRECTIONS + _field_numbers()
    second = (low + 1) % DIRECTIONS + _field_numbers()
    count = FIELDS[0] * FIELDS[1] * DIRECTIONS
    sums = np.bincount(first.ravel(), (size - above).ravel(), count) + np.bincount(second.ravel(), above.ravel(), count)
    out = np.sqrt(sums)
    # Less half the mean: what all pictures have in common would make all of them alike.
    return np.asarray(out - 0.5 * out.mean(), np.float32)


@cache
def _field_numbers() -> npt.NDArray[np.int64]:
    """Return for each working pixel the number of its field's first direction."""
    rows = np.arange(WORKING[1]) * FIELDS[0] // WORKING[1]
    columns = np.arange(WORKING[0]) * FIELDS[1] // WORKING[0]
    return (rows[:, None] * FIELDS[1] + columns[None]) * DIRECTIONS


def _texture(light: Floats, slope: Floats) -> Floats:
    """Return each field's contrast and fineness against the picture's own, and the picture's share of each band."""
    mean = cv2.resize(light, FIELDS[::-1], interpolation=cv2.INTER_AREA)
    square = cv2.resize(light * light, FIELDS[::-1], interpolation=cv2.INTER_AREA)
    contrast = np.sqrt(np.maximum(square - mean * mean, 0)) + 1
    fineness = cv2.resize(slope, FIELDS[::-1], interpolation=cv2.INTER_AREA) + 0.3
    contrast, fineness = np.log(contrast / contrast.mean()), np.log(fineness / fineness.mean())
    bands, left = [], light
    for _ in range(BANDS):
        coarse = cv2.pyrDown(left)
        bands.append(float(np.abs(left - cv2.resize(coarse, left.shape[::-1])).mean()))
        left = coarse
    share = np.array(bands, np.float32) / (sum(bands) + 1e-3)
    return np.concatenate([contrast.ravel(), fineness.ravel(), 4 * share]).astype(np.float32)
