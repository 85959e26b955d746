"""Sources: which recordings of a production a timeline is made of, and what of each lies at which moment.

A format names its media by path, by file, by reel or by the clip's name, and counts in the media's time code. Here that
becomes the production's own asset and a moment on its own clock, exact where the speed is 1.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor
from pathlib import Path, PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit

from kinoeye.cut.layers import Stretch
from kinoeye.cut.partners import SEEN
from kinoeye.export.build import conformed_rate, media_of, sound_media_of
from kinoeye.export.edl import reels
from kinoeye.export.timeline import Media
from kinoeye.timecode import FLICKS_PER_SECOND

Row = Mapping[str, Any]

_KINDS = (*SEEN, "sound")
_SLACK = FLICKS_PER_SECOND // 10  # a container's length and its time code may differ by a picture or two


@dataclass(frozen=True)
class Used:
    """A part of a recording in a timeline.

    Parameters
    ----------
    start, end : int, flicks
        Since the timeline's first picture.
    row : row of `assets`
    source : Fraction, flicks
        What is seen or heard at `start`, on the recording's own clock.
    speed : Fraction
    """

    start: int
    end: int
    row: Row
    source: Fraction
    speed: Fraction

    @property
    def asset(self) -> str:
        """The recording."""
        return str(self.row["asset"])

    @property
    def span(self) -> tuple[int, int]:
        """Which part of the recording it is, whole flicks that hold it."""
        edges = self.source, self.source + (self.end - self.start) * self.speed
        return floor(min(edges)), ceil(max(edges))

    def placed(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a span of the recording lies in the timeline, as far as it does; None where it does not."""
        if self.speed == 0:
            return (self.start, self.end) if start <= self.source < end else None
        low, high = self.span
        start, end = max(start, low), min(end, high)
        if start >= end:
            return None
        edges = sorted(self.start + (edge - self.source) / self.speed for edge in (start, end))
        first, last = (min(max(round(edge), self.start), self.end) for edge in edges)
        return (first, last) if first < last else None

    def moment(self, time: int) -> int | None:
        """Return where a moment of the recording lies in the timeline; None where it does not."""
        if self.speed == 0:
            return self.start if time == floor(self.source) else None
        found = round(self.start + (time - self.source) / self.speed)
        return found if self.start <= found < self.end else None


class Sources:
    """The recordings of a production by all that a timeline may call them.

    Parameters
    ----------
    assets : rows of `assets`
    folder : Path or None
        The production's.
    """

    def __init__(self, assets: Iterable[Row], folder: Path | None = None) -> None:
        self._rows = [row for row in assets if row["kind"] in _KINDS]
        self._folder = folder
        self._by_name: dict[str, list[tuple[Row, PurePosixPath]]] = defaultdict(list)
        for row in self._rows:
            for path in row["paths"] or [row["path"]]:
                where = PurePosixPath(path)
                for name in {where.name.casefold(), where.stem.casefold()}:
                    self._by_name[name].append((row, where))
            reel = dict(row["tags"] or []).get("reel_name", "")
            if reel:
                self._by_name[reel.casefold()].append((row, PurePosixPath(row["path"])))
        self._notes: dict[str, None] = {}

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be found, a sentence each."""
        return tuple(self._notes)

    def used(self, stretches: Sequence[Stretch]) -> list[Used]:
        """Return what of the production's recordings stretches show; the others are noted."""
        found = [self._used(each) for each in stretches if not each.media.generator]
        return [each for each in found if each is not None]

    def _used(self, stretch: Stretch) -> Used | None:
        row = self.row_of(stretch.media, stretch.name)
        if row is None:
            called = stretch.media.path or stretch.media.name or stretch.name
            self._notes[f"{called} is no recording of this production: nothing of it is listed."] = None
            return None
        length = (row["end"] or 0) - (row["start"] or 0)
        edges = stretch.source, stretch.at(stretch.end)
        for base in _bases(row, stretch.media):
            if min(edges) - base >= -_SLACK and max(edges) - base <= length + _SLACK:
                return Used(stretch.start, stretch.end, row, stretch.source - base + (row["start"] or 0), stretch.speed)
        self._notes[f"{row['path']} does not reach as far as the timeline says: nothing of it is listed there."] = None
        return None

    def row_of(self, media: Media, clip: str = "") -> Row | None:
        """Return the recording that a media is; None if there is none, or several of that name and nothing else."""
        if media.path:
            where = _path(media.path)
            named = self._by_name.get(where.name.casefold(), ())
            ends = sorted(((_common(where, path), row) for row, path in named), key=lambda each: -each[0])
            if ends and (len(ends) == 1 or ends[0][0] > ends[1][0] or ends[0][1]["asset"] == ends[1][1]["asset"]):
                return ends[0][1]
        squeezed = next(iter(reels((Media(media.name, media.path),)).values()))
        for name in (media.name, clip, media.reel, squeezed):
            rows = {row["asset"]: row for row, _ in self._by_name.get(PurePosixPath(name).name.casefold(), ())}
            if name and len(rows) == 1:
                return next(iter(rows.values()))
        return None


def _bases(row: Row, media: Media) -> tuple[int, ...]:
    """Return the time codes that a recording may begin at, the one its timeline states first."""
    own = (media_of(row, conformed_rate(row)[0], None, []) if row["kind"] in SEEN else sound_media_of(row, None)).start
    stated = (media.start,) if media.start or media.duration is not None else ()
    return tuple(dict.fromkeys((*stated, own, 0)))


def _path(text: str) -> PurePosixPath:
    plain = unquote(urlsplit(text).path) if "://" in text else text
    return PurePosixPath(plain.replace("\\", "/"))


def _common(one: PurePosixPath, other: PurePosixPath) -> int:
    """Return how many parts of two paths are the same from the end."""
    count = 0
    for mine, theirs in zip(reversed(one.parts), reversed(other.parts), strict=False):
        if mine.casefold() != theirs.casefold():
            break
        count += 1
    return count
