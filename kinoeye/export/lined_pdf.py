"""Lined script as PDF: the screenplay's lines down the page, a stroke beside them for each take, as on paper.

The strokes are those of the page (kinoeye.export.lined): straight on camera, wavy off, thin where a take passes action,
broken where it jumps a line. What no take has stands on a shaded ground.
"""

import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pyarrow as pa
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from kinoeye.export import fonts
from kinoeye.export.drafts import left_out
from kinoeye.export.lined import Lined, Row, Take, lined, stroke_of
from kinoeye.export.listing import said
from kinoeye.export.words import words
from kinoeye.screenplay.layout import wrapped

_SIZE, _LEADING = 8.5, 10.5  # points
_PITCH = 5.1  # a character of Courier of that size
_LEFT, _TOP, _BOTTOM = 40.0, 92.0, 42.0
_LETTERS = 52  # of a line of action
_INSET, _NARROW = 10, 32  # of speech: how far in, and its letters
_STROKES = _LEFT + _PITCH * _LETTERS + 26
_STEP = 15.0  # between strokes
_HEAD_LETTERS = 9
_COLOURS = {"whole": "#17693c", "changed": "#8a5200", "partial": "#8a5200", "passed": "#6b7280", "missing": "#b42318"}
_NONE = HexColor("#fdebdc")
_KINDS = ("whole", "off", "changed", "partial", "passed", "missing")


@dataclass(frozen=True)
class _Block:
    """A line of the screenplay as it is set: its rows, each with how far it stands in."""

    line: Row
    rows: tuple[tuple[int, str], ...]


def lined_pdf(tables: Mapping[str, pa.Table], *, title: str, language: str = "en") -> bytes:
    """Return every screenplay that was shot, line by line with its takes, as PDF.

    Parameters and errors are those of `kinoeye.export.lined.lined_script`.
    """
    fonts.register()
    known = lined(tables)
    pages = [page for script in known.scripts for page in _pages(known, script)]
    held = io.BytesIO()
    canvas = Canvas(held, A4, invariant=True)
    chosen = words(language)
    older = [chosen.sections["lists"]["older_draft"].format(path=path, instead=new) for path, new in left_out(tables)]
    canvas.setTitle(f"{title}: {chosen.say('lined')}")
    for number, (path, takes, blocks) in enumerate(pages, 1):
        foot = chosen.sections["lists"]["page"].format(page=number, pages=len(pages))
        legend = [(kind, chosen.say(f"lined_{kind}_key")) for kind in _KINDS]
        _edges(canvas, f"{title} · {path}", chosen.say("lined"), foot, legend, older if number == 1 else ())
        _page(canvas, takes, blocks, known)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def _pages(known: Lined, script: str) -> list[tuple[str, list[Take], list[_Block]]]:
    """Set a screenplay on pages, each with its takes; a scene with too many of them is set again."""
    found = []
    most = int((A4[0] - 30 - _STROKES) // _STEP)
    for lines, takes in known.of(script):
        for begin in range(0, max(1, len(takes)), most):
            some, path = list(takes[begin : begin + most]), known.paths.get(script, script)
            found += [(path, some, blocks) for blocks in _filled([_block(line) for line in lines])]
    return found


def _filled(blocks: Sequence[_Block]) -> list[list[_Block]]:
    room = int((A4[1] - _TOP - _BOTTOM) // _LEADING)
    pages: list[list[_Block]] = [[]]
    left = room
    for block in blocks:
        rows = block.rows
        while len(rows) + 1 > left and (pages[-1] or len(rows) + 1 > room):
            if not pages[-1]:  # longer than a page
                pages[-1].append(_Block(block.line, rows[: room - 1]))
                rows = rows[room - 1 :]
            pages.append([])
            left = room
        pages[-1].append(_Block(block.line, rows))
        left -= len(rows) + 1
    return pages


def _block(line: Row) -> _Block:
    if line["kind"] != "dialogue":
        return _Block(line, tuple((0, each) for each in _broken(line["text"], _LETTERS)))
    behind = "".join(f" ({each})" for each in line["extensions"])
    rows = [(_INSET + 8, each) for each in _broken(line["who"] + behind, _NARROW - 8)]
    rows += [(_INSET + 4, each) for one in line["parentheticals"] for each in _broken(f"({one})", _NARROW - 6)]
    return _Block(line, (*rows, *((_INSET, each) for each in _broken(line["text"], _NARROW))))


def _broken(text: str, letters: int) -> list[str]:
    return [part[begin:end] for part in said(text) for begin, end in wrapped(part, letters)]


def _edges(
    canvas: Canvas, named: str, title: str, foot: str, legend: Sequence[tuple[str, str]], remarks: Sequence[str]
) -> None:
    width, height = A4
    canvas.setFillColor(HexColor("#5a5d66"))
    fonts.draw(canvas, _LEFT, height - 30, said(named)[0][:80], "Helvetica", 8)
    fonts.draw(canvas, width - 40, height - 30, title, "Helvetica", 8, is_right=True)
    fonts.draw(canvas, width - 40, 24, foot, "Helvetica", 8, is_right=True)
    fonts.draw(canvas, _LEFT, 24, said("  ".join(remarks))[0][:100] if remarks else "", "Helvetica", 6.5)
    x = _LEFT
    for kind, told in legend:
        _stroke(canvas, "whole off" if kind == "off" else kind, x, height - 40, 14)
        canvas.setFillColor(HexColor("#5a5d66"))
        x += 7 + fonts.draw(canvas, x + 5, height - 50, told, "Helvetica", 6.5) + 8


def _page(canvas: Canvas, takes: Sequence[Take], blocks: Sequence[_Block], known: Lined) -> None:
    y = A4[1] - _TOP
    for number, take in enumerate(takes):
        canvas.saveState()
        canvas.translate(_STROKES + number * _STEP + 2, y + 4)
        canvas.rotate(60)
        canvas.setFillColor(HexColor("#16181d"))
        fonts.draw(canvas, 0, 0, take.name[:_HEAD_LETTERS], "Helvetica", 6.5)
        canvas.restoreState()
    for block in blocks:
        height = (len(block.rows) + 1) * _LEADING
        rows = [known.cells[take.key].get(block.line["line"]) for take in takes]
        if block.line["kind"] == "dialogue" and block.line["line"] not in known.shot:
            canvas.setFillColor(_NONE)
            canvas.rect(_LEFT - 6, y - height + 3, _PITCH * _LETTERS + 16, height - 2, stroke=0, fill=1)
        canvas.setFillColor(HexColor("#16181d"))
        face = "Courier-Bold" if block.line["kind"] == "heading" else "Courier"
        for place, (inset, text) in enumerate(block.rows):
            fonts.draw(canvas, _LEFT + inset * _PITCH, y - _LEADING * (place + 1) + 2, text, face, _SIZE)
        for number, row in enumerate(rows):
            if row is not None:
                _stroke(canvas, stroke_of(row), _STROKES + number * _STEP, y, height)
        y -= height


def _stroke(canvas: Canvas, kind: str, x: float, top: float, height: float) -> None:
    """Draw a take's stroke down a line."""
    name, _, off = kind.partition(" ")
    canvas.setStrokeColor(HexColor(_COLOURS[name]))
    canvas.setLineWidth(0.6 if name == "passed" else 1.4)
    canvas.setDash([1.5, 3] if name == "missing" else [])
    end = top - height * (0.6 if name == "partial" else 1)
    path = canvas.beginPath()
    path.moveTo(x, top)
    steps = max(2, round((top - end) / 1.5))
    for step in range(1, steps + 1):
        y = top + (end - top) * step / steps
        path.lineTo(x + (2 * math.sin(step * 1.2) if off else 0), y)
    canvas.drawPath(path)
    canvas.setDash([])
