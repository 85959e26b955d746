"""Pages: how long a screenplay is when printed as the trade prints it.

It is what `layout` sets on paper, counted: a page is about a minute of film, and production counts it in eighths.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kinoeye.screenplay.elements import Element, Screenplay
from kinoeye.screenplay.layout import LINES_A_PAGE, pages

EIGHTHS = 8

_ABOVE = {"heading": 2, "action": 1, "character": 1, "transition": 1, "centered": 1}  # empty lines above


@dataclass(frozen=True)
class Printed:
    """Where an element stands on paper.

    Parameters
    ----------
    page : int
        On which it begins, from 1; of what is not printed, on which goes on what follows it.
    lines : int
        Printed lines that it takes, the empty ones above it among them, of a speech beside another those below that
        one; 0 of what is not printed.
    """

    page: int
    lines: int


def printed(elements: Sequence[Element]) -> Iterator[Printed]:
    """Lay elements out, in order."""
    rows: dict[int, set[tuple[int, int]]] = {}
    taken: dict[tuple[int, int], int] = {}
    last = 1
    for page in pages(Screenplay((), tuple(elements))):
        last = page.number
        for line in page.lines:
            if line.element >= 0:
                rows.setdefault(line.element, set()).add((page.number, line.row))
    for number in sorted(rows):
        for row in rows[number]:
            taken.setdefault(row, number)
    begun = last
    starts = [0] * len(elements)
    for number in range(len(elements) - 1, -1, -1):
        begun = min(rows[number])[0] if number in rows else begun
        starts[number] = begun
    for number, each in enumerate(elements):
        own = sum(taken[row] == number for row in rows.get(number, ()))
        yield Printed(starts[number], own + (_ABOVE.get(each.kind, 0) if own and not each.is_dual else 0))


def eighths(lines: int) -> int:
    """Return printed lines in eighths of a page, at least one."""
    return max(1, round(lines * EIGHTHS / LINES_A_PAGE))
