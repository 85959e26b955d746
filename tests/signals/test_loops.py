"""Clocks are joined over the surest pairs, and a pair that contradicts the others is known."""

import pytest

from kinoeye.signals.loops import Affine, Edge, joined


def edge(one, other, offset, weight=10.0, rate=1.0):
    return Edge(one, other, Affine(offset, rate), weight, 0.0, 1000.0)


def test_clocks_turn_round_and_follow_each_other():
    clock = Affine(5.0, 1.001)
    assert clock.inverse().at(clock.at(123.0)) == pytest.approx(123.0)
    assert clock.after(Affine(2.0, 0.999)).at(10.0) == pytest.approx(clock.at(2.0 + 9.99))


def test_groups_hang_together_over_others():
    groups, differences = joined(6, [edge(0, 1, 5), edge(2, 1, 3), edge(4, 5, 1)], 4.0)
    assert [sorted(group) for group in groups] == [[0, 1, 2], [4, 5]]
    assert differences == [None, None, None]


def test_a_loop_that_closes_and_one_that_does_not():
    true = [edge(0, 1, 5), edge(1, 2, 3), edge(0, 2, 8.5, weight=2)]
    assert joined(3, true, 4.0)[1] == [None, None, pytest.approx(0.5)]
    lying = [edge(0, 1, 5), edge(1, 2, 3), edge(0, 2, 80, weight=2)]
    assert joined(3, lying, 4.0)[1] == [None, None, pytest.approx(72)]


def test_the_surest_is_believed_first_whatever_the_order():
    edges = [edge(0, 2, 80, weight=2), edge(1, 2, 3), edge(0, 1, 5)]
    assert joined(3, edges, 4.0)[1] == [pytest.approx(72), None, None]


def test_drift_counts_where_both_are_heard():
    edges = [edge(0, 1, 5), edge(1, 2, 3), edge(0, 2, 8, weight=2, rate=1.01)]
    assert joined(3, edges, 4.0)[1][2] == pytest.approx(10)


def test_nothing_joins_nothing():
    assert joined(3, [], 4.0) == ([], [])
