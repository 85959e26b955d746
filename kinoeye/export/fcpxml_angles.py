"""The angles of a multicam clip, read: what of them a clip in a timeline shows, as tracks.

The angle that is seen becomes the clip itself; the other cameras lie over it, switched off, and the recorders that are
not heard beside the one that is, switched off too. So the edit plays as it did, and no angle is lost.

Source: Apple, FCPXML Reference 1.10, "Using Multicam Clips".
"""

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kinoeye.errors import DocumentError
from kinoeye.export.timeline import Clip, Gap, Item, Kind, Marker, Nest, Track, Transition

TOP_LANE = 500  # of angles that are not seen: over all that an editor has connected


@dataclass(frozen=True)
class Angle:
    """One angle of a multicam, whole, since the multicam's beginning."""

    key: str
    kind: Kind
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Shown:
    """An angle as a clip shows it: as pictures or as sound, switched on or off."""

    kind: Kind
    items: tuple[Item, ...]
    begins: tuple[int, ...]  # when each item begins, in flicks
    is_enabled: bool


def shown(angles: Sequence[Angle], sources: Mapping[str, set[str]]) -> list[Shown]:
    """Return what a clip shows of its angles: the one seen first, then those heard, then the others switched off.

    Parameters
    ----------
    sources : mapping of an angle's key to what of it is on
        Of `video` and `audio`; of no angle at all means the first with both.

    Raises
    ------
    DocumentError
        If a source is no angle.
    """
    known = {angle.key for angle in angles}
    if lost := sorted(set(sources) - known):
        raise DocumentError(f"fcpxml: an mc-source must name an angle of its multicam, got {lost[0]!r}")
    if not sources and angles:
        sources = {angles[0].key: {"video", "audio"}}
    seen = next((a for a in angles if a.kind == "video" and "video" in sources.get(a.key, ())), None)
    heard = [a for a in angles if "audio" in sources.get(a.key, ()) and a is not seen]
    found = [_shown("video", seen.items if seen else ()), *(_shown("audio", angle.items) for angle in heard)]
    others = (a for a in angles if a is not seen and (a.kind == "video" or a not in heard))
    found += [_shown(angle.kind, off(angle.items), is_enabled=False) for angle in others]
    return found


def tracks(parts: Iterable[Shown]) -> tuple[Track, ...]:
    """Return the parts whole, as the tracks of a nest."""
    return tuple(Track(part.kind, part.items) for part in parts if part.items)


def window(part: Shown, start: int, duration: int) -> tuple[Item, ...]:
    """Return what of an angle lies between two moments, with gaps where there is nothing, `duration` flicks in all.

    A transition that reaches over an edge is left out.
    """
    found: list[Item] = []
    at, end = start, start + duration
    for number in range(max(0, bisect_left(part.begins, start) - 1), len(part.items)):
        time, item = part.begins[number], part.items[number]
        if time >= end:
            break
        if isinstance(item, Transition):
            if found and start <= time - item.in_offset and time + item.out_offset <= end:
                found.append(item)
            continue
        first, last = max(time, start), min(time + item.duration, end)
        if last > first:
            if first > at:
                found.append(Gap(first - at))
            found.append(_cut(item, first - time, last - first))
            at = last
    if at < end:
        found.append(Gap(end - at))
    return tuple(found)


def marked(items: Sequence[Item], markers: Sequence[Marker]) -> tuple[Item, ...]:
    """Return items with markers whose times count from the first item's beginning."""
    found: list[Item] = []
    time = 0
    for item in items:
        if not isinstance(item, Transition):
            mine = [replace(m, time=m.time - time) for m in markers if time <= m.time < time + item.duration]
            if mine and isinstance(item, Clip | Nest):
                mine = [replace(m, time=item.start + int(m.time * item.speed)) for m in mine]
            time += item.duration
            item = replace(item, markers=(*item.markers, *mine))
        found.append(item)
    return tuple(found)


def off(items: Iterable[Item]) -> tuple[Item, ...]:
    """Return items switched off."""
    return tuple(map(_off, items))


def _shown(kind: Kind, items: tuple[Item, ...], *, is_enabled: bool = True) -> Shown:
    return Shown(kind, items, tuple(time for time, _ in Track(kind, items).placed()), is_enabled)


def _off(item: Item) -> Item:
    return replace(item, is_enabled=False) if isinstance(item, Clip | Nest) else item


def _cut(item: Clip | Gap | Nest, late: int, duration: int) -> Clip | Gap | Nest:
    """Return a part of an item; the markers of what is cut away go with it."""
    if isinstance(item, Gap):
        inside = (marker for marker in item.markers if late <= marker.time < late + duration)
        return Gap(duration, tuple(replace(marker, time=marker.time - late) for marker in inside))
    start = item.start + int(late * item.speed)
    low, high = sorted((start, start + int(duration * item.speed)))
    return replace(item, start=start, duration=duration, markers=tuple(m for m in item.markers if low <= m.time < high))
