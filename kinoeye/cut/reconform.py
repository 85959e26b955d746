"""Re-conform: what became of each stretch of a cut in the next version, from the two timelines alone.

A stretch is found again where the same material is used: same media, same source time. So a trim, a slip, a move and a
change of speed are told apart exactly, whatever the clips are called. Material that is used more than once is told
apart by its neighbours, and by the sound under it.
"""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise
from math import ceil, floor

from kinoeye.cut.layers import Stretch, heard, joined, over, seen, transitions
from kinoeye.cut.sameness import is_version, numbered
from kinoeye.cut.telling import told
from kinoeye.errors import UseError
from kinoeye.export.changes import Change, ChangeList, Cut, Edge
from kinoeye.export.timeline import Timeline
from kinoeye.signals.tiles import Tile, chosen

_RETIMED = 0.7  # of the weight of material at its old speed: that is the better find where both are there
_VERSION = 0.9
_OTHER_AGREES = 0.5  # is added where what is heard under a picture, or seen over a sound, is the same as well
_MOST_USES = 24  # of one material that are tried for each stretch, the nearest by place; a loop may be used 1000 times

Layer = list[Stretch]


def change_list(old: Timeline, new: Timeline) -> ChangeList:
    """Find what changed from one cut to the next.

    Parameters
    ----------
    old, new : Timeline
        Of any rates.

    Raises
    ------
    UseError
        If one of them shows and plays nothing.
    """
    for which, timeline in (("old", old), ("new", new)):
        if not any(seen(timeline)) and not heard(timeline):
            raise UseError(f"reconform: the {which} cut must hold a clip, got none in {timeline.name or 'it'}")
    cuts = Cut.of(old), Cut.of(new)
    layers = _padded(seen(old), seen(new))
    sounds = heard(old), heard(new)
    notes = []
    if old.rate != new.rate:
        notes.append(f"The cuts run at {float(old.rate):.6g} and {float(new.rate):.6g} pictures a second; "
                     "what lies between two pictures goes to the nearer one.")  # fmt: skip
    by_sound = _tiles(cuts, *sounds) if all(sounds) else []
    by_sight: list[Tile] = []
    for mine, theirs in layers:
        by_sight = _filled(cuts, by_sight, _tiles(cuts, mine, theirs, by_sound, is_snapped=True))
    if not any(layers[0]):
        layers, by_sight = [sounds], by_sound
    picture = told(cuts, *layers[0], by_sight)
    sound: tuple[Change, ...] = ()
    if by_sound and any(layers[0]) and layers[0] is not sounds:
        by_sound = _filled(cuts, _tiles(cuts, *sounds, by_sight), by_sight)
        sound = told(cuts, joined(over(sounds[0], layers[0][0])), joined(over(sounds[1], layers[0][1])), by_sound)
    edges = _edges(cuts, by_sight, transitions(old), transitions(new))
    return ChangeList(*cuts, picture, sound, edges, tuple(notes))


def _padded(old: list[Layer], new: list[Layer]) -> list[tuple[Layer, Layer]]:
    """Pair the layers of two cuts, each with each: what is hidden in one may be seen in the other."""
    pairs = [(mine, theirs) for mine in old[:3] for theirs in new[:3]]
    return pairs or [([], [])]


def _tiles(
    cuts: tuple[Cut, Cut], old: Layer, new: Layer, others: Sequence[Tile] = (), *, is_snapped: bool = False
) -> list[Tile]:
    """Return which stretches of two rows are the same material, each used once."""
    keys, other_keys = numbered(old, new)
    uses: dict[int, list[int]] = defaultdict(list)
    for number, key in enumerate(other_keys):
        uses[key].append(number)
    agreeing = _Agreeing(others)
    spans = [_source_span(each) for each in new]
    found = []
    for one, (mine, key) in enumerate(zip(old, keys, strict=True)):
        low, high = _source_span(mine)
        near = [
            n for n in uses.get(key, ()) if spans[n][0] <= high + cuts[0].half and spans[n][1] >= low - cuts[0].half
        ]
        near.sort(key=lambda number: abs(new[number].start - mine.start))
        tiles = [tile for other in near if (tile := _tile(cuts, mine, new[other], one, other, is_snapped)) is not None]
        for tile in tiles[:_MOST_USES]:
            version = _VERSION if is_version(mine, new[tile.other]) else 1.0
            found.append(replace(tile, weight=tile.weight * version + _OTHER_AGREES * agreeing.share(tile)))
    return chosen(found, shortest=min(cut.half for cut in cuts))


def _source_span(stretch: Stretch) -> tuple[int, int]:
    """Return which part of its media a stretch shows, whole flicks that hold it."""
    edges = stretch.source, stretch.at(stretch.end)
    return floor(min(edges)), ceil(max(edges))


def _tile(cuts: tuple[Cut, Cut], mine: Stretch, theirs: Stretch, one: int, other: int, is_snapped: bool) -> Tile | None:
    """Return where two stretches of one media show the same part of it; None if they do not."""
    if not mine.speed or not theirs.speed:
        if mine.speed or theirs.speed or abs(mine.source - theirs.source) > cuts[0].half:
            return None
        length = min(mine.end - mine.start, theirs.end - theirs.start)
        return Tile(mine.start, mine.start + length, theirs.start, theirs.start + length, 1.0, one, other)
    low = max(min(mine.source, mine.at(mine.end)), min(theirs.source, theirs.at(theirs.end)))
    high = min(max(mine.source, mine.at(mine.end)), max(theirs.source, theirs.at(theirs.end)))
    if low >= high:
        return None
    here = sorted(mine.start + (edge - mine.source) / mine.speed for edge in (low, high))
    there = sorted(theirs.start + (edge - theirs.source) / theirs.speed for edge in (low, high))
    if is_snapped:
        here = [Fraction(cuts[0].snapped(edge)) for edge in here]
        there = [Fraction(cuts[1].snapped(edge)) for edge in there] if cuts[0].rate == cuts[1].rate else there
    (start, end), (new, new_end) = (map(round, here), map(round, there))
    start, end = max(start, mine.start), min(end, mine.end)
    new, new_end = max(new, theirs.start), min(new_end, theirs.end)
    if mine.speed == theirs.speed:
        new_end = min(new + end - start, theirs.end)
        end = start + new_end - new
    if min(end - start, new_end - new) < min(cut.half for cut in cuts):
        return None
    weight = 1.0 if mine.speed == theirs.speed else _RETIMED
    return Tile(start, end, new, new_end, weight, one, other, (mine.speed < 0) != (theirs.speed < 0))


class _Agreeing:
    """How much of a tile says the same as tiles that are known: of the sound under a picture, or the other way."""

    def __init__(self, tiles: Sequence[Tile]) -> None:
        self._tiles = sorted(tiles, key=lambda each: each.old)
        self._ends = [each.old_end for each in self._tiles]

    def share(self, tile: Tile) -> float:
        """Return the share of a tile, 0..1, over which a known one has the same shift, within a picture."""
        same = 0
        for each in self._tiles[bisect_right(self._ends, tile.old) :]:
            if each.old >= tile.old_end:
                break
            low, high = max(each.old, tile.old), min(each.old_end, tile.old_end)
            if each.within(low, high).new == tile.within(low, high).new:
                same += high - low
        return same / (tile.old_end - tile.old)


def _filled(cuts: tuple[Cut, Cut], first: list[Tile], second: list[Tile]) -> list[Tile]:
    """Return tiles, and of others what lies where there are none yet, in both cuts."""
    if not first or not second:
        return first or second
    heavy = [replace(each, weight=1e6, one=-2, other=-2) for each in first]
    light = [replace(each, weight=1.0, one=number, other=number) for number, each in enumerate(second)]
    kept = set(heavy)
    left = chosen([*heavy, *light], shortest=min(cut.half for cut in cuts))
    return sorted([*first, *(each for each in left if each not in kept and each.one >= 0)], key=lambda each: each.old)


def _edges(
    cuts: tuple[Cut, Cut], tiles: Sequence[Tile], old: list[tuple[int, int, str]], new: list[tuple[int, int, str]]
) -> tuple[Edge, ...]:
    """Return the transitions between stretches that stay neighbours, where they are others now."""
    found = []
    for before, after in pairwise(tiles):
        if abs(after.old - before.old_end) > cuts[0].half or abs(after.new - before.new_end) > cuts[1].half:
            continue
        mine, theirs = _around(old, after.old), _around(new, after.new)
        near = cuts[1].half if cuts[0].rate != cuts[1].rate else 1
        if mine is None and theirs is None:
            continue
        if mine is None or theirs is None or mine[0] != theirs[0] or abs(mine[1] - theirs[1]) > near:
            found.append(Edge(after.old, after.new, mine, theirs))
    return tuple(found)


def _around(transitions: list[tuple[int, int, str]], time: int) -> tuple[str, int] | None:
    for begin, end, kind in transitions:
        if begin <= time <= end:
            return kind, end - begin
    return None
