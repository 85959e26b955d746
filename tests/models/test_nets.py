"""Nets are loaded once, checked, and asked what they can answer."""

from pathlib import Path

import numpy as np
import pytest

from kinoeye.errors import ModelError, UseError
from kinoeye.models import cache, nets, registry


def add_one() -> bytes:
    """An ONNX net, written byte by byte: y = x + x for float x [n, 2] (onnx.proto3, ModelProto)."""

    def field(number: int, content: bytes) -> bytes:
        return bytes([number << 3 | 2, len(content)]) + content

    def value(name: bytes) -> bytes:
        shape = field(1, field(2, b"n")) + field(1, bytes([1 << 3, 2]))
        return field(1, name) + field(2, field(1, bytes([1 << 3, 1]) + field(2, shape)))

    node = field(1, b"x") + field(1, b"x") + field(2, b"y") + field(4, b"Add")
    graph = field(1, node) + field(2, b"sum") + field(11, value(b"x")) + field(12, value(b"y"))
    return bytes([1 << 3, 8]) + field(7, graph) + field(8, bytes([2 << 3, 17]))


def own(weights: Path, content: bytes) -> None:
    """Put a net of the user's own into the cache."""
    folder = weights / registry.OWN_FILES
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mine.onnx").write_bytes(content)


def test_a_net_answers(weights: Path) -> None:
    own(weights, add_one())
    answer = nets.net("mine").run({"x": np.array([[1, 2], [3, 4]], np.float32)})
    assert answer[0].tolist() == [[2, 4], [6, 8]]


def test_a_net_is_loaded_once(weights: Path) -> None:
    own(weights, add_one())
    assert nets.net("mine") is nets.net("mine")
    assert nets.net("mine", threads=2) is not nets.net("mine")


@pytest.mark.parametrize(
    ("inputs", "what"),
    [
        ({}, r"inputs must be \['x'\], got \[\]"),
        ({"y": np.zeros((1, 2), np.float32)}, r"inputs must be \['x'\], got \['y'\]"),
        ({"x": np.zeros((1, 2))}, r"x must be float32 \['n', 2\], got float64 \[1, 2\]"),
        ({"x": np.zeros((1, 3), np.float32)}, r"got float32 \[1, 3\]"),
        ({"x": np.zeros(2, np.float32)}, r"got float32 \[2\]"),
    ],
)
def test_wrong_inputs_are_refused(weights: Path, inputs: dict[str, np.ndarray], what: str) -> None:
    own(weights, add_one())
    with pytest.raises(ModelError, match=what):
        nets.net("mine").run(inputs)


@pytest.mark.parametrize("content", [b"", b"no net", add_one()[:-8], add_one().replace(b"Add", b"Adx")])
def test_what_is_no_net_is_refused(weights: Path, content: bytes) -> None:
    own(weights, content)
    with pytest.raises(ModelError, match="must be an ONNX net, got"):
        nets.net("mine")


def test_an_unknown_name_is_refused() -> None:
    with pytest.raises(UseError, match="must be one of"):
        nets.net("nothing")


@pytest.mark.parametrize("name", ["shots-look", "shots"])
def test_own_weights_are_what_the_registry_says(name: str) -> None:
    assert nets.net(name).inputs
    assert registry.identity(name) == registry.sums()[registry.model(name).file]
    assert registry.path(name).stat().st_size < 2_000_000


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = registry.path("shots").read_bytes()
    (tmp_path / "shots.onnx").write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    with pytest.raises(ModelError, match="another SHA-256"):
        nets.net("shots")


def test_missing_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    monkeypatch.setattr(cache, "_known", {})
    with pytest.raises(ModelError, match="got no file"):
        nets.net("shots")
