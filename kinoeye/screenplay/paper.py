"""Paper: a screenplay read from where its lines stand on pages.

Action and headings begin at the left, speech farther right, names farther still; what says how a line is said stands
between and in parentheses; a transition ends at the right; two names beside each other are two speeches at once. What
goes on over a page's end is one element again, and (MORE) and (CONT'D) go. A line that ends before the next word had
to is a line of its own; others are joined.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kinoeye.screenplay import marks
from kinoeye.screenplay.elements import Element, Run, Screenplay, Title
from kinoeye.screenplay.fountain import HEADING, TRANSITION, is_name
from kinoeye.screenplay.positions import NEAR, Line, Measures, Paper, Row, paper
from kinoeye.screenplay.title_page import Group, titles

_MORE = re.compile(r"\(\s*MORE\s*\)", re.I)
_CONTD = re.compile(r"\s*\(\s*CONT['’.]?\s?D\.?\s*\)\s*$|\s*\(CONTINUING\)\s*$", re.I)
_ENDED = re.compile(r"[.!?:…。！？”\"')\]-]\s*$")
_MOST_TITLE_ROWS = 45
_MIDDLE = 0.05  # of a page's width
_FOOT = 0.62  # of a page's height: below it stands what is no title
_WIDE = 0x2E80
_UNBROKEN = re.compile(r"[^ \u2e80-\uffef]*")
_FULL = 8  # characters from the edge: so near a full line ends


@dataclass
class _Part:
    """An element as its lines are gathered."""

    kind: str
    lines: list[Line]
    number: str = ""
    is_dual: bool = False
    is_revised: bool = False
    breaks: list[bool] = field(default_factory=list)  # whether the next line is one of its own


def read(lines: Sequence[Line]) -> Screenplay | None:
    """Read a screenplay from the lines of its pages; None where no name stands over speech."""
    page, body = parted(lines)
    sheet = paper(body)
    if sheet.measures.dialogue is None:
        return None
    reader = _Reader(sheet)
    reader.read()
    pages = sorted({each.page for each in body})
    numbers = {each: sheet.numbers.get(each, place) for place, each in enumerate(pages, 1)}
    elements = tuple(_element(part, numbers, sheet.measures) for part in reader.parts)
    return Screenplay(page, elements, "pdf", remarks=tuple(reader.remarks()))


def parted(lines: Sequence[Line]) -> tuple[tuple[Title, ...], list[Line]]:
    """Return the entries of a title page, and the lines behind it."""
    first = min((each.page for each in lines), default=0)
    page, body = [each for each in lines if each.page == first], [each for each in lines if each.page != first]
    if not body or not _is_title_page(page):
        return (), list(lines)
    return _titles(page, paper(body).measures), body


def text(lines: Sequence[Line]) -> str:
    """Return pages as plain text: an empty line where there is more room, lines that were broken joined again."""
    sheet = paper(lines)
    pitch, edge = sheet.measures.pitch, max((row.parts[-1].right for row in sheet.rows), default=0.0)
    left = min((row.parts[0].left for row in sheet.rows), default=0.0)
    is_broken = sum(row.parts[-1].right > edge - _FULL * pitch for row in sheet.rows) > 1
    said, before = list[str](), None
    for row in sheet.rows:
        line = _joined(row.parts)
        is_apart = row.gap > NEAR or (row.is_first and before is not None and _ENDED.search(before.text) is not None)
        is_next = is_broken and not is_apart and before is not None and line.left < before.left + pitch
        if is_next and before is not None and not _fits(before, line, edge, pitch):
            said[-1] += _between(said[-1], line.text, is_break=False) + line.text
            before = line
            continue
        number = f" #{row.number}#" if row.number else ""
        said += ([""] if is_apart and said else []) + [" " * round((line.left - left) / pitch) + line.text + number]
        before = line
    return "\n".join(said) + "\n"


class _Reader:
    """Reads rows from top to bottom."""

    def __init__(self, sheet: Paper) -> None:
        self.rows = sheet.rows
        self.measures = sheet.measures
        self.parts: list[_Part] = []
        self.speaks = False  # whether what comes may be said by the name before
        self.goes_on = False  # whether speech goes on overleaf
        self.odd = 0

    def read(self) -> None:
        at = 0
        while at < len(self.rows):
            row = self.rows[at]
            if len(row.parts) > 1 and all(is_name(each.text) for each in row.parts[:2]) and row.gap != 1:
                at = self._sides(at)
                continue
            if len(row.parts) > 1:
                row.parts = [_joined(row.parts)]
            self._row(at, row, row.parts[0])
            at += 1

    def remarks(self) -> list[str]:
        return [f"{self.odd} lines that stand where no kind of element does read as action"] if self.odd else []

    def _row(self, at: int, row: Row, line: Line) -> None:
        if _MORE.fullmatch(line.text):
            self.goes_on = True
        elif self._is_heading(row, line):
            self._open("heading", row, line)
            self.speaks = False
        elif self._is_name(at, row, line):
            if not (self.goes_on and self._same_name(line)):
                self._open("character", row, line)
            self.speaks, self.goes_on = True, False
        elif self.speaks and (row.gap <= NEAR or row.is_first) and self._is_within(line):
            self._speech(row, line)
        else:
            self.speaks = False
            self._other(row, line)

    def _is_heading(self, row: Row, line: Line) -> bool:
        is_left = abs(line.left - self.measures.action) < 2.5 * self.measures.pitch
        if row.number:
            return is_left and line.text.upper() == line.text
        is_told = HEADING.match(line.text) is not None and (row.is_first or row.gap > NEAR)
        is_set_off = row.gap > self.measures.heading_gap - 0.3 and line.text == line.text.upper() != line.text.lower()
        return is_left and not TRANSITION.fullmatch(line.text) and (is_told or is_set_off)

    def _is_name(self, at: int, row: Row, line: Line) -> bool:
        below = self.rows[at + 1] if at + 1 < len(self.rows) else None
        is_right = self.measures.dialogue is not None and line.left > self.measures.dialogue + self.measures.pitch
        if not is_right or not is_name(line.text) or TRANSITION.fullmatch(line.text) or below is None:
            return False
        is_over = below.page == row.page and below.gap <= NEAR and self._is_within(below.parts[0])
        return is_over and (row.is_first or row.gap > NEAR or self.speaks)

    def _same_name(self, line: Line) -> bool:
        last = next((each for each in reversed(self.parts) if each.kind == "character"), None)
        return last is not None and _CONTD.sub("", line.text) == _CONTD.sub("", last.lines[0].text)

    def _is_within(self, line: Line) -> bool:
        """Say whether a line stands where speech does."""
        assert self.measures.dialogue is not None
        return (
            self.measures.dialogue - 1.5 * self.measures.pitch
            < line.left
            < self.measures.edge - 8 * self.measures.pitch
        )

    def _speech(self, row: Row, line: Line) -> None:
        last = self.parts[-1]
        is_aside = line.text.startswith(("(", "（")) and line.left > (self.measures.dialogue or 0) + self.measures.pitch
        if last.kind == "parenthetical" and not last.lines[-1].text.rstrip().endswith((")", "）")):
            self._join(last, row, line, float("-inf"))
        elif is_aside:
            self._open("parenthetical", row, line)
        elif last.kind == "dialogue":
            self._join(last, row, line, self.measures.dialogue_edge)
        else:
            self._open("dialogue", row, line)

    def _other(self, row: Row, line: Line) -> None:
        last = self.parts[-1] if self.parts else None
        kind = self._kind(line)
        is_next = (
            last is not None
            and last.kind == kind
            and (row.gap <= NEAR if not row.is_first else self._runs_on(last, line))
        )
        is_near = last is not None and not row.is_first and row.gap <= NEAR
        if last is not None and is_near and last.kind == "heading" and _is_heading_more(line, last):
            self._join(last, row, line, float("-inf"))
        elif last is not None and (
            (is_near and last.kind == "action" != kind != "transition") or (is_next and kind == "action")
        ):
            self._join(last, row, line, self.measures.edge)
        else:
            self._open(kind, row, line)

    def _kind(self, line: Line) -> str:
        pitch, text = self.measures.pitch, line.text
        is_far = line.left > self.measures.action + 4 * pitch
        if TRANSITION.fullmatch(text.strip()) or (
            line.right > self.measures.edge - 12 * pitch and line.left > self.measures.action + 28 * pitch
            and text == text.upper() and len(text) < 40
        ):  # fmt: skip
            return "transition"
        middles = ((self.measures.action + self.measures.action + 60 * pitch) / 2, line.width / 2)
        if is_far and min(abs((line.left + line.right) / 2 - each) for each in middles) < 1.5 * pitch:
            return "centered"
        self.odd += line.left > self.measures.action + 8 * pitch
        return "action"

    def _runs_on(self, last: _Part, line: Line) -> bool:
        """Say whether a paragraph goes on overleaf: no sentence ends before, or none begins."""
        return not _ENDED.search(last.lines[-1].text) or line.text[:1].islower()

    def _open(self, kind: str, row: Row, line: Line, *, is_dual: bool = False) -> None:
        self.parts.append(_Part(kind, [line], row.number, is_dual, row.is_revised))

    def _join(self, part: _Part, row: Row, line: Line, edge: float) -> None:
        part.breaks.append(_fits(part.lines[-1], line, edge, self.measures.pitch))
        part.lines.append(line)
        part.is_revised |= row.is_revised

    def _sides(self, at: int) -> int:
        """Read two speeches beside each other; return the row behind them."""
        end = at + 1
        while end < len(self.rows) and not self.rows[end].is_first and self.rows[end].gap <= NEAR:
            end += 1
        rows = self.rows[at:end]
        pairs = [row.parts for row in rows if len(row.parts) > 1]
        split = (max(each[0].left for each in pairs) + min(each[1].left for each in pairs)) / 2
        for is_right in (False, True):
            lines = [(row, line) for row in rows for line in row.parts if (line.left > split) == is_right]
            edge = max(line.right for _, line in lines)
            for number, (row, line) in enumerate(lines):
                last = self.parts[-1] if self.parts else None
                if not number:
                    self._open("character", row, line, is_dual=is_right)
                elif last is not None and last.kind == "parenthetical" and not last.lines[-1].text.endswith(")"):
                    self._join(last, row, line, edge)
                elif line.text.startswith("(") and last is not None and last.kind != "parenthetical":
                    self._open("parenthetical", row, line)
                elif last is not None and last.kind == "dialogue":
                    self._join(last, row, line, edge)
                else:
                    self._open("dialogue", row, line)
        self.speaks = False
        return end


def _is_heading_more(line: Line, last: _Part) -> bool:
    return line.text == line.text.upper() and abs(line.left - last.lines[-1].left) < line.size


def _fits(before: Line, line: Line, edge: float, pitch: float) -> bool:
    """Say whether the next line's first word had found room: then its line was begun on purpose."""
    word = _UNBROKEN.match(line.text)
    length = len(word[0]) if word else 0
    is_wide = length < len(line.text) and line.text[length] != " "
    # Chinese may be broken anywhere, but for a sign that may not begin a line.
    return edge - before.right >= (pitch * length + 2.2 * line.size if is_wide else pitch * (1 + length) - 0.1)


def _joined(parts: Sequence[Line]) -> Line:
    """Put what stands on one row together again."""
    said, runs = "", list[Run]()
    for each in parts:
        said += "  " if said else ""
        runs += [Run(run.start + len(said), run.end + len(said), run.styles) for run in each.runs]
        said += each.text
    return replace(parts[0], text=said, runs=tuple(runs), right=parts[-1].right)


def _element(part: _Part, numbers: dict[int, int], measures: Measures) -> Element:
    said, runs = "", list[Run]()
    for line, is_break in zip(part.lines, [False, *part.breaks], strict=True):
        said += _between(said, line.text, is_break=is_break)
        runs += [Run(run.start + len(said), run.end + len(said), run.styles) for run in line.runs]
        said += line.text
    if part.kind == "action":  # an indent is kept
        indent = round((part.lines[0].left - measures.action) / measures.pitch)
        said, runs = (
            " " * indent + said,
            [Run(run.start + max(0, indent), run.end + max(0, indent), run.styles) for run in runs],
        )
    if part.kind == "parenthetical" and said[:1] in "(（" and said[-1:] in ")）":
        said, runs = (
            said[1:-1],
            [Run(max(0, run.start - 1), min(run.end - 1, len(said) - 2), run.styles) for run in runs],
        )
    if part.kind in ("heading", "character"):  # bold or not, as its printer likes
        runs = []
    return Element(
        part.kind, said, _merged(runs), number=part.number, is_dual=part.is_dual and part.kind == "character",
        revision="*" if part.is_revised else "", page=numbers[part.lines[0].page],
    )  # fmt: skip


def _between(before: str, after: str, *, is_break: bool) -> str:
    """Return what parts two lines: nothing behind a hyphen within a word, and between Chinese characters."""
    if not before or is_break:
        return "\n" if before else ""
    is_cut = before[-1] == "-" and before[-2:-1].isalpha() and after[:1].isalpha()
    return "" if is_cut or (ord(before[-1]) >= _WIDE and ord(after[0]) >= _WIDE) else " "


def _merged(runs: Sequence[Run]) -> tuple[Run, ...]:
    """Join what two lines have of one look."""
    merged: list[Run] = []
    for run in runs:
        if merged and merged[-1].styles == run.styles and run.start - merged[-1].end <= 1:
            merged[-1] = replace(merged[-1], end=run.end)
        elif run.end > run.start:
            merged.append(run)
    return tuple(merged)


def _is_title_page(lines: Sequence[Line]) -> bool:
    """Say whether a page holds a title: few lines, none of them a heading or a transition."""
    if len(lines) > _MOST_TITLE_ROWS or min(each.foot / each.height for each in lines) < 0.12:
        return False
    return not any(HEADING.match(each.text) or TRANSITION.fullmatch(each.text) for each in lines)


def _titles(lines: Sequence[Line], measures: Measures) -> tuple[Title, ...]:
    groups: list[Group] = []
    last: Line | None = None
    for each in lines:
        is_centered = (
            abs((each.left + each.right) / 2 - each.width / 2) < _MIDDLE * each.width
            and each.foot < _FOOT * each.height
        )
        said = marks.write(each.text, each.runs)
        is_next = last is not None and each.foot - last.foot <= max(NEAR * measures.leading, 1.6 * each.size)
        if is_next and groups[-1].is_centered == is_centered:
            groups[-1] = Group((*groups[-1].lines, said), is_centered)
        else:
            groups.append(Group((said,), is_centered))
        last = each
    return titles(groups)
