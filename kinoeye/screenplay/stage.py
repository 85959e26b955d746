"""Stage plays: plain text as plays are printed.

ACT I is a section, SCENE 2 a heading. A name in capitals with a full stop or a colon begins a speech, or stands alone
above it; brackets hold what is done.

Source: the forms of Project Gutenberg's and the Standard Ebooks' plays as plain text; there is no standard.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace

from kinoeye.screenplay.elements import Element, Screenplay
from kinoeye.screenplay.fountain import HEADING

_COUNT = r"(?:[IVXLC]+|\d+|(?i:one|two|three|four|five|six|seven|first|second|third|fourth|fifth))"
_ACT = re.compile(rf"(?P<act>(?:ACT|Act)\s+{_COUNT})[.:,]?\s*(?P<rest>.*)")
_SCENE = re.compile(rf"(?:SCENE|Scene)\s+(?P<count>{_COUNT})(?:[.:,—–-]\s*|\s+|$)(?P<rest>.*)")
_OTHER = re.compile(r"(?:PROLOGUE|EPILOGUE|INDUCTION|Prologue|Epilogue)\.?")
_NAME = r"[A-Z][A-Z0-9 '’&.-]{0,38}[A-Z0-9]"
_SAID = re.compile(rf"(?P<name>{_NAME})\s*(?P<asides>(?:(?:\[[^\]]*\]|\([^)]*\))\s*)*)[.:]\s*(?P<said>.*)")
_ALONE = re.compile(rf"(?P<name>{_NAME})[.:]?")
_BRACKETS = re.compile(r"\[([^\]]*)\]|\(([^)]*)\)")
_DONE = re.compile(r"\[.*\]\.?|\(.*\)\.?|_.*_\.?", re.S)
_LEAST = 3  # speeches


def is_script(text: str) -> bool:
    """Say whether a text is a stage play: it has acts or scenes, and names that speak again and again."""
    blocks = [lines for _, lines in _blocks(text.split("\n"))]
    if any(HEADING.match(lines[0]) for lines in blocks):
        return False
    has_scenes = any(_SCENE.fullmatch(lines[0]) or _ACT.fullmatch(lines[0]) for lines in blocks)
    names = Counter(name for lines in blocks for line in lines if (name := _name(line)))
    return has_scenes and sum(names.values()) >= _LEAST and max(names.values()) > 1


def read(text: str) -> Screenplay:
    """Read a stage play.

    Parameters
    ----------
    text : str
        Line ends of any kind.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    names = Counter(name for line in lines if (name := _name(line.strip())))
    elements = [each for at, block in _blocks(lines) for each in _block(at, block, names)]
    return Screenplay((), tuple(elements), "stage")


def _name(line: str) -> str:
    """Return whose speech begins in a line; nothing if none does."""
    if _ACT.fullmatch(line) or _SCENE.fullmatch(line) or _OTHER.fullmatch(line):
        return ""
    found = _SAID.fullmatch(line) or _ALONE.fullmatch(line)
    return found["name"] if found else ""


def _blocks(lines: Sequence[str]) -> Iterator[tuple[int, list[str]]]:
    """Go through the lines between empty ones, with the number of the first."""
    held: list[str] = []
    for at, line in enumerate([*lines, ""]):
        if line.strip():
            held.append(line.strip())
        elif held:
            yield at - len(held), held
            held = []


def _block(at: int, lines: Sequence[str], names: Counter[str]) -> Iterator[Element]:
    """Read a block: headings and speeches, each up to the next that begins, or one direction."""
    if _DONE.fullmatch("\n".join(lines)):
        yield Element("action", "\n".join(lines).strip("[]()_"), line=at + 1, end_line=at + 1 + len(lines))
        return
    starts = [number for number, line in enumerate(lines) if not number or _begins(line, names)]
    for begin, end in zip(starts, [*starts[1:], len(lines)], strict=True):
        for each in _piece(lines[begin:end]):
            yield replace(each, line=at + begin + 1, end_line=at + end + 1)


def _begins(line: str, names: Counter[str]) -> bool:
    name = _name(line)
    return bool(_ACT.fullmatch(line) or _SCENE.fullmatch(line)) or (bool(name) and names[name] > 1)


def _piece(lines: Sequence[str]) -> Iterator[Element]:
    first = lines[0]
    if act := _ACT.fullmatch(first):
        yield Element("section", act["act"], depth=1)
        first = act["rest"]
    if scene := _SCENE.fullmatch(first):
        yield Element("heading", first, number=scene["count"] if scene["count"].isdigit() else "")
    elif _OTHER.fullmatch(first):
        yield Element("heading", first)
    elif (speech := _SAID.fullmatch(first)) or (len(lines) > 1 and (speech := _ALONE.fullmatch(first))):
        yield from _speech(speech, lines[1:])
        return
    elif first:
        yield Element("action", "\n".join([first, *lines[1:]]))
        return
    if lines[1:]:
        yield Element("action", "\n".join(lines[1:]).strip("[]"))


def _speech(found: re.Match[str], rest: Sequence[str]) -> Iterator[Element]:
    """Read a speech; what is done within it parts it."""
    groups = found.groupdict()
    yield Element("character", groups["name"])
    for each in _BRACKETS.finditer(groups.get("asides") or ""):
        yield Element("parenthetical", each[1] or each[2])
    said = "\n".join([*([groups["said"]] if groups.get("said") else []), *rest])
    at = 0
    for each in re.finditer(r"\[([^\]]*)\]|^\(([^)]*)\)", said):
        if said[at : each.start()].strip():
            yield Element("dialogue", said[at : each.start()].strip())
        yield Element("parenthetical", " ".join((each[1] or each[2] or "").split()))
        at = each.end()
    if said[at:].strip():
        yield Element("dialogue", said[at:].strip())
