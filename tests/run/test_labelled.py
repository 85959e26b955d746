from pathlib import Path

import pyarrow as pa
import pytest

from kinoeye.errors import InputError, UseError
from kinoeye.run.labelled import Labelled, production_table, records_of, with_labels
from kinoeye.run.list import TABLES
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.timecode import FLICKS_PER_SECOND

ASSET = "a" * 32


class Known(Index):
    """An index whose tables are given."""

    def __init__(self, folder: Path, tables: dict[str, list[dict[str, object]]]) -> None:
        super().__init__(folder, TABLES)
        self._given = {name: pa.Table.from_pylist(rows) for name, rows in tables.items()}

    def tables(self) -> list[str]:
        return sorted(self._given)

    def read(self, table: str, asset: str | None = None) -> pa.Table:
        return self._given[table]


@pytest.fixture
def index(tmp_path: Path) -> Known:
    shots = [{"asset": ASSET, "shot": each, "start": each * FLICKS_PER_SECOND, "end": (each + 2) * FLICKS_PER_SECOND,
              "transition": "cut"} for each in range(30)]  # fmt: skip
    looks = [{"asset": ASSET, "shot": each // 2, "frame": each, "time": each, "vector": [float(each), 1.0]}
             for each in range(60)]  # fmt: skip
    camera = [{"asset": ASSET, "shot": each, "start": 0, "end": length, "move": move, "direction": "", "speed": 0.1,
               "pan": 0.0, "tilt": 0.0, "zoom": 0.0, "roll": 0.0, "shake": 0.0}
              for each in range(30) for length, move in ((1, "pan"), (5, "static"))]  # fmt: skip
    lines = [{"asset": ASSET, "line": f"{each:016x}", "scene": f"{each // 5}", "kind": "dialogue", "who": "NORA",
              "text": f"line {each}"} for each in range(20)]  # fmt: skip
    return Known(tmp_path, {"shots": shots, "likenesses": looks, "camera": camera, "lines": lines,
                            "assets": [{"asset": ASSET, "path": "day1/A001.mov"}]})  # fmt: skip


def test_shots_have_what_the_index_knows_of_their_looks(index: Known) -> None:
    found = production_table(index, "shots")
    row = found.table.to_pylist()[3]
    assert (row["path"], row["seconds"], row["camera move"]) == ("day1/A001.mov", 2.0, "static")
    assert row["likeness"] == [6.5, 1.0]
    assert found.group == "film" and len(set(found.table["film"].to_pylist())) == 10
    assert {"asset", "shot", "path", "film"} <= set(found.aside)


def test_stills_of_one_shot_and_lines_of_one_scene_belong_together(index: Known) -> None:
    stills = production_table(index, "stills")
    assert stills.table.num_rows == 60 and len(set(stills.table["film"].to_pylist())) == 30
    lines = production_table(index, "lines")
    assert lines.group == "stretch" and "line" in lines.aside  # four scenes are too few to hold one out


def test_an_unknown_table_is_said(index: Known) -> None:
    with pytest.raises(UseError, match="must be a table of the production"):
        production_table(index, "nothing")


def test_labels_of_a_file_and_of_decisions(index: Known) -> None:
    given = pa.table({"path": ["day1/A001.mov"] * 2, "shot": ["4", "5"], "mood": ["calm", "tense"]})
    said = [Decision("labels", {"table": "shots", "asset": ASSET, "shot": 5}, {"mood": "calm"}),
            Decision("labels", {"table": "shots", "at": 7 * FLICKS_PER_SECOND}, {"mood": "odd"})]  # fmt: skip
    found = with_labels(production_table(index, "shots"), "mood", given, said).table["mood"].to_pylist()
    assert found[3:9] == [None, "calm", "calm", "odd", "odd", None]


def test_labels_that_fit_no_row_are_said(index: Known) -> None:
    shots = production_table(index, "shots")
    with pytest.raises(InputError, match="got none that does"):
        with_labels(shots, "mood", pa.table({"shot": [99], "mood": ["x"]}), [])
    with pytest.raises(UseError, match="must have a column that names rows"):
        with_labels(shots, "mood", pa.table({"what": [1], "mood": ["x"]}), [])
    with pytest.raises(UseError, match="must have a column 'mood'"):
        with_labels(shots, "mood", pa.table({"shot": [1]}), [])


def test_without_labels_apart_a_table_stays_as_it_is() -> None:
    labelled = Labelled(pa.table({"a": [1]}))
    assert with_labels(labelled, "a", None, []) is labelled


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UseError, match="must be a file, or DIR:TABLE"):
        records_of(str(tmp_path / "none.csv"))
