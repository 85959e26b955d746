"""Fit: from points that the nets found on rendered faces to the basis that the solver takes, and its weighings."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
from head import Array
from looks import Seen

from kinoeye.signals.expressions import NAMES, Basis, placed, read
from kinoeye.signals.expressions_neutral import calibrated
from kinoeye.signals.expressions_units import EMOTIONS, Weighing, evidence, scores

RIGHT_IRIS, LEFT_IRIS = 468, 473
MIRROR = np.array([-1.0, 1, 1])
ERRORS, PEOPLE = 160, 40  # directions kept
USUAL = 0.9  # of the mixtures are explained at least as well as usual
TURNED = 0.5  # how far the errors of heads turned far count: most heads are not
LEAST_SPREAD = 1e-3  # of the distance between the irises
NEUTRALS = 3.0  # neutral is so many times likelier than any one emotion


def swapped() -> npt.NDArray[np.int64]:
    """Return where each movement's mirror image stands in `NAMES`."""
    answer = []
    for name in NAMES:
        side = "Left" if name.endswith("Left") else "Right" if name.endswith("Right") else ""
        other = {"Left": "Right", "Right": "Left", "": ""}[side]
        answer.append(NAMES.index(name.removesuffix(side) + other))
    return np.array(answer)


def mirror_points(face: Array) -> npt.NDArray[np.int64]:
    """Return which point of a face is the mirror image of which; the surest pairs are made first."""
    apart = np.linalg.norm((face * MIRROR)[:, None] - face[None], axis=2)
    apart = apart + apart.T
    other = np.full(len(face), -1)
    for pair in np.argsort(apart, axis=None):
        first, second = divmod(int(pair), len(face))
        if other[first] < 0 and other[second] < 0:
            other[first], other[second] = second, first
    return other


def mean_face(points: Array) -> tuple[Array, npt.NDArray[np.int64]]:
    """Return the mean face, even on both sides and with the irises 1 apart, and its mirror pairs."""
    apart = np.linalg.norm(points[:, RIGHT_IRIS] - points[:, LEFT_IRIS], axis=1)
    mean = ((points - points.mean(1, keepdims=True)) / apart[:, None, None]).mean(0)
    for _ in range(10):
        mean = placed(points, mean, np.ones(len(mean))).mean(0)
        pairs = mirror_points(mean)
        mean = (mean + mean[pairs] * MIRROR) / 2
        mean -= (mean[RIGHT_IRIS] + mean[LEFT_IRIS]) / 2 * np.array([1, 0, 0])
        mean /= np.linalg.norm(mean[RIGHT_IRIS] - mean[LEFT_IRIS])
    return mean, pairs


def basis_of(neutral: Seen, single: Seen, mixed: Seen, turned: Seen) -> Basis:
    """Return the basis."""
    at_rest = np.concatenate([neutral.points, single.points[single.weights.sum(1) == 0]])
    mean, pairs = mean_face(at_rest)
    shapes, leftover = _shapes(single, mean, pairs)
    for weights, moved in _moved(mixed, mean):
        leftover.append(moved - np.tensordot(weights, shapes, 1))
    leftover += _by_turning(turned, mean)
    errors, rest = _directions(_both(np.array(leftover), pairs), ERRORS)
    spread = np.sqrt((rest**2).mean(0) + LEAST_SPREAD**2)
    differences = placed(at_rest, mean, 1 / (spread**2).sum(1)) - mean
    people = _directions(_both(differences, pairs), PEOPLE)[0]
    basis = Basis(mean, shapes, spread, errors, people)
    return replace(basis, usual=float(np.quantile(_left(mixed.points, basis), USUAL)))


def _left(points: Array, basis: Basis) -> Array:
    """Return the mean square of what is left unexplained of each face, in squared standard deviations."""
    reading = read(points, basis)
    rest = reading.laid - basis.mean - np.tensordot(reading.strengths, basis.shapes, 1)
    white = (rest / basis.spread).reshape(len(rest), -1)
    blind = (np.concatenate([basis.errors, basis.people]) / basis.spread).reshape(-1, white.shape[1])
    share = np.linalg.solve(np.eye(len(blind)) + blind @ blind.T, blind @ white.T)
    return np.asarray(((white**2).sum(1) - ((white @ blind.T) * share.T).sum(1)) / white.shape[1])


def _by_turning(turned: Seen, mean: Array) -> list[Array]:
    """Return how the points of turned heads differ from those of the same, nearly frontal ones."""
    answer = []
    for person in np.unique(turned.people):
        laid = placed(turned.points[turned.people == person], mean, np.ones(len(mean)))
        answer += list((laid[1:] - laid[0]) * TURNED)
    return answer


def _shapes(single: Seen, mean: Array, pairs: npt.NDArray[np.int64]) -> tuple[Array, list[Array]]:
    """Return what each movement does to the points, and how single faces differ from that."""
    seen: list[list[Array]] = [[] for _ in NAMES]
    swap = swapped()
    for weights, moved in _moved(single, mean):
        number = int(weights.argmax())
        seen[number].append(moved)
        seen[swap[number]].append(moved[pairs] * MIRROR)
    shapes = np.zeros((len(NAMES), *mean.shape))
    leftover = []
    for number, each in enumerate(seen):
        if each:
            middle, doubt = np.median(each, axis=0), np.var(each, axis=0) * 3 / len(each)
            shapes[number] = middle * middle**2 / (middle**2 + doubt)  # what may as well be chance is drawn to nought
            leftover += [moved - shapes[number] for moved in each[::2]]
    return shapes, leftover


def _moved(seen: Seen, mean: Array) -> list[tuple[Array, Array]]:
    """Return what was rendered and how the points moved, laid as the same person's neutral face lies on the mean."""
    answer = []
    for person in np.unique(seen.people):
        own = seen.of(seen.people == person)
        is_rest = own.weights.sum(1) == 0
        if is_rest.any():
            rest = own.points[is_rest].mean(0)
            base = placed(rest[None], mean, np.ones(len(mean)))[0]
            for weights, points in zip(own.weights[~is_rest], own.points[~is_rest], strict=True):
                answer.append((weights, _as(rest, base, points) - base))
    return answer


def _as(rest: Array, base: Array, points: Array) -> Array:
    """Lay points as `rest` is laid on `base`."""
    ours, theirs = rest - rest.mean(0), base - base.mean(0)
    left, _, right = np.linalg.svd(ours.T @ theirs)
    scale = np.linalg.norm(theirs) / np.linalg.norm(ours)
    return np.asarray(scale * (points - rest.mean(0)) @ (left @ right) + base.mean(0))


def _both(faces: Array, pairs: npt.NDArray[np.int64]) -> Array:
    return np.concatenate([faces, faces[:, pairs] * MIRROR])


def _directions(rows: Array, count: int) -> tuple[Array, Array]:
    """Return the main directions of rows about nought, each one standard deviation long, and what they leave."""
    flat = rows.reshape(len(rows), -1)
    left, lengths, right = np.linalg.svd(flat, full_matrices=False)
    kept = lengths[:count, None] / np.sqrt(len(rows)) * right[:count]
    rest = flat - (left[:, :count] * lengths[:count]) @ right[:count]
    return kept.reshape(-1, *rows.shape[1:]), rest.reshape(rows.shape)


def evidence_of(seen: Seen, basis: Basis, *, alone: bool) -> Array:
    """Return the evidence of acted faces, each alone or calibrated to all of the same person's."""
    if alone:
        return evidence(read(seen.points, basis))
    found = np.zeros((len(seen.points), len(EMOTIONS)))
    for person in np.unique(seen.people):
        own = seen.people == person
        rest = calibrated(seen.points[own], basis)
        found[own] = evidence(read(seen.points[own], basis, neutral=rest.neutral, doubt=rest.doubt))
    return found


def weighing_of(found: Array, emotions: npt.NDArray[np.int64], rounds: int = 3000) -> Weighing:
    """Return the scale and bias of each emotion's evidence: multinomial logistic regression, by Adam."""
    found = np.clip(found, -60, None)
    counts = np.bincount(emotions, minlength=len(EMOTIONS))
    share = np.where(np.arange(len(EMOTIONS)) == EMOTIONS.index("neutral"), NEUTRALS, 1.0) / counts
    share = share[emotions] / share[emotions].sum()
    logs, bias = np.full(len(EMOTIONS), -2.0), np.zeros(len(EMOTIONS))
    mean, square = np.zeros(2 * len(EMOTIONS)), np.zeros(2 * len(EMOTIONS))
    for step in range(1, rounds + 1):
        wrong = scores(found, Weighing(np.exp(logs), bias))
        wrong[np.arange(len(emotions)), emotions] -= 1
        wrong *= share[:, None]
        slope = np.concatenate([(wrong * found).sum(0) * np.exp(logs) + 1e-3 * (logs + 2), wrong.sum(0) + 1e-3 * bias])
        mean, square = 0.9 * mean + 0.1 * slope, 0.99 * square + 0.01 * slope**2
        move = mean / (1 - 0.9**step) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
        move *= 0.05 / (1 + step / 500)
        logs, bias = logs - move[: len(EMOTIONS)], bias - move[len(EMOTIONS) :]
    return Weighing(np.exp(logs), bias)
