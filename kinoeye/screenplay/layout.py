"""Layout: a screenplay set on pages as the trade prints it.

Letter or A4, 12 point Courier: 10 characters an inch, 54 lines a page. A heading never ends a page, nor does a name; of
a paragraph that is parted at least two lines stay on each side; speech that goes on overleaf says so: (MORE), and
(CONT'D) behind the name.

Source: "The Screenwriter's Bible" (Trottier) and the Academy's Nicholl guidelines: margins, widths of action 60, speech
35, parentheses 25 characters.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kinoeye.screenplay.elements import Element, Run, Screenplay, blocks

LINES_A_PAGE = 54
WIDTH = 60
_COLUMNS = {"dialogue": 10, "lyric": 10, "parenthetical": 16, "character": 22}
_WIDTHS = {"dialogue": 35, "lyric": 35, "parenthetical": 25, "character": 38, "heading": 57}
_ABOVE = {"heading": 2}
_SIDES = (2, 33)  # columns of two speeches side by side
_SIDE_WIDTH = 26
_SIDE_NAME = 8  # columns in which a name is set in
_UNPRINTED = frozenset({"section", "synopsis", "note", "boneyard"})
_LEAST = 2  # lines of a paragraph on each side of a page's end
_MORE = "(MORE)"
_CONTINUED = " (CONT'D)"
_WORD = re.compile(r"[\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]|[^\s\u2e80-\u9fff\uf900-\ufaff\uff00-\uffef]+|\s+")


@dataclass(frozen=True)
class Placed:
    """A line on a page.

    Parameters
    ----------
    row : int
        From 0, on its page.
    column : int
        From 0, of action; below it stands in the margin.
    text : str
    runs : tuple of Run
    element : int
        Number of the element that it is of; -1 of what the page adds.
    kind : str
    """

    row: int
    column: int
    text: str
    runs: tuple[Run, ...] = ()
    element: int = -1
    kind: str = ""


@dataclass(frozen=True)
class Page:
    """A page: its number as printed, and its lines."""

    number: int
    lines: tuple[Placed, ...]


@dataclass
class _Setting:
    """Pages as they are filled."""

    pages: list[list[Placed]] = field(default_factory=lambda: [[]])
    row: int = 0

    @property
    def left(self) -> int:
        return LINES_A_PAGE - self.row

    def turn(self) -> None:
        if self.row:
            self.pages.append([])
            self.row = 0

    def put(self, lines: Sequence[Placed]) -> None:
        self.pages[-1] += [replace(each, row=self.row + each.row) for each in lines]
        self.row += max((each.row + 1 for each in lines), default=0)

    def skip(self, rows: int) -> None:
        """Leave empty lines; none at a page's beginning."""
        if self.row:
            self.row += rows
        if self.left <= 0:
            self.turn()


def pages(screenplay: Screenplay) -> tuple[Page, ...]:
    """Set a screenplay on pages; its title page is not among them."""
    setting = _Setting()
    gathered = [each for each in _numbered(screenplay) if each[0][1].kind not in _UNPRINTED]
    for number, block in enumerate(gathered):
        first = block[0][1]
        if first.kind == "page_break":
            setting.turn()
        elif first.kind == "character" and _is_left(gathered, number):
            _set_sides(setting, block, gathered[number + 1])
        elif first.kind == "character" and first.is_dual and number and gathered[number - 1][0][1].kind == "character":
            continue  # set beside the speech before
        elif first.kind == "character":
            _set_speech(setting, block)
        else:
            _set(setting, *block[0], is_followed=first.kind == "heading" and number + 1 < len(gathered))
    return tuple(Page(number, tuple(lines)) for number, lines in enumerate(setting.pages, 1) if lines)


_Block = list[tuple[int, Element]]


def _numbered(screenplay: Screenplay) -> Iterator[_Block]:
    number = 0
    for each, under in blocks(screenplay):
        yield [(number + place, one) for place, one in enumerate((each, *under))]
        number += 1 + len(under)


def _is_left(gathered: Sequence[_Block], number: int) -> bool:
    follows = gathered[number + 1][0][1] if number + 1 < len(gathered) else None
    return follows is not None and follows.is_dual and not gathered[number][0][1].is_dual


def wrapped(text: str, width: int) -> list[tuple[int, int]]:
    """Break a text into lines: where each begins and ends. A Chinese character is as wide as two."""
    lines: list[tuple[int, int]] = []
    start = 0
    for paragraph in text.split("\n"):
        begin, used = start, 0
        for word in _WORD.finditer(paragraph):
            place, cells = start + word.start(), _cells(word.group())
            if used and used + cells > width and not word.group().isspace():
                lines.append((begin, place))
                begin, used = place, 0
            while cells > width:  # a word longer than a line
                lines.append((begin, place + width))
                begin = place = place + width
                cells -= width
            used += cells
        lines.append((begin, start + len(paragraph)))
        start += len(paragraph) + 1
    return [(begin, begin + len(text[begin:end].rstrip())) for begin, end in lines]


def _cells(text: str) -> int:
    return sum(2 if ord(each) >= 0x2E80 else 1 for each in text)


def _lines(number: int, each: Element, column: int, width: int) -> list[Placed]:
    """Set one element in a column."""
    if each.kind == "parenthetical":
        runs = tuple(replace(run, start=run.start + 1, end=run.end + 1) for run in each.runs)
        each = replace(each, text=f"({each.text})", runs=runs)
    placed = []
    for row, (begin, end) in enumerate(wrapped(each.text, width)):
        inside = (Run(max(run.start, begin) - begin, min(run.end, end) - begin, run.styles) for run in each.runs)
        text = each.text[begin:end]
        hang = 1 if each.kind == "parenthetical" and row else 0
        place = {"transition": WIDTH - _cells(text), "centered": (WIDTH - _cells(text)) // 2}.get(
            each.kind, column + hang
        )
        runs = tuple(run for run in inside if run.end > run.start)
        placed.append(Placed(row, max(0, place), text, runs, number, each.kind))
    if each.number and placed:
        right = WIDTH + 1
        placed += [replace(placed[0], column=at, text=each.number, runs=(), kind="number") for at in (-5, right)]
    return placed


def _set(setting: _Setting, number: int, each: Element, *, is_followed: bool) -> None:
    """Set an element that nobody speaks."""
    setting.skip(_ABOVE.get(each.kind, 1))
    lines = _lines(number, each, 0, _WIDTHS.get(each.kind, WIDTH))
    rows = max(line.row for line in lines) + 1
    if each.kind == "heading" and setting.left < rows + (_LEAST + 1 if is_followed else 0):
        setting.turn()
    while rows > setting.left:
        fits = min(setting.left, rows - _LEAST)
        if fits < _LEAST or each.kind != "action":
            setting.turn()
            if rows <= setting.left:
                break
            fits = setting.left
        setting.put([line for line in lines if line.row < fits])
        setting.turn()
        lines = [replace(line, row=line.row - fits) for line in lines if line.row >= fits]
        rows -= fits
    setting.put(lines)


def _set_speech(setting: _Setting, block: _Block) -> None:
    """Set a name and what stands under it; what does not fit goes on overleaf under the name."""
    setting.skip(1)
    name = _lines(*block[0], _COLUMNS["character"], _WIDTHS["character"])
    under = [_lines(number, one, _COLUMNS[one.kind], _WIDTHS[one.kind]) for number, one in block[1:]]
    rows = [[replace(line, row=0)] for lines in under for line in lines]
    if setting.left < len(name) + min(len(rows), _LEAST):
        setting.turn()
    setting.put(name)
    while len(rows) > setting.left:
        fits = max(0, min(setting.left - 1, len(rows) - 1))
        while fits > 1 and rows[fits - 1][0].kind == "parenthetical":  # how it is said stays with what is said
            fits -= 1
        for each in rows[:fits]:
            setting.put(each)
        setting.put([Placed(0, _COLUMNS["character"], _MORE, kind="more")])
        setting.turn()
        said = block[0][1].text
        setting.put([replace(name[0], text=said if said.endswith(_CONTINUED) else said + _CONTINUED, kind="continued")])
        rows = rows[fits:]
    for each in rows:
        setting.put(each)


def _set_sides(setting: _Setting, left: _Block, right: _Block) -> None:
    """Set two speeches beside each other; they are not parted."""
    setting.skip(1)
    placed, height = list[Placed](), 0
    for block, column in zip((left, right), _SIDES, strict=True):
        row = 0
        for number, one in block:
            inset = {"character": _SIDE_NAME, "parenthetical": 2}.get(one.kind, 0)
            lines = _lines(number, one, column + inset, _SIDE_WIDTH - inset)
            placed += [replace(line, row=row + line.row) for line in lines]
            row += len(lines)
        height = max(height, row)
    if height > setting.left:
        setting.turn()
    while height > LINES_A_PAGE:  # longer than a page: parted after all
        setting.put([line for line in placed if line.row < LINES_A_PAGE])
        setting.turn()
        placed = [replace(line, row=line.row - LINES_A_PAGE) for line in placed if line.row >= LINES_A_PAGE]
        height -= LINES_A_PAGE
    setting.put(placed)
