"""Regular: whether separated text can be read as it lies: UTF-8 without NUL, every row as wide as the first.

Bytes are looked at in one pass; then Arrow's own parser cuts all rows without making values of them. So that which
will read the file is what says that it can, in a third of the time that reading takes.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv

from kinoeye.media.characters import decoded
from kinoeye.media.dialects import Dialect
from kinoeye.streams import arrow_datasets

BLOCK = 4 << 20  # bytes that are parsed at once; a row must fit
_LONGEST_BLOCK = 64 << 20
_PIECE = 8 << 20
_LOOKED = 1 << 20  # bytes around the first that is no UTF-8
_PLACES = 24  # of the file from which a sample comes
_SAMPLE_BYTES = 128 << 10  # from each


@dataclass(frozen=True)
class Checked:
    """What a look at all bytes found.

    Parameters
    ----------
    is_clean : bool
        Whether it can be read as it lies.
    encoding : str
    block : int, bytes
        That are parsed at once, so that the longest row fits.
    has_breaks : bool
        Whether a cell has a line end in it.
    bad_bytes : int
        Blocks in which something is no UTF-8.
    rows : int or None
        How many there are, of a file that can be read as it lies.
    """

    is_clean: bool = False
    encoding: str = "utf-8"
    block: int = BLOCK
    has_breaks: bool = False
    bad_bytes: int = 0
    rows: int | None = None


def check(path: Path, dialect: Dialect, names: list[str]) -> Checked:
    """Look at every byte of a file that seems to be UTF-8."""
    told = _bytes(path, dialect.quote.encode())
    if not told.is_clean:
        return told
    for block in (BLOCK, _LONGEST_BLOCK):
        for has_breaks in (False, True) if dialect.quote else (False,):
            rows = _rows(path, dialect, names, block, has_breaks)
            if rows is not None:
                return Checked(True, "utf-8", block, has_breaks, rows=rows)
    return Checked()


def parsing(dialect: Dialect, *, has_breaks: bool) -> pyarrow.csv.ParseOptions:
    """Return how Arrow cuts a file into cells."""
    return pyarrow.csv.ParseOptions(
        delimiter=dialect.separator or "\x1f", quote_char=dialect.quote or False, double_quote=True,
        newlines_in_values=has_breaks,
    )  # fmt: skip


def reading(dialect: Dialect, names: list[str], block: int) -> pyarrow.csv.ReadOptions:
    """Return where Arrow begins, and in which steps it goes."""
    return pyarrow.csv.ReadOptions(column_names=names, skip_rows=dialect.skipped_lines, block_size=block)


def as_text(names: list[str]) -> pyarrow.csv.ConvertOptions:
    """Return that every cell stays the text that it is."""
    types = pa.schema([(name, pa.string()) for name in names])
    return pyarrow.csv.ConvertOptions(column_types=types, strings_can_be_null=False, check_utf8=False)


def spread(path: Path, dialect: Dialect, names: list[str], checked: Checked) -> pa.Table | None:
    """Return rows from all over a file; None where it is so small that its head will do.

    A place in the middle of a quoted cell with a line end in it may give a wrong row or two; they are left out.
    """
    size = path.stat().st_size
    if size < 2 * _PLACES * _SAMPLE_BYTES:
        return None
    parts = []
    with path.open("rb") as file:
        for _ in range(dialect.skipped_lines):
            file.readline()
        first = file.tell()
        for number in range(_PLACES):
            at = first + (size - first - _SAMPLE_BYTES) * number // (_PLACES - 1)
            file.seek(at)
            piece = file.read(_SAMPLE_BYTES)
            begin = 0 if at == first else piece.find(b"\n") + 1
            parts.append(piece[begin : piece.rfind(b"\n") + 1])
    options = parsing(dialect, has_breaks=checked.has_breaks)
    options.invalid_row_handler = lambda row: "skip"
    try:
        return pyarrow.csv.read_csv(
            pa.BufferReader(b"".join(parts)), parse_options=options, convert_options=as_text(names),
            read_options=pyarrow.csv.ReadOptions(column_names=names, block_size=_LONGEST_BLOCK),
        )  # fmt: skip
    except pa.ArrowException:
        return None


def _bytes(path: Path, quote: bytes) -> Checked:
    """Look for bytes that are no UTF-8, for NUL, and for a quote that never closes."""
    quotes = 0
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb", buffering=0) as file:
        while piece := file.read(_PIECE):
            if b"\0" in piece:
                return Checked()
            quotes += int(np.count_nonzero(np.frombuffer(piece, np.uint8) == quote[0])) if quote else 0
            if not decoder.getstate()[0] and piece.isascii():
                continue
            try:
                decoder.decode(piece)
            except UnicodeDecodeError as error:
                near = piece[max(0, error.start - _LOOKED) : error.start + _LOOKED]
                told = decoded(near[near.find(b"\n") + 1 : near.rfind(b"\n") + 1 or None])
                is_chinese = told is not None and told.encoding == "gb18030"
                return Checked(encoding="gb18030" if is_chinese else "utf-8", bad_bytes=1)
    return Checked(bad_bytes=1) if decoder.getstate()[0] else Checked(quotes % 2 == 0)


def _rows(path: Path, dialect: Dialect, names: list[str], block: int, has_breaks: bool) -> int | None:
    """Count the rows if Arrow cuts the file into rows of the same width; no values are made."""
    try:
        form = arrow_datasets().CsvFileFormat(
            parse_options=parsing(dialect, has_breaks=has_breaks), read_options=reading(dialect, names, block),
            convert_options=as_text(names),
        )  # fmt: skip
        schema = pa.schema([(name, pa.string()) for name in names])
        return int(arrow_datasets().dataset(str(path), schema=schema, format=form).count_rows())
    except pa.ArrowException:
        return None
