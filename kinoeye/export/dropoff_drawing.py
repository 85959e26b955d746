"""Drop-off drawing: who stays, over a strip of the film's own pictures and its shots, as inline SVG."""

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from kinoeye.export.drawing import WIDTH
from kinoeye.export.page import embedded
from kinoeye.timecode import FLICKS_PER_SECOND, clock

_TOP, _FLOOR = 26, 214  # of the curve
_STRIP = (222, 84)  # top and height of the pictures
_SHOTS = (312, 16)
_HEIGHT = 350
_STEPS = (5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600)


def retention(
    there: Sequence[float], shots: Sequence[Mapping[str, Any]], pictures: Sequence[tuple[float, bytes]],
    moments: Sequence[Mapping[str, Any]], start: int, label: str,
) -> str:  # fmt: skip
    """Return the curve of who stays.

    Parameters
    ----------
    there : sequence of float
        Share of viewers in each second, 0..1.
    shots : rows of `shots`
    pictures : (second, JPEG)
        Of equal widths, in running order.
    moments : rows of `dropoff_moments`, in the order in which they are numbered
    start : int, flicks
        Of the film.
    label : str
        Attributes that say in words what is drawn, escaped.
    """
    seconds = max(1, len(there))

    def across(second: float) -> float:
        return max(0.0, min(1.0, second / seconds)) * WIDTH

    def of(flicks: int) -> float:
        return across((flicks - start) / FLICKS_PER_SECOND)

    parts = [_levels(), _clock(seconds, across)]
    for number, moment in enumerate(moments, 1):
        left, right = of(moment["start"]), max(of(moment["end"]), of(moment["start"]) + 3)
        parts.append(f'<a href="#m{number}"><rect class="moment" x="{left:.1f}" y="{_TOP}" width="{right - left:.1f}" '
                     f'height="{_FLOOR - _TOP}"/><text class="no" x="{(left + right) / 2:.1f}" y="{_TOP - 8}" '
                     f'text-anchor="middle">{number}</text></a>')  # fmt: skip
    points = "L".join(f"{across(place + 0.5):.1f} {_up(share):.1f}" for place, share in enumerate(there))
    parts.append(f'<path class="area" d="M0 {_FLOOR}L{points}L{WIDTH} {_FLOOR}Z"/><path class="stay" d="M{points}"/>')
    top, tall = _STRIP
    wide = WIDTH / max(1, len(pictures))
    for place, (_, jpeg) in enumerate(pictures):
        parts.append(f'<image href="{embedded(jpeg)}" x="{place * wide:.1f}" y="{top}" width="{wide:.1f}" '
                     f'height="{tall}" preserveAspectRatio="xMidYMid slice"/>')  # fmt: skip
    top, tall = _SHOTS
    for number, shot in enumerate(shots):
        left, right = of(shot["start"]), of(shot["end"])
        parts.append(f'<rect class="shot s{number % 2}" x="{left:.2f}" y="{top}" width="{max(0.4, right - left):.2f}" '
                     f'height="{tall}"><title>{escape(str(shot["shot"]))}  {clock(shot["start"] - start)}</title>'
                     "</rect>")  # fmt: skip
    return f'<svg class="film" viewBox="0 0 {WIDTH} {_HEIGHT}" role="img" {label}>{"".join(parts)}</svg>'


def _up(share: float) -> float:
    return _FLOOR - (_FLOOR - _TOP) * max(0.0, min(1.0, share))


def _levels() -> str:
    """Return lines at quarters of the viewers."""
    return "".join(
        f'<line class="tick" x1="0" x2="{WIDTH}" y1="{_up(share):.1f}" y2="{_up(share):.1f}"/>'
        f'<text class="time" x="4" y="{_up(share) - 4:.1f}">{100 * share:.0f} %</text>'
        for share in (0.25, 0.5, 0.75, 1.0)
    )


def _clock(seconds: int, across: Any) -> str:
    step = next((each for each in _STEPS if seconds / each <= 12), _STEPS[-1])
    parts = []
    for second in range(0, seconds + 1, step):
        text = clock(second * FLICKS_PER_SECOND)[:-4]
        anchor = "start" if second == 0 else "end" if across(second) > WIDTH - 24 else "middle"
        parts.append(f'<text class="time" x="{across(second):.1f}" y="{_HEIGHT - 6}" text-anchor="{anchor}">'
                     f"{text[2:] if seconds < 3600 else text}</text>")  # fmt: skip
    return "".join(parts)
