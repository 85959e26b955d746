"""Each fault that is put into a shot is found, more of it counts as worse, and a good shot has none."""

import pickle
from fractions import Fraction

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage.quality import QUALITY, quality
from kinoeye.errors import SettingError
from kinoeye.signals import brightness as light
from kinoeye.streams import Pictures, Stills
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

RATE = 24


def photograph(seed=5):
    """Sharp blobs over a soft ground, 640 x 360, with room below black and above white."""
    rng = np.random.default_rng(seed)
    picture = np.full((360, 640, 3), 120, np.uint8)
    for _ in range(120):
        centre = (int(rng.integers(0, 640)), int(rng.integers(0, 360)))
        cv2.circle(picture, centre, int(rng.integers(8, 50)), rng.integers(40, 215, 3).tolist(), -1)
    return cv2.GaussianBlur(picture, (0, 0), 0.5)


def film(pictures):
    """Thumbs and two stills a second of whole pictures."""
    times = np.arange(len(pictures) + 1, dtype=np.int64) * (FLICKS_PER_SECOND // RATE)
    thumbs = np.stack([cv2.resize(picture, (48, 27), interpolation=cv2.INTER_AREA) for picture in pictures])
    frames = np.arange(0, len(pictures), RATE // 2)
    jpegs = [cv2.imencode(".jpg", pictures[frame], [cv2.IMWRITE_JPEG_QUALITY, 92])[1].tobytes() for frame in frames]
    return Pictures(thumbs, times, Fraction(RATE)), Stills(jpegs, frames.astype(np.int64), times[frames])


def shots_of(thumbs, cuts=()):
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


def camera_of(shots, shake=0.0):
    count = shots.num_rows
    return shots.select(["shot", "start", "end"]).append_column("shake", pa.array([shake] * count, pa.float32()))


def living(picture, seconds=2):
    """A picture in which something moves, so that it does not stand still."""
    out = []
    for number in range(round(seconds * RATE)):
        frame = picture.copy()
        cv2.circle(frame, (40 + 6 * number, 180), 25, (200, 200, 200), -1)
        out.append(frame)
    return out


def judge(pictures, shake=0.0, **settings):
    thumbs, stills = film(pictures)
    shots = shots_of(thumbs)
    (row,) = quality(thumbs, stills, shots, camera_of(shots, shake), **settings).to_pylist()
    return row


FLAGS = ("is_soft", "is_dark", "is_bright", "is_noisy", "is_shaky", "is_flickering", "is_black", "is_frozen")


def test_a_good_shot_has_no_fault():
    row = judge(living(photograph()))
    assert not any(row[flag] for flag in FLAGS)
    assert row["reason"] == ""
    assert row["rating"] > 0.9
    assert row["black"] == row["frozen"] == []


def degraded(fault, amount):
    """A living shot with so much of a fault; nothing at 0."""
    rng = np.random.default_rng(1)
    frames = living(photograph(), 1)
    if fault == "soft" and amount:
        return [cv2.GaussianBlur(frame, (0, 0), amount) for frame in frames]
    if fault == "noisy":
        noises = [rng.normal(0, amount, frame.shape) for frame in frames]
        return [np.clip(frame + noise, 0, 255).astype(np.uint8) for frame, noise in zip(frames, noises, strict=True)]
    if fault == "dark":
        return [np.clip(frame - 255.0 * amount, 0, 255).astype(np.uint8) for frame in frames]
    if fault == "bright":
        return [np.clip(frame + 255.0 * amount, 0, 255).astype(np.uint8) for frame in frames]
    if fault == "flickering":
        gains = [1 + amount * (-1) ** (number // 2) for number in range(len(frames))]
        return [np.clip(frame * gain, 0, 255).astype(np.uint8) for frame, gain in zip(frames, gains, strict=True)]
    return frames


@pytest.mark.parametrize(
    ("fault", "column", "amounts", "sign"),
    [
        ("soft", "sharpness", (0, 1.2, 2.5, 5), -1),
        ("noisy", "noise", (0, 3, 8, 24), 1),
        ("dark", "dark", (0, 0.3, 0.5, 0.8), 1),
        ("bright", "bright", (0, 0.3, 0.5, 0.7), 1),
        ("flickering", "flicker", (0, 0.01, 0.05, 0.15), 1),
    ],
)
def test_more_of_a_fault_is_worse_until_it_is_named(fault, column, amounts, sign):
    rows = [judge(degraded(fault, amount)) for amount in amounts]
    values = [sign * row[column] for row in rows]
    assert values == sorted(values)
    assert values[-1] > values[0]
    assert not rows[0][f"is_{fault}"]
    assert rows[-1][f"is_{fault}"]
    assert rows[-1]["reason"]
    ratings = [row["rating"] for row in rows]
    assert ratings == sorted(ratings, reverse=True)
    assert ratings[-1] < 0.6 < ratings[0]


def test_the_measured_noise_is_the_noise_put_in():
    picture = np.full((360, 640, 3), 120.0)
    noise = np.random.default_rng(2).normal(0, 8, (360, 640, 1))
    row = judge([np.clip(picture + noise, 0, 255).astype(np.uint8)] * RATE)
    assert row["noise"] == pytest.approx(8, rel=0.2)


def test_a_subject_in_focus_before_a_soft_ground_is_sharp():
    sharp = living(photograph())
    ground = [cv2.GaussianBlur(frame, (0, 0), 6) for frame in sharp]
    portrait = [frame.copy() for frame in ground]
    for frame, focused in zip(portrait, sharp, strict=True):
        frame[100:280, 220:420] = focused[100:280, 220:420]
    assert not judge(portrait)["is_soft"]
    assert judge(ground)["is_soft"]


def test_shake_comes_from_the_camera():
    ratings = [judge(living(photograph()), shake=shake)["rating"] for shake in (0.0, 0.02, 0.035)]
    assert ratings == sorted(ratings, reverse=True)
    assert judge(living(photograph()), shake=0.035)["reason"] == "shaky"


def test_black_and_freezes_are_found_where_they_were_put():
    frames = living(photograph(), 1) + [np.zeros((360, 640, 3), np.uint8)] * RATE + [photograph()] * (3 * RATE)
    row = judge(frames)
    second = from_seconds(1)
    assert row["black"] == [{"start": second, "end": 2 * second}]
    assert row["frozen"] == [{"start": 2 * second, "end": 5 * second}]
    assert row["longest_frozen"] == 3 * second
    assert row["is_frozen"]
    assert not row["is_black"]
    assert judge(frames, least_frozen=4)["frozen"] == []


def test_a_flash_is_no_flicker():
    frames = living(photograph())
    frames[20] = np.full_like(frames[20], 250)
    assert not judge(frames)["is_flickering"]


def test_a_shot_without_a_still_says_that_it_does_not_know():
    thumbs, stills = film(living(photograph()))
    shots = shots_of(thumbs, cuts=[25, 30])
    rows = quality(thumbs, stills, shots, camera_of(shots)).to_pylist()
    assert [row["shot"] for row in rows] == [0, 1, 2]
    assert (rows[1]["sharpness"], rows[1]["noise"]) == (None, None)
    assert not rows[1]["is_soft"]


def test_the_answer_does_not_depend_on_the_block(monkeypatch):
    thumbs, stills = film(degraded("flickering", 0.05))
    shots = shots_of(thumbs)
    whole = quality(thumbs, stills, shots, camera_of(shots))
    monkeypatch.setattr(light, "BLOCK", 5)
    assert quality(thumbs, stills, shots, camera_of(shots)).equals(whole)


def test_nothing_in_nothing_out():
    thumbs, stills = film(living(photograph(), 0.5))
    shots = shots_of(thumbs)
    empty = Pictures(thumbs.frames[:0], thumbs.times[:1], thumbs.rate)
    assert quality(empty, Stills([], stills.frames[:0], stills.times[:0]), shots, camera_of(shots)).equals(
        QUALITY.empty()
    )
    assert quality(thumbs, stills, shots.slice(0, 0), camera_of(shots)).num_rows == 0


@pytest.mark.parametrize("setting", [{"least_frozen": -1}, {"most_stills": 0}])
def test_settings_out_of_range_are_refused(setting):
    with pytest.raises(SettingError, match=f"quality: {next(iter(setting))} must lie in"):
        judge(living(photograph(), 0.5), **setting)


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(quality)) is quality
