"""Pictures of heads: a small painter's renderer, good enough for a net that looks for points of a face.

Polygons are drawn from far to near in one colour each, at twice the size. Skin, lips, brows, eyes and teeth get colours
of their own, because the net finds points by them; skin tone, light, camera and background are random.
"""

import functools
import itertools
from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt
from head import Array, Head

# Transparent films over the eye, which this renderer cannot draw.
UNSEEN = {"LacrimalFluid", "EyeOcclusion", "EyeBlend"}
SKINS = np.array([(236, 200, 180), (224, 178, 150), (198, 146, 112), (150, 102, 74), (98, 64, 46)], np.float64)
HAIR = np.array([(40, 30, 25), (70, 45, 30), (110, 80, 50), (150, 120, 85)], np.float64)
PUPIL, IRIS = 0.26, 0.62  # radii, in the head's unit
EYES = np.array([(70, 45, 25), (95, 75, 45), (80, 110, 130), (70, 95, 70)], np.float64)


@dataclass(frozen=True)
class Look:
    """How a picture is taken and painted.

    Parameters
    ----------
    colours : float64 [polygons, 3]
        0..255, before light.
    light : float64 [3]
        Where it comes from, of length 1.
    ambient : 0..1
    turn : float64 [3, 3]
        The head's.
    distance : float
        Camera to head, in the head's unit (about a centimetre).
    size : int, pixels
        Edge of the picture.
    background : uint8 [size, size, 3]
    blur, noise : float
        Of the picture, in pixels and steps of 255.
    """

    colours: Array
    light: Array
    ambient: float
    turn: Array
    distance: float
    size: int
    background: npt.NDArray[np.uint8]
    blur: float
    noise: float


def turn(yaw: float, pitch: float, roll: float) -> Array:
    """Return the rotation of a head that turns to the picture's right, nods up and tilts clockwise, degrees."""
    y, p, r = np.radians((yaw, -pitch, -roll))
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return np.asarray(about_z @ about_y @ about_x)


def random_look(head: Head, random: np.random.Generator, size: int = 320) -> Look:
    """Return a random way to take a picture, near to frontal."""
    light = np.array([random.uniform(-0.8, 0.8), random.uniform(-0.1, 0.9), 1.0])
    field = random.uniform(20, 220, (4, 4, 3)).astype(np.float32)
    background = cv2.resize(field, (size, size), interpolation=cv2.INTER_CUBIC).clip(0, 255).astype(np.uint8)
    angles = random.normal(0, (9, 7, 4))
    return Look(
        paint(head, random), light / np.linalg.norm(light), random.uniform(0.25, 0.6), turn(*angles),
        random.uniform(45, 120), size, background, random.uniform(0.3, 1.0), random.uniform(0, 4),
    )  # fmt: skip


def paint(head: Head, random: np.random.Generator) -> Array:
    """Return the colour of every polygon for one random person."""
    skin = _between(SKINS, random)
    hair, eye = _between(HAIR, random) * random.uniform(0.6, 1), EYES[random.integers(len(EYES))]
    thickness, strength, redness = random.uniform(0.28, 0.5), random.uniform(0.5, 0.95), random.uniform(0.3, 1.0)
    parts = _parts(head)
    colours = skin * random.normal(1, 0.02, (len(head.faces), 1))
    colours[parts.lips] = skin * (1 - redness * np.array([0.1, 0.35, 0.28]))
    colours[parts.to_brow < thickness] = skin * (1 - strength) + hair * strength
    for name, colour in (("Teeth", (225, 218, 200)), ("GumsTongue", (120, 60, 58)), ("EyeLashes", skin * 0.35)):
        colours[parts.material == name] = colour
    for side in ("Left", "Right"):
        for part in ("Sclera", "Iris"):
            here = parts.material == f"{part}{side}"
            away = parts.to_pupil[here, None]
            colours[here] = np.where(away < PUPIL, 12.0, np.where(away < IRIS, eye, (215.0, 210.0, 205.0)))
    colours[parts.throat] = (60, 25, 25)
    return colours


@dataclass(frozen=True)
class _Parts:
    """What every polygon is part of; distances in the head's unit."""

    quads: npt.NDArray[np.int64]
    material: npt.NDArray[np.str_]
    seen: npt.NDArray[np.bool_]
    lips: npt.NDArray[np.bool_]
    throat: npt.NDArray[np.bool_]
    to_brow: Array
    to_pupil: Array


@functools.cache
def _parts(head: Head) -> _Parts:
    quads = np.array([face if len(face) == 4 else [*face, face[0]] for face in head.faces])
    middles = np.array([head.neutral[face].mean(0) for face in head.faces])
    marks, material = head.neutral[head.landmarks], np.array(head.materials)
    lips = _inside(middles, marks[48:60]) & (middles[:, 2] > marks[48, 2] - 1)
    mouth = _inside(middles, marks[48:60] * np.array([1.2, 1, 1]))
    throat = (material == "Face") & (middles[:, 2] < marks[48:60, 2].min() - 1.2) & mouth
    pupil = np.full(len(middles), np.inf)
    for side in ("Left", "Right"):
        centre = middles[material == f"Iris{side}"].mean(0)
        here = (material == f"Iris{side}") | ((material == f"Sclera{side}") & (middles[:, 2] > centre[2] - 0.3))
        pupil[here] = np.linalg.norm((middles[here] - centre)[:, :2], axis=1)
    lower = (material == "EyeLashes") & (middles[:, 1] < marks[36:48, 1].mean())
    seen = ~np.isin(material, list(UNSEEN)) & ~lower
    return _Parts(quads, material, seen, lips, throat, _to_brow(middles, marks), pupil)


def draw(head: Head, points: Array, look: Look, random: np.random.Generator) -> npt.NDArray[np.uint8]:
    """Return a picture of the head with these corners, uint8 [size, size, 3], RGB."""
    placed = (points - np.array([0, -1.0, 4.0])) @ look.turn.T
    depth = look.distance - placed[:, 2]
    scale = 2 * look.size * 0.5 * look.distance / 15
    flat = np.stack([look.size + placed[:, 0] / depth * scale, look.size - placed[:, 1] / depth * scale], 1)
    order, lit = _visible(head, placed, flat, look)
    canvas = cv2.resize(look.background, None, fx=2, fy=2)
    fixed = np.round(flat * 16).astype(np.int32)
    for number in order:
        cv2.fillConvexPoly(canvas, fixed[head.faces[number]], lit[number].tolist(), cv2.LINE_8, 4)
    small = cv2.resize(canvas, (look.size, look.size), interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(small, (0, 0), look.blur).astype(np.float64)
    return (small + random.normal(0, look.noise, small.shape)).clip(0, 255).astype(np.uint8)


def _visible(head: Head, placed: Array, flat: Array, look: Look) -> tuple[Array, Array]:
    """Return the polygons that look at the camera, from far to near, and every polygon's colour in this light."""
    corners = _parts(head).quads
    normals = np.cross(placed[corners[:, 2]] - placed[corners[:, 0]], placed[corners[:, 3]] - placed[corners[:, 1]])
    smooth = np.zeros_like(placed)
    for corner in range(4):
        np.add.at(smooth, corners[:, corner], normals)
    even = sum(smooth[corners[:, corner]] for corner in range(4))
    even = even / np.maximum(np.linalg.norm(even, axis=1, keepdims=True), 1e-9)
    shade = look.ambient + (1 - look.ambient) * np.maximum(even @ look.light, 0)
    across, along = flat[corners[:, 2]] - flat[corners[:, 0]], flat[corners[:, 3]] - flat[corners[:, 1]]
    ahead = across[:, 0] * along[:, 1] - across[:, 1] * along[:, 0] < 0
    drawn = np.flatnonzero(ahead & _parts(head).seen)
    nearness = placed[corners[drawn], 2].mean(1)
    return drawn[np.argsort(nearness)], (look.colours * shade[:, None]).clip(0, 255)


def _between(colours: Array, random: np.random.Generator) -> Array:
    first = random.integers(len(colours) - 1)
    part = random.uniform()
    return np.asarray(colours[first] * (1 - part) + colours[first + 1] * part)


def _inside(middles: Array, ring: Array) -> npt.NDArray[np.bool_]:
    polygon = ring[:, None, :2].astype(np.float32)
    return np.array([cv2.pointPolygonTest(polygon, (float(x), float(y)), False) >= 0 for x, y, _ in middles])


def _to_brow(middles: Array, marks: Array) -> Array:
    nearest = np.full(len(middles), np.inf)
    for brow in (marks[17:22], marks[22:27]):
        for first, second in itertools.pairwise(brow):
            along = np.clip(((middles - first) @ (second - first)) / ((second - first) ** 2).sum(), 0, 1)
            away = middles - first - along[:, None] * (second - first)
            nearest = np.minimum(nearest, np.linalg.norm(away[:, :2], axis=1))
    nearest[middles[:, 2] <= 4] = np.inf
    return nearest
