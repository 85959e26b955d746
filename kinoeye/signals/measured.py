"""Measured: the numbers behind the cells of a column, what is usual among them, and what can hardly be true.

Lengths are told in minutes, ratings on the scale of ten, days as days since 1970. Fences are Tukey's outer ones (three
times the distance of the quartiles); of what spans orders of magnitude, such as money and votes, of its logarithm.

Source: J. W. Tukey, Exploratory Data Analysis, 1977.
"""

import datetime
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.signals.cells import is_missing
from kinoeye.signals.dates import FIRST_YEAR, date_of, year_of
from kinoeye.signals.durations import UNITS, seconds_of
from kinoeye.signals.money import money_of
from kinoeye.signals.numbers import number_of
from kinoeye.signals.readings import Manner, text_of
from kinoeye.signals.stars import rating_of

# Roles of which 0 says that nothing is known.
ZERO_IS_NOTHING = frozenset({"year", "runtime", "budget", "gross"})
BINS = 40
_FENCE = 3.0  # distances of the quartiles
_SKEWED = 50.0  # from the first percentile to the last, times: what spans so much is looked at by its logarithm
_MOSTLY = 0.8  # of the cells
_FIRST, _HOPELESS = 1000, 0.3  # cells of a text column by which it is seen that it holds no numbers: fewer than so many
_DAY = 86_400
_EPOCH = datetime.date(1970, 1, 1)
_SHORTEST_MINUTES, _LONGEST_MINUTES = 0.5, 1200.0


@dataclass
class Numbers:
    """The numbers of a sample.

    Parameters
    ----------
    values : float64 [n]
    counts : int64 [n]
        How often each stands there.
    type : str
        whole, number, date, boolean, text or nothing.
    is_plain : bool
        Whether SQL reads the cells as they stand.
    is_marked : bool
        Whether it does when signs of money and thousands are taken off.
    factor : float
        By which a bare cell is multiplied.
    """

    values: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, np.int64))
    type: str = "nothing"
    is_plain: bool = False
    is_marked: bool = False
    factor: float = 1.0
    fences: tuple[float, float] = (-math.inf, math.inf)
    limits: tuple[float, float] | None = None
    quartiles: tuple[float, float, float] | None = None

    def weighted(self, values: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]) -> "Numbers":
        """Take all numbers of a column in the sample's place."""
        self.values, self.counts = values, counts
        _fence(self)
        return self


def is_number_column(numbers: Numbers) -> bool:
    """Say whether a column is one of numbers or days."""
    return numbers.type in {"whole", "number", "date"}


def numbers_of(cells: Any, role: str, manner: Manner) -> Numbers:
    """Return the numbers of a sample's cells, and what kind they are."""
    kind = cells.type
    factor = factor_of(role, manner)
    if pa.types.is_boolean(kind):
        return Numbers(type="boolean")
    given = cells.drop_null()
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        days = np.array([_days(each) for each in given.to_pylist()], np.float64)
        return _fence(Numbers(days, np.ones(len(days), np.int64), "date" if len(days) else "nothing", True))
    if pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind):
        values = given.cast(pa.float64()).to_numpy()
        values = values[np.isfinite(values)]
        values = values[values != 0] if role in ZERO_IS_NOTHING else values
        is_whole = pa.types.is_integer(kind) or bool(len(values) and (values == np.floor(values)).all())
        told = "nothing" if not len(given) else "whole" if is_whole and factor == 1 else "number"
        return _fence(Numbers(values * factor, np.ones(len(values), np.int64), told, True, False, factor))
    texts = [text for each in given.to_pylist() if not is_missing(text := text_of(each))]
    return _of_texts(texts, role, manner, factor)


def measure(cell: Any, role: str, manner: Manner, numbers: Numbers) -> float | None:
    """Return the number of a cell; None where it has none."""
    if isinstance(cell, bool):
        return None
    if isinstance(cell, int | float):
        return float(cell) * numbers.factor if math.isfinite(cell) else None
    if isinstance(cell, datetime.date):
        return _days(cell)
    text = text_of(cell).strip()
    bare = number_of(text)
    if numbers.type == "date":
        day = date_of(text, is_day_first=manner.is_day_first)
        return _days(day) if day else None
    if role == "year":
        return bare if bare is not None else _float(year_of(text))
    if bare is not None:
        return bare * numbers.factor
    if role == "runtime":
        seconds = seconds_of(text, unit=manner.unit)
        return None if seconds is None else seconds / 60
    if role == "rating":
        return rating_of(text, scale=manner.scale)
    told = money_of(text) if role in {"budget", "gross", "votes"} else None
    return told[0] * (manner.times if told[0] < 1e6 else 1) if told else None


def factor_of(role: str, manner: Manner) -> float:
    """Return by what bare numbers of a column are multiplied."""
    if role == "runtime":
        return UNITS[manner.unit] / 60
    if role == "rating":
        return 10.0 / manner.scale
    return manner.times if role in {"budget", "gross"} else 1.0


def limits_of(numbers: Numbers, role: str, last_year: int) -> None:
    """Set within what a role's numbers can be true."""
    last = (datetime.date(last_year, 12, 31) - _EPOCH).days
    numbers.limits = {
        "year": (float(FIRST_YEAR), float(last_year)),
        "runtime": (_SHORTEST_MINUTES, _LONGEST_MINUTES),
        "rating": (0.0, 10.0),
        "votes": (0.0, 1e9),
        "budget": (100.0, 2e10),
        "gross": (1.0, 2e10),
    }.get(role)
    if numbers.type == "date" and role in {"released", "seen"}:
        numbers.limits = (float((datetime.date(FIRST_YEAR, 1, 1) - _EPOCH).days), float(last))


def bins_of(numbers: Numbers) -> list[tuple[float, float, int]]:
    """Return a histogram within the fences: begin, end and count of each bar."""
    values, counts = numbers.values, numbers.counts
    low, high = numbers.fences
    inside = (values >= low) & (values <= high)
    values, counts = values[inside], counts[inside]
    if not len(values):
        return []
    first, last = float(values.min()), float(values.max())
    if first == last:
        return [(first, last, int(counts.sum()))]
    if _is_skewed(values):
        edges = np.expm1(np.linspace(math.log1p(first), math.log1p(last), BINS + 1))
        edges[0], edges[-1] = first, last
    else:
        steps = min(BINS, int(last - first) + 1) if numbers.type == "whole" else BINS
        edges = np.linspace(first, last, max(2, steps + 1))
    heights, _ = np.histogram(values, edges, weights=counts)
    return [(float(a), float(b), int(n)) for a, b, n in zip(edges, edges[1:], heights, strict=False)]


def _of_texts(texts: Sequence[str], role: str, manner: Manner, factor: float) -> Numbers:
    if not texts:
        return Numbers(type="nothing")
    days = sum(date_of(text) is not None for text in texts[:500])
    looked = min(500, len(texts))
    is_day = days >= _MOSTLY * looked and role not in {"year", "title", "runtime"}
    numbers = Numbers(type="date" if is_day else "number", factor=1.0 if is_day else factor)
    least = 1.0 if role in {"source_id", "tmdb"} else _MOSTLY  # an id of letters and digits is no number
    read = [measure(text, role, manner, numbers) for text in texts[:_FIRST]]
    if sum(each is not None for each in read) >= _HOPELESS * len(read):
        read += [measure(text, role, manner, numbers) for text in texts[_FIRST:]]
    values = np.array([each for each in read if each is not None], np.float64)
    if len(values) < least * len(texts) or role in {"title", "imdb"}:
        return Numbers(type="boolean" if _are_boolean(texts) else "text")
    values = values[values != 0] if role in ZERO_IS_NOTHING else values
    numbers.values, numbers.counts = values, np.ones(len(values), np.int64)
    bare = [text for text in texts if _is_plain(text)]
    numbers.is_plain = len(bare) == len([t for t in texts if number_of(t) is not None]) and len(bare) > 0
    stripped = [text.translate(_SIGNS) for text in texts]
    numbers.is_marked = not numbers.is_plain and sum(_is_plain(text) for text in stripped) >= 0.99 * len(texts)
    if numbers.type == "number" and len(values) and factor == 1 and bool((values == np.floor(values)).all()):
        numbers.type = "whole"
    return _fence(numbers)


_SIGNS = str.maketrans("", "", "$€£¥₹, ")


def _is_plain(text: str) -> bool:
    try:
        return math.isfinite(float(text)) and "_" not in text
    except ValueError:
        return False


def _are_boolean(texts: Sequence[str]) -> bool:
    return {text.lower() for text in texts} <= {"true", "false", "yes", "no", "是", "否"}


def _fence(numbers: Numbers) -> Numbers:
    """Set quartiles and fences."""
    if not len(numbers.values):
        return numbers
    order = np.argsort(numbers.values)
    values, upto = numbers.values[order], np.cumsum(numbers.counts[order])
    quartiles = [float(values[np.searchsorted(upto, share * upto[-1])]) for share in (0.25, 0.5, 0.75)]
    numbers.quartiles = (quartiles[0], quartiles[1], quartiles[2])
    low, _, high = quartiles
    if _is_skewed(numbers.values):
        low, high = math.log1p(low), math.log1p(high)
        reach = _FENCE * (high - low)
        numbers.fences = (math.expm1(low - reach), math.expm1(min(600.0, high + reach)))
        if low == high:
            numbers.fences = (-math.inf, math.inf)
        return numbers
    reach = _FENCE * (high - low)
    numbers.fences = (low - reach, high + reach) if reach else (float(values[0]), float(values[-1]))
    return numbers


def _is_skewed(values: npt.NDArray[np.float64]) -> bool:
    low, high = np.quantile(values, (0.01, 0.99))
    return bool(values.min() >= 0 and high > _SKEWED * max(low, 1.0))


def _days(value: datetime.date) -> float:
    if isinstance(value, datetime.datetime):
        return (value.date() - _EPOCH).days + (value.hour * 3600 + value.minute * 60 + value.second) / _DAY
    return float((value - _EPOCH).days)


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)
