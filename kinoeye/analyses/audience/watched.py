"""Watched: how much of each title each viewer has seen, how often, and what they thought of it.

What a recommender learns from. How much of a title was seen counts each second once; it is known where the log has
positions and the title's length is known, by a catalogue or the film itself. Programs (`bot`) count nowhere.
"""

from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.title_lengths import title_lengths
from kinoeye.signals.viewings import NOT_THERE, RATING, coded, covered, played, viewings
from kinoeye.tables import Table, Typed, flicks

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


@analysis(WATCHED, version=1, scope="production", purpose="statistics")
def watched(
    events: pa.Table, titles: pa.Table | None = None, assets: pa.Table | None = None, *, gap: float = 1800.0
) -> pa.Table:
    """Say how much of each title each viewer has watched.

    Parameters
    ----------
    events : table `events`
    titles : table `titles`, optional
    assets : table `assets`, optional
    gap : seconds
        As of `sessions`.

    Raises
    ------
    SettingError
        If `gap` is not above 0.
    """
    if not gap > 0:
        raise SettingError(f"watched: gap must be above 0 seconds, got {gap:g}")
    counts = pc.and_(pc.invert(events["bot"]), pc.is_valid(events["title"]))
    own = events.filter(pc.and_(counts, pc.is_in(events["event"], pa.array([*_PLAYS, "rating"]))))
    if not own.num_rows:
        return WATCHED.empty()
    viewers, viewer = coded(own["viewer"])
    names, title = coded(own["title"])
    pairs, group = np.unique(viewer * len(names) + title, return_inverse=True)
    lengths = title_lengths(titles, assets)
    length = np.array([lengths.get(each, 0) for each in names], np.int64)[pairs % len(names)]
    when, is_timed = _times(own)
    first, last = np.full(len(pairs), np.iinfo(np.int64).max), np.full(len(pairs), NOT_THERE)
    np.minimum.at(first, group[is_timed], when[is_timed])
    np.maximum.at(last, group[is_timed], when[is_timed])
    rows = WATCHED.from_columns(
        viewer=np.array(viewers, np.int64)[pairs // len(names)],
        title=pa.array(names, pa.string()).take(pa.array(pairs % len(names))),
        rating=_ratings(own, group, when, is_timed, len(pairs)),
        first=_time(first, last == NOT_THERE),
        last=_time(last, last == NOT_THERE),
        **_played(own, group, length, gap),
    )
    return rows.sort_by([("viewer", "ascending"), ("first", "ascending"), ("title", "ascending")])


def _played(own: pa.Table, group: Whole, length: Whole, gap: float) -> dict[str, Any]:
    """Return time spent, share and plays of each viewer and title."""
    count = len(length)
    seen = viewings(own, gap_s=gap)
    at = group[seen.row]
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
    untimed = np.asarray(pc.and_(pc.is_null(own["at"]), pc.not_equal(own["event"], "rating")))
    plays = np.bincount(sittings, minlength=count) + np.bincount(group[untimed], minlength=count)
    share = np.minimum(1.0, once / np.maximum(1, length))
    return {"watched": spent, "share": pa.array(share, mask=~(has_place & (length > 0))), "plays": plays}


def _ratings(own: pa.Table, group: Whole, when: Whole, is_timed: Mask, count: int) -> pa.Array:
    """Return what each viewer gave each title last; of ratings without a time the last row's."""
    value = own["value"].combine_chunks().to_numpy(zero_copy_only=False)
    rated = np.flatnonzero(np.asarray(pc.equal(own["event"], "rating")) & np.isfinite(value))
    order = rated[np.argsort(np.where(is_timed, when, NOT_THERE)[rated], kind="stable")]
    found = np.full(count, np.nan)
    found[group[order]] = value[order]  # of one pair the last is written last
    return pa.array(found, from_pandas=True)


def _times(own: pa.Table) -> tuple[Whole, Mask]:
    at = own["at"].cast(pa.int64()).combine_chunks()
    return np.asarray(at.fill_null(0), np.int64), np.asarray(at.is_valid())


def _time(at: Whole, nothing: Mask) -> pa.Array:
    return pa.array(at, pa.int64(), mask=nothing).cast(pa.timestamp("ms", "UTC"))
