"""Reading: the lines of a screenplay or subtitles, as they are to be spoken.

Of a screenplay: headings, action, and each character's lines with what stands in parentheses before them. Of
subtitles: the cues of SubRip and WebVTT with their times; a name before a colon, or a voice of WebVTT, says who speaks.

Source: W3C WebVTT 2019, section 4; SubRip has no standard.
"""

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kinoeye.errors import DocumentError
from kinoeye.screenplay.elements import Element, Screenplay, blocks, cue
from kinoeye.timecode import FLICKS_PER_SECOND

_CLOCK = r"(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[.,](\d{1,3}))?"
_TIMING = re.compile(rf"^\s*{_CLOCK}\s*-->\s*{_CLOCK}")
_VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
_TAG = re.compile(r"<[^<>]*>|\{[^{}]*\}")
_NAMED = re.compile(r"^\s*([A-Z][A-Z0-9 .'-]{0,30}|[\u4e00-\u9fff·]{1,6})\s*[:：]\s*(?=\S)")


@dataclass(frozen=True)
class Line:
    """Something to be spoken.

    Parameters
    ----------
    number : int
        From 1, in running order.
    scene : int
        From 1; 0 before the first heading, and for subtitles.
    kind : heading, action, dialogue or cue
    who : str
        Empty where nobody is named.
    text, parenthetical : str
    start, end : flicks or None
        Of a cue.
    """

    number: int
    scene: int
    kind: str
    who: str
    text: str
    parenthetical: str = ""
    start: int | None = None
    end: int | None = None


def script_lines(screenplay: Screenplay) -> list[Line]:
    """Return what a screenplay says, in running order: headings, action, and each speech.

    Raises
    ------
    DocumentError
        If no line of it is spoken by anyone.
    """
    lines: list[Line] = []
    scene = 0
    for each, under in blocks(screenplay):
        scene += each.kind == "heading"
        if each.kind == "character":
            _dialogue(lines, scene, cue(each.text).name, under)
        elif each.kind == "heading" or (each.kind == "action" and scene):
            lines.append(Line(len(lines) + 1, scene, each.kind, "", " ".join(each.text.split())))
    if not any(line.kind == "dialogue" for line in lines):
        raise DocumentError("voice: a screenplay must have lines under characters' names, got none")
    return lines


def subtitle_lines(text: str) -> list[Line]:
    """Return the cues of subtitles, in the order of their times.

    Raises
    ------
    DocumentError
        If there is no cue with a time and words.
    """
    lines: list[Line] = []
    for block in _blocks(text):
        times = [number for number, each in enumerate(block) if _TIMING.match(each)]
        for number, end in zip(times, [*times[1:], len(block)], strict=False):
            has_number = end < len(block) and block[end - 1].strip().isdigit()
            said = " ".join(each.strip() for each in block[number + 1 : end - has_number])
            who, words = _who(said)
            timing = _TIMING.match(block[number])
            assert timing is not None
            start, stop = _flicks(timing.groups()[:4]), _flicks(timing.groups()[4:])
            if words and stop > start:
                lines.append(Line(0, 0, "cue", who, words, "", start, stop))
    if not lines:
        raise DocumentError("voice: subtitles must have cues with times, SubRip or WebVTT, got none")
    lines.sort(key=lambda line: line.start or 0)
    return [Line(**{**vars(line), "number": number}) for number, line in enumerate(lines, 1)]


def _blocks(text: str) -> list[list[str]]:
    """Return the runs of lines between empty ones."""
    parts = re.split(r"\n[ \t]*\n", text.lstrip("\ufeff"))
    return [block for part in parts if (block := [line.strip() for line in part.split("\n") if line.strip()])]


def _dialogue(lines: list[Line], scene: int, who: str, under: Iterable[Element]) -> None:
    """Add what somebody says; from each parenthesis on it is said differently."""
    aside, words = "", list[str]()

    def end() -> None:
        if words:
            lines.append(Line(len(lines) + 1, scene, "dialogue", who, " ".join(" ".join(words).split()), aside))

    for each in under:
        if each.kind == "parenthetical":
            end()
            aside, words = each.text, []
        else:
            words.append(each.text)
    end()


def _who(said: str) -> tuple[str, str]:
    voice = _VOICE.search(said)
    words = html.unescape(_TAG.sub("", said)).strip()
    if voice:
        return voice[1].strip(), words
    if named := _NAMED.match(words):
        return named[1].strip(), words[named.end() :].strip()
    return "", words.removeprefix("-").strip()


def _flicks(parts: tuple[str | None, ...]) -> int:
    hours, minutes, seconds = (int(each or 0) for each in parts[:3])
    thousandths = int((parts[3] or "0").ljust(3, "0"))
    return ((hours * 60 + minutes) * 60 + seconds) * FLICKS_PER_SECOND + thousandths * FLICKS_PER_SECOND // 1000
