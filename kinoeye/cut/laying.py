"""Laying: stretches of recordings, one after the other on a timeline, exact to the picture.

Times are whole pictures of the timeline from the first picture of each recording. A recording of another picture rate
keeps its moments; its pictures are then as near as the timeline's rate allows.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

from kinoeye.cut.partners import SEEN, Partner
from kinoeye.export.build import conformed_rate, media_of, record_start_of, sound_media_of
from kinoeye.export.timeline import Clip, Gap, Item, Marker, Media, Timeline, Track
from kinoeye.timecode import FLICKS_PER_SECOND, flicks_to_frame, frame_to_flicks, from_seconds

SOUND_RATE = Fraction(25)  # of a cut of sound alone


@dataclass(frozen=True)
class Stretch:
    """A part of a recording.

    Parameters
    ----------
    asset : str
    start, end : int, flicks
        On whole pictures of the timeline, from the recording's first picture.
    setup : str
        What tells its set-up apart; pictures come after their sound only where it changes.
    markers : tuple of Marker
        Their times count from the recording's first picture.
    first, last : int, flicks
        From where to where its picture may go on: its take, behind the board. 0, 0: the whole recording.
    """

    asset: str
    start: int
    end: int
    setup: str = ""
    markers: tuple[Marker, ...] = ()
    first: int = 0
    last: int = 0

    @property
    def duration(self) -> int:
        """How long it lasts, in flicks."""
        return self.end - self.start


@dataclass(frozen=True)
class Laying:
    """What stretches are laid on tracks with.

    Parameters
    ----------
    assets : mapping of str to rows of `assets`
    rate : Fraction
        Of the timeline.
    folder : Path or None
        In front of the paths that the timeline names.
    partners : mapping of str to Partner
        Pictures whose separate sound is laid under them.
    """

    assets: Mapping[str, Mapping[str, Any]]
    rate: Fraction
    folder: Path | None = None
    partners: Mapping[str, Partner] = field(default_factory=dict)

    def snapped(self, asset: str, start: int, end: int) -> tuple[int, int]:
        """Return a stretch of a recording's own clock on whole pictures, not smaller, within the recording."""
        row = self.assets[asset]
        zero = row["start"] or 0
        whole = flicks_to_frame((row["end"] or 0) - zero, self.rate)
        first = min(max(0, flicks_to_frame(max(0, start - zero), self.rate)), max(0, whole - 1))
        last = -(-(end - zero) // frame_to_flicks(1, self.rate))
        while frame_to_flicks(last - 1, self.rate) >= end - zero and last - 1 > first:
            last -= 1
        return frame_to_flicks(first, self.rate), frame_to_flicks(max(first + 1, min(last, whole)), self.rate)

    def media(self, asset: str) -> Media:
        """Return a recording as media of this timeline."""
        return media_of(self.assets[asset], self.rate, self.folder, [])

    def is_seen(self, asset: str) -> bool:
        """Say whether a recording has pictures."""
        return self.assets[asset]["kind"] in SEEN

    def clip(self, stretch: Stretch, *, is_enabled: bool = True) -> Clip:
        """Return a stretch as a clip of its own recording."""
        media = self.media(stretch.asset)
        start = media.start + stretch.start
        markers = tuple(replace(each, time=max(start, media.start + each.time)) for each in stretch.markers)
        return Clip(media.name, start, stretch.duration, media, markers=markers, is_enabled=is_enabled)

    def heard(self, stretch: Stretch) -> Clip:
        """Return a stretch's sound: of the recorder that heard the same, to the sample, as far as it has all of it."""
        own = replace(self.clip(stretch), markers=())
        partner = self.partners.get(stretch.asset)
        if partner is None or not (row := self.assets[partner.asset]).get("sound_rate_hz"):
            return own
        zero, rate = self.assets[stretch.asset]["start"] or 0, Fraction(row["sound_rate_hz"])
        middle = zero + stretch.start + stretch.duration // 2  # where the two clocks agree best
        first = partner.heard(middle) - stretch.duration // 2 - (row["start"] or 0)
        start = int(round(first * rate / FLICKS_PER_SECOND) * FLICKS_PER_SECOND / rate)
        if start < 0 or start + stretch.duration > (row["end"] or 0) - (row["start"] or 0):
            return own
        return self.sound(row, start, stretch.duration)

    def sound(self, row: Mapping[str, Any], start: int, duration: int) -> Clip:
        """Return a part of a sound's file, flicks from its first sample."""
        media = sound_media_of(row, self.folder)
        return Clip(media.name, media.start + start, duration, media, rate=media.rate)

    def tracks(self, stretches: Sequence[Stretch], split: float = 0.0) -> list[Track]:
        """Return picture and sound; where the set-up changes the picture may come `split` seconds later, or earlier."""
        late = [0, *(self._split(before, after, split) for before, after in pairwise(stretches)), 0]
        seen: list[Item] = []
        heard: list[Item] = []
        for stretch, begin, end in zip(stretches, late, late[1:], strict=False):
            heard.append(self.heard(stretch))
            moved = replace(stretch, start=stretch.start + begin, end=stretch.end + end)
            seen.append(self.clip(moved) if self.is_seen(stretch.asset) else Gap(moved.duration))
        return [Track("video", tuple(seen), "Cut"), Track("audio", tuple(heard), "Sound")]

    def _split(self, before: Stretch, after: Stretch, split: float) -> int:
        """Return by how much the picture of the second stretch comes late: as far as the takes and the pieces go on."""
        wish = flicks_to_frame(from_seconds(abs(split)), self.rate)
        if not wish or before.setup == after.setup:
            return 0
        row = self.assets[before.asset]
        whole = (row["end"] or 0) - (row["start"] or 0)
        room = (before.last or whole) - before.end if split > 0 else after.start - after.first
        shorter = after if split > 0 else before
        most = min(flicks_to_frame(max(0, room), self.rate), flicks_to_frame(shorter.duration, self.rate) // 2, wish)
        return frame_to_flicks(most, self.rate) * (1 if split > 0 else -1)

    def timeline(self, name: str, tracks: Sequence[Track], begin: str, markers: Sequence[Marker] = ()) -> Timeline:
        """Return a timeline of tracks; `begin` is the time code of its first picture."""
        start = record_start_of(begin, self.rate, False)
        row = next((row for row in self.assets.values() if row["kind"] in SEEN), {})
        return Timeline(
            name, self.rate, tuple(tracks), start.flicks(), start.is_drop_frame, tuple(markers),
            width=row.get("width") or 0, height=row.get("height") or 0,
        )  # fmt: skip


def rate_of(rows: Sequence[Mapping[str, Any]]) -> Fraction:
    """Return the picture rate of most recordings; of sound alone `SOUND_RATE`."""
    rates = Counter(conformed_rate(row)[0] for row in rows if row["kind"] in SEEN)
    return rates.most_common(1)[0][0] if rates else SOUND_RATE
