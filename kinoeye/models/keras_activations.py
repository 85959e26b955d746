"""Activations of Keras, as ONNX.

Source: the documentation of keras.activations; ONNX operators, opset 17.
"""

import numpy as np

from kinoeye.errors import ModelError
from kinoeye.models.graphs import Graph

_PLAIN = {"relu": "Relu", "sigmoid": "Sigmoid", "tanh": "Tanh", "softplus": "Softplus", "softsign": "Softsign",
          "elu": "Elu", "exponential": "Exp"}  # fmt: skip


def activated(graph: Graph, name: object, source: str, *, is_old: bool) -> str:
    """Add an activation.

    Parameters
    ----------
    graph : Graph
    name : str or None
    source : str
    is_old : bool
        Whether Keras 2 wrote it, whose hard sigmoid is another.

    Raises
    ------
    ModelError
        If it is not known here.
    """
    if name in (None, "linear"):
        return source
    if isinstance(name, str) and name in _PLAIN:
        return graph.node(_PLAIN[name], source)
    if name == "softmax":
        return graph.node("Softmax", source, axis=-1)
    if name == "log_softmax":
        return graph.node("LogSoftmax", source, axis=-1)
    if name == "selu":
        return graph.node("Selu", source)
    if name == "relu6":
        return graph.node("Clip", source, number(graph, 0), number(graph, 6))
    if name in ("swish", "silu"):
        return graph.node("Mul", source, graph.node("Sigmoid", source))
    if name == "mish":
        return graph.node("Mul", source, graph.node("Tanh", graph.node("Softplus", source)))
    if name == "leaky_relu":
        return graph.node("LeakyRelu", source, alpha=0.2)
    if name == "hard_sigmoid":
        return graph.node("HardSigmoid", source, alpha=0.2 if is_old else 1 / 6, beta=0.5)
    if name == "gelu":
        normal = graph.node("Erf", graph.node("Mul", source, number(graph, 0.5**0.5)))
        return graph.node("Mul", graph.node("Mul", source, number(graph, 0.5)),
                          graph.node("Add", normal, number(graph, 1)))  # fmt: skip
    raise ModelError(f"models: an activation must be a usual one, got {name!r}")


def number(graph: Graph, value: float) -> str:
    """Add a single number."""
    return graph.constant(np.array(value, np.float32))
