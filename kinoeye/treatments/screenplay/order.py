"""Order: the scenes of a day one after the other: as few moves as light allows, then as little waiting."""

from collections.abc import Sequence

from kinoeye.treatments.screenplay.board import Board
from kinoeye.treatments.screenplay.strips import LIGHTS, Slot

_MOST, _FEW = 20_000, 120  # half-orders that are looked at, for the best order and for any
_BREAK_AFTER = 300  # minutes from the call after which the break comes before the next scene


def order(made: Board, scenes: Sequence[int], day: int, kind: str, first_place: int = -1) -> list[Slot] | None:
    """Return the scenes of a day in order, with times; None if none fits into the day.

    Parameters
    ----------
    first_place : int
        The location where the day before ended: a day that can begin there does.
    """
    search = _Search(made, day, kind, first_place)
    scenes = sorted(scenes, key=lambda s: (made.places[s], made.lights[s], made.strips[s].set, s))
    search.go(scenes, [], made.windows[day][kind].call, False, 0, 0)
    if search.best is None:
        return None
    return [Slot(made.strips[scene], start, start + made.minutes[scene]) for scene, start in search.best[1]]


def has_order(made: Board, scenes: Sequence[int], day: int, kind: str) -> bool:
    """Return whether an order that fits is found quickly: by place first, then by what loses its light first."""
    for is_by_light in (False, True):
        search = _Search(made, day, kind, -1, most=_FEW, is_by_light=is_by_light, is_first=True)
        search.go(sorted(scenes), [], made.windows[day][kind].call, False, 0, 0)
        if search.best is not None:
            return True
    return False


class _Search:
    """All orders in depth first, the cheaper half-orders first, cut where they cost more than the best."""

    def __init__(
        self,
        made: Board,
        day: int,
        kind: str,
        first_place: int,
        *,
        most: int = _MOST,
        is_by_light: bool = False,
        is_first: bool = False,
    ) -> None:
        self.most, self.is_by_light, self.is_first = most, is_by_light, is_first
        self.made, self.window, self.first_place = made, made.windows[day][kind], first_place
        self.break_minutes = round(60 * made.wishes.break_hours)
        self.best: tuple[tuple[int, int], list[tuple[int, int]]] | None = None
        self.looked = 0

    def go(
        self, left: Sequence[int], so_far: list[tuple[int, int]], time: int, had_break: bool, moves: int, waits: int
    ) -> None:
        """Go on from a half-order."""
        if self.best is not None and (self.is_first or (moves, waits) >= self.best[0]):
            return
        if self.looked > self.most:
            return
        if not left:
            self.best = (moves, waits), so_far
            return
        self.looked += 1
        place = self.made.places[so_far[-1][0]] if so_far else self.first_place
        options = []
        seen = set()
        for number, scene in enumerate(left):
            alike = (self.made.places[scene], self.made.lights[scene], self.made.minutes[scene])
            if alike in seen:
                continue
            seen.add(alike)
            has_moved = bool(so_far) and self.made.places[scene] != place
            begin = time + (self.made.wishes.move_minutes if has_moved else 0)
            rested = had_break
            if not rested and so_far and begin - self.window.call >= _BREAK_AFTER:
                begin, rested = begin + self.break_minutes, True
            start = self._start(scene, begin)
            if start is not None:
                is_other = self.made.places[scene] != place
                last = self._last(scene) if self.is_by_light else 0
                options.append(((last, is_other, start - begin, number), scene, start, rested, has_moved))
        for (_, _, wait, number), scene, start, rested, has_moved in sorted(options):
            self.go([*left[:number], *left[number + 1 :]], [*so_far, (scene, start)], start + self.made.minutes[scene],
                    rested, moves + has_moved, waits + wait)  # fmt: skip

    def _last(self, scene: int) -> int:
        """Return when a scene's light ends at the latest; interiors can wait."""
        light = self.made.lights[scene]
        return self.window.wrap if light < 0 else max(end for _, end in self.window.lights[LIGHTS[light]])

    def _start(self, scene: int, time: int) -> int | None:
        """Return when a scene can begin at the earliest; None if not within this day."""
        minutes, light = self.made.minutes[scene], self.made.lights[scene]
        spans = [(self.window.call, self.window.wrap)] if light < 0 else self.window.lights[LIGHTS[light]]
        starts = [max(time, begin) for begin, end in spans if max(time, begin) + minutes <= end]
        return min(starts) if starts else None
