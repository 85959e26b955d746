"""Cut by words: what is written down, each phrase from where it is said best, as an edit by transcript.

A phrase is found as lines of a screenplay are (kinoeye.signals.passes): said with a word changed it is found all the
same, said twice the one that is heard more surely is taken.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.cut.laying import Laying, Stretch, rate_of
from kinoeye.errors import UseError
from kinoeye.export.timeline import Marker, Timeline
from kinoeye.signals.passes import passes
from kinoeye.signals.spoken import plain
from kinoeye.signals.tongues import worded
from kinoeye.timecode import from_seconds

_PHRASE = re.compile(r"\s*(?:\n|/|…|\.\.\.)\s*")
_LEAST = 0.5  # of a phrase's words must be said


@dataclass(frozen=True)
class Found:
    """A phrase, and where it is said; on the recording's own clock."""

    phrase: str
    asset: str
    start: int
    end: int
    said: str
    kept: float


@dataclass(frozen=True)
class WordsCut:
    """A cut, what was found, and the phrases that nobody says."""

    timeline: Timeline
    found: tuple[Found, ...]
    missing: tuple[str, ...]


def by_words(
    tables: Mapping[str, pa.Table],
    text: str,
    *,
    handle: float = 0.15,
    assets: Collection[str] | None = None,
    folder: Path | None = None,
    record_start: str = "01:00:00:00",
) -> WordsCut:
    """Put phrases together in the order in which they are written.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets` and `words`.
    text : str
        Phrases, parted by slashes, dots or lines.
    handle : 0..5, seconds
        Air around each, as far as nothing else is said there.
    assets : collection of str or None
        Only these.
    folder : Path or None
        In front of the paths that the timeline names.
    record_start : HH:MM:SS:FF

    Raises
    ------
    UseError
        If no phrase is said anywhere, there is none, or `handle` is outside its range.
    """
    if not 0 <= handle <= 5:
        raise UseError(f"cut: handle must lie in 0..5, got {handle}")
    phrases = [phrase for phrase in _PHRASE.split(text) if any(each.isalnum() for each in phrase)]
    if not phrases:
        raise UseError(
            "cut: the words must hold a phrase, got none", remedy="Part phrases by slashes: --words 'a b c / d e'"
        )
    heard: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in tables["words"].to_pylist():
        if assets is None or row["asset"] in assets:
            heard[row["asset"]].append(row)
    every = {row["asset"]: row for row in tables["assets"].to_pylist()}
    best = _best(phrases, heard)
    found = [each for each in best if each is not None]
    missing = tuple(phrase for phrase, each in zip(phrases, best, strict=True) if each is None)
    if not found:
        raise UseError(f"cut: at least one phrase must be said somewhere, got {phrases[0][:60]!r}",
                       remedy="See what is said with: kinoeye search DIR \"words\"")  # fmt: skip
    laying = Laying(every, rate_of([every[each.asset] for each in found]), folder)
    stretches = [_stretch(laying, each, heard[each.asset], from_seconds(handle)) for each in found]
    return WordsCut(laying.timeline("Cut by words", laying.tracks(stretches), record_start), tuple(found), missing)


def _best(phrases: Sequence[str], heard: Mapping[str, Sequence[Mapping[str, Any]]]) -> list[Found | None]:
    """Return where each phrase is said best; None where it is said nowhere."""
    best: list[tuple[float, Found] | None] = [None] * len(phrases)
    for asset, rows in heard.items():
        language = Counter(row["language"] or "en" for row in rows).most_common(1)[0][0]
        script = [_worded(phrase, language) for phrase in phrases]
        # Each by itself: as a screenplay, a phrase that is written twice would be looked for in order.
        for number, words in enumerate(script):
            for each in passes([words], [row["text"] for row in rows], [row["score"] for row in rows], {}):
                kept = sum(words[place] == rows[word]["text"] for place, word in each.pairs) / len(words)
                sure = sum(rows[word]["score"] for _, word in each.pairs) / len(words)
                if kept >= _LEAST and (best[number] is None or sure > best[number][0]):  # type: ignore[index]
                    said = " ".join(row["text"] for row in rows[each.first : each.end])
                    span = rows[each.first]["start"], rows[each.end - 1]["end"]
                    best[number] = sure, Found(phrases[number], asset, *span, said, kept)
    return [each[1] if each else None for each in best]


def _worded(text: str, language: str) -> list[str]:
    return plain(text) if language == "en" else [each.word for each in worded(text, language)]


def _stretch(laying: Laying, found: Found, rows: Sequence[Mapping[str, Any]], handle: int) -> Stretch:
    """Widen a phrase up to half the pause to what else is said, to whole pictures."""
    before = max((row["end"] for row in rows if row["end"] <= found.start), default=found.start - 2 * handle)
    after = min((row["start"] for row in rows if row["start"] >= found.end), default=found.end + 2 * handle)
    first = found.start - min(handle, (found.start - before) // 2)
    last = found.end + min(handle, (after - found.end) // 2)
    zero = laying.assets[found.asset]["start"] or 0
    marker = Marker(found.start - zero, found.phrase[:80], found.said, "green" if found.kept == 1 else "yellow")
    return Stretch(found.asset, *laying.snapped(found.asset, first, last), markers=(marker,))
