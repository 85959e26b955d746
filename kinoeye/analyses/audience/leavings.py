"""Leavings: how many watched each second of a film, and how many left in it, by what playback did and by group.

What a visit is, when a viewer has left, and how states of playback are told stands in kinoeye/signals/leaving.py. Only
titles that are a film of the production are counted.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.leaving import PLAYED, STATES, Counted, Reports, counted
from kinoeye.tables import Table, Typed
from kinoeye.timecode import FLICKS_PER_SECOND

LEAVINGS = Table("leavings", "One row a second of a film, a state of playback and a group of viewers.", (
    ("asset", pa.string(), "the film"),
    ("second", Typed(pa.int32(), "seconds"), "of the film, from 0"),
    ("state", pa.string(), "smooth, middling or poor quality, or rebuffered: within 15 s after it stood still"),
    ("group", pa.int16(), "of viewers, drawn by their numbers"),
    ("there", Typed(pa.float32(), "viewers"), "who watched it"),
    ("left", Typed(pa.float32(), "viewers"), "who left in it; fractions where a log does not say when"),
))  # fmt: skip

_NO_TIME = np.iinfo(np.int64).min


@analysis(LEAVINGS, version=1, scope="production")
def leavings(events: pa.Table, title_films: pa.Table, content_seconds: pa.Table, *, groups: int = 16) -> pa.Table:
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
    reports = _reports(events, {title: assets.index(asset) for title, asset in films.items()})
    found = counted(reports, {place: lengths[asset] for place, asset in enumerate(assets)}, groups)
    tables = [_rows(asset, found[place]) for place, asset in enumerate(assets)]
    return pa.concat_tables([LEAVINGS.empty(), *tables])


def _reports(events: pa.Table, places: dict[str, int]) -> Reports:
    """Return what players reported of some titles; programs are no viewers."""
    wanted = pc.and_(pc.is_in(events["title"], pa.array(list(places), pa.string())),
                     pc.is_in(events["event"], pa.array([*PLAYED, "watched"], pa.string())))  # fmt: skip
    rows = events.filter(pc.and_(wanted, pc.invert(pc.fill_null(events["bot"], False))))
    parts = list(_parts(rows, places))
    return Reports(*(np.concatenate(each) for each in zip(*parts, strict=True)))


def _parts(rows: pa.Table, places: dict[str, int]) -> Iterator[tuple[npt.NDArray[np.generic], ...]]:
    """Yield the columns of reports; what one row says was watched is played and stopped."""
    viewer = rows["viewer"].to_numpy()
    title = pc.index_in(rows["title"], pa.array(list(places), pa.string())).to_numpy()
    title = np.array(list(places.values()), np.int64)[title]
    at = pc.fill_null(rows["at"].cast(pa.int64()), _NO_TIME).to_numpy()
    names = pa.array([*PLAYED, "watched"], pa.string())
    event = pc.index_in(rows["event"], names).to_numpy().astype(np.int64)
    position, target, length = (_seconds(rows[name]) for name in ("position", "target", "length"))
    kbps = pc.fill_null(rows["value"], np.nan).to_numpy()
    one = event == len(PLAYED)
    play, stop = PLAYED.index("play"), PLAYED.index("stop")
    begin = np.where(one, np.nan_to_num(position), position)
    yield viewer, title, at, np.where(one, play, event), begin, target, kbps
    last = one & np.isfinite(length)
    timed = np.where(at > _NO_TIME, at + np.nan_to_num(1000 * length).astype(np.int64), at)
    yield (viewer[last], title[last], timed[last], np.full(int(last.sum()), stop), (begin + length)[last], target[last],
           kbps[last])  # fmt: skip


def _seconds(column: pa.ChunkedArray) -> npt.NDArray[np.float64]:
    return np.asarray(pc.fill_null(column.cast(pa.float64()), np.nan).to_numpy() / FLICKS_PER_SECOND, np.float64)


def _rows(asset: str, found: Counted) -> pa.Table:
    second, state, group = np.nonzero(found.there)
    return LEAVINGS.from_columns(
        asset=[asset] * len(second), second=second, state=np.array(STATES, object)[state], group=group,
        there=found.there[second, state, group], left=found.left[second, state, group],
    )  # fmt: skip
