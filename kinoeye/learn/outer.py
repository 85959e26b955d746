"""Outer: one outer fold: halving inside the rows to learn from, then its finalists on rows that none has seen.

What a fold gave can be written down and read again, so that choosing can be stopped and goes on where it was.
"""

import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import Candidate, Setting
from kinoeye.learn.costs import Cost, Memory, bytes_in, spent
from kinoeye.learn.halving import Halved, Judge, Stopped, Trial, finite, halved, same_answer, within_one_error
from kinoeye.learn.problems import Problem
from kinoeye.learn.views import Material, Views

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Result:
    """A finalist on the rows that were held out.

    Parameters
    ----------
    setting : mapping
    inner : float
        Its worth inside the rows to learn from.
    scores, chances : float64 [held] or [held, classes]
    answers : [held] or [held, classes]
    cost : Cost
    """

    setting: Setting
    inner: float
    scores: Floats
    chances: Floats
    answers: Any
    cost: Cost


@dataclass(frozen=True)
class OuterFold:
    """What one outer fold gave.

    Parameters
    ----------
    held : int64 [held]
        Places of the rows that were held out.
    results : mapping of candidate to Result
    picked : str
        What the rows to learn from alone would have picked.
    stopped : tuple of Stopped
    dumb : float64 [held] or [held, classes]
        Scores of an answer that is always the same.
    seconds : CPU seconds
    """

    held: npt.NDArray[np.int64]
    results: Mapping[str, Result]
    picked: str
    stopped: tuple[Stopped, ...]
    dumb: Floats
    seconds: float


def outer_fold(
    material: Material,
    fold: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
    candidates: Sequence[Candidate],
    judge: Judge,
    memory: Memory,
) -> OuterFold:
    """Choose inside the rows to learn from, and answer for those that are held out."""
    learnt, held = fold
    with spent() as whole:
        views = Views(material.take(learnt), material.take(held))
        found = halved(views.learnt, candidates, judge)
        by_name = {each.name: each for each in candidates}
        results = {each.name: finalist(views, by_name[each.name], each, judge.seed, memory) for each in found.finalists}
        same = same_answer(views.learnt.problem)
        dumb = np.broadcast_to(same, (len(held), *np.shape(same))).astype(np.float64)
    return OuterFold(held, results, within_one_error(_on_all(found)).name, found.stopped, dumb, whole.seconds)


def finalist(views: Views, candidate: Candidate, trial: Trial, seed: int, memory: Memory) -> Result:
    """Learn from all rows of a fold, and answer for those that are held out."""
    kind, rows = views.learnt.problem.kind, max(1, len(views.held))
    features, given = views.features(candidate.view)
    more = views.seconds(candidate.view)
    estimator = candidate.make(kind, trial.setting, seed)
    memory.reset()
    before = memory.peak()
    with spent() as training:
        estimator.fit(features, views.learnt.problem)
    most = max(0.0, memory.peak() - before)
    with spent() as answering:
        scores = finite(estimator.scores(given))
    chances = trial.calibration.chances(kind, scores)
    cost = Cost(training.seconds + more[0], (answering.seconds + more[1]) / rows, most, bytes_in(estimator))
    return Result(trial.setting, trial.worth, scores, chances, trial.calibration.answers(kind, chances), cost)


def _on_all(found: Halved) -> tuple[Trial, ...]:
    """Return the finalists that were scored with the most rows."""
    most = max(each.rows for each in found.finalists)
    return tuple(each for each in found.finalists if each.rows == most)


def written(fold: OuterFold) -> bytes:
    """Return what a fold gave as arrays and JSON, without code."""
    arrays: dict[str, Any] = {"held": fold.held, "dumb": fold.dumb}
    results = {}
    for number, (name, each) in enumerate(fold.results.items()):
        arrays |= {f"scores{number}": each.scores, f"chances{number}": each.chances, f"answers{number}": each.answers}
        results[name] = {"setting": dict(each.setting), "inner": each.inner, "cost": asdict(each.cost)}
    facts = {"picked": fold.picked, "seconds": fold.seconds, "results": results,
             "stopped": [asdict(each) for each in fold.stopped]}  # fmt: skip
    arrays["facts"] = np.frombuffer(json.dumps(facts).encode(), np.uint8)
    file = io.BytesIO()
    np.savez_compressed(file, **arrays)
    return file.getvalue()


def read(data: bytes) -> OuterFold:
    """Return what `written` wrote.

    Raises
    ------
    ValueError, KeyError, OSError
        If it is damaged.
    """
    with np.load(io.BytesIO(data), allow_pickle=False) as arrays:
        facts = json.loads(arrays["facts"].tobytes())
        results = {
            name: Result(each["setting"], each["inner"], arrays[f"scores{number}"], arrays[f"chances{number}"],
                         arrays[f"answers{number}"], Cost(**each["cost"]))
            for number, (name, each) in enumerate(facts["results"].items())
        }  # fmt: skip
        stopped = tuple(Stopped(**each) for each in facts["stopped"])
        return OuterFold(arrays["held"], results, facts["picked"], stopped, arrays["dumb"], facts["seconds"])


def answers_of(calibration: Calibration, problem: Problem, scores: Floats) -> tuple[Floats, Any]:
    """Return chances and answers of scores."""
    chances = calibration.chances(problem.kind, scores)
    return chances, calibration.answers(problem.kind, chances)
