"""Expressions: how strongly each of 52 named movements of a face is seen, from its points alone.

A face is its neutral shape plus a sum of movements, turned, scaled and moved. Here the head's pose is taken out, what
the points cannot tell apart is weighed down, and the strengths are found that explain the rest, each 0..1 and few at a
time. The points' own errors, people's differences from the mean face and what is left of the pose are all directions in
which the points may move without meaning: the basis names them, and the solver is blind along them.

Source: names of ARKit's ARFaceAnchor.BlendShapeLocation; Lewis et al., "Practice and theory of blendshape facial
models", Eurographics STAR 2014; generalised least squares (Aitken 1935) by Woodbury's identity; Candes, Wakin & Boyd,
"Enhancing sparsity by reweighted l1 minimization", 2008.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]

NAMES = (
    "eyeBlinkLeft", "eyeLookDownLeft", "eyeLookInLeft", "eyeLookOutLeft", "eyeLookUpLeft", "eyeSquintLeft",
    "eyeWideLeft", "eyeBlinkRight", "eyeLookDownRight", "eyeLookInRight", "eyeLookOutRight", "eyeLookUpRight",
    "eyeSquintRight", "eyeWideRight", "jawForward", "jawLeft", "jawRight", "jawOpen", "mouthClose", "mouthFunnel",
    "mouthPucker", "mouthLeft", "mouthRight", "mouthSmileLeft", "mouthSmileRight", "mouthFrownLeft",
    "mouthFrownRight", "mouthDimpleLeft", "mouthDimpleRight", "mouthStretchLeft", "mouthStretchRight",
    "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthPressLeft", "mouthPressRight",
    "mouthLowerDownLeft", "mouthLowerDownRight", "mouthUpperUpLeft", "mouthUpperUpRight", "browDownLeft",
    "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff", "cheekSquintLeft",
    "cheekSquintRight", "noseSneerLeft", "noseSneerRight", "tongueOut",
)  # fmt: skip

# Movements that undo each other: a face shows the difference, never both.
_OPPOSITES = (
    ("jawLeft", "jawRight"), ("mouthLeft", "mouthRight"), ("eyeLookInLeft", "eyeLookOutLeft"),
    ("eyeLookInRight", "eyeLookOutRight"), ("eyeLookUpLeft", "eyeLookDownLeft"), ("eyeLookUpRight", "eyeLookDownRight"),
    ("eyeWideLeft", "eyeBlinkLeft"), ("eyeWideRight", "eyeBlinkRight"), ("eyeWideLeft", "eyeSquintLeft"),
    ("eyeWideRight", "eyeSquintRight"), ("mouthSmileLeft", "mouthFrownLeft"), ("mouthSmileRight", "mouthFrownRight"),
    ("browDownLeft", "browOuterUpLeft"), ("browDownRight", "browOuterUpRight"),
)  # fmt: skip
# What left and right mostly do together; eyes look to one side by In and Out.
_PAIRS = tuple(
    name.removesuffix("Left")
    for name in NAMES
    if name.endswith("Left") and name not in {"jawLeft", "mouthLeft", "eyeLookInLeft", "eyeLookOutLeft"}
)
_SWEEPS = 60  # coordinate descent has long stood still by then
_FIRM = 0.3  # strengths above it cost less than the prior says, weaker ones more
_BLOCK = 512  # faces at once: memory stays bounded however long an appearance is
_ROUNDS = 3  # of placing and solving by turns
_POSE_SPREAD = 3.0  # of the seven directions of a small pose error, in the basis' unit: as good as free


@dataclass(frozen=True)
class Basis:
    """A face that can move.

    Parameters
    ----------
    mean : float64 [n, 3]
        Neutral points: x to the face's left, y up, z towards the viewer; the irises' centres lie 1 apart.
    shapes : float64 [52, n, 3]
        What each movement of `NAMES` adds at strength 1; nought where the points do not show it.
    spread : float64 [n, 3]
        How far a point lies beside the truth, one standard deviation, each for itself.
    errors : float64 [k, n, 3]
        Directions in which the points err together, each one standard deviation long.
    people : float64 [p, n, 3]
        Directions in which people differ from the mean face, each one standard deviation long.
    usual : float
        Mean square of what is left unexplained of a face that is seen well, in squared standard deviations. A face that
        leaves more is believed less.
    """

    mean: Array
    shapes: Array
    spread: Array
    errors: Array
    people: Array
    usual: float = 1.0

    @cached_property
    def rigid(self) -> Array:
        """How well each point tells the pose, float64 [n]: the less it moves and errs, the better."""
        moved = 0.1 * (self.shapes**2).sum((0, 2))
        return np.asarray(1 / ((self.spread**2).sum(1) + moved))

    @cached_property
    def stranger(self) -> "_System":
        """What a face is solved with of whose rest nothing is known."""
        return _System.of(self, self.mean, 1, PRIORS)


@dataclass(frozen=True)
class Priors:
    """What is known of strengths before a face is seen.

    Parameters
    ----------
    sparsity : float
        Cost of strength 1, in squared standard deviations of the points' error.
    ridge : float
        Cost of the square of a strength.
    opposites : float
        Cost of the product of two strengths that undo each other.
    uneven : float
        Cost of the square of the difference of left and right.
    """

    sparsity: float = 3.0
    ridge: float = 1.0
    opposites: float = 20.0
    uneven: float = 10.0


PRIORS = Priors()


def places(mesh: npt.ArrayLike, aspect: float | Array) -> Array:
    """Return the points of meshes as the solver takes them: y up, z towards the viewer, one unit on all axes.

    Parameters
    ----------
    mesh : float [t, n, 3]
        x 0..1 of the picture's width, y 0..1 of its height, z in the unit of x, smaller is nearer.
    aspect : float or float [t]
        Picture width over height.
    """
    points = np.array(mesh, np.float64)
    across = np.broadcast_to(np.asarray(aspect, np.float64), (len(points),))[:, None]
    return np.stack([points[..., 0] * across, -points[..., 1], -points[..., 2] * across], axis=-1)


def placed(points: Array, target: Array, weights: Array) -> Array:
    """Turn, scale and move each face so that it lies on `target` as nearly as can be.

    Parameters
    ----------
    points : float64 [t, n, 3]
    target : float64 [n, 3] or [t, n, 3]
    weights : float64 [n]

    Returns
    -------
    float64 [t, n, 3]

    Source: Umeyama, IEEE PAMI 13(4), 1991.
    """
    share = (weights / weights.sum())[:, None]
    target = np.broadcast_to(target, points.shape)
    from_middle, to_middle = ((each * share).sum(1, keepdims=True) for each in (points, target))
    ours, theirs = points - from_middle, target - to_middle
    left, lengths, right = np.linalg.svd(np.einsum("tni,tnj->tij", ours * share, theirs))
    signs = np.ones_like(lengths)
    signs[:, 2] = np.sign(np.linalg.det(left @ right))
    turns = (left * signs[:, None]) @ right
    size = np.maximum((ours**2 * share).sum((1, 2)), 1e-12)
    scale = (lengths * signs).sum(1) / size
    return np.asarray(scale[:, None, None] * (ours @ turns) + to_middle)


@dataclass(frozen=True)
class Reading:
    """What the points of some faces say.

    Parameters
    ----------
    strengths : float64 [t, 52], 0..1
        How strongly each movement is seen.
    asked : float64 [t, 52]
        How well each movement, alone, would fit; with `gram` all that the points say of movements.
    gram : float64 [52, 52]
        How alike two movements look, in squared standard deviations of the points' errors.
    laid : float64 [t, n, 3]
        The points, with the pose taken out.
    trust : float64 [t], 0..1
        How well the whole is explained: 1 as well as usual, the less the worse.
    """

    strengths: Array
    asked: Array
    gram: Array
    laid: Array
    trust: Array


def read(
    points: Array, basis: Basis, *, neutral: Array | None = None, doubt: float = 1.0, priors: Priors = PRIORS
) -> Reading:
    """Read expressions.

    Parameters
    ----------
    points : float64 [t, n, 3]
        As `places` gives them.
    basis : Basis
    neutral : float64 [n, 3], optional
        The person's own neutral face; the mean face without it.
    doubt : 0..1
        How little is known of the person's neutral face: 1 if nothing is, and what may as well be the person's shape
        is not taken for an expression; 0 if it is known for certain.
    priors : Priors
    """
    at_rest = basis.mean if neutral is None else neutral
    is_stranger = at_rest is basis.mean and doubt == 1 and priors is PRIORS
    system = basis.stranger if is_stranger else _System.of(basis, at_rest, doubt, priors)
    weights = 1 / (basis.spread**2).sum(1)
    blocks = [
        system.read(points[first : first + _BLOCK], basis, at_rest, weights)
        for first in range(0, max(len(points), 1), _BLOCK)  # no faces are one empty block
    ]
    strengths, asked, trust, laid = (np.concatenate(each) for each in zip(*blocks, strict=True))
    return Reading(strengths, asked, system.gram, laid, trust)


@dataclass(frozen=True)
class _System:
    """Normal equations: `gram` @ strengths = `project` @ (points - neutral)."""

    gram: Array
    project: Array
    weights: Array
    blind: Array
    usual: float
    priors: Priors
    seen: npt.NDArray[np.int64]

    @classmethod
    def of(cls, basis: Basis, neutral: Array, doubt: float, priors: Priors) -> "_System":
        """Return the equations of a neutral face, blind to its pose and to who it is."""
        directions = [_pose(neutral) * _POSE_SPREAD, basis.errors, basis.people * doubt]
        weights = (1 / basis.spread).ravel()
        nuisance = np.concatenate(directions).reshape(-1, weights.size) * weights
        moves = basis.shapes.reshape(len(basis.shapes), -1) * weights
        inner = np.linalg.cholesky(np.eye(len(nuisance)) + nuisance @ nuisance.T)
        blind = np.linalg.solve(inner, nuisance)
        free = moves - (moves @ blind.T) @ blind
        seen = np.flatnonzero((moves**2).sum(1) > 0)
        return cls(free @ moves.T, free * weights, weights, blind, basis.usual, priors, seen)

    def read(self, points: Array, basis: Basis, at_rest: Array, weights: Array) -> tuple[Array, Array, Array, Array]:
        """Return strengths, how well each movement alone would fit, trust, and the points laid on the face at rest."""
        laid = placed(points, at_rest, basis.rigid)
        for _ in range(_ROUNDS - 1):
            strengths = self.solved(laid - at_rest)[0]
            laid = placed(points, at_rest + np.tensordot(strengths, basis.shapes, 1), weights)
        return *self.solved(laid - at_rest), laid

    def solved(self, moved: Array) -> tuple[Array, Array, Array]:
        """Return strengths, how well each movement alone would fit, and trust.

        By coordinate descent within 0..1. In the second round weak strengths cost more than strong ones, and all cost
        more where the first has left much unexplained.
        """
        flat = moved.reshape(len(moved), self.project.shape[1])
        asked = flat @ self.project.T
        cost = np.full_like(asked, self.priors.sparsity)
        found = self._descend(asked, cost)
        trust = self._trust(flat, asked, found)
        return self._descend(asked, cost / trust[:, None] * _FIRM / (found + _FIRM / 2), found), asked, trust

    def _trust(self, flat: Array, asked: Array, found: Array) -> Array:
        white = flat * self.weights
        left = (white**2).sum(1) - ((white @ self.blind.T) ** 2).sum(1)
        left = left - 2 * (asked * found).sum(1) + ((found @ self.gram) * found).sum(1)
        return np.asarray(1 / np.maximum(left / self.weights.size / self.usual, 1))

    def _descend(self, asked: Array, cost: Array, start: Array | None = None) -> Array:
        gram = self.gram + _tied(self.priors)
        found = np.zeros_like(asked) if start is None else start.copy()
        for _ in range(_SWEEPS):
            before = found.copy()
            for each in self.seen:
                left = asked[:, each] - found @ gram[:, each] + gram[each, each] * found[:, each] - cost[:, each]
                found[:, each] = np.clip(left / (gram[each, each] + self.priors.ridge), 0, 1)
            if np.abs(found - before).max(initial=0) < 1e-4:
                break
        return found


def _tied(priors: Priors) -> Array:
    """Return what the priors add to the normal equations, float64 [52, 52]."""
    matrix = np.zeros((len(NAMES), len(NAMES)))
    for pair in _OPPOSITES:
        first, second = (NAMES.index(name) for name in pair)
        matrix[first, second] = matrix[second, first] = priors.opposites
    for first, second in ((NAMES.index(f"{name}Left"), NAMES.index(f"{name}Right")) for name in _PAIRS):
        matrix[first, first] += priors.uneven
        matrix[second, second] += priors.uneven
        matrix[first, second] = matrix[second, first] = -priors.uneven
    return matrix


def _pose(face: Array) -> Array:
    """Return the seven directions of a small change of pose, float64 [7, n, 3]."""
    x, y, z = face.T
    none, one = np.zeros_like(x), np.ones_like(x)
    moves = [(one, none, none), (none, one, none), (none, none, one), (x, y, z)]
    turns = [(none, -z, y), (z, none, -x), (-y, x, none)]
    return np.array([np.stack(each, axis=1) for each in (*moves, *turns)])
