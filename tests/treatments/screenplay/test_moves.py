"""The company's moves, and the days it travels, follow from the order of the scenes."""

from collections.abc import Callable
from datetime import timedelta

from kinoeye.treatments.screenplay.moves import moves
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, ShootingDay, Slot, Wishes


def plan(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes], *days: tuple[int, str]) -> Schedule:
    made, number = [], 0
    for day, places in days:
        slots = tuple(Slot(strip(number := number + 1, location=place), 480, 600) for place in places)
        made.append(ShootingDay(len(made) + 1, wishes().start + timedelta(day), "day", 480, 600, slots))
    return Schedule(tuple(made), 0, 0, 0.0, {})


def told(schedule: Schedule, **travel: int) -> list[tuple[int, str, str, bool, int, int]]:
    return [(m.day, m.origin, m.place, m.is_within, len(m.travel), m.lacking) for m in moves(schedule, travel)]


def test_moves_within_and_between_days(strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]) -> None:
    made = plan(strip, wishes, (0, "AAB"), (1, "BC"), (2, ""), (3, "C"))
    assert told(made) == [(1, "A", "B", True, 0, 0), (2, "B", "C", True, 0, 0)]


def test_travel_takes_the_free_days_before_and_says_what_lacks(
    strip: Callable[..., SceneStrip], wishes: Callable[..., Wishes]
) -> None:
    made = plan(strip, wishes, (0, "A"), (3, "F"), (4, "A"), (5, "F"))
    assert told(made, F=1) == [
        (2, "A", "F", False, 1, 0), (3, "F", "A", False, 0, 1), (4, "A", "F", False, 0, 1), (5, "F", "", False, 1, 0),
    ]  # fmt: skip
    assert moves(made, {"F": 1})[0].travel == (wishes().start + timedelta(2),)
    assert told(plan(strip, wishes, (0, "F")), F=2) == [(1, "", "F", False, 2, 0), (2, "F", "", False, 2, 0)]


def test_nothing_is_shot_and_nobody_moves() -> None:
    assert moves(Schedule((), 0, 0, 0.0, {})) == []
