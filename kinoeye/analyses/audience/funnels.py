"""Funnels: of those who were shown a title, how many clicked, played, and came through a quarter, half, all of it.

Each step says how many viewers took it, how many took the step before, and how many took both: a title that plays by
itself has plays without a click. Steps that the log knows nothing of are left out. The question is an Ibis expression;
DuckDB answers it here, in bounded memory, and Spark on a cluster.
"""

import importlib
from itertools import pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.signals.retaining import wilson
from kinoeye.tables import Stored, Table, Typed, score

FUNNELS = Table("funnels", "One row a step of a title, and of all titles together (`title` null), in order.", (
    ("title", pa.string(), "what, as in `events`; null for all titles together"),
    ("step", pa.string(), "impression, click, play, 25 %, 50 %, 75 % or 95 %"),
    ("viewers", Typed(pa.int64(), "viewers"), "who took it; of all titles, pairs of viewer and title"),
    ("before", Typed(pa.int64(), "viewers"), "that took the step before; null of the first"),
    ("both", Typed(pa.int64(), "viewers"), "that took both"),
    ("share", score(), "`both` of `before`"),
    ("low", score(), "with `high` its 95 % interval (Wilson)"),
    ("high", score(), "its other end"),
))  # fmt: skip

PARTS = (25, 50, 75, 95)
_STEPS = ("impression", "click", "play", *(f"part_{part}" for part in PARTS))
_PLAYS = ("play", "heartbeat", "watched")


@analysis(FUNNELS, version=1, scope="production", purpose="statistics")
def funnels(events: Stored, watched: Stored) -> pa.Table:
    """Count how far viewers come with each title.

    Parameters
    ----------
    events : table `events`
    watched : table `watched`
    """
    ibis = importlib.import_module("ibis")
    asked = steps(ibis.memtable(_rows(events)), ibis.memtable(_rows(watched)))
    rows = asked.to_pyarrow().sort_by("title").to_pylist()
    together = {"title": None, **{name: sum(row[name] for row in rows) for name in _counts()}}
    return FUNNELS.from_rows(row for each in ([together] if rows else []) + rows for row in _told(each))


def steps(events: Any, watched: Any) -> Any:
    """Return how many viewers of each title took each step, and each two steps after another, as an Ibis expression.

    Parameters
    ----------
    events, watched : ibis tables
        Of the forms of these tables.
    """
    ibis = importlib.import_module("ibis")
    own = events.filter(~events["bot"], events["title"].notnull())
    kinds = {"impression": ("impression",), "click": ("click",), "play": _PLAYS}
    did = own.group_by("viewer", "title").agg(
        **{name: own["event"].isin(kind).cast("int64").max() for name, kind in kinds.items()}
    )
    seen = watched.select(who="viewer", what="title", share="share")
    both = did.left_join(seen, [did["viewer"] == seen["who"], did["title"] == seen["what"]])
    # A player's clock and the title's length differ by a little: a quarter is there a hundredth earlier, too.
    parts = {
        f"part_{part}": ibis.ifelse(both["share"].fill_null(0.0) >= part / 100 - 0.01, 1, 0).cast("int64")
        for part in PARTS
    }
    flags = both.mutate(**parts)
    pairs = {f"{one}_{other}": (flags[one] * flags[other]).sum() for one, other in pairwise(_STEPS)}
    singles = {name: flags[name].sum() for name in _STEPS}
    return flags.group_by("title").agg(**singles, **pairs, first=(flags["impression"] * flags["play"]).sum())


def _rows(table: Stored) -> Any:
    """Return a stored table as Ibis takes it: not read before the question is asked."""
    return table.rows if table.rows is not None else table.dataset()


def _counts() -> list[str]:
    return [*_STEPS, *(f"{one}_{other}" for one, other in pairwise(_STEPS)), "first"]


def _told(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the steps of a title that the log knows of."""
    told: list[dict[str, Any]] = []
    before = ""
    for step in _STEPS:
        if not row[step]:
            continue
        name = f"{step.removeprefix('part_')} %" if step.startswith("part_") else step
        each: dict[str, Any] = {"title": row["title"], "step": name, "viewers": row[step]}
        if before:
            both = row["first"] if (before, step) == ("impression", "play") else row.get(f"{before}_{step}")
            if both is not None:
                low, high = wilson(np.array([both]), np.array([row[before]]))
                each |= {"before": row[before], "both": both, "share": both / row[before], "low": low[0],
                         "high": high[0]}  # fmt: skip
        told.append(each)
        before = step
    return told
