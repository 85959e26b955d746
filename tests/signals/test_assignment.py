"""Assignment: no other pairing costs less."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.signals.assignment import assigned


def cheapest(costs: np.ndarray, alone: float) -> float:
    """The least cost by trying all."""
    rows, columns = costs.shape
    best = alone * (rows + columns)
    for count in range(1, min(rows, columns) + 1):
        for some in itertools.combinations(range(rows), count):
            for others in itertools.permutations(range(columns), count):
                best = min(best, costs[list(some), list(others)].sum() + alone * (rows + columns - 2 * count))
    return float(best)


@given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 10_000), st.sampled_from([0.1, 0.4, 2.0]))
def test_it_is_the_cheapest(rows: int, columns: int, seed: int, alone: float) -> None:
    random = np.random.default_rng(seed)
    costs = random.uniform(0, 1, (rows, columns))
    costs[random.random(costs.shape) < 0.2] = np.inf
    pairs = assigned(costs, alone)
    spent = sum(costs[pair] for pair in pairs) + alone * (rows + columns - 2 * len(pairs))
    assert spent == pytest.approx(cheapest(costs, alone))
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)


def test_greed_would_lose() -> None:
    assert assigned(np.array([[0.1, 0.2], [0.2, 1.0]]), 1) == [(0, 1), (1, 0)]


def test_what_cannot_be_stays_alone() -> None:
    assert assigned(np.full((3, 2), np.inf), 1) == []
    assert assigned(np.full((2, 2), 2.5), 1) == []


@pytest.mark.parametrize("shape", [(0, 0), (0, 3), (3, 0)])
def test_nothing_to_pair(shape: tuple[int, int]) -> None:
    assert assigned(np.zeros(shape), 1) == []


def test_many_at_once() -> None:
    random = np.random.default_rng(3)
    order = random.permutation(60)
    costs = random.uniform(0.5, 1, (60, 60))
    costs[np.arange(60), order] = 0.1
    assert assigned(costs, 1) == list(enumerate(order))
