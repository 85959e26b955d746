"""The child process of a stranger's model, seen from the parent: started bare, asked through pipes, ended in time.

It gets no environment but its folder, no open files but two pipes, and its words are read with limits on length and
time.
"""

import contextlib
import fcntl
import importlib.util
import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy.typing as npt

from kinoeye.errors import InputError, ModelError
from kinoeye.models import foreign_frames

Array = npt.NDArray[Any]

START_SECONDS = 300.0  # to import Keras and its backend on a busy machine; nothing of the file is touched yet
_PIPE = 1 << 20
ROOT = Path(__file__).resolve().parents[2]
_REMEDY_LIMITS = "Give it more with --memory or --seconds, if you know where the model comes from"


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


class Child:
    """The process, and the two pipes to it."""

    def __init__(self, told: dict[str, Any], limits: Limits) -> None:
        self._told = told
        self._limits = limits
        asked, self._ask = os.pipe()
        self._answers, answers = os.pipe()
        os.set_blocking(self._ask, False)
        for pipe in (asked, answers):
            with contextlib.suppress(OSError, AttributeError):  # Linux alone; a picture then passes at one go
                fcntl.fcntl(pipe, fcntl.F_SETPIPE_SZ, _PIPE)
        arguments = {
            **told, "asked": asked, "answers": answers, "memory": limits.memory, "seconds": limits.cpu_seconds,
            "written": limits.file, "largest": limits.file, "arrays": limits.arrays,
        }  # fmt: skip
        start = f"import sys; sys.path.append({str(ROOT)!r}); from kinoeye.models.foreign_child import main; main()"
        try:
            with (Path(told["folder"]) / "said").open("wb") as said:
                self._process = subprocess.Popen(  # noqa: S603
                    [sys.executable, "-I", "-c", start, json.dumps(arguments)],
                    stdin=subprocess.DEVNULL, stdout=said, stderr=said, pass_fds=(asked, answers), cwd=told["folder"],
                    env=surroundings(told["folder"]), start_new_session=True,
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
        message, remedy = (clean(wrong.get(key, "")) for key in ("message", "remedy"))
        if wrong.get("kind") == "memory":
            remedy = _REMEDY_LIMITS
        return (InputError if wrong.get("kind") == "input" else ModelError)(message, remedy=remedy)

    def _ended(self, error: BaseException) -> ModelError:
        shown = self._told["shown"]
        if isinstance(error, TimeoutError):
            self.end()
            within = f"{self._limits.seconds:g} s"
            return ModelError(f"models: {shown} must answer within {within}, got no answer and was ended",
                              remedy=_REMEDY_LIMITS)  # fmt: skip
        if isinstance(error, ValueError | KeyError | RecursionError):
            self.end()
            return ModelError(f"models: {shown} must answer in plain arrays of at most {self._limits.arrays >> 20} MB, "
                              f"got {clean(error)}")  # fmt: skip
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(5)
        code = self._process.returncode
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            came = f"its end after {self._limits.cpu_seconds} CPU seconds, or the machine's memory was full"
            return ModelError(f"models: {shown} must stay in its limits, got {came}", remedy=_REMEDY_LIMITS)
        came = f"signal {-code}" if code is not None and code < 0 else f"its end with status {code}"
        return ModelError(f"models: {shown} must run in its child process, got {came}: {self._last_words()}")

    def _last_words(self) -> str:
        with contextlib.suppress(OSError), (Path(self._told["folder"]) / "said").open("rb") as said:
            said.seek(max(said.seek(0, os.SEEK_END) - 4096, 0))
            lines = [line for line in said.read().decode("utf-8", "replace").splitlines() if line.strip()]
            return clean(lines[-1]) if lines else "nothing"
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


def surroundings(folder: str) -> dict[str, str]:
    """Return the child's environment: nothing of the parent's but where it may write."""
    # Keras on NumPy answers at once where JAX would compile every shape first; it borrows JAX's convolutions.
    backend = "numpy" if importlib.util.find_spec("jax") is not None else "torch"
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return {"HOME": folder, "TMPDIR": folder, "KERAS_HOME": folder, "LANG": "C.UTF-8", "PATH": "",
            "JAX_PLATFORMS": "cpu", "KERAS_BACKEND": backend, "PYTHONHASHSEED": "0", **threads}  # fmt: skip


def clean(text: object) -> str:
    """Return a stranger's words as one line that a terminal can bear."""
    return "".join(letter if letter.isprintable() else " " for letter in str(text))[:600]
