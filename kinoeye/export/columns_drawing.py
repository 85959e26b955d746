"""Columns drawn: what is missing column by column, the histogram of one, its outliers marked, its commonest cells."""

import datetime
import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

Row = Mapping[str, Any]

WIDTH = 560
HEIGHT = 150
_LEFT, _RIGHT, _TOP, _BOTTOM = 8, 8, 14, 26
_LINE = 22  # of a bar that lies
_NAMED = 190  # for the names in front of such bars
_EPOCH = datetime.date(1970, 1, 1)


def missing(rows: Sequence[Row], names: Sequence[str], label: str) -> str:
    """Return bars that show the share of cells missing: not there, empty, placeholders.

    Parameters
    ----------
    rows : rows of `record_columns`
    names : sequence of str
        What each column is called on the page.
    label : str
        Attributes that say in words what is drawn, escaped.
    """
    height = _LINE * len(rows) + 6
    width = 900
    reach = width - _NAMED - 70
    parts = []
    for number, (row, name) in enumerate(zip(rows, names, strict=True)):
        top = number * _LINE + 4
        parts.append(f'<text class="name" x="{_NAMED - 10}" y="{top + 12}" text-anchor="end">{_short(name, 26)}</text>')
        parts.append(f'<rect class="ground" x="{_NAMED}" y="{top}" width="{reach}" height="14" rx="3"/>')
        left = float(_NAMED)
        for kind in ("nulls", "empties", "placeholders"):
            part = reach * row[kind] / max(1, row["rows"])
            if part > 0:
                part = max(part, 1.5)
                parts.append(f'<rect class="{kind}" x="{left:.1f}" y="{top}" width="{part:.1f}" height="14"/>')
                left += part
        share = 100 * row["missing"] / max(1, row["rows"])
        told = f"{share:.1f} %" if share >= 0.05 or not share else "&lt; 0.1 %"
        parts.append(f'<text class="share" x="{_NAMED + reach + 8}" y="{top + 12}">{told}</text>')
    return f'<svg class="columns" viewBox="0 0 {width} {height}" role="img" {label}>{"".join(parts)}</svg>'


def histogram(row: Row, label: str) -> str:
    """Return the histogram of a column of numbers or days; arrows at the ends say where outliers lie."""
    bars = row["bars"]
    most = max(each["count"] for each in bars)
    reach, tall = WIDTH - _LEFT - _RIGHT, HEIGHT - _TOP - _BOTTOM
    step = reach / len(bars)
    parts = [f'<line class="axis" x1="{_LEFT}" x2="{WIDTH - _RIGHT}" y1="{HEIGHT - _BOTTOM}" y2="{HEIGHT - _BOTTOM}"/>']
    for number, each in enumerate(bars):
        high = tall * each["count"] / max(1, most)
        high = max(high, 1.0) if each["count"] else 0.0
        told = f"{_number(each['begin'], row)} – {_number(each['end'], row)}: {each['count']:,}"
        parts.append(
            f'<rect class="bar" x="{_LEFT + number * step:.2f}" y="{HEIGHT - _BOTTOM - high:.2f}" '
            f'width="{max(0.6, step - 1):.2f}" height="{high:.2f}"><title>{escape(told)}</title></rect>'
        )
    parts += _quartiles(row, bars, reach) + _ends(row, bars)
    for number, anchor in ((0, "start"), (len(bars) // 2, "middle"), (len(bars), "end")):
        value = bars[number]["begin"] if number < len(bars) else bars[-1]["end"]
        x = _LEFT + number * step
        parts.append(
            f'<text class="tick" x="{x:.1f}" y="{HEIGHT - 9}" text-anchor="{anchor}">{_number(value, row)}</text>'
        )
    return f'<svg class="histogram" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" {label}>{"".join(parts)}</svg>'


def commonest(row: Row, label: str) -> str:
    """Return the cells that stand there most often as bars."""
    cells = row["commonest"][:8]
    most = cells[0]["count"]
    reach = WIDTH - _NAMED - 90
    parts = []
    for number, each in enumerate(cells):
        top = number * _LINE + 4
        wide = max(1.5, reach * each["count"] / most)
        name = _short(each["value"], 24)
        parts.append(f'<text class="name" x="{_NAMED - 10}" y="{top + 12}" text-anchor="end">{name}</text>')
        parts.append(f'<rect class="bar" x="{_NAMED}" y="{top}" width="{wide:.1f}" height="14" rx="3"/>')
        parts.append(f'<text class="share" x="{_NAMED + wide + 8:.1f}" y="{top + 12}">{each["count"]:,}</text>')
    height = _LINE * len(cells) + 6
    return f'<svg class="histogram" viewBox="0 0 {WIDTH} {height}" role="img" {label}>{"".join(parts)}</svg>'


def _quartiles(row: Row, bars: Sequence[Row], reach: float) -> list[str]:
    """Return a line at the middle and a band between the quartiles."""
    if len(row["quartiles"]) != 3:
        return []
    low, middle, high = (_LEFT + reach * _share(value, bars) for value in row["quartiles"])
    top, bottom = _TOP - 6, HEIGHT - _BOTTOM
    return [
        f'<rect class="quartiles" x="{low:.1f}" y="{top}" width="{max(1.0, high - low):.1f}" height="4" rx="2"/>',
        f'<line class="middle" x1="{middle:.1f}" x2="{middle:.1f}" y1="{top}" y2="{bottom}"/>',
    ]


def _share(value: float, bars: Sequence[Row]) -> float:
    """Return where a value lies in the drawing, 0..1; bars may differ in width."""
    for number, each in enumerate(bars):
        if value <= each["end"] or number == len(bars) - 1:
            wide = each["end"] - each["begin"]
            inside = min(1.0, max(0.0, (value - each["begin"]) / wide)) if wide > 0 else 0.5
            return (number + inside) / len(bars)
    return 1.0


def _ends(row: Row, bars: Sequence[Row]) -> list[str]:
    """Return a mark at each end beyond which outliers lie."""
    if not row["outliers"] and not row["unlikely"]:
        return []
    found = []
    least, greatest = (_value(row[each]) for each in ("least", "greatest"))
    middle = (_TOP + HEIGHT - _BOTTOM) / 2
    if least is not None and least < bars[0]["begin"]:
        found.append(f'<path class="outlier" d="M{_LEFT} {middle - 7}l-7 7l7 7z"/>')
    if greatest is not None and greatest > bars[-1]["end"]:
        found.append(f'<path class="outlier" d="M{WIDTH - _RIGHT} {middle - 7}l7 7l-7 7z"/>')
    return found


def _value(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        return float(text)
    except ValueError:
        pass
    try:
        return float((datetime.date.fromisoformat(text) - _EPOCH).days)
    except ValueError:
        return None


def _number(value: float, row: Row) -> str:
    """Return a number as an axis shows it: 12M, 3.5k, a day."""
    if row["type"] == "date":
        try:
            return (_EPOCH + datetime.timedelta(days=math.floor(value))).isoformat()
        except OverflowError:
            return ""
    if row["unit"] == "year":
        return f"{value:.0f}"
    for size, sign in ((1e9, "G"), (1e6, "M"), (1e4, "k")):
        if abs(value) >= size:
            return f"{value / (1e3 if sign == 'k' else size):.3g}{sign}"
    return f"{value:.4g}"


def _short(text: str, most: int) -> str:
    """Return text that fits; a Chinese sign is as wide as two letters."""
    wide = 0
    kept: list[str] = []
    for sign in text:
        wide += 2 if ord(sign) > 0x2E80 else 1
        if wide > most:
            return escape("".join(kept).rstrip() + "…")
        kept.append(sign)
    return escape(text)
