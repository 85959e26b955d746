"""Companions: who appears with whom, as a graph of people."""

from itertools import combinations
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.tables import Table, flicks, pictures

COMPANIONS = Table(
    "companions",
    "One row for every two people who appear in one shot.",
    (
        ("person", pa.string(), "id of the one; the lesser of the two ids"),
        ("other", pa.string(), "id of the other"),
        ("shots", pa.int32(), "in how many shots both are seen, at one time or not"),
        ("pictures", pictures(), "how many pictures show both"),
        ("together", flicks(), "for how long both are in the picture"),
    ),
)

_TRACK = ["asset", "track", "first_frame", "end_frame", "is_still"]

Span = tuple[int, int]


@analysis(COMPANIONS, version=1, scope="production")
def companions(appearances: pa.Table, face_tracks: pa.Table) -> pa.Table:
    """Say who appears with whom; posters and photographs of people do not count.

    Parameters
    ----------
    appearances, face_tracks : tables of all assets
    """
    tracks = {(row["asset"], row["track"]): row for row in face_tracks.select(_TRACK).to_pylist()}
    shots: dict[tuple[str, int], dict[str, list[dict[str, Any]]]] = {}
    for row in appearances.to_pylist():
        track = tracks.get((row["asset"], row["track"]))
        if row["person"] is not None and track is not None and not track["is_still"]:
            in_shot = shots.setdefault((row["asset"], row["shot"]), {})
            in_shot.setdefault(row["person"], []).append(row | track)
    pairs: dict[tuple[str, str], list[int]] = {}
    for in_shot in shots.values():
        for one, other in combinations(sorted(in_shot), 2):
            counts = pairs.setdefault((one, other), [0, 0, 0])
            counts[0] += 1
            counts[1] += _shared(in_shot[one], in_shot[other], "first_frame", "end_frame")
            counts[2] += _shared(in_shot[one], in_shot[other], "start", "end")
    return COMPANIONS.from_rows(
        {"person": one, "other": other, "shots": counts[0], "pictures": counts[1], "together": counts[2]}
        for (one, other), counts in sorted(pairs.items())
    )


def _shared(one: list[dict[str, Any]], other: list[dict[str, Any]], start: str, end: str) -> int:
    """Return how much two people's tracks run at the same time."""
    spans = [_joined([(row[start], row[end]) for row in rows]) for rows in (one, other)]
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in spans[0] for b in spans[1])


def _joined(spans: list[Span]) -> list[Span]:
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(joined[-1][1], end))
        else:
            joined.append((start, end))
    return joined
