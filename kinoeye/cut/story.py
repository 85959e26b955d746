"""Story: what of a screenplay a trailer should show, and when it is seen in a film.

The turning points (kinoeye.signals.turns), the first time that two of the main characters speak to each other, and the
question of the story: the longest that a main character asks in the first half. When a line is seen is told by
the words that are heard; of what is not heard, between what is.

Source: as kinoeye.signals.turns; Kernan, "Coming Attractions: Reading American Movie Trailers", 2004 (a trailer
presents the characters and asks the question, and does not answer it).
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import pyarrow as pa

from kinoeye.cut.rows import Row
from kinoeye.export.drafts import current_rows
from kinoeye.models.feelings import feeling
from kinoeye.signals.passes import passes
from kinoeye.signals.spoken import plain
from kinoeye.signals.tongues import worded
from kinoeye.signals.turns import turns

MEETING, QUESTION = "first meeting", "the question"
SPOILERS = frozenset({"major setback", "climax"})

_ASKED = frozenset("?？")
_MAIN = 3  # characters who say the most
_KINDS = frozenset({"action", "dialogue"})
_PRIOR = 3.0  # words that feel nothing, so that one strong word is no strong line
_LEAST_KEPT = 0.6  # of a line's words must be heard, or it is not seen there
_LEAST_PLACED = 0.2  # of the dialogue must be heard in a film, or it is another


@dataclass(frozen=True)
class Beat:
    """Something that a trailer should show.

    Parameters
    ----------
    name : str
        A turning point, `MEETING` or `QUESTION`.
    line : row of `lines`
        What is seen or said.
    place : 0..1
        Where in the text it is.
    start, end : int, flicks, or None
        When its line is said; None where it is not heard.
    time : int, flicks
        About when it is seen.
    """

    name: str
    line: Row
    place: float
    start: int | None
    end: int | None
    time: int

    @property
    def why(self) -> str:
        """The reason in words."""
        who = f"{self.line['who']}: " if self.line["who"] else ""
        return f"{self.name}: {who}{self.line['text']}"[:120]


def beats(lines: Sequence[Row]) -> list[tuple[str, int]]:
    """Return what of a screenplay a trailer should show: a name and the place among its lines, in order.

    Parameters
    ----------
    lines : rows of `lines` of one screenplay
    """
    told = [n for n, line in enumerate(lines) if line["kind"] in _KINDS]
    sizes = [len(lines[n]["text"].split()) or len(lines[n]["text"]) for n in told]
    found = [(turn.name, told[turn.number]) for turn in turns(sizes, [_felt(lines[n]["text"]) for n in told])]
    said = [n for n in told if lines[n]["kind"] == "dialogue"]
    main = {name for name, _ in Counter(lines[n]["who"] for n in said).most_common(_MAIN)}
    meeting = [
        other
        for one, other in pairwise(said)
        if lines[one]["scene"] == lines[other]["scene"]
        and lines[one]["who"] != lines[other]["who"]
        and {lines[one]["who"], lines[other]["who"]} <= main
    ]
    half = next((n for n in told if sum(sizes[: told.index(n)]) * 2 >= sum(sizes)), 0)
    asked = [n for n in said if n <= half and lines[n]["who"] in main and _ASKED & set(lines[n]["text"])]
    found += [(MEETING, meeting[0])] if meeting else []
    found += [(QUESTION, max(asked, key=lambda n: len(lines[n]["text"])))] if asked else []
    return sorted(found, key=lambda each: each[1])


def seen(lines: Sequence[Row], words: Sequence[Row], film: Row) -> list[Beat]:
    """Return when a film shows what a trailer should show; nothing if it is no film of this screenplay.

    Parameters
    ----------
    lines : rows of `lines` of one screenplay
    words : rows of `words` of the film
    film : row of `assets`
    """
    heard = _heard(lines, words)
    spoken = sum(line["kind"] == "dialogue" for line in lines)
    if not spoken or len(heard) < _LEAST_PLACED * spoken:
        return []
    sizes = np.array([len(line["text"].split()) or 1 for line in lines], np.float64)
    places = (np.cumsum(sizes) - sizes / 2) / sizes.sum()
    known = sorted((places[n], start) for n, (start, _) in heard.items())
    times = np.maximum.accumulate([film["start"] or 0, *(time for _, time in known), film["end"]])
    at = np.interp(places, [0.0, *(place for place, _ in known), 1.0], times)
    found = []
    for name, n in beats(lines):
        start, end = heard.get(n, (None, None))
        found.append(Beat(name, lines[n], float(places[n]), start, end, int(at[n]) if start is None else start))
    return found


def _heard(lines: Sequence[Row], words: Sequence[Row]) -> dict[int, tuple[int, int]]:
    """Return from when to when each line is said, of those that are heard."""
    if not words:
        return {}
    language = Counter(each["language"] or "en" for each in words).most_common(1)[0][0]
    said = [n for n, line in enumerate(lines) if line["kind"] == "dialogue"]
    script = [_worded(lines[n]["text"], language) for n in said]
    found: dict[int, tuple[float, int, int]] = {}
    for each in passes(script, [row["text"] for row in words], [row["score"] for row in words], {}):
        kept = len(each.pairs) / max(1, len(script[each.line]))
        n = said[each.line]
        if kept >= _LEAST_KEPT and kept > found.get(n, (0.0, 0, 0))[0]:
            found[n] = kept, words[each.first]["start"], words[each.end - 1]["end"]
    return {n: (start, end) for n, (_, start, end) in found.items()}


def _worded(text: str, language: str) -> list[str]:
    return plain(text) if language == "en" else [each.word for each in worded(text, language)]


def _felt(text: str) -> float:
    told = feeling(text)
    return told.valence / (told.words + _PRIOR)


def screenplay_of(tables: Mapping[str, pa.Table], words: Sequence[Row]) -> list[Row]:
    """Return the lines of the screenplay of which most is heard in a film; nothing where there is none."""
    scripts: dict[str, list[Row]] = {}
    for row in current_rows(tables, "lines"):
        scripts.setdefault(row["asset"], []).append(row)
    return max(scripts.values(), key=lambda rows: len(_heard(rows, words)), default=[])
