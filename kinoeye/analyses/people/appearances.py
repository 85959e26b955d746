"""Appearances: which person every face track shows.

Tracks are grouped anew whenever there is something new, by vectors alone, so what is known of one person never depends
on another who was forgotten. The last answer serves only to keep ids: a group takes the id of the person with whom it
shares most tracks; a new one is named after its earliest track. Two tracks in one picture are two people. What someone
said of a track holds above all: tracks said to be one person are one, tracks said to be two are two, and the person's
id is the one said.

Source: grouping as kinoeye.signals.clusters does it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.clusters import NOBODY, clusters
from kinoeye.signals.ids import carried, fresh
from kinoeye.tables import Table, flicks, score

APPEARANCES = Table(
    "appearances",
    "One row for every face track of the production, and the person it shows.",
    (
        ("asset", pa.string(), "the asset's content hash, 32 hex digits"),
        ("track", pa.int32(), "number of the track in its asset"),
        ("person", pa.string(), "the person's id; null where the face shows too little to tell and is like nobody"),
        ("score", score(), "how sure it is that it is this person, 1 where someone said so; null without person"),
        ("start", flicks(), "start of the track"),
        ("end", flicks(), "end of the track"),
        ("shot", pa.int32(), "shot that it stands in"),
    ),
)

_SURE_WITHIN = 0.05  # of distance: so far within its limit the score rises from a half to three quarters
_TRACK = ["asset", "track", "shot", "start", "end", "first_frame", "end_frame", "x", "y", "is_still", "said"]
_HELD = ("asset", "track", "start")  # what names a track from one run to the next

Row = dict[str, Any]
Floats = npt.NDArray[np.float64]


@analysis(APPEARANCES, version=1, scope="production")
def appearances(
    face_tracks: pa.Table,
    face_vectors: pa.Table,
    previous: pa.Table,
    *,
    nearness: float = 0.5,
    late_nearness: float = 0.48,
    least_quality: float = 0.3,
) -> pa.Table:
    """Group the face tracks of a production into people.

    Parameters
    ----------
    face_tracks, face_vectors : tables of all assets
    previous : this table, as it was
    nearness : 0..2
        Groups of tracks nearer than this are one person; lower parts people that look alike, higher joins what is one.
    late_nearness : 0..2
        A track too poor to make a person of joins one that is nearer than this.
    least_quality : 0..1
        A track that shows less is too poor to make a person of.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value, most in (
        ("nearness", nearness, 2), ("late_nearness", late_nearness, 2), ("least_quality", least_quality, 1),
    ):  # fmt: skip
        if not 0 <= value <= most:
            raise SettingError(f"appearances: {name} must lie in 0..{most}, got {value}")
    tracks = sorted(face_tracks.select(_TRACK).to_pylist(), key=_order)
    places = {(track["asset"], track["track"]): place for place, track in enumerate(tracks)}
    vectors, worths = _vectors(face_vectors, places)
    groups = clusters(
        vectors, worths, _together(tracks), [track["said"] for track in tracks],
        nearness=nearness, late_nearness=late_nearness, least_worth=max(least_quality, 1e-6),
    )  # fmt: skip
    ids = _ids(tracks, groups, previous)
    scores = _scores(tracks, groups, vectors, worths, nearness)
    return APPEARANCES.from_rows(
        {name: track[name] for name in ("asset", "track", "start", "end", "shot")}
        | {"person": ids.get(int(group)), "score": scores[place] if int(group) in ids else None}
        for place, (track, group) in enumerate(zip(tracks, groups, strict=True))
    )


def _order(track: Row) -> tuple[Any, ...]:
    return track["asset"], track["start"], track["x"], track["y"], track["track"]


def _vectors(face_vectors: pa.Table, places: Mapping[tuple[str, int], int]) -> tuple[Floats, Floats]:
    """Return the vector and the quality of each track; quality 0 for one without."""
    vectors, worths = np.zeros((len(places), 128)), np.zeros(len(places))
    columns = (face_vectors[name].to_pylist() for name in ("asset", "track", "quality"))
    given = face_vectors["vector"].combine_chunks()
    matrix = given.flatten().to_numpy(zero_copy_only=False).reshape(-1, 128) if len(given) else np.zeros((0, 128))
    for row, (asset, track, quality) in enumerate(zip(*columns, strict=True)):
        if (place := places.get((asset, track))) is not None:
            vectors[place], worths[place] = matrix[row], quality
    return vectors, worths


def _together(tracks: Sequence[Row]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of tracks that show in one picture; a picture of someone may hang beside them."""
    begun: dict[str, list[int]] = {}
    for place in sorted(range(len(tracks)), key=lambda place: tracks[place]["first_frame"]):
        track = tracks[place]
        if track["is_still"]:
            continue
        others = [each for each in begun.get(track["asset"], ()) if tracks[each]["end_frame"] > track["first_frame"]]
        yield from ((other, place) for other in others)
        begun[track["asset"]] = [*others, place]


def _ids(tracks: Sequence[Row], groups: npt.NDArray[np.int64], previous: pa.Table) -> dict[int, str]:
    """Return the id of each group: as said, else as before, else after its earliest track."""
    ids = {int(group): str(track["said"]) for track, group in zip(tracks, groups, strict=True) if track["said"]}
    before = {
        tuple(row[name] for name in _HELD): row["person"]
        for row in previous.select([*_HELD, "person"]).to_pylist() if row["person"] is not None
    }  # fmt: skip
    shared: Counter[tuple[int, str]] = Counter()
    for track, group in zip(tracks, groups, strict=True):
        person = before.get(tuple(track[name] for name in _HELD))
        if person is not None and group != NOBODY:
            shared[int(group), person] += 1
    ids = carried(shared, ids)
    for track, group in zip(tracks, groups.tolist(), strict=True):
        if group != NOBODY and group not in ids:
            anchor = f"{track['asset']} {track['start']} {track['x']:.3f} {track['y']:.3f}"
            ids[group] = fresh("p", anchor, ids.values())
    return ids


def _scores(
    tracks: Sequence[Row], groups: npt.NDArray[np.int64], vectors: Floats, worths: Floats, nearness: float
) -> list[float | None]:
    """Return how sure each track's group is, by how far within the limit its mean distance to the others lies."""
    scores: list[float | None] = [None] * len(tracks)
    members: dict[int, list[int]] = {}
    for place, group in enumerate(groups.tolist()):
        members.setdefault(group, []).append(place)
    for group, places in members.items():
        if group == NOBODY:
            continue
        known = [place for place in places if worths[place] > 0]
        total = max(float(worths[known].sum()), 1e-9)
        middle = worths[known] @ vectors[known] / total
        spread = worths[known] @ ((vectors[known] - middle) ** 2).sum(axis=1) / total
        for place in places:
            away = np.sqrt(((vectors[place] - middle) ** 2).sum() + spread)
            said = tracks[place]["said"] is not None
            scores[place] = 1.0 if said else float(1 / (1 + np.exp((away - nearness) / _SURE_WITHIN)))
    return scores
