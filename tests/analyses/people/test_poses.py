"""Poses: whoever was drawn is found where they were drawn, and followed as long as the shot lasts."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from kinoeye.analyses.people.poses import POSES, poses
from kinoeye.errors import SettingError
from kinoeye.signals import skeletons
from kinoeye.streams import Stills

Make = Callable[..., Any]


def person(picture: np.ndarray, x: float, foot: float = 340, height: float = 300, arm: float = 0) -> np.ndarray:
    """Draw a person who faces us; `arm` raises the left one."""
    unit, skin, shirt, legs = height / 8, (224, 172, 140), (60, 70, 130), (40, 45, 60)

    def limb(first: tuple[float, float], second: tuple[float, float], thick: float, colour: Any) -> None:
        ends = [(round(x + across * unit), round(foot - up * unit)) for across, up in (first, second)]
        cv2.line(picture, *ends, colour, max(1, round(thick * unit)), cv2.LINE_AA)

    for side in (-1, 1):
        limb((side * 0.45, 3.9), (side * 0.5, 2.1), 0.62, legs)
        limb((side * 0.5, 2.1), (side * 0.5, 0.3), 0.5, legs)
        limb((side * 0.5, 0.15), (side * 0.75, 0.1), 0.3, (20, 20, 20))
        up = arm if side == 1 else 0
        limb((side * 0.95, 6.3), (side * 1.25, 5 + up * 1.2), 0.42, shirt)
        limb((side * 1.25, 5 + up * 1.2), (side * 1.35, 3.7 + up * 3.8), 0.33, skin)
        limb((side * 1.35, 3.7 + up * 3.8), (side * 1.4, 3.2 + up * 4.8), 0.35, skin)
    for level in np.linspace(6.4, 3.8, 24):
        limb((-0.2 - 0.12 * level, level), (0.2 + 0.12 * level, level), 0.3, shirt)
    limb((0, 6.4), (0, 7), 0.5, skin)
    cv2.ellipse(picture, (int(x), int(foot - 7.35 * unit)), (int(0.42 * unit), int(0.58 * unit)), 0, 0, 360, skin, -1)
    cv2.ellipse(picture, (int(x), int(foot - 7.6 * unit)), (int(0.45 * unit), int(0.4 * unit)), 0, 180, 360, legs, -1)
    for side in (-1, 1):
        limb((side * 0.17, 7.4), (side * 0.17, 7.4), 0.12, (30, 20, 20))
    limb((-0.15, 7.05), (0.15, 7.05), 0.08, (150, 60, 60))
    return picture


def wall(grey: int = 0) -> np.ndarray:
    return np.full((360, 640, 3), (150 + grey, 170, 180), np.uint8)


def points(row: dict[str, Any]) -> np.ndarray:
    return np.array(row["points"]).reshape(33, 4)


def test_a_body_is_found_where_it_is(stills_of: Make, cuts_at: Make) -> None:
    (row,) = poses(stills_of([person(wall(), 300, arm=1)]), cuts_at(12)).to_pylist()
    body = points(row) * (640, 360, 640, 1)
    unit = 300 / 8
    wanted = {"nose": (0, 7.3), "right_shoulder": (-0.9, 6.2), "left_hip": (0.4, 3.9), "right_knee": (-0.5, 2.1),
              "right_wrist": (-1.35, 3.7), "left_wrist": (1.35, 7.5), "left_ankle": (0.5, 0.4)}  # fmt: skip
    for name, (across, up) in wanted.items():
        found = body[skeletons.index(name)]
        assert np.abs(found[:2] - (300 + across * unit, 340 - up * unit)).max() < 0.6 * unit, name
        assert found[3] > 0.5, name
    assert (row["body"], row["frame"], row["shot"], row["full_rate"]) == (0, 0, 0, False)
    assert row["score"] > 0.9 and row["aspect"] == pytest.approx(640 / 360)
    assert row["y"] < 0.25 and row["y"] + row["h"] > 0.85 and row["left_hand"] is None


def test_two_people_keep_their_numbers_until_the_shot_ends(stills_of: Make, cuts_at: Make) -> None:
    drawn = [person(person(wall(step), 150 + 20 * step), 460 - 15 * step) for step in range(4)]
    rows = poses(stills_of(drawn), cuts_at(24, 48)).to_pylist()
    assert [row["body"] for row in rows] == [0, 1, 0, 1, 2, 3, 2, 3]
    assert [row["shot"] for row in rows] == [0] * 4 + [1] * 4
    sides = [points(row)[0, 0] < 0.5 for row in rows]
    assert sides[0] == sides[2] != sides[1] and sides[4] == sides[6] != sides[5]


def test_at_full_rate_the_same_body_is_followed(stills_of: Make, cuts_at: Make) -> None:
    drawn = [person(wall(n), 150 + 4 * n) for n in range(16)]
    rows = poses(stills_of([drawn[0], drawn[12]]), cuts_at(24), stills_of(drawn, 1)).to_pylist()
    assert [row["frame"] for row in rows] == list(range(16))
    assert all(row["full_rate"] and row["body"] == 0 for row in rows)
    assert np.diff([points(row)[0, 0] * 640 for row in rows]) == pytest.approx([4] * 15, abs=2)


def test_a_picture_that_stands_still_gives_the_same_again(stills_of: Make, cuts_at: Make) -> None:
    first, second = poses(stills_of([person(wall(), 300)] * 2), cuts_at(24)).to_pylist()
    assert first["points"] == second["points"] and (first["body"], second["body"]) == (0, 0)
    assert second["frame"] == 12


def test_small_people_are_found_by_the_closer_look(stills_of: Make, cuts_at: Make) -> None:
    picture = cv2.resize(wall(), (1280, 480))
    rows = poses(stills_of([person(picture, 1000, 340, 120)]), cuts_at(12)).to_pylist()
    assert len(rows) == 1 and points(rows[0])[0, 0] * 1280 == pytest.approx(1000, abs=8)


def test_nobody_gives_no_rows(stills_of: Make, cuts_at: Make) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
    table = poses(stills_of([wall(), noise, np.zeros((8, 8, 3), np.uint8), wall()[:2, :2]]), cuts_at(48))
    assert table.num_rows == 0 and table.schema.equals(POSES.schema)
    none = Stills([], np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert poses(none, cuts_at(24)).num_rows == 0


def test_no_more_people_than_asked_for(stills_of: Make, cuts_at: Make) -> None:
    stream = stills_of([person(person(wall(), 150), 460)])
    assert poses(stream, cuts_at(12)).num_rows == 2
    assert poses(stream, cuts_at(12), most_people=1).num_rows == 1


@pytest.mark.parametrize("setting", [{"least_score": 1.5}, {"least_score": -0.1}, {"most_people": 0}])
def test_settings_out_of_range(stills_of: Make, cuts_at: Make, setting: dict[str, Any]) -> None:
    with pytest.raises(SettingError, match=r"poses: .* must lie in .*, got"):
        poses(stills_of([wall()]), cuts_at(12), **setting)


@pytest.mark.realdata
def test_a_signer_is_one_body_whose_hands_are_found(shared_data: Path, stills_of: Make, cuts_at: Make) -> None:
    film = cv2.VideoCapture(str(shared_data / "film_clips" / "intel_asl_again.mkv"))
    drawn = [film.read()[1][..., ::-1] for _ in range(77)][30::15]
    rows = poses(stills_of(drawn), cuts_at(96), hands=True).to_pylist()
    assert [row["body"] for row in rows] == [0] * len(drawn)
    both = [row for row in rows if row["left_hand"] and row["right_hand"]]
    assert both
    for row in both:
        body = points(row)
        for side, wrist in zip(("left_hand", "right_hand"), skeletons.WRISTS, strict=True):
            hand = np.array(row[side]).reshape(21, 3)
            assert np.linalg.norm(hand[0, :2] - body[wrist, :2]) < 0.1
