"""Movements: a body's points over time as a net of movements takes them, whatever the picture rate and the camera.

Points seen at any rate are laid onto a steady clock and freed of where the body is and how large it seems: what is left
is the shape, how sure each point is, and how the body as a whole moves on.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.signals import skeletons

RATE_HZ = 15  # enough for four claps a second; films have 24 and more
JOINTS = (
    skeletons.NOSE, skeletons.LEFT_EAR, skeletons.RIGHT_EAR, *skeletons.SHOULDERS, *skeletons.ELBOWS,
    *skeletons.WRISTS, *skeletons.HIPS, *skeletons.KNEES, *skeletons.ANKLES, *skeletons.TOES,
)  # fmt: skip
COUNT = 3 * len(JOINTS) + 4
_STEADY = RATE_HZ  # steps over which the size is evened out: one second
_FAR = 4.0  # sizes: a point farther from the body than this is a slip

Floats = npt.NDArray[np.floating[Any]]


def steady(times: Floats, points: Floats) -> tuple[Floats, Floats]:
    """Lay points onto a steady clock of 15 steps a second, straight lines in between.

    Parameters
    ----------
    times : float [n], seconds
        Rising strictly.
    points : float [n, 33, 4]

    Returns
    -------
    clock : float64 [m], seconds
    points : float64 [m, 33, 4]
    """
    clock = np.arange(times[0], times[-1] + 1e-6, 1 / RATE_HZ)
    after = np.clip(np.searchsorted(times, clock, side="right"), 1, max(1, len(times) - 1))
    before = after - 1
    after = np.minimum(after, len(times) - 1)
    span = np.maximum(times[after] - times[before], 1e-9)
    share = np.clip((clock - times[before]) / span, 0, 1)[:, None, None]
    return clock, points[before] * (1 - share) + points[after] * share


def features(points: Floats, aspect: float = 1.0) -> npt.NDArray[np.float32]:
    """Return what the net of movements takes.

    Parameters
    ----------
    points : float [n, 33, 4]
        At steady steps.
    aspect : float
        Width of a unit of x in units of y.

    Returns
    -------
    float32 [n, 55]
        Places of 17 joints against the shoulders' middle, in sizes of the body, 0 where not seen; how visible they
        are; how the shoulders' middle moves, in sizes a second; change of the size; which way the shoulders face.
    """
    joints = points[:, JOINTS]
    places = joints[..., :2] * (aspect, 1.0)
    seen = np.clip(joints[..., 3], 0, 1)
    sizes = _evened(np.array([skeletons.size(each[:, :2] * (aspect, 1.0)) for each in points]))
    middle = (points[:, skeletons.SHOULDERS, :2] * (aspect, 1.0)).mean(axis=1)
    shape = np.clip((places - middle[:, None]) / sizes[:, None, None], -_FAR, _FAR)
    shape = shape * (seen > skeletons.VISIBLE / 2)[..., None]
    step = np.gradient(middle, axis=0) / sizes[:, None] * RATE_HZ if len(points) > 1 else np.zeros_like(middle)
    growth = np.gradient(np.log(sizes)) * RATE_HZ if len(points) > 1 else np.zeros(len(points))
    left, right = skeletons.SHOULDERS
    facing = (places[:, JOINTS.index(left), 0] - places[:, JOINTS.index(right), 0]) / sizes
    parts = (shape.reshape(len(points), -1), seen, np.clip(step, -_FAR, _FAR), growth[:, None], facing[:, None])
    return np.concatenate(parts, axis=1).astype(np.float32)


def _evened(sizes: Floats) -> Floats:
    """Return the running median, so that a bent or hidden trunk does not blow the body up."""
    half = _STEADY // 2
    padded = np.pad(sizes, half, mode="edge")
    return np.asarray(np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * half + 1), axis=1))
