"""Faces: where in a picture faces are, with six points each.

Two nets look: one for near faces, one for far ones. What both find is one face. Finding ends here; `face_mesh` looks
closer at each.

Source: Bazarevsky et al., "BlazeFace: sub-millisecond neural face detection on mobile GPUs", arXiv:1907.05047; the
nets of MediaPipe 0.10.21 as the registry names them.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models.litert import lite_net

MODELS = ("faces-short", "faces-full")

_SAME = 0.3  # intersection over union above which two finds are one face

# Cells of the picture along one side, and anchors in each, as the nets were built.
_GRIDS = {"faces-short": ((16, 2), (8, 6)), "faces-full": ((48, 1),)}

Picture = npt.NDArray[np.uint8]
Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Find:
    """A face in a picture.

    Parameters
    ----------
    box : float32 [4], pixels
        Left, upper, right and lower edge; may reach outside the picture.
    points : float32 [6, 2], pixels
        Right eye, left eye (the person's), nose tip, mouth, right ear, left ear.
    score : 0..1
    detector : full or short
        The net that was surer.
    """

    box: Floats
    points: Floats
    score: float
    detector: str


def find(picture: Picture, *, least_score: float = 0.5) -> list[Find]:
    """Find faces, the surest first.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    least_score : 0..1
    """
    found = [face for name in MODELS for face in _asked(name, picture, least_score)]
    return _distinct(found)


def _asked(name: str, picture: Picture, least_score: float) -> list[Find]:
    """Ask one net about a whole picture."""
    net = lite_net(name)
    side = net.shape[1]
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    small = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, upper = (side - small[0]) // 2, (side - small[1]) // 2
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    seen = np.full((1, side, side, 3), -1, np.float32)
    resized = cv2.resize(picture, small, interpolation=kind)
    seen[0, upper : upper + small[1], left : left + small[0]] = resized.astype(np.float32) / 127.5 - 1
    answers = {answer.shape[2]: answer[0] for answer in net.run(seen).values()}
    places, logits = answers[16], answers[1][:, 0]
    chances = 1 / (1 + np.exp(-np.clip(logits, -50, 50)))
    kept = np.flatnonzero(chances >= least_score)
    if not len(kept):
        return []
    anchors = _anchors(name)[kept]
    points = places[kept].reshape(-1, 8, 2).copy()
    points[:, 0] += anchors * side
    points[:, 2:] += anchors[:, None] * side
    half = points[:, 1] / 2
    corners = np.stack([points[:, 0] - half, points[:, 0] + half], axis=1)
    spots = (np.concatenate([corners, points[:, 2:]], axis=1) - (left, upper)) / scale
    return _blended(spots.astype(np.float32), chances[kept], name.removeprefix("faces-"))


@functools.cache
def _anchors(name: str) -> Floats:
    """Return the centres of a net's anchors, float32 [n, 2], 0..1."""
    parts = []
    for cells, copies in _GRIDS[name]:
        along = (np.arange(cells) + 0.5) / cells
        down, across = np.meshgrid(along, along, indexing="ij")
        parts.append(np.repeat(np.stack([across, down], axis=-1).reshape(-1, 2), copies, axis=0))
    return np.concatenate(parts).astype(np.float32)


def _blended(spots: Floats, chances: Floats, detector: str) -> list[Find]:
    """Make one find of all anchors that mean the same face: their mean, weighted by how sure each is."""
    order = np.argsort(-chances, kind="stable")
    finds = []
    while len(order):
        boxes = spots[order, :2].reshape(-1, 4)
        same = overlaps(boxes[0], boxes) > _SAME
        same[0] = True
        group = order[same]
        weights = chances[group] / chances[group].sum()
        mean = np.tensordot(weights, spots[group], axes=1).astype(np.float32)
        finds.append(Find(mean[:2].reshape(4), mean[2:], float(chances[order[0]]), detector))
        order = order[~same]
    return finds


def _distinct(finds: Sequence[Find]) -> list[Find]:
    """Keep the surest of finds that overlap."""
    kept: list[Find] = []
    for face in sorted(finds, key=lambda face: (-face.score, face.detector, *face.box.tolist())):
        if not kept or overlaps(face.box, np.stack([other.box for other in kept])).max() <= _SAME:
            kept.append(face)
    return kept


def overlaps(box: Floats, boxes: Floats) -> Floats:
    """Return intersection over union of a box with each of `boxes`, float32 [n].

    Parameters
    ----------
    box : float32 [4], left, upper, right, lower
    boxes : float32 [n, 4]
    """
    sides = np.minimum(box[2:], boxes[:, 2:]) - np.maximum(box[:2], boxes[:, :2])
    common = np.clip(sides, 0, None).prod(axis=1)
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(axis=1) + (box[2:] - box[:2]).prod()
    return np.asarray(common / np.maximum(areas - common, 1e-6), np.float32)
