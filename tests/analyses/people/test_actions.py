"""Actions: what a body of sticks does is told, and what cannot be told is not."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people.actions import ACTIONS, actions
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.faces import FACES
from kinoeye.analyses.people.poses import POSES
from kinoeye.errors import SettingError
from kinoeye.signals import skeletons
from kinoeye.timecode import FLICKS_PER_SECOND

Make = Callable[..., Any]
PICTURE = FLICKS_PER_SECOND // 24
NOBODY = POSES.empty(), FACES.empty(), FACE_TRACKS.empty()


def body(seconds: float, act: str = "") -> np.ndarray:
    """A body of sticks, one unit tall, float [33, 4]: faces us, its left is on the right; walks to the right."""
    points = np.zeros((33, 4))
    points[:, :2] = (0, 0.08)
    for number, side in enumerate((1, -1)):
        places = {
            skeletons.LEFT_EAR + number: (0.035, 0.08), skeletons.SHOULDERS[number]: (0.11, 0.19),
            skeletons.ELBOWS[number]: (0.13, 0.35), skeletons.WRISTS[number]: (0.13, 0.5),
            skeletons.HIPS[number]: (0.06, 0.5), skeletons.KNEES[number]: (0.06, 0.74),
            skeletons.ANKLES[number]: (0.06, 0.95), skeletons.TOES[number]: (0.08, 0.98),
        }  # fmt: skip
        if act == "walk":
            places = _walking(2 * np.pi * 0.9 * seconds + np.pi * number, side)
        for joint, place in places.items():
            points[joint, :2] = np.array(place) * (side if act != "walk" else 1, 1)
    if act == "walk":
        points[0, 0], points[:, 0] = 0.05, points[:, 0] + 0.6 * seconds
    if act == "wave":
        lean = 0.5 * np.sin(2 * np.pi * 2 * seconds)
        points[skeletons.ELBOWS[0], :2] = (0.25, 0.22)
        points[skeletons.WRISTS[0], :2] = (0.25 + 0.15 * np.sin(lean), 0.22 - 0.15 * np.cos(lean))
    if act == "lie":
        points[:, :2] = points[:, 1::-1] * (1, -1)
    points[:, 3] = 0.95
    return points


def _walking(phase: float, side: int) -> dict[int, tuple[float, float]]:
    """One leg and one arm seen from the side."""
    number = 0 if side == 1 else 1
    thigh = np.radians(4 + 22 * np.sin(phase))
    shin = thigh - np.radians(8 + 50 * max(0, np.cos(phase + 0.35)) ** 2)
    knee = (0.24 * np.sin(thigh), 0.5 + 0.24 * np.cos(thigh))
    ankle = (knee[0] + 0.22 * np.sin(shin), knee[1] + 0.22 * np.cos(shin))
    arm = np.radians(-18 * np.sin(phase))
    elbow = (0.17 * np.sin(arm), 0.19 + 0.17 * np.cos(arm))
    wrist = (elbow[0] + 0.15 * np.sin(arm + 0.3), elbow[1] + 0.15 * np.cos(arm + 0.3))
    return {
        skeletons.LEFT_EAR + number: (-0.01, 0.08), skeletons.SHOULDERS[number]: (0.01 * side, 0.19),
        skeletons.ELBOWS[number]: elbow, skeletons.WRISTS[number]: wrist, skeletons.HIPS[number]: (0.01 * side, 0.5),
        skeletons.KNEES[number]: knee, skeletons.ANKLES[number]: ankle,
        skeletons.TOES[number]: (ankle[0] + 0.08, ankle[1] + 0.03),
    }  # fmt: skip


def seen(act: str, frames: range, *, number: int = 0, x: float = 0.5, shot: int = 0) -> list[dict[str, Any]]:
    rows = []
    for frame in frames:
        points = body(frame / 24, act) * (0.7 / 1.6, 0.7, 0.7, 1)
        points[:, :2] += (x, 0.15) if act != "lie" else (x - 0.2, 0.8)
        common = {"body": number, "frame": frame, "time": frame * PICTURE, "shot": shot, "score": 1.0, "aspect": 1.6}
        rows.append(common | {"points": points.ravel(), "full_rate": frames.step == 1})
    return rows


def told(rows: list[dict[str, Any]], cuts: pa.Table, **settings: Any) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = actions(POSES.from_rows(rows), *NOBODY[1:], cuts, **settings).to_pylist()
    return found


@pytest.mark.parametrize("act", ["stand", "lie"])
def test_postures_are_told_from_stills(act: str, cuts_at: Make) -> None:
    (row,) = told(seen(act, range(0, 72, 12)), cuts_at(72))
    assert row["action"] == act and row["score"] > 0.8
    assert (row["start"], row["end"], row["first_frame"], row["end_frame"]) == (0, 72 * PICTURE, 0, 72)


def test_behind_a_table_nobody_stands_or_sits(cuts_at: Make) -> None:
    rows = seen("stand", range(0, 72, 12))
    for row in rows:
        row["points"].reshape(33, 4)[25:, 3] = 0.1
    assert told(rows, cuts_at(72)) == []


def test_stills_tell_no_movement(cuts_at: Make) -> None:
    for act in ("wave", "walk"):
        assert {row["action"] for row in told(seen(act, range(0, 96, 12)), cuts_at(96))} <= {"stand"}


@pytest.mark.parametrize("act", ["wave", "walk"])
def test_movements_are_told_at_full_rate(act: str, cuts_at: Make) -> None:
    rows = seen("stand", range(0, 48)) + seen(act, range(48, 144)) + seen("stand", range(144, 192))
    found = [row for row in told(rows, cuts_at(192)) if row["action"] != "stand"]
    assert {row["action"] for row in found} == {act} and found[0]["score"] > 0.5
    assert all(34 <= row["first_frame"] < row["end_frame"] <= 158 for row in found)


def test_one_picture_alone_tells_nothing(cuts_at: Make) -> None:
    assert told(seen("lie", range(0, 12, 12)), cuts_at(24)) == []
    assert [row["action"] for row in told(seen("lie", range(0, 24, 12)), cuts_at(24))] == ["lie"]


def test_standing_still_is_nothing_else(cuts_at: Make) -> None:
    (row,) = told(seen("stand", range(0, 96)), cuts_at(96))
    assert (row["action"], row["body"], row["track"]) == ("stand", 0, None)


def test_a_body_that_comes_back_later_does_so_anew(cuts_at: Make) -> None:
    rows = told(seen("stand", range(0, 48, 12)) + seen("stand", range(144, 192, 12)), cuts_at(192))
    assert [(row["first_frame"], row["action"]) for row in rows] == [(0, "stand"), (144, "stand")]


def test_a_stricter_answer_is_never_longer(cuts_at: Make) -> None:
    rows = seen("stand", range(0, 24)) + seen("wave", range(24, 96))
    lengths = [sum(row["end"] - row["start"] for row in told(rows, cuts_at(96), strictness=at)) for at in (0, 0.5, 1)]
    assert lengths == sorted(lengths, reverse=True)


def nodding(degrees: float, height: float = 0.3) -> tuple[pa.Table, pa.Table]:
    frames = range(0, 72)
    faces = [
        {"face": frame, "frame": frame, "time": frame * PICTURE, "x": 0.45, "y": 0.1, "w": 0.1, "h": height, "yaw": 0.0,
         "pitch": degrees / 2 * np.sin(2 * np.pi * 2 * frame / 24) * (24 <= frame < 48), "shot": 0, "full_rate": True}
        for frame in frames
    ]  # fmt: skip
    track = {"track": 7, "shot": 0, "faces": list(frames)}
    return FACES.from_rows(faces), FACE_TRACKS.from_rows([track])


def test_nods_come_from_the_face_and_know_their_body(cuts_at: Make) -> None:
    poses = POSES.from_rows(seen("stand", range(0, 72), number=3))
    rows = actions(poses, *nodding(16), cuts_at(72)).to_pylist()
    (nod,) = (row for row in rows if row["action"] == "nod")
    assert (nod["body"], nod["track"]) == (3, 7) and 20 <= nod["first_frame"] < nod["end_frame"] <= 52
    (stand,) = (row for row in rows if row["action"] == "stand")
    assert (stand["body"], stand["track"]) == (3, 7)
    (alone,) = actions(POSES.empty(), *nodding(16), cuts_at(72)).to_pylist()
    assert (alone["action"], alone["body"], alone["track"]) == ("nod", None, 7)


def test_small_faces_do_not_nod(cuts_at: Make) -> None:
    assert actions(POSES.empty(), *nodding(16, 0.05), cuts_at(72)).num_rows == 0


def test_two_who_hold_each_other_embrace(cuts_at: Make) -> None:
    one, two = seen("stand", range(0, 48), x=0.5), seen("stand", range(0, 48), number=1, x=0.58)
    for row, hand in ((one, 0.6), (two, 0.48)):
        for each in row:
            points = each["points"].reshape(33, 4)
            points[list(skeletons.WRISTS), :2] = [(hand, 0.35), (hand, 0.42)]
    rows = [row for row in told(one + two, cuts_at(48)) if row["action"] == "embrace"]
    assert [row["body"] for row in rows] == [0, 1] and rows[0]["end_frame"] == 48


def test_nobody_does_nothing(cuts_at: Make) -> None:
    table = actions(*NOBODY, cuts_at(24))
    assert table.num_rows == 0 and table.schema.equals(ACTIONS.schema)


@pytest.mark.parametrize("strictness", [-0.1, 1.1])
def test_strictness_out_of_range(strictness: float, cuts_at: Make) -> None:
    with pytest.raises(SettingError, match=r"actions: strictness must lie in 0..1, got"):
        actions(*NOBODY, cuts_at(24), strictness=strictness)
