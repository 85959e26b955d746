"""Write a trained network as ONNX, from its plan and arrays; Keras has no part in it.

Source: ONNX operators, opset 17.
"""

import importlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.networks_plan import HeadPlan, PicturePlan, Plan, TextPlan

Array = npt.NDArray[Any]

OPSET = 17
CARD = "kinoeye"  # where the card stands in the file
_IR_VERSION = 8


def written(plan: Plan, arrays: Mapping[str, list[Array]], mean: Array, spread: Array) -> bytes:
    """Return a network as ONNX: `inputs` to `scores` float32 [n, answers].

    Parameters
    ----------
    plan : Plan
    arrays : name of a layer to its arrays
    mean, spread : float32 [size]
        Of embeddings.
    """
    graph = _Graph()
    if isinstance(plan, TextPlan):
        kind, shape = "INT32", ["n", plan.length]
        last = graph.add("Gather", graph.constant(arrays["words"][0]), "inputs")
        last = graph.add("Transpose", last, perm=[0, 2, 1])
        parts = [_strongest(graph, last, arrays[f"width{width}"]) for width in plan.widths]
        last = graph.add("Concat", *parts, axis=1)
    elif isinstance(plan, PicturePlan):
        kind, shape = "FLOAT", ["n", plan.height, plan.width, 3]
        last = graph.scaled("inputs", np.float32(1 / 127.5), np.float32(-1))
        last = graph.add("Transpose", last, perm=[0, 3, 1, 2])
        for number in range(len(plan.filters)):
            last = graph.add("Relu", graph.convolved(last, arrays[f"block{number}"]))
            last = graph.add("MaxPool", last, kernel_shape=[2, 2], strides=[2, 2])
        last = graph.add("ReduceMean", last, axes=[2, 3], keepdims=0)
    else:
        kind, shape = "FLOAT", ["n", plan.size]
        last = graph.scaled("inputs", 1 / spread, -mean / spread)
        if plan.hidden:
            last = graph.add("Relu", graph.dense(last, arrays["hidden"]))
    assert isinstance(plan, TextPlan | PicturePlan | HeadPlan)
    return graph.finish(graph.dense(last, arrays["answers"]), kind, shape, plan.answers)


def with_card(content: bytes, card: Mapping[str, Any]) -> bytes:
    """Return ONNX with what is known of it in itself."""
    onnx = importlib.import_module("onnx")
    model = onnx.load_model_from_string(content)
    onnx.helper.set_model_props(model, {CARD: json.dumps(card, ensure_ascii=False, sort_keys=True)})
    return bytes(model.SerializeToString())


def _strongest(graph: "_Graph", source: str, arrays: list[Array]) -> str:
    """Add the filters of one width, and what each finds at most."""
    return graph.add("ReduceMax", graph.add("Relu", graph.convolved(source, arrays)), axes=[2], keepdims=0)


class _Graph:
    def __init__(self) -> None:
        self._onnx = importlib.import_module("onnx")
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, array: Array) -> str:
        name = f"c{len(self._constants)}"
        plain = np.ascontiguousarray(array, np.float32).reshape(np.shape(array))
        self._constants.append(self._onnx.numpy_helper.from_array(plain, name))
        return name

    def add(self, operator: str, *inputs: str, **attributes: Any) -> str:
        name = f"n{len(self._nodes)}"
        self._nodes.append(self._onnx.helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def scaled(self, source: str, scale: Any, offset: Any) -> str:
        return self.add("Add", self.add("Mul", source, self.constant(scale)), self.constant(offset))

    def dense(self, source: str, arrays: list[Array]) -> str:
        return self.add("Add", self.add("MatMul", source, self.constant(arrays[0])), self.constant(arrays[1]))

    def convolved(self, source: str, arrays: list[Array]) -> str:
        """Convolve at the same length: kernel [sides, channels, filters], as Keras keeps it."""
        axes = arrays[0].ndim - 2
        kernel = arrays[0].transpose(axes + 1, axes, *range(axes))
        before = [(side - 1) // 2 for side in kernel.shape[2:]]
        after = [side - 1 - first for side, first in zip(kernel.shape[2:], before, strict=True)]
        return self.add("Conv", source, self.constant(kernel), self.constant(arrays[1]), pads=[*before, *after])

    def finish(self, last: str, kind: str, shape: list[Any], answers: int) -> bytes:
        helper, proto = self._onnx.helper, self._onnx.TensorProto
        self._nodes.append(helper.make_node("Identity", [last], ["scores"]))
        begin = helper.make_tensor_value_info("inputs", getattr(proto, kind), shape)
        end = helper.make_tensor_value_info("scores", proto.FLOAT, ["n", answers])
        graph = helper.make_graph(self._nodes, "kinoeye", [begin], [end], self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=_IR_VERSION)
        self._onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())
