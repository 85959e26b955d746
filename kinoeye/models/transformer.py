"""Transformer: the small one that was learnt from the user's own texts, as an ONNX net and as a model that writes.

Its file of plain arrays is the one that `kinoeye.learn.transformer` writes; there is no torch here.

Source: as there.
"""

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import MissingError, ModelError
from kinoeye.models.cache import written
from kinoeye.models.graphs import Graph
from kinoeye.models.nets import Net, load

_BEGIN, _UNKNOWN = 0, 2
_EPSILON = 1e-5  # of torch's norms

Arrays = dict[str, npt.NDArray[Any]]


class Learnt:
    """A transformer that tells the chances of the next word.

    Parameters
    ----------
    vocabulary : tuple of str
        Marks before rows stand in it too.
    window : int
        Words and marks that are looked at.
    net : Net
    """

    def __init__(self, vocabulary: tuple[str, ...], window: int, net: Net) -> None:
        self.vocabulary, self._window, self._net = vocabulary, window, net
        self._numbers = {word: number for number, word in enumerate(vocabulary)}
        self._marks = [_BEGIN, *(number for number, word in enumerate(vocabulary)
                                 if number > _UNKNOWN and word.startswith("<") and word.endswith(">"))]  # fmt: skip

    def numbers(self, words: Sequence[str]) -> list[int]:
        """Return words as numbers; those that are not known as the unknown one."""
        return [self._numbers.get(word, _UNKNOWN) for word in words]

    def logits(self, numbers: Sequence[int]) -> npt.NDArray[np.float32]:
        """Return how likely each word is to come next, before the softmax; the last of a window are looked at."""
        last = [_BEGIN, *numbers][-self._window :]
        (answer,) = self._net.run({"numbers": np.asarray([last], np.float32)})
        return np.asarray(answer[0], np.float32)

    def following(self, numbers: Sequence[int]) -> npt.NDArray[np.float64]:
        """Return the chance of each word of the vocabulary to come next; marks have none."""
        logits = self.logits(numbers).astype(np.float64)
        logits[self._marks] = -np.inf
        chances: npt.NDArray[np.float64] = np.exp(logits - logits.max())
        chances /= chances.sum()
        return chances


def learnt(file: Path) -> Learnt:
    """Return what was learnt, ready to write; its ONNX form is made beside it where it is not there or is older.

    Raises
    ------
    MissingError
        If nothing was learnt.
    ModelError
        If the file is damaged.
    """
    if not file.is_file():
        raise MissingError(f"ideas: {file} must be there, got none", remedy="Learn first: kinoeye script learn DIR")
    arrays = _read(file)
    target = file.with_suffix(".onnx")
    if not target.is_file() or target.stat().st_mtime_ns < file.stat().st_mtime_ns:
        with written(target) as out:
            out.write(graph(arrays))
    words = arrays["words"].tobytes().decode().split("\n")
    return Learnt(tuple(words), int(arrays["sizes"][0]), load("ideas", target))


def graph(arrays: Arrays) -> bytes:
    """Return the ONNX net of the best weights: numbers float32 [1, n] to logits float32 [1, words]."""
    window, width, heads, layers = (int(each) for each in arrays["sizes"])
    weights = {name[5:]: array for name, array in arrays.items() if name.startswith("best.")}
    made = _Layers(weights, heads)
    net = made.graph
    ids = net.node("Cast", "numbers", to=7)
    count = net.node("Slice", net.node("Shape", ids), made.ints(1), made.ints(2))
    places = net.node("Slice", net.constant(weights["places"]), made.ints(0), count, made.ints(0))
    words = net.constant(weights["words"])
    x = net.node("Add", net.node("Gather", words, ids), places)
    mask = net.constant(np.triu(np.full((window, window), -1e9, np.float32), 1))
    for axis in (0, 1):
        mask = net.node("Slice", mask, made.ints(0), count, made.ints(axis))
    for layer in range(layers):
        x = made.layer(x, layer, mask, width)
    x = made.norm(x, "norm", "bias")
    last = net.node("Reshape", net.node("Gather", x, made.ints(-1), axis=1), made.ints(1, width))
    logits = net.node("MatMul", last, net.constant(np.ascontiguousarray(weights["words"].T)))
    return net.finish(("numbers", [1, "n"]), ("logits", [1, len(weights["words"])]), logits)


class _Layers:
    """Writes the layers of the net."""

    def __init__(self, weights: Arrays, heads: int) -> None:
        self.graph, self._weights, self._heads = Graph(), weights, heads

    def ints(self, *values: int) -> str:
        return self.graph.constant(np.asarray(values, np.int64))

    def norm(self, x: str, scale: str, bias: str) -> str:
        weight, shift = self._constant(scale), self._constant(bias)
        return self.graph.node("LayerNormalization", x, weight, shift, axis=-1, epsilon=_EPSILON)

    def layer(self, x: str, layer: int, mask: str, width: int) -> str:
        net = self.graph
        h = self.norm(x, f"{layer}.norm1", f"{layer}.bias1")
        qkv = net.node("MatMul", h, self._constant(f"{layer}.qkv"))
        q, k, v = (self._head(qkv, part, width) for part in range(3))
        scale = net.constant(np.asarray((width / self._heads) ** -0.5, np.float32))
        scores = net.node("Mul", net.node("MatMul", q, net.node("Transpose", k, perm=[0, 1, 3, 2])), scale)
        mixed = net.node("MatMul", net.node("Softmax", net.node("Add", scores, mask), axis=-1), v)
        mixed = net.node("Reshape", net.node("Transpose", mixed, perm=[0, 2, 1, 3]), self.ints(1, -1, width))
        x = net.node("Add", x, net.node("MatMul", mixed, self._constant(f"{layer}.out")))
        h = self.norm(x, f"{layer}.norm2", f"{layer}.bias2")
        up = net.node("Add", net.node("MatMul", h, self._constant(f"{layer}.up")), self._constant(f"{layer}.upbias"))
        return net.node("Add", x, net.node("MatMul", self._gelu(up), self._constant(f"{layer}.down")))

    def _head(self, qkv: str, part: int, width: int) -> str:
        net = self.graph
        own = net.node("Slice", qkv, self.ints(part * width), self.ints((part + 1) * width), self.ints(2))
        parted = net.node("Reshape", own, self.ints(1, -1, self._heads, width // self._heads))
        return net.node("Transpose", parted, perm=[0, 2, 1, 3])

    def _gelu(self, x: str) -> str:
        net = self.graph
        half, one, root = (net.constant(np.asarray(each, np.float32)) for each in (0.5, 1.0, 2**-0.5))
        return net.node(
            "Mul", net.node("Mul", x, half), net.node("Add", net.node("Erf", net.node("Mul", x, root)), one)
        )

    def _constant(self, name: str) -> str:
        return self.graph.constant(self._weights[name])


def _read(file: Path) -> Arrays:
    try:
        with file.open("rb") as opened, np.load(opened, allow_pickle=False) as arrays:
            found = {name: arrays[name] for name in arrays.files if name.startswith("best.")}
            return found | {name: arrays[name] for name in ("words", "sizes")}
    except (OSError, ValueError, KeyError, EOFError, TypeError, zipfile.BadZipFile) as error:
        raise ModelError(f"ideas: {file} must be what was learnt, got something else",
                         remedy="Delete it, and learn anew: kinoeye script learn DIR") from error  # fmt: skip
