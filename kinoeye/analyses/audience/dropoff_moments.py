"""Drop-off moments: where in a film more viewers leave than its length would have them, and what was there.

A moment is a stretch in which leaving lies clearly above the film's own smooth curve. What is above it is shared out
over what playback did there and over the causes that were found; what is left belongs to nothing that is known. The
place is told as an editor and a writer know it: shot, scene, lines of the screenplay, words that are said.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.hazards import Exposed, Fit, fit
from kinoeye.signals.drafts import current
from kinoeye.signals.exposures import Exposure, exposures
from kinoeye.signals.passes import passes
from kinoeye.signals.spans import bridged, runs
from kinoeye.signals.spoken import plain
from kinoeye.signals.tongues import worded
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import FLICKS_PER_SECOND

Floats = npt.NDArray[np.float64]

_PART = pa.struct([("cause", pa.string()), ("who", pa.string()), ("share", pa.float64())])

DROPOFF_MOMENTS = Table("dropoff_moments", "One row a moment at which many leave, the one that costs most first.", (
    ("asset", pa.string(), "the film"),
    ("start", flicks(), "first second in which too many leave"),
    ("end", flicks(), "one past the last"),
    ("there", Typed(pa.float64(), "viewers"), "who were there at its start"),
    ("left", Typed(pa.float64(), "viewers"), "who left in it"),
    ("expected", Typed(pa.float64(), "viewers"), "who would have left by the film's smooth curve"),
    ("oftener", pa.float64(), "how much oftener than that: 0.2 is a fifth more"),
    ("low", pa.float64(), "with `high` the 95 % interval of `oftener`"),
    ("high", pa.float64(), "by chance and by how films have a will of their own"),
    ("cause", pa.string(), "what explains most of it: one of `dropoff_causes`, or playback; empty for nothing known"),
    ("who", pa.string(), "of person, sound and mood: which"),
    ("share", Typed(pa.float64(), "0..1"), "how much of it that explains"),
    ("parts", pa.list_(_PART), "all that explains a part of it, the largest first"),
    ("shot", pa.int32(), "the shot in which it begins"),
    ("scene", pa.string(), "the scene of the screenplay; null where none is known"),
    ("heading", pa.string(), "that scene's heading"),
    ("lines", pa.list_(pa.string()), "lines of the screenplay that are said in it or just before, by their names"),
    ("speaker", pa.string(), "who says the first of them"),
    ("said", pa.string(), "the words that are heard in it or just before"),
))  # fmt: skip

_WINDOW_S = 5
_BEFORE_S = 4  # what is said so long before a moment may be what it is about
_LEAST_KEPT = 0.35  # of a line, said as written


@dataclass(frozen=True)
class _Spoken:
    """A line of the screenplay where it is said, in flicks."""

    start: int
    end: int
    row: Mapping[str, Any]


@analysis(DROPOFF_MOMENTS, version=1, scope="production", purpose="statistics")
def dropoff_moments(
    leavings: pa.Table, content_seconds: pa.Table, dropoff_causes: pa.Table, words: pa.Table | None = None,
    lines: pa.Table | None = None, scenes: pa.Table | None = None, drafts: pa.Table | None = None, *,
    least_left: int = 50, most: int = 12, clear: float = 3.0, least: float = 0.15,
) -> pa.Table:  # fmt: skip
    """Find the moments at which many leave.

    Parameters
    ----------
    leavings, content_seconds, dropoff_causes, words, lines, scenes, drafts : tables of all assets
    least_left : int
        Viewers who left a film, for it to be looked at.
    most : int
        Moments of a film that are told.
    clear : float
        Standard deviations above the curve in which a moment begins.
    least : float
        How much oftener than by the curve viewers must leave.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value, low in (
        ("least_left", least_left, 1),
        ("most", most, 1),
        ("clear", clear, 0.5),
        ("least", least, 0),
    ):
        if not value >= low:
            raise SettingError(f"dropoff_moments: {name} must be {low:g} or more, got {value:g}")
    films = exposures(leavings, content_seconds, least_left=least_left)
    if not films:
        return DROPOFF_MOMENTS.empty()
    found = fit([Exposed(film.there, film.left, film.features) for film in films])
    known = {f"{row['cause']}:{row['who']}" if row["who"] else row["cause"] for row in dropoff_causes.to_pylist()
             if row["is_found"] and row["kind"] == "content"}  # fmt: skip
    script = current(lines.to_pylist(), drafts.to_pylist() if drafts is not None else []) if lines is not None else []
    headings = {row["scene"]: row["heading"] for row in scenes.to_pylist()} if scenes is not None else {}
    heard = words.to_pylist() if words is not None else []
    rows: list[dict[str, Any]] = []
    for number, film in enumerate(films):
        own = sorted((row for row in heard if row["asset"] == film.asset), key=lambda row: int(row["start"]))
        start = int(content_seconds.filter(pa.compute.equal(content_seconds["asset"], film.asset))["start"][0].as_py())
        said = list(_spoken(own, script))
        shots = content_seconds.filter(pa.compute.equal(content_seconds["asset"], film.asset))["shot"].to_pylist()
        for moment in _moments(film, found, number, known, clear, least)[:most]:
            first, end = moment.pop("seconds")
            span = (start + first * FLICKS_PER_SECOND, start + end * FLICKS_PER_SECOND)
            rows.append({"asset": film.asset, "start": span[0], "end": span[1], **moment, "shot": shots[first],
                         **_place(span, said, own, headings)})  # fmt: skip
    return DROPOFF_MOMENTS.from_rows(rows)


def _moments(
    film: Exposure, found: Fit, number: int, known: set[str], clear: float, least: float
) -> list[dict[str, Any]]:
    """Return the moments of a film, the one that costs most first."""
    there, left = film.there.sum((1, 2)), film.left.sum((1, 2))
    by_state = film.there.sum(2)
    playback = np.log((by_state @ np.exp(found.states)) / np.maximum(1e-9, there))
    playback = np.where(there > 0, playback, 0.0)
    parts = film.features * found.effects
    usual = there * np.exp(found.base[number])
    smooth = usual * np.exp(playback.mean() + parts.mean(0).sum())
    smooth *= left.sum() / max(1e-9, float(smooth.sum()))
    will = _will(left, smooth)
    window = np.ones(_WINDOW_S)
    seen, curve = (np.convolve(each, window, "same") for each in (left, smooth))
    z = (seen - curve) / np.sqrt(np.maximum(curve, 0.5) * will)
    half = _WINDOW_S // 2
    spans = bridged(runs((z > clear) & (seen > (1 + least) * curve)), _WINDOW_S)
    edged = (_edged(max(0, int(first) - half), min(len(left), int(end) + half), left, smooth) for first, end in spans)
    told = [_moment(first, end, left, smooth, there, will, playback, parts, film.names, known)
            for first, end in edged if end > first]  # fmt: skip
    told = [each for each in told if each["oftener"] >= least and each["low"] > 0]
    return sorted(told, key=lambda each: -(each["left"] - each["expected"]))


def _edged(first: int, end: int, left: Floats, smooth: Floats) -> tuple[int, int]:
    """Return a stretch without seconds at its edges in which no more leave than usual."""
    many = np.flatnonzero(left[first:end] > smooth[first:end])
    return (first + int(many[0]), first + int(many[-1]) + 1) if len(many) else (first, first)


def _will(left: Floats, smooth: Floats) -> float:
    """Return how much more leavings of quiet seconds differ than chance would have them: 1 or more."""
    rest = (left - smooth) ** 2 / np.maximum(smooth, 0.5)
    return max(1.0, float(np.median(rest)) / 0.455)  # the median of chi-square with one degree of freedom


def _moment(
    first: int, end: int, left: Floats, smooth: Floats, there: Floats, will: float, playback: Floats, parts: Floats,
    names: Sequence[str], known: set[str],
) -> dict[str, Any]:  # fmt: skip
    seen, curve = float(left[first:end].sum()), max(1e-6, float(smooth[first:end].sum()))
    reach = 1.96 * np.sqrt(max(seen, 1.0) * will) / curve
    over = np.log(max(1e-9, seen / curve))
    weight = smooth[first:end] / curve
    shares = {("playback", ""): float(weight @ (playback - playback.mean())[first:end])}
    for place, name in enumerate(names):
        if name in known:
            kind, _, who = name.partition(":")
            shares[kind, who] = float(weight @ (parts[first:end, place] - parts[:, place].mean()))
    explains = sorted(((value / over, key) for key, value in shares.items() if over > 0 and value > 0.05 * over),
                      reverse=True)  # fmt: skip
    best = explains[0] if explains and explains[0][0] >= 0.2 else (0.0, ("", ""))
    return {
        "seconds": (first, end), "there": float(there[first]), "left": seen, "expected": curve,
        "oftener": seen / curve - 1, "low": seen / curve - 1 - float(reach), "high": seen / curve - 1 + float(reach),
        "cause": best[1][0], "who": best[1][1], "share": min(1.0, best[0]) if best[1][0] else None,
        "parts": [{"cause": key[0], "who": key[1], "share": min(1.0, share)} for share, key in explains],
    }  # fmt: skip


def _spoken(words: Sequence[Mapping[str, Any]], script: Sequence[Mapping[str, Any]]) -> Iterator[_Spoken]:
    """Yield the lines of the screenplay that fits best, where they are said."""
    scripts: dict[str, list[Mapping[str, Any]]] = {}
    for row in script:
        if row["kind"] == "dialogue":
            scripts.setdefault(row["asset"], []).append(row)
    heard, sure = [str(row["text"]) for row in words], [float(row["score"]) for row in words]
    language = str(words[0]["language"] or "en") if words else "en"
    best: tuple[float, list[_Spoken]] = (0.0, [])
    for rows in scripts.values() if heard else ():
        written = [plain(row["text"]) if language == "en" else [each.word for each in worded(row["text"], language)]
                   for row in rows]  # fmt: skip
        kept = [each for each in passes(written, heard, sure, {})
                if len(each.pairs) >= _LEAST_KEPT * len(written[each.line])]  # fmt: skip
        worth = sum(each.score for each in kept)
        if worth > best[0]:
            best = worth, [_Spoken(words[each.first]["start"], words[each.end - 1]["end"], rows[each.line])
                           for each in kept]  # fmt: skip
    yield from best[1]


def _place(
    span: tuple[int, int], said: Sequence[_Spoken], words: Sequence[Mapping[str, Any]], headings: Mapping[str, str]
) -> dict[str, Any]:
    """Return where a moment is: scene, lines and words."""
    begin, end = span[0] - _BEFORE_S * FLICKS_PER_SECOND, span[1]
    within = [each for each in said if each.start < end and each.end > begin]
    before = [each for each in said if each.start < end]
    after = [each for each in said if each.start >= end]
    nearest = within[:1] or before[-1:] or after[:1]
    scene = nearest[0].row["scene"] if nearest else None
    text = " ".join(str(row["text"]) for row in words
                    if row["start"] < end and row["end"] > begin and row.get("is_in_text", True))  # fmt: skip
    return {
        "scene": scene, "heading": headings.get(scene) if scene else None,
        "lines": [each.row["line"] for each in within], "speaker": within[0].row["who"] if within else None,
        "said": text,
    }  # fmt: skip
