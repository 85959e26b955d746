"""Tight: of a line that somebody begins, breaks off and begins again, only the time at which it is said whole.

Laid over the screenplay, "we are, sorry, again, we are on a roof" is one line with other words in it. What lasts much
longer than its words take is looked at once more: the shortest part in which most of its words are heard is the line.
"""

from collections.abc import Mapping, Sequence

from kinoeye.cut.rows import Row
from kinoeye.cut.unheard import seconds_of
from kinoeye.signals.spoken import plain
from kinoeye.signals.tongues import worded
from kinoeye.timecode import FLICKS_PER_SECOND

_LONG = 1.6  # times what its words take


def tightened(row: Row, line: Row, words: Mapping[str, Sequence[Row]]) -> Row:
    """Return a row of `coverage` as it is, or its tight part.

    Parameters
    ----------
    row : row of `coverage`
    line : row of `lines`
    words : mapping of an asset to its rows of `words`
    """
    if row["end"] - row["start"] <= _LONG * seconds_of(line["text"]) * FLICKS_PER_SECOND:
        return row
    heard = [
        each for each in words.get(row["asset"], ()) if row["start"] <= each["start"] and each["end"] <= row["end"]
    ]
    language = next((each["language"] for each in heard if each["language"]), "en")
    written = plain(line["text"]) if language == "en" else [each.word for each in worded(line["text"], language)]
    parts = [part for first in range(len(heard)) if (part := _part(written, heard, first))]
    if not parts:
        return row
    count, _, first, last = max(parts)
    is_whole = count == len(written) == last - first + 1
    return row | {
        "start": heard[first]["start"], "end": heard[last]["end"], "kept": count / len(written),
        "status": "covered" if is_whole else row["status"],
    }  # fmt: skip


def _part(written: Sequence[str], heard: Sequence[Row], first: int) -> tuple[int, int, int, int] | None:
    """Return how many words are heard in order from one on, how long that takes (below 0), the first and the last."""
    at, last, count = first, first, 0
    for word in written:
        place = next((n for n in range(at, len(heard)) if heard[n]["text"] == word), None)
        if place is not None:
            if not count and place != first:
                return None
            at, last, count = place + 1, place, count + 1
    return (count, heard[first]["start"] - heard[last]["end"], first, last) if count else None
