"""Typed paragraphs: what word processors for screenplays keep, each paragraph with its type and its pieces.

A paragraph is parted wherever anything changes: style, colour, a spelling mark. Here it becomes one element.

Source: Final Draft's FDX, version 5 (paragraph types); Fade In's Open Screenplay Format, version 50 (styles).
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from kinoeye.screenplay.elements import STYLES, Element, Note, Run

_KINDS = {
    "scene heading": "heading",
    "action": "action",
    "general": "action",
    "normal text": "action",
    "character": "character",
    "parenthetical": "parenthetical",
    "dialogue": "dialogue",
    "lyrics": "lyric",
    "lyric": "lyric",
    "singing": "lyric",
    "transition": "transition",
    "new act": "centered",
    "end of act": "centered",
    "outline body": "synopsis",
    "synopsis": "synopsis",
}
_KNOWN_AS_ACTION = frozenset({"", "action", "general", "normal text"})
_OUTLINE = "outline "  # and its depth


@dataclass(frozen=True)
class Piece:
    """Words of a paragraph that look alike.

    Parameters
    ----------
    text : str
    styles : frozenset of str
        Of `STYLES`.
    note : str
        A remark that stands here instead of words; empty for words.
    """

    text: str
    styles: frozenset[str] = frozenset()
    note: str = ""


@dataclass(frozen=True)
class Paragraph:
    """A paragraph as a word processor keeps it."""

    type: str
    pieces: Sequence[Piece]
    is_centered: bool = False
    starts_page: bool = False
    number: str = ""
    is_dual: bool = False
    revision: str = ""
    page: int = 0
    eighths: int = 0


@dataclass
class Reading:
    """Elements as they are read, and what their reader was not sure of."""

    elements: list[Element] = field(default_factory=list)
    unknown: Counter[str] = field(default_factory=Counter)

    def add(self, paragraph: Paragraph) -> None:
        """Read a paragraph; an empty one says nothing, but may begin a page."""
        if paragraph.starts_page:
            self.elements.append(Element("page_break", ""))
        kind, depth = _kind(paragraph)
        text, runs, notes = _said(paragraph.pieces)
        if not text.strip():
            self.elements += [Element("note", each.text) for each in notes]
            return
        if kind == "action" and paragraph.type.lower() not in _KNOWN_AS_ACTION:
            self.unknown[paragraph.type] += 1
        each = _trimmed(Element(kind, text, runs, notes, paragraph.number, depth), keeps_indent=kind == "action")
        self.elements.append(
            replace(
                each, is_dual=paragraph.is_dual and kind == "character", revision=paragraph.revision,
                page=paragraph.page, eighths=paragraph.eighths,
            )
        )  # fmt: skip

    def remarks(self) -> tuple[str, ...]:
        """Say which types of paragraphs are not known."""
        return tuple(
            f"{count} paragraph{'s' * (count > 1)} of the type {name!r} read as action"
            for name, count in sorted(self.unknown.items())
        )


def _kind(paragraph: Paragraph) -> tuple[str, int]:
    """Return an element's kind, and how deep a section is."""
    name = paragraph.type.lower()
    if name.startswith(_OUTLINE) and name.removeprefix(_OUTLINE).isdecimal():
        return "section", max(1, int(name.removeprefix(_OUTLINE)[:2]))
    kind = _KINDS.get(name, "action")
    return ("centered" if kind == "action" and paragraph.is_centered else kind), 0


def _said(pieces: Sequence[Piece]) -> tuple[str, tuple[Run, ...], tuple[Note, ...]]:
    """Put pieces together: neighbours of one style are one run."""
    text, runs, notes = "", list[Run](), list[Note]()
    for each in pieces:
        if each.note:
            notes.append(Note(len(text), each.note))
            continue
        begin = len(text)
        text += each.text.replace("\r\n", "\n").replace("\r", "\n").replace("\u2028", "\n")
        styles = tuple(style for style in STYLES if style in each.styles)
        if not styles or len(text) == begin:
            continue
        if runs and runs[-1].end == begin and runs[-1].styles == styles:
            runs[-1] = replace(runs[-1], end=len(text))
        else:
            runs.append(Run(begin, len(text), styles))
    return text, tuple(runs), tuple(notes)


def _trimmed(element: Element, *, keeps_indent: bool) -> Element:
    """Take the space around a text away, and the parentheses around how something is said."""
    text = element.text
    begin = 0 if keeps_indent else len(text) - len(text.lstrip())
    begin = len(text) - len(text.lstrip("\n")) if keeps_indent else begin
    end = len(text.rstrip())
    if element.kind == "parenthetical" and text[begin:end][:1] in ("(", "（") and text[begin:end][-1:] in (")", "）"):
        begin, end = begin + 1, end - 1
    runs = (replace(run, start=max(0, run.start - begin), end=min(run.end, end) - begin) for run in element.runs)
    notes = tuple(replace(note, at=min(max(0, note.at - begin), end - begin)) for note in element.notes)
    kept = tuple(run for run in runs if run.end > run.start)
    return replace(element, text=text[begin:end], runs=kept, notes=notes)


def pieces_of(element: Element) -> Iterator[Piece]:
    """Part an element's text wherever its look changes or a remark stands."""
    edges = {0, len(element.text), *(each.at for each in element.notes)}
    edges |= {place for run in element.runs for place in (run.start, run.end)}
    places = sorted(edges)
    for begin, end in zip(places, [*places[1:], places[-1]], strict=True):
        yield from (Piece("", note=each.text) for each in element.notes if each.at == begin)
        if end > begin:
            held = {style for run in element.runs if run.start <= begin and end <= run.end for style in run.styles}
            yield Piece(element.text[begin:end], frozenset(held))
