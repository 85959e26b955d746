"""Schedule: which scenes are shot on which day and in which order, as cheaply as the wishes allow.

A person's way (location by location) is where it begins; exchanges better it; CP-SAT proves what no schedule can cost
less than and goes on from there. Every limit is work, not time: the same strips and wishes give the same schedule
everywhere.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kinoeye.errors import UseError
from kinoeye.treatments.screenplay import bounds, conflicts
from kinoeye.treatments.screenplay.annealing import anneal, ordered
from kinoeye.treatments.screenplay.board import Board, board, fewest_days, kinds_for, parts_of
from kinoeye.treatments.screenplay.greedy import greedy
from kinoeye.treatments.screenplay.model import hint, least_days, library, model, solve
from kinoeye.treatments.screenplay.order import order
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay, Slot, Wishes

STEPS_A_SECOND = 30_000  # of exchanges
WORK_A_SECOND = 0.3  # of CP-SAT's own unit, which counts what it does
_PACK, _EXCHANGE, _BOUND, _SOLVE = 0.05, 0.35, 0.4, 0.2  # shares of the effort
_WORKERS = 4  # that take turns, so that the answer is the same on any number of cores
_LEAST_WORK = 0.008  # a day and number of days: with less, bounds of other numbers of days are by pages alone
_ROUNDS = 8  # of days that could not be put in order

Told = Callable[[float, str], None]


@dataclass(frozen=True)
class _Found:
    """An order of days, its kinds and cost."""

    days: list[int]
    kinds: list[str]
    cost: int

    @property
    def count(self) -> int:
        return len(self.kinds)


def schedule(
    strips: Sequence[SceneStrip],
    wishes: Wishes,
    *,
    seconds: float = 60.0,
    seed: int = 1,
    told: Told = lambda _, __: None,
) -> Schedule:
    """Return a schedule.

    Parameters
    ----------
    seconds : float
        How much work may be spent, in about so many seconds of an idle machine; a busy one takes longer and answers
        the same.
    seed : int
        Another number searches another way.
    told : callable of (share done, words)

    Raises
    ------
    SettingError
        If a wish is outside its range.
    UseError
        If there are no scenes, OR-Tools is missing, or the wishes cannot hold together; then it says which.
    """
    library()
    made = board(strips, wishes)
    conflicts.scene_alone(made)
    found, unproved = _first(made, seconds, seed, told)
    found, unproved = _exchange(made, found, unproved, seconds, seed, told)
    found, bound = _proved(made, found, unproved, seconds, seed, told)
    found, slots = _in_order(made, found, seconds, seed)
    bound = min(bound, found.cost)
    days = tuple(
        ShootingDay(number + 1, made.dates[number], found.kinds[number], made.windows[number][found.kinds[number]].call,
                    max((slot.end for slot in row), default=made.windows[number][found.kinds[number]].call), tuple(row))
        for number, row in enumerate(slots)
    )  # fmt: skip
    gap = (found.cost - bound) / found.cost if found.cost else 0.0
    return Schedule(days, found.cost, bound, gap, parts_of(made, found.days, found.kinds))


def least_cost(made: Board, count: int) -> int:
    """Return what no schedule of so many days can cost less than, by pages and hours alone."""
    weights = made.wishes.weights
    cast = sum(
        rate * least_days(made, [s for s, theirs in enumerate(made.cast) if name in theirs])
        for name, rate in enumerate(made.rates)
    )
    stays = sum(
        least_days(made, [s for s, at in enumerate(made.places) if at == place]) for place in range(len(made.locations))
    )
    return weights.day * count + cast + weights.move * max(0, stays - count)


def _first(made: Board, seconds: float, seed: int, told: Told) -> tuple[_Found, list[int]]:
    """Return a schedule of as few days as can be found, and the fewer numbers of days that are not ruled out."""
    begun = greedy(made)
    most = begun[1] if begun else len(made.dates)
    unproved: list[int] = []
    if made.wishes.days is not None:
        return _exactly(made, made.wishes.days, begun, seconds, seed), unproved
    for count in range(fewest_days(made), most + (begun is None)):
        told(0.0, f"{count} days?")
        tried = model(made, count, has_cast=False)
        answer = solve(tried, _PACK * seconds * WORK_A_SECOND, seed, _WORKERS, lambda _, __: None)
        if answer.days and answer.kinds:
            kinds = kinds_for(made, answer.days, count) or answer.kinds
            return _costed(made, answer.days, kinds), unproved
        if not answer.is_proved:
            unproved.append(count)
    if begun is None:
        raise conflicts.explain(made)
    days, count = begun
    return _costed(made, days, kinds_for(made, days, count) or ["day"] * count), unproved


def _exactly(made: Board, count: int, begun: tuple[list[int], int] | None, seconds: float, seed: int) -> _Found:
    """Return a schedule of just so many days."""
    if begun and begun[1] <= count <= len(made.dates):
        return _costed(made, begun[0], kinds_for(made, begun[0], count) or ["day"] * count)
    if fewest_days(made) <= count <= len(made.dates):
        answer = solve(model(made, count, has_cast=False), 4 * _PACK * seconds * WORK_A_SECOND, seed, _WORKERS,
                       lambda _, __: None)  # fmt: skip
        if answer.days and answer.kinds:
            return _costed(made, answer.days, kinds_for(made, answer.days, count) or answer.kinds)
        days = (
            [min(day, count - 1) for day in begun[0]] if begun else [scene % count for scene in range(len(made.strips))]
        )
        tried = anneal(made, days, count, steps=int(_EXCHANGE * seconds * STEPS_A_SECOND), seed=seed)
        kinds = kinds_for(made, tried[1], count) if tried else None
        if tried and kinds:
            return _costed(made, tried[1], kinds)
    raise UseError(
        f"schedule: must find a schedule of {count} days, got none; pages and hours alone need "
        f"{fewest_days(made)}, and there are {len(made.dates)} dates",
        remedy="Ask for more days, or leave their number open",
    )


def _costed(made: Board, days: list[int], kinds: list[str]) -> _Found:
    return _Found(days, kinds, sum(parts_of(made, days, kinds).values()))


def _exchange(
    made: Board, found: _Found, unproved: list[int], seconds: float, seed: int, told: Told
) -> tuple[_Found, list[int]]:
    """Better a schedule by exchanges, in fewer days if that can be, and with a day more where that could pay."""
    steps = int(_EXCHANGE * seconds * STEPS_A_SECOND / 3)
    best = found
    is_whole = ordered(made, found.days, found.kinds, {})
    tries = [(count, number) for number, count in enumerate(unproved)]
    tries += [(0, 50), (0, 51), (int(made.wishes.days is None), 52)]
    for number, (more, salt) in enumerate(tries):
        count = more if salt < 50 else best.count + more
        if (
            count > len(made.dates)
            or (salt < 50 and best.count <= count)
            or (is_whole and least_cost(made, count) >= best.cost)
        ):
            continue
        begun = best

        def share(done: float, n: int = number, begun: _Found = begun) -> None:
            told(_PACK + _EXCHANGE * (n + done) / len(tries), f"{begun.count} days, cost {begun.cost}")

        better = anneal(made, best.days, count, steps=steps, seed=seed + salt, told=share)
        kinds = kinds_for(made, better[1], count) if better else None
        if better and kinds and (better[0] < best.cost or not is_whole):
            best, is_whole = _Found(better[1], kinds, better[0]), True
    return best, [count for count in unproved if count < best.count]


def _proved(
    made: Board, found: _Found, unproved: list[int], seconds: float, seed: int, told: Told
) -> tuple[_Found, int]:
    """Return the best schedule and what none can cost less than, over all numbers of days."""
    more = len(made.dates) if made.wishes.days is None else found.count
    counts = [*unproved, *range(found.count, more + 1)]
    still = [count for count in counts if least_cost(made, count) < found.cost]
    lowest = found.cost
    for number, count in enumerate(still):
        effort = _BOUND * seconds * WORK_A_SECOND * (0.5 if count != found.count and len(still) > 1 else 1)

        def share(done: float, bound: float, n: int = number, cost: int = found.cost) -> None:
            told(_PACK + _EXCHANGE + _BOUND * (n + done) / len(still), f"cost {cost}, at least {bound:.0f}")

        days = [min(day, count - 1) for day in found.days]
        least = 0
        if count == found.count or effort >= _LEAST_WORK * count * len(still):
            least = bounds.by_days(made, count, days=days, cost=found.cost, effort=effort, told=share)
        nights = bounds.least_nights(made, count, _PACK * seconds * WORK_A_SECOND)
        least = max(least_cost(made, count), least) + nights
        if count == found.count and least < found.cost:
            found, least = _solved(made, found, least, seconds, seed, told)
        lowest = min(lowest, least)
    return found, lowest


def _solved(made: Board, found: _Found, least: int, seconds: float, seed: int, told: Told) -> tuple[_Found, int]:
    """Go on with CP-SAT from a schedule, knowing what all of so many days cost at least."""
    whole = model(made, found.count, cuts=bounds.cuts(made, found.count, _SOLVE * seconds * WORK_A_SECOND), least=least)
    hint(whole, found.days, found.kinds)
    told(1 - _SOLVE, f"cost {found.cost}, at least {least}")
    answer = solve(whole, _SOLVE * seconds * WORK_A_SECOND, seed, _WORKERS,
                   lambda cost, bound: told(1 - _SOLVE, f"cost {cost:.0f}, at least {bound:.0f}"))  # fmt: skip
    least = max(least, round(min(answer.bound, found.cost)))
    if answer.days and answer.kinds:
        better = _costed(made, answer.days, answer.kinds)
        if better.cost < found.cost:
            return better, least
    return found, least


def _in_order(made: Board, found: _Found, seconds: float, seed: int) -> tuple[_Found, list[list[Slot]]]:
    """Return the scenes of each day in order; days that light allows no order for are solved again."""
    never: list[tuple[tuple[int, ...], int, str]] = []
    for _ in range(_ROUNDS):
        slots: list[list[Slot]] = []
        failed, place = [], -1
        for number, kind in enumerate(found.kinds):
            scenes = tuple(scene for scene, day in enumerate(found.days) if day == number)
            row = order(made, scenes, number, kind, place) if scenes else []
            if row is None:
                failed.append((scenes, number, kind))
            elif row:
                place = made.locations.index(row[-1].strip.location)
            slots.append(row or [])
        if not failed:
            return found, slots
        never += failed
        again = model(made, found.count, never=never)
        hint(again, found.days, found.kinds)
        answer = solve(again, max(1.0, _SOLVE * seconds * WORK_A_SECOND / 2), seed, _WORKERS, lambda _, __: None)
        if not answer.days or not answer.kinds:
            break
        found = _costed(made, answer.days, answer.kinds)
    numbers = ", ".join(str(made.dates[number]) for _, number, _ in failed)
    raise UseError(
        f"schedule: must find an order of the scenes within the light of each day, got none for {numbers}",
        remedy="Give more seconds or hours, or part long exteriors into several strips",
    )
