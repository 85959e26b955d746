"""Nets: ONNX nets ready to answer, one of each a process.

The registry says which file it is and checks its hash; here it is loaded, and what goes in is checked at the door. One
thread a net by default: the runner's worker processes already fill the cores.
"""

import functools
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models.registry import path

_TYPES = {
    "tensor(float)": np.dtype(np.float32),
    "tensor(uint8)": np.dtype(np.uint8),
    "tensor(int64)": np.dtype(np.int64),
    "tensor(int32)": np.dtype(np.int32),
}


class Net:
    """A net that answers.

    Parameters
    ----------
    name : str
        Its name in the registry.
    session : onnxruntime.InferenceSession
    """

    def __init__(self, name: str, session: Any) -> None:
        self.name = name
        self.inputs = {value.name: (_TYPES.get(value.type), tuple(value.shape)) for value in session.get_inputs()}
        self._session = session

    def run(self, inputs: Mapping[str, npt.NDArray[Any]]) -> list[npt.NDArray[Any]]:
        """Return the net's answers, in the order of its outputs.

        Parameters
        ----------
        inputs : name to array
            Of the types and shapes that the net states; a free length fits any.

        Raises
        ------
        ModelError
            If an input is missing, unknown, or of another type or shape.
        """
        if set(inputs) != set(self.inputs):
            raise ModelError(f"{self.name}: inputs must be {sorted(self.inputs)}, got {sorted(inputs)}")
        for key, array in inputs.items():
            kind, shape = self.inputs[key]
            if kind is not None and (array.dtype != kind or not _fits(array.shape, shape)):
                wanted = f"{kind} {list(shape)}"
                raise ModelError(f"{self.name}: {key} must be {wanted}, got {array.dtype} {list(array.shape)}")
        answers: list[npt.NDArray[Any]] = self._session.run(None, dict(inputs))
        return answers


@functools.cache
def net(name: str, threads: int = 1) -> Net:
    """Load a net, or return the one that this process has loaded already.

    Parameters
    ----------
    name : str
        Its name in the registry.
    threads : int
        Threads within one answer.

    Raises
    ------
    UseError
        If there is no model of that name.
    ModelError
        If its file is missing, is not what the registry says, or is no net that can be run.
    """
    return load(name, path(name), threads)


def load(name: str, file: Path, threads: int = 1) -> Net:
    """Load a net from a file that was checked.

    Raises
    ------
    ModelError
        If it is no net that can be run.
    """
    import onnxruntime  # a tenth of a second that a run with nothing to do must not spend
    from onnxruntime.capi import onnxruntime_pybind11_state as states

    unusable = (states.Fail, states.InvalidArgument, states.InvalidGraph, states.InvalidProtobuf, states.NotImplemented)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        session = onnxruntime.InferenceSession(file.read_bytes(), options, providers=["CPUExecutionProvider"])
    except unusable as error:
        first = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise ModelError(f"{name}: {file.name} must be an ONNX net, got {first}") from error
    return Net(name, session)


def _fits(came: tuple[int, ...], stated: tuple[int | str | None, ...]) -> bool:
    if len(came) != len(stated):
        return False
    return all(not isinstance(want, int) or have == want for have, want in zip(came, stated, strict=True))
