"""Logs: what viewers did, from a log of any player or service, without saying who they are.

A log is read block by block and written down at once in one form: times in UTC, positions in flicks, ratings on 0..10,
names of events of ours. At this door its viewers, sessions and devices become keyed numbers (kinoeye/media/viewers.py);
addresses, names, mails and programs of viewers are looked at here and kept nowhere, and no message tells them. Rows
that cannot be used are counted with their reason; what is only suspicious (twice, early, by a robot) is judged by the
analysis `events`, which sees all rows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.errors import DocumentError
from kinoeye.media import logs_cmcd
from kinoeye.media.logs_layout import Layout, layout_of
from kinoeye.media.logs_lines import Batch, Faults, Objects, blocks, flat, separated
from kinoeye.media.logs_rows import Reader
from kinoeye.media.records import read_records
from kinoeye.media.viewers import Key
from kinoeye.streams import LOG_SCHEMA

Whole = npt.NDArray[np.int64]

_BATCH_ROWS = 262_144


def is_log(path: Path) -> bool:
    """Say whether a file is a viewing log.

    Raises
    ------
    DocumentError
        If it cannot be read at all.
    """
    try:
        return layout_of(path) is not None
    except (DocumentError, pa.ArrowException):
        return False  # what is wrong with it, its own reader tells


@dataclass(frozen=True)
class Read:
    """What came of reading a log.

    Parameters
    ----------
    kind, form : str
        As in `Layout`.
    rows : int
        Written.
    columns : tuple of (role, heading)
    faults : tuple of (reason, rows, first row)
    """

    kind: str
    form: str
    rows: int
    columns: tuple[tuple[str, str], ...]
    faults: tuple[tuple[str, int, int], ...]


def write_log(path: Path, key: Key, nobody: str, file: IO[bytes], forgotten: frozenset[str] = frozenset()) -> Read:
    """Read a log and write its rows in one form, as Parquet.

    Parameters
    ----------
    path : Path
    key : Key
    nobody : str
        Name of the viewer of a log that names none: somebody's own history.
    file : binary file
    forgotten : frozenset of str
        Marks of viewers whose rows are passed over.

    Raises
    ------
    DocumentError
        If it is no log, or is damaged as a whole.
    """
    layout = layout_of(path)
    if layout is None:
        raise DocumentError(
            f"{path}: a viewing log must say who, what and when (user, title, timestamp or event), got other columns",
            remedy="Name the columns in the first line, such as: user_id,title,timestamp,event,position",
        )
    faults = Faults()
    reader = Reader(layout, key, nobody, faults)
    count = 0
    with pq.ParquetWriter(file, LOG_SCHEMA, compression="zstd", compression_level=1) as writer:
        for batch in _batches(path, layout, faults):
            rows = _without(reader.read(batch), key, forgotten)
            count += rows.num_rows
            if rows.num_rows:
                writer.write_table(rows)
    columns = tuple((role, name) for role, name in layout.columns.items()) if layout.form != "access" else ()
    return Read(layout.kind, layout.form, count, columns, faults.told())


def _without(rows: pa.Table, key: Key, forgotten: frozenset[str]) -> pa.Table:
    """Leave out the rows of viewers who were forgotten."""
    if not forgotten or not rows.num_rows:
        return rows
    viewers, places = np.unique(rows["viewer"].to_numpy(), return_inverse=True)
    gone = np.array([key.mark(each) in forgotten for each in viewers.tolist()])
    return rows.filter(pa.array(~gone[places])) if gone.any() else rows


def _batches(path: Path, layout: Layout, faults: Faults) -> Iterator[Batch]:
    if layout.form == "records":
        yield from _records(path)
        return
    objects, requests = Objects(), logs_cmcd.Requests()
    for rows, block in blocks(path, layout.encoding, layout.mark, layout.skipped, faults):
        if layout.form == "objects":
            yield objects.read(rows, block, faults)
        elif layout.form == "access":
            yield _accesses(rows, block, requests, faults)
        else:
            if block.startswith(b"#") or b"\n#" in block:
                rows, block = _without_remarks(rows, block)
            yield separated(rows, block, layout.names, layout.separator, layout.quote, faults)


def _records(path: Path) -> Iterator[Batch]:
    """Yield what stands in Parquet, Excel, a database or an array of JSON; only the columns' names are told of it."""
    done = 0
    try:
        for batch in read_records(path).rows.to_batches(
            batch_size=_BATCH_ROWS, batch_readahead=1, fragment_readahead=1
        ):
            rows = np.arange(done + 1, done + 1 + batch.num_rows, dtype=np.int64)
            done += batch.num_rows
            yield Batch(rows, flat(pa.Table.from_batches([batch])))
    except (pa.ArrowException, DocumentError) as error:
        raise DocumentError(
            f"{path}: must be a whole file of records, got one that is damaged behind row {done}",
            remedy="Copy the file again, or write it as CSV, of which whatever is whole is read",
        ) from error


def _accesses(rows: Whole, block: bytes, requests: logs_cmcd.Requests, faults: Faults) -> Batch:
    found, keep = [], np.zeros(len(rows), bool)
    other = []
    for number, line in enumerate(block.decode("utf-8").split("\n")[: len(rows)]):
        event = logs_cmcd.access(line, requests)
        if event is not None:
            keep[number] = True
            found.append(event)
        elif not logs_cmcd.ACCESS.match(line):
            other.append(number)
    broken = np.zeros(len(rows), bool)
    broken[other] = True
    faults.add("broken_line", rows[broken])
    faults.add("no_cmcd", rows[~keep & ~broken])
    columns = {name: pa.array([each.get(name) for each in found], pa.string()) for name in logs_cmcd.NAMES}
    return Batch(rows[keep], pa.table(columns))


def _without_remarks(rows: Whole, block: bytes) -> tuple[Whole, bytes]:
    lines = block.split(b"\n")[:-1]
    keep = np.array([not line.startswith(b"#") for line in lines], bool)
    return rows[keep], b"".join(line + b"\n" for line, own in zip(lines, keep, strict=True) if own)
