"""Tables: the waist of the hourglass. Everything known stands in one, and each column says what it means.

A table of one asset carries no `asset` column while an analysis makes it; the runner puts it in front when it stores
the rows, so that every stored table can be joined ``USING (asset)``.

A table may have more rows than memory holds. An analysis that makes such a one yields it part by part; one that reads
it says `Stored` where others say `pa.Table`, and goes through it in batches or asks DuckDB.
"""

import importlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.errors import StoreError

BATCH_ROWS = 65_536

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

    def parts(self, answer: Any) -> Iterator[pa.Table]:
        """Yield an analysis' answer part by part.

        Parameters
        ----------
        answer : pa.Table, pa.RecordBatchReader, or iterator of pa.Table or pa.RecordBatch
            The rows, whole or in parts.

        Raises
        ------
        StoreError
            If it is nothing of the kind, or a part has other columns.
        """
        for part in [answer] if isinstance(answer, (pa.Table, pa.RecordBatch)) else self._iterated(answer):
            rows = pa.Table.from_batches([part]) if isinstance(part, pa.RecordBatch) else part
            if not isinstance(rows, pa.Table):
                raise StoreError(f"{self.name}: parts of an answer must be tables, got {type(part).__name__}")
            if rows.schema.names not in (self.schema.names, self.stored_schema.names):
                raise StoreError(
                    f"{self.name}: rows must have the columns {self.schema.names}, got {rows.schema.names}"
                )
            yield rows

    def whole(self, answer: Any) -> pa.Table:
        """Return an analysis' answer, whole or in parts, as one table; arguments as of `parts`."""
        return answer if isinstance(answer, pa.Table) else pa.concat_tables([self.empty(), *self.parts(answer)])

    def _iterated(self, answer: Any) -> Iterator[Any]:
        if not isinstance(answer, Iterable):
            raise StoreError(f"{self.name}: an analysis must answer with a table or its parts, got {answer!r}")
        return iter(answer)


@dataclass(frozen=True)
class Stored:
    """A stored table that is not read in whole: an analysis whose input is annotated so gets one.

    The rows are those that a `pa.Table` would have, in the same order, with people's decisions laid over. They can be
    gone through as often as one likes. Where batches end depends on how the rows were stored: no answer may.

    Parameters
    ----------
    schema : pa.Schema
        As stored, with `asset`.
    files : sequence of str
        Parquet files on this machine's disk, one after the other.
    rows : pa.Table, optional
        The rows in place of files.

    Examples
    --------
    >>> table = Stored.of(pa.table({"viewer": [1, 2, 1]}))
    >>> [batch["viewer"].to_pylist() for batch in table.batches(["viewer"], rows=2)]
    [[1, 2], [1]]
    >>> import duckdb
    >>> with duckdb.connect() as connection:
    ...     table.scanned(connection).aggregate("viewer, count(*) n").order("viewer").fetchall()
    [(1, 2), (2, 1)]
    """

    schema: pa.Schema
    files: Sequence[str] = ()
    rows: pa.Table | None = None

    @classmethod
    def of(cls, rows: pa.Table) -> "Stored":
        """Return a table in memory in this form."""
        return cls(rows.schema, rows=rows)

    @property
    def num_rows(self) -> int:
        """How many rows there are, by the ends of the files."""
        return (
            self.rows.num_rows if self.rows is not None else sum(pq.read_metadata(each).num_rows for each in self.files)
        )

    def dataset(self) -> Any:
        """Return the rows as a pyarrow Dataset; columns that an older version did not write are null."""
        dataset = importlib.import_module("pyarrow.dataset")
        if self.rows is not None or not self.files:
            return dataset.dataset(self.rows if self.rows is not None else self.schema.empty_table())
        return dataset.dataset(list(self.files), schema=self.schema, format="parquet")

    def batches(self, columns: Sequence[str] | None = None, *, rows: int = BATCH_ROWS) -> Iterator[pa.RecordBatch]:
        """Go through the rows in their order, some at a time; only the columns named are read.

        Parameters
        ----------
        columns : sequence of str, optional
            All of them, if none are named.
        rows : int
            The most in one batch.
        """
        names = self.schema.names if columns is None else list(columns)
        reader = self.dataset().scanner(columns=names, batch_size=rows, batch_readahead=2, fragment_readahead=1)
        return (batch for batch in reader.to_batches() if batch.num_rows)

    def scanned(self, connection: Any) -> Any:
        """Return the rows as a relation of a DuckDB connection, which reads what a query asks for and no more.

        Parameters
        ----------
        connection : duckdb.DuckDBPyConnection
            Made with ``config={"temp_directory": tempfile.gettempdir()}``, so that a query larger than memory passes.
        """
        plain = self.schema.remove_metadata()
        if self.files and all(pq.read_schema(each).remove_metadata() == plain for each in self.files):
            return connection.read_parquet(list(self.files))
        return connection.from_arrow(self.rows if self.rows is not None else self.dataset())

    def table(self, columns: Sequence[str] | None = None) -> pa.Table:
        """Return the rows, or some columns of them, in memory."""
        return self.dataset().to_table(columns=self.schema.names if columns is None else list(columns))


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
