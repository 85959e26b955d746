"""Records as Excel sheets (.xlsx, .xlsm, .xlsb, .xls, .ods): the sheet that holds titles, below its heading line.

Cells are read with the values they last had; a formula is never computed, a macro never run.
"""

import datetime
import importlib
import io
import itertools
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from kinoeye.errors import DocumentError
from kinoeye.headings import meaning
from kinoeye.media.dialects import names_columns
from kinoeye.media.spools import BATCH_ROWS, Spool, unique_names
from kinoeye.streams import Records

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ZIP = b"PK\x03\x04"
_MOST_BYTES = 4 << 30  # unpacked; a sheet of a million rows has about 1 GB of XML
_LOOKED = 40  # rows in which the heading line is sought


def is_excel(head: bytes) -> bool:
    """Say whether a file begins as a workbook does."""
    return head.startswith((_ZIP, _OLE))


def read(path: Path, named: Path) -> Records:
    """Open the sheet of a workbook that looks most like a catalogue.

    Raises
    ------
    DocumentError
        If it is no workbook, is damaged, locked with a password, or has only empty sheets.
    """
    calamine = importlib.import_module("python_calamine")
    _check_size(path, named)
    try:
        with calamine.CalamineWorkbook.from_object(io.BytesIO(path.read_bytes())) as book:
            sheets = [each.name for each in book.sheets_metadata if str(each.typ).endswith("WorkSheet")]
            found = [found for name in sheets if (found := _looked(book.get_sheet_by_name(name), name))]
            if not found:
                raise DocumentError(f"{named}: a sheet must have a line of headings and rows, got only empty sheets")
            _, name, place = max(found, key=lambda each: each[0])
            return _laid(book.get_sheet_by_name(name), place)
    except calamine.CalamineError as error:
        said = " ".join(str(error).split())
        raise DocumentError(
            f"{named}: must be a whole Excel workbook without a password, got {said[:200]}",
            remedy="Open it in Excel and save it again, or save the sheet as CSV",
        ) from error


def _check_size(path: Path, named: Path) -> None:
    """Refuse an archive that unpacks to more than memory should hold."""
    if not zipfile.is_zipfile(path):
        return
    try:
        with zipfile.ZipFile(path) as packed:
            size = sum(each.file_size for each in packed.infolist())
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise DocumentError(f"{named}: must be a whole Excel workbook, got {error}") from error
    if size > _MOST_BYTES:
        raise DocumentError(
            f"{named}: a workbook must unpack to at most {_MOST_BYTES >> 30} GB, got {size >> 30} GB",
            remedy="Save it as CSV or Parquet",
        )


def _looked(sheet: Any, name: str) -> tuple[tuple[float, int], str, int] | None:
    """Return how much a sheet looks like a catalogue, its name, and the number of its heading line (-1: none)."""
    if not sheet.height or not sheet.width:
        return None
    rows = [list(row) for row in itertools.islice(sheet.iter_rows(), _LOOKED)]
    filled = [number for number, row in enumerate(rows) if any(cell not in ("", None) for cell in row)]
    if not filled:
        return None
    known = {
        number: sum(meaning(cell)[1] >= 0.85 for cell in rows[number] if isinstance(cell, str)) for number in filled
    }
    place = max(filled, key=lambda number: (known[number], -number))
    if known[place] < 2:
        place = filled[0]
        texts = [_text(cell) for cell in rows[place]]
        below = [[_text(cell) for cell in row] for row in rows[place + 1 :]]
        if not names_columns([text for text in texts if text], [[c for c in row if c] for row in below]):
            return (0.0, sheet.height), name, -1
    has_title = any(isinstance(cell, str) and meaning(cell)[0] == "title" for cell in rows[place])
    return (known[place] + 2.0 * has_title, sheet.height), name, place


def _laid(sheet: Any, place: int) -> Records:
    rows = sheet.iter_rows()
    headings: Sequence[str] = ()
    if place >= 0:
        headings = [_text(cell) for cell in next(itertools.islice(rows, place, None))]
    kept = [number for number in range(sheet.width) if not headings or headings[number] or _is_used(sheet, number)]
    names = unique_names([headings[number] if headings else "" for number in kept])
    spool = Spool(names)
    try:
        for batch in _batches(rows):
            spool.append_values([[_value(row[number]) for row in batch] for number in kept])
        data = spool.finish()
    except BaseException:
        spool.drop()
        raise
    return Records(data, tuple(headings[number] for number in kept) if headings else (), "excel")


def _is_used(sheet: Any, number: int) -> bool:
    """Say whether a column without a heading holds anything."""
    return any(row[number] not in ("", None) for row in sheet.iter_rows())


def _batches(rows: Iterator[list[Any]]) -> Iterator[list[list[Any]]]:
    filled = (row for row in rows if any(cell not in ("", None) for cell in row))
    while batch := list(itertools.islice(filled, BATCH_ROWS)):
        yield batch


def _value(cell: Any) -> Any:
    """Return a cell as it is kept: an empty one is nothing, a whole number has no fraction, midnight is a day."""
    if cell == "" or cell is None:
        return None
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 2**53:
        return int(cell)
    if isinstance(cell, datetime.datetime):
        return cell.date() if cell.time() == datetime.time() else cell
    if isinstance(cell, datetime.time):
        return cell.isoformat()
    if isinstance(cell, datetime.timedelta):
        minutes, seconds = divmod(int(cell.total_seconds()), 60)
        return f"{minutes // 60}:{minutes % 60:02d}:{seconds:02d}"
    return cell


def _text(cell: Any) -> str:
    value = _value(cell)
    return "" if value is None else str(value).strip()
