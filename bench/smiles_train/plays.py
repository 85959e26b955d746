"""Faces whose smile is known: heads that are rendered, and photographs of neutral faces warped towards one.

Heads are those of the face basis, with lips of any tone and stubble. Photographs are the Canada set, no other: of faces
made of many nobody says whose they are. Their points move as the face basis says, and the picture with them.
"""

from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from head import Array, Head
from render import Look, _parts, draw, random_look

from kinoeye.models import face_mesh, faces
from kinoeye.models.smiles import KEPT, cut, laid
from kinoeye.signals.expressions import NAMES, Basis, placed

SIDE = KEPT
BESIDES = (
    ("mouthFrown*",), ("mouthPress*",), ("mouthPucker",), ("mouthFunnel",), ("jawOpen", "mouthLowerDown*"),
    ("jawOpen",), ("mouthStretch*",), ("noseSneer*", "mouthUpperUp*"), ("mouthRollLower", "mouthRollUpper"),
    ("mouthShrugLower",), ("mouthUpperUp*", "mouthLowerDown*"), ("eyeSquint*",), ("browDown*",),
)  # fmt: skip
SMILE = (0.2, 1.0)
STILL = 0.05  # a smile weaker than that is none


@dataclass(frozen=True)
class Kept:
    """Pictures of faces, uint8 [n, 96, 96], strengths of their smiles, 0..1, whose face it is, and points of heads."""

    pictures: npt.NDArray[np.uint8]
    smiles: Array
    people: npt.NDArray[np.int64]
    points: Array = field(default_factory=lambda: np.zeros((0, 478, 3)))

    def save(self, file: Path) -> None:
        """Keep it."""
        np.savez_compressed(file, pictures=self.pictures, smiles=self.smiles, people=self.people)


def load_all(files: list[Path]) -> Kept:
    """Read what was kept in several files, as one."""
    parts = [np.load(file) for file in files]
    return Kept(*(np.concatenate([part[name] for part in parts]) for name in ("pictures", "smiles", "people")))


def smiling(random: np.random.Generator, *, lips_closed: bool) -> Array:
    """Return the strengths of a smile's movements."""
    strength = random.uniform(*SMILE)
    weights = both_sides("mouthSmile*", strength, random) + both_sides(
        "cheekSquint*", strength * random.uniform(), random
    )
    weights += both_sides("mouthDimple*", random.uniform(0, 0.3), random)
    weights += both_sides("mouthStretch*", random.uniform(0, 0.3), random)
    weights += both_sides("eyeSquint*", random.uniform(0, 0.4), random)
    if lips_closed:
        return weights + both_sides("mouthPress*", random.uniform(0, 0.3), random)
    weights += both_sides("mouthUpperUp*", strength * random.uniform(0.1, 0.5), random)
    weights += both_sides("mouthLowerDown*", random.uniform(0, 0.3), random)
    return weights + both_sides("jawOpen", random.uniform(0, 0.25), random)


def unsmiling(random: np.random.Generator, *, lips_closed: bool) -> Array:
    """Return the strengths of a face at rest, or of one that does something else."""
    weights = both_sides("mouthSmile*", random.uniform(0, STILL), random)
    if random.random() < 0.5:
        return weights
    for names in BESIDES:
        opens = any(name.startswith(("jawOpen", "mouthUpperUp", "mouthLowerDown", "mouthFunnel")) for name in names)
        if random.random() < 0.2 and not (opens and lips_closed):
            strength = random.uniform(0.1, 0.7)
            weights = np.maximum(weights, sum(both_sides(name, strength, random) for name in names))
    return weights


def both_sides(name: str, strength: float, random: np.random.Generator) -> Array:
    weights = np.zeros(len(NAMES))
    for side in ("Left", "Right") if "*" in name else ("",):
        weights[NAMES.index(name.replace("*", side))] = np.clip(strength * random.uniform(0.85, 1.15), 0, 1)
    return weights


def smile_of(weights: Array) -> float:
    """Return how strong the smile is, 0..1."""
    return float(np.mean([weights[NAMES.index(f"mouthSmile{side}")] for side in ("Left", "Right")]))


def kept(picture: npt.NDArray[np.uint8], points: Array) -> npt.NDArray[np.uint8]:
    """Return what the net is to look at, larger than it does, with room to shift."""
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    return cut(luma, points[:, :2].astype(np.float32))


def rendered(head: Head, seeds: range, each: int = 5) -> Kept:
    """Render people, each several times, half of them smiling."""
    pictures, smiles, people, seen = [], [], [], []
    for seed in seeds:
        random = np.random.default_rng(seed)
        person, look = head.person(random), _varied(head, random_look(head, random), random)
        for number in range(each):
            weights = (
                smiling(random, lips_closed=random.random() < 0.5)
                if number % 2
                else unsmiling(random, lips_closed=False)
            )
            picture = draw(head, person + np.tensordot(weights.clip(0, 1), head.shapes, 1), look, random)
            found = faces.find(picture)
            if found:
                points = face_mesh.look(picture, found[0].box, found[0].points).points
                pictures.append(kept(picture, points))
                smiles.append(smile_of(weights))
                people.append(seed)
                seen.append(points)
    return Kept(np.array(pictures), np.array(smiles), np.array(people), np.array(seen))


def _varied(head: Head, look: Look, random: np.random.Generator) -> Look:
    """Return the look with lips of another tone, and with stubble on some."""
    colours, lips = look.colours.copy(), _parts(head).lips
    skin = np.median(colours[_parts(head).material == "Face"], axis=0)
    colours[lips] = (
        colours[lips] * random.uniform(0.6, 1.1) if random.random() < 0.5 else skin * random.uniform(0.6, 1.15)
    )
    if random.random() < 0.3:
        marks = head.neutral[head.landmarks]
        middles = np.array([head.neutral[face].mean(0) for face in head.faces])
        grows = (_parts(head).material == "Face") & ~lips & (middles[:, 1] < marks[33, 1] - 0.3) & (middles[:, 2] > 0)
        grows &= middles[:, 1] > marks[8, 1] - 2
        colours[grows] *= random.uniform(random.uniform(0.4, 0.9), 1, (grows.sum(), 1))
    return replace(look, colours=colours, turn=look.turn, distance=random.uniform(45, 150))


def warped(photographs: list[npt.NDArray[np.uint8]], basis: Basis, each: int, seed: int) -> Kept:
    """Warp photographs of neutral people, half of them towards a smile with closed lips."""
    pictures, smiles, people = [], [], []
    for person, photograph in enumerate(photographs):
        random = np.random.default_rng((seed, person))
        found = faces.find(photograph)[0]
        points = np.asarray(face_mesh.look(photograph, found.box, found.points).points, np.float64)
        shown = kept(photograph, points)
        for number in range(each):
            weights = (smiling if number % 2 else unsmiling)(random, lips_closed=True)
            after = points[:, :2] + moved(points, weights, random, basis)
            pictures.append(_bent(shown, laid(points, points[:, :2]), laid(points, after)))
            smiles.append(smile_of(weights))
            people.append(person)
    return Kept(np.array(pictures), np.array(smiles), np.array(people))


def moved(points: Array, weights: Array, random: np.random.Generator, basis: Basis) -> Array:
    """Return how the points of a picture move, float64 [n, 2], pixels; the person is changed a little too."""
    ours = points * np.array([1, -1, -1])
    laid = placed(ours[None], basis.mean, basis.rigid)[0]
    change = np.tensordot(weights.clip(0, 1), basis.shapes, 1)
    change = change + np.tensordot(random.normal(0, 0.7, len(basis.people)), basis.people, 1)
    # As the photograph has it: the turn and the scale that lay the mean face on it.
    scale = np.linalg.norm(ours - ours.mean(0)) / np.linalg.norm(laid - laid.mean(0))
    left, _, right = np.linalg.svd((laid - laid.mean(0)).T @ (ours - ours.mean(0)))
    return np.asarray((change @ (left @ right) * scale)[:, :2] * np.array([1, -1]))


def _bent(picture: npt.NDArray[np.uint8], before: Array, after: Array) -> npt.NDArray[np.uint8]:
    """Return the picture with its points moved; between them, what moves is blended by distance."""
    across, down = np.meshgrid(np.arange(SIDE, dtype=np.float64), np.arange(SIDE, dtype=np.float64))
    away = (across.reshape(-1, 1) - after[:, 0]) ** 2 + (down.reshape(-1, 1) - after[:, 1]) ** 2
    near = np.exp(-away / (2 * (0.03 * SIDE) ** 2)) + 1e-9
    shift = (near @ (before - after) / near.sum(1, keepdims=True)).reshape(SIDE, SIDE, 2)
    where = [(grid + shift[..., axis]).astype(np.float32) for axis, grid in enumerate((across, down))]
    return np.asarray(cv2.remap(picture, *where, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), np.uint8)
