"""Embraces: hands on the other's back, not beside it."""

import numpy as np
import pytest

from kinoeye.signals import skeletons
from kinoeye.signals.embraces import embrace


def body(x: float, reach: float, height: float = 1.0) -> np.ndarray:
    """A body seen from its side at x; its hands are `reach` ahead of it, at the chest's height."""
    points = np.zeros((33, 4))
    points[..., 3] = 1
    points[:, 1] = 0.1
    for number in (0, 1):
        for joint, down in ((skeletons.SHOULDERS, 0.2), (skeletons.HIPS, 0.5), (skeletons.KNEES, 0.75)):
            points[joint[number], :2] = (0.02 * number, down)
        points[skeletons.WRISTS[number], :2] = (reach, 0.3 + 0.1 * number)
    points[:, :2] *= height
    points[:, 0] += x
    return points


def test_arms_around_each_other_are_an_embrace() -> None:
    assert embrace(body(0, 0.3), body(0.25, -0.3)) == 1
    assert embrace(body(0.25, -0.3), body(0, 0.3)) == 1


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (body(0, 0.3), body(1.5, -0.3)),
        (body(0, 0.02), body(0.25, -0.02)),
        (body(0, 0.3), body(0.25, 0.0)),
        (body(0, 0.3), body(0.25, -0.3, 0.4)),
    ],
    ids=["far", "arms hanging", "only one holds", "far behind"],
)
def test_standing_near_is_none(first: np.ndarray, second: np.ndarray) -> None:
    assert embrace(first, second) == 0
