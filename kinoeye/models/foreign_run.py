"""Run a stranger's model, in the child only: ONNX by onnxruntime, TFLite by LiteRT, Keras by our reader or by Keras.

`prepare` imports the libraries, which must happen before the walls stand; `load` opens the file, which must happen
after.
"""

import importlib
import importlib.util
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, ModelError
from kinoeye.models import foreign_hdf5, foreign_keras, lite_file

Array = npt.NDArray[Any]
Stated = list[dict[str, Any]]

# Before it, descriptions could run code in spite of safe_mode (CVE-2026-12481), or read other files (CVE-2026-1669).
OLDEST_KERAS = (3, 15)
_TYPES = {"float": "float32", "double": "float64", "float16": "float16", "string": "str"}
_MODULES = {
    "onnx": ("onnxruntime",),
    "tflite": ("ai_edge_litert.interpreter", "ai_edge_litert.schema_py_generated"),
    "reader": ("onnxruntime", "h5py", "onnx", "kinoeye.models.keras_reader"),
    "keras": ("h5py", "keras"),
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
    """Import what a way needs: onnx, tflite, reader or keras."""
    for module in _MODULES[way]:
        importlib.import_module(module)
    if way == "keras":
        keras = importlib.import_module("keras")
        # What it imports only when the first network is made and asked.
        network = keras.Sequential([keras.layers.Input((2,)), keras.layers.Dense(1)])
        network(np.zeros((1, 2), np.float32))


def load(way: str, file: Path, config: Any, shown: str, largest: int) -> Loaded:
    """Open a model.

    Parameters
    ----------
    way : onnx, tflite, reader or keras
    file : Path
    config : dict or None
        The checked description of a .keras archive whose weights the file is.
    shown : str
        What to call it in errors.
    largest : bytes
        That its numbers together may have.

    Raises
    ------
    InputError
        If something in it must not be there.
    ModelError
        If it cannot be run.
    """
    if way == "onnx":
        return _onnx(file.read_bytes(), shown)
    if way == "tflite":
        return _lite(file, shown)
    try:
        config, is_old = _checked(file, config, shown, largest)
        return (_read if way == "reader" else _keras)(file, config, is_old, shown)
    except foreign_hdf5.UnsafeError as error:
        raise InputError(
            f"models: {shown} must hold its own weights and nothing else, got {error}",
            remedy="Nothing of it was read. Ask its maker for ONNX, or for the weights saved anew by Keras",
        ) from error
    except (OSError, RuntimeError, KeyError, ValueError) as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise InputError(f"models: {shown} must be a whole Keras model in HDF5, got {first}",
                         remedy="Save it again with model.save('net.keras')") from error  # fmt: skip


def _checked(file: Path, config: Any, shown: str, largest: int) -> tuple[Any, bool]:
    """Look at the file of weights, and at the description in it if it is an .h5; say whether Keras 2 wrote it."""
    import h5py

    from kinoeye.models.keras_weights import legacy_config

    with h5py.File(file, "r") as opened:
        foreign_hdf5.check(opened, largest)
        if config is not None:
            return config, False
        return foreign_keras.check(Path(shown), legacy_config(opened)), _is_old(opened)


def _is_old(opened: Any) -> bool:
    version = opened.attrs.get("keras_version", b"2")
    text = version.decode() if isinstance(version, bytes) else str(version)
    return not text.startswith("3")


def _read(file: Path, config: Any, is_old: bool, shown: str) -> Loaded:
    """Run a Keras model by our own reader."""
    import h5py

    from kinoeye.models.keras_reader import to_onnx
    from kinoeye.models.keras_weights import ArchiveWeights, LegacyWeights

    with h5py.File(file, "r") as opened:
        legacy = opened.get("model_weights", opened) if "model_config" in opened.attrs else None
        weights = ArchiveWeights(opened) if legacy is None else LegacyWeights(legacy)
        content = to_onnx(config, weights, is_old=is_old)
    loaded = _onnx(content, shown)
    loaded.way = "Kinoeye's reader of Keras, onnxruntime"
    loaded.layers = dict(_kinds(config))
    return loaded


def _kinds(config: Any) -> Counter[str]:
    """Count the layers of a description, models within it too."""
    settings = config["config"]
    found: Counter[str] = Counter()
    for layer in settings if isinstance(settings, list) else settings["layers"]:
        if layer["class_name"] in ("Functional", "Model", "Sequential"):
            found += _kinds(layer)
        elif layer["class_name"] != "InputLayer":
            found[layer["class_name"]] += 1
    return found


def _onnx(content: bytes, shown: str) -> Loaded:
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


def _keras(file: Path, config: Any, is_old: bool, shown: str) -> Loaded:
    """Run a Keras model by Keras itself, made of the checked description alone."""
    keras = importlib.import_module("keras")
    version = tuple(int(part) for part in keras.__version__.split(".")[:2])
    if version < OLDEST_KERAS:
        raise ModelError(
            f"models: Keras must be {'.'.join(map(str, OLDEST_KERAS))} or newer to open a stranger's model, "
            f"got {keras.__version__}", remedy="Install it with: pip install -U 'kinoeye[networks]'",
        )  # fmt: skip
    kinds = dict(_kinds(config))  # Keras takes the description apart
    try:
        if is_old or _has_description(file):
            network = keras.saving.load_model(str(file), compile=False, safe_mode=True)
        else:
            network = keras.saving.deserialize_keras_object(config, safe_mode=True)
            network.load_weights(str(file))
    except (ValueError, TypeError, KeyError, AttributeError, OSError, RuntimeError) as error:
        first = (str(error) or type(error).__name__).splitlines()[0]
        raise ModelError(f"models: {shown} must be a model that Keras can make, got {first}") from error
    inputs = [_tensor(each) for each in network.inputs]
    outputs = [_tensor(each) for each in network.outputs]

    def answer(given: Mapping[str, Array]) -> dict[str, Array]:
        fed = [given[each["name"]] for each in inputs]
        try:
            answers = network(fed if len(fed) > 1 else fed[0], training=False)
        except (ValueError, TypeError, RuntimeError) as error:
            first = (str(error) or type(error).__name__).splitlines()[0]
            raise ModelError(f"models: {shown} must take these inputs, got {first}") from error
        listed = answers if isinstance(answers, list | tuple) else [answers]
        arrays = [keras.ops.convert_to_numpy(each) for each in listed]
        return {each["name"]: array for each, array in zip(outputs, arrays, strict=True)}

    way = f"Keras {keras.__version__} on {keras.backend.backend()}"
    return Loaded(inputs, outputs, way, answer, kinds)


def _has_description(file: Path) -> bool:
    import h5py

    with h5py.File(file, "r") as opened:
        return "model_config" in opened.attrs


def _tensor(tensor: Any) -> dict[str, Any]:
    return {"name": str(tensor.name), "type": str(tensor.dtype), "shape": list(tensor.shape)}
