"""LiteRT: TFLite nets ready to answer, one of each a process.

The registry says which file it is and checks its hash; here it is loaded. One thread a net: the runner's worker
processes already fill the cores.

Source: ai-edge-litert's Interpreter; the TFLite flatbuffer format.
"""

import functools
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models.registry import path

Array = npt.NDArray[Any]


class LiteNet:
    """A TFLite net of one input that answers.

    Parameters
    ----------
    name : str
        Its name in the registry.
    interpreter : ai_edge_litert.interpreter.Interpreter
    """

    def __init__(self, name: str, interpreter: Any) -> None:
        self.name = name
        self._interpreter = interpreter
        interpreter.allocate_tensors()
        (stated,) = interpreter.get_input_details()
        self.shape = tuple(int(length) for length in stated["shape"])
        self._input = stated["index"]
        self._outputs = {each["name"]: each["index"] for each in interpreter.get_output_details()}

    def run(self, array: npt.NDArray[np.float32]) -> dict[str, Array]:
        """Return the net's answers by the names of its outputs, as copies.

        Parameters
        ----------
        array : float32, of the shape `self.shape`

        Raises
        ------
        ModelError
            If the array is of another type or shape.
        """
        if array.dtype != np.float32 or array.shape != self.shape:
            raise ModelError(
                f"{self.name}: input must be float32 {list(self.shape)}, got {array.dtype} {list(array.shape)}"
            )
        self._interpreter.set_tensor(self._input, array)
        self._interpreter.invoke()
        return {name: self._interpreter.get_tensor(index) for name, index in self._outputs.items()}


@functools.cache
def lite_net(name: str) -> LiteNet:
    """Load a TFLite net, or return the one that this process has loaded already.

    Parameters
    ----------
    name : str
        Its name in the registry.

    Raises
    ------
    UseError
        If there is no model of that name.
    ModelError
        If its file is missing, is not what the registry says, or is no net that can be run.
    """
    from ai_edge_litert.interpreter import Interpreter  # 60 ms, and only people's tables need it

    file = path(name)
    try:
        with _quiet():
            return LiteNet(name, Interpreter(model_content=file.read_bytes(), num_threads=1))
    except (ValueError, RuntimeError) as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{name}: {file.name} must be a TFLite net of one input, got {first}") from error


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the library says on the way, in C++ and past Python, out of the user's terminal."""
    sys.stderr.flush()
    kept = os.dup(2)
    try:
        with Path(os.devnull).open("wb") as nothing:
            os.dup2(nothing.fileno(), 2)
        yield
    finally:
        os.dup2(kept, 2)
        os.close(kept)
