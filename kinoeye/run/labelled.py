"""Labelled: tables to learn from: a file of records, or a table of a production with its labels beside it.

Of shots and stills it is what the index knows of how they look: likeness, camera, colours, quality, framing. Labels
stand in the table itself, in a file with the columns that name its rows, or were said of rows one by one.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.errors import InputError, UseError
from kinoeye.learn.cells import is_missing, name_of
from kinoeye.media.records import read_records
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index
from kinoeye.timecode import FLICKS_PER_SECOND

LABELS = "labels"  # what decisions that label rows speak of
_NAMING = ("asset", "path", "shot", "line", "frame", "part", "title", "row", "time", "start", "end")
_LOOKS = {
    "camera": ("move", "direction", "speed", "pan", "tilt", "zoom", "roll", "shake"),
    "colours": ("brightness", "contrast", "saturation", "warmth", "time", "place"),
    "quality": ("sharpness", "noise", "flicker"),
    "framing": ("scale", "head", "people", "group", "looking", "headroom", "eyeline", "look_room"),
}
_BLOCKS = 10  # of running order, where one film is all there is
_FEW_FILMS = 5
_ORDERING = ("scene", "scene_order", "page", "stretch")


@dataclass(frozen=True)
class Labelled:
    """A table to learn from.

    Parameters
    ----------
    table : pa.Table
    aside : tuple of str
        Columns that name rows.
    group : str
        A column whose rows belong together; empty if none.
    """

    table: pa.Table
    aside: tuple[str, ...] = ()
    group: str = ""


def records_of(name: str) -> Labelled:
    """Read a file of records, or what a database answers, as a table to learn from.

    Raises
    ------
    DocumentError
        If it cannot be read.
    """
    path = Path(name)
    if "://" not in name and not path.is_file():
        raise UseError(f"learn: TABLE must be a file, or DIR:TABLE of a production, got {name!r}",
                       remedy="For instance titles.csv, or my-film:shots")  # fmt: skip
    # A database's address stays text: as a path it would lose one of its strokes.
    return Labelled(read_records(name if "://" in name else path).rows.to_table())


def production_table(index: Index, name: str) -> Labelled:
    """Return a table of a production as one to learn from.

    Raises
    ------
    UseError
        If there is no such table, or nothing in it.
    """
    if name == "shots":
        found = _shots(index)
    elif name == "stills":
        found = _stills(index)
    else:
        if name not in index.tables():
            raise UseError(f"learn: {name} must be a table of the production, got none",
                           remedy=f"It has {', '.join(index.tables())}, and stills")  # fmt: skip
        rows = index.read(name).to_pylist()
        paths = _paths(index)
        for place, row in enumerate(rows):
            row["path"] = paths.get(row.get("asset"), "")
            row["stretch"] = f"{place * _BLOCKS // len(rows)}"
        naming = tuple(each for each in (*_NAMING, *_ORDERING) if rows and each in rows[0])
        known = [each for each in ("scene", "asset") if rows and each in rows[0] and _count(rows, each) >= _BLOCKS]
        group = next(iter(known), "stretch")
        found = Labelled(pa.Table.from_pylist(rows), naming, group)
    if not found.table.num_rows:
        raise UseError(f"learn: {name} must have rows, got none", remedy="Run `kinoeye run` first")
    return found


def with_labels(labelled: Labelled, label: str, given: pa.Table | None, said: Sequence[Decision]) -> Labelled:
    """Lay labels beside a table: from a table with the columns that name rows, and from what was said of rows.

    Raises
    ------
    UseError
        If the labels' table has no column that names rows.
    InputError
        If none of its labels finds a row.
    """
    if given is None and not said:
        return labelled
    rows = labelled.table.to_pylist()
    values: list[Any] = [row.get(label) if given is None and not said else None for row in rows]
    if given is not None:
        for place, value in _from_table(rows, label, given):
            values[place] = value
    for decision in said:
        if label in decision.value:
            for place, row in enumerate(rows):
                if _is_meant(row, decision.key):
                    values[place] = decision.value[label]
    if all(map(is_missing, values)):
        raise InputError(f"learn: labels of {label!r} must fit rows of the table, got none that does",
                         remedy="Name rows by columns that the table has, for instance path and shot")  # fmt: skip
    texts = [None if is_missing(each) else each for each in values]
    same = len({type(each) for each in texts if each is not None}) == 1
    column = pa.array(texts if same else [None if each is None else name_of(each) for each in texts])
    table = labelled.table.drop_columns([label]) if label in labelled.table.schema.names else labelled.table
    return Labelled(table.append_column(label, column), labelled.aside, labelled.group)


def _from_table(rows: Sequence[Mapping[str, Any]], label: str, given: pa.Table) -> list[tuple[int, Any]]:
    names = given.schema.names
    if label not in names:
        raise UseError(f"learn: the labels must have a column {label!r}, got {', '.join(names[:10])}")
    keys = [each for each in names if each != label and rows and each in rows[0]]
    if not keys:
        raise UseError(f"learn: the labels must have a column that names rows, got {', '.join(names[:10])}",
                       remedy=f"One or more of {', '.join(each for each in _NAMING if each in rows[0])}")  # fmt: skip
    places: dict[tuple[str, ...], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        places[tuple(_key(row[each]) for each in keys)].append(place)
    found = []
    for row in given.to_pylist():
        own = places.get(tuple(_key(row[each]) for each in keys), [])
        found += [(place, row[label]) for place in own]
    return found


def _count(rows: Sequence[Mapping[str, Any]], name: str) -> int:
    return len({row[name] for row in rows})


def _key(value: Any) -> str:
    """Return a cell as what it is compared by: numbers alike however they are written."""
    text = name_of(value)
    return text.removesuffix(".0")


def _is_meant(row: Mapping[str, Any], key: Mapping[str, Any]) -> bool:
    for name, value in key.items():
        if name == "table":
            continue
        if name == "at" and "start" in row and "end" in row:
            if not row["start"] <= value < row["end"]:
                return False
        elif name not in row or _key(row[name]) != _key(value):
            return False
    return True


def _shots(index: Index) -> Labelled:
    """Return shots with all that is known of how they look."""
    rows = index.read("shots").to_pylist() if "shots" in index.tables() else []
    looks = _looks(index)
    vectors = defaultdict(list)
    if "likenesses" in index.tables():
        for each in index.read("likenesses").to_pylist():
            vectors[each["asset"], each["shot"]].append(each["vector"])
    paths, found = _paths(index), []
    films = len({row["asset"] for row in rows})
    for place, row in enumerate(rows):
        own = vectors.get((row["asset"], row["shot"]))
        found.append({
            "asset": row["asset"], "path": paths.get(row["asset"], ""), "shot": row["shot"], "start": row["start"],
            "end": row["end"], "seconds": (row["end"] - row["start"]) / FLICKS_PER_SECOND,
            "transition": row["transition"], **looks.get((row["asset"], row["shot"]), {}),
            "likeness": np.mean(own, axis=0).tolist() if own else None,
            "film": row["asset"] if films >= _FEW_FILMS else f"{place * _BLOCKS // max(1, len(rows))}",
        })  # fmt: skip
    return Labelled(pa.Table.from_pylist(_even(found)), ("asset", "path", "shot", "start", "end", "film"), "film")


def _stills(index: Index) -> Labelled:
    rows = index.read("likenesses").to_pylist() if "likenesses" in index.tables() else []
    looks, paths = _looks(index), _paths(index)
    found = [{"asset": row["asset"], "path": paths.get(row["asset"], ""), "shot": row["shot"], "frame": row["frame"],
              "time": row["time"], **looks.get((row["asset"], row["shot"]), {}), "likeness": row["vector"],
              "film": f"{row['asset']} {row['shot']}"} for row in rows]  # fmt: skip
    naming = ("asset", "path", "shot", "frame", "time", "film")
    return Labelled(pa.Table.from_pylist(_even(found)), naming, "film")


def _looks(index: Index) -> dict[tuple[str, int], dict[str, Any]]:
    """Return of each shot what camera, colours, quality and framing say of it; of several parts, of the longest."""
    found: dict[tuple[str, int], dict[str, Any]] = defaultdict(dict)
    for name, columns in _LOOKS.items():
        if name not in index.tables():
            continue
        longest: dict[tuple[str, int], int] = {}
        for row in index.read(name).to_pylist():
            key, length = (row["asset"], row["shot"]), row["end"] - row["start"]
            if length > longest.get(key, -1):
                longest[key] = length
                found[key] |= {f"{name} {each}": row[each] for each in columns}
    return found


def _paths(index: Index) -> dict[str, str]:
    if "assets" not in index.tables():
        return {}
    return {row["asset"]: row["path"] for row in index.read("assets").to_pylist()}


def _even(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return rows that all have the same columns."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    return [{name: row.get(name) for name in names} for row in rows]
