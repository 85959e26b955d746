"""Editions: what a title page or a file's name says of which draft it is: its date, its number, its colour.

Colours follow the trade's order of revised pages; after the last one it begins again ("double blue", "2nd blue").

Source: the order of revision colours as the Writers Guild of America and Final Draft have it.
"""

import re
from datetime import date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
_HAN = "一二三四五六七八九十"
_COLOURS = ("white", "blue", "pink", "yellow", "green", "goldenrod", "buff", "salmon", "cherry", "tan")
_AGAIN = {"double": 1, "second": 1, "2nd": 1, "triple": 2, "third": 2, "3rd": 2}
_FINAL = 900  # behind every number that is counted
_CENTURY = 2000

_NAMED_MONTH = rf"({'|'.join(_MONTHS)})[a-z]*\.?"
_DATES = (
    (re.compile(r"(?<!\d)((?:19|20)\d\d)[-/._年]\s?(\d{1,2})[-/._月]\s?(\d{1,2})(?!\d)"), "ymd"),
    (re.compile(r"(?<!\d)((?:19|20)\d\d)(\d\d)(\d\d)(?!\d)"), "ymd"),
    (re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)?\s+{_NAMED_MONTH},?\s+((?:19|20)\d\d)", re.IGNORECASE), "dmy"),
    (re.compile(rf"\b{_NAMED_MONTH}\s+(\d{{1,2}})(?:st|nd|rd|th)?,?\s+((?:19|20)\d\d)", re.IGNORECASE), "mdy"),
    (re.compile(r"(?<!\d)(\d{1,2})\.(\d{1,2})\.((?:19|20)?\d\d)(?!\d)"), "dmy"),
    (re.compile(r"(?<!\d)(\d{1,2})[/-](\d{1,2})[/-]((?:19|20)?\d\d)(?!\d)"), "mdy"),
)
_NUMBER = re.compile(
    r"(?<![a-z])(?:v|ver|version|draft|rev|revision|cut|d)[\s_.#-]*(\d{1,3}(?:\.\d{1,3})*)(?![\d.]*[a-z])",
    re.IGNORECASE,
)
_ORDINAL = re.compile(
    rf"\b(?:({'|'.join(_ORDINALS)})|(\d{{1,2}})(?:st|nd|rd|th))[\s_-]+(?:draft|revision|version)", re.IGNORECASE
)
_HAN_NUMBER = re.compile(rf"(?:第\s*([{_HAN}]|\d{{1,2}})|([二三四五六七八九十]))\s*稿")
_LAST = re.compile(r"(?<![a-z])(?:final|shooting)(?![a-z])|定稿|终稿", re.IGNORECASE)
_FIRST = re.compile(r"(?<![a-z])rough(?![a-z])|初稿", re.IGNORECASE)
_COLOUR = re.compile(rf"(?<![a-z])(?:({'|'.join(_AGAIN)})[\s_-]+)?({'|'.join(_COLOURS)})(?![a-z])", re.IGNORECASE)


def date_of(text: str) -> date | None:
    """Return the latest date that stands in a text; None if there is none.

    Where day and month could be either, 1/2/2026 is January 2 and 1.2.2026 February 1.

    >>> date_of("Second draft, 21 November 2026 (rev. 2026-11-30)")
    datetime.date(2026, 11, 30)
    """
    found = [_date(dict(zip(order, match.groups(), strict=True))) for form, order in _DATES
             for match in form.finditer(text)]  # fmt: skip
    return max((each for each in found if each is not None), default=None)


def _date(parts: dict[str, str]) -> date | None:
    year = int(parts["y"]) + (_CENTURY if len(parts["y"]) == 2 else 0)
    month = parts["m"].lower()
    number = _MONTHS.index(month) + 1 if month in _MONTHS else int(month)
    day = int(parts["d"])
    if number > 12 >= day:
        number, day = day, number
    try:
        return date(year, number, day)
    except ValueError:
        return None


def number_of(text: str) -> tuple[int, ...]:
    """Return the number of a draft that stands in a text, its parts; empty if there is none.

    >>> number_of("pilot_v2.1"), number_of("Third Draft"), number_of("the final draft"), number_of("第二稿")
    ((2, 1), (3,), (900,), (2,))
    """
    if match := _NUMBER.search(text):
        return tuple(map(int, match[1].split(".")))
    if match := _ORDINAL.search(text):
        return (_ORDINALS.index(match[1].lower()) + 1 if match[1] else int(match[2]),)
    if match := _HAN_NUMBER.search(text):
        said = match[1] or match[2]
        return (int(said) if said.isdecimal() else _HAN.index(said) + 1,)
    if _LAST.search(text):
        return (_FINAL,)
    return (0,) if _FIRST.search(text) else ()


def colour_of(text: str) -> int:
    """Return the place of a revision's colour in their order, from 1; 0 if a text names none, the latest of several.

    >>> colour_of("Pink revision"), colour_of("double blue"), colour_of("greenhouse")
    (3, 12, 0)
    """
    return max(
        (len(_COLOURS) * _AGAIN.get((match[1] or "").lower(), 0) + _COLOURS.index(match[2].lower()) + 1
         for match in _COLOUR.finditer(text)),
        default=0,
    )  # fmt: skip
