"""Dress: the colours around a face, wherever it stands, and nothing of the face."""

import numpy as np
import pytest

from kinoeye.signals.dress import dress


def person(face: tuple[int, int, int] = (220, 170, 140), x: int = 200) -> np.ndarray:
    """A face of 60 x 60 with black above and red below, on grey."""
    picture = np.full((360, 640, 3), 120, np.uint8)
    picture[70:100, x - 10 : x + 70] = (20, 20, 20)
    picture[175:240, x - 30 : x + 90] = (180, 30, 30)
    picture[106:160, x : x + 60] = face
    return picture


def test_hair_and_clothes_are_told() -> None:
    hair, clothes = dress(person(), (200, 100, 60, 60))
    assert hair.sum() == pytest.approx(1) and clothes.sum() == pytest.approx(1)
    assert hair.argmax() != clothes.argmax()


def test_the_face_itself_does_not_count() -> None:
    seen = (dress(person(face), (200, 100, 60, 60)) for face in ((220, 170, 140), (60, 40, 30)))
    first, second = seen
    assert np.array_equal(first, second)


def test_the_place_does_not_count() -> None:
    assert np.allclose(dress(person(x=200), (200, 100, 60, 60)), dress(person(x=400), (400, 100, 60, 60)))


def test_what_lies_outside_the_picture_is_not_known() -> None:
    hair, clothes = dress(person(), (200, -30, 300, 330))
    assert hair.sum() == 0 and clothes.sum() == 0


@pytest.mark.parametrize("box", [(0, 0, 0, 0), (-500, -500, 50, 50), (630, 350, 3, 3), (5000, 5000, 1, 1)])
def test_odd_boxes_are_no_trouble(box: tuple[float, float, float, float]) -> None:
    assert set(dress(person(), box).sum(axis=1).round(4)) <= {0.0, 1.0}
