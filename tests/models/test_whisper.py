"""A Whisper loads from its folder alone, and its words follow one another within their stretches."""

import itertools
import shutil
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from kinoeye.errors import MissingError, ModelError
from kinoeye.models import pull, whisper


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("connect", "connect_ex"):
        monkeypatch.setattr(socket.socket, name, lambda *_: pytest.fail("the network was asked"))
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: pytest.fail("the network was asked"))


@pytest.fixture
def placed(random_whisper: Path) -> str:
    pull.add(random_whisper, name="whisper")
    return "whisper"


def noise(*seconds: float) -> list[np.ndarray]:
    random = np.random.default_rng(1)
    return [(random.standard_normal(round(16_000 * each)) * 3000).astype(np.int16) for each in seconds]


def test_the_first_that_is_there_hears(random_whisper: Path) -> None:
    assert whisper.placed() == ""
    pull.add(random_whisper, name="whisper-tiny")
    assert whisper.placed() == "whisper-tiny"
    pull.add(random_whisper, name="whisper")
    assert whisper.placed() == "whisper"


def test_every_stretch_has_words_of_its_own(placed: str) -> None:
    stretches = noise(3.0, 0.4, 27.9, *([1.3] * 8))
    language, heard = whisper.heard(placed, stretches)
    assert len(language) in {2, 3}
    assert len(heard) == len(stretches)
    assert all(heard)
    for part, words in zip(stretches, heard, strict=True):
        assert words[0].start >= 0
        assert words[-1].end <= len(part) / whisper.FRAME
        assert all(word.start < word.end and 0 <= word.score <= 1 and word.text for word in words)
        assert all(one.end <= other.start for one, other in itertools.pairwise(words))


def test_twice_is_the_same(placed: str) -> None:
    stretches = noise(2.0, 3.0)
    assert whisper.heard(placed, stretches) == whisper.heard(placed, stretches)


def test_a_missing_one_is_said() -> None:
    with pytest.raises(MissingError, match="kinoeye models pull whisper-base"):
        whisper.heard("whisper-base", noise(1.0))


def test_one_that_was_cut_before_it_came_is_said(random_whisper: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(random_whisper, tmp_path / "cut"))
    content = (folder / "model.bin").read_bytes()
    (folder / "model.bin").write_bytes(content[: len(content) // 2])
    pull.add(folder, name="whisper")
    with pytest.raises(ModelError, match=r"must be a Whisper that can be loaded, got .*Place or fetch it again"):
        whisper.heard("whisper", noise(1.0))


def test_too_little_memory_is_called_that(placed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> None:
        raise RuntimeError("mkl_malloc: failed to allocate memory")

    monkeypatch.setattr(whisper, "_together", full)
    with pytest.raises(MemoryError, match="failed to allocate"):
        whisper.heard(placed, noise(1.0))


def said(*times: tuple[float, float]) -> list[Any]:
    return [SimpleNamespace(word=" a", start=start, end=end, probability=0.5) for start, end in times]


@pytest.mark.parametrize(
    ("times", "frames", "expected"),
    [
        ([(4.0, 4.2), (4.2, 4.5)], 100, [(0, 20), (20, 50)]),
        ([(3.7, 4.2), (4.1, 4.5)], 100, [(0, 20), (20, 50)]),
        ([(4.9, 5.3), (5.2, 5.2), (5.2, 5.2)], 100, [(90, 98), (98, 99), (99, 100)]),
        ([(4.0, 4.0)] * 5, 3, [(0, 1), (1, 2), (2, 3)]),
        ([], 10, []),
    ],
)
def test_times_are_mended(times: list[tuple[float, float]], frames: int, expected: list[tuple[int, int]]) -> None:
    mended = whisper._in_order(said(*times), 4, frames)
    assert [(word.start, word.end) for word in mended] == expected


def test_its_library_is_loaded_only_to_hear() -> None:
    script = "import sys, kinoeye.run.list; print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert "'kinoeye.models.whisper'" in loaded
    for heavy in ("faster_whisper", "ctranslate2", "huggingface_hub"):
        assert f"'{heavy}'" not in loaded
