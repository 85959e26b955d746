"""Cells: what stands in a column of a table, whatever its type, as numbers, names or lists of names.

A text file gives strings only: numbers, dates and lists in it are recognised by how they are written. A cell that is
empty, not a number, or says that nothing is known is missing.
"""

import json
import math
import re
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]

SEPARATORS = ("|", ";", "；", "、", ",")
_MISSING = frozenset({"", "nan", "null", "n/a", "na", "#n/a", "\\n", "<na>"})
_COMMON_LIST = 0.1  # of the cells hold a separator where a column holds lists
_DATE = re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[T ]\d{1,2}:\d{2}.*)?$")
_DAY = 86_400.0


def is_missing(value: Any) -> bool:
    """Say whether a cell holds nothing.

    >>> [is_missing(each) for each in (None, float("nan"), " ", "N/A", 0, "0", [])]
    [True, True, True, True, False, False, True]
    """
    if value is None:
        return True
    if isinstance(value, float):
        return math.isnan(value)
    if isinstance(value, str):
        return value.strip().lower() in _MISSING
    return isinstance(value, Sequence) and not len(value)


def number_of(value: Any) -> float:
    """Return a cell as a finite number, or NaN where it is none.

    >>> number_of(" 1,234.5 "), number_of("12 %"), number_of(True), number_of("twelve")
    (1234.5, 12.0, 1.0, nan)
    """
    if isinstance(value, bool | int | float):
        return float(value) if math.isfinite(value) else math.nan
    if not isinstance(value, str):
        try:
            return float(value)
        except (TypeError, ValueError):
            return math.nan
    text = value.strip().removesuffix("%").strip()
    if re.fullmatch(r"[-+]?\d{1,3}(?:,\d{3})+(?:\.\d+)?", text):
        text = text.replace(",", "")
    try:
        found = float(text) if "_" not in text else math.nan
    except ValueError:
        return math.nan
    return found if math.isfinite(found) else math.nan


def day_of(value: Any) -> float:
    """Return a cell as days since 1970, or NaN where it is no date.

    >>> day_of("1970-01-03"), day_of("2000-99-01")
    (2.0, nan)
    """
    if isinstance(value, datetime):
        return (value.replace(tzinfo=None) - datetime(1970, 1, 1)).total_seconds() / _DAY
    if isinstance(value, date):
        return float(value.toordinal() - date(1970, 1, 1).toordinal())
    found = _DATE.match(value.strip()) if isinstance(value, str) else None
    if found is None:
        return math.nan
    try:
        return float(date(*map(int, found.groups())).toordinal() - date(1970, 1, 1).toordinal())
    except ValueError:
        return math.nan


def numbers(values: Sequence[Any]) -> Floats:
    """Return cells as numbers, NaN where there is none; what is infinite counts as missing."""
    return np.fromiter((number_of(each) for each in values), np.float64, len(values))


def days(values: Sequence[Any]) -> Floats:
    """Return cells as days since 1970, NaN where there is none."""
    return np.fromiter((day_of(each) for each in values), np.float64, len(values))


def name_of(value: Any) -> str:
    """Return a cell as a name: spaces put right, whole numbers without a point.

    >>> name_of("  New   York "), name_of(2.0), name_of(True)
    ('New York', '2', 'true')
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def separator_of(values: Sequence[Any]) -> str | None:
    """Return the sign that parts the names in the cells of a column of lists, or None where it holds no lists.

    A comma also stands in sentences and names; it parts a list only where the parts come again.

    >>> separator_of(["Drama|War", "Drama", "War"]), separator_of(["Paris, France", "Hello, you"])
    ('|', None)
    """
    texts = [each for each in values if isinstance(each, str) and not is_missing(each)]
    if len(texts) < 2:
        return None
    for sign in SEPARATORS:
        held = sum(sign in each for each in texts)
        if held < _COMMON_LIST * len(texts):
            continue
        parts = [part.strip() for each in texts for part in each.split(sign) if part.strip()]
        if parts and max(map(len, parts)) <= 60 and 2 * len(set(parts)) <= len(parts):
            return sign
        if sign != "," and parts and len(set(parts)) < len(set(texts)) and np.mean([len(each) for each in parts]) < 25:
            return sign
    return None


def names_in(value: Any, separator: str | None) -> tuple[str, ...]:
    """Return the names in a cell of a list, without repeats.

    >>> names_in("Drama | War|Drama", "|"), names_in('["a", "b"]', None), names_in(None, "|")
    (('Drama', 'War'), ('a', 'b'), ())
    """
    if is_missing(value):
        return ()
    if isinstance(value, str):
        text = value.strip()
        if text.startswith("[") and text.endswith("]"):
            try:
                value = json.loads(text)
            except ValueError:
                value = [each.strip().strip("'\"") for each in text[1:-1].split(",")]
        else:
            value = text.split(separator) if separator else [text]
    if not isinstance(value, list | tuple | np.ndarray):
        value = [value]
    found = (name_of(each["name"] if isinstance(each, dict) and "name" in each else each) for each in value)
    return tuple(dict.fromkeys(each for each in found if not is_missing(each)))


def is_bracketed(values: Sequence[Any]) -> bool:
    """Say whether most cells are lists written as JSON or Python write them."""
    texts = [each.strip() for each in values if isinstance(each, str) and not is_missing(each)]
    return bool(texts) and sum(each.startswith("[") and each.endswith("]") for each in texts) > 0.9 * len(texts)
