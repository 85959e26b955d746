"""Model: a schedule of a given number of days as integers for OR-Tools' CP-SAT.

Of each scene it is decided on which day it is shot; whether it is shot by the end of a day follows, and so who is
between first and last day, which is what the cast cost. Sums that every schedule keeps are said beside (least days of
one of the cast, least stays at a location, who must be held over the end of each day), since the solver's own bound
is weak on them.

Source: Cheng, Diamond, Lin, "Optimal scheduling in film production to minimize talent hold cost", J. Optimization
Theory and Applications 79(3), 1993 (the problem).
"""

import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kinoeye.errors import UseError
from kinoeye.treatments.screenplay.board import Board
from kinoeye.treatments.screenplay.strips import LIGHTS


def library() -> Any:
    """Return OR-Tools' CP-SAT.

    Raises
    ------
    UseError
        If it is not installed.
    """
    try:
        return importlib.import_module("ortools.sat.python.cp_model")
    except ImportError as error:
        raise UseError(
            f"schedule: must have OR-Tools, got {error}", remedy="Install it: pip install 'kinoeye[script]'"
        ) from error


def solver(*, effort: float, seed: int, workers: int = 1) -> Any:
    """Return a solver that does the same each time: its limit is work, not time; about a second of a core each."""
    made = library().CpSolver()
    made.parameters.max_deterministic_time = effort
    made.parameters.random_seed = seed
    made.parameters.num_workers = workers
    made.parameters.interleave_search = workers > 1
    return made


@dataclass(frozen=True)
class Model:
    """The variables that are asked for afterwards."""

    model: Any
    shot: list[list[Any]]  # scene, day
    kinds: list[dict[str, Any]]
    objective: Any


def model(
    made: Board,
    count: int,
    *,
    is_strong: bool = True,
    has_cast: bool = True,
    cuts: Mapping[int, int] | None = None,
    least: int = 0,
    never: Sequence[tuple[tuple[int, ...], int, str]] = (),
) -> Model:
    """Return the model of a schedule in so many days.

    Parameters
    ----------
    is_strong : bool
        Whether what every schedule keeps is said beside.
    has_cast : bool
        Whether the cost matters; without, any schedule will do.
    cuts : mapping of day to int
        What the cast who are held over the end of that day cost at least.
    least : int
        What all costs at least.
    never : sequence of (scenes, day, kind)
        Scenes that cannot be put in order on one day of that kind.
    """  # fmt: skip
    cp = library()
    m = cp.CpModel()
    scenes = range(len(made.strips))
    shot = [[m.new_bool_var(f"x{s}_{d}") if made.allowed[s] >> d & 1 else 0 for d in range(count)] for s in scenes]
    for s in scenes:
        m.add(sum(shot[s]) == 1)
    moves = _places(m, made, shot, count, is_strong)
    for d in range(count):
        m.add(sum(made.eighths[s] * shot[s][d] for s in scenes) <= made.wishes.most_eighths)
    kinds, switches = tie_kinds(m, made, shot, count)
    held = _held(m, made, shot, count, is_strong) if has_cast else []
    weights = made.wishes.weights
    for day, cost in (cuts or {}).items():
        m.add(sum(rate * row[day] for rate, row in zip(made.rates, held, strict=True)) >= cost)
    for together, day, kind in never:
        m.add_bool_or([~shot[s][day] for s in together] + [~kinds[day][kind]])
    if not has_cast:
        return Model(m, shot, kinds, 0)
    cast = sum(rate * (1 + sum(row)) for rate, row in zip(made.rates, held, strict=True))
    objective = weights.day * count + cast + weights.move * sum(moves) + switches
    if least:
        m.add(objective >= least)
    m.minimize(objective)
    return Model(m, shot, kinds, objective)


def hint(made: Model, days: Sequence[int], kinds: Sequence[str]) -> None:
    """Say where to begin."""
    for row, day in zip(made.shot, days, strict=True):
        for d, variable in enumerate(row):
            if not isinstance(variable, int):
                made.model.add_hint(variable, int(d == day))
    for options, kind in zip(made.kinds, kinds, strict=True):
        for name, variable in options.items():
            made.model.add_hint(variable, int(name == kind))


@dataclass(frozen=True)
class Answer:
    """What the solver says: the days and kinds, or None of both; what the cost is at least; if that is all."""

    days: list[int] | None
    kinds: list[str] | None
    bound: float
    is_proved: bool


def solve(made: Model, effort: float, seed: int, workers: int, told: Callable[[float, float], None]) -> Answer:
    """Solve a model and return what is known then."""
    cp = library()

    class Told(cp.CpSolverSolutionCallback):  # type: ignore[misc, name-defined]
        def on_solution_callback(self) -> None:
            told(self.objective_value, self.best_objective_bound)

    engine = solver(effort=effort, seed=seed, workers=workers)
    status = engine.solve(made.model, Told())
    if status == cp.INFEASIBLE:
        return Answer(None, None, math.inf, True)
    if status not in {cp.OPTIMAL, cp.FEASIBLE}:
        return Answer(None, None, engine.best_objective_bound, False)
    days = [next(d for d, each in enumerate(row) if engine.value(each)) for row in made.shot]
    kinds = [next(name for name, each in options.items() if engine.value(each)) for options in made.kinds]
    return Answer(days, kinds, engine.best_objective_bound, status == cp.OPTIMAL)


def _places(m: Any, made: Board, shot: list[list[Any]], count: int, is_strong: bool) -> list[Any]:
    """Tie who stays where, and how long a day is; return the moves of each day."""
    moves = []
    total: list[list[Any]] = [[] for _ in made.locations]
    for d in range(count):
        for place in range(len(made.locations)):
            there = [row[d] for s, row in enumerate(shot) if made.places[s] == place and not isinstance(row[d], int)]
            if there:
                stay = m.new_bool_var(f"y{place}_{d}")
                m.add_max_equality(stay, there)
                total[place].append((d, stay))
        here = [stay for stays in total for day, stay in stays if day == d]
        moved = m.new_int_var(0, len(made.locations), f"m{d}")
        m.add(moved >= sum(here) - 1)
        minutes = sum(made.minutes[s] * row[d] for s, row in enumerate(shot))
        m.add(minutes + made.wishes.move_minutes * moved <= made.capacity)
        moves.append(moved)
    if is_strong:
        for place, stays in enumerate(total):
            m.add(
                sum(stay for _, stay in stays)
                >= least_days(made, [s for s, at in enumerate(made.places) if at == place])
            )
    return moves


def least_days(made: Board, scenes: Sequence[int]) -> int:
    """Return how many days scenes need at least."""
    return max(
        math.ceil(sum(made.eighths[s] for s in scenes) / made.wishes.most_eighths),
        math.ceil(sum(made.minutes[s] for s in scenes) / made.capacity),
        min(1, len(scenes)),
    )


def tie_kinds(m: Any, made: Board, shot: list[list[Any]], count: int) -> tuple[list[dict[str, Any]], Any]:
    """Tie light and turnaround; return the kinds of each day and what nights and changes cost."""
    kinds = [{kind: m.new_bool_var(f"k{d}_{kind}") for kind in made.kinds} for d in range(count)]
    nights = [m.new_bool_var(f"n{d}") for d in range(count)]
    switches: list[Any] = []
    weights = made.wishes.weights
    for d, options in enumerate(kinds):
        m.add_exactly_one(options.values())
        for row in shot:
            if not isinstance(row[d], int):
                m.add_implication(row[d], ~options["rest"])
        for light, name in enumerate(LIGHTS):
            needing = [(made.minutes[s], row[d]) for s, row in enumerate(shot) if made.lights[s] == light]
            if needing:
                room = sum(made.windows[d][kind].room(name) * each for kind, each in options.items())
                m.add(sum(minutes * each for minutes, each in needing) <= room)
        for kind, each in options.items():
            if kind == "night":
                switches.append(weights.night * each)
                m.add_implication(each, nights[d])
            elif kind in {"day", "dawn"}:
                m.add_implication(each, ~nights[d])
        if "split" in options:
            switches.append(weights.switch * options["split"])
        if d:
            changed = m.new_bool_var(f"c{d}")
            m.add(changed >= nights[d] - nights[d - 1])
            m.add(changed >= nights[d - 1] - nights[d])
            switches.append(weights.switch * changed)
            for one, first in kinds[d - 1].items():
                for other, second in options.items():
                    if not made.follows(d - 1, one, other):
                        m.add_bool_or([~first, ~second])
    return kinds, sum(switches)


def _held(m: Any, made: Board, shot: list[list[Any]], count: int, is_strong: bool) -> list[list[Any]]:
    """Tie who is between first and last day at the end of each day but the last; return that, name by day."""
    done = [[m.new_bool_var(f"d{s}_{d}") for d in range(count - 1)] for s in range(len(shot))]
    for s, row in enumerate(shot):
        for d in range(count - 1):
            m.add(done[s][d] == (done[s][d - 1] if d else 0) + row[d])
    found = []
    for name in range(len(made.names)):
        theirs = [s for s, cast in enumerate(made.cast) if name in cast]
        row = []
        for d in range(count - 1):
            begun, ended, held = (m.new_bool_var(f"{kind}{name}_{d}") for kind in "beh")
            for s in theirs:
                m.add_implication(done[s][d], begun)
                m.add_implication(ended, done[s][d])
            m.add(held >= begun - ended)
            row.append(held)
        if is_strong:
            m.add(sum(row) >= least_days(made, theirs) - 1)
        found.append(row)
    return found
