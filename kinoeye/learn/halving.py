"""Halving: many candidates and settings on few rows, the better ones on more, the best on all.

Each round scores what is left by folds inside the rows it may see. A candidate goes when its best setting falls clearly
behind: of what the best gains over an answer that is always the same, it gains too little for the round, and by more
than the scores vary from fold to fold. The first fold already shows that of most: what is far behind there, or is dear
and clearly behind, is not asked for the others. With few rows there is one round only. What would not end in time goes,
the dearest for its gain first.

Source: Jamieson & Talwalkar, "Non-stochastic best arm identification and hyperparameter optimization", AISTATS 2016;
Maron & Moore, "Hoeffding races", NIPS 1993.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.calibration import Calibration, calibrated
from kinoeye.learn.candidates import Candidate, Setting
from kinoeye.learn.costs import ALIKE, ASKED_ROWS, spent
from kinoeye.learn.folds import folds, sample
from kinoeye.learn.measures import Metric
from kinoeye.learn.problems import Problem
from kinoeye.learn.views import Material, Views

Floats = npt.NDArray[np.float64]

SHARES = (1 / 9, 1 / 3, 1.0)  # of the rows, round by round
_KEPT_GAIN = (0.7, 0.85)  # of the best's gain, less in the first round: ways that learn slowly may catch up
_HOPELESS = 0.75  # of the best's gain: a setting makes up for less than the rest
_KEPT_SETTINGS = (0.5, 0.34)  # of a candidate's settings that go on
_BEHIND, _BEHIND_DEAR = 2.0, 0.5  # errors of one fold by which a trial is clearly behind; of one that is dear
_DEAR = 5.0  # times as dear as the best
_LEAST_ROUND = 300  # rows: fewer say little of what will do well on all
INNER = 3


@dataclass(frozen=True)
class Trial:
    """One candidate with one setting in one round.

    Parameters
    ----------
    name : str
    setting : mapping
    rows : int
        It was learnt and scored with.
    worth, error : float
        Its metric, greater is better, and how much its folds vary (standard error).
    price : CPU seconds
        As costs have it, for so many rows.
    seconds : CPU seconds
        That the trial took.
    calibration : Calibration
    first : float
        Its worth in the first fold alone.
    """

    name: str
    setting: Setting
    rows: int
    worth: float
    error: float
    price: float
    seconds: float
    calibration: Calibration
    first: float = -math.inf


@dataclass(frozen=True)
class Stopped:
    """Why a candidate went no further: fell behind, or there was no time."""

    name: str
    reason: str
    rows: int
    worth: float


@dataclass(frozen=True)
class Halved:
    """What is left: the best trial of each candidate, and why others are not.

    Parameters
    ----------
    finalists : tuple of Trial
        The best first.
    stopped : tuple of Stopped
    dumb : float
        Worth of an answer that is always the same.
    """

    finalists: tuple[Trial, ...]
    stopped: tuple[Stopped, ...]
    dumb: float


@dataclass(frozen=True)
class Judge:
    """What the rounds are run with.

    Parameters
    ----------
    metric : Metric
    seed : int
    deadline : float
        On time's monotonic clock; infinite where there is time.
    told : callable
        Told the share that is done, 0..1, and what.
    """

    metric: Metric
    seed: int = 1
    deadline: float = math.inf
    told: Callable[[float, str], None] = lambda share, text: None


def halved(material: Material, candidates: Sequence[Candidate], judge: Judge) -> Halved:
    """Find the best setting of each candidate that does not fall behind."""
    shares: tuple[float, ...] = SHARES if len(material) >= _LEAST_ROUND / SHARES[1] else SHARES[-1:]
    shares = tuple(each for each in shares if each * len(material) >= _LEAST_ROUND or each == 1.0)
    left: list[tuple[Candidate, Setting]] = [(each, setting) for each in candidates for setting in each.settings]
    stopped: list[Stopped] = []
    best: dict[str, Trial] = {}
    dumb = 0.0
    for number, share in enumerate(shares):
        every = np.arange(len(material))
        own = sample(material.problem, every, round(share * len(material)), material.groups, judge.seed + number)
        part = Round(material.take(own), judge)
        dumb = part.dumb()
        begun, width = number / len(shares), 1 / len(shares)
        trials: list[Trial] = []
        behind: set[str] = set()
        for place, (candidate, setting) in enumerate(left):
            if time.monotonic() > judge.deadline and trials:
                late = {each.name for each, _ in left[place:]} - {each.name for each in trials}
                stopped += [Stopped(name, "time", part.rows, best[name].worth if name in best else math.nan)
                            for name in sorted(late)]  # fmt: skip
                break
            if _is_perfect(candidate.name, trials, judge.metric):
                if candidate.name not in {each.name for each in stopped}:
                    stopped.append(Stopped(candidate.name, "perfect", part.rows, math.nan))
            elif candidate.name not in behind and not _is_hopeless(candidate.name, trials, dumb):
                found = part.trial(candidate, setting, Bar.of(candidate.name, trials, dumb, is_last=share == 1.0))
                if isinstance(found, Trial):
                    trials.append(found)
                elif candidate.name not in {each.name for each in trials}:
                    behind.add(candidate.name)
                    stopped.append(Stopped(candidate.name, "behind", part.rows, found))
            judge.told(begun + width * (place + 1) / len(left), candidate.name)
        best = {each.name: each for each in sorted(trials, key=lambda each: each.worth)}
        if share < 1.0:
            gone = _behind(best, dumb, _KEPT_GAIN[min(number, 1)])
            gone |= _too_dear(best, gone, len(material) / max(1, part.rows), judge.deadline)
            stopped += [Stopped(name, reason, part.rows, best[name].worth) for name, reason in gone.items()]
            left = _going_on(trials, candidates, gone, _KEPT_SETTINGS[min(number, 1)])
    final = sorted(best.values(), key=lambda each: -each.worth)
    return Halved(tuple(final), tuple(stopped), dumb)


@dataclass(frozen=True)
class Bar:
    """What the first fold of a trial is held against.

    Parameters
    ----------
    own : Trial or None
        The best of the same candidate.
    best : Trial or None
        The best of the others.
    dumb : float
        Worth of an answer that is always the same.
    is_last : bool
        Whether all rows are looked at, so that nothing catches up any more.
    """

    own: Trial | None = None
    best: Trial | None = None
    dumb: float = 0.0
    is_last: bool = True

    @classmethod
    def of(cls, name: str, trials: Sequence[Trial], dumb: float, *, is_last: bool) -> "Bar":
        """Return the bar for a candidate by what was tried before it."""
        own = max((each for each in trials if each.name == name), key=lambda each: each.worth, default=None)
        best = max((each for each in trials if each.name != name), key=lambda each: each.worth, default=None)
        return cls(own, best, dumb, is_last)

    def is_missed(self, first: float, seconds: float) -> bool:
        """Say whether a first fold shows that a trial comes to nothing.

        Parameters
        ----------
        first : float
            Worth of the fold.
        seconds : CPU seconds
            That it took.
        """
        if self.own is not None and first < self.own.first - _of_one_fold(self.own):
            return True
        if self.best is None:
            return False
        behind = (self.best.first - first) / _of_one_fold(self.best)
        dearer = INNER * seconds / max(self.best.seconds, 1e-9)
        if self.is_last and dearer > ALIKE:
            # Neither better nor cheaper, it is picked for nothing: to be picked it would have to be clearly better.
            return behind > (_BEHIND_DEAR if dearer > _DEAR else _BEHIND)
        return behind > _BEHIND and first - self.dumb < _HOPELESS * (self.best.first - self.dumb)


class Round:
    """Rows of one round, parted into folds whose views are shared by all that is tried."""

    def __init__(self, material: Material, judge: Judge) -> None:
        self.rows = len(material)
        self._problem, self._judge = material.problem, judge
        bound = material.problem.queries if material.groups is None else material.groups
        count = INNER if bound is None else max(2, min(INNER, len(np.unique(bound))))
        parted = folds(material.problem, count, groups=material.groups, times=material.times, seed=judge.seed)
        self._folds = [(Views(material.take(learnt), material.take(held)), held) for learnt, held in parted]
        self._scored = np.unique(np.concatenate([held for _, held in self._folds]))

    def dumb(self) -> float:
        """Return the worth of the same answer for all."""
        scores = same_scores(self._problem, self._folds)
        return self._judged(scores)[0]

    def trial(self, candidate: Candidate, setting: Setting, bar: Bar | None = None) -> Trial | float:
        """Score one setting of one candidate; its worth in the first fold alone where that misses the bar."""
        kind, width = self._problem.kind, max(1, len(self._problem.classes))
        scores = np.zeros((len(self._problem), width)) if width > 2 or kind == "multi-label" else np.zeros(
            len(self._problem))  # fmt: skip
        train = answer = 0.0
        first = -math.inf
        for number, (views, held) in enumerate(self._folds):
            learnt, given = views.features(candidate.view)
            estimator = candidate.make(kind, setting, self._judge.seed)
            with spent() as training:
                estimator.fit(learnt, views.learnt.problem)
            with spent() as answering:
                scores[held] = estimator.scores(given)
            more = views.seconds(candidate.view)
            train, answer = train + training.seconds + more[0], answer + answering.seconds + more[1]
            if number == 0:
                first = self._alone(scores[held], held)
                if bar is not None and bar.is_missed(first, train + answer):
                    return first
        price = train / len(self._folds) + ASKED_ROWS * answer / len(self._scored)
        worth, error, calibration = self._judged(scores)
        spent_in_all = train + answer
        return Trial(candidate.name, dict(setting), self.rows, worth, error, price, spent_in_all, calibration, first)

    def _alone(self, scores: Floats, held: npt.NDArray[np.int64]) -> float:
        """Return the worth of one fold by itself."""
        problem, scores = self._problem.take(held), finite(scores)
        calibration = calibrated(problem, scores, metric=self._judge.metric.name)
        chances = calibration.chances(problem.kind, scores)
        return self._judge.metric.worth(problem, chances, calibration.answers(problem.kind, chances))

    def _judged(self, scores: Floats) -> tuple[float, float, Calibration]:
        """Return the worth on all rows that were held out, how much folds vary, and the calibration."""
        scores = finite(scores)
        problem = self._problem.take(self._scored)
        calibration = calibrated(problem, scores[self._scored], metric=self._judge.metric.name)
        worths = []
        for held in [self._scored, *(held for _, held in self._folds)]:
            own = self._problem.take(held)
            chances = calibration.chances(own.kind, scores[held])
            worths.append(self._judge.metric.worth(own, chances, calibration.answers(own.kind, chances)))
        error = float(np.std(worths[1:], ddof=1) / math.sqrt(len(worths) - 1)) if len(worths) > 2 else 0.0
        return worths[0], error, calibration


def same_scores(problem: Problem, parted: Sequence[tuple[Views, npt.NDArray[np.int64]]]) -> Floats:
    """Return the scores of an answer that is always the same: how common each class was, or the mean."""
    width = max(1, len(problem.classes))
    is_flat = width <= 2 and problem.kind != "multi-label"
    scores = np.zeros(len(problem)) if is_flat else np.zeros((len(problem), width))
    for views, held in parted:
        scores[held] = same_answer(views.learnt.problem)
    return blind(scores)


def blind(scores: Floats, seed: int = 1) -> Floats:
    """Return the same scores with a trace of chance in them: some of the rows may be answered so, the others otherwise.

    To guess by chance is better than one answer for all where every class counts alike.
    """
    return scores + 1e-6 * np.random.default_rng(seed).normal(size=scores.shape)


def same_answer(problem: Problem) -> Any:
    """Return the score of the same answer for every row."""
    targets = problem.targets
    if problem.kind in {"regression", "ranking"}:
        return float(np.mean(targets))
    if problem.kind == "multi-class":
        shares = (np.bincount(targets, minlength=len(problem.classes)) + 1) / (len(targets) + len(problem.classes))
        return np.log(shares)
    shares = np.clip(np.mean(targets, axis=0), 1e-6, 1 - 1e-6)
    return np.log(shares / (1 - shares))


def finite(scores: Floats) -> Floats:
    """Return scores without what is no number, which an estimator gives for rows that it cannot tell."""
    return np.nan_to_num(scores, nan=0.0, posinf=1e6, neginf=-1e6)


def within_one_error(trials: Sequence[Trial]) -> Trial:
    """Return the best of the cheapest trials whose worth lies within one standard error of the best of all."""
    best = max(trials, key=lambda each: each.worth)
    near = [each for each in trials if each.worth >= best.worth - best.error]
    limit = ALIKE * min(each.price for each in near)
    return max((each for each in near if each.price <= limit), key=lambda each: each.worth)


def _of_one_fold(trial: Trial) -> float:
    """Return how much one fold of a trial varies."""
    return math.sqrt(INNER) * max(trial.error, 1e-9)


def _behind(best: dict[str, Trial], dumb: float, kept: float) -> dict[str, str]:
    leader = max(best.values(), key=lambda each: each.worth)
    gain = max(leader.worth - dumb, 1e-9)
    return {
        name: "behind"
        for name, each in best.items()
        if each.worth - dumb < kept * gain and each.worth < leader.worth - 2 * max(leader.error, each.error)
    }


def _is_hopeless(name: str, trials: Sequence[Trial], dumb: float) -> bool:
    """Say whether what a candidate scored with its usual setting lies too far behind for others to be tried."""
    best = {each.name: each for each in sorted(trials, key=lambda each: each.worth)}
    return name in best and name in _behind(best, dumb, _HOPELESS)


def _is_perfect(name: str, trials: Sequence[Trial], metric: Metric) -> bool:
    """Say whether a candidate before this one leaves nothing to gain."""
    return not metric.is_loss and any(each.worth >= 1 - 1e-9 and each.name != name for each in trials)


def _too_dear(best: dict[str, Trial], gone: dict[str, str], growth: float, deadline: float) -> dict[str, str]:
    """Return what would not end in time on all rows, the dearest for its gain first; the best stays."""
    if math.isinf(deadline):
        return {}
    order = sorted((each for name, each in best.items() if name not in gone), key=lambda each: -each.worth)
    free, found = max(0.0, deadline - time.monotonic()), {}
    for place, each in enumerate(order):
        wanted = 2.0 * each.seconds * growth  # the rounds to come together
        if wanted > free and place:
            found[each.name] = "time"
        else:
            free -= wanted
    return found


def _going_on(
    trials: Sequence[Trial], candidates: Sequence[Candidate], gone: dict[str, str], kept: float
) -> list[tuple[Candidate, Setting]]:
    """Return the better settings of the candidates that stay, those of the best candidate first."""
    by_name = {each.name: each for each in candidates}
    found: list[tuple[float, Candidate, Setting]] = []
    for name in {each.name for each in trials} - set(gone):
        own = sorted((each for each in trials if each.name == name), key=lambda each: -each.worth)
        count = max(1, math.ceil(kept * len(own)))
        found += [(own[0].worth, by_name[name], each.setting) for each in own[:count]]
    found.sort(key=lambda each: (-each[0], each[1].name))
    return [(candidate, setting) for _, candidate, setting in found]


def scaled(trial: Trial, rows: int) -> Trial:
    """Return a trial with its price for so many rows."""
    return replace(trial, price=trial.price * rows / max(1, trial.rows))
