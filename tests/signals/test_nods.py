"""Nods: yes and no are told, talking and looking around are neither."""

import numpy as np
import pytest

from kinoeye.signals.nods import nods

RATE = 25.0


def still(seconds: float = 4.0, rate: float = RATE, seed: int = 1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = np.arange(0, seconds, 1 / rate)
    random = np.random.default_rng(seed)
    return times, random.normal(0, 0.7, len(times)), random.normal(0, 0.7, len(times))


def beat(times: np.ndarray, hz: float, degrees: float, first: float, end: float) -> np.ndarray:
    return np.where((times >= first) & (times < end), degrees / 2 * np.sin(2 * np.pi * hz * (times - first)), 0)


@pytest.mark.parametrize("hz", [1.2, 2.0, 3.0])
@pytest.mark.parametrize("action", ["nod", "shake head"])
def test_yes_and_no(action: str, hz: float) -> None:
    times, yaw, pitch = still()
    moved = beat(times, hz, 22, 1.0, 1.0 + 3 / hz)
    (found,) = nods(times, yaw + moved * (action != "nod"), pitch + moved * (action == "nod"))
    assert found.action == action and found.score > 0.6
    assert times[found.first] == pytest.approx(1.0, abs=0.35)
    assert times[found.last] == pytest.approx(1.0 + 3 / hz, abs=0.35)


def test_the_wider_the_surer() -> None:
    times, yaw, pitch = still()
    (small,), (wide,) = (nods(times, yaw, pitch + beat(times, 2, size, 1, 3)) for size in (9, 16))
    assert small.score < wide.score


@pytest.mark.parametrize("seed", range(5))
def test_what_is_neither(seed: int) -> None:
    times, yaw, pitch = still(seed=seed)
    assert nods(times, yaw, pitch) == []
    around = 30 * np.sin(2 * np.pi * 0.3 * times)
    assert nods(times, yaw + around, pitch + around / 2) == []
    assert nods(times, yaw, pitch + beat(times, 1.5, 20, 1, 1.6)) == []
    circling = beat(times, 2, 20, 1, 3)
    assert nods(times, yaw + circling, pitch + np.roll(circling, 3)) == []


def test_too_few_pictures_tell_nothing() -> None:
    times, yaw, pitch = still(rate=5)
    assert nods(times, yaw, pitch + beat(times, 1, 25, 0.5, 3.5)) == []
    assert nods(times[:1], yaw[:1], pitch[:1]) == nods(times[:0], yaw[:0], pitch[:0]) == []


def test_small_swings_are_speech() -> None:
    times, yaw, pitch = still()
    assert nods(times, yaw + beat(times, 2, 7, 1, 3), pitch) == nods(times, yaw, pitch + beat(times, 2, 5, 1, 3)) == []
