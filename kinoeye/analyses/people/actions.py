"""Actions: what people do with their bodies and heads, and from when to when.

What can be told depends on how often there is a picture. Two or more stills half a second apart tell postures only:
stand, sit, lie. In ranges at full rate (eight pictures a second and more) a small net of our own tells walk, run,
jump, fall, turn, wave, clap, point and raise hand besides; the angles of a face tell nod and shake head; hands on the
other's trunk tell embrace. What is none of these, or not sure enough, is not answered: no row says "unknown".

What falls short: stand and sit are left open where no knee is seen; two of three waving or clapping hands are left
open, because lively talking and signing hands look alike in points of the body alone; the net was trained on drawn
movements seen by drawn cameras (bench/actions_train), not on people; two who hold each other closely are often found as
one body only.

Source: the net over time is a residual net of dilated convolutions after Lea et al., "Temporal convolutional networks
for action segmentation and detection", CVPR 2017; net, training data and weights are our own (bench/actions_train).
"""

from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models.nets import net
from kinoeye.signals import movements, nods, skeletons
from kinoeye.signals.embraces import embrace
from kinoeye.tables import Table, flicks, pictures, score
from kinoeye.timecode import FLICKS_PER_SECOND

ACTIONS = Table(
    "actions",
    "One row for everything that a person does for a while, as far as it has a name here and is sure enough.",
    (
        ("shot", pa.int32(), "number of the shot"),
        ("body", pa.int32(), "body of `poses` that does it; null if only the face tells"),
        ("track", pa.int32(), "track of `face_tracks` that does it; null if the body shows no face"),
        ("start", flicks(), "first picture"),
        ("end", flicks(), "one past the last picture"),
        ("first_frame", pictures(), "picture at `start`"),
        ("end_frame", pictures(), "picture at `end`: one past the last"),
        (
            "action",
            pa.string(),
            "stand, sit, lie; at full rate also walk, run, jump, fall, turn, wave, clap, point, raise hand, nod, "
            "shake head, embrace (a row for each of the two)",
        ),
        ("score", score(), "how sure it is, on the mean"),
    ),
)

POSTURES = ("stand", "sit", "lie", "other")
MOVES = ("walk", "run", "jump", "fall", "turn", "wave", "clap", "point", "raise hand")
# On drawn movements kept from training four of five steps told so surely are right; gestures are told more strictly, so
# that of drinking, telephoning, talking or signing hands no more than one in ten is taken for one with a name.
SURE = {"stand": 0.8, "sit": 0.8, "lie": 0.8, "walk": 0.5, "run": 0.5, "jump": 0.5, "fall": 0.5, "turn": 0.5,
        "wave": 0.7, "clap": 0.9, "point": 0.7, "raise hand": 0.5}  # fmt: skip
UPRIGHT = ("stand", "sit")  # told only where a knee is seen: behind a table everybody may stand
SHORTEST = {"walk": 0.7, "run": 0.5, "jump": 0.2, "fall": 0.25, "turn": 0.25, "wave": 0.6, "clap": 0.6, "point": 0.35,
            "raise hand": 0.35, "stand": 0.3, "sit": 0.3, "lie": 0.3, "embrace": 0.4}  # fmt: skip
LEAST_HZ = 8.0
LEAST_FACE = 0.12  # of the picture's height: the angles of smaller faces tremble as much as a head that is shaken
SLOW = 0.6  # seconds at full rate below which nothing but a posture is told
APART = FLICKS_PER_SECOND * 3 // 2  # pictures of a body farther apart than this are not one going on
BRIDGE = 0.35  # seconds of doubt within one action

Chances = npt.NDArray[np.float32]
Rows = list[dict[str, Any]]


@analysis(ACTIONS, version=2, models=("actions",))
def actions(
    poses: pa.Table, faces: pa.Table, face_tracks: pa.Table, shots: pa.Table, *, strictness: float = 0.5
) -> pa.Table:
    """Tell what people do.

    Parameters
    ----------
    poses : Table
    faces : Table
    face_tracks : Table
    shots : Table
    strictness : 0..1
        Above the middle fewer and surer answers, below it more.

    Raises
    ------
    SettingError
        If `strictness` is outside 0..1.
    """
    if not 0 <= strictness <= 1:
        raise SettingError(f"actions: strictness must lie in 0..1, got {strictness}")
    ends = {row["shot"]: (row["end"], row["end_frame"]) for row in shots.to_pylist()}
    bodies = _by(poses.to_pylist(), "body")
    tracks = _tracks(faces, face_tracks)
    whose = _whose(bodies, tracks)
    rows: Rows = []
    for body, seen in bodies.items():
        told = _told(seen, strictness)
        rows += [row | {"body": body, "track": whose.get(body)} for row in told]
    for first, second, seen in _together(bodies):
        told = _runs(seen, [row["held"] for row in seen], "embrace", 0.5)
        rows += [row | {"body": body, "track": whose.get(body)} for row in told for body in (first, second)]
    of_face = {track: body for body, track in whose.items()}
    for track, seen in tracks.items():
        rows += [row | {"body": of_face.get(track), "track": track} for row in _nods(seen)]
    rows = [_cut(row, *ends[row["shot"]]) for row in rows if row["shot"] in ends]
    rows.sort(key=lambda row: (row["start"], row["end"], row["action"], row["body"] is None, row["body"] or 0))
    return ACTIONS.from_rows(rows)


def _by(rows: Iterable[dict[str, Any]], key: str) -> dict[int, Rows]:
    groups: dict[int, Rows] = {}
    for row in rows:
        groups.setdefault(row[key], []).append(row)
    return groups


def _tracks(faces: pa.Table, face_tracks: pa.Table) -> dict[int, Rows]:
    columns = ["face", "frame", "time", "x", "y", "w", "h", "yaw", "pitch", "shot", "full_rate"]
    known = {row["face"]: row for row in faces.select(columns).to_pylist()}
    return {
        row["track"]: [known[face] for face in row["faces"] if face in known]
        for row in face_tracks.select(["track", "faces"]).to_pylist()
    }


def _whose(bodies: dict[int, Rows], tracks: dict[int, Rows]) -> dict[int, int]:
    """Return which face track belongs to a body: the one that its nose lies in most often."""
    noses: dict[int, list[tuple[int, float, float]]] = {}
    for body, seen in bodies.items():
        for row in seen:
            noses.setdefault(row["frame"], []).append((body, *row["points"][:2]))
    votes: dict[tuple[int, int], int] = {}
    for track, faces in tracks.items():
        for face in faces:
            for body, x, y in noses.get(face["frame"], []):
                if 0 <= x - face["x"] <= face["w"] and 0 <= y - face["y"] <= face["h"]:
                    votes[body, track] = votes.get((body, track), 0) + 1
    whose: dict[int, int] = {}
    for body, track in sorted(votes, key=lambda pair: (-votes[pair], pair)):
        if body not in whose and track not in whose.values():
            whose[body] = track
    return whose


def _told(seen: Rows, strictness: float) -> Rows:
    """Tell postures and movements of one body."""
    postures = np.zeros((len(seen), len(POSTURES)), np.float32)
    rows: Rows = []
    for first, end in _stretches(seen):
        part = seen[first:end]
        times = np.array([row["time"] for row in part]) / FLICKS_PER_SECOND
        points = np.array([row["points"] for row in part], np.float64).reshape(len(part), -1, 4)
        if len(part) == 1:
            postures[first:end] = _asked(np.repeat(points, movements.RATE_HZ, axis=0), part[0]["aspect"])[0][:1]
            continue
        clock, steady = movements.steady(times, points)
        posture, moves = _asked(steady, part[0]["aspect"])
        nearest = np.clip(np.round((times - clock[0]) * movements.RATE_HZ).astype(int), 0, len(clock) - 1)
        postures[first:end] = posture[nearest]
        if times[-1] - times[0] >= SLOW:
            for number, name in enumerate(MOVES):
                rows += _runs(part, moves[nearest, number], name, _least(name, strictness))
    knees = np.array([[row["points"][4 * knee + 3] for knee in skeletons.KNEES] for row in seen]).max(axis=1)
    for number, name in enumerate(POSTURES[:3]):
        told = postures[:, number] * (knees >= skeletons.VISIBLE) if name in UPRIGHT else postures[:, number]
        rows += _runs(seen, told, name, _least(name, strictness))
    return rows


def _asked(points: npt.NDArray[np.floating[Any]], aspect: float) -> tuple[Chances, Chances]:
    posture, moves = net("actions").run({"features": movements.features(points, aspect)[None]})
    return posture[0], moves[0]


def _least(name: str, strictness: float) -> float:
    return SURE[name] ** (1.5 - strictness) if strictness < 0.5 else 1 - (1 - SURE[name]) * (1.5 - strictness)


def _stretches(seen: Rows) -> Iterator[tuple[int, int]]:
    """Return the parts of a track in which pictures follow one another, each a single still where none does."""
    first = 0
    for number in range(1, len(seen) + 1):
        if (
            number == len(seen)
            or (seen[number]["time"] - seen[number - 1]["time"]) * LEAST_HZ > FLICKS_PER_SECOND * 1.01
        ):
            yield first, number
            first = number


def _runs(seen: Rows, chances: Iterable[float], action: str, least: float) -> Rows:
    """Make a row of every stretch over which an action is sure enough, short doubts within bridged."""
    values = np.asarray(chances, np.float64)
    bridge = BRIDGE * FLICKS_PER_SECOND
    runs: list[list[int]] = []
    for number in np.flatnonzero(values >= least):
        gap = seen[number]["time"] - seen[runs[-1][-1]]["time"] if runs else 0
        is_next = runs and number == runs[-1][-1] + 1
        if runs and gap <= APART and (is_next or (gap <= bridge and values[runs[-1][-1] : number].min() >= least / 2)):
            runs[-1].append(int(number))
        else:
            runs.append([int(number)])
    return [row for run in runs for row in [_row(seen, run, values, action)] if row is not None]


def _row(seen: Rows, run: list[int], values: npt.NDArray[np.float64], action: str) -> dict[str, Any] | None:
    first, last = run[0], run[-1]
    if first == last:  # one picture alone may show anything, not least a body that is none
        return None
    near = seen[last + 1] if last + 1 < len(seen) else None
    before = seen[last - 1] if last else None
    step = (
        (near["time"] - seen[last]["time"], near["frame"] - seen[last]["frame"])
        if near
        else ((seen[last]["time"] - before["time"], seen[last]["frame"] - before["frame"]) if before else (0, 1))
    )
    if step[0] > APART:
        step = 0, 1
    end = seen[last]["time"] + step[0]
    if end - seen[first]["time"] < SHORTEST[action] * FLICKS_PER_SECOND:
        return None
    return {
        "shot": seen[first]["shot"],
        "start": seen[first]["time"],
        "end": end,
        "first_frame": seen[first]["frame"],
        "end_frame": seen[last]["frame"] + step[1],
        "action": action,
        "score": float(values[first : last + 1].mean()),
    }


def _together(bodies: dict[int, Rows]) -> Iterator[tuple[int, int, Rows]]:
    """Return every two bodies that are near each other at full rate, with how much they hold each other."""
    frames: dict[int, list[tuple[int, dict[str, Any]]]] = {}
    for body, seen in bodies.items():
        for row in seen:
            if row["full_rate"]:
                frames.setdefault(row["frame"], []).append((body, row))
    pairs: dict[tuple[int, int], Rows] = {}
    for _, there in sorted(frames.items()):
        for number, (first, one) in enumerate(there):
            for second, two in there[number + 1 :]:
                scale = (one["aspect"], 1, 1, 1)
                held = embrace(*(np.reshape(row["points"], (-1, 4)) * scale for row in (one, two)))
                pairs.setdefault((first, second), []).append(one | {"held": held})
    for (first, second), seen in pairs.items():
        yield first, second, seen


def _nods(seen: Rows) -> Rows:
    if len(seen) < 4 or np.median([row["h"] for row in seen]) < LEAST_FACE:
        return []
    times, yaw, pitch = (np.array([row[name] for row in seen], np.float64) for name in ("time", "yaw", "pitch"))
    found = nods.nods(times / FLICKS_PER_SECOND, yaw, pitch)
    return [
        {
            "shot": seen[nod.first]["shot"],
            "start": seen[nod.first]["time"],
            "end": seen[nod.last]["time"],
            "first_frame": seen[nod.first]["frame"],
            "end_frame": seen[nod.last]["frame"],
            "action": nod.action,
            "score": nod.score,
        }
        for nod in found
    ]


def _cut(row: dict[str, Any], end: int, end_frame: int) -> dict[str, Any]:
    return row | {"end": min(row["end"], end), "end_frame": min(row["end_frame"], end_frame)}
