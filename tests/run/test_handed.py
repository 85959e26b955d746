"""An asset gets the rows of a production's table that are its own, and their fingerprint."""

from pathlib import Path

import pytest

from kinoeye.analyses.screenplay.wordings import WORDINGS
from kinoeye.run.handed import Handed, rows_for
from kinoeye.run.list import TABLES
from kinoeye.store.index import Index
from kinoeye.store.results import PRODUCTION, Provenance


def row(asset: str, text: str) -> dict[str, object]:
    return {"asset": asset, "source": "s", "paragraph": 0, "role": "script", "text": text}


@pytest.fixture
def index(tmp_path: Path) -> Index:
    return Index(tmp_path / ".kinoeye", TABLES)


def write(index: Index, *rows: dict[str, object]) -> None:
    for asset in {str(each["asset"]) for each in rows}:
        index.results.write(TABLES[0], asset, TABLES[0].from_rows([{"asset": asset, "path": asset}]), Provenance("a"))
    index.results.write(WORDINGS, PRODUCTION, WORDINGS.from_rows(rows), Provenance("1"))


def test_each_asset_gets_its_own_rows(index: Index) -> None:
    write(index, row("a" * 32, "one"), row("b" * 32, "two"), row("a" * 32, "three"))
    assert rows_for(index, "wordings", "a" * 32)["text"].to_pylist() == ["one", "three"]
    assert rows_for(index, "wordings", "c" * 32).num_rows == 0


def test_a_table_that_is_not_made_has_no_rows(index: Index) -> None:
    assert rows_for(index, "wordings", "a" * 32).schema.names == WORDINGS.schema.names
    assert Handed(index)("wordings", "a" * 32) == ""


def test_the_fingerprint_changes_with_the_assets_own_rows_alone(index: Index) -> None:
    write(index, row("a" * 32, "one"), row("b" * 32, "two"))
    before = Handed(index)
    prints = {asset: before("wordings", asset * 32) for asset in "ab"}
    write(index, row("a" * 32, "one"), row("b" * 32, "changed"))
    after = Handed(index)
    assert after("wordings", "a" * 32) == prints["a"]
    assert after("wordings", "b" * 32) != prints["b"]
