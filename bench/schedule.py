"""Schedules of sixty scenes beside a person's way and a plain CP-SAT model.

Usage: python bench/schedule.py [SECONDS] [NAMES...]. Three made productions (seeded: small, middle and large cast and
number of locations) and A Christmas Carol in our own breakdown. The peers get the same effort; the person's way needs
none.
"""

import random
import sys
import time
from datetime import date

from schedule_carol import strips as carol

from kinoeye.treatments.screenplay.board import board, kinds_for, parts_of
from kinoeye.treatments.screenplay.greedy import greedy
from kinoeye.treatments.screenplay.model import model, solve
from kinoeye.treatments.screenplay.schedule import WORK_A_SECOND, schedule
from kinoeye.treatments.screenplay.strips import SceneStrip, Wishes

PRODUCTIONS = {"small": (2, 8, 9), "middle": (1, 12, 14), "large": (3, 20, 22)}  # seed, cast, locations


def made(seed: int, cast: int, locations: int, scenes: int = 60) -> list[SceneStrip]:
    """Return the scenes of a made production: few locations and roles carry most, each place has regulars."""
    draw = random.Random(seed)
    regulars = []
    for _ in range(locations):
        count, who = draw.randint(2, min(cast, 6)), set[int]()
        while len(who) < count:
            who.add(draw.choices(range(cast), [1 / (role + 1) ** 0.8 for role in range(cast)])[0])
        regulars.append(sorted(who))
    found = []
    for number in range(scenes):
        place = number
        if number >= locations:
            place = draw.choices(range(locations), [1 / (each + 1) ** 0.7 for each in range(locations)])[0]
        roles = set(draw.sample(regulars[place], min(len(regulars[place]), draw.choice([1, 2, 2, 2, 3, 3, 4, 5]))))
        if draw.random() < 0.2:
            roles.add(draw.randrange(cast))
        eighths = max(1, min(32, round(draw.lognormvariate(2.35, 0.6))))
        is_interior = draw.random() >= (0.75 if place % 3 == 0 else 0.12)
        light = "night" if draw.random() < 0.3 else "day"
        found.append(SceneStrip(
            str(number), str(number + 1), f"SCENE {number + 1}", f"SET {place}", f"LOCATION {place}", is_interior,
            light, eighths, tuple(f"ROLE {role + 1}" for role in sorted(roles)),
        ))  # fmt: skip
    return found


def main() -> None:
    """Print a row for each production."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 60.0
    names = sys.argv[2:] or [*PRODUCTIONS, "carol"]
    print("| production | days | cost | bound | gap | person: days, cost | plain: cost, bound, gap | CPU, wall s |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name in names:
        strips = carol() if name == "carol" else made(*PRODUCTIONS[name])
        start = date(2026, 10, 5) if name == "carol" else date(2026, 3, 2)
        wishes = Wishes(start=start, latitude=51.5 if name == "carol" else 45.0)
        cpu, wall = time.process_time(), time.monotonic()
        ours = schedule(strips, wishes, seconds=seconds)
        cpu, wall = time.process_time() - cpu, time.monotonic() - wall
        print(f"| {name} | {len(ours.days)} | {ours.cost} | {ours.bound} | {ours.gap:.1%} | {person(strips, wishes)} | "
              f"{plain(strips, wishes, seconds)} | {cpu:.0f}, {wall:.0f} |", flush=True)  # fmt: skip
        print(f"<!-- {name}: {dict(ours.parts)} -->", flush=True)


def person(strips: list[SceneStrip], wishes: Wishes) -> str:
    """Return what going location by location gives."""
    numbers = board(strips, wishes)
    found = greedy(numbers)
    if found is None:
        return "none"
    kinds = kinds_for(numbers, found[0], found[1])
    return f"{found[1]}, {sum(parts_of(numbers, found[0], kinds).values())}" if kinds else "none"


def plain(strips: list[SceneStrip], wishes: Wishes, seconds: float) -> str:
    """Return what CP-SAT says to the model alone, for as many days as the person needs, without hint and bounds."""
    numbers = board(strips, wishes)
    found = greedy(numbers)
    count = found[1] if found else 30
    answer = solve(model(numbers, count, is_strong=False), seconds * WORK_A_SECOND, 1, 4, lambda _, __: None)
    if not answer.days or not answer.kinds:
        return f"none, {answer.bound:.0f}, –"
    cost = sum(parts_of(numbers, answer.days, answer.kinds).values())
    return f"{cost}, {answer.bound:.0f}, {1 - answer.bound / cost:.1%}"


if __name__ == "__main__":
    main()
