"""Fairness: how good answers are for each group of rows, how sure that is, and what weighing the groups would change.

A group is whatever a column says: a language, a decade, a declared attribute. Nothing is guessed of anyone. Groups of
too few rows are named and not scored; differences are given with intervals, since with many groups some look bad by
chance. The weights are those by which every group counts the same.

Source: Kamiran & Calders, "Data preprocessing techniques for classification without discrimination", Knowledge and
Information Systems 33, 2012 (weights); Guo et al., "On calibration of modern neural networks", ICML 2017 (calibration
error); Efron & Tibshirani, "An introduction to the bootstrap", 1993 (intervals).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError

Flags = npt.NDArray[np.bool_]
Scores = npt.NDArray[np.float64]

FEW = 50  # rows below which a group's score says little
_DRAWS = 200
_BINS = 10
_HEAVIEST = 10.0  # times a row of the largest group: a small one must not speak for all


@dataclass(frozen=True)
class GroupScore:
    """How good answers are for one group.

    Parameters
    ----------
    column, group : str
        An empty column is all rows.
    rows : int
    f1, least_f1, most_f1 : float or None, 0..1
        Macro F1 over the labels that the group has, with the interval of 95 %; None where rows are too few.
    precision, recall : float or None, 0..1
        Micro: over all labels together.
    picked_rate, true_rate : float
        Labels a row that are picked, and that are true.
    calibration_error : float or None, 0..1
        How far chances lie from what came true, on the mean of all chances.
    against_rest, least_against, most_against : float or None
        Its F1 less that of all other rows over the same labels, with the interval.
    """

    column: str
    group: str
    rows: int
    f1: float | None
    least_f1: float | None
    most_f1: float | None
    precision: float | None
    recall: float | None
    picked_rate: float
    true_rate: float
    calibration_error: float | None
    against_rest: float | None = None
    least_against: float | None = None
    most_against: float | None = None

    @property
    def stands_out(self) -> bool:
        """Whether the difference to all others is more than chance."""
        if self.least_against is None or self.most_against is None:
            return False
        return self.least_against > 0 or self.most_against < 0


def group_scores(
    truth: Flags,
    picked: Flags,
    chances: Scores,
    groups: Mapping[str, Sequence[str]],
    *,
    few: int = FEW,
    seed: int = 1,
) -> list[GroupScore]:
    """Return the scores of all rows, then of each group of each column, the largest group first.

    Parameters
    ----------
    truth, picked : bool [rows, labels]
    chances : float64 [rows, labels], 0..1
    groups : mapping of column to the group of each row
        Empty where nothing is known of a row: such rows are in no group.
    few : int
        Groups of fewer rows are not scored.

    Raises
    ------
    InputError
        If the shapes disagree.
    """
    for name, shape in {"picked": picked.shape, "chances": chances.shape}.items():
        if shape != truth.shape:
            raise InputError(f"fairness: {name} must have the shape of truth {truth.shape}, got {shape}")
    whole = np.arange(len(truth))
    found = [_scored("", "", whole, whole[:0], truth, picked, chances, few, seed)]
    for column, values in groups.items():
        if len(values) != len(truth):
            raise InputError(f"fairness: {column} must have {len(truth)} rows, got {len(values)}")
        names, numbers = np.unique(np.asarray(values, object).astype(str), return_inverse=True)
        counts = np.bincount(numbers, minlength=len(names))
        for place in sorted(range(len(names)), key=lambda each: (-counts[each], names[each])):
            if names[place]:
                own, others = np.flatnonzero(numbers == place), np.flatnonzero(numbers != place)
                found.append(_scored(column, names[place], own, others, truth, picked, chances, few, seed))
    return found


def balancing_weights(groups: Sequence[str]) -> Scores:
    """Return weights by which every group counts the same, a row of no group as a usual one; 1 on the mean.

    Parameters
    ----------
    groups : sequence of str
        Of each row; empty where nothing is known.
    """
    names, numbers = np.unique(np.asarray(groups, object).astype(str), return_inverse=True)
    counts = np.bincount(numbers, minlength=len(names)).astype(np.float64)
    known = np.asarray([bool(name) for name in names])
    if not known.any():
        return np.ones(len(numbers))
    own = counts[known].sum() / known.sum() / np.maximum(counts, 1)
    weights = np.where(known, np.minimum(own, _HEAVIEST * own[known].min()), 1.0)[numbers]
    return np.asarray(weights / weights.mean(), np.float64)


def calibration_error(truth: Flags, chances: Scores) -> float:
    """Return how far chances lie from what came true, on the mean of all chances, in ten equal parts of 0..1.

    >>> calibration_error(np.array([[True], [False]]), np.array([[0.9], [0.1]]))
    0.1
    """
    told, came = chances.ravel(), truth.ravel()
    parts = np.minimum((told * _BINS).astype(np.int64), _BINS - 1)
    counts = np.bincount(parts, minlength=_BINS)
    gaps = np.abs(np.bincount(parts, told, _BINS) - np.bincount(parts, came, _BINS))
    return float(np.round(gaps.sum() / max(1, counts.sum()), 12))


def macro_f1(truth: Flags, picked: Flags, weights: Scores | None = None) -> float:
    """Return the mean F1 over the labels that some row has; 0 where none has any.

    Parameters
    ----------
    truth, picked : bool [rows, labels]
    weights : float64 [rows]
        How much each row counts.
    """
    own = np.ones(len(truth)) if weights is None else weights
    return _macro(own[None] @ (truth & picked), own[None] @ truth, own[None] @ picked)[0]


def _macro(right: Scores, true: Scores, told: Scores) -> list[float]:
    """Return the macro F1 of each draw, of counts [draws, labels]."""
    has = true > 0
    with np.errstate(invalid="ignore"):
        scores = np.where(has, 2 * right / np.maximum(true + told, 1e-12), 0.0)
    return [float(each) for each in scores.sum(axis=1) / np.maximum(1, has.sum(axis=1))]


def _scored(
    column: str,
    group: str,
    own: npt.NDArray[np.int64],
    others: npt.NDArray[np.int64],
    truth: Flags,
    picked: Flags,
    chances: Scores,
    few: int,
    seed: int,
) -> GroupScore:
    rows = len(own)
    rates = (float(picked[own].sum() / max(1, rows)), float(truth[own].sum() / max(1, rows)))
    if rows < few:
        return GroupScore(column, group, rows, None, None, None, None, None, *rates, None)
    right = int((truth[own] & picked[own]).sum())
    precision, recall = right / max(1, int(picked[own].sum())), right / max(1, int(truth[own].sum()))
    score = macro_f1(truth[own], picked[own])
    draws = _drawn(truth[own], picked[own], seed)
    least, most = np.quantile(draws, [0.025, 0.975])
    against: tuple[float | None, float | None, float | None] = (None, None, None)
    if len(others) >= few:
        labels = truth[own].any(axis=0)  # others are asked of the same labels
        rest_truth, rest_picked = truth[others][:, labels], picked[others][:, labels]
        rest = np.asarray(_drawn(rest_truth, rest_picked, seed + 1))
        gaps = np.quantile(np.asarray(draws) - rest, [0.025, 0.975])
        against = (score - macro_f1(rest_truth, rest_picked), float(gaps[0]), float(gaps[1]))
    return GroupScore(
        column, group, rows, score, float(least), float(most), precision, recall, *rates,
        calibration_error(truth[own], chances[own]), *against,
    )  # fmt: skip


def _drawn(truth: Flags, picked: Flags, seed: int) -> list[float]:
    """Return the macro F1 of rows drawn again and again, with repeats."""
    draw = np.random.default_rng(seed)
    times = draw.multinomial(len(truth), np.full(len(truth), 1 / len(truth)), size=_DRAWS).astype(np.float64)
    return _macro(times @ (truth & picked), times @ truth, times @ picked)
