"""Listings as PDF: a table that goes on over pages, each with its head, the film's name and page x of y.

A row stays together where a page can hold it. Text that reads from the right is set in the order in which it is seen.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from kinoeye.export import fonts
from kinoeye.export.bidi import in_sight
from kinoeye.export.listing import Column, Entry, Listing, said

_SIZE, _LEADING, _PAD = 8.0, 10.0, 3.0  # points
_LEFT, _RIGHT, _TOP, _BOTTOM = 36.0, 36.0, 48.0, 40.0
_FONTS = ("Helvetica", "Helvetica-Bold")
_STILL = 46.0  # height of a picture
_GAP = 6.0  # between columns
_INK, _DIM, _RULE, _HEAD = HexColor("#16181d"), HexColor("#5a5d66"), HexColor("#d5d2ca"), HexColor("#23262d")
_GROUNDS = {"bold": HexColor("#eeece6"), "head": HexColor("#dcd8cd"), "alarm": HexColor("#fdebdc")}


@dataclass(frozen=True)
class _Row:
    """A row as it is set: lines of each column, and how high it is."""

    entry: Entry
    lines: tuple[tuple[str, ...], ...]
    height: float


class _Widths:
    """How wide characters are, each measured once."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, bool], float] = {}

    def of(self, text: str, is_bold: bool = False, size: float = _SIZE) -> float:
        """Return the width of a text in points."""
        return sum(self._one(each, is_bold) for each in text) * size

    def _one(self, character: str, is_bold: bool) -> float:
        key = character, is_bold
        if key not in self._known:
            self._known[key] = pdfmetrics.stringWidth(character, fonts.named(character, _FONTS[is_bold]), 1.0)
        return self._known[key]

    def broken(self, text: str, room: float, is_bold: bool) -> Iterator[str]:
        """Yield a text in lines that fit; it breaks between words and Chinese characters, else anywhere."""
        line, width, last = "", 0.0, 0
        for character in text:
            line += character
            width += self._one(character, is_bold) * _SIZE
            if character == " " or ord(character) >= fonts.WIDE:
                last = len(line)
            if width > room and line.strip():
                cut = last if 0 < last < len(line) else max(1, len(line) - 1)
                yield line[:cut].rstrip()
                line, last = line[cut:].lstrip(), 0
                width = self.of(line, is_bold)
        yield line.rstrip()


def write(listing: Listing) -> bytes:
    """Return a listing as PDF, A4 across."""
    fonts.register()
    return _Paper(listing).written()


class _Paper:
    """A listing as it is set."""

    def __init__(self, listing: Listing) -> None:
        self._listing = listing
        self._size = landscape(A4)
        self._widths = _Widths()
        self._columns = listing.on_paper
        whole = sum(each.share for each in self._columns)
        free = self._size[0] - _LEFT - _RIGHT
        self._rooms = [free * each.share / whole for each in self._columns]
        self._edges = [_LEFT + sum(self._rooms[:number]) for number in range(len(self._rooms))]

    def written(self) -> bytes:
        held = io.BytesIO()
        canvas = Canvas(held, self._size, invariant=True, pageCompression=1)
        canvas.setTitle(f"{self._listing.film} – {self._listing.title}")
        canvas.setSubject(self._listing.title)
        pages = self._pages()
        for number, rows in enumerate(pages, 1):
            self._page(canvas, rows, number, len(pages))
            canvas.showPage()
        canvas.save()
        return held.getvalue()

    def _pages(self) -> list[list[_Row]]:
        pages: list[list[_Row]] = [[]]
        left = self._room(is_first=True)
        rows = [part for entry in self._listing.entries for part in self._parted(self._set(entry))]
        for row, after in zip(rows, [*rows[1:], None], strict=True):
            needed = row.height + (after.height if row.entry.kind == "head" and after else 0)
            if needed > left and pages[-1]:
                pages.append([])
                left = self._room(is_first=False)
            pages[-1].append(row)
            left -= row.height
        return pages

    def _room(self, *, is_first: bool) -> float:
        return float(self._size[1]) - _TOP - _BOTTOM - self._heads_height - (self._front_height if is_first else 0)

    def _set(self, entry: Entry) -> _Row:
        if entry.kind == "head":
            text = next(iter(entry.cells.values()), "")
            free = self._size[0] - _LEFT - _RIGHT - _GAP
            lines = (tuple(self._broken(text, free, is_bold=True)),)
            return _Row(entry, lines, len(lines[0]) * _LEADING + 2 * _PAD + 4)
        bold = entry.kind == "bold"
        cells = tuple(
            tuple(self._broken(entry.cells.get(column.key, ""), room - _GAP, is_bold=bold))
            for column, room in zip(self._columns, self._rooms, strict=True)
        )
        height = max(map(len, cells), default=1) * _LEADING + 2 * _PAD
        for column, room in zip(self._columns, self._rooms, strict=True):
            if column.look == "still" and entry.still:
                height = max(height, _fitted(ImageReader(io.BytesIO(entry.still)), room)[1] + 2 * _PAD)
        return _Row(entry, cells, height)

    def _broken(self, text: str, room: float, *, is_bold: bool) -> list[str]:
        return [line for part in said(text) for line in self._widths.broken(part, room, is_bold)] or [""]

    def _parted(self, row: _Row) -> list[_Row]:
        """Part a row that no page can hold; the first page holds least."""
        most = int((self._room(is_first=True) - 2 * _PAD) // _LEADING)
        longest = max(map(len, row.lines), default=0)
        if longest <= most:
            return [row]
        parts = []
        for begin in range(0, longest, most):
            lines = tuple(each[begin : begin + most] for each in row.lines)
            parts.append(_Row(row.entry, lines, max(map(len, lines)) * _LEADING + 2 * _PAD))
        return parts

    @cached_property
    def _heads_height(self) -> float:
        heads = [self._broken(self._listing.heads[each.key], room - _GAP, is_bold=True)
                 for each, room in zip(self._columns, self._rooms, strict=True)]  # fmt: skip
        return max(map(len, heads), default=1) * _LEADING + 2 * _PAD

    @cached_property
    def _front(self) -> list[tuple[str, bool, float]]:
        """Return the lines at the head of the first page, whether they are bold, and how large."""
        listing, free = self._listing, self._size[0] - _LEFT - _RIGHT
        lines = [(line, True, 1.6) for line in self._broken(listing.film, free / 1.6, is_bold=True)[:4]]
        facts = "   ".join(f"{name}: {value}" for name, value in listing.facts)
        lines += [(line, False, 1.0) for line in self._broken(facts, free, is_bold=False)]
        return lines + [(line, False, 1.0) for line in self._broken(listing.lead, free, is_bold=False) if listing.lead]

    @cached_property
    def _front_height(self) -> float:
        return sum(_LEADING * size for *_, size in self._front) + 8

    def _page(self, canvas: Canvas, rows: Sequence[_Row], number: int, count: int) -> None:
        width, height = self._size
        listing = self._listing
        canvas.setFillColor(_DIM)
        named = listing.film if listing.production in ("", listing.film) else f"{listing.production} · {listing.film}"
        named = next(self._widths.broken(said(named)[0], width * 0.55, is_bold=False))
        fonts.draw(canvas, _LEFT, height - 30, named, _FONTS[0], _SIZE)
        fonts.draw(canvas, width - _RIGHT, height - 30, listing.title, _FONTS[0], _SIZE, is_right=True)
        foot = listing.page.format(page=number, pages=count)
        fonts.draw(canvas, width - _RIGHT, 24, foot, _FONTS[0], _SIZE, is_right=True)
        y = height - _TOP
        if number == 1:
            canvas.setFillColor(_INK)
            for line, is_bold, size in self._front:
                y -= _LEADING * size
                fonts.draw(canvas, _LEFT, y + 3, line, _FONTS[is_bold], _SIZE * size)
            y -= 8
        y = self._heads(canvas, y)
        for row in rows:
            y = self._row(canvas, row, y)

    def _heads(self, canvas: Canvas, y: float) -> float:
        height = self._heads_height
        canvas.setFillColor(_HEAD)
        canvas.rect(_LEFT, y - height, self._size[0] - _LEFT - _RIGHT, height, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#ffffff"))
        for column, edge, room in zip(self._columns, self._edges, self._rooms, strict=True):
            lines = self._broken(self._listing.heads[column.key], room - _GAP, is_bold=True)
            self._cell(canvas, column, lines, edge, room, y, is_bold=True)
        return y - height

    def _row(self, canvas: Canvas, row: _Row, y: float) -> float:
        wide = self._size[0] - _LEFT - _RIGHT
        if row.entry.kind in _GROUNDS:
            canvas.setFillColor(_GROUNDS[row.entry.kind])
            canvas.rect(_LEFT, y - row.height, wide, row.height, stroke=0, fill=1)
        canvas.setStrokeColor(_RULE)
        canvas.setLineWidth(0.4)
        canvas.line(_LEFT, y - row.height, _LEFT + wide, y - row.height)
        canvas.setFillColor(_INK)
        if row.entry.kind == "head":
            self._cell(canvas, Column("", 1), row.lines[0], _LEFT, wide, y - 2, is_bold=True)
            return y - row.height
        bold = row.entry.kind == "bold"
        for column, lines, edge, room in zip(self._columns, row.lines, self._edges, self._rooms, strict=True):
            if column.look == "still" and row.entry.still:
                self._still(canvas, row.entry.still, edge, room, y)
            else:
                self._cell(canvas, column, lines, edge, room, y, is_bold=bold)
        return y - row.height

    def _cell(
        self, canvas: Canvas, column: Column, lines: Sequence[str], edge: float, room: float, y: float, *, is_bold: bool
    ) -> None:
        for place, line in enumerate(lines):
            if not line:
                continue
            is_right = column.look == "number" or in_sight(line)[1]
            x = edge + room - _GAP / 2 if is_right else edge + _GAP / 2
            y_of = y - _PAD - _LEADING * (place + 1) + 2.5
            fonts.draw(canvas, x, y_of, line, _FONTS[is_bold], _SIZE, is_right=is_right)

    def _still(self, canvas: Canvas, jpeg: bytes, edge: float, room: float, y: float) -> None:
        picture = ImageReader(io.BytesIO(jpeg))
        width, height = _fitted(picture, room)
        canvas.drawImage(picture, edge + _GAP / 2, y - _PAD - height, width, height)


def _fitted(picture: ImageReader, room: float) -> tuple[float, float]:
    """Return how large a picture is in its column."""
    across, down = picture.getSize()
    scale = min((room - _GAP) / across, _STILL / down)
    return across * scale, down * scale
