"""Filling a table: each column by the way chosen for it or asked for, what was filled marked, what was given kept."""

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from kinoeye.errors import UseError
from kinoeye.learn.columns import Column, Known, numbers
from kinoeye.learn.filling import Frame, Rows, filled, frame, target_of
from kinoeye.learn.filling_choice import METHODS, SAME, Choice, choose, forced

WAYS = ("auto", "leave", "drop", *METHODS)
CONSTANT = "constant"

_BLOCK = 200_000  # cells filled at once, so that memory stays bounded

Told = Callable[[int, int, str], None]


@dataclass(frozen=True)
class Fill:
    """What was done with a column.

    Parameters
    ----------
    column : Column
        As it is now.
    choice : Choice
    imputed : bool [n]
        Which cells were filled.
    how : object [n]
        Of each of them what it was told from.
    """

    column: Column
    choice: Choice
    imputed: Known
    how: npt.NDArray[np.object_]


@dataclass(frozen=True)
class Repaired:
    """A table whose gaps were seen to.

    Parameters
    ----------
    fills : tuple of Fill
        One for each column, in their order.
    kept : bool [n]
        Rows that stay; False for those that were dropped.
    """

    fills: tuple[Fill, ...]
    kept: Known


def repair(
    columns: Sequence[Column],
    *,
    how: str = "auto",
    ways: Mapping[str, str] | None = None,
    seed: int = 1,
    told: Told = lambda _, __, ___: None,
) -> Repaired:
    """See to the gaps of a table.

    Parameters
    ----------
    columns : sequence of Column
    how : str
        For all columns: one of `WAYS`. ``auto`` compares on hidden cells and takes what is good enough, or leaves the
        column; ``drop`` takes out every row that lacks something that may be filled.
    ways : mapping of column to way
        For single columns; ``constant=VALUE`` too.
    told : callable
        Gets how many columns are done, of how many, and the next one's name.

    Raises
    ------
    UseError
        If there is no such way or column, or a column cannot be filled so.
    """
    wished = dict(ways or {})
    _check(columns, how, wished)
    whole = frame(columns)
    fills = []
    for place, column in enumerate(columns):
        told(place, len(columns), column.name)
        fills.append(_filled(whole, place, wished.get(column.name), how, seed))
    dropped = [~column.gaps for column, fill in zip(columns, fills, strict=True) if fill.choice.method == "drop"]
    kept = np.logical_and.reduce(dropped) if dropped else np.ones(len(whole), np.bool_)
    return Repaired(tuple(fills), kept)


def check_way(where: str, way: str) -> None:
    """Raise an error unless there is such a way.

    Raises
    ------
    UseError
        If there is none.
    """
    if way not in WAYS and not way.startswith(f"{CONSTANT}="):
        near = difflib.get_close_matches(way, WAYS, 1)
        raise UseError(f"{where}: must be one of {', '.join(WAYS)} or {CONSTANT}=VALUE, got {way!r}",
                       remedy=f"Did you mean {near[0]}?" if near else "")  # fmt: skip


def _check(columns: Sequence[Column], how: str, wished: Mapping[str, str]) -> None:
    check_way("repair: --how", how)
    if how.startswith(f"{CONSTANT}="):
        raise UseError("repair: --how must not be a constant, which no two columns share, got one",
                       remedy=f"Say --column NAME={how}")  # fmt: skip
    named = {column.name: column for column in columns}
    for name, way in wished.items():
        if name not in named:
            near = difflib.get_close_matches(name, named, 1)
            raise UseError(f"repair: --column must name one of {', '.join(named)}, got {name!r}",
                           remedy=f"Did you mean {near[0]}?" if near else "")  # fmt: skip
        check_way(f"repair: --column {name}", way)
        column = named[name]
        if way in ("auto", "leave", "drop"):
            continue
        if column.never:
            raise UseError(f"repair: {name} must be left as it is ({column.never}), got {way}",
                           remedy="Take that --column away; rows that lack it can be dropped")  # fmt: skip
        if not way.startswith(CONSTANT) and not column.known.any():
            raise UseError(f"repair: {name} must have a known cell to learn from, got none",
                           remedy=f"Say --column {name}={CONSTANT}=VALUE")  # fmt: skip
        if way in ("mean", "median") and column.kind != "number":
            raise UseError(f"repair: {name} must be of numbers to have a {way}, got a column of kind {column.kind}",
                           remedy=f"Say --column {name}=mode")  # fmt: skip


def _filled(whole: Frame, target: int, wish: str | None, how: str, seed: int) -> Fill:
    column = whole.columns[target]
    way = wish or how
    if way == "auto":
        choice = choose(whole, target, seed=seed)
    elif not column.lacking or (wish is None and (column.never or not column.known.any())):
        choice = choose(whole, target, seed=seed)  # which says why it is left
    else:
        choice = forced(column, "mode" if wish is None and way in SAME and column.kind != "number" else way)
    return fill(whole, target, choice, seed=seed)


def fill(whole: Frame, target: int, choice: Choice, *, seed: int = 1) -> Fill:
    """Fill the gaps of a column as chosen; cells that are known stay as they are."""
    column = whole.columns[target]
    how = np.full(len(column), None, object)
    gaps = np.flatnonzero(column.gaps)
    if choice.method in ("leave", "drop") or not len(gaps):
        return Fill(column, choice, np.zeros(len(column), np.bool_), how)
    if choice.method.startswith(f"{CONSTANT}="):
        now = _constant(column, gaps, choice.method.removeprefix(f"{CONSTANT}="))
        how[gaps] = CONSTANT
        return Fill(now, choice, column.gaps, how)
    learnt = target_of(column)
    values = []
    for begin in range(0, len(gaps), _BLOCK):
        rows = gaps[begin : begin + _BLOCK]
        answer = METHODS[choice.method](whole, target, rows, seed)
        values.append(learnt.values(answer.scores))
        how[rows] = [": ".join(filter(None, (choice.method, answer.told(place)))) for place in range(len(rows))]
    return Fill(filled(column, gaps, np.concatenate(values)), choice, column.gaps, how)


def _constant(column: Column, gaps: Rows, text: str) -> Column:
    """Return a column with one value in its gaps."""
    if column.kind == "number":
        given = numbers(column.name, [text])
        if not given.known[0]:
            raise UseError(f"repair: {column.name} must be filled with a number, got {text!r}")
        return filled(column, gaps, np.full(len(gaps), given.values[0]))
    labels = column.labels if text in column.labels else (*column.labels, text)
    place = labels.index(text)
    value = np.empty(len(gaps), object)
    value[:] = [(place,) if column.kind == "list" else place] * len(gaps)
    made = filled(column, gaps, value)
    return Column(made.name, made.kind, made.values, made.known, labels, never=made.never)
