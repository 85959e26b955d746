"""Face tracks: a face keeps its track while it is seen, loses it at a cut, and a poster is known for one."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people.face_tracks import FACE_TRACKS, face_tracks
from kinoeye.analyses.people.faces import faces
from kinoeye.errors import SettingError
from kinoeye.streams import Stills

Make = Callable[..., Any]

PICTURE = 705_600_000 // 24
COATS = ((150, 40, 40), (40, 60, 150))


def tracked(stills: Stills, cuts: pa.Table, **settings: Any) -> tuple[list[dict[str, Any]], pa.Table]:
    found = faces(stills, cuts)
    return face_tracks(found, stills, cuts, **settings).to_pylist(), found


@pytest.fixture(scope="module")
def two(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> tuple[list[dict[str, Any]], pa.Table]:
    """Two shots of four stills: two people who walk to the right; then one of them alone where she stood last."""
    drawn = [backdrop() for _ in range(8)]
    for number, picture in enumerate(drawn):
        if number < 4:
            draw_face(picture, 100 + 40 * number, 150, 90, coat=COATS[0], blink=number % 2)
        draw_face(picture, 330 + 40 * min(number, 3), 170, 100, coat=COATS[1], mouth=number % 3 / 3)
    return tracked(stills_of(drawn), cuts_at(48, 96))


def test_each_person_has_a_track_until_the_cut(two: tuple[list[dict[str, Any]], pa.Table]) -> None:
    rows, found = two
    assert [(row["track"], row["shot"], len(row["faces"])) for row in rows] == [(0, 0, 4), (1, 0, 4), (2, 1, 4)]
    xs = found["x"].to_numpy()
    assert all(np.all(np.diff(xs[row["faces"]]) > 0.02) for row in rows[:2])
    assert sorted(number for row in rows for number in row["faces"]) == list(range(12))


def test_what_fills_its_shot_begins_and_ends_with_it(two: tuple[list[dict[str, Any]], pa.Table]) -> None:
    rows, _ = two
    assert [(row["first_frame"], row["end_frame"]) for row in rows] == [(0, 48), (0, 48), (48, 96)]
    assert [(row["start"], row["end"]) for row in rows] == [(0, 48 * PICTURE)] * 2 + [(48 * PICTURE, 96 * PICTURE)]


def test_living_faces_are_not_still(two: tuple[list[dict[str, Any]], pa.Table]) -> None:
    assert [row["is_still"] for row in two[0]] == [False, False, False]


def test_the_best_face_stands_in_the_row(two: tuple[list[dict[str, Any]], pa.Table]) -> None:
    rows, found = two
    for row in rows:
        assert row["best"] in row["faces"]
        assert row["x"] == found["x"][row["best"]].as_py() and row["h"] == found["h"][row["best"]].as_py()
        assert row["said"] is None and 0.5 < row["score"] <= 1


def test_a_gap_is_bridged_and_a_late_comer_begins_late(
    draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make
) -> None:
    drawn = [backdrop() for _ in range(12)]
    for number in (2, 3, 5, 6, 7):
        draw_face(drawn[number], 300, 160, 100)
    ((row,), _) = tracked(stills_of(drawn), cuts_at(144))
    assert (len(row["faces"]), row["first_frame"], row["end_frame"]) == (5, 24, 96)
    assert (row["start"], row["end"]) == (24 * PICTURE, 96 * PICTURE)
    rows, _ = tracked(stills_of(drawn), cuts_at(144), bridge=0.6)
    assert [len(row["faces"]) for row in rows] == [2, 3]


def test_a_poster_is_still(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    poster = backdrop(1, 900, 500)
    draw_face(poster, 430, 220, 110)
    random = np.random.default_rng(0)
    drawn = []
    for number in range(6):  # the camera pans over it; the sensor is never quiet
        part = poster[number * 9 : number * 9 + 360, number * 20 : number * 20 + 640].astype(np.int16)
        drawn.append(np.clip(part + random.normal(0, 2, part.shape), 0, 255).astype(np.uint8))
    ((row,), _) = tracked(stills_of(drawn), cuts_at(72))
    assert row["is_still"] is True and len(row["faces"]) == 6


def test_of_a_short_appearance_nothing_is_said(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    drawn = [backdrop(), backdrop()]
    draw_face(drawn[0], 300, 160, 100)
    ((row,), _) = tracked(stills_of(drawn), cuts_at(24))
    assert row["is_still"] is None
    assert (row["first_frame"], row["end_frame"]) == (0, 12)


def test_stills_and_full_rate_are_one_track(draw_face: Make, backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    drawn = [backdrop() for _ in range(16)]
    for number, picture in enumerate(drawn):
        draw_face(picture, 200 + 8 * number, 160, 100)
    cuts, stills, dense = cuts_at(16), stills_of(drawn[::4], step=4), stills_of(drawn[6:12], step=1, first=6)
    found = faces(stills, cuts, dense)
    (row,) = face_tracks(found, stills, cuts, dense).to_pylist()
    assert len(row["faces"]) == found.num_rows == 9
    assert (row["first_frame"], row["end_frame"]) == (0, 16)


def test_without_faces_there_are_no_tracks(backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    stills = stills_of([backdrop()])
    table = face_tracks(faces(stills, cuts_at(12)), stills, cuts_at(12))
    assert table.num_rows == 0 and table.schema.equals(FACE_TRACKS.schema)


def test_a_wrong_setting_is_refused(backdrop: Make, stills_of: Make, cuts_at: Make) -> None:
    stills = stills_of([backdrop()])
    with pytest.raises(SettingError, match="bridge must be 0 seconds or more, got -1"):
        face_tracks(faces(stills, cuts_at(12)), stills, cuts_at(12), bridge=-1)
