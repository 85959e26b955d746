"""The day out of days of a schedule that is written down."""

from collections.abc import Callable
from datetime import timedelta

from kinoeye.treatments.screenplay.day_out_of_days import cast_numbers, day_out_of_days
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


def test_a_name_twice_in_a_scene_counts_once(strip: Callable[..., SceneStrip]) -> None:
    assert cast_numbers([strip(1, cast="AAB"), strip(2, cast="B")]) == {"B": 1, "A": 2}
