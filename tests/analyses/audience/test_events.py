"""Faults that only a look at all rows shows are put right or left out, and what is sound stays as it is."""

import datetime

import pytest

from kinoeye.analyses.audience import events as made
from kinoeye.analyses.audience.events import EVENTS
from kinoeye.analyses.audience.log_faults import LOG_FAULTS, log_faults
from kinoeye.errors import SettingError
from kinoeye.timecode import FLICKS_PER_SECOND

EPOCH = datetime.datetime(1970, 1, 1, 0, 5, tzinfo=datetime.UTC)


def events(*given, **settings):
    return EVENTS.whole(made.events(*given, **settings))


def counted(log):
    rows = log_faults(log)
    assert rows.schema.equals(LOG_FAULTS.schema)
    return {row["reason"]: (row["rows"], row["first"], row["used"]) for row in rows.to_pylist()}


def test_a_sound_log_stays_as_it_is(log_of, watching):
    log = log_of(*watching(0, 100))
    found = events(log)
    assert found["event"].to_pylist() == ["play", *["heartbeat"] * 9, "stop"]
    assert found["position"].to_pylist()[1] == 10 * FLICKS_PER_SECOND
    assert log_faults(log).num_rows == 0


def test_nothing_gives_nothing(log_of):
    assert events(log_of()).num_rows == log_faults(log_of()).num_rows == 0


def test_the_same_event_counts_once(log_of, watching):
    rows = watching(0, 100)
    again = [rows[0], rows[4], {**rows[4], "received": 900}]
    log = log_of(*rows, *again, {**rows[4], "viewer": 2})
    assert events(log)["row"].to_pylist() == [*range(1, 12), 15]
    assert counted(log)["twice"] == (3, 12, False)


def test_of_requests_the_same_second_is_no_double(log_of, watching):
    rows = watching(0, 100)
    assert events(log_of(*rows, rows[4], kind="cmcd")).num_rows == 12


@pytest.mark.parametrize("hours", [7, -7])
def test_a_clock_that_is_hours_off_is_put_right(log_of, watching, hours):
    skewed = [
        {**row, "device": 5, "at": row["at"] + 3600 * hours, "received": row["at"] + 1} for row in watching(0, 90)
    ]
    sound = [{**row, "device": 6, "viewer": 2, "received": row["at"] + 1} for row in watching(0, 90)]
    log = log_of(*skewed, *sound)
    found = events(log)["at"].to_pylist()
    assert all(abs((one - other).total_seconds()) <= 1 for one, other in zip(found[:10], found[10:], strict=True))
    assert counted(log)["clock_skew"] == (10, 1, True)


def test_a_device_that_was_without_a_network_is_not_off(log_of, watching):
    log = log_of(*({**row, "device": 5, "received": 9000} for row in watching(0, 1800)))
    assert "clock_skew" not in counted(log)


def test_a_clock_that_was_never_set(log_of):
    log = log_of({"at": EPOCH, "received": 20, "event": "play"}, {"at": EPOCH, "event": "play", "viewer": 2},
                 {"at": EPOCH, "event": "rating", "value": 8.0}, {"at": 30, "event": "stop"})  # fmt: skip
    found = events(log).to_pylist()
    assert [row["at"] and row["at"].year for row in found] == [2026, None, 2026]
    assert counted(log) == {"impossible_time": (2, 2, False), "time_from_receiver": (1, 1, True)}


def test_positions_outside_the_title(log_of):
    log = log_of({"at": 0, "position": -5}, {"at": 10, "position": 500, "whole": 100}, {"at": 20, "position": 101},
                 {"at": 30, "position": 5, "event": "seek", "target": -1})  # fmt: skip
    second = FLICKS_PER_SECOND
    assert events(log)["position"].to_pylist() == [None, 100 * second, 101 * second, 5 * second]
    assert counted(log) == {"negative_position": (1, 1, True), "position_beyond_end": (1, 2, True),
                            "negative_target": (1, 4, True)}  # fmt: skip


def test_out_of_order_is_counted_and_kept(log_of):
    log = log_of({"at": 20}, {"at": 10}, {"at": 5, "viewer": 2}, {"at": 30})
    assert events(log).num_rows == 4
    assert counted(log) == {"out_of_order": (1, 2, True)}


def test_programs_are_marked(log_of, watching):
    quick = [{"viewer": 2, "at": n / 5, "title": f"t{n}", "event": "play"} for n in range(3000)]
    sleepless = [{"viewer": 3, "at": 1800 * n, "title": f"t{n}", "event": "play"} for n in range(200)]
    told = [{"viewer": 4, "at": 5, "bot": True}]
    human = [{**row, "viewer": 1} for day in range(5) for row in watching(0, 3000, since=86_400 * day)]
    log = log_of(*quick, *sleepless, *told, *human)
    found = events(log)
    own = set(zip(found["viewer"].to_pylist(), found["bot"].to_pylist(), strict=True))
    assert own == {(1, False), (2, True), (3, True), (4, True)}
    assert counted(log)["bot"][0] == 3201


def test_many_ratings_at_once_are_human(log_of):
    log = log_of(*({"at": n / 10, "title": f"t{n}", "event": "rating", "value": 5.0} for n in range(2000)))
    assert not any(events(log)["bot"].to_pylist())


def test_what_could_not_be_read_is_told_too(log_of, watching):
    assert counted(log_of(*watching(0, 20), faults=[("broken_json", 7, 3)])) == {"broken_json": (7, 3, False)}


def test_the_answer_does_not_depend_on_batches(log_of, watching, monkeypatch):
    rows = watching(0, 300)
    log = log_of(*rows, *rows[3:9], {"at": 3, "position": -2})
    whole, faults = events(log), log_faults(log)
    monkeypatch.setattr("kinoeye.streams.Log.batches", lambda self: iter(self.rows.to_batches(batch_size=7)))
    assert events(log).equals(whole)
    assert log_faults(log).equals(faults)


def test_settings_have_bounds(log_of):
    with pytest.raises(SettingError, match="events: most_per_minute must be above 0, got 0"):
        events(log_of(), most_per_minute=0)
