"""Finding faces: the squares cover the picture, what is one face is one find, dark pictures are made bright."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.models import faces
from kinoeye.models.faces import Find, brightened, overlaps, squares


def find(x: float, y: float, size: float, score: float = 0.9, detector: str = "full") -> Find:
    return Find(np.array([x, y, x + size, y + size], np.float32), np.zeros((6, 2), np.float32), score, detector)


@given(st.integers(1, 2000), st.integers(1, 2000), st.sampled_from([(230, 60), (360, 80)]))
def test_squares_cover_the_picture_and_stay_inside(width: int, height: int, how: tuple[int, int]) -> None:
    seen = np.zeros((height, width), bool)
    placed = squares(width, height, *how)
    for left, upper, right, lower in placed:
        assert 0 <= left < right and 0 <= upper < lower
        assert right <= width and lower <= height
        seen[upper:lower, left:right] = True
    assert seen[2 : height - 2, 2 : width - 2].all()
    assert len(set(placed)) == len(placed)


@pytest.mark.parametrize(("size", "near", "far"), [((640, 360), 8, 2), ((640, 266), 3, 2), ((640, 480), 6, 2)])
def test_a_still_takes_a_known_number_of_looks(size: tuple[int, int], near: int, far: int) -> None:
    assert len(squares(*size, 230, 60)) == near and len(squares(*size, 360, 80)) == far
    assert len(squares(*(2 * side for side in size), 230, 60)) == near  # relative: a large picture takes no more


def test_finds_of_one_face_are_one_the_surest() -> None:
    kept = faces._distinct([find(0, 0, 40, 0.6), find(5, 5, 40, 0.9), find(10, 10, 20, 0.7), find(100, 0, 40, 0.5)])
    assert [(face.box[0], face.score) for face in kept] == [(5, 0.9), (100, 0.5)]


def test_the_order_of_finds_makes_no_difference() -> None:
    several = [find(n * 7, n, 40, 0.5 + (n * 13 % 40) / 100) for n in range(12)]
    ways = [[tuple(face.box) for face in faces._distinct(order)] for order in (several, several[::-1])]
    assert ways[0] == ways[1]


def test_anchors_that_mean_one_face_are_blended() -> None:
    spots = np.zeros((3, 8, 2), np.float32)
    spots[0, :2], spots[1, :2], spots[2, :2] = [[0, 0], [40, 40]], [[4, 4], [44, 44]], [[200, 200], [240, 240]]
    first, second = faces._blended(spots, np.array([0.6, 0.6, 0.5], np.float32), "short")
    assert first.box.tolist() == [2, 2, 42, 42] and second.box.tolist() == [200, 200, 240, 240]
    assert (first.detector, first.score) == ("short", pytest.approx(0.6))


def test_overlaps() -> None:
    boxes = np.array([[0, 0, 2, 2], [1, 0, 3, 2], [5, 5, 6, 6], [0, 0, 0, 0]], np.float32)
    assert overlaps(boxes[0], boxes).tolist() == pytest.approx([1, 1 / 3, 0, 0])


def test_only_dark_pictures_are_brightened() -> None:
    random = np.random.default_rng(0)
    bright = random.integers(0, 255, (60, 80, 3), np.uint8)
    assert brightened(bright) is bright
    dark = (bright // 8).astype(np.uint8)
    lit = brightened(dark)
    assert np.percentile(lit.max(axis=2), 99) == pytest.approx(200, abs=12)
    assert np.array_equal(np.argsort(dark[0, :, 0], kind="stable"), np.argsort(lit[0, :, 0], kind="stable"))
    assert brightened(np.zeros((9, 9, 3), np.uint8)).max() == 0
