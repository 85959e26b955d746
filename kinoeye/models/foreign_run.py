"""Run a stranger's model, in the child only: ONNX by onnxruntime, TFLite by LiteRT.

`prepare` imports the libraries, which must happen before the walls stand; `load` opens the file, which must happen
after.
"""

import importlib
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models import lite_file

Array = npt.NDArray[Any]
Stated = list[dict[str, Any]]

_TYPES = {"float": "float32", "double": "float64", "float16": "float16", "string": "str"}
_MODULES = {
    "onnx": ("onnxruntime",),
    "tflite": ("ai_edge_litert.interpreter", "ai_edge_litert.schema_py_generated"),
}


@dataclass
class Loaded:
    """A model that answers.

    Parameters
    ----------
    inputs, outputs : list of {name, type, shape}
        A side that is free is None.
    layers : dict
        How often each kind of layer or operator stands in it; empty where the parent has counted.
    opset : int
        Of ONNX, 0 if none.
    way : str
        What runs it.
    answer : callable
        Name to array, to name to array.
    """

    inputs: Stated
    outputs: Stated
    way: str
    answer: Callable[[Mapping[str, Array]], dict[str, Array]]
    layers: dict[str, int] = field(default_factory=dict)
    opset: int = 0


def prepare(way: str) -> None:
    """Import what a way needs: onnx or tflite."""
    for module in _MODULES[way]:
        importlib.import_module(module)


def load(way: str, file: Path, config: Any, shown: str, largest: int) -> Loaded:
    """Open a model.

    Parameters
    ----------
    way : onnx or tflite
    file : Path
    config, largest
        Of Keras alone.
    shown : str
        What to call it in errors.

    Raises
    ------
    ModelError
        If it cannot be run.
    """
    return _lite(file, shown) if way == "tflite" else onnx_model(file.read_bytes(), shown)


def onnx_model(content: bytes, shown: str) -> Loaded:
    """Open an ONNX net by its bytes."""
    import onnxruntime
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    unusable = (states.Fail, states.InvalidArgument, states.InvalidGraph, states.InvalidProtobuf, states.NotImplemented)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    except (*unusable, states.RuntimeException) as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelError(f"models: {shown} must be a net that onnxruntime can run, got {first}") from error
    inputs, outputs = (_stated(values) for values in (session.get_inputs(), session.get_outputs()))

    def answer(given: Mapping[str, Array]) -> dict[str, Array]:
        fed = {name: array.astype(object) if array.dtype.kind == "U" else array for name, array in given.items()}
        try:
            answers = session.run(None, fed)
        except (*unusable, states.RuntimeException) as error:
            first = (str(error) or type(error).__name__).splitlines()[0]
            raise ModelError(f"models: {shown} must take these inputs, got {first}") from error
        plain: dict[str, Array] = {}
        for stated, value in zip(outputs, answers, strict=True):
            plain |= _plain(stated["name"], value)
        return plain

    return Loaded(inputs, outputs, "onnxruntime", answer)


def _stated(values: Any) -> Stated:
    rows = []
    for value in values:
        kind = value.type.removeprefix("tensor(").removesuffix(")")
        shape = [side if isinstance(side, int) and side > 0 else None for side in value.shape or []]
        rows.append({"name": value.name, "type": _TYPES.get(kind, kind), "shape": shape})
    return rows


def _plain(name: str, value: Any) -> dict[str, Array]:
    """Return an answer as plain arrays: of classes with their scores, the scores and the classes."""
    if isinstance(value, np.ndarray):
        return {name: value.astype(np.str_) if value.dtype.kind == "O" else value}
    if isinstance(value, list) and value and isinstance(value[0], dict):
        classes = list(value[0])
        scores = np.array([[row[key] for key in classes] for row in value], np.float32)
        return {name: scores, f"{name}.classes": np.array(classes, None if isinstance(classes[0], int) else np.str_)}
    if isinstance(value, list):
        return {f"{name}.{number}": np.asarray(each) for number, each in enumerate(value)}
    raise ModelError(f"models: an answer must be numbers or text, got {type(value).__name__} at {name}")


def _lite(file: Path, shown: str) -> Loaded:
    from ai_edge_litert.interpreter import Interpreter
    from ai_edge_litert.schema_py_generated import BuiltinOperator

    try:
        interpreter = Interpreter(model_content=file.read_bytes(), num_threads=1)
        interpreter.allocate_tensors()
    except (ValueError, RuntimeError) as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelError(f"models: {shown} must be a net that LiteRT can run, got {first}") from error
    inputs, outputs = interpreter.get_input_details(), interpreter.get_output_details()

    def answer(given: Mapping[str, Array]) -> dict[str, Array]:
        try:
            for each in inputs:
                array = given[each["name"]]
                if tuple(each["shape"]) != array.shape:
                    interpreter.resize_tensor_input(each["index"], array.shape)
            interpreter.allocate_tensors()
            for each in inputs:
                interpreter.set_tensor(each["index"], given[each["name"]])
            interpreter.invoke()
        except (ValueError, RuntimeError) as error:
            first = (str(error) or type(error).__name__).splitlines()[0]
            raise ModelError(f"models: {shown} must take these inputs, got {first}") from error
        return {each["name"]: interpreter.get_tensor(each["index"]) for each in outputs}

    names = {value: name for name, value in vars(BuiltinOperator).items() if isinstance(value, int)}
    counted = Counter(names.get(code, str(code)) for code in lite_file.look(file).operators.elements())
    return Loaded(_details(inputs), _details(outputs), "LiteRT", answer, dict(counted))


def _details(details: Any) -> Stated:
    rows = []
    for each in details:
        shape = [int(side) if side > 0 else None for side in each.get("shape_signature", each["shape"])]
        rows.append({"name": each["name"], "type": np.dtype(each["dtype"]).name, "shape": shape})
    return rows
