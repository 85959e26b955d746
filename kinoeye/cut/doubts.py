"""Doubts: how likely other words were said than are written, by what else was heard of the same line.

A recogniser that expects the screenplay hears it where something like it is said, only less surely; and some words it
never hears. So each word of a line is held against the time at which it was heard best: what is less sure there than
it can be was probably mumbled, or another word.
"""

from collections.abc import Mapping, Sequence

from kinoeye.cut.partners import Partner
from kinoeye.cut.rows import Row
from kinoeye.signals.spoken import plain
from kinoeye.signals.tongues import worded
from kinoeye.timecode import FLICKS_PER_SECOND

_SLACK = FLICKS_PER_SECOND // 10  # by which a word may lie outside of its line


def doubts(rows: Sequence[Row], line: Row, words: Mapping[str, Sequence[Row]], known: Mapping[str, Partner]) -> list[
    float
]:  # fmt: skip
    """Return for each time through a line how much less surely it is heard than it can be, 0..1.

    Parameters
    ----------
    rows : rows of `coverage` of one line
    line : row of `lines`
    words : mapping of an asset to its rows of `words`
    known : mapping of a picture's asset to its partner, which heard the same
    """
    every = [_sure(row, line, words, known) for row in rows]
    best = [max(each) for each in zip(*every, strict=True)]
    found = []
    for sure in every:
        less = [most - here for most, here in zip(best, sure, strict=True)]
        found.append((max(less) + sum(less) / len(less)) / 2 if less else 0.0)
    return found


def _sure(row: Row, line: Row, words: Mapping[str, Sequence[Row]], known: Mapping[str, Partner]) -> list[float]:
    """Return how surely each word of a line is heard, the mean of the recordings that heard it."""
    spans = [(row["asset"], row["start"], row["end"])]
    if partner := known.get(row["asset"]):
        spans.append((partner.asset, partner.heard(row["start"]), partner.heard(row["end"])))
    heard = [_heard(words.get(asset, ()), start - _SLACK, end + _SLACK) for asset, start, end in spans]
    language = next((each["language"] for part in heard for each in part if each["language"]), "en")
    written = plain(line["text"]) if language == "en" else [each.word for each in worded(line["text"], language)]
    told = [_laid(written, part) for part in heard if part]
    return [sum(each) / len(told) for each in zip(*told, strict=True)] if told else [0.0] * len(written)


def _heard(words: Sequence[Row], start: int, end: int) -> list[Row]:
    return [each for each in words if each["start"] >= start and each["end"] <= end]


def _laid(written: Sequence[str], heard: Sequence[Row]) -> list[float]:
    """Return how sure each word is, in order; 0 where it was not heard."""
    found, at = [], 0
    for word in written:
        place = next((n for n in range(at, len(heard)) if heard[n]["text"] == word), None)
        found.append(0.0 if place is None else float(heard[place]["score"]))
        at = at if place is None else place + 1
    return found
