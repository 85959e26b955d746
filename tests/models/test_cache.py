"""The cache: where it lies, whole files or none, hashes remembered by size and time."""

import hashlib
import os
import sys
from pathlib import Path

import pytest

from kinoeye.errors import ModelError
from kinoeye.models import cache


def test_the_variable_chooses_the_folder(weights: Path) -> None:
    assert cache.folder() == weights


@pytest.mark.parametrize(
    ("platform", "variable", "expected"),
    [
        ("linux", "XDG_CACHE_HOME", "kinoeye/models"),
        ("darwin", "HOME", "Library/Caches/kinoeye/models"),
        ("win32", "LOCALAPPDATA", "kinoeye/models"),
    ],
)
def test_each_platform_has_its_own_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, platform: str, variable: str, expected: str
) -> None:
    monkeypatch.delenv(cache.FOLDER_VARIABLE)
    monkeypatch.setattr(sys, "platform", platform)
    monkeypatch.setenv(variable, str(tmp_path))
    assert cache.folder() == tmp_path / expected


def test_a_file_comes_whole_or_not_at_all(weights: Path) -> None:
    target = weights / "net.onnx"
    with pytest.raises(ZeroDivisionError), cache.written(target) as file:
        file.write(b"half")
        raise ZeroDivisionError
    assert list(weights.iterdir()) == []
    with cache.written(target) as file:
        file.write(b"whole")
    assert target.read_bytes() == b"whole"
    assert list(weights.iterdir()) == [target]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    blocked = tmp_path / "a file"
    blocked.write_bytes(b"")
    monkeypatch.setenv(cache.FOLDER_VARIABLE, str(blocked))
    with pytest.raises(ModelError, match="must be writable"), cache.written(cache.folder() / "net.onnx"):
        pass


def test_a_hash_is_made_again_only_when_the_file_changes(
    tmp_path: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    real = cache.hash_of
    monkeypatch.setattr(cache, "hash_of", lambda path: asked.append(path) or real(path))
    file = tmp_path / "net"
    file.write_bytes(b"first")
    assert cache.sha256(file) == hashlib.sha256(b"first").hexdigest() == cache.sha256(file)
    assert len(asked) == 1
    monkeypatch.setattr(cache, "_known", {})  # another process
    assert cache.sha256(file) == hashlib.sha256(b"first").hexdigest()
    assert len(asked) == 1
    file.write_bytes(b"other")
    os.utime(file, ns=(1, 1))
    assert cache.sha256(file) == hashlib.sha256(b"other").hexdigest()
    assert len(asked) == 2


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"a": 1}', b"\xff\x00"])
def test_a_damaged_memory_costs_time_only(tmp_path: Path, weights: Path, damage: bytes) -> None:
    weights.mkdir()
    (weights / "hashes.json").write_bytes(damage)
    file = tmp_path / "net"
    file.write_bytes(b"net")
    assert cache.sha256(file) == hashlib.sha256(b"net").hexdigest()


def test_a_file_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="must be readable"):
        cache.sha256(tmp_path / "nothing")
