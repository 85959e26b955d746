"""Models of strangers: the user's own .keras, .h5, TFLite and ONNX files, looked at, then run in a child walled in.

Nothing of a file is believed. First it is looked at without any runtime: what it is by its content, whether it holds code,
points elsewhere or unpacks to more than it is. Then a child process raises its walls (`foreign_walls`), opens the copy that
was looked at, and answers through pipes in plain arrays. It has no network, no secrets, little memory, and ends when its
time is up.
"""

import contextlib
import hashlib
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, ModelError, UseError
from kinoeye.models import foreign_archive, foreign_frames, foreign_keras, lite_file, onnx_file

Array = npt.NDArray[Any]

ENDINGS = (".keras", ".h5", ".hdf5", ".tflite", ".onnx")
# Made into the runtime itself; every other domain names code that would have to come from elsewhere.
_DOMAINS = ("", "ai.onnx.ml", "com.microsoft")
_FOREIGN_OPERATORS = ("PythonOp", "PythonOpGrad", "ATen", "EPContext", "ExternalRunner", "Snpe")
_REMEDY_LIMITS = "Give it more with --memory or --seconds, if you know where the model comes from"
_START_SECONDS = 300.0  # to import Keras and its backend on a busy machine; nothing of the file is touched yet
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Limits:
    """What a stranger's model may take.

    Parameters
    ----------
    memory : bytes
        Address space of the child, libraries included.
    cpu_seconds : seconds
        Of the child's whole life.
    seconds : seconds
        On the wall, for loading and for each answer.
    file : bytes
        Of the file, and of what it unpacks to.
    arrays : bytes
        Of all inputs, or all outputs, of one answer.
    """

    memory: int = 8 << 30
    cpu_seconds: int = 600
    seconds: float = 60.0
    file: int = 2 << 30
    arrays: int = 256 << 20


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
        self._child: _Child | None = None
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

    def _opened(self, about: About, told: dict[str, Any], way: str) -> "tuple[About, _Child]":
        ways = [about.kind] if about.kind in ("onnx", "tflite") else _ways(way)
        for number, each in enumerate(ways):
            child = _Child({**told, "way": each}, self.limits)
            try:
                walls, _ = child.hear(_START_SECONDS)
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
        fits = len(shape) == array.ndim and all(want in (None, have) for want, have in zip(shape, array.shape, strict=True))
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
                         remedy="Install it with: pip install 'kinoeye[train]'")  # fmt: skip
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


class _Child:
    """The process, and the two pipes to it."""

    def __init__(self, told: dict[str, Any], limits: Limits) -> None:
        self._told = told
        self._limits = limits
        asked, self._ask = os.pipe()
        self._answers, answers = os.pipe()
        os.set_blocking(self._ask, False)
        arguments = {
            **told, "asked": asked, "answers": answers, "memory": limits.memory, "seconds": limits.cpu_seconds,
            "written": limits.file, "largest": limits.file, "arrays": limits.arrays,
        }  # fmt: skip
        start = f"import sys; sys.path.append({str(_ROOT)!r}); from kinoeye.models.foreign_child import main; main()"
        try:
            with (Path(told["folder"]) / "said").open("wb") as said:
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-I", "-c", start, json.dumps(arguments)],
                    stdin=subprocess.DEVNULL, stdout=said, stderr=said, pass_fds=(asked, answers), cwd=told["folder"],
                    env=_surroundings(told["folder"]), start_new_session=True,
                )  # fmt: skip
        except OSError as error:
            os.close(self._ask)
            os.close(self._answers)
            raise ModelError(f"models: a child process must start, got {error.strerror or error}") from error
        finally:
            os.close(asked)
            os.close(answers)

    def ask(self, arrays: Mapping[str, Array]) -> tuple[dict[str, Any], dict[str, Array]]:
        """Send arrays, and return the answer."""
        pipe = _Timed(self._ask, self._limits.seconds)
        try:
            foreign_frames.write(pipe, {}, arrays)
        except (TimeoutError, OSError) as error:
            raise self._ended(error) from error
        return self.hear()

    def hear(self, seconds: float = 0.0) -> tuple[dict[str, Any], dict[str, Array]]:
        """Return what the child says next."""
        pipe = _Timed(self._answers, seconds or self._limits.seconds)
        try:
            said, arrays = foreign_frames.read(pipe, self._limits.arrays)
        except (TimeoutError, EOFError, OSError, ValueError, KeyError, RecursionError) as error:
            raise self._ended(error) from error
        if isinstance(wrong := said.get("error"), dict):
            raise self._wrong(wrong)
        return said, arrays

    def end(self) -> None:
        """End the process."""
        for pipe in (self._ask, self._answers):
            with contextlib.suppress(OSError):
                os.close(pipe)
        self._ask = self._answers = -1
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def _wrong(self, wrong: dict[str, Any]) -> ModelError | InputError:
        message, remedy = (_clean(wrong.get(key, "")) for key in ("message", "remedy"))
        if wrong.get("kind") == "memory":
            remedy = _REMEDY_LIMITS
        return (InputError if wrong.get("kind") == "input" else ModelError)(message, remedy=remedy)

    def _ended(self, error: BaseException) -> ModelError:
        shown = self._told["shown"]
        if isinstance(error, TimeoutError):
            self.end()
            return ModelError(f"models: {shown} must answer within {self._limits.seconds:g} s, got no answer and was ended",
                              remedy=_REMEDY_LIMITS)  # fmt: skip
        if isinstance(error, ValueError | KeyError | RecursionError):
            self.end()
            return ModelError(f"models: {shown} must answer in plain arrays of at most {self._limits.arrays >> 20} MB, "
                              f"got {_clean(error)}")  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        code = self._process.returncode
        if code == -signal.SIGXCPU or code == -signal.SIGKILL:
            came = f"its end after {self._limits.cpu_seconds} CPU seconds, or the machine's memory was full"
            return ModelError(f"models: {shown} must stay in its limits, got {came}", remedy=_REMEDY_LIMITS)
        came = f"signal {-code}" if code is not None and code < 0 else f"its end with status {code}"
        return ModelError(f"models: {shown} must run in its child process, got {came}: {self._last_words()}")

    def _last_words(self) -> str:
        with contextlib.suppress(OSError), (Path(self._told["folder"]) / "said").open("rb") as said:
            said.seek(max(said.seek(0, os.SEEK_END) - 4096, 0))
            lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if line.strip()]
            return _clean(lines[-1]) if lines else "nothing"
        return "nothing"


class _Timed:
    """A pipe that gives up when its time is over."""

    def __init__(self, pipe: int, seconds: float) -> None:
        self._pipe = pipe
        self._end = time.monotonic() + seconds

    def read(self, size: int) -> bytes:
        """Return at most so many bytes, none at the end."""
        if not select.select([self._pipe], [], [], max(self._end - time.monotonic(), 0))[0]:
            raise TimeoutError
        return os.read(self._pipe, size)

    def write(self, data: bytes) -> None:
        """Write all of it."""
        rest = memoryview(data)
        while rest:
            if not select.select([], [self._pipe], [], max(self._end - time.monotonic(), 0))[1]:
                raise TimeoutError
            with contextlib.suppress(BlockingIOError):
                rest = rest[os.write(self._pipe, rest) :]

    def flush(self) -> None:
        """Nothing waits."""


def _surroundings(folder: str) -> dict[str, str]:
    """Return the child's environment: nothing of the parent's but where it may write."""
    found = [name for name in ("jax", "torch") if importlib.util.find_spec(name) is not None]
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"HOME": folder, "TMPDIR": folder, "KERAS_HOME": folder, "LANG": "C.UTF-8", "PATH": "", "JAX_PLATFORMS": "cpu",
            "KERAS_BACKEND": found[0] if found else "numpy", "PYTHONHASHSEED": "0", **threads}  # fmt: skip


def _clean(text: object) -> str:
    """Return a stranger's words as one line that a terminal can bear."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))[:600]
