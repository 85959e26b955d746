"""What leaves the house gives no viewer away, or does not leave it."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.audience.sessions import SESSIONS
from kinoeye.analyses.audience.watched import WATCHED
from kinoeye.errors import ConsentError, UseError
from kinoeye.run.private_figures import private_counts
from kinoeye.run.publishing import as_file, published
from kinoeye.store.index import Index
from kinoeye.store.purposes import ALL, Purposes
from kinoeye.store.results import PRODUCTION, Provenance
from kinoeye.store.spending import Spending
from kinoeye.tables import Table, Typed

COUNTED = Typed(pa.int64(), "viewers")
CURVES = Table("curves", "A second.", (
    ("title", pa.string(), "what"), ("second", pa.int32(), "when"), ("there", COUNTED, "still there"),
    ("left", COUNTED, "who left"), ("left_low", pa.float64(), "of the share"),
))  # fmt: skip
FUNNEL = Table("funnel", "A step.", (("step", pa.string(), "which"), ("people", COUNTED, "who took it")))


@pytest.fixture
def index(tmp_path: Path) -> Index:
    index = Index(tmp_path / "index", [WATCHED, SESSIONS, CURVES, FUNNEL])
    Purposes(index).say(ALL, ["statistics", "publish"])
    return index


def _put(index: Index, table: Table, rows: list[dict[str, object]]) -> None:
    index.results.write(table, PRODUCTION, table.from_rows(rows), Provenance("f"))


def _watched(index: Index, films: int, each: int, viewers: int = 60) -> None:
    draw = np.random.default_rng(0)
    at = datetime(2026, 6, 5, tzinfo=UTC)
    _put(index, WATCHED, [
        {"viewer": 1000 + viewer, "title": f"f{film}", "watched": 1, "plays": 1, "rating": 8.0, "first": at, "last": at}
        for viewer in range(viewers) for film in draw.choice(films, each, replace=False)
    ])  # fmt: skip


def test_rows_of_viewers_go_out_under_other_numbers_where_all_are_much_alike(index: Index) -> None:
    _watched(index, 6, 5)
    found = published(index, "watched", ["title", "rating", "first"])
    assert found.viewers == 60 and found.unique == 0 and found.rows.num_rows == 300
    assert found.rows.column_names == ["viewer", "title", "rating", "first"]
    assert sorted(set(found.rows["viewer"].to_pylist())) == list(range(1, 61))
    assert set(found.rows["first"].to_pylist()) == {"2026-06"}
    assert as_file(found.rows, ".csv").startswith(b'"viewer","title"')


def test_rows_that_give_viewers_away_stay(index: Index) -> None:
    _watched(index, 400, 8)
    with pytest.raises(ConsentError, match=r"at most 5% may fit one viewer alone, got \d\d+% of watched with title"):
        published(index, "watched")


def test_nothing_goes_out_of_a_log_that_is_not_kept_for_it(index: Index) -> None:
    index.schemas["events"] = Table("events", "An event.", (("viewer", pa.int64(), "who"),))
    index.results.write(index.schemas["events"], "aa", pa.table({"viewer": [1]}), Provenance("f"))
    index.results.write(Table("assets", "A file.", (("asset", pa.string(), "name"),)), "aa",
                        pa.table({"asset": ["aa"]}), Provenance("f"))  # fmt: skip
    _watched(index, 6, 5)
    Purposes(index).say("aa", ["statistics"])
    with pytest.raises(ConsentError, match="every log must be kept for publish"):
        published(index, "watched")


def test_few_are_not_told_of(index: Index) -> None:
    _put(index, FUNNEL, [{"step": name, "people": n} for name, n in (("a", 90), ("b", 40), ("c", 6), ("d", 2))])
    found = published(index, "funnel")
    assert found.rows["step"].to_pylist() == ["a", "b"] and found.withheld == 2


def test_seconds_go_out_together(index: Index) -> None:
    draw = np.random.default_rng(1)
    left = draw.integers(0, 4, 120)
    there = 400 - np.concatenate([[0], np.cumsum(left)[:-1]])
    _put(index, CURVES, [{"title": "f", "second": n, "there": int(there[n]), "left": int(left[n]), "left_low": 0.1}
                         for n in range(120)])  # fmt: skip
    rows = published(index, "curves").rows
    assert rows.column_names == ["title", "begin", "end", "there", "left"]
    assert (
        all(each == 0 or each >= 5 for each in rows["left"].to_pylist()) and sum(rows["left"].to_pylist()) == left.sum()
    )
    assert rows["begin"].to_pylist()[1:] == rows["end"].to_pylist()[:-1] and rows["end"].to_pylist()[-1] == 120


def test_bad_use_is_told(index: Index) -> None:
    with pytest.raises(UseError, match="there must be such a table, got 'wached'"):
        published(index, "wached")
    with pytest.raises(UseError, match="columns must be of watched"):
        published(index, "watched", ["viewer"])
    with pytest.raises(UseError, match="when must be of month"):
        published(index, "watched", when="year")
    with pytest.raises(UseError, match=r"must be called \.csv or \.parquet, got \.xlsx"):
        as_file(pa.table({}), ".xlsx")


def test_private_counts_are_paid_for_once(index: Index) -> None:
    pytest.importorskip("opendp")
    at = datetime(2026, 6, 5, 20, tzinfo=UTC)
    _put(index, SESSIONS, [{"viewer": n, "session": 1, "title": "f", "start": at, "end": at, "events": 1}
                           for n in range(500)])  # fmt: skip
    found = private_counts(index, "hour", epsilon=0.5)
    counts = {row["hour"]: row["viewers"] for row in found["rows"]}
    assert len(counts) == 24 and abs(counts["20:00"] - 500) <= 60
    assert private_counts(index, "hour", epsilon=0.5) == found
    assert Spending(index).budget().spent_epsilon == 0.5
    with pytest.raises(ConsentError, match="no more epsilon than is left"):
        private_counts(index, "weekday", epsilon=0.75)
    assert private_counts(index, "title", epsilon=0.5, delta=1e-9)["rows"][0]["title"] == "f"
    with pytest.raises(UseError, match="by must be of title, hour, weekday"):
        private_counts(index, "minute", epsilon=0.1)
