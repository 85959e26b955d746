"""Framing: how large a head stands in a picture, how much room it has, and where it looks.

Shot scales are told by the head's share of the picture's height, as the body below it would be cut: a whole body is
seven and a half heads, to the knees five and a half, to the waist three and a half, to the chest two and a half.

Source: Bowen & Thompson, "Grammar of the Shot", 4th ed., 2017 (scales, headroom, look room); Drillis & Contini, "Body
segment parameters", 1966 (proportions); Farkas, "Anthropometry of the Head and Face", 1994 (head height, eyes).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Points = npt.NDArray[np.floating]

# Smallest share of the picture's height that the head has, by scale, from near to far: between two scales lies the
# geometric mean of what is usual in each.
SCALES = (
    ("extreme close-up", 0.85),
    ("close-up", 0.45),
    ("medium close-up", 0.30),
    ("medium", 0.20),
    ("medium long", 0.135),
    ("long", 0.055),
    ("extreme long", 0.0),
)
FACE_OF_HEAD = 0.81  # hairline to chin, of crown to chin
BOX_OF_HEAD = 0.78  # the finder's box, of crown to chin: median of faces in films, which have a mesh, too
TORSO_IN_HEADS = 2.15  # shoulders to hips
EYE_IN_RADII = 2.5  # corner to corner of an eye, in radii of the eyeball: 30 mm to 12 mm

FOREHEAD, CHIN = 10, 152
EYES = ((33, 133, 468), (362, 263, 473))  # corners from the picture's left to its right, and the iris' centre
SHOULDERS, HIPS = (11, 12), (23, 24)
LEAST_VISIBLE = 0.5


@dataclass(frozen=True)
class Head:
    """Where a head is in the picture.

    Parameters
    ----------
    height : 0.. of the picture's height
        Crown to chin.
    top : of the picture's height
        The crown; below 0 where it is cut off.
    eyes : of the picture's height
    x : of the picture's width
        Middle of the face.
    """

    height: float
    top: float
    eyes: float
    x: float


def head_of_mesh(mesh: Points, aspect: float) -> Head:
    """Measure a head by the mesh of its face.

    Parameters
    ----------
    mesh : float [478, 3]
        x and z 0..1 of the picture's width, y 0..1 of its height.
    aspect : float
        Picture's width over its height.
    """
    chin, forehead = (mesh[index] * (aspect, 1, aspect) for index in (CHIN, FOREHEAD))
    face = forehead - chin
    height = float(np.linalg.norm(face)) / FACE_OF_HEAD
    eyes = np.mean([mesh[list(each[:2]), 1].mean() for each in EYES])
    top = float(chin[1] + face[1] / FACE_OF_HEAD)
    return Head(height, top, float(eyes), float(mesh[[FOREHEAD, CHIN], 0].mean()))


def head_of_box(x: float, y: float, w: float, h: float, eyes: float) -> Head:
    """Measure a head by the box of its face, all 0..1 of the picture, and its eyes' height."""
    height = h / BOX_OF_HEAD
    return Head(height, y + h - height, eyes, x + w / 2)


def head_by_body(points: Points, aspect: float) -> float | None:
    """Tell a head's height by the length of the body's trunk; None where that is not seen whole.

    Parameters
    ----------
    points : float [33, 4]
        x, y 0..1 of the picture, z, how visible.
    aspect : float
    """
    seen = points[[*SHOULDERS, *HIPS]]
    if seen[:, 3].min() < LEAST_VISIBLE or seen[:, 1].max() > 1:
        return None
    upper, lower = (seen[part, :2].mean(axis=0) * (aspect, 1) for part in (slice(0, 2), slice(2, 4)))
    return float(np.linalg.norm(upper - lower)) / TORSO_IN_HEADS


def scale_of(head: float) -> str:
    """Name the shot scale for a head of this share of the picture's height."""
    return next(name for name, least in SCALES if head >= least)


def gaze_of(mesh: Points) -> float:
    """Return how far the eyes are turned to the picture's right within the head, degrees.

    Parameters
    ----------
    mesh : float [478, 3]
    """
    turns = []
    for left, right, iris in EYES:
        across = mesh[right, :2] - mesh[left, :2]
        length = float(across @ across)
        place = float((mesh[iris, :2] - mesh[left, :2]) @ across) / length - 0.5 if length > 0 else 0.0
        turns.append(np.degrees(np.arcsin(np.clip(place * EYE_IN_RADII, -1, 1))))
    return float(np.mean(turns))
