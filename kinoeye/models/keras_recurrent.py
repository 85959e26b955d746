"""Recurrent layers of Keras (LSTM, GRU, SimpleRNN, each way or both), as ONNX.

Keras keeps the gates in another order and the time second; both are turned here.

Source: Hochreiter & Schmidhuber, "Long short-term memory", 1997; Cho et al., 2014; ONNX LSTM, GRU, RNN, opset 14.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models.graphs import Graph

Array = npt.NDArray[Any]

# Order of the gates in ONNX, by their number in Keras.
_GATES = {"LSTM": (0, 3, 1, 2), "GRU": (0, 1, 2), "SimpleRNN": (0,)}
_MERGES = {"sum": "Add", "mul": "Mul", "ave": "Mean"}


def recurrent(graph: Graph, kind: str, config: Any, ways: list[list[Array]], source: str, merge: str | None) -> str:
    """Add a recurrent layer.

    Parameters
    ----------
    graph : Graph
    kind : LSTM, GRU or SimpleRNN
    config : dict
        Of the layer, or of the forward one of two.
    ways : list of (kernel, recurrent kernel, bias)
        One, or forward and backward.
    source : str
    merge : concat, sum, mul, ave or None
        How two ways come together.

    Raises
    ------
    ModelError
        If it does what ONNX cannot say.
    """
    _must_be_usual(kind, config, ways, merge)
    parts = [_arrays(kind, config, way) for way in ways]
    kernel, again, bias = (graph.constant(np.stack([part[number] for part in parts])) for number in range(3))
    attributes: dict[str, Any] = {"hidden_size": int(config["units"])}
    attributes["direction"] = "bidirectional" if len(ways) == 2 else "forward"
    if kind == "GRU":
        attributes["linear_before_reset"] = int(bool(config.get("reset_after", True)))
    steps = graph.node("Transpose", source, perm=[1, 0, 2])
    operator = "RNN" if kind == "SimpleRNN" else kind
    sequence, last = graph.several(operator, steps, kernel, again, bias, outputs=2, **attributes)
    if config.get("return_sequences"):  # [time, ways, n, units]
        turned, axis = graph.node("Transpose", sequence, perm=[2, 0, 1, 3]), 2
    else:  # [ways, n, units]
        turned, axis = graph.node("Transpose", last, perm=[1, 0, 2]), 1
    axes = graph.constant(np.array([axis], np.int64))
    if len(ways) == 1:
        return graph.node("Squeeze", turned, axes)
    halves = graph.several("Split", turned, outputs=2, axis=axis)
    forward, backward = (graph.node("Squeeze", half, axes) for half in halves)
    if merge == "concat":
        return graph.node("Concat", forward, backward, axis=-1)
    return graph.node(_MERGES[str(merge)], forward, backward)


def _must_be_usual(kind: str, config: Any, ways: list[list[Array]], merge: str | None) -> None:
    wanted = {"activation": "tanh", "stateful": False, "return_state": False, "go_backwards": False}
    if kind != "SimpleRNN":
        wanted["recurrent_activation"] = "sigmoid"
    for key, value in wanted.items():
        if config.get(key, value) != value:
            raise ModelError(f"models: {key} of {kind} must be {value}, got {config[key]!r}")
    if len(ways) == 2 and merge not in ("concat", *_MERGES):
        raise ModelError(f"models: both ways of {kind} must come together, got merge_mode {merge!r}")
    if any(len(way) not in (2, 3) for way in ways):
        raise ModelError(f"models: {kind} must have two or three arrays, got {len(ways[0])}")


def _arrays(kind: str, config: Any, way: list[Array]) -> tuple[Array, Array, Array]:
    """Return kernel [gates x units, inputs], recurrent kernel [gates x units, units], bias [2 x gates x units]."""
    units, gates = int(config["units"]), _GATES[kind]

    def ordered(array: Array) -> Array:
        blocks = array.reshape(array.shape[0], len(gates), units)[:, list(gates)]
        return np.ascontiguousarray(blocks.reshape(array.shape[0], -1).T)

    bias = np.zeros((2, len(gates) * units), np.float32)
    if len(way) == 3:
        given = way[2].reshape(-1, len(gates) * units)  # two rows where a GRU resets after
        bias[: len(given)] = given
    return ordered(way[0]), ordered(way[1]), ordered(bias).T.reshape(-1)
