"""A file appears whole or not at all."""

import errno
import os
from pathlib import Path

import pytest

from kinoeye.errors import StoreError
from kinoeye.store import files as files_module
from kinoeye.store.files import Files

ODD_NAMES = ["plain", "with space", 'it\'s "quoted"', "-leading", "中文 影片", "100%d", "a;b&c"]


@pytest.mark.parametrize("name", ODD_NAMES)
def test_written_is_read_back(tmp_path: Path, name: str) -> None:
    files = Files(tmp_path / name)
    files.write("tables/shots/a.parquet", b"one")
    files.write("tables/shots/a.parquet", b"two")
    assert files.read_bytes("tables/shots/a.parquet") == b"two"
    assert list(files.listing("tables/shots")) == ["a.parquet"]
    assert files.folders("tables") == ["shots"]


def test_remote_does_the_same() -> None:
    files = Files("memory://test-files")
    files.write("tables/shots/a.parquet", b"one")
    files.write("tables/shots/a.parquet", b"two")
    assert files.read_bytes("tables/shots/a.parquet") == b"two"
    assert list(files.listing("tables/shots")) == ["a.parquet"]
    assert files.folders("tables") == ["shots"]
    with files.new_folder("streams/x") as folder:
        (folder / "array").write_bytes(b"123")
    assert files.local("streams/x/array").read_bytes() == b"123"
    files.remove("tables/shots/a.parquet")
    assert not files.exists("tables/shots/a.parquet")


def test_full_disk_leaves_what_stood_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files = Files(tmp_path)
    files.write("a", b"old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(files_module.os, "fsync", full)
    with pytest.raises(StoreError, match="free some space"):
        files.write("a", b"new")
    monkeypatch.undo()
    assert files.read_bytes("a") == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


@pytest.mark.parametrize("where", ["disk", "memory"])
def test_a_file_that_fails_half_way_never_appears(tmp_path: Path, where: str) -> None:
    files = Files(tmp_path if where == "disk" else "memory://test-half")
    files.write("tables/a", b"old")
    with pytest.raises(RuntimeError), files.new_file("tables/a") as file:
        file.write(b"ne")
        raise RuntimeError
    assert files.read_bytes("tables/a") == b"old"
    assert list(files.listing("tables")) == ["a"]
    assert not list(tmp_path.rglob("*.part"))


def test_a_folder_that_fails_half_way_never_appears(tmp_path: Path) -> None:
    files = Files(tmp_path)
    with pytest.raises(RuntimeError), files.new_folder("streams/x") as folder:
        (folder / "array").write_bytes(b"123")
        raise RuntimeError
    assert not files.exists("streams/x")
    assert files.folders("streams") == []


def test_a_folder_is_replaced_whole(tmp_path: Path) -> None:
    files = Files(tmp_path)
    for content in (b"1", b"22"):
        with files.new_folder("streams/x") as folder:
            (folder / "array").write_bytes(content)
    assert files.read_bytes("streams/x/array") == b"22"
    assert [path.name for path in (tmp_path / "streams").iterdir()] == ["x"]


def test_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="must be read, got No such file"):
        Files(tmp_path).read_bytes("nothing")


def test_leftovers_are_taken_away_when_old(tmp_path: Path) -> None:
    files = Files(tmp_path)
    (tmp_path / "tables").mkdir()
    left = tmp_path / "tables" / ".a.parquet.1-ab.part"
    left.write_bytes(b"half")
    assert files.listing("tables") == {}
    assert files.remove_unfinished(".", 3600) == 0
    os.utime(left, (0, 0))
    assert files.remove_unfinished(".", 3600) == 1
    assert not left.exists()


def test_unknown_address_is_said() -> None:
    with pytest.raises(StoreError, match="fsspec"):
        Files("nosuchprotocol://x").read_bytes("a")
