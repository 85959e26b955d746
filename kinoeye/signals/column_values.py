"""Column values: how well the cells of a column fit each thing that it could be.

Each fit is the share of the cells given that read as such a thing. A fit alone proves little (the number 7 is a rating,
a runtime and an id), so `likely` adds what such columns look like as a whole.
"""

import math
import re
import statistics
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.signals.cells import codes_in, is_missing, separator_of, things_in
from kinoeye.signals.countries import COUNTRY_CODES, country_of
from kinoeye.signals.dates import FIRST_YEAR, date_of, latest_year, year_of
from kinoeye.signals.durations import seconds_of
from kinoeye.signals.genre_names import is_genre, kind_of
from kinoeye.signals.language_names import LANGUAGE_CODES, language_code
from kinoeye.signals.money import money_of
from kinoeye.signals.numbers import number_of
from kinoeye.signals.stars import rating_of

_MOST = 800  # distinct cells that are judged
_IMDB = re.compile(r"(?:https?://(?:www\.|m\.)?imdb\.com/title/)?tt\d{5,10}/?.*")
_IMDB_NUMBER = re.compile(r"\d{5,8}")
_URL = re.compile(r"(?:https?:)?//\S+|www\.\S+|/\w+\.(?:jpg|png)|\S+\.(?:jpg|jpeg|png|webp)", re.I)
_ID = re.compile(r"[A-Za-z]{0,4}[-_]?\d{1,12}|[0-9a-f]{8,40}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_WITH_YEAR = re.compile(r"[(（]\s*(18|19|20)\d\d\s*[)）]\s*$")
_PERSON = re.compile(
    r"[A-ZÀ-ÞĀ-Ž][\w'’.-]*(?:\s+(?:[a-zA-ZÀ-ÿ][\w'’.-]*)){1,4}|[\u4e00-\u9fff]{2,4}|[\u3040-\u30ff·\u4e00-\u9fff]{3,15}"
)
# The commonest family names, with which most Chinese names begin.
_FAMILY = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范"
    "金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤葛巩费张劉陳楊黃趙吳孫馬羅鄭謝許韓馮鄧"
)
_UNIT = re.compile(r"[a-z′'分时秒小時]|:", re.I)
_MARK = re.compile(r"[$€£¥￥₹₩元]|\b(?:USD|EUR|GBP|CNY|INR|million|crore|Mio)\b", re.I)
_OF_SCALE = re.compile(r"[/%★☆⭐]|\bof\b|分$")
_EPOCH = (315_532_800, 4_102_444_800)  # seconds from 1980 to 2100
_LONG = 90  # signs; a cell longer than that is a text


class Values:
    """The cells of a column, without those that say nothing.

    Parameters
    ----------
    cells : sequence
        Distinct, at most some hundreds, as given.
    count : int
        Cells of the sample that say something.
    distinct : 0..1
        Share of them that differ.
    weights : sequence of int
        How often each of the cells stands there.
    """

    def __init__(self, cells: Sequence[Any], count: int, distinct: float, weights: Sequence[int] = ()) -> None:
        self.cells = cells
        self.weights = weights or [1] * len(cells)
        self.count = count
        self.distinct = distinct
        self._known: dict[str, float] = {}

    @cached_property
    def texts(self) -> list[str]:
        """The cells as texts; lists as their things with a bar between."""
        return [cell if isinstance(cell, str) else _text(cell) for cell in self.cells]

    @cached_property
    def numbers(self) -> list[float]:
        """The cells that are bare numbers."""
        return [number for text in self.texts if (number := number_of(text)) is not None]

    @cached_property
    def things(self) -> list[str]:
        """What the cells list."""
        return [thing for thing, _ in self.weighed]

    @cached_property
    def weighed(self) -> list[tuple[str, int]]:
        """What the cells list, each with how often its cell stands there."""
        separator = separator_of(self.texts)
        return [
            (thing, weight)
            for cell, weight in zip(self.cells, self.weights, strict=True) for thing in things_in(cell, separator)
        ][: 2 * _MOST]  # fmt: skip

    @cached_property
    def many(self) -> float:
        """Things that a cell lists, on average."""
        separator = separator_of(self.texts)
        return statistics.mean(len(things_in(cell, separator)) for cell in self.cells) if self.cells else 0.0

    @cached_property
    def length(self) -> float:
        """Signs of a cell, in the middle."""
        return float(statistics.median(len(text) for text in self.texts)) if self.texts else 0.0

    def fits(self, role: str) -> float:
        """Return the share of cells that read as what a role has, 0..1."""
        if role not in self._known:
            self._known[role] = _FITS[role](self) if role in _FITS else 1.0
        return self._known[role]

    def share(self, test: Callable[[str], Any]) -> float:
        """Return the share of cells of which something holds."""
        pairs = zip(self.texts, self.weights, strict=True)
        return sum(weight for text, weight in pairs if test(text)) / sum(self.weights) if self.texts else 0.0

    def share_of_things(self, test: Callable[[str], Any]) -> float:
        """Return the share of listed things of which something holds."""
        total = sum(weight for _, weight in self.weighed)
        return sum(weight for thing, weight in self.weighed if test(thing)) / total if total else 0.0

    def middle_money(self) -> float:
        """Return the amount in the middle."""
        amounts = [told[0] for text in self.texts if (told := money_of(text)) is not None]
        return statistics.median(amounts) if amounts else 0.0

    def is_id(self) -> bool:
        """Say whether the cells are names that a computer gave, each once."""
        return self.distinct > 0.98 and self.share(_ID.fullmatch) > 0.98

    def is_imdb(self) -> bool:
        """Say whether the cells are IMDb's ids of titles."""
        return self.count > 0 and self.share(_IMDB.fullmatch) > 0.9

    def is_spread(self) -> bool:
        """Say whether whole numbers lie as counts do: few large, many small."""
        given = sorted(self.numbers)
        if len(given) < 3 or any(number != int(number) or number < 0 for number in given):
            return False
        return given[-1] > 100 and statistics.mean(given) > 1.2 * statistics.median(given)

    def likely(self) -> Mapping[str, float]:
        """Return how likely each role is by the values alone, 0..1."""
        return {role: judge(self) for role, judge in _LIKELY.items()}


def look(column: Any) -> Values:
    """Look at a column of some rows."""
    cells: list[Any] = []
    weights: list[int] = []
    if pa.types.is_nested(column.type):
        given = [cell for cell in column.to_pylist() if cell not in (None, [], {})]
        return Values(given[:_MOST], len(given), 1.0)
    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    counted = pc.value_counts(column).to_pylist()
    total = 0
    for each in counted:
        value = each["values"]
        if value is None or (isinstance(value, float) and math.isnan(value)) or (
            isinstance(value, str) and is_missing(value)
        ):  # fmt: skip
            continue
        total += each["counts"]
        cells.append(value)
        weights.append(each["counts"])
    return Values(cells[:_MOST], total, len(cells) / total if total else 0.0, weights[:_MOST])


def _text(cell: Any) -> str:
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return str(int(cell))
    if isinstance(cell, list | tuple | dict):
        return " | ".join(things_in(cell))
    return str(cell)


@lru_cache(maxsize=4096)
def _is_year(text: str) -> bool:
    year = year_of(text) if len(text) <= 12 and date_of(text) is None else None
    return year is not None and FIRST_YEAR <= year <= latest_year() + 200


def _day(values: Values) -> float:
    return values.share(lambda text: len(text) < 80 and date_of(text) is not None)


def _rating(values: Values) -> float:
    good = values.share(lambda text: rating_of(text, scale=100) is not None)
    return good if not values.numbers or max(values.numbers) <= 100 else good * 0.3


def _votes(values: Values) -> float:
    return values.share(lambda text: (number := _count(text)) is not None and number >= 0 and number == int(number))


def _count(text: str) -> float | None:
    bare = number_of(text)
    if bare is not None:
        return bare
    told = money_of(text) if len(text) < 15 else None
    return told[0] if told and not told[1] else None


def _runtime(values: Values) -> float:
    share = values.share(lambda text: seconds_of(text) is not None or "season" in text.lower() or "季" in text)
    return share if values.share(lambda text: _is_year(text) and len(text) == 4) < 0.9 else 0.2


def _texts(values: Values) -> float:
    """Return the share of cells that can be a name: letters, and not a page long."""
    # Films are called 300 and 1917; a column of nothing but numbers is not one of titles.
    share = values.share(lambda text: len(text) <= 250 and not _URL.fullmatch(text))
    return share if values.share(lambda text: any(sign.isalpha() for sign in text)) > 0.25 else 0.1


def _people(values: Values) -> float:
    if values.share(_URL.fullmatch) > 0.5 or len(values.numbers) > 0.5 * len(values.texts):
        return 0.0
    named = values.share_of_things(lambda thing: any(sign.isalpha() for sign in thing) and len(thing) < 60)
    return named if values.length < 4000 else 0.0


def _language(text: str) -> bool:
    return bool(language_code(text))


def _languages(values: Values) -> float:
    if values.cells and all(codes_in(cell, "iso_639") for cell in values.cells[:20]):
        return 1.0
    return values.share_of_things(_language)


def _countries(values: Values) -> float:
    if values.cells and all(codes_in(cell, "iso_3166") for cell in values.cells[:20]):
        return 1.0
    return values.share_of_things(lambda thing: thing in COUNTRY_CODES or country_of(thing))


_FITS: Mapping[str, Callable[[Values], float]] = {
    "title": _texts,
    "original_title": _texts,
    "other_titles": lambda v: _people(v) or _texts(v),
    "kind": lambda v: v.share(kind_of),
    "year": lambda v: v.share(_is_year),
    "released": _day,
    "languages": _languages,
    "countries": _countries,
    "genres": lambda v: max(v.share_of_things(is_genre), 0.6 * _looks_like_genres(v)),
    "plot": lambda v: 1.0 if v.length >= 25 else 0.6 if v.length >= 12 else 0.2,
    "cast": _people,
    "directors": _people,
    "writers": _people,
    "runtime": _runtime,
    "budget": lambda v: v.share(lambda text: money_of(text) is not None),
    "gross": lambda v: v.share(lambda text: money_of(text) is not None),
    "rating": _rating,
    "votes": _votes,
    "imdb": lambda v: max(v.share(_IMDB.fullmatch), v.share(_IMDB_NUMBER.fullmatch)),
    "tmdb": lambda v: v.share(lambda text: text.isdigit() or _URL.fullmatch(text)),
    "source_id": lambda v: 0.0 if v.share(lambda t: " " in t) > 0.1 else 1.0 if v.length <= 64 else 0.0,
    "viewer": lambda v: 1.0 if v.length <= 64 else 0.2,
    "seen": lambda v: max(_day(v), v.share(lambda t: (n := number_of(t)) is not None and _is_moment(n))),
    "event": lambda v: 1.0 if v.length <= 64 else 0.2,
}


def _is_moment(number: float) -> bool:
    return any(_EPOCH[0] * times <= number <= _EPOCH[1] * times for times in (1, 1000))


def _looks_like_genres(values: Values) -> float:
    """Say whether things look like labels that many share: short, few, no numbers."""
    if len(values.numbers) > 0.2 * len(values.texts) or values.length > 80:
        return 0.0
    few = len(set(values.things)) <= max(40, 0.2 * len(values.things))
    return 1.0 if few and statistics.median(len(thing) for thing in values.things or ["x" * 99]) <= 25 else 0.0


def _likely_title(values: Values) -> float:
    if values.share(_WITH_YEAR.search) > 0.6:
        return 0.97
    if values.share_of_things(is_genre) > 0.5 or values.share(kind_of) > 0.6 or _countries(values) > 0.6:
        return 0.0
    if _languages(values) > 0.6 or _day(values) > 0.5 or values.share(_IMDB.fullmatch) > 0.3:
        return 0.0
    if values.share(lambda text: seconds_of(text) is not None or money_of(text) is not None) > 0.7:
        return 0.0
    if values.share(lambda text: len(text) <= 4 and text[:1] in _FAMILY and text) > 0.85:
        return 0.4
    spaced = values.share(lambda text: " " in text or not text.isascii())
    short = 1.0 if 2 <= values.length <= 60 else 0.2
    people = values.many if values.many > 1.7 else 1.0
    return _texts(values) * short * min(1.0, 0.35 + 0.65 * values.distinct) * (0.6 + 0.2 * (spaced > 0.2)) / people


def _likely_people(values: Values) -> float:
    named = values.share_of_things(_PERSON.fullmatch)
    return named if values.length < 400 and not values.share_of_things(is_genre) > 0.3 else 0.0


_LIKELY: Mapping[str, Callable[[Values], float]] = {
    "title": _likely_title,
    "imdb": lambda v: 0.98 * v.share(_IMDB.fullmatch),
    "year": lambda v: 0.9 * (v.share(_is_year) > 0.97) * (v.length <= 8),
    "released": lambda v: 0.85 * (_day(v) > 0.9),
    "genres": lambda v: 0.95 * (v.share_of_things(is_genre) > 0.6) * v.share_of_things(is_genre) ** 0.2,
    "kind": lambda v: 0.92 * (v.share(kind_of) > 0.9) * (len(v.cells) <= 12),
    "languages": lambda v: _named(v, _languages(v), LANGUAGE_CODES, is_upper=False),
    "countries": lambda v: _named(v, _countries(v), COUNTRY_CODES, is_upper=True),
    "runtime": lambda v: 0.95 * (_runtime(v) > 0.85) * (v.share(_UNIT.search) > 0.8) or _bare_runtime(v),
    "rating": lambda v: 0.9 * (_rating(v) > 0.9) * (v.share(_OF_SCALE.search) > 0.8) or _bare_rating(v),
    "gross": lambda v: 0.9 * (v.share(lambda t: money_of(t) is not None) > 0.9) * (v.share(_MARK.search) > 0.8),
    "plot": lambda v: 0.9 * (v.length > _LONG) * (v.share(lambda t: t.count(" ") > 8 or not t.isascii()) > 0.8)
                      * (v.share(_URL.fullmatch) < 0.2) * (_likely_people(v) < 0.7),
    "cast": lambda v: 0.8 * (_likely_people(v) > 0.75) * (v.many >= 2.0),
    "directors": lambda v: 0.62 * (_likely_people(v) > 0.85) * (v.many < 2.0) * (0.05 < v.distinct < 0.97),
    "source_id": lambda v: 0.6 * (v.is_id() and v.share(lambda t: not t.isdigit()) > 0.9),
}  # fmt: skip


def _named(values: Values, share: float, codes: frozenset[str], *, is_upper: bool) -> float:
    """Judge names of languages or countries; two-letter codes are countries in capitals, languages in small letters."""
    if share < 0.75:
        return 0.0
    bare = values.share_of_things(lambda thing: len(thing) <= 3 and thing.isascii())
    if bare > 0.5:
        right = values.share_of_things(lambda thing: thing.isupper() == is_upper)
        return 0.75 * (right > 0.95)
    return 0.93 * share


def _bare_runtime(values: Values) -> float:
    given = values.numbers
    if len(given) < 3 or len(given) < 0.95 * len(values.texts) or any(n != int(n) for n in given):
        return 0.0
    middle = statistics.median(given)
    inside = sum(1 <= number <= 400 for number in given) / len(given)
    return 0.6 * (75 <= middle <= 135) * (inside > 0.95) * (max(given) > 110 or len(given) < 20)


def _bare_rating(values: Values) -> float:
    given = values.numbers
    if len(given) < 3 or len(given) < 0.95 * len(values.texts):
        return 0.0
    fractions = sum(number != int(number) for number in given) / len(given)
    inside = min(given) >= 0 and max(given) <= 10
    return 0.65 * inside * (fractions > 0.3) * (2 <= statistics.median(given) <= 9)
