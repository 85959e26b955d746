"""Learning fairness: how good what was learnt is for each group of rows, on rows that were held out."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.errors import SettingError
from kinoeye.learn.cells import name_of
from kinoeye.learn.fairness import GroupScore, group_scores
from kinoeye.learn.learning import Outcome


def learnt_fairness(outcome: Outcome, table: pa.Table, columns: Sequence[str]) -> list[GroupScore]:
    """Return the scores of all held-out rows, and of each group that columns of the table declare.

    Parameters
    ----------
    outcome : Outcome
        Of learning from the table.
    table : pa.Table
    columns : sequence of str

    Raises
    ------
    SettingError
        If a column is missing, or what is learnt are no classes.
    """
    answered = outcome.choice.answered
    problem = answered.problem
    check_fairness(table, columns)
    if not problem.is_classed:
        raise SettingError(f"learn: --fairness must be of classes or labels, got {problem.kind}")
    truth, picked = (_flags(each, len(problem.classes)) for each in (problem.targets, answered.answers))
    chances = np.asarray(answered.chances, np.float64)
    if chances.ndim == 1:
        chances = np.stack([1 - chances, chances], axis=1)
    rows = problem.rows
    groups = {
        name: ["" if (cell := cells[row]) is None else name_of(cell) for row in rows]
        for name in columns for cells in (table[name].to_pylist(),)
    }  # fmt: skip
    return group_scores(truth, picked, np.clip(chances, 0, 1), groups)


def check_fairness(table: pa.Table, columns: Sequence[str]) -> None:
    """Raise `SettingError` unless a table has these columns."""
    for name in columns:
        if name not in table.schema.names:
            raise SettingError(
                f"learn: --fairness must name columns of the table, got {name!r}",
                remedy=f"Its columns: {', '.join(table.schema.names[:20])}",
            )


def _flags(values: Any, classes: int) -> npt.NDArray[np.bool_]:
    """Return classes by number as flags; flags as they are."""
    given = np.asarray(values)
    return given.astype(bool) if given.ndim == 2 else np.asarray(given[:, None] == np.arange(classes), bool)
