"""Leaving: from what players report to how many watched each second of a title, and how many left in it.

A visit is what one viewer does with one title without a break of half an hour. Between two reports a title is watched
if it was playing and the clock allows it; where a viewer's visit ends, the viewer leaves. A visit that ends without a
word ends somewhere before its next heartbeat would have come, and is spread over that span; where there are no
heartbeats nobody knows when, and it only ceases to be there. Each second is told apart
by the state of playback, so that what faults of playback do is not put down to what was shown, and by groups of
viewers, drawn by their numbers, so that other viewers can be imagined.

Source: Singer & Willett, "It's about time", J. Educational Statistics 18(2), 1993 (person-period data).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

STATES = ("smooth", "middling", "poor", "rebuffered")
POOR_KBPS, MIDDLING_KBPS = 1000.0, 3000.0
REBUFFERED_S = 15.0  # so long after a rebuffering it still moves viewers
PLAYED = ("play", "pause", "seek", "stop", "heartbeat", "rebuffer", "quality")

_NO_CLOCK = -(1 << 52)  # milliseconds; anything before it is no time
_LONGEST_S = 6 * 3600.0
_BREAK_MS = 30 * 60 * 1000
_FASTEST, _SLACK_S = 2.2, 12.0  # a player's speed, and reports that come late
_UNTIMED_S = 600.0  # longest stretch between two reports without a clock
_PLAY, _PAUSE, _SEEK, _STOP, _BEAT, _REBUFFER, _QUALITY = range(7)


@dataclass(frozen=True)
class Reports:
    """What players reported of some titles, in any order; one entry an event of `PLAYED`.

    Parameters
    ----------
    viewer : int64 [n]
    title : int64 [n]
        Place in the titles.
    at_ms : int64 [n]
        The least int64 where there is no clock.
    event : int64 [n]
        Place in `PLAYED`.
    position, target : float64 [n], seconds
    kbps : float64 [n]
        Of a quality.
    """

    viewer: Ints
    title: Ints
    at_ms: Ints
    event: Ints
    position: Floats
    target: Floats
    kbps: Floats

    def take(self, order: npt.NDArray[np.int64]) -> "Reports":
        """Return some of its entries."""
        return Reports(**{name: column[order] for name, column in vars(self).items()})


@dataclass(frozen=True)
class Counted:
    """How many were there and how many left, of one title: float64 [seconds, states, groups] each."""

    there: Floats
    left: Floats


@dataclass(frozen=True)
class _Told:
    """What is known after each report: where a visit begins, place, usual state, where it last stalled, the group."""

    first: Flags
    place: Floats
    usual: Ints
    stalled: Floats
    group: Ints


@dataclass(frozen=True)
class _Pieces:
    """Stretches that were watched: title, group, state, first second and one past the last."""

    title: Ints
    group: Ints
    state: Ints
    first: Ints
    end: Ints


def counted(reports: Reports, lengths: Mapping[int, int], groups: int = 16) -> dict[int, Counted]:
    """Count who was there and who left in each second of some titles.

    Who reaches the last two seconds has not left but finished.

    Parameters
    ----------
    reports : Reports
    lengths : mapping of a title's place to seconds
        Other titles are not counted.
    groups : int
    """
    known = np.zeros(max([*lengths, int(reports.title.max(initial=0))]) + 1, np.int64)
    for title, seconds in lengths.items():
        known[title] = seconds
    rows = _ordered(reports.take(np.flatnonzero(known[reports.title] > 0)))
    size = {title: (seconds, len(STATES), groups) for title, seconds in lengths.items()}
    out = {title: Counted(np.zeros(shape), np.zeros(shape)) for title, shape in size.items()}
    if not len(rows.viewer):
        return out
    told = _told(rows, groups)
    pieces, last = _watched(rows, told)
    beat = _beat(rows, told.first)
    for title, seconds in lengths.items():
        there = _covered(pieces, np.flatnonzero(pieces.title == title), seconds, groups)
        left = _left(rows, told, last[rows.title[last] == title], there, beat)
        out[title] = Counted(np.maximum(there, left), left)
    return out


def _ordered(reports: Reports) -> Reports:
    """Return reports by viewer, title and clock, each once."""
    order = np.lexsort((np.arange(len(reports.viewer)), reports.at_ms, reports.title, reports.viewer))
    rows = reports.take(order)
    if len(rows.viewer) < 2:
        return rows
    same = np.append(False, (np.diff(rows.viewer) == 0) & (np.diff(rows.title) == 0) & (np.diff(rows.at_ms) == 0)
                     & (np.diff(rows.event) == 0) & (rows.at_ms[1:] > np.iinfo(np.int64).min)
                     & ((rows.position[1:] == rows.position[:-1]) | np.isnan(rows.position[1:])))  # fmt: skip
    return rows.take(np.flatnonzero(~same))


def _visits(rows: Reports) -> Flags:
    """Return where a visit begins."""
    other = (np.diff(rows.viewer) != 0) | (np.diff(rows.title) != 0)
    gap = np.diff(np.maximum(rows.at_ms, _NO_CLOCK)) > _BREAK_MS
    return np.append(True, other | (gap & (rows.at_ms[1:] > _NO_CLOCK) & (rows.at_ms[:-1] > _NO_CLOCK)))


def _carried(values: npt.NDArray[np.float64], tells: Flags, first: Flags, otherwise: float) -> Floats:
    """Return for each row what the last row of its visit that tells it told."""
    numbers = np.arange(len(values))
    begin = np.maximum.accumulate(np.where(first, numbers, 0))
    last = np.maximum.accumulate(np.where(tells, numbers, -1))
    return np.where(last >= begin, values[np.maximum(last, 0)], otherwise)


def _told(rows: Reports, groups: int) -> _Told:
    first = _visits(rows)
    place = _carried(rows.position, np.isfinite(rows.position), first, np.nan)
    kbps = _carried(rows.kbps, (rows.event == _QUALITY) & np.isfinite(rows.kbps), first, np.inf)
    usual = np.where(kbps < POOR_KBPS, 2, np.where(kbps < MIDDLING_KBPS, 1, 0))
    is_new = first | (rows.event == _SEEK)
    stalled = _carried(place, (rows.event == _REBUFFER) | is_new, first, -np.inf)
    stalled = np.where(_carried(rows.event.astype(np.float64), (rows.event == _REBUFFER) | is_new, first, -1)
                       == _REBUFFER, stalled, -np.inf)  # fmt: skip
    return _Told(first, place, usual, stalled, (rows.viewer * np.int64(2654435761) >> np.int64(7)) % groups)


def _watched(rows: Reports, told: _Told) -> tuple[_Pieces, Ints]:
    """Return what was watched, in parts of one state, and the last row of each visit that was watched at all."""
    event, first = rows.event, told.first
    tells = np.isin(event, (_PLAY, _PAUSE, _STOP, _BEAT, _REBUFFER))
    plays = _carried(np.isin(event, (_PLAY, _BEAT, _REBUFFER)).astype(np.float64), tells, first, 0.0) > 0
    begin = np.where((event == _SEEK) & np.isfinite(rows.target), rows.target, told.place)
    after = np.append(told.place[1:], np.nan)
    real = plays & np.append(~first[1:], False) & _is_likely(rows, begin, after)
    # A leg's first second counts from where it began; later parts begin with the next whole second.
    start = np.where((event == _SEEK) | first, np.floor(begin), np.ceil(begin))
    until = np.ceil(after)
    calm = np.where(told.stalled + REBUFFERED_S > begin, np.clip(np.ceil(told.stalled + REBUFFERED_S), start, until),
                    start)  # fmt: skip
    some = np.flatnonzero(real)
    parts = [(start, calm, np.full(len(event), 3)), (calm, until, told.usual)]
    columns = [
        (rows.title[some], told.group[some], state[some], low[some].astype(np.int64), high[some].astype(np.int64))
        for low, high, state in parts
    ]
    joined = [np.concatenate(each) for each in zip(*columns, strict=True)]
    kept = joined[4] > joined[3]
    visit = np.cumsum(first)
    last = np.flatnonzero(np.append(first[1:], True))
    seen = np.zeros(int(visit[-1]) + 1, bool)
    seen[visit[some]] = True
    return _Pieces(*(column[kept] for column in joined)), last[seen[visit[last]]]


def _is_likely(rows: Reports, begin: Floats, after: Floats) -> Flags:
    """Return whether the clock allows that what lies between a report and the next was watched."""
    is_timed = rows.at_ms > _NO_CLOCK
    elapsed = np.append(np.diff(np.maximum(rows.at_ms, _NO_CLOCK)), 0) / 1000
    longest = np.where(is_timed & np.append(is_timed[1:], False),
                       np.minimum(elapsed * _FASTEST + _SLACK_S, _LONGEST_S), _UNTIMED_S)  # fmt: skip
    with np.errstate(invalid="ignore"):
        return np.asarray((after > begin) & (after - begin <= longest) & (begin >= 0), np.bool_)


def _beat(rows: Reports, first: Flags) -> float:
    """Return the usual way between two heartbeats, in seconds of a title; infinite where a log has none."""
    both = np.flatnonzero((rows.event[1:] == _BEAT) & (rows.event[:-1] == _BEAT) & ~first[1:])
    if len(both) < 3:
        return np.inf
    apart = rows.position[both + 1] - rows.position[both]
    apart = apart[(apart > 0) & (apart < _UNTIMED_S)]
    return float(np.median(apart)) if len(apart) else np.inf


def _covered(pieces: _Pieces, mine: Ints, seconds: int, groups: int) -> Floats:
    """Return how many were there: pieces laid over each other."""
    states = len(STATES)
    column = pieces.state[mine] * groups + pieces.group[mine]
    low, high = (np.minimum(edge[mine], seconds) for edge in (pieces.first, pieces.end))
    size = states * groups * (seconds + 1)
    edges = np.bincount(column * (seconds + 1) + low, minlength=size).astype(np.float64)
    edges -= np.bincount(column * (seconds + 1) + high, minlength=size)
    sums = np.cumsum(edges.reshape(states * groups, seconds + 1), axis=1)[:, :seconds]
    return np.ascontiguousarray(sums.reshape(states, groups, seconds).transpose(2, 0, 1))


def _left(rows: Reports, told: _Told, ends: Ints, there: Floats, beat: float) -> Floats:
    """Return how many left in each second: where visits end, if not at the title's end."""
    seconds = len(there)
    left = np.zeros_like(there)
    said = np.isin(rows.event[ends], (_STOP, _PAUSE))
    with np.errstate(invalid="ignore"):
        ends = ends[(told.place[ends] >= 0) & (told.place[ends] + np.where(said, 0.0, beat) < seconds - 2)]
    said, at, group = np.isin(rows.event[ends], (_STOP, _PAUSE)), told.place[ends], told.group[ends]
    state = np.where(at - told.stalled[ends] <= REBUFFERED_S, 3, told.usual[ends])
    second = np.maximum(0, np.ceil(at).astype(np.int64) - 1)
    np.add.at(left, (second[said], state[said], group[said]), 1.0)
    span = max(1, round(beat)) if np.isfinite(beat) else 0
    for step in range(span):
        late = np.minimum(np.ceil(at[~said]).astype(np.int64) + step, seconds - 3)
        np.add.at(left, (late, state[~said], group[~said]), 1.0 / span)
        np.add.at(there, (late, state[~said], group[~said]), 1.0 - step / span)
    return left
