"""Retention: for each second of a title, who was there, watched, watched again, jumped over it, left.

A viewing is one viewer's whole history with one title. It leaves at the furthest second that it reached; who goes back
to see a scene again has not left. Who reached the last part of a title (`finish`) has finished it. A log that has no
positions gives no rows.
"""

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.retaining import Seconds, collect, sizes, staying, wilson
from kinoeye.signals.title_lengths import title_lengths
from kinoeye.signals.viewing_events import NOT_THERE, gather
from kinoeye.signals.viewings import played, viewings
from kinoeye.tables import Stored, Table, Typed, score
from kinoeye.timecode import FLICKS_PER_SECOND

RETENTION = Table("retention", "One row a second of a title, by title and second.", (
    ("title", pa.string(), "what, as in `events`"),
    ("second", Typed(pa.int32(), "seconds"), "from the title's begin"),
    ("there", Typed(pa.int64(), "viewers"), "who came to it or past it and had not left: it could be left here"),
    ("watched", pa.int64(), "viewers that played it"),
    ("replayed", pa.int64(), "how often it was played again by who had seen it"),
    ("skipped", pa.int64(), "viewers that jumped over it and never played it"),
    ("left", Typed(pa.int64(), "viewers"), "who went no further, and had not finished"),
    ("left_low", score(), "with `left_high` the 95 % interval of the share that leaves here (Wilson)"),
    ("left_high", score(), "its other end"),
    ("finished", Typed(pa.int64(), "viewers"), "who went no further, having finished"),
    ("stays", score(), "share of viewers that has not left by the end of this second (Kaplan-Meier)"),
    ("stays_low", score(), "with `stays_high` its 95 % interval"),
    ("stays_high", score(), "its other end"),
))  # fmt: skip

_PLAYER = ("play", "pause", "seek", "stop", "heartbeat", "rebuffer", "quality", "watched")
_LONGEST = 12 * 3600  # seconds of a title that are counted


@analysis(RETENTION, version=3, scope="production", purpose="statistics")
def retention(
    events: Stored,
    titles: pa.Table | None = None,
    assets: pa.Table | None = None,
    title_films: pa.Table | None = None,
    *,
    gap: float = 1800.0,
    finish: float = 0.95,
) -> Iterator[pa.Table]:
    """Say second by second how many viewers a title keeps.

    Parameters
    ----------
    events : table `events`
    titles : table `titles`, optional
    assets : table `assets`, optional
    title_films : table `title_films`, optional
    gap : seconds
        As of `sessions`; who did something so shortly before the log ends may still be watching.
    finish : 0..1
        Share of a title behind which leaving is finishing, where its length is known.

    Raises
    ------
    SettingError
        If `gap` is not above 0, or `finish` is outside 0..1.
    """
    if not gap > 0:
        raise SettingError(f"retention: gap must be above 0 seconds, got {gap:g}")
    if not 0 <= finish <= 1:
        raise SettingError(f"retention: finish must lie in 0..1, got {finish:g}")
    every = gather(events, _PLAYER)
    known = title_lengths(titles, assets, title_films)
    length = np.array([known.get(each, 0) for each in every.titles], np.int64)
    size = sizes(every, length, _LONGEST)
    into = Seconds(np.concatenate([[0], np.cumsum(size)]), length / FLICKS_PER_SECOND)
    end = int(every.at.max(initial=NOT_THERE))
    for rows in every.shares():
        own = viewings(every, rows[every.title[rows] >= 0], gap_s=gap)
        last = np.zeros(len(own.viewers), np.int64)
        last[own.viewer] = own.at  # of one viewer the last is written last
        collect(into, own, played(own), last > end - gap * 1000, finish)
    counts = into.counted()
    for number in np.argsort(np.array(every.titles, object), kind="stable") if every.titles else ():
        if size[number]:
            yield _rows(every.titles[number], {name: values[into.first[number] : into.first[number + 1]]
                                               for name, values in counts.items()})  # fmt: skip


def _rows(title: str, counts: dict[str, np.ndarray]) -> pa.Table:
    count = len(counts["there"])
    low, high = wilson(counts["left"], counts["there"])
    stays, stays_low, stays_high = staying(counts["left"], counts["there"])
    return RETENTION.from_columns(
        title=pa.array([title], pa.string()).take(pa.array(np.zeros(count, np.int64))),
        second=np.arange(count),
        left_low=pa.array(low, from_pandas=True),
        left_high=pa.array(high, from_pandas=True),
        stays=stays,
        stays_low=stays_low,
        stays_high=stays_high,
        **counts,
    )
