"""Expressions: strengths that were put into points come out again, however the head stands."""

import numpy as np
import pytest

from kinoeye.signals import expressions
from kinoeye.signals.expressions import NAMES, Basis, Priors, placed, places, read

JAW = NAMES.index("jawOpen")


def turned(yaw: float, pitch: float, roll: float) -> np.ndarray:
    y, p, r = np.radians((yaw, pitch, roll))
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    about_x = np.array([[1, 0, 0], [0, np.cos(p), -np.sin(p)], [0, np.sin(p), np.cos(p)]])
    about_z = np.array([[np.cos(r), -np.sin(r), 0], [np.sin(r), np.cos(r), 0], [0, 0, 1]])
    return about_z @ about_y @ about_x


@pytest.fixture(scope="module")
def basis() -> Basis:
    """A made-up face of 120 points, of which each movement pushes some."""
    random = np.random.default_rng(3)
    mean = random.normal(0, 1, (120, 3)) * (0.9, 1.1, 0.4)
    shapes = random.normal(0, 0.06, (52, 120, 3)) * (random.random((52, 120, 1)) < 0.25)
    shapes[NAMES.index("tongueOut")] = 0
    people = random.normal(0, 0.02, (6, 120, 3))
    return Basis(mean, shapes, np.full((120, 3), 0.005), np.zeros((0, 120, 3)), people)


def seen(basis: Basis, weights: np.ndarray, seed: int, noise: float = 0.005) -> np.ndarray:
    random = np.random.default_rng(seed)
    faces = []
    for each in weights:
        face = basis.mean + np.tensordot(each, basis.shapes, 1) + random.normal(0, noise, basis.mean.shape)
        turn = turned(*(random.uniform(-1, 1, 3) * (30, 20, 20)))
        faces.append(random.uniform(0.05, 3) * face @ turn.T + random.normal(0, 2, 3))
    return np.array(faces)


def some_weights(count: int, seed: int) -> np.ndarray:
    random = np.random.default_rng(seed)
    weights = np.zeros((count, 52))
    for row in weights:
        chosen = random.choice(51, random.integers(1, 9), replace=False)
        row[chosen] = random.uniform(0.1, 1, len(chosen))
    return weights


def test_there_are_52_names_and_each_once() -> None:
    assert len(NAMES) == len(set(NAMES)) == 52


def test_what_was_put_in_is_found_and_nothing_else(basis: Basis) -> None:
    weights = some_weights(30, 1)
    found = read(seen(basis, weights, 2), basis, neutral=basis.mean, doubt=0).strengths
    assert found.min() >= 0 and found.max() <= 1
    assert np.abs(found - weights).mean() < 0.012
    assert np.abs(found - weights).mean() < weights.mean() / 4


def test_half_the_error_of_ridge_or_less(basis: Basis) -> None:
    weights = some_weights(40, 5)
    points = seen(basis, weights, 6)
    moved = (placed(points, basis.mean, basis.rigid) - basis.mean).reshape(len(points), -1)
    shapes = basis.shapes.reshape(52, -1)
    ridge = min(
        np.abs(np.linalg.solve(shapes @ shapes.T + strength * np.eye(52), shapes @ moved.T).T - weights).mean()
        for strength in 10.0 ** np.arange(-4, 2)
    )
    found = read(points, basis, neutral=basis.mean, doubt=0).strengths
    assert np.abs(found - weights).mean() <= ridge / 2


def test_a_face_at_rest_shows_nothing(basis: Basis) -> None:
    found = read(seen(basis, np.zeros((10, 52)), 7), basis).strengths
    assert found.mean() < 0.01


def test_a_stranger_s_shape_is_not_taken_for_an_expression(basis: Basis) -> None:
    random = np.random.default_rng(8)
    people = basis.mean + np.tensordot(random.normal(0, 1.5, (20, 6)), basis.people, 1)
    knowing = read(people, basis).strengths.mean()
    blind = read(people, basis, neutral=basis.mean, doubt=0).strengths.mean()
    assert knowing < 0.3 * blind


def test_more_sparsity_never_more_strength(basis: Basis) -> None:
    points = seen(basis, some_weights(10, 9), 10, noise=0.02)
    sums = [read(points, basis, priors=Priors(sparsity=each)).strengths.sum() for each in (1, 10, 100, 1000)]
    assert sums == sorted(sums, reverse=True)


def test_the_pose_is_taken_out(basis: Basis) -> None:
    random = np.random.default_rng(11)
    turn = turned(25, -10, 15)
    shifted = 4 * basis.mean @ turn.T + random.normal(0, 5, 3)
    assert placed(shifted[None], basis.mean, basis.rigid)[0] == pytest.approx(basis.mean, abs=1e-9)


def test_a_mirrored_face_is_not_turned_inside_out(basis: Basis) -> None:
    laid = placed((basis.mean * [-1, 1, 1])[None], basis.mean, np.ones(120))[0]
    ours, theirs = basis.mean - basis.mean.mean(0), laid - laid.mean(0)
    assert np.linalg.det(np.linalg.lstsq(ours * [-1, 1, 1], theirs, rcond=None)[0]) > 0


def test_places_have_one_unit_on_all_axes() -> None:
    mesh = np.array([[[0.5, 0.25, 0.1]], [[0.5, 0.25, 0.1]]])
    assert places(mesh, np.array([2.0, 1.0]))[:, 0].tolist() == [[1.0, -0.25, -0.2], [0.5, -0.25, -0.1]]


def test_the_answer_does_not_depend_on_the_block(basis: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    points = seen(basis, some_weights(11, 12), 13)
    whole = read(points, basis)
    monkeypatch.setattr(expressions, "_BLOCK", 4)
    parts = read(points, basis)
    assert parts.strengths == pytest.approx(whole.strengths, abs=1e-3)
    assert parts.trust == pytest.approx(whole.trust, abs=1e-3)


def test_no_faces_no_strengths(basis: Basis) -> None:
    assert read(np.zeros((0, 120, 3)), basis).strengths.shape == (0, 52)
