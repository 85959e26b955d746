"""Drafts: what a new draft of a screenplay does to pages, days, cast and elements.

Scenes are the same where their ids are; without schedules of both drafts, days are reckoned by pages and hours alone.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from kinoeye.treatments.screenplay.day_out_of_days import day_out_of_days
from kinoeye.treatments.screenplay.strips import SceneStrip, Schedule, Wishes


@dataclass(frozen=True)
class Change:
    """A number in the old draft and in the new."""

    old: int
    new: int

    @property
    def more(self) -> int:
        """How much more the new draft asks for; negative where it is less."""
        return self.new - self.old


@dataclass(frozen=True)
class DraftChange:
    """What a new draft changes.

    Parameters
    ----------
    added, dropped, changed : tuple of str
        Numbers of scenes, in the order of their draft: the new for those added and changed.
    eighths, least_days : Change
        Days by pages and hours alone.
    days, cost : Change or None
        Of the schedules, where both are given.
    scenes_of_cast : mapping of name to Change
    cast_days : mapping of name to Change
        Days from first to last, holds included, where both schedules are given.
    elements : mapping of category to Change
        How often elements of the category are called for, over all scenes.
    """

    added: tuple[str, ...]
    dropped: tuple[str, ...]
    changed: tuple[str, ...]
    eighths: Change
    least_days: Change
    days: Change | None
    cost: Change | None
    scenes_of_cast: Mapping[str, Change]
    cast_days: Mapping[str, Change]
    elements: Mapping[str, Change]


def draft_change(
    old: Sequence[SceneStrip],
    new: Sequence[SceneStrip],
    wishes: Wishes,
    schedules: tuple[Schedule, Schedule] | None = None,
) -> DraftChange:
    """Return what a new draft changes; only names and categories whose numbers differ are told."""  # fmt: skip
    before, after = {strip.id: strip for strip in old}, {strip.id: strip for strip in new}
    cast_days: dict[str, Change] = {}
    if schedules:
        paid = [{row.name: row.worked + row.held for row in day_out_of_days(each)} for each in schedules]
        cast_days = _changes(*paid)
    return DraftChange(
        added=tuple(strip.number for strip in new if strip.id not in before),
        dropped=tuple(strip.number for strip in old if strip.id not in after),
        changed=tuple(strip.number for strip in new if strip.id in before and _differs(before[strip.id], strip)),
        eighths=Change(sum(strip.eighths for strip in old), sum(strip.eighths for strip in new)),
        least_days=Change(_least_days(old, wishes), _least_days(new, wishes)),
        days=Change(len(schedules[0].days), len(schedules[1].days)) if schedules else None,
        cost=Change(schedules[0].cost, schedules[1].cost) if schedules else None,
        scenes_of_cast=_changes(*(_count(name for strip in draft for name in set(strip.cast)) for draft in (old, new))),
        cast_days=cast_days,
        elements=_changes(*(_counts_of_elements(draft) for draft in (old, new))),
    )


def _differs(one: SceneStrip, other: SceneStrip) -> bool:
    """Return whether what a schedule sees of a scene differs; a new number alone is no change."""
    keys = ("heading", "location", "is_interior", "light", "eighths", "elements")
    return set(one.cast) != set(other.cast) or any(getattr(one, key) != getattr(other, key) for key in keys)


def _least_days(strips: Sequence[SceneStrip], wishes: Wishes) -> int:
    minutes = sum(strip.minutes or strip.eighths * wishes.minutes_an_eighth for strip in strips)
    capacity = 60 * (wishes.hours - wishes.break_hours)
    return max(math.ceil(sum(strip.eighths for strip in strips) / wishes.most_eighths), math.ceil(minutes / capacity))


def _count(names: Iterable[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for name in names:
        found[name] = found.get(name, 0) + 1
    return found


def _counts_of_elements(strips: Sequence[SceneStrip]) -> dict[str, int]:
    return _count(category for strip in strips for category, names in strip.elements for _ in names)


def _changes(old: Mapping[str, int], new: Mapping[str, int]) -> dict[str, Change]:
    both = {name: Change(old.get(name, 0), new.get(name, 0)) for name in sorted({*old, *new})}
    return {name: change for name, change in both.items() if change.more}
