"""Strips: what a schedule is made of and what comes out: scenes, wishes, days. Plain values, nothing is computed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

LIGHTS = ("day", "night", "dawn", "dusk")
KINDS = ("day", "dawn", "split", "night", "rest")  # of shooting days, the usual first


@dataclass(frozen=True)
class SceneStrip:
    """One scene of the stripboard.

    Parameters
    ----------
    id : str
        Stays with the scene over drafts.
    number, heading, set, location : str
        `set` is where the story is, `location` where the company stands; scenes of one location need no move.
    is_interior : bool
    light : str
        One of `LIGHTS`.
    eighths : int, eighths of a page
    cast : tuple of str
    elements : tuple of (category, names)
        Props, vehicles, extras … as the table `elements` calls them.
    seconds : float
        Estimated running time.
    minutes : int
        To shoot it; 0: by its eighths.
    synopsis : str
    """

    id: str
    number: str
    heading: str
    set: str
    location: str
    is_interior: bool
    light: str
    eighths: int
    cast: tuple[str, ...] = ()
    elements: tuple[tuple[str, tuple[str, ...]], ...] = ()
    seconds: float = 0.0
    minutes: int = 0
    synopsis: str = ""


@dataclass(frozen=True)
class Weights:
    """What things cost beside each other, in hundredths of a shooting day.

    A day of crew and equipment is 100. A day of one of the cast is about a twentieth of it on a small feature, a
    company move an hour of ten, a change between days and nights half
    of that, a night a tenth more.

    Parameters
    ----------
    day, cast, move, switch, night : int
        A day of the company; a day of one of the cast from first to last, holds included; a move of the company within
        a day; a change between days and nights, or a split day; what a night costs more than a day.
    rates : mapping of name to int
        For who costs another sum than `cast`.
    """

    day: int = 100
    cast: int = 5
    move: int = 10
    switch: int = 5
    night: int = 10
    rates: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Wishes:
    """What a schedule must keep to, and what it costs.

    Parameters
    ----------
    start : date
        The first day that may be a shooting day.
    last : date or None
        The last that may be one.
    days : int or None
        How many shooting days there shall be; None: as few as can be, or more where that is cheaper.
    days_off : sequence of 0..6
        Days of the week without work; Monday is 0.
    holidays : sequence of date
    most_eighths : int
        Eighths of a page in a day.
    hours, break_hours : float
        From call to wrap; the break lies within.
    call : float
        The hour of the usual call.
    turnaround_hours : float
        At least, from wrap to the next call.
    minutes_an_eighth, move_minutes : int
        To shoot an eighth of a page; to move the company within a day.
    cast_off : mapping of name to dates
        When one of the cast cannot work.
    location_dates : mapping of location to dates
        The only dates on which a location can be had; a location that is not named is always free.
    drop_days : int
        Who is idle for at least so many days of the calendar is dropped and picked up instead of held; 0: nobody is.
    cast_travel : mapping of name to int
        Days that one of the cast travels before the start and after the finish.
    travel_days : mapping of location to int
        Days that the company travels to a location that lies far, and back.
    latitude, longitude, utc_offset_hours : float
        For daylight; without an offset the clock is the sun's mean time at the place.
    weights : Weights
    """

    start: date
    last: date | None = None
    days: int | None = None
    days_off: Sequence[int] = (5, 6)
    holidays: Sequence[date] = ()
    most_eighths: int = 40
    hours: float = 12.0
    break_hours: float = 1.0
    call: float = 8.0
    turnaround_hours: float = 11.0
    minutes_an_eighth: int = 15
    move_minutes: int = 60
    cast_off: Mapping[str, Sequence[date]] = field(default_factory=dict)
    location_dates: Mapping[str, Sequence[date]] = field(default_factory=dict)
    drop_days: int = 10
    cast_travel: Mapping[str, int] = field(default_factory=dict)
    travel_days: Mapping[str, int] = field(default_factory=dict)
    latitude: float = 45.0
    longitude: float = 0.0
    utc_offset_hours: float | None = None
    weights: Weights = field(default_factory=Weights)


@dataclass(frozen=True)
class Slot:
    """A scene in its day: minutes after that date's midnight; past 1440 it is the night after."""

    strip: SceneStrip
    start: int
    end: int


@dataclass(frozen=True)
class ShootingDay:
    """A day of the schedule.

    Parameters
    ----------
    number : int, from 1
    date : date
    kind : str
        One of `KINDS`; `rest` has no scenes.
    call, wrap : int
        Minutes after midnight.
    slots : tuple of Slot
        In shooting order.
    """

    number: int
    date: date
    kind: str
    call: int
    wrap: int
    slots: tuple[Slot, ...]


@dataclass(frozen=True)
class Schedule:
    """A schedule with what it costs and how good it is known to be.

    Parameters
    ----------
    days : tuple of ShootingDay
    cost, bound : int
        In the units of `Weights`; no schedule that keeps to the wishes costs less than `bound`.
    gap : 0..1
        How far the cost may lie over the best, as a share of the cost.
    parts : dict of str to int
        The cost by `days`, `cast`, `moves` and `nights` (with the changes to and from them).
    """

    days: tuple[ShootingDay, ...]
    cost: int
    bound: int
    gap: float
    parts: Mapping[str, int]
