"""Texts: what can be read on the screen, and from when to when.

Times are as fine as the stills; a text that stands through a whole shot begins and ends with it. Lines that say the
same at the same place are one row, over cuts too. Reading is the business of `kinoeye.models.reader`, when to read
that of `kinoeye.signals.standing`.

Source: PP-OCRv6 as kinoeye.models.reader names it; kinds of captions as kinoeye.signals.captions tells them.
"""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import reader
from kinoeye.signals import captions, lettering, standing
from kinoeye.signals.captions import Box, Caption
from kinoeye.signals.standing import Line
from kinoeye.streams import Stills
from kinoeye.tables import Table, flicks, pictures, score
from kinoeye.timecode import FLICKS_PER_SECOND

TEXTS = Table(
    "texts",
    "One row for every line of text on the screen, from when it appears to when it is gone.",
    (
        ("start", flicks(), "first still that shows it, or the beginning of its shot"),
        ("end", flicks(), "first still that no longer shows it, or the end of its shot"),
        ("first_frame", pictures(), "picture at `start`"),
        ("end_frame", pictures(), "picture at `end`: one past the last"),
        ("x", pa.float32(), "left edge when first seen, 0..1 of the picture's width"),
        ("y", pa.float32(), "upper edge when first seen, 0..1 of the picture's height"),
        ("w", pa.float32(), "width, 0..1 of the picture's width"),
        ("h", pa.float32(), "height, 0..1 of the picture's height"),
        ("text", pa.string(), "what it says, as best read; a running counter or time code as it is at `start`"),
        ("score", score(), "how sure the reading is"),
        ("kind", pa.string(), "slate, timecode, credit, title, subtitle, sign (in the scene) or other"),
        ("scene", pa.string(), "scene that the slate names; null if it is no slate or names none"),
        ("take", pa.string(), "take that the slate names"),
        ("roll", pa.string(), "camera roll that the slate names"),
        ("production", pa.string(), "production that the slate names"),
        (
            "timecode",
            pa.string(),
            "burnt-in SMPTE time code of the picture `first_frame`, ; before the frames if dropped",
        ),
    ),
)


@analysis(TEXTS, version=1, models=reader.MODELS)
def texts(stills: Stills, shots: pa.Table, *, look_px: int = 384, least_score: float = 0.6) -> pa.Table:
    """Read what stands on the screen.

    Parameters
    ----------
    stills : Stills
    shots : Table
    look_px : 160..1280
        Longer side at which text is looked for; smaller is quicker and misses small print. It is read at full size.
    least_score : 0..1
        Lines read less surely are dropped.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 160 <= look_px <= 1280:
        raise SettingError(f"texts: look_px must lie in 160..1280, got {look_px}")
    if not 0 <= least_score <= 1:
        raise SettingError(f"texts: least_score must lie in 0..1, got {least_score}")
    find = functools.partial(reader.find, longest=look_px)
    rows: list[dict[str, Any]] = []
    for first, last, shot in _parts(stills, shots):
        lines = standing.lines(stills, first, last, find, reader.read)
        rows += _rows(stills, first, last, shot, [line for line in lines if _is_text(line, least_score)])
    rows = _joined(rows)
    rows.sort(key=lambda row: (row["start"], row["y"], row["x"]))
    return TEXTS.from_rows({name: row[name] for name in TEXTS.schema.names} for row in rows)


def _parts(stills: Stills, shots: pa.Table) -> list[tuple[int, int, dict[str, Any]]]:
    """Return first still, one past the last, and the shot, of every shot that has stills."""
    parts = []
    for shot in shots.select(["start", "end", "first_frame", "end_frame"]).to_pylist():
        first, last = np.searchsorted(stills.frames, (shot["first_frame"], shot["end_frame"]))
        if first < last:
            parts.append((int(first), int(last), shot))
    return parts


def _is_text(line: Line, least_score: float) -> bool:
    """Tell a reading from a false hit: single letters and short-lived doubtful ones are mostly foliage."""
    count = captions.letters(line.text)
    if line.score < least_score:
        return False
    if count == 1:
        return line.score >= standing.SURE and line.last > line.first
    return line.score >= standing.SURE_ENOUGH or (count >= 3 and line.last > line.first)


def _rows(stills: Stills, first: int, last: int, shot: dict[str, Any], lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Make rows of the lines of one shot; those on the screen together tell what each of them is."""
    rows = []
    for line in lines:
        together = [line, *(other for other in lines if other is not line and _meet(line, other))]
        told = captions.classified(
            [Caption(each.text, each.box, each.score, each.is_moving, each.is_tilted) for each in together]
        )[0]
        if captions.letters(line.text) > 1 or told.kind == "slate":
            rows.append(_row(stills, line, told, first, last, shot))
    return rows


def _meet(first: Line, second: Line) -> bool:
    return first.first <= second.last and second.first <= first.last


def _row(stills: Stills, line: Line, caption: Caption, first: int, last: int, shot: dict[str, Any]) -> dict[str, Any]:
    begins, ends = line.first == first, line.last + 1 == last
    row: dict[str, Any] = dict(zip("xywh", line.box, strict=True))
    row |= {"text": line.text, "score": line.score, "kind": caption.kind, "running": line.is_running}
    row |= {name: caption.field(name) for name in ("scene", "take", "roll", "production", "timecode")}
    row["start"] = shot["start"] if begins and not line.is_running else int(stills.times[line.first])
    row["first_frame"] = shot["first_frame"] if begins and not line.is_running else int(stills.frames[line.first])
    row["end"] = shot["end"] if ends else int(stills.times[line.last + 1])
    row["end_frame"] = shot["end_frame"] if ends else int(stills.frames[line.last + 1])
    row["last_still"], row["first_still"] = line.last, line.first
    return row


def _joined(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Join rows that say the same at the same place on neighbouring stills, over cuts too."""
    rows.sort(key=lambda row: row["first_still"])
    joined: list[dict[str, Any]] = []
    for row in rows:
        before = next(
            (
                other
                for other in reversed(joined)
                if row["first_still"] - other["last_still"] <= 1
                and _says_the_same(other, row)
                and lettering.overlap(_box(other), _box(row)) > 0.6
            ),
            None,
        )
        if before is None:
            joined.append(row)
        elif row["end"] > before["end"]:
            kept = row if row["score"] > before["score"] and not before["running"] else before
            before |= {name: kept[name] for name in ("text", "score")}
            before |= {name: row[name] for name in ("end", "end_frame", "last_still")}
    return joined


def _says_the_same(first: dict[str, Any], second: dict[str, Any]) -> bool:
    if first["timecode"] and second["timecode"]:
        return str(first["kind"]) == second["kind"] and _goes_on(first, second)
    if first["running"] and second["running"]:
        return captions.figures(first["text"]) == captions.figures(second["text"])
    return bool(first["text"] == second["text"])


def _goes_on(first: dict[str, Any], second: dict[str, Any]) -> bool:
    """Tell whether a time code has run on over a cut, to within a second."""
    seconds = [_seconds(row["timecode"]) for row in (first, second)]
    passed = (int(second["start"]) - int(first["start"])) / FLICKS_PER_SECOND
    return abs(seconds[1] - seconds[0] - passed) <= 1


def _seconds(code: str) -> int:
    hours, minutes, seconds = (int(part) for part in code.replace(";", ":").split(":")[:3])
    return (hours * 60 + minutes) * 60 + seconds


def _box(row: dict[str, Any]) -> Box:
    return row["x"], row["y"], row["w"], row["h"]
