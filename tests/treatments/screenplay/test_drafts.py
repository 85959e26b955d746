"""What a new draft changes, by construction."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from kinoeye.treatments.screenplay.drafts import Change, draft_change
from kinoeye.treatments.screenplay.strips import SceneStrip, Wishes


def test_added_dropped_and_changed_scenes_and_what_they_ask_for(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    old = [strip(1, cast="AB"), strip(2, cast="A", elements=(("vfx", ("dragon",)),)), strip(3, cast="C", eighths=20)]
    new = [old[0], replace(old[1], number="2A", elements=(("vfx", ("dragon", "fire")),)),
           strip(4, cast="AD", eighths=40)]  # fmt: skip
    change = draft_change(old, new, wishes())
    assert (change.added, change.dropped, change.changed) == (("4",), ("3",), ("2A",))
    assert change.eighths == Change(36, 56)
    assert change.least_days == Change(1, 2)
    assert change.scenes_of_cast == {"A": Change(2, 3), "C": Change(1, 0), "D": Change(0, 1)}
    assert change.elements == {"vfx": Change(1, 2)}
    assert (change.days, change.cost, change.cast_days) == (None, None, {})
    assert change.eighths.more == 20


def test_a_new_number_and_another_order_are_no_change(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    old = [strip(1, cast="AB"), strip(2)]
    change = draft_change(old, [old[1], replace(old[0], number="7", cast=("B", "A"))], wishes())
    assert not (change.added or change.dropped or change.changed or change.scenes_of_cast or change.elements)


def test_with_schedules_days_cost_and_days_of_the_cast_are_told(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    pytest.importorskip("ortools", reason="the extra script is not installed")
    from kinoeye.treatments.screenplay.schedule import schedule

    old = [strip(number, cast="A", eighths=30) for number in range(2)]
    new = [*old, strip(2, cast="AB", eighths=30)]
    change = draft_change(old, new, wishes(), (schedule(old, wishes(), seconds=1), schedule(new, wishes(), seconds=1)))
    assert change.days == Change(2, 3)
    assert change.cast_days == {"A": Change(2, 3), "B": Change(0, 1)}
    assert change.cost == Change(210, 320)
