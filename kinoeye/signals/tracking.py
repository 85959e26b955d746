"""Tracking: which finds in a row of pictures are the same thing on its way.

Every picture's finds are paired with the tracks that still run, all at once and at the least cost: how far a find lies
from where the track would be by now, how much its size has changed, and how different it looks. What is not seen again
for a while ends. Made for two pictures a second, where boxes need not overlap, as for all of them.

Source: the scheme of Bewley et al., "Simple online and realtime tracking", ICIP 2016, without a Kalman filter: at two
pictures a second the speed last seen says little, so it fades.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

import numpy as np
import numpy.typing as npt

from kinoeye.signals.assignment import assigned

# Standard deviations of what a track does between two pictures, chosen by hand on a few clips.
_JITTER = 0.12  # of the size: how exactly a find lies
_DRIFT = 0.9  # sizes a second beyond what the speed foretells
_FARTHEST = 0.8  # sizes: however long the gap, no more freedom than this
_GROWTH = (0.10, 0.25)  # of the logarithm of the size: at once, and a second
_UNLIKE = 0.22  # of the difference of looks
_ALONE = 4.5  # half of the largest cost of a pair: three standard deviations in all

_SPEED_MEMORY_S = 0.3  # over which the speed is averaged
_SPEED_FADES_S = 0.5  # until a speed no longer tells where to look

Look = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Seen:
    """A find in one picture.

    Parameters
    ----------
    time : seconds
    x, y, size : middle and size, in one unit, such as pixels
    look : float32 [parts, bins] or None
        Histograms that add up to 1; a part that cannot be seen is all 0.
    """

    time: float
    x: float
    y: float
    size: float
    look: Look | None = None


@dataclass
class _Track:
    members: list[int]
    last: Seen
    speed: npt.NDArray[np.float64] = field(default_factory=lambda: np.zeros(2))  # sizes a second
    look: Look | None = None


def linked(seen: Sequence[Seen], *, bridge: float = 2.0) -> list[list[int]]:
    """Put finds together that are the same thing.

    Parameters
    ----------
    seen : sequence of Seen
        In running order; those of one picture have the same time.
    bridge : seconds
        A thing not seen for longer than this is another one when it comes back.

    Returns
    -------
    list of list of int
        Numbers of the finds of each track, by the time of its first.
    """
    running: list[_Track] = []
    ended: list[_Track] = []
    for numbers in _moments(seen):
        now = seen[numbers[0]].time
        ended += [track for track in running if now - track.last.time > bridge]
        running = [track for track in running if now - track.last.time <= bridge]
        pairs = dict(assigned(_costs(running, [seen[number] for number in numbers]), _ALONE))
        for row, column in pairs.items():
            _go_on(running[row], numbers[column], seen[numbers[column]])
        taken = set(pairs.values())
        running += [_begun(number, seen[number]) for place, number in enumerate(numbers) if place not in taken]
    return sorted((track.members for track in ended + running), key=lambda members: members[0])


def difference(look: Look | None, other: Look | None) -> float | None:
    """Return how different two looks are, 0..1; None where they show no part in common.

    The Hellinger distance, the mean of the parts that both show.
    """
    if look is None or other is None:
        return None
    both = (look.sum(axis=1) > 0) & (other.sum(axis=1) > 0)
    if not both.any():
        return None
    common = np.sqrt(look[both] * other[both]).sum(axis=1)
    return float(np.sqrt(np.clip(1 - common, 0, None)).mean())


def _moments(seen: Sequence[Seen]) -> Iterator[list[int]]:
    for _, numbers in groupby(range(len(seen)), key=lambda number: seen[number].time):
        yield list(numbers)


def _costs(tracks: Sequence[_Track], finds: Sequence[Seen]) -> npt.NDArray[np.float64]:
    return np.array([[_cost(track, find) for find in finds] for track in tracks]).reshape(len(tracks), len(finds))


def _cost(track: _Track, find: Seen) -> float:
    """Return how unlikely it is that a track goes on here: the sum of squared standard deviations."""
    last, passed = track.last, find.time - track.last.time
    size = float(np.sqrt(last.size * find.size))
    ahead = track.speed * last.size * _SPEED_FADES_S * (1 - np.exp(-passed / _SPEED_FADES_S))
    away = np.hypot(find.x - last.x - ahead[0], find.y - last.y - ahead[1]) / size
    spread = min(float(np.hypot(_JITTER, _DRIFT * passed)), _FARTHEST)
    growth = np.log(find.size / last.size) / np.hypot(_GROWTH[0], _GROWTH[1] * min(passed, 1.0))
    unlike = difference(track.look, find.look)
    cost = (away / spread) ** 2 / 2 + growth**2 / 2
    if unlike is not None:
        cost += (unlike / _UNLIKE) ** 2 / 2
    return float(cost)


def _begun(number: int, find: Seen) -> _Track:
    return _Track([number], find, look=find.look)


def _go_on(track: _Track, number: int, find: Seen) -> None:
    passed = find.time - track.last.time
    went = np.array([find.x - track.last.x, find.y - track.last.y]) / track.last.size / max(passed, 1e-3)
    track.speed += (went - track.speed) * (1 - np.exp(-passed / _SPEED_MEMORY_S))
    if find.look is not None:
        track.look = find.look if track.look is None else _mixed(track.look, find.look)
    track.members.append(number)
    track.last = find


def _mixed(old: Look, new: Look) -> Look:
    """Return the look remembered: half of what it was, where both show a part; otherwise what there is of it."""
    mixed = (old + new) / 2
    is_known, is_seen = old.sum(axis=1) > 0, new.sum(axis=1) > 0
    mixed[~is_known], mixed[~is_seen] = new[~is_known], old[~is_seen]
    return np.asarray(mixed, np.float32)
