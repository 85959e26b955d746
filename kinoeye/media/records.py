"""Records: rows of a file or a database, as they are given, however many there are.

What a file is, its first bytes tell: CSV with any separator, TSV, JSON (an array, lines, one object), Parquet, Arrow,
Excel, SQLite; each may be packed with gzip. What can be read where it lies is read there; the rest is laid down once
in a temporary Parquet file. Nothing that stands in a cell is ever executed: a formula is the value it last had.
"""

import gzip
import shutil
import zlib
from pathlib import Path
from typing import IO

import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.errors import DocumentError
from kinoeye.media import records_csv, records_excel, records_json, records_sql
from kinoeye.media.spools import temporary_folder, unique_names
from kinoeye.streams import Records, arrow_datasets

_HEAD_BYTES = 1 << 16
_WRITTEN_ROWS = 65_536
_GZIP = b"\x1f\x8b"
_ARROW = b"ARROW1"
_SQLITE = b"SQLite format 3\0"
_NAMES = {".json": "JSON", ".jsonl": "JSON", ".ndjson": "JSON", ".parquet": "Parquet", ".pq": "Parquet"}
_MOST_PACKED_TIMES = 1100  # deflate packs at most so well: what unpacks to more is damaged


def read_records(path: Path | str) -> Records:
    """Open a file of records, or what a database answers.

    Parameters
    ----------
    path : Path or str
        A file; or the address of a database as SQLAlchemy writes it, with a table's name or a SELECT behind ``#``:
        ``postgresql://reader@host/films#titles``. A password stands in the address or in KINOEYE_SQL_PASSWORD, and is
        never shown.

    Raises
    ------
    DocumentError
        If it cannot be read, is empty, damaged, or holds no rows and columns.
    """
    if isinstance(path, str) and "://" in path:
        return records_sql.read(path)
    path = Path(path)
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DocumentError(
            f"{path}: must be readable, the system says: {error.strerror}", remedy="Check the path and its permissions"
        ) from error
    if not head:
        raise DocumentError(f"{path}: must hold records, got an empty file", remedy="Copy the file again")
    if head.startswith(_GZIP):
        return _unpacked(path)
    return _read(path, head, path)


def _read(path: Path, head: bytes, named: Path) -> Records:
    """Read a file that is not packed; `named` is what the user knows it by."""
    if head.startswith(b"PAR1"):
        return _columnar(path, "parquet", named)
    if head.startswith(_ARROW):
        return _columnar(path, "ipc", named)
    if head.startswith(_SQLITE):
        return records_sql.read(f"sqlite:///{path.absolute()}", named=str(named))
    if records_excel.is_excel(head):
        return records_excel.read(path, named)
    if records_json.is_json(head):
        return records_json.read(path, named)
    promised = _promised(named)
    if promised == "JSON" and records_json.begins_as_json(head):
        return records_json.read(path, named)
    try:
        records = records_csv.read(path, named)
    except DocumentError as error:
        if promised:
            raise _broken(named, promised) from error
        raise
    # A table of another form under this name is read all the same; a line of text is none.
    if promised and (len(records.rows.schema.names) < 2 or not records.sample(1).num_rows):
        raise _broken(named, promised)
    return records


def _promised(named: Path) -> str:
    """Return as what a file is named, of those forms of which a damaged file may look like text."""
    suffixes = [each.lower() for each in named.suffixes if each.lower() != ".gz"]
    return _NAMES.get(suffixes[-1], "") if suffixes else ""


def _broken(named: Path, form: str) -> DocumentError:
    return DocumentError(
        f"{named}: must be {form} as its name says, got something else",
        remedy="The file is damaged or wrongly named: copy it again, or rename it",
    )


def _columnar(path: Path, form: str, named: Path) -> Records:
    if form == "parquet" and not _ends_as_parquet(path):
        raise DocumentError(
            f"{named}: must be a whole Parquet file, got one without its end",
            remedy="The file is damaged: copy it again",
        )
    try:
        rows = arrow_datasets().dataset(str(path), format=form)
        names = list(rows.schema.names)
        if unique_names(names) != names or not names:
            raise DocumentError(f"{named}: columns must have names that differ, got {', '.join(names)[:200]}")
    except (pa.ArrowException, OSError) as error:
        raise DocumentError(
            f"{named}: must be a whole {'Parquet' if form == 'parquet' else 'Arrow'} file, got {_short(error)}",
            remedy="The file is damaged: copy it again",
        ) from error
    return Records(rows, tuple(names), "parquet")


def _ends_as_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - 4))
        return size >= 12 and file.read() in {b"PAR1", b"PARE"}


def _unpacked(path: Path) -> Records:
    """Read a file packed with gzip: it is unpacked once, into a temporary folder that goes with the rows."""
    folder = temporary_folder()
    inner = folder / "unpacked"
    most = max(1 << 20, path.stat().st_size * _MOST_PACKED_TIMES)
    try:
        with gzip.open(path, "rb") as packed, inner.open("wb") as out:
            done = 0
            while piece := packed.read(1 << 20):
                done += len(piece)
                if done > most:
                    raise DocumentError(f"{path}: must unpack to less than {most >> 20} MB, got more")
                out.write(piece)
        with inner.open("rb") as file:
            head = file.read(_HEAD_BYTES)
        if not head or head.startswith(_GZIP):
            raise DocumentError(f"{path}: must hold records, got {'an archive in an archive' if head else 'nothing'}")
        return records_csv.lent(_read(inner, head, path), folder)
    except (OSError, EOFError, zlib.error) as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise DocumentError(
            f"{path}: must be a whole gzip file, got {_short(error)}", remedy="The file is damaged: copy it again"
        ) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def write_parquet(records: Records, file: IO[bytes]) -> None:
    """Write all rows as Parquet, batch by batch.

    Raises
    ------
    DocumentError
        If a row far behind the head cannot be read after all.
    """
    schema = records.rows.schema
    try:
        with pq.ParquetWriter(file, schema, compression="zstd") as writer:
            for batch in records.rows.to_batches(batch_size=_WRITTEN_ROWS):
                if batch.num_rows:
                    writer.write_batch(batch)
    except pa.ArrowException as error:
        raise DocumentError(f"records: rows must be whole, got {_short(error)}") from error


def _short(error: BaseException) -> str:
    return " ".join(str(error).split())[:200]
