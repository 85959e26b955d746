"""Schedule lists: the one-line schedule and the day out of days as CSV, and the shooting days as a calendar.

Source: RFC 5545 (iCalendar): 3.1 (lines are folded at 75 octets), 3.3.11 (text), 3.6.1 (events). Times are those of the
clock at the place, without a zone.
"""

import csv
import hashlib
import io
from collections.abc import Sequence
from datetime import datetime, time, timedelta

from kinoeye.export.markers import cell
from kinoeye.export.stripboard import numbers_of, pages, time_of_day
from kinoeye.treatments.screenplay.day_out_of_days import cast_numbers, dated_codes, day_out_of_days
from kinoeye.treatments.screenplay.moves import moves
from kinoeye.treatments.screenplay.strips import Schedule, ShootingDay, Wishes

ONE_LINE = (
    "day", "date", "kind", "start", "scene", "int_ext", "light", "set", "location", "pages", "eighths", "cast",
    "cast_numbers", "synopsis",
)  # fmt: skip


def one_line_csv(schedule: Schedule) -> bytes:
    """Return the one-line schedule: a row a scene in shooting order, UTF-8 with the mark that Excel needs."""
    numbers = cast_numbers([slot.strip for day in schedule.days for slot in day.slots])
    rows: list[Sequence[object]] = [ONE_LINE]
    for day in schedule.days:
        rows += [
            (day.number, day.date.isoformat(), day.kind, time_of_day(slot.start), slot.strip.number,
             "INT" if slot.strip.is_interior else "EXT", slot.strip.light, slot.strip.set, slot.strip.location,
             pages(slot.strip.eighths), slot.strip.eighths, "; ".join(slot.strip.cast),
             numbers_of(slot.strip, numbers), slot.strip.synopsis)
            for slot in day.slots
        ]  # fmt: skip
    return _csv(rows)


def day_out_of_days_csv(schedule: Schedule, wishes: Wishes) -> bytes:
    """Return the day out of days: a row for each of the cast, a column a day, and the sums.

    Days of travel on which nobody shoots have columns too.
    """
    cast = day_out_of_days(schedule, drop_days=wishes.drop_days, travel=wishes.cast_travel)
    dated = dated_codes(schedule, cast)
    head = ["number", "name", *(day.isoformat() for day in dated), "worked", "held", "travel", "total"]
    rows: list[Sequence[object]] = [head]
    rows += [
        [row.number, row.name, *(codes[place] for codes in dated.values()), row.worked, row.held, len(row.travel),
         row.total]
        for place, row in enumerate(cast)
    ]  # fmt: skip
    return _csv(rows)


def moves_csv(schedule: Schedule, wishes: Wishes) -> bytes:
    """Return the moves of the company: a row each, with the days of travel and how many lack."""
    rows: list[Sequence[object]] = [("before_day", "from", "to", "within_a_day", "travel", "lacking_days")]
    rows += [
        (move.day, move.origin, move.place, "yes" if move.is_within else "no",
         "; ".join(day.isoformat() for day in move.travel), move.lacking)
        for move in moves(schedule, wishes.travel_days)
    ]  # fmt: skip
    return _csv(rows)


def calendar(schedule: Schedule, *, title: str, stamp: datetime) -> bytes:
    """Return the shooting days as iCalendar events.

    Parameters
    ----------
    title : str
        The production's name.
    stamp : datetime, UTC
        When the calendar is made; an event's own name stays the same for the same production and date.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Kinoeye//schedule//EN", "CALSCALE:GREGORIAN"]
    for day in schedule.days:
        if day.slots:
            lines += _event(day, title, stamp)
    lines.append("END:VCALENDAR")
    return ("\r\n".join(_folded(line) for line in lines) + "\r\n").encode()


def _event(day: ShootingDay, title: str, stamp: datetime) -> list[str]:
    own = hashlib.blake2b(f"{title}\n{day.date}".encode(), digest_size=12).hexdigest()
    places = list(dict.fromkeys(slot.strip.location for slot in day.slots))
    scenes = "\n".join(f"{time_of_day(slot.start)} {slot.strip.number} {slot.strip.heading}" for slot in day.slots)
    cast = ", ".join(sorted({name for slot in day.slots for name in slot.strip.cast}))
    said = f"{scenes}\n{cast}".strip()
    length = pages(sum(slot.strip.eighths for slot in day.slots))
    return [
        "BEGIN:VEVENT",
        f"UID:{own}@kinoeye",
        f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}",
        f"DTSTART:{_at(day, day.call)}",
        f"DTEND:{_at(day, day.wrap)}",
        f"SUMMARY:{_text(f'{title}: day {day.number}, {length} pages')}",
        f"LOCATION:{_text(' / '.join(places))}",
        f"DESCRIPTION:{_text(said)}",
        "END:VEVENT",
    ]


def _at(day: ShootingDay, minutes: int) -> str:
    return f"{datetime.combine(day.date, time()) + timedelta(minutes=minutes):%Y%m%dT%H%M%S}"


def _text(text: str) -> str:
    """Return text as a property's value; a break in it cannot begin another property."""
    for letter, safe in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\\n"), ("\r", "\\n"), ("\n", "\\n")):
        text = text.replace(letter, safe)
    return "".join(letter for letter in text if ord(letter) >= 32 and ord(letter) != 127)


def _folded(line: str) -> str:
    """Return a line of at most 75 octets, going on in lines that begin with a space; no letter is parted."""
    parts, room = [""], 75
    for letter in line:
        if len((parts[-1] + letter).encode()) > room:
            parts.append("")
            room = 74
        parts[-1] += letter
    return "\r\n ".join(parts)


def _csv(rows: Sequence[Sequence[object]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in rows:
        writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")
