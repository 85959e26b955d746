"""Layers of Keras as ONNX, one function a kind; every tensor keeps Keras' order of axes (channels last).

Source: the documentation of keras.layers; ONNX operators, opset 17. The runtime takes out the transpositions that meet.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models.graphs import Graph
from kinoeye.models.keras_activations import activated, number

Array = npt.NDArray[Any]


@dataclass
class Call:
    """One use of a layer.

    Parameters
    ----------
    graph : Graph
    kind : str
        Its class.
    config : dict
    arrays : list of array
        Its weights.
    sources : list of (name, rank)
    is_old : bool
        Whether Keras 2 wrote it.
    """

    graph: Graph
    kind: str
    config: Any
    arrays: list[Array]
    sources: list[tuple[str, int]]
    is_old: bool

    @property
    def source(self) -> str:
        """Return the name of the only source."""
        return self.sources[0][0]

    @property
    def rank(self) -> int:
        """Return how many axes the first source has."""
        return self.sources[0][1]

    def active(self, last: str) -> str:
        """Add the layer's activation."""
        return activated(self.graph, self.config.get("activation"), last, is_old=self.is_old)

    def whole(self, *values: int) -> str:
        """Add whole numbers."""
        return self.graph.constant(np.array(values, np.int64))

    def first(self, source: str) -> str:
        """Bring the channels first."""
        return self.graph.node("Transpose", source, perm=[0, self.rank - 1, *range(1, self.rank - 1)])

    def last(self, source: str) -> str:
        """Bring the channels last again."""
        return self.graph.node("Transpose", source, perm=[0, *range(2, self.rank), 1])


def _same(call: Call) -> tuple[str, int]:
    return call.source, call.rank


def _dense(call: Call) -> tuple[str, int]:
    last = call.graph.node("MatMul", call.source, call.graph.constant(call.arrays[0]))
    if call.config.get("use_bias", True):
        last = call.graph.node("Add", last, call.graph.constant(call.arrays[1]))
    return call.active(last), call.rank


def _activation(call: Call) -> tuple[str, int]:
    return call.active(call.source), call.rank


def _relu(call: Call) -> tuple[str, int]:
    slope, top = call.config.get("negative_slope") or 0.0, call.config.get("max_value")
    if call.config.get("threshold"):
        raise ModelError("models: the threshold of ReLU must be 0")
    last = (
        call.graph.node("LeakyRelu", call.source, alpha=float(slope)) if slope else call.graph.node("Relu", call.source)
    )
    return (call.graph.node("Min", last, number(call.graph, top)) if top is not None else last), call.rank


def _leaky(call: Call) -> tuple[str, int]:
    slope = call.config.get("negative_slope", call.config.get("alpha", 0.3))
    return call.graph.node("LeakyRelu", call.source, alpha=float(slope)), call.rank


def _prelu(call: Call) -> tuple[str, int]:
    return call.graph.node("PRelu", call.source, call.graph.constant(call.arrays[0])), call.rank


def _elu(call: Call) -> tuple[str, int]:
    return call.graph.node("Elu", call.source, alpha=float(call.config.get("alpha", 1.0))), call.rank


def _softmax(call: Call) -> tuple[str, int]:
    return call.graph.node("Softmax", call.source, axis=_axis(call)), call.rank


def _flatten(call: Call) -> tuple[str, int]:
    return call.graph.node("Reshape", call.source, call.whole(0, -1)), 2


def _reshape(call: Call) -> tuple[str, int]:
    shape = call.config["target_shape"]
    return call.graph.node("Reshape", call.source, call.whole(0, *map(int, shape))), len(shape) + 1


def _permute(call: Call) -> tuple[str, int]:
    return call.graph.node("Transpose", call.source, perm=[0, *call.config["dims"]]), call.rank


def _repeat(call: Call) -> tuple[str, int]:
    once = call.graph.node("Unsqueeze", call.source, call.whole(1))
    return call.graph.node("Tile", once, call.whole(1, int(call.config["n"]), 1)), 3


def _embedding(call: Call) -> tuple[str, int]:
    if call.config.get("mask_zero"):
        raise ModelError("models: Embedding must not mask, got mask_zero")
    numbers = call.graph.node("Cast", call.source, to=7)  # int64
    return call.graph.node("Gather", call.graph.constant(call.arrays[0]), numbers), call.rank + 1


def _convolution(call: Call) -> tuple[str, int]:
    kernel = call.arrays[0]
    axes = kernel.ndim - 2
    turned = kernel.transpose(axes + 1, axes, *range(axes))
    return _convolved(call, [(turned, int(call.config.get("groups", 1)))])


def _depthwise(call: Call) -> tuple[str, int]:
    return _convolved(call, [_by_channel(call.arrays[0])])


def _separable(call: Call) -> tuple[str, int]:
    axes = call.arrays[1].ndim - 2
    points = call.arrays[1].transpose(axes + 1, axes, *range(axes))
    return _convolved(call, [_by_channel(call.arrays[0]), (points, 1)])


def _by_channel(kernel: Array) -> tuple[Array, int]:
    """Return a kernel [sides, channels, multiplier] as ONNX has it, and how many groups."""
    axes = kernel.ndim - 2
    each = kernel.transpose(axes, axes + 1, *range(axes))
    return each.reshape(-1, 1, *kernel.shape[:axes]), kernel.shape[axes]


def _convolved(call: Call, kernels: list[tuple[Array, int]]) -> tuple[str, int]:
    """Convolve, first as the layer says and then point by point; the bias goes with the last."""
    _channels_last(call)
    axes = call.rank - 2
    last = call.first(call.source)
    bias = [call.graph.constant(call.arrays[-1])] if call.config.get("use_bias", True) else []
    for place, (kernel, groups) in enumerate(kernels):
        settings: dict[str, Any] = {"kernel_shape": list(kernel.shape[2:]), "group": groups}
        if place == 0:
            strides, gaps = (_sides(call.config.get(key, 1), axes) for key in ("strides", "dilation_rate"))
            settings |= {
                "strides": strides,
                "dilations": gaps,
                **_padding(call, settings["kernel_shape"], strides, gaps),
            }
        with_bias = bias if place == len(kernels) - 1 else []
        last = call.graph.node("Conv", last, call.graph.constant(kernel), *with_bias, **settings)
    return call.active(call.last(last)), call.rank


def _padding(call: Call, sides: list[int], strides: list[int], gaps: list[int]) -> dict[str, Any]:
    padding = call.config.get("padding", "valid")
    if padding == "valid":
        return {}
    if padding == "same" and any(stride != 1 for stride in strides):
        return {"auto_pad": "SAME_UPPER"}
    whole = [gap * (side - 1) for side, gap in zip(sides, gaps, strict=True)]
    if padding == "causal":
        return {"pads": [*whole, *[0] * len(whole)]}
    if padding == "same":
        return {"pads": [*(each // 2 for each in whole), *(each - each // 2 for each in whole)]}
    raise ModelError(f"models: padding must be valid, same or causal, got {padding!r}")


def _convolution_back(call: Call) -> tuple[str, int]:
    _channels_last(call)
    kernel, axes = call.arrays[0], call.rank - 2
    sides, strides = list(kernel.shape[:axes]), _sides(call.config.get("strides", 1), axes)
    gaps = _sides(call.config.get("dilation_rate", 1), axes)
    if any(gap != 1 for gap in gaps) or call.config.get("output_padding"):
        raise ModelError(f"models: {call.kind} must have neither gaps nor padding of its output")
    over = [side - stride for side, stride in zip(sides, strides, strict=True)]
    settings: dict[str, Any] = {"strides": strides, "output_padding": [max(-each, 0) for each in over]}
    if call.config.get("padding", "valid") == "same":
        more = [max(each, 0) for each in over]
        settings["pads"] = [*(each // 2 for each in more), *(each - each // 2 for each in more)]
    turned = kernel.transpose(axes + 1, axes, *range(axes))
    bias = [call.graph.constant(call.arrays[1])] if call.config.get("use_bias", True) else []
    last = call.graph.node("ConvTranspose", call.first(call.source), call.graph.constant(turned), *bias, **settings)
    return call.active(call.last(last)), call.rank


def _pool(call: Call) -> tuple[str, int]:
    _channels_last(call)
    axes = call.rank - 2
    sides = _sides(call.config["pool_size"], axes)
    strides = _sides(call.config.get("strides") or call.config["pool_size"], axes)
    padding = "SAME_UPPER" if call.config.get("padding", "valid") == "same" else "VALID"
    operator = "MaxPool" if call.kind.startswith("Max") else "AveragePool"
    last = call.graph.node(operator, call.first(call.source), kernel_shape=sides, strides=strides, auto_pad=padding)
    return call.last(last), call.rank


def _pool_all(call: Call) -> tuple[str, int]:
    _channels_last(call)
    keeps = bool(call.config.get("keepdims"))
    operator = "ReduceMax" if "Max" in call.kind else "ReduceMean"
    last = call.graph.node(operator, call.source, axes=list(range(1, call.rank - 1)), keepdims=int(keeps))
    return last, call.rank if keeps else 2


def _batch_norm(call: Call) -> tuple[str, int]:
    if _axis(call) not in (-1, call.rank - 1):
        raise ModelError("models: BatchNormalization must be over the channels")
    arrays = [array.astype(np.float64) for array in call.arrays]
    mean, variance = arrays[-2:]
    scale = 1 / np.sqrt(variance + float(call.config["epsilon"]))
    if call.config.get("scale", True):
        scale = scale * arrays[0]
    offset = -mean * scale
    if call.config.get("center", True):
        offset = offset + arrays[int(bool(call.config.get("scale", True)))]
    return _scaled(call, scale, offset), call.rank


def _layer_norm(call: Call) -> tuple[str, int]:
    if _axis(call) not in (-1, call.rank - 1) or call.config.get("rms_scaling"):
        raise ModelError("models: LayerNormalization must be over the last axis")
    if not (call.config.get("scale", True) and call.config.get("center", True)):
        raise ModelError("models: LayerNormalization must have a scale and an offset")
    constants = [call.graph.constant(array) for array in call.arrays]
    epsilon = float(call.config["epsilon"])
    return call.graph.node("LayerNormalization", call.source, *constants, axis=-1, epsilon=epsilon), call.rank


def _rescaling(call: Call) -> tuple[str, int]:
    scale, offset = (
        np.asarray(call.config.get(key, value), np.float64) for key, value in (("scale", 1), ("offset", 0))
    )
    return _scaled(call, scale, offset), call.rank


def _scaled(call: Call, scale: Array, offset: Array) -> str:
    more = call.graph.node("Mul", call.source, call.graph.constant(scale.astype(np.float32)))
    return call.graph.node("Add", more, call.graph.constant(offset.astype(np.float32)))


_MERGES = {"Add": "Sum", "Average": "Mean", "Maximum": "Max", "Minimum": "Min", "Subtract": "Sub"}


def _merge(call: Call) -> tuple[str, int]:
    names = [name for name, _ in call.sources]
    rank = max(rank for _, rank in call.sources)
    if call.kind == "Multiply":
        last = names[0]
        for name in names[1:]:
            last = call.graph.node("Mul", last, name)
        return last, rank
    return call.graph.node(_MERGES[call.kind], *names), rank


def _concatenate(call: Call) -> tuple[str, int]:
    return call.graph.node("Concat", *(name for name, _ in call.sources), axis=_axis(call)), call.rank


def _pad(call: Call) -> tuple[str, int]:
    _channels_last(call)
    pairs = _pairs(call.config["padding"], call.rank - 2)
    pads = call.whole(0, *(pair[0] for pair in pairs), 0, 0, *(pair[1] for pair in pairs), 0)
    return call.graph.node("Pad", call.source, pads), call.rank


def _crop(call: Call) -> tuple[str, int]:
    _channels_last(call)
    pairs = _pairs(call.config["cropping"], call.rank - 2)
    ends = (-pair[1] if pair[1] else np.iinfo(np.int64).max for pair in pairs)
    axes = call.whole(*range(1, call.rank - 1))
    return call.graph.node("Slice", call.source, call.whole(*(p[0] for p in pairs)), call.whole(*ends), axes), call.rank


def _enlarge(call: Call) -> tuple[str, int]:
    _channels_last(call)
    if call.config.get("interpolation", "nearest") != "nearest":
        raise ModelError(f"models: {call.kind} must take the nearest, got {call.config['interpolation']!r}")
    last = call.source
    for axis, times in enumerate(_sides(call.config["size"], call.rank - 2), 1):
        # Each row is put beside itself: that is what the nearest is at whole factors.
        wide = call.graph.node("Unsqueeze", last, call.whole(axis + 1))
        tiles = [1] * (call.rank + 1)
        tiles[axis + 1] = times
        shape = [0] * call.rank
        shape[axis] = -1
        last = _merged(call, call.graph.node("Tile", wide, call.whole(*tiles)), axis)
    return last, call.rank


def _merged(call: Call, source: str, axis: int) -> str:
    """Make one axis of two neighbours."""
    shape = call.graph.node("Shape", source)
    before = call.graph.node("Slice", shape, call.whole(0), call.whole(axis))
    after = call.graph.node("Slice", shape, call.whole(axis + 2), call.whole(call.rank + 1))
    return call.graph.node("Reshape", source, call.graph.node("Concat", before, call.whole(-1), after, axis=0))


def _axis(call: Call) -> int:
    axis = call.config.get("axis", -1)
    if isinstance(axis, list):
        if len(axis) != 1:
            raise ModelError(f"models: {call.kind} must have one axis, got {axis}")
        axis = axis[0]
    return int(axis)


def _channels_last(call: Call) -> None:
    if call.config.get("data_format", "channels_last") not in ("channels_last", None):
        raise ModelError(f"models: {call.kind} must have its channels last, got {call.config['data_format']!r}")


def _sides(value: Any, axes: int) -> list[int]:
    sides = [int(each) for each in (value if isinstance(value, list) else [value])]
    return sides * axes if len(sides) == 1 else sides


def _pairs(value: Any, axes: int) -> list[list[int]]:
    listed = value if isinstance(value, list) else [value] * axes
    if axes == 1 and listed and not isinstance(listed[0], list):
        listed = [listed if len(listed) == 2 else listed * 2]
    return [[int(side) for side in (each if isinstance(each, list) else [each, each])] for each in listed]


KINDS: dict[str, Callable[[Call], tuple[str, int]]] = {
    **dict.fromkeys(("Dropout", "SpatialDropout1D", "SpatialDropout2D", "SpatialDropout3D", "AlphaDropout",
                     "GaussianDropout", "GaussianNoise", "ActivityRegularization", "Identity"), _same),
    **dict.fromkeys(("Conv1D", "Conv2D", "Conv3D"), _convolution),
    **dict.fromkeys(("DepthwiseConv1D", "DepthwiseConv2D"), _depthwise),
    **dict.fromkeys(("SeparableConv1D", "SeparableConv2D"), _separable),
    **dict.fromkeys(("Conv1DTranspose", "Conv2DTranspose"), _convolution_back),
    **dict.fromkeys([f"{kind}Pooling{axes}D" for kind in ("Max", "Average") for axes in (1, 2, 3)], _pool),
    **dict.fromkeys([f"Global{kind}Pooling{axes}D" for kind in ("Max", "Average") for axes in (1, 2, 3)], _pool_all),
    **dict.fromkeys(("Add", "Subtract", "Multiply", "Average", "Maximum", "Minimum"), _merge),
    **dict.fromkeys(("ZeroPadding1D", "ZeroPadding2D", "ZeroPadding3D"), _pad),
    **dict.fromkeys(("Cropping1D", "Cropping2D", "Cropping3D"), _crop),
    **dict.fromkeys(("UpSampling1D", "UpSampling2D"), _enlarge),
    "Dense": _dense, "Activation": _activation, "ReLU": _relu, "LeakyReLU": _leaky, "PReLU": _prelu, "ELU": _elu,
    "Softmax": _softmax, "Flatten": _flatten, "Reshape": _reshape, "Permute": _permute, "RepeatVector": _repeat,
    "Embedding": _embedding, "BatchNormalization": _batch_norm, "LayerNormalization": _layer_norm,
    "Rescaling": _rescaling, "Concatenate": _concatenate,
}  # fmt: skip
