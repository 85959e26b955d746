"""Sessions: when somebody sat down, what was watched in one go, how much of it, and how it ended.

A session ends when for `gap` seconds nothing happens; a film that plays through without any event is no gap. One row is
one title of one session. Programs (`bot`) have none.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.viewing_events import MS, NOT_THERE, gather
from kinoeye.signals.viewings import (
    CLICK,
    IMPRESSION,
    PAUSE,
    QUALITY,
    RATING,
    REBUFFER,
    SEARCH,
    SEEK,
    STOP,
    WATCHED,
    Played,
    Viewings,
    played,
    viewings,
)
from kinoeye.streams import EVENTS
from kinoeye.tables import Stored, Table, flicks

SESSIONS = Table("sessions", "One row a title in a session of a viewer, by viewer and time.", (
    ("viewer", pa.int64(), "who, as in `events`"),
    ("session", pa.int64(), "number of the viewer's session, from 1"),
    ("title", pa.string(), "what, as in `events`"),
    ("start", pa.timestamp("ms", "UTC"), "first event of the title in it"),
    ("end", pa.timestamp("ms", "UTC"), "last event, or the end of what it says was watched"),
    ("events", pa.int64(), "how many"),
    ("watched", flicks(), "time spent on watching; 0 where only clicks and ratings are"),
    ("played", flicks(), "how much of the title went by, what was seen twice counted twice; null without positions"),
    ("rebuffered", flicks(), "time spent on waiting for the picture"),
    ("rebuffers", pa.int64(), "how often"),
    ("last", flicks(), "where in the title it ended; null without positions"),
    ("ended", pa.string(), "stopped, paused, rebuffering, silent (no event tells), or none (nothing was played)"),
))  # fmt: skip

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_ENDS = ("stopped", "paused", "rebuffering", "silent", "none")
_SILENT = _ENDS.index("silent")
_BESIDE = (RATING, SEARCH, CLICK, IMPRESSION, QUALITY)  # what says nothing of how watching ended


@analysis(SESSIONS, version=1, scope="production", purpose="statistics")
def sessions(events: Stored, *, gap: float = 1800.0) -> Iterator[pa.Table]:
    """Cut what viewers did into sessions.

    Parameters
    ----------
    events : table `events`
    gap : seconds
        Without an event, after which a new session begins.

    Raises
    ------
    SettingError
        If `gap` is not above 0.
    """
    if not gap > 0:
        raise SettingError(f"sessions: gap must be above 0 seconds, got {gap:g}")
    every = gather(events)
    for rows in every.shares():
        own = viewings(every, rows, gap_s=gap)
        kept = np.flatnonzero(own.title >= 0)
        if len(kept):
            yield _rows(own, played(own), kept)


def _rows(own: Viewings, stretches: Played, kept: Whole) -> pa.Table:
    pair = own.sitting[kept] * len(own.titles) + own.title[kept]
    order = kept[np.argsort(pair, kind="stable")]
    new = np.concatenate([[True], np.diff(np.sort(pair)) != 0])
    group = np.full(len(own), -1)
    group[order] = np.cumsum(new) - 1
    first = np.flatnonzero(new)
    count = len(first)
    lead = order[first]
    of = group[stretches.event]
    is_placed = stretches.begin != NOT_THERE
    last, has_place = _last(own, order, group, count)
    begun = own.sitting[np.searchsorted(own.viewer, np.arange(len(own.viewers)))]  # each viewer's first sitting
    seen = np.where((own.event == WATCHED) & (own.length > 0), own.length // MS, 0)
    rows = SESSIONS.from_columns(
        viewer=own.viewers[own.viewer[lead]],
        session=own.sitting[lead] - begun[own.viewer[lead]] + 1,
        title=pa.array(own.titles, pa.string()).take(pa.array(own.title[lead])),
        start=_time(own.at[lead]),
        end=_time(np.maximum.reduceat((own.at + seen)[order], first)),
        events=np.bincount(group[order], minlength=count),
        watched=_summed(of, stretches.watched, count),
        played=pa.array(_summed(of, np.where(is_placed, stretches.end - stretches.begin, 0), count), mask=~has_place),
        rebuffered=_summed(of, stretches.stalled, count),
        rebuffers=np.bincount(group[order][own.event[order] == REBUFFER], minlength=count),
        last=pa.array(last, mask=~has_place),
        ended=_ended(own, order, group, count),
    )
    return rows.sort_by([("viewer", "ascending"), ("session", "ascending"), ("start", "ascending")])


def _summed(group: Whole, values: Whole, count: int) -> Whole:
    out = np.zeros(count, np.int64)
    np.add.at(out, group, values)
    return out


def _time(at: Whole) -> pa.Array:
    return pa.array(at, pa.int64()).cast(pa.timestamp("ms", "UTC"))


def _last(own: Viewings, order: Whole, group: Whole, count: int) -> tuple[Whole, Mask]:
    """Return where in the title each group ended, and whether that is known."""
    position = np.where((own.event == SEEK) & (own.target != NOT_THERE), own.target, own.position)
    position += np.where((own.event == WATCHED) & (own.length > 0) & (position != NOT_THERE), own.length, 0)
    known = order[position[order] != NOT_THERE]
    last, there = np.zeros(count, np.int64), np.zeros(count, bool)
    last[group[known]] = position[known]  # of one group the last is written last
    there[group[known]] = True
    return last, there


def _ended(own: Viewings, order: Whole, group: Whole, count: int) -> pa.Array:
    """Say how each group ended, by its last event of a player."""
    how = np.full(len(EVENTS), _SILENT)
    how[STOP] = how[WATCHED] = 0
    how[PAUSE], how[REBUFFER] = 1, 2
    plays = order[~np.isin(own.event[order], _BESIDE)]
    ended = np.full(count, len(_ENDS) - 1)
    ended[group[plays]] = how[own.event[plays]]
    return pa.array(_ENDS, pa.string()).take(pa.array(ended))
