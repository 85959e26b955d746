"""Regions: turned squares of a picture that a net looks at, and the answers of detectors of one look.

A detector looks at the whole picture once, squeezed into a square, and answers at every anchor: the middle of a cell of
one of several grids. A net of points looks at a square of its own, turned so that what it shows stands upright. Here
are the anchors, the decoding, the choice among answers that mean the same thing, and the way to a square and back.

Source: Liu et al., "SSD: single shot multibox detector", ECCV 2016; Bazarevsky et al., "BlazeFace", 2019 (answers that
overlap are blended instead of dropped).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.floating[Any]]

_SHRINK = 2.0  # a picture cut more than so many times smaller is shrunk by area first: no shimmering edges
_LOGIT = 80.0  # beyond it a score is 0 or 1 anyway, and exp() would overflow


@dataclass(frozen=True)
class Region:
    """A turned square of a picture.

    Parameters
    ----------
    x, y : pixels
        Its middle; it may lie outside the picture.
    size : pixels
        Its side.
    angle : radians
        By how much it is turned, clockwise as seen.
    """

    x: float
    y: float
    size: float
    angle: float = 0.0

    def to_picture(self, points: Floats, side: int) -> npt.NDArray[np.float32]:
        """Return places in the cut-out, float [n, 2], as pixels of the picture.

        Parameters
        ----------
        points : float [n, 2], pixels of the cut-out
        side : pixels
            Side of the cut-out.
        """
        matrix = self._matrix(side)
        return np.asarray(points @ matrix[:, :2].T + matrix[:, 2], np.float32)

    def _matrix(self, side: int) -> npt.NDArray[np.float64]:
        scale = self.size / side
        cos, sin = np.cos(self.angle) * scale, np.sin(self.angle) * scale
        turn = np.array([[cos, -sin], [sin, cos]])
        shift = np.array([self.x, self.y]) - turn @ np.full(2, side / 2)
        return np.column_stack([turn, shift])


@dataclass(frozen=True)
class Found:
    """What a detector found.

    Parameters
    ----------
    box : float32 [4], pixels
        Left, top, right, bottom.
    points : float32 [k, 2], pixels
    score : 0..1
    """

    box: npt.NDArray[np.float32]
    points: npt.NDArray[np.float32]
    score: float


def whole(picture: Picture) -> Region:
    """Return the smallest upright square around a picture."""
    height, width = picture.shape[:2]
    return Region(width / 2, height / 2, max(height, width))


def cut(picture: Picture, region: Region, side: int) -> Picture:
    """Cut a region out, black where it reaches outside the picture.

    Parameters
    ----------
    picture : uint8 [height, width, 3]
    region : Region
    side : pixels

    Returns
    -------
    uint8 [side, side, 3]
    """
    shrink = region.size / side / _SHRINK
    if shrink > 1:
        height, width = (max(1, round(length / shrink)) for length in picture.shape[:2])
        across, down = width / picture.shape[1], height / picture.shape[0]
        picture = np.asarray(cv2.resize(picture, (width, height), interpolation=cv2.INTER_AREA), np.uint8)
        region = Region(region.x * across, region.y * down, region.size * across, region.angle)
    matrix = region._matrix(side)
    # OpenCV counts from the middle of a pixel, a region from its edge
    matrix[:, 2] += matrix[:, :2] @ np.full(2, 0.5) - 0.5
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, matrix, (side, side), flags=flags), np.uint8)


def anchors(side: int, grids: tuple[tuple[int, int], ...]) -> npt.NDArray[np.float32]:
    """Return the middles of all cells, in the order of a detector's answers.

    Parameters
    ----------
    side : pixels
        Side of the detector's input.
    grids : tuple of (stride, answers a cell)

    Returns
    -------
    float32 [n, 2], pixels of the input
    """
    parts = []
    for stride, answers in grids:
        middles = (np.arange(side // stride, dtype=np.float32) + 0.5) * stride
        down, across = np.meshgrid(middles, middles, indexing="ij")
        parts.append(np.repeat(np.stack([across, down], -1).reshape(-1, 2), answers, axis=0))
    return np.concatenate(parts)


def chance(logits: Floats) -> npt.NDArray[np.float32]:
    """Return the logistic function of raw scores: 0..1."""
    return np.asarray(1 / (1 + np.exp(-np.clip(logits, -_LOGIT, _LOGIT))), np.float32)


def decode(raw: Floats, logits: Floats, middles: Floats, least_score: float) -> list[Found]:
    """Return all answers of a detector that are sure enough, in pixels of its input, the surest first.

    Parameters
    ----------
    raw : float [n, 4 + 2 k], pixels of the input
        Middle, width and height of the box, then points; places count from the anchor.
    logits : float [n]
    middles : float [n, 2]
        As `anchors` gives them.
    least_score : 0..1
    """
    scores = chance(logits)
    kept = np.flatnonzero(scores >= least_score)
    kept = kept[np.argsort(-scores[kept], kind="stable")]
    places = raw[kept].reshape(len(kept), raw.shape[1] // 2, 2).astype(np.float32)
    places[:, 0] += middles[kept]
    places[:, 2:] += middles[kept][:, None]
    corners = np.concatenate([places[:, 0] - places[:, 1] / 2, places[:, 0] + places[:, 1] / 2], axis=1)
    return [
        Found(box, points, float(score))
        for box, points, score in zip(corners, places[:, 2:], scores[kept], strict=True)
    ]


def blend(answers: Sequence[Found], is_same: Callable[[Found, Found], bool]) -> list[Found]:
    """Return one answer for all that mean the same thing: their mean, weighted by their scores.

    Parameters
    ----------
    answers : sequence of Found
        The surest first, as `decode` gives them.
    is_same : callable
        Tells whether two of them mean the same thing.
    """
    groups: list[list[Found]] = []
    for each in answers:
        group = next((group for group in groups if is_same(group[0], each)), None)
        if group is None:
            groups.append([each])
        else:
            group.append(each)
    return [_mean(group) for group in groups]


def overlap(box: Floats, boxes: Floats) -> npt.NDArray[np.float32]:
    """Return how much of their union a box and each of others share: 0..1.

    Parameters
    ----------
    box : float [4]
        Left, top, right, bottom.
    boxes : float [n, 4]
    """
    shared = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    inner = np.prod(np.clip(shared, 0, None), axis=1)
    area = np.prod(box[2:] - box[:2]) + np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) - inner
    return np.asarray(inner / np.maximum(area, 1e-9), np.float32)


def _mean(group: Sequence[Found]) -> Found:
    weights = np.array([each.score for each in group], np.float32)
    weights /= weights.sum()
    box = np.tensordot(weights, np.stack([each.box for each in group]), 1)
    points = np.tensordot(weights, np.stack([each.points for each in group]), 1)
    return Found(np.asarray(box, np.float32), np.asarray(points, np.float32), group[0].score)
