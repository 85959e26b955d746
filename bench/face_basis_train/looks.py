"""What is rendered: neutral faces, single movements, mixtures and acted emotions; and what the nets see of it."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from head import Array, Head
from render import draw, random_look, turn

from kinoeye.models import face_mesh, faces
from kinoeye.signals.expressions import NAMES
from kinoeye.signals.expressions_units import EMOTIONS, PROTOTYPES, UNITS

TALK = ("jawOpen", "mouthFunnel", "mouthPucker", "mouthLowerDownLeft", "mouthClose")


@dataclass(frozen=True)
class Seen:
    """Points that the nets found on rendered faces.

    Parameters
    ----------
    weights : float64 [n, 52]
        What was rendered.
    points : float64 [n, 478, 3]
        y up, z towards the viewer.
    people : int [n]
        Whose face it is.
    emotions : int [n]
        Of `EMOTIONS`; -1 where none was played.
    """

    weights: Array
    points: Array
    people: npt.NDArray[np.int64]
    emotions: npt.NDArray[np.int64]

    def of(self, chosen: npt.NDArray[np.bool_]) -> "Seen":
        """Return a part of it."""
        return Seen(self.weights[chosen], self.points[chosen], self.people[chosen], self.emotions[chosen])


Play = Callable[[np.random.Generator], list[tuple[Array, int]]]


def neutral(random: np.random.Generator) -> list[tuple[Array, int]]:
    """Nothing, once."""
    return [(np.zeros(len(NAMES)), EMOTIONS.index("neutral"))]


def single(random: np.random.Generator) -> list[tuple[Array, int]]:
    """Nothing, then every movement alone at full strength, and nothing again."""
    none = np.zeros(len(NAMES))
    return [(none, -1), *((row, -1) for row in np.eye(len(NAMES))[:-1]), (none, -1)]


def mixed(random: np.random.Generator) -> list[tuple[Array, int]]:
    """Nothing, then twenty mixtures of one to eight movements."""
    played = [np.zeros(len(NAMES))]
    for _ in range(20):
        weights = np.zeros(len(NAMES))
        chosen = random.choice(len(NAMES) - 1, random.integers(1, 9), replace=False)
        weights[chosen] = random.uniform(0.1, 1, len(chosen))
        played.append(weights)
    return [(weights, -1) for weights in played]


def turned(random: np.random.Generator) -> list[tuple[Array, int]]:
    """Nothing, seven times: the first nearly frontal, the others turned far."""
    return [(np.zeros(len(NAMES)), -1)] * 7


def acted(random: np.random.Generator) -> list[tuple[Array, int]]:
    """Neutral and talking faces, and every emotion twice."""
    names = ["neutral"] * 3 + ["talk"] * 2 + [name for name in EMOTIONS if name != "neutral"] * 2
    return [(_played(name, random), EMOTIONS.index("neutral" if name == "talk" else name)) for name in names]


def _played(name: str, random: np.random.Generator) -> Array:
    weights = np.zeros(len(NAMES))
    if name == "contempt":
        side = ("Left", "Right")[random.integers(2)]
        weights[NAMES.index(f"mouthSmile{side}")] = random.uniform(0.3, 0.7)
        weights[NAMES.index(f"mouthDimple{side}")] = random.uniform(0.4, 1)
        return weights
    if name == "talk":
        for each in TALK:
            weights[NAMES.index(each)] = random.uniform(0, 0.45) * (random.random() < 0.6)
        weights[NAMES.index("mouthLowerDownRight")] = weights[NAMES.index("mouthLowerDownLeft")]
        close = NAMES.index("mouthClose")
        weights[close] = min(weights[close], weights[NAMES.index("jawOpen")])
    elif name != "neutral":
        units, joining = PROTOTYPES[name]
        single_units = sorted({unit for more in joining for unit in more})
        strength = random.uniform(0.4, 1)
        for unit in (*units, *(unit for unit in single_units if random.random() < 0.5)):
            least = 0.4 if unit == 26 and name != "surprise" else 1.0
            _set(weights, unit, np.clip(strength * random.uniform(0.6, 1.2), 0, 1) * least, random)
    if random.random() < 0.3:
        eyes = random.choice(["eyeBlink", "eyeLookDown", "eyeLookUp"])
        shut = 0.3 if eyes == "eyeBlink" and name not in {"neutral", "talk"} else 1.0
        for side in ("Left", "Right"):
            weights[NAMES.index(eyes + side)] = shut * random.uniform(0.2, 1)
    return weights


def _set(weights: Array, unit: int, strength: float, random: np.random.Generator) -> None:
    for name in UNITS[unit]:
        for side in ("Left", "Right") if "*" in name else ("",):
            weights[NAMES.index(name.replace("*", side))] = np.clip(strength * random.uniform(0.9, 1.1), 0, 1)


def render(head: Head, play: Play, seeds: range, file: Path) -> None:
    """Render every person of `seeds` and keep what the nets see."""
    weights, points, people, emotions = [], [], [], []
    begin = time.monotonic()
    for seed in seeds:
        random = np.random.default_rng(seed)
        person, look = head.person(random), random_look(head, random)
        for number, (each, emotion) in enumerate(play(random)):
            if play is turned and number:
                far = turn(random.uniform(-45, 45), random.uniform(-25, 25), random.normal(0, 8))
                look = replace(look, turn=far, blur=random.uniform(0.3, 2.5))
            picture = draw(head, person + np.tensordot(each, head.shapes, 1), look, random)
            found = faces.find(picture)
            if found:
                weights.append(each)
                points.append(face_mesh.look(picture, found[0].box, found[0].points).points)
                people.append(seed)
                emotions.append(emotion)
        print(f"{file.stem}: {len(weights)} faces, {time.monotonic() - begin:.0f} s", flush=True)
    np.savez_compressed(file, weights=weights, points=points, people=people, emotions=emotions)


def load(file: Path) -> Seen:
    """Read what was kept."""
    kept = np.load(file)
    points = kept["points"].astype(np.float64) * np.array([1, -1, -1])
    return Seen(kept["weights"], points, kept["people"], kept["emotions"])


def one_thread() -> None:
    """Leave the other cores to others."""
    cv2.setNumThreads(1)
