"""Greedy: the schedule a person makes first: location by location, the longest stay first, each scene on the first day
that has room. Where the search begins, and what it is measured against."""

from kinoeye.treatments.screenplay.board import Board, kinds_for
from kinoeye.treatments.screenplay.strips import LIGHTS


def greedy(made: Board) -> tuple[list[int], int] | None:
    """Return the day of each scene and how many days there are; None where this leads nowhere."""
    stays: dict[int, int] = {}
    for scene, place in enumerate(made.places):
        stays[place] = stays.get(place, 0) + made.minutes[scene]
    order = sorted(range(len(made.strips)), key=lambda scene: (
        -stays[made.places[scene]], made.places[scene], made.lights[scene] == 1, -made.minutes[scene], scene
    ))  # fmt: skip
    days = [-1] * len(order)
    count, most = 0, len(made.dates)
    for scene in order:
        for day in range(most):
            if made.allowed[scene] >> day & 1 and _has_room(made, days, scene, day):
                days[scene] = day
                if kinds_for(made, days, max(count, day + 1)) is not None:
                    count = max(count, day + 1)
                    break
                days[scene] = -1
        else:
            return None
    return days, count


def _has_room(made: Board, days: list[int], scene: int, day: int) -> bool:
    there = [scene, *(each for each, at in enumerate(days) if at == day)]
    minutes = sum(made.minutes[each] for each in there)
    minutes += made.wishes.move_minutes * (len({made.places[each] for each in there}) - 1)
    if minutes > made.capacity or sum(made.eighths[each] for each in there) > made.wishes.most_eighths:
        return False
    loads = [sum(made.minutes[each] for each in there if made.lights[each] == light) for light in range(len(LIGHTS))]
    return any(
        all(load <= window.room(light) for load, light in zip(loads, LIGHTS, strict=True))
        for kind, window in made.windows[day].items() if kind != "rest"
    )  # fmt: skip
