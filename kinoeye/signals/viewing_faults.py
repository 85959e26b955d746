"""Viewing faults: what is wrong with events of a log that only a look at all of them shows.

The same event twice, clocks that are hours off, times before anybody streamed, positions behind a title's end, programs
that pretend to watch. One pass collects what must be known (about 25 bytes a row); a second one, batch by batch, puts
right what can be put right and says which rows cannot be used.

A clock is known to be wrong where the log says when events were received, too. No event comes before it happened: a
device whose events do (its 90th percentile of time less received time lies above `most_skew_s`) is ahead by so much. A
device that is behind shows the same delay in all events; one that was without a network shows different ones, and
stays as it is.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from blake3 import blake3

from kinoeye.streams import EVENTS
from kinoeye.timecode import FLICKS_PER_SECOND

Whole = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]

NOT_THERE = np.int64(np.iinfo(np.int64).min)
_FIRST_MS, _LAST_MS = 631_152_000_000, 4_102_444_800_000  # 1990 .. 2100
_CODES = {event: code for code, event in enumerate(EVENTS)}
_BY_HAND = np.array([each in {"play", "pause", "seek", "stop", "search", "click"} for each in EVENTS])
_WITHOUT_TIME = np.array([each in {"rating", "watched"} for each in EVENTS])
_BEYOND = 2 * FLICKS_PER_SECOND  # a player's clock may run on so far behind the end
_SPREAD_MS = 120_000  # delays of a device that is behind differ by less
_LEAST_EVENTS, _LEAST_MINUTES, _WAKING_HOURS, _SLEEPLESS_DAYS = 300, 5, 23, 2
_MIX = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBF58476D1CE4E5B9))  # splitmix64's constants


@dataclass
class Faulty:
    """What all rows together say.

    Parameters
    ----------
    doubles : uint64 [d], sorted
        What stands there more than once.
    bots : int64 [b], sorted
        Viewers that no human is.
    devices, skews : int64 [k], the first sorted; ms
    ends : dict of title to flicks
    """

    doubles: npt.NDArray[np.uint64]
    bots: Whole
    devices: Whole
    skews: Whole
    ends: dict[str, int] = field(default_factory=dict)


def look(batches: Callable[[], Iterable[Any]], *, most_per_minute: float, most_skew_s: float, doubles: bool) -> Faulty:
    """Look at all rows once.

    Parameters
    ----------
    batches : callable
        Gives the batches of the stream `log` from the first row on.
    most_per_minute : float
        What a human does by hand in a minute, on average of the minutes in which something is done.
    most_skew_s : seconds
        Between a device's clock and the receiver's.
    doubles : bool
        Whether the same twice is a fault.
    """
    prints, viewers, minutes, devices, delays = [], [], [], [], []
    ends: dict[str, list[int]] = {}
    titles = _Titles()
    for batch in batches():
        at, received, event = whole(batch, "at"), whole(batch, "received"), np.asarray(batch["event"])
        viewer = np.asarray(batch["viewer"])
        if doubles:
            prints.append(_prints(batch, titles))
        is_time = (at >= _FIRST_MS) & (at < _LAST_MS)
        by_hand = _BY_HAND[event] & is_time
        viewers.append(viewer[by_hand])
        minutes.append((at[by_hand] // 60_000).astype(np.int32))
        timed = is_time & (received != NOT_THERE)
        if timed.any():
            devices.append(_device(batch)[timed])
            delays.append((at - received)[timed])
        _take_ends(batch, ends)
    own = _skews(_joined(devices), _joined(delays), int(most_skew_s * 1000))
    bots = _bots(_joined(viewers), _joined(minutes), most_per_minute)
    middle = {title: int(np.median(each)) for title, each in ends.items()}
    return Faulty(_twice(prints), bots, *own, middle)


def put_right(
    batches: Iterable[Any], faulty: Faulty, count: Callable[[str, Whole], None]
) -> Iterator[tuple[Any, Mask, dict[str, npt.NDArray[Any]]]]:
    """Yield each batch, which of its rows can be used, and the columns that were put right.

    Parameters
    ----------
    batches : iterable
    faulty : Faulty
    count : callable
        Told each reason with the numbers of its rows.
    """
    titles, seen, last = _Titles(), np.zeros(len(faulty.doubles), bool), _Last()
    for batch in batches:
        row, event = np.asarray(batch["row"]), np.asarray(batch["event"])
        at, keep = whole(batch, "at"), np.ones(batch.num_rows, bool)
        if len(faulty.doubles):
            again = _again(_prints(batch, titles), faulty.doubles, seen)
            count("twice", row[again])
            keep &= ~again
        at = _in_time(batch, faulty, at, keep, count)
        keep &= (at != NOT_THERE) | _WITHOUT_TIME[event]
        viewer = np.asarray(batch["viewer"])
        count("out_of_order", row[keep][last.is_before(viewer[keep], at[keep])])
        right = {"at": at, "bot": np.asarray(batch["bot"]) | _among(viewer, faulty.bots)}
        count("bot", row[keep & right["bot"]])
        for name in ("position", "target", "length"):
            right[name] = _within(batch, name, faulty.ends, keep, count)
        yield batch, keep, right


def whole(batch: Any, name: str) -> Whole:
    """Return a column of whole numbers or times, `NOT_THERE` where it is null."""
    column = batch[name]
    is_there = np.asarray(column.is_valid())
    return np.where(is_there, np.asarray(column.cast(pa.int64()).fill_null(0)), NOT_THERE)


class _Titles:
    """Numbers of titles that are the same in every batch."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def __call__(self, column: Any) -> npt.NDArray[np.uint64]:
        packed = column.dictionary_encode()
        own = np.array([*(self._number(each) for each in packed.dictionary.to_pylist()), 0], np.uint64)
        return np.asarray(own[np.asarray(packed.indices.fill_null(len(own) - 1))], np.uint64)

    def _number(self, title: str) -> int:
        if title not in self._known:
            self._known[title] = int.from_bytes(blake3(title.encode()).digest(length=8), "little")
        return self._known[title]


def _prints(batch: Any, titles: _Titles) -> npt.NDArray[np.uint64]:
    """Return a number for each row that only the same event has; when it was received does not count."""
    found = titles(batch["title"])
    value = np.asarray(batch["value"].fill_null(np.nan), np.float64).view(np.int64)
    columns = [whole(batch, each) for each in ("viewer", "at", "event", "position", "target", "length", "session")]
    for column in (*columns, value):
        found = (found ^ column.view(np.uint64)) * _MIX[0]
        found = (found ^ (found >> np.uint64(31))) * _MIX[1]
        found ^= found >> np.uint64(29)
    return found


def _twice(prints: list[npt.NDArray[np.uint64]]) -> npt.NDArray[np.uint64]:
    if not prints:
        return np.zeros(0, np.uint64)
    found = np.concatenate(prints)
    found.sort()
    return np.unique(found[1:][found[1:] == found[:-1]])


def _again(prints: npt.NDArray[np.uint64], doubles: npt.NDArray[np.uint64], seen: Mask) -> Mask:
    """Say which rows were there before; `seen` remembers."""
    place = np.searchsorted(doubles, prints).clip(max=len(doubles) - 1)
    here = np.flatnonzero(doubles[place] == prints)
    again = np.zeros(len(prints), bool)
    own, first = np.unique(place[here], return_index=True)
    again[here] = True
    again[here[first[~seen[own]]]] = False
    seen[own] = True
    return again


def _device(batch: Any) -> Whole:
    device = whole(batch, "device")
    return np.where(device != NOT_THERE, device, np.asarray(batch["viewer"]))


def _skews(devices: Whole, delays: Whole, most_ms: int) -> tuple[Whole, Whole]:
    """Return the devices whose clocks are wrong, and by how much."""
    if not len(devices):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    order = np.lexsort((delays, devices))
    devices, delays = devices[order], delays[order]
    own, first, count = np.unique(devices, return_index=True, return_counts=True)
    early = delays[first + (count - 1) // 10]
    late = delays[first + ((count - 1) * 9) // 10]
    is_behind = (late < -most_ms) & (late - early < _SPREAD_MS) & (count >= 3)
    wrong = (late > most_ms) | is_behind
    return own[wrong], late[wrong]


def _in_time(batch: Any, faulty: Faulty, at: Whole, keep: Mask, count: Callable[[str, Whole], None]) -> Whole:
    """Return times with clocks put right; an impossible one is when the event was received, or none."""
    row, received = np.asarray(batch["row"]), whole(batch, "received")
    impossible = (at != NOT_THERE) & ((at < _FIRST_MS) | (at >= _LAST_MS))
    by_receiver = impossible & (received >= _FIRST_MS) & (received < _LAST_MS)
    count("time_from_receiver", row[keep & by_receiver])
    count("impossible_time", row[keep & impossible & ~by_receiver])
    at = np.where(by_receiver, received, np.where(impossible, NOT_THERE, at))
    if len(faulty.devices):
        device = _device(batch)
        place = np.searchsorted(faulty.devices, device).clip(max=len(faulty.devices) - 1)
        skewed = (faulty.devices[place] == device) & (at != NOT_THERE) & ~by_receiver
        count("clock_skew", row[keep & skewed])
        at = np.where(skewed, at - faulty.skews[place], at)
    return at


class _Last:
    """Remembers when each viewer's last event was."""

    def __init__(self) -> None:
        self._at: dict[int, int] = {}

    def is_before(self, viewer: Whole, at: Whole) -> Mask:
        """Say which events are earlier than the one before of the same viewer."""
        out = np.zeros(len(at), bool)
        timed = np.flatnonzero(at != NOT_THERE)
        if not len(timed):
            return out
        order = timed[np.argsort(viewer[timed], kind="stable")]
        own, times = viewer[order], at[order]
        is_first = np.concatenate([[True], own[1:] != own[:-1]])
        before = np.concatenate([[0], times[:-1]])
        before[is_first] = [self._at.get(each, int(NOT_THERE)) for each in own[is_first].tolist()]
        out[order] = times < before
        is_last = np.concatenate([is_first[1:], [True]])
        self._at.update(zip(own[is_last].tolist(), times[is_last].tolist(), strict=True))
        return out


def _bots(viewers: Whole, minutes: npt.NDArray[np.int32], most: float) -> Whole:
    """Return viewers who do more than hands can, or never sleep."""
    if not len(viewers):
        return np.zeros(0, np.int64)
    names, code = np.unique(viewers, return_inverse=True)
    keys, often = np.unique((code.astype(np.int64) << 32) | minutes, return_counts=True)
    who = keys >> 32
    events = np.bincount(who, often, len(names))
    active = np.bincount(who, minlength=len(names))
    is_quick = (events >= _LEAST_EVENTS) & (active >= _LEAST_MINUTES) & (events > most * active)
    hours = np.unique(((keys >> 32) << 32) | ((keys & 0xFFFFFFFF) // 60))
    days, awake = np.unique(((hours >> 32) << 32) | ((hours & 0xFFFFFFFF) // 24), return_counts=True)
    sleepless = np.bincount((days >> 32)[awake >= _WAKING_HOURS], minlength=len(names)) >= _SLEEPLESS_DAYS
    return np.sort(names[is_quick | sleepless])


def _take_ends(batch: Any, ends: dict[str, list[int]]) -> None:
    """Take up the titles' lengths as the log says them, a few of each."""
    if batch["whole"].null_count == batch.num_rows:
        return
    own = pa.table({"title": batch["title"], "whole": batch["whole"]}).drop_null()
    found = own.group_by(["title", "whole"]).aggregate([])
    for title, length in zip(found["title"].to_pylist(), found["whole"].to_pylist(), strict=True):
        if length > 0:
            ends.setdefault(title, []).append(length)


def _within(batch: Any, name: str, ends: dict[str, int], keep: Mask, count: Callable[[str, Whole], None]) -> Whole:
    """Return positions that a title has: a negative one is none, one behind the end is the end."""
    row, found = np.asarray(batch["row"]), whole(batch, name)
    negative = (found < 0) & (found != NOT_THERE)
    count(f"negative_{name}", row[keep & negative])
    found = np.where(negative, NOT_THERE, found)
    if ends and name != "length":
        packed = batch["title"].dictionary_encode()
        most = np.iinfo(np.int64).max
        own = np.array([*(ends.get(each, most) for each in packed.dictionary.to_pylist()), most], np.int64)
        end = own[np.asarray(packed.indices.fill_null(len(own) - 1))]
        beyond = (found != NOT_THERE) & (found > np.minimum(end, most - _BEYOND) + _BEYOND)
        count(f"{name}_beyond_end", row[keep & beyond])
        found = np.where(beyond, end, found)
    return found


def _among(viewer: Whole, wanted: Whole) -> Mask:
    if not len(wanted):
        return np.zeros(len(viewer), bool)
    return np.asarray(wanted[np.searchsorted(wanted, viewer).clip(max=len(wanted) - 1)] == viewer)


def _joined(parts: list[Any]) -> Any:
    return np.concatenate(parts) if parts else np.zeros(0, np.int64)
