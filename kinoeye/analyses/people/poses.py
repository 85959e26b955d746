"""Poses: where every person's head, limbs and, if asked, fingers are, over time.

A body once found is looked for where it was in the picture before; new ones are looked for at a shot's first still
and then about once a second. A closer look at two halves of the picture finds people too small for the first; in ranges
at full rate it is had every time, among stills every third. A body's number lasts as long as the body can be followed
inside one shot; whoever comes back later gets a new one: who it is, is asked of the face.

Known limits: people side by side within half a shoulder's width, or of whom only the back of the head shows, are often
missed; of a body cut off by the picture's edge the rest is a guess, and its visibility says so.

Source: the nets as kinoeye.models.bodies and kinoeye.models.hands name them.
"""

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.models import bodies
from kinoeye.models import hands as fingers
from kinoeye.models.bodies import Body
from kinoeye.models.regions import Picture, Region
from kinoeye.signals import skeletons
from kinoeye.signals.coverage import views
from kinoeye.streams import Stills
from kinoeye.tables import Table, flicks, pictures, score
from kinoeye.timecode import FLICKS_PER_SECOND

POSES = Table(
    "poses",
    "One row for every person in every still, and in every picture of a range at full rate, whose body can be told.",
    (
        ("body", pa.int32(), "number of the body, as long as it can be followed in one shot; from 0 in its asset"),
        ("frame", pictures(), "number of the picture"),
        ("time", flicks(), "start of the picture"),
        ("shot", pa.int32(), "number of the shot"),
        ("x", pa.float32(), "left edge of what is seen of the body, 0..1 of the picture's width"),
        ("y", pa.float32(), "upper edge, 0..1 of the picture's height"),
        ("w", pa.float32(), "width, 0..1 of the picture's width"),
        ("h", pa.float32(), "height, 0..1 of the picture's height"),
        ("score", score(), "how sure it is that there is a body"),
        (
            "points",
            pa.list_(pa.float32(), 4 * bodies.COUNT),
            "33 points, four numbers each: x (0..1 of the width), y (0..1 of the height), z (unit of x, smaller is "
            "nearer, 0 at the hips), visibility (0..1); order as in kinoeye.signals.skeletons",
        ),
        (
            "left_hand",
            pa.list_(pa.float32(), 3 * fingers.COUNT),
            "21 points of the person's left hand: x, y, z as above, z 0 at the wrist; null if not asked for or found",
        ),
        ("right_hand", pa.list_(pa.float32(), 3 * fingers.COUNT), "the same of the right hand"),
        ("full_rate", pa.bool_(), "whether the picture is of a range at full rate"),
        ("aspect", pa.float32(), "width of the picture, in its height"),
    ),
)

AT_FULL_RATE = FLICKS_PER_SECOND // 5  # pictures nearer than this follow one another
LOOK = FLICKS_PER_SECOND * 3 // 4  # new people are looked for so often: at every other still
CLOSER = 3  # looks at stills from one closer look to the next
PARTS = 2
LOST = FLICKS_PER_SECOND  # a body not seen for longer is gone
REACH, SPEED = 0.25, 0.9  # body sizes that a skeleton may be apart from the one before: at once, and more a second
FARTHEST = 0.75
GROWTH = 1.6  # times larger or smaller that a body may seem from one still to the next
ASIDE = 0.35  # of the circle's radius: points whose head is farther from the found one have slipped to a neighbour
HOPELESS, DOUBTFUL = 0.2, 0.9  # points this sure are looked for again from where the first look puts the body
OFF = 0.12  # of the square: where the body lies so far from its middle, points are worse
STILL = 3.0  # of 255: a picture that differs less anywhere is the same
SURE_HAND = 0.5


@dataclass
class _Track:
    """A body that is being followed."""

    number: int
    body: Body
    time: int


@dataclass
class _Scene:
    """What is known of the shot so far."""

    shot: int
    tracks: list[_Track] = field(default_factory=list)
    looks: int = 0
    time: int | None = None
    looked: int | None = None
    small: npt.NDArray[np.float32] | None = None


@analysis(POSES, version=1, models=(*bodies.MODELS, *fingers.MODELS))
def poses(
    stills: Stills,
    shots: pa.Table,
    full_rate: Stills | None = None,
    *,
    hands: bool = False,
    least_score: float = 0.5,
    most_people: int = 12,
) -> pa.Table:
    """Find people's bodies and follow them through each shot.

    Parameters
    ----------
    stills : Stills
    shots : Table
    full_rate : Stills or None
        Every picture of the ranges chosen; a picture that both show is taken from here.
    hands : bool
        Whether to find the fingers too; takes about twice as long.
    least_score : 0..1
        Bodies less sure are dropped.
    most_people : 1..100
        The surest so many of a picture count, so that a crowd does not take hours.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if not 0 <= least_score <= 1:
        raise SettingError(f"poses: least_score must lie in 0..1, got {least_score}")
    if not 1 <= most_people <= 100:
        raise SettingError(f"poses: most_people must lie in 1..100, got {most_people}")
    rows: list[dict[str, Any]] = []
    scene, count = _Scene(-1), 0
    ends = shots["end_frame"].to_numpy()
    for view in views(stills, full_rate):
        time = view.time
        shot = int(np.searchsorted(ends, view.frame, side="right"))
        if shot >= len(ends):
            continue
        if shot != scene.shot:
            scene = _Scene(shot)
        picture = view.picture()
        found = _bodies(picture, time, scene, least_score, most_people)
        count = _follow(scene, found, time, count)
        scene.time = time
        common = {"frame": view.frame, "time": time, "full_rate": view.is_full_rate}
        common["shot"] = shots["shot"][shot].as_py()
        rows += [common | _row(picture, track, hands) for track in scene.tracks if track.time == time]
    rows.sort(key=lambda row: (row["frame"], row["body"]))
    return POSES.from_rows(rows)


def _bodies(picture: Picture, time: int, scene: _Scene, least_score: float, most: int) -> list[Body]:
    """Find the bodies of a picture, the surest first, each once."""
    follows = scene.time is not None and time - scene.time < AT_FULL_RATE
    now = [track.body for track in scene.tracks if track.time == scene.time]
    small = _small(picture)
    is_same = scene.small is not None and bool(np.abs(small - scene.small).max() < STILL)
    scene.small = small
    if is_same and not follows:
        return now
    found = [_settled(picture, body.region) for body in now]
    is_lost = any(body.presence < least_score for body in found)
    found = [body for body in found if body.presence >= least_score]
    if is_lost or scene.looked is None or time - scene.looked >= LOOK:
        parts = PARTS if follows or scene.looks % CLOSER == 0 else 1
        found += _looked_for(picture, parts, found, most, least_score)
        scene.looked, scene.looks = time, scene.looks + 1
    found.sort(key=lambda body: -body.presence)
    return _each_once(found)[:most]


def _settled(picture: Picture, region: Region) -> Body:
    """Find the points of a body, again from where they lie if the first look was doubtful or off the middle."""
    body = bodies.points(picture, region)
    off = np.hypot(body.region.x - region.x, body.region.y - region.y) / region.size
    if body.presence > HOPELESS and (body.presence < DOUBTFUL or off > OFF):
        again = bodies.points(picture, body.region)
        return again if again.presence > min(body.presence, DOUBTFUL) else body
    return body


def _looked_for(picture: Picture, parts: int, known: list[Body], most: int, least_score: float) -> list[Body]:
    """Return bodies that the detector finds, but for those already known."""
    answers = []
    for found in bodies.find(picture, parts=parts)[: 2 * most]:
        head = found.box.reshape(2, 2).mean(axis=0)
        radius = float(np.linalg.norm(found.points[1] - found.points[0]))
        if any(np.linalg.norm(body.points[skeletons.NOSE, :2] - head) < ASIDE * radius for body in known):
            continue
        body = _settled(picture, bodies.around(found))
        slipped = np.linalg.norm(body.points[skeletons.NOSE, :2] - head) > ASIDE * radius
        if body.presence >= least_score and not slipped:
            answers.append(body)
    return answers


def _each_once(found: list[Body]) -> list[Body]:
    kept: list[Body] = []
    for body in found:
        if not any(skeletons.is_one(body.points, other.points) for other in kept):
            kept.append(body)
    return kept


def _follow(scene: _Scene, found: list[Body], time: int, count: int) -> int:
    """Give every body the track that it goes on with, or a new one; return the number of tracks so far."""
    scene.tracks = [track for track in scene.tracks if time - track.time <= LOST]
    costs = np.full((len(scene.tracks), len(found)), np.inf)
    for row, track in enumerate(scene.tracks):
        allowed = min(FARTHEST, REACH + SPEED * (time - track.time) / FLICKS_PER_SECOND)
        for column, body in enumerate(found):
            growth = skeletons.size(body.points) / skeletons.size(track.body.points)
            gap = skeletons.apart(track.body.points, body.points)
            if gap <= allowed and 1 / GROWTH <= growth <= GROWTH:
                costs[row, column] = gap
    taken = set()
    for row, column in skeletons.pairs(costs, FARTHEST):
        track = scene.tracks[row]
        track.body, track.time = found[column], time
        taken.add(column)
    for column in (column for column in range(len(found)) if column not in taken):
        scene.tracks.append(_Track(count, found[column], time))
        count += 1
    return count


def _row(picture: Picture, track: _Track, with_hands: bool) -> dict[str, Any]:
    height, width = picture.shape[:2]
    points = np.asarray(track.body.points / np.array([width, height, width, 1]), np.float32)
    row: dict[str, Any] = dict(zip("xywh", skeletons.box(points), strict=True))
    row |= {"body": track.number, "score": track.body.presence, "points": points.ravel(), "aspect": width / height}
    if with_hands:
        scale = np.array([width, height, width], np.float32)
        for name, hand in _hands(picture, track.body.points).items():
            row[name] = (hand / scale).ravel()
    return row


def _hands(picture: Picture, points: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """Find both hands near the wrists; one that both wrists would take goes to the side it looks like."""
    answers: dict[str, tuple[float, npt.NDArray[np.float32]]] = {}
    for side, name in enumerate(("left_hand", "right_hand")):
        for hand in _near(picture, _region(points, side)):
            likeness = hand.rightness if side else 1 - hand.rightness
            if hand.presence >= SURE_HAND and likeness > answers.get(name, (0.0,))[0]:
                answers[name] = likeness, hand.points
    if len(answers) == 2:
        (left, one), (right, two) = answers["left_hand"], answers["right_hand"]
        palm = float(np.linalg.norm(one[0, :2] - one[9, :2]))
        if np.linalg.norm(one[:, :2].mean(axis=0) - two[:, :2].mean(axis=0)) < palm / 2:
            del answers["left_hand" if right > left else "right_hand"]
    return {name: hand for name, (_, hand) in answers.items()}


def _near(picture: Picture, region: Region) -> list[fingers.Hand]:
    return [fingers.points(picture, fingers.around(found)) for found in fingers.find(picture, near=region)[:2]]


def _region(points: npt.NDArray[np.float32], side: int) -> Region:
    elbow, wrist = points[skeletons.ELBOWS[side], :2], points[skeletons.WRISTS[side], :2]
    roots = points[[skeletons.INDEX_FINGERS[side], skeletons.LITTLE_FINGERS[side]], :2].mean(axis=0)
    return fingers.wrist(wrist, roots, float(np.linalg.norm(wrist - elbow)))


def _small(picture: Picture) -> npt.NDArray[np.float32]:
    return np.asarray(cv2.resize(picture, (64, 36), interpolation=cv2.INTER_AREA), np.float32)
