"""Viewing events in memory: the columns of the table `events` that say who did what when, packed tightly.

25 bytes an event: a hundred million of them are 2.5 GB, and are then looked at a share of the viewers at a time, in the
order of the viewers' numbers. What a viewer did is never torn apart.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.streams import EVENTS
from kinoeye.tables import Stored
from kinoeye.timecode import FLICKS_PER_SECOND

Whole = npt.NDArray[np.int64]

NOT_THERE = np.int64(np.iinfo(np.int64).min)
MS = FLICKS_PER_SECOND // 1000  # flicks
SHARE_ROWS = 4_000_000  # events that are looked at together
_COLUMNS = ("viewer", "title", "at", "event", "position", "target", "length", "value", "bot")
_CODES = {event: code for code, event in enumerate(EVENTS)}
_NO_PLACE = -1  # of positions in ms, of which none is negative


@dataclass(frozen=True)
class Sparse:
    """A column that few rows have.

    Parameters
    ----------
    rows : int64 [k], sorted
    values : int64 or float64 [k]
    """

    rows: Whole
    values: npt.NDArray[Any]

    def part(self, rows: Whole, nothing: Any) -> npt.NDArray[Any]:
        """Return the values of some rows, `nothing` where there is none."""
        out = np.full(len(rows), nothing, self.values.dtype)
        if len(self.rows):
            place = np.searchsorted(self.rows, rows).clip(max=len(self.rows) - 1)
            found = self.rows[place] == rows
            out[found] = self.values[place[found]]
        return out


@dataclass(frozen=True)
class ViewingEvents:
    """Events of viewers, programs left out.

    Parameters
    ----------
    titles : list of str [t]
    viewer : int64 [n]
        Their hashes.
    at : int64 [n], ms since 1970; `NOT_THERE` where there is none
    title : int32 [n]
        Places in `titles`; -1 of an event without a title.
    event : int8 [n]
        Places in `EVENTS`.
    position : int32 [n], ms; -1 where there is none
    target, length : Sparse, flicks
    value : Sparse
    """

    titles: list[str]
    viewer: Whole
    at: Whole
    title: npt.NDArray[np.int32]
    event: npt.NDArray[np.int8]
    position: npt.NDArray[np.int32]
    target: Sparse
    length: Sparse
    value: Sparse

    def __len__(self) -> int:
        return len(self.at)

    def shares(self, most: int | None = None) -> Iterator[Whole]:
        """Yield the numbers of the rows of some viewers after others, about `most` rows at a time."""
        count = math.ceil(len(self) / (most or SHARE_ROWS))
        if count <= 1:
            if len(self):
                yield np.arange(len(self))
            return
        first, last = int(self.viewer.min()), int(self.viewer.max())
        share = ((self.viewer - first) // ((last - first) // count + 1)).astype(np.int16)
        for number in range(count):
            rows = np.flatnonzero(share == number)
            if len(rows):
                yield rows


def gather(events: Stored, wanted: Iterable[str] = EVENTS) -> ViewingEvents:
    """Take up events from the table `events`, batch by batch.

    Parameters
    ----------
    events : table `events`
    wanted : names of events
    """
    keep = np.isin(np.array(EVENTS), list(wanted))
    found = _Columns()
    for batch in events.batches(list(_COLUMNS)):
        event = _coded_events(batch["event"])
        mask = keep[event] & ~np.asarray(batch["bot"].fill_null(False))
        if mask.any():
            found.add(batch if mask.all() else batch.filter(pa.array(mask)), event[mask])
    return found.joined()


class _Columns:
    def __init__(self) -> None:
        self._titles: dict[str, int] = {}
        self._dense: dict[str, list[npt.NDArray[Any]]] = {
            name: [] for name in ("viewer", "at", "title", "event", "position")
        }
        self._sparse: dict[str, list[tuple[Whole, npt.NDArray[Any]]]] = {
            name: [] for name in ("target", "length", "value")
        }
        self._count = 0

    def add(self, batch: Any, event: npt.NDArray[np.int8]) -> None:
        packed = batch["title"].dictionary_encode()
        own = [self._titles.setdefault(each, len(self._titles)) for each in packed.dictionary.to_pylist()]
        position = whole(batch["position"])
        dense = {
            "viewer": np.array(batch["viewer"], np.int64),
            "at": whole(batch["at"].cast(pa.int64())),
            "title": np.array([*own, -1], np.int32)[np.asarray(packed.indices.fill_null(len(own)))],
            "event": event,
            "position": np.where(position != NOT_THERE, position // MS, _NO_PLACE).clip(-1, 2**31 - 1).astype(np.int32),
        }
        for name, values in dense.items():
            self._dense[name].append(values)
        for name, parts in self._sparse.items():
            rows = np.flatnonzero(np.asarray(batch[name].is_valid()))
            if len(rows):
                parts.append((rows + self._count, np.asarray(batch[name].drop_null())))
        self._count += batch.num_rows

    def joined(self) -> ViewingEvents:
        kinds = {"viewer": np.int64, "at": np.int64, "title": np.int32, "event": np.int8, "position": np.int32}
        dense: dict[str, Any] = {}
        for name, kind in kinds.items():  # one column after the other, so that no more than one is there twice
            parts = self._dense.pop(name)
            dense[name] = np.concatenate(parts) if parts else np.zeros(0, kind)
        sparse: dict[str, Any] = {
            name: Sparse(
                np.concatenate([each[0] for each in parts]) if parts else np.zeros(0, np.int64),
                np.concatenate([each[1] for each in parts]) if parts else (
                    np.zeros(0, np.float64 if name == "value" else np.int64)),
            )
            for name, parts in self._sparse.items()
        }  # fmt: skip
        return ViewingEvents(list(self._titles), **dense, **sparse)


def whole(column: Any) -> Whole:
    """Return a column of whole numbers, `NOT_THERE` where it is null."""
    if not column.null_count:
        return np.asarray(column, np.int64)
    return np.where(np.asarray(column.is_valid()), np.asarray(column.fill_null(0), np.int64), NOT_THERE)


def _coded_events(column: Any) -> npt.NDArray[np.int8]:
    found = pc.index_in(column, pa.array(EVENTS, pa.string()))
    return np.asarray(found).astype(np.int8)
