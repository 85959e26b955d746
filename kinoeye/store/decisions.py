"""Decisions: what a person says, kept apart from what was computed, and laid over it when it is read.

A decision is keyed so that it outlives a re-run: a row of a table that runs in time is meant by the asset and a moment
in it, any other by the values of its key columns. A decision whose object is gone is kept and shown.
"""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import UseError

# Decisions that speak of no column: what a person allows, what is not to be seen or heard, labels to learn from, what
# may be done with logs, and what of the viewers' privacy was spent.
OF_NO_TABLE = frozenset(
    {
        *("consents", "veils", "mutes", "labels", "log_purposes", "forgotten_viewers"),
        *("privacy_budgets", "privacy_spendings", "privacy_answers"),
    }
)

# In a key beside "at": a place in the picture, 0..1.
_PLACE = {"x", "y", "at"}


@dataclass(frozen=True)
class Decision:
    """What a person said about one row.

    Parameters
    ----------
    what : str
        The table.
    key : mapping
        ``{"asset": …, "at": flicks}`` for a row that covers that moment, else column values that name the row. With
        ``"x"`` and ``"y"`` (0..1 of the picture) it is that one of the rows at this moment whose box is there.
    value : mapping
        New values by column; ``{"hidden": true}`` takes the row away from every reader.
    who, why : str
    at : datetime
    id : int
        Rises with time; a later decision lies over an earlier one.
    """

    what: str
    key: Mapping[str, Any]
    value: Mapping[str, Any]
    who: str = ""
    why: str = ""
    at: datetime | None = None
    id: int = 0


class Decisions:
    """The decisions of one index.

    Parameters
    ----------
    url : str
        ``sqlite:////path/decisions.db``, ``postgresql://…``; made when the first decision is kept.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def add(self, decision: Decision) -> int:
        """Keep a decision durably, and return its number.

        Raises
        ------
        UseError
            If it says nothing, or names no row.
        StoreError
            If it cannot be written.
        """
        if not decision.key or not decision.value:
            raise UseError(f"decisions: a decision must name a row and a value, got {decision.key} {decision.value}")
        return int(self._database.add(decision))

    def add_all(self, decisions: Sequence[Decision]) -> None:
        """Keep many decisions durably: all of them, or none."""
        if decisions:
            self._database.add_all(decisions)

    def purge(self, numbers: Sequence[int], silenced: Sequence[int] = ()) -> None:
        """Take decisions away so that no byte of them stays in the database's files.

        Parameters
        ----------
        numbers : sequence of int
            Decisions that go.
        silenced : sequence of int
            Decisions that stay, but without what is said in `why`.

        Raises
        ------
        StoreError
            If another program holds the database open, so that its files cannot be written anew.
        """
        if self._is_there():
            self._database.purge(numbers, silenced)

    def remove(self, number: int) -> None:
        """Take a decision back.

        Raises
        ------
        UseError
            If there is none of this number.
        """
        if not self._is_there():
            raise UseError(f"decisions: number must be one of those kept, got {number}")
        self._database.remove(number)

    def all(self, what: str | None = None) -> list[Decision]:
        """Return the decisions, those of one table if it is named, the oldest first."""
        if not self._is_there():
            return []
        return list(self._database.all(what))

    def _is_there(self) -> bool:
        path = self.url.removeprefix("sqlite:///")
        return path == self.url or Path(path).exists()

    @cached_property
    def _database(self) -> Any:
        return importlib.import_module("kinoeye.store.database").Database(self.url)


class Told(Decisions):
    """Decisions that were handed over: all that a worker knows, which reaches no database.

    Parameters
    ----------
    said : sequence of Decision
        The oldest first.
    """

    def __init__(self, said: Sequence[Decision]) -> None:
        super().__init__("told:")
        self._said = said

    def all(self, what: str | None = None) -> list[Decision]:
        """Return the decisions, those of one table if it is named, the oldest first."""
        return [each for each in self._said if what in {None, each.what}]


def lay_over(rows: pa.Table, decisions: Sequence[Decision]) -> tuple[pa.Table, list[Decision]]:
    """Lay decisions over the rows of a table.

    Parameters
    ----------
    rows : pa.Table
        As stored, with `asset`.
    decisions : sequence of Decision
        Of this table, the oldest first.

    Returns
    -------
    pa.Table
        The rows as every reader sees them.
    list of Decision
        Those whose object is gone.
    """
    gone = []
    hidden = pa.array([False] * rows.num_rows, pa.bool_())
    for decision in decisions:
        mask = _meant(rows, decision.key)
        if mask is None or not pc.any(mask).as_py():
            gone.append(decision)
            continue
        for column, value in decision.value.items():
            if column == "hidden":
                hidden = pc.if_else(mask, bool(value), hidden)
            elif column in rows.schema.names:
                index = rows.schema.get_field_index(column)
                field = rows.schema.field(index)
                new = pc.if_else(mask, pa.scalar(value, field.type), rows.column(index))
                rows = rows.set_column(index, field, new)
    return rows.filter(pc.invert(hidden)), gone


def is_of_a_place(key: Mapping[str, Any], columns: Sequence[str]) -> bool:
    """Return whether a key means that row of a table which is nearest to a place in the picture."""
    return set(key) >= _PLACE and set(columns) >= {"x", "y", "w", "h", "start"}


def _meant(rows: pa.Table, key: Mapping[str, Any]) -> Any:
    """Return which rows a key means, or None where the table has no such columns."""
    mask: Any = pa.array([True] * rows.num_rows, pa.bool_())
    has_place = is_of_a_place(key, rows.schema.names)
    for name, value in key.items():
        if has_place and name in {"x", "y"}:
            continue
        if name == "at" and {"start", "end"} <= set(rows.schema.names):
            covers = pc.and_(pc.less_equal(rows["start"], value), pc.greater(rows["end"], value))
            mask = pc.and_(mask, covers)
        elif name in rows.schema.names:
            mask = pc.and_(mask, pc.equal(rows[name], pa.scalar(value, rows.schema.field(name).type)))
        else:
            return None
    mask = pc.fill_null(mask, False)
    return _at_place(rows, mask, key) if has_place else mask


def _at_place(rows: pa.Table, mask: Any, key: Mapping[str, Any]) -> Any:
    """Return which of the rows in `mask` lies nearest to a place, of those less than its own size away from it."""
    offsets = []
    for place, size in (("x", "w"), ("y", "h")):
        length = rows[size].to_numpy().astype(np.float64)
        middle = rows[place].to_numpy().astype(np.float64) + length / 2
        offsets.append(np.abs(middle - float(key[place])) / np.maximum(length, 1e-6))
    away = np.where(np.asarray(mask.to_numpy(zero_copy_only=False), bool), np.max(offsets, axis=0), np.inf)
    nearest = int(np.argmin(away)) if len(away) else 0
    return pa.array([place == nearest and away[place] < 1 for place in range(len(away))], pa.bool_())
