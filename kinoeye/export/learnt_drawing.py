"""Learnt drawing: charts of what was learnt as inline SVG: scores against cost, confusion, curves, bars.

Colours are those of the page; every chart has a title that says in words what it shows.
"""

import math
from collections.abc import Sequence
from html import escape

import numpy as np
import numpy.typing as npt

WIDTH, HEIGHT = 560, 340
_LEFT, _RIGHT, _TOP, _BOTTOM = 58, 18, 14, 46
_MOST_CELLS = 24  # classes whose confusion can be read

Point = tuple[float, float]


def costs(
    rows: Sequence[tuple[str, float, float, float, float, bool]], bar: float | None, axes: tuple[str, str]
) -> str:
    """Return scores with their intervals against cost, on a logarithmic scale.

    Parameters
    ----------
    rows : (name, cost, score, low, high, whether it was picked)
    bar : float or None
        The score from which one lies within one standard error of the best; None draws no band.
    axes : what is written along the lower and the left edge
    """
    if not rows:
        return ""
    logs = [math.log10(max(1e-6, each[1])) for each in rows]
    low, high = min(each[3] for each in rows), max(each[4] for each in rows)
    x_range = min(logs) - 0.15, max(logs) + 0.75
    y_range = _padded(low, high)
    parts = []
    if bar is not None:
        best = max(each[2] for each in rows)
        top, bottom = _y(max(best, bar), y_range), _y(min(best, bar), y_range)
        parts.append(f'<rect class="band" x="{_LEFT}" y="{top:.1f}" width="{WIDTH - _LEFT - _RIGHT}" '
                     f'height="{max(1.0, bottom - top):.1f}"/>')  # fmt: skip
    parts += _frame(x_range, y_range, axes, is_log=True)
    taken: list[Point] = []
    for (name, _, score, least, most, is_picked), log in sorted(
        zip(rows, logs, strict=True), key=lambda each: -each[0][2]
    ):
        x, y = _x(log, x_range), _y(score, y_range)
        kind = "picked" if is_picked else "other"
        top, bottom = _y(most, y_range), _y(least, y_range)
        parts.append(f'<line class="reach {kind}" x1="{x:.1f}" x2="{x:.1f}" y1="{top:.1f}" y2="{bottom:.1f}"/>')
        parts.append(f'<circle class="dot {kind}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        label_y = _free(taken, x, y)
        parts.append(f'<text class="mark {kind}" x="{x + 9:.1f}" y="{label_y + 4:.1f}">{escape(name)}</text>')
    return _svg(parts, axes[1])


def confusion(table: npt.NDArray[np.int64], names: Sequence[str], axes: tuple[str, str]) -> str:
    """Return which class (row) was answered as which (column), darker the larger its share of the row.

    Of too many classes the commonest are shown.
    """
    kept = np.argsort(-table.sum(axis=1), kind="stable")[:_MOST_CELLS]
    table, names = table[np.ix_(kept, kept)], [names[place] for place in kept]
    count = len(names)
    cell = min(64.0, 620 / count)
    left, top = 150.0, 24.0
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    parts = [f'<text class="axis" x="{left:.0f}" y="14">{escape(axes[1])} →</text>']
    for row, name in enumerate(names):
        y = top + row * cell
        parts.append(f'<text class="name" x="{left - 8:.1f}" y="{y + cell / 2 + 4:.1f}" text-anchor="end">'
                     f"{escape(_cut(name, 20))}</text>")  # fmt: skip
        for column in range(count):
            x = left + column * cell
            share = float(shares[row, column])
            kind = "hit" if row == column else "miss"
            parts.append(
                f'<rect class="cell {kind}" x="{x:.1f}" y="{y:.1f}" width="{cell - 1:.1f}" '
                f'height="{cell - 1:.1f}" fill-opacity="{0.06 + 0.94 * share:.3f}">'
                f"<title>{escape(f'{name} → {names[column]}: {table[row, column]}')}</title></rect>"
            )
            if cell >= 26 and table[row, column]:
                light = " light" if share > 0.55 else ""
                parts.append(f'<text class="count{light}" x="{x + cell / 2:.1f}" y="{y + cell / 2 + 4:.1f}" '
                             f'text-anchor="middle">{table[row, column]}</text>')  # fmt: skip
    bottom = top + count * cell
    for column, name in enumerate(names):
        x = left + column * cell + cell / 2
        parts.append(f'<text class="name" x="{x:.1f}" y="{bottom + 12:.1f}" text-anchor="end" '
                     f'transform="rotate(-40 {x:.1f} {bottom + 12:.1f})">{escape(_cut(name, 14))}</text>')  # fmt: skip
    size = f"0 0 {left + count * cell + 10:.0f} {bottom + 84:.0f}"
    width = f"max-width:{left + count * cell + 10:.0f}px"
    head = f'<svg class="chart wide" style="{width}" viewBox="{size}" role="img">'
    return f"{head}<title>{escape(axes[0])}</title>{''.join(parts)}</svg>"


def curve(
    points: Sequence[tuple[str, Sequence[Point]]], axes: tuple[str, str], *, diagonal: bool = False, dots: bool = False
) -> str:
    """Return curves in a square of 0 to 1; with a diagonal where agreement lies.

    Parameters
    ----------
    points : (name, points), the first the main one
    axes : what is written along the lower and the left edge
    diagonal : bool
    dots : bool
        Whether each point is drawn.
    """
    unit = (0.0, 1.0)
    parts = _frame(unit, unit, axes)
    if diagonal:
        parts.append(f'<line class="even" x1="{_x(0, unit):.1f}" y1="{_y(0, unit):.1f}" x2="{_x(1, unit):.1f}" '
                     f'y2="{_y(1, unit):.1f}"/>')  # fmt: skip
    for number, (name, own) in enumerate(points):
        kept = _thinned(own)
        path = "L".join(f"{_x(x, unit):.1f} {_y(y, unit):.1f}" for x, y in kept)
        if path:
            parts.append(f'<path class="curve c{min(number, 1)}" d="M{path}"><title>{escape(name)}</title></path>')
        if dots:
            parts += [f'<circle class="dot picked" cx="{_x(x, unit):.1f}" cy="{_y(y, unit):.1f}" r="4"/>'
                      for x, y in own]  # fmt: skip
    return _svg(parts, axes[1])


def scatter(points: Sequence[Point], axes: tuple[str, str]) -> str:
    """Return points of numbers that were answered against those that are right, with the line where they agree."""
    both = [value for point in points for value in point]
    span = _padded(min(both), max(both))
    parts = _frame(span, span, axes)
    parts.append(f'<line class="even" x1="{_x(span[0], span):.1f}" y1="{_y(span[0], span):.1f}" '
                 f'x2="{_x(span[1], span):.1f}" y2="{_y(span[1], span):.1f}"/>')  # fmt: skip
    step = max(1, len(points) // 800)
    parts += [f'<circle class="point" cx="{_x(x, span):.1f}" cy="{_y(y, span):.1f}" r="2.5"/>'
              for x, y in points[::step]]  # fmt: skip
    return _svg(parts, axes[1])


def bars(rows: Sequence[tuple[str, float]], label: str) -> str:
    """Return names with bars, those below nothing in another colour."""
    if not rows:
        return ""
    height, left, most = 22, 220.0, max(abs(value) for _, value in rows) or 1.0
    parts = []
    for number, (name, value) in enumerate(rows):
        y = number * height
        width = 250 * abs(value) / most
        kind = "for" if value >= 0 else "against"
        place = f'x="{left:.0f}" y="{y + 4}" width="{max(1.0, width):.1f}"'
        shown = escape(_cut(name, 32))
        parts.append(f'<text class="name" x="{left - 8:.0f}" y="{y + 15}" text-anchor="end">{shown}</text>'
                     f'<rect class="bar {kind}" {place} height="14" rx="3"/>'
                     f'<text class="tick" x="{left + width + 6:.1f}" y="{y + 15}">{value:+.2f}</text>')  # fmt: skip
    head = f'<svg class="chart" viewBox="0 0 {WIDTH} {len(rows) * height + 4}" role="img">'
    return f"{head}<title>{escape(label)}</title>{''.join(parts)}</svg>"


def _svg(parts: Sequence[str], label: str) -> str:
    return (f'<svg class="chart" viewBox="0 0 {WIDTH} {HEIGHT}" role="img"><title>{escape(label)}</title>'
            f'{"".join(parts)}</svg>')  # fmt: skip


def _frame(x_range: Point, y_range: Point, axes: tuple[str, str], *, is_log: bool = False) -> list[str]:
    """Return the lines and numbers of both axes."""
    parts = []
    for value in _steps(y_range):
        y = _y(value, y_range)
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{_number(value)}</text>'
        )
    ticks: Sequence[float] = range(math.ceil(x_range[0]), math.floor(x_range[1]) + 1) if is_log else _steps(x_range)
    for value in ticks:
        x = _x(value, x_range)
        shown = _number(10.0**value) if is_log else _number(value)
        parts.append(
            f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{HEIGHT - _BOTTOM}"/>'
            f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 30}" text-anchor="middle">{shown}</text>'
        )
    parts.append(f'<text class="axis" x="{(_LEFT + WIDTH - _RIGHT) / 2:.0f}" y="{HEIGHT - 8}" text-anchor="middle">'
                 f"{escape(axes[0])}</text>")  # fmt: skip
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    parts.append(f'<text class="axis" x="14" y="{middle:.0f}" text-anchor="middle" '
                 f'transform="rotate(-90 14 {middle:.0f})">{escape(axes[1])}</text>')  # fmt: skip
    return parts


def _x(value: float, span: Point) -> float:
    return _LEFT + (value - span[0]) / ((span[1] - span[0]) or 1) * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, span: Point) -> float:
    return HEIGHT - _BOTTOM - (value - span[0]) / ((span[1] - span[0]) or 1) * (HEIGHT - _TOP - _BOTTOM)


def _padded(low: float, high: float) -> Point:
    room = 0.06 * (high - low) or 0.05 * max(1.0, abs(high))
    return low - room, high + room


def _steps(span: Point) -> list[float]:
    """Return round values within a span, four to eight of them."""
    rough = (span[1] - span[0]) / 6
    size = 10.0 ** math.floor(math.log10(rough)) if rough > 0 else 1.0
    step = next(size * each for each in (1, 2, 2.5, 5, 10) if size * each >= rough)
    first = math.ceil(span[0] / step - 1e-9)
    return [number * step for number in range(first, math.floor(span[1] / step + 1e-9) + 1)]


def _number(value: float) -> str:
    return f"{value:.0f}" if abs(value) >= 1000 else f"{value:.3g}"


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """Return at most a few hundred points of a curve, its ends among them."""
    step = max(1, len(points) // 300)
    return [*points[::step], points[-1]] if len(points) > 300 else points


def _free(taken: list[Point], x: float, y: float) -> float:
    """Return a height for a name at which no other stands."""
    while any(abs(y - other_y) < 14 and abs(x - other_x) < 150 for other_x, other_y in taken):
        y += 14
    taken.append((x, y))
    return y


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
