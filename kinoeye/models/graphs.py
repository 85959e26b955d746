"""Graphs: an ONNX graph written node by node, for weights that were made by other frameworks.

Source: onnx.helper; ONNX operators, opset 17.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 17
IR_VERSION = 8  # of 2021: any runtime that is still kept up reads it


class Graph:
    """An ONNX graph while it is written; every method returns the name of what it adds."""

    def __init__(self) -> None:
        self._nodes: list[Any] = []
        self._constants: list[Any] = []

    def constant(self, array: npt.NDArray[Any]) -> str:
        """Add an array."""
        name = f"c{len(self._constants)}"
        self._constants.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, operator: str, *inputs: str, **attributes: Any) -> str:
        """Add an operator of one output."""
        name = f"n{len(self._nodes)}"
        self._nodes.append(helper.make_node(operator, list(inputs), [name], **attributes))
        return name

    def several(self, operator: str, *inputs: str, outputs: int, **attributes: Any) -> tuple[str, ...]:
        """Add an operator of several outputs."""
        names = tuple(f"n{len(self._nodes)}_{number}" for number in range(outputs))
        self._nodes.append(helper.make_node(operator, list(inputs), list(names), **attributes))
        return names

    def finish(self, source: tuple[str, list[Any]], target: tuple[str, list[Any]], last: str) -> bytes:
        """Return the bytes of the model of one input and one output.

        Parameters
        ----------
        source, target : (name, shape)
            Of its float32 input and output; a text in a shape is a free length.
        last : str
            Name of what becomes the output.
        """
        return self.finish_all([(*source, "FLOAT")], [(*target, last)])

    def finish_all(
        self, sources: Sequence[tuple[str, list[Any], str]], targets: Sequence[tuple[str, list[Any], str]]
    ) -> bytes:
        """Return the bytes of the model.

        Parameters
        ----------
        sources : (name, shape, type)
            Of its inputs; a text in a shape is a free length; the type is one of TensorProto's.
        targets : (name, shape, last)
            Of its float32 outputs, and what becomes each.
        """
        for name, _, last in targets:
            self._nodes.append(helper.make_node("Identity", [last], [name]))
        begins = [
            helper.make_tensor_value_info(name, getattr(TensorProto, kind), shape) for name, shape, kind in sources
        ]
        ends = [helper.make_tensor_value_info(name, TensorProto.FLOAT, shape) for name, shape, _ in targets]
        graph = helper.make_graph(self._nodes, "kinoeye", begins, ends, self._constants)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model, full_check=True)
        return bytes(model.SerializeToString())
