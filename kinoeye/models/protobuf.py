"""Protocol Buffers' wire form, read field by field without a schema: enough to look at a file before anything loads it.

Source: Protocol Buffers, encoding.
"""

import mmap
from collections.abc import Iterator

Place = tuple[int, int]
"""Where a field's bytes lie: begin, and one past the last."""

_VARINT, _EIGHT_BYTES, _LENGTH, _FOUR_BYTES = 0, 1, 2, 5


def fields(data: "bytes | mmap.mmap", begin: int, end: int) -> Iterator[tuple[int, int | Place | None]]:
    """Go through a message: field number, and its whole number or where its bytes lie.

    Raises
    ------
    ValueError, IndexError
        If it is no such message.
    """
    while begin < end:
        key, begin = varint(data, begin)
        number, kind = key >> 3, key & 7
        value: int | Place | None = None
        if kind == _VARINT:
            value, begin = varint(data, begin)
        elif kind == _LENGTH:
            size, begin = varint(data, begin)
            value, begin = (begin, begin + size), begin + size
        elif kind in (_EIGHT_BYTES, _FOUR_BYTES):
            begin += 8 if kind == _EIGHT_BYTES else 4
        else:
            raise ValueError(f"wire type {kind}")
        if begin > end or number == 0:
            raise ValueError("a field reaches past its message")
        yield number, value


def varint(data: "bytes | mmap.mmap", place: int) -> tuple[int, int]:
    """Read a whole number; return it and where the next byte lies.

    Raises
    ------
    ValueError, IndexError
        If there is none.
    """
    value = 0
    for shift in range(0, 70, 7):
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number of more than ten bytes")


def text(data: "bytes | mmap.mmap", place: Place) -> str:
    """Return a field's bytes as text."""
    return bytes(data[place[0] : place[1]]).decode("utf-8", "replace")
