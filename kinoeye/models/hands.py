"""Hands: where hands are in a picture, and 21 points of each.

A palm is found by a detector in the whole picture or in a square around the wrist that a body's points give; the
points are found in a square turned so that the fingers point up.

The decoding is read off the shapes of the nets: 2,016 answers are grids of strides 8 and three times 16 on 192 pixels,
two answers a cell.

Source: Zhang et al., "MediaPipe Hands: on-device real-time hand tracking", 2020.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.models.litert import lite_net
from kinoeye.models.regions import Floats, Found, Picture, Region, anchors, blend, cut, decode, overlap, whole

MODELS = ("palms", "hand-points")
COUNT = 21

_SIDE = 192
_MIDDLES = anchors(_SIDE, ((8, 2), (16, 6)))
_OVERLAP = 0.3
_WRIST, _KNUCKLE = 0, 2  # of the palm's points: wrist and root of the middle finger
_POINTS_SIDE = 224
_AROUND = 2.6  # the square around a hand, in palms, and how far it is moved towards the fingers
_TOWARDS = 0.5
_NEAR = 3.0  # the square around a wrist in which the palm is looked for, in lengths from wrist to finger root
_NO_LENGTH = 1e-3


@dataclass(frozen=True)
class Hand:
    """A hand in a picture.

    Parameters
    ----------
    points : float32 [21, 3], pixels
        Wrist, then four of each finger from thumb to little finger, root first; z smaller is nearer, 0 at the wrist.
    presence : 0..1
        How sure the net is that there is a hand.
    rightness : 0..1
        How much it looks like a person's right hand.
    """

    points: npt.NDArray[np.float32]
    presence: float
    rightness: float


def find(picture: Picture, *, near: Region | None = None, least_score: float = 0.5) -> list[Found]:
    """Find palms, the surest first.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    near : Region
        Look only there, closer; the whole picture if not given.
    least_score : 0..1

    Raises
    ------
    ModelError
        If the weights are not there.
    """
    region = near or whole(picture)
    answers = lite_net("palms").run(_scaled(cut(picture, region, _SIDE)))
    found = blend(decode(answers["Identity"][0], answers["Identity_1"][0, :, 0], _MIDDLES, least_score), _is_same)
    return [
        Found(np.concatenate([middle - size / 2, middle + size / 2]), region.to_picture(each.points, _SIDE), each.score)
        for each in found
        for middle, size in [_placed(each, region)]
    ]


def around(found: Found) -> Region:
    """Return the region in which to look for the points of a palm that was found."""
    middle, size = found.box.reshape(2, 2).mean(axis=0), float((found.box[2:] - found.box[:2]).max())
    along = found.points[_KNUCKLE] - found.points[_WRIST]
    along = along / max(float(np.linalg.norm(along)), _NO_LENGTH)
    x, y = middle + along * size * _TOWARDS
    return Region(float(x), float(y), size * _AROUND, float(np.arctan2(along[0], -along[1])))


def wrist(wrist: Floats, fingers: Floats, arm: float) -> Region:
    """Return the region around a wrist in which to look for its palm, upright.

    Parameters
    ----------
    wrist, fingers : float [2], pixels
        Wrist, and the middle of the finger roots, of a body's points.
    arm : pixels
        Length of the forearm: where fingers point at the camera, it tells how large a hand can be.
    """
    length = max(float(np.linalg.norm(fingers - wrist)), 0.3 * arm)
    x, y = wrist + (fingers - wrist) * 0.75
    return Region(float(x), float(y), 2 * _NEAR * length)


def points(picture: Picture, region: Region) -> Hand:
    """Find the points of the hand in a region.

    Parameters
    ----------
    picture : uint8 [height, width, 3], RGB
    region : Region
        As `around` gives it.

    Raises
    ------
    ModelError
        If the weights are not there.
    """
    answers = lite_net("hand-points").run(_scaled(cut(picture, region, _POINTS_SIDE)))
    raw = answers["Identity"].reshape(COUNT, 3)
    placed = np.empty((COUNT, 3), np.float32)
    placed[:, :2] = region.to_picture(raw[:, :2], _POINTS_SIDE)
    placed[:, 2] = raw[:, 2] * (region.size / _POINTS_SIDE)
    return Hand(placed, float(answers["Identity_1"].item()), float(answers["Identity_2"].item()))


def _placed(found: Found, region: Region) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    middle = region.to_picture(found.box.reshape(2, 2).mean(axis=0)[None], _SIDE)[0]
    return middle, (found.box[2:] - found.box[:2]) * np.float32(region.size / _SIDE)


def _is_same(first: Found, second: Found) -> bool:
    return bool(overlap(first.box, second.box[None])[0] > _OVERLAP)


def _scaled(square: Picture) -> npt.NDArray[np.float32]:
    return square[None].astype(np.float32) / np.float32(255)
