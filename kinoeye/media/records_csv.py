"""Records as separated text: CSV with any separator, quoting and encoding, TSV as IMDb writes it, one column alone.

A file that is regular (UTF-8, every row as wide as the first) is read where it lies, block by block, by Arrow. One that
is not is put right first, in bounded memory, into a temporary file: another encoding, rows too short (filled up) or too
long (the rest is kept in a column of its own), stray quotes, NUL bytes. What was put right is told in the notes.

Source: RFC 4180.
"""

import codecs
import csv
import io
import shutil
import weakref
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.errors import DocumentError
from kinoeye.media.characters import Decoded, decoded
from kinoeye.media.dialects import Dialect, dialect_of
from kinoeye.media.regular import Checked, as_text, check, parsing, reading, spread
from kinoeye.media.spools import BATCH_ROWS, Spool, unique_names
from kinoeye.streams import Records, arrow_datasets

_HEAD_BYTES = 1 << 20
_PIECE = 1 << 20
_LONGEST_QUOTE = 200  # lines; a quote that is open for longer was a stray sign
_LONGEST_CELL = 64 << 20
MORE = "more"  # the column of what stood beyond the last heading


def read(path: Path, named: Path) -> Records:
    """Open separated text.

    Raises
    ------
    DocumentError
        If it is no text, or nothing in it is a row.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError as error:
        raise DocumentError(f"{named}: must be readable, the system says: {error.strerror}") from error
    is_head = len(head) == _HEAD_BYTES
    told = _told(head, is_head=is_head)
    if told is None:
        raise DocumentError(
            f"{named}: must be a table (CSV, TSV, JSON, Parquet, Excel), got bytes of no known format",
            remedy="Save it as CSV in UTF-8, or as Parquet",
        )
    dialect = dialect_of(told.text, is_head=is_head)
    if dialect is None:
        raise DocumentError(f"{named}: must hold records, got nothing but space", remedy="Copy the file again")
    if told.encoding == "utf-8" and "\r" not in dialect.newline.replace("\r\n", ""):
        names = unique_names(dialect.headings or [""] * dialect.columns)
        checked = Checked() if dialect.escape else check(path, dialect, names)
        if checked.is_clean:
            return _direct(path, dialect, names, checked)
        encoding = checked.encoding
    else:
        checked, encoding = Checked(), told.encoding
    return _mended(path, dialect, encoding, checked, len(told.mark))


def _told(head: bytes, *, is_head: bool) -> Decoded | None:
    """Decode a head; a few NUL bytes in UTF-8 are rubbish, not UTF-16."""
    if 0 < head.count(0) * 10 < len(head) and not head.startswith((b"\xff\xfe", b"\xfe\xff")):
        told = decoded(head.replace(b"\0", b""), is_head=is_head)
        if told is not None and told.encoding == "utf-8":
            return told
    return decoded(head, is_head=is_head)


def lent(records: Records, folder: Path) -> Records:
    """Let a folder live as long as the rows that lie in it."""
    weakref.finalize(records.rows, shutil.rmtree, folder, ignore_errors=True)
    return records


def _direct(path: Path, dialect: Dialect, names: list[str], checked: Checked) -> Records:
    form = arrow_datasets().CsvFileFormat(
        parse_options=parsing(dialect, has_breaks=checked.has_breaks),
        read_options=reading(dialect, names, checked.block),
        convert_options=as_text(names),
    )
    schema = pa.schema([(name, pa.string()) for name in names])
    rows = arrow_datasets().dataset(str(path), schema=schema, format=form)
    some = spread(path, dialect, names, checked)
    return Records(rows, dialect.headings, dialect.form, spread=some, count=checked.rows)


def _mended(path: Path, dialect: Dialect, encoding: str, checked: Checked, mark: int) -> Records:
    """Lay the rows down as they should be, and say what was wrong."""
    width = dialect.columns
    names = unique_names([*(dialect.headings or [""] * width), MORE])
    spool = Spool(names)
    short = surplus = 0
    batch: list[list[str]] = []
    nuls = _Nuls()
    try:
        for row in _rows(path, dialect, encoding, mark, nuls):
            if not row:
                continue
            if len(row) < width:
                short += 1
                row = [*row, *[""] * (width - len(row))]
            surplus += len(row) > width
            row = [*row[:width], dialect.separator.join(row[width:])]
            batch.append(row)
            if len(batch) >= BATCH_ROWS:
                _lay(spool, batch)
                batch = []
        _lay(spool, batch)
        rows = spool.finish()
    except BaseException:
        spool.drop()
        raise
    if not surplus:
        rows = _without_last(rows, names[:-1])
    notes: list[tuple[str, str]] = [
        ("encoding", encoding if encoding != "utf-8" else ""),
        ("short_rows", str(short or "")),
        ("long_rows", str(surplus or "")),
        ("nul", str(nuls.count or "")),
        ("mixed_encoding", str(checked.bad_bytes or "") if encoding == "utf-8" else ""),
    ]
    headings = dialect.headings
    if surplus and headings:
        headings = (*headings, "")
    return Records(rows, headings, dialect.form, tuple(each for each in notes if each[1]))


def _without_last(rows: Any, names: list[str]) -> Any:
    """Leave out the column of surpluses where there are none: a data set with fewer columns reads fewer."""
    schema = pa.schema([rows.schema.field(name) for name in names])
    narrow = arrow_datasets().dataset(rows.files, schema=schema, format="parquet")
    weakref.finalize(narrow, lambda kept: None, rows)
    return narrow


def _lay(spool: Spool, batch: list[list[str]]) -> None:
    if batch:
        spool.append([pa.array(column, pa.string()) for column in zip(*batch, strict=True)])


class _Nuls:
    """How many NUL bytes were left out."""

    count = 0


def _rows(path: Path, dialect: Dialect, encoding: str, mark: int, nuls: _Nuls) -> Iterator[list[str]]:
    """Yield the rows behind the heading line, each as its cells."""
    lines = _lines(path, encoding, mark, nuls)
    for _ in range(dialect.skipped_lines):
        next(lines, None)
    if not dialect.separator:
        yield from ([line] for line in lines if line)
        return
    if not dialect.quote:
        yield from (line.split(dialect.separator) for line in lines if line)
        return
    csv.field_size_limit(_LONGEST_CELL)
    waiting: list[str] = []
    while True:
        line = waiting.pop() if waiting else next(lines, None)
        if line is None:
            return
        taken = [line]
        while _is_open(taken, dialect):
            more = waiting.pop() if waiting else next(lines, None)
            if more is None or len(taken) >= _LONGEST_QUOTE:
                # The quote never closes: it is a sign of the text, and the lines behind it are rows of their own.
                waiting += [*([more] if more is not None else []), *reversed(taken[1:])]
                taken = taken[:1]
                break
            taken.append(more)
        yield _cells("\n".join(taken), dialect, is_whole=not _is_open(taken, dialect))


def _is_open(lines: list[str], dialect: Dialect) -> bool:
    text = lines[-1] if len(lines) == 1 else "\n".join(lines)
    if dialect.quote not in text:
        return False
    if dialect.escape:
        text = text.replace(dialect.escape + dialect.quote, "")
    return bool(text.count(dialect.quote) % 2) and _opens(text, dialect)


def _opens(text: str, dialect: Dialect) -> bool:
    """Say whether a quote begins a cell: one inside a word (5'10") opens nothing."""
    return text.startswith(dialect.quote) or dialect.separator + dialect.quote in text


def _cells(text: str, dialect: Dialect, *, is_whole: bool) -> list[str]:
    if not text:
        return []
    if not is_whole or dialect.quote not in text:
        return text.split(dialect.separator)
    try:
        return next(csv.reader(
            io.StringIO(text), delimiter=dialect.separator, quotechar=dialect.quote,
            escapechar=dialect.escape or None, doublequote=True,
        ), [])  # fmt: skip
    except csv.Error:
        return text.split(dialect.separator)


def _lines(path: Path, encoding: str, mark: int, nuls: _Nuls) -> Iterator[str]:
    """Yield lines without their ends, decoded piece by piece, without NUL; a last one may have no end."""
    errors = _REST if encoding == "utf-8" else "replace"
    decoder = codecs.getincrementaldecoder(encoding)(errors)
    rest = ""
    with path.open("rb") as file:
        file.seek(mark)
        while True:
            piece = file.read(_PIECE)
            text = rest + decoder.decode(piece, final=not piece)
            nuls.count += text.count("\0")
            text = text.replace("\0", "")
            if not piece:
                yield from _broken(text)
                return
            # A carriage return at the end may be half of a line end.
            lines = _broken(text)
            rest = lines.pop() if lines else ""
            if text.endswith(("\n", "\r")):
                rest = rest + text[-1:]
            yield from lines


def _broken(text: str) -> list[str]:
    """Cut text at line ends; ``str.splitlines`` would cut at signs that stand in cells."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return lines[:-1] if lines[-1] == "" else lines


def _as_windows(error: UnicodeError) -> tuple[str, int]:
    """Take bytes that are no UTF-8 for Windows-1252: two files were joined, or one cell was pasted."""
    assert isinstance(error, UnicodeDecodeError)
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


_REST = "kinoeye.windows"
codecs.register_error(_REST, _as_windows)
