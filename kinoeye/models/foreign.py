"""Models of strangers: the user's own .keras, .h5, TFLite and ONNX files, looked at, then run in a child walled in.

Nothing of a file is believed. First it is looked at without any runtime: what it is by its content, whether it holds
code, points elsewhere or unpacks to more than it is. Then a child process raises its walls (`foreign_walls`), opens the
copy that was looked at, and answers through pipes in plain arrays. It has no network, no secrets, little memory, and
ends when its time is up. HDF5 is looked at in the child alone, for its library is C.
"""

import hashlib
import importlib.util
import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, ModelError, UseError
from kinoeye.models import foreign_archive, foreign_keras, lite_file, onnx_file
from kinoeye.models.foreign_process import START_SECONDS, Child, Limits

Array = npt.NDArray[Any]

ENDINGS = (".keras", ".h5", ".hdf5", ".tflite", ".onnx")
# Made into the runtime itself; every other domain names code that would have to come from elsewhere.
_DOMAINS = ("", "ai.onnx.ml", "com.microsoft")
_FOREIGN_OPERATORS = ("PythonOp", "PythonOpGrad", "ATen", "EPContext", "ExternalRunner", "Snpe")


@dataclass(frozen=True)
class About:
    """What a stranger's model is.

    Parameters
    ----------
    file : str
    kind : onnx, tflite, keras or h5
        By content, whatever the name says.
    size : bytes
    sha256 : str
    inputs, outputs : tuple of {name, type, shape}
        A side that is free is None.
    layers : dict
        How often each kind of layer or operator stands in it.
    opset : int
        Of ONNX; 0 of others.
    way : str
        What runs it.
    walls_on, walls_off : tuple of str
        What the child may not do, and which walls this machine could not raise, with why.
    """

    file: str
    kind: str
    size: int
    sha256: str
    inputs: tuple[dict[str, Any], ...] = ()
    outputs: tuple[dict[str, Any], ...] = ()
    layers: dict[str, int] = field(default_factory=dict)
    opset: int = 0
    way: str = ""
    walls_on: tuple[str, ...] = ()
    walls_off: tuple[str, ...] = ()


class ForeignModel:
    """A stranger's model in a child of its own; a context that ends the child.

    Parameters
    ----------
    file : Path
    limits : Limits
    way : auto, reader or keras
        Who reads a Keras file: Kinoeye's own reader, Keras, or the first that can.

    Raises
    ------
    InputError
        If the file is refused: the message names what was found.
    ModelError
        If it cannot be run, or took more than its limits.
    """

    def __init__(self, file: Path, limits: Limits | None = None, *, way: str = "auto") -> None:
        if os.name != "posix":
            raise ModelError("models: a stranger's model must run behind walls that this system does not have",
                             remedy="Use Linux or macOS")  # fmt: skip
        self.limits = limits or Limits()
        self._child: Child | None = None
        self._kept = tempfile.TemporaryDirectory(prefix="kinoeye-model-", ignore_cleanup_errors=True)
        try:
            folder = Path(self._kept.name).resolve()
            about, told = _looked(file, folder, self.limits)
            self.about, self._child = self._opened(about, told, way)
        except BaseException:
            self.close()
            raise

    def predict(self, inputs: Mapping[str, Array]) -> dict[str, Array]:
        """Return the model's answers by the names of its outputs.

        Parameters
        ----------
        inputs : name to array
            Each is brought to the type that the model states, if that loses nothing but precision.

        Raises
        ------
        InputError
            If an input is missing, unknown or of a shape that does not fit.
        ModelError
            If the model cannot answer, or took more than its limits.
        """
        if self._child is None:
            raise UseError("models: a model must be open to answer, got a closed one")
        fitted = fit(self.about, inputs)
        if sum(array.nbytes for array in fitted.values()) > self.limits.arrays:
            raise InputError(f"models: the inputs together must have at most {self.limits.arrays} bytes, got more")
        _, arrays = self._child.ask(fitted)
        return arrays

    def close(self) -> None:
        """End the child, and take its folder away."""
        if self._child is not None:
            self._child.end()
            self._child = None
        self._kept.cleanup()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    def _opened(self, about: About, told: dict[str, Any], way: str) -> tuple[About, Child]:
        ways = [about.kind] if about.kind in ("onnx", "tflite") else _ways(way)
        for number, each in enumerate(ways):
            child = Child({**told, "way": each}, self.limits)
            try:
                walls, _ = child.hear(START_SECONDS)
                said, _ = child.hear()
                return _filled(about, {**said, **walls}, told["shown"]), child
            except ModelError:
                child.end()
                if number + 1 == len(ways):
                    raise
            except BaseException:
                child.end()
                raise
        raise AssertionError("no way")


def fit(about: About, inputs: Mapping[str, Array]) -> dict[str, Array]:
    """Return inputs in the types that a model states.

    Raises
    ------
    InputError
        If one is missing, unknown, or its shape or type does not fit.
    """
    stated = {each["name"]: each for each in about.inputs}
    if set(inputs) != set(stated):
        raise InputError(f"models: the inputs of {about.file} must be {sorted(stated)}, got {sorted(inputs)}")
    fitted = {}
    for name, array in inputs.items():
        shape, kind = stated[name]["shape"], stated[name]["type"]
        fits = len(shape) == array.ndim and all(
            want in (None, have) for want, have in zip(shape, array.shape, strict=True)
        )
        if not fits and shape:
            wanted = [side if side is not None else "any" for side in shape]
            raise InputError(f"models: {name} of {about.file} must have the shape {wanted}, got {list(array.shape)}")
        if kind == "str":
            fitted[name] = array.astype(np.str_)
        elif array.dtype.kind not in "biuf":
            raise InputError(f"models: {name} of {about.file} must be numbers ({kind}), got {array.dtype}")
        else:
            fitted[name] = _numbers(about, name, array, kind)
    return fitted


def _numbers(about: About, name: str, array: Array, kind: str) -> Array:
    wanted = np.dtype("bool" if kind == "bool" else kind)
    if wanted.kind in "iu" and array.size:
        bounds = np.iinfo(wanted)
        whole = array.dtype.kind in "biu" or bool(np.isfinite(array).all() and (array == np.floor(array)).all())
        if not whole or array.min() < bounds.min or array.max() > bounds.max:
            raise InputError(f"models: {name} of {about.file} must be whole numbers that fit into {kind}, "
                             f"got {array.dtype} from {array.min()} to {array.max()}")  # fmt: skip
    return array.astype(wanted)


def _ways(way: str) -> list[str]:
    has_keras = importlib.util.find_spec("keras") is not None
    if way == "keras" and not has_keras:
        raise ModelError("models: Keras must be there to run a model by it, got none",
                         remedy="Install it with: pip install 'kinoeye[networks]'")  # fmt: skip
    if way not in ("auto", "reader", "keras"):
        raise UseError(f"models: a way must be auto, reader or keras, got {way!r}")
    return [way] if way != "auto" else ["reader", "keras"] if has_keras else ["reader"]


def _looked(file: Path, folder: Path, limits: Limits) -> tuple[About, dict[str, Any]]:
    """Copy a file into the child's folder and look at the copy; return what it is, and what the child is told."""
    copy = folder / "model"
    size, digest = _copied(file, copy, limits.file)
    with copy.open("rb") as opened:
        head = opened.read(8)
    shown = str(file)
    about = About(shown, _kind(head), size, digest)
    told: dict[str, Any] = {"file": str(copy), "folder": str(folder), "config": "", "shown": shown}
    if about.kind == "h5":  # Keras goes by the name
        copy = copy.rename(folder / "model.h5")
        told["file"] = str(copy)
    elif about.kind == "keras":
        config, weights = _named(shown, copy, lambda: foreign_archive.unpack(copy, folder, limits.file))
        config = foreign_keras.check(file, config)
        (folder / "checked.json").write_text(json.dumps(config), "utf-8")
        told |= {"file": str(weights), "config": str(folder / "checked.json")}
    elif about.kind == "tflite":
        _named(shown, copy, lambda: lite_file.look(copy))
    elif about.kind == "onnx":
        seen = _named(shown, copy, lambda: onnx_file.look(copy))
        _must_be_plain(shown, seen)
        counted = {".".join(part for part in key if part): number for key, number in seen.operators.items()}
        about = replace(about, opset=seen.opsets.get("", 0), layers=counted)
    return about, told


def _named(shown: str, copy: Path, look: Any) -> Any:
    """Look at a copy; in what is said of it, stands the file that the user named."""
    try:
        return look()
    except InputError as error:
        raise InputError(error.message.replace(str(copy), shown), remedy=error.remedy) from error


def _copied(file: Path, copy: Path, largest: int) -> tuple[int, str]:
    digest, size = hashlib.sha256(), 0
    try:
        if not file.is_file():
            raise InputError(f"models: {file} must be a file, got {'a folder' if file.is_dir() else 'nothing'}")
        with file.open("rb") as source, copy.open("xb") as target:
            while block := source.read(1 << 20):
                size += len(block)
                if size > largest:
                    raise InputError(f"models: {file} must have at most {largest >> 20} MB, got more")
                digest.update(block)
                target.write(block)
    except OSError as error:
        raise InputError(f"models: {file} must be readable, got {error.strerror or error}") from error
    return size, digest.hexdigest()


def _kind(head: bytes) -> str:
    if head.startswith(b"PK"):
        return "keras"
    if head.startswith(b"\x89HDF"):
        return "h5"
    return "tflite" if lite_file.is_lite(head) else "onnx"


def _must_be_plain(shown: str, seen: onnx_file.Look) -> None:
    """Refuse operators that onnxruntime would need other code for."""
    for domain, name in seen.operators:
        if (domain, name) in seen.functions:
            continue
        if domain not in _DOMAINS or (domain and name in _FOREIGN_OPERATORS):
            raise InputError(
                f"models: {shown} must have operators of ONNX and its runtime only, got the custom {domain}.{name}",
                remedy="Nothing of it was run. Export it again without custom operators",
            )


def _filled(about: About, said: dict[str, Any], shown: str) -> About:
    """Return what the child said of the model, held against the form that it must have."""
    try:
        ends = [
            tuple(
                {"name": str(each["name"]), "type": str(each["type"]),
                 "shape": [None if side is None else int(side) for side in each["shape"]]}
                for each in said[key]
            )
            for key in ("inputs", "outputs")
        ]  # fmt: skip
        layers = {str(name): int(number) for name, number in said["layers"].items()} or about.layers
        on, off = (tuple(str(wall) for wall in said[key]) for key in ("on", "off"))
        return replace(about, inputs=ends[0], outputs=ends[1], layers=layers, way=str(said["way"]),
                       walls_on=on, walls_off=off)  # fmt: skip
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelError(f"models: the child of {shown} must say what the model is, got something else") from error
