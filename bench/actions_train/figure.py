"""A figure of sticks: lengths of its own, and where its points are when its limbs point somewhere.

The person's left is +x, up is +y, ahead is +z. Every limb has a direction in the frame of what it hangs on: arms and
head on the trunk, legs on the hips. A movement is the directions over time; `points` turns them into places in metres.
"""

from dataclasses import dataclass, field

import numpy as np

from kinoeye.signals import skeletons

SIDES = (1, -1)  # left, right
LIMBS = ("upper", "fore", "thigh", "shin", "foot")


@dataclass(frozen=True)
class Build:
    """Lengths of a body, metres."""

    trunk: float
    shoulders: float
    hips: float
    upper: float
    fore: float
    thigh: float
    shin: float
    foot: float
    neck: float

    @classmethod
    def drawn(cls, rng: np.random.Generator, spread: float) -> "Build":
        """Draw a body between child and tall adult; `spread` widens the proportions."""
        tall = rng.uniform(1.05, 1.95)
        mean = {"trunk": 0.29, "shoulders": 0.2, "hips": 0.115, "upper": 0.172, "fore": 0.15, "thigh": 0.24,
                "shin": 0.235, "foot": 0.1, "neck": 0.125}  # fmt: skip
        return cls(**{name: tall * share * rng.normal(1, 0.06 * spread) for name, share in mean.items()})


@dataclass
class Movement:
    """Directions and places over time, and what is done.

    Parameters
    ----------
    limbs : name and side to float [t, 3]
        Directions, unit vectors.
    lean : float [t, 3], degrees
        Trunk against hips: forward, to the left, turned to the left.
    body : float [t, 3], degrees
        The whole body: pitched forward, tilted to the left, heading.
    place : float [t, 3], metres
        Of the hips over the ground; y is added after the feet are put on the ground.
    head : float [t, 2], degrees
        Nodded and turned against the trunk.
    posture : int [t]
        Number in `labels.POSTURES`; -1 where it is neither.
    doing : name to float [t]
        1 while it is done, 0 while not, -1 where it is open.
    sides : tuple of int
        Arms that make a gesture that has a name.
    """

    limbs: dict[tuple[str, int], np.ndarray]
    lean: np.ndarray
    body: np.ndarray
    place: np.ndarray
    head: np.ndarray
    posture: np.ndarray
    doing: dict[str, np.ndarray] = field(default_factory=dict)
    sides: tuple[int, ...] = ()

    def __len__(self) -> int:
        return len(self.lean)


def turned(axis: str, degrees: np.ndarray) -> np.ndarray:
    """Return turns about an axis, [t, 3, 3]."""
    angle = np.radians(degrees)
    cos, sin, zero, one = np.cos(angle), np.sin(angle), np.zeros_like(angle), np.ones_like(angle)
    rows = {
        "x": (one, zero, zero, zero, cos, -sin, zero, sin, cos),
        "y": (cos, zero, sin, zero, one, zero, -sin, zero, cos),
        "z": (cos, -sin, zero, sin, cos, zero, zero, zero, one),
    }[axis]
    return np.stack(rows, -1).reshape(*angle.shape, 3, 3)


def towards(around: np.ndarray | float, up: np.ndarray | float, side: int, count: int) -> np.ndarray:
    """Return directions, [t, 3]: degrees outwards from ahead, and up from level."""
    outward, level = np.radians(np.broadcast_to(around, count)), np.radians(np.broadcast_to(up, count))
    return np.stack([side * np.sin(outward) * np.cos(level), np.sin(level), np.cos(outward) * np.cos(level)], -1)


def hanging(forward: np.ndarray | float, count: int, side: int = 1, outward: np.ndarray | float = 0.0) -> np.ndarray:
    """Return directions of a limb that hangs, swung forward and outward by degrees, [t, 3]."""
    swing, out = np.radians(np.broadcast_to(forward, count)), np.radians(np.broadcast_to(outward, count))
    return np.stack([side * np.sin(out), -np.cos(swing) * np.cos(out), np.sin(swing) * np.cos(out)], -1)


def points(build: Build, movement: Movement) -> np.ndarray:
    """Return the places of the points, float [t, 33, 3], metres; those that no limb leads to lie at the nose."""
    pitch, tilt, heading = movement.body.T
    hips = turned("y", heading) @ turned("z", -tilt) @ turned("x", pitch)
    forward, left, twist = movement.lean.T
    trunk = hips @ turned("y", twist) @ turned("z", -left) @ turned("x", forward)
    nod, turn = movement.head.T
    head = trunk @ turned("y", turn) @ turned("x", nod)
    found = np.zeros((len(movement), 33, 3))
    neck = _along(trunk, (0, build.trunk, 0))
    top = neck + _along(head, (0, build.neck, 0))
    found[:] = (top + _along(head, (0, 0, build.neck * 0.75)))[:, None]
    for number, side in enumerate(SIDES):
        found[:, skeletons.LEFT_EAR + number] = top + _along(head, (side * build.neck * 0.6, 0, 0))
        at = neck + _along(trunk, (side * build.shoulders / 2 * 1.1, -0.03, 0))
        found[:, skeletons.SHOULDERS[number]] = at
        for limb, joint in (("upper", skeletons.ELBOWS), ("fore", skeletons.WRISTS)):
            at = at + _led(trunk, movement.limbs[limb, side], getattr(build, limb))
            found[:, joint[number]] = at
        at = _along(hips, (side * build.hips / 2 * 1.1, 0, 0))
        found[:, skeletons.HIPS[number]] = at
        joints = (("thigh", skeletons.KNEES), ("shin", skeletons.ANKLES), ("foot", skeletons.TOES))
        for limb, joint in joints:
            at = at + _led(hips, movement.limbs[limb, side], getattr(build, limb))
            found[:, joint[number]] = at
    lowest = found[..., 1].min(axis=1)
    found += movement.place[:, None]
    found[..., 1] -= lowest[:, None]
    return found


def _along(frames: np.ndarray, step: tuple[float, float, float]) -> np.ndarray:
    return frames @ np.array(step)


def _led(frames: np.ndarray, direction: np.ndarray, length: float) -> np.ndarray:
    return np.einsum("tij,tj->ti", frames, direction) * length
