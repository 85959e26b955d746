"""Exposures: what viewers of each film were exposed to, second by second, and what they did, as arrays."""

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.signals.content import MEASURES, Content, content_of
from kinoeye.signals.leaving import STATES
from kinoeye.signals.reasons import features, pieces

Floats = npt.NDArray[np.float64]

LEAST_SECONDS = 20
_END_S = 2  # who reaches these has finished


@dataclass(frozen=True)
class Exposure:
    """A film, what it shows, and what its viewers did.

    Parameters
    ----------
    asset : str
    content : Content
    names : tuple of str
        Of the features; the same for all films.
    features : float64 [seconds, names], 0..1
    there, left : float64 [seconds, states, groups]
    """

    asset: str
    content: Content
    names: tuple[str, ...]
    features: Floats
    there: Floats
    left: Floats


def exposures(leavings: pa.Table, content_seconds: pa.Table, *, least_left: float) -> list[Exposure]:
    """Return the films of which enough viewers left, with what they saw.

    Parameters
    ----------
    leavings, content_seconds : tables of those names
    least_left : float
        Viewers who left a film, for it to be looked at.
    """
    sums = leavings.group_by("asset").aggregate([("left", "sum")]).to_pylist()
    wanted = sorted(row["asset"] for row in sums if row["left_sum"] >= least_left)
    groups = int(pc.max(leavings["group"]).as_py() or 0) + 1 if leavings.num_rows else 1
    films: list[Exposure] = []
    for asset in wanted:
        content = _content(content_seconds.filter(pc.equal(content_seconds["asset"], asset)))
        if content.seconds >= LEAST_SECONDS:
            there, left = _counts(leavings.filter(pc.equal(leavings["asset"], asset)), content.seconds, groups)
            films.append(Exposure(asset, content, (), np.zeros((0, 0)), there, left))
    held = features({film.asset: film.content for film in films})
    return [
        replace(film, names=held[film.asset].names, features=held[film.asset].features[:-_END_S])
        for film in films
    ]  # fmt: skip


def all_pieces(films: list[Exposure]) -> list[int]:
    """Return how often each feature begins to hold, in all films together."""
    names = films[0].names if films else ()
    return [sum(pieces(film.features[:, place]) for film in films) for place in range(len(names))]


def _content(rows: pa.Table) -> Content:
    rows = rows.sort_by("second")
    numbers = {name: pc.fill_null(rows[name].cast(pa.float64()), np.nan).to_numpy() for name in MEASURES}
    known = {name: values for name, values in numbers.items() if not np.isnan(values).all()}
    lists = {name: rows[name].to_pylist() for name in ("people", "sounds", "moods")}
    return replace(content_of(numbers, lists), measures=known)


def _counts(rows: pa.Table, seconds: int, groups: int) -> tuple[Floats, Floats]:
    shape = (seconds, len(STATES), groups)
    second, group = (rows[name].to_numpy().astype(np.int64) for name in ("second", "group"))
    state = pc.index_in(rows["state"], pa.array(STATES)).to_numpy().astype(np.int64)
    inside = np.flatnonzero(second < seconds - _END_S)
    there, left = np.zeros(shape), np.zeros(shape)
    place = (second[inside], state[inside], group[inside])
    there[place] = rows["there"].to_numpy()[inside]
    left[place] = rows["left"].to_numpy()[inside]
    return there[:-_END_S], left[:-_END_S]
