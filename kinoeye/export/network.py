"""Network: who talks with whom, drawn as SVG: characters on a circle, who answers each other joined by lines."""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

SIZE = 640
MOST_CHARACTERS = 24  # more could not be told apart on a circle

_RADIUS = 220
_DOT, _LINE = (6.0, 26.0), (1.0, 14.0)  # least and greatest, in the drawing's units


def network(rows: Sequence[Mapping[str, Any]], words: Mapping[str, int]) -> str:
    """Return the drawing; nothing where nobody talks with anybody.

    Parameters
    ----------
    rows : rows of `conversations` of one screenplay
    words : mapping of character to words
        Who says most is drawn largest; of more than `MOST_CHARACTERS` those who say most are drawn.
    """
    names = {name for row in rows for name in (row["one"], row["other"])}
    if not names:
        return ""
    shown = sorted(names, key=lambda name: (-words.get(name, 0), name))[:MOST_CHARACTERS]
    places = {name: _place(number, len(shown)) for number, name in enumerate(_beside(shown, rows))}
    most_words = max(1, *(words.get(name, 0) for name in shown))
    most = max(1, *(row["exchanges"] for row in rows))
    parts = [
        _line(places[row["one"]], places[row["other"]], row, row["exchanges"] / most)
        for row in rows
        if row["one"] in places and row["other"] in places
    ]
    parts += [_dot(name, places[name], words.get(name, 0), most_words) for name in shown]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="network" viewBox="0 0 {SIZE} {SIZE}" role="img" '
        f'font-family="sans-serif">{"".join(parts)}</svg>'
    )


def _beside(names: Sequence[str], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Order characters so that who talks with whom stands beside: each time whoever talks most with the last."""
    weights: Counter[tuple[str, str]] = Counter()
    for row in rows:
        weights[row["one"], row["other"]] = weights[row["other"], row["one"]] = row["exchanges"] + row["scenes"]
    order, left = [names[0]], list(names[1:])
    while left:
        left.sort(key=lambda name: -weights[order[-1], name])
        order.append(left.pop(0))
    return order


def _place(number: int, count: int) -> tuple[float, float]:
    angle = 2 * math.pi * number / count - math.pi / 2
    radius = _RADIUS if count > 1 else 0
    return SIZE / 2 + radius * math.cos(angle), SIZE / 2 + radius * math.sin(angle)


def _line(one: tuple[float, float], other: tuple[float, float], row: Mapping[str, Any], strength: float) -> str:
    width = _LINE[0] + (_LINE[1] - _LINE[0]) * strength
    said = escape(f"{row['one']} – {row['other']}: {row['exchanges']} / {row['scenes']}")
    return (
        f'<line x1="{one[0]:.1f}" y1="{one[1]:.1f}" x2="{other[0]:.1f}" y2="{other[1]:.1f}" stroke="#5b8def" '
        f'stroke-opacity="{0.25 + 0.5 * strength:.2f}" stroke-width="{width:.1f}" stroke-linecap="round">'
        f"<title>{said}</title></line>"
    )


def _dot(name: str, place: tuple[float, float], words: int, most: int) -> str:
    radius = _DOT[0] + (_DOT[1] - _DOT[0]) * math.sqrt(words / most)
    x, y = place
    below = y + radius + 18 if y >= SIZE / 2 else y - radius - 8
    return (
        f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="#e4572e"/>'
        f'<text x="{x:.1f}" y="{below:.1f}" text-anchor="middle" font-size="15" fill="currentColor">'
        f"{escape(name)}</text>"
    )
