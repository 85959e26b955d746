"""Forecasting: a series of days or weeks continued, with what is usual in a season, and how sure that is.

Ways to continue it are a season repeated, the mean of the last seasons, and exponential smoothing with a damped trend.
Which one is taken, and how wide the intervals are, is told by continuing the series from earlier days on and looking at
what came; the last of these days choose nothing and are what is reported.

Source: Gardner & McKenzie, Management Science 31, 1985 (damped trend); Hyndman & Athanasopoulos, "Forecasting", 3rd
ed., 5.8-5.10 (seasonal naive, rolling origin), 8.3 (Holt-Winters).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError

Floats = npt.NDArray[np.float64]
Way = Callable[[Floats, int, int], Floats]

NAIVE = "season before"
_DAMPED = 0.9
_RATES = tuple(product((0.05, 0.15, 0.35, 0.6), (0.0, 0.05, 0.15), (0.05, 0.2, 0.4)))
_MEANT = 4  # seasons


@dataclass(frozen=True)
class Forecast:
    """A series continued.

    Parameters
    ----------
    way : str
        How.
    values, low, high : float64 [ahead]
    naive : float64 [ahead]
        The last season again.
    error, naive_error : float
        Mean absolute error of both, on days that chose nothing.
    covered : 0..1
        Share of these days that lay within their interval.
    tested : int
        How many days that were.
    """

    way: str
    values: Floats
    low: Floats
    high: Floats
    naive: Floats
    error: float
    naive_error: float
    covered: float
    tested: int


def forecast(series: Floats, *, season: int, ahead: int, level: float = 0.9) -> Forecast:
    """Continue a series.

    Parameters
    ----------
    series : float64 [n], not negative
    season : int
        Days after which the same is usual again.
    ahead : int
        Days to continue it by.
    level : 0..1
        Share of days that shall lie within their interval.

    Raises
    ------
    InputError
        If the series is shorter than four seasons and twice `ahead`.
    """
    series = np.asarray(series, np.float64)
    least = max(4 * season, 2 * season + 2 * ahead)
    if len(series) < least:
        raise InputError(f"forecast: a series must have at least {least} days, got {len(series)}")
    # The last part chooses nothing; the part before it chooses.
    tested = len(series) - ahead
    first = max(2 * season, tested - 6 * season - ahead)
    chosen, spread = _choose(series[:tested], range(first, tested - ahead + 1), season, ahead, level)
    told, naive = (way(series[:tested], season, ahead) for way in (_WAYS[chosen], _WAYS[NAIVE]))
    came = series[tested:]
    inside = np.abs(came - told) <= spread
    ends = range(max(2 * season, len(series) - 7 * season - ahead), len(series) - ahead + 1)
    way, width = _choose(series, ends, season, ahead, level)
    values = _WAYS[way](series, season, ahead)
    return Forecast(
        way, values, np.maximum(0, values - width), values + width, _WAYS[NAIVE](series, season, ahead),
        float(np.abs(came - told).mean()), float(np.abs(came - naive).mean()), float(inside.mean()), len(came),
    )  # fmt: skip


def _choose(series: Floats, ends: range, season: int, ahead: int, level: float) -> tuple[str, Floats]:
    """Return the way that would have been nearest before, and how far off it was, day by day ahead."""
    off = {
        name: np.array([np.abs(series[end : end + ahead] - way(series[:end], season, ahead)) for end in ends])
        for name, way in _WAYS.items()
    }
    best = min(off, key=lambda name: (off[name].mean(), name))
    # Few earlier days give few differences: neighbours ahead share theirs, and the share counts the one to come, too.
    share = min(1.0, level * (1 + 1 / max(1, len(ends))))
    width = [
        float(np.quantile(off[best][:, max(0, day - season // 2) : day + season // 2 + 1], share))
        for day in range(ahead)
    ]
    return best, np.maximum.accumulate(np.array(width))


def _naive(series: Floats, season: int, ahead: int) -> Floats:
    return np.resize(series[-season:], ahead)


def _mean(series: Floats, season: int, ahead: int) -> Floats:
    seasons = min(_MEANT, len(series) // season)
    return np.resize(series[-seasons * season :].reshape(seasons, season).mean(axis=0), ahead)


def _smoothed(series: Floats, season: int, ahead: int) -> Floats:
    """Continue by the rates that fit best one day ahead."""
    rates = np.array(_RATES)
    level = np.full(len(rates), series[:season].mean())
    trend = np.zeros(len(rates))
    usual = np.repeat((series[:season] - series[:season].mean())[None], len(rates), axis=0)
    off = np.zeros(len(rates))
    alpha, beta, gamma = rates.T
    for day in range(season, len(series)):
        place = day % season
        told = level + _DAMPED * trend + usual[:, place]
        off += np.abs(series[day] - told)
        new = alpha * (series[day] - usual[:, place]) + (1 - alpha) * (level + _DAMPED * trend)
        trend = beta * (new - level) + (1 - beta) * _DAMPED * trend
        usual[:, place] = gamma * (series[day] - new) + (1 - gamma) * usual[:, place]
        level = new
    best = int(off.argmin())
    steps = np.cumsum(_DAMPED ** np.arange(1, ahead + 1))
    places = (len(series) + np.arange(ahead)) % season
    ahead_of: Floats = np.maximum(0.0, level[best] + trend[best] * steps + usual[best, places])
    return ahead_of


_WAYS: Mapping[str, Way] = {NAIVE: _naive, "mean of seasons": _mean, "smoothed, damped trend": _smoothed}
