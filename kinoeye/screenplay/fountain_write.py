"""Fountain, written: what was not changed as it stood, the rest so that it is read as what it is.

Source: Fountain 1.1, fountain.io/syntax.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from kinoeye.screenplay import marks
from kinoeye.screenplay.elements import SPOKEN, Element, Note, Run, Screenplay, cue
from kinoeye.screenplay.fountain import HEADING, TRANSITION, is_name

_ON_ONE_LINE = frozenset({"heading", "character", "parenthetical", "transition", "section", "synopsis"})
_SIGNS = re.compile(r"^(\s*)(?=[.!@~>=#])")


def write(screenplay: Screenplay, *, is_fresh: bool = False) -> str:
    """Return a screenplay as Fountain.

    Parameters
    ----------
    screenplay : Screenplay
    is_fresh : bool
        Write everything anew, however it stood in its source.
    """
    if not is_fresh and screenplay.form == "fountain":
        return "".join(_kept(screenplay))
    parts = [_titles(screenplay)] if screenplay.titles else []
    before: Element | None = None
    for each in screenplay.elements:
        parts.append(_fresh(each, before))
        before = each
    return "".join(parts).rstrip("\n") + "\n"


def _kept(screenplay: Screenplay) -> Iterator[str]:
    """Write elements as they stood, those without a source anew."""
    said, before = screenplay.head, None
    yield said
    for each in screenplay.elements:
        fresh = "" if each.source else _fresh(each, before)
        is_open = said.endswith("\n\n")
        is_after = before is not None and not before.source and before.kind in SPOKEN and _begins(each, before)
        said = "\n" * (is_after and not is_open) + each.source if each.source else fresh
        said = said.removeprefix("\n") if fresh and is_open else said
        yield said
        before = each


def _titles(screenplay: Screenplay) -> str:
    lines: list[str] = []
    for title in screenplay.titles:
        if len(title.lines) == 1:
            lines.append(f"{title.key}: {title.lines[0]}")
        else:
            lines += [f"{title.key}:", *(f"    {each}" for each in title.lines)]
    return "\n".join(lines) + "\n\n"


def _fresh(element: Element, before: Element | None) -> str:
    """Return an element's lines, and the empty line behind it where one belongs there."""
    if element.kind in ("dialogue", "parenthetical") and (before is None or before.kind not in SPOKEN):
        element = replace(element, kind="action")  # nobody says it
    lines = "\n".join(_lines(element))
    glued = "" if element.kind in SPOKEN else "\n"
    opened = "\n" if before is not None and before.kind in SPOKEN and _begins(element, before) else ""
    return f"{opened}{lines}\n{glued}"


def _begins(element: Element, before: Element) -> bool:
    """Say whether an element needs an empty line after speech."""
    return element.kind == "character" or element.kind not in SPOKEN or (
        element.kind == "lyric" and before.kind not in SPOKEN
    )  # fmt: skip


def _lines(element: Element) -> Iterator[str]:
    text = element.text if element.kind in ("note", "boneyard") else _marked(element)
    if element.kind in _ON_ONE_LINE:
        text = " ".join(text.split("\n"))
    if element.kind == "heading":
        number = f" #{element.number}#" if element.number else ""
        yield ("" if HEADING.match(text) else ".") + text + number
    elif element.kind == "character":
        name = cue(text).name
        is_plain = is_name(name) and not HEADING.match(name) and not _SIGNS.match(text)
        yield ("" if is_plain else "@") + text + (" ^" if element.is_dual else "")
    elif element.kind == "parenthetical":
        yield f"({text})"
    elif element.kind == "dialogue":
        yield from (line if line.strip() else "  " for line in text.split("\n"))
    elif element.kind == "transition":
        yield text if TRANSITION.fullmatch(text) else f"> {text}"
    elif element.kind == "action":
        yield from _action(text)
    else:
        yield from _signed(element, text)


def _signed(element: Element, text: str) -> Iterator[str]:
    """Write what a sign tells."""
    around = {"lyric": ("~", ""), "centered": ("> ", " <"), "synopsis": ("= ", ""), "note": ("[[", "]]"),
              "boneyard": ("/*", "*/"), "section": ("#" * element.depth + " ", "")}  # fmt: skip
    before, after = around.get(element.kind, ("", ""))
    said = _remark(text) if element.kind == "note" else text
    said = text.replace("*/", "* /") if element.kind == "boneyard" else said
    parts = said.split("\n") if element.kind in ("lyric", "centered") else [said]
    yield from ["==="] if element.kind == "page_break" else [f"{before}{each}{after}" for each in parts]


def _remark(text: str) -> str:
    """Return a remark that nothing in it ends: an empty line is kept by two spaces."""
    return "\n".join(line if line.strip() else "  " for line in text.replace("]]", "] ]").split("\n"))


def _action(text: str) -> Iterator[str]:
    """Write action; a sign that would make something else of it is forced to be action."""
    lines = text.split("\n")
    first = lines[0].strip()
    is_taken = (
        HEADING.match(first)
        or (len(lines) == 1 and TRANSITION.fullmatch(first))
        or (len(lines) > 1 and is_name(first))
        or _SIGNS.match(lines[0])
    )
    yield ("!" if is_taken else "") + lines[0]
    for line in lines[1:]:
        yield _SIGNS.sub(r"\1!", line) if _SIGNS.match(line) else line


def _marked(element: Element) -> str:
    """Write marks, and notes where they stood."""
    parts, at = list[str](), 0
    for note in (*element.notes, Note(len(element.text), "")):
        runs = (
            Run(max(run.start, at) - at, min(run.end, note.at) - at, run.styles)
            for run in element.runs
            if run.start < note.at and run.end > at
        )
        parts.append(marks.write(element.text[at : note.at], runs))
        parts.append(f"[[{_remark(note.text)}]]" if note in element.notes else "")
        at = note.at
    return "".join(parts)
