"""Tags: what the other tables say of each shot, in a few words for markers, lists and reports.

A tag is a key of the messages files with its parts, or plain text found in the picture; tables that are not there are
simply not asked.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

CLEAR = 0.65  # below, day or night is a guess that would only disturb
MOST = {"texts": 4, "actions": 3}  # rolling credits would bury everything else
SURE = 0.6  # below, an action is a guess
TEXT_LENGTH = 60  # a tag is a few words; the whole text stands in `texts`


@dataclass(frozen=True)
class Tag:
    """One word on a shot.

    Parameters
    ----------
    table : camera, quality, colours, framing, actions or texts
    key : str
        Key of the messages, without the table; empty for plain text.
    text : str
        What stands in the picture, or what cannot be translated.
    is_fault : bool
    """

    table: str
    key: str
    text: str = ""
    is_fault: bool = False


def rows_of(tables: Mapping[str, pa.Table], name: str, asset: str) -> list[dict[str, Any]]:
    """Return the rows of one asset in a table; none if the table is not there."""
    table = tables.get(name)
    if table is None or "asset" not in table.schema.names:
        return []
    rows: list[dict[str, Any]] = table.filter(pc.equal(table["asset"], asset)).to_pylist()
    return rows


def tags(tables: Mapping[str, pa.Table], asset: str) -> dict[int, list[Tag]]:
    """Return the tags of an asset's shots, by the shot's number."""
    found: dict[int, list[Tag]] = defaultdict(list)
    spans = [(row["shot"], row["start"], row["end"]) for row in rows_of(tables, "shots", asset)]
    for name, make in _MAKERS:
        for row in rows_of(tables, name, asset):
            for shot in _shots_of(row, spans):
                said = sum(tag.table == name for tag in found[shot])
                if said < MOST.get(name, said + 1):
                    found[shot] += [tag for tag in make(row) if tag not in found[shot]]
    return dict(found)


def _shots_of(row: Mapping[str, Any], spans: Iterable[tuple[int, int, int]]) -> list[int]:
    """Return the shots that a row speaks of: the one it names, or those that its time meets."""
    if row.get("shot") is not None:
        return [row["shot"]]
    begin = row.get("start", row.get("time"))
    if begin is None:
        return []
    finish = row.get("end") or begin + 1
    return [shot for shot, start, end in spans if start < finish and begin < end]


def _camera(row: Mapping[str, Any]) -> list[Tag]:
    move, direction = row.get("move"), row.get("direction") or ""
    if not move or move == "unknown":
        return []
    return [Tag("camera", f"{move}_{direction}" if direction else move)]


def _quality(row: Mapping[str, Any]) -> list[Tag]:
    return [Tag("quality", name[3:], is_fault=True) for name, value in row.items() if name.startswith("is_") and value]


def _colours(row: Mapping[str, Any]) -> list[Tag]:
    return [
        Tag("colours", str(row[name]))
        for name in ("place", "time")
        if row.get(name) not in {None, "", "unknown"} and (row.get(f"{name}_score") or 0) >= CLEAR
    ]


def _texts(row: Mapping[str, Any]) -> list[Tag]:
    text = " ".join(str(row.get("text") or "").split())
    if not text:
        return []
    kind = str(row.get("kind") or "")
    kind = "" if kind == "other" else kind
    return [Tag("texts", kind, text if len(text) <= TEXT_LENGTH else text[:TEXT_LENGTH] + "…")]


def _framing(row: Mapping[str, Any]) -> list[Tag]:
    if not row.get("scale") or row["scale"] == "unknown":
        return []
    said = [Tag("framing", str(row["scale"]))]
    said += [Tag("framing", str(row["group"]))] if row.get("group") in {"two", "group"} else []
    return said + [Tag("framing", warning, is_fault=True) for warning in row.get("warnings") or ()]


def _actions(row: Mapping[str, Any]) -> list[Tag]:
    is_known = row.get("action") not in {None, "", "unknown"} and (row.get("score") or 0) >= SURE
    return [Tag("actions", str(row["action"]))] if is_known else []


_MAKERS = (
    ("framing", _framing),
    ("camera", _camera),
    ("quality", _quality),
    ("colours", _colours),
    ("actions", _actions),
    ("texts", _texts),
)
