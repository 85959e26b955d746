"""Small sums on thumbs and curves."""

import numpy as np
import pytest

from kinoeye.signals.pictures import peaks, runs, spread


def test_runs_are_found_to_both_ends() -> None:
    mask = np.array([1, 1, 0, 0, 1, 0, 1], bool)
    assert runs(mask).tolist() == [[0, 2], [4, 5], [6, 7]]


@pytest.mark.parametrize(("bridge", "want"), [(1, [[0, 2], [4, 7]]), (2, [[0, 7]])])
def test_short_gaps_are_bridged(bridge: int, want: list[list[int]]) -> None:
    assert runs(np.array([1, 1, 0, 0, 1, 0, 1], bool), bridge=bridge).tolist() == want


@pytest.mark.parametrize("mask", [[], [0], [0, 0, 0]])
def test_no_runs(mask: list[int]) -> None:
    assert runs(np.array(mask, bool), bridge=2).shape == (0, 2)


def test_peaks_are_the_first_of_equals_and_keep_apart() -> None:
    curve = np.array([0.0, 3, 3, 1, 2, 0, 5])
    assert peaks(curve, reach=1).tolist() == [1, 4, 6]
    assert peaks(curve, reach=2).tolist() == [1, 6]


def test_every_two_peaks_lie_farther_apart_than_their_reach() -> None:
    curve = np.random.default_rng(1).random(500)
    for reach in (1, 3, 10):
        assert np.diff(peaks(curve, reach=reach)).min() > reach


def test_no_curve_has_no_peaks() -> None:
    assert peaks(np.empty(0), reach=2).tolist() == []


def test_spread_is_nought_for_plain_pictures_and_half_for_the_hardest_contrast() -> None:
    plain = np.full((27, 48, 3), 90, np.uint8)
    hard = np.zeros((27, 48, 3), np.uint8)
    hard[:, 24:] = 255
    np.testing.assert_allclose(spread(np.stack([plain, hard])), [0, 0.5], atol=1e-6)
    assert spread(np.empty((0, 27, 48, 3), np.uint8)).shape == (0,)
