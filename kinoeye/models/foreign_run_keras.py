"""Run a stranger's Keras model, in the child only: by our own reader, or by Keras of the checked description alone.

`prepare` imports the libraries, which must happen before the walls stand; `load` opens the file, which must happen
after.
"""

import importlib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.errors import InputError, ModelError
from kinoeye.models import foreign_hdf5, foreign_keras
from kinoeye.models.foreign_run import Array, Loaded, onnx_model
from kinoeye.models.keras_reader import to_onnx
from kinoeye.models.keras_weights import ArchiveWeights, LegacyWeights, legacy_config

# Before it, descriptions could run code in spite of safe_mode (CVE-2026-12481), or read other files (CVE-2026-1669).
OLDEST_KERAS = (3, 15)
_MODULES = {"reader": ("onnxruntime", "h5py", "onnx"), "keras": ("h5py", "keras")}


def prepare(way: str) -> None:
    """Import what a way needs: reader or keras."""
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
    way : reader or keras
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

    with h5py.File(file, "r") as opened:
        legacy = opened.get("model_weights", opened) if "model_config" in opened.attrs else None
        weights = ArchiveWeights(opened) if legacy is None else LegacyWeights(legacy)
        content = to_onnx(config, weights, is_old=is_old)
    loaded = onnx_model(content, shown)
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
