"""Choose: the way of learning that fits a table, found fairly.

Outer folds hold rows out; inside each, halving picks settings and candidates by inner folds; what it leaves is scored
on the rows held out. Of the candidates the cheapest within one standard error of the best is picked; of those that cost
about as little, the best. If none is better than an answer that does not look at the row, none is picked, and that is
said.

Source: Breiman et al., "Classification and regression trees", 1984 (one standard error); Cawley & Talbot, "On
over-fitting in model selection and subsequent selection bias in performance evaluation", JMLR 11, 2010 (nested folds).
"""

import json
import math
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError
from kinoeye.learn import outer
from kinoeye.learn.calibration import Calibration, calibrated
from kinoeye.learn.candidates import Candidate, Considered
from kinoeye.learn.choice import Answered, Choice, Tried
from kinoeye.learn.costs import ALIKE, Cost, Memory, typical
from kinoeye.learn.folds import folds
from kinoeye.learn.halving import Judge, Trial, blind
from kinoeye.learn.measures import Judged, Metric, judged
from kinoeye.learn.outer import OuterFold, Result
from kinoeye.learn.reasons import reasons, stopped_because
from kinoeye.learn.views import Material, Views

Floats = npt.NDArray[np.float64]

MOST_FOLDS, FEW_FOLDS = 5, 3
_MANY_ROWS = 2000  # from which three folds hold out enough
_LEAST_GROUPS = 3  # so that two are left to choose by when one is held out
_LEAST_GAIN = 0.025  # of the resamples may be no better than the same answer for all


@dataclass(frozen=True)
class Manner:
    """How it is chosen.

    Parameters
    ----------
    metric : Metric
    seed : int
    budget : seconds
        Within which it ends, about; infinite where there is time.
    memory : Memory
    kept : mapping
        What finished folds gave, by name; what is finished is put in at once.
    told : callable
        Told the share that is done, 0..1, and what.
    """

    metric: Metric
    seed: int = 1
    budget: float = math.inf
    memory: Memory = field(default_factory=Memory)
    kept: Any = None
    told: Callable[[float, str], None] = lambda share, text: None


def choose(material: Material, considered: Sequence[Considered], manner: Manner) -> Choice:
    """Choose a way of learning.

    Parameters
    ----------
    material : Material
    considered : sequence of Considered
    manner : Manner

    Raises
    ------
    InputError
        If rows cannot be parted into folds, or no candidate may be tried.
    """
    candidates = [each.candidate for each in considered if each.is_in and each.candidate is not None]
    if not candidates:
        raise InputError("learn: at least one way of learning must fit the table, got none")
    planned = _planned(material)
    done = _done(material, planned, candidates, manner)
    return _chosen(material, considered, done, len(planned), manner)


def _planned(material: Material) -> list[tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]]:
    count = FEW_FOLDS if len(material) >= _MANY_ROWS else MOST_FOLDS
    binding = material.problem.queries if material.groups is None else material.groups
    if binding is not None:
        count = max(_LEAST_GROUPS, min(count, len(np.unique(binding))))
    return folds(material.problem, count, groups=material.groups, times=material.times, seed=1)


def _done(
    material: Material, planned: Sequence[Any], candidates: Sequence[Candidate], manner: Manner
) -> list[OuterFold]:
    """Return what each outer fold gave; those that were finished before are read."""
    begun, found = time.monotonic(), list[OuterFold]()
    kept = manner.kept if manner.kept is not None else {}
    for number, fold in enumerate(planned):
        name = f"fold-{number + 1}-of-{len(planned)}"
        known = _read(kept, name)
        if known is None:
            free = begun + manner.budget - time.monotonic()
            if found and free <= 0:
                break
            deadline = time.monotonic() + free / (len(planned) - number + 0.5)  # the half is for learning from all rows
            told = _within(manner.told, number, len(planned))
            judge = Judge(manner.metric, manner.seed + number, deadline, told)
            known = outer.outer_fold(material, fold, candidates, judge, manner.memory)
            kept[name] = outer.written(known)
        found.append(known)
        manner.told((number + 1) / len(planned), f"fold {number + 1} of {len(planned)}")
    return found


def _within(told: Callable[[float, str], None], number: int, count: int) -> Callable[[float, str], None]:
    return lambda share, text: told((number + 0.9 * share) / count, text)


def _read(kept: Mapping[str, bytes], name: str) -> OuterFold | None:
    try:
        return outer.read(kept[name]) if name in kept else None
    except (ValueError, KeyError, OSError, TypeError, json.JSONDecodeError):
        return None  # damaged: it is done again


def _chosen(
    material: Material, considered: Sequence[Considered], done: list[OuterFold], planned: int, manner: Manner
) -> Choice:
    done = _completed(material, considered, done, manner)
    held = np.concatenate([each.held for each in done])
    part = material.take(held)
    metric, groups = manner.metric, part.groups
    names = [name for name in done[0].results if all(name in each.results for each in done)]
    answered = {name: _answered(part, [each.results[name] for each in done]) for name in names}
    scores = {name: judged(metric, part.problem, each.chances, each.answers, groups) for name, each in answered.items()}
    costs = {name: typical([each.results[name].cost for each in done]) for name in names}
    dumb_scores = np.concatenate([each.dumb for each in done])
    dumb, dumb_worths = _dumb(part, dumb_scores, metric)
    sign = -1.0 if metric.is_loss else 1.0
    best = max(names, key=lambda name: sign * scores[name][0].score)
    bar = sign * scores[best][0].score - scores[best][0].error
    near = [name for name in names if sign * scores[name][0].score >= bar]
    limit = ALIKE * min(costs[name].price for name in near)
    picked = max((each for each in near if costs[each].price <= limit), key=lambda name: sign * scores[name][0].score)
    nested = _answered(part, [each.results[each.picked] for each in done])
    nested_score, nested_worths = judged(metric, part.problem, nested.chances, nested.answers, groups)
    # What won was the best of several by chance, too; what the folds picked without their held-out rows was not.
    beats = max(float(np.mean(each <= dumb_worths)) for each in (scores[picked][1], nested_worths)) <= _LEAST_GAIN
    all_scores = np.concatenate([each.results[picked].scores for each in done])
    tried = _tried(considered, done, {name: each[0] for name, each in scores.items()}, costs)
    choice = Choice(
        metric.name, tuple(sorted(tried, key=lambda each: _order(each, sign))), dumb, picked if beats else "",
        _setting(done, picked), nested_score, calibrated(part.problem, all_scores, metric=metric.name),
        answered[picked], len(done), planned, material.times is not None, (), sum(each.seconds for each in done),
    )  # fmt: skip
    return replace(choice, why=reasons(choice, picked, best, material))


def _dumb(part: Material, scores: Floats, metric: Metric) -> tuple[Judged, Floats]:
    """Return the score of an answer that does not look at the row: the same for all, or by chance."""
    found = []
    for each in (scores, blind(scores)):
        calibration = calibrated(part.problem, each, metric=metric.name)
        chances, answers = outer.answers_of(calibration, part.problem, each)
        found.append(judged(metric, part.problem, chances, answers, part.groups))
    return max(found, key=lambda each: float(each[1].mean()))


def _order(tried: Tried, sign: float) -> tuple[bool, bool, float]:
    return tried.score is None, not tried.is_in, -sign * tried.score.score if tried.score is not None else 0.0


def _completed(
    material: Material, considered: Sequence[Considered], done: list[OuterFold], manner: Manner
) -> list[OuterFold]:
    """Let the candidates that most folds left over answer in the others too, each with a setting it had elsewhere."""
    counts = Counter(name for each in done for name in each.results)
    wanted = {name for name, count in counts.items() if 2 * count >= len(done)} | {each.picked for each in done}
    by_name = {each.name: each.candidate for each in considered}
    found = []
    for fold in done:
        missing = sorted(wanted - set(fold.results))
        results = dict(fold.results)
        if missing:
            rest = np.setdiff1d(np.arange(len(material)), fold.held)
            if material.times is not None:
                rest = rest[material.times[rest] <= np.min(material.times[fold.held])]
            views = Views(material.take(rest), material.take(fold.held))
        for name in missing:
            candidate = by_name[name]
            assert candidate is not None
            other = next(each.results[name] for each in done if name in each.results)
            calibration = _learnt_elsewhere(material, done, name, fold)
            trial = Trial(name, other.setting, len(rest), other.inner, 0.0, 0.0, 0.0, calibration)
            results[name] = outer.finalist(views, candidate, trial, manner.seed, manner.memory)
        found.append(replace(fold, results=results))
    return found


def _learnt_elsewhere(material: Material, done: list[OuterFold], name: str, fold: OuterFold) -> Calibration:
    """Return a calibration by what a candidate answered in the other folds."""
    others = [each for each in done if name in each.results and each is not fold]
    held = np.concatenate([each.held for each in others])
    scores = np.concatenate([each.results[name].scores for each in others])
    return calibrated(material.problem.take(held), scores)


def _answered(part: Material, results: Sequence[Result]) -> Answered:
    return Answered(
        part.problem, np.concatenate([each.chances for each in results]),
        np.concatenate([each.answers for each in results]),
    )  # fmt: skip


def _setting(done: Sequence[OuterFold], name: str) -> Mapping[str, Any]:
    """Return the setting that most folds gave a candidate; of several the one of the best inner score."""
    own = [each.results[name] for each in done]
    counts = Counter(json.dumps(dict(each.setting), sort_keys=True) for each in own)
    return max(own, key=lambda each: (counts[json.dumps(dict(each.setting), sort_keys=True)], each.inner)).setting


def _tried(
    considered: Sequence[Considered], done: Sequence[OuterFold], scores: Mapping[str, Judged], costs: Mapping[str, Cost]
) -> list[Tried]:
    found = []
    for each in considered:
        stopped = [(fold, stop) for fold in done for stop in fold.stopped if stop.name == each.name]
        if each.name in scores:
            found.append(Tried(each.name, True, each.reason, _setting(done, each.name), scores[each.name],
                               costs[each.name]))  # fmt: skip
        else:
            because = stopped_because([stop for _, stop in stopped]) if stopped else None
            found.append(Tried(each.name, each.is_in, each.reason, stopped=because))
    return found
