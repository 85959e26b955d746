"""Schedules as page, board, lists, calendar and USS: all is there, and nothing from outside is more than text."""

import csv
import io
import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pypdfium2
import pytest
from PIL import Image

from kinoeye.errors import UseError
from kinoeye.export.schedule_lists import ONE_LINE, calendar, day_out_of_days_csv, moves_csv, one_line_csv
from kinoeye.export.schedule_page import say_in, schedule_page
from kinoeye.export.stripboard import (
    COLOURS,
    TWILIGHT,
    colour,
    pages,
    stripboard_pdf,
    stripboard_png,
    stripboard_svg,
    time_of_day,
)
from kinoeye.export.uss import uss
from kinoeye.treatments.screenplay.moves import moves
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay, Slot, Wishes

STAMP = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
MONDAY = date(2026, 3, 2)
WISHES = Wishes(start=MONDAY)
EVIL = "<script>alert(1)</script>\"'&"


def strip(number: int, is_interior: bool, light: str, cast: tuple[str, ...], **said: Any) -> SceneStrip:
    place = said.pop("location", "HOUSE")
    return SceneStrip(str(number), str(number), f"{'INT' if is_interior else 'EXT'}. {place} - {light.upper()}", place,
                      place, is_interior, light, said.pop("eighths", 11), cast, **said)  # fmt: skip


def made(*rows: tuple[SceneStrip, ...]) -> Schedule:
    days = []
    for number, row in enumerate(rows):
        slots = tuple(Slot(each, 480 + 60 * place, 540 + 60 * place) for place, each in enumerate(row))
        days.append(
            ShootingDay(
                number + 1, MONDAY + timedelta(number), "day" if row else "rest", 480, 480 + 60 * len(row), slots
            )
        )
    return Schedule(tuple(days), 312, 300, 12 / 312, {"days": 300, "cast": 12, "moves": 0, "nights": 0})


PLAN = made(
    (strip(1, True, "day", ("ANNA", "BEN"), elements=(("props", ("knife",)), ("drones", ("DJI",)))),
     strip(2, False, "day", ("ANNA",), location="WOOD")),
    (),
    (strip(3, True, "night", ("BEN", "小明")), strip(4, False, "night", ("BEN",), location="WOOD"),
     strip(5, False, "dusk", (), eighths=8)),
)  # fmt: skip


def test_strips_have_the_colours_of_the_trade() -> None:
    assert [colour(strip(1, inside, light, ())) for inside in (True, False) for light in ("day", "night", "dusk")] == [
        COLOURS[True, "day"], COLOURS[True, "night"], TWILIGHT,
        COLOURS[False, "day"], COLOURS[False, "night"], TWILIGHT,
    ]  # fmt: skip
    assert COLOURS[True, "day"] == "#ffffff"


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_board_is_well_formed_with_a_strip_a_scene_and_a_bar_a_day(language: str) -> None:
    root = ElementTree.fromstring(stripboard_svg(PLAN, say_in(language)))
    fills = [each.get("fill") for each in root.iter("{http://www.w3.org/2000/svg}rect")]
    assert [fill for fill in fills if fill in {*COLOURS.values(), TWILIGHT}] == [
        colour(slot.strip) for day in PLAN.days for slot in day.slots
    ]
    assert fills.count("#23262d") == 3
    text = " ".join(root.itertext())
    assert "WOOD" in text
    assert "1 3/8" in text


def test_the_page_shows_every_scene_day_and_role_in_both_languages() -> None:
    page = schedule_page(PLAN, WISHES, title="Night").decode()
    for words in ("Stripboard", "顺场条板", "Day out of days", "演员日程表", "SWF", "小明", "knife", "2026-03-04"):
        assert words in page
    assert page.count('<article class="sheet-of"') == 5
    assert '<html lang="zh">' in schedule_page(PLAN, WISHES, language="zh").decode()
    with pytest.raises(UseError, match="language must be one of"):
        schedule_page(PLAN, WISHES, language="fr")
    with pytest.raises(UseError, match="at least one shooting day"):
        schedule_page(Schedule((), 0, 0, 0.0, {}), WISHES)


def test_what_comes_from_outside_is_only_text() -> None:
    evil = SceneStrip(EVIL, EVIL, EVIL, EVIL, EVIL, True, "day", 4, (EVIL,), ((EVIL, (EVIL,)),), synopsis=EVIL)
    plan = made((evil,))
    page = schedule_page(plan, WISHES, title=EVIL).decode()
    assert "<script>alert" not in page
    assert not re.search(r"[\"']'&(?!amp;|quot;|#x27;|lt;|gt;)", page)
    ElementTree.fromstring(stripboard_svg(plan, say_in("en")))


def test_the_one_line_schedule_has_a_row_a_scene_and_no_formula() -> None:
    plan = made((strip(1, True, "day", ("=A1", "BEN"), synopsis="=cmd|' /C calc'!A0"), strip(2, True, "day", ("@B",))))
    rows = list(csv.DictReader(io.StringIO(one_line_csv(plan).decode("utf-8-sig"))))
    assert tuple(rows[0]) == ONE_LINE
    assert [row["scene"] for row in rows] == ["1", "2"]
    assert rows[0]["pages"] == "1 3/8"
    for row in rows:
        assert not any(value[:1] in "=+-@" for value in row.values() if value)


def test_the_day_out_of_days_has_a_row_a_role_and_a_column_a_day() -> None:
    rows = list(csv.reader(io.StringIO(day_out_of_days_csv(PLAN, WISHES).decode("utf-8-sig"))))
    assert rows[0] == ["number", "name", "2026-03-02", "2026-03-03", "2026-03-04", "worked", "held", "travel",
                       "total"]  # fmt: skip
    assert rows[1] == ["1", "BEN", "SW", "H", "WF", "2", "1", "0", "3"]
    assert rows[2][:3] == ["2", "ANNA", "SWF"]


def test_who_lives_away_travels_on_days_that_nobody_shoots_too() -> None:
    wishes = Wishes(start=MONDAY, cast_travel={"ANNA": 2})
    rows = list(csv.reader(io.StringIO(day_out_of_days_csv(PLAN, wishes).decode("utf-8-sig"))))
    assert rows[0][2:7] == ["2026-02-28", "2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04"]
    assert rows[2][2:] == ["T", "T", "SWF", "T", "T", "1", "0", "4", "5"]
    assert rows[1][2:4] == ["", ""]
    page = schedule_page(PLAN, wishes).decode()
    assert '<td class="t">T</td>' in page
    assert "<b>–</b><small>02-28</small>" in page


def test_moves_stand_in_the_board_the_page_and_a_list() -> None:
    wishes = Wishes(start=MONDAY, travel_days={"WOOD": 1})
    rows = list(csv.DictReader(io.StringIO(moves_csv(PLAN, wishes).decode("utf-8-sig"))))
    assert [(row["before_day"], row["from"], row["to"], row["within_a_day"], row["travel"], row["lacking_days"])
            for row in rows] == [
        ("1", "HOUSE", "WOOD", "yes", "", "1"), ("3", "WOOD", "HOUSE", "no", "2026-03-03", "0"),
        ("3", "HOUSE", "WOOD", "yes", "", "1"), ("3", "WOOD", "HOUSE", "yes", "", "1"),
    ]  # fmt: skip
    page = schedule_page(PLAN, wishes).decode()
    assert page.count("Move within the day: HOUSE → WOOD; days of travel that lack: 1") == 4  # twice, board and list
    assert "转场：WOOD → HOUSE；" in page or "转场：WOOD → HOUSE;" in page


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_board_prints_and_is_a_picture(language: str) -> None:
    plan = made(*(
        (strip(2 * day, True, "day", ("ANNA",)), strip(2 * day + 1, False, "night", ("小明",), location="WOOD"))
        for day in range(30)
    ))  # fmt: skip
    say, going = say_in(language), moves(plan)
    document = pypdfium2.PdfDocument(stripboard_pdf(plan, say, going, title="Night"))
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert len(texts) > 2
    for text in texts:  # neither a move at a page's end, nor a day's bar at its beginning
        lines = text.split("\r\n")
        assert "→" not in lines[-1]
        assert "2026-" not in lines[1]
    for number, text in enumerate(texts, 1):
        assert say("page", page=number, pages=len(texts)) in text
    picture = Image.open(io.BytesIO(stripboard_png(plan, say, going)))
    assert picture.width == 1770
    colours = {colour for _, colour in picture.convert("RGB").getcolors(1 << 24)}
    assert {(255, 255, 255), (0xB7, 0xDF, 0xB0), (0x23, 0x26, 0x2D)} <= colours


def test_a_board_of_a_thousand_days_is_still_a_picture() -> None:
    plan = made(*((strip(day, True, "day", ()),) for day in range(1000)))
    assert Image.open(io.BytesIO(stripboard_png(plan, say_in("en")))).height <= 30_000


def test_the_calendar_has_an_event_a_day_and_its_lines_are_whole() -> None:
    plan = made((strip(1, True, "day", ("ANNA, the; elder\\", "小明" * 40), location="A\r\nBEGIN:VEVENT"),), ())
    data = calendar(plan, title="A; b", stamp=STAMP)
    lines = data.decode().split("\r\n")
    assert lines[-1] == ""
    assert all(len(line.encode()) <= 75 for line in lines)
    assert lines.count("BEGIN:VEVENT") == lines.count("END:VEVENT") == 1
    whole = re.sub("\r\n ", "", data.decode())
    assert "SUMMARY:A\\; b: day 1\\, 1 3/8 pages" in whole
    assert "LOCATION:A\\nBEGIN:VEVENT" in whole
    assert "ANNA\\, the\\; elder\\\\" in whole
    assert "小明" * 40 in whole
    assert "DTSTART:20260302T080000" in whole
    assert "DTSTAMP:20260102T030405Z" in whole
    assert data == calendar(plan, title="A; b", stamp=STAMP)


def test_a_night_ends_on_the_date_after() -> None:
    day = ShootingDay(1, MONDAY, "night", 1080, 1500, (Slot(strip(1, False, "night", ()), 1080, 1500),))
    text = calendar(Schedule((day,), 0, 0, 0.0, {}), title="N", stamp=STAMP).decode()
    assert "DTEND:20260303T010000" in text
    assert time_of_day(1500) == "01:00+"


# What the standard's own schema asks of each object: exactly these keys, each of this kind, None where it says so.
TEXT, NUMBER, LIST, FLAG, NO = str, (int, float), list, bool, type(None)
SHAPES: dict[str, dict[str, Any]] = {
    "breakdowns": {"id": TEXT, "comments": (TEXT, NO), "created": TEXT, "description": (TEXT, NO), "elements": LIST,
                   "pages": (int, float, NO), "scene": (TEXT, NO), "scriptPage": (TEXT, NO),
                   "duration": (int, float, NO), "type": TEXT},
    "categories": {"id": TEXT, "created": TEXT, "name": TEXT, "ucid": NUMBER},
    "elements": {"id": TEXT, "category": TEXT, "created": TEXT, "daysOff": LIST, "dropDayCount": NUMBER,
                 "elementId": (TEXT, NO), "events": (LIST, NO), "isDood": FLAG, "isDrop": FLAG, "isHold": FLAG,
                 "isIdLock": FLAG, "linkedElements": (LIST, NO), "name": TEXT},
    "stripboards": {"id": TEXT, "boards": LIST, "calendar": (TEXT, NO), "name": TEXT},
    "calendars": {"id": TEXT, "daysOff": LIST, "events": (LIST, NO), "name": TEXT},
}  # fmt: skip
HEAD = {"id", "author", "company", "created", "episode", "episodeName", "description", "name", "project", "schedColor",
        "schedDate", "scriptColor", "scriptDate", "season", "source", "ussVersion"}  # fmt: skip


def read_uss(plan: Schedule, wishes: Wishes) -> Mapping[str, Any]:
    found: Mapping[str, Any] = json.loads(uss(plan, wishes, title="Night", stamp=STAMP))["universalScheduleStandard"]
    return found


def test_uss_has_the_shape_of_the_standard() -> None:
    root = read_uss(PLAN, Wishes(start=MONDAY, holidays=(MONDAY + timedelta(1),)))
    assert set(root) == HEAD | set(SHAPES)
    for name, shape in SHAPES.items():
        assert root[name]
        for each in root[name]:
            assert set(each) == set(shape)
            assert all(isinstance(each[key], kind) for key, kind in shape.items()), each
    for each in root["breakdowns"]:
        assert each["type"] in {"scene", "day"}
        assert each["pages"] is None or each["pages"] * 8 == int(each["pages"] * 8)
    assert all(set(event) == {"id", "date", "type", "name"} for each in root["calendars"] for event in each["events"])


def test_uss_joins_hold() -> None:
    root = read_uss(PLAN, Wishes(start=MONDAY, days_off=(5, 6)))
    elements = {each["id"]: each for each in root["elements"]}
    categories = {each["id"]: each for each in root["categories"]}
    assert len(elements) == len(root["elements"])
    assert all(each["category"] in categories for each in elements.values())
    scenes = [each for each in root["breakdowns"] if each["type"] == "scene"]
    assert all(own in elements for each in scenes for own in each["elements"])
    board, boneyard = root["stripboards"][0]["boards"]
    assert board["breakdownIds"] == [each["id"] for each in root["breakdowns"]]
    assert boneyard["breakdownIds"] == []
    assert [each["type"] for each in root["breakdowns"]] == [
        "scene",
        "scene",
        "day",
        "day",
        "scene",
        "scene",
        "scene",
        "day",
    ]
    assert root["stripboards"][0]["calendar"] == root["calendars"][0]["id"]
    assert root["calendars"][0]["daysOff"] == [0, 6]
    assert [event["type"] for event in root["calendars"][0]["events"]] == ["start"]
    named = {each["name"]: categories[each["category"]]["ucid"] for each in elements.values()}
    assert (named["HOUSE"] in {0, 6}, named["INT"], named["NIGHT"], named["ANNA"], named["knife"]) == (
        True,
        1,
        2,
        100,
        104,
    )
    assert named["DJI"] >= 500


def test_uss_ids_stay_with_the_scene() -> None:
    wishes = Wishes(start=MONDAY)
    one, other = read_uss(PLAN, wishes), read_uss(made(tuple(s.strip for d in PLAN.days for s in d.slots)), wishes)
    ids = [{each["scene"]: each["id"] for each in root["breakdowns"] if each["scene"]} for root in (one, other)]
    assert ids[0] == ids[1]


def test_lengths_as_the_trade_writes_them() -> None:
    assert [pages(eighths) for eighths in (0, 1, 8, 17)] == ["0", "1/8", "1", "2 1/8"]
