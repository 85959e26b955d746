"""Title words: what a title's name and its year are counted by, and whether a text tells who made the film."""

import re

_OTHER = re.compile(r"[^a-z0-9]+")
_LETTERS = 4
_CREDITS = re.compile(
    r"\b(?:directed|written|produced|distributed|co-written) by\b|\b(?:starring|co-stars?)\b|\bfilm by\b"
    r"|\breleased (?:by|in|on)\b|\b(?:is|was) an? (?:[a-z-]+ )?[12]\d{3}\b",
    re.IGNORECASE,
)


def title_marks(title: str, year: int | None) -> list[str]:
    """Return the strings of four letters of a title, and its year's marks.

    >>> title_marks("Jaws 2", 1978)
    ['#_jaw', '#jaws', '#aws_', '#ws_2', '#s_2_', 'year 1975', 'decade 197']
    """
    plain = f"_{_OTHER.sub('_', title.lower()).strip('_')}_"
    return [f"#{plain[at : at + _LETTERS]}" for at in range(len(plain) - _LETTERS + 1)] + year_marks(year)


def year_marks(year: int | None) -> list[str]:
    """Return the marks of a year: its five years and its decade; none where it is not known.

    >>> year_marks(1978), year_marks(None)
    (['year 1975', 'decade 197'], [])
    """
    return [f"year {year // 5 * 5}", f"decade {year // 10}"] if year else []


def has_credits(text: str) -> bool:
    """Say whether a text tells who made the film or when it came out, as an encyclopedia does, or only its story.

    >>> has_credits("Jaws is a 1975 film directed by Steven Spielberg."), has_credits("A shark comes to a beach.")
    (True, False)
    """
    return _CREDITS.search(text) is not None
