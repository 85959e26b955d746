"""Leavings: how many watched each second of a film, and how many left in it, by what playback did and by group.

What a visit is, when a viewer has left, and how states of playback are told stands in kinoeye/signals/leaving.py. Only
titles that are a film of the production are counted.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.leaving import PLAYED, STATES, Counted, Reports, counted
from kinoeye.signals.viewing_events import NOT_THERE, ViewingEvents, gather
from kinoeye.streams import EVENTS
from kinoeye.tables import Stored, Table, Typed
from kinoeye.timecode import FLICKS_PER_SECOND

LEAVINGS = Table("leavings", "One row a second of a film, a state of playback and a group of viewers.", (
    ("asset", pa.string(), "the film"),
    ("second", Typed(pa.int32(), "seconds"), "of the film, from 0"),
    ("state", pa.string(), "smooth, middling or poor quality, or rebuffered: within 15 s after it stood still"),
    ("group", pa.int16(), "of viewers, drawn by their numbers"),
    ("there", Typed(pa.float32(), "viewers"), "who watched it"),
    ("left", Typed(pa.float32(), "viewers"), "who left in it; fractions where a log does not say when"),
))  # fmt: skip

# Of an event's place in `EVENTS` that in `PLAYED`; "watched" behind them.
_CODES = np.array([(*PLAYED, "watched").index(each) if each in (*PLAYED, "watched") else -1 for each in EVENTS])


@analysis(LEAVINGS, version=1, scope="production", purpose="statistics")
def leavings(events: Stored, title_films: pa.Table, content_seconds: pa.Table, *, groups: int = 16) -> pa.Table:
    """Count who was there and who left.

    Parameters
    ----------
    events, title_films, content_seconds : tables of all assets
    groups : int, 2..1000
        Of viewers: how finely other viewers can be imagined.

    Raises
    ------
    SettingError
        If `groups` is outside its range.
    """
    if not 2 <= groups <= 1000:
        raise SettingError(f"leavings: groups must lie in 2..1000, got {groups}")
    lengths = {row["asset"]: row["second_max"] + 1 for row in
               content_seconds.group_by("asset").aggregate([("second", "max")]).to_pylist()}  # fmt: skip
    films = {row["title"]: row["asset"] for row in title_films.select(["title", "asset"]).to_pylist()
             if row["asset"] in lengths}  # fmt: skip
    if not films:
        return LEAVINGS.empty()
    assets = sorted(set(films.values()))
    every = gather(events, (*PLAYED, "watched"))
    places = np.array([*(assets.index(films[each]) if each in films else -1 for each in every.titles), -1], np.int64)
    sizes = {place: lengths[asset] for place, asset in enumerate(assets)}
    found: dict[int, Counted] = {}
    for share in every.shares():
        rows = share[places[every.title[share]] >= 0]
        for place, part in counted(_reports(every, rows, places), sizes, groups).items():
            found[place] = part if place not in found else Counted(
                found[place].there + part.there, found[place].left + part.left)  # fmt: skip
    return pa.concat_tables([LEAVINGS.empty(), *(_rows(assets[place], each) for place, each in found.items())])


def _reports(every: ViewingEvents, rows: npt.NDArray[np.int64], places: npt.NDArray[np.int64]) -> Reports:
    """Return what players reported; what one row says was watched is played and stopped."""
    event = _CODES[every.event[rows]]
    at, title = every.at[rows], places[every.title[rows]]
    position = np.where(every.position[rows] >= 0, every.position[rows] / 1000, np.nan)
    target, length = (_seconds(each.part(rows, NOT_THERE)) for each in (every.target, every.length))
    kbps = every.value.part(rows, np.nan).astype(np.float64)
    one = event == len(PLAYED)
    last = one & np.isfinite(length)
    begin = np.where(one, np.nan_to_num(position), position)
    done = np.where(at > NOT_THERE, at + np.nan_to_num(1000 * length).astype(np.int64), at)
    viewer = every.viewer[rows]
    return Reports(
        np.append(viewer, viewer[last]), np.append(title, title[last]), np.append(at, done[last]),
        np.append(np.where(one, PLAYED.index("play"), event), np.full(int(last.sum()), PLAYED.index("stop"))),
        np.append(begin, (begin + length)[last]), np.append(target, target[last]), np.append(kbps, kbps[last]),
    )  # fmt: skip


def _seconds(times: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
    return np.where(times == NOT_THERE, np.nan, times / FLICKS_PER_SECOND)


def _rows(asset: str, found: Counted) -> pa.Table:
    second, state, group = np.nonzero(found.there)
    return LEAVINGS.from_columns(
        asset=[asset] * len(second), second=second, state=np.array(STATES, object)[state], group=group,
        there=found.there[second, state, group], left=found.left[second, state, group],
    )  # fmt: skip
