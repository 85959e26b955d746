"""Heads: which way a face is turned, from its points.

A head that looks straight into the camera is known as 32 points that neither speech nor expression moves much. Turned,
they lie as the face's points do; the turn is found by least squares. Without a mesh, six points seen from the front
must do: the turn is then that of a plane picture of the head (scaled orthography), good to some ten degrees.

Straight ahead is the mean of 112 people who were asked to look into the camera, their points made symmetrical. Lengths
are in distances between the outer corners of the eyes.

Source: Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE PAMI 13(4),
1991; points measured on the Face Research Lab London Set and Young Adult White Faces (DeBruine & Jones, CC BY 4.0).
"""

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.floating]

# x to the picture's right, y down, z away from the camera. Points of the mesh on the middle line: forehead, nose.
_MIDDLE = {
    10: (-0.625, -0.181),
    151: (-0.441, -0.233),
    9: (-0.242, -0.273),
    168: (-0.062, -0.255),
    6: (0.023, -0.309),
    197: (0.103, -0.370),
    195: (0.179, -0.436),
    5: (0.260, -0.505),
    4: (0.361, -0.536),
    2: (0.522, -0.335),
}
# Points on the person's left (the picture's right) with their twins on the right: eyes, temples, brows, nose, cheeks.
_PAIRS = {
    (33, 263): (0.499, 0.0, 0.0),
    (133, 362): (0.197, 0.010, -0.062),
    (127, 356): (0.808, 0.076, 0.584),
    (234, 454): (0.799, 0.246, 0.631),
    (67, 297): (0.404, -0.583, -0.090),
    (54, 284): (0.690, -0.396, 0.184),
    (98, 327): (0.183, 0.504, -0.241),
    (129, 358): (0.227, 0.425, -0.195),
    (50, 280): (0.554, 0.387, -0.086),
    (70, 300): (0.660, -0.167, 0.017),
    (162, 389): (0.795, -0.107, 0.471),
    (21, 251): (0.759, -0.255, 0.324),
}
_SIX = ((-0.376, -0.001), (0.376, -0.001), (0.0, 0.376), (0.0, 0.778), (-0.786, 0.235), (0.786, 0.235))
_SIX_DEPTHS = (-0.031, -0.031, -0.535, -0.282, 0.632, 0.632)

INDICES = np.array([*_MIDDLE, *(index for pair in _PAIRS for index in pair)])
HEAD = np.array(
    [(0.0, *place) for place in _MIDDLE.values()]
    + [(sign * x, y, z) for x, y, z in _PAIRS.values() for sign in (-1, 1)]
)
SIX_POINTS = np.array([(*place, depth) for place, depth in zip(_SIX, _SIX_DEPTHS, strict=True)])


def turn_of_mesh(mesh: Points) -> tuple[float, float, float]:
    """Return yaw, pitch and roll of a face's mesh, degrees.

    Parameters
    ----------
    mesh : float [468 or more, 3], pixels
        x to the right, y down, z away from the camera, in the same unit.

    Returns
    -------
    yaw : -180..180
        Above 0: turned to the picture's right.
    pitch : -90..90
        Above 0: turned up.
    roll : -180..180
        Above 0: tilted clockwise as seen.
    """
    seen = np.asarray(mesh, np.float64)[INDICES]
    return angles(_turn(HEAD, seen))


def turn_of_points(points: Points) -> tuple[float, float, float]:
    """Return yaw, pitch and roll from right eye, left eye, nose tip, mouth, right ear and left ear.

    Parameters
    ----------
    points : float [6, 2], pixels
    """
    head = SIX_POINTS - SIX_POINTS.mean(axis=0)
    seen = np.asarray(points, np.float64)
    flat, *_ = np.linalg.lstsq(head, seen - seen.mean(axis=0), rcond=None)
    across, down = flat[:, 0], flat[:, 1]
    third = np.cross(across, down) / max(float(np.sqrt(np.linalg.norm(across) * np.linalg.norm(down))), 1e-9)
    left, _, right = np.linalg.svd(np.stack([across, down, third]))
    return angles(_proper(left, right))


def angles(turn: Points) -> tuple[float, float, float]:
    """Return yaw, pitch and roll of a turn, degrees: rolled first, then pitched, then turned to the side.

    Parameters
    ----------
    turn : float [3, 3]
        From the head's own axes to the camera's.
    """
    ahead = -turn[:, 2]
    yaw = np.arctan2(ahead[0], -ahead[2])
    pitch = np.arcsin(np.clip(-ahead[1], -1, 1))
    rolled = matrix(float(np.degrees(yaw)), float(np.degrees(pitch)), 0).T @ turn
    roll = np.arctan2(rolled[1, 0], rolled[0, 0])
    return float(np.degrees(yaw)), float(np.degrees(pitch)), float(np.degrees(roll))


def matrix(yaw: float, pitch: float, roll: float) -> npt.NDArray[np.float64]:
    """Return the turn, float64 [3, 3], of three angles in degrees: what `angles` takes apart."""
    (y, p, r) = np.radians((yaw, pitch, roll))
    sideways = np.array([[np.cos(y), 0, -np.sin(y)], [0, 1, 0], [np.sin(y), 0, np.cos(y)]])
    upwards = np.array([[1, 0, 0], [0, np.cos(p), np.sin(p)], [0, -np.sin(p), np.cos(p)]])
    tilted = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(sideways @ upwards @ tilted, np.float64)


def _turn(head: Points, seen: Points) -> npt.NDArray[np.float64]:
    """Return the rotation that lays `head` onto `seen` best."""
    shared = (seen - seen.mean(axis=0)).T @ (head - head.mean(axis=0))
    left, _, right = np.linalg.svd(shared)
    return _proper(left, right)


def _proper(left: Points, right: Points) -> npt.NDArray[np.float64]:
    """Return the rotation of two factors; never a reflection."""
    sign = np.sign(np.linalg.det(left @ right)) or 1.0
    return np.asarray(left @ np.diag([1.0, 1.0, sign]) @ right, np.float64)
