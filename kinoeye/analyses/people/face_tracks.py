"""Face tracks: one continuous appearance of a face inside a shot.

Faces are linked by where they move, how large they are, and by the colours of hair and clothes around them; who they
belong to is not asked here. A face that turns away and comes back within two seconds is the same track; a cut always
ends it.

Source: linking as kinoeye.signals.tracking does it.
"""

from collections.abc import Sequence
from itertools import groupby
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.coverage import View, views
from kinoeye.signals.dress import dress
from kinoeye.signals.liveliness import LIFELESS, stirring
from kinoeye.signals.tracking import Look, Seen, linked
from kinoeye.streams import Stills
from kinoeye.tables import Table, flicks, pictures, score
from kinoeye.timecode import FLICKS_PER_SECOND

_FACE = ["face", "frame", "time", "x", "y", "w", "h", "score", "yaw", "pitch", "sharpness", "aspect", "shot"]
_SHOT = ["shot", "start", "end", "first_frame", "end_frame"]
_LEAST_SEEN = 4  # meshes, or nothing can be said of how a face moves
_LEAST_SECONDS = 1.4  # people hold their faces still for a second

FACE_TRACKS = Table(
    "face_tracks",
    "One row for every continuous appearance of a face inside a shot.",
    (
        ("track", pa.int32(), "number of the track, from 0, in running order"),
        ("shot", pa.int32(), "shot that it stands in"),
        ("start", flicks(), "first picture looked at that shows it, or the beginning of its shot"),
        ("end", flicks(), "first picture looked at that no longer shows it, or the end of its shot"),
        ("first_frame", pictures(), "picture at `start`"),
        ("end_frame", pictures(), "picture at `end`: one past the last"),
        ("faces", pa.list_(pa.int32()), "numbers of its faces, in running order"),
        ("best", pa.int32(), "number of the face that shows it best: large, sharp, turned to the camera"),
        ("x", pa.float32(), "left edge of `best`, 0..1 of the picture's width"),
        ("y", pa.float32(), "upper edge of `best`, 0..1 of the picture's height"),
        ("w", pa.float32(), "width of `best`, 0..1 of the picture's width"),
        ("h", pa.float32(), "height of `best`, 0..1 of the picture's height"),
        ("score", score(), "how sure it is that this is a face: of its three surest finds"),
        ("is_still", pa.bool_(), "moves no feature: a poster or a photograph may be; null where too little was seen"),
        ("said", pa.string(), "the person, as someone said; null where no one has"),
    ),
)


@analysis(FACE_TRACKS, version=1)
def face_tracks(
    faces: pa.Table, stills: Stills, shots: pa.Table, full_rate: Stills | None = None, *, bridge: float = 2.0
) -> pa.Table:
    """Link the faces of every shot into appearances.

    Parameters
    ----------
    faces, stills, shots : tables and stream
    full_rate : Stills or None
    bridge : seconds
        A face not seen for longer than this begins a new track.

    Raises
    ------
    SettingError
        If `bridge` is below 0.
    """
    if not bridge >= 0:
        raise SettingError(f"face_tracks: bridge must be 0 seconds or more, got {bridge}")
    every = list(views(stills, full_rate))
    looked_at = (np.array([view.frame for view in every]), np.array([view.time for view in every]))
    shot_rows = {shot["shot"]: shot for shot in shots.select(_SHOT).to_pylist()}
    found = faces.select(_FACE).to_pylist()
    looks = _looks(found, every)
    rows = []
    for shot, numbers in _by_shot(found).items():
        seen = [_seen(found[number], looks[number]) for number in numbers]
        for track in linked(seen, bridge=bridge):
            members = [numbers[place] for place in track]
            meshes = faces["mesh"].take(members)
            rows.append(_row([found[member] for member in members], meshes, shot_rows[shot], looked_at))
    rows.sort(key=lambda row: (row["first_frame"], row["faces"][0]))
    return FACE_TRACKS.from_rows({"track": number} | row for number, row in enumerate(rows))


def _by_shot(found: Sequence[dict[str, Any]]) -> dict[int, list[int]]:
    """Return the places of each shot's faces."""
    places: dict[int, list[int]] = {}
    for place, face in enumerate(found):
        if face["shot"] is not None:
            places.setdefault(face["shot"], []).append(place)
    return places


def _looks(found: Sequence[dict[str, Any]], every: Sequence[View]) -> list[Look]:
    """Return the colours around each face; every picture that shows one is opened once."""
    by_frame = {view.frame: view for view in every}
    looks: list[Look] = []
    for frame, faces in groupby(found, key=lambda face: int(face["frame"])):
        picture = by_frame[frame].picture()
        height, width = picture.shape[:2]
        for face in faces:
            box = (face["x"] * width, face["y"] * height, face["w"] * width, face["h"] * height)
            looks.append(dress(picture, box))
    return looks


def _seen(face: dict[str, Any], look: Look) -> Seen:
    """Return a face as tracking wants it, in heights of the picture."""
    wide, high = face["w"] * face["aspect"], face["h"]
    x, y = (face["x"] + face["w"] / 2) * face["aspect"], face["y"] + high / 2
    return Seen(face["time"] / FLICKS_PER_SECOND, x, y, float(np.sqrt(wide * high)), look)


def _row(
    members: Sequence[dict[str, Any]],
    meshes: pa.ChunkedArray,
    shot: dict[str, Any],
    looked_at: tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]],
) -> dict[str, Any]:
    frames, times = looked_at
    within = frames[(frames >= shot["first_frame"]) & (frames < shot["end_frame"])]
    first, last = members[0], members[-1]
    after = int(np.searchsorted(frames, last["frame"])) + 1
    begins, ends = first["frame"] == within[0], last["frame"] == within[-1]
    best = max(members, key=_worth)
    row = {name: best[name] for name in ("x", "y", "w", "h")} | {"best": best["face"]}
    row |= {"shot": shot["shot"], "faces": [face["face"] for face in members]}
    row |= {"start": shot["start"] if begins else first["time"], "end": shot["end"] if ends else int(times[after])}
    row["first_frame"] = shot["first_frame"] if begins else first["frame"]
    row["end_frame"] = shot["end_frame"] if ends else int(frames[after])
    row["score"] = float(np.mean(sorted((face["score"] for face in members), reverse=True)[:3]))
    row["is_still"] = _is_still(members, meshes)
    return row


def _worth(face: dict[str, Any]) -> float:
    """Return how well a face can be shown: large, sharp, towards the camera, surely a face."""
    turned = np.cos(np.radians(face["yaw"])) * np.cos(np.radians(face["pitch"]))
    return float(face["h"] * (0.2 + face["sharpness"]) * max(turned, 0.1) * face["score"])


def _is_still(members: Sequence[dict[str, Any]], meshes: pa.ChunkedArray) -> bool | None:
    """Tell whether a face moves no feature; None where too little was seen of it."""
    seconds = (members[-1]["time"] - members[0]["time"]) / FLICKS_PER_SECOND
    known = meshes.drop_null()
    if len(known) < _LEAST_SEEN or seconds < _LEAST_SECONDS:
        return None
    points = np.stack([np.asarray(mesh.values, np.float64) for mesh in known]).reshape(len(known), -1, 3)
    points[:, :, 1] /= members[0]["aspect"]
    return stirring(points) < LIFELESS
