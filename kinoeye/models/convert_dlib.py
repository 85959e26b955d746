"""Turn dlib's face recognition ResNet into ONNX, without dlib.

The file is a serialised C++ object; its tensors are found by their headers, in the order in which the net was written:
from the first layer to the last. Convolutions absorb the affine layer behind them.

Source: dlib 19.4, dnn_face_recognition_ex.cpp (the net `anet_type`), dlib/serialize.h (whole numbers: one byte of
length and sign, then the number, little end first) and dlib/cuda/tensor.h (a tensor: version 2, four lengths, float32).
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt

from kinoeye.errors import ModelError
from kinoeye.models.graphs import Graph

TENSORS = 59
CHIP = 150  # pixels, the side of the face that goes in
LENGTH = 128  # numbers that come out

_SMALLEST = 128  # bytes: what is shorter is no tensor but a number that looks like a header
_LARGEST = 1e4  # weights that a trained net cannot have
_MEAN = (122.782, 117.001, 104.298)  # RGB, dlib's input layer
_SCALE = 256.0

Weights = npt.NDArray[np.float32]


def convert(content: bytes) -> bytes:
    """Return ONNX: `chip` float32 [n, 3, 150, 150], RGB 0..255, to `embedding` float32 [n, 128].

    Raises
    ------
    ModelError
        If the file does not hold that net.
    """
    found = list(_tensors(content))
    if len(found) != TENSORS:
        raise ModelError(f"models: dlib's face net must hold {TENSORS} tensors, got {len(found)}")
    return _Net(found).write()


class _Net:
    def __init__(self, tensors: list[Weights]) -> None:
        self._tensors = iter(tensors)
        self._graph = Graph()

    def write(self) -> bytes:
        """Return the net as ONNX."""
        graph = self._graph
        mean = graph.constant(np.array(_MEAN, np.float32).reshape(1, 3, 1, 1))
        at = graph.node("Mul", graph.node("Sub", "chip", mean), graph.constant(np.array(1 / _SCALE, np.float32)))
        at = graph.node("Relu", self._convolution(at, 3, 32, 7, 2))
        at = graph.node("MaxPool", at, kernel_shape=[3, 3], strides=[2, 2])
        at = self._blocks(at, 32, 3)
        at = self._blocks(self._halving(at, 32, 64, odd=False), 64, 3)
        at = self._blocks(self._halving(at, 64, 128, odd=False), 128, 2)
        at = self._blocks(self._halving(at, 128, 256, odd=True), 256, 2)
        at = self._halving(at, 256, 256, odd=True)
        at = graph.node("Flatten", graph.node("GlobalAveragePool", at))
        last = graph.constant(next(self._tensors).reshape(256, LENGTH))
        at = graph.node("MatMul", at, last)
        return graph.finish(("chip", ["n", 3, CHIP, CHIP]), ("embedding", ["n", LENGTH]), at)

    def _convolution(self, at: str, inside: int, outside: int, size: int, stride: int) -> str:
        """Write a convolution and the affine layer behind it as one."""
        both, affine = next(self._tensors).ravel(), next(self._tensors).ravel()
        gain, shift = affine[:outside], affine[outside:]
        length = outside * inside * size * size
        weights = both[:length].reshape(outside, inside, size, size) * gain[:, None, None, None]
        bias = both[length:] * gain + shift
        pad = size // 2 if stride == 1 else 0
        return self._graph.node(
            "Conv", at, self._graph.constant(weights), self._graph.constant(bias),
            kernel_shape=[size, size], strides=[stride, stride], pads=[pad] * 4,
        )  # fmt: skip

    def _blocks(self, at: str, channels: int, times: int) -> str:
        for _ in range(times):
            inner = self._graph.node("Relu", self._convolution(at, channels, channels, 3, 1))
            inner = self._convolution(inner, channels, channels, 3, 1)
            at = self._graph.node("Relu", self._graph.node("Add", inner, at))
        return at

    def _halving(self, at: str, inside: int, outside: int, *, odd: bool) -> str:
        """Write a block of half the size; what has too few channels or pixels is filled with zeros, as in dlib."""
        graph = self._graph
        inner = graph.node("Relu", self._convolution(at, inside, outside, 3, 2))
        inner = self._convolution(inner, outside, outside, 3, 1)
        if odd:  # the shortcut's average reaches one pixel further than the convolution
            inner = graph.node("Pad", inner, graph.constant(np.array([0, 0, 0, 0, 0, 0, 1, 1], np.int64)))
        short = graph.node("AveragePool", at, kernel_shape=[2, 2], strides=[2, 2])
        if more := outside - inside:
            short = graph.node("Pad", short, graph.constant(np.array([0, 0, 0, 0, 0, more, 0, 0], np.int64)))
        return graph.node("Relu", graph.node("Add", inner, short))


def _tensors(content: bytes) -> Iterator[Weights]:
    place = 0
    while (place := content.find(b"\x01\x02", place)) >= 0:
        shape, begin = _header(content, place + 2)
        size = 4 * int(np.prod(shape)) if shape else 0
        if size >= _SMALLEST and begin + size <= len(content):
            values = np.frombuffer(content, "<f4", size // 4, begin)
            if np.isfinite(values).all() and np.abs(values).max() < _LARGEST:
                yield values.reshape(shape)
                place = begin + size
                continue
        place += 1


def _header(content: bytes, place: int) -> tuple[list[int], int]:
    """Read a tensor's four lengths; none if these are not lengths."""
    shape = []
    for _ in range(4):
        if place >= len(content) or not 1 <= (size := content[place]) <= 8:
            return [], place
        shape.append(int.from_bytes(content[place + 1 : place + 1 + size], "little"))
        place += 1 + size
    return (shape if all(0 < length < 5_000_000 for length in shape) else []), place
