"""Conflicts: which wishes cannot hold together, in words."""

from collections.abc import Sequence
from typing import Any

from kinoeye.errors import UseError
from kinoeye.treatments.screenplay.board import Board
from kinoeye.treatments.screenplay.model import library, solver
from kinoeye.treatments.screenplay.strips import LIGHTS

_EFFORT = 5.0
_REMEDY = "Loosen one of them, or give more dates"


def scene_alone(made: Board) -> None:
    """Say no if a scene fits into no day at all, and why.

    Raises
    ------
    UseError
        Naming the scene and the wish.
    """
    wishes = made.wishes
    for scene, strip in enumerate(made.strips):
        where = f"schedule: scene {strip.number}"
        if made.eighths[scene] > wishes.most_eighths:
            raise UseError(
                f"{where}: must fit into a day of {wishes.most_eighths} eighths, got {strip.eighths}",
                remedy="Part the scene into several strips, or allow more pages a day",
            )
        if made.minutes[scene] > made.capacity:
            raise UseError(
                f"{where}: must fit into {made.capacity} minutes of work in a day, got {made.minutes[scene]}",
                remedy="Part the scene into several strips, or allow more hours a day",
            )
        if not made.allowed[scene]:
            raise UseError(
                f"{where}: must have a date on which it can be shot, got none: {_why(made, scene)}", remedy=_REMEDY
            )


def _why(made: Board, scene: int) -> str:
    strip, wishes = made.strips[scene], made.wishes
    reasons = [
        f"{name} is away on {len(wishes.cast_off[name])} dates" for name in strip.cast if wishes.cast_off.get(name)
    ]
    if strip.location in wishes.location_dates:
        reasons.append(f"{strip.location} is to be had on {len(wishes.location_dates[strip.location])} dates")
    if not strip.is_interior:
        most = max(each.room(strip.light) for windows in made.windows for each in windows.values())
        reasons.append(
            f"an exterior at {strip.light} of {made.minutes[scene]} minutes has at most {most} minutes of light"
        )
    reasons.append(f"there are {len(made.dates)} dates from {made.dates[0]} to {made.dates[-1]}")
    return "; ".join(reasons)


def explain(made: Board) -> UseError:
    """Return what the wishes that cannot hold together are, as an error to raise."""
    cp = library()
    m = cp.CpModel()
    count = len(made.dates)
    wishes: dict[int, tuple[Any, str]] = {}

    def wish(words: str) -> Any:
        literal = m.new_bool_var(words)
        wishes[literal.index] = literal, words
        return literal

    shot = [[m.new_bool_var("") for _ in range(count)] for _ in made.strips]
    for row in shot:
        m.add_exactly_one(row)
    _limits(m, made, shot, wish)
    _dates(m, made, shot, wish)
    _light(m, made, shot, wish)
    core = _core(m, [literal for literal, _ in wishes.values()])
    if core is None:
        return UseError(
            f"schedule: must find a day for each of {count and len(made.strips)} scenes, got none in the effort given",
            remedy="Give more seconds, more dates, or loosen a wish",
        )
    said = sorted(words for literal, words in wishes.values() if literal.index in core)
    reach = f"{count} dates from {made.dates[0]} to {made.dates[-1]}"
    return UseError(f"schedule: the wishes must leave a day for each scene, got a conflict between: "
                    f"{'; '.join([reach, *said])}", remedy=_REMEDY)  # fmt: skip


def _core(m: Any, literals: Sequence[Any]) -> set[int] | None:
    """Return a smallest set of wishes that cannot hold together, by index; None if they can, or it is not known."""
    cp = library()

    def fails(assumed: Sequence[Any]) -> set[int] | None:
        m.clear_assumptions()
        m.add_assumptions(assumed)
        engine = solver(effort=_EFFORT, seed=1)
        if engine.solve(m) != cp.INFEASIBLE:
            return None
        return set(engine.sufficient_assumptions_for_infeasibility())

    core = fails(literals)
    if core is None:
        return None
    for index in sorted(core):
        smaller = fails([literal for literal in literals if literal.index in core - {index}])
        if smaller is not None and index in core:
            core = core & smaller
    return core


def _limits(m: Any, made: Board, shot: list[list[Any]], wish: Any) -> None:
    pages = wish(f"at most {made.wishes.most_eighths} eighths a day")
    hours = wish(f"{made.wishes.hours:g} hours a day")
    for d in range(len(made.dates)):
        m.add(sum(e * row[d] for e, row in zip(made.eighths, shot, strict=True)) <= made.wishes.most_eighths
              ).only_enforce_if(pages)  # fmt: skip
        stays = []
        for place in range(len(made.locations)):
            stay = m.new_bool_var("")
            for scene, at in enumerate(made.places):
                if at == place:
                    m.add_implication(shot[scene][d], stay)
            stays.append(stay)
        work = sum(minutes * row[d] for minutes, row in zip(made.minutes, shot, strict=True))
        m.add(work + made.wishes.move_minutes * (sum(stays) - 1) <= made.capacity).only_enforce_if(hours)


def _dates(m: Any, made: Board, shot: list[list[Any]], wish: Any) -> None:
    wishes = made.wishes
    for name, off in sorted(wishes.cast_off.items()):
        hits = [shot[s][d] for s, strip in enumerate(made.strips) if name in strip.cast
                for d, day in enumerate(made.dates) if day in set(off)]  # fmt: skip
        if hits:
            away = wish(f"{name} is away on {len(set(off))} dates")
            m.add(sum(hits) == 0).only_enforce_if(away)
    for place, only in sorted(wishes.location_dates.items()):
        hits = [shot[s][d] for s, strip in enumerate(made.strips) if strip.location == place
                for d, day in enumerate(made.dates) if day not in set(only)]  # fmt: skip
        if hits:
            kept = wish(f"{place} is to be had on {len(set(only))} dates")
            m.add(sum(hits) == 0).only_enforce_if(kept)


def _light(m: Any, made: Board, shot: list[list[Any]], wish: Any) -> None:
    outside = sorted({light for light in made.lights if light >= 0})
    if not outside:
        return
    wished = {light: wish(f"exteriors at {LIGHTS[light]} in that light") for light in outside}
    rest = wish(f"{made.wishes.turnaround_hours:g} hours of turnaround")
    kinds = [{kind: m.new_bool_var("") for kind in made.kinds} for _ in made.dates]
    for d, options in enumerate(kinds):
        m.add_exactly_one(options.values())
        for row in shot:
            m.add_implication(row[d], ~options["rest"])
        for light, literal in wished.items():
            room = sum(made.windows[d][kind].room(LIGHTS[light]) * each for kind, each in options.items())
            needed = sum(made.minutes[s] * row[d] for s, row in enumerate(shot) if made.lights[s] == light)
            m.add(needed <= room).only_enforce_if(literal)
        if d:
            for one, first in kinds[d - 1].items():
                for other, second in options.items():
                    if not made.follows(d - 1, one, other):
                        m.add_bool_or([~first, ~second, ~rest])
