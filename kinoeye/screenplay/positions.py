"""Positions: lines on pages, and what of a screenplay's paper says nothing of the screenplay.

How wide a character is, how far lines lie apart and where each kind of element begins is found in each document anew.
Page numbers, headers and footers are told by standing at the same place of many pages.
"""

import itertools
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from statistics import median

from kinoeye.screenplay.elements import Run
from kinoeye.screenplay.fountain import HEADING, is_name

NEAR = 1.45  # of the distance of two lines: what lies no farther apart belongs together
_LONG = 42  # characters: speech is set narrower
_EDGE = 0.085  # of a page's height, at its top and at its foot: where headers and footers stand
_PAGE_NUMBER = re.compile(r"(?:page\s+)?[-–(]?\s*(\d{1,4})[A-Z]?\s*[-–.)]*", re.I)
_CONTINUED = re.compile(r"\(?\s*CONTINUED\s*:?\s*(?:\(\d+\))?\s*\)?:?", re.I)
_NUMBER = re.compile(r"[A-Z]{0,2}\d{1,4}[A-Z]{0,3}(?:[.\-]\w{1,3})?[.)]?", re.I)
_SPEECH, _NAME = 10, 22  # characters from action to speech and to names, as the trade sets them
_MANY = 0.4  # of the pages: what stands on so many is a header or a footer
_SAME_PLACE = 4.0  # points


@dataclass(frozen=True)
class Line:
    """Words that stand beside each other on a page.

    Parameters
    ----------
    page : int
        From 0.
    left, foot, right : float, points
        From the page's left edge and from its top.
    size : float, points
    text : str
    runs : tuple of Run
    width, height : float, points
        Of the page.
    """

    page: int
    left: float
    foot: float
    right: float
    size: float
    text: str
    runs: tuple[Run, ...] = ()
    width: float = 612.0
    height: float = 792.0


@dataclass
class Row:
    """What stands on one height of a page.

    Parameters
    ----------
    parts : list of Line
        From left to right, without scene numbers and revision marks.
    number : str
        Of a scene, as it stands in a margin.
    is_revised : bool
    is_first : bool
        Whether it is the first of its page.
    gap : float
        How far below the row before, in distances of two lines; 0 for a page's first.
    """

    parts: list[Line]
    number: str = ""
    is_revised: bool = False
    is_first: bool = False
    gap: float = 0.0

    @property
    def page(self) -> int:
        """Return the page on which it stands, from 0."""
        return self.parts[0].page


@dataclass(frozen=True)
class Measures:
    """What a document's paper is like, in points: a character's width, two lines' distance, and where kinds begin."""

    pitch: float
    leading: float
    action: float
    edge: float
    dialogue: float | None
    name: float | None
    dialogue_edge: float
    heading_gap: float  # lines above a heading where action has fewer; infinite where it has not


@dataclass
class Paper:
    """A document's rows, page by page, and the numbers that are printed on the pages."""

    rows: list[Row]
    measures: Measures
    numbers: dict[int, int] = field(default_factory=dict)


def paper(lines: Sequence[Line]) -> Paper:
    """Return the rows of a document without headers, footers, scene numbers and revision marks."""
    kept, numbers = _without_furniture(lines)
    pitch = median([(each.right - each.left) / len(each.text) for each in kept if len(each.text) > 3] or [7.2])
    leading = _leading(kept)
    action, edge = _action(kept, pitch)
    rows = _rows(kept, pitch, leading, action, edge)
    dialogue, name, dialogue_edge = _speech(rows, pitch, action)
    gap = _heading_gap(rows)
    return Paper(rows, Measures(pitch, leading, action, edge, dialogue, name, dialogue_edge, gap), numbers)


def _without_furniture(lines: Sequence[Line]) -> tuple[list[Line], dict[int, int]]:
    """Take away what stands at one place of many pages, and read the pages' numbers."""
    pages = len({each.page for each in lines})
    edges = [each for each in lines if not _EDGE < each.foot / each.height < 1 - _EDGE]
    places = Counter[tuple[str, int, int]]()
    for key in {(each.page, *_place(each)) for each in edges}:
        places[key[1:]] += 1
    kept, numbers = [], dict[int, int]()
    edge = {id(each) for each in edges}
    beside = Counter((each.page, round(each.foot)) for each in edges)
    for each in lines:
        found = _PAGE_NUMBER.fullmatch(each.text.strip()) if id(each) in edge else None
        if found and beside[each.page, round(each.foot)] == 1:
            numbers[each.page] = int(found[1])
        elif (
            id(each) in edge
            and pages > 2
            and places[_place(each)] >= max(3, pages * _MANY)
            and not HEADING.match(each.text)
        ):
            continue
        elif not _CONTINUED.fullmatch(each.text):
            kept.append(each)
    return kept, numbers


def _place(each: Line) -> tuple[str, int, int]:
    """Return what a header is known by: its words without figures, and where it stands."""
    return re.sub(r"\d+", "#", each.text), round(each.foot / _SAME_PLACE), round(each.left / (3 * _SAME_PLACE))


def _leading(lines: Sequence[Line]) -> float:
    """Return the usual distance of two lines: about a character's size, else the smallest that is usual."""
    size = median([each.size for each in lines] or [12.0])
    steps = Counter[float]()
    for before, after in itertools.pairwise(lines):
        if before.page == after.page and after.foot - before.foot > 2:
            steps[round(after.foot - before.foot)] += 1
    single = {step: count for step, count in steps.items() if 0.75 * size <= step <= 1.6 * size}
    if single:
        return max(single, key=lambda step: single[step])
    return min((step for step, count in steps.items() if count >= max(2, steps.total() * 0.05)), default=12.0)


def _action(lines: Sequence[Line], pitch: float) -> tuple[float, float]:
    """Return where action begins and how far to the right it reaches: only it has long lines."""
    long = [each for each in lines if len(each.text) >= _LONG] or [each for each in lines if HEADING.match(each.text)]
    left = _usual([each.left for each in long or lines], pitch)
    reach = [each.right for each in lines if abs(each.left - left) < pitch]
    return left, max(reach, default=left + 60 * pitch)


def _heading_gap(rows: Sequence[Row]) -> float:
    """Return how far headings lie below what is above them, if that tells them from action."""
    gaps = [(row.gap, HEADING.match(row.parts[0].text) is not None) for row in rows if row.gap > NEAR]
    above = median([gap for gap, is_heading in gaps if is_heading] or [0.0])
    return above if above > median([gap for gap, is_heading in gaps if not is_heading] or [0.0]) + 0.5 else float("inf")


def _usual(places: Iterable[float], pitch: float) -> float:
    """Return the place at which most stand."""
    near: dict[int, list[float]] = defaultdict(list)
    for each in places:
        near[round(each / pitch)].append(each)
    if not near:
        return 0.0
    best = max(near, key=lambda key: (len(near[key]), -key))
    return median(near[best])


def _rows(lines: Sequence[Line], pitch: float, leading: float, action: float, edge: float) -> list[Row]:
    rows: list[Row] = []
    for each in lines:
        if rows and rows[-1].page == each.page and abs(rows[-1].parts[0].foot - each.foot) < 0.3 * leading:
            rows[-1].parts.append(each)
        else:
            rows.append(Row([each]))
    told: list[Row] = []
    for row in rows:
        _take_margins(row, pitch, action, edge)
        if not row.parts:
            if told and row.is_revised:
                told[-1].is_revised = True
            continue
        before = told[-1] if told and told[-1].page == row.page else None
        row.is_first = before is None
        row.gap = (row.parts[0].foot - before.parts[0].foot) / leading if before else 0.0
        told.append(row)
    return told


def _take_margins(row: Row, pitch: float, action: float, edge: float) -> None:
    """Take scene numbers and revision marks out of a row."""
    marks = [each for each in row.parts if not each.text.strip("*") and each.left > edge - 2 * pitch]
    row.is_revised = bool(marks)
    row.parts = [each for each in row.parts if each not in marks] or (row.parts[:0] if marks else row.parts)
    if len(row.parts) < 2:
        return
    outside = [
        each for each in row.parts
        if _NUMBER.fullmatch(each.text) and (each.right < action - 0.4 * pitch or each.left > edge - 8 * pitch)
    ]  # fmt: skip
    if outside and len(outside) < len(row.parts):
        row.number = outside[0].text.rstrip(".)")
        row.parts = [each for each in row.parts if each not in outside]


def _is_under(row: Row) -> bool:
    return len(row.parts) == 1 and not row.is_first and row.gap <= NEAR


def _is_aside(line: Line, first: Line, pitch: float) -> bool:
    """Say whether a line under a name says how it is said: it begins so, or goes on where that began."""
    return line.text.startswith(("(", "（")) or (
        first.text.startswith(("(", "（")) and abs(line.left - first.left) < 1.6 * pitch and line is not first
    )


def _speech(rows: Sequence[Row], pitch: float, action: float) -> tuple[float | None, float | None, float]:
    """Return where speech and names begin, and how far speech reaches: by what stands right under names."""
    names, said = list[float](), list[Line]()
    for at, row in enumerate(rows[:-1]):
        name, below = row.parts[0], rows[at + 1].parts[0]
        if len(row.parts) > 1 or not _is_under(rows[at + 1]) or not is_name(name.text):
            continue
        if name.left > action + 6 * pitch and action + 2 * pitch < below.left < name.left - pitch:
            names.append(name.left)
            while at + 1 < len(rows) and _is_under(rows[at + 1]) and _is_aside(rows[at + 1].parts[0], below, pitch):
                at += 1
            said += [rows[at + 1].parts[0]] * (at + 1 < len(rows) and _is_under(rows[at + 1]))
    if not said and any(len(row.parts) == 2 and all(is_name(each.text) for each in row.parts) for row in rows):
        return action + _SPEECH * pitch, action + _NAME * pitch, 0.0  # only speeches side by side
    if not said:
        return None, None, 0.0
    dialogue = _usual([each.left for each in said], pitch)
    near = [
        each.parts[0].right for each in rows if abs(each.parts[0].left - dialogue) < 1.2 * pitch and len(each.parts) < 2
    ]
    return dialogue, _usual(names, pitch), max(near)
