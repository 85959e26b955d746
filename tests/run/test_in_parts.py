"""The runner gives stored tables to analyses that ask for them, and keeps answers that come part by part."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from kinoeye.analysis import PREVIOUS, analysis, marked
from kinoeye.run import work
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION
from kinoeye.tables import Stored, Table

EVENTS = Table("events", "One row an event.", (("viewer", pa.int64(), "who"), ("event", pa.string(), "what")))
PLAYS = Table("plays", "One row a play.", (("viewer", pa.int64(), "who"),))
VIEWERS = Table("viewers", "One row a viewer.", (("viewer", pa.int64(), "who"), ("plays", pa.int64(), "how many")))


@analysis(EVENTS, version=1)
def events() -> Iterator[pa.Table]:
    """Yield events; a generator, so that a failure in it comes when rows are asked for."""
    for viewer in (1, 2):
        yield EVENTS.from_rows([{"viewer": viewer, "event": each} for each in ("play", "seek", "play")])


@analysis(PLAYS, version=1)
def plays(events: Stored | None = None) -> Iterator[pa.RecordBatch]:
    """Yield the plays of one asset."""
    for batch in events.batches() if events is not None else ():
        yield batch.filter(pa.compute.equal(batch["event"], "play")).select(["viewer"])


@analysis(VIEWERS, version=1, scope="production")
def viewers(plays: Stored, previous: Stored) -> pa.Table:
    """Count plays over all assets, and those counted before."""
    with duckdb.connect(config={"temp_directory": tempfile.gettempdir()}) as connection:
        new = plays.scanned(connection).aggregate("viewer, count(*) AS plays").to_arrow_table()
    old = {row["viewer"]: row["plays"] for row in previous.table().to_pylist()}
    rows = [{**row, "plays": row["plays"] + old.get(row["viewer"], 0)} for row in new.to_pylist()]
    return VIEWERS.from_rows(sorted(rows, key=lambda row: row["viewer"]))


@pytest.fixture
def url(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(work, "ANALYSES", tuple(marked(each) for each in (events, plays, viewers)))
    monkeypatch.setattr(work, "TABLES", (EVENTS, PLAYS, VIEWERS))
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "scratch"))
    (tmp_path / "scratch").mkdir()
    return str(tmp_path / "index")


def read(url: str, table: str, asset: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Index(url, (EVENTS, PLAYS, VIEWERS)).results.read(table, asset).to_pylist()
    return rows


def test_an_asset_and_a_production(url: str, tmp_path: Path) -> None:
    for asset in ("aa", "bb"):
        assert work.analyse(url, "events", asset, "f", {}, []) == 6
        assert work.analyse(url, "plays", asset, "f", {}, []) == 4
    assert read(url, "plays", "aa") == [{"asset": "aa", "viewer": viewer} for viewer in (1, 1, 2, 2)]
    for expected in (4, 8):
        assert work.analyse_production(url, "viewers", {"plays": ["aa", "bb"]}, "f", {}, []) == 2
        found = [{"asset": PRODUCTION, "viewer": viewer, "plays": expected} for viewer in (1, 2)]
        assert read(url, "viewers", PRODUCTION) == found
    assert list((tmp_path / "scratch").iterdir()) == []
    provenance = Index(url, (EVENTS, PLAYS, VIEWERS)).results.provenance("plays", "aa")
    assert provenance.rows == 4
    assert provenance.cpu_seconds > 0
    assert provenance.peak_mb > 0


def test_decisions_lie_over_what_is_read(url: str, tmp_path: Path) -> None:
    said = [Decision("plays", {"asset": "bb", "viewer": 1}, {"viewer": 2})]
    for asset in ("aa", "bb"):
        work.analyse(url, "events", asset, "f", {}, [])
        work.analyse(url, "plays", asset, "f", {}, [Decision("events", {"event": "seek"}, {"event": "play"})])
    work.analyse_production(url, "viewers", {"plays": ["aa", "bb"]}, "f", {}, said)
    assert [row["plays"] for row in read(url, "viewers", PRODUCTION)] == [3, 9]
    assert list((tmp_path / "scratch").iterdir()) == []


def test_an_optional_table_that_is_not_there_is_none(url: str) -> None:
    assert work.analyse(url, "plays", "cc", "f", {}, []) == 0


def test_the_mark_knows_what_an_input_is_taken_as() -> None:
    assert marked(plays).takes("events", Stored)
    assert marked(viewers).takes(PREVIOUS, Stored)
    assert not marked(viewers).takes("plays", Table)
