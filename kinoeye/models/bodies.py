"""Bodies: where people are in a picture, and 33 points of each.

Two nets: one looks at the whole picture and answers, for every person, a box around the head and points that give the
middle, the size and the turn of the body; the other looks at a square so turned and answers 33 points of the body with
depth and visibility, and two more that say where the square of the next picture lies.

The decoding here is read off the shapes of the nets: 2,254 answers are grids of strides 8, 16 and three times 32 on
224 pixels, two answers a cell; 195 numbers are 39 points of five.

Source: Bazarevsky et al., "BlazePose: on-device real-time body pose tracking", 2020.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.models.litert import lite_net
from kinoeye.models.regions import Floats, Found, Picture, Region, anchors, blend, chance, cut, decode, whole

MODELS = ("bodies", "body-points")
COUNT = 33

_SIDE = 224
_MIDDLES = anchors(_SIDE, ((8, 2), (16, 2), (32, 6)))
_APART = 0.3  # heads nearer than so much of the circle's radius, which is about half the height, are one
_POINTS_SIDE = 256
_AROUND = 1.25  # the square is so much larger than the circle around the body: room for stretched arms
_HIPS, _RIM = 0, 1  # of the detector's points: middle of the hips, and a point above it on the circle around the body
_NEXT_HIPS, _NEXT_RIM = 33, 34  # the same two, of the points


@dataclass(frozen=True)
class Body:
    """A body in a picture.

    Parameters
    ----------
    points : float32 [33, 4]
        x, y in pixels of the picture; z in the same unit, smaller is nearer, 0 at the hips; visibility 0..1.
    presence : 0..1
        How sure the net is that there is a body at all.
    region : Region
        Where to look for it in the next picture.
    """

    points: npt.NDArray[np.float32]
    presence: float
    region: Region


def find(picture: Picture, *, least_score: float = 0.5, parts: int = 1) -> list[Found]:
    """Find people, the surest first.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    least_score : 0..1
    parts : int
        1 looks at the picture as a whole; more look at so many squares along its longer side as well, in which people
        are larger.

    Returns
    -------
    list of Found
        The box is around the head; `around` makes a region of it.

    Raises
    ------
    ModelError
        If the weights are not there.
    """
    looks = [whole(picture), *_squares(picture, parts)]
    found = [each for look in looks for each in _look(picture, look, least_score)]
    found.sort(key=lambda each: -each.score)
    kept: list[Found] = []
    for each in found:
        if not any(_is_same(each, other) for other in kept):
            kept.append(each)
    return kept


def around(found: Found) -> Region:
    """Return the region in which to look for the points of a body that was found."""
    return _region(found.points[_HIPS], found.points[_RIM])


def points(picture: Picture, region: Region) -> Body:
    """Find the points of the body in a region.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    region : Region
        As `around` gives it, or that of the picture before.

    Raises
    ------
    ModelError
        If the weights are not there.
    """
    answers = lite_net("body-points").run(_scaled(cut(picture, region, _POINTS_SIDE)))
    raw = answers["Identity"].reshape(-1, 5)
    placed = np.empty((len(raw), 4), np.float32)
    placed[:, :2] = region.to_picture(raw[:, :2], _POINTS_SIDE)
    placed[:, 2] = raw[:, 2] * (region.size / _POINTS_SIDE)
    placed[:, 3] = chance(raw[:, 3])
    following = _region(placed[_NEXT_HIPS, :2], placed[_NEXT_RIM, :2])
    return Body(placed[:COUNT], float(answers["Identity_1"].item()), following)


def _look(picture: Picture, region: Region, least_score: float) -> list[Found]:
    seen = _scaled(cut(picture, region, _SIDE)) * 2 - 1
    answers = lite_net("bodies").run(seen)
    found = blend(decode(answers["Identity"][0], answers["Identity_1"][0, :, 0], _MIDDLES, least_score), _is_same)
    return [
        Found(
            region.to_picture(each.box.reshape(2, 2), _SIDE).ravel(),
            region.to_picture(each.points, _SIDE),
            each.score,
        )
        for each in found
    ]


def _is_same(first: Found, second: Found) -> bool:
    """Tell whether two answers mean the same person.

    All boxes of one look are equally large, whatever the person's size: their middles count, against the circles.
    """
    apart = np.linalg.norm(first.box.reshape(2, 2).mean(axis=0) - second.box.reshape(2, 2).mean(axis=0))
    return bool(apart < _APART * (_radius(first) + _radius(second)) / 2)


def _radius(found: Found) -> float:
    return float(np.linalg.norm(found.points[_RIM] - found.points[_HIPS]))


def _squares(picture: Picture, parts: int) -> list[Region]:
    """Return squares as large as the shorter side, evenly along the longer."""
    if parts < 2:
        return []
    height, width = picture.shape[:2]
    side = min(height, width)
    middles = np.linspace(side / 2, max(height, width) - side / 2, parts)
    return [Region(at, side / 2, side) if width >= height else Region(side / 2, at, side) for at in middles]


def _region(hips: Floats, rim: Floats) -> Region:
    across, down = rim - hips
    angle = np.arctan2(across, -down)
    return Region(float(hips[0]), float(hips[1]), float(2 * _AROUND * np.hypot(across, down)), float(angle))


def _scaled(square: Picture) -> npt.NDArray[np.float32]:
    return square[None].astype(np.float32) / np.float32(255)
