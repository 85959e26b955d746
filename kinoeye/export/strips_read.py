"""Strips read: scenes for a schedule from a CSV or JSON file, and the wishes from TOML.

A CSV has a row a scene and a head. `heading` may say all of INT or EXT, set and light (INT. KITCHEN - NIGHT); the
columns `set`, `location`, `int_ext` and `light` say it better where they are there. Lengths are `eighths` (11), or
`pages` as the trade writes them (1 3/8). Names in `cast` are parted by semicolons or commas. Each further column is a
category of elements. JSON is an array of objects with the same keys.
"""

import csv
import difflib
import io
import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import date, datetime
from typing import Any

from kinoeye.errors import DocumentError, SettingError
from kinoeye.treatments.screenplay.strips import LIGHTS, SceneStrip, Weights, Wishes

_KNOWN = {
    "id", "number", "heading", "set", "location", "int_ext", "light", "eighths", "pages", "cast", "seconds", "minutes",
    "synopsis",
}  # fmt: skip
_HEADING = re.compile(
    r"^\s*(?P<place>INT\.?\s*/\s*EXT|EXT\.?\s*/\s*INT|I/E|INT|EXT|内景|外景|内|外)[\s.．。、:：]*(?P<rest>.*)$",
    re.IGNORECASE,
)
_PAGES = re.compile(r"^\s*(?:(\d+)(?=\s|$))?\s*(?:(\d+)\s*/\s*8)?\s*$")
_LIGHTS = {
    "night": "night", "evening": "night", "midnight": "night", "夜": "night", "晚": "night",
    "dawn": "dawn", "sunrise": "dawn", "清晨": "dawn", "黎明": "dawn",
    "dusk": "dusk", "sunset": "dusk", "magic hour": "dusk", "黄昏": "dusk", "傍晚": "dusk",
}  # fmt: skip
_MOST_BYTES = 32 * 1024 * 1024
_MOST_DAYS = 365


def read_strips(data: bytes, name: str) -> list[SceneStrip]:
    """Return the scenes of a CSV or JSON file.

    Raises
    ------
    DocumentError
        If it is neither, or a scene lacks what a schedule needs; the message says which row.
    """
    if len(data) > _MOST_BYTES:
        raise DocumentError(f"{name}: must have at most {_MOST_BYTES} bytes, got {len(data)}")
    text = _decoded(data, name)
    rows = _from_json(text, name) if text.lstrip()[:1] in {"[", "{"} else _from_csv(text, name)
    strips = [_strip(row, f"{name}: row {number + 1}", number) for number, row in enumerate(rows)]
    if not strips:
        raise DocumentError(f"{name}: must have at least one scene, got none", remedy="Give a head and a row a scene")
    seen: dict[str, int] = {}
    for number, strip in enumerate(strips):
        if strip.id in seen:
            raise DocumentError(
                f"{name}: row {number + 1}: the scene must have a number of its own, got {strip.id!r} again",
                remedy=f"It is that of row {seen[strip.id] + 1}; number it anew, as 12A",
            )
        seen[strip.id] = number
    return strips


def read_wishes(data: bytes, name: str, **given: Any) -> Wishes:
    """Return the wishes of a TOML file; what is given by name goes before it.

    Raises
    ------
    DocumentError
        If it is no TOML.
    SettingError
        If a key is unknown or of the wrong kind, or no start is given.
    """
    try:
        said = tomllib.loads(_decoded(data, name))
    except tomllib.TOMLDecodeError as error:
        raise DocumentError(f"{name}: must be TOML, got {error}") from error
    said |= given
    weights = said.pop("weights", {})
    _known(said, Wishes, name)
    if not isinstance(weights, dict):
        raise SettingError(f"{name}: weights must be a table, got {weights!r}")
    _known(weights, Weights, f"{name}: weights")
    if "start" not in said:
        raise SettingError(
            f"{name}: must have a start, got none", remedy="Say start = 2026-03-02, or --start 2026-03-02"
        )
    for key in ("start", "last"):
        if said.get(key) is not None:
            said[key] = _date(said[key], f"{name}: {key}")
    said["holidays"] = _dates(said.get("holidays", []), f"{name}: holidays")
    for key in ("cast_off", "location_dates"):
        said[key] = {
            who: _dates(dates, f"{name}: {key}: {who}")
            for who, dates in _table(said.get(key, {}), f"{name}: {key}").items()
        }
    for key in ("cast_travel", "travel_days"):
        for who, days in _table(said.get(key, {}), f"{name}: {key}").items():
            _in_days(days, f"{name}: {key}: {who}")
    _in_days(said.get("drop_days", 0), f"{name}: drop_days")
    off = said.get("days_off", [])
    if not isinstance(off, list) or not all(_is_whole(each) for each in off):
        raise SettingError(f"{name}: days_off must be a list of whole numbers, 0 for Monday, got {off!r}")
    for key, value in [*said.items(), *weights.items()]:
        if key in _NUMBERS and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise SettingError(f"{name}: {key} must be a number, got {value!r}")
        if key in _WHOLE and not _is_whole(value):
            raise SettingError(f"{name}: {key} must be a whole number, got {value!r}")
    _whole(weights, name)
    return Wishes(**said, weights=Weights(**weights))


_NUMBERS = {
    "most_eighths", "hours", "break_hours", "call", "turnaround_hours", "minutes_an_eighth", "move_minutes", "latitude",
    "longitude", "day", "cast", "move", "switch", "night",
}  # fmt: skip


_WHOLE = {"days", "most_eighths", "minutes_an_eighth", "move_minutes"}


def _in_days(value: Any, where: str) -> None:
    if not _is_whole(value) or not 0 <= value <= _MOST_DAYS:
        raise SettingError(f"{where} must be a whole number of days in 0..{_MOST_DAYS}, got {value!r}")


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _dates(values: Any, where: str) -> tuple[date, ...]:
    if not isinstance(values, list):
        raise SettingError(f"{where} must be a list of dates, got {values!r}")
    return tuple(_date(each, where) for each in values)


def _whole(weights: Mapping[str, Any], name: str) -> None:
    """Say no to weights that are no whole numbers: costs are counted exactly."""
    rates = _table(weights.get("rates", {}), f"{name}: weights: rates")
    for key, value in [*weights.items(), *rates.items()]:
        if key != "rates" and not _is_whole(value):
            raise SettingError(f"{name}: weights: {key} must be a whole number, got {value!r}")


def _table(value: Any, where: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise SettingError(f"{where} must be a table of names, got {value!r}")
    return value


def _known(said: Mapping[str, Any], kind: type, name: str) -> None:
    keys = [each.name for each in fields(kind)]
    for key in said:
        if key not in keys:
            near = difflib.get_close_matches(key, keys, 1)
            raise SettingError(f"{name}: must have only the keys {', '.join(keys)}, got {key!r}",
                               remedy=f"Did you mean {near[0]}?" if near else "")  # fmt: skip


def _date(value: Any, where: str) -> date:
    if isinstance(value, date) and not isinstance(value, datetime):
        return value
    try:
        return date.fromisoformat(str(value))
    except ValueError as error:
        raise SettingError(f"{where} must be a date such as 2026-03-02, got {value!r}") from error


def _decoded(data: bytes, name: str) -> str:
    try:
        return data.decode("utf-16" if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else "utf-8-sig")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{name}: must be UTF-8, got {error.reason} at byte {error.start}",
                            remedy="Save it as UTF-8") from error  # fmt: skip


def _from_json(text: str, name: str) -> list[dict[str, Any]]:
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise DocumentError(f"{name}: must be JSON, got {error}") from error
    except RecursionError as error:
        raise DocumentError(f"{name}: must be JSON, got brackets within brackets too deep") from error
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise DocumentError(f"{name}: must be an array of scenes, got {type(rows).__name__}")
    return [{str(key).strip().lower(): value for key, value in row.items()} for row in rows]


def _from_csv(text: str, name: str) -> list[dict[str, Any]]:
    try:
        dialect: Any = csv.Sniffer().sniff(text.partition("\n")[0], ",;\t")
    except csv.Error:
        dialect = csv.excel
    try:
        rows = list(csv.reader(io.StringIO(text), dialect))
    except csv.Error as error:
        raise DocumentError(f"{name}: must be CSV, got {error}") from error
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    head = [cell.strip().lower() for cell in rows[0]] if rows else []
    if "heading" not in head and "set" not in head:
        raise DocumentError(f"{name}: must have a head with heading or set, got {', '.join(head)[:80] or 'nothing'}",
                            remedy="Name the columns: number, heading, pages, cast, location, props")  # fmt: skip
    return [dict(zip(head, map(_unquoted, row), strict=False)) for row in rows[1:]]


def _unquoted(cell: str) -> str:
    """Return a cell without the apostrophe that keeps spreadsheets from running it."""
    return cell[1:] if cell[:1] == "'" and cell[1:2] in {"=", "+", "-", "@"} else cell


def _strip(row: Mapping[str, Any], where: str, place: int) -> SceneStrip:
    def said(key: str) -> str:
        value = row.get(key)
        return "" if value is None else str(value).strip()

    heading = said("heading")
    is_interior, of_heading, light = _parted(heading)
    if said("int_ext"):
        is_interior = not said("int_ext").lower().startswith(("e", "外"))
    light = _light(said("light"), where) if said("light") else light
    room = said("set") or of_heading
    if not room:
        raise DocumentError(f"{where}: must have a heading or a set, got neither")
    number = said("number") or said("id") or str(place + 1)
    elements = tuple((key, _names(value)) for key, value in row.items() if key and key not in _KNOWN and _names(value))
    heading = heading or f"{'INT' if is_interior else 'EXT'}. {room} - {light.upper()}"
    return SceneStrip(
        id=said("id") or number, number=number, heading=heading, set=room, location=said("location") or room,
        is_interior=is_interior, light=light, eighths=_eighths(said("eighths"), said("pages"), where),
        cast=_names(row.get("cast")), elements=elements, seconds=_number(said("seconds"), f"{where}: seconds"),
        minutes=round(_number(said("minutes"), f"{where}: minutes")), synopsis=said("synopsis"),
    )  # fmt: skip


def _parted(heading: str) -> tuple[bool, str, str]:
    """Return whether a heading is an interior, its set and its light."""
    match = _HEADING.match(heading)
    place, rest = (match["place"], match["rest"]) if match else ("", heading)
    parts = re.split(r"\s+[-–—]+\s+|--|——", rest.strip())
    light = next((kind for word, kind in _LIGHTS.items() if len(parts) > 1 and word in parts[-1].lower()), "day")
    room = " - ".join(parts[:-1] if len(parts) > 1 else parts).strip()
    return not place.lower().startswith(("e", "外")), room, light


def _light(text: str, where: str) -> str:
    lower = text.lower()
    if lower in LIGHTS or lower in {"日", "白天"}:
        return lower if lower in LIGHTS else "day"
    found = next((kind for word, kind in _LIGHTS.items() if word in lower), "")
    if not found and lower not in {"morning", "afternoon", "noon"}:
        raise DocumentError(f"{where}: light must be one of {', '.join(LIGHTS)}, got {text!r}")
    return found or "day"


def _eighths(eighths: str, pages: str, where: str) -> int:
    if eighths:
        value = _number(eighths, f"{where}: eighths")
        if value != int(value):
            raise DocumentError(f"{where}: eighths must be a whole number, got {eighths!r}")
        return int(value)
    match = _PAGES.match(pages) if pages else None
    if not match or not any(match.groups()):
        raise DocumentError(
            f"{where}: must have eighths such as 11, or pages such as 1 3/8, got {pages or 'neither'!r}"
        )
    return 8 * int(match[1] or 0) + int(match[2] or 0)


def _number(text: str, where: str) -> float:
    try:
        value = float(text or 0)
    except ValueError as error:
        raise DocumentError(f"{where} must be a number, got {text!r}") from error
    if not 0 <= value < 1e6:
        raise DocumentError(f"{where} must lie in 0..1000000, got {text!r}")
    return value


def _names(value: Any) -> tuple[str, ...]:
    parts: Sequence[Any] = value if isinstance(value, list) else re.split(r"[;；]|,|，|、", str(value or ""))
    return tuple(dict.fromkeys(str(part).strip() for part in parts if str(part).strip()))
