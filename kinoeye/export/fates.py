"""Fates: what becomes of a cue, an effect, a marker or a chapter when its cut changes, and why.

A span follows the stretches it lies on. Where its parts stay neighbours it stays one; a short stretch that was put into
it is bridged; parts that go different ways become spans of their own, and those too short to be read are dropped while
a longer one stays. Nothing is dropped or changed in length without a reason that is told.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Literal

from kinoeye.errors import SettingError
from kinoeye.export.changes import CARRYING, Change, ChangeList, Follow, Part
from kinoeye.timecode import from_seconds

Verdict = Literal["moved", "look", "redo", "gone"]
VERDICTS: tuple[Verdict, ...] = ("moved", "look", "redo", "gone")
Span = tuple[int, int]

_MOST_LOST = Fraction(1, 5)  # of a cue; of a sentence of which more is gone the words must be looked at anew


@dataclass(frozen=True)
class Rules:
    """By which rules spans are carried.

    Parameters
    ----------
    shortest : flicks
        A part of a span that is cut in two is dropped if it is shorter, while a longer one stays.
    bridge : flicks
        A stretch of at most this length that was put into a span does not part it.
    handle : pictures of the old cut
        Of an effect, on both sides, that are there beyond the cut.
    """

    shortest: int = from_seconds("0.5")
    bridge: int = from_seconds("1")
    handle: int = 0

    def __post_init__(self) -> None:
        for name, value in (("shortest", self.shortest), ("bridge", self.bridge), ("handle", self.handle)):
            if value < 0:
                raise SettingError(f"reconform: {name} must be 0 or more, got {value}")


@dataclass(frozen=True)
class Reason:
    """Why something is to be looked at or done again.

    Parameters
    ----------
    key : str
        Of the messages: ``removed``, ``replaced``, ``shorter`` …
    pictures : int
        How many it is about; 0 where that says nothing.
    """

    key: str
    pictures: int = 0


@dataclass(frozen=True)
class Fate:
    """What became of a span or a moment.

    Parameters
    ----------
    spans : tuple of (start, end), flicks of the new cut
        Empty if nothing is left of it.
    """

    spans: tuple[Span, ...]
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True)
class Item:
    """One thing that was to be carried: where it was, what it says, what became of it."""

    file: str
    kind: str
    number: int
    text: str
    start: int
    end: int
    fate: Fate


@dataclass
class _Story:
    """What is gathered about one span."""

    reasons: list[Reason] = field(default_factory=list)
    verdict: Verdict = "moved"

    def say(self, verdict: Verdict, key: str, pictures: int = 0) -> None:
        if VERDICTS.index(verdict) > VERDICTS.index(self.verdict):
            self.verdict = verdict
        if Reason(key, pictures) not in self.reasons:
            self.reasons.append(Reason(key, pictures))


def of_span(changes: ChangeList, start: int, end: int, follow: Follow, rules: Rules) -> Fate:
    """Return what becomes of a span of the old cut, such as a cue: split, bridged or trimmed as the rules say."""
    if end <= start:
        return of_moment(changes, start, follow)
    parts = list(changes.parts(start, end, follow))
    story = _Story()
    if not parts:
        story.say("gone", "outside")
        return Fate((), "gone", tuple(story.reasons))
    placed = [(part, where) for part in parts if (where := _where(part)) is not None]
    spans = _joined(changes, placed, rules, story)
    kept = [each for each in spans if each[1] - each[0] >= rules.shortest] or spans[:1]
    if spans and not kept[0][1] - kept[0][0] >= rules.shortest:
        kept = [max(spans, key=lambda each: each[1] - each[0])]
    if len(kept) > 1:
        story.say("redo", "split", len(kept))
    if not kept:
        story.say("gone", "removed")
        return Fate((), "gone", tuple(story.reasons))
    _tell(changes, parts, sum((high - low for low, high in kept), Fraction(0)), end - start, story)
    return Fate(tuple((round(low), round(high)) for low, high in kept), story.verdict, tuple(story.reasons))


def of_moment(changes: ChangeList, time: int, follow: Follow = "picture") -> Fate:
    """Return what becomes of a moment of the old cut, such as a marker; it stays on its picture."""
    part = changes.at(time, follow)
    if part is None:
        if time == changes.old.duration:
            return Fate(((changes.new.duration, changes.new.duration),), "moved")
        return Fate((), "gone", (Reason("outside"),))
    where = _where(part)
    if where is None:
        return Fate((), "gone", (Reason("removed"),))
    at = where[1] if part.change.is_reversed else where[0]
    if part.change.what == "replaced":
        return Fate(((round(at), round(at)),), "redo", (Reason("replaced"),))
    reasons = tuple(Reason(note) for note in part.change.notes if note == "version")
    return Fate(((round(at), round(at)),), "look" if reasons else "moved", reasons)


def of_chapter(changes: ChangeList, start: int, end: int) -> Fate:
    """Return where a chapter begins now: at its first moment that is still there."""
    for part in changes.parts(start, end):
        where = _where(part)
        if where is not None:
            pictures = changes.old.picture(part.start) - changes.old.picture(start)
            reasons = (Reason("head", pictures),) if pictures else ()
            return Fate(((round(where[0]), round(where[0])),), "look" if reasons else "moved", reasons)
    return Fate((), "gone", (Reason("removed" if start < changes.old.duration else "outside"),))


def of_effect(changes: ChangeList, start: int, end: int, rules: Rules) -> Fate:
    """Return what becomes of an effect: it follows its clip, and its clip's new ends where it reached the old ones."""
    story = _Story()
    parts = list(changes.parts(start, max(end, start + 1)))
    carried = [part for part in parts if part.new is not None]
    if not carried:
        replaced = [part.change.new for part in parts if part.change.what == "replaced" and part.change.new]
        if replaced:
            story.say("redo", "replaced")
            return Fate(tuple((each.start, each.end) for each in replaced), "redo", tuple(story.reasons))
        return Fate((), "gone", (Reason("removed" if parts else "outside"),))
    spans = [_grown(changes, part, start, end, rules, story) for part in carried]
    joined: list[Span] = []
    for low, high in sorted(spans):
        if joined and low - joined[-1][1] <= changes.new.half:
            joined[-1] = joined[-1][0], max(high, joined[-1][1])
        else:
            joined.append((low, high))
    if len(joined) > 1:
        story.say("redo", "split", len(joined))
    lost = (
        changes.old.picture(end)
        - changes.old.picture(start)
        - sum(changes.old.picture(part.end) - changes.old.picture(part.start) for part in carried)
    )
    if lost:
        story.say("look", "shorter", lost)
    if any(part.change.what == "retimed" for part in carried):
        story.say("redo", "retimed")
    if any("version" in part.change.notes for part in carried):
        story.say("look", "version")
    if any(part.change.what == "replaced" for part in parts):
        story.say("redo", "replaced")
    return Fate(tuple(joined), story.verdict, tuple(story.reasons))


def uncovered(changes: ChangeList, follow: Follow = "picture") -> list[tuple[Change, Span]]:
    """Return what of the new cut no part of the old one is: where cues, effects and notes may be wanted anew."""
    found: list[tuple[Change, Span]] = []
    for each in changes.changes(follow):
        if each.new is None or each.what in CARRYING or not each.new.name:
            continue
        last = found[-1] if found else None
        if last and last[0].what == each.what and last[0].new and last[0].new.name == each.new.name \
                and last[1][1] == each.new.start:  # fmt: skip
            found[-1] = last[0], (last[1][0], each.new.end)
        else:
            found.append((each, (each.new.start, each.new.end)))
    return found


def _where(part: Part) -> tuple[Fraction, Fraction] | None:
    """Return where a part is in the new cut; in what replaces it, as far from the beginning as it was."""
    change = part.change
    if part.new is not None:
        return part.new
    if change.what != "replaced" or change.old is None or change.new is None:
        return None
    low = change.new.start + min(part.start - change.old.start, change.new.duration)
    high = change.new.start + min(part.end - change.old.start, change.new.duration)
    return (Fraction(low), Fraction(high)) if low < high else None


def _joined(
    changes: ChangeList, placed: Sequence[tuple[Part, tuple[Fraction, Fraction]]], rules: Rules, story: _Story
) -> list[tuple[Fraction, Fraction]]:
    """Return the spans of the new cut that parts make, neighbours joined."""
    spans: list[tuple[Fraction, Fraction]] = []
    for _, (low, high) in placed:
        gap = low - spans[-1][1] if spans else None
        if gap is not None and -changes.new.half <= gap <= max(rules.bridge, changes.new.half):
            if gap > changes.new.half:
                story.say("look", "bridged", changes.new.picture(low) - changes.new.picture(spans[-1][1]))
            spans[-1] = spans[-1][0], high
        else:
            spans.append((low, high))
    return spans


def _tell(changes: ChangeList, parts: Sequence[Part], left: Fraction, length: int, story: _Story) -> None:
    """Say what else happened to a span: replaced, retimed, shorter."""
    if any(part.change.what == "replaced" for part in parts):
        story.say("redo", "replaced")
    if any(part.change.what == "retimed" for part in parts):
        story.say("look", "retimed")
        return
    lost = length - left
    if lost >= changes.old.half:
        pictures = changes.old.picture(int(lost))
        story.say("redo" if lost > _MOST_LOST * length else "look", "shorter", pictures)


def _grown(changes: ChangeList, part: Part, start: int, end: int, rules: Rules, story: _Story) -> Span:
    """Return where a part of an effect is now, with what its clip shows more of beside it."""
    assert part.new is not None
    low, high = (round(edge) for edge in part.new)
    change = part.change
    assert change.old is not None
    assert change.new is not None
    for is_head in (True, False):
        is_at_edge = start <= change.old.start if is_head else end >= change.old.end
        if change.is_reversed or not is_at_edge:
            continue
        more = _lengthened(changes, change, is_head=is_head)
        if more is None or more.new is None:
            continue
        pictures = changes.new.picture(more.new.duration)
        if pictures > rules.handle:
            story.say("redo", "handles_head" if is_head else "handles_tail", pictures - rules.handle)
        else:
            story.say("look", "longer", pictures)
        low, high = (more.new.start, high) if is_head else (low, more.new.end)
    return low, high


def _lengthened(changes: ChangeList, change: Change, *, is_head: bool) -> Change | None:
    """Return the stretch by which a clip is longer at its head or tail; None if it is not."""
    assert change.new is not None
    for each in changes.picture:
        if each.what != "lengthened" or each.new is None or each.new.name != change.new.name:
            continue
        if (each.new.end == change.new.start) if is_head else (each.new.start == change.new.end):
            return each
    return None
