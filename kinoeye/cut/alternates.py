"""Alternates: what else there is of a piece of a cut, on tracks above it, switched off.

Other cameras of the same moment come first, in step with the picture; then other takes of the same lines, the best
nearest to the picture.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from kinoeye.cut.angles import Angles
from kinoeye.cut.choice import Candidate, Chosen
from kinoeye.cut.laying import Laying, Stretch
from kinoeye.cut.rows import Row
from kinoeye.export.timeline import Gap, Item, Track


class Piece(Protocol):
    """What is in the cut: lines, from where they were chosen, and its span from the recording's first picture."""

    chosen: list[Chosen]
    start: int
    end: int
    lines: list[Row]


def alternates(
    pieces: Sequence[Piece], found: Mapping[str, Sequence[Candidate]], laying: Laying, seen: Angles, most: int
) -> list[Track]:
    """Return the tracks, the nearest to the picture first.

    Parameters
    ----------
    pieces : sequence of Piece
    found : mapping of a line's name to its candidates
    laying : Laying
    seen : Angles
    most : int
        So many tracks at most.
    """
    rows = [_others(piece, found, laying, seen) for piece in pieces]
    tracks = []
    for layer in range(min(most, max(map(len, rows), default=0))):
        items: list[Item] = []
        for piece, others in zip(pieces, rows, strict=True):
            length, used = piece.end - piece.start, 0
            if layer < len(others):
                used = min(length, others[layer].duration)
                items.append(laying.clip(replace(others[layer], end=others[layer].start + used), is_enabled=False))
            if length > used:
                items.append(Gap(length - used))
        tracks.append(Track("video", tuple(items), f"Alternate {layer + 1}"))
    return tracks


def _others(
    piece: Piece, found: Mapping[str, Sequence[Candidate]], laying: Laying, seen: Angles
) -> list[Stretch]:  # fmt: skip
    """Return other cameras of a piece, then other times through all its lines."""
    here = piece.chosen[0].candidate
    cameras = seen.stretches(laying, here.asset, piece.start, piece.end) if laying.is_seen(here.asset) else []
    known = {each.asset for each in cameras}
    spans: dict[tuple[str, int, int], list[Candidate]] = defaultdict(list)
    for line in piece.lines:
        for each in found.get(line["line"], ()):
            if each.pass_key != here.pass_key and each.asset not in known and laying.is_seen(each.asset):
                spans[each.pass_key].append(each)
    whole = [each for each in spans.values() if len(each) == len(piece.lines)]
    whole.sort(key=lambda members: (-sum(one.kept for one in members), members[0].pass_key))
    return cameras + [
        Stretch(
            members[0].asset,
            *laying.snapped(members[0].asset, min(one.start for one in members), max(one.end for one in members)),
            members[0].setup,
        )
        for members in whole
    ]
