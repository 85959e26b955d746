"""Regions: there and back again, and answers that mean the same thing."""

import cv2
import numpy as np
import pytest

from kinoeye.models.regions import Found, Region, anchors, blend, chance, cut, decode, overlap, whole


@pytest.mark.parametrize("angle", [0.0, 0.6, -2.0])
@pytest.mark.parametrize("size", [60.0, 180.0])
def test_a_spot_is_where_it_was(angle: float, size: float) -> None:
    picture = np.zeros((240, 320, 3), np.uint8)
    cv2.circle(picture, (150, 110), 4, (255, 255, 255), -1)
    region = Region(160, 120, size, angle)
    seen = cut(picture, region, 64)[..., 0].astype(float)
    rows, columns = np.indices(seen.shape)
    middle = np.array([[(seen * columns).sum(), (seen * rows).sum()]]) / seen.sum() + 0.5
    assert np.allclose(region.to_picture(middle, 64), (150.5, 110.5), atol=0.7)


def test_turning_clockwise_turns_up_to_the_right() -> None:
    above = Region(50, 50, 20, np.pi / 2).to_picture(np.array([[5.0, 0.0]]), 10)
    assert np.allclose(above, (60, 50), atol=1e-4)


def test_a_large_picture_does_not_shimmer() -> None:
    stripes = np.zeros((1280, 1280, 3), np.uint8)
    stripes[:, ::2] = 255
    seen = cut(stripes, whole(stripes), 64)
    assert seen.std() < 6 and abs(int(seen.mean()) - 127) < 3


def test_outside_the_picture_it_is_black() -> None:
    picture = np.full((50, 100, 3), 200, np.uint8)
    seen = cut(picture, whole(picture), 100)
    assert seen[:24].max() == 0 and seen[76:].max() == 0 and seen[30:70].min() == 200


def test_anchors_are_the_middles_of_cells() -> None:
    middles = anchors(64, ((32, 1), (64, 2)))
    assert middles.tolist() == [[16, 16], [48, 16], [16, 48], [48, 48], [32, 32], [32, 32]]


def test_answers_count_from_their_anchor() -> None:
    raw = np.array([[1, 2, 10, 20, 3, 4], [0, 0, 4, 4, 0, 0], [0, 0, 4, 4, 0, 0]], np.float32)
    middles = np.array([[100, 100], [50, 50], [10, 10]], np.float32)
    first, second = decode(raw, np.array([0.0, 5.0, -5.0]), middles, 0.5)
    assert first.box.tolist() == [48, 48, 52, 52] and first.score > 0.99
    assert second.box.tolist() == [96, 92, 106, 112] and second.points.tolist() == [[103, 104]]
    assert decode(raw, np.full(3, -9.0), middles, 0.5) == []


def test_the_same_things_become_one_in_between() -> None:
    answers = [
        Found(np.array([left, 0, left + 10, 10], np.float32), np.array([[left, 5]], np.float32), score)
        for left, score in ((0, 0.9), (50, 0.8), (2, 0.6))
    ]
    one, other = blend(answers, lambda a, b: overlap(a.box, b.box[None])[0] > 0.3)
    assert one.score == pytest.approx(0.9)
    assert one.box[0] == pytest.approx(0.8) and one.points[0, 0] == pytest.approx(0.8)
    assert other.box.tolist() == [50, 0, 60, 10]


def test_overlap_is_a_share_of_the_union() -> None:
    box = np.array([0, 0, 10, 10], np.float32)
    boxes = np.array([[0, 0, 10, 10], [5, 0, 15, 10], [20, 20, 30, 30], [3, 3, 3, 3]], np.float32)
    assert np.allclose(overlap(box, boxes), (1, 1 / 3, 0, 0))


def test_a_chance_stays_a_number() -> None:
    assert chance(np.array([-1e9, 0, 1e9])).tolist() == [pytest.approx(0), 0.5, 1]
