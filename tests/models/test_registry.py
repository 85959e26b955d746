"""The registry: what it lists is what lies there."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from kinoeye.errors import ModelError, UseError
from kinoeye.models import cache, registry
from kinoeye.models.list import MODELS, Model, Wheel
from kinoeye.models.registry import WEIGHTS, identity, models, path, sums


def test_every_row_says_the_same_things() -> None:
    rows = models()
    assert [row["name"] for row in rows] == [entry.name for entry in MODELS]
    for row in rows:
        assert row["licence"]
        assert row["task"]
        assert row["source"] in {"own", "wheel", "hub", "file"}
        assert row["state"] in {"ready", "missing", "damaged"}
        assert (row["path"] is not None) == (row["state"] == "ready")
    json.dumps(rows)


def test_shipped_weights_are_those_of_their_list() -> None:
    listed = sums()
    shipped = {file.name for file in WEIGHTS.iterdir() if file.is_file()} - {"SHA256SUMS", "README.md"}
    assert shipped == set(listed)
    for name, digest in listed.items():
        assert cache.hash_of(WEIGHTS / name) == digest


def test_weights_of_an_installed_package_are_ready() -> None:
    rows = {row["name"]: row for row in models()}
    for name in ("rapidocr-det", "rapidocr-rec", "rapidocr-cls"):
        assert rows[name]["state"] == "ready"
        assert Path(rows[name]["path"]).is_file()
        assert identity(name) == rows[name]["sha256"]


def test_an_unknown_name_gets_the_names_there_are() -> None:
    with pytest.raises(UseError, match=r"must be one of shots.*got 'shotz'"):
        identity("shotz")


def test_a_missing_model_says_how_to_fetch_it() -> None:
    with pytest.raises(ModelError, match=r"got no file.*kinoeye models pull transnetv2"):
        path("transnetv2")


def test_a_changed_file_is_damaged(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    monkeypatch.setattr(registry, "sums", lambda: {"net.onnx": "0" * 64})
    monkeypatch.setattr(registry, "MODELS", (Model("net", "see", "Apache-2.0", "own", "net.onnx"),))
    assert models()[0]["state"] == "missing"
    (tmp_path / "net.onnx").write_bytes(b"not that")
    assert models()[0]["state"] == "damaged"
    with pytest.raises(ModelError, match=r"another SHA-256.*Install Kinoeye again"):
        identity("net")


def test_a_pulled_file_serves_before_the_installed_one(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    content = b"newer"
    target = weights / "net" / "net.onnx"
    with cache.written(target) as file:
        file.write(content)
    digest = cache.hash_of(target)
    wheel = Wheel("rapidocr==3.10.0", "", "rapidocr/config.yaml", digest, carried=True)
    monkeypatch.setattr(registry, "MODELS", (Model("net", "see", "MIT", "wheel", "net.onnx", 5, digest, (), wheel),))
    assert path("net") == target
    target.unlink()
    assert models()[0]["state"] == "damaged"  # the installed file is another one


def test_listing_loads_no_runtime() -> None:
    script = "import sys, kinoeye.models.registry as r; r.models(); print(sorted(sys.modules))"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    for heavy in ("onnxruntime", "rapidocr", "numpy", "cv2", "torch"):
        assert f"'{heavy}'" not in loaded
