"""Traces: every byte of an index is looked at for what must no longer stand in it.

Files are read as they lie on the disk, tables also unpacked, since what is compressed hides from a plain look. Text in
a database, free pages and leftovers of killed writers are files like any other.
"""

import io
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.errors import StoreError
from kinoeye.store.files import Files

_LEAST = 4  # bytes: shorter ones stand everywhere by chance
_BLOCK = 16 << 20


@dataclass(frozen=True)
class Needle:
    """What is looked for.

    Parameters
    ----------
    kind : str
        name, id, vector, picture, sound or document.
    data : bytes
        Four or more.
    """

    kind: str
    data: bytes


@dataclass(frozen=True)
class Trace:
    """Where something was found: name of the file in the index, and the needle's kind."""

    file: str
    kind: str


@dataclass
class Look:
    """What was looked at, and what was found."""

    files: int = 0
    size_bytes: int = 0
    found: list[Trace] = field(default_factory=list)


def of_text(kind: str, text: str) -> list[Needle]:
    """Return the forms in which a text may stand in a file; none if it is too short to be told from chance."""
    forms = {text, text.lower(), text.upper(), text.casefold(), json.dumps(text)[1:-1]}
    return [Needle(kind, form.encode()) for form in sorted(forms) if len(form.encode()) >= _LEAST]


def of_numbers(numbers: Sequence[float]) -> list[Needle]:
    """Return the forms in which a vector may stand in a file: its bytes, and its first numbers rounded, as text."""
    vector = np.asarray(numbers, np.float32)
    if len(vector) < 8 or not np.isfinite(vector).all() or not vector[:8].any():
        return []
    packed = [vector[:8].tobytes(), vector[:8].astype(np.float64).tobytes(), vector[:8].astype(np.float16).tobytes()]
    first = vector[:4].tolist()
    written = [[f"{number:.{digits}f}" for number in first] for digits in (3, 4, 5, 6, 7, 8)]
    written += [[repr(number) for number in first], [str(number) for number in vector[:4]]]
    texts = {separator.join(each) for each in written for separator in (", ", ",", " ", "\n")}
    return [Needle("vector", data) for data in (*packed, *(text.encode() for text in sorted(texts)))]


def look(files: Files, needles: Iterable[Needle], *, besides: Iterable[Path] = (), spare: str = "") -> Look:
    """Look at every byte of an index.

    Parameters
    ----------
    files : Files
    needles : iterable of Needle
    besides : iterable of Path
        Folders and files elsewhere that belong to the index too.
    spare : str
        Files under this name are passed over.

    Returns
    -------
    Look
        A file that holds several needles of one kind is one trace.
    """
    finder = _Finder(needles)
    seen = Look()
    for name, data in (*_own(files, spare), *_others(besides)):
        kinds = finder.kinds_in(data)
        if name.endswith(".parquet"):
            kinds |= _kinds_in_table(finder, data)
        seen.files += 1
        seen.size_bytes += len(data)
        seen.found += [Trace(name, kind) for kind in sorted(kinds)]
    return seen


class _Finder:
    """Finds many needles at once: by their first two bytes, then by four, then as a whole."""

    def __init__(self, needles: Iterable[Needle]) -> None:
        self._by_head: dict[bytes, list[Needle]] = {}
        for needle in needles:
            assert len(needle.data) >= _LEAST
            self._by_head.setdefault(needle.data[:_LEAST], []).append(needle)
        heads = list(self._by_head)
        self._pairs = np.zeros(1 << 16, np.bool_)
        self._pairs[[int.from_bytes(head[:2], "little") for head in heads]] = True
        self._heads = np.array(sorted(int.from_bytes(head, "little") for head in heads), np.uint32)
        self._longest = max((len(n.data) for each in self._by_head.values() for n in each), default=_LEAST)

    def kinds_in(self, data: bytes | memoryview) -> set[str]:
        """Return the kinds of the needles that stand in these bytes."""
        kinds: set[str] = set()
        view = memoryview(data).cast("B")
        for begin in range(0, len(view), _BLOCK):
            block = bytes(view[begin : begin + _BLOCK + self._longest])
            for place in self._places(np.frombuffer(block, np.uint8)).tolist():
                for needle in self._by_head[block[place : place + _LEAST]]:
                    if block.startswith(needle.data, place):
                        kinds.add(needle.kind)
        return kinds

    def _places(self, data: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
        """Return where the first four bytes of any needle stand."""
        if len(data) < _LEAST or not len(self._heads):
            return np.empty(0, np.int64)
        pairs = data[:-3].astype(np.uint16) | (data[1:-2].astype(np.uint16) << np.uint16(8))
        places = np.flatnonzero(self._pairs[pairs])
        heads = sum(data[places + n].astype(np.uint32) << np.uint32(8 * n) for n in range(_LEAST))
        return np.asarray(places[np.isin(heads, self._heads)], np.int64)


def _kinds_in_table(finder: _Finder, data: bytes | memoryview) -> set[str]:
    """Look into an unpacked table: the memory of every column, and what stands in its metadata."""
    try:
        rows = pq.ParquetFile(io.BytesIO(bytes(data))).read(use_threads=False)
    except pa.ArrowException:
        return set()
    kinds: set[str] = set()
    for column in rows.columns:
        for chunk in column.chunks:
            for buffer in chunk.buffers():
                kinds |= finder.kinds_in(memoryview(buffer)) if buffer is not None else set()
    for key, value in (rows.schema.metadata or {}).items():
        kinds |= finder.kinds_in(key + b"\0" + value)
    return kinds


def _own(files: Files, spare: str) -> Iterator[tuple[str, bytes | memoryview]]:
    if files.is_local:
        for path in sorted(files.root.rglob("*")):
            name = path.relative_to(files.root).as_posix()
            if path.is_file() and not (spare and name.startswith(spare)):
                yield name, _mapped(path)
        return
    yield from _remote(files, "", spare)


def _remote(files: Files, folder: str, spare: str) -> Iterator[tuple[str, bytes | memoryview]]:
    for each in sorted(files.listing(folder)):
        name = f"{folder}/{each}".lstrip("/")
        if not (spare and name.startswith(spare)):
            try:
                yield name, files.read_bytes(name)
            except StoreError:
                continue  # another process has just taken it away
    for each in files.folders(folder):
        yield from _remote(files, f"{folder}/{each}".lstrip("/"), spare)


def _others(besides: Iterable[Path]) -> Iterator[tuple[str, bytes | memoryview]]:
    for place in besides:
        for path in sorted(place.rglob("*")) if place.is_dir() else [place]:
            if path.is_file():
                yield str(path), _mapped(path)


def _mapped(path: Path) -> bytes | memoryview:
    """Return what stands in a file without reading a film's pictures into memory at once."""
    return np.memmap(path, np.uint8, "r").data if path.stat().st_size else b""


def plain(needles: Iterable[Needle]) -> list[list[Any]]:
    """Return needles as JSON holds them."""
    return [[needle.kind, needle.data.hex()] for needle in needles]


def needles_of(rows: Iterable[Sequence[Any]]) -> list[Needle]:
    """Return needles as `plain` wrote them."""
    return [Needle(str(kind), bytes.fromhex(data)) for kind, data in rows]
