"""Look at an ONNX file before anything loads it.

The file is walked here, field by field, without a runtime: what it is made of, and whether its tensors lie in it.
Pickles, PyTorch, Keras and zip files are refused by their first bytes; so is a graph whose tensors lie in other files,
however deep it stands, because those names could point anywhere.

Source: onnx.proto3 (github.com/onnx/onnx), the field numbers below; Protocol Buffers, encoding.
"""

import mmap
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kinoeye.errors import InputError
from kinoeye.models import protobuf

_REFUSED = {
    b"\x80": "a pickle",
    b"PK": "a zip (PyTorch or Keras)",
    b"\x89HDF": "HDF5 (Keras)",
}
_DEEPEST = 32  # graphs within graphs; loops and branches of real nets stay under four
MOST_NUMBERS = 1 << 34  # of one tensor


@dataclass
class Look:
    """What an ONNX file is made of.

    Parameters
    ----------
    version : int
        Of its form (IR).
    opsets : str to int
        Version of the operators, by domain; the standard's own domain is "".
    operators : Counter of (domain, name)
        How often each stands in it, in all graphs and functions.
    functions : set of (domain, name)
        Those that the file makes itself, of other operators.
    outside : list of str
        Files that tensors would be read from.
    """

    version: int = 0
    opsets: dict[str, int] = field(default_factory=dict)
    operators: Counter[tuple[str, str]] = field(default_factory=Counter)
    functions: set[tuple[str, str]] = field(default_factory=set)
    outside: list[str] = field(default_factory=list)


def check(file: Path) -> None:
    """Refuse whatever is not a self-contained ONNX model.

    Raises
    ------
    InputError
        With what came instead.
    """
    look(file)


def look(file: Path) -> Look:
    """Return what a self-contained ONNX model is made of.

    Raises
    ------
    InputError
        If it is none, with what came instead.
    """
    try:
        with file.open("rb") as opened:
            head = opened.read(8)
            for start, what in _REFUSED.items():
                if head.startswith(start):
                    raise _refusal(file, what)
            if not head:
                raise _refusal(file, "an empty file")
            with mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
                seen = _model(file, data)
    except OSError as error:
        raise InputError(f"models: {file} must be readable, got {error.strerror or error}") from error
    if seen.outside:
        raise InputError(
            f"models: {file} must hold its own tensors, got tensors in other files: {', '.join(seen.outside[:3])}",
            remedy="Save it as one file: onnx.save(model, file, save_as_external_data=False)",
        )
    return seen


def _model(file: Path, data: mmap.mmap) -> Look:
    walk, graphs = _Walk(data), []
    try:
        for number, value in protobuf.fields(data, 0, len(data)):
            if number == 1 and isinstance(value, int):
                walk.seen.version = value
            elif number == 7 and isinstance(value, tuple):
                graphs.append(value)
            elif number == 8 and isinstance(value, tuple):
                walk.opset(value)
            elif number == 25 and isinstance(value, tuple):
                walk.function(value)
        if not 1 <= walk.seen.version <= 1000 or len(graphs) != 1:
            raise ValueError("no graph")
        walk.graph(graphs[0], 0)
    except (ValueError, IndexError) as error:
        raise _refusal(file, "something else" if not walk.problem else walk.problem) from error
    return walk.seen


class _Walk:
    def __init__(self, data: mmap.mmap) -> None:
        self._data = data
        self.seen = Look()
        self.problem = ""

    def opset(self, place: protobuf.Place) -> None:
        """Note a domain's version: domain 1, version 2."""
        domain, version = "", 0
        for number, value in protobuf.fields(self._data, *place):
            if number == 1 and isinstance(value, tuple):
                domain = protobuf.text(self._data, value)
            elif number == 2 and isinstance(value, int):
                version = value
        self.seen.opsets["" if domain == "ai.onnx" else domain] = version

    def function(self, place: protobuf.Place) -> None:
        """Walk a function of the file's own: name 1, node 7, domain 10."""
        name, domain = "", ""
        for number, value in protobuf.fields(self._data, *place):
            if not isinstance(value, tuple):
                continue
            if number == 1:
                name = protobuf.text(self._data, value)
            elif number == 10:
                domain = protobuf.text(self._data, value)
            elif number == 7:
                self._node(value, 1)
        self.seen.functions.add((domain, name))

    def graph(self, place: protobuf.Place, depth: int) -> None:
        """Walk a graph: node 1, initializer 5, sparse initializer 15."""
        if depth > _DEEPEST:
            self.problem = f"graphs within graphs, more than {_DEEPEST} deep"
            raise ValueError(self.problem)
        for number, value in protobuf.fields(self._data, *place):
            if not isinstance(value, tuple):
                continue
            if number == 1:
                self._node(value, depth)
            elif number == 5:
                self._tensor(value)
            elif number == 15:
                self._sparse(value)

    def _node(self, place: protobuf.Place, depth: int) -> None:
        """Walk a node: operator 4, attribute 5, domain 7."""
        name, domain = "", ""
        for number, value in protobuf.fields(self._data, *place):
            if not isinstance(value, tuple):
                continue
            if number == 4:
                name = protobuf.text(self._data, value)
            elif number == 7:
                domain = protobuf.text(self._data, value)
            elif number == 5:
                self._attribute(value, depth)
        self.seen.operators["" if domain == "ai.onnx" else domain, name] += 1

    def _attribute(self, place: protobuf.Place, depth: int) -> None:
        """Walk an attribute: tensor 5 and 10, graph 6 and 11, sparse tensor 22 and 23."""
        for number, value in protobuf.fields(self._data, *place):
            if not isinstance(value, tuple):
                continue
            if number in (5, 10):
                self._tensor(value)
            elif number in (6, 11):
                self.graph(value, depth + 1)
            elif number in (22, 23):
                self._sparse(value)

    def _sparse(self, place: protobuf.Place) -> None:
        """Walk a sparse tensor: values 1, indices 2."""
        for number, value in protobuf.fields(self._data, *place):
            if number in (1, 2) and isinstance(value, tuple):
                self._tensor(value)

    def _tensor(self, place: protobuf.Place) -> None:
        """Walk a tensor: dimensions 1, external data 13, data location 14 (1 is outside)."""
        entries, is_outside, numbers = [], False, 1
        for number, value in protobuf.fields(self._data, *place):
            if number == 1:
                numbers *= self._product(value)
            elif number == 13 and isinstance(value, tuple):
                entries.append(self._entry(value))
            elif number == 14:
                is_outside = value == 1
        if numbers > MOST_NUMBERS:
            self.problem = f"a tensor of {numbers} numbers"
            raise ValueError(self.problem)
        if is_outside or entries:
            self.seen.outside.append(dict(entries).get("location", "a place it does not name"))

    def _product(self, value: int | protobuf.Place | None) -> int:
        """Multiply dimensions, one by one or packed."""
        if not isinstance(value, tuple):
            return value or 0
        product, place = 1, value[0]
        while place < value[1]:
            side, place = protobuf.varint(self._data, place)
            product *= side
        return product

    def _entry(self, place: protobuf.Place) -> tuple[str, str]:
        """Read a word of external data: key 1, value 2."""
        found = {number: value for number, value in protobuf.fields(self._data, *place) if isinstance(value, tuple)}
        key, value = (protobuf.text(self._data, found[number]) if number in found else "" for number in (1, 2))
        return key, value


def _refusal(file: Path, what: str) -> InputError:
    return InputError(
        f"models: {file} must be an ONNX model, got {what}",
        remedy="Export it to ONNX in its own framework; pickles are never opened",
    )
