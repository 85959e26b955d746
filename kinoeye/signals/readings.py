"""Readings: what one cell of a known column says, in the form that the table `titles` has, and why it differs.

Each reader takes a cell as given (text, number, day, list) and how its column is written, and returns the value and a
reason: empty where the cell says the same already, ``unread`` where something is there that nobody can read.
"""

import datetime
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kinoeye.signals.cells import apart, codes_in, is_missing, things_in
from kinoeye.signals.countries import country_of
from kinoeye.signals.dates import date_of, year_of
from kinoeye.signals.durations import UNITS, seconds_of
from kinoeye.signals.encodings import plain
from kinoeye.signals.genre_names import kind_of
from kinoeye.signals.language_names import language_code
from kinoeye.signals.money import SCALES, money_of
from kinoeye.signals.numbers import number_of
from kinoeye.signals.person_names import person_of
from kinoeye.signals.stars import rating_of
from kinoeye.signals.title_forms import Told, title_of
from kinoeye.timecode import FLICKS_PER_SECOND

Read = tuple[Any, str]

UNREAD = "unread"
_LONGEST_S = 10_000_000.0  # longer works than the longest known (Logistics, 857 hours) are errors
_IMDB = re.compile(r"tt\d{5,10}")
_DIGITS = re.compile(r"\d+")
_YEARS = (1800, 2399)
_HEADING_SCALES = re.compile(
    r"\b(?:in\s+)?(millions?|mio|thousands?|billions?|mn|bn)\b|\(\s*[$€£]?\s*(m|k)\s*\)|(亿|万)", re.I
)


@dataclass(frozen=True)
class Manner:
    """How a column is written.

    Parameters
    ----------
    separator : str
        Between the things of a list; empty where cells hold one.
    is_day_first : bool
        Whether 03/04/1999 is in April.
    unit : str
        Of a bare length: hours, minutes, seconds or milliseconds.
    scale : float
        Of a bare rating.
    currency : str
        That the heading names; ISO 4217.
    times : float
        By which bare amounts are multiplied, as the heading says ("in millions").
    has_jobs : bool
        Whether cells list a crew with each one's job.
    """

    separator: str = ""
    is_day_first: bool = False
    unit: str = "minutes"
    scale: float = 10.0
    currency: str = ""
    times: float = 1.0
    has_jobs: bool = False


def text_of(cell: Any) -> str:
    """Return a cell as text: whole numbers without a fraction."""
    if isinstance(cell, str):
        return cell
    if cell is None or (isinstance(cell, float) and not math.isfinite(cell)):
        return ""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    return str(cell)


def shown(value: Any, role: str) -> str:
    """Return a cleaned value as a list of changes shows it."""
    if isinstance(value, Told):
        return value.title
    if isinstance(value, list):
        return " | ".join(value)
    if role == "runtime" and value is not None:
        minutes = value / FLICKS_PER_SECOND / 60
        return f"{minutes:g} min"
    if isinstance(value, tuple):
        return " ".join(f"{part:.15g}" if isinstance(part, float) else str(part) for part in value if part != "")
    return f"{value:g}" if isinstance(value, float) else "" if value is None else str(value)


def currency_in(heading: str) -> str:
    """Return the currency that a heading names; empty where it names none.

    >>> currency_in("Budget (USD)"), currency_in("票房（万元）"), currency_in("US Gross"), currency_in("Revenue")
    ('USD', 'CNY', 'USD', '')
    """
    told = money_of(f"1 {heading.replace('(', ' ').replace('（', ' ').replace('_', ' ')}")
    if told and told[1]:
        return told[1]
    return "USD" if re.match(r"(us|domestic|usa)\b", heading.strip(), re.I) else ""


def times_in(heading: str) -> float:
    """Return by what a heading says that its numbers are to be multiplied.

    >>> times_in("Gross (in millions)"), times_in("票房（万元）"), times_in("Gross")
    (1000000.0, 10000.0, 1.0)
    """
    found = _HEADING_SCALES.search(heading.replace("_", " "))
    if not found:
        return 1.0
    return SCALES.get(next(each for each in found.groups() if each).lower(), SCALES.get(found[0].lower(), 1.0))


def _title(cell: Any, manner: Manner) -> Read:
    text = text_of(cell)
    if is_missing(text, strictly=True):
        return None, ""
    text, why = plain(text)
    told = title_of(text)
    return (told, why or told.why) if told.title else (None, UNREAD)


def _other_title(cell: Any, manner: Manner) -> Read:
    told, why = _title(cell, manner)
    return (told.title, why) if told else (None, why)


def _text(cell: Any, manner: Manner) -> Read:
    text = text_of(cell)
    if is_missing(text):
        return None, ""
    return plain(text)


def _titles(cell: Any, manner: Manner) -> Read:
    told = [title_of(plain(each)[0]).title for each in things_in(cell, manner.separator)]
    return list(dict.fromkeys(told)), ""


def _kind(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    if is_missing(text):
        return None, ""
    kind = kind_of(text) or None
    return kind, "" if kind == text else UNREAD if kind is None else "code"


def _year(cell: Any, manner: Manner) -> Read:
    if isinstance(cell, datetime.date):
        return cell.year, "form"
    text = text_of(cell).strip()
    if is_missing(text) or text == "0":
        return None, ""
    year = year_of(text)
    if year is None or not _YEARS[0] <= year <= _YEARS[1]:
        return None, UNREAD
    return year, "" if text == str(year) or not isinstance(cell, str) else "form"


def _released(cell: Any, manner: Manner) -> Read:
    if isinstance(cell, datetime.datetime):
        return cell.date(), ""
    if isinstance(cell, datetime.date):
        return cell, ""
    text = text_of(cell).strip()
    if is_missing(text):
        return None, ""
    day = date_of(text, is_day_first=manner.is_day_first)
    if day is None and (number := number_of(text)) is not None and 3000 <= number <= 60_000 and year_of(text) is None:
        day = datetime.date(1899, 12, 30) + datetime.timedelta(days=int(number))  # as Excel counts days
    if day is None:
        # A year or a month alone is kept as the year.
        year = year_of(text)
        return (year, "form") if year is not None and _YEARS[0] <= year <= _YEARS[1] else (None, UNREAD)
    return day, "" if text[:10] == day.isoformat() and len(text) == 10 else "form"


def _codes(cell: Any, manner: Manner, key: str, code_of: Callable[[str], str]) -> Read:
    given = codes_in(cell, key)
    things = given or things_in(cell, manner.separator)
    # A cell may list with a sign of its own.
    if len(things) == 1 and not code_of(things[0]):
        for sign in ("/", ",", "、", ";", "，", " and "):
            if sign in things[0]:
                things = [part.strip() for part in things[0].split(sign) if part.strip()]
                break
    codes = [code_of(plain(thing)[0]) for thing in things]
    why = "" if not things or codes == things else UNREAD if not all(codes) else "code"
    return list(dict.fromkeys(code for code in codes if code)), why


def _languages(cell: Any, manner: Manner) -> Read:
    return _codes(cell, manner, "iso_639", language_code)


def _countries(cell: Any, manner: Manner) -> Read:
    return _codes(cell, manner, "iso_3166", country_of)


def _genres(cell: Any, manner: Manner) -> Read:
    given = things_in(cell, manner.separator)
    told = [plain(each)[0] for each in given]
    return list(dict.fromkeys(told)), "" if told == given else "encoding"


def _people(job: str) -> Callable[[Any, Manner], Read]:
    def read(cell: Any, manner: Manner) -> Read:
        given = things_in(cell, manner.separator, job=job if manner.has_jobs else "")
        told = [person_of(plain(each)[0]) for each in apart(given)]
        told = list(dict.fromkeys(each for each in told if each))
        return told, "" if told == given or len(told) != len(given) else "name"

    return read


def _runtime(cell: Any, manner: Manner) -> Read:
    if isinstance(cell, datetime.timedelta):
        seconds: float | None = cell.total_seconds()
        text = ""
    else:
        text = text_of(cell).strip()
        if is_missing(text) or text in {"0", "0.0"}:
            return None, ""
        seconds = seconds_of(text, unit=manner.unit)
    if seconds is None or not 0 < seconds <= _LONGEST_S:
        return None, UNREAD
    is_bare = UNITS[manner.unit] == 60 and number_of(text) is not None
    return round(seconds * FLICKS_PER_SECOND), "" if is_bare else "unit"


def _money(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    if is_missing(text):
        return None, ""
    told = money_of(text)
    if told is None:
        return None, UNREAD
    amount, currency = told
    is_bare = number_of(text) is not None
    amount *= manner.times if amount < 1e6 or is_bare else 1.0
    if amount <= 0:
        return None, ""  # nobody makes a film for nothing: 0 stands for unknown
    return (amount, currency or manner.currency), "" if is_bare and manner.times == 1 else "unit"


def _rating(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    if is_missing(text):
        return None, ""
    rating = rating_of(text, scale=manner.scale)
    if rating is None:
        return None, UNREAD
    if rating == 0 and manner.scale <= 10 and number_of(text) is not None:
        return None, ""  # no votes yet
    return rating, "" if number_of(text) is not None and manner.scale == 10 else "scale"


def _votes(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    if is_missing(text):
        return None, ""
    number = number_of(text)
    if number is None:
        told = money_of(text.rstrip("人+"))
        number = told[0] if told and not told[1] else None
    if number is None or number < 0:
        return None, UNREAD
    return round(number * manner.times), "" if text.isdigit() else "form"


def _imdb(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    if found := _IMDB.search(text):
        return found[0], "" if found[0] == text else "form"
    if is_missing(text) or not text.isdigit():
        return None, UNREAD if not is_missing(text) else ""
    return f"tt{text.zfill(7)}", "form"


def _tmdb(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    if is_missing(text):
        return None, ""
    found = _DIGITS.search(text)
    return (found[0], "" if found[0] == text else "form") if found else (None, UNREAD)


def _id(cell: Any, manner: Manner) -> Read:
    text = text_of(cell).strip()
    return (None if is_missing(text) else text), ""


READERS: Mapping[str, Callable[[Any, Manner], Read]] = {
    "title": _title, "original_title": _other_title, "other_titles": _titles, "kind": _kind, "year": _year,
    "released": _released, "languages": _languages, "countries": _countries, "genres": _genres, "plot": _text,
    "directors": _people("Director"), "writers": _people("Writer"), "cast": _people(""), "runtime": _runtime,
    "budget": _money, "gross": _money, "rating": _rating, "votes": _votes, "imdb": _imdb, "tmdb": _tmdb,
    "source_id": _id,
}  # fmt: skip
