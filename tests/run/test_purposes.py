from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from kinoeye.analysis import Analysis
from kinoeye.run.list import TABLES
from kinoeye.run.purposes import withhold
from kinoeye.store.index import Index
from kinoeye.store.purposes import ALL, Purposes
from kinoeye.tables import Table

TABLE = Table("watched", "Some.", (("viewer", pa.int64(), "who"),))


def counted(events: pa.Table) -> pa.Table: ...


def suggested(watched: pa.Table) -> pa.Table: ...


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(str(tmp_path), TABLES)


def _of(function: Any, purpose: str) -> Analysis:
    return Analysis(function, TABLE, 1, "production", (), purpose=purpose)


def test_an_analysis_of_events_gets_those_that_are_kept_for_it(index: Index) -> None:
    Purposes(index).say("b", [])
    inputs = {"events": [("a", "1"), ("b", "2")], "titles": [("b", "3")]}
    assert withhold(index, _of(counted, "statistics"), inputs, ["a", "b"]) == ""
    assert inputs == {"events": [("a", "1")], "titles": [("b", "3")]}


def test_what_was_made_of_logs_is_used_only_where_all_are_kept_for_it(index: Index) -> None:
    suggests = _of(suggested, "recommend")
    assert "kept for recommend. Say it" in withhold(index, suggests, {"watched": []}, ["a", "b"])
    Purposes(index).say(ALL, ["statistics", "recommend"])
    assert withhold(index, suggests, {"watched": []}, ["a", "b"]) == ""
    Purposes(index).say("a", ["statistics"])
    assert "kept for recommend" in withhold(index, suggests, {"watched": []}, ["a", "b"])
    Purposes(index).say("a", [])
    assert withhold(index, suggests, {"watched": []}, ["a", "b"]) == "", "a log that nothing may use is in no sum"


def test_an_analysis_of_films_asks_for_nothing(index: Index) -> None:
    inputs = {"events": [("a", "1")]}
    assert withhold(index, _of(counted, ""), inputs, ["a"]) == "" and inputs["events"]
    assert withhold(index, _of(suggested, "recommend"), {}, []) == "", "no logs, no question"
