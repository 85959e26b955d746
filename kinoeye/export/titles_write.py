"""Titles written as CSV, Parquet, Excel or JSON lines, with a list of what was changed, in bounded memory.

Lists are joined with a bar, lengths are minutes; Parquet keeps the table as it is. Text that a spreadsheet would take
for a formula is written so that it is text. A file that is there is never written over.
"""

import importlib
import json
import os
import re
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv
import pyarrow.parquet as pq

from kinoeye.errors import StoreError, UseError
from kinoeye.timecode import FLICKS_PER_SECOND

FORMS = (".csv", ".parquet", ".xlsx", ".json", ".jsonl")
_MOST_SHEET_ROWS = 1_048_575  # below the heading line
_MOST_CELL = 32_767  # signs
# A spreadsheet takes these for the begin of a formula, a tab and a line end before them, too.
_FORMULA = r"^[\s]*[=+\-@\t\r]"
_FORMULA_HERE = re.compile(_FORMULA)


class _Writer(Protocol):
    def write(self, table: pa.Table) -> None:
        """Add rows."""

    def close(self) -> None:
        """Finish."""


def write_titles(target: Path, batches: Iterable[tuple[pa.Table, pa.Table]]) -> tuple[int, int, Path]:
    """Write titles and what was changed in them.

    Parameters
    ----------
    target : Path
        Its name says the form: .csv, .parquet, .xlsx, .json or .jsonl (an object a line).
    batches : iterable of (titles, changes)

    Returns
    -------
    titles, changes : int
        How many were written.
    Path
        Where the changes stand; a sheet of the same file in Excel.

    Raises
    ------
    UseError
        If the name says no form, a file is there, or a sheet cannot hold so many rows.
    StoreError
        If it cannot be written.
    """
    form = target.suffix.lower()
    if form not in FORMS:
        raise UseError(f"catalogue: OUT must end in {', '.join(FORMS)}, got {target.name}")
    beside = target.with_name(f"{target.stem}-changes{target.suffix}")
    targets = [target] if form == ".xlsx" else [target, beside]
    for each in targets:
        if each.exists():
            raise UseError(f"catalogue: OUT must be a new file, got one that is there: {each}", remedy="Name another")
    with _unfinished(targets) as paths:
        titles, changes = _writers(form, paths)
        counts = [0, 0]
        try:
            for number, tables in enumerate(batches):
                for place, (writer, table) in enumerate(zip((titles, changes), tables, strict=True)):
                    if table.num_rows or not number:
                        writer.write(table)
                    counts[place] += table.num_rows
        finally:
            titles.close()
            changes.close()
    return counts[0], counts[1], targets[-1]


def plain(table: pa.Table, *, is_for_sheets: bool) -> pa.Table:
    """Return a table as people read it: lists joined, lengths in minutes; text safe from being a formula."""
    columns, fields = [], []
    for field in table.schema:
        column = table.column(field.name)
        if pa.types.is_list(field.type) and is_for_sheets:
            column, field = pc.binary_join(column.combine_chunks(), "|"), field.with_type(pa.string())
        if field.name == "runtime" and pa.types.is_integer(field.type):
            minutes = pc.round(pc.divide(pc.cast(column, pa.float64()), float(FLICKS_PER_SECOND * 60)), 2)
            column, field = minutes, pa.field("runtime_minutes", pa.float64())
        if pa.types.is_string(field.type) and is_for_sheets:
            column = pc.if_else(pc.match_substring_regex(column, _FORMULA),
                                pc.binary_join_element_wise("'", column, ""), column)  # fmt: skip
        columns.append(column)
        fields.append(field)
    return pa.Table.from_arrays(columns, schema=pa.schema(fields))


def safe(text: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    >>> safe("=1+1"), safe("Heat")
    ("'=1+1", 'Heat')
    """
    return f"'{text}" if _FORMULA_HERE.match(text) else text


@contextmanager
def _unfinished(targets: list[Path]) -> Iterator[list[Path]]:
    """Give names beside the targets; what was written appears under the targets' names, or not at all."""
    paths = [each.with_name(f".{each.stem}.{os.getpid()}.part{each.suffix}") for each in targets]
    try:
        yield paths
        for path, target in zip(paths, targets, strict=True):
            os.link(path, target)  # fails where a file is there meanwhile
    except FileExistsError as error:
        raise UseError(f"catalogue: OUT must be a new file, got one that is there: {error.filename2}") from error
    except OSError as error:
        raise StoreError(
            f"catalogue: {targets[0]} must be writable, got {error.strerror or error}",
            remedy="Free some space, or name another folder",
        ) from error
    finally:
        for path in paths:
            path.unlink(missing_ok=True)


def _writers(form: str, paths: list[Path]) -> tuple[_Writer, _Writer]:
    if form == ".xlsx":
        book = _Book(paths[0])
        return _Sheet(book, "titles"), _Sheet(book, "changes")
    if form == ".csv":
        return _Csv(paths[0]), _Csv(paths[1])
    if form == ".parquet":
        return _Parquet(paths[0]), _Parquet(paths[1])
    return _Lines(paths[0]), _Lines(paths[1])


class _Csv:
    """Rows as CSV, UTF-8 with a mark, so that Excel reads Chinese."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("wb")
        self._file.write(b"\xef\xbb\xbf")
        self._is_first = True

    def write(self, table: pa.Table) -> None:
        options = pyarrow.csv.WriteOptions(include_header=self._is_first, quoting_style="needed")
        pyarrow.csv.write_csv(plain(table, is_for_sheets=True), self._file, options)
        self._is_first = False

    def close(self) -> None:
        self._file.close()


class _Parquet:
    """Rows as Parquet."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._writer: pq.ParquetWriter | None = None

    def write(self, table: pa.Table) -> None:
        if self._writer is None:
            self._writer = pq.ParquetWriter(self._path, table.schema, compression="zstd")
        self._writer.write_table(table)

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        elif not self._path.exists():
            self._path.touch()


class _Lines:
    """Rows as JSON, an object a line."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("w", encoding="utf-8")

    def write(self, table: pa.Table) -> None:
        for row in plain(table, is_for_sheets=False).to_pylist():
            given = {key: value for key, value in row.items() if value not in (None, [])}
            self._file.write(json.dumps(given, ensure_ascii=False, default=str) + "\n")

    def close(self) -> None:
        self._file.close()


class _Book:
    """A workbook whose rows are laid down as they come."""

    def __init__(self, path: Path) -> None:
        writer = importlib.import_module("xlsxwriter")
        self.book = writer.Workbook(str(path), {
            "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": False,
        })  # fmt: skip
        self.open = 2

    def closed(self) -> None:
        """Write the file when the last sheet is done."""
        self.open -= 1
        if not self.open:
            self.book.close()


class _Sheet:
    """A sheet of a workbook."""

    def __init__(self, book: _Book, name: str) -> None:
        self._book = book
        self._sheet = book.book.add_worksheet(name)
        self._row = 0

    def write(self, table: pa.Table) -> None:
        table = plain(table, is_for_sheets=True)
        if self._row + table.num_rows > _MOST_SHEET_ROWS:
            raise UseError(
                f"catalogue: a sheet must have at most {_MOST_SHEET_ROWS} rows, got more",
                remedy="Write .csv or .parquet",
            )
        if not self._row:
            bold = self._book.book.add_format({"bold": True})
            self._sheet.write_row(0, 0, table.schema.names, bold)
            self._sheet.freeze_panes(1, 0)
        for row in table.to_pylist():
            self._row += 1
            for place, value in enumerate(row.values()):
                _cell(self._sheet, self._row, place, value)

    def close(self) -> None:
        self._book.closed()


def _cell(sheet: Any, row: int, place: int, value: Any) -> None:
    if value is None:
        return
    if isinstance(value, int | float) and not isinstance(value, bool):
        sheet.write_number(row, place, value)
    else:
        text = value if isinstance(value, str) else str(value)
        sheet.write_string(row, place, text[:_MOST_CELL])
