import itertools

import numpy as np
import pytest

from kinoeye.errors import SettingError
from kinoeye.signals.anonymity import cells, stretches, uniqueness, withheld


def test_everyone_alike_is_no_one() -> None:
    viewers, items = np.repeat(np.arange(10), 6), np.tile(np.arange(6), 10)
    assert uniqueness(viewers, items).share == 0


def test_whoever_saw_what_no_one_else_did_is_found() -> None:
    viewers = np.repeat(np.arange(8), 5)
    found = uniqueness(viewers, np.arange(40))
    assert found.share == 1 and found.viewers == 8


def test_the_share_is_what_a_count_of_all_guesses_gives() -> None:
    # Two viewers share films 0..5, each has one of its own: a guess of two is alone if it holds that one, 6 of 21.
    viewers = np.repeat([0, 1], 7)
    items = np.array([*range(6), 6, *range(6), 7])
    assert uniqueness(viewers, items, known=2, seed=3).share == pytest.approx(6 / 21, abs=0.02)
    assert uniqueness(viewers, items, known=7).share == 1


def test_the_more_is_known_the_more_are_found() -> None:
    draw = np.random.default_rng(0)
    viewers, items = np.repeat(np.arange(200), 12), draw.integers(0, 60, 2400)
    shares = [uniqueness(viewers, items, known=known).share for known in (1, 2, 4, 8)]
    assert shares == sorted(shares) and shares[0] < shares[-1]
    twice = uniqueness(np.tile(viewers, 2), np.tile(items, 2), known=2)
    assert twice.share == shares[1], "what is said twice tells no more"


def test_no_rows_give_no_one_away() -> None:
    nothing = np.empty(0, np.int64)
    assert uniqueness(nothing, nothing).share == 0 and uniqueness(*cells([])).viewers == 0


def test_cells_of_a_row_are_what_is_known() -> None:
    same, own = np.zeros(20, np.int64), np.arange(20)
    assert uniqueness(*cells([same, same])).share == 0
    assert uniqueness(*cells([same, own])).share == 1


def test_small_groups_go_together_with_company() -> None:
    counts = np.array([10, 3, 0, 7, 100])
    assert withheld(counts).tolist() == [False, True, False, True, False], "3 alone is what is missing from the sum"
    assert withheld(np.array([3, 2, 50])).tolist() == [True, True, False]
    assert withheld(np.array([6, 50])).tolist() == [False, False]
    assert withheld(np.array([3])).tolist() == [True]


def test_what_is_printed_never_tells_of_fewer() -> None:
    draw = np.random.default_rng(1)
    for _ in range(200):
        counts = draw.integers(0, 12, draw.integers(1, 9))
        out = withheld(counts)
        assert ((counts[~out] == 0) | (counts[~out] >= 5)).all()
        assert counts[out].sum() == 0 or counts[out].sum() >= 5 or not (counts[~out] > 0).any()


def test_seconds_go_together_until_enough_left() -> None:
    counts = np.array([[1, 0], [4, 0], [0, 2], [0, 0], [9, 3], [1, 1]])
    assert stretches(counts).tolist() == [0, 2, 6]
    draw = np.random.default_rng(2)
    for _ in range(50):
        counts = draw.integers(0, 4, (draw.integers(1, 40), 3))
        edges = stretches(counts)
        sums = [counts[a:b].sum(axis=0) for a, b in itertools.pairwise(edges)]
        assert edges[0] == 0 and edges[-1] == len(counts) and (np.diff(edges) > 0).all()
        assert len(sums) == 1 or all(((each == 0) | (each >= 5)).all() for each in sums)


def test_settings_are_checked() -> None:
    some = np.arange(3)
    with pytest.raises(SettingError, match="known must be 1 or more, got 0"):
        uniqueness(some, some, known=0)
    with pytest.raises(SettingError, match="least must be 1 or more, got 0"):
        withheld(some, least=0)
