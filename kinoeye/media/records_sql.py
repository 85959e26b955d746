"""Records from a database: a table or a SELECT, read once in batches over SQLAlchemy.

The transaction is rolled back and only one statement that reads is sent. A password stands in the address or in the
environment, and in no message.
"""

import importlib
import os
import re
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from kinoeye.errors import DocumentError, UseError
from kinoeye.headings import meaning
from kinoeye.media.spools import BATCH_ROWS, Spool, unique_names
from kinoeye.streams import Records

PASSWORD = "KINOEYE_SQL_PASSWORD"  # noqa: S105 - the name of a variable of the environment
_READS = re.compile(r"\s*(select|with|table|values)\b", re.I)
_MORE_STATEMENTS = re.compile(r";\s*\S")
_STRING = re.compile(r"'(?:[^']|'')*'")


def read(address: str, *, named: str = "") -> Records:
    """Open what a database answers.

    Parameters
    ----------
    address : str
        As SQLAlchemy writes it; behind ``#`` a table's name (with its schema) or a SELECT.
    named : str
        What messages call it; the address without its password if not given.

    Raises
    ------
    UseError
        If the address is none, its driver is not installed, or what stands behind ``#`` does not read.
    DocumentError
        If the database does not answer, or has no such table.
    """
    base, _, wanted = address.partition("#")
    url = _url(base)
    named = named or url.render_as_string(hide_password=True)
    try:
        engine = _engine(url, named)
        with engine.connect() as connection:
            query = _query(connection, unquote(wanted).strip(), named)
            return _laid(connection.execution_options(stream_results=True, yield_per=BATCH_ROWS), query)
    except _sqlalchemy().exc.SQLAlchemyError as error:
        said = _without_password(str(getattr(error, "orig", None) or error), url)
        raise DocumentError(f"{named}: the database must answer, it says: {said}") from error


def _url(base: str) -> Any:
    try:
        url = _sqlalchemy().engine.make_url(base)
    except (_sqlalchemy().exc.ArgumentError, ValueError):
        raise UseError(
            "records: the address of a database must be like postgresql://user@host/films#titles, got something else"
        ) from None
    secret = os.environ.get(PASSWORD)
    return url.set(password=secret) if secret and url.username and url.password is None else url


def _engine(url: Any, named: str) -> Any:
    if url.get_backend_name() == "sqlite" and url.database:
        # Opened to read only: SQLite would make a file that is not there.
        if not Path(url.database).is_file():
            raise DocumentError(f"{named}: must be a database that is there, got no such file")
        uri = Path(url.database).absolute().as_uri() + "?mode=ro"
        return _sqlalchemy().create_engine("sqlite://", creator=lambda: sqlite3.connect(uri, uri=True))
    try:
        return _sqlalchemy().create_engine(url)
    except (_sqlalchemy().exc.NoSuchModuleError, ImportError) as error:
        raise UseError(
            f"{named}: a driver for {url.get_backend_name()} must be installed, got {error}",
            remedy="pip install 'kinoeye[team]' for PostgreSQL, the database's own package for others",
        ) from error


def _query(connection: Any, wanted: str, named: str) -> Any:
    if _READS.match(wanted):
        if _MORE_STATEMENTS.search(_STRING.sub("", wanted)):
            raise UseError(f"{named}: must be one SELECT behind #, got several statements")
        return _sqlalchemy().text(wanted.rstrip().rstrip(";"))
    inspector = _sqlalchemy().inspect(connection)
    tables = [*inspector.get_table_names(), *inspector.get_view_names()]
    if not wanted:
        wanted = _likeliest(inspector, tables, named)
    schema, _, table = wanted.rpartition(".")
    there = tables if not schema else [*inspector.get_table_names(schema), *inspector.get_view_names(schema)]
    if table not in there:
        known = ", ".join(there[:20]) or "none"
        raise UseError(f"{named}: must name a table or a SELECT behind #, got {wanted!r}", remedy=f"Tables: {known}")
    alchemy = _sqlalchemy()
    return alchemy.select(alchemy.Table(table, alchemy.MetaData(), schema=schema or None, autoload_with=connection))


def _likeliest(inspector: Any, tables: list[str], named: str) -> str:
    """Return the table whose columns are called most like a catalogue's."""
    if not tables:
        raise DocumentError(f"{named}: the database must have a table, got none")

    def known(table: str) -> tuple[bool, int]:
        told = [meaning(column["name"]) for column in inspector.get_columns(table)]
        sure = [role for role, score in told if score >= 0.85 and role != "none"]
        return "title" in sure, len(sure)

    return max(tables, key=known)


def _laid(connection: Any, query: Any) -> Records:
    with connection.execute(query) as result:
        headings = [str(key) for key in result.keys()]  # noqa: SIM118 - iterating a result gives its rows
        spool = Spool(unique_names(headings))
        try:
            for batch in _batches(result):
                spool.append_values(list(zip(*batch, strict=True)))
            rows = spool.finish()
        except BaseException:
            spool.drop()
            raise
    connection.rollback()
    return Records(rows, tuple(headings), "sql")


def _batches(result: Any) -> Iterator[list[Any]]:
    for part in result.partitions(BATCH_ROWS):
        yield [tuple(row) for row in part]


def _without_password(text: str, url: Any) -> str:
    """Return what a driver said on one line, the password taken out however it wrote it."""
    text = " ".join(text.split())
    secret = str(url.password or "")
    for form in {secret, secret.replace("%", "%25"), url.render_as_string(hide_password=False)} - {""}:
        text = text.replace(form, "***")
    return text[:400]


def _sqlalchemy() -> Any:
    return importlib.import_module("sqlalchemy")  # a second to import, and only databases need it
