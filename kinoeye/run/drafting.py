"""Drafting: screenplays that are being written: read and named as a run does, what became of each line of a draft, and
what does not agree in one.

Nothing of this is kept: a production's own tables know its drafts already.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.analyses.screenplay.arcs import arcs
from kinoeye.analyses.screenplay.characters import characters
from kinoeye.analyses.screenplay.consistency_notes import consistency_notes
from kinoeye.analyses.screenplay.conversations import conversations
from kinoeye.analyses.screenplay.elements import elements
from kinoeye.analyses.screenplay.lines import LINES, lines
from kinoeye.analyses.screenplay.scenes import scenes
from kinoeye.analyses.screenplay.script_parts import script_parts
from kinoeye.analyses.screenplay.topics import topics
from kinoeye.errors import DocumentError
from kinoeye.media.assets import ASSETS
from kinoeye.media.documents import read_screenplay
from kinoeye.signals.drafts import rising
from kinoeye.tables import with_asset

OLD, NEW = "old", "new"

Row = dict[str, Any]


@dataclass(frozen=True)
class LineChange:
    """What became of a line.

    Parameters
    ----------
    what : added, dropped, changed or moved
    line : str
        Its name.
    kind, who : str
    was, text : str
        In the old draft and in the new; empty where it is not there.
    """

    what: str
    line: str
    kind: str
    who: str
    was: str
    text: str


def draft_tables(old: Path, new: Path) -> dict[str, pa.Table]:
    """Return the tables of two drafts, as the assets `old` and `new`.

    Raises
    ------
    DocumentError
        If a file cannot be read, or is no screenplay with scenes.
    """
    parts = {name: _parts(name, path) for name, path in ((OLD, old), (NEW, new))}
    tables = _named(parts, lines(_assets([OLD]), parts[OLD], LINES.empty()))
    tables["elements"] = elements(tables["lines"], tables["characters"])
    return tables


def script_notes(path: Path, *, least: float = 0.5) -> dict[str, pa.Table]:
    """Return what does not agree in one screenplay, with the tables that name its places.

    Raises
    ------
    DocumentError
        If the file cannot be read, or is no screenplay with scenes.
    """
    tables = _named({path.name: _parts(path.name, path)}, LINES.empty())
    tables["consistency_notes"] = consistency_notes(
        tables["lines"], tables["scenes"], tables["characters"], least=least
    )
    return tables


def script_story(path: Path) -> dict[str, pa.Table]:
    """Return all that ideas for a screenplay are based on.

    Raises
    ------
    DocumentError
        If the file cannot be read, or is no screenplay with scenes.
    """
    tables = script_notes(path)
    tables["conversations"] = conversations(tables["lines"], tables["characters"])
    tables["arcs"] = arcs(tables["lines"])
    tables["topics"] = topics(tables["lines"], tables["characters"])
    return tables


def _parts(name: str, path: Path) -> pa.Table:
    table = script_parts(read_screenplay(path))
    if "heading" not in table["kind"].to_pylist():
        raise DocumentError(
            f"{path}: a screenplay must have scene headings, got none",
            remedy="Begin scenes with INT. or EXT., or a dot",
        )
    return with_asset(table, name)


def _assets(names: Iterable[str]) -> pa.Table:
    return ASSETS.from_rows([{"asset": each, "path": each, "paths": [each], "kind": "screenplay"} for each in names])


def _named(parts: Mapping[str, pa.Table], previous: pa.Table) -> dict[str, pa.Table]:
    """Return the tables of screenplays, their lines named after those of `previous`."""
    tables = {"assets": _assets(parts), "script_parts": pa.concat_tables(parts.values())}
    tables["lines"] = lines(tables["assets"], tables["script_parts"], previous)
    tables["scenes"] = scenes(tables["script_parts"], tables["lines"])
    tables["characters"] = characters(tables["lines"])
    return tables


def line_changes(table: pa.Table) -> list[LineChange]:
    """Return what became of every line that is not the same in both, in the new draft's order, dropped ones last."""
    before, after = ([row for row in table.to_pylist() if row["asset"] == name] for name in (OLD, NEW))
    old = {row["line"]: row for row in before}
    new = {row["line"]: row for row in after}
    places = {row["line"]: number for number, row in enumerate(before)}
    common = [(number, places[row["line"]]) for number, row in enumerate(after) if row["line"] in places]
    stayed = {after[number]["line"] for number, _ in rising(common)}
    changes = []
    for row in after:
        was = old.get(row["line"])
        if was is None:
            changes.append(_change("added", row, None))
        elif was["text"] != row["text"] or was["who"] != row["who"]:
            changes.append(_change("changed", row, was))
        elif row["line"] not in stayed:
            changes.append(_change("moved", row, was))
    return changes + [_change("dropped", row, row, is_there=False) for row in before if row["line"] not in new]


def _change(what: str, row: Row, was: Row | None, *, is_there: bool = True) -> LineChange:
    return LineChange(
        what, row["line"], row["kind"], row["who"], was["text"] if was else "", row["text"] if is_there else ""
    )
