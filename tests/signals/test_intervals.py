"""Intervals beside SciPy, and how often they hold what they should."""

import math

import numpy as np
import pytest
import scipy.stats

from kinoeye.signals import intervals
from kinoeye.signals.intervals import Sample
from kinoeye.signals.statistics import QUANTILES


def _sample(values: np.ndarray) -> Sample:  # type: ignore[type-arg]
    return Sample(len(values), float(values.mean()), float(values.var(ddof=1)) if len(values) > 1 else math.nan)


RANDOM = np.random.default_rng(3)
VALUES = RANDOM.gamma(3, 20, 80)


def test_the_interval_of_a_mean_is_that_of_scipy() -> None:
    told = intervals.of_mean(_sample(VALUES))
    right = scipy.stats.ttest_1samp(VALUES, 0).confidence_interval(0.95)
    assert (told.low, told.high) == pytest.approx((right.low, right.high))


def test_one_number_has_no_interval_and_none_has_no_mean() -> None:
    assert math.isnan(intervals.of_mean(Sample(1, 5.0, math.nan)).low)
    assert math.isnan(intervals.of_mean(Sample(0, math.nan, math.nan)).value)
    assert math.isnan(intervals.of_deviation(Sample(1, 5.0, math.nan)).value)


@pytest.mark.parametrize("n", [6, 12, 60, 1000])
def test_the_interval_of_a_median_holds_it_as_often_as_it_says(n: int) -> None:
    random = np.random.default_rng(n)
    held = 0
    for _ in range(400):
        values = random.lognormal(0, 1, n)
        told = intervals.of_median(n, QUANTILES, np.quantile(values, QUANTILES).tolist())
        assert told.low <= told.value <= told.high
        held += told.low <= 1 <= told.high
    assert held / 400 > 0.92


def test_few_numbers_have_no_interval_of_their_median() -> None:
    assert math.isnan(intervals.of_median(5, (0.25, 0.5, 0.75), (1, 2, 3)).low)


def test_the_interval_of_a_share_is_wilsons() -> None:
    right = scipy.stats.binomtest(7, 40).proportion_ci(method="wilson")
    told = intervals.of_share(7, 40)
    assert (told.low, told.high) == pytest.approx((right.low, right.high))
    assert intervals.of_share(0, 40).low == 0


def test_the_interval_of_a_correlation_is_that_of_scipy() -> None:
    other = VALUES + RANDOM.normal(0, 30, len(VALUES))
    right = scipy.stats.pearsonr(VALUES, other)
    told = intervals.of_correlation(float(right.statistic), len(VALUES))
    interval = right.confidence_interval()
    assert (told.low, told.high) == pytest.approx((interval.low, interval.high), abs=1e-3)
    assert told.chance == pytest.approx(right.pvalue)


def test_that_of_ranks_is_wider() -> None:
    plain, ranks = (intervals.of_correlation(0.6, 50, is_of_ranks=each) for each in (False, True))
    assert ranks.low < plain.low < plain.high < ranks.high


@pytest.mark.parametrize(("r", "n"), [(None, 50), (math.nan, 50), (0.9, 3)])
def test_a_correlation_of_nothing_says_nothing(r: float | None, n: int) -> None:
    assert math.isnan(intervals.of_correlation(r, n).low)


def test_a_correlation_of_one_is_whole() -> None:
    told = intervals.of_correlation(1.0 + 1e-15, 10)
    assert (told.value, told.low, told.chance) == (1.0, 1.0, 0.0)


def test_a_difference_is_welchs() -> None:
    one, other = VALUES[:30], VALUES[30:] + 10
    right = scipy.stats.ttest_ind(one, other, equal_var=False)
    told = intervals.difference(_sample(one), _sample(other))
    assert told.value == pytest.approx(one.mean() - other.mean())
    assert told.chance == pytest.approx(right.pvalue)
    interval = right.confidence_interval()
    assert (told.low, told.high) == pytest.approx((interval.low, interval.high))


def test_what_is_left_without_a_part_is_the_rest() -> None:
    rest = _sample(VALUES).without(_sample(VALUES[:25]))
    right = _sample(VALUES[25:])
    assert (rest.n, rest.mean, rest.variance) == pytest.approx((right.n, right.mean, right.variance))
    assert _sample(VALUES).without(_sample(VALUES)).n == 0


def test_many_questions_make_chance_likelier() -> None:
    assert intervals.holm([0.01, 0.5, math.nan, 0.04])[0] == pytest.approx(0.03)
    assert intervals.holm([]) == []


class TestTrend:
    YEARS = tuple(range(1950, 2000))

    def test_a_straight_line_is_found_exactly(self) -> None:
        line = intervals.trend(self.YEARS, [90 + 0.5 * (year - 1950) for year in self.YEARS], [3] * 50)
        assert line is not None
        assert line.slope.value == pytest.approx(0.5)
        assert line.slope.chance == 0.0
        assert line.line[10] == pytest.approx(95.0)

    def test_the_slope_is_that_of_weighted_least_squares(self) -> None:
        random = np.random.default_rng(4)
        values, counts = random.normal(100, 5, 50), random.integers(1, 30, 50)
        line = intervals.trend(self.YEARS, values.tolist(), counts.tolist())
        assert line is not None
        assert line.slope.value == pytest.approx(np.polyfit(self.YEARS, values, 1, w=np.sqrt(counts))[0])
        assert (line.low <= line.line).all()
        assert (line.line <= line.high).all()

    @pytest.mark.parametrize(("like", "most"), [(0.0, 0.08), (0.5, 0.16)])
    def test_chance_is_rarely_taken_for_a_trend(self, like: float, most: float) -> None:
        random = np.random.default_rng(6)
        found = 0
        for _ in range(200):
            noise = random.normal(0, 1, 80)
            for year in range(1, 80):
                noise[year] += like * noise[year - 1]
            line = intervals.trend(self.YEARS, noise[30:].tolist(), [5] * 50)
            assert line is not None
            found += line.slope.chance < 0.05
        assert found / 200 <= most

    def test_four_years_are_no_trend(self) -> None:
        assert intervals.trend([1, 2, 3, 4], [1, 2, 3, 4], [1, 1, 1, 1]) is None
        assert intervals.trend([1, 2, 3, 4, 5], [1, 2, math.nan, 4, 5], [1, 1, 1, 1, 1]) is None

    def test_years_without_titles_do_not_count(self) -> None:
        line = intervals.trend([1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 900], [1, 1, 1, 1, 1, 0])
        assert line is not None
        assert line.slope.value == pytest.approx(1.0)
