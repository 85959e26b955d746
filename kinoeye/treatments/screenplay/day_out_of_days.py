"""Day out of days: on which days each of the cast starts, works, is held and finishes."""

from collections.abc import Sequence
from dataclasses import dataclass

from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule


@dataclass(frozen=True)
class CastRow:
    """One of the cast.

    Parameters
    ----------
    number : int
        As the trade counts the cast: 1 for who has most scenes.
    name : str
    codes : tuple of str, one a day
        SW starts, W works, H is held, WF finishes, SWF starts and finishes on one day; empty before and after.
    worked, held : int, days
    """

    number: int
    name: str
    codes: tuple[str, ...]
    worked: int
    held: int


def cast_numbers(strips: Sequence[SceneStrip]) -> dict[str, int]:
    """Return the numbers of the cast, by how many scenes they have, then by name.

    Examples
    --------
    >>> strip = SceneStrip("1", "1", "INT. HALL - DAY", "HALL", "HALL", True, "day", 4, ("ANNA", "BEN"))
    >>> cast_numbers([strip, SceneStrip("2", "2", "INT. HALL - DAY", "HALL", "HALL", True, "day", 4, ("BEN",))])
    {'BEN': 1, 'ANNA': 2}
    """
    times: dict[str, int] = {}
    for strip in strips:
        for name in set(strip.cast):
            times[name] = times.get(name, 0) + 1
    return {name: number + 1 for number, name in enumerate(sorted(times, key=lambda name: (-times[name], name)))}


def day_out_of_days(schedule: Schedule) -> list[CastRow]:
    """Return a row for each of the cast, by number."""
    strips = [slot.strip for day in schedule.days for slot in day.slots]
    rows = []
    for name, number in cast_numbers(strips).items():
        works = [any(name in slot.strip.cast for slot in day.slots) for day in schedule.days]
        first, last = works.index(True), len(works) - 1 - works[::-1].index(True)
        codes = [""] * len(works)
        for day in range(first, last + 1):
            start, finish = day == first, day == last
            codes[day] = ("S" if start else "") + "W" + ("F" if finish else "") if works[day] else "H"
        rows.append(CastRow(number, name, tuple(codes), sum(works), codes.count("H")))
    return rows
