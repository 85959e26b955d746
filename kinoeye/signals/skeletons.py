"""Skeletons: the 33 points of a body, what joins them, and whether two skeletons are the same body.

Left and right are the person's own. Points are x, y (rightwards and down), z (smaller is nearer, 0 at the hips) and
visibility, in the order of the net that finds them.

Source: order of the points after Bazarevsky et al., "BlazePose: on-device real-time body pose tracking", 2020.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

POINTS = (
    "nose", "left_eye_inner", "left_eye", "left_eye_outer", "right_eye_inner", "right_eye", "right_eye_outer",
    "left_ear", "right_ear", "mouth_left", "mouth_right", "left_shoulder", "right_shoulder", "left_elbow",
    "right_elbow", "left_wrist", "right_wrist", "left_little_finger", "right_little_finger", "left_index_finger",
    "right_index_finger", "left_thumb", "right_thumb", "left_hip", "right_hip", "left_knee", "right_knee",
    "left_ankle", "right_ankle", "left_heel", "right_heel", "left_toes", "right_toes",
)  # fmt: skip
LINKS = (
    ("left_ear", "left_eye"), ("left_eye", "nose"), ("nose", "right_eye"), ("right_eye", "right_ear"),
    ("mouth_left", "mouth_right"), ("left_shoulder", "right_shoulder"), ("left_shoulder", "left_elbow"),
    ("left_elbow", "left_wrist"), ("left_wrist", "left_index_finger"), ("left_wrist", "left_little_finger"),
    ("left_wrist", "left_thumb"), ("right_shoulder", "right_elbow"), ("right_elbow", "right_wrist"),
    ("right_wrist", "right_index_finger"), ("right_wrist", "right_little_finger"), ("right_wrist", "right_thumb"),
    ("left_shoulder", "left_hip"), ("right_shoulder", "right_hip"), ("left_hip", "right_hip"),
    ("left_hip", "left_knee"), ("left_knee", "left_ankle"), ("left_ankle", "left_heel"), ("left_heel", "left_toes"),
    ("right_hip", "right_knee"), ("right_knee", "right_ankle"), ("right_ankle", "right_heel"),
    ("right_heel", "right_toes"),
)  # fmt: skip

VISIBLE = 0.5  # a point less visible is where the net thinks it is, not where it is seen


def index(name: str) -> int:
    """Return a point's number."""
    return POINTS.index(name)


NOSE, LEFT_EAR, RIGHT_EAR = (index(name) for name in ("nose", "left_ear", "right_ear"))
SHOULDERS = (index("left_shoulder"), index("right_shoulder"))
ELBOWS = (index("left_elbow"), index("right_elbow"))
WRISTS = (index("left_wrist"), index("right_wrist"))
LITTLE_FINGERS = (index("left_little_finger"), index("right_little_finger"))
INDEX_FINGERS = (index("left_index_finger"), index("right_index_finger"))
HIPS = (index("left_hip"), index("right_hip"))
TOES = (index("left_toes"), index("right_toes"))
KNEES = (index("left_knee"), index("right_knee"))
ANKLES = (index("left_ankle"), index("right_ankle"))
_CORE = (NOSE, *SHOULDERS, *HIPS)  # what a person cannot move far against the rest
_STEADY = np.array([0.3, 0.25, 0.25, 0.1, 0.1])  # hips are often hidden, and then a guess
_NESTED = 1.6  # times larger: a skeleton so much smaller that lies inside another is no person before it
_MEETING = 0.25  # how far apart, in sizes, two skeletons at the same moment may be and still be one body


def size(points: Floats) -> float:
    """Return how large a body is in the picture, whichever way it is turned: about half its height standing.

    Parameters
    ----------
    points : float [33, 2 or more]

    Returns
    -------
    float, unit of the points
        Never 0.
    """
    shoulders, hips = (points[list(pair), :2].mean(axis=0) for pair in (SHOULDERS, HIPS))
    trunk = np.linalg.norm(shoulders - hips)
    across = np.linalg.norm(points[SHOULDERS[0], :2] - points[SHOULDERS[1], :2])
    head = np.linalg.norm(points[NOSE, :2] - shoulders)
    return max(1.6 * float(trunk), 2.2 * float(across), 3.0 * float(head), 1e-6)


def apart(first: Floats, second: Floats) -> float:
    """Return how far apart two skeletons lie: mean distance of head, shoulders and hips, in sizes of the body.

    Parameters
    ----------
    first, second : float [33, 2 or more]
        In one unit for x and y.
    """
    steps = np.linalg.norm(first[list(_CORE), :2] - second[list(_CORE), :2], axis=1)
    return float((steps * _STEADY).sum() / max(size(first), size(second)))


def is_one(first: Floats, second: Floats) -> bool:
    """Tell whether two skeletons of one picture are one body found twice, whole or in the pattern of a coat."""
    if apart(first, second) < _MEETING:
        return True
    small, large = sorted((first, second), key=size)
    return size(large) > _NESTED * size(small) and _is_within(small, box(large))


def pairs(costs: Floats, most: Floats | float) -> Iterator[tuple[int, int]]:
    """Pair rows with columns, the nearest first, each at most once.

    Parameters
    ----------
    costs : float [n, m]
    most : float, or float [n, m]
        A pair that costs more is none.
    """
    open_costs = np.where(costs <= most, costs, np.inf)
    while open_costs.size and np.isfinite(open_costs.min()):
        row, column = (int(at) for at in np.unravel_index(int(open_costs.argmin()), open_costs.shape))
        yield row, column
        open_costs[row, :] = open_costs[:, column] = np.inf


def box(points: Floats) -> tuple[float, float, float, float]:
    """Return left, top, width and height of what is seen of a body; of all points where less than four are seen.

    Parameters
    ----------
    points : float [33, 4]
    """
    seen = points[:, 3] >= VISIBLE
    places = points[seen if seen.sum() > 3 else slice(None), :2]
    left, top = places.min(axis=0)
    right, bottom = places.max(axis=0)
    return float(left), float(top), float(right - left), float(bottom - top)


def _is_within(points: Floats, within: tuple[float, float, float, float]) -> bool:
    left, top, width, height = within
    places = points[list(_CORE), :2]
    return bool(((places >= (left, top)) & (places <= (left + width, top + height))).all())
