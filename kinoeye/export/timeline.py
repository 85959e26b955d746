"""Timeline: what an edit is, exactly: clips, gaps, nests and transitions on tracks, in whole flicks.

It holds what every editing system's exchange format can say about time, and no more: effects other than a speed, sound
levels and titles stand outside. Readers and writers of the formats meet in it and nowhere else.

Source: OpenTimelineIO's data model (opentimelineio.readthedocs.io, "Timeline Structure"), with whole flicks instead of
floats and with the media's own rate kept apart from the timeline's.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Literal

from kinoeye.timecode import Timecode, flicks_to_frame, frame_to_flicks

Kind = Literal["video", "audio"]
Effect = Literal["dissolve", "fade", "wipe"]


@dataclass(frozen=True)
class Media:
    """A file, tape or generator that clips are taken from.

    Parameters
    ----------
    name : str
    path : str
        Path or URL as the file states it; empty if it is missing.
    reel : str
        Tape or reel name; empty if there is none.
    rate : Fraction or None
        Pictures a second of the media itself; None if the file does not say.
    start : int, flicks
        Time code of the first picture, as real time since 00:00:00:00.
    duration : int or None, flicks
    is_drop_frame : bool
    width, height : int
        0 if unknown.
    has_sound : bool
    generator : str
        Kind of a generated picture (bars, black, title); empty for a file.
    """

    name: str
    path: str = ""
    reel: str = ""
    rate: Fraction | None = None
    start: int = 0
    duration: int | None = None
    is_drop_frame: bool = False
    width: int = 0
    height: int = 0
    has_sound: bool = False
    generator: str = ""


@dataclass(frozen=True)
class Marker:
    """A note at a time.

    Parameters
    ----------
    time : int, flicks
        On the clip's source clock for a clip's marker; since the timeline's first picture for a timeline's.
    duration : int, flicks
    colour : str
        An English colour name in lower case.
    """

    time: int
    name: str
    note: str = ""
    colour: str = "blue"
    duration: int = 0


@dataclass(frozen=True)
class Clip:
    """A part of a media.

    Parameters
    ----------
    start : int, flicks
        First picture shown, on the media's time code clock.
    duration : int, flicks
        How long it lasts in the timeline, without the handles of transitions.
    source_duration : int or None, flicks
        How much of the media the file states; None if it is the duration.
    rate : Fraction or None
        The rate its source times are counted in; None for the timeline's.
    speed : Fraction
        1 as shot, 0 a freeze, below 0 backwards.
    """

    name: str
    start: int
    duration: int
    media: Media | None = None
    source_duration: int | None = None
    rate: Fraction | None = None
    speed: Fraction = Fraction(1)
    markers: tuple[Marker, ...] = ()
    is_enabled: bool = True


@dataclass(frozen=True)
class Gap:
    """Nothing, for a while; its markers' times count from its beginning."""

    duration: int
    markers: tuple[Marker, ...] = ()


@dataclass(frozen=True)
class Transition:
    """A gradual change between its two neighbours.

    Parameters
    ----------
    in_offset : int, flicks
        How far it reaches before the cut.
    out_offset : int, flicks
        How far it reaches behind the cut.
    """

    effect: Effect
    in_offset: int
    out_offset: int
    name: str = ""

    @property
    def duration(self) -> int:
        """How long it lasts, in flicks."""
        return self.in_offset + self.out_offset


@dataclass(frozen=True)
class Nest:
    """Tracks within a track: a compound clip, a nested sequence.

    Parameters
    ----------
    start : int, flicks
        First moment shown, since the nest's own beginning; may lie before it.
    """

    name: str
    start: int
    duration: int
    tracks: tuple["Track", ...]
    speed: Fraction = Fraction(1)
    markers: tuple[Marker, ...] = ()
    is_enabled: bool = True


Item = Clip | Gap | Transition | Nest


@dataclass(frozen=True)
class Track:
    """Items in running order; transitions stand between their neighbours and take no time of their own."""

    kind: Kind
    items: tuple[Item, ...]
    name: str = ""

    def placed(self) -> Iterator[tuple[int, Item]]:
        """Go through the items with the time at which each begins (a transition: its cut), in flicks from the start."""
        time = 0
        for item in self.items:
            yield time, item
            if not isinstance(item, Transition):
                time += item.duration

    @property
    def duration(self) -> int:
        """How long it lasts, in flicks."""
        return sum(item.duration for item in self.items if not isinstance(item, Transition))


@dataclass(frozen=True)
class Timeline:
    """An edit.

    Parameters
    ----------
    rate : Fraction
        Pictures a second, exact.
    start : int, flicks
        Time code of the first picture, as real time since 00:00:00:00.
    notes : tuple of str
        What whoever opens it should know: a conformed rate, a guess, something left out.
    """

    name: str
    rate: Fraction
    tracks: tuple[Track, ...]
    start: int = 0
    is_drop_frame: bool = False
    markers: tuple[Marker, ...] = ()
    notes: tuple[str, ...] = ()
    width: int = 0
    height: int = 0

    @property
    def duration(self) -> int:
        """How long the longest track lasts, in flicks."""
        return max((track.duration for track in self.tracks), default=0)

    def of(self, kind: Kind) -> tuple[Track, ...]:
        """Return the tracks of one kind."""
        return tuple(track for track in self.tracks if track.kind == kind)

    def medias(self) -> tuple[Media, ...]:
        """Return every media once, in order of first use."""
        return tuple(dict.fromkeys(clip.media for clip in clips_of(self.tracks) if clip.media is not None))

    def record_markers(self) -> list[Marker]:
        """Return the timeline's markers and those of its clips, by time since the timeline's first picture."""
        found = list(self.markers)
        for track in self.tracks:
            for time, item in track.placed():
                if isinstance(item, Gap):
                    found += [_moved(marker, time) for marker in item.markers]
                elif isinstance(item, Clip | Nest) and item.speed == 1:
                    found += [_moved(marker, time - item.start) for marker in item.markers]
        return sorted(found, key=lambda marker: (marker.time, marker.name))


def clips_of(tracks: tuple[Track, ...]) -> Iterator[Clip]:
    """Go through the clips of tracks, those in nests included."""
    for track in tracks:
        for item in track.items:
            if isinstance(item, Clip):
                yield item
            elif isinstance(item, Nest):
                yield from clips_of(item.tracks)


def switched_on(timeline: Timeline) -> Timeline:
    """Return the timeline with a gap for all that is switched off, and without tracks that hold nothing then.

    For formats that know no switch: what they hold is seen.
    """
    tracks = []
    for track in timeline.tracks:
        items = tuple(
            Gap(item.duration) if isinstance(item, Clip | Nest) and not item.is_enabled else item
            for item in track.items
        )
        if items == track.items or any(isinstance(item, Clip | Nest) for item in items):
            tracks.append(Track(track.kind, items, track.name))
    return replace(timeline, tracks=tuple(tracks))


def picture(flicks: int, rate: Fraction) -> int:
    """Return the number of the picture that begins nearest to `flicks` at a constant rate (ties later)."""
    before = flicks_to_frame(flicks, rate)
    low, high = frame_to_flicks(before, rate), frame_to_flicks(before + 1, rate)
    return before if flicks - low < high - flicks else before + 1


def label(flicks: int, rate: Fraction, is_drop_frame: bool = False) -> str:
    """Return the time code of the picture that begins nearest to `flicks` after 00:00:00:00."""
    return str(Timecode(picture(flicks, rate), rate, is_drop_frame))


def _moved(marker: Marker, by: int) -> Marker:
    return Marker(marker.time + by, marker.name, marker.note, marker.colour, marker.duration)
