"""Scenes: what a screenplay plays in one place at one time, and how long that is on paper.

How long it lasts on screen is not told here.
"""

from collections import defaultdict
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.screenplay.elements import word_count
from kinoeye.screenplay.headings import parted
from kinoeye.screenplay.pages import eighths
from kinoeye.tables import Table, Typed

SCENES = Table(
    "scenes",
    "One row a scene of a screenplay, in its order.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "its name, 16 hex digits; the same in every draft in which it stands"),
        ("scene_order", pa.int32(), "its place in the screenplay, from 1"),
        ("number", pa.string(), "as printed; empty where it has none"),
        ("heading", pa.string(), "as written"),
        ("place", pa.string(), "int, ext, int/ext or est; empty where it is not said"),
        ("set", pa.string(), "the location, as written"),
        ("time", pa.string(), "day, night, dawn, dusk or continuous; empty where it is not said"),
        ("section", pa.string(), "the section in which it stands; empty outside of any"),
        ("synopses", pa.list_(pa.string()), "what its synopses say"),
        ("characters", pa.list_(pa.string()), "who speaks in it, as written, in the order in which they do"),
        ("page", pa.int32(), "page on which it begins, from 1"),
        (
            "eighths",
            Typed(pa.int32(), "eighths of a page"),
            "how much paper it takes, at least one; the source's own count where it has one",
        ),
        ("dialogue_words", pa.int32(), "words that are spoken; each Chinese sign is one"),
        ("action_words", pa.int32(), "words of action"),
    ),
)


@analysis(SCENES, version=3, scope="production")
def scenes(script_parts: pa.Table, lines: pa.Table) -> pa.Table:
    """Gather the scenes of screenplays.

    Parameters
    ----------
    script_parts, lines : tables of all assets
    """
    names = {(row["asset"], row["scene_order"]): row["scene"] for row in lines.select(_NAMED).to_pylist()}
    parts: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    sections: dict[tuple[str, int], str] = {}
    ahead: dict[str, str] = {}
    for row in script_parts.to_pylist():
        if row["kind"] == "section":
            ahead[row["asset"]] = row["text"]
        if row["kind"] == "heading":
            sections[row["asset"], row["scene"]] = ahead.get(row["asset"], "")
        if row["scene"]:
            parts[row["asset"], row["scene"]].append(row)
    order = dict.fromkeys((row["asset"], row["scene_order"]) for row in lines.select(_NAMED).to_pylist())
    return SCENES.from_rows(
        [
            {"asset": key[0], "scene": names[key], "scene_order": key[1], "section": sections.get(key, "")}
            | _told(parts[key])
            for key in order
            if key[1]
        ]
    )


_NAMED = ("asset", "scene", "scene_order")


def _told(parts: list[dict[str, Any]]) -> dict[str, Any]:
    """Return what the parts of a scene say of it."""
    heading = next(row for row in parts if row["kind"] == "heading")
    told = parted(heading["text"])
    return {
        "number": heading["number"],
        "heading": heading["text"],
        "place": told.place,
        "set": told.set,
        "time": told.time,
        "synopses": [row["text"] for row in parts if row["kind"] == "synopsis"],
        "characters": list(dict.fromkeys(row["who"] for row in parts if row["who"])),
        "page": heading["page"],
        "eighths": heading["eighths"] or eighths(sum(row["printed"] for row in parts)),
        "dialogue_words": sum(word_count(row["text"]) for row in parts if row["kind"] == "dialogue"),
        "action_words": sum(word_count(row["text"]) for row in parts if row["kind"] == "action"),
    }
