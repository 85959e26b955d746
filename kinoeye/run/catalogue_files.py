"""Catalogue files: titles with what was filled in marked, read from any file and written into a new one.

Of each column that was filled, ``NAME_imputed`` says which cells were and ``NAME_how`` what each was told from; in
Parquet the field says so too. They are read back as such, so that what was filled in is never taken for given.
"""

import csv
import io
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
import pyarrow.compute
import pyarrow.parquet

from kinoeye.analyses.catalogue.titles import TITLES, titles
from kinoeye.errors import StoreError, UseError
from kinoeye.media.records import read_records
from kinoeye.run.catalogue import check_catalogue
from kinoeye.signals.cleaning import Source, sources_of
from kinoeye.signals.columns import recognise, sample_of
from kinoeye.streams import Records, arrow_datasets
from kinoeye.timecode import FLICKS_PER_SECOND

IMPUTED, HOW = "_imputed", "_how"
MINUTES = "runtime_minutes"

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_CURRENCY = re.compile("[A-Z]{3}")
_YES = {"true", "1", "yes"}
_FLICKS_A_MINUTE = 60 * FLICKS_PER_SECOND


@dataclass(frozen=True)
class Catalogue:
    """A file of titles.

    Parameters
    ----------
    titles : pa.Table
        As `TITLES`, and behind them ``NAME_imputed`` (bool) and ``NAME_how`` of columns that were filled before.
    others : pa.Table
        The file's columns that say nothing of what `TITLES` holds, row by row as they stand there.
    """

    titles: pa.Table
    others: pa.Table


def read_catalogue(path: Path | str) -> Catalogue:
    """Return the cleaned titles of a file or a database's address, with what was filled in before marked.

    Raises
    ------
    DocumentError
        If it cannot be read, or none of its columns is one of titles.
    """
    records = read_records(path)
    names = records.rows.schema.names
    marks = [f"{each}{IMPUTED}" for each in TITLES.schema.names if f"{each}{IMPUTED}" in names]
    told = [f"{each.removesuffix(IMPUTED)}{HOW}" for each in marks]
    if _is_ours(records.rows.schema):
        rows = records.rows.to_table()
        others = rows.drop_columns([each for each in names if each in TITLES.schema.names or each in (*marks, *told)])
        return Catalogue(_marked(_whole(rows), rows, marks), others)
    check_catalogue(records, str(path))
    found = TITLES.whole(titles(_without(records, {*marks, *told})))
    found = _with_currencies(found, records)
    used = {each.name for each in _sources(records)} | {*TITLES.schema.names, *marks, *told}
    free = [name for name in names if name not in used]
    rows = records.rows.to_table(columns=[*free, *(each for each in (*marks, *told) if each in names)]).take(
        found["row"]
    )
    return Catalogue(_marked(found, rows, marks), rows.select(free))


def write_catalogue(table: pa.Table, path: Path) -> Path:
    """Write titles into a new file, whose ending says which form: csv, tsv, json, jsonl or parquet.

    In text forms lists are parted by ``|``, the runtime is in minutes, columns that hold nothing are left out, and a
    cell that a spreadsheet would take for a formula is quoted by an apostrophe.

    Raises
    ------
    UseError
        If a file is there, or the ending is none of these.
    StoreError
        If it cannot be written.
    """
    check_writable(path)
    check_free(path)
    return put_new(path, _WRITERS[path.suffix.lower()](table))


def check_writable(path: Path) -> None:
    """Raise an error unless the ending of a file is one of those that can be written.

    Raises
    ------
    UseError
        If it is none.
    """
    if path.suffix.lower() not in _WRITERS:
        raise UseError(f"{path}: must end in {', '.join(_WRITERS)}, got {path.suffix or 'no ending'}")


def check_free(*paths: Path) -> None:
    """Raise an error if there is a file.

    Raises
    ------
    UseError
        If so.
    """
    for path in paths:
        if os.path.lexists(path):
            raise UseError(f"{path}: must not be there yet, got a file of that name", remedy="Choose another name")


def put_new(path: Path, data: bytes) -> Path:
    """Write a file whole under a name that no file has yet.

    Raises
    ------
    UseError
        If a file is there by now.
    StoreError
        If it cannot be written.
    """
    part = path.with_name(f".{path.name}.{uuid4().hex[:8]}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(part, path)  # fails where a name is taken, which a rename does not
    except FileExistsError as error:
        raise UseError(
            f"{path}: must not be there yet, got a file of that name", remedy="Choose another name"
        ) from error
    except OSError as error:
        raise StoreError(f"{path}: must be writable, got {error.strerror or error}",
                         remedy="Free some space or choose another folder") from error  # fmt: skip
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)
    return path


def _is_ours(schema: pa.Schema) -> bool:
    """Return whether a file holds titles as Kinoeye wrote them: the types and units of all columns that it has."""
    have = [field for field in TITLES.schema if field.name in schema.names]
    if not {"row", "title", "runtime"} <= {field.name for field in have}:
        return False
    same = all(schema.field(field.name).type.equals(field.type) for field in have)
    return same and b"unit" in (schema.field("runtime").metadata or {})


def _whole(rows: pa.Table) -> pa.Table:
    """Return titles of the file with every column of the table; those of later versions are empty."""
    arrays = [
        rows[field.name] if field.name in rows.column_names else pa.nulls(rows.num_rows, field.type)
        for field in TITLES.schema
    ]
    return pa.Table.from_arrays(arrays, schema=TITLES.schema)


def _sources(records: Records) -> Sequence[Source]:
    sample = sample_of(records)
    return sources_of(sample, records.headings, recognise(sample, records.headings))


def _without(records: Records, names: set[str]) -> Records:
    """Return records without some columns, which say nothing of titles."""
    if not names:
        return records
    every = records.rows.schema.names
    kept = [each for each in every if each not in names]
    headings = tuple(head for head, name in zip(records.headings, every, strict=False) if name not in names)
    spread = None if records.spread is None else records.spread.select(kept)
    rows = arrow_datasets().dataset(records.rows.to_table(columns=kept))
    return Records(rows, headings, records.form, records.notes, spread)


def _with_currencies(found: pa.Table, records: Records) -> pa.Table:
    """Return titles whose sums have the currency that a column of its own names."""
    for name in ("budget_currency", "gross_currency"):
        if name in records.rows.schema.names and found[name].null_count:
            said = records.rows.to_table(columns=[name])[name].cast(pa.string()).take(found["row"]).to_pylist()
            values = [own or (each if each and _CURRENCY.fullmatch(each) else None)
                      for own, each in zip(found[name].to_pylist(), said, strict=True)]  # fmt: skip
            place = found.schema.get_field_index(name)
            found = found.set_column(place, found.schema.field(name), pa.array(values, pa.string()))
    return found


def _marked(found: pa.Table, rows: pa.Table, marks: list[str]) -> pa.Table:
    """Return titles with what was filled in before behind them."""
    for mark in marks:
        flags = [str(each).lower() in _YES for each in rows[mark].to_pylist()]
        found = found.append_column(mark, pa.array(flags, pa.bool_()))
        how = f"{mark.removesuffix(IMPUTED)}{HOW}"
        if how in rows.column_names:
            told = [each or None for each in rows[how].cast(pa.string()).to_pylist()]
            found = found.append_column(how, pa.array(told, pa.string()))
    return found


def _texts(table: pa.Table) -> tuple[list[str], list[dict[str, Any]]]:
    """Return the names and rows of a table for texts: without columns that hold nothing, the runtime in minutes."""
    kept = [each for each in table.column_names if each != "row" and _holds(table[each])]
    rows = table.select(kept).to_pylist()
    short = [each for each in kept if pa.types.is_float32(table.schema.field(each).type)]
    for row in rows:
        row |= {each: float(f"{row[each]:.7g}") for each in short if row[each] is not None}
    names = [MINUTES if each == "runtime" else each for each in kept]
    for row in rows:
        if "runtime" in row:
            length = row.pop("runtime")
            row[MINUTES] = None if length is None else round(length / _FLICKS_A_MINUTE, 2)
    return names, rows


def _holds(column: pa.ChunkedArray) -> bool:
    if pa.types.is_list(column.type):
        return bool(pa.compute.any(pa.compute.greater(pa.compute.list_value_length(column), 0)).as_py())
    return bool(column.null_count < len(column))


def _separated(table: pa.Table, separator: str) -> bytes:
    names, rows = _texts(table)
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=separator, lineterminator="\n")
    writer.writerow([_cell(name) for name in names])
    writer.writerows([_cell(row[name]) for name in names] for row in rows)
    return out.getvalue().encode()


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return repr(round(value) if isinstance(value, float) and value.is_integer() else value)
    text = "|".join(map(str, value)) if isinstance(value, list) else str(value)
    return f"'{text}" if text.startswith(_FORMULA) else text


def _plain(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if value not in (None, [])}


def _json(table: pa.Table) -> bytes:
    rows = [_plain(row) for row in _texts(table)[1]]
    return (json.dumps(rows, ensure_ascii=False, default=str, indent=1) + "\n").encode()


def _json_lines(table: pa.Table) -> bytes:
    rows = (json.dumps(_plain(row), ensure_ascii=False, default=str) for row in _texts(table)[1])
    return ("\n".join(rows) + "\n").encode()


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pyarrow.parquet.write_table(table, out, compression="zstd")
    return out.getvalue()


_WRITERS: dict[str, Callable[[pa.Table], bytes]] = {
    ".csv": lambda table: _separated(table, ","),
    ".tsv": lambda table: _separated(table, "\t"),
    ".json": _json,
    ".jsonl": _json_lines,
    ".parquet": _parquet,
}
