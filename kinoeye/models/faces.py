"""Faces: where in a picture faces are, with six points each.

The net for near faces looks at the whole picture and at squares of it; the net for far faces looks at larger squares.
So faces from about 20 pixels up are found in a picture of 640, whichever way they are turned or tilted. A find of
which they are not sure is looked at once more by itself, from as far away as the second net was trained for: most of
what is no face does not stand this. Finding ends here; `face_mesh`
looks closer at each.

Source: Bazarevsky et al., "BlazeFace: sub-millisecond neural face detection on mobile GPUs", arXiv:1907.05047; the
nets of MediaPipe 0.10.21 as the registry names them.
"""

import functools
from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.models.litert import lite_net

MODELS = ("faces-short", "faces-full")

NEAR, FAR = MODELS

_SAME = 0.3  # intersection over union above which two finds are one face
_INSIDE = 0.65  # of the smaller box, and two finds are one face too

# Squares each net looks at, in a picture whose longer side counts as 640: by how much they overlap (the largest face
# that is seen whole in one of them), and how large they should be.
_OVERLAP = {NEAR: 60, FAR: 80}
_SQUARE = {NEAR: 230, FAR: 360}
_SPARED = 0.05  # of a step: a square that would add less than this is spared, the others overlap a little less
_CUT_OFF = 0.12  # of a face beyond an inner border of its square: the neighbour sees it better

_DOUBTFUL = (
    0.35  # least score of a find that is looked at again: 0.25 finds a few more of 16 pixels, at twice the looks
)
_SURE = 0.75  # a find of this score is not
_QUICK_LOOK = 2.5  # sizes of the find across: what the near net sees before the far one is asked
_WORTH_IT = 0.4  # least score of that; it spares two of three second looks and loses nothing but the most blurred
_SECOND_LOOK = 4.0
_LEAST_ANSWER = 0.2  # of the second look; less counts as nothing
_LEAST_PART = 8  # pixels: of less of a picture nothing can be said

_HALF = 0.47  # of the size: above it, plain interpolation loses nothing and takes a quarter of the time
_PLAIN = 4.0  # grey levels of spread in a square below which it shows nothing: black, a title's ground, fog

_DARK = 110  # 99th percentile of a picture's lightness below which it is brightened
_BRIGHT = 200  # what that becomes
_MOST_GAIN = 10.0

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
        A dark one should go through `brightened` first.
    least_score : 0..1
        Of a find; of one that is looked at twice, of both looks on average.
    """
    found = _asked(NEAR, picture, _DOUBTFUL)
    for name in (NEAR, FAR):
        found += _asked_all_over(name, picture)
    kept = [_looked_at_again(picture, face) if face.score < _SURE else face for face in _distinct(found)]
    return sorted((face for face in kept if face.score >= least_score), key=_order)


def squares(width: int, height: int, side: float, overlap: float) -> list[tuple[int, int, int, int]]:
    """Cover a picture with squares: left, upper, right and lower edge of each, pixels.

    Where the picture is lower than a square, the net sees all of its height, and a border below and above.

    Parameters
    ----------
    width, height : pixels
    side, overlap : in 640ths of the longer side
        How large they should be about, and by how much they overlap at least.
    """
    unit = max(width, height) / 640
    short = min(width, height)
    rows = max(1, round((short / unit - overlap) / (side - overlap)))
    length = max((short + (rows - 1) * overlap * unit) / rows, side * unit if rows == 1 else 0)
    step = length - min(overlap * unit, length / 2)
    across = max(1, int(length))

    def spans(whole: int) -> list[tuple[int, int]]:
        count = int(np.ceil(max(0.0, whole - length) / step - _SPARED)) + 1
        starts = sorted({round(start) for start in np.linspace(0, max(0, whole - across), max(count, 1))})
        return [(start, min(whole, start + across)) for start in starts]

    return [(left, upper, right, lower) for upper, lower in spans(height) for left, right in spans(width)]


def brightened(picture: Picture) -> Picture:
    """Return a dark picture brighter, any other as it is.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    """
    high = float(np.percentile(picture[::8, ::8].max(axis=2), 99))
    if high >= _DARK:
        return picture
    gain = min(_MOST_GAIN, _BRIGHT / max(high, 1.0))
    return np.asarray(cv2.convertScaleAbs(picture, alpha=gain), np.uint8)


def _looked_at_again(picture: Picture, face: Find) -> Find:
    """Look at a find alone; its score becomes the mean of both looks. The quick net may say at once that it is none."""
    seen = 0.0
    if _seen_alone(NEAR, picture, face, _QUICK_LOOK) >= _WORTH_IT:
        seen = _seen_alone(FAR, picture, face, _SECOND_LOOK)
    return replace(face, score=(face.score + seen) / 2)


def _seen_alone(name: str, picture: Picture, face: Find, across: float) -> float:
    """Return how sure a net is of a find when it sees little else: a square of so many sizes across."""
    centre, reach = (face.box[:2] + face.box[2:]) / 2, float((face.box[2:] - face.box[:2]).max()) * across / 2
    low, high = np.floor(centre - reach).astype(int), np.ceil(centre + reach).astype(int)
    low, high = np.maximum(low, 0), np.minimum(high, (picture.shape[1], picture.shape[0]))
    if (high - low < _LEAST_PART).any():
        return 0.0
    square = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
    others = _asked_at(name, picture, square, _LEAST_ANSWER)
    return max((other.score for other in others if overlaps(face.box, other.box[None])[0] > _SAME), default=0.0)


def _asked_all_over(name: str, picture: Picture) -> list[Find]:
    """Ask one net about every square of a picture; the picture is made smaller once, not square by square."""
    height, width = picture.shape[:2]
    left, upper, right, lower = squares(width, height, _SQUARE[name], _OVERLAP[name])[0]
    scale = lite_net(name).shape[1] / max(right - left, lower - upper)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(picture, size, interpolation=_kind(scale)), np.uint8)
    back = np.array([width / size[0], height / size[1]], np.float32)
    places = squares(*size, _SQUARE[name], _OVERLAP[name])
    found = [
        face for square in places if not _is_plain(small, square) for face in _asked_at(name, small, square, _DOUBTFUL)
    ]
    return [replace(face, box=face.box * np.tile(back, 2), points=face.points * back) for face in found]


def _is_plain(picture: Picture, square: tuple[int, int, int, int]) -> bool:
    left, upper, right, lower = square
    return float(picture[upper:lower:2, left:right:2, 1].std()) < _PLAIN


def _asked_at(name: str, picture: Picture, square: tuple[int, int, int, int], least_score: float) -> list[Find]:
    """Ask one net about a part of a picture."""
    left, upper, right, lower = square
    corner = np.array([left, upper], np.float32)
    found = []
    for face in _asked(name, picture[upper:lower, left:right], least_score):
        box = face.box + np.tile(corner, 2)
        beyond = np.array([left - box[0], upper - box[1], box[2] - right, box[3] - lower])
        is_inner = np.array([left > 0, upper > 0, right < picture.shape[1], lower < picture.shape[0]])
        if (beyond[is_inner] <= _CUT_OFF * float((box[2:] - box[:2]).max())).all():
            found.append(replace(face, box=box, points=face.points + corner))
    return found


def _asked(name: str, picture: Picture, least_score: float) -> list[Find]:
    """Ask one net about a whole picture."""
    net = lite_net(name)
    seen, scale, corner = _fitted(picture, net.shape[1])
    answers = {answer.shape[2]: answer[0] for answer in net.run(seen).values()}
    places, logits = answers[16], answers[1][:, 0]
    kept = np.flatnonzero(logits >= np.log(least_score / (1 - least_score)))
    if not len(kept):
        return []
    chances = 1 / (1 + np.exp(-np.clip(logits[kept], -50, 50)))
    anchors = _anchors(name)[kept] * net.shape[1]
    points = places[kept].reshape(-1, 8, 2).copy()
    points[:, 0] += anchors
    points[:, 2:] += anchors[:, None]
    half = points[:, 1] / 2
    corners = np.stack([points[:, 0] - half, points[:, 0] + half], axis=1)
    spots = (np.concatenate([corners, points[:, 2:]], axis=1) - corner) / scale
    return _blended(spots.astype(np.float32), chances, name.removeprefix("faces-"))


def _fitted(picture: Picture, side: int) -> tuple[Floats, float, Floats]:
    """Fit a picture into a net's square: float32 [1, side, side, 3], the scale, and where its corner lies."""
    height, width = picture.shape[:2]
    scale = side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    left, upper = (side - size[0]) // 2, (side - size[1]) // 2
    fitted = np.full((1, side, side, 3), -1, np.float32)
    part = fitted[0, upper : upper + size[1], left : left + size[0]]
    np.multiply(cv2.resize(picture, size, interpolation=_kind(scale)), np.float32(1 / 127.5), out=part)
    part -= 1
    return fitted, scale, np.array([left, upper], np.float32)


def _kind(scale: float) -> int:
    return int(cv2.INTER_AREA if scale < _HALF else cv2.INTER_LINEAR)


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
    """Keep the surest of finds that are one face."""
    kept: list[Find] = []
    for face in sorted(finds, key=_order):
        if not any(_is_same(face.box, other.box) for other in kept):
            kept.append(face)
    return kept


def _order(face: Find) -> tuple[float, ...]:
    return -face.score, *face.box.tolist()


def _is_same(box: Floats, other: Floats) -> bool:
    sides = np.clip(np.minimum(box[2:], other[2:]) - np.maximum(box[:2], other[:2]), 0, None)
    common, areas = float(sides.prod()), [float((each[2:] - each[:2]).prod()) for each in (box, other)]
    return common > min(_SAME * (sum(areas) - common), _INSIDE * min(areas))


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
