"""Texts: what can be read on the screen, and from when to when.

Finding and reading letters costs ten times more than looking whether anything has changed. So every still is first
compared with the last one that was read: lines that still stand there are only prolonged, and a picture is read again
only where a shot begins, where something like text has appeared, or where a line has gone. Text that moves with the
picture (signs, rolling credits) is followed by its looks.

Times are as fine as the stills; a text that stands through a whole shot begins and ends with it.

Source: Lienhart & Wernicke, "Localizing and segmenting text in images and videos", IEEE CSVT 12(4), 2002 (text tracked
over time, one reading for many pictures).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import reader
from kinoeye.signals import captions, lettering
from kinoeye.signals.captions import Box, Caption
from kinoeye.signals.lettering import Edges, Luma
from kinoeye.streams import Stills
from kinoeye.tables import Table, flicks, pictures, score

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

_SAME = 0.8  # of a line's edges: still there; two changed figures of a time code leave as much
_PERHAPS = 0.4  # of a line's edges: another text has less; a running counter has more
_FITS = 0.7  # correlation of a line that has moved
_SURE = 0.95  # a reading below is tried again on the next still
_SURE_ENOUGH = 0.8  # a reading below may be of foliage, or of letters that fade
_FADE = 2  # stills that lettering takes to appear
_READINGS = 3  # at most so many tries a line
_PAUSE_S = 4  # in a moving picture: look for signs that came into it
_WAIT = 2  # stills after a look that found nothing new: a subtitle stands longer
_GROWN = 1.3  # times the area: what covered a part of the line has gone
_WHOLE = 0.6  # of the picture: no line is so large
_FLICKS = 705_600_000


@dataclass
class _Line:
    """A line of text while it is on the screen."""

    first: int
    last: int
    box: Box
    place: Box
    text: str
    score: float
    edges: Edges
    patch: Luma
    is_tilted: bool
    is_running: bool = False
    is_moving: bool = False
    moved_at: int = -1
    readings: int = 1


@dataclass
class _State:
    """What is known while going through the stills of one shot."""

    standing: list[_Line] = field(default_factory=list)
    done: list[_Line] = field(default_factory=list)
    read: Edges | None = None
    read_at: int = 0
    was_fruitless: bool = False


@analysis(TEXTS, version=1, models=reader.MODELS)
def texts(stills: Stills, shots: pa.Table, *, look_px: int = 448, least_score: float = 0.6) -> pa.Table:
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
    rows: list[dict[str, Any]] = []
    for first, last, shot in _parts(stills, shots):
        lines = _lines_of(stills, first, last, look_px)
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


def _lines_of(stills: Stills, first: int, last: int, look_px: int) -> list[_Line]:
    """Go through the stills of one shot; return every line that was on the screen."""
    state = _State()
    luma = stills.luma(first)
    now, before = lettering.edges(luma), None
    for number in range(first, last):
        later_luma = stills.luma(number + 1) if number + 1 < last else luma
        later = lettering.edges(later_luma) if number + 1 < last else (before or now)
        gone = _prolong(state, stills, number, luma, now)
        if lettering.likeness(now) >= lettering.LEAST_LIKENESS and _is_due(state, stills, number, now, later, gone):
            _look(state, stills, number, luma, now, look_px)
        for line in [line for line in state.standing if line.last < number]:
            state.standing.remove(line)
            state.done.append(line)
        luma, before, now = later_luma, now, later
    return _without_blurred(state.done + state.standing)


def _without_blurred(lines: list[_Line]) -> list[_Line]:
    """Give the time of a doubtful reading to the sure one that follows at its place: the same line, fading in."""
    kept = [line for line in lines if line.score >= _SURE_ENOUGH]
    for line in (line for line in lines if line.score < _SURE_ENOUGH):
        after = next(
            (
                other
                for other in kept
                if 0 <= other.first - line.last <= 1 and lettering.common(other.box, line.box) > 0.5
            ),
            None,
        )
        if after is None:
            kept.append(line)
        else:
            after.first = min(after.first, max(line.first, after.first - _FADE))
    return kept


def _is_due(state: _State, stills: Stills, number: int, now: Edges, later: Edges, gone: bool) -> bool:
    """Tell whether this still has to be looked at for lines."""
    if state.read is None or gone:
        return True
    if state.was_fruitless and number - state.read_at < _WAIT:
        return False
    if lettering.is_new(now, later, state.read, [line.place for line in state.standing]):
        return True
    moves = any(line.moved_at == number for line in state.standing)
    paused = moves or int(stills.times[number]) - int(stills.times[state.read_at]) >= _PAUSE_S * _FLICKS
    return paused and lettering.is_new(now, now, state.read, [line.place for line in state.standing])


def _prolong(state: _State, stills: Stills, number: int, luma: Luma, now: Edges) -> bool:
    """Prolong the lines that are still there; return whether one is gone."""
    gone = False
    for line in state.standing:
        alike = lettering.sameness(line.edges, now, line.place)
        if alike >= _SAME or (line.is_running and alike >= _PERHAPS):
            line.last = number
        elif alike >= _PERHAPS and captions.is_counter(line.text):
            line.last = number if _runs(line, stills, number) else line.last
        else:
            _follow(line, number, luma, now)
        if line.last < number:
            gone = True
        elif line.score < _SURE and line.readings < _READINGS and not line.is_running:
            _read_again(line, stills, number)
    return gone


def _follow(line: _Line, number: int, luma: Luma, now: Edges) -> None:
    """Prolong a line that stands elsewhere by now."""
    place, fit = lettering.moved(line.patch, luma, line.place)
    if fit < _FITS:
        return
    line.is_moving = line.is_moving or abs(place[0] - line.box[0]) > 0.01 or abs(place[1] - line.box[1]) > 0.01
    if place != line.place:
        line.moved_at = number
    line.last, line.place, line.edges = number, place, now
    line.patch = lettering.cut_out(luma, place)


def _runs(line: _Line, stills: Stills, number: int) -> bool:
    """Read a counter again: it runs if its figures have changed and nothing else."""
    read = _read_at(line, stills, number)
    if captions.figures(read.text) != captions.figures(line.text):
        return False
    line.is_running = line.is_running or read.text != line.text
    return True


def _read_again(line: _Line, stills: Stills, number: int) -> None:
    read = _read_at(line, stills, number)
    line.readings += 1
    if read.score > line.score:
        line.text, line.score = read.text, read.score


def _read_at(line: _Line, stills: Stills, number: int) -> reader.Line:
    picture = stills.picture(number)
    height, width = picture.shape[:2]
    x, y, w, h = line.place
    corners = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32) * (width, height)
    return reader.read(picture, [reader.Line(corners.astype(np.float32), "", 0.0)])[0]


def _look(state: _State, stills: Stills, number: int, luma: Luma, now: Edges, look_px: int) -> None:
    """Find the lines of a still, and read those that are new or have grown."""
    picture = stills.picture(number)
    size = (picture.shape[1], picture.shape[0])
    held = [line for line in state.standing if line.last == number]
    fresh = [
        found
        for found in reader.find(picture, longest=look_px)
        if not any(_covers(line.place, _relative(found.box, size)) for line in held)
    ]
    read = [line for line in reader.read(picture, fresh) if captions.letters(line.text)]
    for found in read:
        _take_in(state, found, _relative(found.box, size), number, luma, now)
    state.read, state.read_at, state.was_fruitless = now, number, not read


def _take_in(state: _State, found: reader.Line, box: Box, number: int, luma: Luma, now: Edges) -> None:
    """Make a line of what was read, or tell which line it is."""
    if box[2] * box[3] > _WHOLE:
        return
    known = next(
        (line for line in state.standing if lettering.common(line.place, box) > 0.3 and _is_it(line, found)), None
    )
    patch = lettering.cut_out(luma, box)
    if known is None:
        running = captions.timecode(found.text) is not None
        line = _Line(number, number, box, box, found.text, found.score, now, patch, _is_tilted(found), running)
        state.standing.append(line)
        return
    if captions.letters(found.text) > captions.letters(known.text) and not captions.is_counter(found.text):
        known.text, known.score, known.box = found.text, found.score, box
    known.is_running = known.is_running or known.text != found.text
    known.last, known.place, known.edges, known.patch = number, box, now, patch


def _is_it(line: _Line, found: reader.Line) -> bool:
    """Tell whether a reading is of this line: the same, a part of it uncovered since, or a counter that has run on."""
    if captions.is_counter(line.text) and captions.is_counter(found.text):
        return captions.figures(line.text) == captions.figures(found.text)
    return captions.plain(line.text) in captions.plain(found.text)


def _covers(known: Box, found: Box) -> bool:
    grown = found[2] * found[3] > _GROWN * known[2] * known[3]
    return lettering.common(known, found) > 0.5 and not grown


def _relative(box: Box, size: tuple[int, int]) -> Box:
    return box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1]


def _is_tilted(line: reader.Line) -> bool:
    """Tell whether a line is more than 6 degrees off the level."""
    along = line.corners[1] - line.corners[0]
    return bool(abs(along[1]) > 0.1 * abs(along[0]))


def _is_text(line: _Line, least_score: float) -> bool:
    """Tell a reading from a false hit: single letters and short-lived doubtful ones are mostly foliage."""
    count = captions.letters(line.text)
    if line.score < least_score:
        return False
    if count == 1:
        return line.score >= _SURE and line.last > line.first
    return line.score >= _SURE_ENOUGH or (count >= 3 and line.last > line.first)


def _rows(stills: Stills, first: int, last: int, shot: dict[str, Any], lines: Sequence[_Line]) -> list[dict[str, Any]]:
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


def _meet(first: _Line, second: _Line) -> bool:
    return first.first <= second.last and second.first <= first.last


def _row(stills: Stills, line: _Line, caption: Caption, first: int, last: int, shot: dict[str, Any]) -> dict[str, Any]:
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
    passed = (int(second["start"]) - int(first["start"])) / _FLICKS
    return abs(seconds[1] - seconds[0] - passed) <= 1


def _seconds(code: str) -> int:
    hours, minutes, seconds = (int(part) for part in code.replace(";", ":").split(":")[:3])
    return (hours * 60 + minutes) * 60 + seconds


def _box(row: dict[str, Any]) -> Box:
    return row["x"], row["y"], row["w"], row["h"]
