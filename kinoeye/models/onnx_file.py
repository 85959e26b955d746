"""Check that a file is an ONNX model before anything loads it.

The outer frame is walked here, byte by byte, without a runtime: an ONNX file is a ModelProto with an IR version and one
graph. Pickles, PyTorch, Keras and zip files are refused by their first bytes; so is a graph whose tensors lie in other
files, because those names could point anywhere.

Source: onnx.proto3 (github.com/onnx/onnx): ModelProto.ir_version = 1, .graph = 7, GraphProto.initializer = 5,
TensorProto.data_location = 14 (EXTERNAL = 1); Protocol Buffers, encoding.
"""

import mmap
from collections.abc import Iterator
from pathlib import Path

from kinoeye.errors import InputError

_REFUSED = {
    b"\x80": "a pickle",
    b"PK": "a zip (PyTorch or Keras)",
    b"\x89HDF": "HDF5 (Keras)",
}

_IR_VERSION, _GRAPH, _INITIALIZER, _DATA_LOCATION = 1, 7, 5, 14
_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def check(file: Path) -> None:
    """Refuse whatever is not a self-contained ONNX model.

    Raises
    ------
    InputError
        With what came instead.
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
                _check_model(file, data)
    except OSError as error:
        raise InputError(f"models: {file} must be readable, got {error.strerror or error}") from error


def _check_model(file: Path, data: mmap.mmap) -> None:
    version, graphs = 0, []
    try:
        for number, value in _fields(data, 0, len(data)):
            if number == _IR_VERSION and isinstance(value, int):
                version = value
            elif number == _GRAPH and isinstance(value, tuple):
                graphs.append(value)
        if not 1 <= version <= 1000 or len(graphs) != 1:
            raise ValueError("no graph")
        external = any(_is_external(data, *graph) for graph in graphs)
    except (ValueError, IndexError) as error:
        raise _refusal(file, "something else") from error
    if external:
        raise InputError(
            f"models: {file} must hold its own tensors, got tensors in other files",
            remedy="Save it as one file: onnx.save(model, file, save_as_external_data=False)",
        )


def _is_external(data: mmap.mmap, begin: int, end: int) -> bool:
    return any(
        inner == _DATA_LOCATION and place == 1
        for number, value in _fields(data, begin, end)
        if number == _INITIALIZER and isinstance(value, tuple)
        for inner, place in _fields(data, *value)
    )


def _fields(data: mmap.mmap, begin: int, end: int) -> Iterator[tuple[int, int | tuple[int, int] | None]]:
    """Go through a message: field number, and its whole number or where its bytes lie."""
    while begin < end:
        key, begin = _varint(data, begin)
        number, kind = key >> 3, key & 7
        value: int | tuple[int, int] | None = None
        if kind == _VARINT:
            value, begin = _varint(data, begin)
        elif kind == _LENGTH:
            size, begin = _varint(data, begin)
            value, begin = (begin, begin + size), begin + size
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            begin += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"wire type {kind}")
        if begin > end or number == 0:
            raise ValueError("a field reaches past its message")
        yield number, value


def _varint(data: mmap.mmap, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, 70, 7):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number of more than ten bytes")


def _refusal(file: Path, what: str) -> InputError:
    return InputError(
        f"models: {file} must be an ONNX model, got {what}",
        remedy="Export it to ONNX in its own framework; pickles are never opened",
    )
