"""Played: which picture of which media shows when, so that two timelines can be compared picture by picture.

Two formats may cut a dissolve at different places (an EDL at its start, most others in its middle) and still show the
same pictures. So clips are compared by all they show, the handles of their transitions included.
"""

from collections import Counter
from dataclasses import dataclass
from fractions import Fraction

from kinoeye.export.timeline import Clip, Gap, Nest, Timeline, Track, Transition
from kinoeye.timecode import FLICKS_PER_SECOND


@dataclass(frozen=True)
class Shown:
    """One stretch of one media on the timeline.

    Parameters
    ----------
    track : tuple of (kind, number) and nest positions
    record : int, flicks
        When it begins to show, time code of the timeline included.
    end : int, flicks
    source : int, flicks
        What it shows then, on the media's time code clock.
    """

    track: tuple[str | int, ...]
    record: int
    end: int
    source: int
    speed: Fraction
    name: str
    source_duration: int | None


@dataclass(frozen=True)
class Change:
    """One transition: from, to and what it is."""

    track: tuple[str | int, ...]
    record: int
    end: int
    effect: str


@dataclass(frozen=True)
class Loss:
    """What a round trip lost, in pictures at the timeline's rate and in whole transitions."""

    frames: int
    frames_lost: int
    transitions: int
    transitions_lost: int

    @property
    def is_none(self) -> bool:
        """Whether everything came back."""
        return not self.frames_lost and not self.transitions_lost


def shown(timeline: Timeline) -> list[Shown]:
    """Return every stretch that shows, by track and time."""
    return [entry for entry in _entries(timeline) if isinstance(entry, Shown)]


def changes(timeline: Timeline) -> list[Change]:
    """Return every transition, by track and time."""
    return [entry for entry in _entries(timeline) if isinstance(entry, Change)]


def compare(before: Timeline, after: Timeline) -> Loss:
    """Count the pictures and transitions of `before` that `after` does not show at the same time.

    Examples
    --------
    >>> empty = Timeline("a", Fraction(24), ())
    >>> compare(empty, empty).is_none
    True
    """
    stretches = shown(before)
    others: dict[tuple[object, ...], list[Shown]] = {}
    for entry in shown(after):
        others.setdefault(_what(entry), []).append(entry)
    total = sum(_pictures(entry.record, entry.end, before.rate) for entry in stretches)
    kept = sum(_kept(entry, others.get(_what(entry), []), before.rate) for entry in stretches)
    wanted, found = Counter(changes(before)), Counter(changes(after))
    return Loss(total, total - kept, wanted.total(), (wanted - found).total())


def _what(entry: Shown) -> tuple[object, ...]:
    """Name what must be equal for two stretches to show the same pictures."""
    phase = entry.source - entry.record * entry.speed if entry.speed else entry.source
    return entry.track, entry.name, entry.speed, entry.source_duration, phase


def _kept(entry: Shown, others: list[Shown], rate: Fraction) -> int:
    return max((_pictures(max(entry.record, o.record), min(entry.end, o.end), rate) for o in others), default=0)


def _pictures(begin: int, end: int, rate: Fraction) -> int:
    return max(0, round((end - begin) * rate / FLICKS_PER_SECOND))


def _entries(timeline: Timeline) -> list[Shown | Change]:
    return _of_tracks(timeline.tracks, (), timeline.start)


def _of_tracks(tracks: tuple[Track, ...], path: tuple[str | int, ...], origin: int) -> list[Shown | Change]:
    entries: list[Shown | Change] = []
    numbers: Counter[str] = Counter()
    for track in tracks:
        if any(not isinstance(item, Gap) for item in track.items):
            entries += _of_track(track, (*path, track.kind, numbers[track.kind]), origin)
            numbers[track.kind] += 1
    return entries


def _of_track(track: Track, path: tuple[str | int, ...], origin: int) -> list[Shown | Change]:
    entries: list[Shown | Change] = []
    placed = list(track.placed())
    for number, (time, item) in enumerate(placed):
        begin = origin + time
        if isinstance(item, Transition):
            entries.append(Change(path, begin - item.in_offset, begin + item.out_offset, item.effect))
        elif isinstance(item, Clip | Nest):
            head = placed[number - 1][1] if number else None
            tail = placed[number + 1][1] if number + 1 < len(placed) else None
            early = head.in_offset if isinstance(head, Transition) else 0
            late = tail.out_offset if isinstance(tail, Transition) else 0
            entries.append(_stretch(item, path, begin, early, late))
            if isinstance(item, Nest):
                entries += _of_tracks(item.tracks, (*path, begin, item.start), 0)
    return entries


def _stretch(item: Clip | Nest, path: tuple[str | int, ...], begin: int, early: int, late: int) -> Shown:
    source = item.start - early * item.speed
    stated = item.source_duration if isinstance(item, Clip) else None
    source_duration = None if stated == item.duration else stated
    return Shown(path, begin - early, begin + item.duration + late, int(source), item.speed, item.name, source_duration)
