"""Frames: what a parent and the child that runs a stranger's model say to each other.

A frame is the length of a JSON text, the text, and the arrays it names, each as npy without pickles. Both sides hold
what comes for hostile: lengths are limited before anything is read, and only plain numbers and text pass.

Source: NumPy's npy format, version 1.0 (NEP 1).
"""

import io
import json
import struct
from collections.abc import Mapping
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

LARGEST_TEXT = 4 << 20
_KINDS = "biufUS"  # truth values, whole numbers, fractions, text
_ARRAYS = 256


class Pipe(Protocol):
    """A file, or what is like one."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""

    def write(self, data: bytes, /) -> object:
        """Write all of it."""

    def flush(self) -> object:
        """Let nothing wait."""


def write(pipe: Pipe, said: Mapping[str, Any], arrays: Mapping[str, Array] | None = None) -> None:
    """Write a frame.

    Raises
    ------
    ValueError
        If an array holds something else than numbers or text.
    """
    blocks = []
    for name, array in (arrays or {}).items():
        if array.dtype.kind not in _KINDS:
            raise ValueError(f"{name} must hold numbers or text, got {array.dtype}")
        kept = io.BytesIO()
        np.lib.format.write_array(kept, np.ascontiguousarray(array).reshape(array.shape), allow_pickle=False)
        blocks.append((name, kept.getvalue()))
    head = json.dumps({**said, "arrays": [[name, len(block)] for name, block in blocks]}).encode()
    pipe.write(struct.pack("=Q", len(head)) + head)
    for _, block in blocks:
        pipe.write(block)
    pipe.flush()


def read(pipe: Pipe, largest: int) -> tuple[dict[str, Any], dict[str, Array]]:
    """Read a frame.

    Parameters
    ----------
    pipe : Pipe
    largest : bytes
        That all arrays together may have.

    Raises
    ------
    EOFError
        If the other side ended.
    ValueError
        If what came is no such frame, or is larger.
    """
    (length,) = struct.unpack("=Q", _exactly(pipe, 8))
    if length > LARGEST_TEXT:
        raise ValueError(f"a text must be at most {LARGEST_TEXT} bytes, got {length}")
    said = json.loads(_exactly(pipe, length))
    listed = said.pop("arrays", None) if isinstance(said, dict) else None
    if not isinstance(listed, list) or len(listed) > _ARRAYS:
        raise ValueError("a frame must list its arrays")
    arrays: dict[str, Array] = {}
    for entry in listed:
        if not (
            isinstance(entry, list) and len(entry) == 2 and isinstance(entry[0], str) and isinstance(entry[1], int)
        ):
            raise ValueError("an array must have a name and a length")
        name, size = entry
        largest -= size
        if size < 0 or largest < 0:
            raise ValueError("the arrays together are larger than allowed")
        arrays[name] = _array(_exactly(pipe, size))
    return said, arrays


def _array(block: bytes) -> Array:
    kept = io.BytesIO(block)
    version = np.lib.format.read_magic(kept)
    shape, is_fortran, kind = {
        (1, 0): np.lib.format.read_array_header_1_0, (2, 0): np.lib.format.read_array_header_2_0,
    }[version](kept, max_header_size=10_000)  # fmt: skip
    if kind.kind not in _KINDS or kind.hasobject:
        raise ValueError(f"an array must hold numbers or text, got {kind}")
    count = 1
    for side in shape:
        if side < 0:
            raise ValueError("a side must not be negative")
        count *= int(side)
    rest = block[kept.tell() :]
    if count * kind.itemsize != len(rest):
        raise ValueError("an array must have as many bytes as its shape says")
    flat = np.frombuffer(rest, kind) if count and kind.itemsize else np.zeros(count, kind)
    return flat.reshape(shape, order="F" if is_fortran else "C")


def _exactly(pipe: Pipe, length: int) -> bytes:
    kept = bytearray()
    while len(kept) < length:
        block = pipe.read(min(length - len(kept), 1 << 20))
        if not block:
            raise EOFError
        kept += block
    return bytes(kept)
