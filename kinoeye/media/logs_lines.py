"""Log lines: the rows of a viewing log in text, block by block, whatever stands between them.

Logs are cut off, joined and mixed up. A line that is no row (too few or too many cells, a quote that never closes,
bytes of no encoding, broken JSON) is left out and counted, and the lines around it are read. No line's own words are
ever told.
"""

import codecs
import gzip
import json
import re
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.csv
import pyarrow.json

from kinoeye.errors import DocumentError
from kinoeye.media.spools import typed, unique_names

Whole = npt.NDArray[np.int64]

BLOCK = 8 << 20  # bytes that are read at once
_LONGEST_LINE = 16 << 20
_DEEPEST = 5  # objects inside objects
_ADDRESS = re.compile(r"https?://\S*/(?=[^/])")  # in front of a name, as in xAPI's extensions
_GZIP = b"\x1f\x8b"
_QUOTE, _BREAK, _RETURN, _OPENS, _CLOSES = 34, 10, 13, 123, 125


@dataclass
class Faults:
    """What was wrong with rows of a log: reasons, how many, the first.

    Parameters
    ----------
    found : dict of reason to [rows, first]
    """

    found: dict[str, list[int]] = field(default_factory=dict)

    def add(self, reason: str, rows: Whole | Sequence[int]) -> None:
        """Count rows, by their numbers."""
        if len(rows):
            own = self.found.setdefault(reason, [0, int(np.min(rows))])
            own[0] += len(rows)
            own[1] = min(own[1], int(np.min(rows)))

    def told(self) -> tuple[tuple[str, int, int], ...]:
        """Return reason, rows and first row, the commonest first."""
        own = sorted(self.found.items(), key=lambda each: -each[1][0])
        return tuple((reason, count, first) for reason, (count, first) in own)


@dataclass(frozen=True)
class Batch:
    """Some rows of a log as it gives them.

    Parameters
    ----------
    rows : int64 [n]
        Their numbers in the log, the first row is 1.
    columns : pa.Table
    """

    rows: Whole
    columns: pa.Table


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """Open a file, packed with gzip or not."""
    with path.open("rb") as file:
        is_packed = file.read(2) == _GZIP
        file.seek(0)
        if not is_packed:
            yield file
            return
        with gzip.GzipFile(fileobj=file, mode="rb") as unpacked:
            yield unpacked  # type: ignore[misc]


def head_of(path: Path, size: int) -> bytes:
    """Return the first bytes, unpacked; of an archive that is cut off as many as there are."""
    with opened(path) as file:
        return next(_pieces(file, size, Faults()), b"")


def blocks(path: Path, encoding: str, mark: int, skipped: int, faults: Faults) -> Iterator[tuple[Whole, bytes]]:
    """Yield blocks of whole lines in UTF-8 with the lines' numbers; blank lines are left out and have none.

    Parameters
    ----------
    path : Path
    encoding : str
    mark : int, bytes
        Of a byte order mark.
    skipped : int
        Lines in front of the first row.
    faults : Faults
        Gets `cut_off` (an archive that ends early), `too_long` and `no_text`.
    """
    number, left = 1, skipped
    for block in _whole_lines(path, encoding, mark, faults):
        while left and block:
            block = block[block.find(b"\n") + 1 :]
            left -= 1
        if not block:
            continue
        lines, kept = _cleaned(block, number, faults)
        number += lines[1]
        if len(lines[0]):
            yield lines[0], kept


def _whole_lines(path: Path, encoding: str, mark: int, faults: Faults) -> Iterator[bytes]:
    rest = b""
    with opened(path) as file:
        file.read(mark)
        pieces = _pieces(file, BLOCK, faults)
        for piece in pieces if encoding == "utf-8" else _recoded(pieces, encoding):
            block = rest + piece
            if b"\r" in block and b"\n" not in block:
                block = block.replace(b"\r", b"\n")
            elif b"\r" in block:
                # One inside a line is no line end, though Arrow takes it for one; the last may be half of one.
                whole, last = (block[:-1], b"\r") if block.endswith(b"\r") else (block, b"")
                block = whole.replace(b"\r\n", b"\n").replace(b"\r", b" ") + last
            end = block.rfind(b"\n") + 1
            rest = block[end:]
            if len(rest) > _LONGEST_LINE:
                faults.add("too_long", [0])
                rest = b""
            if end:
                yield block[:end]
    if rest:
        yield rest + b"\n"


def _pieces(file: Any, size: int, faults: Faults) -> Iterator[bytes]:
    """Yield what a file holds in pieces of about `size`; what stands in front of an archive's damage is read, too."""
    parts: list[bytes] = []
    held = 0
    while True:
        try:
            part = file.read1(size - held)
        except (EOFError, zlib.error, gzip.BadGzipFile):
            faults.add("cut_off", [0])
            part = b""
        except OSError as error:
            raise DocumentError(f"logs: must be readable, the system says: {error.strerror}") from error
        parts.append(part)
        held += len(part)
        if held and (not part or held >= size):
            yield b"".join(parts)
            parts, held = [], 0
        if not part:
            return


def _recoded(pieces: Iterator[bytes], encoding: str) -> Iterator[bytes]:
    """Yield pieces of another encoding as UTF-8."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8")
    yield decoder.decode(b"", final=True).encode("utf-8")


def _cleaned(block: bytes, first: int, faults: Faults) -> tuple[tuple[Whole, int], bytes]:
    """Leave out blank lines and those that are no text; return the numbers of the others, and how many were counted."""
    signs = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(signs == _BREAK)
    starts = np.concatenate([[0], ends[:-1] + 1])
    sizes = ends - starts
    blank = (sizes == 0) | ((sizes == 1) & (signs[starts] == _RETURN))
    bad = np.zeros(len(ends), bool)
    if b"\0" in block:
        bad[np.searchsorted(ends, np.flatnonzero(signs == 0))] = True
    if not block.isascii() and not _is_utf8(block):
        high = np.unique(np.searchsorted(ends, np.flatnonzero(signs >= 0x80)))
        bad[[line for line in high if not _is_utf8(block[starts[line] : ends[line]])]] = True
    numbers = first + np.cumsum(~blank) - 1
    faults.add("no_text", numbers[bad & ~blank])
    keep = ~blank & ~bad
    if not keep.all():
        block = signs[np.repeat(keep, sizes + 1)].tobytes()
    return (numbers[keep], int((~blank).sum())), block


def without_open_quotes(rows: Whole, block: bytes, faults: Faults) -> tuple[Whole, bytes]:
    """Leave out lines with a quote that never closes: it would take the lines behind it along."""
    if b'"' not in block:
        return rows, block
    signs = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(signs == _BREAK)
    counts = np.bincount(np.searchsorted(ends, np.flatnonzero(signs == _QUOTE)), minlength=len(ends))
    keep = counts % 2 == 0
    if keep.all():
        return rows, block
    faults.add("open_quote", rows[~keep])
    sizes = np.diff(np.concatenate([[-1], ends]))
    return rows[keep], signs[np.repeat(keep, sizes)].tobytes()


def separated(rows: Whole, block: bytes, names: Sequence[str], separator: str, quote: str, faults: Faults) -> Batch:
    """Cut lines into cells; one with more or fewer than there are names is left out."""
    if quote:
        rows, block = without_open_quotes(rows, block, faults)
    if len(separator) > 1:
        block, separator = block.replace(separator.encode(), b"\x1f"), "\x1f"
    wrong: list[int] = []

    def skip(row: Any) -> str:
        wrong.append(int(row.number) - 1)
        return "skip"

    schema = pa.schema([(name, pa.string()) for name in names])
    if not len(rows):
        return Batch(rows, schema.empty_table())
    columns = pyarrow.csv.read_csv(
        pa.BufferReader(block),
        read_options=pyarrow.csv.ReadOptions(use_threads=False, column_names=list(names), block_size=len(block) + 1),
        parse_options=pyarrow.csv.ParseOptions(
            delimiter=separator, quote_char=quote or False, invalid_row_handler=skip, newlines_in_values=False
        ),
        convert_options=pyarrow.csv.ConvertOptions(column_types=schema, strings_can_be_null=False, check_utf8=False),
    )
    if len(wrong) + columns.num_rows != len(rows):
        raise DocumentError("logs: lines must be cut as they were counted, got another number")
    if wrong:
        keep = np.ones(len(rows), bool)
        keep[wrong] = False
        faults.add("wrong_width", rows[~keep])
        rows = rows[keep]
    return Batch(rows, columns)


def _without_cut(rows: Whole, block: bytes, faults: Faults) -> tuple[Whole, bytes]:
    """Leave out lines that are no object by their ends: most broken ones are cut off, and Arrow can read the others."""
    signs = np.frombuffer(block, np.uint8)
    ends = np.flatnonzero(signs == _BREAK)
    starts = np.concatenate([[0], ends[:-1] + 1])
    last = ends - 1 - (signs[np.maximum(ends - 1, 0)] == _RETURN)
    keep = (signs[starts] == _OPENS) & (signs[np.maximum(last, 0)] == _CLOSES)
    for line in np.flatnonzero(~keep).tolist():
        keep[line] = _object(block[starts[line] : ends[line]]) is not None
    if keep.all():
        return rows, block
    faults.add("broken_json", rows[~keep])
    return rows[keep], signs[np.repeat(keep, ends - starts + 1)].tobytes()


def _object(line: bytes) -> dict[str, Any] | None:
    try:
        told = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return told if isinstance(told, dict) else None


class Objects:
    """Reads lines of JSON objects; remembers which fields hold times, so that they stay the texts that they are."""

    def __init__(self) -> None:
        self._schema: Any = None

    def read(self, rows: Whole, block: bytes, faults: Faults) -> Batch:
        """Read a block; a name inside an object inside is joined to it by a full stop."""
        rows, block = _without_cut(rows, block, faults)
        if len(rows) and (table := self._all(block)) is not None and table.num_rows == len(rows):
            return Batch(rows, flat(table))
        found: list[dict[str, Any]] = []
        keep = np.zeros(len(rows), bool)
        for number, line in enumerate(block.split(b"\n")[: len(rows)]):
            told = _object(line)
            if told is not None:
                keep[number] = True
                found.append(dict(named(told)))
        faults.add("broken_json", rows[~keep])
        names = list(dict.fromkeys(name for each in found for name in each))
        return Batch(rows[keep], pa.table({name: typed([each.get(name) for each in found]) for name in names}))

    def _all(self, block: bytes) -> Any:
        """Read all lines at once; None if one of them is no object, or a field is now this and now that."""
        try:
            table = self._parsed(block)
            own = _as_texts(table.schema)
            if own != table.schema:
                self._schema = own
                table = self._parsed(block)
        except pa.ArrowException:
            return None
        return table

    def _parsed(self, block: bytes) -> Any:
        return pyarrow.json.read_json(
            pa.BufferReader(block),
            read_options=pyarrow.json.ReadOptions(use_threads=False, block_size=len(block) + 1),
            parse_options=pyarrow.json.ParseOptions(explicit_schema=self._schema),
        )


def _as_texts(fields: Any) -> pa.Schema:
    """Return a schema in which times are texts: Arrow would lose which of them name a zone."""
    return pa.schema([pa.field(each.name, _as_text(each.type)) for each in fields])


def _as_text(kind: Any) -> pa.DataType:
    if pa.types.is_timestamp(kind):
        return pa.string()
    if pa.types.is_struct(kind):
        return pa.struct([pa.field(each.name, _as_text(each.type)) for each in kind])
    return kind


def named(told: dict[str, Any], before: str = "", depth: int = 0) -> Iterator[tuple[str, Any]]:
    """Yield the names and values of an object, those of objects inside it, too, as `flat` names them."""
    for key, value in told.items():
        name = before + _ADDRESS.sub("", key)
        if isinstance(value, dict) and depth < _DEEPEST:
            yield from named(value, f"{name}.", depth + 1)
        elif not isinstance(value, list | dict):
            yield name, value


def flat(table: pa.Table) -> pa.Table:
    """Return a table without columns inside columns: their names are joined by full stops, lists are left out."""
    for _ in range(_DEEPEST):
        if any(pa.types.is_struct(each.type) for each in table.schema):
            table = table.flatten()
    kept = [number for number, each in enumerate(table.schema) if not pa.types.is_nested(each.type)]
    return table.select(kept).rename_columns(unique_names([_ADDRESS.sub("", table.schema.names[n]) for n in kept]))


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
