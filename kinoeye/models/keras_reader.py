"""Turn a Keras model, its description and weights, into ONNX without Keras: the layers that most networks are made of.

Sequential and Functional models, models within models, shared layers, several inputs and outputs. A layer that is not
known here is an error that names it; Keras itself is then the other way.

Source: the configurations of Keras 2 and 3 (layers, inbound_nodes, input_layers, output_layers).
"""

from collections.abc import Sequence
from typing import Any

import numpy as np

from kinoeye.errors import ModelError
from kinoeye.models.graphs import Graph
from kinoeye.models.keras_layers import KINDS, Call
from kinoeye.models.keras_recurrent import recurrent
from kinoeye.models.keras_weights import Weights

_TYPES = {"float32": "FLOAT", "float16": "FLOAT", "float64": "FLOAT", "int32": "INT32", "int64": "INT64",
          "uint8": "UINT8", "bool": "BOOL", "int16": "INT16", "int8": "INT8"}  # fmt: skip
_RECURRENT = ("LSTM", "GRU", "SimpleRNN")
_MODELS = ("Functional", "Model", "Sequential")

Tensor = tuple[str, int]
"""Name and how many axes."""


def to_onnx(config: Any, weights: Weights, *, is_old: bool = False) -> bytes:
    """Return a model as ONNX; its inputs and outputs are named after their layers.

    Parameters
    ----------
    config : dict
        Its description, checked.
    weights : Weights
    is_old : bool
        Whether Keras 2 wrote it.

    Raises
    ------
    ModelError
        If a layer, or what it does, is not known here.
    """
    try:
        return _Reader(is_old).write(config, weights)
    except (KeyError, ValueError, TypeError, IndexError, AttributeError) as error:
        raise ModelError(f"models: a description must fit its weights, got {type(error).__name__}: {error}") from error


class _Reader:
    def __init__(self, is_old: bool) -> None:
        self._graph = Graph()
        self._is_old = is_old
        self._inputs: list[tuple[str, list[Any], str]] = []

    def write(self, config: Any, weights: Weights) -> bytes:
        """Return the bytes of the whole model."""
        outputs = self._model(config, weights, None)
        free = [["n", *[f"{name}_{axis}" for axis in range(1, rank)]] for name, (_, rank) in outputs]
        targets = [(name, shape, last[0]) for (name, last), shape in zip(outputs, free, strict=True)]
        return self._graph.finish_all(self._inputs, targets)

    def _model(self, config: Any, weights: Weights, given: list[Tensor] | None) -> list[tuple[str, Tensor]]:
        """Add a model, on what is given or on inputs of its own; return its outputs by name."""
        settings = config["config"]
        if config["class_name"] == "Sequential":
            layers = settings if isinstance(settings, list) else settings["layers"]
            return self._row(layers, settings, weights, given)
        return self._net(settings, weights, given)

    def _row(
        self, layers: Any, settings: Any, weights: Weights, given: list[Tensor] | None
    ) -> list[tuple[str, Tensor]]:
        own = [layer for layer in layers if layer["class_name"] != "InputLayer"]
        if given is None:
            first = layers[0]["config"]
            shape = first.get("batch_shape") or first.get("batch_input_shape")
            shape = shape or (settings.get("build_input_shape") if isinstance(settings, dict) else None)
            if shape is None:
                raise ModelError("models: a Sequential model must state the shape of its input, got none")
            kind = _kind(first) if layers[0]["class_name"] == "InputLayer" else "FLOAT"
            given = [self._input(str(first.get("name", "input")), shape, kind)]
        last = given[0]
        name = ""
        for number, layer in enumerate(own):
            last = self._layer(layer, own, number, weights, [last])[0][1]
            name = str(layer["config"].get("name") or layer["class_name"])
        return [(self._free(name), last)]

    def _net(self, settings: Any, weights: Weights, given: list[Tensor] | None) -> list[tuple[str, Tensor]]:
        layers = settings["layers"]
        made: dict[tuple[str, int, int], Tensor] = {}
        entries = _ends(settings["input_layers"])
        waiting = []
        for number, layer in enumerate(layers):
            name = str(layer.get("name") or layer["config"]["name"])
            if layer["class_name"] == "InputLayer":
                made[name, 0, 0] = self._entry(name, layer["config"], entries, given)
                continue
            waiting += [(name, at, number, _sources(node)) for at, node in enumerate(layer["inbound_nodes"])]
        while waiting:
            ready = [each for each in waiting if all(source in made for source in each[3])]
            if not ready:
                raise ModelError(f"models: a model must be a graph without loops, got one at {waiting[0][0]}")
            for name, at, number, sources in ready:
                tensors = [made[source] for source in sources]
                results = self._layer(layers[number], layers, number, weights, tensors)
                made |= {(name, at, place): tensor for place, (_, tensor) in enumerate(results)}
            waiting = [each for each in waiting if each not in ready]
        return [(self._free(end[0]), made[end]) for end in _ends(settings["output_layers"])]

    def _entry(self, name: str, config: Any, entries: list[Any], given: list[Tensor] | None) -> Tensor:
        if given is not None:
            return given[[entry[0] for entry in entries].index(name)]
        return self._input(name, config.get("batch_shape") or config["batch_input_shape"], _kind(config))

    def _input(self, name: str, shape: Any, kind: str) -> Tensor:
        self._inputs.append(
            (name, ["n", *(side if side else f"{name}_{at}" for at, side in enumerate(shape[1:], 1))], kind)
        )
        if kind in ("FLOAT", "INT64"):
            return name, len(shape)
        return self._graph.node("Cast", name, to=1 if kind in ("UINT8", "BOOL", "INT8", "INT16") else 7), len(shape)

    def _free(self, name: str) -> str:
        """Return a name that no input has."""
        return f"{name}_out" if name in {each[0] for each in self._inputs} else name

    def _layer(
        self, layer: Any, layers: Sequence[Any], number: int, weights: Weights, sources: list[Tensor]
    ) -> list[tuple[str, Tensor]]:
        kind, config = layer["class_name"], layer["config"]
        name = str(config["name"]) if "name" in config else kind
        if kind in _MODELS:
            return self._model(layer, weights.within(layers, number), sources)
        if kind in _RECURRENT:
            arrays = weights.of(layers, number, "cell")
            last = recurrent(self._graph, kind, config, [arrays], sources[0][0], None)
            return [(name, (last, 3 if config.get("return_sequences") else 2))]
        if kind == "Bidirectional":
            return [(name, self._both_ways(config, layers, number, weights, sources[0]))]
        inner = ""
        if kind == "TimeDistributed" and config["layer"]["class_name"] == "Dense":
            kind, config, inner = "Dense", config["layer"]["config"], "layer"
        if kind not in KINDS:
            raise ModelError(f"models: a layer must be a usual one to be read without Keras, got {kind} ({name})")
        arrays = weights.of(layers, number, inner)
        return [(name, KINDS[kind](Call(self._graph, kind, config, arrays, sources, self._is_old)))]

    def _both_ways(self, config: Any, layers: Any, number: int, weights: Weights, source: Tensor) -> Tensor:
        kind, inner = config["layer"]["class_name"], config["layer"]["config"]
        if kind not in _RECURRENT:
            raise ModelError(f"models: both ways must be of LSTM, GRU or SimpleRNN, got {kind}")
        ways = [weights.of(layers, number, f"{way}_layer/cell") for way in ("forward", "backward")]
        last = recurrent(self._graph, kind, inner, ways, source[0], config.get("merge_mode", "concat"))
        return last, 3 if inner.get("return_sequences") else 2


def _ends(listed: Any) -> list[tuple[str, int, int]]:
    """Return inputs or outputs as Keras lists them: one, several, or by name."""
    if isinstance(listed, dict):
        listed = list(listed.values())
    if listed and isinstance(listed[0], str):
        listed = [listed]
    return [(str(each[0]), int(each[1]), int(each[2])) for each in listed]


def _sources(node: Any) -> list[tuple[str, int, int]]:
    """Return what a layer is called with, in the form of Keras 3 or 2."""
    if isinstance(node, dict):
        words = {key: value for key, value in node.get("kwargs", {}).items() if key not in ("training", "mask")}
        if any(value is not None for value in words.values()) or any(node.get("kwargs", {}).get(k) for k in ("mask",)):
            raise ModelError(f"models: a layer must be called with tensors alone, got {', '.join(words) or 'a mask'}")
        return _tensors(node["args"])
    if node and isinstance(node[0], str):
        node = [node]
    return [(str(each[0]), int(each[1]), int(each[2])) for each in node]


def _tensors(value: Any) -> list[tuple[str, int, int]]:
    if isinstance(value, list):
        return [tensor for each in value for tensor in _tensors(each)]
    if isinstance(value, dict) and value.get("class_name") == "__keras_tensor__":
        name, node, place = value["config"]["keras_history"]
        return [(str(name), int(node), int(place))]
    raise ModelError(f"models: a layer must be called with tensors alone, got {str(value)[:80]}")


def _kind(config: Any) -> str:
    kind = config.get("dtype") or "float32"
    if isinstance(kind, dict):
        kind = kind["config"]["name"]
    return _TYPES[str(np.dtype(kind).name) if kind not in _TYPES else kind]
