"""Strangers' models: what is harmless answers, what is hostile is refused by name, and no canary sings."""

import base64
import importlib.util
import json
import marshal
import runpy
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import h5py
import numpy as np
import pytest
from onnx import TensorProto, helper

from kinoeye.errors import InputError, ModelError, UseError
from kinoeye.models import foreign, foreign_keras
from kinoeye.models.foreign import ForeignModel
from kinoeye.models.foreign_process import Limits

files = SimpleNamespace(**runpy.run_path(str(Path(__file__).with_name("foreign_files.py"))))

SHORT = Limits(seconds=20)


@pytest.fixture
def canary(tmp_path: Path) -> Path:
    """A file that stands only if code of a model ran."""
    return tmp_path / "the canary sang"


def code(canary: Path) -> str:
    """Return Python code as Keras 2 and 3 keep it: marshalled, in base64."""
    source = compile(f"(lambda x: open({str(canary)!r}, 'w').close() or x)", "layer", "eval")
    inner = next(each for each in source.co_consts if hasattr(each, "co_code"))
    return base64.b64encode(marshal.dumps(inner)).decode()


def refused(file: Path, match: str, canary: Path | None = None) -> None:
    with pytest.raises(InputError, match=match) as caught, ForeignModel(file, SHORT):
        pass
    assert caught.value.remedy
    assert str(file) in caught.value.message
    assert "kinoeye-model-" not in caught.value.message
    assert canary is None or not canary.exists()


@pytest.mark.parametrize(
    ("name", "make", "kind", "way"),
    [
        ("net.onnx", files.net, "onnx", "onnxruntime"),
        ("net.keras", files.archive, "keras", "Kinoeye's reader of Keras, onnxruntime"),
        ("net.h5", files.legacy, "h5", "Kinoeye's reader of Keras, onnxruntime"),
        ("net.hdf5", files.legacy, "h5", "Kinoeye's reader of Keras, onnxruntime"),
    ],
)
def test_a_harmless_model_answers(tmp_path: Path, name: str, make: Callable[[Path], Path], kind: str, way: str) -> None:
    with ForeignModel(make(tmp_path / name), SHORT) as model:
        assert (model.about.kind, model.about.way) == (kind, way)
        assert [(each["name"], each["shape"]) for each in model.about.inputs] == [("given", [None, 3])]
        assert model.about.size == (tmp_path / name).stat().st_size
        (first,) = model.predict({"given": files.given()}).values()
        (second,) = model.predict({"given": files.given(5).astype(np.float64)}).values()
    assert np.allclose(first, files.answer())
    assert np.allclose(second, files.answer(5))


def test_a_lite_net_answers(tmp_path: Path) -> None:
    with ForeignModel(files.lite(tmp_path / "net.tflite"), SHORT) as model:
        assert (model.about.way, model.about.layers) == ("LiteRT", {"RELU": 1})
        answers = model.predict({"given": files.given() - 2})
    assert np.array_equal(answers["scores"], np.maximum(files.given() - 2, 0))


def test_what_it_is_made_of_is_told(tmp_path: Path) -> None:
    with ForeignModel(files.net(tmp_path / "net.onnx"), SHORT) as model:
        about = model.about
    assert (about.opset, about.layers) == (17, {"MatMul": 1, "Add": 1, "Relu": 1})
    assert {"memory", "CPU time"} <= set(about.walls_on)
    assert all(": " in wall for wall in about.walls_off)


def test_the_content_tells_what_a_file_is_and_not_its_name(tmp_path: Path) -> None:
    with ForeignModel(files.net(tmp_path / "net.keras"), SHORT) as model:
        assert model.about.kind == "onnx"


def test_wrong_inputs_are_refused(tmp_path: Path) -> None:
    with ForeignModel(files.net(tmp_path / "net.onnx"), SHORT) as model:
        for inputs, match in (
            ({"other": files.given()}, r"inputs of .* must be \['given'\], got \['other'\]"),
            ({"given": np.zeros((2, 4))}, r"given of .* must have the shape \['any', 3\], got \[2, 4\]"),
            ({"given": np.array([["a", "b", "c"]])}, "must be numbers"),
            ({"given": np.array([[object(), 1, 2]])}, "must be numbers"),
        ):
            with pytest.raises(InputError, match=match):
                model.predict(inputs)
    with pytest.raises(UseError, match="must be open"):
        model.predict({"given": files.given()})


def lambda_layer(canary: Path) -> Any:
    function = {"class_name": "__lambda__", "config": {"code": code(canary), "defaults": None, "closure": None}}
    return files.layer("Lambda", "harmless", function=function)


def called(module: str, name: str, **arguments: Any) -> Any:
    function = {"module": module, "class_name": "function", "config": name, "registered_name": "function"}
    return files.layer("Activation", "harmless", activation=function, **arguments)


HOSTILE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "CVE-2024-3660 Lambda": (lambda_layer, "the layer Lambda, which is somebody's Python code, at .*harmless"),
    "CVE-2025-1550 modules and functions": (
        lambda canary: called("os", "system"), "a function that Keras would import"),
    "CVE-2025-1550 a class of any module": (
        lambda canary: files.layer("Popen", "harmless", module="subprocess", args=["touch", str(canary)]),
        "'Popen' of module 'subprocess'"),
    "CVE-2025-8747 fetched by Keras' own function": (
        lambda canary: called("keras.utils", "get_file", arguments={"origin": "http:x", "fname": str(canary)}),
        "a function that Keras would import"),
    "CVE-2025-9906 safe mode turned off by Keras' own function": (
        lambda canary: called("keras.config", "enable_unsafe_deserialization"), "a function that Keras would import"),
    "CVE-2025-9906 a model loaded by a model": (
        lambda canary: {**files.dense(), "inbound_nodes": [{"args": [], "kwargs": {"inputs": str(canary)}}]},
        "calls without paths or addresses"),
    "CVE-2025-12058 a vocabulary of any file": (
        lambda canary: files.layer("StringLookup", "harmless", vocabulary="/etc/passwd"), "the layer StringLookup"),
    "CVE-2025-49655 a pickled PyTorch module": (
        lambda canary: files.layer("TorchModuleWrapper", "harmless", data={"class_name": "__bytes__", "config": "gA"}),
        "TorchModuleWrapper, which unpickles"),
    "CVE-2026-1462 a TensorFlow program": (
        lambda canary: files.layer("TFSMLayer", "harmless", filepath="/tmp/saved"), "the layer TFSMLayer"),
    "CVE-2026-12481 Lambda within a layer": (
        lambda canary: files.layer("TimeDistributed", "outer", layer=lambda_layer(canary)), "the layer Lambda"),
    "CVE-2026-12484 JaxLayer": (lambda canary: files.layer("JaxLayer", "harmless", call_fn="x"), "the layer JaxLayer"),
    "a registered object": (
        lambda canary: files.layer("Dense", "harmless", registered="mine>Dense"), "registered_name 'mine>Dense'"),
    "a custom layer": (lambda canary: files.layer("Swoosh", "harmless"), "the custom object 'Swoosh'"),
    "a custom activation": (
        lambda canary: files.layer("Activation", "harmless", activation="boom"), "the custom activation 'boom'"),
    "bytes of code": (lambda canary: files.layer("Dense", "harmless", note="A" * 5000), "5000 letters of text"),
}  # fmt: skip


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_description_is_refused(tmp_path: Path, canary: Path, case: str) -> None:
    layer, match = HOSTILE[case]
    refused(files.archive(tmp_path / "net.keras", files.description(layer(canary))), match, canary)


@pytest.mark.parametrize("case", [next(iter(HOSTILE)), "a registered object"])
def test_a_hostile_description_is_refused_in_the_child_too(tmp_path: Path, canary: Path, case: str) -> None:
    layer, match = HOSTILE[case]  # CVE-2025-9905: of an .h5, Keras itself looked at nothing
    refused(files.legacy(tmp_path / "net.bin", files.description(layer(canary))), match, canary)


def test_even_unlooked_at_code_does_not_run(tmp_path: Path, canary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(foreign_keras, "check", lambda file, config: config)
    file = files.archive(tmp_path / "net.keras", files.description(lambda_layer(canary)))
    with pytest.raises(ModelError), ForeignModel(file, SHORT):
        pass
    assert not canary.exists()


def test_what_only_training_needs_is_left_out(tmp_path: Path) -> None:
    config = files.description(compile_config={"loss": {"class_name": "Mine", "module": "mine", "config": {}}})
    with ForeignModel(files.archive(tmp_path / "net.keras", config), SHORT) as model:
        (answers,) = model.predict({"given": files.given()}).values()
    assert np.allclose(answers, files.answer())


@pytest.mark.parametrize(
    ("members", "match"),
    [
        ({"../../evil.py": b"x"}, r"members stay in it, got the path '\.\./\.\./evil\.py'"),
        ({"/etc/cron.d/x": b"x"}, "members stay in it"),
        ({"..\\evil.py": b"x"}, "members stay in it"),
        ({"assets/vocabulary.txt": b"x"}, "got the member 'assets/vocabulary.txt'"),
        ({"model.weights.npz": b"x"}, "got the member 'model.weights.npz'"),
        ({f"{number}.txt": b"" for number in range(80)}, "at most 64 members, got 83"),
    ],
)
def test_a_hostile_archive_is_refused(tmp_path: Path, members: dict[str, bytes], match: str) -> None:
    refused(files.archive(tmp_path / "net.keras", members=members), match)


def test_links_doubles_and_bombs_are_refused(tmp_path: Path) -> None:
    link = zipfile.ZipInfo("model.weights.h5")
    link.external_attr = 0o120777 << 16
    for name, entries, match in (
        ("link", [(link, "/etc/passwd")], "without links"),
        ("double", [("config.json", "{}"), ("config.json", "{}")], "'config.json' twice"),
        ("lacking", [("config.json", "{}")], "with model.weights.h5, got config.json"),
        ("words", [("config.json", "{"), ("model.weights.h5", "")], "whose config.json is JSON"),
    ):
        file = tmp_path / f"{name}.keras"
        with zipfile.ZipFile(file, "w") as made, pytest.warns(UserWarning) if name == "double" else _calm():
            for entry, content in entries:
                made.writestr(entry, content)
        refused(file, match)
    bomb = tmp_path / "bomb.keras"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as made:
        made.writestr("config.json", json.dumps(files.description()))
        made.writestr("model.weights.h5", b"\0" * (64 << 20))
    with pytest.raises(InputError, match="zip bomb"), ForeignModel(bomb, Limits(file=32 << 20)):
        pass


class _calm:  # noqa: N801
    def __enter__(self) -> None: ...

    def __exit__(self, *_: object) -> None: ...


def external_link(file: Any) -> None:
    file["layers/dense/vars/2"] = h5py.ExternalLink("/etc/secret.h5", "/x")


def external_numbers(file: Any) -> None:
    file.create_dataset("layers/dense/vars/2", (4,), "u1", external=[("/etc/passwd", 0, 4)])


def virtual(file: Any) -> None:
    layout = h5py.VirtualLayout((4,), "f4")
    layout[:] = h5py.VirtualSource("/etc/secret.h5", "x", (4,))
    file.create_virtual_dataset("layers/dense/vars/2", layout)


def soft_link(file: Any) -> None:
    file["layers/dense/vars/2"] = h5py.SoftLink("/layers")


def loop(file: Any) -> None:
    file["layers/dense/again"] = file["layers"]


def shape_bomb(file: Any) -> None:
    file.create_dataset("layers/dense/vars/2", (1 << 30,), "f4", chunks=(1 << 20,), compression="gzip")


def pickled(file: Any) -> None:
    file["layers/dense/vars/2"] = np.void(b"\x80\x04pickle")


@pytest.mark.parametrize(
    ("change", "match"),
    [
        (external_link, "an external link to '/etc/secret.h5' at /layers/dense/vars/2"),
        (external_numbers, "numbers in another file, '/etc/passwd'"),
        (virtual, "a virtual dataset, which is read from other files"),
        (soft_link, "a link that is none of its own"),
        (loop, "a group within itself"),
        (shape_bomb, "a bomb"),  # CVE-2026-0897
        (pickled, "where numbers belong"),
    ],
)
def test_hostile_weights_are_refused(tmp_path: Path, change: Any, match: str) -> None:
    refused(files.archive(tmp_path / "net.keras", change=change), match)


def test_hostile_weights_of_an_older_file_are_refused(tmp_path: Path) -> None:
    def changed(file: Any) -> None:
        file["model_weights/dense/more"] = h5py.ExternalLink("/etc/secret.h5", "/x")

    refused(files.legacy(tmp_path / "net.h5", change=changed), "an external link to '/etc/secret.h5' at /model_weights")


def test_a_hostile_net_is_refused(tmp_path: Path) -> None:
    custom = [helper.make_node("Boom", ["given"], ["scores"], domain="my.own")]
    python = [helper.make_node("PythonOp", ["given"], ["scores"], domain="com.microsoft")]
    branch = helper.make_graph([helper.make_node("Identity", ["far"], ["inner"])], "branch", [],
                               [helper.make_tensor_value_info("inner", TensorProto.FLOAT, None)],
                               [files.outside("far", "../../../etc/passwd")])  # fmt: skip
    deep = [helper.make_node("Constant", [], ["yes"], value_ints=[1]),
            helper.make_node("If", ["yes"], ["scores"], then_branch=branch, else_branch=branch)]  # fmt: skip
    constant = [helper.make_node("Constant", [], ["scores"], value=files.outside("far", "/etc/passwd"))]
    kernel = [files.outside("kernel", "../kernel.bin")]
    huge = [TensorProto(name="kernel", data_type=1, dims=[1 << 20, 1 << 20])]
    for case, match in (
        ({"nodes": custom, "opsets": {"": 17, "my.own": 1}}, r"the custom my\.own\.Boom"),
        ({"nodes": python, "opsets": {"": 17, "com.microsoft": 1}}, r"the custom com\.microsoft\.PythonOp"),
        ({"initializers": kernel}, r"tensors in other files: \.\./kernel\.bin"),
        ({"nodes": deep}, r"tensors in other files: \.\./\.\./\.\./etc/passwd"),
        ({"nodes": constant}, "tensors in other files: /etc/passwd"),
        ({"initializers": huge}, "a tensor of 1099511627776 numbers"),
    ):
        refused(files.net(tmp_path / "net.onnx", **case), match)


def test_a_net_of_its_own_functions_answers(tmp_path: Path) -> None:
    body = helper.make_function("mine", "Twice", ["x"], ["y"], [helper.make_node("Add", ["x", "x"], ["y"])],
                                [helper.make_opsetid("", 17)])  # fmt: skip
    nodes = [helper.make_node("Twice", ["given"], ["scores"], domain="mine")]
    file = files.net(tmp_path / "net.onnx", nodes, [], {"": 17, "mine": 1}, [body])
    with ForeignModel(file, SHORT) as model:
        assert np.array_equal(model.predict({"given": files.given()})["scores"], files.given() * 2)


def test_a_hostile_lite_net_is_refused(tmp_path: Path) -> None:
    refused(files.lite(tmp_path / "a.tflite", "Boom"), "the custom operator Boom")
    refused(files.lite(tmp_path / "b.tflite", "FlexWriteFile"), r"TensorFlow's own operator \(Flex\) FlexWriteFile")
    whole = files.lite(tmp_path / "c.tflite").read_bytes()
    far = struct.pack("<I", 1 << 30)
    for number in range(8, len(whole) - 4, 4):
        (tmp_path / "d.tflite").write_bytes(whole[:number] + far + whole[number + 4 :])
        try:  # every offset in turn: refused, or harmless
            foreign.lite_file.look(tmp_path / "d.tflite")
        except InputError as error:
            assert "whole TFLite net" in error.message or "own operators" in error.message


@pytest.mark.parametrize(
    "content", [b"", b"\x80\x04pickle", b"not a model at all", b"PK\x03\x04", b"\x89HDF\r\n\x1a\n", b"xxxxTFL3"]
)
def test_what_is_no_model_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "net.bin"
    file.write_bytes(content)
    with pytest.raises((InputError, ModelError), match=r"net\.bin must "), ForeignModel(file, SHORT):
        pass


def test_what_is_no_file_or_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="must be a file, got nothing"), ForeignModel(tmp_path / "no.onnx"):
        pass
    with pytest.raises(InputError, match="must be a file, got a folder"), ForeignModel(tmp_path):
        pass
    (tmp_path / "big.onnx").write_bytes(b"\0" * (2 << 20))
    with (
        pytest.raises(InputError, match="must have at most 1 MB"),
        ForeignModel(tmp_path / "big.onnx", Limits(file=1 << 20)),
    ):
        pass


def endless() -> list[Any]:
    """A loop of 2^60 rounds."""
    true = helper.make_node("Constant", [], ["go"], value=helper.make_tensor("t", TensorProto.BOOL, [], [True]))
    often = helper.make_node("Constant", [], ["often"], value=helper.make_tensor("o", TensorProto.INT64, [], [1 << 60]))
    infos = [
        helper.make_tensor_value_info(name, kind, shape)
        for name, kind, shape in (
            ("round", TensorProto.INT64, []),
            ("on", TensorProto.BOOL, []),
            ("x", TensorProto.FLOAT, ["n", 3]),
        )
    ]
    outs = [
        helper.make_tensor_value_info("on_out", TensorProto.BOOL, []),
        helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", 3]),
    ]
    body = helper.make_graph([helper.make_node("Identity", ["on"], ["on_out"]), helper.make_node("Abs", ["x"], ["y"])],
                             "body", infos, outs)  # fmt: skip
    return [true, often, helper.make_node("Loop", ["often", "go", "given"], ["scores"], body=body)]


def hungry() -> list[Any]:
    shape = helper.make_tensor("s", TensorProto.INT64, [2], [1 << 18, 1 << 18])
    return [helper.make_node("Constant", [], ["shape"], value=shape),
            helper.make_node("ConstantOfShape", ["shape"], ["huge"]),
            helper.make_node("ReduceSum", ["huge"], ["scores"])]  # fmt: skip


def test_an_endless_model_is_ended(tmp_path: Path) -> None:
    file = files.net(tmp_path / "net.onnx", endless(), [])
    with (
        ForeignModel(file, Limits(seconds=3)) as model,
        pytest.raises(ModelError, match=r"must answer within 3 s, got no answer") as caught,
    ):
        model.predict({"given": files.given()})
    assert "--seconds" in caught.value.remedy


def test_a_model_that_takes_too_much_cpu_is_ended(tmp_path: Path) -> None:
    file = files.net(tmp_path / "net.onnx", endless(), [])
    with (
        ForeignModel(file, Limits(seconds=120, cpu_seconds=3)) as model,
        pytest.raises(ModelError, match="must stay in its limits, got its end after 3 CPU seconds"),
    ):
        model.predict({"given": files.given()})


def test_a_model_that_takes_too_much_memory_is_refused(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelError),
        ForeignModel(files.net(tmp_path / "net.onnx", hungry(), []), Limits(seconds=30)) as model,
    ):
        model.predict({"given": files.given()})


def test_too_large_an_answer_is_refused(tmp_path: Path) -> None:
    shape = helper.make_tensor("s", TensorProto.INT64, [1], [1 << 20])
    nodes = [helper.make_node("Constant", [], ["shape"], value=shape),
             helper.make_node("ConstantOfShape", ["shape"], ["scores"])]  # fmt: skip
    with (
        ForeignModel(files.net(tmp_path / "net.onnx", nodes, []), Limits(seconds=20, arrays=1 << 20)) as model,
        pytest.raises(ModelError, match="plain arrays of at most 1 MB"),
    ):
        model.predict({"given": files.given()})


def test_nothing_is_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(folder))
    with ForeignModel(files.net(tmp_path / "net.onnx"), SHORT) as model:
        assert list(folder.iterdir())
        process = model._child._process  # type: ignore[union-attr]
    assert not list(folder.iterdir())
    assert process.returncode is not None
    refused(files.archive(tmp_path / "net.keras", {"class_name": "Swoosh", "config": {}}), "Sequential or Functional")
    assert not list(folder.iterdir())


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("make", [files.archive, files.legacy], ids=["keras", "h5"])
def test_both_ways_agree(tmp_path: Path, make: Any) -> None:
    if importlib.util.find_spec("keras") is None:
        pytest.skip("the extra networks is not installed")
    file = make(tmp_path / ("net.keras" if make is files.archive else "net.h5"))
    answers = []
    for way in ("reader", "keras"):
        with ForeignModel(file, Limits(seconds=120), way=way) as model:
            assert model.about.way.startswith("Kinoeye" if way == "reader" else "Keras 3.")
            answers.append(next(iter(model.predict({model.about.inputs[0]["name"]: files.given()}).values())))
    assert np.allclose(answers[0], answers[1], atol=1e-6)
    assert np.allclose(answers[0], files.answer())


def test_a_layer_that_the_reader_does_not_know_goes_to_keras(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = files.archive(tmp_path / "net.keras", files.description(files.layer("UnitNormalization", "unit", axis=-1)))
    with (
        pytest.raises(ModelError, match="without Keras, got UnitNormalization"),
        ForeignModel(file, SHORT, way="reader"),
    ):
        pass
    monkeypatch.setattr(foreign.importlib.util, "find_spec", lambda name: None)
    with (
        pytest.raises(ModelError, match="must be there to run a model by it") as caught,
        ForeignModel(file, SHORT, way="keras"),
    ):
        pass
    assert "kinoeye[networks]" in caught.value.remedy
