"""Fountain: screenplays as plain text, read without loss.

Every character of the source stands in `head` or in the `source` of one element, so that the same text can be written
back. A boneyard and a note that stand alone are elements of their own; within another element a boneyard is left out
of its text, and a note stands in its `notes`. Beside the standard's headings those of Chinese scripts are read: 内景.

Source: Fountain 1.1, fountain.io/syntax.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from kinoeye.screenplay import marks
from kinoeye.screenplay.elements import SPOKEN, Element, Note, Run, Screenplay, Title

HEADING = re.compile(
    r"(?:\d+[A-Z]?[.、)]?[ \t]+)?"
    r"(?:(?:INT\.?/EXT|EXT\.?/INT|I\.?/E|E\.?/I|INT|EXT|EST)(?:[. ]|\s*[-–—])|内景|外景|内外景|内/外景)",
    re.I,
)
TRANSITION = re.compile(r"(?:[A-Z0-9 ,.'’&-]+ )?TO:|FADE (?:IN|OUT|TO BLACK)[.:]|切至[:：]|淡[入出][:：。]")
_NUMBER = re.compile(r"[ \t]*#([\w.\-–— /]+)#[ \t]*$")
_PAGE_BREAK = re.compile(r"={3,}\s*$")
_SECTION = re.compile(r"(#+)\s*(.*)")
_FORCED_HEADING = re.compile(r"\.(?=[^\s.])")
_ASIDE = re.compile(r"[(（].*[)）]\s*$")
_TITLE = re.compile(r"([^\s:：][^:：\n]*)[:：][ \t]*(.*)")
_NAMES = re.compile(r"[\u4e00-\u9fff·]{1,6}(?:\s*[(（][^()（）]*[)）])*\s*\^?")
_EXTENDED = re.compile(r"[(（][^()（）]*[)）]")
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n|$)")
_BONEYARD = re.compile(r"/\*.*?\*/", re.S)
_NOTE = re.compile(r"\[\[((?:[^\]\n]|\](?!\])|\n(?!\n))*)\]\]")
_AWAY = "\ufdd0"  # no character: stands where a boneyard stood
_MORE = "\ufdd1"  # no character either: begins a line that a note begun before reaches into
_MOST_NOTES = 0x10FFFF - 0xF0000


@dataclass
class _Lines:
    """The lines of a text: as they stand, and as they are read."""

    raw: list[str]
    read: list[str]
    notes: dict[str, str]
    found: list[Element] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)

    def is_blank(self, number: int) -> bool:
        return not 0 <= number < len(self.read) or not self.read[number].strip()

    def is_away(self, number: int) -> bool:
        """Say whether nothing but a boneyard stands in a line."""
        line = self.read[number]
        return _AWAY in line and not line.replace(_AWAY, "").strip()


def read(text: str) -> Screenplay:
    """Read a screenplay.

    Parameters
    ----------
    text : str
        Line ends of any kind.
    """
    raw = [line for line in _LINE.findall(text) if line]
    plain = "\n".join(line.rstrip("\r\n") for line in raw)
    hidden, notes = _without_notes(_BONEYARD.sub(lambda each: re.sub(r"[^\n]", _AWAY, each[0]), plain))
    lines = _Lines(raw, hidden.split("\n"), notes)
    titles, at = _title_page(lines)
    while at < len(raw):
        if lines.is_blank(at):
            at += 1
        else:
            at = _element(lines, at)
    return Screenplay(tuple(titles), _sourced(lines), "fountain", "".join(raw[: (lines.starts or [len(raw)])[0]]))


def _without_notes(text: str) -> tuple[str, dict[str, str]]:
    """Put one private character in the place of each note; its lines stay lines."""
    notes: dict[str, str] = {}

    def hide(found: re.Match[str]) -> str:
        if len(notes) >= _MOST_NOTES:
            return found[0]
        sign = chr(0xF0000 + len(notes))
        notes[sign] = found[1].replace(_AWAY, "")
        return sign + ("\n" + _MORE) * found[0].count("\n")

    return _NOTE.sub(hide, text), notes


def _title_page(lines: _Lines) -> tuple[list[Title], int]:
    """Read the entries before the first empty line; nothing unless the first line begins one."""
    at, titles = 0, list[Title]()
    while at < len(lines.raw) and lines.is_blank(at):
        at += 1
    first = _TITLE.match(lines.read[at]) if at < len(lines.raw) else None
    if not first or HEADING.match(lines.read[at]) or (not first[2] and lines.read[at + 1 : at + 2] == []):
        return [], at
    if not first[2].strip() and (lines.is_blank(at + 1) or not lines.read[at + 1][:1].isspace()):
        return [], at
    begin = at
    while at < len(lines.raw) and not lines.is_blank(at):
        entry = _TITLE.match(lines.read[at])
        if entry and not lines.read[at][:1].isspace():
            titles.append(Title(entry[1].strip(), (entry[2].strip(),) if entry[2].strip() else ()))
        elif titles and lines.read[at][:1].isspace():
            titles[-1] = replace(titles[-1], lines=(*titles[-1].lines, lines.read[at].strip()))
        else:
            break
        at += 1
    return (titles, at) if titles else ([], begin)


def _element(lines: _Lines, at: int) -> int:
    """Read the element that begins in a line; return where the next may begin."""
    line = lines.read[at].strip()
    if lines.is_away(at):
        return _boneyard(lines, at)
    if all(each in lines.notes or each in (_AWAY, _MORE) for each in line):
        return _alone(lines, at)
    forced = _forced(lines, at, line)
    if forced:
        return forced
    is_first = lines.is_blank(at - 1) or lines.is_away(at - 1) or _stands_alone(lines, at - 1)
    if is_first and HEADING.match(line):
        return _heading(lines, at, line)
    if is_first and lines.is_blank(at + 1) and TRANSITION.fullmatch(line):
        return _add(lines, at, at + 1, "transition", line)
    if is_first and not lines.is_blank(at + 1) and is_name(line):
        return _spoken(lines, at, line)
    return _action(lines, at)


def _stands_alone(lines: _Lines, at: int) -> bool:
    """Say whether the line before belongs to something that needs no empty line behind it."""
    found = lines.found[-1] if lines.found else None
    return found is not None and found.end_line == at + 2 and found.kind in (
        *("section", "synopsis", "page_break", "note", "boneyard"),
    )  # fmt: skip


def is_name(line: str) -> bool:
    """Say whether a line may name who speaks: capitals, or a few Chinese characters."""
    name = _EXTENDED.sub("", line.rstrip(" \t^")).strip()
    if _NAMES.fullmatch(line.strip()):
        return True
    has_letter = any(each.isalpha() for each in name)
    is_capital = has_letter and name == name.upper() != name.lower()
    return is_capital and "^" not in name and not name.endswith((":", "：", "!", "?"))


def _forced(lines: _Lines, at: int, line: str) -> int:
    """Read what a sign at its beginning tells; 0 if none does."""
    if _PAGE_BREAK.match(line):
        return _add(lines, at, at + 1, "page_break", "")
    if line.startswith("="):
        return _add(lines, at, at + 1, "synopsis", line[1:].strip())
    if section := _SECTION.fullmatch(line):
        return _add(lines, at, at + 1, "section", section[2], depth=len(section[1]))
    if line.startswith("~"):
        return _add(lines, at, at + 1, "lyric", line[1:].strip())
    if line.startswith(">"):
        is_centered = line.endswith("<") and len(line) > 1
        return _add(lines, at, at + 1, *(("centered", line[1:-1].strip()) if is_centered else
                                         ("transition", line[1:].strip())))  # fmt: skip
    if _FORCED_HEADING.match(line):
        return _heading(lines, at, line[1:])
    if line.startswith("@") and not lines.is_blank(at + 1):
        return _spoken(lines, at, line[1:])
    return _action(lines, at) if line.startswith("!") else 0


def _heading(lines: _Lines, at: int, line: str) -> int:
    number = _NUMBER.search(line)
    text = line[: number.start()] if number else line
    return _add(lines, at, at + 1, "heading", text.strip(), number=number[1].strip() if number else "")


def _spoken(lines: _Lines, at: int, line: str) -> int:
    """Read a character, and what stands under it up to an empty line."""
    is_dual = line.rstrip().endswith("^")
    end = _add(lines, at, at + 1, "character", line.rstrip(" \t^"), is_dual=is_dual)
    while end < len(lines.read) and (not lines.is_blank(end) or _is_kept_empty(lines, end)):
        begin, said = end, lines.read[end].strip()
        if lines.is_away(end):
            return end
        if _ASIDE.fullmatch(said):
            end = _add(lines, end, end + 1, "parenthetical", said[1:-1])
        elif said.startswith("~"):
            end = _add(lines, end, end + 1, "lyric", said[1:].strip())
        else:
            while end < len(lines.read) and _goes_on(lines, end):
                end += 1
            text = "\n".join(each.strip() for each in lines.read[begin:end])
            _add(lines, begin, end, "dialogue", text)
    return end


def _is_kept_empty(lines: _Lines, at: int) -> bool:
    """Say whether two spaces keep an empty line within speech."""
    return lines.read[at].startswith("  ") and not lines.is_blank(at + 1)


def _goes_on(lines: _Lines, at: int) -> bool:
    line = lines.read[at].strip()
    if lines.is_blank(at):
        return _is_kept_empty(lines, at)
    return not _ASIDE.fullmatch(line) and not line.startswith("~") and not lines.is_away(at)


def _action(lines: _Lines, at: int) -> int:
    """Read action up to an empty line, or to what a sign sets apart."""
    end = at + 1
    while not lines.is_blank(end) and not lines.is_away(end) and not re.match(r"\s*(?:[>~#=!]|\.\w)", lines.read[end]):
        end += 1
    text = "\n".join(each.expandtabs(4).rstrip() for each in lines.read[at:end])
    return _add(lines, at, end, "action", re.sub(r"^(\s*)!", r"\1", text))


def _alone(lines: _Lines, at: int) -> int:
    """Read a note that stands alone, over as many lines as it has."""
    end = at + 1
    while end < len(lines.read) and lines.read[end].strip() == _MORE:
        end += 1
    signs = [each for line in lines.read[at:end] for each in line if each in lines.notes]
    return _add(lines, at, end, "note", "\n".join(lines.notes[each] for each in signs))


def _boneyard(lines: _Lines, at: int) -> int:
    """Read a boneyard that stands alone: what is in it counts for nothing."""
    end = at + 1
    while end < len(lines.read) and (lines.is_away(end) or _is_within(lines, end)):
        end += 1
    inside = "".join(lines.raw[at:end]).replace("\r\n", "\n").replace("\r", "\n").strip()
    return _add(lines, at, end, "boneyard", re.sub(r"^/\*|\*/$", "", inside).strip("\n"), is_plain=True)


def _is_within(lines: _Lines, at: int) -> bool:
    """Say whether an empty line lies inside a boneyard: it is closed before it is opened again."""
    if lines.read[at].strip():
        return False
    rest = "".join(lines.raw[at:])
    close, opened = rest.find("*/"), rest.find("/*")
    return close >= 0 and (opened < 0 or close < opened)


def _add(
    lines: _Lines, at: int, end: int, kind: str, text: str,
    *, number: str = "", depth: int = 0, is_dual: bool = False, is_plain: bool = False,
) -> int:  # fmt: skip
    """Keep an element, its notes and marks taken out of its text."""
    is_read = not is_plain and kind != "note"
    said, runs, notes = _clean(lines, text) if is_read else (text, (), ())
    lines.starts.append(at)
    lines.found.append(
        Element(kind, said, runs, notes, number, depth, is_dual and kind in SPOKEN, line=at + 1, end_line=end + 1)
    )
    return end


def _clean(lines: _Lines, text: str) -> tuple[str, tuple[Run, ...], tuple[Note, ...]]:
    """Take boneyards, notes and marks out of a text."""
    marked, runs = marks.read(text.replace("\n" + _MORE, "").replace(_AWAY, ""))
    if not lines.notes:
        return marked, runs, ()
    places, notes, said = [0], list[Note](), list[str]()
    for each in marked:
        if each in lines.notes:
            notes.append(Note(len(said), lines.notes[each]))
        else:
            said.append(each)
        places.append(len(said))
    moved = (replace(run, start=places[run.start], end=places[run.end]) for run in runs)
    return "".join(said), tuple(run for run in moved if run.end > run.start), tuple(notes)


def _sourced(lines: _Lines) -> tuple[Element, ...]:
    """Give each element its part of the source, with what stands behind it."""
    ends: Sequence[int] = [*lines.starts, len(lines.raw)][1:]
    return tuple(
        replace(each, source="".join(lines.raw[begin:end]))
        for each, begin, end in zip(lines.found, lines.starts, ends, strict=True)
    )
