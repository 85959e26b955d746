"""Record columns: what each column of a catalogue or a log is and holds: gaps, range, outliers, what is unlikely.

One row a column, for any number of rows, in one pass; how each column is measured stands in
kinoeye/signals/measures_of_columns.py.
"""

import datetime
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.cells import is_missing
from kinoeye.signals.columns import recognise, sample_of
from kinoeye.signals.columns_planned import SAMPLE_ROWS, Column, planned
from kinoeye.signals.measured import ZERO_IS_NOTHING, bins_of, is_number_column, measure
from kinoeye.signals.measures_of_columns import Measured, measured
from kinoeye.signals.readings import text_of
from kinoeye.streams import Records
from kinoeye.tables import Table, Typed, score

_COUNTED = pa.list_(pa.struct([("value", pa.string()), ("count", pa.int64())]))
_BARS = pa.list_(pa.struct([("begin", pa.float64()), ("end", pa.float64()), ("count", pa.int64())]))
_TEXTS = pa.list_(pa.string())

RECORD_COLUMNS = Table("record_columns", "One row a column of a file of records, in the file's order.", (
    ("column", pa.int32(), "number of the column, from 0"),
    ("heading", pa.string(), "what the file calls it; empty where it has no heading"),
    ("name", pa.string(), "what it is called in the stream `records`"),
    ("role", pa.string(), "what it is, as the columns of `titles` are called; viewer, seen, event, or none"),
    ("role_score", score(), "how sure that is"),
    ("told_by", pa.string(), "heading, values, both or nothing"),
    ("type", pa.string(), "whole, number, date, text, list, boolean or nothing"),
    ("unit", pa.string(), "in which its numbers are told here: minutes, 0..10, year, day; empty where they have none"),
    ("rows", pa.int64(), "rows of the file"),
    ("missing", pa.int64(), "cells that say nothing: `nulls`, `empties` and `placeholders`"),
    ("nulls", pa.int64(), "cells that are not there"),
    ("empties", pa.int64(), "cells that are an empty text"),
    ("placeholders", pa.int64(), "cells such as N/A, -, \\N, 未知, or 0 for a year, a length or money"),
    ("distinct", pa.int64(), "different cells; of very many, within about 5 %"),
    ("least", pa.string(), "smallest number, first day, or first text"),
    ("greatest", pa.string(), "largest number, last day, or last text"),
    ("mean", pa.float64(), "of the numbers, in `unit`; of days, days since 1970"),
    ("deviation", pa.float64(), "standard deviation, in `unit`; of days, days"),
    ("quartiles", pa.list_(pa.float64()), "numbers under which a quarter, half and three quarters lie"),
    ("examples", _TEXTS, "some cells as they stand"),
    ("outliers", pa.int64(), "numbers beyond `fences`"),
    ("fences", pa.list_(pa.float64()), "three times the distance of the quartiles below and above them"),
    ("outlier_examples", _TEXTS, "some of them"),
    ("wrong_type", pa.int64(), "cells that are no number or day in a column of such"),
    ("wrong_examples", _TEXTS, "some of them"),
    ("unlikely", pa.int64(), "what can hardly be true: a year to come, a film of seconds, a rating over its scale"),
    ("unlikely_examples", _TEXTS, "some of them"),
    ("commonest", _COUNTED, "the cells that stand there most often; empty where all differ"),
    ("bars", _BARS, "a histogram of the numbers within `fences`"),
    ("sampled", Typed(pa.int64(), "rows"), "from which quartiles, `bars` and examples come; 0 where all were read"),
    ("finding", pa.string(), "what matters most: empty, wrong, unlikely, missing, outliers, constant or fine"),
    ("reason", pa.string(), "that finding as a sentence"),
))  # fmt: skip

_EXAMPLES = 5
_LOOKED = 4000  # rows of the sample by which columns are recognised
_COMMONEST = 12
_MUCH_MISSING = 0.05  # of the rows
_LONGEST = 120  # signs of an example
_EPOCH = datetime.date(1970, 1, 1)
_UNITS = {"runtime": "minutes", "rating": "0..10", "year": "year"}


@analysis(RECORD_COLUMNS, version=1)
def record_columns(records: Records, *, last_year: int = 2030) -> pa.Table:
    """Measure every column of a file of records.

    Parameters
    ----------
    records : Records
        Rows as they are given.
    last_year : year
        A showing after it is unlikely.

    Raises
    ------
    SettingError
        If `last_year` is no year.
    """
    if not 1900 <= last_year <= 9999:
        raise SettingError(f"record_columns: last_year must lie in 1900..9999, got {last_year}")
    sample = sample_of(records, SAMPLE_ROWS)
    some = sample.take(pa.array(range(0, sample.num_rows, max(1, sample.num_rows // _LOOKED)), pa.int64()))
    roles = recognise(some, records.headings)
    count = sample.num_rows if sample.num_rows < SAMPLE_ROWS else records.count_rows()
    columns = planned(sample, records.headings, roles, count, last_year)
    found = measured(records, columns) if columns else []
    pairs = zip(columns, found, strict=True)
    return RECORD_COLUMNS.from_rows(_row(number, column, told) for number, (column, told) in enumerate(pairs))


def _row(number: int, column: Column, told: Measured) -> dict[str, Any]:
    missing = told.nulls + told.empties + told.placeholders
    is_number = is_number_column(column.numbers) and told.mean is not None
    numbers = column.numbers
    is_whole = column.kind == "counted" or told.rows <= len(column.sample)
    row: dict[str, Any] = {
        "column": number, "heading": column.heading, "name": column.name, "role": column.role.role,
        "role_score": column.role.score, "told_by": column.role.why, "type": column.type,
        "unit": _UNITS.get(column.role.role, "day" if column.type == "date" else ""), "rows": told.rows,
        "missing": missing, "nulls": told.nulls, "empties": told.empties, "placeholders": told.placeholders,
        "distinct": told.distinct, "least": shown(told.least, column.type),
        "greatest": shown(told.greatest, column.type),
        "mean": told.mean, "deviation": told.deviation,
        "quartiles": list(numbers.quartiles) if is_number and numbers.quartiles else [],
        "fences": list(numbers.fences) if is_number else [],
        "outliers": told.outliers, "wrong_type": told.wrong, "unlikely": told.unlikely,
        "bars": [{"begin": a, "end": b, "count": n} for a, b, n in bins_of(numbers)] if is_number else [],
        "commonest": _commonest(column, told), "sampled": 0 if is_whole else len(column.sample),
    }  # fmt: skip
    row |= _examples(column, told)
    row["finding"] = finding(row)
    row["reason"] = reason(row)
    return row


def shown(value: Any, kind: str) -> str | None:
    """Return a number, a day or a text as people read it."""
    if value is None:
        return None
    if kind == "date" and isinstance(value, float):
        try:
            return (_EPOCH + datetime.timedelta(days=int(value // 1))).isoformat()
        except OverflowError:
            return None
    if isinstance(value, float):
        return f"{value:.0f}" if value == int(value) and abs(value) < 1e15 else f"{value:.6g}"
    return str(value)[:_LONGEST]


def _commonest(column: Column, told: Measured) -> list[dict[str, Any]]:
    cells: list[tuple[Any, int]] = told.cells
    if not cells:
        return []
    given = [(cell, count) for cell, count in cells if not is_missing(text_of(cell))][:_COMMONEST]
    return [{"value": text_of(cell)[:_LONGEST], "count": count} for cell, count in given if count > 1]


def _examples(column: Column, told: Measured) -> dict[str, list[str]]:
    """Return some cells of each sort: from all of them, or from the sample."""
    found: dict[str, list[str]] = {each: [] for each in (
        "examples", "outlier_examples", "wrong_examples", "unlikely_examples",
    )}  # fmt: skip
    counts = {"wrong_examples": told.wrong, "outlier_examples": told.outliers, "unlikely_examples": told.unlikely}
    wanted = {"examples", *(sort for sort, count in counts.items() if count)}
    for cell in _cells(column, told):
        text = text_of(cell)
        if is_missing(text):
            continue
        for sort in {"examples", *(_sorts(cell, column, told) if wanted - {"examples"} else ())} & wanted:
            found[sort].append(text[:_LONGEST])
        wanted = {sort for sort in wanted if len(found[sort]) < _EXAMPLES}
        if not wanted:
            break
    # What the sample has not shows at the ends.
    for sort, count, limits in (("outlier_examples", told.outliers, column.numbers.fences),
                                ("unlikely_examples", told.unlikely, column.numbers.limits)):  # fmt: skip
        if count and not found[sort] and limits is not None:
            ends = [value for value in (told.least, told.greatest) if not limits[0] <= value <= limits[1]]
            found[sort] = [said for value in ends if (said := shown(value, column.type))]
    return found


def _cells(column: Column, told: Measured) -> Iterator[Any]:
    if told.cells:
        return (cell for cell, _ in told.cells)
    given = column.sample.drop_null()
    if not pa.types.is_nested(given.type):
        given = given.unique()
    return iter(given.to_pylist())


def _sorts(cell: Any, column: Column, told: Measured) -> Iterator[str]:
    numbers = column.numbers
    if not is_number_column(numbers):
        return
    number = measure(cell, column.role.role, column.manner, numbers)
    if number is None:
        yield "wrong_examples"
        return
    if number == 0 and column.role.role in ZERO_IS_NOTHING:
        return
    if told.outliers and not numbers.fences[0] <= number <= numbers.fences[1]:
        yield "outlier_examples"
    if numbers.limits is not None and not numbers.limits[0] <= number <= numbers.limits[1]:
        yield "unlikely_examples"


def finding(row: dict[str, Any]) -> str:
    """Return what matters most of a column."""
    if row["missing"] >= row["rows"]:
        return "empty"
    for what in ("wrong_type", "unlikely"):
        if row[what]:
            return what
    if row["missing"] > _MUCH_MISSING * row["rows"]:
        return "missing"
    if row["outliers"]:
        return "outliers"
    return "constant" if row["distinct"] == 1 and row["rows"] > 1 else "fine"


def reason(row: dict[str, Any]) -> str:
    """Return a column's finding as a sentence."""
    share = 100 * row["missing"] / row["rows"] if row["rows"] else 0.0
    some = {key: ", ".join(row[f"{key}_examples"][:3]) for key in ("wrong", "unlikely", "outlier")}
    return {
        "empty": "Nothing stands in it.",
        "wrong_type": f"{row['wrong_type']} cells are no {row['type']}: {some['wrong']}.",
        "unlikely": f"{row['unlikely']} values can hardly be true: {some['unlikely']}.",
        "missing": f"{share:.1f} % of the cells say nothing.",
        "outliers": f"{row['outliers']} values lie far from the others: {some['outlier']}.",
        "constant": "Every row says the same.",
        "fine": f"Whole but for {share:.1f} %." if row["missing"] else "Whole, and nothing in it looks wrong.",
    }[row["finding"]].replace(": .", ".")
