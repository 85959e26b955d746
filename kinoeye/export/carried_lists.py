"""Carried lists: any CSV with time codes, moved with its cut: effects, notes, cue sheets, marker lists.

Which columns hold times of the cut is told by what stands in them and how they are called; source time codes stay. A
row with begin and end is a span, with one time a moment. Form, separator, quotes and encoding stay as they were.
"""

import csv
import io
import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass

from kinoeye.errors import DocumentError, UseError
from kinoeye.export.carried_cues import Carrier, clock_of
from kinoeye.export.changes import Cut
from kinoeye.export.fates import Fate, Item, of_chapter, of_effect, of_moment, of_span
from kinoeye.timecode import Timecode, clock, from_clock

_CODE = re.compile(r"\d{1,2}:\d{2}:\d{2}[:;]\d{2,3}")
_CLOCK = re.compile(r"(?:\d{1,2}:)?\d{1,3}:\d{2}[.,]\d{1,3}|\d{1,2}:\d{2}:\d{2}")
_SOURCE = re.compile(
    r"source|src\b|media|tape|original|clip (?:tc|in|out)|camera|sound tc|aux|scan|plate", re.IGNORECASE
)
_LENGTH = re.compile(r"dur|length|len\b|laenge|时长", re.IGNORECASE)
_END = re.compile(r"\bout\b|\bend\b|finish|\bto\b|tail|_out|_end|出点|结束", re.IGNORECASE)
_HANDLE = re.compile(r"handle", re.IGNORECASE)
_EFFECT = re.compile(r"vfx|\bfx\b|effect|\bcgi?\b|comp(?:osite)?\b|特效", re.IGNORECASE)
_MOSTLY = 0.8  # of the cells of a column


@dataclass(frozen=True)
class _Columns:
    """Which columns hold what: of the first span or moment, and of lengths and handles."""

    start: int
    end: int | None
    lengths: tuple[int, ...]
    handle: int | None


def carry_list(text: str, carrier: Carrier, name: str, *, is_effects: bool = False) -> tuple[str, list[Item]]:
    """Carry a list; return the new one and what became of each row.

    Parameters
    ----------
    is_effects : bool
        Its rows are effect shots, which follow their clips; told by the heading as well.

    Raises
    ------
    DocumentError
        If it has no column of time codes of the cut, or a code does not exist at its rate.
    """
    separator = _separator(text)
    rows = list(csv.reader(io.StringIO(text), delimiter=separator))
    head = rows[0] if rows and not any(_is_time(cell) for cell in rows[0]) else None
    body = [row for row in (rows[1:] if head else rows) if any(cell.strip() for cell in row)]
    columns = _columns(head or [], body, name)
    is_effects = is_effects or bool(head and _EFFECT.search(" ".join(head)))
    items: list[Item] = []
    placed: list[tuple[int, int, list[str]]] = []
    clocks = {place: _Clock(carrier, [row[place] for row in body if place < len(row)]) for place in _times(columns)}
    for number, row in enumerate(body, 1):
        where = [place for place in _times(columns) if place < len(row) and _is_time(row[place])]
        if columns.start not in where:
            placed.append((placed[-1][0] if placed else 0, number, row))
            continue
        start = clocks[columns.start].read(row[columns.start], f"{name}: row {number}")
        end = clocks[columns.end].read(row[columns.end], f"{name}: row {number}") if columns.end in where else start
        fate = _fate(carrier, start, end, columns, row, is_effects)
        kind = "effect" if is_effects else "note"
        words = " · ".join(cell.strip() for place, cell in enumerate(row) if place not in where and cell.strip())
        items.append(Item(name, kind, number, words[:200], start, end, fate))
        placed += [(low, number, _moved(row, columns, clocks, low, high, where)) for low, high in fate.spans]
    is_rising = all(a.start <= b.start for a, b in itertools.pairwise(items))
    ordered = sorted(placed, key=lambda each: each[:2]) if is_rising else placed
    return _written([*([head] if head else []), *(row for _, _, row in ordered)], separator, text), items


def carry_chapters(text: str, carrier: Carrier, name: str) -> tuple[str, list[Item]]:
    """Carry chapters as lines of a time and a name, as video pages read them.

    Raises
    ------
    DocumentError
        If no line begins with a time.
    """
    pattern = re.compile(r"^(\s*[(\[]?)((?:\d{1,2}:)?\d{1,2}:\d{2}(?:\.\d+)?)([)\]]?[ \t]+\S.*)$")
    lines = text.split("\n")
    found = [(number, match, from_clock(match[2])) for number, line in enumerate(lines)
             if (match := pattern.match(line))]  # fmt: skip
    if not found:
        raise DocumentError(f"{name}: chapters must begin with a time, got none")
    ends = [*(time for _, _, time in found[1:]), carrier.changes.old.duration]
    items, placed = [], []
    for count, ((number, match, time), end) in enumerate(zip(found, ends, strict=True), 1):
        fate = of_chapter(carrier.changes, time, max(end, time + 1))
        items.append(Item(name, "chapter", count, match[3].strip(" )]\t"), time, end, fate))
        placed += [(low, number, f"{match[1]}{_like(low, match[2])}{match[3]}") for low, _ in fate.spans]
    numbers = {number for number, _, _ in found}
    first = min(numbers)
    kept = [line for number, line in enumerate(lines) if number not in numbers]
    return "\n".join([*kept[:first], *(line for _, _, line in sorted(placed)), *kept[first:]]), items


class _Clock:
    """How the times of one column are counted: as time codes from the cut's first, or from nought; or as a clock."""

    def __init__(self, carrier: Carrier, cells: Sequence[str]) -> None:
        self._old, self._new = carrier.changes.old, carrier.changes.new
        times = [self._plain(cell, "") for cell in cells if _is_time(cell)]
        first = min(times, default=0)
        is_code = any(_CODE.fullmatch(cell.strip()) for cell in cells)
        origin = self._old.start if is_code else clock_of(str(self._old.first))
        self._is_from_start = first >= origin - self._old.half and origin > 0
        self._origins = (origin, self._new.start if is_code else clock_of(str(self._new.first)))

    def read(self, cell: str, where: str) -> int:
        """Return a time as flicks since the old cut's first picture."""
        return self._plain(cell, where) - (self._origins[0] if self._is_from_start else 0)

    def written(self, time: int, like: str) -> str:
        """Return a time of the new cut in the form of another."""
        if _CODE.fullmatch(like.strip()):
            if self._is_from_start:
                return _separated(self._new.label(time), like)
            return _separated(str(Timecode(self._new.picture(time), self._new.rate, self._new.is_drop_frame)), like)
        return _like(time + (self._origins[1] if self._is_from_start else 0), like)

    def _plain(self, cell: str, where: str) -> int:
        text = cell.strip()
        if not _CODE.fullmatch(text):
            return from_clock(text.replace(",", "."))
        try:
            return _code(text, self._old).flicks()
        except UseError as error:
            if not where:
                return 0
            raise DocumentError(f"{where}: {error.message}", remedy=error.remedy) from error


def _code(text: str, cut: Cut) -> Timecode:
    """Read a time code as its cut counts, whichever mark stands before the frames: spreadsheets know one."""
    head, frames = re.split(r"[:;](?=\d+$)", text)
    return Timecode.parse(f"{head.replace(';', ':').zfill(8)}{';' if cut.is_drop_frame else ':'}{frames}", cut.rate)


def _separated(label: str, like: str) -> str:
    """Return a label with the marks that its list uses: a list that writes drop frame with colons stays so."""
    return label.replace(";", ":") if ";" not in like else label


def _like(time: int, like: str) -> str:
    """Return media time in the form of another: with or without hours, so many places."""
    text = clock(time)
    places = len(like.replace(",", ".").rpartition(".")[2]) if re.search(r"[.,]", like) else 0
    text = text[: len(text) - 4] if not places else text[: len(text) - 3 + min(3, places)]
    if like.count(":") == 1 and text.startswith("0:"):
        text = text[2:]
        text = text.removeprefix("0") if re.match(r"\d:", like.strip()) else text
    elif re.match(r"\d\d:\d\d:", like.strip()):
        text = text.zfill(len(text) + 1) if text.index(":") == 1 else text
    return text.replace(".", ",") if "," in like else text


def _fate(carrier: Carrier, start: int, end: int, columns: _Columns, row: Sequence[str], is_effects: bool) -> Fate:
    if is_effects:
        rules = carrier.rules
        cell = row[columns.handle].strip() if columns.handle is not None and columns.handle < len(row) else ""
        if cell.isascii() and cell.isdigit():
            rules = type(rules)(rules.shortest, rules.bridge, int(cell))
        return of_effect(carrier.changes, start, end, rules)
    if columns.end is None or end <= start:
        return of_moment(carrier.changes, start)
    return of_span(carrier.changes, start, end, "picture", carrier.rules)


def _moved(
    row: Sequence[str], columns: _Columns, clocks: dict[int, _Clock], low: int, high: int, where: Sequence[int]
) -> list[str]:
    """Return a row with its times anew; a length follows them."""
    made = list(row)
    made[columns.start] = clocks[columns.start].written(low, row[columns.start])
    if columns.end is not None and columns.end in where:
        made[columns.end] = clocks[columns.end].written(high, row[columns.end])
        for place in columns.lengths:
            if place < len(row) and _is_time(row[place]):
                made[place] = clocks[place].written(high - low, row[place]) if place in clocks else row[place]
    return made


def _columns(head: Sequence[str], body: Sequence[Sequence[str]], name: str) -> _Columns:
    """Find the columns of the cut's times."""
    width = max((len(row) for row in body), default=0)
    timed = [place for place in range(width) if _holds_times([row[place] for row in body if place < len(row)])]
    named = {place: head[place] if place < len(head) else "" for place in range(width)}
    lengths = tuple(place for place in timed if _LENGTH.search(named[place]))
    own = [place for place in timed if place not in lengths and not _SOURCE.search(named[place])]
    if not own:
        raise DocumentError(
            f"{name}: a list must have a column of time codes of the cut, got {', '.join(head)[:80] or 'none'}",
            remedy="Name it Record In, In or Start",
        )
    records = [place for place in own if re.search(r"rec|timeline|cut|edit", named[place], re.IGNORECASE)]
    own = records or own
    ends = [place for place in own if _END.search(named[place])]
    starts = [place for place in own if place not in ends]
    start = starts[0] if starts else own[0]
    end = next((place for place in ends if place != start), None)
    if end is None and not head and len(own) > 1:
        end = own[1]
    if end is None and len(starts) == 2 and _never_before(body, starts):
        end = starts[1]
    handle = next((place for place, text in named.items() if _HANDLE.search(text)), None)
    return _Columns(start, end, lengths, handle)


def _never_before(body: Sequence[Sequence[str]], places: Sequence[int]) -> bool:
    one, other = places
    return all(row[one].strip() <= row[other].strip() for row in body if max(places) < len(row))


def _times(columns: _Columns) -> list[int]:
    return [columns.start, *([columns.end] if columns.end is not None else []), *columns.lengths]


def _holds_times(cells: Sequence[str]) -> bool:
    filled = [cell for cell in cells if cell.strip()]
    return bool(filled) and sum(map(_is_time, filled)) >= _MOSTLY * len(filled)


def _is_time(cell: str) -> bool:
    text = cell.strip()
    return bool(_CODE.fullmatch(text) or _CLOCK.fullmatch(text))


def _separator(text: str) -> str:
    lines = [line for line in text.split("\n")[:20] if line.strip()]
    counts = {mark: min((line.count(mark) for line in lines), default=0) for mark in ("\t", ";", ",", "|")}
    if "\t" in text and counts["\t"]:
        return "\t"
    first = lines[0] if lines else ""
    # A drop-frame code has a semicolon of its own.
    return max(",;|", key=lambda mark: re.sub(_CODE, "", first).count(mark))


def _written(rows: Sequence[Sequence[str]], separator: str, like: str) -> str:
    out = io.StringIO()
    first = like.lstrip("\ufeff").split("\n", 1)[0]
    is_quoted = first.startswith('"') and first.rstrip().endswith('"')
    writer = csv.writer(out, delimiter=separator, lineterminator="\n",
                        quoting=csv.QUOTE_ALL if is_quoted else csv.QUOTE_MINIMAL)  # fmt: skip
    writer.writerows(rows)
    return out.getvalue()
