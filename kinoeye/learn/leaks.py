"""Leaks: what makes a score look better than it will be in use.

The label's own words inside the text, a column that gives the label away by itself, rows that come twice, a time that
is not respected. Each is a sentence, with the score as it is with it and without.

Source: Kaufman et al., "Leakage in data mining", ACM TKDD 6(4), 2012.
"""

import importlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.candidates import Candidate, Setting
from kinoeye.learn.features import Encoder, Frame
from kinoeye.learn.folds import folds
from kinoeye.learn.grams import LETTER_MARK, Counts, words
from kinoeye.learn.halving import Judge, Round, Trial
from kinoeye.learn.measures import Metric
from kinoeye.learn.problems import Problem
from kinoeye.learn.said import Said, said
from kinoeye.learn.views import Material

_TELLING = 0.15  # of the rows with a label name it in the text …
_TIMES = 3.0  # … and so many times as often as rows without it
_GIVES_AWAY = 0.97  # of a perfect answer by one column alone
_LEAST_WORD = 3


@dataclass(frozen=True)
class Leak:
    """Something that makes the score look better than it is.

    Parameters
    ----------
    kind : words, column, doubles or time
    sentence : Said
    before, after : float
        The metric with it and without.
    is_mended : bool
        Whether the score that is told is already without.
    """

    kind: str
    sentence: Said
    before: float
    after: float
    is_mended: bool


@dataclass(frozen=True)
class Search:
    """What leaks are looked for with: what was picked, and how it is judged."""

    candidate: Candidate
    setting: Setting
    metric: Metric

    def score(self, material: Material) -> float:
        """Return the metric by one round of folds."""
        trial = Round(material, Judge(self.metric)).trial(self.candidate, self.setting)
        assert isinstance(trial, Trial)  # no bar was set
        return -trial.worth if self.metric.is_loss else trial.worth


def leaks(
    material: Material, search: Search, *, ungrouped: Material, days: Mapping[str, npt.NDArray[np.float64]]
) -> list[Leak]:
    """Look for what makes the score look better than it is.

    Parameters
    ----------
    material : Material
        As it was learnt from, doubles kept together.
    search : Search
    ungrouped : Material
        The same rows, bound together only as the user said.
    days : mapping of column to float64 [n]
        Columns of dates; looked at where no time was given.
    """
    found: list[Leak] = []
    base: list[float] = []

    def now() -> float:
        if not base:
            base.append(search.score(material))
        return base[0]

    own = label_words(material.problem, material.frame)
    if own:
        masked = replace(
            material, frame=without_words(material.frame, {word for each in own.values() for word in each})
        )
        shown = ", ".join(f"{word} ({label})" for label, each in list(own.items())[:5] for word in each[:1])
        found.append(Leak("words", said("leak_words", count=len(own), some=shown), now(), search.score(masked), False))
    for column in telling_columns(material):
        rest = [each.name for each in material.frame.columns if each.name != column]
        if not rest:
            found.append(Leak("column", said("leak_only_column", column=column), now(), float("nan"), False))
            continue
        after = search.score(replace(material, frame=material.frame.only(rest)))
        found.append(Leak("column", said("leak_column", column=column), now(), after, False))
    if material.groups is not None and _is_apart(material.groups, ungrouped.groups):
        count = len(material) - len(np.unique(material.groups))
        found.append(Leak("doubles", said("leak_doubles", count=count), search.score(ungrouped), now(), True))
    if material.times is None and material.problem.queries is None:
        found += _of_time(material, search, days, now)
    return found


def label_words(problem: Problem, frame: Frame) -> dict[str, list[str]]:
    """Return of each class the words of its name that its own texts have far oftener than others."""
    counts = [frame.cells[each.name] for each in frame.columns if isinstance(frame.cells[each.name], Counts)]
    if not counts or not problem.is_classed:
        return {}
    right = problem.targets if problem.kind == "multi-label" else np.eye(len(problem.classes))[problem.targets]
    found: dict[str, list[str]] = {}
    for place, label in enumerate(problem.classes):
        has = right[:, place] == 1
        for word in dict.fromkeys(each for each in words(label) if len(each) >= _LEAST_WORD or not each.isascii()):
            named = np.zeros(len(problem), bool)
            for each in counts:
                named |= _has_word(each, word)
            inside, outside = float(named[has].mean()), float(named[~has].mean())
            if inside >= _TELLING and inside >= _TIMES * outside:
                found.setdefault(label, []).append(word)
    return found


def without_words(frame: Frame, gone: set[str]) -> Frame:
    """Return rows whose texts lack some words, and every gram that holds one."""
    parts = re.compile("|".join(sorted(map(re.escape, gone)))) if gone else None
    cells = dict(frame.cells)
    for name, each in cells.items():
        if isinstance(each, Counts) and parts is not None:
            lost = [_is_of_letters(gram, gone) if gram.startswith(LETTER_MARK) else parts.search(gram) is not None
                    for gram in each.grams]  # fmt: skip
            kept = [place for place, is_lost in enumerate(lost) if not is_lost]
            cells[name] = Counts(each.matrix[:, kept].tocsr(), tuple(each.grams[place] for place in kept), each.least)
    return replace(frame, cells=cells)


def _is_of_letters(gram: str, gone: set[str]) -> bool:
    """Say whether a run of letters stands in one of some words."""
    return any(gram.removeprefix(LETTER_MARK) in f"<{word}>" for word in gone)


def telling_columns(material: Material) -> list[str]:
    """Return the columns, texts and vectors aside, that give the label away by themselves."""
    problem, found = material.problem, []
    if problem.kind in {"multi-label", "ranking"}:
        return []
    trees = importlib.import_module("sklearn.tree")
    for column in material.frame.columns:
        if column.kind not in {"number", "date", "category", "list"}:
            continue
        block = Encoder(material.frame.only([column.name])).narrow(material.frame.only([column.name]))
        rights: list[Any] = []
        told: list[Any] = []
        for learnt, held in folds(problem, 3, groups=material.groups, seed=1):
            make = trees.DecisionTreeClassifier if problem.is_classed else trees.DecisionTreeRegressor
            leaves = max(64, 4 * len(problem.classes))
            tree = make(max_leaf_nodes=leaves, random_state=1).fit(block[learnt], problem.targets[learnt])
            rights.append(problem.targets[held])
            told.append(tree.predict(block[held]))
        if _is_away(problem, np.concatenate(rights), np.concatenate(told)):
            found.append(column.name)
    return found


def _is_away(problem: Problem, right: npt.NDArray[Any], told: npt.NDArray[Any]) -> bool:
    if problem.is_classed:
        common = float(np.bincount(right).max() / len(right))
        share = (float((right == told).mean()) - common) / max(1e-9, 1 - common)
    else:
        share = 1 - float(np.var(right - told) / max(float(np.var(right)), 1e-12))
    return share >= _GIVES_AWAY


def _has_word(counts: Counts, word: str) -> npt.NDArray[np.bool_]:
    places = [place for place, gram in enumerate(counts.grams) if gram == word]
    if not places:
        return np.zeros(len(counts), bool)
    return np.asarray(counts.matrix[:, places[0]].toarray().ravel() > 0, bool)


def _is_apart(groups: npt.NDArray[np.int64], others: npt.NDArray[np.int64] | None) -> bool:
    """Say whether doubles bind rows that the user's own groups do not."""
    count = len(groups) if others is None else len(np.unique(others))
    return len(np.unique(groups)) < count


def _of_time(
    material: Material, search: Search, days: Mapping[str, npt.NDArray[np.float64]], now: Any
) -> Sequence[Leak]:
    found = []
    for column, times in list(days.items())[:1]:
        if np.isfinite(times).mean() > 0.9 and len(np.unique(times)) >= 20:
            later = search.score(replace(material, times=times))
            found.append(Leak("time", said("leak_time", column=column), now(), later, False))
    return found
