"""Plans of columns: how each column is measured, told by a sample of its cells.

A column of few different cells is counted cell by cell, one of many different numbers is summed, other text is counted.
"""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.signals.cells import is_missing
from kinoeye.signals.cleaning import manner_of
from kinoeye.signals.columns import Role
from kinoeye.signals.measured import Numbers, is_number_column, limits_of, numbers_of
from kinoeye.signals.readings import Manner
from kinoeye.streams import quoted

SAMPLE_ROWS = 10_000
_MOST_COUNTED = 300_000  # different cells that are held for one column
_MOST_SEEN = 1500  # of them in a sample
_BLIND = 1e-3  # cells that a sample of 20,000 leaves unseen, at most
_DATE_FORM = "CAST(TRY_CAST({0} AS DATE) - DATE '1970-01-01' AS DOUBLE)"
_STRIPPED = "translate({0}, '$€£¥₹, ', '')"


@dataclass
class Column:
    """A column as it is measured.

    Parameters
    ----------
    name, heading : str
    role : Role
    manner : Manner
    kind : str
        counted, summed or text.
    type : str
        whole, number, date, text, list, boolean or nothing.
    sample : pa.ChunkedArray
    expression : str
        What SQL reads of a cell.
    factor : float
        From the column's own unit to that in which it is told.
    """

    name: str
    heading: str
    role: Role
    manner: Manner
    kind: str
    type: str
    sample: Any
    expression: str = ""
    factor: float = 1.0
    numbers: Numbers = field(default_factory=Numbers)


def planned(
    sample: pa.Table, headings: Sequence[str], roles: Sequence[Role], rows: int, last_year: int
) -> list[Column]:
    """Say how each column is measured, by a sample of its cells."""
    return [
        _planned(sample.column(number), sample.schema.names[number],
                 headings[number] if number < len(headings) else "", roles[number], rows, last_year)
        for number in range(sample.num_columns)
    ]  # fmt: skip


def plain_type(column: Column) -> Any:
    """Return the type as which a column of a text file may be read, by its sample; None if it may not."""
    kind = column.sample.type
    is_text = pa.types.is_string(kind) or pa.types.is_large_string(kind)
    if column.kind != "summed" or not is_text or column.numbers.is_marked:
        return None
    type_ = pa.date32() if column.type == "date" else pa.float64()
    return type_ if _cast(column.sample, type_) is not None else None


def _cast(cells: Any, type_: Any) -> Any:
    try:
        return pc.if_else(pc.equal(cells, ""), None, cells).cast(type_)
    except pa.ArrowException:
        return None


def typed(column: Column, type_: Any) -> Column:
    """Return a column as it is measured where Arrow has read its numbers."""
    made = replace(column, sample=_cast(column.sample, type_))
    made.expression = _expression(made)
    return made


def _planned(cells: Any, name: str, heading: str, role: Role, rows: int, last_year: int) -> Column:
    manner = manner_of(cells, role.role, heading)
    if pa.types.is_dictionary(cells.type):
        cells = cells.cast(cells.type.value_type)
    if pa.types.is_nested(cells.type) or pa.types.is_binary(cells.type):
        return Column(name, heading, role, manner, "text", "list", cells, f"CAST({quoted(name)} AS VARCHAR)")
    column = Column(name, heading, role, manner, "text", "text", cells, quoted(name))
    column.numbers = numbers_of(cells, role.role, manner)
    column.type = column.numbers.type
    if _is_few(cells, rows):
        column.kind = "counted"
    elif is_number_column(column.numbers):
        expression = _expression(column)
        if expression:
            column.kind, column.expression = "summed", expression
    limits_of(column.numbers, role.role, last_year)
    return column


def _is_few(cells: Any, rows: int) -> bool:
    """Say whether all different cells of a column can be held, by how many of a sample's cells stand there once."""
    counts = pc.value_counts(cells)
    times = pc.struct_field(counts, "counts").to_numpy(zero_copy_only=False)
    if rows <= _MOST_COUNTED // 10:
        return True
    once = int((times == 1).sum())
    return len(times) <= _MOST_SEEN and once / max(1, len(cells)) <= _BLIND * 10 and (
        len(times) + rows * once / max(1, len(cells)) <= _MOST_COUNTED
    )  # fmt: skip


def _expression(column: Column) -> str:
    """Return the number of a cell in SQL; empty where SQL cannot read it."""
    kind, name = column.sample.type, quoted(column.name)
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return f"({name} - DATE '1970-01-01')" if pa.types.is_date32(kind) else f"epoch({name}) / 86400"
    if column.type == "date":
        plain = column.sample.slice(0, 500).to_pylist()
        iso = all(_is_iso(cell) for cell in plain if isinstance(cell, str) and not is_missing(cell))
        return _DATE_FORM.format(name) if iso else ""
    if pa.types.is_boolean(kind):
        return ""
    if pa.types.is_string(kind) or pa.types.is_large_string(kind):
        form = f"TRY_CAST({name} AS DOUBLE)"
        if column.numbers.is_marked:
            form = f"TRY_CAST({_STRIPPED.format(name)} AS DOUBLE)"
        elif not column.numbers.is_plain:
            return ""
    else:
        form = name
    column.factor = column.numbers.factor
    return form


def _is_iso(cell: str) -> bool:
    try:
        datetime.date.fromisoformat(cell[:10])
    except ValueError:
        return False
    return True
