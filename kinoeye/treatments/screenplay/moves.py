"""Moves: where the company goes from one location to another, and the days it travels.

A schedule is made without them: days of travel lie on dates on which nobody shoots. Where there are too few, it is said
how many lack; a holiday in the wishes makes room.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kinoeye.treatments.screenplay.strips import Schedule


@dataclass(frozen=True)
class Move:
    """A move of the company.

    Parameters
    ----------
    day : int
        Number of the shooting day before whose scene it lies; one past the last for the way back.
    scene : str
        Id of the strip before which it lies; empty for the way back.
    origin, place : str
        Locations; empty for where the company is at home.
    is_within : bool
        Within a shooting day, else between two.
    travel : tuple of date
    lacking : int
        Days of travel for which there is no date.
    """

    day: int
    scene: str
    origin: str
    place: str
    is_within: bool
    travel: tuple[date, ...] = ()
    lacking: int = 0


def moves(schedule: Schedule, travel_days: Mapping[str, int] | None = None) -> list[Move]:
    """Return the moves of a schedule in their order.

    Parameters
    ----------
    travel_days : mapping of location to days
        How long the company travels to a location that lies far, and back.
    """
    far = travel_days or {}
    stops = [(day, slot.strip) for day in schedule.days for slot in day.slots]
    if not stops:
        return []
    found = []
    (first, strip), (last, end) = stops[0], stops[-1]
    if days := far.get(strip.location, 0):
        found.append(Move(first.number, strip.id, "", strip.location, False, _before(first.date, days)))
    for (day, one), (after, other) in pairwise(stops):
        if one.location == other.location:
            continue
        days = max(far.get(one.location, 0), far.get(other.location, 0))
        is_within = day.number == after.number
        free = [day.date + timedelta(each) for each in range(1, (after.date - day.date).days)]
        travel = tuple(free[len(free) - min(days, len(free)) :])
        found.append(Move(after.number, other.id, one.location, other.location, is_within, travel, days - len(travel)))
    if days := far.get(end.location, 0):
        travel = tuple(last.date + timedelta(each) for each in range(1, days + 1))
        found.append(Move(last.number + 1, "", end.location, "", False, travel))
    return found


def _before(day: date, days: int) -> tuple[date, ...]:
    return tuple(day - timedelta(each) for each in range(days, 0, -1))
