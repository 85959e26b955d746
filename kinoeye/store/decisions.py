"""Decisions: what a person says, kept apart from what was computed, and laid over it when it is read.

A decision is keyed so that it outlives a re-run: a row of a table that runs in time is meant by the asset and a moment
in it, any other by the values of its key columns. A decision whose object is gone is kept and shown.
"""

import contextlib
import getpass
import importlib.resources
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import DateTime, Engine, Text, create_engine, event, inspect, select, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from kinoeye.errors import StoreError, UseError

# The newest migration in store/migrations/versions; a test holds the two together.
REVISION = "0001"


class Base(DeclarativeBase):
    """The tables of the decisions' database."""


class DecisionRow(Base):
    """One decision as it is stored."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    what: Mapped[str] = mapped_column(Text, index=True)
    key: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
    who: Mapped[str] = mapped_column(Text)
    why: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(DateTime(timezone=True))


@dataclass(frozen=True)
class Decision:
    """What a person said about one row.

    Parameters
    ----------
    what : str
        The table.
    key : mapping
        ``{"asset": …, "at": flicks}`` for a row that covers that moment, else column values that name the row.
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
    """The decisions of one index, in SQLite beside it or in any database that SQLAlchemy knows.

    Parameters
    ----------
    url : str
        ``sqlite:////path/decisions.db``, ``postgresql://…``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        self._engine: Engine | None = None

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
        row = DecisionRow(
            what=decision.what,
            key=json.dumps(dict(decision.key), sort_keys=True, ensure_ascii=False),
            value=json.dumps(dict(decision.value), sort_keys=True, ensure_ascii=False),
            who=decision.who or getpass.getuser(),
            why=decision.why,
            at=decision.at or datetime.now(UTC),
        )
        with self._clear(), Session(self._open()) as session, session.begin():
            session.add(row)
            session.flush()
            return int(row.id)

    def remove(self, number: int) -> None:
        """Take a decision back."""
        with self._clear(), Session(self._open()) as session, session.begin():
            row = session.get(DecisionRow, number)
            if row is None:
                raise UseError(f"decisions: number must be one of those kept, got {number}")
            session.delete(row)

    def all(self, what: str | None = None) -> list[Decision]:
        """Return the decisions, those of one table if it is named, the oldest first."""
        if not self._is_there():
            return []
        query = select(DecisionRow).order_by(DecisionRow.id)
        if what is not None:
            query = query.where(DecisionRow.what == what)
        with self._clear(), Session(self._open()) as session:
            return [
                Decision(row.what, json.loads(row.key), json.loads(row.value), row.who, row.why, row.at, row.id)
                for row in session.scalars(query)
            ]

    def _is_there(self) -> bool:
        path = self.url.removeprefix("sqlite:///")
        return path == self.url or Path(path).exists()

    def _open(self) -> Engine:
        if self._engine is None:
            if self.url.startswith("sqlite:///"):
                Path(self.url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
            engine = create_engine(self.url)
            if engine.dialect.name == "sqlite":
                event.listen(engine, "connect", _durable)
            _migrate(engine)
            self._engine = engine
        return self._engine

    @contextlib.contextmanager
    def _clear(self) -> Iterator[None]:
        try:
            yield
        except (SQLAlchemyError, OSError) as error:
            reason = str(getattr(error, "orig", None) or error)
            raise StoreError(f"decisions: {self.url} must be a database to read and write, got {reason}") from error


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


def _meant(rows: pa.Table, key: Mapping[str, Any]) -> Any:
    """Return which rows a key means, or None where the table has no such columns."""
    mask: Any = pa.array([True] * rows.num_rows, pa.bool_())
    for name, value in key.items():
        if name == "at" and {"start", "end"} <= set(rows.schema.names):
            covers = pc.and_(pc.less_equal(rows["start"], value), pc.greater(rows["end"], value))
            mask = pc.and_(mask, covers)
        elif name in rows.schema.names:
            mask = pc.and_(mask, pc.equal(rows[name], pa.scalar(value, rows.schema.field(name).type)))
        else:
            return None
    return pc.fill_null(mask, False)


def _durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _migrate(engine: Engine) -> None:
    """Bring the database to the newest form; Alembic is loaded only where something is to be done."""
    with engine.connect() as connection:
        known = inspect(connection).has_table("alembic_version")
        if known and connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION:
            return
    from alembic import command
    from alembic.config import Config

    with importlib.resources.as_file(importlib.resources.files("kinoeye.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
