"""Breakdown: a screenplay scene by scene, with what each needs and how long it is, for spreadsheets and tools."""

import csv
import io
import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.markers import cell
from kinoeye.timecode import FLICKS_PER_SECOND

DEPARTMENTS = (
    *("cast", "extras", "props", "set_dressing", "vehicles", "animals", "wardrobe", "makeup", "stunts", "sfx", "vfx"),
    *("sound", "music", "equipment"),
)
COLUMNS = (
    *("screenplay", "scene_order", "number", "heading", "place", "time", "eighths", "seconds", "department", "element"),
    *("count", "mentions", "score", "how"),
)

Row = dict[str, Any]


def breakdown_rows(tables: Mapping[str, pa.Table]) -> list[Row]:
    """Return the screenplays of a production with their scenes, each with what it needs.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets` and `scenes`; where they are there: `elements`, `running_times`, `dialogue_shares`, `conversations`,
        `voice_distances`, `arcs`, `topics`.

    Returns
    -------
    list of dict
        screenplay (path), scenes, shares, conversations, voices.

    Raises
    ------
    UseError
        If there is no screenplay with scenes.
    """
    scenes = _by_asset(tables, "scenes")
    if not scenes:
        raise UseError(
            "export: a breakdown must have a screenplay with scene headings, got none",
            remedy="Put one into the folder (.fountain, .fdx, .pdf), then: kinoeye run DIR",
        )
    paths = {row["asset"]: row["path"] for row in tables["assets"].to_pylist()}
    needs, times, feels, about = (_by_scene(tables, name) for name in ("elements", "running_times", "arcs", "topics"))
    shares, talks, voices = (
        _by_asset(tables, name) for name in ("dialogue_shares", "conversations", "voice_distances")
    )
    return [
        {
            "screenplay": paths.get(asset, asset),
            "scenes": [
                _scene(row, needs[asset, row["scene_order"]], times[asset, row["scene_order"]],
                       feels[asset, row["scene_order"]], about[asset, row["scene_order"]])
                for row in rows
            ],
            "shares": _without_asset(shares.get(asset, ())),
            "conversations": _without_asset(talks.get(asset, ())),
            "voices": _without_asset(voices.get(asset, ())),
        }
        for asset, rows in sorted(scenes.items(), key=lambda each: str(paths.get(each[0])))
    ]  # fmt: skip


def breakdown_csv(tables: Mapping[str, pa.Table]) -> bytes:
    """Return a row an element of a scene, UTF-8 with the mark that Excel needs."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    for script in breakdown_rows(tables):
        for scene in script["scenes"]:
            head = [script["screenplay"], *(scene[name] for name in COLUMNS[1:8])]
            for each in scene["elements"] or [{}]:
                row = [*head, *(each.get(name, "") for name in COLUMNS[8:])]
                writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def strips_csv(tables: Mapping[str, pa.Table], script: str = "") -> bytes:
    """Return a row a scene, as `kinoeye schedule` reads it: cast and every other department a column.

    Of one screenplay, named by its path; of all if none is named.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(("id", "number", "heading", "set", "int_ext", "light", "eighths", "seconds", *DEPARTMENTS))
    for each in breakdown_rows(tables):
        for scene in each["scenes"] if script in ("", each["screenplay"]) else ():
            light = scene["time"] if scene["time"] in ("night", "dawn", "dusk") else "day"
            place = "ext" if scene["place"] in ("ext", "est") else "int"
            number = scene["number"] or str(scene["scene_order"])
            needs = [
                "; ".join(each["element"] for each in scene["elements"] if each["department"] == department)
                for department in DEPARTMENTS
            ]
            row = [scene["scene"], number, scene["heading"], scene["set"] or scene["heading"], place, light,
                   scene["eighths"], scene["seconds"] or "", *needs]  # fmt: skip
            writer.writerow([cell(value) if isinstance(value, str) else value for value in row])
    return out.getvalue().encode("utf-8-sig")


def breakdown_json(tables: Mapping[str, pa.Table]) -> bytes:
    """Return all of the breakdown as a JSON array, a screenplay each."""
    return (json.dumps(breakdown_rows(tables), ensure_ascii=False, indent=1) + "\n").encode()


def _scene(row: Row, needs: Sequence[Row], times: Sequence[Row], feels: Sequence[Row], about: Sequence[Row]) -> Row:
    kept = ("scene", "scene_order", "number", "heading", "place", "set", "time", "page", "eighths")
    time = times[0] if times else {}
    feel = feels[0] if feels else {}
    return {key: row[key] for key in kept} | {
        "seconds": _seconds(time.get("length")),
        "least_seconds": _seconds(time.get("least")),
        "most_seconds": _seconds(time.get("most")),
        "time_by": time.get("how", ""),
        "learnt_lines": time.get("learnt_lines", 0),
        "valence": round(feel.get("smooth_valence", 0.0), 3),
        "arousal": round(feel.get("smooth_arousal", 0.0), 3),
        "about": list(about[0]["words"]) if about else [],
        "elements": _gathered(needs),
    }


def _gathered(mentions: Sequence[Row]) -> list[Row]:
    """Return each element of a scene once, department by department; the greatest count and the best score hold."""
    found: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in mentions:
        found[row["category"], row["element"]].append(row)
    rows = [
        {
            "department": category, "element": element, "mentions": len(each),
            "count": max((row["count"] for row in each if row["count"] is not None), default=None),
            "score": round(max(row["score"] for row in each), 3),
            "how": min((row["how"] for row in each), key=("rule", "lexicon", "learned").index),
        }
        for (category, element), each in found.items()
    ]  # fmt: skip
    return sorted(rows, key=lambda row: DEPARTMENTS.index(row["department"]))


def _seconds(flicks: int | None) -> float | None:
    return None if flicks is None else round(flicks / FLICKS_PER_SECOND, 1)


def _by_asset(tables: Mapping[str, pa.Table], name: str) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in tables[name].to_pylist() if name in tables else ():
        found[row["asset"]].append(row)
    return dict(found)


def _by_scene(tables: Mapping[str, pa.Table], name: str) -> dict[tuple[str, int], list[Row]]:
    found: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in tables[name].to_pylist() if name in tables else ():
        found[row["asset"], row["scene_order"]].append(row)
    return found


def _without_asset(rows: Sequence[Row]) -> list[Row]:
    return [{key: value for key, value in row.items() if key != "asset"} for row in rows]
