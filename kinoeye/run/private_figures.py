"""Private figures: how many viewers watched what and when, with noise, paid for from the production's budget."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from blake3 import blake3

from kinoeye.errors import UseError
from kinoeye.run.purposes import logs_of
from kinoeye.signals.private_counts import counted
from kinoeye.store.index import Index
from kinoeye.store.purposes import Purposes
from kinoeye.store.spending import Spending

BY = ("title", "hour", "weekday")

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def private_counts(
    index: Index, by: str, *, epsilon: float, most: int = 1, delta: float = 0.0, who: str = "", why: str = ""
) -> dict[str, Any]:
    """Count viewers privately, and pay for it; the same question about the same sessions is answered as before.

    Parameters
    ----------
    index : Index
    by : title, hour or weekday
        Hours and days are UTC. Titles are those of a catalogue of the production; where there is none, those that
        lie clear of a threshold, for which `delta` must be given.
    epsilon : float
        What is spent.
    most : 1..
        Groups that one viewer counts for.
    delta : 0..1
    who, why : str

    Returns
    -------
    dict
        ``rows``: group and viewers; ``epsilon``, ``delta``, ``most``, ``off`` (how far noise alone takes a count from
        the truth, in 95 of 100), ``threshold``.

    Raises
    ------
    UseError
        If `by` is none of those, or there are no sessions.
    SettingError
        If a number is outside its range.
    ConsentError
        If a log may not be published from, or the budget is spent.
    """
    if by not in BY:
        raise UseError(f"counts: by must be of {', '.join(BY)}, got {by!r}")
    Purposes(index).require(logs_of(index), "publish")
    rows = index.read("sessions") if "sessions" in index.schemas else None
    if rows is None or not rows.num_rows:
        raise UseError("counts: there must be sessions, got none", remedy="Put a viewing log there, then: kinoeye run")
    names, known, groups = _groups(index, rows, by)
    viewers = rows["viewer"].to_numpy().astype(np.int64)
    inside = groups >= 0
    question = {
        "of": "sessions", "by": by, "epsilon": epsilon, "most": most, "delta": delta, "known": known is not None,
        "rows": _fingerprint(viewers[inside], groups[inside], names),
    }  # fmt: skip

    def make() -> Mapping[str, Any]:
        counts, noise = counted(viewers[inside], groups[inside], known, epsilon=epsilon, most=most, delta=delta)
        told = [{by: names[group], "viewers": count} for group, count in counts.items()]
        return {"rows": told, "epsilon": epsilon, "delta": noise.delta, "most": most, "off": noise.off,
                "threshold": noise.threshold}  # fmt: skip

    spent = delta if known is None else 0.0
    return Spending(index).answer(question, epsilon, spent, make, who=who, why=why)


def _groups(
    index: Index, rows: pa.Table, by: str
) -> tuple[Sequence[str], Sequence[int] | None, npt.NDArray[np.int64]]:  # fmt: skip
    """Return the names of groups, those that are known beforehand (None: none is), and each session's, -1 of none."""
    if by == "title":
        of_catalogue = _catalogue(index)
        names = of_catalogue or sorted(each for each in pc.unique(rows["title"]).to_pylist() if each is not None)
        places = pc.fill_null(pc.index_in(rows["title"], pa.array(names, pa.string())), -1)
        return names, (range(len(names)) if of_catalogue else None), places.to_numpy().astype(np.int64)
    if by == "hour":
        hours = pc.fill_null(pc.hour(rows["start"]), -1).to_numpy().astype(np.int64)
        return [f"{hour:02d}:00" for hour in range(24)], range(24), hours
    days = pc.fill_null(pc.day_of_week(rows["start"]), -1).to_numpy().astype(np.int64)
    return _WEEKDAYS, range(7), days


def _catalogue(index: Index) -> list[str]:
    """Return what logs may call the titles of the production's catalogues: what is known without any viewer."""
    if "titles" not in index.schemas:
        return []
    titles = index.read("titles")
    names = {each for column in ("source_id", "title") for each in titles[column].to_pylist() if each}
    return sorted(names)


def _fingerprint(viewers: npt.NDArray[np.int64], groups: npt.NDArray[np.int64], names: Sequence[str]) -> str:
    """Name the rows that are asked about: who counts for what, in any order."""
    pairs = np.unique(np.column_stack([viewers, groups]), axis=0)
    digest = blake3(pairs.tobytes())
    digest.update("\n".join(names).encode())
    return str(digest.hexdigest(length=16))
