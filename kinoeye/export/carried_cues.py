"""Carried cues: subtitles as SubRip, WebVTT and ASS, moved with their cut; all but the times stays as it was written.

Numbers are counted anew, and cues stand in the order of the new cut. Times within a WebVTT cue move with it.

Source: W3C WebVTT 2019; Advanced SubStation Alpha v4.00+; SubRip has no standard.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from kinoeye.errors import DocumentError
from kinoeye.export.changes import ChangeList, Follow
from kinoeye.export.fates import Fate, Item, Rules, Span, of_span
from kinoeye.signals import cue_times
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

_INNER = re.compile(r"<((?:\d+:)?\d{2}:\d{2}\.\d{3})>")
_TAGS = re.compile(r"\{[^}]*\}|<[^>]*>")
_TIMING = re.compile(rf"^(\s*)({cue_times.CLOCK})(\s*-->\s*)({cue_times.CLOCK})")


@dataclass(frozen=True)
class Origin:
    """What a document's clock says at the first picture of both cuts, in flicks."""

    old: int = 0
    new: int = 0


@dataclass(frozen=True)
class Carrier:
    """What all documents of one change list are carried by."""

    changes: ChangeList
    rules: Rules = field(default_factory=Rules)
    follow: Follow = "sound"

    def origin(self, first: int) -> Origin:
        """Tell whether a document counts from the first picture, or from its time code's hour on.

        Parameters
        ----------
        first : flicks
            Where its first cue begins.
        """
        old, new = clock_of(str(self.changes.old.first)), clock_of(str(self.changes.new.first))
        is_by_code = old > self.changes.old.duration and first >= old - FLICKS_PER_SECOND
        return Origin(old, new) if is_by_code else Origin()

    def fate(self, span: Span, origin: Origin) -> tuple[Fate, list[Span]]:
        """Return what becomes of a span of a document, and its times in the new document."""
        fate = of_span(self.changes, span[0] - origin.old, span[1] - origin.old, self.follow, self.rules)
        return fate, [(low + origin.new, high + origin.new) for low, high in fate.spans]


@dataclass(frozen=True)
class _Cue:
    """One cue: its lines before the times, the line of the times, and those behind."""

    before: list[str]
    timing: str
    body: list[str]
    span: Span


def clock_of(label: str) -> int:
    """Return a time code read as a clock, in flicks: subtitles that begin in hour 10 count so.

    Examples
    --------
    >>> clock_of("01:00:00:00") == 3600 * 705_600_000
    True
    """
    hours, minutes, seconds = (int(part) for part in re.split("[:;]", label)[:3])
    return (hours * 3600 + minutes * 60 + seconds) * FLICKS_PER_SECOND


def plain(text: str) -> str:
    """Return a cue's words without its marks, on one line."""
    return " ".join(_TAGS.sub(" ", text.replace("\\N", " ")).split())


def carry_arrows(text: str, carrier: Carrier, name: str) -> tuple[str, list[Item]]:
    """Carry SubRip or WebVTT; return the new document and what became of each cue.

    Raises
    ------
    DocumentError
        If there is no cue in it.
    """
    is_vtt = text.lstrip("\ufeff").startswith("WEBVTT")
    head, cues = _scanned(text.split("\n"), is_vtt)
    if not cues:
        raise DocumentError(f"{name}: subtitles must hold a cue with times, got none")
    origin = carrier.origin(min(cue.span[0] for cue in cues))
    placed: list[tuple[int, int, list[str]]] = []
    items: list[Item] = []
    for number, cue in enumerate(cues, 1):
        fate, spans = carrier.fate(cue.span, origin)
        words = plain(" ".join(cue.body))
        items.append(Item(name, "cue", number, words, cue.span[0] - origin.old, cue.span[1] - origin.old, fate))
        for part, (low, high) in enumerate(spans):
            lines = _rewritten(cue, low, high, is_vtt, carrier, origin)
            placed.append((low, number * 1000 + part, lines))
        if not spans and is_vtt and any(line.startswith(("NOTE", "STYLE", "REGION")) for line in cue.before):
            head += [line for line in cue.before if line.strip() != cue.before[-1].strip() or not line.strip()]
    placed.sort(key=lambda each: each[:2])
    lines = list(head)
    for count, (_, _, block) in enumerate(placed, 1):
        lines += [str(count) if not is_vtt and place == 0 and line.strip().isdigit() else line
                  for place, line in enumerate(block)]  # fmt: skip
    return "\n".join(lines), items


def carry_ass(text: str, carrier: Carrier, name: str) -> tuple[str, list[Item]]:
    """Carry ASS or SSA; return the new document and what became of each line.

    Raises
    ------
    DocumentError
        If there is no line with times in it.
    """
    lines = text.split("\n")
    columns, found = _ass_lines(lines)
    if not found:
        raise DocumentError(f"{name}: subtitles must hold a line of dialogue with times, got none")
    origin = carrier.origin(min(span[0] for _, _, span in found))
    items: list[Item] = []
    placed: list[tuple[int, int, str]] = []
    for number, (_, cells, span) in enumerate(found, 1):
        fate, spans = carrier.fate(span, origin)
        words = plain(cells[-1])
        items.append(Item(name, "cue", number, words, span[0] - origin.old, span[1] - origin.old, fate))
        for low, high in spans:
            row = list(cells)
            row[columns[0]], row[columns[1]] = _hundredths(low), _hundredths(high)
            placed.append((low, number, ",".join(row)))
    placed.sort()
    numbers = {line for line, _, _ in found}
    first = min(numbers)
    kept = [line for number, line in enumerate(lines) if number not in numbers]
    return "\n".join([*kept[:first], *(line for _, _, line in placed), *kept[first:]]), items


def _scanned(lines: Sequence[str], is_vtt: bool) -> tuple[list[str], list[_Cue]]:
    """Return the lines before the first cue, and the cues."""
    timings = [(number, span) for number, line in enumerate(lines) if (span := cue_times.arrow(line)) is not None]
    starts = []
    for number, _ in timings:
        above = lines[number - 1].strip() if number else ""
        is_named = bool(above) and (above.isdigit() or (is_vtt and number > 1 and not lines[number - 2].strip()))
        starts.append(number - 1 if is_named else number)
    if not starts:
        return list(lines), []
    bodies = [*starts[1:], len(lines)]
    cues: list[_Cue] = []
    between: list[str] = []
    for (number, span), start, stop in zip(timings, starts, bodies, strict=True):
        body = list(lines[number + 1 : stop])
        end = next((place for place, line in enumerate(body) if not line.strip()), len(body)) if is_vtt else len(body)
        cues.append(_Cue([*between, *lines[start:number]], lines[number], [*body[:end], *_blank(body, end)], span))
        between = [] if not is_vtt else _without_blanks(body[end:])
    return list(lines[: starts[0]]), cues


def _blank(body: Sequence[str], end: int) -> list[str]:
    """Return the blank line that ends a cue; a SubRip cue brings its own."""
    return [""] if end < len(body) or not body or body[-1].strip() else []


def _without_blanks(lines: Sequence[str]) -> list[str]:
    """Return what stands between two cues (a note, a style) with the blank line behind it; nothing if only blanks."""
    text = list(lines)
    while text and not text[0].strip():
        text.pop(0)
    return text


def _rewritten(cue: _Cue, low: int, high: int, is_vtt: bool, carrier: Carrier, origin: Origin) -> list[str]:
    """Return a cue's lines with other times."""
    write = _vtt_time if is_vtt else _srt_time
    timing = _TIMING.sub(lambda found: f"{found[1]}{write(low)}{found[3]}{write(high)}", cue.timing)
    body = cue.body
    if is_vtt and any(_INNER.search(line) for line in body):
        body = [_INNER.sub(_inner(low, high, carrier, origin), line) for line in body]
    return [*cue.before, timing, *body]


def _inner(low: int, high: int, carrier: Carrier, origin: Origin) -> Callable[[re.Match[str]], str]:
    """Return what writes a time within a cue anew; it goes where its cue no longer shows it."""

    def write(found: re.Match[str]) -> str:
        time = from_seconds(cue_times.seconds(found[1]) or Fraction(0)) - origin.old
        part = carrier.changes.at(time, carrier.follow)
        if part is None or part.new is None:
            return ""
        moved = round(part.new[0]) + origin.new
        return f"<{_vtt_time(moved)}>" if low < moved < high else ""

    return write


def _ass_lines(lines: Sequence[str]) -> tuple[tuple[int, int], list[tuple[int, list[str], Span]]]:
    """Return the columns of begin and end, and the lines that have them: number, cells, times."""
    columns, count = (1, 2), 10
    found = []
    section = ""
    for number, line in enumerate(lines):
        if line.startswith("["):
            section = line.strip().lower()
        kind, colon, rest = line.partition(":")
        if section != "[events]" or not colon:
            continue
        if kind == "Format":
            names = [name.strip().lower() for name in rest.split(",")]
            if {"start", "end"} <= set(names):
                columns, count = (names.index("start"), names.index("end")), len(names)
        elif kind in {"Dialogue", "Comment"}:
            cells = rest.split(",", count - 1)
            if len(cells) == count and (span := cue_times.dialogue(cells[columns[0]], cells[columns[1]])):
                found.append((number, [f"{kind}:{cells[0]}", *cells[1:]], span))
    return columns, found


def _srt_time(flicks: int) -> str:
    hours, minutes, seconds, rest = clock_parts(flicks, 1000)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d},{rest:03d}"


def _vtt_time(flicks: int) -> str:
    hours, minutes, seconds, rest = clock_parts(flicks, 1000)
    return f"{hours:02d}:{minutes:02d}:{seconds:02d}.{rest:03d}"


def _hundredths(flicks: int) -> str:
    hours, minutes, seconds, rest = clock_parts(flicks, 100)
    return f"{hours}:{minutes:02d}:{seconds:02d}.{rest:02d}"


def clock_parts(flicks: int, parts: int) -> tuple[int, int, int, int]:
    """Return hours, minutes, seconds and parts of a second, to the nearest part.

    Examples
    --------
    >>> clock_parts(705_600_000 * 3661 + 705_600, 1000)
    (1, 1, 1, 1)
    """
    count = max(0, (2 * flicks * parts + FLICKS_PER_SECOND) // (2 * FLICKS_PER_SECOND))
    seconds, rest = divmod(count, parts)
    return seconds // 3600, seconds // 60 % 60, seconds % 60, rest
