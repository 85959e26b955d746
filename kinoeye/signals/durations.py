"""Lengths of time: how long a film is, in the forms in which catalogues write it."""

import re
import statistics
from collections.abc import Sequence

from kinoeye.signals.numbers import number_of

_ISO = re.compile(r"P(?:\d+D)?T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?", re.I)
_CLOCK = re.compile(r"(\d{1,3}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?")
_HOURS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:hours?|hrs?|h|std|小时|時間|时)(?![a-z])\.?", re.I)
_MINUTES = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:minutes?|minuten|mins?|min|m(?![a-z])|′|'(?!')|分钟|分鐘|分)", re.I)
_SECONDS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:seconds?|secs?|sec|s(?![a-z])|″|\"|''|秒)", re.I)
_NO_TIME = re.compile(r"seasons?|episodes?|季|集|卷|reels?", re.I)
_UNIT_WORDS = {
    "milliseconds": ("millisecond", "毫秒"), "seconds": ("second", "sec)", "秒"),
    "minutes": ("minute", "mins", "(min", "_min", "分"), "hours": ("hour", "小时"),
}  # fmt: skip
UNITS = {"hours": 3600.0, "minutes": 60.0, "seconds": 1.0, "milliseconds": 0.001}


def seconds_of(text: str, *, unit: str = "minutes") -> float | None:
    """Return the seconds that a cell gives; None where it gives none.

    Parameters
    ----------
    text : str
    unit : hours, minutes, seconds or milliseconds
        Of a number that names none.

    Examples
    --------
    >>> [seconds_of(each) for each in ("1h 42m", "102 min", "PT1H42M", "102分钟", "1小时42分", "1:42:00", "102")]
    [6120.0, 6120.0, 6120.0, 6120.0, 6120.0, 6120.0, 6120.0]
    >>> seconds_of("2 Seasons"), seconds_of("6120", unit="seconds"), seconds_of("USA: 142 min / 127 min")
    (None, 6120.0, 8520.0)
    """
    text = text.strip()
    plain = number_of(text)
    if plain is not None:
        return plain * UNITS[unit] if plain >= 0 else None
    if _NO_TIME.search(text):
        return None
    if iso := _ISO.fullmatch(text):
        return _sum(iso[1], iso[2], iso[3])
    if clock := _CLOCK.search(text):
        # Two parts are hours and minutes, as a film's length is written; three have seconds.
        return _sum(clock[1], clock[2], clock[3])
    hours = _HOURS.search(text)
    minutes = _MINUTES.search(text, hours.end() if hours else 0)
    if hours and minutes and minutes.start() - hours.end() > 8:
        minutes = None
    seconds = _SECONDS.search(text, minutes.end()) if minutes else None if hours else _SECONDS.search(text)
    if seconds and minutes and seconds.start() - minutes.end() > 4:
        seconds = None
    if not (hours or minutes or seconds):
        return None
    return _sum(*(found[1] if found else None for found in (hours, minutes, seconds)))


def unit_of(numbers: Sequence[float], heading: str = "") -> str:
    """Return the unit of lengths that name none: their middle is that of films.

    Examples
    --------
    >>> unit_of([95, 102, 131]), unit_of([5700, 6120]), unit_of([1.5, 1.7]), unit_of([95], "runtime_seconds")
    ('minutes', 'seconds', 'hours', 'seconds')
    """
    lower = heading.lower()
    for unit, words in _UNIT_WORDS.items():
        if any(word in lower for word in words):
            return unit
    given = [number for number in numbers if number > 0]
    middle = statistics.median(given) if given else 90
    if middle > 200_000:
        return "milliseconds"
    if middle > 900:
        return "seconds"
    return "hours" if middle < 5 and any(number != int(number) for number in given) else "minutes"


def _sum(hours: str | None, minutes: str | None, seconds: str | None) -> float:
    parts = [float((each or "0").replace(",", ".")) for each in (hours, minutes, seconds)]
    return parts[0] * 3600 + parts[1] * 60 + parts[2]
