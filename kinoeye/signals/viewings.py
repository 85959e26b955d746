"""Viewings: events of viewers in the order of their times, cut into sittings, with what was played in between.

Viewer and time of an event are packed into one whole number; sorting these is sorting the events, and a gap between two
neighbours, or another viewer, begins a sitting. What stood between two events of a title was played if the time that
went by and the stretch of the title agree; where a log has no positions, the time alone counts.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.errors import InputError
from kinoeye.signals.viewing_events import MS, NOT_THERE, ViewingEvents
from kinoeye.streams import EVENTS
from kinoeye.timecode import FLICKS_PER_SECOND

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

_QUICKEST = 4  # times the usual speed that a player plays at
_SLACK = 3 * FLICKS_PER_SECOND  # by which clock and position may differ
_LONGEST_MS = 6 * 3_600_000  # that somebody watches without any event
_STALL_MS = 120_000  # a stall that never ends is one that was left
_JUMP_MS = 60_000  # of the time before a jump that nobody told, this much was watched at most

PLAY, PAUSE, SEEK, STOP, HEARTBEAT, REBUFFER, QUALITY, RATING, SEARCH, CLICK, IMPRESSION, WATCHED = range(len(EVENTS))
_BY_PLAYER = np.array(
    [each in {"play", "pause", "seek", "stop", "heartbeat", "rebuffer", "quality"} for each in EVENTS]
)
_RUNS = np.array([each in {"play", "seek", "heartbeat", "quality"} for each in EVENTS])
_HALTS = np.array([each in {"pause", "stop"} for each in EVENTS])


@dataclass(frozen=True)
class Viewings:
    """Events by viewer and time.

    Parameters
    ----------
    viewers : int64 [v]
        Their hashes.
    titles : sequence of str [t]
    viewer, title : int64 [n]
        Places in `viewers` and `titles`; -1 of an event without a title.
    at : int64 [n], ms since 1970
    event : int8 [n]
        Places in `EVENTS`.
    position, target, length : int64 [n], flicks; `NOT_THERE` where there is none
    sitting : int64 [n]
        Number of the sitting, from 0 over all viewers.
    row : int64 [n]
        Place of the event among those that were given.
    """

    viewers: Whole
    titles: list[str]
    viewer: Whole
    title: Whole
    at: Whole
    event: npt.NDArray[np.int8]
    position: Whole
    target: Whole
    length: Whole
    sitting: Whole
    row: Whole

    def __len__(self) -> int:
        return len(self.at)


@dataclass(frozen=True)
class Played:
    """What was played, stretch by stretch.

    Parameters
    ----------
    event : int64 [m]
        Place of the event at which the stretch begins.
    begin, end : int64 [m], flicks
        In the title; `NOT_THERE` where the log has no positions.
    watched : int64 [m], flicks
        Time that the viewer spent on it.
    stalled : int64 [m], flicks
        Time that the player spent on loading.
    skipped_from, skipped_to : int64 [m], flicks
        What was jumped over forwards; `NOT_THERE` where nothing was.
    """

    event: Whole
    begin: Whole
    end: Whole
    watched: Whole
    stalled: Whole
    skipped_from: Whole
    skipped_to: Whole


def breaks(keys: Whole, gap: int) -> Mask:
    """Say at which of some sorted keys a sitting begins.

    Parameters
    ----------
    keys : int64 [n], sorted
        Viewer and time as `packed` puts them together.
    gap : int
        Longest time without an event inside a sitting, in the unit of the time.
    """
    out = np.ones(len(keys), bool)
    np.greater(keys[1:] - keys[:-1], gap, out=out[1:])
    return out


def packed(viewer: Whole, at: Whole, gap: int, longest: int = 0) -> Whole | None:
    """Return viewer and time as one whole number each, so that sorting them sorts by both; None if they do not fit.

    Parameters
    ----------
    viewer : int64 [n], 0 .. v - 1
    at : int64 [n]
    gap, longest : int
        Two viewers lie further apart than both together.
    """
    if not len(at):
        return np.zeros(0, np.int64)
    first = int(at.min())
    stride = int(at.max()) - first + gap + longest + 1
    if (int(viewer.max()) + 1) * stride >= 1 << 62:
        return None
    key = viewer.astype(np.int64)
    key *= stride
    key += at
    key -= first
    return key


def sittings(viewer: Whole, at: Whole, gap: int) -> tuple[Whole, Whole, Whole, Whole]:
    """Return the sittings of viewers by viewer and time, where nothing but times is known.

    Parameters
    ----------
    viewer : int64 [n]
        Any numbers.
    at : int64 [n]
    gap : int
        Longest time without an event inside a sitting.

    Returns
    -------
    viewer, first, last, events : int64 [sittings]
        Viewers in the order in which they come first in `viewer`.

    Raises
    ------
    InputError
        If viewers and times are too many and too far apart to be sorted as one number each.
    """
    coded = pc.dictionary_encode(pa.array(viewer))
    key = packed(np.asarray(coded.indices), at, gap)
    if key is None:
        raise InputError("viewings: viewers times the span of their times must be below 2**62, got more")
    if not len(key):
        return key, key, key, key
    stride = int(at.max()) - int(at.min()) + gap + 1
    key.sort()
    begins = np.flatnonzero(breaks(key, gap))
    ends = np.append(begins[1:], len(key))
    who, first = np.divmod(key[begins], stride)
    since = int(at.min())
    return np.asarray(coded.dictionary)[who], first + since, key[ends - 1] - who * stride + since, ends - begins


def viewings(events: ViewingEvents, rows: Whole, *, gap_s: float) -> Viewings:
    """Sort events by viewer and time, and cut them into sittings.

    Parameters
    ----------
    events : ViewingEvents
    rows : int64
        Which of them; those without a time are left out.
    gap_s : seconds
        Without an event, after which a new sitting begins; what a player plays on through is no gap.
    """
    rows = rows[events.at[rows] != NOT_THERE]
    viewers, viewer = np.unique(events.viewer[rows], return_inverse=True)
    event, at = events.event[rows], events.at[rows]
    length = events.length.part(rows, NOT_THERE)
    seen = np.where((event == WATCHED) & (length != NOT_THERE), length // MS, 0).clip(0)
    gap = max(1, round(gap_s * 1000))
    order, key = _sorted(viewer.astype(np.int64), at, gap, int(seen.max(initial=0)))
    row = rows[order]
    position = events.position[row].astype(np.int64)
    own = Viewings(
        viewers, events.titles, viewer[order], events.title[row].astype(np.int64), at[order], event[order],
        np.where(position >= 0, position * MS, NOT_THERE), events.target.part(row, NOT_THERE), length[order],
        np.zeros(len(order), np.int64), row,
    )  # fmt: skip
    if not len(order):
        return own
    ends = np.maximum.accumulate(key + seen[order])
    begins = np.ones(len(order), bool)
    begins[1:] = key[1:] - ends[:-1] > gap
    begins[1:] &= ~_plays_on(own, begins[1:])
    own.sitting[:] = np.cumsum(begins) - 1
    return own


def played(own: Viewings) -> Played:
    """Return what was played between events, and what rows say that was watched."""
    at = np.flatnonzero(_BY_PLAYER[own.event] & (own.title >= 0))
    one, other = at[:-1], at[1:]
    same = (own.sitting[one] == own.sitting[other]) & (own.title[one] == own.title[other])
    position = _positions(own, at, same)
    one, other, begin, end = one[same], other[same], position[:-1][same], position[1:][same]
    is_told = (own.event[one] == SEEK) & (own.target[one] != NOT_THERE)
    begin = np.where(is_told, own.target[one], begin)
    time = (own.at[other] - own.at[one]) * MS
    stalled = _stalls(own, one, time)
    runs = ~_halted(own, at, same)[:-1][same]
    known = (begin != NOT_THERE) & (end != NOT_THERE)
    stretch = np.where(known, end - begin, 0)
    agrees = known & runs & (stretch >= 0) & (stretch <= _QUICKEST * time + _SLACK)
    jumps = known & ~agrees & (stretch > _SLACK)
    left = np.maximum(0, time - stalled)
    jumped = np.minimum(left, _JUMP_MS * MS)
    watched = np.where(agrees | ~known, left, np.where(runs, jumped, 0)) * runs
    told_from, told_to = own.position[one], own.target[one]
    forward = is_told & (told_from != NOT_THERE) & (told_to > told_from)
    nothing = np.full(len(one), NOT_THERE)
    whole = Played(
        one, np.where(agrees & (stretch > 0), begin, nothing), np.where(agrees & (stretch > 0), end, nothing), watched,
        stalled, np.where(forward, told_from, np.where(jumps, begin, nothing)),
        np.where(forward, told_to, np.where(jumps, end, nothing)),
    )  # fmt: skip
    return _with_told(own, whole)


def covered(group: Whole, begin: Whole, end: Whole, groups: int) -> Whole:
    """Return how much the stretches of each group cover together, int64 [groups].

    Parameters
    ----------
    group : int64 [m], 0 .. groups - 1
    begin, end : int64 [m]
    """
    out = np.zeros(groups, np.int64)
    if not len(group):
        return out
    order = np.lexsort((begin, group))
    group, begin, end = group[order], begin[order], end[order]
    stride = int(end.max()) - min(0, int(begin.min())) + 1
    furthest = np.maximum.accumulate(group * stride + end)
    before = np.concatenate([[0], furthest[:-1]]) - group * stride
    new = np.maximum(0, end - np.maximum(begin, before))
    np.add.at(out, group, new)
    return out


def _sorted(viewer: Whole, at: Whole, gap: int, longest: int) -> tuple[Whole, Whole]:
    """Return the order of events and their keys in it; of two at once the one that stood first comes first."""
    key = packed(viewer, at, gap, longest)
    if key is None:
        order = np.lexsort((at, viewer))
        time = at[order] - int(at.min())
        # Too wide for one number: a rank of the time does as well, with jumps wider than any gap kept.
        steps = np.minimum(np.diff(time, prepend=0).clip(0), gap + longest + 1)
        new = np.diff(viewer[order], prepend=-1) != 0
        return order, np.cumsum(np.where(new, gap + longest + 1, steps))
    order = np.argsort(key)
    key = key[order]
    twin = np.zeros(len(key), bool)
    twin[1:] = key[1:] == key[:-1]
    twin[:-1] |= twin[1:]
    if twin.any():
        own = order[twin]
        order[twin] = own[np.lexsort((own, key[twin]))]
    return order, key


def _plays_on(own: Viewings, begins: Mask) -> Mask:
    """Say which gaps a player played on through: no event for long, and the position is where it must be."""
    at = np.flatnonzero(begins)
    out = np.zeros(len(begins), bool)
    one, other = at, at + 1
    time = own.at[other] - own.at[one]
    is_one = (own.viewer[one] == own.viewer[other]) & (own.title[one] == own.title[other]) & (own.title[one] >= 0)
    is_one &= (time <= _LONGEST_MS) & _RUNS[own.event[one]] & _BY_PLAYER[own.event[other]] & (own.event[other] != PLAY)
    begin = np.where((own.event[one] == SEEK) & (own.target[one] != NOT_THERE), own.target[one], own.position[one])
    end = own.position[other]
    known = (begin != NOT_THERE) & (end != NOT_THERE)
    stretch = np.where(known, end - begin, 0)
    out[at] = is_one & (~known | ((2 * stretch >= time * MS) & (stretch <= _QUICKEST * time * MS + _SLACK)))
    return out


def _positions(own: Viewings, at: Whole, same: Mask) -> Whole:
    """Return where the title stands at each event of a player; where the log does not say, by the time since it did."""
    position = own.position[at]
    known = position != NOT_THERE
    if known.all() or not known.any():
        return position
    run = np.concatenate([[0], np.cumsum(~same)])
    after = np.where((own.event[at] == SEEK) & (own.target[at] != NOT_THERE), own.target[at], position)
    last = np.maximum.accumulate(np.where(known, np.arange(len(at)), -1))
    step = np.concatenate([[0], np.where(same & ~_halted(own, at, same)[:-1], np.diff(own.at[at]), 0)]) * MS
    clock = np.cumsum(step)
    near = last.clip(0)
    reached = (last >= 0) & (run[near] == run)
    return np.where(known, position, np.where(reached, after[near] + clock - clock[near], NOT_THERE))


def _halted(own: Viewings, at: Whole, same: Mask) -> Mask:
    """Say after which events of a player nothing plays; quality says nothing of it, a stall plays on."""
    says = own.event[at] != QUALITY
    run = np.concatenate([[0], np.cumsum(~same)])
    last = np.maximum.accumulate(np.where(says, np.arange(len(at)), -1)).clip(0)
    return np.asarray((run[last] == run) & _HALTS[own.event[at[last]]])


def _stalls(own: Viewings, one: Whole, time: Whole) -> Whole:
    is_stall = own.event[one] == REBUFFER
    told = own.length[one]
    length = np.where(told != NOT_THERE, np.minimum(told, time), np.minimum(time, _STALL_MS * MS))
    return np.where(is_stall, np.maximum(0, length), 0)


def _with_told(own: Viewings, found: Played) -> Played:
    """Add what single rows say that was watched."""
    at = np.flatnonzero((own.event == WATCHED) & (own.length != NOT_THERE) & (own.title >= 0))
    if not len(at):
        return found
    length, begin = own.length[at], own.position[at]
    none, zero = np.full(len(at), NOT_THERE), np.zeros(len(at), np.int64)
    parts = (
        (found.event, at), (found.begin, begin), (found.end, np.where(begin == NOT_THERE, NOT_THERE, begin + length)),
        (found.watched, length), (found.stalled, zero), (found.skipped_from, none), (found.skipped_to, none),
    )  # fmt: skip
    return Played(*(np.concatenate(each) for each in parts))
