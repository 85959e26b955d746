"""Results: one Parquet file for each table and asset, with its provenance inside.

The file's key-value metadata says by which fingerprint, version, model and licence the rows were made, and at which
cost. A list of these is kept in the cache so that a run that has nothing to do opens no file; it is made anew from the
files wherever it does not fit them.
"""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.errors import StoreError
from kinoeye.store.files import Files, Stamp
from kinoeye.tables import Table, with_asset

# Where a table of the whole production lies in place of an asset's; no hash, so no asset can have this name.
PRODUCTION = "production"

_KEY = b"kinoeye"
_CACHE = "cache/results.json"
_CACHE_VERSION = 1

# A part of an answer is written when it has so many rows: what DuckDB reads at one go.
_PIECE_ROWS = 122_880


@dataclass(frozen=True)
class Provenance:
    """How a result came to be.

    Parameters
    ----------
    fingerprint : str
        Of name, version, settings, models and the fingerprints of the inputs.
    version : int
    model, licence : str
        Names of the models used and their licences, joined by a comma; empty if none.
    cpu_seconds : float
    peak_mb : float
        Greatest resident memory of the process while it worked.
    rows : int
    about : dict
        What a plan must know without opening the file; of `assets` the row itself.
    """

    fingerprint: str
    version: int = 0
    model: str = ""
    licence: str = ""
    cpu_seconds: float = 0.0
    peak_mb: float = 0.0
    rows: int = 0
    about: dict[str, Any] = field(default_factory=dict)


class Results:
    """The tables of one index.

    Parameters
    ----------
    files : Files
        The index' folder.
    """

    def __init__(self, files: Files) -> None:
        self.files = files

    def names(self) -> list[str]:
        """Return the names of the tables that hold anything."""
        return self.files.folders("tables")

    def write(
        self, table: Table, asset: str, rows: Any, provenance: Provenance | Callable[[], Provenance]
    ) -> Provenance:
        """Store the rows of one asset, replacing those that stood there.

        Parameters
        ----------
        table : Table
        asset : str
        rows : pa.Table, or its parts
            As `Table.parts` takes them. Each part is stored when it comes, so that memory holds few of them; the file
            stands under its name only when all are there.
        provenance : Provenance, or callable
            Asked when the last part is there. The number of rows is counted here.

        Raises
        ------
        StoreError
            If the rows do not fit the table's schema, or cannot be written; what stood there before still does.
        """
        count = 0
        schema = table.stored_schema
        with (
            self.files.new_file(self.path(table.name, asset)) as file,
            pq.ParquetWriter(file, schema, compression="zstd") as writer,
        ):
            for part in _gathered(table.parts(rows)):
                stored = with_asset(part, asset).cast(schema)
                count += stored.num_rows
                writer.write_table(stored)
            done = replace(provenance() if callable(provenance) else provenance, rows=count)
            writer.add_key_value_metadata({_KEY: json.dumps(asdict(done)).encode()})
        return done

    def read(self, table: str, asset: str) -> pa.Table:
        """Return the stored rows of one asset."""
        try:
            file = pq.ParquetFile(io.BytesIO(self.files.read_bytes(self.path(table, asset))), pre_buffer=False)
            return file.read(use_threads=False)  # small rows; Arrow's threads cost more than they save
        except pa.ArrowException as error:
            raise StoreError(
                f"store: {self.path(table, asset)} must be a whole Parquet file, got {error}",
                remedy="Delete it and run again",
            ) from error

    def file(self, table: str, asset: str) -> Path:
        """Return where the stored rows of one asset lie on this machine's disk; of another, a copy."""
        return self.files.local(self.path(table, asset))

    def remove(self, table: str, asset: str) -> None:
        """Take away the rows of one asset."""
        self.files.remove(self.path(table, asset))

    def path(self, table: str, asset: str) -> str:
        """Return the name of the file that holds these rows."""
        return f"tables/{table}/{asset}.parquet"

    def assets(self, table: str) -> list[str]:
        """Return the assets that have rows in a table, sorted."""
        listing = self.files.listing(f"tables/{table}")
        return sorted(name.removesuffix(".parquet") for name in listing if name.endswith(".parquet"))

    def provenance(self, table: str, asset: str) -> Provenance:
        """Return how the rows of one asset came to be.

        Raises
        ------
        StoreError
            If there are none.
        """
        found = self._read_provenance(table, asset)
        if found is None:
            raise StoreError(f"store: {self.path(table, asset)} must be there, got nothing", remedy="Run again")
        return found

    def scan(self) -> dict[tuple[str, str], Provenance]:
        """Return the provenance of every stored result, by (table, asset)."""
        known = self._cached()
        found: dict[tuple[str, str], Provenance] = {}
        fresh: dict[str, list[object]] = {}
        for table, asset, stamp in self._stamps():
            name = f"{table}/{asset}"
            provenance = known.get((name, stamp)) or self._read_provenance(table, asset)
            if provenance is not None:
                found[table, asset] = provenance
                fresh[name] = [stamp.size, stamp.modified, asdict(provenance)]
        if {(name, Stamp(int(str(row[0])), int(str(row[1])))) for name, row in fresh.items()} != set(known):
            self.files.write(_CACHE, json.dumps({"version": _CACHE_VERSION, "results": fresh}).encode())
        return found

    def _stamps(self) -> Iterator[tuple[str, str, Stamp]]:
        for table in self.names():
            for name, stamp in self.files.listing(f"tables/{table}").items():
                if name.endswith(".parquet"):
                    yield table, name.removesuffix(".parquet"), stamp

    def _cached(self) -> dict[tuple[str, Stamp], Provenance]:
        try:
            data = json.loads(self.files.read_bytes(_CACHE))
            if data["version"] != _CACHE_VERSION:
                return {}
            return {
                (name, Stamp(size, modified)): Provenance(**provenance)
                for name, (size, modified, provenance) in data["results"].items()
            }
        except (StoreError, ValueError, KeyError, TypeError):
            return {}

    def _read_provenance(self, table: str, asset: str) -> Provenance | None:
        """Read the provenance inside a file; None for a file that is not one of ours, so that it is made anew."""
        try:
            name = self.path(table, asset)
            at = self.files.root / name if self.files.is_local else io.BytesIO(self.files.read_bytes(name))
            return Provenance(**json.loads((pq.read_metadata(at).metadata or {})[_KEY]))
        except (StoreError, OSError, pa.ArrowException, KeyError, ValueError, TypeError):
            return None


def _gathered(parts: Iterable[pa.Table]) -> Iterator[pa.Table]:
    """Join small parts, so that many small answers do not become many small pieces of a file."""
    waiting: list[pa.Table] = []
    for part in parts:
        waiting.append(part)
        if sum(each.num_rows for each in waiting) >= _PIECE_ROWS:
            yield pa.concat_tables(waiting)
            waiting = []
    if waiting:
        yield pa.concat_tables(waiting)
