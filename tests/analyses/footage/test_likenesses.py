"""Pictures that look alike lie near each other, whatever the codec, the framing and the exposure did to them."""

import pickle

import cv2
import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.footage.likenesses import LIKENESSES, likenesses
from kinoeye.signals.likeness import SIZE, likeness
from kinoeye.streams import Stills


def scene(seed):
    """A picture of one made-up place: its own ground, walls and things."""
    rng = np.random.default_rng(seed)
    top, bottom = rng.integers(40, 216, (2, 3))
    ramp = np.linspace(0, 1, 360)[:, None, None]
    picture = np.broadcast_to(top * (1 - ramp) + bottom * ramp, (360, 640, 3)).astype(np.uint8).copy()
    for _ in range(25):
        colour = rng.integers(20, 236, 3).tolist()
        x, y = int(rng.integers(0, 640)), int(rng.integers(0, 360))
        width, height = int(rng.integers(20, 160)), int(rng.integers(20, 120))
        if rng.random() < 0.5:
            cv2.rectangle(picture, (x, y), (x + width, y + height), colour, -1)
        else:
            cv2.ellipse(picture, (x, y), (width // 2, height // 2), float(rng.integers(0, 180)), 0, 360, colour, -1)
    return cv2.GaussianBlur(picture, (0, 0), 1)


def jpeg(picture, quality=90):
    return cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()


def stills_of(pictures):
    frames = np.arange(len(pictures), dtype=np.int64) * 12
    return Stills([jpeg(picture) for picture in pictures], frames, frames * 29_400_000)


def shots_of(*edges):
    return pa.table(
        {
            "shot": pa.array(range(len(edges) - 1), pa.int32()),
            "first_frame": pa.array(edges[:-1], pa.int64()),
            "end_frame": pa.array(edges[1:], pa.int64()),
        }
    )


ALTERED = {
    "re-encoded": lambda picture: cv2.imdecode(np.frombuffer(jpeg(picture, 15), np.uint8), cv2.IMREAD_COLOR_RGB),
    "smaller": lambda picture: cv2.resize(picture, (320, 180), interpolation=cv2.INTER_AREA),
    "cropped": lambda picture: picture[14:-14, 26:-26],
    "darker": lambda picture: (picture * 0.7).astype(np.uint8),
    "lighter": lambda picture: np.clip(picture * 1.2, 0, 255).astype(np.uint8),
    "noisy": lambda picture: np.clip(picture + np.random.default_rng(0).normal(0, 8, picture.shape), 0, 255).astype(
        np.uint8
    ),
}


@pytest.mark.parametrize("alteration", ALTERED)
def test_an_altered_picture_finds_its_own_among_others(alteration):
    scenes = [scene(seed) for seed in range(12)]
    vectors = np.stack([likeness(picture) for picture in scenes])
    for number, picture in enumerate(scenes):
        cosines = vectors @ likeness(ALTERED[alteration](picture))
        assert cosines.argmax() == number
        assert cosines[number] > np.delete(cosines, number).max() + 0.1


def test_every_still_has_a_row_of_length_one_and_its_shot():
    table = likenesses(stills_of([scene(seed) for seed in range(5)]), shots_of(0, 20, 40))
    assert table.schema.equals(LIKENESSES.schema)
    rows = table.to_pylist()
    assert [row["shot"] for row in rows] == [0, 0, 1, 1, None]
    assert [row["frame"] for row in rows] == [0, 12, 24, 36, 48]
    vectors = np.array([row["vector"] for row in rows])
    assert vectors.shape == (5, SIZE)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_a_flat_picture_has_a_vector_too():
    for value in (0, 128, 255):
        vector = likeness(np.full((36, 64, 3), value, np.uint8))
        assert np.isfinite(vector).all()


def test_the_same_again_is_the_same():
    stills = stills_of([scene(3), scene(4)])
    assert likenesses(stills, shots_of(0, 24)).equals(likenesses(stills, shots_of(0, 24)))


def test_nothing_in_nothing_out():
    empty = Stills([], np.zeros(0, np.int64), np.zeros(0, np.int64))
    assert likenesses(empty, shots_of(0, 24)).equals(LIKENESSES.empty())
    table = likenesses(stills_of([scene(1)]), shots_of(0, 24).slice(0, 0))
    assert table["shot"].to_pylist() == [None]


def test_it_can_be_sent_to_a_worker():
    assert pickle.loads(pickle.dumps(likenesses)) is likenesses
