"""The decisions' database: SQLite beside the index, or any database that SQLAlchemy knows.

Apart from `decisions`, because SQLAlchemy takes a third of a second to load and most productions have no decision yet.
"""

import contextlib
import getpass
import importlib.resources
import json
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import DateTime, Engine, Text, create_engine, delete, event, inspect, select, text, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.pool import NullPool

from kinoeye.errors import StoreError, UseError
from kinoeye.store.decisions import Decision

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


class Database:
    """The database of one index' decisions.

    Parameters
    ----------
    url : str
        ``sqlite:////path/decisions.db``, ``postgresql://…``.
    """

    def __init__(self, url: str) -> None:
        self.url = url
        with self._clear():
            if url.startswith("sqlite:///"):
                Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
            address = url.replace("postgresql://", "postgresql+psycopg://", 1)
            # A server's connection is not held beyond its use; SQLite's pool is a file that stays open.
            pool: dict[str, Any] = {} if url.startswith("sqlite") else {"poolclass": NullPool}
            self._engine = create_engine(address, **pool)
            if self._engine.dialect.name == "sqlite":
                event.listen(self._engine, "connect", _durable)
            _migrate(self._engine)

    def add(self, decision: Decision) -> int:
        """Keep a decision durably, and return its number."""
        row = _row(decision)
        with self._clear(), Session(self._engine) as session, session.begin():
            session.add(row)
            session.flush()
            return int(row.id)

    def add_all(self, decisions: Sequence[Decision]) -> None:
        """Keep many decisions durably: all of them, or none."""
        with self._clear(), Session(self._engine) as session, session.begin():
            session.add_all(_row(each) for each in decisions)

    def purge(self, numbers: Sequence[int], silenced: Sequence[int]) -> None:
        """Take decisions away so that no byte of them stays in the database's files."""
        is_sqlite = self._engine.dialect.name == "sqlite"
        with self._clear(), self._engine.connect() as raw:
            connection = raw.execution_options(isolation_level="AUTOCOMMIT")
            if is_sqlite:
                connection.exec_driver_sql("PRAGMA secure_delete=ON")
            for number in numbers:
                connection.execute(delete(DecisionRow).where(DecisionRow.id == number))
            for number in silenced:
                connection.execute(update(DecisionRow).where(DecisionRow.id == number).values(why=""))
            # What was deleted stays in free pages and in the log until both are written anew; and the commonest values
            # of a column in PostgreSQL's statistics.
            connection.exec_driver_sql("VACUUM" if is_sqlite else "VACUUM (FULL, ANALYZE) decisions")
            if is_sqlite and connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").scalar():
                raise StoreError(
                    f"decisions: {self._shown} must be free to be written anew, got another program that holds it open",
                    remedy="Close it and say the same again",
                )

    def remove(self, number: int) -> None:
        """Take a decision back."""
        with self._clear(), Session(self._engine) as session, session.begin():
            row = session.get(DecisionRow, number)
            if row is None:
                raise UseError(f"decisions: number must be one of those kept, got {number}")
            session.delete(row)

    def all(self, what: str | None = None) -> list[Decision]:
        """Return the decisions, those about one thing if it is named, the oldest first."""
        chosen = select(DecisionRow).order_by(DecisionRow.id)
        chosen = chosen if what is None else chosen.where(DecisionRow.what == what)
        with self._clear(), Session(self._engine) as session:
            return [
                Decision(row.what, json.loads(row.key), json.loads(row.value), row.who, row.why, row.at, row.id)
                for row in session.scalars(chosen)
            ]

    @contextlib.contextmanager
    def _clear(self) -> Iterator[None]:
        try:
            yield
        except ImportError as error:
            raise StoreError(f"decisions: {self._shown} must be of a database whose driver is installed, got {error}",
                             remedy="For PostgreSQL: pip install 'kinoeye[team]'") from error  # fmt: skip
        except (SQLAlchemyError, OSError) as error:
            reason = " ".join(str(getattr(error, "orig", None) or error).split())
            raise StoreError(f"decisions: {self._shown} must be a database to read and write, got {reason}") from error

    @property
    def _shown(self) -> str:
        """The address without its password."""
        return re.sub(r"(//[^/@:]*):[^/@]*@", r"\1:***@", self.url)


def _row(decision: Decision) -> DecisionRow:
    return DecisionRow(
        what=decision.what,
        key=json.dumps(dict(decision.key), sort_keys=True, ensure_ascii=False),
        value=json.dumps(dict(decision.value), sort_keys=True, ensure_ascii=False),
        who=decision.who or getpass.getuser(),
        why=decision.why,
        at=decision.at or datetime.now(UTC),
    )


def _durable(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=10000")
    cursor.close()


def _migrate(engine: Engine) -> None:
    """Bring the database to the newest form."""
    with engine.connect() as connection:
        known = inspect(connection).has_table("alembic_version")
        if known and connection.execute(text("SELECT version_num FROM alembic_version")).scalar() == REVISION:
            return
    with importlib.resources.as_file(importlib.resources.files("kinoeye.store") / "migrations") as folder:
        config = Config()
        config.set_main_option("script_location", str(folder).replace("%", "%%"))
        with engine.begin() as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
