"""A Whisper of the user's own is taken up whole or refused; one of the list is fetched file by file."""

import io
import json
import pickle
import shutil
import sys
import urllib.error
import urllib.request
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kinoeye.errors import InputError, MissingError, ModelError, UseError
from kinoeye.models import cache, pull, registry
from kinoeye.models.list import MODELS, Part


@pytest.fixture
def folder(random_whisper: Path, tmp_path: Path) -> Path:
    """A copy to spoil."""
    return Path(shutil.copytree(random_whisper, tmp_path / "mine"))


def row(name: str) -> dict[str, Any]:
    return next(each for each in registry.models() if each["name"] == name)


@pytest.mark.parametrize("name", ["whisper", "whisper-small"])
def test_a_folder_is_copied_listed_and_known_by_all_its_files(folder: Path, weights: Path, name: str) -> None:
    (folder / "README.md").write_text("not read")
    copy = pull.add(folder, name=name)
    assert copy.is_relative_to(weights)
    assert {file.name for file in copy.iterdir()} == {
        "config.json", "model.bin", "SHA256SUMS", "tokenizer.json", "vocabulary.json",
    }  # fmt: skip
    assert (row(name)["state"], row(name)["source"], row(name)["licence"]) == ("ready", "file", "your own")
    read = sum(file.stat().st_size for file in folder.iterdir() if file.name != "README.md")
    assert row(name)["size"] == read
    assert registry.path(name) == copy / "model.bin"
    first = registry.identity(name)
    assert first == row(name)["sha256"]
    config = json.loads((folder / "config.json").read_text())
    (folder / "config.json").write_text(json.dumps(config | {"more": 1}))
    pull.add(folder, name=name)
    assert registry.identity(name) != first


def test_a_file_of_the_one_before_does_not_stay(folder: Path) -> None:
    (folder / "preprocessor_config.json").write_text("{}")
    pull.add(folder, name="whisper")
    (folder / "preprocessor_config.json").unlink()
    copy = pull.add(folder, name="whisper")
    assert not (copy / "preprocessor_config.json").exists()
    assert row("whisper")["state"] == "ready"


@pytest.mark.parametrize("change", ["cut", "gone", "more"])
def test_what_was_changed_since_is_damaged(folder: Path, change: str) -> None:
    copy = pull.add(folder, name="whisper")
    if change == "cut":
        (copy / "model.bin").write_bytes((copy / "model.bin").read_bytes()[:-1])
    elif change == "gone":
        (copy / "tokenizer.json").unlink()
    else:
        (copy / "preprocessor_config.json").write_text("{}")
    assert row("whisper")["state"] == "damaged"
    with pytest.raises(ModelError, match=r"whisper must be there, got other files in .*kinoeye models add") as error:
        registry.identity("whisper")
    assert not isinstance(error.value, MissingError)


@pytest.mark.parametrize(
    ("file", "content", "what"),
    [
        ("tokenizer.json", None, "got no tokenizer.json"),
        ("config.json", None, "got no config.json"),
        ("vocabulary.json", None, "neither vocabulary.json nor vocabulary.txt"),
        ("model.bin", None, "no model.bin among config.json"),
        ("model.bin", pickle.dumps([1] * 99), "other weights: pickles"),
        ("model.bin", b"PK\x03\x04 a PyTorch file", "other weights"),
        ("model.bin", b"", "other weights"),
        ("tokenizer.json", b"{", "damaged text"),
        ("tokenizer.json", b"[" * 200_000, "damaged text"),
        ("tokenizer.json", b"[]", "none with model"),
        ("config.json", b"{}", "none with alignment_heads"),
        ("vocabulary.json", b"[]", r"none with <\|startof"),
        ("config.json", b"\xff\xfe", "damaged text"),
        ("config.json", b" " * (1 << 21), "more than 1 MiB"),
    ],
)
def test_what_is_no_whisper_is_refused(
    folder: Path, weights: Path, file: str, content: bytes | None, what: str
) -> None:
    (folder / file).unlink()
    if content is not None:
        (folder / file).write_bytes(content)
    with pytest.raises(InputError, match=what):
        pull.add(folder, name="whisper")
    assert not list(weights.rglob("model.bin"))


def test_a_folder_has_one_of_the_names_of_a_whisper(folder: Path) -> None:
    with pytest.raises(UseError, match=r"called one of whisper, whisper-small.*got 'mine'"):
        pull.add(folder)
    with pytest.raises(UseError, match="called one of"):
        pull.add(folder, name="shots")


def test_the_copy_is_not_copied_onto_itself(folder: Path) -> None:
    copy = pull.add(folder, name="whisper")
    with pytest.raises(UseError, match="must lie elsewhere"):
        pull.add(copy, name="whisper")
    assert row("whisper")["state"] == "ready"


def test_without_the_extra_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pull.add(folder, name="whisper")
    monkeypatch.setitem(sys.modules, "faster_whisper", None)
    assert row("whisper")["state"] == "ready"
    with pytest.raises(ModelError, match=r"must have faster_whisper.*pip install 'kinoeye\[whisper\]'"):
        registry.identity("whisper")


@pytest.fixture
def hub(random_whisper: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The list with `whisper-tiny` of the random files, and the addresses that were asked for."""
    (entry,) = [each for each in MODELS if each.name == "whisper-tiny"]
    files = [random_whisper / name for name in ("config.json", "tokenizer.json", "vocabulary.json", "model.bin")]
    parts = tuple(Part(file.name, file.stat().st_size, cache.hash_of(file)) for file in files)
    monkeypatch.setattr(registry, "MODELS", (replace(entry, parts=parts, url="https://weights.invalid/tiny"),))
    asked: list[str] = []

    def answer(url: str, timeout: float) -> io.BytesIO:
        asked.append(url)
        return io.BytesIO((random_whisper / url.rpartition("/")[2]).read_bytes())

    monkeypatch.setattr(urllib.request, "urlopen", answer)
    return asked


def test_every_file_is_fetched_and_checked_the_weights_last(hub: list[str]) -> None:
    with pytest.raises(MissingError, match="kinoeye models pull whisper-tiny"):
        registry.identity("whisper-tiny")
    file = pull.pull("whisper-tiny")
    assert file == registry.path("whisper-tiny")
    assert [url.rpartition("/")[2] for url in hub] == ["config.json", "tokenizer.json", "vocabulary.json", "model.bin"]
    assert row("whisper-tiny")["state"] == "ready"
    assert pull.pull("whisper-tiny") == file
    assert len(hub) == 4


def test_it_is_fetched_only_by_its_name(hub: list[str]) -> None:
    assert pull.pull_missing() == []
    assert hub == []


def test_another_file_behind_the_address_is_refused(hub: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (entry,) = registry.MODELS
    wrong = tuple(replace(part, sha256="1" * 64) if part.name == "model.bin" else part for part in entry.parts)
    monkeypatch.setattr(registry, "MODELS", (replace(entry, parts=wrong),))
    with pytest.raises(ModelError, match=r"model.bin of whisper-tiny must have the SHA-256 1111"):
        pull.pull("whisper-tiny")
    assert row("whisper-tiny")["state"] == "missing"


def test_without_a_connection_it_says_how_to_place_it(hub: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def silent(url: str, timeout: float) -> io.BytesIO:
        raise urllib.error.URLError("no route")

    monkeypatch.setattr(urllib.request, "urlopen", silent)
    with pytest.raises(ModelError, match=r"no route.*kinoeye models add FOLDER --name whisper-tiny"):
        pull.pull("whisper-tiny")


def test_ones_own_is_not_fetched() -> None:
    with pytest.raises(UseError, match=r"your own and cannot be fetched.*kinoeye models add FOLDER --name whisper"):
        pull.pull("whisper")


def test_the_users_own_serves_before_that_of_the_list(folder: Path, hub: list[str]) -> None:
    pulled = pull.pull("whisper-tiny")
    own = pull.add(folder, name="whisper-tiny")
    assert registry.path("whisper-tiny") == own / "model.bin" != pulled
