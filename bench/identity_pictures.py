"""Identity's pictures: portraits spoilt as films spoil faces, and the faces that a run finds in them.

Heads are turned by turning the mesh that was found in the portrait and painting it anew, triangle by triangle, so a
turned head shows nothing that the portrait hides: an ear, the far side of the nose.
"""

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pyarrow as pa

from kinoeye.analyses.people.face_vectors import face_quality
from kinoeye.analyses.people.faces import faces
from kinoeye.models import identity
from kinoeye.streams import Stills

LONGEST = 640  # as stills are
CHEEKS = (234, 454)
OVAL = (10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152, 148, 176, 149,
        150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109)  # fmt: skip
SHOTS = pa.table({"shot": pa.array([0], pa.int32()), "start": [0], "end": [2**60], "first_frame": [0],
                  "end_frame": [2**40]})  # fmt: skip


@dataclass(frozen=True)
class Face:
    """A face as a run finds it: chip, mesh in pixels, quality 0..1."""

    chip: np.ndarray
    mesh: np.ndarray
    quality: float


def portrait(path):
    """Return a picture of at most 640 pixels, uint8 RGB."""
    picture = cv2.imread(str(path))[..., ::-1]
    scale = min(1.0, LONGEST / max(picture.shape[:2]))
    return np.ascontiguousarray(cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA))


def found(pictures):
    """Return the largest face of each picture as the analysis `faces` finds it in a still; None where it finds none."""
    jpegs = [cv2.imencode(".jpg", p[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes() for p in pictures]
    stills = Stills(jpegs, np.arange(len(jpegs)), np.arange(len(jpegs)) * 70_560_000)
    best = {}
    for row in faces(stills, SHOTS).to_pylist():
        if (
            row["mesh"] is not None
            and row["w"] * row["score"] > best.get(row["frame"], {"w": 0, "score": 0})["w"] * 0.9
        ):
            best[row["frame"]] = row
    return [_face(stills.picture(n), best[n]) if n in best else None for n in range(len(jpegs))]


def _face(picture, row):
    height, width = picture.shape[:2]
    mesh = np.asarray(row["mesh"], np.float32).reshape(-1, 3) * (width, height, width)
    quality = face_quality(across(mesh), row["sharpness"], row["yaw"], row["pitch"], row["presence"])
    return Face(identity.chip(picture, mesh), mesh, quality)


def across(mesh):
    """Return how wide a face is from cheek to cheek, in pixels."""
    return float(np.linalg.norm(mesh[CHEEKS[0], :2] - mesh[CHEEKS[1], :2]))


def sized(picture, mesh, width):
    """Return a picture in which the face is so many pixels wide."""
    scale = width / across(mesh)
    kind = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=kind)


def framed(picture, longest=320):
    """Return a picture set into a larger one, as a face stands in a film's picture."""
    height, width = picture.shape[:2]
    high, wide = max(height, longest * 9 // 16), max(width, longest)
    top, left = (high - height) // 2, (wide - width) // 2
    edges = (top, high - height - top, left, wide - width - left)
    return cv2.copyMakeBorder(picture, *edges, cv2.BORDER_REPLICATE)


def noisy(picture, random, strength):
    return np.clip(picture + random.normal(size=picture.shape) * strength + 0.5, 0, 255).astype(np.uint8)


def dark(picture, random, exposure):
    """Return a picture exposed less, in linear light, with the noise of photons and of reading."""
    light = np.power(picture.astype(np.float32) / 255, 2.2) * exposure
    light = light + random.normal(size=light.shape) * np.sqrt(light * 8e-4 + 1.2e-5)
    return (np.power(np.clip(light, 0, 1), 1 / 2.2) * 255 + 0.5).astype(np.uint8)


def coded(picture, quality):
    return cv2.imdecode(
        cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1], cv2.IMREAD_COLOR
    )[..., ::-1].copy()


def turned(picture, mesh, degrees, up=0.0):
    """Return a picture with the head turned to the side, and up."""
    height, width = picture.shape[:2]
    points = mesh[:468].astype(np.float64)
    middle = points[list(OVAL)].mean(axis=0)
    ring = middle + (points[list(OVAL)] - middle) * 1.45
    ring[:, 2] = points[list(OVAL), 2].max() + 0.1 * across(mesh)
    inside = (ring[:, 0] > 2) & (ring[:, 0] < width - 3) & (ring[:, 1] > 2) & (ring[:, 1] < height - 3)
    edge = [(x, y, ring[:, 2].max()) for x in np.linspace(0, width - 1, 5) for y in np.linspace(0, height - 1, 5)
            if x in {0, width - 1} or y in {0, height - 1}]  # fmt: skip
    source = np.vstack([points, ring[inside], edge])
    target = _turn(source - middle, np.radians(degrees), np.radians(up)) + middle
    target[-len(edge) :] = source[-len(edge) :]
    target[-len(edge) :, 2] = 1e6
    triangles = _triangles(source, width, height)
    painted = picture.copy()
    for corners in triangles[np.argsort(-target[triangles][:, :, 2].mean(axis=1))]:
        _paint(painted, picture, source[corners, :2], target[corners, :2])
    return painted


def _turn(points, side, up):
    x = points[:, 0] * np.cos(side) - points[:, 2] * np.sin(side)
    z = points[:, 0] * np.sin(side) + points[:, 2] * np.cos(side)
    y = points[:, 1] * np.cos(up) - z * np.sin(up)
    return np.stack([x, y, points[:, 1] * np.sin(up) + z * np.cos(up)], axis=1)


def _triangles(points, width, height):
    plane = cv2.Subdiv2D((0, 0, width, height))
    for x, y in points[:, :2]:
        plane.insert((float(np.clip(x, 0, width - 1.01)), float(np.clip(y, 0, height - 1.01))))
    named = [
        [int(np.argmin(((points[:, :2] - corner) ** 2).sum(axis=1))) for corner in triangle]
        for triangle in plane.getTriangleList().reshape(-1, 3, 2)
    ]
    return np.array([each for each in named if len(set(each)) == 3])


def _paint(painted, picture, source, target):
    low = np.maximum(np.floor(target.min(axis=0)).astype(int), 0)
    high = np.minimum(np.ceil(target.max(axis=0)).astype(int) + 1, painted.shape[1::-1])
    if (high <= low).any():
        return
    lay = cv2.getAffineTransform(source.astype(np.float32), (target - low).astype(np.float32))
    mask = np.zeros((high[1] - low[1], high[0] - low[0]), np.uint8)
    cv2.fillConvexPoly(mask, np.round((target - low) * 16).astype(np.int32), 1, cv2.LINE_8, 4)
    size = mask.shape[::-1]
    part = cv2.warpAffine(picture, lay, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    place = painted[low[1] : high[1], low[0] : high[0]]
    place[mask > 0] = part[mask > 0]


# What is done to a portrait: picture, mesh and random generator to picture.
DAMAGES = {
    "as taken": lambda p, m, r: p,
    "40 px wide": lambda p, m, r: sized(p, m, 40),
    "32 px wide": lambda p, m, r: sized(p, m, 32),
    "24 px wide": lambda p, m, r: sized(p, m, 24),
    "blur of 4 px at 120": lambda p, m, r: cv2.GaussianBlur(sized(p, m, 120), (0, 0), 4),
    "noise of 25 at 120 px": lambda p, m, r: noisy(sized(p, m, 120), r, 25),
    "dark, 1/8, at 120 px": lambda p, m, r: dark(sized(p, m, 120), r, 1 / 8),
    "JPEG 20 at 100 px": lambda p, m, r: coded(sized(p, m, 100), 20),
    "turned 35°, 120 px": lambda p, m, r: sized(turned(p, m, 35 * r.choice([-1, 1])), m, 120),
    "turned 50°, 120 px": lambda p, m, r: sized(turned(p, m, 50 * r.choice([-1, 1])), m, 120),
    "turned 20°, 1/3, JPEG 35, 64 px": lambda p, m, r: coded(
        dark(sized(turned(p, m, 20 * r.choice([-1, 1])), m, 64), r, 1 / 3), 35
    ),
}


def chain(random):
    """Return all sorts of damage at once, drawn anew: what one track of a film may look like."""
    yaw, up = float(np.clip(random.normal() * 20, -45, 45)), float(random.normal() * 7)
    width = float(np.exp(random.uniform(np.log(24), np.log(150))))
    exposure = float(2 ** -random.uniform(0, 3)) if random.random() < 0.5 else 1.0
    grain, quality = float(random.uniform(0, 12)), int(random.integers(20, 90))
    soft = float(random.uniform(0.5, 2.5) * width / 100) if random.random() < 0.3 else 0.0
    tint = 1 + random.normal(size=3) * 0.06

    def spoil(picture, mesh, own):
        spoilt = turned(picture, mesh, yaw + own.normal() * 4, up + own.normal() * 3)
        spoilt = sized(spoilt, mesh, width * (1 + own.normal() * 0.05))
        spoilt = cv2.GaussianBlur(spoilt, (0, 0), soft) if soft else spoilt
        spoilt = dark(spoilt, own, exposure) if exposure < 1 else spoilt
        return coded(noisy(np.clip(spoilt * tint, 0, 255), own, grain), quality)

    return spoil


def portraits(folder: Path, *patterns: str) -> list[Path]:
    return sorted(path for pattern in patterns for path in folder.glob(pattern))
