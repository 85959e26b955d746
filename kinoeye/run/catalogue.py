"""Catalogues without a production: a file of records read, its columns recognised and measured, its cells cleaned."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa

from kinoeye.analyses.catalogue.record_columns import record_columns
from kinoeye.analyses.catalogue.titles import BATCH_ROWS, TITLES, assembled, titles
from kinoeye.errors import DocumentError, KinoeyeError, UseError
from kinoeye.media.kinds import recognise as kind_of
from kinoeye.media.records import read_records
from kinoeye.run.scan import OWN
from kinoeye.signals.cleaning import changed, cleaned, sources_of
from kinoeye.signals.columns import Role, is_catalogue, recognise, sample_of
from kinoeye.streams import Records

# Years ahead in which films are announced with a date.
_ANNOUNCED = 5

CHANGES = pa.schema([
    pa.field("row", pa.int64(), metadata={"meaning": "number of the row, from 0"}),
    pa.field("column", pa.string(), metadata={"meaning": "what the file calls the column"}),
    pa.field("role", pa.string(), metadata={"meaning": "what it was taken for"}),
    pa.field("was", pa.string(), metadata={"meaning": "as given"}),
    pa.field("is", pa.string(), metadata={"meaning": "as written; empty where it could not be read"}),
    pa.field("why", pa.string(), metadata={"meaning": "what was put right"}),
])  # fmt: skip


def titles_of(path: Path | str) -> pa.Table:
    """Return the cleaned titles of a file or of a database's address, as the table `titles`.

    Raises
    ------
    DocumentError
        If it cannot be read, or none of its columns is one of titles.
    """
    with _whole(path):
        records = read_records(path)
        _catalogue_roles(records, shown(path))
        return TITLES.whole(titles(records))


def check_catalogue(records: Records, named: str) -> None:
    """Raise `DocumentError` unless some column of records is one of titles."""
    _catalogue_roles(records, named)


def columns_of(path: Path | str) -> tuple[Records, pa.Table]:
    """Return the records of a file or an address, and what each column is and holds, as the table `record_columns`.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    with _whole(path):
        records = read_records(path)
        year = datetime.datetime.now(tz=datetime.UTC).year
        return records, record_columns(records, last_year=year + _ANNOUNCED)


def cleaned_of(path: Path | str) -> Iterator[tuple[pa.Table, pa.Table]]:
    """Yield cleaned titles batch by batch, each with what was changed (`CHANGES`); errors are those of `titles_of`."""
    with _whole(path):
        records = read_records(path)
        sample, roles = _catalogue_roles(records, shown(path))
        sources = sources_of(sample, records.headings, roles)
        names = list(dict.fromkeys(source.name for source in sources))
        first = 0
        for batch in records.rows.to_batches(columns=names, batch_size=BATCH_ROWS):
            if not batch.num_rows:
                continue
            found: dict[str, list[list[Any]]] = {}
            changes: list[pa.Table] = []
            for source, values, why in cleaned(batch, sources):
                found.setdefault(source.role, []).append(values)
                told = changed(source, batch.column(source.name), values, why, first) if why else None
                if told is not None:
                    size = len(told.rows)
                    named = [pa.repeat(each, size) for each in (told.column, told.role)]
                    was = pa.array([_as_given(each) for each in told.was.to_pylist()], pa.string())
                    changes.append(pa.Table.from_arrays([told.rows, *named, was, told.now, told.why], schema=CHANGES))
            yield (
                assembled(found, batch.num_rows, first),
                pa.concat_tables([CHANGES.empty_table(), *changes]).sort_by("row"),
            )
            first += batch.num_rows


def record_files(folder: Path) -> list[Path]:
    """Return the files of records in a folder and below.

    Raises
    ------
    UseError
        If there is none.
    """
    found = []
    for path in sorted(folder.rglob("*")):
        inside = path.relative_to(folder).parts
        if inside[0] in OWN or any(part.startswith(".") for part in inside) or not path.is_file():
            continue
        try:
            if path.stat().st_size and kind_of(path) == "records":
                found.append(path)
        except (KinoeyeError, OSError):
            continue
    if not found:
        raise UseError(f"catalogue: {folder} must hold a file of records (CSV, TSV, JSON, Parquet, Excel), got none")
    return found


def shown(path: Path | str) -> str:
    """Return what messages call a file or an address: without its password."""
    text = str(path)
    if "://" not in text:
        return text
    scheme, _, rest = text.partition("://")
    user, at, host = rest.partition("@")
    return f"{scheme}://{user.split(':')[0]}@{host}" if at else text


def _catalogue_roles(records: Records, named: str) -> tuple[pa.Table, list[Role]]:
    """Return a sample and its columns' roles; DocumentError unless they are those of a catalogue."""
    sample = sample_of(records)
    roles = recognise(sample, records.headings)
    if not is_catalogue(roles, records.headings):
        headings = ", ".join(records.headings or records.rows.schema.names)
        raise DocumentError(
            f"{named}: a catalogue must have a column of titles, got {headings[:300]}",
            remedy="Name the column with the titles 'title', or see: kinoeye catalogue profile",
        )
    return sample, roles


@contextmanager
def _whole(path: Path | str) -> Iterator[None]:
    """Say in words that a row far behind the head is damaged."""
    try:
        yield
    except (pa.ArrowException, duckdb.Error) as error:
        said = " ".join(str(error).split())[:200]
        raise DocumentError(
            f"{shown(path)}: every row must be readable, got {said}", remedy="The file is damaged: copy it again"
        ) from error


def _as_given(cell: Any) -> str:
    return "" if cell is None else str(cell)
