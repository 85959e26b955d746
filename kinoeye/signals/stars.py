"""Stars: what viewers gave, brought to 0..10 whatever the scale."""

import re
from collections.abc import Sequence

from kinoeye.signals.numbers import number_of

SCALES = (1.0, 5.0, 10.0, 100.0)
_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|of|out of|von|sur|共)\s*(\d+(?:[.,]\d+)?)", re.I)
_PERCENT = re.compile(r"(\d+(?:[.,]\d+)?)\s*[%％]")
_FULL, _HALF, _EMPTY = "★⭐", "½✬", "☆"
_POINTS = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:分|stars?|星|points?|pts)", re.I)
_SAID = {"力荐": 10.0, "推荐": 8.0, "还行": 6.0, "较差": 4.0, "很差": 2.0}


def rating_of(text: str, *, scale: float = 10.0) -> float | None:
    """Return a rating as 0..10; None where there is none, or it lies beyond its own scale.

    Parameters
    ----------
    text : str
    scale : one of `SCALES`
        Of a number that names none.

    Examples
    --------
    >>> rating_of("8.1/10"), rating_of("87%"), rating_of("4.5 of 5"), rating_of("★★★★½"), rating_of("TV-MA")
    (8.1, 8.7, 9.0, 9.0, None)
    >>> rating_of("3.5", scale=5), rating_of("11")
    (7.0, None)
    """
    text = text.strip()
    plain = number_of(text)
    if plain is not None:
        return _scaled(plain, scale)
    if found := _OF.search(text):
        of = float(found[2].replace(",", "."))
        return _scaled(float(found[1].replace(",", ".")), of) if of else None
    if found := _PERCENT.search(text):
        return _scaled(float(found[1].replace(",", ".")), 100.0)
    if any(sign in text for sign in _FULL + _EMPTY):
        full = sum(text.count(sign) for sign in _FULL)
        return _scaled(full + 0.5 * any(sign in text for sign in _HALF), 5.0)
    if text in _SAID:
        return _SAID[text]
    found = _POINTS.fullmatch(text)
    return _scaled(float(found[1].replace(",", ".")), scale) if found else None


def scale_of(numbers: Sequence[float], heading: str = "") -> float:
    """Return the scale of ratings that name none, by the largest of them and what the column is called.

    Examples
    --------
    >>> scale_of([3.5, 4.0, 5.0]), scale_of([6.1, 9.2]), scale_of([45, 87]), scale_of([3.1, 4.5], "IMDb Rating")
    (5.0, 10.0, 100.0, 10.0)
    """
    given = sorted(number for number in numbers if number >= 0)
    most = given[int(0.995 * (len(given) - 1))] if given else 10.0
    lower = heading.lower()
    for words, scale in ((("imdb", "豆瓣", "douban", "tmdb", "vote_average"), 10.0),
                         (("tomato", "metascore", "metacritic"), 100.0), (("letterboxd",), 5.0)):  # fmt: skip
        if any(word in lower for word in words) and most <= scale:
            return scale if most > 1 or scale != 100.0 else 1.0
    return next((scale for scale in SCALES if most <= scale), 100.0)


def _scaled(number: float, scale: float) -> float | None:
    return round(number * 10 / scale, 4) if scale > 0 and 0 <= number <= scale else None
