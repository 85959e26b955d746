"""Day out of days: on which days each of the cast travels, starts, works, is held, dropped, picked up and finishes.

Who is idle for long is dropped and picked up again instead of held, once: the longest idle time counts. The cost of a
schedule counts such days as held all the same, so that it is never less than what the plan was made for.

Source: SAG-AFTRA Codified Basic Agreement, schedule F and "drop and pick up" (at least 10 calendar days between, once a
picture); the letters are those of scheduling programs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule

DROP_DAYS = 10  # between, of the agreement


@dataclass(frozen=True)
class CastRow:
    """One of the cast.

    Parameters
    ----------
    number : int
        As the trade counts the cast: 1 for who has most scenes.
    name : str
    codes : tuple of str, one a day
        SW starts, W works, H is held, WD is dropped after work, PW is picked up and works, WF finishes; SWF, SWD, PWF
        both on one day; T travels; empty before, after and while dropped.
    worked, held : int, days
    travel : tuple of date
        Days of travel before the start and after the finish, on shooting days and others.
    """

    number: int
    name: str
    codes: tuple[str, ...]
    worked: int
    held: int
    travel: tuple[date, ...] = ()

    @property
    def total(self) -> int:
        """Days that are paid: worked, held and travelled."""
        return self.worked + self.held + len(self.travel)


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


def day_out_of_days(
    schedule: Schedule, *, drop_days: int = DROP_DAYS, travel: Mapping[str, int] | None = None
) -> list[CastRow]:
    """Return a row for each of the cast, by number.

    Parameters
    ----------
    drop_days : days
        At least so many days of the calendar between two days of work, and one is dropped and picked up; 0: nobody is.
    travel : mapping of name to days
        How long who lives away travels each way.
    """
    strips = [slot.strip for day in schedule.days for slot in day.slots]
    dates = [day.date for day in schedule.days]
    rows = []
    for name, number in cast_numbers(strips).items():
        works = [at for at, day in enumerate(schedule.days) if any(name in slot.strip.cast for slot in day.slots)]
        codes = _codes(works, dates, drop_days)
        days = (travel or {}).get(name, 0)
        away = [dates[works[0]] - timedelta(each) for each in range(days, 0, -1)]
        away += [dates[works[-1]] + timedelta(each) for each in range(1, days + 1)]
        for day in away:
            if day in dates:
                codes[dates.index(day)] = "T"
        rows.append(CastRow(number, name, tuple(codes), len(works), codes.count("H"), tuple(away)))
    return rows


def dated_codes(schedule: Schedule, rows: Sequence[CastRow]) -> dict[date, list[str]]:
    """Return the codes of every date that has one: the shooting days, and days of travel between and around them."""
    found = {day.date: [row.codes[at] for row in rows] for at, day in enumerate(schedule.days)}
    for day in sorted({day for row in rows for day in row.travel} - set(found)):
        found[day] = ["T" if day in row.travel else "" for row in rows]
    return dict(sorted(found.items()))


def _codes(works: Sequence[int], dates: Sequence[date], drop_days: int) -> list[str]:
    codes = [""] * len(dates)
    codes[works[0] : works[-1] + 1] = ["H"] * (works[-1] + 1 - works[0])
    gaps = [(dates[after] - dates[before]).days - 1 for before, after in pairwise(works)]
    dropped = gaps.index(max(gaps)) if gaps and drop_days and max(gaps) >= drop_days else -1
    for place, at in enumerate(works):
        begin = "S" if place == 0 else "P" if place == dropped + 1 and dropped >= 0 else ""
        end = "F" if place == len(works) - 1 else "D" if place == dropped else ""
        codes[at] = f"{begin}W{end}"
    if dropped >= 0:
        idle = range(works[dropped] + 1, works[dropped + 1])
        codes[idle.start : idle.stop] = [""] * len(idle)
    return codes
