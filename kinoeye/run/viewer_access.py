"""Access: everything that is known of one viewer, as the viewer may ask for it.

Source: GDPR article 15 (access) and 20 (a copy in a common form that machines read).
"""

from collections.abc import Iterator
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import UseError
from kinoeye.run.publishing import VIEWER
from kinoeye.run.purposes import EVENTS
from kinoeye.run.viewer_keys import key_of
from kinoeye.store.index import Index
from kinoeye.store.purposes import Purposes


def number_of(index: Index, said: str) -> int:
    """Return what a viewer is called in the tables.

    Parameters
    ----------
    index : Index
    said : str
        What the logs call the viewer; or ``#`` and the number.

    Raises
    ------
    UseError
        If it says nothing, or no number.
    InputError
        If the key of the index is lost.
    """
    said = said.strip()
    if said.startswith("#") and said[1:].isdecimal():
        return int(said[1:])
    if not said:
        raise UseError("viewer: the viewer must be named as the logs do, or as #NUMBER, got nothing")
    return key_of(index.files).number(said)


def tables_of(index: Index, number: int) -> Iterator[tuple[str, pa.Table]]:
    """Yield the rows about one viewer, table by table; tables without any are left out."""
    for name in index.results.names():
        if name in index.schemas and VIEWER in index.schemas[name].schema.names:
            rows = index.sql(f"SELECT * FROM {name} WHERE {VIEWER} = {number:d}")  # noqa: S608 - a number
            if rows.num_rows:
                yield name, rows


def known_of(index: Index, said: str) -> dict[str, Any]:
    """Return everything that is known of a viewer, in plain values.

    Parameters
    ----------
    index : Index
    said : str
        As `number_of` takes it.

    Returns
    -------
    dict
        ``viewer``; ``number``; ``logs``: in which there is something, what each is kept for and until when;
        ``decisions`` that name the viewer; ``tables``: for each, what a row is, what each column says, and the rows.

    Raises
    ------
    UseError
        If nothing is known.
    InputError
        If the key of the index is lost.
    """
    number = number_of(index, said)
    found = dict(tables_of(index, number))
    if not found:
        raise UseError(f"viewer: there must be a viewer of that name in a log that was read, got {said!r}",
                       remedy="Name the viewer as the log does")  # fmt: skip
    purposes = Purposes(index)
    assets = {row["asset"]: row["path"] for row in index.read("assets").to_pylist()}
    logs = pc.unique(found[EVENTS]["asset"]).to_pylist() if EVENTS in found else []
    return {
        "viewer": said,
        "number": number,
        "logs": [_log(assets.get(log, log), purposes.of(log)) for log in logs],
        "decisions": [{"what": each.what, "key": dict(each.key), "value": dict(each.value), "who": each.who}
                      for each in index.decisions.all() if each.key.get(VIEWER) == number],
        "tables": {name: _table(index, name, rows) for name, rows in found.items()},
    }  # fmt: skip


def _log(path: str, said: Any) -> dict[str, Any]:
    return {"log": path, "kept_for": list(said.purposes), "basis": said.basis,
            "until": said.until.isoformat() if said.until else None}  # fmt: skip


def _table(index: Index, name: str, rows: pa.Table) -> dict[str, Any]:
    table = index.schemas[name]
    columns = {}
    for field in table.stored_schema:
        said = {key.decode(): value.decode() for key, value in (field.metadata or {}).items()}
        columns[field.name] = " ".join([said.get("meaning", ""), *([f"({said['unit']})"] if "unit" in said else [])])
    return {"meaning": table.meaning, "columns": columns, "rows": rows.to_pylist()}
