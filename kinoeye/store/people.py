"""People: which person of the index is meant, by id, by name, or by where a face was seen.

A person's id comes from a run and may change with the next one; what people say of a person is therefore kept with
anchors too: where a few of the person's faces are seen. They find the person again whatever the id has become.
"""

import difflib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import UseError
from kinoeye.store.decisions import Decision
from kinoeye.store.index import Index

Box = tuple[float, float, float, float]  # left, upper, right, lower edge, 0..1 of the picture

# So many of a person's longest appearances become anchors; one wrong one is outvoted.
_ANCHORS = 8

_LARGE = ("mesh", "points")  # columns of which one row is kilobytes

IDENTITY_OFF = (
    'Identity is off until a purpose is given. In kinoeye.toml: [face_vectors] purpose = "…", then: kinoeye run'
)


@dataclass(frozen=True)
class Anchor:
    """A place in a picture where a person's face is seen.

    Parameters
    ----------
    asset : str
    at : flicks
    x, y : 0..1 of the picture
        Middle of the face.
    """

    asset: str
    at: int
    x: float
    y: float

    def plain(self) -> list[Any]:
        """Return it as JSON holds it."""
        return [self.asset, self.at, round(self.x, 4), round(self.y, 4)]


def named(index: Index) -> pa.Table:
    """Return `appearances` with the `name` of each person, null where nobody has given one."""
    persons = index.read("persons").select(["person", "name"])
    names = dict(zip(persons["person"].to_pylist(), persons["name"].to_pylist(), strict=True))
    shown = index.read("appearances")
    return shown.append_column("name", pa.array([names.get(who) for who in shown["person"].to_pylist()], pa.string()))


def rows(index: Index, table: str, asset: str | None = None) -> list[dict[str, Any]]:
    """Return the rows of a table that may not be there; then none."""
    if table not in index.schemas:
        return []
    if asset is not None and not index.files.exists(index.results.path(table, asset)):
        return []
    return list(index.read(table, asset).to_pylist())


def asset_at(index: Index, path: str, where: str) -> str:
    """Return the asset that lies at a path of the production.

    Raises
    ------
    UseError
        If there is none; names the nearest path.
    """
    assets = {each: str(row["asset"]) for row in rows(index, "assets") for each in row["paths"]}
    if path not in assets:
        near = difflib.get_close_matches(path, assets, n=1, cutoff=0.5)
        raise UseError(f"{where}: there is no asset at {path}", remedy=f"Did you mean {near[0]}?" if near else "")
    return assets[path]


def person(index: Index, said: str) -> dict[str, Any]:
    """Return the row of `persons` that is meant by an id or a name.

    Raises
    ------
    UseError
        If nobody is known, nobody is called so, or several people are.
    """
    known = rows(index, "persons")
    if not known:
        raise UseError("people: nobody is known in this production", remedy=IDENTITY_OFF)
    found = [row for row in known if row["person"] == said]
    found = found or [row for row in known if row["name"] is not None and row["name"].casefold() == said.casefold()]
    if len(found) == 1:
        return found[0]
    if found:
        ids = ", ".join(sorted(row["person"] for row in found))
        raise UseError(
            f"people: a name must mean one person, got {said!r} for {len(found)}: {ids}",
            remedy="Say the id, or say first that they are one person: kinoeye people",
        )
    names = [each for row in known for each in (row["name"], row["person"]) if each]
    near = difflib.get_close_matches(said, names, n=1, cutoff=0.5)
    remedy = f"Did you mean {near[0]}?" if near else "All who are known: kinoeye people"
    raise UseError(f"people: there is nobody called {said!r}", remedy=remedy)


def called(row: dict[str, Any]) -> str:
    """Return what a person is called in a sentence."""
    return f"{row['name']} ({row['person']})" if row["name"] else str(row["person"])


def appearances_of(index: Index, ids: Iterable[str]) -> list[dict[str, Any]]:
    """Return the rows of `appearances` of some people."""
    wanted = set(ids)
    return [row for row in rows(index, "appearances") if row["person"] in wanted]


def anchors_of(index: Index, who: str) -> tuple[Anchor, ...]:
    """Return where a few of a person's faces are seen, those of the longest appearances."""
    longest = sorted(appearances_of(index, [who]), key=lambda row: (row["start"] - row["end"], row["asset"]))
    anchors = []
    for row in longest[:_ANCHORS]:
        for track in picked(index, "face_tracks", row["asset"], "track", [row["track"]]):
            for face in picked(index, "faces", row["asset"], "face", [track["best"]]):
                middle = face["x"] + face["w"] / 2, face["y"] + face["h"] / 2
                anchors.append(Anchor(row["asset"], face["time"], *middle))
    return tuple(anchors)


def person_at(index: Index, anchors: Sequence[Anchor]) -> str | None:
    """Return the person now seen at most of the anchors; None where nobody is."""
    votes: dict[str, int] = {}
    for anchor in anchors:
        who = _seen_at(index, anchor)
        if who is not None:
            votes[who] = votes.get(who, 0) + 1
    return max(sorted(votes), key=lambda who: votes[who]) if votes else None


def _seen_at(index: Index, anchor: Anchor) -> str | None:
    """Return whose face is nearest to an anchor at its moment, if the anchor lies on it."""
    there = [
        row for row in rows(index, "appearances")
        if row["asset"] == anchor.asset and row["start"] <= anchor.at < row["end"] and row["person"]
    ]  # fmt: skip
    best: tuple[float, str] | None = None
    for row in there:
        for track in picked(index, "face_tracks", anchor.asset, "track", [row["track"]]):
            faces = picked(index, "faces", anchor.asset, "face", track["faces"])
            if not faces:
                continue
            face = min(faces, key=lambda each: abs(each["time"] - anchor.at))
            across = abs(face["x"] + face["w"] / 2 - anchor.x) / max(face["w"], 1e-6)
            down = abs(face["y"] + face["h"] / 2 - anchor.y) / max(face["h"], 1e-6)
            if max(across, down) <= 1 and (best is None or across + down < best[0]):
                best = (across + down, row["person"])
    return best[1] if best else None


def places_of_faces(index: Index, asset: str) -> dict[int, list[tuple[int, Box]]]:
    """Return number and box of the faces of an asset, by picture."""
    places: dict[int, list[tuple[int, Box]]] = {}
    if "faces" in index.schemas and index.files.exists(index.results.path("faces", asset)):
        for row in index.read("faces", asset).select(["face", "frame", "x", "y", "w", "h"]).to_pylist():
            box = (row["x"], row["y"], row["x"] + row["w"], row["y"] + row["h"])
            places.setdefault(row["frame"], []).append((row["face"], box))
    return places


def anchors_in(decision: Decision) -> list[Anchor]:
    """Return the anchors that a decision is kept with; none if it has none."""
    try:
        return [Anchor(*each) for each in decision.key.get("anchors", ())]
    except TypeError:
        return []


def picked(
    index: Index, table: str, asset: str, column: str, values: Sequence[Any], *, besides: Sequence[str] = _LARGE
) -> list[dict[str, Any]]:
    """Return the rows of one asset in which a column has one of these values, without the columns `besides`."""
    if table not in index.schemas or not index.files.exists(index.results.path(table, asset)):
        return []
    read = index.read(table, asset)
    kept = read.filter(pc.is_in(read[column], pa.array(list(values), read[column].type)))
    return list(kept.select([name for name in kept.schema.names if name not in besides]).to_pylist())
