"""The camera's moves are found where they were put, by name, direction and speed."""

import pickle
from fractions import Fraction
from itertools import pairwise

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage.camera import CAMERA, camera
from kinoeye.errors import SettingError
from kinoeye.signals import motion
from kinoeye.streams import Pictures
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

RATE = 24


def photograph(seed=7):
    """A picture of blobs of all sizes, 1600 x 900: detail everywhere, as a street has."""
    rng = np.random.default_rng(seed)
    picture = np.full((900, 1600, 3), 110, np.uint8)
    for _ in range(400):
        centre = (int(rng.integers(0, 1600)), int(rng.integers(0, 900)))
        cv2.circle(picture, centre, int(rng.integers(10, 90)), rng.integers(0, 256, 3).tolist(), -1)
    return cv2.GaussianBlur(picture, (0, 0), 2)


def film(path, subject=False):
    """Thumbs of a camera that stands at `path` [n, 4]: right and down (picture widths), zoom (log), roll (radians)."""
    photo, width = photograph(), 640
    frames = []
    for number, (right, down, zoom, roll) in enumerate(path):
        scale = 640 / width * np.exp(zoom)
        cos, sin = scale * np.cos(-roll), scale * np.sin(-roll)
        centre = np.array([800 + right * width, 450 + down * width])
        turn = np.array([[cos, -sin], [sin, cos]])
        matrix = np.c_[turn, np.array([320, 180]) - turn @ centre]
        view = cv2.warpAffine(photo, matrix, (640, 360), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT)
        if subject:
            place = 160 + 8 * number
            cv2.rectangle(view, (place, 90), (place + 130, 330), (240, 240, 240), -1)
            cv2.rectangle(view, (place + 30, 120), (place + 80, 200), (20, 20, 20), -1)
        frames.append(cv2.resize(view, (48, 27), interpolation=cv2.INTER_AREA))
    times = np.arange(len(frames) + 1, dtype=np.int64) * (FLICKS_PER_SECOND // RATE)
    return Pictures(np.array(frames, np.uint8), times, Fraction(RATE))


def one_shot(thumbs, cuts=()):
    edges = [0, *cuts, len(thumbs)]
    return pa.table(
        {
            "shot": pa.array(range(len(edges) - 1), pa.int32()),
            "start": thumbs.times[edges[:-1]],
            "end": thumbs.times[edges[1:]],
            "first_frame": pa.array(edges[:-1], pa.int64()),
            "end_frame": pa.array(edges[1:], pa.int64()),
        }
    )


def steady(seconds=2.0, begin=(0, 0, 0, 0), **speeds):
    """A path from `begin` at constant speeds a second."""
    time = np.arange(round(seconds * RATE)) / RATE
    names = ("right", "down", "zoom", "roll")
    return np.stack([from_ + time * speeds.get(name, 0.0) for name, from_ in zip(names, begin, strict=True)], axis=1)


@pytest.mark.parametrize(
    ("speeds", "move", "direction"),
    [
        ({"right": 0.15}, "pan", "right"),
        ({"right": -0.15}, "pan", "left"),
        ({"down": 0.15}, "tilt", "down"),
        ({"down": -0.15}, "tilt", "up"),
        ({"zoom": 0.2}, "zoom", "in"),
        ({"zoom": -0.2}, "zoom", "out"),
        ({"roll": 0.2}, "roll", "clockwise"),
        ({"roll": -0.2}, "roll", "anticlockwise"),
    ],
)
def test_a_move_is_named_with_its_direction_and_speed(speeds, move, direction):
    thumbs = film(steady(**speeds))
    (row,) = camera(thumbs, one_shot(thumbs)).to_pylist()
    assert (row["move"], row["direction"]) == (move, direction)
    (name, speed), *_ = speeds.items()
    found = row[{"right": "pan", "down": "tilt"}.get(name, name)]
    assert found == pytest.approx(speed, rel=0.15)
    assert 0.3 < row["score"] <= 1
    assert row["end"] == thumbs.times[-1]


def test_a_still_camera_is_static_though_a_subject_crosses_the_picture():
    thumbs = film(steady(1.5), subject=True)
    (row,) = camera(thumbs, one_shot(thumbs)).to_pylist()
    assert row["move"] == "static"
    assert row["speed"] < 0.02


def test_a_pan_is_found_though_a_subject_stays_in_the_picture():
    thumbs = film(steady(1.5, right=0.2), subject=True)
    (row,) = camera(thumbs, one_shot(thumbs)).to_pylist()
    assert (row["move"], row["direction"]) == ("pan", "right")


def test_more_shake_is_measured_as_more_and_makes_a_handheld_shot():
    found = []
    for width in (0.0, 0.002, 0.006, 0.018):
        rng = np.random.default_rng(3)
        path = steady(3)
        path[:, :2] += width * np.cumsum(rng.normal(0, 0.5, (len(path), 2)), axis=0)
        thumbs = film(path)
        shots = one_shot(thumbs)
        rows = camera(thumbs, shots, least_speed=10).to_pylist()
        found.append((rows[0]["move"], rows[0]["shake"]))
    shakes = [shake for _, shake in found]
    assert shakes == sorted(shakes)
    assert found[0][0] == "static"
    assert found[-1][0] == "handheld"


def test_a_shot_is_parted_where_the_move_changes():
    still = steady(1.5)
    path = np.concatenate([still, steady(1.5, right=0.2), steady(1.5, begin=(0.3, 0, 0, 0))])
    thumbs = film(path)
    rows = camera(thumbs, one_shot(thumbs)).to_pylist()
    assert [row["move"] for row in rows] == ["static", "pan", "static"]
    assert [row["part"] for row in rows] == [0, 1, 2]
    assert rows[0]["start"] == 0
    assert all(row["end"] == following["start"] for row, following in pairwise(rows))
    quarter = from_seconds(0.25)
    assert abs(rows[1]["start"] - from_seconds(1.5)) <= quarter
    assert abs(rows[1]["end"] - from_seconds(3.0)) <= quarter


def test_a_cut_is_no_move():
    first, second = film(steady(1)), film(steady(1, begin=(0.6, 0.2, 0, 0)))
    frames = np.concatenate([first.frames, second.frames])
    times = np.arange(len(frames) + 1, dtype=np.int64) * (FLICKS_PER_SECOND // RATE)
    thumbs = Pictures(frames, times, Fraction(RATE))
    rows = camera(thumbs, one_shot(thumbs, cuts=[RATE])).to_pylist()
    assert [(row["shot"], row["move"]) for row in rows] == [(0, "static"), (1, "static")]


def test_a_grey_picture_tells_nothing():
    thumbs = Pictures(np.full((30, 27, 48, 3), 90, np.uint8), np.arange(31, dtype=np.int64), Fraction(RATE))
    (row,) = camera(thumbs, one_shot(thumbs)).to_pylist()
    assert (row["move"], row["score"], row["speed"]) == ("unknown", 0.0, None)


def test_a_fade_is_no_move():
    thumbs = film(steady(2))
    gains = np.linspace(1, 0.3, len(thumbs))[:, None, None, None]
    faded = Pictures((thumbs.frames * gains).astype(np.uint8), thumbs.times, thumbs.rate)
    rows = camera(faded, one_shot(faded)).to_pylist()
    assert {row["move"] for row in rows} == {"static"}


def test_a_faster_threshold_never_finds_more_moves():
    thumbs = film(np.concatenate([steady(1, right=0.1), steady(1, begin=(0.1, 0, 0, 0), right=-0.3)]))
    counts = [
        sum(row["move"] == "pan" for row in camera(thumbs, one_shot(thumbs), least_speed=speed).to_pylist())
        for speed in (0.02, 0.2, 1.0)
    ]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 2
    assert counts[-1] == 0


def test_the_answer_does_not_depend_on_the_block(monkeypatch):
    thumbs = film(steady(2, right=0.1, zoom=0.05))
    whole = motion.camera_motions(thumbs)
    monkeypatch.setattr(motion, "BLOCK", 7)
    np.testing.assert_allclose(motion.camera_motions(thumbs), whole, atol=1e-5)


def test_nothing_in_nothing_out():
    thumbs = film(steady(1))
    empty = Pictures(thumbs.frames[:0], thumbs.times[:1], thumbs.rate)
    shots = one_shot(thumbs)
    assert camera(empty, shots).equals(CAMERA.empty())
    assert camera(thumbs, shots.slice(0, 0)).num_rows == 0


def test_one_picture_is_a_shot_without_a_move():
    thumbs = film(steady(1)[:1])
    (row,) = camera(thumbs, one_shot(thumbs)).to_pylist()
    assert row["direction"] == ""


@pytest.mark.parametrize("setting", [{"least_speed": -1}, {"least_travel": 11}, {"least_shake": 2}, {"shortest": -0.1}])
def test_settings_out_of_range_are_refused(setting):
    thumbs = film(steady(0.2))
    with pytest.raises(SettingError, match=f"camera: {next(iter(setting))} must lie in"):
        camera(thumbs, one_shot(thumbs), **setting)


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(camera)) is camera
