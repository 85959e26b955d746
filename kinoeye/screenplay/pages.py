"""Pages: how long a screenplay is when printed as the trade prints it.

Letter paper, 12 point Courier, 54 lines a page: a page is about a minute of film, and production counts it in eighths.

Source: "The Screenwriter's Bible" (Trottier) and the Academy's Nicholl guidelines: widths of action 60, speech 35,
parentheses 25 characters.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kinoeye.screenplay.elements import Element

LINES_A_PAGE = 54
EIGHTHS = 8

_WIDTHS = {"dialogue": 35, "lyric": 35, "parenthetical": 25, "character": 38}
_WIDTH = 60
_ABOVE = {"heading": 2, "action": 1, "character": 1, "transition": 1, "centered": 1}  # empty lines above
_UNPRINTED = frozenset({"section", "synopsis", "note", "boneyard"})


@dataclass(frozen=True)
class Printed:
    """Where an element stands on paper.

    Parameters
    ----------
    page : int
        From 1.
    lines : int
        Printed lines that it takes, the empty ones above it among them; 0 of what is not printed.
    """

    page: int
    lines: int


def printed(elements: Sequence[Element]) -> Iterator[Printed]:
    """Lay elements out, in order."""
    at, beside = 0, 0
    for number, each in enumerate(elements):
        if each.kind == "page_break":
            at += -at % LINES_A_PAGE
            yield Printed(at // LINES_A_PAGE + 1, 0)
            continue
        height = 0 if each.kind in _UNPRINTED else _height(each)
        if each.is_dual:  # printed beside the speech before it
            beside = _speech(elements, number)
        elif each.kind not in ("dialogue", "parenthetical", "lyric"):
            beside = 0
        taken = max(0, height - beside)
        beside = max(0, beside - height)
        page = max(1, -(-(at + max(1, taken)) // LINES_A_PAGE))
        at += taken
        yield Printed(page, taken)


def eighths(lines: int) -> int:
    """Return printed lines in eighths of a page, at least one."""
    return max(1, round(lines * EIGHTHS / LINES_A_PAGE))


def _height(each: Element) -> int:
    width = _WIDTHS.get(each.kind, _WIDTH)
    rows = sum(max(1, -(-_cells(line) // width)) for line in each.text.split("\n"))
    return rows + _ABOVE.get(each.kind, 0)


def _cells(text: str) -> int:
    """Return how many characters of Courier a text is wide; a Chinese one is as wide as two."""
    return sum(2 if ord(each) >= 0x2E80 else 1 for each in text)


def _speech(elements: Sequence[Element], dual: int) -> int:
    """Return the printed lines of the speech before a dual one."""
    lines, number = 0, dual - 1
    while number >= 0 and elements[number].kind != "character":
        lines += _height(elements[number])
        number -= 1
    return lines + (_height(elements[number]) if number >= 0 else 0)
