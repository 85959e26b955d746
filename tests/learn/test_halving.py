"""Halving: what a first fold says."""

import numpy as np
import pytest

from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import Candidate, situation_of
from kinoeye.learn.features import framed
from kinoeye.learn.halving import Bar, Judge, Round, Trial, halved
from kinoeye.learn.known import known
from kinoeye.learn.measures import metric_of
from kinoeye.learn.problems import Problem, problem_of
from kinoeye.learn.said import said
from kinoeye.learn.table_columns import Column
from kinoeye.learn.views import Material


def trial(name: str = "linear", *, worth: float = 0.8, error: float = 0.01, seconds: float = 1.0) -> Trial:
    return Trial(name, {}, 300, worth, error, 1.0, seconds, Calibration(), worth)


def test_a_first_fold_far_behind_misses_whatever_it_costs() -> None:
    bar = Bar(best=trial(), dumb=0.2, is_last=False)
    assert bar.is_missed(0.5, 0.001)
    assert not bar.is_missed(0.7, 0.001)


def test_a_dear_way_misses_where_it_is_clearly_behind_on_all_rows() -> None:
    bar = Bar(best=trial(), dumb=0.2)
    assert bar.is_missed(0.75, 1.0)
    assert not bar.is_missed(0.75, 0.1)
    assert not bar.is_missed(0.78, 1.0)
    assert bar.is_missed(0.78, 5.0)
    assert not bar.is_missed(0.8, 500.0)
    assert not Bar(best=trial(), dumb=0.2, is_last=False).is_missed(0.75, 5.0)


def test_a_setting_is_held_against_the_best_of_its_own() -> None:
    bar = Bar.of("linear", [trial(worth=0.7), trial(), trial("forest", worth=0.9)], 0.2, is_last=True)
    assert (bar.own, bar.best) == (trial(), trial("forest", worth=0.9))
    assert bar.is_missed(0.78, 0.001)
    assert not Bar().is_missed(0.0, 100.0)


def material(rows: int = 240) -> Material:
    chance = np.random.default_rng(4)
    value = chance.normal(size=rows)
    labels = ["one" if each > 0 else "other" for each in value]
    columns = (Column("value", "number"),)
    return Material(problem_of(labels, "label"), framed(columns, {"value": value.tolist()}))


class Guess:
    """Answers by chance, and counts how often it is asked to learn."""

    learnt = 0

    def fit(self, features: object, problem: Problem) -> None:
        Guess.learnt += 1

    def scores(self, features: np.ndarray) -> np.ndarray:
        return np.random.default_rng(1).normal(size=len(features))

    def dump(self) -> bytes:
        return b""


def test_what_answers_by_chance_learns_once_and_is_told_as_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    given = material()
    situation = situation_of(given.problem, ["number"])
    linear = next(each for each in known(situation) if each.name == "linear SVM")
    guess = Candidate("guess", "narrow", ({"a": 1}, {"a": 2}), lambda _: (True, said("in_linear")),
                      lambda kind, setting, seed: Guess(), lambda kind, data: Guess())  # fmt: skip
    monkeypatch.setattr(Guess, "learnt", 0)
    found = halved(given, [linear, guess], Judge(metric_of("binary")))
    assert [each.name for each in found.finalists] == ["linear SVM"]
    assert [(each.name, each.reason) for each in found.stopped] == [("guess", "behind")]
    assert Guess.learnt == 1
    alone = Round(given, Judge(metric_of("binary"))).trial(guess, {"a": 1})
    assert isinstance(alone, Trial)
    assert Guess.learnt == 4
