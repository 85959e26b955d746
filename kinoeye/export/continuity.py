"""Continuity: the combined continuity and spotting list, and the as-broadcast script.

The first has every shot, and between them what is spotted, as it begins: lines as titles that can be read, with their
reading speed; what is read on the screen, music, sounds. The second has a row a shot: what is seen, what is heard.

Source: delivery schedules of distributors (CCSL: shots with sizes, dialogue verbatim, spotting with durations; as-
broadcast script: time, vision, sound); reading speed in characters a second as subtitlers count it, spaces among them.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from typing import Any

from kinoeye.export.dialogue import NOTES, SPAN
from kinoeye.export.listed import Listed, Row
from kinoeye.export.listing import Column, Entry

CONTINUITY = (
    *SPAN, Column("kind", 8), Column("shot", 0, "number"), Column("speaker", 12), Column("text", 40),
    Column("letters_a_second", 7, "number"), NOTES,
)  # fmt: skip
AS_BROADCAST = (
    Column("number", 4, "number"), Column("time_in", 9, "code"), Column("duration", 9, "code"), Column("vision", 32),
    Column("sound", 46),
)  # fmt: skip

_ORDER = {"shot": 0, "music": 1, "sound": 2, "text": 3, "dialogue": 4}


def continuity(film: Listed) -> Iterator[Entry]:
    """Yield a row a shot, title, text on the screen, piece of music and sound, as they begin."""
    found: list[Row] = [*_shots(film), *_heard(film), *_spots(film)]
    found.sort(key=lambda row: (row["start"], _ORDER[row["kind"]], row["end"]))
    for number, row in enumerate(found, 1):
        told = film.codes.span(row["start"], row["end"], has_feet=film.has_feet)
        told |= {"number": str(number), "kind": film.say(f"kind_{row['kind']}")}
        told |= {key: str(value) for key, value in row.items() if key not in ("start", "end", "kind")}
        yield Entry(told, "bold" if row["kind"] == "shot" else "plain")


def as_broadcast(film: Listed) -> Iterator[Entry]:
    """Yield a row a shot: what is seen, and what is heard that begins in it; a head at each scene of the screenplay."""
    scenes = {row["scene"]: row for row in film.tables["scenes"].to_pylist()} if "scenes" in film.tables else {}
    left = deque(sorted(_sounding(film), key=lambda row: int(row["start"])))
    at = ""
    for place, shot in enumerate(film.shots):
        is_last = place + 1 == len(film.shots)
        mine = list[Row]()
        while left and (left[0]["start"] < shot["end"] or is_last):
            mine.append(left.popleft())
        scene = next((row["scene"] for row in mine if row["scene"]), at)
        if scene != at and scene in scenes:
            yield Entry({"vision": f"{scenes[scene]['number']} {scenes[scene]['heading']}".strip()}, "head")
        at = scene
        read = [
            f"{film.say('text_' + row['kind'])}: {row['text']}"
            for row in film.texts
            if shot["start"] <= row["start"] < shot["end"]
        ]
        yield Entry(film.codes.span(shot["start"], shot["end"]) | {
            "number": str(shot["shot"] + 1), "vision": "\n".join([_described(film, shot), *read]),
            "sound": "\n".join(row["text"] for row in mine),
        })  # fmt: skip


def _sounding(film: Listed) -> Iterator[Row]:
    """Yield what is heard: lines with who says them, music and sounds with their end."""
    for said in film.said:
        yield {"start": said.start, "text": f"{film.who(said) or '?'}: {said.text}", "scene": said.scene}
    for row in _heard(film):
        if row["kind"] != "text":
            name = ": ".join(filter(None, (film.say(f"kind_{row['kind']}").upper(), row["text"])))
            until = film.say("until", time=film.codes.span(row["start"], row["end"])["time_out"])
            yield {"start": row["start"], "text": f"[{name}, {until}]", "scene": ""}


def _shots(film: Listed) -> Iterator[Row]:
    for shot in film.shots:
        yield _row("shot", shot) | {"shot": shot["shot"] + 1, "text": f"{shot['shot'] + 1}. {_described(film, shot)}"}


def _heard(film: Listed) -> Iterator[Row]:
    """Yield what is read on the screen, and music and sounds."""
    for row in film.texts:
        yield _row("text", row) | {"text": f"{film.say('text_' + row['kind'])}: {row['text']}"}
    for row in film.rows("music"):
        yield _row("music", row) | {"text": row["key"] or ""}
    for row in film.effects:
        yield _row("sound", row) | {"text": row["text"]}


def _spots(film: Listed) -> Iterator[Row]:
    for said in film.said:
        for spot in said.spots():
            speed = len(spot.text) / film.codes.seconds(spot.start, spot.end)
            told = {"start": spot.start, "end": spot.end, "kind": "dialogue", "speaker": film.who(spot)}
            yield told | {"text": spot.text, "letters_a_second": f"{speed:.1f}"}


def _row(kind: str, row: Mapping[str, Any]) -> Row:
    return {"start": row["start"], "end": row["end"], "kind": kind}


def _described(film: Listed, shot: Mapping[str, Any]) -> str:
    """Return how a shot looks in words."""
    return ", ".join(str(shot[each]) for each in ("begins", "size", "moves") if shot.get(each)) or film.say("unsized")
