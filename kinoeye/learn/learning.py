"""Learning: from a table and a column of labels to a model, with all that is to be said of it."""

import hashlib
import io
import math
from collections.abc import Callable, MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.candidates import Considered, considered, situation_of
from kinoeye.learn.cells import days, name_of, numbers
from kinoeye.learn.choice import Choice
from kinoeye.learn.choose import Manner, choose
from kinoeye.learn.clusters import groups_in
from kinoeye.learn.costs import Memory, one_thread
from kinoeye.learn.doubles import doubles, joined
from kinoeye.learn.features import Frame, framed
from kinoeye.learn.folds import sample
from kinoeye.learn.known import known
from kinoeye.learn.leaks import Leak, Search, leaks
from kinoeye.learn.measures import metric_of
from kinoeye.learn.model import Model, fitted
from kinoeye.learn.problems import Problem, problem_of
from kinoeye.learn.said import Said, said
from kinoeye.learn.table_columns import Column, recognised, unique_columns
from kinoeye.learn.views import Material
from kinoeye.learn.why import Telling, telling

CHOOSING_ROWS = 30_000  # more make a choice slower, hardly another; what was chosen learns from all


@dataclass(frozen=True)
class Wishes:
    """What is asked for.

    Parameters
    ----------
    label : str
        The column to learn.
    columns : tuple of str
        To learn from; all but the label if none are named.
    group, time, query : str
        Columns: rows to keep together, when a row was, what is ranked together; empty if none.
    kind : auto, or of problems
    metric : str
        The kind's usual one if empty.
    budget : seconds
    aside : tuple of str
        Columns that name rows and are not learnt from.
    """

    label: str
    columns: tuple[str, ...] = ()
    group: str = ""
    time: str = ""
    query: str = ""
    kind: str = "auto"
    metric: str = ""
    budget: float = math.inf
    aside: tuple[str, ...] = ()
    seed: int = 1


@dataclass(frozen=True)
class Outcome:
    """What came of it.

    Parameters
    ----------
    choice : Choice
    model : Model or None
        None where nothing beats the same answer for all.
    columns : tuple of Column
    notes : tuple of Said
        What was left out or set aside, and why.
    leaks : tuple of Leak
    tellings : tuple of Telling
        What tells most.
    rows : int
        That were learnt from.
    data : str
        SHA-256 of the table.
    """

    choice: Choice
    model: Model | None
    columns: tuple[Column, ...]
    notes: tuple[Said, ...]
    leaks: tuple[Leak, ...]
    tellings: tuple[Telling, ...]
    rows: int
    data: str


@dataclass(frozen=True)
class Surroundings:
    """What learning is given beside the table.

    Parameters
    ----------
    memory : Memory
    kept : mutable mapping of name to bytes
        What finished folds gave.
    told : callable
        Told the share that is done, 0..1, and what.
    """

    memory: Memory = field(default_factory=Memory)
    kept: MutableMapping[str, bytes] = field(default_factory=dict)
    told: Callable[[float, str], None] = lambda share, text: None


def learnt(table: pa.Table, wishes: Wishes, surroundings: Surroundings | None = None) -> Outcome:
    """Learn a column of labels from the other columns of a table.

    Raises
    ------
    SettingError
        If a column, kind or metric is not there.
    InputError
        If nothing can be learnt from the table.
    """
    around = surroundings or Surroundings()
    if wishes.budget <= 0:
        raise SettingError(f"learn: the budget must be more than 0 seconds, got {wishes.budget}")
    if not table.num_rows:
        raise InputError("learn: the table must have rows, got none", remedy="Give a table with rows and labels")
    data = data_hash(table)
    named = {wishes.label, wishes.group, wishes.time, wishes.query, *wishes.columns, *wishes.aside}
    table, notes = unique_columns(table, named)
    if wishes.kind == "clustering":
        return _groups(table, wishes, data, notes)
    _check_names(table, wishes)
    queries = table[wishes.query].to_pylist() if wishes.query else None
    problem = problem_of(table[wishes.label].to_pylist(), wishes.label, kind=wishes.kind, queries=queries)
    metric = metric_of(problem.kind, wishes.metric)
    part = table.take(pa.array(problem.rows))
    columns, more = _columns(part, wishes)
    values = {each.name: part[each.name].to_pylist() for each in columns}
    frame = framed(columns, values)
    whole, ungrouped = _material(problem, frame, part, wishes)
    situation = situation_of(problem, [each.kind for each in columns])
    tried = considered(situation, known(situation))
    own = sample(problem, np.arange(len(problem)), CHOOSING_ROWS, whole.groups, wishes.seed)
    material = whole if len(own) == len(whole) else whole.take(own)
    manner = Manner(metric, wishes.seed, wishes.budget, around.memory, around.kept,
                    lambda share, text: around.told(0.9 * share, text))  # fmt: skip
    with one_thread():
        choice = choose(material, tried, manner)
        model, tellings, found = _model(choice, tried, wishes, whole, (material, ungrouped.take(own)))
    notes = (*notes, *more, *problem.notes)
    if len(own) < len(whole):
        notes = (*notes, said("sampled", rows=len(own), all=len(whole)))
    around.told(1.0, choice.picked)
    return Outcome(choice, model, tuple(columns), notes, found, tellings, len(whole), data)


def _groups(table: pa.Table, wishes: Wishes, data: str, notes: tuple[Said, ...]) -> Outcome:
    """Find rows that belong together; the label is what the groups will be called."""
    if wishes.label in table.schema.names:
        raise SettingError(f"learn: groups must have a name that no column has, got {wishes.label!r}",
                           remedy="Leave --kind away to learn that column")  # fmt: skip
    _check_names(table.append_column(wishes.label, pa.nulls(table.num_rows)), wishes)
    columns, more = _columns(table, wishes)
    frame = framed(columns, {each.name: table[each.name].to_pylist() for each in columns})
    with one_thread():
        choice, candidate = groups_in(frame, table.num_rows, wishes.label, wishes.seed)
        model = None
        if choice.picked:
            count = int(choice.setting["count"])
            names = tuple(f"{wishes.label} {number + 1}" for number in range(count))
            every = np.arange(table.num_rows)
            problem = Problem("multi-class", choice.why[0], names, np.zeros(len(every), np.int64), every)
            model = fitted(wishes.label, Material(problem, frame), candidate, choice.setting, choice.calibration,
                           wishes.seed)  # fmt: skip
    tellings = tuple(telling(model, frame)) if model is not None else ()
    return Outcome(choice, model, tuple(columns), (*notes, *more), (), tellings, table.num_rows, data)


def data_hash(table: pa.Table) -> str:
    """Return the SHA-256 of what stands in a table, however it is cut into pieces."""
    sink = io.BytesIO()
    with pa.ipc.new_stream(sink, table.schema.remove_metadata()) as writer:
        writer.write_table(table.combine_chunks().replace_schema_metadata())
    return hashlib.sha256(sink.getbuffer()).hexdigest()


def _check_names(table: pa.Table, wishes: Wishes) -> None:
    names = table.schema.names
    for what, name in (("label", wishes.label), ("--group", wishes.group), ("--time", wishes.time),
                       ("--query", wishes.query), *(("--from", each) for each in wishes.columns)):  # fmt: skip
        if name and name not in names:
            raise SettingError(f"learn: {what} must be a column of the table, got {name!r}",
                               remedy=f"Its columns: {', '.join(names[:20])}")  # fmt: skip


def _columns(part: pa.Table, wishes: Wishes) -> tuple[list[Column], tuple[Said, ...]]:
    """Return the columns to learn from, and why others are not."""
    apart = {wishes.label, wishes.group, wishes.time, wishes.query, *wishes.aside}
    names = [each for each in wishes.columns or part.schema.names if each not in apart]
    found: list[Column] = []
    notes: list[Said] = []
    for name in names:
        held = part[name].to_pylist()
        each = recognised(name, held)
        if isinstance(each, Column):
            found.append(each)
        else:
            notes.append(each)
    if not found:
        raise InputError(f"learn: at least one column must tell something, got {len(names)} that are empty, always the "
                         "same, or a name of their own for each row",
                         remedy="Give columns that say what rows are")  # fmt: skip
    return found, tuple(notes)


def _material(problem: Problem, frame: Frame, part: pa.Table, wishes: Wishes) -> tuple[Material, Material]:
    """Return what is learnt from, with doubles kept together and without."""
    groups = None
    if wishes.group:
        groups = _numbered(part[wishes.group].to_pylist())
    times = _times(part[wishes.time].to_pylist(), wishes.time) if wishes.time else None
    twins = doubles(frame)
    bound = joined(groups, twins.groups) if twins.same + twins.near and problem.queries is None else groups
    return Material(problem, frame, bound, times), Material(problem, frame, groups, times)


def _numbered(values: Sequence[Any]) -> npt.NDArray[np.int64]:
    """Return a number for each name; a row without one is a group of its own."""
    names = [name_of(each) if each is not None else f"\0{row}" for row, each in enumerate(values)]
    return np.unique(names, return_inverse=True)[1].astype(np.int64)


def _times(values: Sequence[Any], name: str) -> npt.NDArray[np.float64]:
    found = days(values)
    if not np.isfinite(found).any():
        found = numbers(values)
    if np.isfinite(found).mean() < 0.5:
        raise InputError(f"learn: --time must be a column of dates or numbers, got {name!r}",
                         remedy="Write dates as 2026-11-28")  # fmt: skip
    return found


def _model(
    choice: Choice,
    tried: Sequence[Considered],
    wishes: Wishes,
    whole: Material,
    chosen_from: tuple[Material, Material],
) -> tuple[Model | None, tuple[Telling, ...], tuple[Leak, ...]]:
    """Learn from all rows with what was picked, and look for leaks."""
    best = choice.picked or choice.tried[0].name
    setting = choice.setting if choice.picked else choice.tried[0].setting
    candidate = next(each.candidate for each in tried if each.name == best)
    assert candidate is not None
    material, ungrouped = chosen_from
    dates = {each.name: material.frame.cells[each.name] for each in whole.frame.columns if each.kind == "date"}
    search = Search(candidate, setting, metric_of(material.problem.kind, choice.metric))
    found = tuple(leaks(material, search, ungrouped=ungrouped, days=dates))
    if not choice.picked:
        return None, (), found
    model = fitted(wishes.label, whole, candidate, choice.setting, choice.calibration, wishes.seed)
    return model, tuple(telling(model, whole.frame)) if model.view != "raw" else (), found
