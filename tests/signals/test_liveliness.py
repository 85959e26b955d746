"""Liveliness: what a camera does to a photograph is no life, what a face does is."""

import numpy as np
import pytest

from kinoeye.signals import heads
from kinoeye.signals.liveliness import LIFELESS, stirring


def photograph(count: int = 6, tremble: float = 0) -> np.ndarray:
    """A face that only moves, grows, tilts and is seen from the side as a plane is; float [count, 478, 3]."""
    random = np.random.default_rng(2)
    shape = random.uniform(-1, 1, (478, 3))
    shape[heads.INDICES] = heads.HEAD
    shapes = []
    for step in range(count):
        plane = np.array([[1 + 0.1 * step, 0.05 * step], [0.02 * step, 1 - 0.05 * step]]) * (50 + 5 * step)
        shapes.append(np.column_stack([shape[:, :2] @ plane.T + (20 * step, 7), shape[:, 2]]))
    return np.stack(shapes) + random.normal(0, tremble * 50, (count, 478, 3))


def test_a_photograph_has_none() -> None:
    assert stirring(photograph()) == pytest.approx(0, abs=1e-9)
    assert stirring(photograph(tremble=0.003)) < LIFELESS


def test_a_mouth_that_opens_is_life() -> None:
    speaks = photograph()
    speaks[::2, [14, 17, 152], 1] += 12
    assert stirring(speaks) > LIFELESS


def test_a_head_that_turns_is_life() -> None:
    face = photograph()[0] * (1, 1, 50)
    turns = np.stack([face @ heads.matrix(step * 8 - 16, 0, 0).T for step in range(5)])
    assert stirring(turns) > LIFELESS


@pytest.mark.parametrize("count", [0, 1])
def test_one_picture_says_nothing(count: int) -> None:
    assert stirring(photograph(count=6)[:count]) == 0
