"""Dates: years and days in the forms in which catalogues write them.

A day that may be read two ways (03/04/1999) is read as most of its column must be; a year alone, or a month, is no day.
"""

import datetime
import re
from collections.abc import Iterable, Mapping

FIRST_YEAR = 1874  # Janssen's passage of Venus, the oldest that catalogues have
_AHEAD = 12  # years in which announced films are told

_MONTH_NAMES = (
    "jan january januar janvier enero gennaio januari janeiro",
    "feb february februar février fevrier febrero febbraio februari fevereiro",
    "mar march märz maerz mars marzo maart março",
    "apr april avril abril aprile",
    "may mai mayo maggio mei maio",
    "jun june juni juin junio giugno junho",
    "jul july juli juillet julio luglio julho",
    "aug august août aout agosto augustus",
    "sep sept september septembre septiembre settembre setembro",
    "oct october oktober octobre octubre ottobre okt outubro",
    "nov november novembre noviembre novembro",
    "dec december dezember décembre decembre diciembre dicembre dez dezembro",
)
_MONTHS: Mapping[str, int] = {name: number for number, names in enumerate(_MONTH_NAMES, 1) for name in names.split()}
_ISO = re.compile(r"(?<!\d)(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})(?!\d)")
_NUMBERS = re.compile(r"(?<!\d)(\d{1,2})\s*[-/.]\s*(\d{1,2})\s*[-/.]\s*(\d{4}|\d{2})(?!\d)")
_DAY_MONTH = re.compile(
    r"(?<!\d)(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]+(?:de\s+|of\s+)?([^\W\d_]{3,10})\.?,?[\s-]+(?:de\s+)?(\d{4}|\d{2})(?!\d)",
    re.I,
)
_MONTH_DAY = re.compile(r"\b([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)", re.I)
_PACKED = re.compile(r"(?:18|19|20)\d{6}")
_YEAR = re.compile(r"(?<![\d.,:$€£¥-])(1[89]\d\d|20\d\d|21\d\d|22\d\d)(?![\d:]|[.,]\d{2,})")
_YEAR_ALONE = re.compile(
    r"[(\[（【]?\s*(?:c\.|ca\.?|circa|approx\.?)?\s*(\d{4})(?:\.0+)?\s*年?\s*(?:[-–—/~～至]\s*(?:\d{2,4}|present|now|今|\?{0,4})?\s*年?)?\s*[)\]）】]?\s*(?:\?|年代?)?",
    re.I,
)


def latest_year() -> int:
    """Return the last year in which a film can have been announced."""
    return datetime.datetime.now(tz=datetime.UTC).year + _AHEAD


def year_of(text: str) -> int | None:
    """Return the year that a cell gives; of a range its first.

    Examples
    --------
    >>> year_of("1999"), year_of("(1999–2004)"), year_of("1999.0"), year_of("1994年"), year_of("about 90 min")
    (1999, 1999, 1999, 1994, None)
    """
    text = text.strip()
    if text.isascii() and text.isdigit() and len(text) == 4:
        return int(text)
    if alone := _YEAR_ALONE.fullmatch(text):
        return int(alone[1])
    day = date_of(text)
    if day is not None:
        return day.year
    found = _YEAR.search(text)
    return int(found[1]) if found else None


def date_of(text: str, *, is_day_first: bool = False) -> datetime.date | None:
    """Return the day that a cell gives, of several the first; None for a year or a month alone.

    Examples
    --------
    >>> str(date_of("14 October 1994 (USA)")), str(date_of("1994年10月14日")), str(date_of("Jun 12 1998"))
    ('1994-10-14', '1994-10-14', '1998-06-12')
    >>> str(date_of("03/04/1999")), str(date_of("03/04/1999", is_day_first=True)), date_of("1999")
    ('1999-03-04', '1999-04-03', None)
    """
    if found := _ISO.search(text):
        return _day(int(found[1]), int(found[2]), int(found[3]))
    if found := _NUMBERS.search(text):
        first, second, year = int(found[1]), int(found[2]), _whole(found[3])
        is_day_first = is_day_first or first > 12 or "." in found[0]
        day, month = (first, second) if is_day_first and second <= 12 else (second, first)
        return _day(year, month, day)
    for pattern, order in ((_DAY_MONTH, (1, 2)), (_MONTH_DAY, (2, 1))):
        for found in pattern.finditer(text):
            month = _MONTHS.get(found[order[1]].lower(), 0)
            if month:
                return _day(_whole(found[3]), month, int(found[order[0]]))
    text = text.strip()
    return _day(int(text[:4]), int(text[4:6]), int(text[6:])) if _PACKED.fullmatch(text) else None


def is_day_first(texts: Iterable[str]) -> bool:
    """Say whether a column of 03/04/1999 writes the day first: some day is over 12, and no month would be.

    Examples
    --------
    >>> is_day_first(["03/04/1999", "25/12/1998"]), is_day_first(["03/04/1999", "12/25/1998"])
    (True, False)
    """
    first = second = 0
    for text in texts:
        if found := _NUMBERS.search(text):
            first += int(found[1]) > 12
            second += int(found[2]) > 12
    return first > second


def _whole(year: str) -> int:
    """Return a year of two digits as the one of the last hundred years."""
    if len(year) > 2:
        return int(year)
    century = 2000 if int(year) <= datetime.datetime.now(tz=datetime.UTC).year % 100 + 2 else 1900
    return century + int(year)


def _day(year: int, month: int, day: int) -> datetime.date | None:
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None
