"""The air of a place is as long as asked, without a seam, and different from that of another."""

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.treatments.sound.ambience import PLACES, RATE_HZ, ambience


def _air(name: str, seconds: float, seed: int = 0) -> np.ndarray:
    return np.concatenate(list(ambience(name, round(seconds * RATE_HZ), seed=seed)))


@pytest.mark.parametrize("name", PLACES)
def test_it_is_as_long_as_asked_quiet_and_the_same_twice(name: str) -> None:
    air = _air(name, 3.21)
    assert air.shape == (round(3.21 * RATE_HZ), 2)
    assert air.dtype == np.float32
    assert 0 < np.abs(air).max() < 0.5
    assert np.array_equal(air, _air(name, 3.21))
    assert not np.array_equal(air, _air(name, 3.21, seed=1))


@pytest.mark.parametrize("name", PLACES)
def test_a_longer_one_begins_like_a_shorter_one(name: str) -> None:
    assert np.array_equal(_air(name, 2.0), _air(name, 5.0)[: 2 * RATE_HZ])


def test_there_is_no_seam_where_grains_meet() -> None:
    air = _air("room", 12.0)[:, 0]
    size = 1 << 12
    levels = np.sqrt((air[: len(air) // size * size].reshape(-1, size) ** 2).mean(axis=1))
    assert levels.max() < 2.2 * levels.min()


def test_rain_is_brighter_than_a_city() -> None:
    def middle(name: str) -> float:
        power = np.abs(np.fft.rfft(_air(name, 4.0)[:, 0])) ** 2
        return float((power * np.fft.rfftfreq(4 * RATE_HZ, 1 / RATE_HZ)).sum() / power.sum())

    assert middle("rain") > 5 * middle("city")


def test_left_and_right_differ_but_belong_together() -> None:
    air = _air("wind", 4.0)
    assert 0.1 < np.corrcoef(air.T)[0, 1] < 0.8


def test_nothing_is_no_block() -> None:
    assert list(ambience("sea", 0)) == []


def test_an_unknown_place_is_refused_at_once() -> None:
    with pytest.raises(SettingError, match="a place must be one of room, wind"):
        ambience("moon", 100)
