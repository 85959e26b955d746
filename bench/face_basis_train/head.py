"""Heads: ICT-FaceKit's neutral head, its expressions under ARKit's names, and random people made of its identities.

ICT-FaceKit splits browInnerUp and cheekPuff into left and right; here both halves make one shape. It has no tongueOut.

Source: Li et al., "Learning formation of physically-based face attributes", CVPR 2020 (ICT-FaceKit, MIT).
"""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from kinoeye.signals.expressions import NAMES

Array = npt.NDArray[np.float64]
BESIDE = Path(__file__).resolve().parents[3] / "shared/data/vfx/ict_facekit"
# The halves of what ARKit has as one.
HALVES = {"browInnerUp": ("browInnerUp_L", "browInnerUp_R"), "cheekPuff": ("cheekPuff_L", "cheekPuff_R")}

# The kit turns eyeballs by a joint, not by a shape: by so many degrees to the head's left and up at 1.
GAZE = tuple(
    (f"eyeLook{way}{side}", side, (sideways if side == "Left" else -sideways, up))
    for side in ("Left", "Right")
    for way, sideways, up in (("In", -30.0, 0.0), ("Out", 30.0, 0.0), ("Up", 0.0, 25.0), ("Down", 0.0, -25.0))
)


@dataclass(frozen=True, eq=False)
class Head:
    """The whole kit.

    Parameters
    ----------
    neutral : float64 [v, 3]
        x to the head's left, y up, z forwards; the eyes lie about 6.4 apart.
    shapes : float64 [52, v, 3]
        In ARKit's order; tongueOut is nought.
    people : float64 [20, v, 3]
        Identity directions; a person is a sum of them with weights of a standard normal distribution.
    faces : list of int [3 or 4]
        Corners of the polygons.
    materials : list of str
        Of every polygon.
    landmarks : int [68]
        Corners that are the Multi-PIE points.
    """

    neutral: Array
    shapes: Array
    people: Array
    faces: list[list[int]]
    materials: list[str]
    landmarks: npt.NDArray[np.int64]

    def person(self, random: np.random.Generator, spread: float = 1.0) -> Array:
        """Return the neutral head of a random person."""
        return self.neutral + np.tensordot(random.normal(0, spread, len(self.people)), self.people, 1)


def load(folder: Path = BESIDE) -> Head:
    """Read the kit as it lies in the data folder."""
    deltas = np.load(folder / "expression_deltas_sparse.npz")
    neutral = deltas["neutral"].astype(np.float64)
    shapes = np.zeros((len(NAMES), *neutral.shape))
    for number, name in enumerate(NAMES):
        for part in _parts(name):
            if f"i_{part}" in deltas:
                shapes[number, deltas[f"i_{part}"]] += deltas[f"d_{part}"]
    people = np.load(folder / "identity_deltas_20_f16.npz")["delta"].astype(np.float64)
    faces, materials = _polygons(folder / "generic_neutral_mesh.obj.gz")
    for name, side, degrees in GAZE:
        _turn_eye(shapes[NAMES.index(name)], neutral, _corners(faces, materials, side), degrees)
    with gzip.open(folder / "vertex_indices.json.gz") as file:
        landmarks = np.array(json.load(file)["idx_to_landmark_verts"], np.int64)
    return Head(neutral, shapes, people, faces, materials, landmarks)


def _corners(faces: list[list[int]], materials: list[str], side: str) -> npt.NDArray[np.int64]:
    of = {f"Sclera{side}", f"Iris{side}"}
    return np.unique(
        [corner for face, material in zip(faces, materials, strict=True) if material in of for corner in face]
    )


def _turn_eye(shape: Array, neutral: Array, eye: npt.NDArray[np.int64], degrees: tuple[float, float]) -> None:
    """Add the turn of an eyeball to a shape, to the head's left and up."""
    left, up = np.radians(degrees)
    from_centre = neutral[eye] - neutral[eye].mean(0)
    about_y = np.array([[np.cos(left), 0, np.sin(left)], [0, 1, 0], [-np.sin(left), 0, np.cos(left)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(up), np.sin(up)], [0, -np.sin(up), np.cos(up)]])
    shape[eye] += from_centre @ (about_y @ about_x).T - from_centre


def _parts(name: str) -> tuple[str, ...]:
    if name in HALVES:
        return HALVES[name]
    for side in ("Left", "Right"):
        if name.endswith(side) and name not in {"mouthLeft", "mouthRight", "jawLeft", "jawRight"}:
            return (name.removesuffix(side) + "_" + side[0],)
    return (name,)


def _polygons(file: Path) -> tuple[list[list[int]], list[str]]:
    faces, materials, material = [], [], ""
    with gzip.open(file, "rt") as lines:
        for line in lines:
            if line.startswith("usemtl"):
                material = line.split()[1].removeprefix("M_")
            elif line.startswith("f "):
                faces.append([int(corner.split("/")[0]) - 1 for corner in line.split()[1:]])
                materials.append(material)
    return faces, materials
