"""Spools: rows from anywhere laid down in a temporary Parquet file, so that they can be read again and again.

A spool takes rows in batches whose types may differ (a column of whole numbers that has a fraction in row one million),
finds the one type that all values fit, and never holds more than a batch. Its folder goes when its data set does.
"""

import shutil
import tempfile
import weakref
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from kinoeye.errors import DocumentError
from kinoeye.streams import arrow_datasets

BATCH_ROWS = 16_384
_ROUNDED = 1 << 53  # whole numbers beyond are not the same as a float
_COMPRESSION = "zstd"


class Spool:
    """A temporary folder in which rows are laid down.

    Parameters
    ----------
    names : sequence of str
        Unique names of the columns.
    """

    def __init__(self, names: Sequence[str]) -> None:
        self.names = list(names)
        self.folder = temporary_folder()
        self._parts: list[Path] = []
        self._types: list[pa.DataType] = [pa.null() for _ in names]
        self._is_mixed = False

    def append(self, columns: Sequence[pa.Array]) -> None:
        """Lay down a batch: one array a column, of whatever type."""
        table = pa.Table.from_arrays(list(columns), names=self.names)
        part = self.folder / f"{len(self._parts):06d}.parquet"
        write_rows(part, table.schema, [table])
        self._parts.append(part)
        for number, column in enumerate(columns):
            joined = _joined(self._types[number], column.type)
            self._is_mixed |= joined != column.type or (bool(self._parts[1:]) and joined != self._types[number])
            self._types[number] = joined

    def append_values(self, columns: Sequence[Sequence[Any]]) -> None:
        """Lay down a batch of Python values, column by column."""
        self.append([typed(values) for values in columns])

    def finish(self) -> Any:
        """Return what was laid down, every column of one type."""
        types = [pa.string() if pa.types.is_null(each) else each for each in self._types]
        schema = pa.schema(list(zip(self.names, types, strict=True)))
        if not self._parts:
            whole = self.folder / "rows.parquet"
            write_rows(whole, schema, [])
            return dataset_in(self.folder, [whole])
        if self._is_mixed or len(self._parts) > 1 or pa.null() in self._types:
            whole = self.folder / "rows.parquet"
            write_rows(whole, schema, (_fitted(pq.read_table(part), schema) for part in self._parts))
            for part in self._parts:
                part.unlink()
            return dataset_in(self.folder, [whole])
        return dataset_in(self.folder, self._parts)

    def drop(self) -> None:
        """Take the folder away."""
        shutil.rmtree(self.folder, ignore_errors=True)


def temporary_folder() -> Path:
    """Make a folder for this process alone."""
    return Path(tempfile.mkdtemp(prefix="kinoeye-records-"))


def dataset_in(folder: Path, files: Sequence[Path]) -> Any:
    """Return Parquet files as a data set; the temporary folder goes when nobody has it any more."""
    data = arrow_datasets().dataset([str(each) for each in files], format="parquet")
    weakref.finalize(data, shutil.rmtree, folder, ignore_errors=True)
    return data


def write_rows(path: Path, schema: pa.Schema, tables: Iterable[pa.Table]) -> None:
    """Write tables into one Parquet file.

    Raises
    ------
    DocumentError
        If the disk is full.
    """
    try:
        with pq.ParquetWriter(path, schema, compression=_COMPRESSION) as writer:
            for table in tables:
                writer.write_table(table)
    except OSError as error:
        raise DocumentError(
            f"records: {path.parent} must have room for the rows, got {error.strerror or error}",
            remedy="Free some space, or name another folder in TMPDIR",
        ) from error


def typed(values: Sequence[Any]) -> pa.Array:
    """Return values as one array of the type that all fit; strings where nothing else does.

    Examples
    --------
    >>> typed([1, None, 2.5]).to_pylist(), typed(["300", 300]).to_pylist()
    ([1.0, None, 2.5], ['300', '300'])
    """
    try:
        array = pa.array(values)
    except (pa.ArrowException, OverflowError, ValueError, TypeError):
        kinds = {type(value) for value in values if value is not None}
        if kinds <= {int, float} and all(not isinstance(v, int) or abs(v) < _ROUNDED for v in values):
            return pa.array([None if v is None else float(v) for v in values], pa.float64())
        return pa.array([None if value is None else shown(value) for value in values], pa.string())
    if pa.types.is_decimal(array.type):
        return array.cast(pa.float64())
    if pa.types.is_binary(array.type) or pa.types.is_large_binary(array.type):
        return pa.array([None if value is None else shown(value) for value in values], pa.string())
    return array


def shown(value: Any) -> str:
    """Return a value as text: whole numbers without a fraction, days without a midnight.

    Examples
    --------
    >>> shown(1917.0), shown(b"\\xff"), shown(True)
    ('1917', 'ff', 'true')
    """
    if isinstance(value, float) and value.is_integer() and abs(value) < _ROUNDED:
        return str(int(value))
    if isinstance(value, bytes | bytearray | memoryview):
        raw = bytes(value)
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError:
            return raw.hex()
    if isinstance(value, bool):
        return "true" if value else "false"
    if hasattr(value, "isoformat"):
        return str(value.isoformat()).removesuffix("T00:00:00")
    return str(value)


def unique_names(headings: Sequence[str]) -> list[str]:
    """Return headings as names that differ, whatever their case; a column without one is named by its place.

    Examples
    --------
    >>> unique_names(["Title", "", "title", "rating"])
    ['Title', 'column 2', 'title (2)', 'rating']
    """
    names: list[str] = []
    taken: set[str] = set()
    for number, heading in enumerate(headings, 1):
        base = " ".join(heading.replace("\0", "").split()) or f"column {number}"
        name, count = base, 1
        while name.casefold() in taken:
            count += 1
            name = f"{base} ({count})"
        taken.add(name.casefold())
        names.append(name)
    return names


def _joined(one: pa.DataType, other: pa.DataType) -> pa.DataType:
    """Return the type that values of both fit."""
    if one == other or pa.types.is_null(other):
        return one
    if pa.types.is_null(one):
        return other
    if _is_number(one) and _is_number(other):
        return pa.float64()
    if {one, other} <= {pa.date32(), pa.timestamp("us"), pa.timestamp("us", "UTC")}:
        return pa.timestamp("us")
    return pa.string()


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def _fitted(table: pa.Table, schema: pa.Schema) -> pa.Table:
    columns = []
    for field in schema:
        column = table.column(field.name).combine_chunks()
        if pa.types.is_string(field.type) and not pa.types.is_string(column.type):
            column = _as_text(column)
        columns.append(column if column.type == field.type else pc.cast(column, field.type, safe=False))
    return pa.Table.from_arrays(columns, schema=schema)


def _as_text(column: Any) -> Any:
    return pa.array([None if value is None else shown(value) for value in column.to_pylist()], pa.string())
