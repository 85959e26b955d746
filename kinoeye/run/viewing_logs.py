"""Viewing logs: what one holds and what is wrong with it, told before it is put into a production. Nothing is kept."""

import secrets
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.compute as pc

from kinoeye.analyses.audience.events import EVENTS, events
from kinoeye.analyses.audience.log_faults import log_faults
from kinoeye.errors import DocumentError
from kinoeye.media.logs import write_log
from kinoeye.media.viewers import Key
from kinoeye.streams import Log, arrow_datasets


@dataclass(frozen=True)
class LogTold:
    """What a viewing log holds.

    Parameters
    ----------
    kind : str
        events, ratings, viewings, remarks, cmcd, netflix or youtube.
    columns : tuple of (role, heading)
    events : dict of event to rows
    viewers, titles, bots : int
    first, last : datetime or None
        UTC.
    faults : list of rows of `log_faults`
    """

    kind: str
    columns: tuple[tuple[str, str], ...]
    events: dict[str, int]
    viewers: int
    titles: int
    bots: int
    first: Any
    last: Any
    faults: list[dict[str, Any]]


def told_of_log(path: Path) -> LogTold:
    """Look at a viewing log.

    Raises
    ------
    DocumentError
        If it is no viewing log, or cannot be read.
    """
    if not path.is_file():
        raise DocumentError(f"log: must be a file, got {path}")
    with tempfile.TemporaryDirectory(prefix="kinoeye-log-") as folder:
        rows = Path(folder) / "rows.parquet"
        with rows.open("wb") as file:
            read = write_log(path, Key(secrets.token_bytes(32)), "nobody", file)
        log = Log(arrow_datasets().dataset(str(rows), format="parquet"), read.kind, read.faults)
        faults = log_faults(log).to_pylist()
        return _told(log, read.columns, faults)


def _told(log: Log, columns: tuple[tuple[str, str], ...], faults: list[dict[str, Any]]) -> LogTold:
    counts: dict[str, int] = {}
    viewers: set[int] = set()
    titles: set[str] = set()
    bots: set[int] = set()
    first: list[Any] = []
    last: list[Any] = []
    for part in EVENTS.parts(events(log)):
        for each in pc.value_counts(part["event"]).to_pylist():
            counts[each["values"]] = counts.get(each["values"], 0) + each["counts"]
        viewers |= set(pc.unique(part["viewer"]).to_pylist())
        titles |= set(pc.unique(part["title"]).to_pylist())
        bots |= set(pc.unique(part.filter(part["bot"])["viewer"]).to_pylist())
        span = pc.min_max(part["at"]).as_py()
        first, last = [*first, span["min"]], [*last, span["max"]]
    known = [each for each in first if each is not None], [each for each in last if each is not None]
    ends = (min(known[0], default=None), max(known[1], default=None))
    order = dict(sorted(counts.items(), key=lambda each: -each[1]))
    return LogTold(log.kind, columns, order, len(viewers), len(titles - {None}), len(bots), *ends, faults)
