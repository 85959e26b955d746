"""Measures: which metric a kind of problem is judged by, its worth, and how sure it is.

Source: Efron & Tibshirani, "An introduction to the bootstrap", 1993.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import SettingError
from kinoeye.learn import metrics
from kinoeye.learn.problems import Problem

Floats = npt.NDArray[np.float64]
_RESAMPLED_CELLS = 8_000_000  # answers looked at in all, so that a large table is no slower to judge than to learn
_FEWEST, _MOST = 60, 400


@dataclass(frozen=True)
class Judged:
    """A score, its standard error and its interval of 95 %."""

    score: float
    error: float
    low: float
    high: float


@dataclass(frozen=True)
class Metric:
    """A metric.

    Parameters
    ----------
    name : str
    kinds : of problems that it judges
    tell : callable
        Problem, chances and answers to its value.
    is_loss : bool
        Whether less is better.
    """

    name: str
    kinds: frozenset[str]
    tell: Callable[[Problem, Floats, Any], float]
    is_loss: bool = False

    def worth(self, problem: Problem, chances: Floats, answers: Any) -> float:
        """Return its value, with its sign turned where less is better; NaN counts as the worst."""
        value = self.tell(problem, chances, answers)
        if np.isnan(value):
            return -np.inf if self.is_loss else 0.0
        return -value if self.is_loss else value


def _of_classes(average: str) -> Callable[[Problem, Floats, Any], float]:
    return lambda problem, _, answers: metrics.f1(problem.targets, answers, len(problem.classes), average=average)


def _of_each(part: str) -> Callable[[Problem, Floats, Any], float]:
    def told(problem: Problem, _: Floats, answers: Any) -> float:
        own = getattr(metrics.by_class(problem.targets, answers, len(problem.classes)), part)
        return float(own[1] if problem.kind == "binary" else own.mean())

    return told


def _of_curve(area: Callable[[Any, Any], float]) -> Callable[[Problem, Floats, Any], float]:
    def told(problem: Problem, chances: Floats, _: Any) -> float:
        if problem.kind == "binary":
            return area(problem.targets, chances.reshape(len(problem)))
        right = problem.targets
        if problem.kind == "multi-class":
            right = np.eye(len(problem.classes), dtype=np.int8)[right]
        found = [area(right[:, place], chances[:, place]) for place in range(right.shape[1]) if right[:, place].any()]
        return float(np.nanmean(found)) if found and not np.isnan(found).all() else float("nan")

    return told


def _off(problem: Problem, chances: Floats, _: Any) -> float:
    """Return how far chances lie from what happens."""
    if problem.kind == "multi-class":
        best = chances.argmax(axis=1)
        return metrics.calibration_error((best == problem.targets).astype(np.int8), chances.max(axis=1))
    return metrics.calibration_error(problem.targets.ravel(), chances.ravel())


def _ndcg(problem: Problem, chances: Floats, _: Any) -> float:
    assert problem.queries is not None
    return metrics.ndcg(problem.targets, chances, problem.queries)


_CLASSED = frozenset({"binary", "multi-class", "multi-label"})
_NUMBERS = frozenset({"regression"})
METRICS = {each.name: each for each in (
    Metric("f1_macro", _CLASSED, _of_classes("macro")),
    Metric("f1_micro", _CLASSED, _of_classes("micro")),
    Metric("f1", frozenset({"binary"}), _of_classes("binary")),
    Metric("accuracy", _CLASSED, lambda problem, _, answers: metrics.accuracy(problem.targets, answers)),
    Metric("precision", _CLASSED, _of_each("precision")),
    Metric("recall", _CLASSED, _of_each("recall")),
    Metric("roc_auc", _CLASSED, _of_curve(metrics.roc_auc)),
    Metric("pr_auc", _CLASSED, _of_curve(metrics.pr_auc)),
    Metric("calibration_error", _CLASSED, _off, is_loss=True),
    Metric("r2", _NUMBERS, lambda problem, told, _: metrics.r2(problem.targets, told)),
    Metric("mae", _NUMBERS, lambda problem, told, _: metrics.mae(problem.targets, told), is_loss=True),
    Metric("mse", _NUMBERS, lambda problem, told, _: metrics.mse(problem.targets, told), is_loss=True),
    Metric("ndcg", frozenset({"ranking"}), _ndcg),
)}  # fmt: skip
DEFAULTS = {"binary": "f1_macro", "multi-class": "f1_macro", "multi-label": "f1_macro", "regression": "r2",
            "ranking": "ndcg"}  # fmt: skip


def metric_of(kind: str, name: str = "") -> Metric:
    """Return the metric of a name, or the usual one of a kind of problem.

    Raises
    ------
    SettingError
        If there is none of this name for this kind.
    """
    found = METRICS.get(name or DEFAULTS[kind])
    if found is None or kind not in found.kinds or name == "calibration_error":
        fitting = [each.name for each in METRICS.values() if kind in each.kinds and each.name != "calibration_error"]
        raise SettingError(f"learn: the metric of {kind} must be one of {', '.join(fitting)}, got {name!r}")
    return found


def judged(
    metric: Metric, problem: Problem, chances: Floats, answers: Any, groups: npt.NDArray[np.int64] | None, seed: int = 1
) -> tuple[Judged, Floats]:
    """Return a score with its interval, and its worth on each resample; groups are drawn whole.

    The resamples of one problem are the same whatever is judged, so differences of two may be looked at.
    """
    width = chances.size // max(1, len(problem))
    count = int(np.clip(_RESAMPLED_CELLS // max(1, len(problem) * width), _FEWEST, _MOST))
    if problem.queries is None:
        drawn = resamples(len(problem), groups, count, seed)
        worths = np.asarray([metric.worth(problem.take(rows), chances[rows], answers[rows]) for rows in drawn])
    else:
        worths = _of_questions(metric, problem, chances, answers, count, seed)
    told = metric.tell(problem, chances, answers)
    values = -worths if metric.is_loss else worths
    low, high = np.quantile(values, (0.025, 0.975))
    return Judged(float(told), float(values.std()), float(low), float(high)), worths


def _of_questions(metric: Metric, problem: Problem, chances: Floats, answers: Any, count: int, seed: int) -> Floats:
    """Return the worth on resamples of whole questions, each of which is judged once."""
    assert problem.queries is not None
    parts = [np.flatnonzero(problem.queries == query) for query in np.unique(problem.queries)]
    own = np.asarray([metric.worth(problem.take(rows), chances[rows], answers[rows]) for rows in parts])
    drawn = resamples(len(parts), None, count, seed)
    return np.asarray([own[places].mean() for places in drawn])


def resamples(rows: int, groups: npt.NDArray[np.int64] | None, count: int, seed: int) -> list[npt.NDArray[np.int64]]:
    """Return rows drawn with replacement, as whole groups."""
    chance = np.random.default_rng(seed)
    if groups is None:
        return [chance.integers(0, rows, rows) for _ in range(count)]
    order = np.argsort(groups, kind="stable")
    _, firsts = np.unique(groups[order], return_index=True)
    parts = np.split(order, firsts[1:])
    return [np.concatenate([parts[place] for place in chance.integers(0, len(parts), len(parts))])
            for _ in range(count)]  # fmt: skip


def all_metrics(problem: Problem, chances: Floats, answers: Any) -> dict[str, float]:
    """Return every metric that judges this kind of problem."""
    return {each.name: each.tell(problem, chances, answers) for each in METRICS.values() if problem.kind in each.kinds}
