"""Shooting dates: the dates that may be worked on, and what windows of work and light each of them offers.

A day of work is one of a few kinds with a call of its own: the usual day, one from before dawn, one split by sunset, a
night. The kinds that no scene asks for are left out.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from kinoeye.signals.daylight import DAY, Daylight, daylight
from kinoeye.treatments.screenplay.strips import KINDS, LIGHTS, SceneStrip, Wishes

_SLOT = 30  # minutes of sun that still look like dawn or dusk
_EARLY = 45  # minutes from the call to the first picture at dawn
_MOST_DATES = 2000


@dataclass(frozen=True)
class Window:
    """The work of a date if it is of one kind.

    Parameters
    ----------
    kind : str
    call, wrap : int
        Minutes after midnight.
    lights : dict of light to list of (begin, end)
        When an exterior of that light can be shot, within the window.
    """

    kind: str
    call: int
    wrap: int
    lights: dict[str, list[tuple[int, int]]]

    def room(self, light: str) -> int:
        """Return how many minutes of that light there are."""
        return sum(end - begin for begin, end in self.lights[light])


def shooting_dates(wishes: Wishes, most: int) -> list[date]:
    """Return the first dates that may be worked on, as many as asked for or as there are."""
    off, holidays = set(wishes.days_off), set(wishes.holidays)
    found: list[date] = []
    for number in range(_MOST_DATES):
        day = wishes.start + timedelta(number)
        if len(found) == most or (wishes.last and day > wishes.last):
            break
        if day.weekday() not in off and day not in holidays:
            found.append(day)
    return found


def kinds_of(strips: list[SceneStrip]) -> list[str]:
    """Return the kinds of days that the scenes can ask for, the usual first."""
    outside = {strip.light for strip in strips if not strip.is_interior}
    asked = {"day", "rest"}
    asked |= {"dawn"} if "dawn" in outside else set()
    asked |= {"split"} if outside & {"dusk", "night"} else set()
    asked |= {"night"} if "night" in outside else set()
    return [kind for kind in KINDS if kind in asked]


def window(day: date, kind: str, wishes: Wishes) -> Window:
    """Return what a date offers if its work is of a kind."""
    light = daylight(day, wishes.latitude, wishes.longitude, wishes.utc_offset_hours)
    after = daylight(day + timedelta(1), wishes.latitude, wishes.longitude, wishes.utc_offset_hours)
    length = round(60 * wishes.hours)
    call = {
        "dawn": max(0, light.dawn - _EARLY),
        "split": max(0, light.sunset - length // 2),
        "night": max(0, light.dusk - 60),
    }.get(kind, round(60 * wishes.call))
    wrap = call + (0 if kind == "rest" else length)
    spans = {name: [] if kind == "rest" else _within(_spans(name, light, after), call, wrap) for name in LIGHTS}
    return Window(kind, call, wrap, spans)


def _spans(name: str, light: Daylight, after: Daylight) -> list[tuple[int, int]]:
    if name == "day":
        return [(light.sunrise, light.sunset), (DAY + after.sunrise, DAY + after.sunset)]
    if name == "night":
        return [(0, light.dawn), (light.dusk, DAY + after.dawn)]
    if light.sunrise in {0, light.sunset}:  # no sunrise or sunset that day
        return []
    if name == "dawn":
        return [(light.dawn, light.sunrise + _SLOT), (DAY + after.dawn, DAY + after.sunrise + _SLOT)]
    return [(light.sunset - _SLOT, light.dusk)]


def _within(spans: list[tuple[int, int]], call: int, wrap: int) -> list[tuple[int, int]]:
    clipped = ((max(begin, call), min(end, wrap)) for begin, end in spans)
    return [(begin, end) for begin, end in clipped if end > begin]
