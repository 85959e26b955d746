"""Second by second: what was planted is counted, whoever is still watching has not left."""

import numpy as np
import pyarrow as pa
import pytest

from kinoeye.analyses.audience import retention as made
from kinoeye.analyses.audience.retention import RETENTION
from kinoeye.analyses.audience.title_films import TITLE_FILMS
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.errors import SettingError
from kinoeye.media.assets import ASSETS
from kinoeye.signals.intervals import of_share
from kinoeye.signals.retaining import staying, wilson
from kinoeye.tables import with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

RAIN = {"row": 0, "title": "Rain", "source_id": "rain", "runtime": 600 * FLICKS_PER_SECOND}
CATALOGUE = with_asset(TITLES.from_rows([RAIN]), "c")


def retention(*given, **settings):
    return RETENTION.whole(made.retention(*given, **settings))


def column(rows, name):
    return np.array(rows[name].to_pylist())


def test_viewers_leave_where_they_leave(events_of, watching):
    ends = [100, 100, 250, 400, 600]
    rows = [row for viewer, end in enumerate(ends, 1) for row in watching(0, end, viewer=viewer)]
    later = {"at": 500_000, "viewer": 99, "event": "heartbeat", "title": "sun"}
    found = retention(events_of(*rows, later), CATALOGUE)
    found = found.filter(pa.compute.equal(found["title"], "rain"))
    assert found.num_rows == 600
    assert {s: int(n) for s, n in enumerate(column(found, "left")) if n} == {99: 2, 249: 1, 399: 1}
    assert column(found, "finished")[599] == 1
    assert column(found, "there")[[0, 99, 100, 250, 599]].tolist() == [5, 5, 3, 2, 1]
    assert (column(found, "watched") == column(found, "there")).all()
    assert not column(found, "replayed").any()
    assert column(found, "stays")[[98, 99, 249, 399]] == pytest.approx([1, 0.6, 0.4, 0.2])
    assert (column(found, "stays_low") <= column(found, "stays")).all()
    assert (column(found, "stays") <= column(found, "stays_high")).all()


def test_skipped_and_seen_again(events_of):
    rows = [{"at": 0, "position": 0}, {"at": 50, "position": 50, "event": "seek", "target": 200},
            {"at": 80, "position": 230, "event": "seek", "target": 210}, {"at": 120, "position": 250, "event": "stop"},
            {"at": 9e5, "position": 250, "viewer": 2, "event": "stop"}]  # fmt: skip
    found = retention(events_of(*rows), CATALOGUE)
    assert {s for s, n in enumerate(column(found, "skipped")) if n} == set(range(50, 200))
    assert {s for s, n in enumerate(column(found, "replayed")) if n} == set(range(210, 230))
    assert {s for s, n in enumerate(column(found, "watched")) if n} == set(range(50)) | set(range(200, 250))
    assert column(found, "left")[249] == 1


def test_who_goes_back_has_not_left_there(events_of, watching):
    later = {"at": 9e5, "viewer": 2, "event": "stop", "position": 1}
    rows = [*watching(0, 300), *watching(20, 40, since=90_000), later]
    left = column(retention(events_of(*rows), CATALOGUE), "left")
    assert (left.sum(), left[299]) == (1, 1)


def test_who_leaves_at_once_was_there_and_left_in_the_first_second(events_of, watching):
    at_once = [{"at": 100, "viewer": 2, "position": 0}, {"at": 100.2, "viewer": 2, "position": 0.2, "event": "stop"}]
    sun = [{"at": 100 + n * 0.2, "viewer": 3, "title": "sun", "position": n * 0.2, "event": event}
           for n, event in enumerate(("play", "stop"))]  # fmt: skip
    later = {"at": 500_000, "viewer": 99, "event": "heartbeat", "title": "moon"}
    found = retention(events_of(*watching(0, 300), *at_once, *sun, later), CATALOGUE)
    rain = found.filter(pa.compute.equal(found["title"], "rain"))
    assert {s: int(n) for s, n in enumerate(column(rain, "left")) if n} == {0: 1, 299: 1}
    assert (column(found, "left") >= 0).all() and (column(found, "left") <= column(found, "there")).all()


def test_a_film_goes_on_behind_the_whole_minutes_of_a_catalogue(events_of, watching):
    films = ASSETS.from_rows([{"asset": "f", "path": "cut/a.mp4", "kind": "video", "start": 0,
                               "end": 640 * FLICKS_PER_SECOND}])  # fmt: skip
    own = TITLE_FILMS.from_rows([{"title": "rain", "asset": "f", "name": "Rain", "how": "catalogue"}])
    found = retention(events_of(*watching(0, 640), {"at": 9e5, "viewer": 2, "event": "stop", "position": 1}),
                      CATALOGUE, films, own)  # fmt: skip
    assert found.num_rows == 640 and column(found, "finished")[639] == 1 and not column(found, "left")[:639].any()


def test_who_may_still_be_watching_has_not_left(events_of, watching):
    rows = [*watching(0, 300), *watching(0, 200, viewer=2, since=3000)]
    left = column(retention(events_of(*rows), CATALOGUE), "left")
    assert {s for s, n in enumerate(left) if n} == {299}


def test_without_positions_there_is_nothing(events_of):
    assert retention(events_of()).num_rows == 0
    assert retention(events_of({"event": "rating", "value": 3.0}, {"at": 0, "event": "play"})).num_rows == 0


def test_one_viewer_of_one_title_without_a_length(events_of, watching):
    found = retention(events_of(*watching(0, 60)))
    assert found.num_rows == 61
    assert column(found, "watched").sum() == 60


def test_shares_of_viewers_at_a_time_are_the_same(events_of, watching, monkeypatch):
    random = np.random.default_rng(5)
    rows = [row for viewer in range(30) for row in watching(0, random.integers(20, 600), viewer=viewer * 9 + 1)]
    whole = retention(events_of(*rows), CATALOGUE)
    monkeypatch.setattr("kinoeye.signals.viewing_events.SHARE_ROWS", 50)
    assert retention(events_of(*rows), CATALOGUE).equals(whole)


def test_intervals_are_those_of_the_other_place():
    low, high = wilson(np.array([3, 0]), np.array([40, 0]))
    figure = of_share(3, 40)
    assert (low[0], high[0]) == pytest.approx((figure.low, figure.high))
    assert np.isnan(low[1])


def test_the_interval_holds_what_is_true():
    """Of 300 audiences that leave by a known hazard, about 95 % have the truth in their interval."""
    random, inside = np.random.default_rng(1), 0
    for _ in range(300):
        ends = random.geometric(0.01, 80)
        there = (ends[:, None] > np.arange(100)).sum(axis=0)
        left = (ends[:, None] == np.arange(1, 101)).sum(axis=0)
        _, low, high = staying(left, there)
        inside += low[59] <= 0.99**60 <= high[59]
    assert 0.90 <= inside / 300 <= 0.99


def test_settings_have_bounds(events_of):
    with pytest.raises(SettingError, match=r"retention: finish must lie in 0\.\.1, got 2"):
        retention(events_of(), finish=2.0)
    with pytest.raises(SettingError, match="retention: gap must be above 0 seconds, got 0"):
        retention(events_of(), gap=0.0)
