"""Planted habits are found and named; where there are none, there are no segments."""

import datetime

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.audience.segments import SEGMENTS, segments
from kinoeye.analyses.audience.sessions import SESSIONS
from kinoeye.analyses.audience.watched import WATCHED
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import SettingError
from kinoeye.tables import Stored, with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

MONDAY = datetime.datetime(2026, 3, 2, tzinfo=datetime.UTC)
MINUTE = 60 * FLICKS_PER_SECOND
CATALOGUE = with_asset(TITLES.from_rows(
    [{"row": n, "title": f"t{n}", "source_id": f"t{n}", "genres": ["Drama" if n < 5 else "Comedy"]} for n in range(10)]
), "c")  # fmt: skip


def sessions_of(rows):
    made = [
        {"viewer": viewer, "session": number, "title": title, "start": start, "events": 9, "rebuffered": 0,
         "end": start + datetime.timedelta(minutes=minutes), "watched": int(minutes * MINUTE), "rebuffers": 0,
         "ended": "stopped"}
        for number, (viewer, title, start, minutes) in enumerate(rows, 1)
    ]  # fmt: skip
    return Stored.of(with_asset(SESSIONS.from_rows(made), "production"))


def seen(shares):
    made = [
        {"viewer": viewer, "title": "t", "watched": 1, "share": share, "plays": 1} for viewer, share in shares.items()
    ]
    return Stored.of(with_asset(WATCHED.from_rows(made), "production"))


def planted(random, kinds=2, viewers=90):
    """Half of them watch drama long in the evening to the end, the others comedy shortly in the morning."""
    rows, shares = [], {}
    for viewer in range(1, viewers + 1):
        is_first = viewer % kinds == 0
        for day in random.choice(28, 10, replace=False):
            hour = random.normal(20 if is_first else 7, 0.8)
            title = f"t{random.integers(0, 5) + (0 if is_first else 5)}"
            minutes = float(random.normal(80 if is_first else 15, 5))
            rows.append((viewer, title, MONDAY + datetime.timedelta(days=int(day), hours=hour), minutes))
        shares[viewer] = float(np.clip(random.normal(0.9 if is_first else 0.3, 0.04), 0, 1))
    return rows, shares


def test_planted_habits_are_found_and_named():
    rows, shares = planted(np.random.default_rng(1))
    found = segments(sessions_of(rows), seen(shares), CATALOGUE)
    assert found.schema.equals(SEGMENTS.schema)
    own = {row["viewer"]: row for row in found.to_pylist()}
    assert len(own) == 90
    even, odd = ({own[v]["segment"] for v in range(first, 91, 2)} for first in (2, 1))
    assert (len(even), len(odd), even & odd) == (1, 1, set())
    names = {own[2]["name"], own[1]["name"]}
    assert len(names) == 2
    words = {word for name in names for word in name.split(", ")}
    assert words & {"long sessions", "in the evening", "to the end", "Drama"}
    assert words & {"short sessions", "in the morning", "leave early", "Comedy"}
    assert (own[2]["genre"], own[1]["genre"]) == ("Drama", "Comedy")


def test_viewers_who_are_all_alike_are_one_segment():
    rows, shares = planted(np.random.default_rng(2), kinds=1)
    found = segments(sessions_of(rows), seen(shares))
    assert set(found["segment"].to_pylist()) == {0}
    assert set(found["name"].to_pylist()) == {"all viewers"}


def test_few_viewers_and_none():
    rows, shares = planted(np.random.default_rng(3), viewers=3)
    assert set(segments(sessions_of(rows), seen(shares))["segment"].to_pylist()) == {0}
    assert segments(sessions_of([]), seen({})).num_rows == 0
    one = segments(sessions_of(rows[:1]), seen({}), CATALOGUE).to_pylist()
    assert [(row["completion"], row["genre"]) for row in one] == [(None, "Comedy")]


def test_settings_have_bounds():
    with pytest.raises(SettingError, match="segments: genres must be 0 or more, got -1"):
        segments(sessions_of([]), seen({}), genres=-1)


def test_numbers_and_names_agree():
    rows, shares = planted(np.random.default_rng(4))
    found = segments(sessions_of(rows), seen(shares), CATALOGUE)
    pairs = found.group_by(["segment", "name"]).aggregate([([], "count_all")])
    assert isinstance(pairs, pa.Table)
    assert len(set(pairs["segment"].to_pylist())) == pairs.num_rows
