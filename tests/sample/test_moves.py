from itertools import pairwise

import numpy as np
import pytest

from kinoeye.sample.film import FILM, FILMS
from kinoeye.sample.plan import Move
from kinoeye.sample.sets import View


def test_a_pan_goes_from_view_to_view() -> None:
    move = Move("pan", View(100, 50, 1.0), View(300, 50, 4.0), way="right")
    views = [move.view(number, 11) for number in range(11)]
    assert views[0] == View(100, 50, 1.0)
    assert views[-1].x == pytest.approx(300)
    assert views[5].zoom == pytest.approx(2.0), "a zoom grows by ratios"
    assert np.diff([view.x for view in views]) == pytest.approx(20)


def test_a_whip_stays_before_and_after_and_blurs_between() -> None:
    move = Move("whip", View(100, 50, 2.0), View(500, 50, 2.0), when=(10, 18))
    assert move.view(9, 40) == View(100, 50, 2.0)
    assert move.view(18, 40) == View(500, 50, 2.0)
    blurs = [move.view(number, 40).blur for number in range(10, 18)]
    assert sum(blurs) == pytest.approx(800), "pixels travelled while the shutter is open"
    assert max(blurs) == blurs[3] == pytest.approx(blurs[4])


def test_a_hand_never_stands_still_and_never_leaves() -> None:
    move = Move("handheld", View(480, 270, 1.0), seed=3)
    points = np.array([(view.x, view.y) for view in (move.view(number, 60) for number in range(60))])
    assert (np.abs(np.diff(points, axis=0)).sum(1) > 0.05).all()
    assert np.abs(points - (480, 270)).max() < 18
    assert move.view(7, 60) == move.view(7, 60)


def test_graduals_leave_room_for_each_other() -> None:
    for film in FILMS:
        spans = [film.gradual(number) for number, shot in enumerate(film.shots) if shot.over]
        assert all(one[1] < other[0] for one, other in pairwise(spans))
        assert all(shot.over % 2 == 0 for shot in film.shots)


def test_the_film_shows_every_kind_of_transition_and_move() -> None:
    shots = [shot for film in FILMS for shot in film.shots]
    assert {shot.begins for shot in shots} == {"cut", "dissolve", "fade", "wipe"}
    assert {shot.move.kind for shot in shots} == {"static", "pan", "tilt", "zoom", "handheld", "whip"}
    assert sum(shot.flash is not None for shot in FILM.shots) == 1
    assert {(shot.place.place, shot.place.hour) for shot in shots if shot.place.place} == {
        ("exterior", "day"),
        ("exterior", "night"),
        ("interior", "night"),
    }
