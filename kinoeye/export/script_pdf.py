"""Screenplays as PDF: as the trade prints them, in Courier."""

import io
from collections.abc import Sequence

from reportlab.lib.pagesizes import A4, LETTER
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfgen.canvas import Canvas

from kinoeye.errors import SettingError
from kinoeye.export import fonts
from kinoeye.screenplay import marks
from kinoeye.screenplay.elements import Run, Screenplay
from kinoeye.screenplay.layout import WIDTH, Page, pages
from kinoeye.screenplay.title_page import groups

PAPERS = {"letter": LETTER, "a4": A4}
_SIZE = 12
_PITCH = 7.2  # points: 10 characters an inch
_LEADING = 12  # points: 6 lines an inch
_LEFT, _TOP, _NUMBER = 108, 72, 36  # points: margins, and from the edge to the page's number
_MARK_COLUMN = WIDTH + 9  # of a revision's asterisk
_FACES = {(): "Courier", ("bold",): "Courier-Bold", ("italic",): "Courier-Oblique",
          ("bold", "italic"): "Courier-BoldOblique"}  # fmt: skip


def write(screenplay: Screenplay, *, paper: str = "letter") -> bytes:
    """Return a screenplay as PDF.

    Parameters
    ----------
    screenplay : Screenplay
    paper : letter or a4

    Raises
    ------
    SettingError
        If there is no such paper.
    """
    if paper not in PAPERS:
        raise SettingError(f"PDF: paper must be letter or a4, got {paper}")
    fonts.register()
    held = io.BytesIO()
    canvas = Canvas(held, PAPERS[paper], invariant=True)
    canvas.setTitle(marks.read(screenplay.title("title"))[0])
    canvas.setAuthor(marks.read(screenplay.title("author") or screenplay.title("authors"))[0])
    if screenplay.titles:
        _title_page(canvas, screenplay, PAPERS[paper])
        canvas.showPage()
    revised = {number for number, each in enumerate(screenplay.elements) if each.revision}
    for page in pages(screenplay):
        _page(canvas, page, PAPERS[paper][1], revised)
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def _page(canvas: Canvas, page: Page, height: float, revised: set[int]) -> None:
    if page.number > 1:
        _text(canvas, _LEFT + _PITCH * (WIDTH + 1), height - _NUMBER, f"{page.number}.", ())
    for line in page.lines:
        y = height - _TOP - _LEADING * (line.row + 1) + 2
        _text(canvas, _LEFT + _PITCH * line.column, y, line.text, line.runs)
        if line.element in revised and line.kind != "number":
            _text(canvas, _LEFT + _PITCH * _MARK_COLUMN, y, "*", ())


def _title_page(canvas: Canvas, screenplay: Screenplay, size: tuple[float, float]) -> None:
    """Set the title a third down, and what is no part of it at the foot."""
    width, height = size
    told = groups(screenplay.titles)
    middle = [line for group in told if group.is_centered for line in (*group.lines, "")]
    foot = [line for group in told if not group.is_centered for line in ("", *group.lines)]
    for lines, top in ((middle, height * 2 / 3), (foot, _TOP + _LEADING * len(foot))):
        for row, line in enumerate(lines):
            plain, runs = marks.read(line)
            x = (width - _PITCH * len(plain)) / 2 if lines is middle else _LEFT
            _text(canvas, x, top - _LEADING * row, plain, runs)


def _text(canvas: Canvas, x: float, y: float, text: str, runs: Sequence[Run]) -> None:
    """Set one line, character by character where its look changes."""
    styles = [frozenset[str]()] * len(text)
    for run in runs:
        styles[run.start : run.end] = [frozenset(run.styles)] * (run.end - run.start)
    faces = list[str]()
    for each in text:  # a space is set as what stands before it
        faces.append(faces[-1] if each == " " and faces else fonts.face(each, "kinoeye-mono"))
    begin = 0
    for at in range(1, len(text) + 1):
        if at < len(text) and (styles[at], faces[at]) == (styles[begin], faces[begin]):
            continue
        part, face = text[begin:at], faces[begin] if text else ""
        named = face or _FACES[tuple(name for name in ("bold", "italic") if name in styles[begin])]
        canvas.setFont(named, _SIZE)
        canvas.drawString(x, y, part)
        width = pdfmetrics.stringWidth(part, named, _SIZE)
        for name, rise in (("underline", -2), ("strikeout", 3)):
            if name in styles[begin]:
                canvas.line(x, y + rise, x + width, y + rise)
        x, begin = x + width, at
