"""Stripboard: a schedule as coloured strips, one a scene, with a bar at the end of each day, as SVG, PDF and PNG.

Colours as the trade's paper has them: white for interiors by day, yellow for exteriors by day, blue for interiors by
night, green for exteriors by night; dawn and dusk, which have no common colour, are pink. A narrow band says where the
company moves.
"""

import io
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date

import pypdfium2
from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4, landscape
from reportlab.pdfgen.canvas import Canvas

from kinoeye.export import fonts
from kinoeye.export.page import esc
from kinoeye.treatments.screenplay.day_out_of_days import cast_numbers
from kinoeye.treatments.screenplay.moves import Move
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay

COLOURS = {
    (True, "day"): "#ffffff", (False, "day"): "#ffe680", (True, "night"): "#b9d4f4", (False, "night"): "#b7dfb0",
}  # fmt: skip
TWILIGHT = "#f6cfdc"

_WIDTH, _ROW, _BAR, _MOVE, _MARGIN = 1180, 30, 26, 20, 12
_COLUMNS = ((14, 5), (66, 4), (122, 6), (190, 40), (560, 22), (756, 12), (830, 40))  # left edge, letters that fit
_SIZE = 13
_INK, _GROUND, _DARK, _BAND, _LACKING = "#16181d", "#f2f1ee", "#23262d", "#d9d5ca", "#fdebdc"
_EDGE = 28.0  # points of a page's margin
_MOST_PIXELS = 30_000  # of a PNG's height: more is no picture that programs open

Say = Callable[..., str]


@dataclass(frozen=True)
class _Text:
    x: float
    text: str
    fill: str = _INK
    is_bold: bool = False
    is_right: bool = False


@dataclass(frozen=True)
class _Band:
    """One row of the board: a strip, a bar, or a move; `top` within the board."""

    top: float
    height: float
    step: float
    fill: str
    edge: str
    texts: tuple[_Text, ...]
    title: str = ""


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


def stripboard_svg(schedule: Schedule, say: Say, moves: Sequence[Move] = ()) -> str:
    """Return the board as one SVG picture that needs nothing else.

    Parameters
    ----------
    say : callable
        Key and values to the words of one language.
    moves : sequence of Move
        Of the company.
    """
    bands = list(_bands(schedule, say, moves))
    height = _MARGIN + sum(band.step for band in bands) + _MARGIN
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" width="{_WIDTH}" height="{height}" '
        f'font-family="Helvetica, Arial, Noto Sans CJK SC, PingFang SC, sans-serif" font-size="{_SIZE}" role="img">'
        f"<title>{esc(say('stripboard'))}</title>"
        f'<rect width="{_WIDTH}" height="{height}" fill="{_GROUND}"/>{"".join(map(_svg, bands))}</svg>'
    )


def stripboard_pdf(schedule: Schedule, say: Say, moves: Sequence[Move] = (), *, title: str = "") -> bytes:
    """Return the board as PDF, A4 across; a strip is never parted."""
    fonts.register()
    width, height = landscape(A4)
    scale = (width - 2 * _EDGE) / _WIDTH
    room = (height - 2 * _EDGE) / scale - 2 * _ROW
    sheets: list[list[_Band]] = [[]]
    top = 0.0
    for bands in _together(list(_bands(schedule, say, moves))):
        if top + sum(band.step for band in bands) > room and sheets[-1]:
            sheets.append([])
            top = 0.0
        for band in bands:
            sheets[-1].append(replace(band, top=top + _ROW))
            top += band.step
    held = io.BytesIO()
    canvas = Canvas(held, (width, height), invariant=True)
    canvas.setTitle(f"{title} – {say('stripboard')}".strip(" –"))
    for number, sheet in enumerate(sheets, 1):
        canvas.saveState()
        canvas.translate(_EDGE, height - _EDGE)
        canvas.scale(scale, scale)
        foot = say("page", page=number, pages=len(sheets))
        head = (_Text(6, title[:90], is_bold=True), _Text(_WIDTH - 6, foot, is_right=True))
        for band in (_Band(0, _BAR, _ROW, "", "", head), *sheet):
            _draw(canvas, band)
        canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return held.getvalue()


def stripboard_png(schedule: Schedule, say: Say, moves: Sequence[Move] = (), *, width: int = 1770) -> bytes:
    """Return the whole board as one PNG.

    Parameters
    ----------
    width : pixels
        Less where the board would be higher than programs open.
    """
    fonts.register()
    bands = list(_bands(schedule, say, moves))
    height = 2 * _MARGIN + sum(band.step for band in bands)
    held = io.BytesIO()
    canvas = Canvas(held, (_WIDTH, height), invariant=True)
    canvas.setFillColor(HexColor(_GROUND))
    canvas.rect(0, 0, _WIDTH, height, stroke=0, fill=1)
    canvas.translate(0, height)
    for band in bands:
        _draw(canvas, band)
    canvas.save()
    page = pypdfium2.PdfDocument(held.getvalue())[0]
    picture = page.render(scale=min(width / _WIDTH, _MOST_PIXELS / height)).to_pil()
    out = io.BytesIO()
    picture.save(out, "PNG", optimize=True)
    return out.getvalue()


def _bands(schedule: Schedule, say: Say, moves: Sequence[Move]) -> Iterator[_Band]:
    """Yield the rows of the board from the top."""
    numbers = cast_numbers([slot.strip for day in schedule.days for slot in day.slots])
    before = {move.scene: move for move in moves}
    top: float = _MARGIN

    def placed(band: _Band) -> _Band:
        nonlocal top
        top += band.step
        return replace(band, top=top - band.step)

    for day in schedule.days:
        for slot in day.slots:
            if slot.strip.id in before:
                yield placed(_move(before[slot.strip.id], say))
            yield placed(_strip(slot.strip, slot.start, numbers, say))
        yield placed(_bar(day, say))
    if "" in before:
        yield placed(_move(before[""], say))


def _together(bands: Sequence[_Band]) -> Iterator[list[_Band]]:
    """Yield what stays on one page: a move with the strip behind it, a day's bar with the last strip before it."""
    held: list[_Band] = []
    for band, after in zip(bands, [*bands[1:], None], strict=True):
        held.append(band)
        if after is None or (band.fill not in (_BAND, _LACKING) and after.fill != _DARK):
            yield held
            held = []


def _strip(strip: SceneStrip, start: int, numbers: dict[str, int], say: Say) -> _Band:
    cells = (
        strip.number, say("int" if strip.is_interior else "ext"), say("light_" + strip.light), strip.set,
        strip.location, pages(strip.eighths), numbers_of(strip, numbers),
    )  # fmt: skip
    texts = [
        _Text(left, _cut(text, letters), is_bold=not place)
        for place, ((left, letters), text) in enumerate(zip(_COLUMNS, cells, strict=True))
    ]
    texts.append(_Text(_WIDTH - 16, time_of_day(start), is_right=True))
    return _Band(0, _ROW - 1, _ROW, colour(strip), "#8d8a82", tuple(texts), f"{strip.number} {strip.heading}")


def _bar(day: ShootingDay, say: Say) -> _Band:
    eighths = sum(slot.strip.eighths for slot in day.slots)
    words = say("end_of_day", number=day.number, date=dated(day.date, say), pages=pages(eighths))
    times = (
        f"{say('kind_' + day.kind)}  {time_of_day(day.call)}–{time_of_day(day.wrap)}" if day.slots else say("kind_rest")
    )
    white = "#ffffff"
    return _Band(
        0, _BAR, _BAR + 6, _DARK, "", (_Text(14, words, white, True), _Text(_WIDTH - 16, times, white, False, True))
    )


def _move(move: Move, say: Say) -> _Band:
    told = (_Text(14, _cut(move_words(move, say), 120), is_bold=bool(move.lacking)),)
    return _Band(0, _MOVE - 2, _MOVE, _LACKING if move.lacking else _BAND, "", told)


def move_words(move: Move, say: Say) -> str:
    """Return a move in words: from where to where, on which days, and what lacks."""
    home = say("home")
    words = say("move_within" if move.is_within else "move", origin=move.origin or home, place=move.place or home)
    if move.travel:
        words += f"; {say('travel')}: " + ", ".join(dated(day, say) for day in move.travel)
    return words + (f"; {say('travel_lacking', days=move.lacking)}" if move.lacking else "")


def dated(day: date, say: Say) -> str:
    """Return a date with its day of the week."""
    return f"{say('weekday').split()[day.weekday()]} {day.isoformat()}"


def _svg(band: _Band) -> str:
    edge = f' stroke="{band.edge}"' if band.edge else ""
    end, bold = ' text-anchor="end"', ' font-weight="700"'
    texts = "".join(
        f'<text x="{each.x:g}" y="{_baseline(band):g}" fill="{each.fill}"{end * each.is_right}{bold * each.is_bold}>'
        f"{esc(each.text)}</text>"
        for each in band.texts
    )
    title = f"<title>{esc(band.title)}</title>" if band.title else ""
    return (
        f'<g>{title}<rect x="6" y="{band.top:g}" width="{_WIDTH - 12}" height="{band.height:g}" '
        f'fill="{band.fill}"{edge}/>{texts}</g>'
    )


def _draw(canvas: Canvas, band: _Band) -> None:
    """Draw a band in PDF, whose heights count upwards."""
    if band.fill:
        canvas.setFillColor(HexColor(band.fill))
        canvas.setStrokeColor(HexColor(band.edge or band.fill))
        canvas.rect(6, -band.top - band.height, _WIDTH - 12, band.height, stroke=1, fill=1)
    for each in band.texts:
        canvas.setFillColor(HexColor(each.fill))
        font = "Helvetica-Bold" if each.is_bold else "Helvetica"
        fonts.draw(canvas, each.x, -_baseline(band), each.text, font, _SIZE, is_right=each.is_right)


def _baseline(band: _Band) -> float:
    return band.top + band.height / 2 + 5


def _cut(text: str, letters: int) -> str:
    """Return what fits; a Chinese letter is as wide as two."""
    width, kept = 0, ""
    for letter in text:
        width += 2 if ord(letter) > fonts.WIDE else 1
        if width > letters:
            return kept[:-1] + "…"
        kept += letter
    return kept
