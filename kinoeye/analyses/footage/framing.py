"""Framing: how each shot stands to the people in it, and what an editor should look at twice.

Scale, headroom, eyeline and look are those of the person who takes most of the shot: the face track of the largest sum
of heights. Where no face is seen, a body's trunk tells the scale; without either it is unknown. A poster is no person.

Warnings are hints, not errors. A jump cut is a hard cut between pictures of the same place in which the same face
stands nearly as before. The line (180 degrees) may be crossed where two set-ups take turns, A B A, one face in each,
and both look to the same side; a true exchange of looks goes to opposite sides.

Source: Bowen & Thompson, "Grammar of the Edit", 4th ed., 2018 (30-degree rule, line of action); measures as
kinoeye.signals.framing finds them.
"""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.framing import Head, gaze_of, head_by_body, head_of_box, head_of_mesh, scale_of
from kinoeye.tables import Table, Typed, degrees, flicks, score

HEIGHT = Typed(pa.float32(), "0..1 of the picture's height")

FRAMING = Table(
    "framing",
    "One row a shot: its scale, who is in it, where they look, and what an editor should look at twice.",
    (
        ("shot", pa.int32(), "the shot's number"),
        ("start", flicks(), "first picture of the shot"),
        ("end", flicks(), "one past its last picture"),
        (
            "scale",
            pa.string(),
            "extreme close-up, close-up, medium close-up, medium, medium long, long or extreme long; unknown if "
            "nobody is seen",
        ),
        ("head", HEIGHT, "height of the main person's head, crown to chin; null if nobody is seen"),
        ("people", pa.int32(), "how many people are seen at once"),
        ("group", pa.string(), "none, single, two or group"),
        ("looking", pa.string(), "camera, left, right, up, down, or away from it; empty without a face"),
        ("look", degrees(), "head and eyes together: to the picture's right, above 0, or left"),
        ("pitch", degrees(), "head: up, above 0, or down"),
        ("headroom", HEIGHT, "from the picture's upper edge to the crown; below 0 where the head is cut"),
        ("eyeline", HEIGHT, "from the picture's upper edge to the eyes"),
        ("look_room", Typed(pa.float32(), "0..1 of the picture's width"), "from the face to the edge it looks at"),
        ("warnings", pa.list_(pa.string()), "jump cut, line crossed, eyelines, head cut, much headroom, no look room"),
        ("score", score(), "share of the shot's stills that the answer rests on"),
    ),
)  # fmt: skip

LOOKS_INTO_CAMERA = 12.0  # degrees to either side
LOOKS_UP, LOOKS_DOWN = 18.0, -18.0  # a head at rest seen from slightly above or below is neither
LOOKS_ASIDE = 15.0  # degrees from which a look has a side for sure
BACK = 100.0  # degrees: nothing of the face is seen from here on
ALIKE = 0.75  # cosine of two stills of one set-up a second apart, in real films: nine of ten lie above 0.67,
# and 19 of 20 neighbouring shots below 0.66
JUMP_SIZE, JUMP_PLACE = 0.15, 0.08  # the same face: change of its size, and of its place in picture widths
MUCH_HEADROOM = 0.3  # of the picture's height, in shots from the waist up
SMALL_LOOK_ROOM = 0.25  # of the picture's width, beside a face that looks there
NEAR = ("close-up", "medium close-up", "medium")

Mesh = npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Frame:
    """What is known of one shot."""

    shot: int
    start: int
    end: int
    transition: str
    people: int = 0
    head: Head | None = None
    height: float | None = None  # of the head
    look: float | None = None
    pitch: float | None = None
    share: float = 0.0
    first: npt.NDArray[np.float32] | None = None  # what its first and last stills look like
    last: npt.NDArray[np.float32] | None = None
    warnings: tuple[str, ...] = field(default=())


@analysis(FRAMING, version=1)
def framing(
    shots: pa.Table,
    faces: pa.Table,
    face_tracks: pa.Table,
    likenesses: pa.Table,
    poses: pa.Table | None = None,
    *,
    jump_angle: float = 20.0,
) -> pa.Table:
    """Say how each shot is framed.

    Parameters
    ----------
    shots, faces, face_tracks, likenesses : tables of these names
    poses : table `poses`, optional
        Counts people whose faces are not seen, and tells the scale where no face is.
    jump_angle : degrees
        A cut to the same face counts as a jump if its look changes by less.

    Raises
    ------
    SettingError
        If `jump_angle` is outside 0..90.
    """
    if not 0 <= jump_angle <= 90:
        raise SettingError(f"framing: jump_angle must lie in 0..90, got {jump_angle}")
    frames = _frames(shots, faces, face_tracks, likenesses, poses)
    frames = [replace(each, warnings=_composition(each)) for each in frames]
    frames = _with(frames, _jumps(frames, jump_angle), "jump cut")
    frames = _with(frames, _crossings(frames), "line crossed")
    frames = _with(frames, _missed_eyelines(frames), "eyelines")
    return FRAMING.from_rows(_row(each) for each in frames)


def _frames(
    shots: pa.Table, faces: pa.Table, tracks: pa.Table, likenesses: pa.Table, poses: pa.Table | None
) -> list[_Frame]:
    rows = faces.drop_columns(["mesh"]).to_pylist()
    # Meshes stay where they are until one is looked at: those of a long film would be half a gigabyte of numbers.
    by_number = {row["face"]: row | {"mesh": mesh} for row, mesh in zip(rows, faces["mesh"], strict=True)}
    mine = defaultdict(list)
    for track in tracks.select(["shot", "faces", "is_still"]).to_pylist():
        if track["is_still"]:
            continue
        mine[track["shot"]].append([by_number[number] for number in track["faces"] if number in by_number])
    bodies = _by_shot(poses.to_pylist()) if poses is not None else {}
    stills = _by_shot([{"shot": shot, "row": row} for row, shot in enumerate(likenesses["shot"].to_pylist())])
    looks = likenesses["vector"]
    frames = []
    for row in shots.select(["shot", "start", "end", "transition"]).to_pylist():
        number = row["shot"]
        seen = stills.get(number, [])
        frame = _Frame(**row, people=_people(mine[number], bodies.get(number, [])))
        if seen:
            frame = replace(frame, first=_array(looks[seen[0]["row"]]), last=_array(looks[seen[-1]["row"]]))
        frames.append(_measured(frame, mine[number], bodies.get(number, []), len(seen)))
    return frames


def _by_shot(rows: list[dict[str, Any]]) -> dict[int, list[dict[str, Any]]]:
    gathered = defaultdict(list)
    for row in rows:
        gathered[row["shot"]].append(row)
    return gathered


def _people(tracks: list[list[dict[str, Any]]], bodies: list[dict[str, Any]]) -> int:
    """Count who is seen at once, in most of the pictures in which anyone is seen at all."""
    counts: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    for face in (face for track in tracks for face in track):
        counts[face["frame"]][0] += 1
    for body in bodies:
        counts[body["frame"]][1] += 1
    return round(float(np.median([max(each) for each in counts.values()]))) if counts else 0


def _measured(frame: _Frame, tracks: list[list[dict[str, Any]]], bodies: list[dict[str, Any]], stills: int) -> _Frame:
    """Measure the main person: the face track of the largest sum of heights, or else the bodies."""
    track = max(tracks, key=lambda each: sum(face["h"] for face in each), default=[])
    if not track:
        heights = [_body_head(body) for body in bodies]
        known = [height for height in heights if height is not None]
        share = len(known) / max(len(bodies), 1)
        return replace(frame, height=float(np.median(known)), share=share) if known else frame
    heads = [_head(face) for face in track]
    middle = Head(*(float(np.median([getattr(head, name) for head in heads])) for name in Head.__annotations__))
    looks = [face["yaw"] + (gaze_of(_mesh(face)) if face["mesh"].is_valid else 0.0) for face in track]
    return replace(
        frame, head=middle, height=middle.height, look=float(np.median(looks)),
        pitch=float(np.median([face["pitch"] for face in track])),
        share=min(1.0, len({face["frame"] for face in track if not face["full_rate"]}) / max(stills, 1)),
    )  # fmt: skip


def _mesh(face: dict[str, Any]) -> Mesh:
    return _array(face["mesh"]).reshape(478, 3)


def _array(numbers: pa.Scalar) -> npt.NDArray[np.float32]:
    return np.asarray(numbers.values.to_numpy(), np.float32)


def _head(face: dict[str, Any]) -> Head:
    if face["mesh"].is_valid:
        return head_of_mesh(_mesh(face), face["aspect"])
    eyes = (face["points"][1] + face["points"][3]) / 2
    return head_of_box(face["x"], face["y"], face["w"], face["h"], eyes)


def _body_head(body: dict[str, Any]) -> float | None:
    return head_by_body(np.asarray(body["points"], np.float32).reshape(33, 4), body["aspect"])


def _composition(frame: _Frame) -> tuple[str, ...]:
    """Say what about the picture itself an editor or a camera assistant should look at."""
    if frame.head is None:
        return ()
    found = []
    scale = scale_of(frame.head.height)
    if frame.head.top < 0 and scale not in {"extreme close-up", "close-up"}:
        found.append("head cut")
    if frame.head.top > MUCH_HEADROOM and scale in NEAR:
        found.append("much headroom")
    if frame.people == 1 and scale in NEAR and _side(frame) and (_look_room(frame) or 1) < SMALL_LOOK_ROOM:
        found.append("no look room")
    return tuple(found)


def _jumps(frames: list[_Frame], angle: float) -> set[int]:
    """Find hard cuts between pictures of one place in which the same face stands nearly as before."""
    found = set()
    for one, two in pairwise(frames):
        if two.transition != "cut" or one.head is None or two.head is None or one.people != two.people:
            continue
        size = abs(np.log(two.head.height / max(one.head.height, 1e-6)))
        place = np.hypot(two.head.x - one.head.x, two.head.eyes - one.head.eyes)
        turned = abs((two.look or 0) - (one.look or 0))
        if _is_alike(one.last, two.first) and size < JUMP_SIZE and place < JUMP_PLACE and turned < angle:
            found.add(two.shot)
    return found


def _crossings(frames: list[_Frame]) -> set[int]:
    """Find where two set-ups take turns and the faces in them look to the same side."""
    return {
        two.shot
        for one, two in _exchanges(frames)
        if _side(one) and _side(one) == _side(two)
    }  # fmt: skip


def _missed_eyelines(frames: list[_Frame]) -> set[int]:
    """Find where two set-ups take turns and both faces look up, or both down."""
    return {
        two.shot
        for one, two in _exchanges(frames)
        if min(one.pitch or 0, two.pitch or 0) > LOOKS_UP or max(one.pitch or 0, two.pitch or 0) < LOOKS_DOWN
    }


def _exchanges(frames: list[_Frame]) -> list[tuple[_Frame, _Frame]]:
    """Return A and B of each A B A by hard cuts: one face in each, near, A twice the same set-up, B another."""
    found = []
    for one, two, three in zip(frames, frames[1:], frames[2:], strict=False):
        are_singles = all(each.people == 1 and each.head is not None for each in (one, two, three))
        are_near = all(scale_of(each.height or 0) in {"extreme close-up", *NEAR} for each in (one, two, three))
        are_cuts = two.transition == three.transition == "cut"
        take_turns = _is_alike(one.last, three.first) and not _is_alike(one.last, two.first)
        if are_singles and are_near and are_cuts and take_turns:
            found.append((one, two))
    return found


def _is_alike(one: npt.NDArray[np.float32] | None, two: npt.NDArray[np.float32] | None) -> bool:
    return one is not None and two is not None and float(one @ two) >= ALIKE


def _side(frame: _Frame) -> int:
    """Return 1 for a look to the picture's right, -1 to its left, 0 for neither."""
    return 0 if frame.look is None or abs(frame.look) < LOOKS_ASIDE else int(np.sign(frame.look))


def _look_room(frame: _Frame) -> float | None:
    if frame.head is None or not _side(frame):
        return None
    return 1 - frame.head.x if _side(frame) > 0 else frame.head.x


def _looking(frame: _Frame) -> str:
    if frame.look is None or frame.pitch is None:
        return ""
    if abs(frame.look) > BACK:
        return "away"
    if abs(frame.look) >= LOOKS_INTO_CAMERA and abs(frame.look) >= abs(frame.pitch):
        return "right" if frame.look > 0 else "left"
    if frame.pitch > LOOKS_UP:
        return "up"
    if frame.pitch < LOOKS_DOWN:
        return "down"
    return "camera" if abs(frame.look) < LOOKS_INTO_CAMERA else "right" if frame.look > 0 else "left"


def _with(frames: list[_Frame], found: set[int], warning: str) -> list[_Frame]:
    return [replace(each, warnings=(*each.warnings, warning)) if each.shot in found else each for each in frames]


def _row(frame: _Frame) -> dict[str, Any]:
    return {
        "shot": frame.shot,
        "start": frame.start,
        "end": frame.end,
        "scale": scale_of(frame.height) if frame.height is not None else "unknown",
        "head": frame.height,
        "people": frame.people,
        "group": ("none", "single", "two")[frame.people] if frame.people < 3 else "group",
        "looking": _looking(frame),
        "look": frame.look,
        "pitch": frame.pitch,
        "headroom": frame.head.top if frame.head else None,
        "eyeline": frame.head.eyes if frame.head else None,
        "look_room": _look_room(frame),
        "warnings": list(frame.warnings),
        "score": frame.share,
    }
