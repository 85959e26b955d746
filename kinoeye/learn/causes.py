"""Causes: which features go with leaving more than chance, how much, how surely; and a placebo that must find nothing.

An effect is the hazard's: all features at once, the place in the film and the state of playback held (hazards). How
sure it is comes from three sides, of which the widest counts: chance of leavings alone, the same features at wrong
times (shifting), and other viewers or stretches of film (bootstrap). A feature that held five times has five pieces,
not five hundred seconds, and as many gaps, so its chance is Student's, as of two samples of so many. What is called
found is corrected for all that was looked at (Benjamini and Hochberg).

The placebo does the whole of it again with all features shifted together to wrong times, some times over.

Source: Benjamini & Hochberg, J. Royal Statistical Society B 57(1), 1995.
"""

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.hazards import Exposed, Fit, fit, resampled
from kinoeye.learn.shifting import shifted, turned

Floats = npt.NDArray[np.float64]

LEVEL = 0.95


@dataclass(frozen=True)
class Looking:
    """How causes are looked for.

    Parameters
    ----------
    sure : 0..1
        Share of false ones among those found that is borne.
    draws : int
        Of the bootstrap, and shifts of each feature.
    placebos : int
        Times that everything is done again with wrong times.
    block_s, least_s : seconds
        How long a block is; by how much a shift shifts at least.
    least : float
        Least change of the hazard that is worth telling.
    has_states : bool
        Whether states of playback are held.
    seed : int
    """

    sure: float = 0.05
    draws: int = 400
    placebos: int = 20
    block_s: int = 60
    least_s: int = 30
    least: float = 0.01
    has_states: bool = True
    seed: int = 0


@dataclass(frozen=True)
class Cause:
    """How a feature goes with leaving.

    Parameters
    ----------
    effect, low, high : float
        How much oftener viewers leave while it holds, 0.2 a fifth; and its 95 % interval.
    chance : 0..1
        That it is nothing, corrected for all that was looked at.
    placebo : 0..1
        How often it seems to matter as much at wrong times; NaN where films are too short to say.
    pieces : int
        How often it begins to hold.
    is_found : bool
    """

    effect: float
    low: float
    high: float
    chance: float
    placebo: float
    pieces: int
    is_found: bool


@dataclass(frozen=True)
class Causes:
    """What goes with leaving.

    Parameters
    ----------
    causes : sequence of Cause
        One a feature.
    fit : Fit
    false_alarms : float
        Of the runs at wrong times, how many found anything; NaN if there were none.
    found_at_wrong_times : int
        How many causes those runs found in all.
    """

    causes: Sequence[Cause]
    fit: Fit
    false_alarms: float
    found_at_wrong_times: int


def causes(films: Sequence[Exposed], pieces: Sequence[int], looking: Looking | None = None) -> Causes:
    """Look for causes of leaving.

    Parameters
    ----------
    films : sequence of Exposed
        Somebody must have been there, and somebody left.
    pieces : sequence of int
        How often each feature begins to hold.
    looking : Looking or None
    """
    looking = looking or Looking()
    random = np.random.default_rng([looking.seed, 41])
    real, found = _once(films, pieces, looking, random, None)
    alarms = []
    for _ in range(looking.placebos):
        wrong = turned([film.features for film in films], least_s=looking.least_s, random=random)
        placebo = [replace(film, features=each) for film, each in zip(films, wrong, strict=True)]
        told, _fit = _once(placebo, pieces, replace(looking, draws=max(60, looking.draws // 4)), random, found)
        alarms.append(sum(each.is_found for each in told))
    rate = float(np.mean([each > 0 for each in alarms])) if alarms else math.nan
    return Causes(real, found, rate, sum(alarms))


def rejected(chances: Sequence[float]) -> list[float]:
    """Return chances as Benjamini and Hochberg correct them; NaN stays, and counts for nothing.

    >>> [round(each, 3) for each in rejected([0.01, 0.5, float("nan"), 0.02])]
    [0.03, 0.5, nan, 0.03]
    """
    asked = sorted(((chance, place) for place, chance in enumerate(chances) if not math.isnan(chance)), reverse=True)
    out, least = [math.nan] * len(chances), 1.0
    for rank, (chance, place) in enumerate(asked):
        least = min(least, chance * len(asked) / (len(asked) - rank))
        out[place] = least
    return out


def _once(
    films: Sequence[Exposed], pieces: Sequence[int], looking: Looking, random: np.random.Generator, start: Fit | None
) -> tuple[list[Cause], Fit]:
    found = fit(films, has_states=looking.has_states, start=start)
    if not len(found.effects):
        return [], found
    moved = shifted(found, [len(film) for film in films], draws=looking.draws, least_s=looking.least_s, random=random)
    drawn = resampled(films, found, block_s=looking.block_s, draws=looking.draws, random=random)
    # One feature's shifts may fall luckily: none is surer than the films' features are in the middle.
    chance_alone = found.errors * np.maximum(np.maximum(1.0, float(np.median(moved.spread))), moved.spread)
    errors = np.maximum(chance_alone, np.maximum(drawn[0].std(0), drawn[1].std(0)))
    freedom = np.maximum(1, 2 * np.array(pieces) - 2)
    special = importlib.import_module("scipy.special")
    t = np.abs(found.effects) / np.maximum(errors, 1e-12)
    alone = 2 * special.stdtr(freedom, -t)
    corrected = rejected(alone.tolist())
    reach = special.stdtrit(freedom, (1 + LEVEL) / 2) * errors
    return [_cause(found.effects[n], reach[n], corrected[n], moved.chance[n], pieces[n], looking)
            for n in range(len(pieces))], found  # fmt: skip


def _cause(effect: Any, reach: Any, chance: float, placebo: Any, pieces: int, looking: Looking) -> Cause:
    worth = abs(math.expm1(min(50.0, float(effect)))) >= looking.least
    low, high = (math.expm1(min(50.0, float(each))) for each in (effect - reach, effect + reach))
    return Cause(math.expm1(min(50.0, float(effect))), low, high, chance, float(placebo), int(pieces),
                 chance < looking.sure and worth)  # fmt: skip
