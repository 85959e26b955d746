import numpy as np
import pytest

from kinoeye.sample.viewers import EVENTS, Wishes, simulate
from kinoeye.sample.viewers_playback import Faults
from kinoeye.sample.viewers_tastes import Title
from kinoeye.signals.content import Content
from kinoeye.signals.leaving import PLAYED, STATES, Reports, counted

NONE = np.nan
SMOOTH, _MIDDLING, POOR, REBUFFERED = range(len(STATES))


def reports(*rows: tuple[int, float, str, float], target: dict[int, float] | None = None) -> Reports:
    """Rows: viewer, seconds by the clock, event, position; of a quality the position is 0 and its kbit/s behind it."""
    viewer, at, event, position = zip(*rows, strict=True)
    kbps = [float(name.partition(" ")[2] or "nan") for name in event]
    targets = np.array([(target or {}).get(place, NONE) for place in range(len(rows))])
    return Reports(
        np.array(viewer), np.zeros(len(rows), np.int64), (1000 * np.array(at)).astype(np.int64),
        np.array([PLAYED.index(name.partition(" ")[0]) for name in event]), np.array(position, float), targets,
        np.array(kbps),
    )  # fmt: skip


def sums(*rows: tuple[int, float, str, float], seconds: int = 100, **more) -> tuple[np.ndarray, np.ndarray]:
    found = counted(reports(*rows, **more), {0: seconds}, 2)[0]
    return found.there.sum((1, 2)), found.left.sum((1, 2))


def test_who_stops_has_left_and_who_reaches_the_end_has_not() -> None:
    there, left = sums((1, 0, "play", 0), (1, 40, "stop", 40), (2, 0, "play", 0), (2, 100, "stop", 100))
    assert there[[0, 39, 40, 99]].tolist() == [2, 2, 1, 1]
    assert np.flatnonzero(left).tolist() == [39]


def test_a_pause_is_no_leaving_unless_it_is_for_good() -> None:
    back = (1, 0, "play", 0), (1, 20, "pause", 20), (1, 90, "play", 20), (1, 170, "stop", 100)
    there, left = sums(*back)
    assert left.sum() == 0
    assert (there == 1).all()
    for_good = (1, 0, "play", 0), (1, 20, "pause", 20), (1, 9000, "play", 20), (1, 9080, "stop", 100)
    assert np.flatnonzero(sums(*for_good)[1]).tolist() == [19]


def test_what_is_jumped_over_was_not_watched() -> None:
    there, left = sums((1, 0, "play", 0), (1, 20, "seek", 20), (1, 50, "stop", 80), target={1: 50})
    assert there[10] == there[60] == 1
    assert not there[25:50].any()
    assert np.flatnonzero(left).tolist() == [79]


def test_the_clock_must_allow_what_was_watched() -> None:
    there, _ = sums((1, 0, "play", 0), (1, 3, "heartbeat", 90), (1, 8, "stop", 95))
    assert not there[5:85].any()


def test_after_a_rebuffering_it_is_told_apart() -> None:
    found = counted(reports((1, 0, "play", 0), (1, 0, "quality 6000", 0), (1, 30, "rebuffer", 30),
                            (1, 60, "stop", 55)), {0: 100}, 2)[0]  # fmt: skip
    there = found.there.sum(2)
    assert there[29, SMOOTH] == there[30, REBUFFERED] == there[44, REBUFFERED] == there[45, SMOOTH] == 1
    assert found.left.sum(2)[54].tolist() == [1, 0, 0, 0]
    soon = counted(reports((1, 0, "play", 0), (1, 30, "rebuffer", 30), (1, 45, "stop", 40)), {0: 100}, 2)[0]
    assert soon.left.sum(2)[39, REBUFFERED] == 1


def test_poor_quality_is_told_apart() -> None:
    found = counted(reports((1, 0, "play", 0), (1, 0, "quality 400", 0), (1, 50, "stop", 50)), {0: 100}, 2)[0]
    assert found.there.sum(2)[10].tolist() == [0, 0, 1, 0]


def test_who_ends_without_a_word_is_spread_to_the_next_heartbeat() -> None:
    beats = [(viewer, 10 * beat, "heartbeat", 10 * beat) for viewer in (1, 2) for beat in range(1, 5)]
    there, left = sums((1, 0, "play", 0), (2, 0, "play", 0), *beats, (2, 42, "stop", 42))
    assert left[40:50] == pytest.approx([0.1, 1.1, *[0.1] * 8])
    assert left.sum() == pytest.approx(2)
    assert (there >= left).all()


def test_without_heartbeats_nobody_knows_when() -> None:
    there, left = sums((1, 0, "play", 0), (1, 30, "quality 6000", 30))
    assert left.sum() == 0
    assert there.sum() == 30


def test_reports_that_come_twice_or_late_change_nothing() -> None:
    rows = [(1, 0.0, "play", 0.0), (1, 10.0, "heartbeat", 10.0), (1, 20.0, "heartbeat", 20.0), (1, 33.0, "stop", 33.0)]
    plain = sums(*rows)
    muddled = sums(rows[2], rows[0], rows[1], rows[1], rows[3], rows[0])
    assert all(np.array_equal(one, other) for one, other in zip(plain, muddled, strict=True))


def test_positions_that_cannot_be_are_passed_over() -> None:
    there, left = sums((1, 0, "play", -5), (1, 10, "stop", -2), (2, 0, "play", NONE), (2, 5, "stop", NONE))
    assert there.sum() == left.sum() == 0


def test_nothing_reported_is_nothing_counted() -> None:
    empty = reports((1, 0, "play", 0)).take(np.arange(0))
    assert counted(empty, {0: 10}, 2)[0].there.shape == (10, len(STATES), 2)


def test_made_viewers_are_counted_as_they_were_made() -> None:
    made = simulate([Title("t", 900)], {"t": Content(900, {})}, (), Wishes(3000, 1, titles_each=1.0, unsaid=0.0,
                    faults=Faults(rebuffered=6.0, often=3.0)))  # fmt: skip
    log = made.log
    place = np.array([PLAYED.index(name) if name in PLAYED else -1 for name in EVENTS])[log.event]
    log, place = log.take(place >= 0), place[place >= 0]
    found = counted(Reports(log.viewer + 1, log.title, log.at_ms, place, log.position, log.target, log.value),
                    {0: 900})[0]  # fmt: skip
    assert found.left.sum() == pytest.approx(made.truth["titles"][0]["left"], rel=0.01)
    rate = found.left.sum((0, 2)) / found.there.sum((0, 2))
    assert rate[REBUFFERED] / rate[SMOOTH] == pytest.approx(6.0, rel=0.35)
