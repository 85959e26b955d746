"""Heads: a turn that was put into points comes out of them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinoeye.signals import heads

TURNS = [
    (0, 0, 0),
    (40, 0, 0),
    (-40, 0, 0),
    (0, 25, 0),
    (0, -25, 0),
    (0, 0, 60),
    (0, 0, -60),
    (30, -20, 15),
    (75, 10, 5),
]


def mesh(yaw: float, pitch: float, roll: float, scale: float = 80, noise: float = 0) -> np.ndarray:
    """A mesh whose known points are those of the head, turned."""
    points = np.zeros((478, 3))
    points[heads.INDICES] = heads.HEAD @ heads.matrix(yaw, pitch, roll).T * scale + (300, 200, 0)
    return points + np.random.default_rng(0).normal(0, noise, points.shape)


@pytest.mark.parametrize("turn", TURNS)
def test_turns_are_found_in_a_mesh(turn: tuple[float, float, float]) -> None:
    assert heads.turn_of_mesh(mesh(*turn)) == pytest.approx(turn, abs=1e-6)
    assert heads.turn_of_mesh(mesh(*turn, noise=1.0)) == pytest.approx(turn, abs=3)


@pytest.mark.parametrize("turn", TURNS)
def test_turns_are_found_in_six_points(turn: tuple[float, float, float]) -> None:
    seen = heads.SIX_POINTS @ heads.matrix(*turn).T * 80 + (300, 200, 0)
    assert heads.turn_of_points(seen[:, :2]) == pytest.approx(turn, abs=0.5)


@given(st.floats(-170, 170), st.floats(-85, 85), st.floats(-170, 170))
def test_a_turn_taken_apart_is_put_together_again(yaw: float, pitch: float, roll: float) -> None:
    turn = heads.matrix(yaw, pitch, roll)
    assert np.allclose(heads.matrix(*heads.angles(turn)), turn, atol=1e-9)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_signs_are_as_one_sees_them() -> None:
    nose = heads.HEAD[list(heads.INDICES).index(4)]
    eye = heads.HEAD[list(heads.INDICES).index(263)]  # at the picture's right
    assert (heads.matrix(30, 0, 0) @ nose)[0] > 0  # to the right
    assert (heads.matrix(0, 30, 0) @ nose)[1] < nose[1]  # up
    assert (heads.matrix(0, 0, 30) @ eye)[1] > eye[1]  # clockwise: the right side sinks


def test_points_all_in_one_place_are_no_trouble() -> None:
    assert np.isfinite(heads.turn_of_points(np.zeros((6, 2)))).all()
    assert np.isfinite(heads.turn_of_mesh(np.zeros((478, 3)))).all()
