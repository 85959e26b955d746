"""Columns: what each column of a table holds, and so what can be learnt from it.

A number, a date, one name of several, a list of names, a text, a short text (a title, a name), a vector, a picture.
Columns that say nothing (empty, one value, a number of its own for each row) are left out, and why is said.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.learn.cells import (
    days,
    is_bracketed,
    is_missing,
    name_of,
    names_in,
    number_of,
    numbers,
    separator_of,
)
from kinoeye.learn.grams import Counts, counted, words
from kinoeye.learn.said import Said, said

KINDS = ("number", "date", "category", "list", "text", "short text", "vector", "picture")
_TYPED = 0.95  # of the cells are of a kind where the column is
_LOOKED_AT = 3000  # cells, evenly through the table, are enough to tell a column by
_TEXT_WORDS = 5.0
_OWN = 0.9  # of the cells differ where they name rows
_MOST_NAMES = 50
_NAMED_ID = re.compile(r"(?:^|[_ .-])(?:id|ids|uuid|guid|index|key|row|no|nr|number)$|编号|序号", re.IGNORECASE)
_PICTURE = re.compile(r".+\.(?:jpe?g|png|webp|tiff?|bmp)$", re.IGNORECASE)


@dataclass(frozen=True)
class Column:
    """What a column holds.

    Parameters
    ----------
    name : str
    kind : of `KINDS`
    separator : str
        What parts the names in a list; empty where none does.
    width : int
        Of a vector.
    """

    name: str
    kind: str
    separator: str = ""
    width: int = 0


def recognised(name: str, values: Sequence[Any]) -> Column | Said:
    """Return what a column holds, or why nothing can be learnt from it."""
    step = max(1, len(values) // _LOOKED_AT)
    held = [each for each in values[::step] if not is_missing(each)]
    if not held:
        return said("column_empty", column=name)
    first = held[0]
    if isinstance(first, list | tuple | np.ndarray):
        return _of_lists(name, held)
    if isinstance(first, bytes):
        is_picture = first[:3] == b"\xff\xd8\xff" or first[:4] == b"\x89PNG"
        return Column(name, "picture") if is_picture else said("column_bytes", column=name)
    if isinstance(first, dict):
        return said("column_nested", column=name)
    different = {name_of(each) for each in held}
    if len(different) == 1 and len(held) == len(values[::step]):
        return said("column_one_value", column=name, value=next(iter(different))[:60])
    return _of_numbers(name, held, different) or _of_names(name, held, different)


def read_column(column: Column, values: Sequence[Any]) -> Any:
    """Return a column's cells as its kind has them.

    Returns
    -------
    float64 [n], object [n] of str, None or tuple, float32 [n, width], or Counts
        NaN and None are missing; a text that is missing is empty.
    """
    if column.kind == "number":
        return numbers(values)
    if column.kind == "date":
        return days(values)
    if column.kind == "vector":
        return _vectors(values, column.width)
    if column.kind == "picture":
        return _objects([None if is_missing(each) else each for each in values])
    if column.kind == "list":
        return _objects([names_in(each, column.separator or None) for each in values])
    if column.kind == "category":
        return _objects([None if is_missing(each) else name_of(each) for each in values])
    return _objects(["" if is_missing(each) else str(each) for each in values])


def count_texts(column: Column, texts: Sequence[str], known: Sequence[str] | None = None) -> Counts:
    """Count the grams of a column of texts."""
    return counted(texts, is_short=column.kind == "short text", known=known)


def unique_columns(table: pa.Table, wanted: Collection[str] = ()) -> tuple[pa.Table, tuple[Said, ...]]:
    """Give columns of one name names of their own; leave out those that hold what another holds, but for `wanted`."""
    names: list[str] = []
    for name in table.schema.names:
        number, own = 2, name or "column"
        while own in names:
            own, number = f"{name or 'column'} ({number})", number + 1
        names.append(own)
    table = table.rename_columns(names)
    kept: list[str] = []
    notes = []
    for name in names:
        if name in wanted:
            kept.append(name)
            continue
        twin = next((each for each in kept if table[each].type == table[name].type and
                     table[each].equals(table[name])), None)  # fmt: skip
        if twin is None:
            kept.append(name)
        else:
            notes.append(said("column_twice", column=name, other=twin))
    return table.select(kept), tuple(notes)


def _of_lists(name: str, held: Sequence[Any]) -> Column | Said:
    lengths = {len(each) for each in held}
    if all(isinstance(part, int | float | np.number) for part in held[0]):
        if len(lengths) == 1:
            return Column(name, "vector", width=lengths.pop())
        return said("column_nested", column=name)
    if isinstance(held[0][0], dict) and "name" not in held[0][0]:
        return said("column_nested", column=name)
    return Column(name, "list")


def _of_numbers(name: str, held: Sequence[Any], different: set[str]) -> Column | Said | None:
    """Return a column of numbers or dates; None where it is neither."""
    found = numbers(held)
    is_typed = isinstance(held[0], int | float)
    if is_typed and not np.isfinite(found).any():
        return said("column_empty", column=name)
    if np.isfinite(found).mean() < _TYPED and not is_typed:
        if np.isfinite(days(held)).mean() >= _TYPED:
            return Column(name, "date")
        return None
    whole = found[np.isfinite(found)]
    is_own = len(different) >= _OWN * len(held) and bool((whole == np.round(whole)).all()) and len(held) >= 30
    if is_own and (_NAMED_ID.search(name) or bool((np.diff(whole) > 0).all())):
        return said("column_id", column=name)
    return Column(name, "number")


def _of_names(name: str, held: Sequence[Any], different: set[str]) -> Column | Said:
    texts = [name_of(each) for each in held]
    if is_bracketed(texts):
        parts = [names_in(each, None) for each in texts]
        lengths = {len(each) for each in parts}
        if len(lengths) == 1 and min(lengths) >= 2 and np.isfinite([number_of(each) for each in parts[0]]).all():
            return Column(name, "vector", width=lengths.pop())
        return Column(name, "list")
    if all(_PICTURE.match(each) for each in texts):
        return Column(name, "picture")
    separator = separator_of(texts)
    if separator is not None:
        return Column(name, "list", separator)
    length = float(np.mean([len(words(each)) for each in texts[:300]]))
    if length >= _TEXT_WORDS:
        return Column(name, "text")
    if len(different) <= max(_MOST_NAMES if len(held) > 2 * _MOST_NAMES else 12, 0.1 * len(held)):
        return Column(name, "category")
    has_digits = np.mean([any(sign.isdigit() for sign in each) for each in texts]) > 0.5
    if len(different) >= _OWN * len(held) and length < 1.5 and (has_digits or _NAMED_ID.search(name)):
        return said("column_id", column=name)
    return Column(name, "short text")


def _vectors(values: Sequence[Any], width: int) -> Any:
    found = np.full((len(values), width), np.nan, np.float32)
    for row, each in enumerate(values):
        if isinstance(each, str):
            each = [number_of(part) for part in names_in(each, None)]
        if each is not None and len(each) == width:
            found[row] = each
    found[~np.isfinite(found).all(axis=1)] = np.nan
    return found


def _objects(values: Sequence[Any]) -> Any:
    found = np.empty(len(values), object)
    for row, each in enumerate(values):
        found[row] = each
    return found
