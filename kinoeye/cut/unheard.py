"""Unheard: lines that are said though nobody heard their words, told by what is said around them.

Short lines and strange voices are missed by recognition. Where the lines around one are said in their order, and about
as long is spoken between them as it takes to say it, it is taken to be said there; so is a line before the first one
that was heard in a take, and behind the last. It is a guess, and marked as one.

Source: 165 words a minute as the middle of actors' rates (Tauroza & Allison, "Speech rates in British English", Applied
Linguistics 11(1), 1990).
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from kinoeye.cut.rows import Row, Rows
from kinoeye.timecode import FLICKS_PER_SECOND

STATUS = "unheard"

Span = tuple[int, int]

_SECONDS_A_WORD, _SECONDS_AT_ALL = 0.33, 0.15
_LEAST, _MOST_TIMES = 0.5, 1.9  # of the time that a line takes
_MOST = 2  # lines in a row that are guessed
_PAUSE = FLICKS_PER_SECOND // 4  # parts one line from the next
_LEAST_SECONDS = 0.2
_SURE, _OUTSIDE = 0.6, 0.4  # how much of it is taken to be as written: between two lines, and beside one


def unheard(
    coverage: Sequence[Row], lines: Sequence[Row], takes: Sequence[Row], words: Rows, speech: Rows
) -> list[Row]:
    """Return rows as those of `coverage` for lines that are said between others, unheard.

    Parameters
    ----------
    coverage, takes : rows of these tables
    lines : rows of `lines`
        What is spoken, in order.
    words, speech : mapping of an asset to its rows of these tables
        Where other words were heard the line is there, else where somebody speaks.
    """
    order = {line["line"]: place for place, line in enumerate(lines)}
    told: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in coverage:
        if row["line"] in order and row["said"]:
            told[row["asset"], row["take_order"]].append(row)
    found = []
    for take in takes:
        rows = sorted(told.get((take["asset"], take["take_order"]), ()), key=lambda row: row["start"])
        rows = [row for row in rows if take.get("scene") in (None, row["scene"])]  # a board is surer than a guess
        for gap in _gaps(rows, order, take) if rows else ():
            parts = _parts(words.get(take["asset"], ()), gap) or _parts(speech.get(take["asset"], ()), gap)
            for place, (start, end) in _told(gap, parts, lines):
                found.append(gap.beside | {
                    "line": lines[place]["line"], "start": start, "end": end, "status": STATUS, "kept": gap.kept,
                    "said": "", "changes": [], "score": 0.3,
                })  # fmt: skip
    return found


def seconds_of(text: str) -> float:
    """Return about how long a text takes to be said."""
    return _SECONDS_AT_ALL + _SECONDS_A_WORD * len(text.split())


@dataclass(frozen=True)
class _Gap:
    """Where lines may be said: their places, from when to when, a row beside them, and how sure it is."""

    places: range
    start: int
    end: int
    beside: Row
    kept: float


def _gaps(rows: Sequence[Row], order: Mapping[str, int], take: Row) -> Iterator[_Gap]:
    first, last = rows[0], rows[-1]
    place = order[first["line"]]
    yield _Gap(range(place - 1, place), take["action_start"], first["start"], first, _OUTSIDE)
    for before, after in pairwise(rows):
        one, other = order[before["line"]], order[after["line"]]
        if 1 < other - one <= 1 + _MOST:
            yield _Gap(range(one + 1, other), before["end"], after["start"], before, _SURE)
        elif other != one + 1:
            yield _Gap(range(one + 1, one + 2), before["end"], after["start"], before, _OUTSIDE)
    place = order[last["line"]]
    yield _Gap(range(place + 1, place + 2), last["end"], take["end"], last, _OUTSIDE)


def _parts(heard: Sequence[Row], gap: _Gap) -> list[Span]:
    """Return what is heard in a gap, parted at its pauses."""
    parts: list[Span] = []
    for row in heard:
        start, end = max(row["start"], gap.start), min(row["end"], gap.end)
        if end <= start:
            continue
        if parts and start - parts[-1][1] < _PAUSE:
            parts[-1] = parts[-1][0], max(end, parts[-1][1])
        else:
            parts.append((start, end))
    return [(start, end) for start, end in parts if end - start >= _LEAST_SECONDS * FLICKS_PER_SECOND]


def _told(gap: _Gap, parts: Sequence[Span], lines: Sequence[Row]) -> list[tuple[int, Span]]:
    """Return which lines of a gap are said in which of its parts: all of them, or none."""
    places = [place for place in gap.places if 0 <= place < len(lines) and lines[place]["scene"] == gap.beside["scene"]]
    if not parts or not places:
        return []
    if len(places) == 1:
        whole = (parts[0][0], parts[-1][1])
        fitting = [part for part in ([whole] if _fits(lines[places[0]]["text"], whole) else parts)
                   if _fits(lines[places[0]]["text"], part)]  # fmt: skip
        return [(places[0], fitting[0])] if len(fitting) == 1 else []
    if len(parts) != len(places):
        return []
    fits = all(_fits(lines[place]["text"], part) for place, part in zip(places, parts, strict=True))
    return list(zip(places, parts, strict=True)) if fits else []


def _fits(text: str, part: Span) -> bool:
    """Say whether a text takes about as long as what is heard."""
    seconds = (part[1] - part[0]) / FLICKS_PER_SECOND
    return _LEAST * seconds_of(text) <= seconds <= _MOST_TIMES * seconds_of(text) + _LEAST_SECONDS
