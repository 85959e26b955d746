"""Schedule page: a schedule as one HTML file in English and Chinese.

Stripboard, one-line schedule, day out of days, and a breakdown sheet for each scene. It opens from disk, needs no
scripts but for the language of its labels, and prints.
"""

from collections.abc import Callable, Sequence

from kinoeye.errors import UseError
from kinoeye.export.page import both_in, document, esc
from kinoeye.export.stripboard import colour, dated, move_words, numbers_of, pages, stripboard_svg, time_of_day
from kinoeye.export.words import LANGUAGES, words
from kinoeye.treatments.screenplay.day_out_of_days import CastRow, cast_numbers, dated_codes, day_out_of_days
from kinoeye.treatments.screenplay.moves import Move, moves
from kinoeye.treatments.screenplay.strips import Schedule, ShootingDay, Slot, Wishes


def say_in(language: str) -> Callable[..., str]:
    """Return what says the messages of a schedule in a language.

    Raises
    ------
    UseError
        If there are none in it.

    Examples
    --------
    >>> say_in("en")("end_of_day", number=3, date="Wed 2026-03-04", pages="4 5/8")
    'End of day 3, Wed 2026-03-04: 4 5/8 pages'
    """
    said = words(language).sections["schedule"]

    def say(key: str, /, **values: object) -> str:
        return said[key].format(**values)

    return say


def schedule_page(schedule: Schedule, wishes: Wishes, *, title: str = "", language: str = "en") -> bytes:
    """Return the schedule as UTF-8 HTML.

    Parameters
    ----------
    wishes : Wishes
        Of which days of travel and of being dropped are told here.
    title : str
        The production's name.
    language : en or zh
        Which language it opens in.

    Raises
    ------
    UseError
        If there are no messages in that language, or no days.
    """
    say = say_in(language)
    if not schedule.days:
        raise UseError("schedule: must have at least one shooting day, got none")
    numbers = cast_numbers([slot.strip for day in schedule.days for slot in day.slots])
    going = moves(schedule, wishes.travel_days)
    cast = day_out_of_days(schedule, drop_days=wishes.drop_days, travel=wishes.cast_travel)
    sections = [
        ("board", "stripboard", "".join(_board(schedule, going, each) for each in LANGUAGES)),
        ("lines", "one_line", _one_line(schedule, numbers)),
        ("dood", "day_out_of_days", _day_out_of_days(schedule, cast)),
        *([("moves", "moves", _moves(going))] if going else []),
        ("sheets", "breakdown", "".join(_sheet(day, slot, numbers) for day, slot in _by_number(schedule))),
    ]  # fmt: skip
    contents = "".join(f'<li><a href="#{key}"><span>{_both(name)}</span></a></li>' for key, name, _ in sections)
    return document(
        title or say("title"), language, brand=_both("title"), totals=_totals(schedule, cast),
        contents=f"<nav><ol>{contents}</ol></nav>",
        sections="".join(f'<section class="list" id="{key}"><h2>{_both(name)}</h2>{inside}</section>'
                         for key, name, inside in sections),
        style="schedule.css", footer=_both("made_with"),
    )  # fmt: skip


def _board(schedule: Schedule, going: Sequence[Move], language: str) -> str:
    return f'<div class="board" lang="{language}">{stripboard_svg(schedule, say_in(language), going)}</div>'


def _moves(going: Sequence[Move]) -> str:
    rows = []
    for move in going:
        words = "".join(f'<span lang="{each}">{esc(move_words(move, say_in(each)))}</span>' for each in LANGUAGES)
        day = _both("day", number=move.day) if move.scene else ""
        rows.append(f'<tr><td>{day}</td><td class="{"bad" if move.lacking else ""}">{words}</td></tr>')
    return f'<div class="scroll"><table class="lines"><tbody>{"".join(rows)}</tbody></table></div>'


def _both(key: str, /, **values: object) -> str:
    return both_in("schedule", key, **values)


def _dated(day: ShootingDay) -> str:
    return "".join(f'<span lang="{each}">{esc(dated(day.date, say_in(each)))}</span>' for each in LANGUAGES)


def _totals(schedule: Schedule, cast: Sequence[CastRow]) -> str:
    eighths = sum(slot.strip.eighths for day in schedule.days for slot in day.slots)
    held = sum(row.held for row in cast)
    figures = [
        (str(len(schedule.days)), "days"), (pages(eighths), "pages"),
        (str(sum(len(day.slots) for day in schedule.days)), "scenes"), (str(held), "held_days"),
        (str(schedule.cost), "cost"), (f"{100 * schedule.gap:.1f} %", "gap"),
    ]  # fmt: skip
    return '<dl class="figures">' + "".join(
        f'<div class="figure"><dt>{_both(key)}</dt><dd>{esc(value)}</dd></div>' for value, key in figures
    ) + "</dl>"  # fmt: skip


def _one_line(schedule: Schedule, numbers: dict[str, int]) -> str:
    head = "".join(
        f"<th>{_both(key)}</th>" for key in ("start", "scene", "place", "light", "set", "location", "pages", "cast")
    )
    rows = []
    for day in schedule.days:
        length = pages(sum(slot.strip.eighths for slot in day.slots))
        rows.append(
            f'<tr class="day"><th colspan="8">{_both("day", number=day.number)} · {_dated(day)}'
            f" · {_both('kind_' + day.kind)} · {time_of_day(day.call)}–{time_of_day(day.wrap)}"
            f" · {length} {_both('pages')}</th></tr>"
        )
        rows += [_line(slot, numbers) for slot in day.slots]
    return (
        f'<div class="scroll"><table class="lines"><thead><tr>{head}</tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div>"
    )


def _line(slot: Slot, numbers: dict[str, int]) -> str:
    strip = slot.strip
    return (
        f'<tr><td><time>{time_of_day(slot.start)}</time></td><th style="background:{colour(strip)}">'
        f'<a href="#s-{esc(strip.id)}">{esc(strip.number)}</a></th>'
        f"<td>{_both('int' if strip.is_interior else 'ext')}</td>"
        f"<td>{_both('light_' + strip.light)}</td><td>{esc(strip.set)}</td><td>{esc(strip.location)}</td>"
        f'<td class="number">{pages(strip.eighths)}</td><td>{numbers_of(strip, numbers)}</td></tr>'
    )


def _day_out_of_days(schedule: Schedule, cast: Sequence[CastRow]) -> str:
    numbers = {day.date: day.number for day in schedule.days}
    dated = dated_codes(schedule, cast)
    head = "".join(f"<th><b>{numbers.get(day, '–')}</b><small>{day:%m-%d}</small></th>" for day in dated)
    rows = "".join(
        f'<tr><th class="who"><small>{row.number}</small> {esc(row.name)}</th>'
        + "".join(f'<td class="{codes[place].lower()}">{codes[place]}</td>' for codes in dated.values())
        + "".join(f'<td class="sum">{days}</td>' for days in (row.worked, row.held, len(row.travel), row.total))
        + "</tr>"
        for place, row in enumerate(cast)
    )
    sums = "".join(f'<th class="sum">{_both(key)}</th>' for key in ("worked", "held", "travel", "total"))
    return (
        f'<p class="lead">{_both("codes")}</p><div class="scroll"><table class="dood"><thead><tr>'
        f'<th class="who">{_both("cast")}</th>{head}{sums}</tr></thead><tbody>{rows}</tbody></table></div>'
    )


def _by_number(schedule: Schedule) -> list[tuple[ShootingDay, Slot]]:
    """Return the scenes in the order of the screenplay: by the digits of their numbers, then by their letters."""
    found = [(day, slot) for day in schedule.days for slot in day.slots]

    def key(entry: tuple[ShootingDay, Slot]) -> tuple[int, str]:
        number = entry[1].strip.number
        digits = "".join(letter for letter in number if letter.isascii() and letter.isdigit())
        return int(digits[:9] or 0), number

    return sorted(found, key=key)


def _sheet(day: ShootingDay, slot: Slot, numbers: dict[str, int]) -> str:
    strip = slot.strip
    cast = "".join(
        f"<li><b>{numbers[name]}</b> {esc(name)}</li>" for name in sorted(set(strip.cast), key=numbers.__getitem__)
    )
    groups = "".join(
        f"<div><h4>{esc(category.replace('_', ' '))}</h4><ul>"
        + "".join(f"<li>{esc(name)}</li>" for name in names)
        + "</ul></div>"
        for category, names in strip.elements
    )
    running = f"<li>{_both('running', seconds=round(strip.seconds))}</li>" if strip.seconds else ""
    return (
        f'<article class="sheet-of" id="s-{esc(strip.id)}" style="border-left-color:{colour(strip)}">'
        f"<h3><b>{esc(strip.number)}</b> {esc(strip.heading)}</h3>"
        f'<ul class="facts"><li>{pages(strip.eighths)} {_both("pages")}</li><li>{esc(strip.location)}</li>'
        f"<li>{_both('minutes', minutes=slot.end - slot.start)}</li>{running}"
        f"<li>{_both('day', number=day.number)}, {_dated(day)}, {time_of_day(slot.start)}</li></ul>"
        f"{f'<p>{esc(strip.synopsis)}</p>' if strip.synopsis else ''}"
        f'<div class="groups"><div><h4>{_both("cast")}</h4><ul>{cast or "<li>–</li>"}</ul></div>'
        f"{groups}</div></article>"
    )
