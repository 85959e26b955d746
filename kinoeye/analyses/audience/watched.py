"""Watched: how much of each title each viewer has seen, how often, and what they thought of it.

What a recommender learns from. How much of a title was seen counts each second once; it is known where the log has
positions and the title's length is known, by a catalogue or the film itself. Programs (`bot`) count nowhere.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.title_lengths import title_lengths
from kinoeye.signals.viewing_events import NOT_THERE, ViewingEvents, gather
from kinoeye.signals.viewings import RATING, covered, played, viewings
from kinoeye.tables import Stored, Table, Typed, flicks

WATCHED = Table("watched", "One row a viewer and a title that was watched or rated, by viewer and first time.", (
    ("viewer", pa.int64(), "who, as in `events`"),
    ("title", pa.string(), "what, as in `events`"),
    ("watched", flicks(), "time spent on watching, in all sessions; 0 of what was only rated"),
    ("share", Typed(pa.float64(), "0..1"), "of the title that was seen at least once; null if that is not known"),
    ("plays", pa.int64(), "sessions in which it was played; of a history without lengths its rows"),
    ("rating", Typed(pa.float64(), "0..10"), "what the viewer gave last; null if nothing"),
    ("first", pa.timestamp("ms", "UTC"), "first event; null if no time is known"),
    ("last", pa.timestamp("ms", "UTC"), "last event"),
))  # fmt: skip

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_PLAYS = ("play", "heartbeat", "watched", "seek", "pause", "stop", "rebuffer", "quality")


@analysis(WATCHED, version=2, scope="production", purpose="statistics")
def watched(
    events: Stored, titles: pa.Table | None = None, assets: pa.Table | None = None,
    title_films: pa.Table | None = None, *, gap: float = 1800.0,
) -> Iterator[pa.Table]:  # fmt: skip
    """Say how much of each title each viewer has watched.

    Parameters
    ----------
    events : table `events`
    titles : table `titles`, optional
    assets : table `assets`, optional
    title_films : table `title_films`, optional
    gap : seconds
        As of `sessions`.

    Raises
    ------
    SettingError
        If `gap` is not above 0.
    """
    if not gap > 0:
        raise SettingError(f"watched: gap must be above 0 seconds, got {gap:g}")
    every = gather(events, (*_PLAYS, "rating"))
    lengths = title_lengths(titles, assets, title_films)
    length = np.array([*(lengths.get(each, 0) for each in every.titles), 0], np.int64)
    for rows in every.shares():
        rows = rows[every.title[rows] >= 0]
        if len(rows):
            yield _rows(every, rows, length, gap)


def _rows(every: ViewingEvents, rows: Whole, lengths: Whole, gap: float) -> pa.Table:
    viewers, viewer = np.unique(every.viewer[rows], return_inverse=True)
    pairs, group = np.unique(viewer * len(every.titles) + every.title[rows], return_inverse=True)
    title = pairs % len(every.titles)
    at, count = every.at[rows], len(pairs)
    timed = np.flatnonzero(at != NOT_THERE)
    first, last = np.full(count, np.iinfo(np.int64).max), np.full(count, NOT_THERE)
    np.minimum.at(first, group[timed], at[timed])
    np.maximum.at(last, group[timed], at[timed])
    found = WATCHED.from_columns(
        viewer=viewers[pairs // len(every.titles)],
        title=pa.array(every.titles, pa.string()).take(pa.array(title)),
        rating=_ratings(every, rows, group, count),
        first=_time(first, last == NOT_THERE),
        last=_time(last, last == NOT_THERE),
        **_played(every, rows, group, lengths[title], gap),
    )
    return found.sort_by([("viewer", "ascending"), ("first", "ascending"), ("title", "ascending")])


def _played(every: ViewingEvents, rows: Whole, group: Whole, length: Whole, gap: float) -> dict[str, Any]:
    """Return time spent, share and plays of each viewer and title."""
    count = len(length)
    seen = viewings(every, rows, gap_s=gap)
    at = group[np.searchsorted(rows, seen.row)]
    stretches = played(seen)
    of = at[stretches.event]
    spent = np.zeros(count, np.int64)
    np.add.at(spent, of, stretches.watched)
    placed = np.flatnonzero(stretches.begin != NOT_THERE)
    end = length[of[placed]]
    most = np.where(end > 0, end, np.iinfo(np.int64).max)
    begin, end = (np.minimum(each[placed], most) for each in (stretches.begin, stretches.end))
    once = covered(of[placed], begin, end, count)
    has_place = np.bincount(at[seen.position != NOT_THERE], minlength=count) > 0
    is_play = seen.event != RATING
    sittings = np.unique(at[is_play] * (len(seen) + 1) + seen.sitting[is_play]) // (len(seen) + 1)
    untimed = (every.at[rows] == NOT_THERE) & (every.event[rows] != RATING)
    plays = np.bincount(sittings, minlength=count) + np.bincount(group[untimed], minlength=count)
    share = np.minimum(1.0, once / np.maximum(1, length))
    return {"watched": spent, "share": pa.array(share, mask=~(has_place & (length > 0))), "plays": plays}


def _ratings(every: ViewingEvents, rows: Whole, group: Whole, count: int) -> pa.Array:
    """Return what each viewer gave each title last; of ratings without a time the last row's."""
    value = every.value.part(rows, np.nan)
    rated = np.flatnonzero((every.event[rows] == RATING) & np.isfinite(value))
    order = rated[np.argsort(every.at[rows][rated], kind="stable")]
    found = np.full(count, np.nan)
    found[group[order]] = value[order]  # of one pair the last is written last
    return pa.array(found, from_pandas=True)


def _time(at: Whole, nothing: Mask) -> pa.Array:
    return pa.array(at, pa.int64(), mask=nothing).cast(pa.timestamp("ms", "UTC"))
