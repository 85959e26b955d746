"""Choice: what was tried, what each scored and cost, what was picked, and why."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.calibration import Calibration
from kinoeye.learn.candidates import Setting
from kinoeye.learn.costs import Cost
from kinoeye.learn.measures import Judged
from kinoeye.learn.problems import Problem
from kinoeye.learn.said import Said

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tried:
    """One candidate.

    Parameters
    ----------
    name : str
    is_in : bool
        Whether it was tried.
    reason : Said
        Why, or why not.
    setting : mapping
        The best of its settings; empty where it was not tried to the end.
    score : Judged or None
        On rows that were held out; None where it was not tried to the end.
    cost : Cost or None
    stopped : Said or None
        Why it went no further.
    """

    name: str
    is_in: bool
    reason: Said
    setting: Setting = field(default_factory=dict)
    score: Judged | None = None
    cost: Cost | None = None
    stopped: Said | None = None


@dataclass(frozen=True)
class Answered:
    """What one candidate answered for the rows that were held out.

    Parameters
    ----------
    problem : Problem
        Those rows, and what is right for them.
    chances : float64 [n] or [n, classes]
    answers : [n] or [n, classes]
    """

    problem: Problem
    chances: Floats
    answers: Any


@dataclass(frozen=True)
class Choice:
    """What was chosen.

    Parameters
    ----------
    metric : str
    tried : tuple of Tried
        The best score first, then those that were not tried to the end.
    dumb : Judged
        An answer that is always the same.
    picked : str
        Empty where nothing beats that.
    setting : mapping
        Of what was picked.
    score : Judged
        Of the whole way of choosing: in every fold, what the rows to learn from alone would have picked, on the rows
        that were held out. It is no better for having been picked.
    calibration : Calibration
        Of what was picked.
    answered : Answered
        By what was picked, or by the best.
    folds, planned : int
        Outer folds that were done, and meant.
    is_in_time : bool
        Whether later rows were held out.
    why : tuple of Said
    seconds : CPU seconds
    """

    metric: str
    tried: tuple[Tried, ...]
    dumb: Judged
    picked: str
    setting: Setting
    score: Judged
    calibration: Calibration
    answered: Answered
    folds: int
    planned: int
    is_in_time: bool
    why: tuple[Said, ...]
    seconds: float
