"""Faces: what was drawn is found where it was drawn, and nothing else."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people.faces import FACES, faces
from kinoeye.errors import MediaError, SettingError
from kinoeye.streams import Stills

Make = Callable[..., Any]


@pytest.fixture(scope="module")
def one(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> pa.Table:
    """A picture without a face, then one that looks at us in the next shot."""
    empty, drawn = backdrop(), backdrop()
    draw_face(drawn, 400, 150, 120)
    return faces(stills_of([empty, drawn]), cuts_at(12, 24))


def test_a_face_is_found_where_it_is(one: pa.Table) -> None:
    (row,) = one.to_pylist()
    assert (row["face"], row["frame"], row["shot"], row["full_rate"]) == (0, 12, 1, False)
    points = np.array(row["points"]).reshape(6, 2) * (640, 360)
    assert np.abs(points[:2].mean(axis=0) - (400, 150)).max() < 8
    assert points[0, 0] < points[1, 0] and points[3, 1] > points[2, 1]
    assert row["x"] < 400 / 640 < row["x"] + row["w"] and row["y"] < 150 / 360 < row["y"] + row["h"]
    assert row["score"] > 0.7 and row["presence"] > 0.9
    assert row["aspect"] == pytest.approx(640 / 360)


def test_the_mesh_lies_on_the_face(one: pa.Table) -> None:
    mesh = np.array(one["mesh"][0].as_py()).reshape(478, 3) * (640, 360, 640)
    scale = 120 / 208
    right, left = (400 - 43 * scale, 150 - 12 * scale), (400 + 43 * scale, 150 - 12 * scale)
    assert np.abs(mesh[468, :2] - right).max() < 5 and np.abs(mesh[473, :2] - left).max() < 5
    assert mesh[1, 2] < mesh[234, 2]  # the nose is nearer than the ear


def test_turns_are_told(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    drawn = []
    for way in ({}, {"roll": 25}, {"roll": -25}, {"turn": 1}, {"turn": -1}):
        drawn.append(backdrop())
        draw_face(drawn[-1], 320, 170, 130, **way)
    rows = faces(stills_of(drawn), cuts_at(60)).to_pylist()
    assert [row["frame"] for row in rows] == [0, 12, 24, 36, 48]
    assert abs(rows[0]["roll"]) < 4 and abs(rows[0]["yaw"]) < 6
    assert [rows[n]["roll"] == pytest.approx(way, abs=6) for n, way in ((1, 25), (2, -25))] == [True, True]
    assert rows[3]["yaw"] > 10 and rows[4]["yaw"] < -10


def test_without_faces_there_are_none(backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    plain = [np.full((36, 64, 3), value, np.uint8) for value in (0, 128, 255)]
    noise = np.random.default_rng(1).integers(0, 255, (360, 640, 3), np.uint8)
    table = faces(stills_of([*plain, noise, *(backdrop(seed) for seed in range(4))]), cuts_at(96))
    assert table.num_rows == 0 and table.schema.equals(FACES.schema)


def test_no_stills_no_faces(stills_of: Make, cuts_at: Make) -> None:
    assert faces(stills_of([]), cuts_at(5)).num_rows == 0


def test_sixty_faces_in_one_picture(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    picture, places = backdrop(), [(35 + 63 * (n % 10), 24 + 60 * (n // 10)) for n in range(60)]
    for number, (x, y) in enumerate(places):
        draw_face(picture, x, y, 34, coat=(60, 70, 110 + number))
    rows = faces(stills_of([picture]), cuts_at(1)).to_pylist()
    middles = np.array([((row["x"] + row["w"] / 2) * 640, (row["y"] + row["h"] / 2) * 360) for row in rows])
    near = [np.hypot(*(middles - (x, y + 8)).T).min() < 12 for x, y in places]
    assert sum(near) >= 57 and len(rows) <= 62


@pytest.mark.parametrize("size", [4, 8])
def test_faces_of_eight_pixels_are_no_trouble(
    draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make, size: int
) -> None:
    picture = backdrop()
    for x in range(60, 600, 60):
        draw_face(picture, x, 180, size)
    rows = faces(stills_of([picture]), cuts_at(1)).to_pylist()
    assert (
        len(rows) <= 2
    )  # too small to be told from anything; a large one is seen where there is none at most by chance
    assert all(row["mesh"] is None for row in rows if row["w"] * 640 < 24)


def test_a_dark_picture_shows_its_face(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    picture = backdrop()
    draw_face(picture, 320, 170, 90)
    noise = np.random.default_rng(0).normal(0, 1, picture.shape)
    dark = np.clip(picture * 0.12 + noise, 0, 255).astype(np.uint8)
    (row,) = faces(stills_of([dark]), cuts_at(1)).to_pylist()
    assert row["presence"] > 0.9


@pytest.mark.parametrize("roll", [-60, 60, 90])
def test_a_face_may_lie(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make, roll: int) -> None:
    picture = backdrop()
    draw_face(picture, 320, 180, 90, roll=roll)
    (row,) = faces(stills_of([picture]), cuts_at(1)).to_pylist()
    assert abs((row["roll"] - roll + 180) % 360 - 180) < 25


def test_a_half_face_at_the_border_is_no_trouble(
    draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make
) -> None:
    picture = backdrop()
    draw_face(picture, 15, 20, 120)
    draw_face(picture, 630, 350, 120)
    for row in faces(stills_of([picture]), cuts_at(1)).to_pylist():
        assert 0 <= row["sharpness"] <= 1 and row["x"] < 1 and row["x"] + row["w"] > 0


@pytest.mark.parametrize("shape", [(1, 1), (2, 200), (200, 2), (17, 31), (90, 160)])
def test_pictures_of_any_size_are_looked_at(stills_of: Make, cuts_at: Make, shape: tuple[int, int]) -> None:
    noise = np.random.default_rng(2).integers(0, 255, (*shape, 3), np.uint8)
    assert faces(stills_of([noise]), cuts_at(1)).num_rows == 0


def test_full_rate_counts_where_both_show_a_picture(
    draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make
) -> None:
    drawn = [backdrop() for _ in range(3)]
    for picture in drawn:
        draw_face(picture, 200, 170, 100)
    large = [backdrop(0, 1280, 720) for _ in range(2)]
    for picture in large:
        draw_face(picture, 400, 340, 200)
    table = faces(stills_of(drawn), cuts_at(36), stills_of(large, step=1, first=12))
    assert table["frame"].to_pylist() == [0, 12, 13, 24]
    assert table["full_rate"].to_pylist() == [False, True, True, False]
    assert np.ptp(table["x"].to_numpy()) < 0.02  # 0..1 of whatever the picture's size is


def test_small_faces_get_no_mesh_but_a_turn(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    picture = backdrop()
    draw_face(picture, 320, 170, 60)
    (row,) = faces(stills_of([picture]), cuts_at(1), least_mesh_px=200, least_score=0.7).to_pylist()
    assert row["mesh"] is None and row["presence"] is None
    assert abs(row["roll"]) < 15


def test_a_blurred_face_is_less_sharp(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    sharp = backdrop()
    draw_face(sharp, 320, 170, 140)
    small = sharp[::6, ::6]
    soft = np.repeat(np.repeat(small, 6, axis=0), 6, axis=1)[:360, :640]
    soft = np.asarray((np.roll(soft, 3, 0).astype(int) + soft + np.roll(soft, 3, 1)) // 3, np.uint8)
    rows = faces(stills_of([sharp, soft]), cuts_at(24)).to_pylist()
    assert len(rows) == 2
    assert all(0 <= row["sharpness"] <= 1 for row in rows)


@pytest.mark.parametrize(("setting", "value"), [("least_score", 0), ("least_score", 1.1), ("least_mesh_px", 4)])
def test_wrong_settings_are_refused(stills_of: Make, cuts_at: Make, setting: str, value: float) -> None:
    with pytest.raises(SettingError, match=f"faces: {setting} must"):
        faces(stills_of([]), cuts_at(1), **{setting: value})


def test_a_damaged_still_is_an_error_of_its_own(cuts_at: Make) -> None:
    broken = Stills([b"no jpeg"], np.zeros(1, np.int64), np.zeros(1, np.int64))
    with pytest.raises(MediaError, match="whole JPEG"):
        faces(broken, cuts_at(1))
