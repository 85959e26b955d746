"""Retention drawing: who stays, where they leave, what they see again, as inline SVG over the title's own time.

All three have the same width and the same clock under them, so that they and a strip of the film can stand one under
the other. Colours come from the page's style.
"""

from collections.abc import Callable, Iterator, Sequence

from kinoeye.export.charts import WIDTH, number

LEFT, RIGHT = 44, 22
_WIDE = 2 * WIDTH
_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1200, 1800, 3600)  # seconds between two times under the axis
_MOST_TIMES = 10

Points = Sequence[tuple[float, float]]


def staying(seconds: int, points: Points, band: Sequence[tuple[float, float, float]], label: str) -> str:
    """Return the share that stays, 0..1, with its band.

    Parameters
    ----------
    seconds : int
        Length of the title.
    points : (second, share)
    band : (second, low, high)
    label : str
        An attribute that names the picture.
    """
    height, floor, top = 230, 198, 12
    across, up = _across(seconds), _up(floor, top, 0.0, 1.0)
    inner = [_rule(up(share), f"{share:.0%}") for share in (0.25, 0.5, 0.75, 1.0)]
    upper = "L".join(f"{across(at):.1f} {up(high):.1f}" for at, _, high in band)
    lower = "L".join(f"{across(at):.1f} {up(low):.1f}" for at, low, _ in reversed(band))
    inner.append(f'<path class="band" d="M{upper}L{lower}Z"/>')
    path = "L".join(f"{across(at):.1f} {up(share):.1f}" for at, share in points)
    return _svg(height, label, [*inner, f'<path class="fit" d="M{path}"/>', *_clock(seconds, floor)])


def leaving(seconds: int, steps: Sequence[tuple[float, float, float, bool]], usual: float, label: str) -> str:
    """Return the share that leaves in each step: (begin, end, share, whether it is more than usual)."""
    height, floor, top = 190, 158, 12
    most = max([share for _, _, share, _ in steps] + [usual, 1e-9])
    across, up = _across(seconds), _up(floor, top, 0.0, most)
    inner = [_rule(up(share), f"{share:.1%}") for share in (most / 2, most)]
    for begin, end, share, is_more in steps:
        width = max(0.6, across(end) - across(begin) - 0.6)
        inner.append(f'<rect class="{"gap" if is_more else "bar"}" x="{across(begin):.1f}" y="{up(share):.1f}" '
                     f'width="{width:.1f}" height="{max(0.0, floor - up(share)):.1f}"/>')  # fmt: skip
    inner.append(f'<line class="middle" x1="{LEFT}" x2="{_WIDE - RIGHT}" y1="{up(usual):.1f}" y2="{up(usual):.1f}"/>')
    return _svg(height, label, [*inner, *_clock(seconds, floor)])


def again(seconds: int, replayed: Points, skipped: Points, label: str) -> str:
    """Return how often moments are seen again, upwards, and the share that jumps over them, downwards."""
    height, middle, reach = 190, 80, 64
    across = _across(seconds)
    inner: list[str] = []
    for points, sign, kind in ((replayed, -1, "bar"), (skipped, 1, "over-bar")):
        most = max([value for _, value in points] + [1e-9])
        inner.append(_rule(middle + sign * reach, number(most) if sign < 0 else f"{most:.0%}"))
        path = "L".join(f"{across(at):.1f} {middle + sign * reach * value / most:.1f}" for at, value in points)
        first, last = across(points[0][0]), across(points[-1][0])
        inner.append(f'<path class="{kind}" d="M{first:.1f} {middle}L{path}L{last:.1f} {middle}Z"/>')
    inner.append(f'<line class="axis" x1="{LEFT}" x2="{_WIDE - RIGHT}" y1="{middle}" y2="{middle}"/>')
    return _svg(height, label, [*inner, *_clock(seconds, middle + reach + 8)])


def said(second: float) -> str:
    """Return a time of a title as people say it.

    Examples
    --------
    >>> said(62), said(3723)
    ('1:02', '1:02:03')
    """
    whole = round(second)
    hours = f"{whole // 3600}:" if whole >= 3600 else ""
    return f"{hours}{whole // 60 % 60:02d}:{whole % 60:02d}" if hours else f"{whole // 60}:{whole % 60:02d}"


def _across(seconds: int) -> Callable[[float], float]:
    return lambda at: LEFT + (_WIDE - LEFT - RIGHT) * at / max(1, seconds)


def _up(floor: float, top: float, low: float, high: float) -> Callable[[float], float]:
    return lambda value: floor - (floor - top) * (value - low) / (high - low)


def _rule(y: float, text: str) -> str:
    return (f'<line class="rule" x1="{LEFT}" x2="{_WIDE - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text class="tick" x="{LEFT - 6}" y="{y + 4:.1f}" text-anchor="end">{text}</text>')  # fmt: skip


def _clock(seconds: int, floor: float) -> Iterator[str]:
    across = _across(seconds)
    yield f'<line class="axis" x1="{LEFT}" x2="{_WIDE - RIGHT}" y1="{floor}" y2="{floor}"/>'
    step = next((each for each in _STEPS if seconds <= each * _MOST_TIMES), _STEPS[-1])
    for at in range(0, seconds + 1, step):
        yield (f'<text class="tick" x="{across(at):.1f}" y="{floor + 17:.1f}" text-anchor="middle">{said(at)}</text>')


def _svg(height: float, label: str, inner: Sequence[str]) -> str:
    return f'<svg class="chart" viewBox="0 0 {_WIDE} {height}" role="img" {label}>{"".join(inner)}</svg>'
