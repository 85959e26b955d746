"""Columns: what a table is made of for those who learn from it: numbers, categories, lists of categories, texts.

Each knows where it lacks something. What is no number at all (NaN, infinity) lacks; what is a number of another type is
taken as one.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from kinoeye.errors import UseError

Kind = Literal["number", "category", "list", "text"]
Floats: TypeAlias = npt.NDArray[np.float32]
Known: TypeAlias = npt.NDArray[np.bool_]

# A number whose ninth tenth is this many times its first, and lies farther off, is judged by factors.
_SKEWED = 6.0
# Texts as long as this on the average, or that hardly come twice, name a thing and do not sort it.
_LONG, _OWN = 40, 0.5
# A number of which more than this share of at least so many are no numbers is no number.
_MIXED = 0.1


@dataclass(frozen=True)
class Column:
    """One column.

    Parameters
    ----------
    name : str
    kind : number, category, list or text
    values : array [n]
        float64 of numbers; int32 of categories, places in `labels`; objects of lists (tuples of places in `labels`) and
        of texts. What stands where `known` is False means nothing.
    known : bool [n]
    labels : tuple of str
        Of categories and lists, those that come most often first.
    is_whole : bool
        Whether its numbers are whole.
    step : float
        Width of the groups its numbers go into; 0: tenths of them.
    never : str
        Why it is never to be filled; empty where it may be.
    aside : bool [n] or None
        Cells that were given but cannot be compared with the others (sums in another currency): neither known nor gaps.
    """

    name: str
    kind: Kind
    values: npt.NDArray[Any]
    known: Known
    labels: tuple[str, ...] = ()
    is_whole: bool = False
    step: float = 0.0
    never: str = ""
    aside: Known | None = None

    def __len__(self) -> int:
        return len(self.known)

    @property
    def gaps(self) -> Known:
        """Where cells lack, bool [n]."""
        return ~self.known if self.aside is None else ~self.known & ~self.aside

    @property
    def lacking(self) -> int:
        """How many cells lack."""
        return int(self.gaps.sum())

    def take(self, rows: npt.NDArray[Any]) -> "Column":
        """Return some of its cells."""
        aside = None if self.aside is None else self.aside[rows]
        return replace(self, values=self.values[rows], known=self.known[rows], aside=aside)

    def without(self, cells: Known) -> "Column":
        """Return it with some cells lacking."""
        return replace(self, known=self.known & ~cells)

    @property
    def is_skewed(self) -> bool:
        """Whether its numbers are judged by factors: all above nothing, and far from each other."""
        if self.kind != "number" or not self.known.any():
            return False
        given = self.values[self.known]
        low, middle, high = np.quantile(given, (0.1, 0.5, 0.9))
        return bool(given.min() > 0 and high > _SKEWED * low and high - middle > 2 * (middle - low))

    def read(self, row: int) -> Any:
        """Return a cell as it was given: a number, a text, a tuple of texts; None where it lacks."""
        if not self.known[row]:
            return None
        value = self.values[row]
        if self.kind == "number":
            return round(float(value)) if self.is_whole else float(value)
        if self.kind == "category":
            return self.labels[value]
        return tuple(self.labels[each] for each in value) if self.kind == "list" else value


def numbers(name: str, values: Iterable[Any], *, step: float = 0.0, never: str = "") -> Column:
    """Return a column of numbers; what is none, or not finite, lacks."""
    array = np.asarray(values if isinstance(values, np.ndarray) else [_number(each) for each in values], np.float64)
    known = np.isfinite(array)
    given = array[known]
    is_whole = bool(len(given)) and bool(np.all(given == np.rint(given)))
    return Column(name, "number", np.where(known, array, 0.0), known, is_whole=is_whole, step=step, never=never)


def categories(name: str, values: Sequence[Any], *, never: str = "") -> Column:
    """Return a column of categories; what is empty lacks."""
    texts = [_text(each) for each in values]
    known = np.array([bool(each) for each in texts], np.bool_)
    labels = _often(text for text in texts if text)
    places = {label: place for place, label in enumerate(labels)}
    codes = np.array([places.get(text, -1) for text in texts], np.int32)
    return Column(name, "category", codes, known, labels, never=never)


def lists(name: str, values: Sequence[Any], *, never: str = "") -> Column:
    """Return a column of lists of categories; an empty list lacks."""
    rows = [tuple(dict.fromkeys(text for each in row or () if (text := _text(each)))) for row in values]
    labels = _often(text for row in rows for text in row)
    places = {label: place for place, label in enumerate(labels)}
    filled = np.empty(len(rows), object)
    filled[:] = [tuple(places[text] for text in row) for row in rows]
    return Column(name, "list", filled, np.array([bool(row) for row in rows], np.bool_), labels, never=never)


def texts(name: str, values: Sequence[Any], *, never: str = "it is text") -> Column:
    """Return a column of texts, which others may be told from; itself it is never filled."""
    filled = np.empty(len(values), object)
    filled[:] = [_text(each) for each in values]
    return Column(name, "text", filled, np.array([bool(each) for each in filled], np.bool_), never=never)


def column_of(name: str, values: Sequence[Any]) -> Column:
    """Return a column of whatever its cells hold; where most are numbers, what is none lacks.

    Examples
    --------
    >>> column_of("a", [1, "2", None, float("inf")]).known.tolist()
    [True, True, False, False]
    >>> column_of("a", ["x", 2, None, "x"]).kind
    'category'
    """
    given = [each for each in values if each is not None and each == each and each not in ("", [])]  # noqa: PLR0124
    if given and all(isinstance(each, list | tuple) for each in given):
        return lists(name, values)
    wrong = sum(np.isnan(_number(each)) for each in given)
    if given and wrong <= _MIXED * len(given):
        return numbers(name, values)
    told = [_text(each) for each in given]
    if told and _names_things(told):
        return texts(name, values, never="its texts hardly come twice")
    return categories(name, values)


def check_together(columns: Sequence[Column]) -> None:
    """Raise an error unless columns are of one length and differ in name.

    Raises
    ------
    UseError
        If they do not make one table.
    """
    names = [each.name for each in columns]
    if len({len(each) for each in columns}) > 1:
        raise UseError(f"columns: must be of one length, got {dict(zip(names, map(len, columns), strict=True))}")
    if twice := [name for name, often in Counter(names).items() if often > 1]:
        raise UseError(f"columns: must have a name each, got {', '.join(twice)} twice")


def _names_things(told: Sequence[str]) -> bool:
    """Return whether texts name things: each its own."""
    return sum(map(len, told)) > _LONG * len(told) or (len(told) > 20 and len(set(told)) > _OWN * len(told))


def _often(told: Iterable[str]) -> tuple[str, ...]:
    found = Counter(told)
    return tuple(sorted(found, key=lambda text: (-found[text], text)))


def _number(value: Any) -> float:
    if value is None or isinstance(value, bool):
        return float("nan") if value is None else float(value)
    try:
        return float(value)
    except (TypeError, ValueError):
        return float("nan")


def _text(value: Any) -> str:
    return "" if value is None or (isinstance(value, float) and not np.isfinite(value)) else str(value).strip()
