"""Scales, rooms and looks are those that were drawn; warnings stand where the rule is broken, and only there."""

from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage.framing import framing
from kinoeye.analyses.footage.likenesses import LIKENESSES
from kinoeye.analyses.footage.shots import SHOTS
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.faces import FACES
from kinoeye.analyses.people.poses import POSES
from kinoeye.errors import SettingError
from kinoeye.signals.framing import CHIN, EYES, FACE_OF_HEAD, FOREHEAD, gaze_of, head_by_body, head_of_mesh, scale_of
from kinoeye.signals.likeness import SIZE

ASPECT = 16 / 9
SECOND = 705_600_000
PLACES = np.eye(3, 8, dtype=np.float32)  # what three places look like


def mesh(head: float = 0.4, top: float = 0.1, x: float = 0.5, gaze: float = 0.0) -> np.ndarray[Any, Any]:
    """A face with the points that count: a head of this height, its crown at `top`, eyes turned by `gaze` 0..1."""
    points = np.zeros((478, 3))
    chin = top + head
    points[CHIN] = x, chin, 0
    points[FOREHEAD] = x, chin - head * FACE_OF_HEAD, 0
    for sign, (left, right, iris) in zip((-1, 1), EYES, strict=True):
        middle, half = x + sign * 0.12 * head, 0.05 * head
        points[left], points[right] = (middle - half, top + head / 2, 0), (middle + half, top + head / 2, 0)
        points[iris] = middle + gaze * half, top + head / 2, 0
    return points


def film(*shots: dict[str, Any]) -> dict[str, pa.Table]:
    """Tables of a film of shots of two seconds, four stills each; `people` are meshes with yaw and pitch."""
    rows: dict[str, list[dict[str, Any]]] = {"shots": [], "faces": [], "face_tracks": [], "likenesses": []}
    for number, shot in enumerate(shots):
        begin = number * 2 * SECOND
        rows["shots"].append({"shot": number, "start": begin, "end": begin + 2 * SECOND, "first_frame": number * 48,
                              "end_frame": number * 48 + 48, "score": 1.0, "transition_start": begin,
                              "transition": shot.get("transition", "cut" if number else "start")})  # fmt: skip
        tracks: list[list[int]] = [[] for _ in shot.get("people", [])]
        for still in range(4):
            at = {"frame": number * 48 + still * 12, "time": begin + still * SECOND // 2, "shot": number}
            vector = np.zeros(SIZE, np.float32)
            vector[:8] = PLACES[shot.get("place", number % 3)]
            rows["likenesses"].append({**at, "vector": vector})
            for track, person in zip(tracks, shot.get("people", []), strict=True):
                track.append(len(rows["faces"]))
                points = person["mesh"]
                row = {"face": len(rows["faces"]), "h": 0.3, "w": 0.2, "aspect": ASPECT, "full_rate": False,
                       "yaw": person.get("yaw", 0.0), "pitch": person.get("pitch", 0.0), "roll": 0.0,
                       "mesh": points.astype(np.float32).ravel(), "points": [0.5] * 12}  # fmt: skip
                rows["faces"].append(at | row)
        for track, person in zip(tracks, shot.get("people", []), strict=True):
            rows["face_tracks"].append({"track": len(rows["face_tracks"]), "shot": number, "faces": track,
                                        "is_still": person.get("is_still", False)})  # fmt: skip
    tables = {"shots": SHOTS, "faces": FACES, "face_tracks": FACE_TRACKS, "likenesses": LIKENESSES}
    return {name: tables[name].from_rows(rows[name]) for name in tables}


def person(**drawn: Any) -> dict[str, Any]:
    said = {name: drawn.pop(name) for name in ("yaw", "pitch", "is_still") if name in drawn}
    return {"mesh": mesh(**drawn), **said}


def warnings(*shots: dict[str, Any], **settings: Any) -> list[list[str]]:
    made: list[list[str]] = framing(**film(*shots), **settings)["warnings"].to_pylist()
    return made


@pytest.mark.parametrize(
    ("head", "name"),
    [(1.2, "extreme close-up"), (0.6, "close-up"), (0.36, "medium close-up"), (0.25, "medium"),
     (0.16, "medium long"), (0.1, "long"), (0.03, "extreme long")],
)  # fmt: skip
def test_the_head_tells_the_scale(head: float, name: str) -> None:
    row = framing(**film({"people": [person(head=head)]})).to_pylist()[0]
    assert row["scale"] == name == scale_of(head)
    assert row["head"] == pytest.approx(head, rel=1e-3)
    assert (row["people"], row["group"], row["score"]) == (1, "single", 1.0)


def test_rooms_and_eyes_are_measured_where_they_were_drawn() -> None:
    row = framing(**film({"people": [person(head=0.4, top=0.15, x=0.3, yaw=40.0)]})).to_pylist()[0]
    assert row["headroom"] == pytest.approx(0.15, abs=1e-3)
    assert row["eyeline"] == pytest.approx(0.35, abs=1e-3)
    assert row["look_room"] == pytest.approx(0.7, abs=1e-3)


def test_a_tilted_head_is_as_high_as_an_upright_one() -> None:
    upright = mesh(head=0.4)
    turn = np.radians(30)
    flat = (upright[:, :2] - upright[CHIN, :2]) * (ASPECT, 1)
    tilted = flat @ [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]] / (ASPECT, 1) + upright[CHIN, :2]
    assert head_of_mesh(np.c_[tilted, upright[:, 2]], ASPECT).height == pytest.approx(0.4, rel=1e-6)


@pytest.mark.parametrize(
    ("turn", "name"),
    [({}, "camera"), ({"yaw": 35.0}, "right"), ({"yaw": -35.0}, "left"), ({"pitch": 30.0}, "up"),
     ({"pitch": -30.0}, "down"), ({"yaw": 130.0}, "away"), ({"gaze": 0.6}, "right"), ({"gaze": -0.6}, "left"),
     ({"yaw": 30.0, "gaze": -0.4}, "camera")],
)  # fmt: skip
def test_head_and_eyes_together_tell_the_look(turn: dict[str, float], name: str) -> None:
    assert framing(**film({"people": [person(**turn)]}))["looking"].to_pylist() == [name]


def test_eyes_turn_the_way_the_iris_goes() -> None:
    angles = [gaze_of(mesh(gaze=gaze)) for gaze in (-0.8, -0.4, 0.0, 0.4, 0.8)]
    assert angles == sorted(angles)
    assert angles[2] == pytest.approx(0, abs=1e-6)
    assert angles[4] == pytest.approx(90, abs=1)


def test_people_are_counted_as_they_are_seen_at_once() -> None:
    one, two = person(x=0.3), person(x=0.7, head=0.3)
    many = [person(x=place / 5, head=0.2) for place in range(1, 5)]
    made = framing(**film({}, {"people": [one]}, {"people": [one, two]}, {"people": many})).to_pylist()
    assert [(row["people"], row["group"]) for row in made] == [(0, "none"), (1, "single"), (2, "two"), (4, "group")]
    assert (made[0]["scale"], made[0]["looking"], made[0]["head"]) == ("unknown", "", None)
    assert made[2]["head"] == pytest.approx(0.4, rel=1e-3)  # of the larger one


def test_a_poster_on_the_wall_is_no_person() -> None:
    row = framing(**film({"people": [person(head=0.2), person(head=0.7, is_still=True)]})).to_pylist()[0]
    assert (row["people"], row["scale"]) == (1, "medium")


def body(head: float) -> list[float]:
    points = np.zeros((33, 4), np.float32)
    points[:, 3] = 0.9
    points[[11, 12, 23, 24], 1] = 0.3, 0.3, 0.3 + 2.15 * head, 0.3 + 2.15 * head
    points[[11, 12, 23, 24], 0] = 0.45, 0.55, 0.47, 0.53
    return [float(value) for value in points.ravel()]


def test_without_a_face_the_body_tells_the_scale() -> None:
    rows = [{"body": 0, "frame": frame, "shot": 0, "points": body(0.1), "aspect": ASPECT} for frame in (0, 12)]
    row = framing(**film({}), poses=POSES.from_rows(rows)).to_pylist()[0]
    assert (row["scale"], row["people"], row["looking"]) == ("long", 1, "")
    hidden = np.array(body(0.1), np.float32).reshape(33, 4)
    hidden[23, 3] = 0.1
    assert head_by_body(hidden, ASPECT) is None


def test_the_same_face_from_the_same_side_after_a_cut_is_a_jump() -> None:
    one = {"people": [person(x=0.5)], "place": 0}
    near = {"people": [person(x=0.53, head=0.42)], "place": 0}
    closer = {"people": [person(x=0.5, head=0.6)], "place": 0}
    elsewhere = {"people": [person(x=0.5)], "place": 1}
    dissolve = {**near, "transition": "dissolve"}
    found = warnings(one, near, closer, elsewhere, one, dissolve)
    assert [number for number, each in enumerate(found) if "jump cut" in each] == [1]
    turned = {"people": [person(yaw=25.0)], "place": 0}
    assert "jump cut" not in warnings(one, turned)[1]
    assert "jump cut" in warnings(one, turned, jump_angle=40.0)[1]


def test_an_exchange_of_looks_to_the_same_side_may_cross_the_line() -> None:
    left, right = ({"people": [person(yaw=yaw, head=0.5, x=0.5)]} for yaw in (-35.0, 35.0))
    good = warnings({**right, "place": 0}, {**left, "place": 1}, {**right, "place": 0})
    bad = warnings({**right, "place": 0}, {**right, "place": 1}, {**right, "place": 0})
    alone = warnings({**right, "place": 0}, {**right, "place": 1}, {**right, "place": 2})
    assert [("line crossed" in each) for each in good] == [False, False, False]
    assert [("line crossed" in each) for each in bad] == [False, True, False]
    assert not any("line crossed" in each for each in alone)


def test_two_who_both_look_up_do_not_look_at_each_other() -> None:
    up, down = ({"people": [person(pitch=pitch, head=0.5)]} for pitch in (25.0, -25.0))
    assert "eyelines" in warnings({**up, "place": 0}, {**up, "place": 1}, {**up, "place": 0})[1]
    assert "eyelines" not in warnings({**up, "place": 0}, {**down, "place": 1}, {**up, "place": 0})[1]


def test_what_a_camera_assistant_would_say() -> None:
    assert warnings({"people": [person(head=0.35, top=-0.08)]}) == [["head cut"]]
    assert warnings({"people": [person(head=0.7, top=-0.08)]}) == [[]]  # usual in a close-up
    assert warnings({"people": [person(head=0.3, top=0.45)]}) == [["much headroom"]]
    assert warnings({"people": [person(head=0.5, x=0.85, yaw=40.0)]}) == [["no look room"]]
    assert warnings({"people": [person(head=0.5, x=0.15, yaw=40.0)]}) == [[]]


def test_a_film_without_people_has_rows_without_answers() -> None:
    made = framing(**film({}, {}))
    assert made["scale"].to_pylist() == ["unknown", "unknown"]
    assert made["warnings"].to_pylist() == [[], []]


def test_a_wrong_angle_is_refused() -> None:
    with pytest.raises(SettingError, match=r"framing: jump_angle must lie in 0\.\.90, got 91"):
        framing(**film({}), jump_angle=91.0)
