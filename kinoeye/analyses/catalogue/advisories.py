"""Advisories: where a film has what a parent or a rating board would ask of, by what is said, shown as text and heard.

Of subtitles and screenplays each cue or paragraph is read, of a film what is heard, and what stands on the screen. What
pictures alone show is not seen. Screams and blasts count as far as `sounds` was right of recordings it had not learnt
from (bench/README.md). A row is a place to look at, not a rating: that is for people to give.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.advisories import KINDS, MODELS, Advice, advise
from kinoeye.streams import Text
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

ADVISORIES = Table(
    "advisories",
    "One row a place that a parent or a rating board would ask of, in running order.",
    (
        ("start", flicks(), "where the words, the cue or the sound begins; null in a text without times"),
        ("end", flicks(), "one past where it ends"),
        ("kind", pa.string(), f"{', '.join(KINDS)}"),
        ("level", pa.string(), "of the words, not of the film: mild, moderate or strong"),
        ("words", pa.string(), "what is said or shown; of a sound its kind"),
        ("source", pa.string(), "table that it stands in: words, paragraphs, texts or sounds"),
        ("paragraph", Typed(pa.int32(), "from 0"), "its number in `paragraphs`; null in no text"),
        ("score", score(), "how likely it is meant so, and of what is heard that it is heard right"),
    ),
)

# Kind, level, and how often a sound told so was one, in recordings not learnt from.
_SOUNDS = {"scream": ("threat", "moderate", 0.64), "blast": ("violence", "moderate", 0.65)}
_NOT_SAID = frozenset({"records", "timeline"})
_SHOWN = frozenset({"sign", "title", "subtitle", "other"})
_PAUSE = FLICKS_PER_SECOND  # between words of two sentences


@analysis(ADVISORIES, version=1, models=MODELS)
def advisories(
    text: Text | None = None,
    paragraphs: pa.Table | None = None,
    words: pa.Table | None = None,
    texts: pa.Table | None = None,
    sounds: pa.Table | None = None,
    *,
    least: float = 0.5,
) -> pa.Table:
    """Find what a parent or a rating board would ask of.

    Parameters
    ----------
    text : what stands in a text file
        Only its kind is asked: records and timelines say nothing.
    paragraphs, words, texts, sounds : tables
    least : 0..1
        Least score of a row.

    Raises
    ------
    SettingError
        If `least` is outside its range.
    """
    if not 0 <= least <= 1:
        raise SettingError(f"advisories: least must lie in 0..1, got {least}")
    rows: list[dict[str, Any]] = []
    if paragraphs is not None and (text is None or text.kind not in _NOT_SAID):
        rows += _read(paragraphs.to_pylist())
    if words is not None:
        rows += _heard(words.to_pylist())
    if texts is not None:
        rows += _shown([row for row in texts.to_pylist() if row["kind"] in _SHOWN])
    if sounds is not None:
        rows += _sounded(sounds.to_pylist())
    kept = [row for row in rows if row["score"] >= least]
    kept.sort(key=lambda row: (row["start"] if row["start"] is not None else -1, row["paragraph"] or 0, row["kind"]))
    return ADVISORIES.from_rows(kept)


def _read(paragraphs: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in paragraphs:
        for each in advise(row["text"], least=0):
            yield _row(each, row["start"], row["end"], "paragraphs", each.score, row["paragraph"])


def _shown(texts: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in texts:
        for each in advise(row["text"], least=0):
            yield _row(each, row["start"], row["end"], "texts", each.score * row["score"])


def _heard(words: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Read what is heard, sentence by sentence, and say when each phrase is said."""
    for run in _runs(words):
        said, places = "", []
        for word in run:
            shown = word["written"] if word["is_in_text"] else word["text"]
            if not shown:  # it goes on the word before
                continue
            said += " " * bool(said and word["language"] != "zh")
            places.append((len(said), word))
            said += shown
        for each in advise(said, least=0):
            those = [word for at, word in places if at < each.end and at + len(_of(word)) > each.start]
            sure = min(word["score"] for word in those)
            yield _row(each, those[0]["start"], those[-1]["end"], "words", each.score * sure, those[0]["paragraph"])


def _of(word: dict[str, Any]) -> str:
    return str(word["written"] if word["is_in_text"] else word["text"])


def _runs(words: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    run: list[dict[str, Any]] = []
    for word in words:
        if run and (word["stretch"] != run[-1]["stretch"] or word["start"] - run[-1]["end"] > _PAUSE):
            yield run
            run = []
        run.append(word)
    if run:
        yield run


def _sounded(sounds: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for row in sounds:
        if row["kind"] in _SOUNDS:
            kind, level, right = _SOUNDS[row["kind"]]
            yield _row(Advice(kind, level, row["kind"], 0, 0, right), row["start"], row["end"], "sounds", right)


def _row(
    each: Advice, start: int | None, end: int | None, source: str, sure: float, paragraph: int | None = None
) -> dict[str, Any]:
    return {
        "start": start, "end": end, "kind": each.kind, "level": each.level, "words": each.words, "source": source,
        "paragraph": paragraph, "score": round(sure, 4),
    }  # fmt: skip
