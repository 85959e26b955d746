"""Elements: what a screenplay is made of, whatever form it was written in.

A screenplay is its title page and its elements in order. Each element says what it is, what it says without marks, how
parts of it look, and how it stood in its source, so that a text that nobody changed is written back byte by byte.

Source: Fountain 1.1, fountain.io/syntax; Final Draft's FDX, version 5 (paragraph types).
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

KINDS = (
    *("heading", "action", "character", "parenthetical", "dialogue", "lyric", "transition", "centered"),
    *("section", "synopsis", "note", "boneyard", "page_break"),
)
SPOKEN = ("character", "parenthetical", "dialogue", "lyric")  # what a block under a character's name is made of
STYLES = ("bold", "italic", "underline", "strikeout")

_EXTENSION = re.compile(r"\s*[(（]([^()（）]*)[)）]")


@dataclass(frozen=True)
class Run:
    """A part of an element's text that looks different.

    Parameters
    ----------
    start, end : int, characters
    styles : tuple of str
        Of `STYLES`, in their order.
    """

    start: int
    end: int
    styles: tuple[str, ...]


@dataclass(frozen=True)
class Note:
    """A remark within an element's text: before which character it stands, and what it says."""

    at: int
    text: str


@dataclass(frozen=True)
class Element:
    """One thing that a screenplay says.

    Parameters
    ----------
    kind : str
        Of `KINDS`.
    text : str
        What it says, without marks and notes; its lines parted by line feeds. Of a character the name with what stands
        in parentheses behind it.
    runs : tuple of Run
        In order, without overlap.
    notes : tuple of Note
    number : str
        Of a scene, as printed: 12A.
    depth : int
        Of a section, from 1.
    is_dual : bool
        Whether a character speaks beside the one before.
    revision : str
        Name or colour of the revision in which it was changed; empty where it was not.
    page : int
        From 1, as its source says; 0 where it does not.
    eighths : int
        Of a scene: how long it is in eighths of a page, as its source says; 0 where it does not.
    line, end_line : int
        First line in its text, from 1, and one past its last; 0 where it is not known. The text of a screenplay that
        is no plain text is its Fountain.
    source : str
        How it stood in a Fountain text, with the empty lines behind it; empty where it comes from elsewhere.
    """

    kind: str
    text: str
    runs: tuple[Run, ...] = ()
    notes: tuple[Note, ...] = ()
    number: str = ""
    depth: int = 0
    is_dual: bool = False
    revision: str = ""
    page: int = 0
    eighths: int = 0
    line: int = 0
    end_line: int = 0
    source: str = ""


@dataclass(frozen=True)
class Title:
    """An entry of the title page: its key as written, and its lines."""

    key: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class Screenplay:
    """A screenplay: the stream `screenplay`.

    Parameters
    ----------
    titles : tuple of Title
    elements : tuple of Element
    form : str
        How it was written: fountain, fdx, fadein, pdf, chinese or stage.
    head : str
        What stood before the first element of a Fountain text, title page included.
    encoding : str
        Of a Fountain file: utf-8, utf-16-le, gb18030, …
    mark : str
        Its byte order mark in hexadecimal digits; empty if it has none.
    remarks : tuple of str
        What its reader was not sure of, in words.
    """

    titles: tuple[Title, ...]
    elements: tuple[Element, ...]
    form: str = "fountain"
    head: str = ""
    encoding: str = "utf-8"
    mark: str = ""
    remarks: tuple[str, ...] = ()

    def title(self, key: str) -> str:
        """Return what the title page says under a key, whatever its capitals; nothing if it does not."""
        return next((" ".join(each.lines) for each in self.titles if each.key.lower() == key.lower()), "")

    def without_source(self) -> "Screenplay":
        """Return the same without what only says how it stood in its source."""
        return replace(
            self, head="", encoding="utf-8", mark="", form="", remarks=(),
            elements=tuple(replace(each, line=0, end_line=0, page=0, eighths=0, source="") for each in self.elements),
        )  # fmt: skip


@dataclass(frozen=True)
class Cue:
    """Who speaks: the name, and what stands behind it (V.O., O.S., CONT'D) as written."""

    name: str
    extensions: tuple[str, ...]


def cue(text: str) -> Cue:
    """Return who a character's line names."""
    extensions = tuple(each.strip() for each in _EXTENSION.findall(text))
    return Cue(" ".join(_EXTENSION.sub(" ", text).split()), extensions)


def word_count(text: str) -> int:
    """Return how many words a text has; each Chinese sign is one."""
    signs = sum("\u4e00" <= each <= "\u9fff" for each in text)
    return signs + len("".join(" " if "\u4e00" <= each <= "\u9fff" else each for each in text).split())


def blocks(screenplay: Screenplay) -> Iterator[tuple[Element, tuple[Element, ...]]]:
    """Go through the elements: each that is not spoken alone, each character with what stands under the name."""
    held: list[Element] = []
    for each in screenplay.elements:
        if held and (each.kind == "character" or each.kind not in SPOKEN):
            yield held[0], tuple(held[1:])
            held = []
        if each.kind == "character" or (held and each.kind in SPOKEN):
            held.append(each)
        else:
            yield each, ()
    if held:
        yield held[0], tuple(held[1:])


def to_json(screenplay: Screenplay) -> bytes:
    """Return a screenplay as it is kept."""
    return json.dumps(asdict(screenplay), ensure_ascii=False).encode()


def from_json(data: bytes) -> Screenplay:
    """Return a screenplay as it was kept."""
    facts: dict[str, Any] = json.loads(data)
    titles = tuple(Title(each["key"], tuple(each["lines"])) for each in facts.pop("titles"))
    elements = tuple(map(_element, facts.pop("elements")))
    return Screenplay(titles, elements, **{**facts, "remarks": tuple(facts["remarks"])})


def _element(facts: Mapping[str, Any]) -> Element:
    runs = tuple(Run(each["start"], each["end"], tuple(each["styles"])) for each in facts["runs"])
    notes = tuple(Note(each["at"], each["text"]) for each in facts["notes"])
    return Element(**{**facts, "runs": runs, "notes": notes})
