"""Problems: what kind of answer a column of labels asks for, and how that is told.

A label is a class (one of two, one of many, several at once), a number, a rank within a question, or nothing at all:
then rows that belong together are sought. The kind is found from the cells; who knows better says it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.errors import InputError, SettingError
from kinoeye.learn.cells import is_bracketed, is_missing, name_of, names_in, numbers, separator_of
from kinoeye.learn.said import Said, said

KINDS = ("binary", "multi-class", "multi-label", "regression", "ranking", "clustering")
CLASSED = frozenset({"binary", "multi-class", "multi-label"})
LEAST_OF_CLASS = 5  # rows: fewer cannot be held out and learnt from at once
LEAST_ROWS = 12
MOST_CLASSES = 500
_MOST_WHOLE = 10  # different whole numbers that are still classes
_NUMERIC = 0.98  # of the cells are numbers where a column is one of numbers
_YES = ("true", "yes", "y", "1", "是", "有")


@dataclass(frozen=True)
class Problem:
    """What is to be learnt.

    Parameters
    ----------
    kind : of `KINDS`
    told : Said
        How the kind is told.
    classes : tuple of str
        Of `CLASSED`; the second of a binary one is what is looked for.
    targets : int64 [n], int8 [n, classes] or float64 [n]
        Number of each row's class; or whether it has each label; or its number.
    rows : int64 [n]
        Numbers of the table's rows that have a label.
    notes : tuple of Said
        What was set aside.
    queries : int64 [n] or None
        Of a ranking, the question each row belongs to.
    """

    kind: str
    told: Said
    classes: tuple[str, ...]
    targets: npt.NDArray[Any]
    rows: npt.NDArray[np.int64]
    notes: tuple[Said, ...] = ()
    queries: npt.NDArray[np.int64] | None = None

    def __len__(self) -> int:
        return len(self.rows)

    def take(self, places: npt.NDArray[Any]) -> "Problem":
        """Return a part of the problem's own rows."""
        queries = None if self.queries is None else self.queries[places]
        return replace(self, targets=self.targets[places], rows=self.rows[places], queries=queries)

    @property
    def is_classed(self) -> bool:
        """Whether rows get classes."""
        return self.kind in CLASSED


def problem_of(
    values: Sequence[Any], label: str, *, kind: str = "auto", queries: Sequence[Any] | None = None
) -> Problem:
    """Find what kind of answer a column of labels asks for.

    Parameters
    ----------
    values : sequence
        The column's cells.
    label : str
        What it is called.
    kind : auto, or of `KINDS`
    queries : sequence, optional
        Of a ranking, the question each row belongs to.

    Raises
    ------
    SettingError
        If there is no such kind.
    InputError
        If nothing can be learnt from the cells: none, too few, one class only, no class comes again.
    """
    if kind not in {"auto", *KINDS}:
        raise SettingError(f"learn: the kind must be auto or one of {', '.join(KINDS)}, got {kind!r}")
    rows = np.asarray([row for row, each in enumerate(values) if not is_missing(each)], np.int64)
    if not len(values):
        raise InputError("learn: the table must have rows, got none", remedy="Give a table with rows and labels")
    if not len(rows):
        raise InputError(f"learn: {label!r} must have labels, got {len(values)} rows without one",
                         remedy="Give each row that is to be learnt from its label")  # fmt: skip
    if len(rows) < LEAST_ROWS:
        raise InputError(f"learn: {label!r} must have at least {LEAST_ROWS} labels, got {len(rows)}",
                         remedy="Label more rows; a few dozen of each class are a good beginning")  # fmt: skip
    held = [values[row] for row in rows]
    kind, told, separator = _kind(held, label) if kind == "auto" else (kind, said("kind_given", kind=kind), None)
    if queries is not None:
        kind, told = "ranking", said("kind_ranking", label=label)
    if kind in {"regression", "ranking"}:
        return _numbered(held, rows, label, kind, told, queries)
    if kind == "multi-label":
        return _listed(held, rows, label, told, separator or separator_of(held))
    return _classed(held, rows, label, kind, told)


def _kind(held: Sequence[Any], label: str) -> tuple[str, Said, str | None]:
    """Return the kind, how it is told, and of lists in text what parts them."""
    if any(isinstance(each, list | tuple | np.ndarray) for each in held) or is_bracketed(held):
        return "multi-label", said("kind_lists", label=label), None
    found = numbers(held)
    if np.isfinite(found).mean() >= _NUMERIC:
        different = np.unique(found[np.isfinite(found)])
        is_whole = bool((different == np.round(different)).all())
        if is_whole and len(different) <= 2:
            return "binary", said("kind_two", label=label, classes=", ".join(map(name_of, different.tolist()))), None
        if is_whole and len(different) <= _MOST_WHOLE:
            return "multi-class", said("kind_whole", label=label, count=len(different)), None
        return "regression", said("kind_numbers", label=label, count=len(different)), None
    separator = separator_of(held)
    if separator is not None:
        return "multi-label", said("kind_parted", label=label, sign=separator), separator
    names = sorted({name_of(each) for each in held})
    if len(names) <= 2:
        return "binary", said("kind_two", label=label, classes=", ".join(names)), None
    return "multi-class", said("kind_many", label=label, count=len(names)), None


def _numbered(
    held: Sequence[Any], rows: npt.NDArray[np.int64], label: str, kind: str, told: Said, queries: Sequence[Any] | None
) -> Problem:
    found = numbers(held)
    whole = np.isfinite(found)
    if whole.sum() < LEAST_ROWS:
        raise InputError(f"learn: {label!r} must have at least {LEAST_ROWS} finite numbers, got {int(whole.sum())}")
    if np.ptp(found[whole]) == 0:
        raise InputError(f"learn: {label!r} must have different values, got {name_of(float(found[whole][0]))} only",
                         remedy="Nothing can be learnt from one value")  # fmt: skip
    notes = () if whole.all() else (said("no_numbers", label=label, count=int((~whole).sum())),)
    asked = None
    if kind == "ranking":
        if queries is None:
            raise SettingError("learn: a ranking must say which rows are ranked together", remedy="Give --query COLUMN")
        asked = np.unique([name_of(queries[row]) for row in rows[whole]], return_inverse=True)[1].astype(np.int64)
        many = int((np.bincount(asked) > 1).sum())
        if many < 4:
            raise InputError(f"learn: a ranking must have at least 4 questions of two rows or more, got {many}",
                             remedy="Give with --query a column whose values come again")  # fmt: skip
    return Problem(kind, told, (), found[whole], rows[whole], notes, asked)


def _listed(held: Sequence[Any], rows: npt.NDArray[np.int64], label: str, told: Said, separator: str | None) -> Problem:
    lists = [names_in(each, separator) for each in held]
    counts = Counter(name for each in lists for name in each)
    kept = sorted(name for name, count in counts.items() if LEAST_OF_CLASS <= count <= len(held) - 2)
    if not kept:
        raise InputError(f"learn: {label!r} must have labels that {LEAST_OF_CLASS} rows or more share, and some do "
                         f"not, got {len(counts)} labels on {len(held)} rows",
                         remedy="Label more rows, or join labels that mean the same")  # fmt: skip
    _check_count(label, kept)
    places = {name: place for place, name in enumerate(kept)}
    targets = np.zeros((len(held), len(kept)), np.int8)
    for row, each in enumerate(lists):
        for name in each:
            if name in places:
                targets[row, places[name]] = 1
    notes = _set_aside(label, counts, kept)
    return Problem("multi-label", told, tuple(kept), targets, rows, notes)


def _classed(held: Sequence[Any], rows: npt.NDArray[np.int64], label: str, kind: str, told: Said) -> Problem:
    names = [name_of(each) for each in held]
    counts = Counter(names)
    if len(counts) == 1:
        raise InputError(f"learn: {label!r} must have two classes or more, got {names[0]!r} only",
                         remedy="Label rows of which the contrary holds, too")  # fmt: skip
    kept = sorted(name for name, count in counts.items() if count >= LEAST_OF_CLASS)
    if len(kept) < 2:
        raise InputError(f"learn: {label!r} must have two classes of {LEAST_OF_CLASS} rows or more, got "
                         f"{len(counts)} classes on {len(names)} rows",
                         remedy="Label more rows of each class; a column of names or ids is no label")  # fmt: skip
    _check_count(label, kept)
    if len(kept) == 2:
        kind = "binary"
        kept.sort(key=lambda name: (name.lower() in _YES, -counts[name]))
    places = {name: place for place, name in enumerate(kept)}
    own = np.asarray([place for place, name in enumerate(names) if name in places], np.int64)
    targets = np.asarray([places[names[place]] for place in own], np.int64)
    kind = kind if len(kept) == 2 else "multi-class"
    return Problem(kind, told, tuple(kept), targets, rows[own], _set_aside(label, counts, kept))


def _check_count(label: str, kept: Sequence[str]) -> None:
    if len(kept) > MOST_CLASSES:
        raise InputError(f"learn: {label!r} must have at most {MOST_CLASSES} classes, got {len(kept)}",
                         remedy="Join them into wider ones; a column of names or ids is no label")  # fmt: skip


def _set_aside(label: str, counts: Counter[str], kept: Sequence[str]) -> tuple[Said, ...]:
    gone = [name for name in counts if name not in set(kept)]
    if not gone:
        return ()
    return (said("rare_classes", label=label, count=len(gone), least=LEAST_OF_CLASS, some=", ".join(sorted(gone)[:5])),)
