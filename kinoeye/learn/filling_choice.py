"""Filling choice: which way of filling a column is good enough, by known cells that are hidden and told.

What every gap gets alike (mean, median, most frequent) tells nothing of a row. A way has to be better than that,
clearly and by a tenth, or the column is left as it is; of those that are as good as the best, within one standard
error, the cheapest is taken.

Source: Breiman et al., "Classification and regression trees", 1984, 3.4.3 (the rule of one standard error).
"""

import importlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import UseError
from kinoeye.learn import filling_models, filling_simple
from kinoeye.learn.columns import Column
from kinoeye.learn.filling import MOST_LABELS, Frame, Method, Rows, target_of
from kinoeye.learn.filling_masks import Lacking, masks

# From the cheapest to the dearest.
METHODS: Mapping[str, Method] = {
    "mean": filling_simple.mean,
    "median": filling_simple.median,
    "mode": filling_simple.mode,
    "group": filling_simple.group,
    "ridge": filling_models.ridge,
    "nearest": filling_models.nearest,
    "trees": filling_models.trees,
}
SAME = ("mean", "median", "mode")  # those that give every gap the same

_MASKS = 5
_LEAST_KNOWN = 40
_GAIN = 0.1  # of the error that the same in every gap makes
_HOPE = 0.03
_HALF = 0.5  # labels that are wrong more often than this are no help
_FEW_VALUES = 20  # of numbers, up to which the most frequent is worth a trial
_COMPARED = 20_000  # rows on which ways are compared


@dataclass(frozen=True)
class Trial:
    """How one way did on the hidden cells of a column.

    Parameters
    ----------
    method : str
    error : float
        Mean over the hidden cells: of numbers the distance (of skewed ones that of the natural logarithms), of
        categories the share told wrong, of lists 1 less F1.
    low, high : float
        95 % interval.
    deviation : float
        Standard error.
    cpu_seconds : float
        To learn and tell the hidden cells once.
    """

    method: str
    error: float
    low: float
    high: float
    deviation: float
    cpu_seconds: float


@dataclass(frozen=True)
class Choice:
    """What is done with the gaps of a column, and why.

    Parameters
    ----------
    column : str
    kind : number, category, list or text
    is_log : bool
        Whether errors are of logarithms.
    known, lacking, hidden : int
        Cells; `hidden` in each mask.
    method : str
        ``leave`` or one of `METHODS`.
    why : str
        whole, never, nothing, few, constant, scattered, no_gain, wrong, best, cheapest, forced.
    trials : tuple of Trial
    where : Lacking or None
    """

    column: str
    kind: str
    is_log: bool
    known: int
    lacking: int
    hidden: int
    method: str
    why: str
    trials: tuple[Trial, ...] = ()
    where: Lacking | None = None

    def trial(self, method: str) -> Trial | None:
        """Return how a way did."""
        return next((each for each in self.trials if each.method == method), None)

    @property
    def same(self) -> Trial | None:
        """The best of those that give every gap the same."""
        return min((each for each in self.trials if each.method in SAME), key=lambda each: each.error, default=None)


def choose(frame: Frame, target: int, *, seed: int = 1, count: int = _MASKS) -> Choice:
    """Compare the ways of filling a column, and choose.

    Parameters
    ----------
    frame : Frame
    target : int
        Place of the column.
    count : int
        How many times cells are hidden.

    Raises
    ------
    UseError
        If cells are to be hidden fewer than twice.
    """
    if count < 2:
        raise UseError(f"filling: cells must be hidden at least twice, got {count}")
    column = frame.columns[target]
    left = _left(column)
    if left:
        return _choice(column, "leave", left)
    some = frame.take(_compared(frame, target, seed))
    made, where = masks(some, target, count, seed)
    judged, errors = _trials(some, target, made, seed)
    method, why = _judged(column, judged, errors, len(made[0][0]), int(some.columns[target].known.sum()))
    return _choice(column, method, why, judged, where, len(made[0][0]))


def _trials(
    some: Frame, target: int, made: list[tuple[Rows, Frame]], seed: int
) -> tuple[tuple[Trial, ...], dict[str, npt.NDArray[np.float64]]]:
    """Return how each way did, the cheapest first, and its mean errors.

    Of labels, trees are one model each: they are spared where no cheaper way gains anything at all.
    """
    column = some.columns[target]
    trials: list[Trial] = []
    errors: dict[str, npt.NDArray[np.float64]] = {}
    for name in _fitting(column):
        if name == "trees" and column.kind != "number":
            same = min(each.error for each in trials if each.method in SAME)
            if min(each.error for each in trials) > (1 - _HOPE) * same:
                continue
        trial, errors[name] = _trial(name, some, target, made, seed)
        trials.append(trial)
    return tuple(trials), errors


def forced(column: Column, method: str) -> Choice:
    """Return the choice that somebody made."""
    return _choice(column, method, "forced")


def _choice(
    column: Column,
    method: str,
    why: str,
    trials: tuple[Trial, ...] = (),
    where: Lacking | None = None,
    hidden: int = 0,
) -> Choice:
    return Choice(column.name, column.kind, column.is_skewed, int(column.known.sum()), column.lacking, hidden, method,
                  why, trials, where)  # fmt: skip


def _left(column: Column) -> str:
    """Return why a column is left without a trial; empty if it is tried."""
    known = int(column.known.sum())
    if column.lacking == 0:
        return "whole"
    if column.never or column.kind == "text":
        return "never"
    if known == 0:
        return "nothing"
    if _is_constant(column):
        return "constant"
    if known < _LEAST_KNOWN:
        return "few"
    if column.kind != "number" and _covered(column) < _HALF:
        return "scattered"
    return ""


def _is_constant(column: Column) -> bool:
    given = column.values[column.known]
    if column.kind == "list":
        return len(set(given.tolist())) == 1
    return bool(np.all(given == given[0]))


def _covered(column: Column) -> float:
    """Return the share of labels given that may be filled in."""
    given = column.values[column.known]
    if column.kind == "list":
        every = [label for row in given for label in row]
        return float(np.mean([label < MOST_LABELS for label in every]))
    return float(np.mean(given < MOST_LABELS))


def _fitting(column: Column) -> Sequence[str]:
    if column.kind == "number":
        few = len(np.unique(column.values[column.known])) <= _FEW_VALUES
        return [name for name in METHODS if few or name != "mode"]
    return [name for name in METHODS if name not in ("mean", "median")]


def _compared(frame: Frame, target: int, seed: int) -> Rows:
    """Return the rows on which ways are compared: all, or of many some that lack and some that do not."""
    if len(frame) <= _COMPARED:
        return np.arange(len(frame))
    random = np.random.default_rng(seed)
    gone, given = (np.flatnonzero(each) for each in (frame.columns[target].gaps, frame.columns[target].known))
    few = min(len(gone), _COMPARED // 3)
    parts = [random.choice(gone, few, replace=False),
             random.choice(given, min(len(given), _COMPARED - few), replace=False)]  # fmt: skip
    return np.sort(np.concatenate(parts))


def _trial(
    name: str, some: Frame, target: int, made: list[tuple[Rows, Frame]], seed: int
) -> tuple[Trial, npt.NDArray[np.float64]]:
    """Return how a way did, and its mean error in each mask."""
    truth = target_of(some.columns[target])
    means, seconds = [], []
    for rows, hidden in made:
        begin = time.process_time()
        answer = METHODS[name](hidden, target, rows, seed)
        seconds.append(time.process_time() - begin)
        # Labels are those of the truth, in their order: hiding cells does not change which there are.
        means.append(float(truth.errors(rows, truth.y[rows], answer.scores).mean()))
    errors = np.array(means)
    deviation = _deviation(errors, len(made[0][0]), truth.column)
    reach = _student(len(errors)) * deviation
    error = float(errors.mean())
    return Trial(name, error, max(0.0, error - reach), error + reach, deviation, float(np.median(seconds))), errors


def _deviation(errors: npt.NDArray[np.float64], hidden: int, column: Column) -> float:
    """Return the standard error of a mean over masks, which share most of what is learnt from."""
    known = int(column.known.sum())
    return float(errors.std(ddof=1) * np.sqrt(1 / len(errors) + hidden / max(1, known - hidden)))


def _student(count: int) -> float:
    return float(importlib.import_module("scipy.stats").t.ppf(0.975, count - 1))


def _judged(
    column: Column, trials: Sequence[Trial], errors: Mapping[str, Any], hidden: int, known: int
) -> tuple[str, str]:
    """Return the way taken, and why."""
    same = min((each for each in trials if each.method in SAME), key=lambda each: each.error)
    ways = [each for each in trials if each.method not in SAME]
    best = min(ways, key=lambda each: each.error)
    gained = errors[same.method] - errors[best.method]
    reach = _student(len(gained)) * gained.std(ddof=1) * np.sqrt(1 / len(gained) + hidden / max(1, known - hidden))
    if gained.mean() - reach <= 0 or best.error > (1 - _GAIN) * same.error:
        return "leave", "no_gain"
    if column.kind != "number" and best.error > _HALF:
        return "leave", "wrong"
    good = next(each for each in ways if each.error <= best.error + best.deviation)
    return good.method, "best" if good is best else "cheapest"
