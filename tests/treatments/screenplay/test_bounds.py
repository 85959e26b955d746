"""Bounds lie below the cost of every schedule that can be gone through, and above what pages alone say."""

from collections.abc import Callable
from itertools import permutations

import pytest

from kinoeye.treatments.screenplay.board import board, parts_of
from kinoeye.treatments.screenplay.strips import SceneStrip, Wishes

pytest.importorskip("ortools", reason="the extra script is not installed")

from kinoeye.treatments.screenplay import bounds
from kinoeye.treatments.screenplay.annealing import anneal
from kinoeye.treatments.screenplay.schedule import least_cost

CASTS = ["AB", "CD", "BC", "AD", "BD", "AC"]


def test_bounds_hold_for_all_orders_and_prices_better_them(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    """One scene a day, six days: all 720 orders are looked at."""
    made = board([strip(n, f"PLACE {n}", cast, eighths=36) for n, cast in enumerate(CASTS)], wishes())
    costs = [sum(parts_of(made, days, ["day"] * 6).values()) for days in permutations(range(6))]
    best = min(costs)
    by_days = bounds.by_days(made, 6, days=list(range(6)), cost=best, effort=3.0)
    first = bounds.by_days(made, 6, days=list(range(6)), cost=best, effort=0.01)
    assert least_cost(made, 6) <= by_days <= best
    assert first <= by_days
    held = bounds.cuts(made, 6, 5.0)
    names = range(len(made.names))
    for days in permutations(range(6)):
        for day, least in held.items():
            over = [name for name in names if _is_held(made.cast, days, name, day)]
            assert 5 * len(over) >= least
    assert sum(held.values()) > 0


def _is_held(cast: list[list[int]], days: tuple[int, ...], name: int, day: int) -> bool:
    theirs = [at for at, names in zip(days, cast, strict=True) if name in names]
    return min(theirs) <= day < max(theirs)


def test_days_that_cannot_be_are_no_bound_below_the_cost(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    made = board([strip(n, eighths=36) for n in range(4)], wishes())
    assert bounds.by_days(made, 2, days=[0, 0, 1, 1], cost=500, effort=1.0) == 500


def test_nights_cost_what_the_exteriors_ask_for(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    night = strip(1, "WOOD", is_interior=False, light="night", eighths=38)
    assert bounds.least_nights(board([night, strip(2)], wishes()), 2, 1.0) >= 10
    assert bounds.least_nights(board([strip(1), strip(2)], wishes()), 2, 1.0) == 0


def test_exchanges_find_the_best_of_all_orders(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]) -> None:
    made = board([strip(n, f"PLACE {n}", cast, eighths=36) for n, cast in enumerate(CASTS)], wishes())
    best = min(sum(parts_of(made, days, ["day"] * 6).values()) for days in permutations(range(6)))
    found = anneal(made, list(range(6)), 6, steps=20000, seed=1)
    assert found is not None
    assert found[0] == best
    assert anneal(made, [0] * 6, 3, steps=2000, seed=1) is None
