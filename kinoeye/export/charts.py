"""Charts: figures as inline SVG: spreads, dots with their intervals, lines with a band, grids, and what lacks where.

What stands on them is numbers and names given as HTML-free pairs, one for each language; everything is escaped. Colours
come from the page's style.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kinoeye.export.words import LANGUAGES

WIDTH = 560
_LEFT, _RIGHT = 44, 12

Named = tuple[str, str]  # in English and in Chinese


@dataclass(frozen=True)
class Dot:
    """A figure with its interval on a row of its own.

    Parameters
    ----------
    name : pair of str
    value : float
    low, high : float or None
    note : str
        Behind it: how many it is of.
    is_marked : bool
        Whether it stands out.
    """

    name: Named
    value: float
    low: float | None = None
    high: float | None = None
    note: str = ""
    is_marked: bool = False


def number(value: float, apart: float = 0.0) -> str:
    """Return a number as short as can be read; with as many digits as tell it from others so far apart.

    Examples
    --------
    >>> [number(each) for each in (0, 0.0123, 3.14159, 104.2, 12_345, 2_500_000, -7e9)]
    ['0', '0.012', '3.14', '104', '12,345', '2.5 M', '-7 G']
    """
    size = abs(value)
    if apart and size < 1000:
        return f"{value:.{max(0, -math.floor(math.log10(apart) + 1e-9))}f}"
    for limit, sign in ((1e12, "T"), (1e9, "G"), (1e6, "M")):
        if size >= limit:
            return f"{value / limit:.3g} {sign}"
    if size >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}" if size >= 1 or not size else f"{value:.2g}"


def signed(value: float) -> str:
    """Return a number between -1 and 1 with its sign.

    Examples
    --------
    >>> signed(-0.001), signed(0.5)
    ('0.00', '+0.50')
    """
    return "0.00" if abs(value) < 0.005 else f"{value:+.2f}"


def year_or_number(value: float) -> str:
    """Return a year without a comma."""
    return f"{value:.0f}"


def spread(parts: Sequence[tuple[float, float, float]], label: str, over: Sequence[float] = ()) -> str:
    """Return how numbers are spread, as bars; a second spread over the same parts as a line.

    Parameters
    ----------
    parts : (begin, end, share)
    label : str
        Attributes that say in words what is drawn, escaped.
    over : sequence of float
        Shares of the second.
    """
    height, floor = 168, 140
    most = max([share for _, _, share in parts] + [*over, 1e-12])
    low, high = parts[0][0], parts[-1][1]
    place = _scale(low, high)
    inner = [_axis(low, high, floor, place)]
    for begin, end, share in parts:
        left, right, tall = place(begin), place(end), (floor - 10) * share / most
        inner.append(f'<rect class="bar" x="{left + 0.4:.1f}" width="{max(0.6, right - left - 0.8):.1f}" '
                     f'y="{floor - tall:.1f}" height="{tall:.1f}"/>')  # fmt: skip
    if over:
        steps = "".join(
            f"L{place(begin):.1f} {floor - (floor - 10) * share / most:.1f}H{place(end):.1f}"
            for (begin, end, _), share in zip(parts, over, strict=True)
        )
        inner.append(f'<path class="over" d="M{place(low):.1f} {floor}{steps}V{floor}"/>')
    return _svg(height, label, inner)


def bars(rows: Sequence[tuple[Named, float, float]], label: str) -> str:
    """Return two shares of each name beside each other: (name, first, second)."""
    most = max([max(one, other) for _, one, other in rows] + [1e-12])
    inner = []
    for place, (name, one, other) in enumerate(rows):
        top = 6 + place * 30
        inner.append(_text(name, 150, top + 15, "end", "name"))
        for step, (share, kind) in enumerate(((one, "bar"), (other, "bar over-bar"))):
            wide = (WIDTH - 220) * share / most
            y = top + step * 12
            inner.append(f'<rect class="{kind}" x="158" y="{y}" width="{wide:.1f}" height="10" rx="2"/>'
                         f'<text class="tick" x="{164 + wide:.1f}" y="{y + 9}">{100 * share:.0f} %</text>')  # fmt: skip
    return _svg(12 + 30 * len(rows), label, inner)


def dots(rows: Sequence[Dot], label: str, *, line: float | None = None) -> str:
    """Return figures with their intervals, one under the other; `line` is what they are compared with."""
    ends = [each for row in rows for each in (row.low, row.high, row.value) if each is not None]
    low, high = _ends([*ends, *([line] if line is not None else [])])
    left, right = 170, 96
    place = _scale(low, high, left, right)
    height = 34 + 24 * len(rows)
    inner = [_axis(low, high, height - 26, place, left, WIDTH - right)]
    if line is not None:
        inner.append(f'<line class="middle" x1="{place(line):.1f}" x2="{place(line):.1f}" y1="2" y2="{height - 26}"/>')
    for number_, row in enumerate(rows):
        y, kind = 14 + number_ * 24, " marked" if row.is_marked else ""
        inner.append(_text(row.name, left - 10, y + 4, "end", "name"))
        if row.low is not None and row.high is not None:
            inner.append(f'<line class="reach{kind}" x1="{place(row.low):.1f}" x2="{place(row.high):.1f}" '
                         f'y1="{y}" y2="{y}"/>')  # fmt: skip
        inner.append(f'<circle class="dot{kind}" cx="{place(row.value):.1f}" cy="{y}" r="4.2"/>')
        inner.append(f'<text class="tick" x="{WIDTH - right + 10}" y="{y + 4}">{escape(row.note)}</text>')
    return _svg(height, label, inner)


def line(
    points: Sequence[tuple[float, float]],
    label: str,
    *,
    fit: Sequence[tuple[float, float, float, float]] = (),
    is_sure: bool = True,
) -> str:
    """Return a figure over the years, and the straight line through it with its band.

    Parameters
    ----------
    points : (year, value)
    fit : (year, value, low, high)
    is_sure : bool
        Whether the line is more than chance; drawn broken where it is not.
    """
    height, floor = 210, 182
    low, high = _ends([value for _, value in points] + [each for row in fit for each in row[2:]])
    first, last = points[0][0], points[-1][0]
    across = _scale(first, last)
    inner = [_axis(first, last, floor, across, is_year=True)]

    def up(value: float) -> float:
        return floor - (floor - 12) * (value - low) / (high - low)

    inner += [
        f'<line class="rule" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{up(tick):.1f}" y2="{up(tick):.1f}"/>'
        f'<text class="tick" x="{_LEFT - 6}" y="{up(tick) + 4:.1f}" text-anchor="end">{number(tick)}</text>'
        for tick in _ticks(low, high, 4)
    ]
    if fit:
        upper = "L".join(f"{across(year):.1f} {up(top):.1f}" for year, _, _, top in fit)
        lower = "L".join(f"{across(year):.1f} {up(bottom):.1f}" for year, _, bottom, _ in reversed(fit))
        inner.append(f'<path class="band" d="M{upper}L{lower}Z"/>')
    path = "L".join(f"{across(year):.1f} {up(value):.1f}" for year, value in points)
    inner.append(f'<path class="curve" d="M{path}"/>')
    if fit:
        path = "L".join(f"{across(year):.1f} {up(value):.1f}" for year, value, _, _ in fit)
        inner.append(f'<path class="fit{"" if is_sure else " unsure"}" d="M{path}"/>')
    return _svg(height, label, inner)


def grid(names: Sequence[Named], cells: dict[tuple[int, int], tuple[float, bool]], label: str) -> str:
    """Return how much each two things go together, -1..1, and whether that is more than chance."""
    side, left, top = 62, 112, 8
    inner = []
    for row, name in enumerate(names):
        inner.append(_text(name, left - 8, top + row * side + side / 2 + 4, "end", "name"))
        inner.append(_text(name, left + row * side + side / 2, top + len(names) * side + 16, "middle", "name"))
        for column in range(len(names)):
            x, y = left + column * side, top + row * side
            known = cells.get((min(row, column), max(row, column)))
            if row == column or known is None:
                inner.append(f'<rect class="cell none" x="{x}" y="{y}" width="{side - 2}" height="{side - 2}" rx="4"/>')
                continue
            value, is_sure = known
            kind = "more" if value >= 0 else "less"
            inner.append(f'<rect class="cell {kind}" x="{x}" y="{y}" width="{side - 2}" height="{side - 2}" rx="4" '
                         f'style="fill-opacity:{0.08 + 0.8 * abs(value):.2f}"/>'
                         f'<text class="in{"" if is_sure else " unsure"}" x="{x + side / 2 - 1}" '
                         f'y="{y + side / 2 + 4}" text-anchor="middle">{signed(value)}</text>')  # fmt: skip
    wide = left + len(names) * side + 8
    return _svg(top + len(names) * side + 26, label, inner, width=max(wide, 320))


def lacks(names: Sequence[Named], patterns: Sequence[tuple[Sequence[bool], int]], rows: int, label: str) -> str:
    """Return which columns lack together: one row a pattern, and in how many rows of the table it is found."""
    side, left, top = 26, 12, 74
    step = min(46.0, (WIDTH - left - 150) / max(1, len(names)))
    most = max(often for _, often in patterns)
    inner = []
    for column, name in enumerate(names):
        x = left + column * step + step / 2
        inner.append(_text(name, x, top - 8, "start", "name", f' transform="rotate(-38 {x:.1f} {top - 8})"'))
    for number_, (pattern, often) in enumerate(patterns):
        y = top + number_ * side
        for column, is_lacking in enumerate(pattern):
            kind = "gap" if is_lacking else "there"
            inner.append(f'<rect class="{kind}" x="{left + column * step + 1:.1f}" y="{y}" '
                         f'width="{step - 2:.1f}" height="{side - 4}" rx="3"/>')  # fmt: skip
        x = left + len(names) * step + 12
        wide = 56 * often / most
        inner.append(f'<rect class="bar" x="{x:.1f}" y="{y + 5}" width="{wide:.1f}" height="{side - 14}" rx="2"/>'
                     f'<text class="tick" x="{x + wide + 6:.1f}" y="{y + 15}">{often:,} · '
                     f"{100 * often / max(1, rows):.3g} %</text>")  # fmt: skip
    return _svg(top + len(patterns) * side + 6, label, inner)


def _svg(height: float, label: str, inner: Sequence[str], width: float = WIDTH) -> str:
    return (f'<svg class="chart" viewBox="0 0 {width:.0f} {height:.0f}" style="max-width:{width:.0f}px" role="img" '
            f'{label}>{"".join(inner)}</svg>')  # fmt: skip


class _scale:  # noqa: N801
    """Where a value lies from left to right."""

    def __init__(self, low: float, high: float, left: float = _LEFT, right: float = _RIGHT) -> None:
        self._low, self._left = low, left
        self._step = (WIDTH - left - right) / ((high - low) or 1.0)

    def __call__(self, value: float) -> float:
        return self._left + (value - self._low) * self._step


def _axis(
    low: float,
    high: float,
    floor: float,
    place: _scale,
    left: float = _LEFT,
    right: float = WIDTH - _RIGHT,
    *,
    is_year: bool = False,
) -> str:
    parts = [f'<line class="axis" x1="{left}" x2="{right}" y1="{floor}" y2="{floor}"/>']
    ticks = _ticks(low, high, 6)
    apart = ticks[1] - ticks[0] if len(ticks) > 1 else 0.0
    for tick in ticks:
        said = year_or_number(tick) if is_year or _is_year(low, high) else number(tick, apart)
        parts.append(f'<text class="tick" x="{place(tick):.1f}" y="{floor + 17:.1f}" text-anchor="middle">'
                     f"{said}</text>")  # fmt: skip
    return "".join(parts)


def _is_year(low: float, high: float) -> bool:
    """Return whether an axis goes over years; nothing else that is measured lies so."""
    return low >= 1850 and high <= 2100


def _ends(values: Sequence[float]) -> tuple[float, float]:
    low, high = min(values), max(values)
    if high <= low:
        return low - (abs(low) or 1) / 2, high + (abs(high) or 1) / 2
    return low - (high - low) * 0.04, high + (high - low) * 0.04


def _ticks(low: float, high: float, most: int) -> list[float]:
    """Return round values between two, at most so many."""
    if not high > low:
        return [low]
    raw = (high - low) / most
    power = 10.0 ** math.floor(math.log10(raw))
    step = next(each * power for each in (1, 2, 5, 10) if each * power >= raw * (1 - 1e-9))
    first = math.ceil(low / step - 1e-9)
    return [each * step for each in range(first, math.floor(high / step + 1e-9) + 1)]


def _text(name: Named, x: float, y: float, anchor: str, kind: str, more: str = "") -> str:
    """Return a name in both languages, of which the page shows one; a long one is cut."""
    said = [each if len(each) <= 22 else each[:21] + "…" for each in name]
    inner = (
        escape(said[0])
        if said[0] == said[1]
        else "".join(
            f'<tspan x="{x:.1f}" lang="{language}">{escape(each)}</tspan>'
            for language, each in zip(LANGUAGES, said, strict=True)
        )
    )
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{inner}</text>'
