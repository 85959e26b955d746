"""Hands: what the nets' numbers mean, told from nets that answer what the test says."""

import numpy as np
import pytest

from kinoeye.models import hands
from kinoeye.models.regions import Region

PICTURE = np.zeros((192, 192, 3), np.uint8)


class Nets:
    """Stands in for both nets: one palm whose fingers point to the right."""

    def __call__(self, name: str) -> "Nets":
        self.name = name
        return self

    def run(self, array: np.ndarray) -> dict[str, np.ndarray]:
        if self.name == "hand-points":
            raw = np.full((21, 3), 112, np.float32)
            raw[:, 2] = -22.4
            sure, side = np.array([[0.9]], np.float32), np.array([[0.2]], np.float32)
            return {"Identity": raw.reshape(1, 63), "Identity_1": sure, "Identity_2": side}
        raw, logits = np.zeros((1, 2016, 18), np.float32), np.full((1, 2016, 1), -50, np.float32)
        near = np.linalg.norm(hands._MIDDLES - (96, 96), axis=1) < 9
        away = np.array([96, 96]) - hands._MIDDLES[near]
        raw[0, near, :2], raw[0, near, 2:4], logits[0, near] = away, 30, 3
        for point, step in ((0, -15), (2, 15)):
            raw[0, near, 4 + 2 * point : 6 + 2 * point] = np.add(away, (step, 0))
        return {"Identity": raw, "Identity_1": logits}


@pytest.fixture(autouse=True)
def nets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hands, "lite_net", Nets())


def test_all_answers_of_the_net_have_an_anchor() -> None:
    assert hands._MIDDLES.shape == (2016, 2)


def test_a_palm_is_found_where_it_is() -> None:
    (palm,) = hands.find(PICTURE)
    assert palm.box == pytest.approx((81, 81, 111, 111), abs=0.1)
    region = hands.around(palm)
    assert (region.x, region.y, region.size) == pytest.approx((111, 96, 78), abs=0.1)
    assert region.angle == pytest.approx(np.pi / 2, abs=1e-4)


def test_near_a_wrist_it_is_smaller() -> None:
    (palm,) = hands.find(PICTURE, near=Region(50, 60, 96))
    assert palm.box == pytest.approx((42.5, 52.5, 57.5, 67.5), abs=0.1)


def test_points_come_back_in_pixels_of_the_picture() -> None:
    hand = hands.points(PICTURE, Region(50, 60, 112))
    assert hand.points[0] == pytest.approx((50, 60, -11.2), abs=0.01)
    assert (hand.presence, hand.rightness) == pytest.approx((0.9, 0.2))


def test_the_square_at_a_wrist_reaches_past_the_fingers() -> None:
    region = hands.wrist(np.array([100.0, 100.0]), np.array([120.0, 100.0]), 40)
    assert region.x > 110 and region.size / 2 > 20 * 2
    pointing_at_us = hands.wrist(np.array([100.0, 100.0]), np.array([100.0, 100.0]), 40)
    assert pointing_at_us.size > 40
