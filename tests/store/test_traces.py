"""A look at every byte finds what is there, wherever it lies and however it is packed."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from kinoeye.store import traces
from kinoeye.store.files import Files
from kinoeye.store.traces import Needle, Trace, look, of_numbers, of_text

VECTOR = np.random.default_rng(4).normal(size=128).astype(np.float32)


def _found(folder: Path, needles: list[Needle], **more: object) -> list[Trace]:
    return look(Files(folder), needles, **more).found  # type: ignore[arg-type]


@pytest.mark.parametrize("place", [0, 1, traces._BLOCK - 3, traces._BLOCK - 1, traces._BLOCK, traces._BLOCK + 9])
def test_bytes_are_found_wherever_they_lie(tmp_path: Path, place: int) -> None:
    data = bytearray(traces._BLOCK + 100)
    data[place : place + 12] = b"Zerbinetta Q"
    (tmp_path / "a.bin").write_bytes(data)
    (tmp_path / "empty").write_bytes(b"")
    assert _found(tmp_path, of_text("name", "Zerbinetta")) == [Trace("a.bin", "name")]
    assert _found(tmp_path, of_text("name", "Zerbinette")) == []


@pytest.mark.parametrize("compression", ["none", "zstd", "snappy"])
def test_tables_are_unpacked(tmp_path: Path, compression: str) -> None:
    names = ["somebody"] * 500 + ["Zerbinetta"] + ["else"] * 500
    rows = pa.table({"name": names, "vector": [VECTOR.tolist()] * len(names)},
                    schema=pa.schema({"name": pa.string(), "vector": pa.list_(pa.float32())}))  # fmt: skip
    pq.write_table(rows, tmp_path / "t.parquet", compression=compression)
    needles = [*of_text("name", "Zerbinetta"), *of_numbers(VECTOR.tolist()), *of_text("id", "p1234567")]
    assert _found(tmp_path, needles) == [Trace("t.parquet", "name"), Trace("t.parquet", "vector")]


def test_metadata_of_a_table_is_looked_at(tmp_path: Path) -> None:
    rows = pa.table({"a": [1]}).replace_schema_metadata({"why": "as Zerbinetta said"})
    pq.write_table(rows, tmp_path / "t.parquet")
    assert _found(tmp_path, of_text("name", "Zerbinetta")) == [Trace("t.parquet", "name")]


@pytest.mark.parametrize(
    "written",
    [
        VECTOR.tobytes(),
        VECTOR.astype(np.float64).tobytes(),
        VECTOR.astype(np.float16).tobytes(),
        str(VECTOR.tolist()).encode(),
        ", ".join(f"{number:.4f}" for number in VECTOR).encode(),
        ",".join(f"{number:.6f}" for number in VECTOR).encode(),
        " ".join(f"{number:.3f}" for number in VECTOR).encode(),
    ],
)
def test_vectors_are_found_as_numbers_and_as_text(tmp_path: Path, written: bytes) -> None:
    (tmp_path / "x").write_bytes(b"abc" + written)
    needles = of_numbers(VECTOR.tolist())
    assert _found(tmp_path, needles) == [Trace("x", "vector")]
    (tmp_path / "x").write_bytes(b"abc" + written[200:])
    assert _found(tmp_path, needles) == []


def test_names_are_found_in_other_letters_and_short_ones_not_hunted(tmp_path: Path) -> None:
    for number, form in enumerate(("ANNA LØVE", "anna løve", "Anna L\\u00f8ve")):
        (tmp_path / f"{number}").write_text(form)
    assert len(_found(tmp_path, of_text("name", "Anna Løve"))) == 3
    assert of_text("name", "Bo") == []
    assert of_numbers([0.5] * 4) == []


def test_hidden_files_count_spared_ones_do_not_and_other_places_do(tmp_path: Path) -> None:
    (tmp_path / "index" / "tasks").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    for path in ("index/.left.part", "index/tasks/a", "other/b"):
        (tmp_path / path).write_text("Zerbinetta")
    needles = of_text("name", "Zerbinetta")
    found = _found(tmp_path / "index", needles, besides=[tmp_path / "other"], spare="tasks/")
    assert [trace.file for trace in found] == [".left.part", str(tmp_path / "other" / "b")]


def test_an_index_in_memory_is_looked_at_too() -> None:
    files = Files("memory://traces")
    files.write("tables/persons/a.parquet", b"no table, but Zerbinetta")
    files.write("b", b"nothing")
    seen = look(files, of_text("name", "Zerbinetta"))
    assert (seen.files, seen.found) == (2, [Trace("tables/persons/a.parquet", "name")])


def test_needles_survive_being_written_down() -> None:
    needles = [*of_text("name", "Zerbinetta"), *of_numbers(VECTOR.tolist())]
    assert traces.needles_of(traces.plain(needles)) == needles
