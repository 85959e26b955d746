"""Readers see tables with decisions laid over, and nothing else."""

from pathlib import Path

import pyarrow as pa
import pytest

from kinoeye.errors import QueryError, StoreError, UseError
from kinoeye.store import database
from kinoeye.store import decisions as decisions_module
from kinoeye.store.decisions import Decision, lay_over
from kinoeye.store.index import Index
from kinoeye.store.results import Provenance
from kinoeye.tables import Table, flicks, score

ASSETS = Table(
    "assets", "One row a file.", (("asset", pa.string(), "its name"), ("path", pa.string(), "where it lies"))
)
SHOTS = Table(
    "shots",
    "One row a shot.",
    (
        ("shot", pa.int32(), "number"),
        ("start", flicks(), "first"),
        ("end", flicks(), "one past the last"),
        ("transition", pa.string(), "how it begins"),
        ("score", score(), "how sure"),
    ),
)
ROWS = [
    {"shot": 0, "start": 0, "end": 10, "transition": "start", "score": 1.0},
    {"shot": 1, "start": 10, "end": 30, "transition": "cut", "score": 0.5},
]


@pytest.fixture(params=["disk", "memory"])
def index(request: pytest.FixtureRequest, tmp_path: Path) -> Index:
    url = tmp_path / "it's 中 an index" if request.param == "disk" else f"memory://{tmp_path}"
    made = Index(url, [ASSETS, SHOTS], decisions=f"sqlite:///{tmp_path}/decisions.db")
    for asset in ("aa", "bb"):
        made.results.write(ASSETS, asset, ASSETS.from_rows([{"asset": asset, "path": f"{asset}.mp4"}]), Provenance("f"))
        made.results.write(SHOTS, asset, SHOTS.from_rows(ROWS), Provenance("f", 1, "net", "MIT", 1.5, 20.0))
    return made


def test_sql_joins_tables(index: Index) -> None:
    rows = index.sql("SELECT path, shot FROM shots JOIN assets USING (asset) ORDER BY path, shot").to_pylist()
    assert rows == [{"path": f"{a}.mp4", "shot": s} for a in ("aa", "bb") for s in (0, 1)]


def test_empty_tables_can_be_asked(tmp_path: Path) -> None:
    empty = Index(tmp_path, [ASSETS, SHOTS])
    assert empty.sql("SELECT * FROM shots").schema.names == ["asset", *SHOTS.schema.names]
    assert empty.sql("SHOW TABLES").to_pylist() == [{"name": "assets"}, {"name": "shots"}]


@pytest.mark.parametrize(
    ("query", "match"),
    [
        ("SELEC 1", "syntax error"),
        ("SELECT nope FROM shots", '"nope" not found'),
        ("SELECT 1; SELECT 2", "one statement that reads"),
        ("", "one statement that reads"),
        ("COPY shots TO '/tmp/stolen.csv'", "one statement that reads"),
        ("ATTACH '/tmp/other.db'", "one statement that reads"),
        ("SET enable_external_access=true", "one statement that reads"),
        ("SELECT * FROM read_text('/etc/hostname')", "file system operations are disabled"),
    ],
)
def test_sql_refuses(index: Index, query: str, match: str) -> None:
    with pytest.raises(QueryError, match=match):
        index.sql(query)


def test_gone_assets_are_not_shown(index: Index) -> None:
    index.results.remove("assets", "bb")
    assert set(index.read("shots")["asset"].to_pylist()) == {"aa"}
    assert index.sql("SELECT DISTINCT asset FROM shots").to_pylist() == [{"asset": "aa"}]
    assert index.results.assets("shots") == ["aa", "bb"]


def test_decisions_lie_over_reading_and_sql_and_survive_a_new_run(index: Index) -> None:
    index.decisions.add(Decision("shots", {"asset": "aa", "at": 12}, {"transition": "wipe"}, "me", "seen"))
    shorter = [{**ROWS[0], "end": 11}, {**ROWS[1], "start": 11}]
    index.results.write(SHOTS, "aa", SHOTS.from_rows(shorter), Provenance("g"))
    assert index.sql("SELECT transition FROM shots WHERE asset = 'aa' AND shot = 1").to_pylist() == [
        {"transition": "wipe"}
    ]
    assert index.read("shots", "aa")["transition"].to_pylist() == ["start", "wipe"]
    assert index.orphans() == []


def test_decisions_without_an_object_are_kept_and_shown(index: Index) -> None:
    number = index.decisions.add(Decision("shots", {"asset": "aa", "at": 99}, {"transition": "wipe"}))
    assert [decision.id for decision in index.orphans()] == [number]
    index.decisions.remove(number)
    assert index.orphans() == []
    with pytest.raises(UseError, match="one of those kept"):
        index.decisions.remove(number)


def test_hidden_rows_are_seen_by_nobody(index: Index) -> None:
    index.decisions.add(Decision("shots", {"asset": "aa", "shot": 1}, {"hidden": True}))
    assert index.read("shots", "aa")["shot"].to_pylist() == [0]
    index.decisions.add(Decision("shots", {"asset": "aa", "shot": 1}, {"hidden": False}))
    assert index.read("shots", "aa")["shot"].to_pylist() == [0, 1]


def test_later_decisions_win() -> None:
    rows = SHOTS.from_rows(ROWS)
    laid, gone = lay_over(
        rows, [Decision("shots", {"shot": 1}, {"score": 0.7}), Decision("shots", {"shot": 1}, {"score": 0.9})]
    )
    assert laid["score"].to_pylist() == pytest.approx([1.0, 0.9])
    assert gone == []
    assert rows["score"].to_pylist() == pytest.approx([1.0, 0.5])


def test_the_database_is_at_the_newest_migration(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/d.db"
    first = decisions_module.Decisions(url)
    first.add(Decision("shots", {"shot": 1}, {"score": 0.7}))
    names = sorted(p.name for p in (Path(decisions_module.__file__).parent / "migrations" / "versions").glob("0*.py"))
    assert names[-1].startswith(database.REVISION)
    assert [d.value for d in decisions_module.Decisions(url).all()] == [{"score": 0.7}]


def test_provenance_is_kept_in_the_file_and_the_cache_only_saves_reading(index: Index) -> None:
    expected = Provenance("f", 1, "net", "MIT", 1.5, 20.0, 2)
    assert index.results.scan()["shots", "aa"] == expected
    assert index.results.scan()["shots", "aa"] == expected
    index.files.write("cache/results.json", b"{broken")
    assert index.results.scan()["shots", "aa"] == expected


def test_broken_results_are_made_again_not_believed(index: Index) -> None:
    index.files.write("tables/shots/aa.parquet", b"PAR1 not really")
    assert ("shots", "aa") not in index.results.scan()
    with pytest.raises(StoreError, match="whole Parquet file"):
        index.results.read("shots", "aa")


def test_older_schemas_are_brought_to_todays(index: Index) -> None:
    wider = Index(index.files.url, [ASSETS, Table("shots", "x", (*SHOTS.columns, ("kind", pa.string(), "new")))])
    assert wider.read("shots", "aa")["kind"].to_pylist() == [None, None]


def test_rows_must_fit_their_table(index: Index) -> None:
    with pytest.raises(StoreError, match="must have the columns"):
        index.results.write(SHOTS, "aa", pa.table({"shot": [1]}), Provenance("f"))


def test_tables_are_read_when_they_are_asked_for(index: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    monkeypatch.setattr(index, "read", lambda name: read.append(name) or pa.table({"name": [name]}))
    more = pa.table({"cpu_seconds": [1.0]})
    tables = index.all(cost=more)
    assert set(tables) == {*index.tables(), "cost"}
    assert "cost" in tables
    assert read == []
    name = index.tables()[0]
    assert tables[name] is tables[name]
    assert read == [name]
    assert tables["cost"] is more
    with pytest.raises(KeyError):
        tables["nothing"]
