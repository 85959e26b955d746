"""Marks: bold, italic and underlined words as Fountain writes them.

Source: Fountain 1.1, fountain.io/syntax, Emphasis: a mark opens where no space follows and closes where none stands
before; marks do not reach over a line's end; a backslash takes a mark as it is.
"""

import itertools
import re
from collections.abc import Iterable, Sequence

from kinoeye.screenplay.elements import STYLES, Run

_TOKEN = re.compile(r"\\[*_\\]|\*{1,3}|_")
_MEANS = {"*": ("italic",), "**": ("bold",), "***": ("bold", "italic"), "_": ("underline",)}
_SPECIAL = re.compile(r"([*_\\])")


def read(text: str) -> tuple[str, tuple[Run, ...]]:
    """Return a text without its marks, and which parts they mark."""
    plain, runs, at = "", list[Run](), 0
    for line in text.split("\n"):
        told, found = _line(line)
        runs += [Run(at + each.start, at + each.end, each.styles) for each in found]
        plain += told + "\n"
        at = len(plain)
    return plain[:-1], tuple(runs)


def write(text: str, runs: Iterable[Run]) -> str:
    """Return a text with marks; signs that stand for themselves are kept so by a backslash."""
    runs = list(runs)
    if not runs:
        return _SPECIAL.sub(r"\\\1", text)
    styles = [frozenset[str]()] * len(text)
    for run in runs:
        for place in range(run.start, min(run.end, len(text))):
            styles[place] |= frozenset(run.styles)
    written, at = [], 0
    for line in text.split("\n"):
        written.append(_written(line, styles[at : at + len(line)]))
        at += len(line) + 1
    return "\n".join(written)


def _written(line: str, styles: Sequence[frozenset[str]]) -> str:
    """Write the marks of one line: what lasts longer is opened first, what would cross is closed and opened again."""
    ends = {(mark, first): last for mark in ("_", "*", "**") for first, last in _spans(line, styles, mark)}
    written, opened = [], list[tuple[str, int]]()
    for at in range(len(line) + 1):
        while any(last == at for _, last in opened):
            mark, last = opened.pop()
            written.append(mark)
            if last > at:
                ends[mark, at] = last
        begun = [(mark, ends[mark, at]) for mark in ("_", "*", "**") if (mark, at) in ends]
        for each in sorted(begun, key=lambda each: -each[1]):
            written.append(each[0])
            opened.append(each)
        written.append(_SPECIAL.sub(r"\\\1", line[at : at + 1]))
    return "".join(written)


def _spans(line: str, styles: Sequence[frozenset[str]], mark: str) -> list[tuple[int, int]]:
    """Return where a mark reaches, without spaces at its ends: no mark may stand inside of one."""
    name, found, first = _MEANS[mark][0], list[tuple[int, int]](), 0
    while first < len(line):
        last = first
        while last < len(line) and name in styles[last]:
            last += 1
        inner = line[first:last]
        if inner.strip():
            begin = first + len(inner) - len(inner.lstrip())
            found.append((begin, begin + len(inner.strip())))
        first = max(last, first + 1)
    return found


def _parted(runs: Sequence[Run]) -> list[Run]:
    """Return the same marks without overlap."""
    edges = sorted({place for run in runs for place in (run.start, run.end)})
    parted = []
    for first, last in itertools.pairwise(edges):
        held = {style for run in runs if run.start <= first and last <= run.end for style in run.styles}
        if held:
            parted.append(Run(first, last, tuple(each for each in STYLES if each in held)))
    return parted


def _line(line: str) -> tuple[str, list[Run]]:
    """Read the marks of one line: each opening one is matched with the next that closes it."""
    tokens = [(each.start(), each.group()) for each in _TOKEN.finditer(line)]
    pairs = _pairs(line, tokens)
    dropped = {place: size for first, last, size in pairs for place in (first, last)}
    plain, places, at = list[str](), dict[int, int](), 0
    while at < len(line):
        if at in dropped:
            places[at] = len(plain)
            at += dropped[at]
        elif line[at] == "\\" and line[at + 1 : at + 2] in ("*", "_", "\\"):
            plain.append(line[at + 1])
            at += 2
        else:
            plain.append(line[at])
            at += 1
    runs = [Run(places[first], places[last], _MEANS[line[first : first + size]]) for first, last, size in pairs]
    return "".join(plain), _parted(runs)


def _pairs(line: str, tokens: Sequence[tuple[int, str]]) -> list[tuple[int, int, int]]:
    """Match marks: places of the opening and the closing one, and their size."""
    pairs: list[tuple[int, int, int]] = []
    opened: list[tuple[int, str]] = []
    for place, mark in tokens:
        if mark.startswith("\\"):
            continue
        can_open = not line[place + len(mark) : place + len(mark) + 1].isspace() and place + len(mark) < len(line)
        can_close = place > 0 and not line[place - 1].isspace()
        match = next((each for each in reversed(opened) if each[1] == mark), None)
        if match and can_close:
            pairs.append((match[0], place, len(mark)))
            del opened[opened.index(match) :]
        elif can_open:
            opened.append((place, mark))
    return pairs
