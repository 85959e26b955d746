"""A table is a schema whose columns have meanings."""

import pyarrow as pa
import pytest

from kinoeye.errors import StoreError
from kinoeye.run.list import TABLES
from kinoeye.tables import Table, flicks, with_asset

SHOTS = Table("shots", "One row a shot.", (("start", flicks(), "first picture"), ("name", pa.string(), "its name")))


def test_meanings_and_units_stand_in_the_schema() -> None:
    field = SHOTS.stored_schema.field("start")
    assert field.metadata == {b"meaning": b"first picture", b"unit": b"flicks"}
    assert SHOTS.stored_schema.names == ["asset", "start", "name"]


def test_rows_and_columns_make_the_same() -> None:
    rows = SHOTS.from_rows([{"start": 1, "name": "a"}, {"start": 2}])
    assert rows.equals(SHOTS.from_columns(start=[1, 2], name=["a", None]))
    assert rows.schema.equals(SHOTS.schema)


def test_unknown_and_missing_columns_are_errors() -> None:
    with pytest.raises(StoreError, match="got \\['stat'\\]"):
        SHOTS.from_rows([{"stat": 1}])
    with pytest.raises(StoreError, match="difference in \\['name'\\]"):
        SHOTS.from_columns(start=[1])


def test_the_asset_is_put_in_front_once() -> None:
    rows = with_asset(SHOTS.from_rows([{"start": 1}, {"start": 2}]), "aa")
    assert rows["asset"].to_pylist() == ["aa", "aa"]
    assert with_asset(rows, "bb")["asset"].to_pylist() == ["aa", "aa"]
    assert with_asset(SHOTS.empty(), "aa").schema.names == SHOTS.stored_schema.names


def test_every_table_says_what_its_columns_mean() -> None:
    assert len({table.name for table in TABLES}) == len(TABLES)
    for table in TABLES:
        assert table.meaning.endswith(".")
        for field in table.stored_schema:
            assert field.metadata[b"meaning"], f"{table.name}.{field.name}"
            assert field.name == field.name.lower()
