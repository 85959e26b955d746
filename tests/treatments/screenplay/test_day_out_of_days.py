"""The day out of days of a schedule that is written down."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kinoeye.treatments.screenplay.day_out_of_days import cast_numbers, dated_codes, day_out_of_days
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay, Slot, Wishes


def test_codes_are_those_of_the_trade(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]) -> None:
    casts = ["AB", "A", "", "BA", "C"]
    days = tuple(
        ShootingDay(number + 1, wishes().start + timedelta(number), "day" if cast else "rest", 480, 600,
                    (Slot(strip(number, cast=cast), 480, 600),) if cast else ())
        for number, cast in enumerate(casts)
    )  # fmt: skip
    rows = {row.name: row for row in day_out_of_days(Schedule(days, 0, 0, 0.0, {}))}
    assert rows["A"].codes == ("SW", "W", "H", "WF", "")
    assert rows["B"].codes == ("SW", "H", "H", "WF", "")
    assert rows["C"].codes == ("", "", "", "", "SWF")
    assert (rows["B"].worked, rows["B"].held) == (2, 2)
    assert [row.number for row in rows.values()] == [1, 2, 3]


def idle(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes], *works: int) -> Schedule:
    """Return a schedule of a day for each of so many days after the start."""
    return Schedule(tuple(
        ShootingDay(number + 1, wishes().start + timedelta(day), "day", 480, 600, (Slot(strip(number), 480, 600),))
        for number, day in enumerate(works)
    ), 0, 0, 0.0, {})  # fmt: skip


@pytest.mark.parametrize(("works", "drop_days", "codes"), [
    ((0, 11, 12), 10, ("SWD", "PW", "WF")), ((0, 10, 11), 10, ("SW", "W", "WF")), ((0, 1, 12), 10, ("SW", "WD", "PWF")),
    ((0, 11), 10, ("SWD", "PWF")), ((0, 30), 0, ("SW", "WF")), ((0, 12, 40, 41), 10, ("SW", "WD", "PW", "WF")),
    ((5,), 10, ("SWF",)),
])  # fmt: skip
def test_who_is_idle_for_long_is_dropped_once(
    works: tuple[int, ...], drop_days: int, codes: tuple[str, ...],
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes],
) -> None:  # fmt: skip
    (row,) = day_out_of_days(idle(strip, wishes, *works), drop_days=drop_days)
    assert row.codes == codes
    assert row.held == 0


def test_a_dropped_day_is_not_held(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]) -> None:
    days = tuple(
        ShootingDay(day + 1, wishes().start + timedelta(day), "day", 480, 600,
                    (Slot(strip(day, cast="A" if day in (0, 12) else "B"), 480, 600),))
        for day in range(13)
    )  # fmt: skip
    rows = {row.name: row for row in day_out_of_days(Schedule(days, 0, 0, 0.0, {}))}
    assert rows["A"].codes == ("SWD", *[""] * 11, "PWF")
    assert rows["A"].held == 0
    held = {row.name: row for row in day_out_of_days(Schedule(days, 0, 0, 0.0, {}), drop_days=0)}
    assert held["A"].codes == ("SW", *["H"] * 11, "WF")


def test_travel_lies_around_the_work(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]) -> None:
    plan = idle(strip, wishes, 0, 1)
    (row,) = day_out_of_days(plan, travel={"A": 2})
    start = wishes().start
    assert row.travel == tuple(start + timedelta(day) for day in (-2, -1, 2, 3))
    assert (row.codes, row.total) == (("SW", "WF"), 6)
    assert {day: codes for day, (codes,) in dated_codes(plan, [row]).items()} == {
        start + timedelta(day): code for day, code in zip(range(-2, 4), ("T", "T", "SW", "WF", "T", "T"), strict=True)
    }


def test_a_name_twice_in_a_scene_counts_once(strip: Callable[..., SceneStrip]) -> None:
    assert cast_numbers([strip(1, cast="AAB"), strip(2, cast="B")]) == {"B": 1, "A": 2}
