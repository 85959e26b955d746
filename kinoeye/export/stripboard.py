"""Stripboard: a schedule as coloured strips, one a scene, with a bar at the end of each day, as SVG.

Colours as the trade's paper has them: white for interiors by day, yellow for exteriors by day, blue for interiors by
night, green for exteriors by night; dawn and dusk, which have no common colour, are pink.
"""

from collections.abc import Callable
from datetime import date

from kinoeye.export.page import esc
from kinoeye.treatments.screenplay.day_out_of_days import cast_numbers
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay

COLOURS = {
    (True, "day"): "#ffffff", (False, "day"): "#ffe680", (True, "night"): "#b9d4f4", (False, "night"): "#b7dfb0",
}  # fmt: skip
TWILIGHT = "#f6cfdc"

_WIDTH, _ROW, _BAR, _MARGIN = 1180, 30, 26, 12
_COLUMNS = ((14, 5), (66, 4), (122, 6), (190, 40), (560, 22), (756, 12), (830, 40))  # left edge, letters that fit

Say = Callable[..., str]


def colour(strip: SceneStrip) -> str:
    """Return a strip's colour."""
    return COLOURS.get((strip.is_interior, strip.light), TWILIGHT)


def pages(eighths: int) -> str:
    """Return a length as the trade writes it.

    Examples
    --------
    >>> pages(11), pages(8), pages(3)
    ('1 3/8', '1', '3/8')
    """
    whole, rest = divmod(eighths, 8)
    return " ".join(filter(None, (str(whole) if whole or not rest else "", f"{rest}/8" if rest else "")))


def time_of_day(minutes: int) -> str:
    """Return a time; what is past midnight belongs to the night before and is marked."""
    return f"{minutes // 60 % 24:02d}:{minutes % 60:02d}" + ("+" if minutes >= 1440 else "")


def numbers_of(strip: SceneStrip, numbers: dict[str, int]) -> str:
    """Return the numbers of a scene's cast."""
    return ", ".join(str(number) for number in sorted(numbers[name] for name in set(strip.cast)))


def stripboard_svg(schedule: Schedule, say: Say) -> str:
    """Return the board as one SVG picture that needs nothing else.

    Parameters
    ----------
    say : callable
        Key and values to the words of one language.
    """
    numbers = cast_numbers([slot.strip for day in schedule.days for slot in day.slots])
    parts: list[str] = []
    top = _MARGIN
    for day in schedule.days:
        for slot in day.slots:
            parts.append(_row(slot.strip, slot.start, numbers, top, say))
            top += _ROW
        parts.append(_bar(day, top, say))
        top += _BAR + 6
    height = top + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="Helvetica, Arial, Noto Sans CJK SC, PingFang SC, sans-serif" font-size="13" role="img">'
        f"<title>{esc(say('stripboard'))}</title>"
        f'<rect width="{_WIDTH}" height="{height}" fill="#f2f1ee"/>{"".join(parts)}</svg>'
    )


def _row(strip: SceneStrip, start: int, numbers: dict[str, int], top: int, say: Say) -> str:
    cells = (
        strip.number, say("int" if strip.is_interior else "ext"), say("light_" + strip.light), strip.set,
        strip.location,        pages(strip.eighths), numbers_of(strip, numbers),
    )  # fmt: skip
    texts = "".join(
        f'<text x="{left}" y="{top + 20}" fill="#16181d"{_bold(place)}>{esc(_cut(text, letters))}</text>'
        for place, ((left, letters), text) in enumerate(zip(_COLUMNS, cells, strict=True))
    )
    return (
        f"<g><title>{esc(f'{strip.number} {strip.heading}')}</title>"
        f'<rect x="6" y="{top}" width="{_WIDTH - 12}" height="{_ROW - 1}" fill="{colour(strip)}" stroke="#8d8a82"/>'
        f'{texts}<text x="{_WIDTH - 16}" y="{top + 20}" text-anchor="end" fill="#16181d">{time_of_day(start)}</text>'
        "</g>"
    )


def _bar(day: ShootingDay, top: int, say: Say) -> str:
    eighths = sum(slot.strip.eighths for slot in day.slots)
    words = say("end_of_day", number=day.number, date=dated(day.date, say), pages=pages(eighths))
    times = (
        f"{say('kind_' + day.kind)}  {time_of_day(day.call)}–{time_of_day(day.wrap)}" if day.slots else say("kind_rest")
    )
    return (
        f'<rect x="6" y="{top}" width="{_WIDTH - 12}" height="{_BAR}" fill="#23262d"/>'
        f'<text x="14" y="{top + 18}" fill="#ffffff" font-weight="600">{esc(words)}</text>'
        f'<text x="{_WIDTH - 16}" y="{top + 18}" text-anchor="end" fill="#ffffff">{esc(times)}</text>'
    )


def dated(day: date, say: Say) -> str:
    """Return a date with its day of the week."""
    return f"{say('weekday').split()[day.weekday()]} {day.isoformat()}"


def _bold(place: int) -> str:
    return ' font-weight="700"' if place == 0 else ""


def _cut(text: str, letters: int) -> str:
    """Return what fits; a Chinese letter is as wide as two."""
    width, kept = 0, ""
    for letter in text:
        width += 2 if ord(letter) > 0x2E80 else 1
        if width > letters:
            return kept[:-1] + "…"
        kept += letter
    return kept
