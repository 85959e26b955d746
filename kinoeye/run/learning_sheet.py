"""Learning sheet: rows of a table with what was answered for them, as a CSV that no spreadsheet runs anything of."""

import csv
import io
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.errors import StoreError, UseError

_RUN = ("=", "+", "-", "@", "\t", "\r")


def write_answers(path: Path, table: pa.Table, rows: Sequence[Mapping[str, Any]], label: str) -> None:
    """Write a table's rows, each with its answer and how sure it is, to a new file.

    Raises
    ------
    UseError
        If a file stands there.
    StoreError
        If it cannot be written.
    """
    if os.path.lexists(path):
        raise UseError(f"learn: {path} must not be there yet, got a file of that name", remedy="Choose another name")
    named = f"{label} (learnt)" if label in table.schema.names else label
    sheet = io.StringIO()
    writer = csv.writer(sheet, lineterminator="\r\n")
    writer.writerow([_safe(each) for each in (*table.schema.names, named, "chance")])
    for given, row in zip(table.to_pylist(), rows, strict=True):
        answer, chances = row[label], row.get("chances", {})
        sure = [chances[each] for each in (answer if isinstance(answer, list) else [answer]) if each in chances]
        told = "|".join(answer) if isinstance(answer, list) else answer
        cells = [*given.values(), told, "|".join(f"{each:.3f}" for each in sure)]
        writer.writerow([_safe(each) for each in cells])
    data = b"\xef\xbb\xbf" + sheet.getvalue().encode()
    try:
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        raise StoreError(f"{path}: must be writable, got {error.strerror}", remedy="Choose another place") from error


def _safe(value: Any) -> Any:
    """Return a cell that a spreadsheet takes as text where it would take it as a formula."""
    if not isinstance(value, str):
        return "" if value is None else value
    return f"'{value}" if value.startswith(_RUN) else value
