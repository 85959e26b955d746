"""Calibration: scores as chances that hold what they say, and the threshold from which a label is given.

Two classes, and each of several labels, by a curve with two places; one of many classes by one temperature for all.
They are learnt from scores of rows that were held out, and so are the thresholds. A rare label's threshold leans
towards that of all labels, for its own rests on a few rows.

Source: Platt, "Probabilistic outputs for support vector machines", 1999; Guo et al., "On calibration of modern neural
networks", ICML 2017.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.problems import Problem

Floats = npt.NDArray[np.float64]

_STEPS = 60
_LEAN = 20.0  # rows with a label at which its own threshold and that of all have half the say each
_EVEN = 0.5
_TEMPERATURES = np.geomspace(0.02, 50, 120)


@dataclass(frozen=True)
class Calibration:
    """What makes chances and answers of scores.

    Parameters
    ----------
    slopes, shifts : tuple of float
        One pair for two classes, or one for each label; the slope alone for one of many classes.
    thresholds : tuple of float, 0..1
        As many; none for one of many classes and for numbers.
    """

    slopes: tuple[float, ...] = ()
    shifts: tuple[float, ...] = ()
    thresholds: tuple[float, ...] = ()

    def chances(self, kind: str, scores: Floats) -> Floats:
        """Return chances.

        Parameters
        ----------
        kind : of problems
        scores : float64 [n] or [n, classes]

        Returns
        -------
        float64 of the same shape, 0..1
            Of two classes, of the second; of numbers the scores themselves.
        """
        if kind == "multi-class":
            return _softmax(scores * self.slopes[0])
        if kind in {"binary", "multi-label"}:
            return _logistic(scores * np.asarray(self.slopes) + np.asarray(self.shifts))
        return scores

    def answers(self, kind: str, chances: Floats) -> npt.NDArray[Any]:
        """Return what rows get: numbers of classes, int8 [n, classes] of labels, or numbers."""
        if kind == "multi-class":
            return np.asarray(chances.argmax(axis=1), np.int64)
        if kind == "binary":
            return (chances.reshape(len(chances)) >= self.thresholds[0]).astype(np.int64)
        if kind == "multi-label":
            return (chances >= np.asarray(self.thresholds)).astype(np.int8)
        return chances


def calibrated(problem: Problem, scores: Floats, *, metric: str = "f1_macro") -> Calibration:
    """Learn a calibration from scores of rows that were held out.

    Parameters
    ----------
    problem : Problem
        What is right for those rows.
    scores : float64 [n] or [n, classes]
    metric : str
        A threshold is set for F1, or for accuracy where that is asked for.
    """
    if not problem.is_classed:
        return Calibration()
    if problem.kind == "multi-class":
        return Calibration(slopes=(_temperature(problem.targets, scores),))
    right = problem.targets.reshape(len(problem), -1)
    flat = scores.reshape(len(problem), -1)
    pairs = [platt(right[:, label], flat[:, label]) for label in range(right.shape[1])]
    own = Calibration(tuple(pair[0] for pair in pairs), tuple(pair[1] for pair in pairs))
    chances = own.chances("multi-label", flat)
    return Calibration(own.slopes, own.shifts, tuple(_thresholds(problem.kind, right, chances, metric)))


def platt(right: npt.NDArray[Any], scores: Floats) -> tuple[float, float]:
    """Return the slope and shift of the curve of chances that fits scores best; Platt's own smoothing of the ends."""
    held, others = float((right == 1).sum()), float((right != 1).sum())
    wanted = np.where(right == 1, (held + 1) / (held + 2), 1 / (others + 2))
    scale = float(np.std(scores)) or 1.0
    told = (scores - scores.mean()) / scale
    slope, shift = 1.0, float(np.log((held + 1) / (others + 1)))
    for _ in range(_STEPS):
        chance = _logistic(slope * told + shift)
        off, weight = chance - wanted, np.maximum(chance * (1 - chance), 1e-12)
        gradient = np.asarray([(off * told).sum() + 1e-3 * slope, off.sum()])
        cross = (weight * told).sum()
        bend = np.asarray([[(weight * told * told).sum() + 1e-3, cross], [cross, weight.sum() + 1e-9]])
        step = np.clip(np.linalg.solve(bend, gradient), -2, 2)
        slope, shift = float(slope - step[0]), float(shift - step[1])
        if np.abs(step).max() < 1e-6:
            break
    slope = max(slope, 1e-3)  # a label's own score never speaks against it
    return slope / scale, shift - slope * float(scores.mean()) / scale


def best_threshold(right: npt.NDArray[Any], chances: Floats, *, metric: str = "f1_macro") -> float:
    """Return the threshold of the best F1 of what is looked for, or accuracy; half-way between two rows' chances."""
    order = np.argsort(-chances, kind="stable")
    held, told = (right[order] == 1).cumsum(), chances[order]
    given = np.arange(1, len(order) + 1)
    ends = np.append(np.flatnonzero(np.diff(told)), len(order) - 1)
    if metric == "accuracy":
        worth = held - (given - held)
    elif metric == "f1_both":
        worth = _f1_of_both(held, given)
    else:
        worth = 2 * held / (given + held[-1])
    place = int(ends[np.argmax(worth[ends])])
    return float((told[place] + told[place + 1]) / 2) if place + 1 < len(told) else float(told[place]) * 0.999


def _f1_of_both(held: Any, given: Any) -> Any:
    """Return the mean F1 of both classes where so many rows get the second."""
    all_held, count = held[-1], len(given)
    without = (count - given) - (all_held - held)
    others = count - all_held
    return held / (given + all_held) + without / np.maximum(count - given + others, 1)


def _thresholds(kind: str, right: npt.NDArray[Any], chances: Floats, metric: str) -> Sequence[float]:
    if kind == "binary":
        return [best_threshold(right[:, 0], chances[:, 0], metric="f1_both" if metric == "f1_macro" else metric)]
    for_all = best_threshold(right.ravel(), chances.ravel(), metric=metric) if right.any() else _EVEN
    found = []
    for label in range(right.shape[1]):
        count = float(right[:, label].sum())
        own = best_threshold(right[:, label], chances[:, label], metric=metric) if count else for_all
        share = count / (count + _LEAN)
        found.append(float(share * own + (1 - share) * for_all))
    return found


def _temperature(right: npt.NDArray[Any], scores: Floats) -> float:
    """Return the slope under which what is right is likeliest."""
    rows = np.arange(len(right))
    losses = [-np.log(np.maximum(_softmax(scores * slope)[rows, right], 1e-12)).mean() for slope in _TEMPERATURES]
    return float(_TEMPERATURES[int(np.argmin(losses))])


def _logistic(values: Floats) -> Floats:
    return 1 / (1 + np.exp(-np.clip(values, -50, 50)))


def _softmax(scores: Floats) -> Floats:
    lifted = np.exp(scores - scores.max(axis=1, keepdims=True))
    return np.asarray(lifted / lifted.sum(axis=1, keepdims=True), np.float64)
