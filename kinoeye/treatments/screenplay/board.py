"""Board: strips and wishes as numbers, and what an order of days costs. Shared by all that search.

Days are counted from 0. Of each day a kind is chosen as cheaply as turnaround and light allow.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from kinoeye.errors import SettingError, UseError
from kinoeye.treatments.screenplay.shooting_dates import Window, kinds_of, shooting_dates, window
from kinoeye.treatments.screenplay.strips import LIGHTS, SceneStrip, Wishes

_NIGHTS = {"day": 0, "dawn": 0, "night": 1}  # which side of the clock the company is on; others stay where they were


@dataclass(frozen=True)
class Board:
    """The numbers of a production.

    Parameters
    ----------
    strips : list of SceneStrip
    eighths, minutes, places : list of int, one a scene
    lights : list of int, one a scene
        The index in `LIGHTS` that it needs; -1 for interiors.
    cast : list of list of int, one a scene
    names, locations : list of str
    rates : list of int, one a name
    dates : list of date
        The dates that may be used; more than are needed.
    windows : list of dict of kind to Window, one a date
    kinds : list of str
    allowed : list of int, one a scene
        Bit d is set if the scene may be shot on day d.
    capacity : int, minutes of work in a day
    """

    wishes: Wishes
    strips: list[SceneStrip]
    eighths: list[int]
    minutes: list[int]
    places: list[int]
    lights: list[int]
    cast: list[list[int]]
    names: list[str]
    locations: list[str]
    rates: list[int]
    dates: list[date]
    windows: list[dict[str, Window]]
    kinds: list[str]
    allowed: list[int]
    capacity: int

    def follows(self, day: int, before: str, after: str) -> bool:
        """Return whether a kind may follow another from a day to the next, by turnaround."""
        if "rest" in {before, after}:
            return True
        first, second = self.windows[day][before], self.windows[day + 1][after]
        rest = (self.dates[day + 1] - self.dates[day]).days * 1440 + second.call - first.wrap
        return rest >= 60 * self.wishes.turnaround_hours


def board(strips: Sequence[SceneStrip], wishes: Wishes) -> Board:
    """Return the numbers of a production.

    Raises
    ------
    SettingError
        If a wish is outside its range.
    UseError
        If there are no strips or no dates, or a strip says what cannot be.
    """
    _check(strips, wishes)
    dates = shooting_dates(wishes, 40 + 3 * -(-sum(strip.eighths for strip in strips) // wishes.most_eighths))
    if not strips or not dates:
        raise UseError(
            f"schedule: must have scenes and at least one shooting date, got {len(strips)} scenes "
            f"and {len(dates)} dates",
            remedy="Give strips, and a first and last date with a working day between them",
        )
    names = sorted({name for strip in strips for name in strip.cast})
    locations = sorted({strip.location for strip in strips})
    kinds = kinds_of(list(strips))
    windows = [{kind: window(day, kind, wishes) for kind in kinds} for day in dates]
    minutes = [strip.minutes or max(1, strip.eighths * wishes.minutes_an_eighth) for strip in strips]
    needs = [-1 if strip.is_interior else LIGHTS.index(strip.light) for strip in strips]
    allowed = [_allowed(strip, length, wishes, dates, windows) for strip, length in zip(strips, minutes, strict=True)]
    return Board(
        wishes, list(strips), [strip.eighths for strip in strips], minutes,
        [locations.index(strip.location) for strip in strips], needs,
        [sorted(names.index(name) for name in set(strip.cast)) for strip in strips], names, locations,
        [wishes.weights.rates.get(name, wishes.weights.cast) for name in names], dates, windows, kinds, allowed,
        round(60 * (wishes.hours - wishes.break_hours)),
    )  # fmt: skip


def kinds_for(made: Board, days: Sequence[int], count: int) -> list[str] | None:
    """Return the cheapest kinds for an order of days; None if light or turnaround allow none. Day -1 is left out."""
    loads = [[0] * len(LIGHTS) for _ in range(count)]
    work = [0] * count
    for scene, day in enumerate(days):
        if day < 0:
            continue
        work[day] += made.minutes[scene]
        if made.lights[scene] >= 0:
            loads[day][made.lights[scene]] += made.minutes[scene]
    states: dict[tuple[str, int], tuple[int, list[str]]] = {("rest", -1): (0, [])}
    for day in range(count):
        fitting = [kind for kind in made.kinds if (kind != "rest" or not work[day]) and all(
            load <= made.windows[day][kind].room(light) for load, light in zip(loads[day], LIGHTS, strict=True)
        )]  # fmt: skip
        found: dict[tuple[str, int], tuple[int, list[str]]] = {}
        for (before, side), (cost, so_far) in states.items():
            for kind in fitting:
                if day and not made.follows(day - 1, before, kind):
                    continue
                now = _NIGHTS.get(kind, side)
                more = made.wishes.weights.night * (kind == "night")
                more += made.wishes.weights.switch * ((now != side and side >= 0) + (kind == "split"))
                if (kind, now) not in found or found[kind, now][0] > cost + more:
                    found[kind, now] = (cost + more, [*so_far, kind])
        states = found
    return min(states.values())[1] if states else None


def parts_of(made: Board, days: Sequence[int], kinds: Sequence[str]) -> dict[str, int]:
    """Return what an order of days costs, by part."""
    weights = made.wishes.weights
    used: list[list[int]] = [[] for _ in made.names]
    places: list[set[int]] = [set() for _ in kinds]
    for scene, day in enumerate(days):
        places[day].add(made.places[scene])
        for name in made.cast[scene]:
            used[name].append(day)
    sides = [_NIGHTS[kind] for kind in kinds if kind in _NIGHTS]
    changes = sum(one != other for one, other in pairwise(sides)) + list(kinds).count("split")
    return {
        "days": weights.day * len(kinds),
        "cast": sum(rate * (max(seen) - min(seen) + 1) for rate, seen in zip(made.rates, used, strict=True)),
        "moves": weights.move * sum(max(0, len(each) - 1) for each in places),
        "nights": weights.switch * changes + weights.night * list(kinds).count("night"),
    }


def fits(made: Board, days: Sequence[int], count: int) -> bool:
    """Return whether an order of days keeps to pages, hours and availability."""
    eighths, minutes, places = [0] * count, [0] * count, [set[int]() for _ in range(count)]
    for scene, day in enumerate(days):
        if day >= count or not made.allowed[scene] >> day & 1:
            return False
        eighths[day] += made.eighths[scene]
        minutes[day] += made.minutes[scene]
        places[day].add(made.places[scene])
    moved = [made.wishes.move_minutes * max(0, len(each) - 1) for each in places]
    return max(eighths) <= made.wishes.most_eighths and all(
        work + more <= made.capacity for work, more in zip(minutes, moved, strict=True)
    )


def fewest_days(made: Board) -> int:
    """Return how many days there must be at least."""
    return max(1, math.ceil(sum(made.eighths) / made.wishes.most_eighths), math.ceil(sum(made.minutes) / made.capacity))


def _allowed(
    strip: SceneStrip, minutes: int, wishes: Wishes, dates: list[date], windows: list[dict[str, Window]]
) -> int:
    off = {day for name in strip.cast for day in wishes.cast_off.get(name, ())}
    only = wishes.location_dates.get(strip.location)
    bits = 0
    for number, day in enumerate(dates):
        is_light = strip.is_interior or any(each.room(strip.light) >= minutes for each in windows[number].values())
        if day not in off and (only is None or day in only) and is_light:
            bits |= 1 << number
    return bits


def _check(strips: Sequence[SceneStrip], wishes: Wishes) -> None:
    ranges: tuple[tuple[str, float, float, float], ...] = (
        ("days", wishes.days or 1, 1, 400), ("most_eighths", wishes.most_eighths, 1, 1000),
        ("hours", wishes.hours, 1, 24),
        ("break_hours", wishes.break_hours, 0, wishes.hours - 0.5), ("call", wishes.call, 0, 23.99),
        ("turnaround_hours", wishes.turnaround_hours, 0, 24), ("minutes_an_eighth", wishes.minutes_an_eighth, 1, 480),
        ("move_minutes", wishes.move_minutes, 0, 720), ("latitude", wishes.latitude, -90, 90),
        ("longitude", wishes.longitude, -180, 180), ("utc_offset_hours", wishes.utc_offset_hours or 0, -14, 14),
    )  # fmt: skip
    weights = wishes.weights
    ranges += tuple((f"weights.{name}", value, 0, 10**6) for name, value in (
        ("day", weights.day), ("cast", weights.cast), ("move", weights.move), ("switch", weights.switch),
        ("night", weights.night),
        *weights.rates.items(),
    ))  # fmt: skip
    for name, value, least, greatest in ranges:
        if not least <= value <= greatest:
            raise SettingError(f"schedule: {name} must lie in {least}..{greatest}, got {value}")
    for name, values in (("days_off", wishes.days_off),):
        if not set(values) <= set(range(7)):
            raise SettingError(f"schedule: {name} must be days of the week, 0 for Monday to 6, got {list(values)}")
    seen: set[str] = set()
    for strip in strips:
        if strip.light not in LIGHTS or strip.eighths < 0 or strip.minutes < 0 or strip.id in seen:
            raise UseError(
                f"schedule: scene {strip.number}: must have an id of its own, one of {', '.join(LIGHTS)} and 0 or more "
                f"eighths and minutes, got {strip.id!r}, {strip.light!r}, {strip.eighths} and {strip.minutes}"
            )
        seen.add(strip.id)
