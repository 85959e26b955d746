"""Schedules keep to every wish, are as cheap as can be where that is known, and say which wishes are in conflict."""

import random
import sys
from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise, permutations

import pytest

from kinoeye.errors import SettingError, UseError
from kinoeye.signals.daylight import daylight
from kinoeye.treatments.screenplay.day_out_of_days import day_out_of_days
from kinoeye.treatments.screenplay.schedule import schedule
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, Weights, Wishes

pytest.importorskip("ortools", reason="the extra script is not installed")

MONDAY = date(2026, 3, 2)
Strip = Callable[..., SceneStrip]
Wish = Callable[..., Wishes]


def by_day(made: Schedule) -> list[list[str]]:
    return [sorted(slot.strip.number for slot in day.slots) for day in made.days]


def mixed(strip: Strip, count: int = 16, seed: int = 4) -> list[SceneStrip]:
    draw = random.Random(seed)
    return [
        strip(number, draw.choice(["HOUSE", "HOUSE", "WOOD", "BAR"]), "".join(sorted(draw.sample("ABCDE", 2))),
              eighths=draw.randint(4, 20), is_interior=draw.random() < 0.6, light=draw.choice(["day", "day", "night"]))
        for number in range(1, count + 1)
    ]  # fmt: skip


def test_every_wish_is_kept(strip: Strip, wishes: Wish) -> None:
    strips = mixed(strip)
    off = {"A": (MONDAY, MONDAY + timedelta(1)), "C": (MONDAY + timedelta(3),)}
    bar = tuple(MONDAY + timedelta(days) for days in range(2, 25))
    wished = wishes(cast_off=off, location_dates={"BAR": bar}, holidays=(MONDAY + timedelta(2),))
    made = schedule(strips, wished, seconds=3)
    assert sorted(slot.strip.id for day in made.days for slot in day.slots) == sorted(each.id for each in strips)
    for day in made.days:
        names = {name for slot in day.slots for name in slot.strip.cast}
        assert day.date.weekday() < 5
        assert day.date != MONDAY + timedelta(2)
        assert sum(slot.strip.eighths for slot in day.slots) <= 40
        assert not any(day.date in off[name] for name in names & set(off))
        assert day.wrap - day.call <= 12 * 60
        for before, after in pairwise(day.slots):
            moved = before.strip.location != after.strip.location
            assert after.start - before.end >= 60 * moved
        for slot in day.slots:
            assert slot.strip.location != "BAR" or day.date in bar
            light = daylight(day.date, wished.latitude)
            if not slot.strip.is_interior and slot.strip.light == "day":
                assert light.sunrise <= slot.start
                assert slot.end <= light.sunset
            if not slot.strip.is_interior and slot.strip.light == "night":
                assert slot.start >= light.dusk
    for before, after in pairwise(day for day in made.days if day.slots):
        gap = (after.date - before.date).days * 1440 + after.call - before.wrap
        assert gap >= 11 * 60


def test_the_cost_is_what_the_parts_say_and_the_bound_lies_below(strip: Strip, wishes: Wish) -> None:
    made = schedule(mixed(strip), wishes(), seconds=3)
    places = [list(dict.fromkeys(slot.strip.location for slot in day.slots)) for day in made.days]
    assert made.cost == sum(made.parts.values())
    assert made.parts["days"] == 100 * len(made.days)
    assert made.parts["cast"] == 5 * sum(row.worked + row.held for row in day_out_of_days(made))
    assert made.parts["moves"] >= 10 * sum(len(each) - 1 for each in places if each)
    assert 0 < made.bound <= made.cost
    assert made.gap == pytest.approx((made.cost - made.bound) / made.cost)


def test_a_small_one_costs_no_more_than_the_best_of_all_and_the_bound_no_more_than_that(
    strip: Strip, wishes: Wish
) -> None:
    """One scene a day: all orders can be gone through."""
    casts = ["AB", "C", "BD", "A", "CD", "AD"]
    strips = [strip(number, f"PLACE {number}", cast, eighths=36) for number, cast in enumerate(casts)]
    made = schedule(strips, wishes(), seconds=4)

    def paid(order: tuple[int, ...]) -> int:
        days = [[at for at, scene in enumerate(order) if name in casts[scene]] for name in "ABCD"]
        return sum(max(each) - min(each) + 1 for each in days)

    best = 600 + 5 * min(paid(order) for order in permutations(range(6)))
    assert made.cost == best
    assert made.bound <= best


def test_scenes_of_one_place_and_cast_come_together(strip: Strip, wishes: Wish) -> None:
    strips = [
        strip(number, "HOUSE" if number % 2 else "BAR", "A" if number % 2 else "B", eighths=10) for number in range(8)
    ]
    made = schedule(strips, wishes(), seconds=2)
    assert by_day(made) in ([["1", "3", "5", "7"], ["0", "2", "4", "6"]], [["0", "2", "4", "6"], ["1", "3", "5", "7"]])
    assert made.gap == 0


def test_the_same_twice(strip: Strip, wishes: Wish) -> None:
    one, other = (schedule(mixed(strip), wishes(), seconds=2, seed=3) for _ in range(2))
    assert one == other


def test_so_many_days_as_asked_for(strip: Strip, wishes: Wish) -> None:
    strips = [strip(number) for number in range(8)]
    assert len(schedule(strips, wishes(days=3), seconds=2).days) == 3
    with pytest.raises(UseError, match=r"must find a schedule of 1 days, got none; pages and hours alone need 2"):
        schedule(strips, wishes(days=1), seconds=2)


def test_who_costs_more_is_held_less(strip: Strip, wishes: Wish) -> None:
    """A plays with B and with C, who never meet; who is dear among them has days side by side."""
    casts = ["A", "AB", "B", "AC", "C", "BC"]
    strips = [strip(number, f"PLACE {number}", cast, eighths=36) for number, cast in enumerate(casts)]
    for dear in "ABC":
        made = schedule(strips, wishes(weights=Weights(rates={dear: 500})), seconds=3)
        assert {row.name: row.held for row in day_out_of_days(made)}[dear] == 0


def test_nights_wait_for_the_weekend_or_stay_together(strip: Strip, wishes: Wish) -> None:
    nights = [strip(number, "WOOD", is_interior=False, light="night", eighths=30) for number in range(2)]
    made = schedule([*nights, *(strip(number, eighths=36) for number in range(2, 5))], wishes(), seconds=3)
    kinds = [day.kind for day in made.days]
    assert 1 <= kinds.count("night") <= 2
    assert set(kinds) <= {"day", "split", "night"}
    for before, after in pairwise(made.days):
        assert (before.kind, after.kind) != ("night", "day") or after.date - before.date > timedelta(1)


@pytest.mark.parametrize(("said", "match"), [
    ({"most_eighths": 0}, r"most_eighths must lie in 1..1000, got 0"),
    ({"hours": 30}, r"hours must lie in 1..24, got 30"),
    ({"latitude": 91}, r"latitude must lie in -90..90, got 91"),
    ({"days_off": (7,)}, r"days_off must be days of the week"),
    ({"weights": Weights(rates={"A": -1})}, r"weights.A must lie in 0"),
])  # fmt: skip
def test_a_wish_out_of_range_is_refused(said: dict[str, object], match: str, strip: Strip, wishes: Wish) -> None:
    with pytest.raises(SettingError, match=match):
        schedule([strip(1)], wishes(**said))


def test_no_scenes_and_no_dates_are_refused(strip: Strip, wishes: Wish) -> None:
    with pytest.raises(UseError, match="must have scenes and at least one shooting date, got 0 scenes"):
        schedule([], wishes())
    with pytest.raises(UseError, match="and 0 dates"):
        schedule([strip(1)], wishes(last=MONDAY - timedelta(1)))
    with pytest.raises(UseError, match="an id of its own"):
        schedule([strip(1), strip(1)], wishes())


@pytest.mark.parametrize(("scene", "said", "match"), [
    ({"eighths": 50}, {}, r"scene 1: must fit into a day of 40 eighths, got 50"),
    ({"minutes": 700}, {}, r"scene 1: must fit into 660 minutes"),
    ({}, {"last": MONDAY, "cast_off": {"A": (MONDAY,)}}, r"scene 1: .*none: A is away on 1 dates"),
    ({}, {"location_dates": {"HOUSE": ()}}, r"scene 1: .*HOUSE is to be had on 0 dates"),
    ({"is_interior": False, "light": "night"}, {"latitude": 80, "start": date(2026, 6, 15), "last": date(2026, 6, 26)},
     r"scene 1: .*an exterior at night of 120 minutes has at most 0 minutes of light"),
])  # fmt: skip
def test_a_scene_that_fits_nowhere_is_named_with_the_wish(
    scene: dict[str, object], said: dict[str, object], match: str, strip: Strip, wishes: Wish
) -> None:
    with pytest.raises(UseError, match=match):
        schedule([strip(1, **scene)], wishes(**said))


def test_wishes_that_cannot_hold_together_are_named_and_no_others(strip: Strip, wishes: Wish) -> None:
    strips = [strip(number, cast="A") for number in range(10)] + [strip(number, "BAR", "B") for number in range(10, 12)]
    week = [MONDAY + timedelta(number) for number in range(5)]
    wished = wishes(last=week[-1], cast_off={"A": tuple(week[1:]), "B": (week[0],)})
    with pytest.raises(UseError, match="got a conflict between: 5 dates") as caught:
        schedule(strips, wished, seconds=2)
    assert "A is away on 4 dates" in str(caught.value)
    assert "B is away" not in str(caught.value)
    assert "turnaround" not in str(caught.value)


def test_without_the_extra_it_says_what_to_install(strip: Strip, wishes: Wish, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "ortools.sat.python.cp_model", None)
    with pytest.raises(UseError, match=r"must have OR-Tools.*pip install 'kinoeye\[script\]'"):
        schedule([strip(1)], wishes())


def test_progress_goes_forward(strip: Strip, wishes: Wish) -> None:
    told: list[float] = []
    schedule(mixed(strip), wishes(), seconds=2, told=lambda share, _: told.append(share))
    assert told
    assert all(0 <= share <= 1 for share in told)
