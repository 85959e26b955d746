"""Intervals: how far a figure may lie from what it stands for, and whether a difference is more than chance.

Source: Fisher, "On the probable error of a coefficient of correlation", Metron 1, 1921; Bonett & Wright, "Sample size
requirements for estimating Pearson, Kendall and Spearman correlations", Psychometrika 65, 2000; Welch, "The
generalization of Student's problem", Biometrika 34, 1947; Holm, "A simple sequentially rejective multiple test
procedure", Scandinavian J. Statistics 6, 1979; Hettmansperger & Sheather, "Confidence intervals based on interpolated
order statistics", Statistics & Probability Letters 4, 1986; Bayley & Hammersley, "The effective number of independent
observations in an autocorrelated time series", Supplement to the J. Royal Statistical Society 8, 1946.
"""

import importlib
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

LEVEL = 0.95
_FEWEST_YEARS = 5


@dataclass(frozen=True)
class Sample:
    """What is known of numbers that were drawn: how many, their mean and variance (of the sample)."""

    n: int
    mean: float
    variance: float

    def without(self, part: "Sample") -> "Sample":
        """Return what is known of the rest when a part is taken out."""
        n = self.n - part.n
        if n < 1:
            return Sample(0, math.nan, math.nan)
        mean = (self.n * self.mean - part.n * part.mean) / n
        if n < 2:
            return Sample(n, mean, math.nan)
        squares = self._squares() - part._squares() - part.n * n / self.n * (part.mean - mean) ** 2
        return Sample(n, mean, max(0.0, squares / (n - 1)))

    def _squares(self) -> float:
        return self.variance * (self.n - 1) if self.n > 1 else 0.0


@dataclass(frozen=True)
class Figure:
    """A figure with its interval and how likely chance alone makes one as far from nothing.

    Parameters
    ----------
    value, low, high : float
        NaN where nothing can be said.
    chance : 0..1
        NaN where nothing was asked.
    """

    value: float
    low: float
    high: float
    chance: float = math.nan


@dataclass(frozen=True)
class Trend:
    """How a yearly figure goes.

    Parameters
    ----------
    slope : Figure
        Change a year.
    years : int64 [n]
    line, low, high : float64 [n]
        The straight line through them, and the band that its mean lies in.
    """

    slope: Figure
    years: npt.NDArray[np.int64]
    line: npt.NDArray[np.float64]
    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]


def of_mean(sample: Sample) -> Figure:
    """Return a mean with its interval, by Student's t."""
    if sample.n < 2 or not math.isfinite(sample.variance):
        return Figure(sample.mean if sample.n else math.nan, math.nan, math.nan)
    reach = _student(sample.n - 1) * math.sqrt(sample.variance / sample.n)
    return Figure(sample.mean, sample.mean - reach, sample.mean + reach)


def of_deviation(sample: Sample) -> Figure:
    """Return a standard deviation with its interval, by chi-square: right for what is spread like a bell."""
    if sample.n < 2 or not math.isfinite(sample.variance):
        return Figure(math.nan, math.nan, math.nan)
    squares = (sample.n - 1) * sample.variance
    low, high = (float(_stats().chi2.ppf(part, sample.n - 1)) for part in ((1 + LEVEL) / 2, (1 - LEVEL) / 2))
    return Figure(math.sqrt(sample.variance), math.sqrt(squares / low), math.sqrt(squares / high))


def of_median(n: int, shares: Sequence[float], quantiles: Sequence[float]) -> Figure:
    """Return a median with its interval, read off quantiles on both sides of it.

    Parameters
    ----------
    n : int
        Numbers drawn.
    shares : sequence of 0..1
        Of which quantiles are known, rising; the middle one 0.5.
    quantiles : sequence of float
    """
    middle = float(np.interp(0.5, shares, quantiles)) if n else math.nan
    if n < 6:  # the least and the largest of fewer hold the median less often than in 95 of 100
        return Figure(middle, math.nan, math.nan)
    # The ranks between which the median lies, as shares of the way from the least to the largest.
    below = float(_stats().binom.ppf((1 - LEVEL) / 2, n, 0.5))
    low = min(0.5, max(0.0, (below - 1) / max(1, n - 1)))
    ends = [float(np.interp(share, shares, quantiles)) for share in (low, 1 - low)]
    return Figure(middle, ends[0], ends[1])


def of_share(part: int, n: int) -> Figure:
    """Return a share with its interval (Wilson)."""
    if not n:
        return Figure(math.nan, math.nan, math.nan)
    z = float(_stats().norm.ppf((1 + LEVEL) / 2))
    share, over = part / n, 1 + z * z / n
    middle = (share + z * z / (2 * n)) / over
    reach = z * math.sqrt(share * (1 - share) / n + z * z / (4 * n * n)) / over
    return Figure(share, max(0.0, middle - reach), min(1.0, middle + reach))


def of_correlation(r: float | None, n: int, *, is_of_ranks: bool = False) -> Figure:
    """Return a correlation with its interval (Fisher's z; of ranks by Bonett and Wright), and its chance."""
    if r is None or not math.isfinite(r) or n < 4:
        return Figure(r if r is not None and n > 2 else math.nan, math.nan, math.nan)
    r = min(1.0, max(-1.0, r))
    if abs(r) > 1 - 1e-12:
        return Figure(r, r, r, 0.0)
    error = math.sqrt((1 + r * r / 2 if is_of_ranks else 1) / (n - 3))
    reach = float(_stats().norm.ppf((1 + LEVEL) / 2)) * error
    t = abs(r) * math.sqrt((n - 2) / (1 - r * r))
    chance = 2 * float(_stats().t.sf(t, n - 2))
    return Figure(r, math.tanh(math.atanh(r) - reach), math.tanh(math.atanh(r) + reach), chance)


def difference(one: Sample, other: Sample) -> Figure:
    """Return how far two means lie apart (Welch)."""
    if min(one.n, other.n) < 2:
        return Figure(math.nan, math.nan, math.nan)
    parts = [each.variance / each.n for each in (one, other)]
    apart, error = one.mean - other.mean, math.sqrt(sum(parts))
    if error == 0:
        return Figure(apart, apart, apart, 0.0 if apart else 1.0)
    freedom = sum(parts) ** 2 / sum(part**2 / (each.n - 1) for part, each in zip(parts, (one, other), strict=True))
    reach = _student(freedom) * error
    return Figure(apart, apart - reach, apart + reach, 2 * float(_stats().t.sf(abs(apart) / error, freedom)))


def holm(chances: Sequence[float]) -> list[float]:
    """Return chances as they are when so many were looked at; NaN stays, and counts for nothing.

    Examples
    --------
    >>> holm([0.01, 0.04, float("nan"), 0.03])
    [0.03, 0.06, nan, 0.06]
    """
    asked = sorted((chance, place) for place, chance in enumerate(chances) if not math.isnan(chance))
    found, least = [math.nan] * len(chances), 0.0
    for done, (chance, place) in enumerate(asked):
        least = max(least, min(1.0, chance * (len(asked) - done)))
        found[place] = least
    return found


def trend(years: Sequence[int], values: Sequence[float], counts: Sequence[int]) -> Trend | None:
    """Return the straight line through yearly figures, or None if there are fewer than five of them.

    A year counts by how many titles it has; a year, not a title, is what chance moves, and years that follow each other
    are alike: so many years count as less.

    Parameters
    ----------
    years, values, counts : sequences
        Of each year its figure and how many titles it is of.
    """
    known = [(y, v, n) for y, v, n in zip(years, values, counts, strict=True) if v is not None and n and v == v]  # noqa: PLR0124
    if len(known) < _FEWEST_YEARS:
        return None
    year, value, weight = (np.array(part, np.float64) for part in zip(*sorted(known), strict=True))
    weight = weight / weight.mean()
    middle = np.average(year, weights=weight)
    spread = float((weight * (year - middle) ** 2).sum())
    slope = float((weight * (year - middle) * value).sum()) / spread
    line = np.average(value, weights=weight) + slope * (year - middle)
    rest = (value - line) * np.sqrt(weight)
    freedom = len(year) - 2
    # The same for years that are like the one before: so many times the variance.
    like = float(np.clip((rest[1:] * rest[:-1]).sum() / max(1e-300, (rest**2).sum()), 0.0, 0.9))
    like = min(0.9, like + (1 + 3 * like) / len(year))  # of few years it comes out too small
    effective = max(1.0, len(year) * (1 - like) / (1 + like) - 2)
    variance = float((rest**2).sum()) / freedom * (1 + like) / (1 - like)
    error = math.sqrt(variance / spread)
    if error <= 1e-12 * abs(slope) or error == 0:
        figure = Figure(slope, slope, slope, 0.0 if slope else 1.0)
    else:
        chance = 2 * float(_stats().t.sf(abs(slope) / error, effective))
        reach = _student(effective) * error
        figure = Figure(slope, slope - reach, slope + reach, chance)
    band = _student(effective) * np.sqrt(variance * (1 / weight.sum() + (year - middle) ** 2 / spread))
    return Trend(figure, year.astype(np.int64), line, line - band, line + band)


def _student(freedom: float) -> Any:
    return float(_stats().t.ppf((1 + LEVEL) / 2, freedom))


def _stats() -> Any:
    return importlib.import_module("scipy.stats")  # a second to import, and only catalogues ask for intervals
