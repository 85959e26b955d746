"""PDF: the lines of a document, and where on its pages they stand.

What is no text is not seen; underlining is a drawing, so bold and italics are told by the fonts' names alone.

Source: ISO 32000-1; read with PDFium.
"""

import ctypes
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

from kinoeye.errors import DocumentError
from kinoeye.screenplay.elements import Run
from kinoeye.screenplay.positions import Line

MOST_PAGES = 3000
_SAME_LINE = 0.25  # of a character's size: how far apart the feet of one line's characters may stand
_COLUMN = 2.2  # widths of a character without one: another column begins
_SPACE = 0.35  # of a character's width: a space that nobody wrote
_FONT_BYTES = 256


@dataclass
class _Character:
    text: str
    left: float
    right: float
    foot: float
    size: float
    styles: tuple[str, ...]
    is_apart: bool  # a space was written before it


def lines(data: bytes, *, most: int = MOST_PAGES) -> list[Line]:
    """Return the lines of a PDF, page by page, from top to bottom and from left to right.

    Parameters
    ----------
    data : bytes
    most : int
        So many pages with text are read.

    Raises
    ------
    DocumentError
        If it is damaged, encrypted, too long, or holds no text.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        raise _refused(error) from error
    try:
        count = len(document)
        if count > MOST_PAGES:
            raise DocumentError(f"PDF: must have at most {MOST_PAGES} pages, got {count}", remedy="Split it")
        found, read = list[Line](), 0
        for number in range(count):
            here = list(_page(document, number))
            found += here
            read += bool(here)
            if read >= most:
                break
    finally:
        document.close()
    if not found:
        raise DocumentError(
            f"PDF: must have text, got {count} page{'s' * (count != 1)} of pictures only",
            remedy="It is a scan: have its text recognised first (OCR), or ask for the file that it was printed from",
        )
    return found


def _refused(error: pypdfium2.PdfiumError) -> DocumentError:
    if "password" in str(error).lower() or "security" in str(error).lower():
        return DocumentError(
            "PDF: must be readable without a password, got an encrypted document",
            remedy="Open it with its password and save it without one",
        )
    return DocumentError(f"PDF: must be a whole document, got a damaged one ({error})", remedy="Copy it again")


def _page(document: Any, number: int) -> Iterator[Line]:
    try:
        page = document[number]
        text = page.get_textpage()
    except pypdfium2.PdfiumError:
        return  # a damaged page is left out, the others are read
    width, height = page.get_size()
    characters = [each for each in _characters(text) if 0 <= each.left <= width and 0 <= each.foot <= height]
    text.close()
    page.close()
    characters.sort(key=lambda each: -each.foot)
    rows: list[list[_Character]] = []
    for each in characters:
        if rows and abs(rows[-1][0].foot - each.foot) <= _SAME_LINE * max(4.0, each.size):
            rows[-1].append(each)
        else:
            rows.append([each])
    for row in rows:
        for part in _columns(sorted(row, key=lambda each: each.left)):
            if line := _line(part, number, width, height):
                yield line


def _characters(page: Any) -> Iterator[_Character]:
    """Go through the characters of a page, each with whether a space was written before it."""
    raw = page.raw
    x, y = ctypes.c_double(), ctypes.c_double()
    box = pdfium.FS_RECTF()
    name, flags = ctypes.create_string_buffer(_FONT_BYTES), ctypes.c_int()
    fonts: dict[bytes, tuple[str, ...]] = {}
    is_apart = False
    for at in range(pdfium.FPDFText_CountChars(raw)):
        code = pdfium.FPDFText_GetUnicode(raw, at)
        if code in (0x20, 0xA0, 0x3000):
            is_apart = not pdfium.FPDFText_IsGenerated(raw, at)
        if code <= 0x20 or 0xD800 <= code <= 0xDFFF or code in (0xA0, 0x3000, 0xFFFE, 0xFFFF) or code > 0x10FFFF:
            continue
        pdfium.FPDFText_GetCharOrigin(raw, at, x, y)
        pdfium.FPDFText_GetLooseCharBox(raw, at, box)
        size = pdfium.FPDFText_GetFontInfo(raw, at, name, _FONT_BYTES, flags)
        styles = fonts.get(name.value) if size else ()
        if styles is None:
            styles = fonts[name.value] = _styles(name.value)
        yield _Character(chr(code), box.left, box.right, y.value, box.top - box.bottom, styles, is_apart)
        is_apart = False


def _styles(font: bytes) -> tuple[str, ...]:
    told = font.decode("latin-1").lower()
    return tuple(
        style for style, words in (("bold", r"bold|black|heavy"), ("italic", r"italic|oblique"))
        if re.search(words, told)
    )  # fmt: skip


def _columns(row: list[_Character]) -> Iterator[list[_Character]]:
    """Part a row where so much is empty that something else begins."""
    part: list[_Character] = []
    for each in row:
        if part and each.left - part[-1].right > _COLUMN * max(1.0, min(_width(part[-1]), each.size)):
            yield part
            part = []
        part.append(each)
    if part:
        yield part


def _width(each: _Character) -> float:
    return each.right - each.left


@dataclass
class _Words:
    text: str = ""
    runs: list[Run] = field(default_factory=list)


def _line(part: list[_Character], page: int, width: float, height: float) -> Line | None:
    said = _Words()
    last: _Character | None = None
    for styles, group in groupby(part, key=lambda each: each.styles):
        begin = None
        for each in group:
            if last is not None and abs(each.left - last.left) < 0.1 * _width(each) and each.text == last.text:
                continue  # printed twice for boldness
            room = _SPACE * max(1.0, min(_width(last), _width(each))) if last is not None else 0.0
            if last is not None and (each.is_apart or each.left - last.right > room):
                said.text += " "
            begin = len(said.text) if begin is None else begin
            said.text += each.text
            last = each
        if styles and begin is not None:
            said.runs.append(Run(begin, len(said.text), styles))
    if not said.text.strip() or last is None:
        return None
    size = max(each.size for each in part)
    return Line(
        page, part[0].left, height - part[0].foot, last.right, size, said.text, tuple(said.runs), width, height
    )  # fmt: skip
