"""Model files that the tests make, harmless and hostile, without the frameworks that would make them elsewhere."""

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from onnx import TensorProto, helper, numpy_helper

KERNEL = np.arange(6, dtype=np.float32).reshape(3, 2) / 4
BIAS = np.array([0.5, -1], np.float32)


def given(rows: int = 2) -> np.ndarray:
    return np.arange(rows * 3, dtype=np.float32).reshape(rows, 3)


def answer(rows: int = 2) -> np.ndarray:
    return np.maximum(given(rows) @ KERNEL + BIAS, 0)


def layer(kind: str, name: str, *, module: str | None = "keras.layers", registered: Any = None, **config: Any) -> Any:
    return {"module": module, "class_name": kind, "config": {"name": name, **config}, "registered_name": registered}


def dense() -> Any:
    return layer("Dense", "dense", units=2, activation="relu", use_bias=True, dtype="float32")


def begin() -> Any:
    return layer("InputLayer", "given", batch_shape=[None, 3], dtype="float32")


def description(*more: Any, **extra: Any) -> Any:
    config = {"name": "row", "layers": [begin(), dense(), *more]}
    return {"module": "keras", "class_name": "Sequential", "config": config, "registered_name": None, **extra}


def weights(change: Any = None) -> bytes:
    kept = io.BytesIO()
    with h5py.File(kept, "w") as file:
        group = file.create_group("layers/dense/vars")
        group["0"], group["1"] = KERNEL, BIAS
        if change is not None:
            change(file)
    return kept.getvalue()


def archive(file: Path, config: Any = None, members: dict[str, bytes] | None = None, change: Any = None) -> Path:
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("metadata.json", json.dumps({"keras_version": "3.15.1"}))
        made.writestr("config.json", json.dumps(description() if config is None else config))
        made.writestr("model.weights.h5", weights(change))
        for name, content in (members or {}).items():
            made.writestr(name, content)
    return file


def legacy(file: Path, config: Any = None, change: Any = None) -> Path:
    with h5py.File(file, "w") as made:
        made.attrs["keras_version"] = "2.15.0"
        made.attrs["model_config"] = json.dumps(description() if config is None else config)
        group = made.create_group("model_weights/dense")
        group.attrs["weight_names"] = [b"dense/kernel:0", b"dense/bias:0"]
        group["dense/kernel:0"], group["dense/bias:0"] = KERNEL, BIAS
        if change is not None:
            change(made)
    return file


def net(file: Path, nodes: Any = None, initializers: Any = None, opsets: Any = None, functions: Any = ()) -> Path:
    nodes = nodes or [
        helper.make_node("MatMul", ["given", "kernel"], ["more"]),
        helper.make_node("Add", ["more", "bias"], ["all"]),
        helper.make_node("Relu", ["all"], ["scores"]),
    ]
    if initializers is None:
        initializers = [numpy_helper.from_array(KERNEL, "kernel"), numpy_helper.from_array(BIAS, "bias")]
    begins = [helper.make_tensor_value_info("given", TensorProto.FLOAT, ["n", 3])]
    ends = [helper.make_tensor_value_info("scores", TensorProto.FLOAT, None)]
    graph = helper.make_graph(nodes, "net", begins, ends, initializers)
    listed = [helper.make_opsetid(domain, version) for domain, version in (opsets or {"": 17}).items()]
    model = helper.make_model(graph, opset_imports=listed, ir_version=8, functions=functions)
    file.write_bytes(model.SerializeToString())
    return file


def outside(name: str, place: str) -> Any:
    tensor = TensorProto(name=name, data_type=TensorProto.FLOAT, dims=[3, 2])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=place)
    return tensor


def lite(file: Path, custom: str = "") -> Path:
    """Write a TFLite net of one operator: RELU, or a custom one."""
    from ai_edge_litert import schema_py_generated as schema

    code = schema.OperatorCodeT()
    code.builtinCode = schema.BuiltinOperator.CUSTOM if custom else schema.BuiltinOperator.RELU
    code.deprecatedBuiltinCode = code.builtinCode
    code.customCode, code.version = (custom or None), 1
    tensors = []
    for name in ("given", "scores"):
        tensor = schema.TensorT()
        tensor.shape, tensor.type, tensor.name, tensor.buffer = [2, 3], schema.TensorType.FLOAT32, name, 0
        tensors.append(tensor)
    operator = schema.OperatorT()
    operator.opcodeIndex, operator.inputs, operator.outputs = 0, [0], [1]
    graph = schema.SubGraphT()
    graph.tensors, graph.inputs, graph.outputs, graph.operators = tensors, [0], [1], [operator]
    model = schema.ModelT()
    model.version, model.operatorCodes, model.subgraphs, model.buffers = 3, [code], [graph], [schema.BufferT()]
    import flatbuffers

    builder = flatbuffers.Builder(1024)
    builder.Finish(model.Pack(builder), b"TFL3")
    file.write_bytes(bytes(builder.Output()))
    return file
