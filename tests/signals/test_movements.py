"""Movements: what the net takes does not know the picture rate, the camera or where the body is."""

import numpy as np
import pytest

from kinoeye.signals import movements, skeletons


def swinging(rate: float, seconds: float = 2.0) -> tuple[np.ndarray, np.ndarray]:
    times = np.arange(0, seconds, 1 / rate)
    points = np.zeros((len(times), 33, 4))
    points[..., 3] = 1
    for number, side in enumerate((1, -1)):
        for joint, place in ((skeletons.SHOULDERS, (0.1, 0.2)), (skeletons.HIPS, (0.08, 0.5))):
            points[:, joint[number], :2] = np.array(place) * (side, 1)
    points[:, skeletons.WRISTS[0], 0] = 0.3 + 0.1 * np.sin(2 * np.pi * times)
    return times, points


def test_every_rate_gives_the_same_steps() -> None:
    (slow, one), (quick, two) = (movements.steady(*swinging(rate)) for rate in (25, 60))
    length = min(len(slow), len(quick))
    assert np.allclose(np.diff(slow), 1 / 15) and np.allclose(slow[:length], quick[:length])
    assert np.allclose(one[:length], two[:length], atol=0.005)


def test_place_and_size_do_not_count() -> None:
    _, points = movements.steady(*swinging(30))
    far = points * (0.3, 0.3, 0.3, 1) + (5, 2, 0, 0)
    assert np.allclose(movements.features(points), movements.features(far), atol=1e-4)
    wide = points * (0.5, 1, 1, 1)
    assert np.allclose(movements.features(points), movements.features(wide, aspect=2.0), atol=1e-4)


def test_what_is_not_seen_says_nothing() -> None:
    _, points = movements.steady(*swinging(30))
    points[:, skeletons.WRISTS[0], 3] = 0
    features = movements.features(points)
    assert features.shape == (len(points), movements.COUNT) and features.dtype == np.float32
    at = movements.JOINTS.index(skeletons.WRISTS[0])
    assert (features[:, 2 * at : 2 * at + 2] == 0).all()


def test_moving_on_is_told_in_sizes_a_second() -> None:
    _, points = movements.steady(*swinging(30))
    points[..., 0] += np.arange(len(points))[:, None] / movements.RATE_HZ
    across = movements.features(points)[5, 3 * len(movements.JOINTS)]
    assert across == pytest.approx(1 / skeletons.size(points[0]), rel=1e-3)


def test_a_single_moment_is_enough() -> None:
    _, points = swinging(30)
    clock, steady = movements.steady(np.array([4.0]), points[:1])
    assert clock.tolist() == [4.0] and np.isfinite(movements.features(steady)).all()
