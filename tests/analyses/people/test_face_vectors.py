"""Face vectors: a few faces of every track, only with a purpose."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.people import face_vectors as module
from kinoeye.analyses.people.face_tracks import FACE_TRACKS
from kinoeye.analyses.people.face_vectors import FACE_VECTORS, face_quality, face_vectors
from kinoeye.analyses.people.faces import FACES
from kinoeye.errors import SettingError
from kinoeye.models import identity
from kinoeye.streams import Stills

Make = Callable[..., Any]


@pytest.fixture
def laid(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Stand in for the net: a vector is the colour of the chip's left half, of any length; the chips are kept."""
    chips: list[np.ndarray] = []

    def vectors(given: Sequence[np.ndarray]) -> np.ndarray:
        chips.extend(given)
        colours = [chip[:, :75].reshape(-1, 3).mean(axis=0) for chip in given]
        return np.pad(np.array(colours, np.float32).reshape(-1, 3), ((0, 0), (0, identity.LENGTH - 3)))

    monkeypatch.setattr(module.identity, "vectors", vectors)
    monkeypatch.setattr(module.identity, "evened", lambda vector: vector.astype(np.float32))
    return chips


def mesh(x: float, y: float, across: float) -> list[float]:
    """A mesh `across` pixels from cheek to cheek in a picture of 640 by 360."""
    points = np.zeros((478, 3), np.float32)
    for point, (right, down) in {
        234: (-0.5, 0), 454: (0.5, 0), 33: (-0.3, -0.15), 133: (-0.12, -0.15), 263: (0.3, -0.15), 362: (0.12, -0.15),
        2: (0, 0.25),
    }.items():  # fmt: skip
        points[point, :2] = (x + right * across) / 640, (y + down * across) / 360
    return points.ravel().tolist()


def face(number: int, frame: int, across: float = 80, **more: Any) -> dict[str, Any]:
    row = {"face": number, "frame": frame, "time": frame, "sharpness": 0.5, "yaw": 0.0, "pitch": 0.0, "presence": 1.0}
    return row | {"mesh": mesh(320, 180, across), "full_rate": False} | more


def track(number: int, faces: list[int]) -> dict[str, Any]:
    return {"track": number, "faces": faces}


def tables(faces: list[dict[str, Any]], tracks: list[dict[str, Any]]) -> tuple[pa.Table, pa.Table]:
    return FACES.from_rows(faces), FACE_TRACKS.from_rows(tracks)


@pytest.fixture
def stills(stills_of: Make) -> Stills:
    """Four pictures, each of a brightness of its own, red on the left and blue on the right."""
    drawn = []
    for number in range(4):
        picture = np.zeros((360, 640, 3), np.uint8)
        picture[:, :320, 0] = picture[:, 320:, 2] = 60 + 40 * number
        drawn.append(picture)
    return stills_of(drawn, 1)


def test_a_vector_is_the_mean_of_faces_every_second_mirrored(stills: Stills, laid: list[np.ndarray]) -> None:
    given = tables([face(number, number) for number in range(4)], [track(5, [0, 1, 2, 3])])
    (row,) = face_vectors(*given, stills, purpose="test").to_pylist()
    assert (row["track"], row["faces"], row["quality"]) == (5, 4, 1.0)
    assert len(laid) == 4
    assert row["vector"][0] == pytest.approx((60 + 140) / 4, abs=3)  # red where not mirrored
    assert row["vector"][2] == pytest.approx((100 + 180) / 4, abs=3)  # blue where mirrored


def test_a_lone_face_is_taken_both_ways(stills: Stills, laid: list[np.ndarray]) -> None:
    (row,) = face_vectors(*tables([face(0, 2)], [track(0, [0])]), stills, purpose="test").to_pylist()
    assert row["faces"] == 1 and len(laid) == 2
    assert row["vector"][0] == pytest.approx(row["vector"][2], abs=2)


def test_what_shows_more_counts_more(stills: Stills, laid: list[np.ndarray]) -> None:
    faces = [face(0, 0), face(1, 1), face(2, 2, 25), face(3, 3)]
    (row,) = face_vectors(*tables(faces, [track(0, [0, 2])]), stills, purpose="test").to_pylist()
    assert row["vector"][0] == pytest.approx(60 * 1 / 1.5, abs=3)  # the small one is mirrored, and counts half
    assert row["vector"][2] == pytest.approx(140 * 0.5 / 1.5, abs=3)
    assert row["quality"] == pytest.approx((1 + 0.5 * 0.5) / 1.5, abs=0.01)


def test_faces_that_show_nothing_are_not_used(stills: Stills, laid: list[np.ndarray]) -> None:
    faces = [face(0, 0, 9), face(1, 1, yaw=80.0), face(2, 2, mesh=None, presence=None), face(3, 3)]
    rows = face_vectors(*tables(faces, [track(0, [0, 1, 2]), track(1, [2, 3])]), stills, purpose="test").to_pylist()
    assert [(row["track"], row["faces"]) for row in rows] == [(1, 1)]


def test_no_more_faces_than_asked_and_each_stretch_has_one(stills: Stills, laid: list[np.ndarray]) -> None:
    faces = [face(0, 0, 30), face(1, 1), face(2, 2, 30), face(3, 3)]
    given = tables(faces, [track(0, [0, 1, 2, 3])])
    (row,) = face_vectors(*given, stills, purpose="test", most_faces=2).to_pylist()
    assert row["faces"] == 2 and row["quality"] == 1.0
    assert len(laid) == 2


def test_full_rate_pictures_are_used_where_they_are(stills: Stills, stills_of: Make, laid: list[np.ndarray]) -> None:
    white = stills_of([np.full((720, 1280, 3), 250, np.uint8)], 1, 2)
    (row,) = face_vectors(*tables([face(0, 2)], [track(0, [0])]), stills, white, purpose="test").to_pylist()
    assert row["vector"][1] > 240


def test_vectors_are_of_one_length(stills: Stills, monkeypatch: pytest.MonkeyPatch) -> None:
    lengths = iter((0.9, 1.6))
    monkeypatch.setattr(module.identity, "vectors", lambda chips: np.array(
        [np.eye(1, identity.LENGTH)[0] * next(lengths) for _ in chips], np.float32
    ))  # fmt: skip
    (row,) = face_vectors(*tables([face(0, 0), face(1, 1)], [track(0, [0, 1])]), stills, purpose="test").to_pylist()
    assert np.linalg.norm(row["vector"]) == pytest.approx(identity.EVEN)


def test_nothing_is_computed_without_a_purpose(stills: Stills, laid: list[np.ndarray]) -> None:
    given = tables([face(0, 0)], [track(0, [0])])
    with pytest.raises(SettingError, match="purpose must say what people are told apart for"):
        face_vectors(*given, stills, purpose=" ")
    assert not laid
    assert face_vectors(*tables([], []), stills).equals(FACE_VECTORS.empty())


@pytest.mark.parametrize(("name", "value"), [("most_faces", 0), ("least_quality", 1.5)])
def test_settings_are_checked(stills: Stills, name: str, value: float) -> None:
    with pytest.raises(SettingError, match=f"{name} must lie"):
        face_vectors(*tables([], []), stills, purpose="test", **{name: value})


def test_quality_falls_with_all_that_hides_a_face() -> None:
    best = face_quality(60, 0.5, 0, 0, 1)
    worse = [
        face_quality(20, 0.5, 0, 0, 1), face_quality(60, 0.1, 0, 0, 1), face_quality(60, 0.5, -45, 0, 1),
        face_quality(60, 0.5, 0, 45, 1), face_quality(60, 0.5, 0, 0, 0.5),
    ]  # fmt: skip
    assert best == 1
    assert all(0 < each < best for each in worse)
    assert face_quality(8, 0.5, 0, 0, 1) == face_quality(60, 0.5, 75, 0, 1) == 0
