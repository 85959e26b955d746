"""USS: breakdown and schedule as Universal Schedule Standard JSON, for other scheduling programs.

Source: Universal Schedule Standard 1.0.0 and the schema of its own validator; Universal Category Identification
Standard (the numbers of the categories).
"""

import hashlib
import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from kinoeye.treatments.screenplay.day_out_of_days import cast_numbers
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, Wishes

VERSION = "1.0.0"
CATEGORIES = {
    "set": (0, "Set"), "int_ext": (1, "INT/EXT"), "light": (2, "Day/Night"), "location": (6, "Location"),
    "cast": (100, "Cast Members"), "extras": (101, "Background Actors"), "background": (101, "Background Actors"),
    "stunts": (102, "Stunts"), "vehicles": (103, "Vehicles"), "props": (104, "Props"), "sfx": (105, "Special Effects"),
    "wardrobe": (106, "Wardrobe"), "make_up": (107, "Makeup/Hair"), "makeup": (107, "Makeup/Hair"),
    "animals": (108, "Animals"), "music": (111, "Music"), "sound": (112, "Sound"), "vfx": (119, "Visual Effects"),
}  # fmt: skip
_OWN = 500  # the first number for categories that the standard does not know

Entry = dict[str, Any]


def uss(schedule: Schedule, wishes: Wishes, *, title: str, stamp: datetime, author: str = "") -> bytes:
    """Return the schedule with all breakdowns.

    Parameters
    ----------
    title : str
        The production's name.
    stamp : datetime, UTC
        When the file is made; ids stay the same for the same production.
    author : str
    """
    writer = _Writer(title, _instant(stamp), wishes.drop_days)
    numbers = cast_numbers([slot.strip for day in schedule.days for slot in day.slots])
    for day in schedule.days:
        for slot in day.slots:
            writer.scene(slot.strip, slot.end - slot.start, numbers)
        writer.day_strip(day.number)
    root = {
        "id": writer.id("schedule"), "author": author or None, "company": None, "created": writer.stamp,
        "episode": None, "episodeName": None, "description": None, "name": title, "project": title,
        "schedColor": None, "schedDate": writer.stamp, "scriptColor": None, "scriptDate": None, "season": None,
        "source": "Kinoeye", "ussVersion": VERSION, "breakdowns": writer.breakdowns,
        "categories": list(writer.categories.values()), "elements": list(writer.elements.values()),
        "stripboards": [_stripboard(writer)], "calendars": [_calendar(writer, schedule, wishes)],
    }  # fmt: skip
    return (json.dumps({"universalScheduleStandard": root}, ensure_ascii=False, indent=1) + "\n").encode()


class _Writer:
    """Gathers breakdowns, and each category and element once."""

    def __init__(self, title: str, stamp: str, drop_days: int) -> None:
        self.title, self.stamp, self.drop_days = title, stamp, drop_days
        self.breakdowns: list[Entry] = []
        self.categories: dict[str, Entry] = {}
        self.elements: dict[tuple[str, str], Entry] = {}

    def id(self, *of: object) -> str:
        """Return 12 bytes in hexadecimal, the same for the same thing."""
        return hashlib.blake2b("\n".join(map(str, (self.title, *of))).encode(), digest_size=12).hexdigest()

    def scene(self, strip: SceneStrip, minutes: int, numbers: dict[str, int]) -> None:
        facts = [("set", strip.set), ("int_ext", "INT" if strip.is_interior else "EXT"), ("light", strip.light.upper()),
                 ("location", strip.location), *(("cast", name) for name in dict.fromkeys(strip.cast)),
                 *((category, name) for category, names in strip.elements for name in names)]  # fmt: skip
        ids = [self._element(category, name, numbers) for category, name in facts]
        self.breakdowns.append(self._breakdown(
            self.id("scene", strip.id), "scene", strip.synopsis or strip.heading, list(dict.fromkeys(ids)),
            strip.eighths / 8, strip.number, minutes * 60 * 1000,
        ))  # fmt: skip

    def day_strip(self, number: int) -> None:
        self.breakdowns.append(self._breakdown(self.id("day", number), "day", None, [], None, None, None))

    def _breakdown(
        self, own: str, kind: str, description: str | None, elements: Sequence[str], pages: float | None,
        scene: str | None, duration: int | None,
    ) -> Entry:  # fmt: skip
        return {"id": own, "comments": None, "created": self.stamp, "description": description, "elements": elements,
                "pages": pages, "scene": scene, "scriptPage": None, "duration": duration, "type": kind}  # fmt: skip

    def _element(self, category: str, name: str, numbers: dict[str, int]) -> str:
        key = category.strip().lower().replace(" ", "_").replace("-", "_")
        ucid, named = CATEGORIES.get(key, (None, category))
        group = str(ucid) if ucid is not None else key
        if group not in self.categories:
            own = _OWN + sum(each["ucid"] >= _OWN for each in self.categories.values())
            self.categories[group] = {
                "id": self.id("category", group), "created": self.stamp, "name": named,
                "ucid": own if ucid is None else ucid,
            }  # fmt: skip
        if (group, name) not in self.elements:
            is_cast = ucid == CATEGORIES["cast"][0]
            self.elements[group, name] = {
                "id": self.id("element", group, name), "category": self.categories[group]["id"], "created": self.stamp,
                "daysOff": [], "dropDayCount": self.drop_days, "elementId": str(numbers[name]) if is_cast else None,
                "events": [],
                "isDood": is_cast, "isDrop": False, "isHold": is_cast, "isIdLock": False, "linkedElements": [],
                "name": name,
            }  # fmt: skip
        return str(self.elements[group, name]["id"])


def _stripboard(writer: _Writer) -> Entry:
    boards = [("stripboard", [each["id"] for each in writer.breakdowns]), ("boneyard", [])]
    return {
        "id": writer.id("stripboard"), "calendar": writer.id("calendar"), "name": writer.title,
        "boards": [{"id": writer.id("board", name), "name": name, "breakdownIds": ids} for name, ids in boards],
    }  # fmt: skip


def _calendar(writer: _Writer, schedule: Schedule, wishes: Wishes) -> Entry:
    first, last = schedule.days[0].date, schedule.days[-1].date
    events: list[tuple[str, date, str | None]] = [("start", first, None)]
    events += [("dayOff", day, "holiday") for day in wishes.holidays if first <= day <= last]
    return {
        "id": writer.id("calendar"), "name": writer.title,
        "daysOff": sorted((day + 1) % 7 for day in set(wishes.days_off)),  # theirs begins on Sunday
        "events": [{"id": writer.id("event", kind, day), "date": f"{day}T08:00:00.000Z", "type": kind, "name": name}
                   for kind, day, name in events],
    }  # fmt: skip


def _instant(stamp: datetime) -> str:
    return f"{stamp:%Y-%m-%dT%H:%M:%S}.000Z"
