"""Measures of columns: what a column holds, in numbers, for any number of rows in one pass.

A column of few different cells (years, genres, "102 min") is counted cell by cell, and each different cell is read
once: all about it is exact. A column of many different numbers is measured by DuckDB; its quartiles, its fences and its
picture come from a sample. Other text is counted.
"""

import importlib
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.signals.cells import is_missing
from kinoeye.signals.columns_planned import Column, plain_type, typed
from kinoeye.signals.measured import ZERO_IS_NOTHING, is_number_column, measure
from kinoeye.signals.readings import text_of
from kinoeye.streams import Records, quoted

_NAMES = frozenset({"source_id", "imdb", "tmdb", "viewer"})  # numbers that only name something
_MEMORY = "1GB"


@dataclass
class Measured:
    """What one pass over all rows found of a column.

    Parameters
    ----------
    rows, nulls, empties, placeholders, distinct, wrong, outliers, unlikely : int
    least, greatest : number, day or text; None where there is none
    mean, deviation : float or None
    cells : list of (cell, count)
        Every different cell, of a counted column.
    """

    rows: int = 0
    nulls: int = 0
    empties: int = 0
    placeholders: int = 0
    distinct: int = 0
    wrong: int = 0
    outliers: int = 0
    unlikely: int = 0
    least: Any = None
    greatest: Any = None
    mean: float | None = None
    deviation: float | None = None
    cells: list[tuple[Any, int]] = field(default_factory=list)


def measured(records: Records, columns: Sequence[Column]) -> list[Measured]:
    """Measure all columns; regular separated text is read by DuckDB itself, plain numbers and days as such."""
    plain = {each.name: type_ for each in columns if (type_ := plain_type(each)) is not None}
    sql = {name: "DATE" if pa.types.is_date32(type_) else "DOUBLE" for name, type_ in plain.items()}
    with _connected() as connection:
        relation = records.cut(connection, sql)
        if relation is not None:
            own = [typed(each, plain[each.name]) if each.name in plain else replace(each) for each in columns]
            with suppress(_duckdb().Error):  # a cell that is no number: texts are looked at one by one
                found = _measured(relation, own, is_columnar=False)
                if not found or found[0].rows == records.count_rows():
                    for one, column in zip(found, columns, strict=True):
                        if column.name in plain:
                            one.empties, one.nulls = one.nulls, 0
                    return found
        return _measured(records.scanned(connection), columns, is_columnar=records.is_columnar)


@contextmanager
def _connected() -> Iterator[Any]:
    connection = _duckdb().connect(config={"temp_directory": tempfile.gettempdir()})
    try:
        connection.execute(f"SET memory_limit='{_MEMORY}'")
        yield connection
    finally:
        connection.close()


def _measured(relation: Any, columns: Sequence[Column], *, is_columnar: bool) -> list[Measured]:
    rows, told = _all_answered(relation, columns, is_columnar)
    # Zeros that stand for nothing, and what is no number at all, are seen at the ends; then it is asked again.
    again = [n for n, (column, one) in enumerate(zip(columns, told, strict=True)) if _is_spoilt(column, one)]
    if again:
        for number in again:
            columns[number].expression = _only_numbers(columns[number])
        _, better = _all_answered(relation, [columns[number] for number in again], is_columnar)
        for number, one in zip(again, better, strict=True):
            told[number] = one
    return [_told(column, one, rows) for column, one in zip(columns, told, strict=True)]


def _all_answered(relation: Any, columns: Sequence[Column], is_columnar: bool) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows there are, and the aggregates of each column.

    Asked for one by one, DuckDB leaves columns of few different cells as they are packed, and finds what lies beyond
    bounds by what Parquet says of its parts. What is not read column by column is gone through twice: asked for
    histograms and sums at once, DuckDB lays all rows down for the two, which costs as much and takes memory.
    """
    told: list[dict[str, Any]] = [{} for _ in columns]
    rows = 0
    if is_columnar:
        for number, column in enumerate(columns):
            rows, (one,) = _answered(_with_values(relation, [column]), [_asked(column)])
            told[number] = one | _counted_beyond(relation, column, one)
        return rows, told
    counted = [number for number, column in enumerate(columns) if column.kind == "counted"]
    for chosen in (counted, [number for number in range(len(columns)) if number not in counted]):
        if chosen:
            some = [columns[number] for number in chosen]
            rows, found = _answered(_with_values(relation, some), [_asked(each) | _beyond(each) for each in some])
            for number, one in zip(chosen, found, strict=True):
                told[number] = one
    return rows, told


def _with_values(relation: Any, columns: Sequence[Column]) -> Any:
    """Return the rows with each summed column's number beside it: a cast in an aggregate is done for each of them."""
    made = [f"{each.expression} AS {_value(each)}" for each in columns if each.kind == "summed"]
    return relation.project(", ".join(["*", *made])) if made else relation


def _value(column: Column) -> str:
    return quoted(f"{column.name}\x1fvalue")


def _answered(relation: Any, asked: Sequence[Mapping[str, str]]) -> tuple[int, list[dict[str, Any]]]:
    """Return how many rows there are, and the aggregates of each column."""
    listed = ", ".join(["count(*)", *(each for one in asked for each in one.values())])
    rows, *answer = relation.aggregate(listed).fetchall()[0]
    values = iter(answer)
    return int(rows), [{name: next(values) for name in one} for one in asked]


def _is_spoilt(column: Column, told: Mapping[str, Any]) -> bool:
    ends = [told[each] for each in ("least", "greatest") if column.kind == "summed" and told[each] is not None]
    return any(not math.isfinite(each) for each in ends) or (
        column.role.role in ZERO_IS_NOTHING and bool(ends) and min(ends) <= 0 and "nullif" not in column.expression
    )


def _only_numbers(column: Column) -> str:
    form = column.expression
    if column.role.role in ZERO_IS_NOTHING:
        form = f"nullif({form}, 0)"
    return f"CASE WHEN isfinite({form}) THEN {form} END" if column.type != "date" else form


def _asked(column: Column) -> dict[str, str]:
    """Return the aggregates of a column, each by its name."""
    name, value = quoted(column.name), _value(column) if column.kind == "summed" else column.expression
    is_text = pa.types.is_string(column.sample.type) or pa.types.is_large_string(column.sample.type)
    if column.kind == "counted":
        return {"cells": f"histogram({name})"}
    asked = {"given": f"count({name})", "distinct": f"approx_count_distinct({name})"}
    if column.kind == "text":
        asked |= {"least": f"min({value})", "greatest": f"max({value})"}
        if is_text:
            asked |= {
                "empties": f"sum(CAST({name} = '' AS INT))",
                "placeholders": f"count_if({name} IN ({_PLACEHOLDERS}))",
            }
        return asked
    if is_text:
        asked |= {"empties": f"count_if({name} = '')", "read": f"count({value})"}
        if column.role.role in ZERO_IS_NOTHING:
            asked |= {"zeros": f"count_if({name} IN ('0', '0.0'))"}
    elif column.role.role in ZERO_IS_NOTHING:
        asked |= {"read": f"count({value})"}
    asked |= {"least": f"min({value})", "greatest": f"max({value})", "mean": f"avg({value})",
              "deviation": f"stddev({value})"}  # fmt: skip
    return asked


def _bounds(column: Column) -> dict[str, tuple[float, float]]:
    """Return within what the numbers of a column usually lie, and within what they can be true."""
    if column.kind != "summed" or column.role.role in _NAMES:
        return {}
    found = {"outside": column.numbers.fences, "unlikely": column.numbers.limits}
    return {what: ends for what, ends in found.items() if ends is not None}


def _beyond(column: Column) -> dict[str, str]:
    """Return the aggregates that count what lies beyond them."""
    return {
        what: f"sum(CAST({_value(column)} NOT BETWEEN {_end(low, column)} AND {_end(high, column)} AS INT))"
        for what, (low, high) in _bounds(column).items()
    }


def _counted_beyond(relation: Any, column: Column, told: Mapping[str, Any]) -> dict[str, int]:
    """Count what lies beyond them, where the least or the greatest does."""
    found = {}
    for what, (low, high) in _bounds(column).items():
        sides = [("<", low, told["least"]), (">", high, told["greatest"])]
        found[what] = sum(
            relation.filter(f"{column.expression} {sign} {_end(end, column)}").aggregate("count(*)").fetchall()[0][0]
            for sign, end, most in sides
            if most is not None and (most < end / column.factor if sign == "<" else most > end / column.factor)
        )
    return found


def _end(value: float, column: Column) -> str:
    """Return a bound as SQL compares it quickest: whole among whole numbers."""
    value /= column.factor
    if math.isinf(value):
        return "'-Infinity'::DOUBLE" if value < 0 else "'Infinity'::DOUBLE"
    is_whole = pa.types.is_integer(column.sample.type) or pa.types.is_date32(column.sample.type)
    return str(math.floor(value)) if is_whole else repr(value)


# Of text of which every cell may differ; a long list would cost more than all else.
_PLACEHOLDERS = ", ".join(f"'{each}'" for each in ("\\N", "N/A", "n/a", "NULL", "null", "nan", "NaN", "-", "未知", "?"))


def _told(column: Column, told: Mapping[str, Any], rows: int) -> Measured:
    if column.kind == "counted":
        return _counted(column, told["cells"] or {}, rows)
    found = Measured(rows=rows, nulls=rows - int(told["given"]), distinct=int(told["distinct"]))
    found.empties = int(told.get("empties") or 0)
    if column.kind == "text":
        found.placeholders = int(told.get("placeholders") or 0)
        found.least, found.greatest = told["least"], told["greatest"]
        return found
    given = rows - found.nulls - found.empties
    read = int(told["read"]) if "read" in told else given
    zeros = int(told["zeros"] or 0) if "zeros" in told else given - read if "nullif" in column.expression else 0
    found.placeholders = zeros
    found.wrong = max(0, given - read - zeros)
    if not read:
        return found
    found.mean = float(told["mean"]) * column.factor
    found.deviation = float(told["deviation"] or 0.0) * column.factor
    found.least, found.greatest = (float(told[each]) * column.factor for each in ("least", "greatest"))
    found.outliers = int(told.get("outside") or 0)
    found.unlikely = int(told.get("unlikely") or 0)
    return found


def _counted(column: Column, cells: Mapping[Any, int], rows: int) -> Measured:
    """Read every different cell once."""
    found = Measured(rows=rows, cells=sorted(cells.items(), key=lambda each: -each[1]))
    found.nulls = rows - sum(cells.values())
    values: list[float] = []
    counts: list[int] = []
    for cell, count in found.cells:
        text = text_of(cell)
        if text == "" and isinstance(cell, str):
            found.empties += count
        elif is_missing(text) or (column.role.role in ZERO_IS_NOTHING and text in {"0", "0.0"}):
            found.placeholders += count
        elif is_number_column(column.numbers):
            number = measure(cell, column.role.role, column.manner, column.numbers)
            if number is None:
                found.wrong += count
            else:
                values.append(number)
                counts.append(count)
    found.distinct = len(cells)
    if not is_number_column(column.numbers):
        given = [text_of(cell) for cell, _ in found.cells if not is_missing(text_of(cell))]
        found.least, found.greatest = (min(given), max(given)) if given else (None, None)
        return found
    if values:
        _moments(found, column, np.array(values), np.array(counts))
    return found


def _moments(found: Measured, column: Column, values: npt.NDArray[Any], counts: npt.NDArray[Any]) -> None:
    numbers = column.numbers.weighted(values, counts)
    total = counts.sum()
    found.mean = float((values * counts).sum() / total)
    variance = float((counts * (values - found.mean) ** 2).sum() / max(1, total - 1))
    found.deviation = variance**0.5
    found.least, found.greatest = float(values.min()), float(values.max())
    low, high = numbers.fences
    found.outliers = 0 if column.role.role in _NAMES else int(counts[(values < low) | (values > high)].sum())
    if numbers.limits is not None:
        low, high = numbers.limits
        found.unlikely = int(counts[(values < low) | (values > high)].sum())


def _duckdb() -> Any:
    return importlib.import_module("duckdb")  # a seventh of a second, and only records need it
