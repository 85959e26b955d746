"""Listings as DOCX: a table whose head comes again on each page, with the film's name and page x of y.

Each run of text says its font for Chinese too, and where it reads from the right, that it does. Rows are written as XML
by hand: python-docx looks the whole table through for each cell.

Source: ECMA-376, 17.4 (tables; 17.4.78 heads, 17.4.6 rows that are not parted), 17.16 (fields), 17.3.2 (runs).
"""

import io
import unicodedata
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, Twips
from lxml import etree

from kinoeye.export.listing import Column, Entry, Listing, said

_FACES = {"w:ascii": "Arial", "w:hAnsi": "Arial", "w:cs": "Arial", "w:eastAsia": "SimSun"}
_PAGE = (297.0, 210.0)  # A4 across, in millimetres
_MARGIN = 14.0
_TWIPS = 1440 / 25.4  # a millimetre
_GROUNDS = {"bold": "EEECE6", "head": "DCD8CD", "alarm": "FDEBDC"}
_STILL = Mm(16)
_ROOM = 60  # twips at each side of a cell
_BEGUN = datetime(2000, 1, 1, tzinfo=UTC)  # the same list is the same file, whenever it is written


def write(listing: Listing) -> bytes:
    """Return a listing as DOCX, A4 across."""
    paper = docx.Document()
    properties = paper.core_properties
    properties.title = f"{listing.film} – {listing.title}"[:255]
    properties.author, properties.comments = "", ""
    properties.language = listing.language
    properties.created = properties.modified = _BEGUN
    style = paper.styles["Normal"]
    style.font.size = Pt(8)
    style.paragraph_format.space_after = Pt(0)
    _faces(style.element.get_or_add_rPr())
    section = paper.sections[0]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = map(Mm, _PAGE)
    section.left_margin = section.right_margin = section.bottom_margin = Mm(_MARGIN)
    section.top_margin = Mm(_MARGIN + 4)
    section.header_distance = section.footer_distance = Mm(7)
    _edges(section, listing)
    _line(paper.add_paragraph(), listing.film, size=13, is_bold=True)
    _line(paper.add_paragraph(), "   ".join(f"{name}: {value}" for name, value in listing.facts))
    if listing.lead:
        _line(paper.add_paragraph(), listing.lead)
    _line(paper.add_paragraph(), "")
    _table(paper, listing)
    held = io.BytesIO()
    paper.save(held)
    return _undated(held)


def _undated(held: io.BytesIO) -> bytes:
    """Return a package without the time at which it was packed."""
    out = io.BytesIO()
    with zipfile.ZipFile(held) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for each in old.infolist():
            new.writestr(zipfile.ZipInfo(each.filename), old.read(each), zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _edges(section: Any, listing: Listing) -> None:
    """Set what stands over and under each page."""
    named = listing.film if listing.production in ("", listing.film) else f"{listing.production} · {listing.film}"
    _line(section.header.paragraphs[0], f"{named} · {listing.title}")
    foot = section.footer.paragraphs[0]
    foot.alignment = 2
    before, _, rest = listing.page.partition("{page}")
    between, _, after = rest.partition("{pages}")
    for text, field in ((before, "PAGE"), (between, "NUMPAGES"), (after, "")):
        _run(foot._p, text)
        if field:
            simple = OxmlElement("w:fldSimple")
            simple.set(qn("w:instr"), field)
            _run(simple, "1")
            foot._p.append(simple)


def _table(paper: Any, listing: Listing) -> None:
    columns = listing.on_paper
    whole = sum(each.share for each in columns)
    widths = [round((_PAGE[0] - 2 * _MARGIN) * _TWIPS * each.share / whole) for each in columns]
    table = parse_xml(
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblBorders>'
        '<w:insideH w:val="single" w:sz="4" w:space="0" w:color="D5D2CA"/></w:tblBorders>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:top w:w="40" w:type="dxa"/>'
        f'<w:left w:w="{_ROOM}" w:type="dxa"/><w:bottom w:w="40" w:type="dxa"/><w:right w:w="{_ROOM}" w:type="dxa"/>'
        "</w:tblCellMar></w:tblPr><w:tblGrid>"
        + "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
        + "</w:tblGrid></w:tbl>"
    )
    heads = Entry({each.key: listing.heads[each.key] for each in columns}, "bold")
    table.append(_row(paper, columns, widths, heads, is_head=True))
    for entry in listing.entries:
        table.append(_row(paper, columns, widths, entry))
    paper.element.body.insert(len(paper.element.body) - 1, table)


def _row(paper: Any, columns: Sequence[Column], widths: Sequence[int], entry: Entry, *, is_head: bool = False) -> Any:
    row = etree.Element(qn("w:tr"))
    about = etree.SubElement(row, qn("w:trPr"))
    etree.SubElement(about, qn("w:cantSplit"))
    if is_head:
        etree.SubElement(about, qn("w:tblHeader"))
    if entry.kind == "head":
        text = next(iter(entry.cells.values()), "")
        row.append(_cell(sum(widths), text, ground=_GROUNDS["head"], is_bold=True, span=len(columns), is_kept=True))
        return row
    for column, width in zip(columns, widths, strict=True):
        text = entry.cells.get(column.key, "")
        cell = _cell(
            width,
            text,
            ground=_GROUNDS.get(entry.kind, ""),
            is_bold=entry.kind == "bold",
            is_right=column.look == "number",
        )
        if column.look == "still" and entry.still:
            cell.append(_picture(paper, entry.still, width))
            cell.remove(cell[1])
        row.append(cell)
    return row


def _cell(
    width: int,
    text: str,
    *,
    ground: str,
    is_bold: bool,
    is_right: bool = False,
    span: int = 1,
    is_kept: bool = False,
) -> Any:
    cell = etree.Element(qn("w:tc"))
    about = etree.SubElement(cell, qn("w:tcPr"))
    etree.SubElement(about, qn("w:tcW"), {qn("w:w"): str(width), qn("w:type"): "dxa"})
    if span > 1:
        etree.SubElement(about, qn("w:gridSpan"), {qn("w:val"): str(span)})
    if ground:
        etree.SubElement(about, qn("w:shd"), {qn("w:val"): "clear", qn("w:color"): "auto", qn("w:fill"): ground})
    for line in said(text):
        paragraph = etree.SubElement(cell, qn("w:p"))
        layout = etree.SubElement(paragraph, qn("w:pPr"))
        if is_kept:
            etree.SubElement(layout, qn("w:keepNext"))
        is_from_right = _is_from_right(line)
        if is_from_right:
            etree.SubElement(layout, qn("w:bidi"))
        if is_right:
            etree.SubElement(layout, qn("w:jc"), {qn("w:val"): "left" if is_from_right else "right"})
        _run(paragraph, line, is_bold=is_bold, is_from_right=is_from_right)
    return cell


def _run(paragraph: Any, text: str, *, is_bold: bool = False, is_from_right: bool = False, size: int = 0) -> None:
    if not text:
        return
    run = etree.SubElement(paragraph, qn("w:r"))
    about = etree.SubElement(run, qn("w:rPr"))
    _faces(about)
    if is_bold:
        etree.SubElement(about, qn("w:b"))
        etree.SubElement(about, qn("w:bCs"))
    if size:
        etree.SubElement(about, qn("w:sz"), {qn("w:val"): str(2 * size)})
    if is_from_right:
        etree.SubElement(about, qn("w:rtl"))
    told = etree.SubElement(run, qn("w:t"))
    told.text = text
    told.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _line(paragraph: Any, text: str, *, size: int = 0, is_bold: bool = False) -> None:
    for part in said(text):
        _run(paragraph._p, part, size=size, is_bold=is_bold)


def _picture(paper: Any, jpeg: bytes, room: int) -> Any:
    """Return a paragraph with a picture that fits, taken out of the document again."""
    paragraph = paper.add_paragraph()
    picture = paragraph.add_run().add_picture(io.BytesIO(jpeg), height=_STILL)
    free = Twips(room - 2 * _ROOM)
    if picture.width > free:
        picture.width, picture.height = free, round(picture.height * free / picture.width)
    paragraph._p.getparent().remove(paragraph._p)
    return paragraph._p


def _faces(about: Any) -> None:
    found = about.find(qn("w:rFonts"))
    faces = found if found is not None else etree.SubElement(about, qn("w:rFonts"))
    for key in [each for each in faces.attrib if each.endswith("Theme")]:
        del faces.attrib[key]
    for key, name in _FACES.items():
        faces.set(qn(key), name)


def _is_from_right(text: str) -> bool:
    """Say whether the first letter of a text reads from the right."""
    if text.isascii():
        return False
    kinds = (unicodedata.bidirectional(each) for each in text)
    return next((kind for kind in kinds if kind in ("L", "R", "AL")), "L") != "L"
