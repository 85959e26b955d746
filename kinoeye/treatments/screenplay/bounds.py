"""Bounds: what no schedule of so many days can cost less than.

Two relaxations, each proved by CP-SAT. At the end of a day, the scenes are parted into done and to do, both of which
must have room: who has scenes on either side is held over that night, so the cheapest parting is a cut that all
schedules pay. And a day by itself parts the scenes into before, in and after it: what the cheapest such day costs,
summed over the days, bounds the whole. There each scene must be shot once over all days; that is relaxed with a price
a scene, bettered step by step (Lagrange), so that the cheap scenes are not shot on every day.

What changes between days and nights cost at least comes from the exteriors alone, and is paid beside.

Source: Held, Karp, "The traveling-salesman problem and minimum spanning trees: part II", Mathematical Programming 1,
1971 (the prices).
"""

import math
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from kinoeye.treatments.screenplay.board import Board
from kinoeye.treatments.screenplay.model import library, solver, tie_kinds

_GRAIN = 10  # prices in tenths of the costs' unit
_EACH = 2.0  # effort for one relaxation, at most
_ROUND = 10  # times the whole effort: the most that one round of all days may be
_THREADS = 2  # days are solved side by side; their answers do not depend on it
_STALL = 2  # steps without a better bound until the step is shortened
_SHORTER, _LEAST_STEP = 0.6, 0.02


def cuts(made: Board, count: int, effort: float) -> dict[int, int]:
    """Return for each day but the last what the cast held over its end cost at least."""
    cp = library()
    found = {}
    for day in range(count - 1):
        m = cp.CpModel()
        done = [m.new_bool_var("") for _ in made.strips]
        _room(m, made, done, day + 1)
        _room(m, made, [1 - each for each in done], count - day - 1)
        for each, allowed in zip(done, made.allowed, strict=True):
            if not allowed & ((2 << day) - 1):
                m.add(each == 0)
            elif not allowed >> (day + 1) & ((1 << (count - day - 1)) - 1):
                m.add(each == 1)
        held = []
        for name in range(len(made.names)):
            both, some, all_ = m.new_bool_var(""), m.new_bool_var(""), m.new_bool_var("")
            for scene, cast in enumerate(made.cast):
                if name in cast:
                    m.add_implication(done[scene], some)
                    m.add_implication(all_, done[scene])
            m.add(both >= some - all_)
            held.append(both)
        m.minimize(sum(rate * each for rate, each in zip(made.rates, held, strict=True)))
        engine = solver(effort=min(_EACH, _ROUND * effort / count), seed=1)
        engine.solve(m)
        found[day] = max(0, math.ceil(engine.best_objective_bound - 1e-6))
    return found


def by_days(
    made: Board,
    count: int,
    *,
    days: Sequence[int],
    cost: int,
    effort: float,
    told: Callable[[float, float], None] = lambda _done, _bound: None,
) -> int:
    """Return the bound by prices.

    Parameters
    ----------
    days : sequence of int
        A good order of days: what its days cost is the first guess of the prices.
    cost : int
        What it costs: how far the bound can come.
    effort : float
        How much work may be spent, in about seconds of a core.
    """  # fmt: skip
    slices = [_Slice(made, count, day) for day in range(count)]
    prices = _prices(made, days, count)
    most = min(_EACH, _ROUND * effort / count)
    spent, step, stalled, best = 0.0, 1.0, 0, -math.inf
    while spent < effort and step > _LEAST_STEP:
        whole = sum(round(_GRAIN * price) for price in prices) / _GRAIN + made.wishes.weights.day * count
        times = [0] * len(prices)
        with ThreadPoolExecutor(_THREADS) as threads:
            answers = list(threads.map(lambda each, now=prices: each.cheapest(now, most), slices))
        for least, scenes, work in answers:
            whole += least
            spent += work
            for scene in scenes:
                times[scene] += 1
        if whole > best:
            best, stalled = whole, 0
        else:
            stalled += 1
        told(min(1.0, spent / effort), best)
        if all(each == 1 for each in times) or best >= cost:
            break
        missed = sum((1 - each) ** 2 for each in times)
        if stalled >= _STALL:
            step, stalled = step * _SHORTER, 0
        stride = step * (cost - whole) / missed
        prices = [price + stride * (1 - each) for price, each in zip(prices, times, strict=True)]
    if math.isinf(best):  # a day that cannot be, so no schedule of so many days; or no effort at all
        return cost if best > 0 else 0
    return math.ceil(best - 1e-6)


def least_nights(made: Board, count: int, effort: float) -> int:
    """Return what nights, split days and changes between days and nights cost at least."""
    if not any(kind in made.kinds for kind in ("split", "night")):
        return 0
    m = library().CpModel()
    shot = [
        [m.new_bool_var("") if light >= 0 and allowed >> day & 1 else 0 for day in range(count)]
        for light, allowed in zip(made.lights, made.allowed, strict=True)
    ]
    for light, row in zip(made.lights, shot, strict=True):
        if light >= 0:
            m.add(sum(row) == 1)
    _, switches = tie_kinds(m, made, shot, count)
    m.minimize(switches)
    engine = solver(effort=effort, seed=1)
    engine.solve(m)
    return max(0, math.ceil(float(engine.best_objective_bound) - 1e-6))


def _prices(made: Board, days: Sequence[int], count: int) -> list[float]:
    """Return each scene's share of what its day costs."""
    first = [
        min((days[s] for s, cast in enumerate(made.cast) if name in cast), default=0) for name in range(len(made.names))
    ]
    last = [
        max((days[s] for s, cast in enumerate(made.cast) if name in cast), default=-1)
        for name in range(len(made.names))
    ]
    prices = [0.0] * len(days)
    for day in range(count):
        scenes = [scene for scene, at in enumerate(days) if at == day]
        held = sum(rate for rate, low, high in zip(made.rates, first, last, strict=True) if low <= day <= high)
        held += made.wishes.weights.move * max(0, len({made.places[scene] for scene in scenes}) - 1)
        whole = sum(made.minutes[scene] for scene in scenes)
        for scene in scenes:
            prices[scene] = held * made.minutes[scene] / whole
    return prices


def _room(m: Any, made: Board, chosen: Sequence[Any], days: int) -> None:
    m.add(
        sum(eighths * each for eighths, each in zip(made.eighths, chosen, strict=True))
        <= days * made.wishes.most_eighths
    )
    m.add(sum(minutes * each for minutes, each in zip(made.minutes, chosen, strict=True)) <= days * made.capacity)


class _Slice:
    """One day by itself: the scenes before, in and after it, and what it costs."""

    def __init__(self, made: Board, count: int, day: int) -> None:
        m = self.model = library().CpModel()
        before, self.inside, after = ([m.new_bool_var("") for _ in made.strips] for _ in range(3))
        for scene, allowed in enumerate(made.allowed):
            m.add_exactly_one(before[scene], self.inside[scene], after[scene])
            if not allowed >> day & 1:
                m.add(self.inside[scene] == 0)
            if not allowed & ((1 << day) - 1):
                m.add(before[scene] == 0)
            if not allowed >> (day + 1) & ((1 << (count - day - 1)) - 1):
                m.add(after[scene] == 0)
        _room(m, made, before, day)
        _room(m, made, self.inside, 1)
        _room(m, made, after, count - day - 1)
        cost = 0
        for name, rate in enumerate(made.rates):
            begun, more, paid = m.new_bool_var(""), m.new_bool_var(""), m.new_bool_var("")
            for scene, cast in enumerate(made.cast):
                if name in cast:
                    m.add_implication(before[scene], begun)
                    m.add_implication(after[scene], more)
                    m.add_implication(self.inside[scene], paid)
            m.add_bool_or([~begun, ~more, paid])
            cost += rate * paid
        stays = [m.new_bool_var("") for _ in made.locations]
        for scene, place in enumerate(made.places):
            m.add_implication(self.inside[scene], stays[place])
        moves = m.new_int_var(0, len(stays), "")
        m.add(moves >= sum(stays) - 1)
        work = sum(minutes * each for minutes, each in zip(made.minutes, self.inside, strict=True))
        m.add(work + made.wishes.move_minutes * moves <= made.capacity)
        self.cost = cost + made.wishes.weights.move * moves

    def cheapest(self, prices: Sequence[float], effort: float) -> tuple[float, list[int], float]:
        """Return the least of the cost less the prices of the scenes in it, those scenes, and the work it was."""
        self.model.clear_objective()
        paid = sum(round(_GRAIN * price) * each for price, each in zip(prices, self.inside, strict=True))
        self.model.minimize(_GRAIN * self.cost - paid)
        engine = solver(effort=effort, seed=1)
        status = engine.solve(self.model)
        cp = library()
        has = status in {cp.OPTIMAL, cp.FEASIBLE}
        scenes = [scene for scene, each in enumerate(self.inside) if engine.value(each)] if has else []
        least = math.inf if status == cp.INFEASIBLE else engine.best_objective_bound / _GRAIN
        return least, scenes, max(0.01, engine.response_proto.deterministic_time)
