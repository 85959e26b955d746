"""Tables: the waist of the hourglass. Everything known stands in one, and each column says what it means.

A table of one asset carries no `asset` column while an analysis makes it; the runner puts it in front when it stores
the rows, so that every stored table can be joined ``USING (asset)``.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from kinoeye.errors import StoreError

ASSET_FIELD = pa.field("asset", pa.string(), False, {"meaning": "the asset's content hash, 32 hex digits"})


@dataclass(frozen=True)
class Typed:
    """A column type with its unit.

    Parameters
    ----------
    type : pa.DataType
    unit : str
        Unit or range, shown wherever the column is.
    """

    type: pa.DataType
    unit: str


def flicks() -> Typed:
    """Name a time or a duration: int64, 1/705,600,000 s."""
    return Typed(pa.int64(), "flicks")


def score() -> Typed:
    """Name how sure an answer is: float32, 0..1."""
    return Typed(pa.float32(), "0..1")


def degrees() -> Typed:
    """Name an angle: float32, degrees."""
    return Typed(pa.float32(), "degrees")


def pictures() -> Typed:
    """Name a count or number of decoded pictures: int64, from 0."""
    return Typed(pa.int64(), "pictures")


@dataclass(frozen=True)
class Table:
    """A named Arrow schema in which every column has a meaning.

    Parameters
    ----------
    name : str
        Plural noun; also the name of the analysis that makes it.
    meaning : str
        What one row is, as a sentence.
    columns : tuple of (name, type, meaning)
        The type is a `pa.DataType`, or a `Typed` where a unit or range belongs to it.
    """

    name: str
    meaning: str
    columns: tuple[tuple[str, pa.DataType | Typed, str], ...]

    @cached_property
    def schema(self) -> pa.Schema:
        """The schema as an analysis returns it."""
        return pa.schema([_field(*column) for column in self.columns], {"meaning": self.meaning})

    @cached_property
    def stored_schema(self) -> pa.Schema:
        """The schema as it is stored: with `asset` in front, unless the table names assets itself."""
        if "asset" in self.schema.names:
            return self.schema
        return pa.schema([ASSET_FIELD, *self.schema], self.schema.metadata)

    def empty(self) -> pa.Table:
        """Return the table without rows."""
        return self.schema.empty_table()

    def from_rows(self, rows: Iterable[Mapping[str, Any]]) -> pa.Table:
        """Return the table of `rows`; a missing key is null, an unknown one an error."""
        rows = list(rows)
        names = set(self.schema.names)
        for row in rows:
            if unknown := set(row) - names:
                raise StoreError(f"{self.name}: rows must have the columns of the table, got {sorted(unknown)}")
        return pa.Table.from_pylist(rows, schema=self.schema)

    def from_columns(self, **columns: Any) -> pa.Table:
        """Return the table of whole columns: arrays, lists or NumPy arrays, one for each column."""
        if set(columns) != set(self.schema.names):
            wrong = sorted(set(columns) ^ set(self.schema.names))
            raise StoreError(f"{self.name}: every column must be given once, got a difference in {wrong}")
        arrays = [pa.array(columns[field.name], type=field.type) for field in self.schema]
        return pa.Table.from_arrays(arrays, schema=self.schema)


def with_asset(table: pa.Table, asset: str) -> pa.Table:
    """Put the `asset` column in front of an analysis' answer; a table that names assets itself stays as it is."""
    if "asset" in table.schema.names:
        return table
    column = pa.array([asset], pa.string()).take(pa.array([0] * table.num_rows, pa.int32()))
    return table.add_column(0, ASSET_FIELD, column)


def _field(name: str, kind: pa.DataType | Typed, meaning: str) -> pa.Field:
    if isinstance(kind, Typed):
        return pa.field(name, kind.type, True, {"meaning": meaning, "unit": kind.unit})
    return pa.field(name, kind, True, {"meaning": meaning})
