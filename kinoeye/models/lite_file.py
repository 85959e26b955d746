"""Look at a TFLite file before anything loads it.

The flatbuffer is walked here, table by table, every offset checked against the file's end: the runtime follows them
unchecked. What is only a name for code that the file expects elsewhere (custom operators, TensorFlow's own "Flex"
operators, delegates) is refused.

Source: the TFLite schema (schema.fbs, version 3), the field numbers below; FlatBuffers, internals.
"""

import mmap
import struct
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from kinoeye.errors import InputError
from kinoeye.models.onnx_file import MOST_NUMBERS

_CUSTOM, _DELEGATE, _STABLEHLO_CUSTOM_CALL = 32, 51, 173
_MOST = 1 << 20  # entries of all lists: more than any net has of tensors and operators; lists may lie over each other


@dataclass
class Look:
    """What a TFLite file is made of; operators by their code in the schema, and how often each stands in it."""

    version: int = 0
    operators: Counter[int] = field(default_factory=Counter)
    subgraphs: int = 0
    tensors: int = 0


def is_lite(head: bytes) -> bool:
    """Tell whether a file begins as a TFLite net does."""
    return head[4:8] == b"TFL3"


def look(file: Path) -> Look:
    """Return what a TFLite net is made of.

    Raises
    ------
    InputError
        If it is none, or needs code that is not in it.
    """
    try:
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as data:
            if not is_lite(data[:8]):
                raise ValueError("another beginning")
            return _Walk(file, data).model()
    except (OSError, ValueError, struct.error, IndexError) as error:
        raise InputError(
            f"models: {file} must be a whole TFLite net, got {error or type(error).__name__}",
            remedy="Convert it again with its own framework",
        ) from error


class _Walk:
    def __init__(self, file: Path, data: mmap.mmap) -> None:
        self._file = file
        self._data = data
        self._left = _MOST

    def model(self) -> Look:
        """Walk the file: version 0, operator codes 1, subgraphs 2, buffers 4."""
        root = self._number("I", 0)
        codes = [self._code(table) for table in self._tables(root, 1)]
        buffers = self._tables(root, 4)
        for buffer in buffers:
            self._buffer(buffer)
        place = self._field(root, 0)
        seen = Look(version=self._number("I", place) if place else 0)
        for graph in self._tables(root, 2):
            seen.subgraphs += 1
            seen.tensors += self._tensors(graph, len(buffers))
            for operator in self._tables(graph, 3):
                place = self._field(operator, 0)
                index = self._number("I", place) if place else 0
                if index >= len(codes):
                    raise ValueError(f"an operator of code {index} where there are {len(codes)}")
                seen.operators[codes[index]] += 1
        if not seen.subgraphs:
            raise ValueError("no graph")
        return seen

    def _code(self, table: int) -> int:
        """Return an operator's code: old code 0, name of a custom one 1, code 3; refuse what is not in the schema."""
        old, name, new = (self._field(table, number) for number in (0, 1, 3))
        code = max(self._number("b", old) if old else 0, self._number("i", new) if new else 0)
        if code in (_CUSTOM, _DELEGATE, _STABLEHLO_CUSTOM_CALL):
            said = self._text(name) if name else f"code {code}"
            what = "TensorFlow's own operator (Flex)" if said.startswith("Flex") else "custom operator"
            raise InputError(
                f"models: {self._file} must have TFLite's own operators only, got the {what} {said}",
                remedy="Convert it again with built-in operators only (TFLITE_BUILTINS), or export it to ONNX",
            )
        return code

    def _buffer(self, table: int) -> None:
        """Check where a buffer's bytes lie: data 0, or offset 1 and size 2 in the file."""
        if place := self._field(table, 0):
            self._vector(place, 1)
        offset, size = (self._field(table, number) for number in (1, 2))
        begin, length = (self._number("Q", place) if place else 0 for place in (offset, size))
        if begin + length > len(self._data):
            raise ValueError("a buffer reaches past the file")

    def _tensors(self, graph: int, buffers: int) -> int:
        """Check a graph's tensors (shape 0, buffer 2), inputs 1 and outputs 2; return how many tensors."""
        tensors = self._tables(graph, 0)
        for table in tensors:
            numbers = 1
            for side in self._numbers(table, 0):
                numbers *= max(side, 1)
            place = self._field(table, 2)
            if numbers > MOST_NUMBERS:
                raise ValueError(f"a tensor of {numbers} numbers")
            if place and self._number("I", place) >= max(buffers, 1):
                raise ValueError("a tensor of a buffer that is not there")
        for number in (1, 2):
            if any(not 0 <= index < len(tensors) for index in self._numbers(graph, number)):
                raise ValueError("an input or output that is no tensor")
        for operator in self._tables(graph, 3):
            for number in (1, 2):  # -1 stands for an input that is left out
                if any(not -1 <= index < len(tensors) for index in self._numbers(operator, number)):
                    raise ValueError("an operator of a tensor that is not there")
        return len(tensors)

    def _field(self, table: int, number: int) -> int:
        """Return where a field of a table lies, 0 if it is left out."""
        layout = table - self._number("i", table)
        if not 0 <= layout < len(self._data):
            raise ValueError("a table without a layout")
        if 4 + 2 * number >= self._number("H", layout):
            return 0
        offset = self._number("H", layout + 4 + 2 * number)
        return table + offset if offset else 0

    def _tables(self, table: int, number: int) -> list[int]:
        place = self._field(table, number)
        if not place:
            return []
        begin, count = self._vector(place, 4)
        return [at + self._number("I", at) for at in range(begin, begin + 4 * count, 4)]

    def _numbers(self, table: int, number: int) -> tuple[int, ...]:
        place = self._field(table, number)
        if not place:
            return ()
        begin, count = self._vector(place, 4)
        return struct.unpack(f"<{count}i", self._data[begin : begin + 4 * count])

    def _vector(self, place: int, width: int) -> tuple[int, int]:
        """Return where a list's first entry lies and how many there are."""
        begin = place + self._number("I", place)
        count = self._number("I", begin)
        if begin + 4 + count * width > len(self._data):
            raise ValueError("a list reaches past the file")
        if width > 1:
            self._left -= count
            if self._left < 0:
                raise ValueError(f"more than {_MOST} entries of lists")
        return begin + 4, count

    def _text(self, place: int) -> str:
        begin, count = self._vector(place, 1)
        return bytes(self._data[begin : begin + min(count, 80)]).decode("utf-8", "replace")

    def _number(self, form: str, place: int) -> int:
        if not 0 <= place < len(self._data):
            raise ValueError("an offset past the file")
        value: int = struct.unpack_from("<" + form, self._data, place)[0]
        return value
