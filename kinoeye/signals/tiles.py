"""Tiles: which stretches of one row are which of another, each at most once, where stretches may move and repeat.

A tile says that a stretch of the old row could be a stretch of the new one. Many exclude one another: material that is
used twice fits twice. First the heaviest chain of tiles that keeps the order is taken, where neighbours that stay
neighbours weigh more; then, of what is left on both sides, the next; until nothing fits.

Source: weighted longest increasing subsequence with a Fenwick tree (Fenwick, Software 24(3), 1994); taking the longest
common runs first, so that blocks may move, after Wise, "Running Karp-Rabin matching and greedy string tiling", 1993.
"""

import bisect
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

_TOGETHER = 0.3  # a scene that moves as a whole beats its pieces found one by one elsewhere


@dataclass(frozen=True)
class Tile:
    """A stretch of the old row that could be a stretch of the new one.

    Parameters
    ----------
    old, old_end, new, new_end : int
        Where it lies in both; ends are one past the last.
    weight : float
        How much speaks for it, for each unit of its old length.
    one, other : int
        Number of the item it lies in, in both rows.
    is_reversed : bool
        It runs the other way round in the new row.
    """

    old: int
    old_end: int
    new: int
    new_end: int
    weight: float = 1.0
    one: int = 0
    other: int = 0
    is_reversed: bool = False

    @property
    def worth(self) -> float:
        """How much speaks for all of it."""
        return self.weight * (self.old_end - self.old)

    def within(self, old: int, old_end: int) -> "Tile":
        """Return the part of it that lies within a stretch of the old row."""
        low, high = max(old, self.old), min(old_end, self.old_end)
        if (low, high) == (self.old, self.old_end):
            return self
        first, last = self._at(low), self._at(high)
        return replace(self, old=low, old_end=high, new=min(first, last), new_end=max(first, last))

    def within_new(self, new: int, new_end: int) -> "Tile":
        """Return the part of it that lies within a stretch of the new row."""
        turned = replace(self, old=self.new, old_end=self.new_end, new=self.old, new_end=self.old_end)
        part = turned.within(new, new_end)
        return replace(part, old=part.new, old_end=part.new_end, new=part.old, new_end=part.old_end)

    def _at(self, old: int) -> int:
        ratio = Fraction(self.new_end - self.new, self.old_end - self.old)
        shift = round((old - self.old) * ratio)
        return self.new_end - shift if self.is_reversed else self.new + shift


def chosen(tiles: Sequence[Tile], shortest: int = 1) -> list[Tile]:
    """Choose tiles that exclude one another nowhere, in the order of the old row.

    Parameters
    ----------
    tiles : sequence of Tile
    shortest : int
        A rest of a tile that is shorter, on either side, is dropped.

    Examples
    --------
    >>> [(each.old, each.new) for each in chosen([Tile(0, 9, 5, 14), Tile(9, 14, 0, 5), Tile(0, 4, 20, 24)])]
    [(0, 5), (9, 0)]
    """
    left = [each for each in tiles if _is_long(each, shortest)]
    found: list[Tile] = []
    while left:
        taken = chain(left)
        found += taken
        left = [part for each in left for part in _rest(each, taken, shortest)]
    return sorted(found, key=lambda each: each.old)


def chain(tiles: Sequence[Tile], together: float = _TOGETHER) -> list[Tile]:
    """Return the heaviest chain of tiles that follow one another in both rows.

    Parameters
    ----------
    tiles : sequence of Tile
    together : float
        Of the lighter neighbour's worth is what staying side by side adds.
    """
    order = sorted(range(len(tiles)), key=lambda number: (tiles[number].old, tiles[number].new))
    ends = sorted(range(len(tiles)), key=lambda number: tiles[number].old_end)
    places = sorted({each.new_end for each in tiles})
    best = _Highest(len(places))
    at = {(each.one, each.other): number for number, each in enumerate(tiles)}
    scores, before = [0.0] * len(tiles), [-1] * len(tiles)
    done = 0
    for number in order:
        each = tiles[number]
        while done < len(ends) and tiles[ends[done]].old_end <= each.old:
            ready = ends[done]
            best.put(bisect.bisect_left(places, tiles[ready].new_end), scores[ready], ready)
            done += 1
        score, last = best.below(bisect.bisect_right(places, each.new))
        for near in (at.get((each.one - 1, each.other - 1)), at.get((each.one, each.other))):
            if near is None or near == number:
                continue
            beside = tiles[near]
            if beside.old_end <= each.old and beside.new_end <= each.new:
                sum_of_both = scores[near] + together * min(beside.worth, each.worth)
                if sum_of_both > score:
                    score, last = sum_of_both, near
        scores[number], before[number] = score + each.worth, last
    number = max(order, key=lambda each: scores[each])
    found = []
    while number >= 0:
        found.append(tiles[number])
        number = before[number]
    return found[::-1]


def in_order(tiles: Sequence[Tile]) -> set[Tile]:
    """Return those of chosen tiles that keep their order; the others have moved, and are the lesser part."""
    return set(chain(tiles, together=0.0)) if tiles else set()


def _rest(tile: Tile, taken: Sequence[Tile], shortest: int) -> list[Tile]:
    """Return what is left of a tile where others are taken; those are a chain, so they rise in both rows."""
    parts = [tile]
    for is_new in (False, True):
        parts = [each for part in parts for each in _outside(part, taken, is_new)]
    return [each for each in parts if _is_long(each, shortest)]


def _outside(tile: Tile, taken: Sequence[Tile], is_new: bool) -> list[Tile]:
    low, high = (tile.new, tile.new_end) if is_new else (tile.old, tile.old_end)
    spans = [(each.new, each.new_end) if is_new else (each.old, each.old_end) for each in taken]
    first = bisect.bisect_right([end for _, end in spans], low)
    left: list[tuple[int, int]] = []
    for begin, end in spans[first:]:
        if begin >= high:
            break
        if begin > low:
            left.append((low, begin))
        low = max(low, end)
    if low < high:
        left.append((low, high))
    return [tile.within_new(*span) if is_new else tile.within(*span) for span in left]


def _is_long(tile: Tile, shortest: int) -> bool:
    return min(tile.old_end - tile.old, tile.new_end - tile.new) >= max(1, shortest)


class _Highest:
    """The highest score among the first so many places, as scores are put in."""

    def __init__(self, size: int) -> None:
        self._tree = [(0.0, -1)] * (size + 1)

    def put(self, place: int, score: float, number: int) -> None:
        place += 1
        while place < len(self._tree):
            if score > self._tree[place][0]:
                self._tree[place] = score, number
            place += place & -place

    def below(self, count: int) -> tuple[float, int]:
        found = (0.0, -1)
        while count:
            found = max(found, self._tree[count], key=lambda each: each[0])
            count &= count - 1
        return found
