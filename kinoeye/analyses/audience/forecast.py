"""Forecast: how much will be watched on the days to come, with intervals, beside last week over again.

Days are those of UTC. A day that the log holds only in part, its first or last, does not count.
"""

import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.analysis import analysis
from kinoeye.errors import InputError, SettingError
from kinoeye.learn.forecasting import forecast as continued
from kinoeye.tables import Stored, Table, Typed
from kinoeye.timecode import FLICKS_PER_SECOND

FORECAST = Table("forecast", "One row a day: those that the logs hold, then those to come.", (
    ("day", pa.date32(), "of UTC"),
    ("measure", pa.string(), "hours (watched) or sessions, where the logs know no lengths"),
    ("is_seen", pa.bool_(), "whether the logs hold it"),
    ("value", pa.float64(), "what was watched, or will be"),
    ("low", pa.float64(), "with `high` the interval that shall hold nine days of ten; null of days seen"),
    ("high", pa.float64(), "its other end"),
    ("naive", pa.float64(), "the week before over again; null of days seen"),
    ("way", pa.string(), "how it was continued; null of days seen"),
    ("error", pa.float64(), "mean absolute error of that way on the last days, which chose nothing"),
    ("naive_error", pa.float64(), "that of the week before over again"),
    ("covered", Typed(pa.float64(), "0..1"), "share of these days that lay within their interval"),
))  # fmt: skip

_DAY_MS = 86_400_000
_WHOLE_MS = 3 * 3_600_000  # of a day without an event at its end, which is whole all the same
_WEEK = 7


@analysis(FORECAST, version=1, scope="production", purpose="statistics")
def forecast(sessions: Stored, *, ahead: int = 14) -> pa.Table:
    """Continue what is watched a day.

    Parameters
    ----------
    sessions : table `sessions`
    ahead : days
        To come, 1..60. Logs must hold four weeks, and two weeks and twice as many days; else only days seen are told.

    Raises
    ------
    SettingError
        If `ahead` is outside 1..60.
    """
    if not 1 <= ahead <= 60:
        raise SettingError(f"forecast: ahead must lie in 1..60 days, got {ahead}")
    first, hours, count = _days(sessions)
    if not len(hours):
        return FORECAST.empty()
    measure, values = ("hours", hours) if hours.any() else ("sessions", count)
    rows: list[dict[str, Any]] = [
        {"day": first + datetime.timedelta(days=number), "measure": measure, "is_seen": True, "value": value}
        for number, value in enumerate(values.tolist())
    ]
    try:
        told = continued(values, season=_WEEK, ahead=ahead)
    except InputError:
        return FORECAST.from_rows(rows)
    same = {"measure": measure, "is_seen": False, "way": told.way, "error": told.error,
            "naive_error": told.naive_error, "covered": told.covered}  # fmt: skip
    rows += [
        {"day": first + datetime.timedelta(days=len(values) + day), "value": told.values[day], "low": told.low[day],
         "high": told.high[day], "naive": told.naive[day], **same}
        for day in range(ahead)
    ]  # fmt: skip
    return FORECAST.from_rows(rows)


def _days(sessions: Stored) -> tuple[datetime.date, npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the first whole day, and of each from then on hours watched and sessions."""
    found: dict[int, list[float]] = {}
    earliest, latest = 2**62, 0
    for batch in sessions.batches(["start", "end", "watched"]):
        start = np.asarray(batch["start"].cast(pa.int64()))
        day = start // _DAY_MS
        hours = np.asarray(batch["watched"], np.float64) / (3600 * FLICKS_PER_SECOND)
        own, place = np.unique(day, return_inverse=True)
        for each, watched, count in zip(own.tolist(), np.bincount(place, hours), np.bincount(place), strict=True):
            held = found.setdefault(each, [0.0, 0.0])
            held[0], held[1] = held[0] + float(watched), held[1] + int(count)
        earliest = min(earliest, int(start.min()))
        latest = max(latest, pc.max(batch["end"].cast(pa.int64())).as_py())
    if not found:
        return datetime.date(1970, 1, 1), np.zeros(0), np.zeros(0)
    first = earliest // _DAY_MS + (earliest % _DAY_MS > _WHOLE_MS)
    end = (latest + _WHOLE_MS) // _DAY_MS
    days = range(first, end)
    whole = np.array([found.get(day, [0.0, 0.0]) for day in days]).reshape(-1, 2)
    return datetime.date(1970, 1, 1) + datetime.timedelta(days=first), whole[:, 0], whole[:, 1]
