"""Candidates: the ways of learning that are tried, each with the settings it may have and the rule that lets it in.

**How another way of learning enters** (a network on texts or pictures, a fine-tuned embedding): a module named in
`EXTRA` has a function ``candidates() -> Sequence[Candidate]``. It is asked only where the library that it names is
installed; otherwise its candidates are told as left out. A `Candidate` of its own gives

- ``view``: ``wide`` (scipy CSR), ``narrow`` (float32 array), or ``raw``: then features are the `features.Frame` itself,
  with texts in ``frame.texts`` and pictures (paths or bytes) in ``frame.cells``;
- ``make(kind, setting, seed)``: a new `Estimator`, which fits, scores, and writes itself as bytes;
- ``load(kind, data)``: the estimator those bytes are, without running any code that stands in them.

Scores are higher the likelier: of two classes [n], of several classes or labels [n, classes], of numbers the number
itself. Calibration, thresholds, folds and costs are the same for all and no business of a candidate.
"""

import importlib
import importlib.util
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from kinoeye.learn.problems import Problem
from kinoeye.learn.said import Said, said

EXTRA: tuple[tuple[str, str], ...] = (("kinoeye.learn.networks_candidates", "keras"),)

Setting = Mapping[str, Any]
Floats = npt.NDArray[np.float64]


class Estimator(Protocol):
    """What a candidate makes."""

    def fit(self, features: Any, problem: Problem) -> None:
        """Learn from rows and what is right for them."""

    def scores(self, features: Any) -> Floats:
        """Return scores, [n] or [n, classes]."""

    def dump(self) -> bytes:
        """Return what was learnt, without code."""


@dataclass(frozen=True)
class Situation:
    """What the rules look at.

    Parameters
    ----------
    kind : of problems
    rows, classes : int
        Classes are 0 for numbers.
    texts, numbers, pictures : int
        How many columns there are of texts (short ones too), of numbers, dates and vectors, and of pictures.
    rarest : float, 0..1
        Share of rows that have the rarest class.
    """

    kind: str
    rows: int
    classes: int
    texts: int
    numbers: int
    pictures: int
    rarest: float


@dataclass(frozen=True)
class Candidate:
    """A way of learning.

    Parameters
    ----------
    name : str
    view : wide, narrow or raw
    settings : tuple of mappings
        Those it may have, what usually does well first: where that falls far behind, the others are not tried.
    rule : callable
        Situation to whether it is tried, and why.
    make : callable
        Kind, setting and seed to a new Estimator.
    load : callable
        Kind and what `Estimator.dump` returned to an Estimator.
    """

    name: str
    view: str
    settings: tuple[Setting, ...]
    rule: Callable[[Situation], tuple[bool, Said]]
    make: Callable[[str, Setting, int], Estimator]
    load: Callable[[str, bytes], Estimator]


@dataclass(frozen=True)
class Considered:
    """A candidate, whether it is tried, and why."""

    name: str
    candidate: Candidate | None
    is_in: bool
    reason: Said


def situation_of(problem: Problem, kinds: Sequence[str]) -> Situation:
    """Return what the rules look at.

    Parameters
    ----------
    problem : Problem
    kinds : sequence of str
        Of the columns.
    """
    rarest = 1.0
    if problem.kind == "multi-label":
        rarest = float(problem.targets.mean(axis=0).min())
    elif problem.is_classed:
        rarest = float(np.bincount(problem.targets).min() / len(problem))
    return Situation(
        problem.kind, len(problem), len(problem.classes), sum(each in {"text", "short text"} for each in kinds),
        sum(each in {"number", "date", "vector"} for each in kinds), sum(each == "picture" for each in kinds), rarest,
    )  # fmt: skip


def considered(situation: Situation, known: Sequence[Candidate]) -> list[Considered]:
    """Return every candidate with whether it is tried, and why; those of `EXTRA` too."""
    found = [Considered(each.name, each, *each.rule(situation)) for each in known]
    for module, library in EXTRA:
        if importlib.util.find_spec(module) is None:
            continue
        if importlib.util.find_spec(library) is None:
            found.append(Considered("networks", None, False, said("out_not_installed", library=library)))
            continue
        more: Sequence[Candidate] = importlib.import_module(module).candidates()
        found += [Considered(each.name, each, *each.rule(situation)) for each in more]
    return found
