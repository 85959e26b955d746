"""Annealing: betters an order of days by small exchanges.

A scene or a day's stay moves, two scenes or days change places. What does not fit costs more than it saves, so that the
search may pass through it. The number of steps is given, never a time, so the same seed gives the same order on every
machine.

Source: Kirkpatrick, Gelatt, Vecchi, "Optimization by simulated annealing", Science 220, 1983.
"""

import math
import random
from collections.abc import Callable, Sequence

from kinoeye.treatments.screenplay.board import Board, fits, kinds_for, parts_of
from kinoeye.treatments.screenplay.order import has_order
from kinoeye.treatments.screenplay.strips import LIGHTS

_HOT, _COLD = 0.12, 0.004  # of a shooting day's cost
_DISORDER = 2.0  # eighths that a day without an order is counted too long
_OVER = 0.06  # of a day's cost, for each eighth of a page too many


def anneal(
    made: Board,
    start: Sequence[int],
    count: int,
    *,
    steps: int,
    seed: int,
    told: Callable[[float], None] = lambda _: None,
) -> tuple[int, list[int]] | None:
    """Return the best order of days found in so many days, with its cost; None if none keeps to the wishes."""
    state = _State(made, start, count)
    draw = random.Random(seed)
    scale = max(1, made.wishes.weights.day, made.wishes.weights.move, max(made.rates, default=1))
    best: tuple[int, list[int]] | None = None
    lowest = math.inf
    current = state.cost()
    for step in range(steps):
        if step % 20000 == 0:
            told(step / steps)
        warmth = scale * _HOT * (_COLD / _HOT) ** (step / steps)
        before = list(state.days) if current < lowest + scale else None
        undo = state.change(draw)
        if undo is None:
            continue
        new = state.cost()
        if new > current and draw.random() >= math.exp((current - new) / warmth):
            undo()
            continue
        current = new
        if before is not None and new < lowest and state.is_whole():
            kinds = kinds_for(made, state.days, count)
            if kinds is not None and fits(made, state.days, count) and ordered(made, state.days, kinds, state.known):
                lowest = new
                best = sum(parts_of(made, state.days, kinds).values()), list(state.days)
    return best


def ordered(
    made: Board, days: Sequence[int], kinds: Sequence[str], known: dict[tuple[frozenset[int], int, str], bool]
) -> bool:
    """Return whether the scenes of each day can be put in an order that light allows; what is known is kept."""
    for day, kind in enumerate(kinds):
        scenes = frozenset(scene for scene, at in enumerate(days) if at == day)
        if scenes and not _knows(made, scenes, day, kind, known):
            return False
    return True


def _knows(
    made: Board, scenes: frozenset[int], day: int, kind: str, known: dict[tuple[frozenset[int], int, str], bool]
) -> bool:
    key = scenes, day, kind
    if key not in known:
        known[key] = has_order(made, sorted(scenes), day, kind)
    return known[key]


class _State:
    """An order of days with the sums that its cost is made of."""

    def __init__(self, made: Board, start: Sequence[int], count: int) -> None:
        self.made, self.count = made, count
        self.days = [-1] * len(start)
        self.eighths, self.minutes = [0] * count, [0] * count
        self.loads = [[0] * len(LIGHTS) for _ in range(count)]
        self.seen = [[0] * count for _ in made.names]
        self.masks = [0] * len(made.names)
        self.stays = [[0] * count for _ in made.locations]
        self.places = [0] * count
        self.scenes = [set[int]() for _ in range(count)]
        self.known: dict[tuple[frozenset[int], int, str], bool] = {}
        self.wrong = 0  # scenes on a day they may not have
        self.day_costs, self.day_sum = [0.0] * count, 0.0
        self.order_sum, self.is_kind_new = 0.0, True
        self.cast_cost, self.held = 0, 0.0
        self.over = _OVER * max(1, made.wishes.weights.day)
        self.has_kinds = len(made.kinds) > 2 or any(light >= 0 for light in made.lights)
        self.rooms = [
            [(kind, tuple(windows[kind].room(light) for light in LIGHTS)) for kind in made.kinds if kind != "rest"]
            for windows in made.windows[:count]
        ]
        self.kinds, self.usual = ["rest"] * count, made.kinds[0]
        self.follow = [
            {(one, other) for one in made.kinds for other in made.kinds if not made.follows(day, one, other)}
            for day in range(count - 1)
        ]
        self.is_tied = any(self.follow)
        for scene, day in enumerate(start):
            self._put(scene, min(day, count - 1))
        for day in range(count):
            self._weigh(day)

    def cost(self) -> float:
        if self.is_kind_new:
            self.order_sum, self.is_kind_new = self._order_cost(), False
        return self.cast_cost + self.day_sum + self.order_sum + 4 * self.over * self.wrong

    def is_whole(self) -> bool:
        return not self.wrong

    def change(self, draw: random.Random) -> Callable[[], None] | None:
        """Make a change; return what takes it back, or None if nothing changed."""
        choice = draw.random()
        scene = draw.randrange(len(self.days))
        day = self.days[scene]
        if choice < 0.94:
            if choice < 0.45 or choice >= 0.85:
                other, target = -1, draw.randrange(self.count)
            else:
                other = draw.randrange(len(self.days))
                target = self.days[other]
            if target == day:
                return None
            moving = [scene]
            if choice >= 0.85:
                place = self.made.places[scene]
                moving = [each for each, at in enumerate(self.days) if at == day and self.made.places[each] == place]
            return self._move([(each, target) for each in moving] + ([(other, day)] if other >= 0 else []))
        one, other = draw.randrange(self.count), draw.randrange(self.count)
        if one == other:
            return None
        order = list(range(self.count))
        if choice < 0.97:
            order[one], order[other] = other, one
        else:
            order.insert(other, order.pop(one))
        at = {old: new for new, old in enumerate(order)}
        return self._move([(each, at[old]) for each, old in enumerate(self.days) if at[old] != old])

    def _move(self, moves: list[tuple[int, int]]) -> Callable[[], None]:
        back = [(scene, self.days[scene]) for scene, _ in moves]
        self._apply(moves)
        return lambda: self._apply(back)

    def _apply(self, moves: list[tuple[int, int]]) -> None:
        touched = set()
        for scene, day in moves:
            touched.add(self.days[scene])
            touched.add(day)
            self._take(scene)
            self._put(scene, day)
        for day in touched:
            self._weigh(day)

    def _put(self, scene: int, day: int) -> None:
        made, bit = self.made, 1 << day
        for name in made.cast[scene]:
            seen = self.seen[name]
            if not seen[day]:
                self._mask(name, self.masks[name] | bit)
            seen[day] += 1
        stay = self.stays[made.places[scene]]
        self.places[day] += not stay[day]
        stay[day] += 1
        self.eighths[day] += made.eighths[scene]
        self.minutes[day] += made.minutes[scene]
        if made.lights[scene] >= 0:
            self.loads[day][made.lights[scene]] += made.minutes[scene]
        self.wrong += not made.allowed[scene] & bit
        self.days[scene] = day
        self.scenes[day].add(scene)

    def _take(self, scene: int) -> None:
        made, day = self.made, self.days[scene]
        bit = 1 << day
        self.scenes[day].discard(scene)
        for name in made.cast[scene]:
            seen = self.seen[name]
            seen[day] -= 1
            if not seen[day]:
                self._mask(name, self.masks[name] ^ bit)
        stay = self.stays[made.places[scene]]
        stay[day] -= 1
        self.places[day] -= not stay[day]
        self.eighths[day] -= made.eighths[scene]
        self.minutes[day] -= made.minutes[scene]
        if made.lights[scene] >= 0:
            self.loads[day][made.lights[scene]] -= made.minutes[scene]
        self.wrong -= not made.allowed[scene] & bit

    def _mask(self, name: int, mask: int) -> None:
        self.cast_cost += self.made.rates[name] * (_span(mask) - _span(self.masks[name]))
        self.masks[name] = mask

    def _weigh(self, day: int) -> None:
        """Reckon what a day costs by itself, and of which kind it is."""
        wishes, work = self.made.wishes, self.minutes[day]
        moves = max(0, self.places[day] - 1)
        minutes = work + wishes.move_minutes * moves - self.made.capacity
        over = max(0, self.eighths[day] - wishes.most_eighths) + max(0, minutes) / wishes.minutes_an_eighth
        kind = self.usual if work else "rest"
        if work and self.has_kinds:
            kind, short = self._kind(day)
            over += short / wishes.minutes_an_eighth
            if (
                not over
                and any(self.loads[day])
                and not _knows(self.made, frozenset(self.scenes[day]), day, kind, self.known)
            ):
                over = _DISORDER
        if kind != self.kinds[day]:
            self.kinds[day], self.is_kind_new = kind, True
        cost = wishes.weights.move * moves + (self.over * (over + 0.5) if over else 0.0)
        self.day_sum += cost - self.day_costs[day]
        self.day_costs[day] = cost

    def _kind(self, day: int) -> tuple[str, int]:
        """Return the first kind with enough light, or the one that lacks least, and the minutes it lacks."""
        day_load, night, dawn, dusk = self.loads[day]
        best, least = self.usual, 1 << 30
        for kind, (for_day, for_night, for_dawn, for_dusk) in self.rooms[day]:
            short = 0
            if day_load > for_day:
                short = day_load - for_day
            if night > for_night:
                short += night - for_night
            if dawn > for_dawn:
                short += dawn - for_dawn
            if dusk > for_dusk:
                short += dusk - for_dusk
            if not short:
                return kind, 0
            if short < least:
                best, least = kind, short
        return best, least

    def _order_cost(self) -> float:
        if not self.has_kinds:
            return 0.0
        cost, side = 0.0, -1
        for day, kind in enumerate(self.kinds):
            if kind == "split":
                cost += self.made.wishes.weights.switch
            elif kind != "rest":
                now = int(kind == "night")
                cost += now * self.made.wishes.weights.night
                if side not in {-1, now}:
                    cost += self.made.wishes.weights.switch
                side = now
            if day and self.is_tied and (self.kinds[day - 1], kind) in self.follow[day - 1]:
                cost += 4 * self.over
        return cost


def _span(mask: int) -> int:
    return mask.bit_length() - (mask & -mask).bit_length() + 1 if mask else 0
