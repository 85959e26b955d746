"""The index: tables, streams and decisions of one production, as readers see them.

Readers never lock anything: a table is the Parquet files that stand there, read by DuckDB in a process of its own, with
people's decisions laid over. Rows of assets that are no longer in the folder stay on disk and are not shown.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import QueryError, UseError
from kinoeye.store.decisions import OF_NO_TABLE, Decision, Decisions, lay_over
from kinoeye.store.files import Files
from kinoeye.store.results import PRODUCTION, Results
from kinoeye.store.streams import StreamStore
from kinoeye.streams import Pictures, Sound, Stills, Text
from kinoeye.tables import Table

# Statements that speak of all tables rather than name the ones they need.
_ALL = re.compile(r"^\s*(show|describe|desc|pragma|summarize|from\s+duckdb_|from\s+information_schema)|duckdb_|"
                  r"information_schema", re.IGNORECASE)  # fmt: skip

_READING = (["SELECT"], ["EXPLAIN"])


class Index:
    """Everything known of one production.

    Parameters
    ----------
    url : str or Path
        The index' folder (a production's ``.kinoeye``), or an address that fsspec knows.
    tables : iterable of Table
        The tables that may stand in it.
    decisions : str or Decisions
        Address of the decisions' database; beside the index if empty.
    """

    def __init__(self, url: str | Path, tables: Iterable[Table], *, decisions: str | Decisions = "") -> None:
        self.files = Files(url)
        self.schemas: Mapping[str, Table] = {table.name: table for table in tables}
        self.results = Results(self.files)
        self.streams = StreamStore(self.files)
        self._decided = decisions

    @cached_property
    def decisions(self) -> Decisions:
        """What people said."""
        if isinstance(self._decided, Decisions):
            return self._decided
        home = self.files.root if self.files.is_local else Path.home() / ".kinoeye"
        return Decisions(self._decided or f"sqlite:///{home / 'decisions.db'}")

    def tables(self) -> list[str]:
        """Return the names of the tables, whether or not anything stands in them, sorted."""
        return sorted(self.schemas)

    def read(self, table: str, asset: str | None = None) -> pa.Table:
        """Return a table with people's decisions laid over.

        Parameters
        ----------
        table : str
        asset : str, optional
            One asset's rows; otherwise those of every asset that is in the production now.

        Raises
        ------
        UseError
            If there is no such table.
        """
        said = self.decisions.all(table)
        if asset not in {None, PRODUCTION}:
            said = [each for each in said if each.key.get("asset") in {None, asset}]
        rows, _ = lay_over(self._stored(table, asset), said)
        return rows

    def all(self, **more: pa.Table) -> Mapping[str, pa.Table]:
        """Return every table by its name, each read when it is first asked for, and `more` beside them."""
        return _Tables(self, more)

    def decided(self, table: str, asset: str) -> list[int]:
        """Return the numbers of the decisions that lie over a table of one asset, or of the whole production."""
        here = {None, asset}
        return [d.id for d in self.said(table) if asset == PRODUCTION or d.key.get("asset") in here]

    def look_again(self) -> None:
        """See the decisions that were kept since this object first asked."""
        self.__dict__.pop("_all_decisions", None)

    def said(self, what: str) -> list[Decision]:
        """Return the decisions about one thing, as they stood when this object first asked: one run sees one state."""
        return [each for each in self._all_decisions if each.what == what]

    @cached_property
    def _all_decisions(self) -> list[Decision]:
        return self.decisions.all()

    def orphans(self) -> list[Decision]:
        """Return the decisions whose object is gone."""
        gone: list[Decision] = []
        decisions = self.decisions.all()
        for table in sorted({decision.what for decision in decisions} - OF_NO_TABLE):
            own = [decision for decision in decisions if decision.what == table]
            gone += lay_over(self._stored(table), own)[1] if table in self.schemas else own
        return gone

    def sql(self, query: str) -> pa.Table:
        """Answer a SQL query; every table is a view. Nothing can be written and no other file read.

        Raises
        ------
        QueryError
            DuckDB's own message, if it cannot answer.
        """
        import duckdb  # a seventh of a second that a run with nothing to do must not spend

        words = set(re.findall(r"\w+", query.lower()))
        named = [name for name in self.tables() if _ALL.search(query) or name in words]
        try:
            with duckdb.connect(":memory:") as connection:
                statements = connection.extract_statements(query)
                if [statement.type.name for statement in statements] not in _READING:
                    raise QueryError("sql: must be one statement that reads (SELECT, SHOW, DESCRIBE, EXPLAIN)")
                for name in named:
                    self._show(connection, name)
                folder = str(self.files.root / "tables") if self.files.is_local else ""
                connection.execute(f"SET allowed_directories=[{_quoted(folder)}]" if folder else "SELECT 1")
                connection.execute("SET enable_external_access=false")
                connection.execute("SET lock_configuration=true")
                return connection.sql(query).to_arrow_table()
        except duckdb.Error as error:
            message = " ".join(str(error).split("\n\n")[0].split())
            raise QueryError(f"sql: {message}", remedy=f"Tables: {', '.join(self.tables())}") from error

    def stills(self, asset: str) -> Stills:
        """Return the stills of an asset."""
        stream = self.streams.read(asset, "stills")
        assert isinstance(stream, Stills)
        return stream

    def thumbs(self, asset: str) -> Pictures:
        """Return every picture of an asset, small."""
        stream = self.streams.read(asset, "thumbs")
        assert isinstance(stream, Pictures)
        return stream

    def sound(self, asset: str) -> Sound:
        """Return the sound of an asset."""
        stream = self.streams.read(asset, "mono_16k")
        assert isinstance(stream, Sound)
        return stream

    def text(self, asset: str) -> Text:
        """Return what stands in a text asset."""
        stream = self.streams.read(asset, "text")
        assert isinstance(stream, Text)
        return stream

    def present(self) -> set[str]:
        """Return the assets that are in the production now."""
        return set(self.results.assets("assets"))

    def _stored(self, table: str, asset: str | None = None) -> pa.Table:
        if table not in self.schemas:
            raise UseError(f"index: table must be one of {', '.join(self.tables())}, got {table}")
        schema = self.schemas[table].stored_schema
        keys = [asset] if asset is not None else self.results.assets(table)
        parts = [fitted(self.results.read(table, key), schema) for key in keys if self._has(table, key)]
        rows = pa.concat_tables([schema.empty_table(), *parts])
        if asset is None and table not in {"assets", "faults"} and "asset" in schema.names:
            rows = rows.filter(pc.is_in(rows["asset"], pa.array([*sorted(self.present()), PRODUCTION], pa.string())))
        return rows

    def _has(self, table: str, key: str) -> bool:
        return self.files.exists(self.results.path(table, key))

    def _show(self, connection: Any, name: str) -> None:
        """Make a table visible to DuckDB: straight from its files where nothing must be laid over."""
        keys = self.results.assets(name)
        by_asset = name not in {"assets", "faults"} and keys != [PRODUCTION]
        if not keys or not by_asset or not self.files.is_local or self.decisions.all(name):
            connection.register(name, self.read(name))
            return
        present = self.present()
        paths = [str(self.files.root / self.results.path(name, key)) for key in keys if key in present]
        if not paths:
            connection.register(name, self.read(name))
            return
        columns = ", ".join(f'"{column}"' for column in self.schemas[name].stored_schema.names)
        files = ", ".join(_quoted(path) for path in paths)
        connection.execute(
            f'CREATE VIEW "{name}" AS SELECT {columns} '  # noqa: S608 - names come from the schemas
            f"FROM read_parquet([{files}], union_by_name=true)"
        )


class _Tables(Mapping[str, pa.Table]):
    """The tables of an index, read one by one: meshes and vectors of long films are large, and few readers want all."""

    def __init__(self, index: Index, more: Mapping[str, pa.Table]) -> None:
        self._index = index
        self._names = [*index.tables(), *more]
        self._read = dict(more)

    def __getitem__(self, name: str) -> pa.Table:
        if name not in self._names:
            raise KeyError(name)
        if name not in self._read:
            self._read[name] = self._index.read(name)
        return self._read[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def fitted(rows: pa.Table, schema: pa.Schema) -> pa.Table:
    """Bring rows of an older version to today's schema: columns that lack or were of another kind are null, unknown
    ones dropped."""
    columns = []
    for field in schema:
        column = pa.nulls(rows.num_rows, field.type)
        if field.name in rows.schema.names:
            with suppress(pa.ArrowNotImplementedError):
                column = rows[field.name].cast(field.type)
        columns.append(column)
    return pa.Table.from_arrays(columns, schema=schema)
