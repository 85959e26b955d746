import math
from dataclasses import replace
from itertools import permutations

import numpy as np
import pytest

from kinoeye.learn.boosted_hazards import boosted
from kinoeye.learn.causes import Looking, causes
from kinoeye.learn.hazards import Exposed, fit, resampled
from kinoeye.learn.shapley import Tree, values
from kinoeye.learn.shifting import shifted
from kinoeye.learn.splines import knots_of, natural

QUICK = Looking(draws=120, placebos=3)


def film(
    seed: int, effects: tuple[float, ...] = (0.4, 0.0, 0.0), *, viewers: float = 30_000, seconds: int = 1500,
    stalls: float = 0.0, groups: int = 8,
) -> Exposed:  # fmt: skip
    """A film whose features hold now and then, and stalling where the second of them holds."""
    random = np.random.default_rng(seed)
    features = np.stack([np.repeat(random.random(seconds // 15) < 0.3, 15)[:seconds] for _ in effects], axis=1) * 1.0
    at = np.arange(seconds)
    rate = 3e-4 * (1 + 4 * np.exp(-at / 60)) * np.exp(features @ np.log1p(np.array(effects)))
    stalled = 0.02 + 0.2 * features[:, 1] * bool(stalls)
    there, left = np.zeros((seconds, 2, groups)), np.zeros((seconds, 2, groups))
    now = np.full(groups, viewers / groups)
    for second in range(seconds):
        for state, (share, times) in enumerate(((1 - stalled[second], 1.0), (stalled[second], 1.0 + stalls))):
            there[second, state] = np.round(now * share)
            left[second, state] = random.binomial(there[second, state].astype(int), min(1, rate[second] * times))
        now = now - left[second].sum(0)
    return Exposed(there, left, features)


class TestSplines:
    def test_are_straight_outside_and_smooth_inside(self) -> None:
        at = np.linspace(-10, 40, 201)
        columns = natural(at, [0.0, 5.0, 12.0, 30.0])
        assert columns.shape == (201, 4)
        for side in (at < 0, at > 30):
            assert np.abs(np.diff(columns[side], 2, axis=0)).max() < 1e-9

    def test_knots_lie_within(self) -> None:
        for seconds in (20, 70, 900, 7200):
            knots = knots_of(seconds)
            assert knots[0] == 0
            assert knots[-1] == seconds
            assert (np.diff(knots) > 0).all()


class TestFit:
    def test_effects_are_found(self) -> None:
        found = fit([film(1, (0.4, -0.2, 0.0), viewers=300_000)])
        assert np.expm1(found.effects) == pytest.approx([0.4, -0.2, 0.0], abs=0.05)
        assert found.expected.sum() == pytest.approx(found.left.sum(), rel=1e-3)

    def test_playback_is_held(self) -> None:
        made = [film(2, (0.0, 0.0, 0.0), viewers=200_000, stalls=5.0)]
        held, loose = fit(made), fit(made, has_states=False)
        assert np.exp(held.states[1]) == pytest.approx(6.0, rel=0.1)
        assert abs(held.effects[1]) < 0.06
        assert loose.effects[1] > 0.4

    def test_each_film_has_its_own_curve(self) -> None:
        quick, slow = film(3, viewers=100_000), film(4, viewers=100_000)
        slow = Exposed(slow.there, slow.left / 4, slow.features)
        found = fit([quick, slow])
        assert found.base[0].mean() - found.base[1].mean() == pytest.approx(math.log(4), abs=0.1)

    def test_other_viewers_and_other_stretches_spread_as_chance_does(self) -> None:
        made = [film(5, viewers=100_000)]
        found = fit(made)
        for drawn in resampled(made, found, block_s=30, draws=300, random=np.random.default_rng(1)):
            assert drawn.mean(0) == pytest.approx(found.effects, abs=0.01)
            assert drawn.std(0) == pytest.approx(found.errors, rel=0.6)

    def test_a_feature_that_never_holds_has_no_effect(self) -> None:
        made = film(6)
        blank = Exposed(made.there, made.left, made.features * [1, 1, 0])
        assert fit([blank]).effects[2] == pytest.approx(0, abs=1e-6)


class TestShifted:
    def test_chance_alone_spreads_as_it_should(self) -> None:
        made = film(7, (0.0, 0.0, 0.0))
        moved = shifted(fit([made]), [len(made)], draws=200, least_s=20, random=np.random.default_rng(1))
        assert moved.spread == pytest.approx(np.ones(3), abs=0.35)

    def test_a_real_one_matters_more_than_at_wrong_times(self) -> None:
        made = film(8, (0.5, 0.0, 0.0))
        moved = shifted(fit([made]), [len(made)], draws=200, least_s=20, random=np.random.default_rng(1))
        assert moved.chance[0] < 0.01

    def test_a_film_with_a_will_of_its_own_spreads_wider(self) -> None:
        made = film(9, (0.0, 0.0, 0.0), viewers=300_000)
        wild = np.exp(0.5 * np.sin(np.arange(len(made)) / 11))
        moved = Exposed(made.there, np.round(made.left * wild[:, None, None]), made.features)
        found = shifted(fit([moved]), [len(made)], draws=200, least_s=20, random=np.random.default_rng(1))
        assert found.spread.mean() > 1.5


class TestCauses:
    def test_what_is_there_is_found_and_nothing_else(self) -> None:
        made = [film(10, (0.4, 0.0, 0.0)), film(11, (0.4, 0.0, 0.0))]
        told = causes(made, [60, 60, 60], replace(QUICK, sure=0.005))
        assert [each.is_found for each in told.causes] == [True, False, False]
        assert told.causes[0].low < 0.4 < told.causes[0].high
        assert told.false_alarms <= 1 / 3

    def test_few_pieces_prove_little(self) -> None:
        made = [film(10, (0.2, 0.0, 0.0))]
        many, few = causes(made, [60] * 3, QUICK), causes(made, [2] * 3, QUICK)
        assert few.causes[0].high - few.causes[0].low > 2 * (many.causes[0].high - many.causes[0].low)
        assert few.causes[0].chance > 1e6 * many.causes[0].chance
        assert not causes(made, [1] * 3, QUICK).causes[0].is_found

    def test_the_same_twice(self) -> None:
        made = [film(12)]
        assert causes(made, [9, 9, 9], QUICK).causes == causes(made, [9, 9, 9], QUICK).causes


def toy() -> Tree:
    """Two features, one asked twice on a way."""
    return Tree(
        np.array([1, 3, -1, -1, 5, -1, -1]), np.array([2, 4, -1, -1, 6, -1, -1]), np.array([0, 1, 0, 0, 0, 0, 0]),
        np.array([0.5, 0.5, 0, 0, 0.2, 0, 0]), np.array([10.0, 6, 4, 2, 4, 1, 3]), np.array([0, 0, 3.0, -1, 0, 5, 2]),
    )  # fmt: skip


def expected(tree: Tree, row: np.ndarray, known: set[int], node: int = 0) -> float:
    if tree.left[node] < 0:
        return float(tree.value[node])
    left, right, feature = int(tree.left[node]), int(tree.right[node]), int(tree.feature[node])
    if feature in known:
        return expected(tree, row, known, left if row[feature] <= tree.threshold[node] else right)
    return sum(tree.cover[child] / tree.cover[node] * expected(tree, row, known, child) for child in (left, right))


class TestShapley:
    def test_is_the_mean_over_all_orders(self) -> None:
        tree, rows = toy(), np.array([[0.1, 0.9], [0.4, 0.9], [0.9, 0.1], [0.3, 0.2]])
        for row, told in zip(rows, values([tree], rows), strict=True):
            by_hand = np.zeros(2)
            for order in permutations(range(2)):
                for place, feature in enumerate(order):
                    before = set(order[:place])
                    by_hand[feature] += (expected(tree, row, before | {feature}) - expected(tree, row, before)) / 2
            assert told == pytest.approx(by_hand)

    def test_parts_add_up_to_what_the_trees_say(self) -> None:
        rows = np.random.default_rng(1).random((50, 2))
        tree = toy()
        assert values([tree, tree], rows).sum(1) == pytest.approx(2 * (tree.says(rows) - tree.usual))


class TestBoosted:
    def test_a_bound_and_a_pair_are_seen(self) -> None:
        random = np.random.default_rng(3)
        features = (random.random((4000, 4)) < 0.4).astype(float)
        usual = np.full(4000, 30.0)
        left = random.poisson(usual * np.exp(0.3 * features[:, 0] * features[:, 1])).astype(float)
        grown = boosted(features, left, usual * left.sum() / usual.sum(), block_s=20)
        share = np.abs(grown.parts(features)).sum(0)
        assert grown.gain > 0.1
        assert share[:2].sum() > 4 * share[2:].sum()

    def test_nothing_there_grows_next_to_nothing(self) -> None:
        random = np.random.default_rng(4)
        grown = boosted((random.random((3000, 5)) < 0.3) * 1.0, random.poisson(20.0, 3000) * 1.0, np.full(3000, 20.0),
                        block_s=20)  # fmt: skip
        assert grown.gain < 0.02

    def test_no_features(self) -> None:
        assert boosted(np.zeros((10, 0)), np.ones(10), np.ones(10), block_s=2).parts(np.zeros((10, 0))).shape == (10, 0)
