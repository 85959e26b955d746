"""Notices: what looks wrong in a screenplay, and the two places that do not agree.

Who looks for them sees a screenplay as its lines in order, and names places by their numbers.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

_CONTINUED = re.compile(r"CONT|续", re.I)
_ELSEWHERE = re.compile(
    r"\b(?:off|from|outside|phone|radio|over|through|voice|recorded|filtered)\b|画外|电话|门外|旁白", re.I
)


@dataclass(frozen=True)
class Line:
    """A line of a screenplay.

    Parameters
    ----------
    scene : int
        Its place in the screenplay, from 1; 0 before the first heading.
    kind : str
        heading, action, dialogue or centered.
    who : str
        The character who speaks; empty where nobody does.
    text : str
    extensions, parentheticals : tuple of str
    is_apart : bool
        Whether something stands before it that is no line (a transition), so that time may have passed.
    """

    scene: int
    kind: str
    who: str
    text: str
    extensions: tuple[str, ...] = ()
    parentheticals: tuple[str, ...] = ()
    is_apart: bool = False

    @property
    def is_present(self) -> bool:
        """Whether who speaks is seen doing so, as far as the line says."""
        if self.kind != "dialogue" or any(not _CONTINUED.search(each) for each in self.extensions):
            return False
        return not any(_ELSEWHERE.search(each) for each in self.parentheticals)


@dataclass(frozen=True)
class Notice:
    """Something that looks wrong.

    Parameters
    ----------
    kind : str
    subject : str
        Whom or what it is about.
    at : int
        The line where it shows.
    other : int or None
        The line that does not agree; None where there is no one line.
    instead : str
        What the other place says; empty where that has no words of its own.
    here : str
        What the line says, as far as it matters.
    there : str
        The same of the other line.
    score : 0..1
    """

    kind: str
    subject: str
    at: int
    other: int | None
    instead: str
    here: str
    there: str
    score: float


def screenplay_lines(rows: Iterable[Mapping[str, Any]], called: Mapping[str, str]) -> list[Line]:
    """Return rows of `lines` of one screenplay as its lines, who speaks under one name each."""
    found: list[Line] = []
    last = None
    for row in rows:
        found.append(
            Line(
                row["scene_order"], row["kind"], called.get(row["who"], row["who"]), row["text"],
                tuple(row["extensions"] or ()), tuple(row["parentheticals"] or ()),
                last is not None and row["part"] != last + 1,
            )
        )  # fmt: skip
        last = row["part"]
    return found


def clauses(text: str) -> Iterator[str]:
    """Yield the parts of a text between its full stops and line feeds.

    >>> list(clauses("Nora sits. She waits;\\nit rains."))
    ['Nora sits', 'She waits', 'it rains']
    """
    for each in re.split(r"(?:[.!?;。！？；…]|--|—)+|\n", text):
        if each.strip():
            yield each.strip()
