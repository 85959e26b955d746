"""Age limits: from which age on a title may be shown, by the mark that a board gave it or by the age itself.

Where a board's mark is advice to parents, the age is the one that it names or, where it names none, the one that it is
usually read as.

Source: marks of the MPA (United States), BBFC (United Kingdom), FSK (Germany), CNC (France), TV Parental Guidelines.
"""

import re

ADULT = 18

_MARKS = {
    "G": 0, "PG": 8, "PG-13": 13, "R": 17, "NC-17": 18, "X": 18, "U": 0, "UC": 0, "UNIVERSAL": 0, "12A": 12, "R18": 18,
    "TP": 0, "TV-Y": 0, "TV-Y7": 7, "TV-G": 0, "TV-PG": 8, "TV-14": 14, "TV-MA": 17, "AA": 14, "ALL": 0, "M": 15,
    "MA15+": 15, "R18+": 18,
}  # fmt: skip
_AGE = re.compile(r"(?:FSK|BBFC|CNC|PEGI|ACB)?[ :\-]*(?:AB|FROM|\+|≥|-)?\s*(\d{1,2})\s*(?:\+|A|YEARS|岁|JAHRE)?")


def age_limit(mark: str) -> int | None:
    """Return from which age on a title may be shown; None where the mark is not known.

    Examples
    --------
    >>> [age_limit(each) for each in ("PG-13", "FSK 16", "12", "16+", "-12", "tv-ma", "U", "unrated", "")]
    [13, 16, 12, 16, 12, 17, 0, None, None]
    """
    text = mark.strip().upper()
    if text in _MARKS:
        return _MARKS[text]
    found = _AGE.fullmatch(text)
    return int(found.group(1)) if found and int(found.group(1)) <= 21 else None
