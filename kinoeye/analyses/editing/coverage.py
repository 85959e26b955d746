"""Coverage: which line of the screenplay each take has, whole or changed, on camera or off, and how large.

The words of a take are laid over the screenplay (kinoeye.signals.passes): a line that is said twice is there twice, a
line that is jumped is missing, and what nobody wrote covers nothing. Paragraphs of action have no words: what stands
between two lines that a take goes through is in the take too, and where is only near.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.tongues import sounds
from kinoeye.signals.drafts import current
from kinoeye.signals.passes import Pass, passes
from kinoeye.signals.spoken import plain
from kinoeye.signals.tongues import worded
from kinoeye.tables import Table, Typed, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

_CHANGE = pa.struct([("was", pa.string()), ("said", pa.string())])
_SHARE = Typed(pa.float32(), "0..1")

COVERAGE = Table(
    "coverage",
    "One row each time that a take goes through a line of the screenplay, in running order.",
    (
        ("asset", pa.string(), "the recording"),
        ("take_order", pa.int32(), "the take's place in the recording, as in `takes`"),
        ("run", pa.int32(), "which time through: a take that begins again begins another run"),
        ("script", pa.string(), "the screenplay's asset"),
        ("scene", pa.string(), "the scene's name in `scenes`"),
        ("line", pa.string(), "the line's name in `lines`"),
        ("start", flicks(), "where its first word begins; of action, where the line before it ends"),
        ("end", flicks(), "one past where its last word ends; of action, where the line after it begins"),
        (
            "status",
            pa.string(),
            "covered: said as written; changed: with other words; partial: not to its end; passed: action between "
            "lines that are said; missing: a line that was jumped between lines that are said",
        ),
        ("kept", _SHARE, "how much of the line is said as written; null of action"),
        ("said", pa.string(), "what is said, as heard"),
        ("changes", pa.list_(_CHANGE), "what was written and what is said in its place"),
        ("is_on_camera", pa.bool_(), "whether who says it is seen to; null where that is not known"),
        ("scale", pa.string(), "the shot's size as in `framing`; empty without a picture"),
        ("score", score(), "how sure it is that this line is said here"),
    ),
)

_LEAST = 0.35  # of a line must be said as written, or it is another
_WHOLE = 0.999
_PAUSE = FLICKS_PER_SECOND // 3  # longer, and what follows is no longer in the place of a line's words
_END = 2  # words at a line's end that make it partial if they are missing
_LEAST_WORDS = 1.6  # likeness, in words, that a line needs that stands alone


@dataclass(frozen=True)
class _Line:
    """A line of the screenplay."""

    order: int
    row: Mapping[str, Any]
    words: tuple[str, ...]


@analysis(COVERAGE, version=3, scope="production")
def coverage(
    lines: pa.Table,
    takes: pa.Table,
    words: pa.Table,
    shots: pa.Table,
    framing: pa.Table,
    lips: pa.Table,
    face_tracks: pa.Table,
    drafts: pa.Table,
    *,
    least: float = 0.35,
) -> pa.Table:
    """Say which take covers which line.

    Parameters
    ----------
    lines, takes, words, shots, framing, lips, face_tracks, drafts : tables of all assets
        Of a screenplay's drafts only the one that counts is laid over what is said.
    least : 0..1
        How much of a line must be said as written; half of that where the lines around it are said.

    Raises
    ------
    SettingError
        If `least` is outside its range.
    """
    if not 0 <= least <= 1:
        raise SettingError(f"coverage: least must lie in 0..1, got {least}")
    scripts = _by(current(lines.to_pylist(), drafts.to_pylist()), "asset")
    heard = _by(words.to_pylist(), "asset")
    seen = _Seen(*(_by(table.to_pylist(), "asset") for table in (shots, framing, lips, face_tracks)))
    rows: list[dict[str, Any]] = []
    for language, shot in _spoken(takes.to_pylist(), heard).items():
        told = [_lines(members, language) for members in scripts.values()]
        alone = _alone(told, [said for _, said in shot], language)
        for take, said in shot:
            tries = [(script, _found(script, take["scene"], said, alone, least)) for script in told]
            script, found = max(tries, key=lambda each: sum(line.score for line in each[1]), default=([], []))
            rows += _rows(take, found, script, said, seen)
    return COVERAGE.from_rows(sorted(rows, key=lambda row: (row["asset"], row["take_order"])))


def _by(rows: Sequence[dict[str, Any]], name: str) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def _lines(rows: Sequence[Mapping[str, Any]], language: str) -> list[_Line]:
    """Return the lines of a screenplay with the words that are said; action has none."""
    return [_Line(order, row, tuple(_words(row, language))) for order, row in enumerate(rows)]


def _words(row: Mapping[str, Any], language: str) -> list[str]:
    if row["kind"] != "dialogue":
        return []
    return plain(row["text"]) if language == "en" else [each.word for each in worded(row["text"], language)]


def _spoken(
    takes: Sequence[dict[str, Any]], heard: Mapping[str, Sequence[dict[str, Any]]]
) -> dict[str, list[tuple[dict[str, Any], list[dict[str, Any]]]]]:
    """Return the takes in which something is said, with their words, by the language of most of them."""
    found = defaultdict(list)
    for take in takes:
        said = [each for each in heard.get(take["asset"], []) if take["start"] <= each["start"] < take["end"]]
        if said:
            language = Counter(each["language"] or "en" for each in said).most_common(1)[0][0]
            found[language].append((take, said))
    return found


def _alone(
    scripts: Sequence[Sequence[_Line]], heard: Sequence[Sequence[Mapping[str, Any]]], language: str
) -> dict[str, Sequence[str]]:
    """Return how every word sounds by itself."""
    known = {word for script in scripts for line in script for word in line.words}
    known |= {each["text"] for said in heard for each in said}
    return {word: readings[0] for word, readings in sounds([[word] for word in sorted(known)], language).items()}


def _found(
    lines: Sequence[_Line],
    scene: str | None,
    said: Sequence[Mapping[str, Any]],
    alone: Mapping[str, Sequence[str]],
    least: float,
) -> list[Pass]:
    """Return the lines that a take says, their places among all lines; those of the scene on its board rather."""
    spoken = [line for line in lines if line.words]
    heard = [each["text"] for each in said]
    is_slated = [scene is not None and line.row["scene"] == scene for line in spoken]
    pauses = [1.0, *((after["start"] - each["end"]) / FLICKS_PER_SECOND for each, after in pairwise(said))]
    found = passes([line.words for line in spoken], heard, [each["score"] for each in said], alone, pauses, is_slated)
    placed = _widened([replace(each, line=spoken[each.line].order) for each in found], lines, said)
    counts = Counter(each.run for each in placed)
    return [
        each
        for each in placed
        if _kept(each, lines[each.line], heard) >= (least / 2 if counts[each.run] > 1 else least)
        and (
            counts[each.run] > 1 or each.score >= _LEAST_WORDS * (0.5 if lines[each.line].row["scene"] == scene else 1)
        )
    ]


def _widened(found: Sequence[Pass], lines: Sequence[_Line], said: Sequence[Mapping[str, Any]]) -> list[Pass]:
    """Give lines the words that are said, without a pause, in the place of their first and last ones."""
    wide: list[Pass] = []
    for number, each in enumerate(found):
        low = wide[-1].end if wide else 0
        high = found[number + 1].first if number + 1 < len(found) else len(said)
        missing = len(lines[each.line].words) - 1 - each.pairs[-1][0]
        first, end = each.first, each.end
        while first > low and each.first - first < each.pairs[0][0] and _is_close(said, first - 1):
            first -= 1
        while end < high and end - each.end < missing and _is_close(said, end - 1):
            end += 1
        wide.append(replace(each, first=first, end=end))
    return wide


def _is_close(said: Sequence[Mapping[str, Any]], place: int) -> bool:
    """Say whether a word is said at once after the one before."""
    return bool(said[place + 1]["start"] - said[place]["end"] < _PAUSE)


def _kept(each: Pass, line: _Line, heard: Sequence[str]) -> float:
    """Return how much of a line is said as written."""
    return sum(line.words[place] == heard[word] for place, word in each.pairs) / len(line.words)


@dataclass(frozen=True)
class _Seen:
    """What is seen in each recording."""

    shots: Mapping[str, Sequence[Mapping[str, Any]]]
    framing: Mapping[str, Sequence[Mapping[str, Any]]]
    lips: Mapping[str, Sequence[Mapping[str, Any]]]
    faces: Mapping[str, Sequence[Mapping[str, Any]]]

    def scale(self, asset: str, start: int, end: int) -> str:
        """Return the size of the shot that is seen longest meanwhile."""
        best = max(self.framing.get(asset, ()), key=lambda row: _overlap(row, start, end), default=None)
        return str(best["scale"]) if best is not None and _overlap(best, start, end) > 0 else ""

    def is_on_camera(self, asset: str, start: int, end: int) -> bool | None:
        """Say whether lips move with what is said; without a face in the picture they do not."""
        if not self.shots.get(asset):
            return None
        evidence = [row["evidence"] for row in self.lips.get(asset, ()) if 2 * _overlap(row, start, end) > end - start]
        if evidence:
            return bool(max(evidence) > 0)
        is_face = any(_overlap(row, start, end) > 0 for row in self.faces.get(asset, ()))
        return None if is_face else False


def _overlap(row: Mapping[str, Any], start: int, end: int) -> int:
    return int(min(row["end"], end) - max(row["start"], start))


def _rows(
    take: Mapping[str, Any],
    found: Sequence[Pass],
    lines: Sequence[_Line],
    said: Sequence[Mapping[str, Any]],
    seen: _Seen,
) -> Iterator[dict[str, Any]]:
    """Return the rows of a take, with what lies between the lines that are said."""
    runs = {run: number for number, run in enumerate(dict.fromkeys(each.run for each in found))}
    for number, each in enumerate(found):
        line = lines[each.line]
        start, end = said[each.first]["start"], said[each.end - 1]["end"]
        row = _row(take, runs[each.run], line, start, end) | _said(each, line, said)
        row["is_on_camera"] = seen.is_on_camera(take["asset"], start, end)
        row["scale"] = seen.scale(take["asset"], start, end)
        yield row
        after = found[number + 1] if number + 1 < len(found) else None
        if after is not None and after.run == each.run:
            yield from _between(
                take, runs[each.run], lines[each.line + 1 : after.line], end, said[after.first]["start"], seen
            )


def _between(
    take: Mapping[str, Any], run: int, lines: Sequence[_Line], start: int, end: int, seen: _Seen
) -> Iterator[dict[str, Any]]:
    """Return action that is passed, and lines that are jumped."""
    for line in lines:
        status = "missing" if line.words else "passed"
        if line.row["kind"] != "heading":
            yield _row(take, run, line, start, max(start, end)) | {
                "status": status, "kept": 0.0 if line.words else None, "said": "", "changes": [], "is_on_camera": None,
                "scale": seen.scale(take["asset"], start, max(end, start + 1)), "score": 0.5,
            }  # fmt: skip


def _row(take: Mapping[str, Any], run: int, line: _Line, start: int, end: int) -> dict[str, Any]:
    return {
        "asset": take["asset"], "take_order": take["take_order"], "run": run, "script": line.row["asset"],
        "scene": line.row["scene"], "line": line.row["line"], "start": start, "end": end,
    }  # fmt: skip


def _said(each: Pass, line: _Line, said: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return how a line is said."""
    heard = [word["text"] for word in said]
    changes = _changes(each, line, heard)
    kept = _kept(each, line, heard)
    unsaid = len(line.words) - 1 - each.pairs[-1][0] - (each.end - 1 - each.pairs[-1][1])
    is_open = unsaid >= _END
    status = "partial" if is_open else "covered" if kept >= _WHOLE and not changes else "changed"
    sure = [said[word]["score"] for _, word in each.pairs]
    return {
        "status": status,
        "kept": kept,
        "said": " ".join(heard[each.first : each.end]),
        "changes": changes,
        "score": min(1.0, sum(sure) / len(sure) * min(1.0, 0.5 + each.score / len(line.words))),
    }


def _changes(each: Pass, line: _Line, heard: Sequence[str]) -> list[dict[str, str]]:
    """Return what was written and what is said in its place, between words that are the same."""
    same = [(place, word) for place, word in each.pairs if line.words[place] == heard[word]]
    edges = [(-1, each.first - 1), *same, (len(line.words), each.end)]
    changes = []
    for (place, word), (next_place, next_word) in pairwise(edges):
        was, now = line.words[place + 1 : next_place], heard[word + 1 : next_word]
        if was or now:
            changes.append({"was": " ".join(was), "said": " ".join(now)})
    return changes
