"""Turns lie in order, near where they are expected, and go to where the feeling changes."""

import numpy as np
import pytest

from kinoeye.signals.turns import TURNS, turns


def test_all_five_stand_in_order_near_their_places():
    found = turns([1] * 200, [0.0] * 200)
    assert [turn.name for turn in found] == [name for name, _, _ in TURNS]
    assert [turn.number for turn in found] == sorted(turn.number for turn in found)
    for turn, (_, expected, reach) in zip(found, TURNS, strict=True):
        assert abs((turn.number + 0.5) / 200 - expected) <= reach


@pytest.mark.parametrize("at", [90, 100, 108])
def test_a_turn_goes_to_where_the_feeling_changes(at):
    felt = np.where(np.arange(200) < at, 0.6, -0.6)
    (middle,) = [turn for turn in turns([1] * 200, felt) if turn.name == "point of no return"]
    assert abs(middle.number - at) <= 2
    assert middle.change < -1


def test_long_units_count_as_long():
    sizes = [10] * 50 + [1] * 500
    (middle,) = [turn for turn in turns(sizes, [0.0] * 550) if turn.name == "point of no return"]
    assert abs(middle.number - 50) <= 1


def test_little_text_has_few_turns():
    assert turns([], []) == []
    assert 1 <= len(turns([1], [0.0])) <= 5
    assert len({turn.number for turn in turns([1, 1, 1], [0.0, 0.5, -0.5])}) == len(turns([1, 1, 1], [0, 0.5, -0.5]))
