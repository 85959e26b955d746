"""Bodies: what the nets' numbers mean, told from nets that answer what the test says."""

from typing import Any

import numpy as np
import pytest

from kinoeye.models import bodies
from kinoeye.models.regions import Region

PICTURE = np.zeros((100, 200, 3), np.uint8)


class Nets:
    """Stands in for both nets: one person at given pixels of the detector's 224."""

    def __init__(self, people: list[tuple[float, float, float]]) -> None:
        self.people, self.looks = people, 0

    def __call__(self, name: str) -> "Nets":
        self.name = name
        return self

    def run(self, array: np.ndarray) -> dict[str, np.ndarray]:
        if self.name == "bodies":
            assert array.shape == (1, 224, 224, 3) and -1 <= array.min() <= array.max() <= 1
            self.looks += 1
            return self._found()
        assert array.shape == (1, 256, 256, 3) and 0 <= array.min() <= array.max() <= 1
        raw = np.zeros((39, 5), np.float32)
        raw[:, :2] = 128
        raw[0] = (128, 64, -25.6, 4, 0)
        raw[34, :2] = (128, 128 - 102.4)
        return {"Identity": raw.reshape(1, 195), "Identity_1": np.array([[0.75]], np.float32)}

    def _found(self) -> dict[str, np.ndarray]:
        raw, logits = np.zeros((1, 2254, 12), np.float32), np.full((1, 2254, 1), -50, np.float32)
        for x, y, radius in self.people:
            near = np.linalg.norm(bodies._MIDDLES - (x, y), axis=1) < 9
            away = np.array([x, y]) - bodies._MIDDLES[near]
            raw[0, near, :2] = away
            raw[0, near, 2:4] = 45
            raw[0, near, 4:6] = np.add(away, (0, radius * 0.8))
            raw[0, near, 6:8] = np.subtract(away, (0, radius * 0.2))
            logits[0, near] = 2
        return {"Identity": raw, "Identity_1": logits}


@pytest.fixture
def nets(monkeypatch: pytest.MonkeyPatch) -> Nets:
    stand_in = Nets([(56, 112, 40), (90, 112, 40)])
    monkeypatch.setattr(bodies, "lite_net", stand_in)
    return stand_in


def test_all_answers_of_the_net_have_an_anchor() -> None:
    assert bodies._MIDDLES.shape == (2254, 2)


def test_each_person_is_found_once_where_they_are(nets: Nets) -> None:
    found = sorted(bodies.find(PICTURE), key=lambda each: each.box[0])
    assert [round(float(each.box.reshape(2, 2).mean(axis=0)[0])) for each in found] == [50, 80]
    region = bodies.around(found[0])
    assert (region.x, region.y) == pytest.approx((50, 50 + 0.8 * 40 * 200 / 224), abs=0.1)
    assert region.size == pytest.approx(2 * 1.25 * 40 * 200 / 224, rel=1e-3)
    assert region.angle == pytest.approx(0, abs=1e-4)


def test_heads_close_together_are_one_unless_people_are_small(nets: Nets) -> None:
    nets.people = [(56, 112, 90), (76, 112, 90)]
    assert len(bodies.find(PICTURE)) == 1
    nets.people = [(56, 112, 30), (76, 112, 30)]
    assert len(bodies.find(PICTURE)) == 2


def test_a_closer_look_looks_at_parts_too(nets: Nets) -> None:
    bodies.find(PICTURE)
    assert nets.looks == 1
    bodies.find(PICTURE, parts=2)
    assert nets.looks == 4


def test_points_come_back_in_pixels_of_the_picture(nets: Nets) -> None:
    body = bodies.points(PICTURE, Region(100, 50, 64, 0))
    assert body.points.shape == (33, 4) and body.presence == 0.75
    assert body.points[0] == pytest.approx((100, 34, -6.4, 0.982), abs=0.01)
    assert (body.region.x, body.region.y, body.region.size) == pytest.approx((100, 50, 64), abs=0.01)


def test_a_body_lying_down_turns_its_square(nets: Nets) -> None:
    body = bodies.points(PICTURE, Region(100, 50, 64, np.pi / 2))
    assert body.points[0, :2] == pytest.approx((116, 50), abs=0.01)
    assert body.region.angle == pytest.approx(np.pi / 2, abs=1e-4)


def test_without_people_there_are_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in: Any = Nets([])
    monkeypatch.setattr(bodies, "lite_net", stand_in)
    assert bodies.find(PICTURE, parts=3) == []
