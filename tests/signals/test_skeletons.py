"""Skeletons: one body is one, two are two."""

import numpy as np
import pytest

from kinoeye.signals import skeletons


def standing(x: float = 0, y: float = 0, scale: float = 1) -> np.ndarray:
    """A body that faces us, one unit tall: x to the right, y down."""
    points = np.zeros((33, 4))
    places = {"nose": (0, 0.1), "hip": (0.08, 0.5), "shoulder": (0.12, 0.2), "elbow": (0.17, 0.35)}
    places |= {"wrist": (0.19, 0.5), "knee": (0.09, 0.72), "ankle": (0.1, 0.95)}
    for number, name in enumerate(skeletons.POINTS):
        side, _, what = name.partition("_")
        across, down = places.get(what, places.get(name, (0.02, 0.1)))
        points[number, :2] = (across if side == "left" else -across, down)
    points[:, 3] = 0.9
    points[:, :2] = points[:, :2] * scale + (x, y)
    return points


def test_every_link_joins_two_points() -> None:
    assert len(set(skeletons.POINTS)) == 33
    assert all(first in skeletons.POINTS and second in skeletons.POINTS for first, second in skeletons.LINKS)
    assert {name for link in skeletons.LINKS for name in link} > {"nose", "left_wrist", "right_toes"}


def test_the_size_is_about_half_the_height_whichever_way_it_lies() -> None:
    upright = standing()
    lying = upright[:, [1, 0, 2, 3]]
    assert skeletons.size(upright) == pytest.approx(0.5, abs=0.05)
    assert skeletons.size(lying) == pytest.approx(skeletons.size(upright))
    assert skeletons.size(np.zeros((33, 4))) > 0


def test_how_far_apart_does_not_depend_on_the_scale() -> None:
    near = skeletons.apart(standing(), standing(0.1))
    assert near == pytest.approx(skeletons.apart(standing(scale=7), standing(0.7, scale=7)))
    assert 0 < near < skeletons.apart(standing(), standing(0.3))


def test_two_people_are_two_and_one_found_twice_is_one() -> None:
    assert skeletons.is_one(standing(), standing(0.03, 0.02, 1.1))
    assert not skeletons.is_one(standing(), standing(0.4))
    assert skeletons.is_one(standing(), standing(0.0, 0.3, 0.2))  # the pattern of a coat
    assert not skeletons.is_one(standing(), standing(0.5, 0.3, 0.2))


def test_pairs_take_the_nearest_first_and_each_once() -> None:
    costs = np.array([[0.1, 0.2], [0.05, 0.9], [0.3, 0.3]])
    assert list(skeletons.pairs(costs, 1.0)) == [(1, 0), (0, 1)]
    assert list(skeletons.pairs(costs, 0.07)) == [(1, 0)]
    assert list(skeletons.pairs(np.zeros((0, 3)), 1.0)) == []


def test_the_box_is_around_what_is_seen() -> None:
    body = standing()
    body[list(skeletons.ANKLES), 3] = 0
    left, top, width, height = skeletons.box(body)
    assert (left, width) == pytest.approx((-0.19, 0.38)) and top == pytest.approx(0.1)
    assert top + height == pytest.approx(0.72)
    body[:, 3] = 0
    assert skeletons.box(body)[3] == pytest.approx(0.85)
