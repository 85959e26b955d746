"""Turn Resemblyzer's speaker net into ONNX without its framework.

The weights lie in PyTorch's old form: pickles that name tensors, and their bytes behind. The pickles are read by an
unpickler that knows four names and refuses all others.

Source: Wan et al., "Generalized End-to-End Loss for Speaker Verification", ICASSP 2018; PyTorch, torch/serialization.py
(_legacy_save); ONNX operator LSTM (order of gates: input, output, forget, cell).
"""

import io
import pickle
import struct
from collections import OrderedDict
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError

_MAGIC = 0x1950A86A20F9469CFC6C
_KINDS: dict[str, np.dtype[Any]] = {
    "FloatStorage": np.dtype("<f4"),
    "LongStorage": np.dtype("<i8"),
    "DoubleStorage": np.dtype("<f8"),
}
_LAYERS, _HIDDEN, _BANDS = 3, 256, 40


def convert(weights: bytes) -> bytes:
    """Return ONNX: input mels, float32 [n, frames, 40]; output embed, float32 [n, 256], of length one.

    Raises
    ------
    ModelError
        If the weights are of another form.
    """
    try:
        tensors = _tensors(weights)
        shapes = {name: tensors[name].shape for name in _shapes()}
    except (pickle.UnpicklingError, struct.error, KeyError, ValueError, TypeError, EOFError, IndexError) as error:
        raise ModelError(f"models: the weights of speaker must be as PyTorch writes them, got {error}") from error
    if shapes != _shapes():
        raise ModelError(f"models: the weights of speaker must be a net of three layers, got {shapes}")
    return _graph(tensors)


def _shapes() -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {"linear.weight": (_HIDDEN, _HIDDEN), "linear.bias": (_HIDDEN,)}
    for layer in range(_LAYERS):
        shapes[f"lstm.weight_ih_l{layer}"] = (4 * _HIDDEN, _HIDDEN if layer else _BANDS)
        shapes[f"lstm.weight_hh_l{layer}"] = (4 * _HIDDEN, _HIDDEN)
        shapes |= {f"lstm.bias_{part}_l{layer}": (4 * _HIDDEN,) for part in ("ih", "hh")}
    return shapes


class _Storage:
    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.values: npt.NDArray[Any] = np.zeros(0)


class _Unpickler(pickle.Unpickler):
    """Reads tensors as (storage, offset, shape, strides), and nothing that could do anything."""

    def __init__(self, file: io.BytesIO) -> None:
        super().__init__(file)
        self.storages: dict[str, _Storage] = {}

    def find_class(self, module: str, name: str) -> Any:
        """Return what stands for one of the few names that a file of tensors holds; refuse any other."""
        if (module, name) == ("torch._utils", "_rebuild_tensor_v2"):
            return lambda storage, offset, shape, strides, *_: (storage, offset, tuple(shape), tuple(strides))
        if (module, name) == ("torch._utils", "_rebuild_parameter"):
            return lambda tensor, *_: tensor
        if (module, name) == ("collections", "OrderedDict"):
            return OrderedDict
        if module == "torch" and name in _KINDS:
            return name
        raise pickle.UnpicklingError(f"{module}.{name}, which is not read")

    def persistent_load(self, pid: Any) -> _Storage:
        """Return the storage that a tensor names; its bytes are read later."""
        _, kind, key = pid[:3]
        return self.storages.setdefault(str(key), _Storage(str(kind)))


def _tensors(weights: bytes) -> dict[str, npt.NDArray[np.float32]]:
    file = io.BytesIO(weights)
    if _Unpickler(file).load() != _MAGIC:
        raise ValueError("another magic number")
    for _ in range(2):  # version, and the machine it was written on
        _Unpickler(file).load()
    reader = _Unpickler(file)
    state: Mapping[str, Any] = reader.load()["model_state"]
    for key in _Unpickler(file).load():
        storage = reader.storages[str(key)]
        (count,) = struct.unpack("<q", file.read(8))
        storage.values = np.frombuffer(file.read(count * _KINDS[storage.kind].itemsize), _KINDS[storage.kind])
    return {name: _tensor(*entry) for name, entry in state.items()}


def _tensor(storage: _Storage, offset: int, shape: tuple[int, ...], strides: tuple[int, ...]) -> Any:
    last = offset + sum((size - 1) * stride for size, stride in zip(shape, strides, strict=True))
    if min((offset, last, *shape, *strides), default=0) < 0 or last >= len(storage.values):
        raise ValueError("a tensor beyond its bytes")
    places = np.full(shape, offset)
    for axis, (size, stride) in enumerate(zip(shape, strides, strict=True)):
        places += (np.arange(size) * stride).reshape([-1 if n == axis else 1 for n in range(len(shape))])
    return storage.values[places].astype(np.float32)


def _graph(tensors: Mapping[str, npt.NDArray[np.float32]]) -> bytes:
    import onnx  # heavy, and only needed once
    from onnx import helper, numpy_helper

    nodes = [helper.make_node("Transpose", ["mels"], ["x0"], perm=[1, 0, 2])]
    values: dict[str, npt.NDArray[Any]] = {"one": np.array([1]), "zero": np.array([0])}
    for layer in range(_LAYERS):
        values[f"w{layer}"] = _gates(tensors[f"lstm.weight_ih_l{layer}"])[None]
        values[f"r{layer}"] = _gates(tensors[f"lstm.weight_hh_l{layer}"])[None]
        biases = [_gates(tensors[f"lstm.bias_{part}_l{layer}"]) for part in ("ih", "hh")]
        values[f"b{layer}"] = np.concatenate(biases)[None]
        inputs = [f"x{layer}", f"w{layer}", f"r{layer}", f"b{layer}"]
        nodes.append(helper.make_node("LSTM", inputs, [f"y{layer}", f"h{layer}"], hidden_size=_HIDDEN))
        nodes.append(helper.make_node("Squeeze", [f"y{layer}", "one"], [f"x{layer + 1}"]))
    values |= {"weight": tensors["linear.weight"], "bias": tensors["linear.bias"]}
    nodes += [
        helper.make_node("Squeeze", [f"h{_LAYERS - 1}", "zero"], ["last"]),
        helper.make_node("Gemm", ["last", "weight", "bias"], ["sum"], transB=1),
        helper.make_node("Relu", ["sum"], ["raw"]),
        helper.make_node("LpNormalization", ["raw"], ["embed"], axis=1, p=2),
    ]
    graph = helper.make_graph(
        nodes, "speaker",
        [helper.make_tensor_value_info("mels", onnx.TensorProto.FLOAT, ["n", "frames", _BANDS])],
        [helper.make_tensor_value_info("embed", onnx.TensorProto.FLOAT, ["n", _HIDDEN])],
        [numpy_helper.from_array(np.ascontiguousarray(value), name) for name, value in values.items()],
    )  # fmt: skip
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
    model.ir_version = 9
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def _gates(values: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Put PyTorch's gates (input, forget, cell, output) into ONNX's order."""
    gate_in, forget, cell, out = np.split(values, 4)
    return np.concatenate([gate_in, out, forget, cell])
