"""A table that is not read in whole holds what its readers see, in their order."""

import errno
import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kinoeye.errors import StoreError
from kinoeye.store import files as files_module
from kinoeye.store.decisions import Decision, Told
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.store.stored import of_asset, stored
from kinoeye.tables import Stored, Table, flicks

EVENTS = Table("events", "One row an event.", (
    ("row", pa.int64(), "number"), ("start", flicks(), "from"), ("end", flicks(), "to"), ("event", pa.string(), "kind"),
))  # fmt: skip
BOXES = Table("boxes", "One row a box.", (
    *((name, pa.float32(), "0..1") for name in ("x", "y", "w", "h")),
    *(("start", flicks(), "from"), ("end", flicks(), "to"), ("who", pa.string(), "name")),
))  # fmt: skip
OWN = Table("own", "One row an asset.", (("asset", pa.string(), "whose"), ("n", pa.int64(), "number")))
DONE = Provenance("f", 1, "", "", 1.5, 20.0)


def parts(first: int, count: int, size: int) -> Iterator[pa.Table]:
    for begin in range(first, first + count, size):
        numbers = range(begin, min(begin + size, first + count))
        yield EVENTS.from_rows([{"row": n, "start": n, "end": n + 1, "event": "play"} for n in numbers])


def made(url: Path | str, said: list[Decision] | None = None) -> Index:
    index = Index(url, [EVENTS, BOXES, OWN], decisions=Told(said or []))
    index.results.write(EVENTS, "aa", parts(0, 5, 2), DONE)
    index.results.write(EVENTS, "bb", parts(5, 3, 3), lambda: DONE)
    return index


def everything(table: Stored) -> list[pa.Table]:
    """Each way to read it."""
    with duckdb.connect(config={"temp_directory": tempfile.gettempdir()}) as connection:
        asked = table.scanned(connection).to_arrow_table()
    batches = pa.Table.from_batches(table.batches(rows=2), table.schema)
    return [table.table(), asked.cast(table.schema), batches, table.dataset().to_table()]


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_every_way_of_reading_gives_the_rows_in_order(tmp_path: Path, where: str) -> None:
    index = made(tmp_path if where == "disk" else f"memory://{tmp_path}")
    table = stored(index, "events", ["aa", "gone", "bb"], tmp_path)
    assert [rows["row"].to_pylist() for rows in everything(table)] == [list(range(8))] * 4
    assert table.table().equals(pa.concat_tables([index.read("events", "aa"), index.read("events", "bb")]))
    assert table.num_rows == 8
    assert [batch.schema.names for batch in table.batches(["event", "row"])] == [["event", "row"]] * 2
    nothing = stored(index, "events", [], tmp_path)
    assert [rows.num_rows for rows in everything(nothing)] == [0] * 4
    assert list(nothing.batches()) == []


def test_parts_are_written_like_a_whole(tmp_path: Path) -> None:
    index = made(tmp_path)
    whole = index.results.read("events", "aa")
    provenance = index.results.provenance("events", "aa")
    assert (provenance.rows, provenance.cpu_seconds, provenance.fingerprint) == (5, 1.5, "f")
    index.results.write(EVENTS, "aa", EVENTS.whole(parts(0, 5, 5)), DONE)
    assert index.results.read("events", "aa").equals(whole)
    assert index.results.provenance("events", "aa") == provenance
    index.results.write(EVENTS, "aa", iter([]), DONE)
    assert index.results.read("events", "aa").equals(EVENTS.stored_schema.empty_table())
    assert index.results.provenance("events", "aa").rows == 0


def test_small_parts_are_joined_and_large_ones_written_when_they_come(tmp_path: Path) -> None:
    index = made(tmp_path)
    rows = EVENTS.from_columns(row=range(100_000), start=[0] * 100_000, end=[1] * 100_000, event=["play"] * 100_000)
    index.results.write(EVENTS, "aa", (rows.slice(n, 10_000) for n in [*range(0, 100_000, 10_000)] * 2), DONE)
    groups = pq.read_metadata(index.results.file("events", "aa"))
    assert [groups.row_group(n).num_rows for n in range(groups.num_row_groups)] == [130_000, 70_000]


def test_what_fails_half_way_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = made(tmp_path)

    def failing() -> Iterator[pa.Table]:
        yield from parts(0, 3, 3)
        raise RuntimeError

    with pytest.raises(RuntimeError):
        index.results.write(EVENTS, "aa", failing(), DONE)
    with pytest.raises(StoreError, match="must have the columns"):
        index.results.write(EVENTS, "aa", iter([*parts(0, 3, 3), pa.table({"row": [1]})]), DONE)
    with pytest.raises(StoreError, match="must be tables, got dict"):
        index.results.write(EVENTS, "aa", iter([{"row": [1]}]), DONE)
    with pytest.raises(StoreError, match="with a table or its parts, got 5"):
        index.results.write(EVENTS, "aa", 5, DONE)

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files_module.os, "fsync", full)
    with pytest.raises(StoreError, match="free some space"):
        index.results.write(EVENTS, "aa", parts(0, 3, 1), DONE)
    monkeypatch.undo()
    assert index.results.read("events", "aa").num_rows == 5
    assert not list(tmp_path.rglob("*.part"))


def test_what_people_said_lies_over_it(tmp_path: Path) -> None:
    said = [
        Decision("events", {"asset": "aa", "at": 2}, {"event": "seek"}),
        Decision("events", {"row": 6}, {"hidden": True}),
        Decision("events", {"asset": "bb", "row": 3}, {"event": "never"}),
    ]
    index = made(tmp_path / "index", said)
    table = stored(index, "events", ["aa", "bb"], tmp_path)
    both = pa.concat_tables([index.read("events", "aa"), index.read("events", "bb")])
    assert all(rows.equals(both) for rows in everything(table))
    assert table.table()["event"].to_pylist() == ["play", "play", "seek", "play", "play", "play", "play"]


def test_a_place_in_the_picture_is_sought_in_all_rows(tmp_path: Path) -> None:
    said = [Decision("boxes", {"asset": "aa", "at": 3, "x": 0.5, "y": 0.5}, {"who": "Anna"})]
    index = Index(tmp_path / "index", [BOXES], decisions=Told(said))
    rows = [{"x": x, "y": 0.4, "w": 0.2, "h": 0.2, "start": 3, "end": 4, "who": ""} for x in (0.35, 0.4, 0.45)]
    index.results.write(BOXES, "aa", BOXES.from_rows(rows), DONE)
    assert stored(index, "boxes", ["aa"], tmp_path).table().equals(index.read("boxes", "aa"))
    assert index.read("boxes", "aa")["who"].to_pylist() == ["", "Anna", ""]


def test_files_of_an_older_version_are_brought_to_todays(tmp_path: Path) -> None:
    made(tmp_path)
    wider = Table("events", "x", (*EVENTS.columns, ("bot", pa.bool_(), "new")))
    index = Index(tmp_path, [wider])
    index.results.write(wider, "cc", wider.from_rows([{"row": 8, "bot": True}]), DONE)
    for rows in everything(stored(index, "events", ["aa", "cc"], tmp_path)):
        assert rows["bot"].to_pylist() == [None] * 5 + [True]
        assert rows["row"].to_pylist() == [0, 1, 2, 3, 4, 8]


def test_an_asset_gets_its_own_rows_of_a_productions_table(tmp_path: Path) -> None:
    index = Index(tmp_path / "index", [OWN])
    rows = [{"asset": asset, "n": n} for n, asset in enumerate(["aa", "bb", "aa"])]
    index.results.write(OWN, PRODUCTION, OWN.from_rows(rows), DONE)
    whole = stored(index, "own", [PRODUCTION], tmp_path)
    assert [of_asset(whole, asset, tmp_path).table()["n"].to_pylist() for asset in ("aa", "bb")] == [[0, 2], [1]]
