"""Coverage report: what is missing of the screenplay first, then each line with every take that goes through it.

A line is covered where a take has it as written and whoever says it is seen to, unless the screenplay has it said from
off the picture. It is owed where no take has it, or only off camera, not to its end or with other words.

Source: the daily coverage report that script supervisors hand in: scene, line, set-ups, what is owed.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cached_property
from typing import Any

import pyarrow as pa

from kinoeye.export.drafts import current_rows, left_out
from kinoeye.export.listed import Listed, Row
from kinoeye.export.listing import Column, Entry
from kinoeye.export.tags import Tag
from kinoeye.timecode import clock

COLUMNS = (
    Column("still", 10, "still"), Column("scene", 5), Column("speaker", 11), Column("line", 30), Column("take", 9),
    Column("status", 11), Column("seen", 9), Column("size", 11), Column("at", 8, "code"), Column("heard", 22),
    Column("recording", 0),
)  # fmt: skip

SHOT = ("covered", "changed", "partial")
_OFF = re.compile(r"^\s*(V\.?\s?O|O\.?\s?[SC])\b|画外|旁白", re.IGNORECASE)  # as the screenplay has who is not seen to
OWED = ("missing", "off", "partial", "changed")  # the dearest first


def states(lines: Sequence[Row], covered: Mapping[str, Sequence[Row]]) -> dict[str, str]:
    """Return how it stands with each line that is spoken: missing, off, changed, partial or covered.

    Parameters
    ----------
    lines : rows of `lines`
    covered : mapping of line to rows of `coverage`
    """
    found = {}
    for line in lines:
        if line["kind"] != "dialogue":
            continue
        shot = [row for row in covered.get(line["line"], ()) if row["status"] in SHOT]
        whole = [row for row in shot if row["status"] == "covered"]
        is_meant_off = any(_OFF.search(one) for one in line["extensions"] or ())
        if not shot:
            found[line["line"]] = "missing"
        elif not whole:
            found[line["line"]] = "changed" if any(row["status"] == "changed" for row in shot) else "partial"
        elif not is_meant_off and all(row["is_on_camera"] is False or not row["scale"] for row in whole):
            found[line["line"]] = "off"
        else:
            found[line["line"]] = "covered"
    return found


class Coverage:
    """The screenplays that were shot, with their scenes, lines, and the takes that go through them."""

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        self.tables = tables
        rows = tables["coverage"].to_pylist() if "coverage" in tables else []
        self.assets = {row["asset"]: row for row in tables["assets"].to_pylist()}
        self.paths = {asset: str(row["path"]) for asset, row in self.assets.items()}
        self.takes = {
            (row["asset"], row["take_order"]): row for row in (tables["takes"].to_pylist() if "takes" in tables else ())
        }
        self.by_line: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            self.by_line[row["line"]].append(row)
        shot = {row["script"] for row in rows}
        lines = current_rows(tables, "lines")
        self.scripts = sorted(shot, key=lambda script: self.paths.get(script, script))
        self.lines = [row for script in self.scripts for row in lines if row["asset"] == script]
        self.states = states(self.lines, self.by_line)
        self.scenes = {row["scene"]: row for row in current_rows(tables, "scenes")}
        self.older = left_out(tables)

    def scene_number(self, line: Mapping[str, Any]) -> str:
        """Return a scene's number as printed, else its place."""
        return str(self.scenes.get(line["scene"], {}).get("number") or line["scene_order"])

    def take_name(self, row: Mapping[str, Any]) -> str:
        """Return a take as slated, else as its recording and place."""
        take = self.takes.get((row["asset"], row["take_order"]), {})
        slated = f"{take.get('number') or ''}{take.get('setup') or ''}"
        named = "-".join(each for each in (slated, take.get("take") or "") if each)
        return named or f"{self.paths.get(row['asset'], '').rpartition('/')[2]} #{row['take_order'] + 1}"

    def shot_of(self, row: Mapping[str, Any]) -> Row | None:
        """Return the shot in which a line is said."""
        middle = (row["start"] + row["end"]) // 2
        return next((each for each in self._shots[row["asset"]] if each["start"] <= middle < each["end"]), None)

    @cached_property
    def _shots(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["shots"].to_pylist() if "shots" in self.tables else ():
            found[row["asset"]].append(row)
        return found

    def still(self, film: Listed, row: Mapping[str, Any]) -> bytes:
        """Return a picture of the shot in which a line is said, as JPEG; empty where there is none."""
        shot = self.shot_of(row)
        recording = self.assets.get(row["asset"])
        return replace(film, film=recording).still(shot) if shot and recording else b""


def coverage_rows(film: Listed) -> Iterator[Entry]:
    """Yield what is owed, then every line with its takes, scene by scene."""
    known = Coverage(film.tables)
    if not known.scripts:
        return
    for path, instead in known.older:
        yield Entry({"line": film.say("older_draft", path=path, instead=instead)}, "head")
    yield from _owed(film, known)
    scene = ""
    for line in known.lines:
        if line["kind"] == "heading" or line["scene"] != scene:
            scene = line["scene"]
            heading = known.scenes.get(scene, {}).get("heading", "")
            yield Entry(
                {"line": f"{known.scene_number(line)}  {heading}  {_sizes(film, known, scene)}".strip()}, "head"
            )
        if line["kind"] == "dialogue":
            yield from _line(film, known, line)


def _owed(film: Listed, known: Coverage) -> Iterator[Entry]:
    """Yield the lines that somebody has to go back for."""
    for state in OWED:
        owed = [line for line in known.lines if known.states.get(line["line"]) == state]
        yield Entry({"line": film.say(f"owed_{state}", count=len(owed))}, "head")
        for line in owed:
            told = {"scene": known.scene_number(line), "speaker": line["who"], "line": line["text"]}
            yield Entry(told, "alarm" if state == "missing" else "plain", is_summary=True)


def _line(film: Listed, known: Coverage, line: Row) -> Iterator[Entry]:
    told = {"scene": known.scene_number(line), "speaker": line["who"], "line": line["text"]}
    rows = known.by_line.get(line["line"], [])
    if not any(row["status"] in SHOT for row in rows):
        yield Entry(told | {"status": film.say("state_none")}, "alarm")
    for place, row in enumerate(rows):
        size = film.words.tag(Tag("framing", row["scale"])) if row["scale"] not in ("", "unknown", None) else ""
        seen = {True: "on_camera", False: "off_camera", None: ""}[row["is_on_camera"]]
        changes = "; ".join(f"{each['was'] or '∅'} → {each['said'] or '∅'}" for each in row["changes"])
        about = {
            "take": known.take_name(row), "status": film.say(f"state_{row['status']}"), "size": size,
            "seen": film.say(seen) if seen else "", "at": clock(row["start"]), "heard": changes or row["said"],
            "recording": known.paths.get(row["asset"], row["asset"]),
        }  # fmt: skip
        first = told if not place else {"scene": told["scene"], "speaker": "", "line": ""}
        yield Entry(first | about, still=known.still(film, row) if row["status"] in SHOT else b"")


def _sizes(film: Listed, known: Coverage, scene: str) -> str:
    """Return the sizes in which a scene was shot, with how many of its lines each has."""
    lines: dict[str, set[str]] = defaultdict(set)
    for row in (each for rows in known.by_line.values() for each in rows if each["scene"] == scene):
        if row["status"] in SHOT and row["scale"] not in ("", "unknown", None):
            lines[row["scale"]].add(row["line"])
    told = ", ".join(f"{film.words.tag(Tag('framing', size))} {len(each)}" for size, each in lines.items())
    return f"({told})" if told else ""
