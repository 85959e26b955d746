"""Persons: everyone who appears, for how long, and where first and last.

Screen time is the time during which at least one track shows the person; a poster or a photograph of them does not
count. Names are what people said: decisions write them.
"""

from collections.abc import Iterable, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.tables import Table, Typed, flicks
from kinoeye.timecode import to_seconds

PERSONS = Table(
    "persons",
    "One row for every person whose face tells them apart, the longest on the screen first.",
    (
        ("person", pa.string(), "the person's id"),
        ("name", pa.string(), "what they are called, as someone said; null where no one has"),
        ("appearances", pa.int32(), "how many face tracks show them"),
        ("assets", pa.int32(), "in how many assets"),
        ("seconds", Typed(pa.float64(), "seconds"), "screen time; posters and photographs of them do not count"),
        ("first_asset", pa.string(), "asset of their first appearance, in the order of the assets' paths"),
        ("first_time", flicks(), "its start"),
        ("last_asset", pa.string(), "asset of their last appearance"),
        ("last_time", flicks(), "its end"),
        ("best_asset", pa.string(), "asset of the track whose best face is the one to show"),
        ("best_track", pa.int32(), "number of that track"),
    ),
)

_TRACK = ["asset", "track", "h", "is_still"]

Row = dict[str, Any]


@analysis(PERSONS, version=1, scope="production")
def persons(appearances: pa.Table, face_tracks: pa.Table, assets: pa.Table | None = None) -> pa.Table:
    """Say who appears, and for how long.

    Parameters
    ----------
    appearances, face_tracks : tables of all assets
    assets : table of all assets, or None
        Whose paths give the order in which people appear; that of the assets' ids otherwise.
    """
    tracks = {(row["asset"], row["track"]): row for row in face_tracks.select(_TRACK).to_pylist()}
    paths: dict[str, str] = {}
    if assets is not None:
        paths = dict(zip(assets["asset"].to_pylist(), assets["path"].to_pylist(), strict=True))
    members: dict[str, list[Row]] = {}
    for row in appearances.to_pylist():
        if row["person"] is not None:
            members.setdefault(row["person"], []).append(row | tracks.get((row["asset"], row["track"]), {}))
    rows = [_row(person, of_person, paths) for person, of_person in members.items()]
    return PERSONS.from_rows(sorted(rows, key=lambda row: (-row["seconds"], row["person"])))


def _row(person: str, rows: Sequence[Row], paths: dict[str, str]) -> Row:
    ordered = sorted(rows, key=lambda row: (paths.get(row["asset"], ""), row["asset"], row["start"], row["track"]))
    last = max(ordered, key=lambda row: (paths.get(row["asset"], ""), row["asset"], row["end"]))
    best = max(ordered, key=_worth)
    return {
        "person": person,
        "appearances": len(rows),
        "assets": len({row["asset"] for row in rows}),
        "seconds": to_seconds(sum(end - start for _, start, end in _spans(rows))),
        "first_asset": ordered[0]["asset"],
        "first_time": ordered[0]["start"],
        "last_asset": last["asset"],
        "last_time": last["end"],
        "best_asset": best["asset"],
        "best_track": best["track"],
    }


def _worth(row: Row) -> float:
    """Return how well a track shows a person: a large face that is surely one, and surely theirs."""
    size = min(1.0, 3 * float(row.get("h") or 0))
    return size * float(row["score"] or 0) * (0.5 if row.get("is_still") else 1.0)


def _spans(rows: Iterable[Row]) -> list[tuple[str, int, int]]:
    """Return the stretches of assets that rows cover, those that overlap as one."""
    spans: list[tuple[str, int, int]] = []
    for row in sorted(rows, key=lambda row: (row["asset"], row["start"])):
        if row.get("is_still"):
            continue
        if spans and spans[-1][0] == row["asset"] and row["start"] <= spans[-1][2]:
            spans[-1] = (row["asset"], spans[-1][1], max(spans[-1][2], row["end"]))
        else:
            spans.append((row["asset"], row["start"], row["end"]))
    return spans
