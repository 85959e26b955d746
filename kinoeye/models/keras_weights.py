"""Weights of Keras models in HDF5, by layer: of .keras archives (Keras 3), and of .h5 files (Keras 2 and 3).

A .keras archive files them under names made from the layers' classes in order; an .h5 file under the layers' own names.

Source: Keras 3, saving_lib (layers/<class>_<number>/vars/<number>); Keras 2, hdf5_format (layer_names, weight_names).
"""

import json
import re
from collections import Counter
from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


class Weights(Protocol):
    """Where a model's arrays are asked for."""

    def within(self, layers: Sequence[Any], number: int) -> "Weights":
        """Return those of a model that is a layer of this one."""

    def of(self, layers: Sequence[Any], number: int, inner: str = "") -> list[Array]:
        """Return the arrays of a layer, in the order in which Keras makes them; of a part of it, if one is named."""


class ArchiveWeights:
    """Of the file model.weights.h5 in a .keras archive."""

    def __init__(self, file: Any, root: str = "") -> None:
        self._file = file
        self._root = root
        self._layers = "layers" if f"{root}layers" in file else "_layer_checkpoint_dependencies"

    def within(self, layers: Sequence[Any], number: int) -> "ArchiveWeights":
        """Return those of a model that is a layer of this one."""
        return ArchiveWeights(self._file, f"{self._path(layers, number)}/")

    def of(self, layers: Sequence[Any], number: int, inner: str = "") -> list[Array]:
        """Return the arrays of a layer, or of a part of it."""
        path = "/".join(part for part in (self._path(layers, number), inner, "vars") if part)
        group = self._file.get(path)
        if group is None:
            return []
        return [_floats(group[key]) for key in sorted(group, key=int)]

    def _path(self, layers: Sequence[Any], number: int) -> str:
        """Return where a layer's arrays lie: its class in small letters, numbered from the second on."""
        used: Counter[str] = Counter()
        name = ""
        for layer in layers[: number + 1]:
            plain = _snake(layer["class_name"])
            name = f"{plain}_{used[plain]}" if used[plain] else plain
            used[plain] += 1
        return f"{self._root}{self._layers}/{name}"


class LegacyWeights:
    """Of an .h5 file."""

    def __init__(self, group: Any, outer: str = "") -> None:
        self._group = group
        self._outer = outer

    def within(self, layers: Sequence[Any], number: int) -> "LegacyWeights":
        """Return those of a model that is a layer of this one."""
        return LegacyWeights(self._group, self._outer or _name(layers[number]))

    def of(self, layers: Sequence[Any], number: int, inner: str = "") -> list[Array]:
        """Return the arrays of a layer, or of a part of it (forward_…, backward_…)."""
        name = _name(layers[number])
        group = self._group.get(self._outer or name)
        if group is None:
            return []
        listed = [each.decode() if isinstance(each, bytes) else str(each) for each in group.attrs["weight_names"]]
        if self._outer:
            listed = [each for each in listed if name in each.split("/")[:-1]]
        if inner.startswith(("forward", "backward")):
            way = inner.split("_", maxsplit=1)[0]
            listed = [each for each in listed if any(part.startswith(way) for part in each.split("/"))]
        return [_floats(group[each]) for each in listed]


def legacy_config(file: Any) -> Any:
    """Return the description that stands in an .h5 file.

    Raises
    ------
    ValueError
        If there is none.
    """
    text = file.attrs.get("model_config")
    if text is None:
        raise ValueError("no model_config: the file holds weights without their model")
    return json.loads(text.decode() if isinstance(text, bytes) else str(text))


def _name(layer: Any) -> str:
    return str(layer["config"].get("name") or layer.get("name"))


def _snake(name: str) -> str:
    name = re.sub(r"(.)([A-Z][a-z]+)", r"\1_\2", re.sub(r"\W+", "", name))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", name).lower()


def _floats(dataset: Any) -> Array:
    array = np.asarray(dataset)
    return array.astype(np.float32) if array.dtype.kind == "f" else array
