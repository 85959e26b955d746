"""Paragraphs: what any text asset says, piece by piece, as a person would read it.

Prose and screenplays are parted at empty lines, records and timelines line by line. Of subtitles (SubRip, WebVTT, ASS,
TTML) each cue is a paragraph without its number, styles and tags; its times stand beside it. Who speaks and which scene
it is are not told here.

Source: W3C WebVTT 2019, section 4 (blocks, cue text); Advanced SubStation Alpha v4.00+ ([Events], Format and Dialogue);
W3C TTML2 2018, section 8.1.5 (p), 8.1.7 (br); SubRip has no standard.
"""

import html
import re
from collections.abc import Iterator
from typing import NamedTuple

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.cue_times import CLOCK, Span, TimedXml, arrow, dialogue
from kinoeye.streams import Text
from kinoeye.tables import Table, Typed, flicks

_LINES = Typed(pa.int32(), "lines from 1")

PARAGRAPHS = Table(
    "paragraphs",
    "One row a paragraph of a text, or a cue of subtitles, in the order of the text.",
    (
        ("paragraph", pa.int32(), "its number, from 0"),
        ("first_line", _LINES, "its first line"),
        ("end_line", _LINES, "one past its last line"),
        ("text", pa.string(), "what it says, without markup of subtitles; its lines parted by line feeds"),
        ("start", flicks(), "where its cue is shown, by the text's own clock; null where it has no times"),
        ("end", flicks(), "one past where its cue is shown; null where it has no times"),
    ),
)

TIMING = re.compile(rf"^\s*{CLOCK}\s*-->\s*{CLOCK}")
VOICE = re.compile(r"<v(?:\.[^\s>]*)?\s+([^>]+)>")
TAG = re.compile(r"<[^<>]*>")
OVERRIDE = re.compile(r"\{[^{}]*\}")
DRAWING = re.compile(r"\{[^{}]*\\p[1-9][^{}]*\}")  # ASS: what follows are vectors, not words
NO_CUES = ("NOTE", "STYLE", "REGION", "WEBVTT")
LINE_BY_LINE = ("records", "timeline")


class Piece(NamedTuple):
    """A paragraph: its lines from 0, what stands there, and when it is shown."""

    first: int
    end: int
    said: str
    shown: Span | None = None


@analysis(PARAGRAPHS, version=2)
def paragraphs(text: Text, *, longest: int = 60) -> pa.Table:
    """Part a text into paragraphs.

    Parameters
    ----------
    text : what stands in a text file
    longest : 1..100000, lines
        A longer paragraph is parted there.

    Raises
    ------
    SettingError
        If `longest` is outside its range.
    """
    if not 1 <= longest <= 100_000:
        raise SettingError(f"paragraphs: longest must lie in 1..100000, got {longest}")
    pieces = [piece for piece in _pieces(text, longest) if piece.said]
    return PARAGRAPHS.from_columns(
        paragraph=list(range(len(pieces))),
        first_line=[each.first + 1 for each in pieces],
        end_line=[each.end + 1 for each in pieces],
        text=[each.said for each in pieces],
        start=[each.shown[0] if each.shown else None for each in pieces],
        end=[each.shown[1] if each.shown else None for each in pieces],
    )


def _pieces(text: Text, longest: int) -> Iterator[Piece]:
    """Choose how the text is read by what stands in it."""
    lines = text.text.split("\n")
    if text.kind in LINE_BY_LINE:
        return (Piece(number, number + 1, line.strip()) for number, line in enumerate(lines))
    if text.kind == "subtitles":
        if any(line.strip().lower() == "[events]" for line in lines):
            return _dialogue(lines)
        if "<tt" in text.text or ":tt" in text.text:
            return _timed_xml(text.text)
        if any(TIMING.match(line) for line in lines):
            return _cues(lines)
    return _prose(lines, longest)


def _blocks(lines: list[str]) -> Iterator[tuple[int, int]]:
    """Find the runs of lines between empty ones."""
    first = None
    for number, line in enumerate([*lines, ""]):
        if line.strip():
            first = number if first is None else first
        elif first is not None:
            yield first, number
            first = None


def _prose(lines: list[str], longest: int) -> Iterator[Piece]:
    for first, end in _blocks(lines):
        for begin in range(first, end, longest):
            stop = min(begin + longest, end)
            yield Piece(begin, stop, "\n".join(line.strip() for line in lines[begin:stop]))


def _cues(lines: list[str]) -> Iterator[Piece]:
    """Read SubRip and WebVTT: a cue is what follows a line of times, up to an empty line or the next cue."""
    shown: Span | None = None
    for first, end in _blocks(lines):
        times = [number for number in range(first, end) if TIMING.match(lines[number])]
        if not times:
            # Text that an empty line parted from its cue goes on; what WebVTT keeps for itself does not.
            if not lines[first].strip().startswith(NO_CUES) and not _is_number(lines[first:end]):
                yield Piece(first, end, _readable("\n".join(lines[first:end])), shown)
            continue
        for time, stop in zip(times, [*times[1:], end], strict=True):
            has_number = stop < end and stop - 1 > time and lines[stop - 1].strip().isdigit()
            last = stop - 1 if has_number else stop
            shown = arrow(lines[time])
            yield Piece(time + 1, last, _readable("\n".join(lines[time + 1 : last])), shown)


def _is_number(lines: list[str]) -> bool:
    return len(lines) == 1 and lines[0].strip().isdigit()


def _dialogue(lines: list[str]) -> Iterator[Piece]:
    """Read ASS: the last field of the lines `Dialogue:`; commas may stand in it."""
    fields, begin, end = 10, 1, 2
    for number, line in enumerate(lines):
        name, _, rest = line.partition(":")
        if name.strip() == "Format" and "text" in rest.lower():
            names = [each.strip().lower() for each in rest.split(",")]
            fields = len(names)
            begin, end = (names.index(each) if each in names else fields for each in ("start", "end"))
        elif name.strip() == "Dialogue":
            *before, said = rest.split(",", fields - 1)
            if not DRAWING.search(said):
                said = OVERRIDE.sub("", said).replace("\\N", "\n").replace("\\n", " ").replace("\\h", " ")
                shown = dialogue(before[begin], before[end]) if max(begin, end) < len(before) else None
                yield Piece(number, number + 1, _trimmed(said), shown)


def _timed_xml(text: str) -> Iterator[Piece]:
    """Read TTML: what stands in each `p`, scanned once, so that broken XML is read as far as it goes."""
    text = _without_comments(text)
    times = TimedXml("")
    shown: Span | None = None
    inside: int | None = None
    line, counted = 0, 0
    first_line = 0
    for tag in TAG.finditer(text):
        name = tag.group()[1:-1].strip().lower()
        is_end = name.startswith("/")
        bare = name.strip("/").split(maxsplit=1)[0].rpartition(":")[2] if name.strip("/") else ""
        if bare == "tt" and not is_end:
            times = TimedXml(tag.group())
        if bare != "p" or name.endswith("/"):
            continue
        line += text.count("\n", counted, tag.start())
        counted = tag.start()
        if is_end and inside is not None:
            said = re.sub(r"\s+", " ", text[inside : tag.start()])
            said = re.sub(r"<(?:\w+:)?br[^<>]*>", "\n", said)
            yield Piece(first_line, line + 1, _readable(said), shown)
            inside = None
        elif not is_end:
            inside, first_line, shown = tag.end(), line, times.span(tag.group())


def _without_comments(text: str) -> str:
    """Blank out XML comments, keeping their line feeds so that lines still count."""
    parts, place = [], 0
    while (begin := text.find("<!--", place)) >= 0:
        end = text.find("-->", begin)
        end = len(text) if end < 0 else end + 3
        parts += [text[place:begin], "\n" * text.count("\n", begin, end)]
        place = end
    return "".join([*parts, text[place:]])


def _readable(said: str) -> str:
    """Take tags and overrides out of a cue; a WebVTT voice stands before its words."""
    said = OVERRIDE.sub("", TAG.sub("", VOICE.sub(r"\1: ", said)))
    return _trimmed(html.unescape(said))


def _trimmed(said: str) -> str:
    lines = (" ".join(line.split()) for line in said.split("\n"))
    return "\n".join(line for line in lines if line)
