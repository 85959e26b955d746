"""Viewer habits: what is usual for each viewer, in numbers: how often, when, how long, how far, how smoothly."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.signals.viewing_events import whole
from kinoeye.tables import Stored
from kinoeye.timecode import FLICKS_PER_SECOND

Whole = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

DAY_MS = 86_400_000
_HOUR_MS = 3_600_000
_FIRST_WEEKDAY = 3  # 1970-01-01 was a Thursday
_COLUMNS = ("viewer", "session", "title", "start", "end", "watched", "rebuffered", "ended")


@dataclass(frozen=True)
class Sittings:
    """Rows of the table `sessions`, one a title in a session, by viewer.

    Parameters
    ----------
    viewers : int64 [v]
    viewer : int64 [n]
        Places in `viewers`.
    session : int64 [n]
        Number of the session over all viewers.
    titles : list of str
    title : int64 [n]
    start, end : int64 [n], ms since 1970
    watched, rebuffered : float64 [n], hours
    stalled : bool [n]
        Whether it ended while the player was loading.
    """

    viewers: Whole
    viewer: Whole
    session: Whole
    titles: list[str]
    title: Whole
    start: Whole
    end: Whole
    watched: Floats
    rebuffered: Floats
    stalled: npt.NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.viewer)

    def where(self, rows: npt.NDArray[np.bool_]) -> "Sittings":
        """Return some of the rows; the viewers stay those of all."""
        return Sittings(
            self.viewers, self.viewer[rows], self.session[rows], self.titles, self.title[rows], self.start[rows],
            self.end[rows], self.watched[rows], self.rebuffered[rows], self.stalled[rows],
        )  # fmt: skip


def sittings_of(sessions: Stored) -> Sittings:
    """Take up the table `sessions`, batch by batch."""
    parts: dict[str, list[npt.NDArray[Any]]] = {name: [] for name in _COLUMNS}
    places: dict[str, int] = {}
    for batch in sessions.batches(list(_COLUMNS)):
        packed = batch["title"].dictionary_encode()
        own = [places.setdefault(each, len(places)) for each in packed.dictionary.to_pylist()]
        parts["title"].append(np.array(own, np.int64)[np.asarray(packed.indices)])
        for name in ("viewer", "session"):
            parts[name].append(np.asarray(batch[name], np.int64))
        for name in ("start", "end"):
            parts[name].append(whole(batch[name].cast(pa.int64())))
        for name in ("watched", "rebuffered"):
            parts[name].append(np.asarray(batch[name], np.float64) / (3600 * FLICKS_PER_SECOND))
        parts["ended"].append(np.asarray(batch["ended"].to_numpy(zero_copy_only=False) == "rebuffering"))
    kinds = {"watched": np.float64, "rebuffered": np.float64, "ended": np.bool_}
    joined = {name: np.concatenate(each) if each else np.zeros(0, kinds.get(name, np.int64))
              for name, each in parts.items()}  # fmt: skip
    viewers, viewer = np.unique(joined["viewer"], return_inverse=True)
    most = int(joined["session"].max(initial=0)) + 1
    session = np.unique(viewer * most + joined["session"], return_inverse=True)[1]
    return Sittings(viewers, viewer, session, list(places), joined["title"], joined["start"], joined["end"],
                    joined["watched"], joined["rebuffered"], joined["ended"])  # fmt: skip


def usual(own: Sittings) -> dict[str, Floats]:
    """Return what is usual for each viewer over the whole time, float64 [viewers] each.

    Sessions a week, minutes of a session, shares of sessions at weekends, in mornings (5-11), evenings (17-23) and
    nights (23-5, all of UTC), titles of a session.
    """
    one = _whole_sessions(own)
    count = np.maximum(1, np.bincount(one["viewer"], minlength=len(own.viewers)))
    first, last = _span(one, len(own.viewers))
    weeks = np.maximum(1.0, (last - first) / (7 * DAY_MS))
    hour = one["start"] // _HOUR_MS % 24
    weekday = (one["start"] // DAY_MS + _FIRST_WEEKDAY) % 7

    def share(mask: npt.NDArray[np.bool_]) -> Floats:
        return np.asarray(np.bincount(one["viewer"], mask, len(own.viewers)) / count, np.float64)

    return {
        "sessions_a_week": count / weeks,
        "session_minutes": np.bincount(one["viewer"], one["watched"], len(own.viewers)) * 60 / count,
        "weekend": share(weekday >= 5),
        "morning": share((hour >= 5) & (hour < 11)),
        "evening": share((hour >= 17) & (hour < 23)),
        "night": share((hour >= 23) | (hour < 5)),
        "titles_a_session": np.bincount(one["viewer"], one["titles"], len(own.viewers)) / count,
    }


def lately(own: Sittings, cut: int, days: float) -> Mapping[str, Floats]:
    """Return what is known of each viewer just before a moment, float64 [viewers] each; nothing behind it is looked at.

    Parameters
    ----------
    own : Sittings
    cut : int, ms since 1970
    days : float
        That count as lately; as many before them count as before.
    """
    past = own.where(own.start < cut)
    one = _whole_sessions(past)
    count = len(own.viewers)
    age = (cut - one["start"]) / DAY_MS
    new, old = age <= days, (age > days) & (age <= 2 * days)

    def summed(values: Floats, mask: npt.NDArray[np.bool_]) -> Floats:
        return np.asarray(np.bincount(one["viewer"][mask], values[mask], count), np.float64)

    ones = np.ones(len(age))
    first, last = _span(one, count)
    sessions, before = summed(ones, new), summed(ones, old)
    hours, hours_before = summed(one["watched"], new), summed(one["watched"], old)
    total = np.maximum(1, np.bincount(one["viewer"], minlength=count))
    tenure = np.where(first < np.iinfo(np.int64).max, (cut - first) / DAY_MS, 0)
    since = np.where(last > 0, (cut - last) / DAY_MS, tenure)
    active = np.unique(one["viewer"][new] * 100_000 + (age[new]).astype(np.int64)) // 100_000
    waited = summed(one["rebuffered"], new)
    found: dict[str, Floats] = {
        "days_since": since, "tenure_days": tenure, "sessions": sessions, "sessions_before": before,
        "fewer_sessions": np.log1p(before) - np.log1p(sessions), "hours": hours,
        "fewer_hours": np.log1p(hours_before) - np.log1p(hours),
        "active_days": np.bincount(active, minlength=count).astype(np.float64),
        "late": since / np.maximum(0.5, tenure / total),
        "titles": summed(one["titles"], new) / np.maximum(1, sessions),
        "waiting": waited / np.maximum(1e-3, hours + waited),
        "gave_up": summed(one["stalled"], new) / np.maximum(1, sessions),
    }  # fmt: skip
    return found


def _whole_sessions(own: Sittings) -> dict[str, npt.NDArray[Any]]:
    """Join the titles of a session."""
    names, first, place = np.unique(own.session, return_index=True, return_inverse=True)
    start, end = np.full(len(names), np.iinfo(np.int64).max), np.zeros(len(names), np.int64)
    np.minimum.at(start, place, own.start)
    np.maximum.at(end, place, own.end)
    return {
        "viewer": own.viewer[first], "start": start, "end": end, "watched": np.bincount(place, own.watched, len(names)),
        "rebuffered": np.bincount(place, own.rebuffered, len(names)),
        "titles": np.bincount(place, minlength=len(names)).astype(np.float64),
        "stalled": np.bincount(place, own.stalled, len(names)).clip(max=1.0),
    }  # fmt: skip


def _span(one: Mapping[str, npt.NDArray[Any]], count: int) -> tuple[Whole, Whole]:
    first, last = np.full(count, np.iinfo(np.int64).max), np.zeros(count, np.int64)
    np.minimum.at(first, one["viewer"], one["start"])
    np.maximum.at(last, one["viewer"], one["end"])
    return first, last
