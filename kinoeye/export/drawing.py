"""Drawing: a film's timeline as inline SVG: colours, shots with their transitions, sound level, time."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from kinoeye.timecode import FLICKS_PER_SECOND, clock

WIDTH = 1200
HEIGHT = 196
MOST_COLUMNS = 600  # of the sound curve: half a unit of the drawing each
QUIETEST_DB = -60.0
LEVEL_COLUMNS = ("rms_dbfs", "rms_db", "momentary_lufs", "loudness_lufs", "peak_dbfs", "peak_db")

_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200)
_BARS, _SHOTS, _SOUND = (24, 60), (66, 102), (116, 188)  # top and bottom of each lane

Colour = tuple[int, int, int]


def barcode(bars: Sequence[tuple[int, Colour]], start: int, end: int, *, height: int, width: int = WIDTH) -> str:
    """Return the colours of a film over its time as rectangles."""
    parts = []
    length = max(1, end - start)
    edges = [*(time for time, _ in bars), end]
    for number, (time, colour) in enumerate(bars):
        left = (max(0, time - start) if number else 0) * width / length
        right = (edges[number + 1] - start) * width / length
        if right > left:
            parts.append(f'<rect x="{left:.2f}" width="{right - left:.2f}" height="{height}" fill="{hexed(colour)}"/>')
    return "".join(parts)


def timeline(
    film: str,
    label: str,
    start: int,
    end: int,
    shots: Sequence[Mapping[str, Any]],
    bars: Sequence[tuple[int, Colour]],
    levels: Sequence[tuple[int, int, float]],
    faulty: frozenset[int] = frozenset(),
) -> str:
    """Return a film's timeline.

    Parameters
    ----------
    film : str
        Id of the film on the page; shots link to ``film-sN``.
    label : str
        Attributes that say in words what is drawn, escaped.
    start, end : int, flicks
    shots : rows of the table `shots`
    bars : (flicks, colour)
    levels : (start flicks, end flicks, decibels)
    faulty : shots to mark

    Returns
    -------
    str
        An svg element that scales with the page.
    """
    height = HEIGHT if levels else _SHOTS[1] + 6
    inner = [_axis(start, end, height)]
    if bars:
        top, bottom = _BARS
        drawn = barcode(bars, start, end, height=bottom - top)
        inner.append(f'<g shape-rendering="crispEdges" transform="translate(0 {top})">{drawn}</g>')
    inner += [_shot(film, shot, number, start, end, faulty) for number, shot in enumerate(shots)]
    inner += [_gradual(shot, start, end) for shot in shots if shot["transition"] not in {"start", "cut"}]
    if levels:
        inner.append(_sound(levels, start, end))
    return f'<svg class="film" viewBox="0 0 {WIDTH} {height}" role="img" {label}>{"".join(inner)}</svg>'


def hexed(colour: Colour) -> str:
    """Return a colour as HTML writes it."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def levels_of(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, float]]:
    """Return the sound level over time from the rows of `levels`, of whichever measure it carries first."""
    name = next((name for name in LEVEL_COLUMNS if rows and name in rows[0]), None)
    if name is None:
        return []
    times = [row.get("start", row.get("time")) for row in rows]
    found = []
    for number, row in enumerate(rows):
        begin, value = times[number], row[name]
        after = times[number + 1] if number + 1 < len(rows) else None
        finish = row.get("end") or after or begin
        if begin is not None and finish is not None and value is not None and not math.isnan(value):
            found.append((int(begin), int(finish), float(value)))
    return found


def _at(time: int, start: int, end: int) -> float:
    return (time - start) * WIDTH / max(1, end - start)


def _axis(start: int, end: int, height: int) -> str:
    seconds = (end - start) / FLICKS_PER_SECOND
    step = next((step for step in _STEPS if seconds / step <= 12), _STEPS[-1] * (1 + int(seconds / 12 / _STEPS[-1])))
    parts = []
    for number in range(int(seconds / step) + 1):
        x = number * step * WIDTH / max(seconds, 1e-9)
        anchor = "start" if x < 20 else "end" if x > WIDTH - 20 else "middle"
        text = clock(number * step * FLICKS_PER_SECOND)[:-4]
        text = text[2:] if seconds < 3600 else text
        parts.append(f'<line class="tick" x1="{x:.1f}" x2="{x:.1f}" y1="17" y2="{height}"/>')
        parts.append(f'<text class="time" x="{x:.1f}" y="12" text-anchor="{anchor}">{text}</text>')
    return "".join(parts)


def _shot(film: str, shot: Mapping[str, Any], number: int, start: int, end: int, faulty: frozenset[int]) -> str:
    left, right = _at(shot["start"], start, end), _at(shot["end"], start, end)
    top, bottom = _SHOTS
    width = max(0.4, right - left - 1)
    words = f"{shot['shot']}  {clock(shot['start'] - start)}  {shot['transition']}"
    text = ""
    free = left if shot["transition"] == "cut" else _at(2 * shot["start"] - shot["transition_start"], start, end)
    if right - free > 8 + 9 * len(str(shot["shot"])):
        x, y = (free + right) / 2, (top + bottom) / 2 + 5
        text = f'<text class="no" x="{x:.1f}" y="{y:.1f}" text-anchor="middle">{shot["shot"]}</text>'
    flaw = f'<rect class="flaw" x="{left:.2f}" y="{bottom - 4}" width="{width:.2f}" height="4"/>'
    place = f'x="{left:.2f}" y="{top}" width="{width:.2f}" height="{bottom - top}"'
    return (
        f'<a href="#{film}-s{shot["shot"]}"><title>{escape(words)}</title>'
        f'<rect class="shot s{number % 2}" {place} rx="2.5"/>'
        f"{flaw if shot['shot'] in faulty else ''}{text}</a>"
    )


def _gradual(shot: Mapping[str, Any], start: int, end: int) -> str:
    """Return a gradual transition: the old shot's wedge closes while the new one's opens."""
    half = shot["start"] - shot["transition_start"]
    left, right = _at(shot["transition_start"], start, end), _at(shot["start"] + half, start, end)
    if right - left < 4:
        centre = (left + right) / 2
        left, right = centre - 2, centre + 2
    top, bottom = _SHOTS
    kind = shot["transition"] if shot["transition"] in {"dissolve", "fade", "wipe"} else "dissolve"
    path = f"M{left:.2f} {top}L{right:.2f} {bottom}V{top}L{left:.2f} {bottom}Z"
    return f'<path class="gradual {kind}" d="{path}"/>'


def _sound(levels: Sequence[tuple[int, int, float]], start: int, end: int) -> str:
    top, bottom = _SOUND
    middle, reach = (top + bottom) / 2, (bottom - top) / 2
    columns = [QUIETEST_DB] * MOST_COLUMNS
    for begin, finish, value in levels:
        first = int(_at(begin, start, end) * MOST_COLUMNS / WIDTH)
        last = max(first + 1, int(_at(finish, start, end) * MOST_COLUMNS / WIDTH))
        for number in range(max(0, first), min(MOST_COLUMNS, last)):
            columns[number] = max(columns[number], value)
    step = WIDTH / MOST_COLUMNS
    heights = [reach * min(1.0, max(0.012, 1 - value / QUIETEST_DB)) for value in columns]
    upper = "".join(f"L{number * step + step / 2:.1f} {middle - high:.1f}" for number, high in enumerate(heights))
    lower = "".join(
        f"L{number * step + step / 2:.1f} {middle + high:.1f}" for number, high in reversed(list(enumerate(heights)))
    )
    return f'<path class="sound" d="M0 {middle:.1f}{upper}L{WIDTH} {middle:.1f}{lower}Z"/>'
