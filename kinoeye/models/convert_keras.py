"""Turn a small Keras 2 CNN in HDF5 into ONNX, without Keras or TensorFlow.

Reads the layers that a plain picture classifier is made of and refuses all others; nothing in the file is executed.

Source: the HDF5 format of Keras 2 (attributes `model_config`, `weight_names`); Chollet, "Xception", CVPR 2017.
"""

import io
import json
from typing import Any

import h5py
import numpy as np

from kinoeye.errors import ModelError
from kinoeye.models.graphs import Graph

_PADDING = {"same": "SAME_UPPER", "valid": "VALID"}
_ACTIVATIONS: dict[str, tuple[str, dict[str, int]]] = {
    "relu": ("Relu", {}), "softmax": ("Softmax", {"axis": -1}), "sigmoid": ("Sigmoid", {}), "linear": ("Identity", {}),
}  # fmt: skip


def convert(content: bytes) -> bytes:
    """Return ONNX: `picture` float32 [n, height, width, channels] to `scores` float32 [n, classes].

    Raises
    ------
    ModelError
        If the file is no such net, or has a layer that is not known here.
    """
    try:
        with h5py.File(io.BytesIO(content), "r") as file:
            layers = json.loads(file.attrs["model_config"])["config"]
            weights = {name: _weights(group) for name, group in file["model_weights"].items()}
        return _Net(weights).write(layers)
    except (OSError, KeyError, ValueError, TypeError) as error:
        raise ModelError(f"models: weights must be a Keras 2 picture classifier, got {error}") from error


class _Net:
    def __init__(self, weights: dict[str, dict[str, Any]]) -> None:
        self._weights = weights
        self._graph = Graph()
        self._shape: list[Any] = []

    def write(self, config: Any) -> bytes:
        """Return the net that a configuration describes, as ONNX."""
        done: dict[str, str] = {}
        for layer in config["layers"]:
            name = layer["name"]
            sources = [done[source[0]] for source in layer["inbound_nodes"][0]] if layer["inbound_nodes"] else []
            done[name] = self._layer(layer["class_name"], layer["config"], self._weights.get(name, {}), sources)
        last = config["output_layers"][0][0]
        classes = self._classes(config["layers"])
        return self._graph.finish(("picture", ["n", *self._shape]), ("scores", ["n", classes]), done[last])

    def _classes(self, layers: list[Any]) -> int:
        last = [layer for layer in layers if layer["class_name"] in {"Conv2D", "SeparableConv2D"}][-1]
        return int(last["config"]["filters"])

    def _layer(self, kind: str, config: Any, weights: dict[str, Any], sources: list[str]) -> str:
        graph = self._graph
        if kind == "InputLayer":
            self._shape = list(config["batch_input_shape"][1:])
            return graph.node("Transpose", "picture", perm=[0, 3, 1, 2])
        if kind in {"Conv2D", "SeparableConv2D"}:
            return self._convolution(kind, config, weights, sources[0])
        if kind == "BatchNormalization":
            names = ("gamma", "beta", "moving_mean", "moving_variance")
            constants = [graph.constant(weights[name]) for name in names]
            return graph.node("BatchNormalization", sources[0], *constants, epsilon=float(config["epsilon"]))
        if kind == "Activation":
            operator, attributes = _ACTIVATIONS[config["activation"]]
            return graph.node(operator, *sources, **attributes)
        if kind == "MaxPooling2D":
            return graph.node(
                "MaxPool", sources[0], kernel_shape=config["pool_size"], strides=config["strides"],
                auto_pad=_PADDING[config["padding"]],
            )  # fmt: skip
        if kind == "Add":
            return graph.node("Add", *sources)
        if kind == "GlobalAveragePooling2D":
            return graph.node("Flatten", graph.node("GlobalAveragePool", sources[0]))
        raise ModelError(f"models: a layer must be one of a plain picture classifier, got {kind}")

    def _convolution(self, kind: str, config: Any, weights: dict[str, Any], source: str) -> str:
        if config.get("activation", "linear") != "linear":
            raise ModelError(
                f"models: a convolution's activation must stand in a layer of its own, got {config['activation']}"
            )
        graph, attributes = self._graph, {"strides": config["strides"], "auto_pad": _PADDING[config["padding"]]}
        bias = [graph.constant(weights["bias"])] if config["use_bias"] else []
        if kind == "Conv2D":
            kernel = graph.constant(weights["kernel"].transpose(3, 2, 0, 1))
            return graph.node("Conv", source, kernel, *bias, kernel_shape=config["kernel_size"], **attributes)
        depth = weights["depthwise_kernel"]
        each = graph.constant(depth.transpose(2, 3, 0, 1))
        at = graph.node("Conv", source, each, kernel_shape=config["kernel_size"], group=depth.shape[2], **attributes)
        points = graph.constant(weights["pointwise_kernel"].transpose(3, 2, 0, 1))
        return graph.node("Conv", at, points, *bias, kernel_shape=[1, 1])


def _weights(group: Any) -> dict[str, Any]:
    """Return a layer's arrays by their plain names: kernel, bias, gamma …"""
    names = [name.decode() if isinstance(name, bytes) else name for name in group.attrs["weight_names"]]
    return {name.split("/")[-1].split(":")[0]: np.asarray(group[name], np.float32) for name in names}
