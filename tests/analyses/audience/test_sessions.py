"""Sessions end where nothing happens for long, and say how much of which title was watched in them."""

import numpy as np
import pytest

from kinoeye.analyses.audience import sessions as made
from kinoeye.analyses.audience.sessions import SESSIONS
from kinoeye.errors import SettingError
from kinoeye.signals.viewing_events import NOT_THERE, gather
from kinoeye.signals.viewings import breaks, packed, sittings, viewings
from kinoeye.timecode import FLICKS_PER_SECOND


def sessions(*given, **settings):
    return SESSIONS.whole(made.sessions(*given, **settings))


def seconds(flicks):
    return None if flicks is None else flicks / FLICKS_PER_SECOND


def told(rows):
    return [(row["session"], row["title"], seconds(row["watched"]), seconds(row["played"]), row["ended"])
            for row in rows.to_pylist()]  # fmt: skip


def test_an_evening_is_one_session_and_the_next_another(events_of, watching):
    found = sessions(events_of(*watching(0, 300), *watching(300, 450, since=600), *watching(0, 60, since=90_000)))
    assert told(found) == [(1, "rain", 450, 450, "stopped"), (2, "rain", 60, 60, "stopped")]
    assert found.schema.equals(SESSIONS.schema)
    assert found["events"].to_pylist() == [47, 7]
    assert [seconds(each) for each in found["last"].to_pylist()] == [450, 60]


def test_nothing_and_programs_have_no_sessions(events_of, watching):
    assert sessions(events_of()).num_rows == 0
    assert sessions(events_of(*({**row, "bot": True} for row in watching(0, 60)))).num_rows == 0
    assert sessions(events_of({"event": "rating", "value": 7.0})).num_rows == 0  # no time


def test_titles_of_one_session_are_rows_of_their_own(events_of, watching):
    found = sessions(events_of(*watching(0, 60, title="rain"), *watching(0, 90, title="sun", since=100)))
    assert told(found) == [(1, "rain", 60, 60, "stopped"), (1, "sun", 90, 90, "stopped")]


def test_order_in_the_log_does_not_matter(events_of, watching):
    rows = [*watching(0, 300), *watching(0, 60, since=90_000), *watching(0, 200, viewer=2)]
    mixed = [rows[n] for n in np.random.default_rng(1).permutation(len(rows))]
    assert sessions(events_of(*mixed)).equals(sessions(events_of(*rows)))


def test_pauses_seeks_and_stalls(events_of):
    found = sessions(events_of(
        {"at": 0, "position": 0, "event": "play"},
        {"at": 60, "position": 60, "event": "pause"},
        {"at": 160, "position": 60, "event": "play"},
        {"at": 190, "position": 90, "event": "seek", "target": 500},
        {"at": 220, "position": 530, "event": "rebuffer", "length": 4},
        {"at": 234, "position": 540, "event": "quality", "value": 800.0},
        {"at": 244, "position": 550, "event": "pause"},
    ))  # fmt: skip
    assert told(found) == [(1, "rain", 60 + 30 + 30 + 10 + 10, 60 + 30 + 30 + 10 + 10, "paused")]
    assert (seconds(found["rebuffered"][0].as_py()), found["rebuffers"][0].as_py()) == (4, 1)


def test_a_film_that_plays_through_without_events_is_no_gap(events_of):
    rows = [{"at": 0, "position": 0, "event": "play"}, {"at": 5400, "position": 5400, "event": "stop"}]
    assert told(sessions(events_of(*rows))) == [(1, "rain", 5400, 5400, "stopped")]
    left = [rows[0], {"at": 5400, "position": 20, "event": "heartbeat"}]
    assert [row[0] for row in told(sessions(events_of(*left)))] == [1, 2]
    again = [rows[0], {"at": 5400, "position": 5400, "event": "play"}]
    assert len(told(sessions(events_of(*again)))) == 2


def test_a_log_without_positions_knows_the_time(events_of):
    found = sessions(events_of({"at": 0, "event": "play"}, {"at": 100, "event": "pause"}, {"at": 200, "event": "play"},
                               {"at": 300, "event": "stop"}))  # fmt: skip
    assert told(found) == [(1, "rain", 200, None, "stopped")]


def test_rows_that_say_what_was_watched(events_of):
    found = sessions(events_of({"at": 0, "event": "watched", "length": 3600, "position": 0},
                               {"at": 4000, "event": "watched", "length": 600, "title": "sun"}))  # fmt: skip
    assert told(found) == [(1, "rain", 3600, 3600, "stopped"), (1, "sun", 600, None, "stopped")]


def test_ratings_and_clicks_alone_are_not_watching(events_of):
    found = sessions(events_of({"at": 0, "event": "click"}, {"at": 10, "event": "rating", "value": 8.0}))
    assert told(found) == [(1, "rain", 0, None, "none")]


def test_jumps_that_nobody_told_are_no_watching_of_what_lies_between(events_of):
    found = sessions(events_of({"at": 0, "position": 0}, {"at": 10, "position": 10, "event": "heartbeat"},
                               {"at": 20, "position": 900, "event": "heartbeat"},
                               {"at": 30, "position": 910, "event": "stop"}))  # fmt: skip
    assert told(found)[0][3] == 20


def test_one_number_for_viewer_and_time_is_the_same_as_sorting_by_both(events_of):
    random = np.random.default_rng(3)
    viewer, at = random.integers(0, 50, 4000), random.integers(0, 10**7, 4000)
    key = np.sort(packed(viewer, at, 1800))
    order = np.lexsort((at, viewer))
    new = (np.diff(viewer[order], prepend=-1) != 0) | (np.diff(at[order], prepend=0) > 1800)
    assert (breaks(key, 1800) == new).all()
    assert packed(np.array([1 << 40]), np.array([1 << 40]), 1) is not None
    assert packed(np.array([1 << 40, 0]), np.array([0, 1 << 40]), 1) is None


@pytest.mark.parametrize("viewers", [1, 3, 5000, 60_000])
def test_sittings_of_times_alone(viewers):
    random = np.random.default_rng(viewers)
    names = random.choice(2**53, viewers, replace=False)
    viewer, at = names[random.integers(0, viewers, 60_000)], random.integers(0, 10**6, 60_000)
    found = np.stack(sittings(viewer, at, 1800))
    order = np.lexsort((at, viewer))
    new = np.flatnonzero((np.diff(viewer[order], prepend=-1) != 0) | (np.diff(at[order], prepend=0) > 1800))
    ends = np.append(new[1:], len(at))
    wanted = np.stack([viewer[order][new], at[order][new], at[order][ends - 1], ends - new])
    assert (found[:, np.lexsort((found[1], found[0]))] == wanted).all()
    assert all(not len(each) for each in sittings(np.zeros(0, np.int64), np.zeros(0, np.int64), 1))


def test_times_too_far_apart_for_one_number(events_of, watching, monkeypatch):
    rows = [row for viewer in range(20) for row in watching(0, 300, viewer=viewer + 1, since=7 * viewer)]
    rows += [{**row, "at": row["at"] + 90_000} for row in rows]
    whole = sessions(events_of(*rows))
    monkeypatch.setattr("kinoeye.signals.viewings.packed", lambda *_: None)
    assert sessions(events_of(*rows)).equals(whole)


def test_a_share_of_the_viewers_at_a_time_is_the_same(events_of, watching, monkeypatch):
    rows = [row for viewer in range(40) for row in watching(0, 300, viewer=7 * viewer + 1, since=7 * viewer)]
    rows += [{"event": "rating", "value": 3.0, "viewer": 8}, {"at": 3, "event": "seek", "target": 90, "position": 3}]
    mixed = events_of(*[rows[n] for n in np.random.default_rng(2).permutation(len(rows))])
    whole = sessions(mixed)
    monkeypatch.setattr("kinoeye.signals.viewing_events.SHARE_ROWS", 100)
    assert sum(1 for _ in gather(mixed).shares()) > 5
    assert sessions(mixed).equals(whole)


def test_the_events_of_a_sitting_lie_together(events_of, watching):
    every = gather(events_of(*watching(0, 60), *watching(0, 60, viewer=2)))
    own = viewings(every, np.arange(len(every)), gap_s=1800)
    assert (np.diff(own.sitting) >= 0).all()
    assert (own.position != NOT_THERE).all()


def test_settings_have_bounds(events_of):
    with pytest.raises(SettingError, match="sessions: gap must be above 0 seconds, got 0"):
        sessions(events_of(), gap=0)
