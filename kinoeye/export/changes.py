"""Changes: what became of a cut in the next one, stretch by stretch, exact in flicks.

All times of a change count from the first picture of their cut. Every moment of the old cut stands in one change, and
so does every moment of the new one. Those who make change lists and those who write or use them meet here.

Source: the change lists of film and sound editing (insert, delete, move, trim, lengthen, replace), as Media Composer's
and EdiLoad's manuals describe them.
"""

import bisect
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

from kinoeye.export.timeline import Timeline
from kinoeye.timecode import Timecode, flicks_to_frame, frame_to_flicks

What = Literal["kept", "moved", "retimed", "replaced", "trimmed", "removed", "lengthened", "inserted"]
WHATS: tuple[What, ...] = (
    "kept", "moved", "retimed", "replaced", "trimmed", "removed", "lengthened", "inserted",
)  # fmt: skip
CARRYING = frozenset({"kept", "moved", "retimed"})  # what stands on these is found again, to the picture
Follow = Literal["picture", "sound"]


@dataclass(frozen=True)
class Cut:
    """A version of an edit, as its time is counted.

    Parameters
    ----------
    start : int, flicks
        Time code of the first picture, as real time since 00:00:00:00.
    duration : int, flicks
    """

    name: str
    rate: Fraction
    start: int = 0
    is_drop_frame: bool = False
    duration: int = 0

    @classmethod
    def of(cls, timeline: Timeline) -> "Cut":
        """Return how a timeline counts its time."""
        return cls(timeline.name, timeline.rate, timeline.start, timeline.is_drop_frame, timeline.duration)

    @property
    def first(self) -> Timecode:
        """The time code of the first picture."""
        return Timecode(flicks_to_frame(self.start + self.half // 2, self.rate), self.rate, self.is_drop_frame)

    @property
    def half(self) -> int:
        """Half a picture, in flicks: what is nearer than that is the same picture."""
        return frame_to_flicks(1, self.rate) // 2

    def picture(self, time: Fraction | int) -> int:
        """Return the number of the picture that begins nearest to a moment."""
        before = flicks_to_frame(int(time), self.rate)
        return before + (time - frame_to_flicks(before, self.rate) >= frame_to_flicks(before + 1, self.rate) - time)

    def snapped(self, time: Fraction | int) -> int:
        """Return the beginning of the picture that begins nearest to a moment."""
        return frame_to_flicks(self.picture(time), self.rate)

    def label(self, time: Fraction | int) -> str:
        """Return the time code of the picture that begins nearest to a moment."""
        return str(Timecode(self.first.frame + self.picture(time), self.rate, self.is_drop_frame))


@dataclass(frozen=True)
class Side:
    """A stretch of one cut.

    Parameters
    ----------
    start, end : int, flicks
        Since the first picture of the cut.
    name : str
        Of what is seen or heard.
    source : int or None, flicks
        What it shows at `start`, on its media's time code clock.
    speed : Fraction
    """

    start: int
    end: int
    name: str = ""
    source: int | None = None
    speed: Fraction = Fraction(1)

    @property
    def duration(self) -> int:
        """How long it lasts, in flicks."""
        return self.end - self.start


@dataclass(frozen=True)
class Change:
    """What became of a stretch.

    Parameters
    ----------
    what : str
        One of `WHATS`.
    old, new : Side or None
        None where it is in the other cut only.
    is_reversed : bool
        It runs the other way round in the new cut.
    notes : tuple of str
        Keys of what else is to be said: ``version``, ``slipped``, ``moved``.
    """

    what: What
    old: Side | None = None
    new: Side | None = None
    is_reversed: bool = False
    notes: tuple[str, ...] = ()

    @property
    def ratio(self) -> Fraction:
        """How much longer it lasts in the new cut; below 0 if it runs the other way round."""
        assert self.old is not None
        assert self.new is not None
        ratio = Fraction(self.new.duration, self.old.duration)
        return -ratio if self.is_reversed else ratio

    def at(self, time: int) -> Fraction:
        """Return where a moment of the old cut is in the new one."""
        assert self.old is not None
        assert self.new is not None
        begin = self.new.end if self.is_reversed else self.new.start
        return begin + (time - self.old.start) * self.ratio


@dataclass(frozen=True)
class Part:
    """A part of a stretch of the old cut, and where it is in the new one (None: nowhere)."""

    start: int
    end: int
    change: Change
    new: tuple[Fraction, Fraction] | None = None


@dataclass(frozen=True)
class Edge:
    """A transition that is another in the new cut: its place in both, its kind and length in both (None: a cut)."""

    old: int
    new: int
    before: tuple[str, int] | None
    after: tuple[str, int] | None


@dataclass(frozen=True)
class ChangeList:
    """All that changed from one cut to the next.

    Parameters
    ----------
    picture, sound : tuple of Change
        By what is seen, and by what is heard where the cuts have sound of their own.
    edges : tuple of Edge
    notes : tuple of str
        What whoever uses it should know.
    """

    old: Cut
    new: Cut
    picture: tuple[Change, ...]
    sound: tuple[Change, ...] = ()
    edges: tuple[Edge, ...] = ()
    notes: tuple[str, ...] = ()

    def changes(self, follow: Follow = "picture") -> tuple[Change, ...]:
        """Return the changes by picture or by sound; by picture where no sound is known."""
        return self.sound if follow == "sound" and self.sound else self.picture

    @cached_property
    def _sorted(self) -> dict[str, tuple[list[int], list[Change]]]:
        found = {}
        for follow, changes in (("picture", self.picture), ("sound", self.sound or self.picture)):
            rows = sorted((each for each in changes if each.old is not None), key=_old_start)
            found[follow] = [_old_start(each) for each in rows], rows
        return found

    def parts(self, start: int, end: int, follow: Follow = "picture") -> Iterator[Part]:
        """Go through the parts of a stretch of the old cut, in its order, with where each is now.

        What lies before or behind the old cut belongs to no change and is not given.
        """
        starts, rows = self._sorted[follow]
        for change in rows[max(0, bisect.bisect_right(starts, start) - 1) :]:
            assert change.old is not None
            if change.old.start >= end:
                break
            low, high = max(start, change.old.start), min(end, change.old.end)
            if low < high:
                yield Part(low, high, change, _moved(change, low, high))

    def at(self, time: int, follow: Follow = "picture") -> Part | None:
        """Return the part that begins at a moment of the old cut, a flick long; None outside of the cut."""
        return next(self.parts(time, time + 1, follow), None)

    @property
    def is_same(self) -> bool:
        """Whether nothing changed."""
        return not self.edges and all(each.what == "kept" and not each.notes for each in (*self.picture, *self.sound))


def _old_start(change: Change) -> int:
    assert change.old is not None
    return change.old.start


def _moved(change: Change, low: int, high: int) -> tuple[Fraction, Fraction] | None:
    if change.what not in CARRYING:
        return None
    first, last = change.at(low), change.at(high)
    return (last, first) if change.is_reversed else (first, last)


def lasting(changes: Sequence[Change], what: What) -> int:
    """Return how long all changes of a kind last, in flicks; those only in the old cut by that."""
    sides = [each.new or each.old for each in changes if each.what == what]
    return sum(side.duration for side in sides if side is not None)
