"""A week's rhythm and a trend are continued, better than last week over again, and the intervals hold what comes."""

import datetime

import numpy as np
import pytest

from kinoeye.analyses.audience.forecast import FORECAST, forecast
from kinoeye.analyses.audience.sessions import SESSIONS
from kinoeye.errors import InputError, SettingError
from kinoeye.learn.forecasting import forecast as continued
from kinoeye.tables import Stored, with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

BEGIN = datetime.datetime(2026, 1, 5, tzinfo=datetime.UTC)


def series(random, days, noise=6.0):
    usual = np.array([40, 38, 41, 44, 60, 90, 85])
    return np.maximum(0, usual[np.arange(days) % 7] + 0.2 * np.arange(days) + random.normal(0, noise, days))


def sessions_of(hours, per_day=4):
    made = []
    for day, value in enumerate(hours):
        for part in range(per_day):
            start = BEGIN + datetime.timedelta(days=day, hours=24 * part / per_day)
            made.append({"viewer": part, "session": day, "title": "t", "start": start, "events": 1, "rebuffers": 0,
                         "end": start + datetime.timedelta(hours=5.9), "rebuffered": 0, "ended": "stopped",
                         "watched": int(value / per_day * 3600 * FLICKS_PER_SECOND)})  # fmt: skip
    return Stored.of(with_asset(SESSIONS.from_rows(made), "production"))


def test_a_rhythm_is_continued_better_than_last_week_over_again():
    better, covered, off = [], [], []
    for seed in range(12):
        whole = series(np.random.default_rng(seed), 98)
        found = continued(whole[:84], season=7, ahead=14)
        came = whole[84:]
        better.append(np.abs(came - found.values).mean() / np.abs(came - found.naive).mean())
        covered.append(((found.low <= came) & (came <= found.high)).mean())
        off.append(found.error / found.naive_error)
    assert np.median(better) < 0.9
    assert np.median(off) < 1.0
    assert 0.8 <= np.mean(covered) <= 1.0


def test_days_of_the_logs_and_days_to_come():
    found = forecast(sessions_of(series(np.random.default_rng(1), 60)), ahead=7)
    assert found.schema.equals(FORECAST.schema)
    rows = found.to_pylist()
    assert [row["is_seen"] for row in rows] == [True] * 60 + [False] * 7
    assert rows[0]["day"] == BEGIN.date()
    assert rows[60]["day"] == BEGIN.date() + datetime.timedelta(days=60)
    assert {row["measure"] for row in rows} == {"hours"}
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows[60:])
    assert rows[61]["value"] > 1.3 * rows[63]["value"]  # a Saturday and a Monday


def test_a_day_in_part_does_not_count():
    hours = series(np.random.default_rng(1), 30)
    whole = sessions_of(hours)
    table = whole.table()
    begun = table.slice(2).slice(0, table.num_rows - 5)
    days = [row["day"] for row in forecast(Stored.of(begun)).to_pylist() if row["is_seen"]]
    assert (days[0], days[-1]) == (
        BEGIN.date() + datetime.timedelta(days=1),
        BEGIN.date() + datetime.timedelta(days=28),
    )


def test_without_lengths_sessions_are_counted():
    found = forecast(sessions_of(np.zeros(20)))
    assert set(zip(found["measure"].to_pylist(), found["value"].to_pylist(), strict=True)) == {("sessions", 4.0)}


def test_little_and_nothing_are_not_continued():
    assert not any(not each for each in forecast(sessions_of(np.ones(10)))["is_seen"].to_pylist())
    assert forecast(sessions_of([])).num_rows == 0
    with pytest.raises(InputError, match="forecast: a series must have at least 42 days, got 41"):
        continued(np.ones(41), season=7, ahead=14)


def test_settings_have_bounds():
    with pytest.raises(SettingError, match=r"forecast: ahead must lie in 1\.\.60 days, got 0"):
        forecast(sessions_of([]), ahead=0)
