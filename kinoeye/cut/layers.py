"""Layers: what is seen and heard at each moment of a timeline, one stretch after the other.

Of several pictures the uppermost that is switched on is seen. Titles, still logos and what lies over more than half of
everything else hide nothing: with them the cut would look like one long clip. A transition is cut in its middle, for
formats cut it at its beginning, its middle or its end and mean the same. Of several sounds the first track's counts,
tracks that share their media with the picture before others; those below fill its gaps.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import PurePath

from kinoeye.export.timeline import Clip, Gap, Kind, Media, Nest, Timeline, Track, Transition
from kinoeye.timecode import flicks_to_frame, frame_to_flicks

_STILLS = frozenset({".png", ".psd", ".jpg", ".jpeg", ".tif", ".tiff", ".ai", ".svg", ".prtl", ".mogrt", ".aegraphic"})
_MOST_COVERED = Fraction(1, 2)
_FEW = 3  # stretches below which one that lies over all is the film itself, and no watermark


@dataclass(frozen=True)
class Stretch:
    """What one clip shows for a while.

    Parameters
    ----------
    start, end : int, flicks
        Since the timeline's first picture.
    media : Media
    source : Fraction, flicks
        What is shown at `start`, on the media's time code clock.
    speed : Fraction
    name : str
        The clip's.
    """

    start: int
    end: int
    media: Media
    source: Fraction
    speed: Fraction
    name: str

    def at(self, time: int) -> Fraction:
        """Return what is shown at a moment, on the media's time code clock."""
        return self.source + (time - self.start) * self.speed

    def within(self, start: int, end: int) -> "Stretch":
        """Return the part of it that lies between two moments."""
        low, high = max(start, self.start), min(end, self.end)
        return replace(self, start=low, end=high, source=self.at(low))

    @property
    def is_overlay(self) -> bool:
        """Whether it is a title, a still or a generated picture, with which other pictures may be seen."""
        return bool(self.media.generator) or PurePath(self.media.path or self.media.name).suffix.lower() in _STILLS


def seen(timeline: Timeline) -> list[list[Stretch]]:
    """Return the layers of picture, the visible one first, then what lies under it; each in running order."""
    tracks = [list(_of_track(track, "video", timeline.rate)) for track in timeline.of("video")]
    tracks = [track for track in tracks if track]
    rest = [track for track in tracks if not all(each.is_overlay for each in track) and not _covers(track, tracks)]
    uppermost: list[Stretch] = []
    under: list[list[Stretch]] = []
    for track in rest or tracks:
        solid = [each for each in track if not each.is_overlay] or track
        hidden = _hidden(uppermost, solid)
        uppermost = over(solid, uppermost)
        if hidden:
            under.append(hidden)
    for track in tracks:
        uppermost = over(uppermost, track)  # a title over nothing is a picture of its own
    return [joined(each) for each in (uppermost, *under[::-1])]


def heard(timeline: Timeline) -> list[Stretch]:
    """Return what is heard, in running order; empty where no track has sound of its own."""
    names = {each.media.path or each.media.name for layer in seen(timeline) for each in layer}
    tracks = [list(_of_track(track, "audio", timeline.rate)) for track in timeline.of("audio")]
    tracks = [track for track in tracks if track]
    shared = {number: _shared(track, names) for number, track in enumerate(tracks)}
    order = sorted(range(len(tracks)), key=lambda number: (shared[number] == 0, number))
    found: list[Stretch] = []
    for number in order:
        if number == order[0] or not _covers(tracks[number], tracks):
            found = over(found, tracks[number])
    return joined(found)


def heard_tracks(timeline: Timeline) -> list[list[Stretch]]:
    """Return what each track sounds like by itself, in running order; tracks that are silent are left out."""
    tracks = [joined(_of_track(track, "audio", timeline.rate)) for track in timeline.of("audio")]
    return [track for track in tracks if track]


def transitions(timeline: Timeline) -> list[tuple[int, int, str]]:
    """Return begin, end and kind of the transitions of the picture, by time since the first picture."""
    return sorted(
        (time - item.in_offset, time + item.out_offset, item.effect)
        for track in timeline.of("video")
        for time, item in track.placed()
        if isinstance(item, Transition)
    )


def joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Return stretches with those made one that go on as if there were no cut: a blade leaves such."""
    found: list[Stretch] = []
    for each in stretches:
        last = found[-1] if found else None
        if (
            last is not None
            and (last.media, last.speed, last.name, last.end) == (each.media, each.speed, each.name, each.start)
            and abs(last.at(last.end) - each.source) <= 2
        ):
            found[-1] = replace(last, end=each.end)
        else:
            found.append(each)
    return found


def _of_track(track: Track, kind: Kind, rate: Fraction) -> Iterator[Stretch]:
    """Go through what a track shows, nests opened."""
    placed = list(track.placed())
    for number, (time, item) in enumerate(placed):
        if isinstance(item, Gap | Transition) or not item.is_enabled:
            continue
        head = placed[number - 1][1] if number else None
        tail = placed[number + 1][1] if number + 1 < len(placed) else None
        start, end = _border(time, head, rate), _border(time + item.duration, tail, rate)
        if start < end:
            yield from _of_item(item, time, start, end, kind, rate)


def _border(cut: int, item: object, rate: Fraction) -> int:
    """Return where one clip is seen no more and the next one is: at the picture in the middle of a transition."""
    if not isinstance(item, Transition):
        return cut
    return frame_to_flicks(flicks_to_frame(cut + (item.out_offset - item.in_offset) // 2, rate), rate)


def _of_item(item: Clip | Nest, time: int, start: int, end: int, kind: Kind, rate: Fraction) -> Iterator[Stretch]:
    source = item.start + (start - time) * item.speed
    if isinstance(item, Clip):
        media = item.media or Media(item.name)
        speed = item.speed
        if item.source_duration is not None and item.duration and abs(speed) == 1:
            stated = Fraction(item.source_duration, item.duration)
            # A format that states how much of the media is used, and no speed, still means one.
            speed = speed * stated if stated and abs(stated - 1) * item.duration > 2 * _frame(item) else speed
        yield Stretch(start, end, media, Fraction(source), speed, item.name)
        return
    if not item.speed:
        inner = Timeline(item.name, rate, item.tracks)
        moment = int(item.start)
        for each in _inner(inner, kind):
            if each.start <= moment < each.end:
                yield Stretch(start, end, each.media, each.at(moment), Fraction(0), each.name)
        return
    for each in _inner(Timeline(item.name, rate, item.tracks), kind):
        first, last = (start + (edge - source) / item.speed for edge in (each.start, each.end))
        low, high = max(start, round(min(first, last))), min(end, round(max(first, last)))
        if low < high:
            at = source + (low - start) * item.speed
            yield Stretch(low, high, each.media, each.source + (at - each.start) * each.speed, each.speed * item.speed,
                          each.name)  # fmt: skip


def _inner(timeline: Timeline, kind: Kind) -> list[Stretch]:
    if kind == "audio":
        return heard(timeline) if timeline.of("audio") else []
    return seen(timeline)[0] if timeline.of("video") else []


def _frame(item: Clip) -> int:
    rate = item.rate or (item.media.rate if item.media else None) or Fraction(24)
    return frame_to_flicks(1, rate) if rate > 1 else 0


def over(upper: Sequence[Stretch], lower: Sequence[Stretch]) -> list[Stretch]:
    """Return what is seen where one row lies over another."""
    return sorted([*upper, *_parted(lower, upper, is_inside=False)], key=lambda each: each.start)


def _hidden(lower: Sequence[Stretch], upper: Sequence[Stretch]) -> list[Stretch]:
    return _parted(lower, upper, is_inside=True)


def _parted(lower: Sequence[Stretch], upper: Sequence[Stretch], *, is_inside: bool) -> list[Stretch]:
    """Return what of a row lies under another, or what does not; both in running order."""
    found: list[Stretch] = []
    first = 0
    for each in lower:
        while first < len(upper) and upper[first].end <= each.start:
            first += 1
        low, number = each.start, first
        while number < len(upper) and upper[number].start < each.end:
            begin, end = max(low, upper[number].start), min(each.end, upper[number].end)
            if is_inside and begin < end:
                found.append(each.within(begin, end))
            elif not is_inside and low < begin:
                found.append(each.within(low, begin))
            low, number = max(low, end), number + 1
        if not is_inside and low < each.end:
            found.append(each.within(low, each.end))
    return found


def _covers(track: Sequence[Stretch], tracks: Sequence[Sequence[Stretch]]) -> bool:
    """Say whether one clip of a track lies over more than half of what is cut on the others."""
    others = [each for other in tracks if other is not track for each in other]
    if len(others) < _FEW or len(track) > 1:
        return False
    length = max(each.end for each in others) - min(each.start for each in others)
    return track[0].end - track[0].start > _MOST_COVERED * length


def _shared(track: Sequence[Stretch], names: set[str]) -> int:
    return sum(each.end - each.start for each in track if (each.media.path or each.media.name) in names)
