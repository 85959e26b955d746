"""Telling: from which stretches are which to the list of changes, in the trade's words.

Every moment of both cuts gets its word. What is left of a clip that stays was trimmed from its head or tail, what more
is shown of it lengthens it; what is left of others was removed or inserted, and where one stands in the place of the
other, between the same neighbours, it was replaced.
"""

import itertools
from bisect import bisect_right
from collections.abc import Iterator, Sequence

from kinoeye.cut.layers import Stretch
from kinoeye.cut.sameness import is_version
from kinoeye.export.changes import Change, Cut, Side, What
from kinoeye.signals.tiles import Tile, in_order

Span = tuple[int, int]


def told(
    cuts: tuple[Cut, Cut], old: Sequence[Stretch], new: Sequence[Stretch], tiles: Sequence[Tile]
) -> tuple[Change, ...]:
    """Return the changes, in the order of the new cut; what was removed stands where it was.

    Parameters
    ----------
    cuts : pair of Cut
    old, new : sequences of Stretch
        What is seen or heard in both, in running order.
    tiles : sequence of Tile
        Which parts are the same, in the order of the old cut.
    """
    sides = _Row(old, cuts[0]), _Row(new, cuts[1])
    tiles = [*tiles, *_gaps(sides, tiles)]
    tiles.sort(key=lambda each: each.old)
    ordered = in_order(tiles)
    found = [change for tile in tiles for change in _same(sides, tile, tile in ordered)]
    left = [
        _left(row, [(each.old, each.old_end) if number == 0 else (each.new, each.new_end) for each in tiles])
        for number, row in enumerate(sides)
    ]
    gone = [_lone(sides[0], span, found, is_old=True) for span in left[0]]
    come = [_lone(sides[1], span, found, is_old=False) for span in left[1]]
    found += _replaced([each for each in gone if each], [each for each in come if each], found)
    return tuple(_in_running_order(found))


class _Row:
    """What is seen in one cut, found by its time."""

    def __init__(self, stretches: Sequence[Stretch], cut: Cut) -> None:
        self.stretches, self.cut = stretches, cut
        self._starts = [each.start for each in stretches]
        self.end = max(cut.duration, max((each.end for each in stretches), default=0))

    def at(self, time: int) -> Stretch | None:
        """Return what is seen at a moment."""
        number = bisect_right(self._starts, time) - 1
        return self.stretches[number] if number >= 0 and self.stretches[number].end > time else None

    def cut_up(self, start: int, end: int) -> Iterator[Span]:
        """Go through the parts of a span, one for each stretch or gap in it."""
        number = max(0, bisect_right(self._starts, start) - 1)
        edges = {start, end}
        while number < len(self.stretches) and self.stretches[number].start < end:
            each = self.stretches[number]
            edges |= {edge for edge in (each.start, each.end) if start < edge < end}
            number += 1
        ordered = sorted(edges)
        yield from itertools.pairwise(ordered)

    def side(self, start: int, end: int) -> Side:
        """Return a span with what is seen in it."""
        stretch = self.at(start)
        if stretch is None:
            return Side(start, end)
        return Side(start, end, stretch.name or stretch.media.name, round(stretch.at(start)), stretch.speed)


def _gaps(sides: tuple[_Row, _Row], tiles: Sequence[Tile]) -> list[Tile]:
    """Return what is empty at the same place of both cuts: right behind, or right before, what is the same."""
    ends = [(each.old_end, each.new_end) for each in tiles] + [(0, 0)]
    used = [sorted((each.old, each.old_end) for each in tiles), sorted((each.new, each.new_end) for each in tiles)]
    found: list[Tile] = []
    for here, there in ends:
        lengths = [_empty(row, time, spans) for row, time, spans in zip(sides, (here, there), used, strict=True)]
        if min(lengths) > 0:
            found.append(Tile(here, here + min(lengths), there, there + min(lengths)))
    return found


def _empty(row: _Row, time: int, used: Sequence[Span]) -> int:
    """Return for how long nothing is seen from a moment on."""
    if row.at(time + row.cut.half) is not None:
        return 0
    number = bisect_right([each.start for each in row.stretches], time)
    end = row.stretches[number].start if number < len(row.stretches) else row.end
    nearest = bisect_right([begin for begin, _ in used], time)
    return max(0, min(end, used[nearest][0] if nearest < len(used) else end) - time)


def _same(sides: tuple[_Row, _Row], tile: Tile, is_in_order: bool) -> Iterator[Change]:
    """Go through the changes of a tile: one for each stretch that it lies in."""
    for start, end in sides[0].cut_up(tile.old, tile.old_end):
        part = tile.within(start, end)
        if part.new >= part.new_end:
            continue
        mine, theirs = sides[0].at(start), sides[1].at(part.new)
        what: What = "kept" if is_in_order else "moved"
        notes: list[str] = []
        if mine is not None and theirs is not None:
            if abs(part.new_end - part.new - (end - start)) > min(row.cut.half for row in sides) or tile.is_reversed:
                what, notes = "retimed", ([] if is_in_order else ["moved"])
            if is_version(mine, theirs):
                notes.append("version")
            if _is_slipped(mine, theirs, tile):
                notes.append("slipped")
        yield Change(what, sides[0].side(start, end), sides[1].side(part.new, part.new_end), tile.is_reversed,
                     tuple(notes))  # fmt: skip


def _is_slipped(mine: Stretch, theirs: Stretch, tile: Tile) -> bool:
    """Say whether a clip is as long as it was and shows an earlier or later part of its media."""
    is_long = abs((mine.end - mine.start) - (theirs.end - theirs.start)) <= 1 and mine.speed == theirs.speed
    return is_long and abs((tile.old - mine.start) - (tile.new - theirs.start)) > 1


def _left(row: _Row, used: Sequence[Span]) -> list[Span]:
    """Return what of a row no tile has, cut where what is seen changes; parts below half a picture are none."""
    found, low = [], 0
    for begin, end in sorted(used):
        if begin - low >= row.cut.half:
            found += list(row.cut_up(low, begin))
        low = max(low, end)
    if row.end - low >= row.cut.half:
        found += list(row.cut_up(low, row.end))
    return [span for span in found if span[1] - span[0] >= row.cut.half]


def _lone(row: _Row, span: Span, same: Sequence[Change], *, is_old: bool) -> Change | None:
    """Return the change of a stretch that only one cut has; None where nothing is seen at the very end."""
    stretch = row.at(span[0])
    side = row.side(*span)
    what: What = "removed" if is_old else "inserted"
    if stretch is not None and any(_is_beside(stretch, each.old if is_old else each.new) for each in same):
        what = "trimmed" if is_old else "lengthened"
    return Change(what, side) if is_old else Change(what, None, side)


def _is_beside(stretch: Stretch, side: Side | None) -> bool:
    return side is not None and stretch.start <= side.start < stretch.end and bool(side.name)


def _replaced(gone: list[Change], come: list[Change], same: Sequence[Change]) -> list[Change]:
    """Pair what was removed with what was inserted between the same neighbours, in their order."""
    slots = _Slots(same)
    waiting: dict[tuple[int, int], list[Change]] = {}
    for each in come:
        waiting.setdefault(slots.of_new(each), []).append(each)
    found: list[Change] = []
    groups: dict[tuple[int, int], list[Change]] = {}
    for each in gone:
        groups.setdefault(slots.of_old(each), []).append(each)
    for slot, olds in groups.items():
        news = waiting.pop(slot, [])
        found += _paired(olds, news)
    return [*found, *(each for rest in waiting.values() for each in rest)]


def _paired(olds: list[Change], news: list[Change]) -> list[Change]:
    mine = [each for each in olds if each.what == "removed" and each.old is not None and each.old.name]
    theirs = [each for each in news if each.what == "inserted" and each.new is not None and each.new.name]
    if len(mine) != len(theirs):
        lengths = [each.new.duration for each in theirs if each.new is not None]
        is_one = {each: lengths.count(each) for each in lengths}
        mine = [each for each in mine if each.old is not None and is_one.get(each.old.duration) == 1]
        by_length = {each.new.duration: each for each in theirs if each.new is not None}
        theirs = [by_length[each.old.duration] for each in mine if each.old is not None]
        if len(set(map(id, theirs))) != len(theirs):
            mine, theirs = [], []
    pairs = [Change("replaced", one.old, other.new) for one, other in zip(mine, theirs, strict=True)]
    taken = {id(each) for each in (*mine, *theirs)}
    return [*pairs, *(each for each in (*olds, *news) if id(each) not in taken)]


class _Slots:
    """Between which neighbours a change stands, by the ends of what is the same before and behind it."""

    def __init__(self, same: Sequence[Change]) -> None:
        old = sorted((each.old.start, number) for number, each in enumerate(same) if each.old)
        new = sorted((each.new.start, number) for number, each in enumerate(same) if each.new)
        self._rows = [([begin for begin, _ in row], [number for _, number in row]) for row in (old, new)]

    def of_old(self, change: Change) -> tuple[int, int]:
        """Return the numbers of the neighbours of a stretch of the old cut; -1 for none."""
        assert change.old is not None
        return self._of(0, change.old.start)

    def of_new(self, change: Change) -> tuple[int, int]:
        """Return the numbers of the neighbours of a stretch of the new cut; -1 for none."""
        assert change.new is not None
        return self._of(1, change.new.start)

    def _of(self, which: int, time: int) -> tuple[int, int]:
        begins, numbers = self._rows[which]
        place = bisect_right(begins, time)
        return numbers[place - 1] if place else -1, numbers[place] if place < len(numbers) else -1


def _in_running_order(changes: Sequence[Change]) -> list[Change]:
    """Order by the new cut; what is only in the old one follows what stood before it."""
    olds = sorted(
        (each for each in changes if each.old is not None), key=lambda each: each.old.start if each.old else 0
    )
    places: dict[int, tuple[int, int, int]] = {}
    last = (-1, 0)
    for number, each in enumerate(olds):
        if each.new is not None and each.what != "moved":
            last = (each.new.start, number)
        elif each.new is None:
            places[id(each)] = (last[0], 1, number)
    return sorted(changes, key=lambda each: places.get(id(each)) or (each.new.start if each.new else 0, 0, 0))
