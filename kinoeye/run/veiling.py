"""Veiling: the places that must not be seen, from where a person's faces were found.

A face is known at the moments that were looked at; it moves between them. So a veil follows the straight way from one
find to the next in pieces short enough for a standing rectangle, covers the whole head with room to spare, and goes on
within the shot a little before the first find and after the last, where a head may be turned away.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple
from itertools import pairwise
from typing import Any

from kinoeye.media.seeing import Veil
from kinoeye.timecode import FLICKS_PER_SECOND

# Room around a face's box, in its widths and heights: hair above, ears beside, the throat below.
_BESIDE, _ABOVE, _BELOW = 0.6, 0.9, 0.5
_TURNED = 0.4  # more room, of the box, where no find holds the veil: before the first and after the last
_PIECE = 0.3  # of the box: farther than this it may not move under one standing veil
_SHORTEST = FLICKS_PER_SECOND // 60
_LONG_GAP = FLICKS_PER_SECOND  # after which it is not known which way the face went
_SAME = 1.2  # two veils in a row become one if the one is no larger than this

Box = tuple[float, float, float, float]  # left, upper, right, lower


def veils_of(faces: Sequence[Mapping[str, Any]], begin: int, end: int, hold: int) -> list[Veil]:
    """Return what veils one appearance.

    Parameters
    ----------
    faces : sequence of rows of `faces`
        Of one track, in running order.
    begin, end : flicks
        Of the shot: no veil reaches over a cut.
    hold : flicks
        How long a veil goes on before the first find and after the last.
    """
    if not faces:
        return []
    spots = [(int(face["time"]), _box(face)) for face in faces]
    first, last = spots[0], spots[-1]
    veils = [_veil(max(begin, first[0] - hold), first[0], _padded(first[1], _TURNED))]
    for (time, box), (later, next_box) in pairwise(spots):
        veils += _between(time, box, later, next_box)
    veils.append(_veil(last[0], max(last[0] + 1, min(end, last[0] + hold)), _padded(last[1], _TURNED)))
    return list(_merged([veil for veil in veils if veil.start < veil.end and veil.w > 0 and veil.h > 0]))


def _between(time: int, box: Box, later: int, other: Box) -> Iterator[Veil]:
    """Go from one find to the next."""
    if later - time > _LONG_GAP:
        yield _veil(time, later, _padded(_both(box, other), _TURNED))
        return
    size = min(box[2] - box[0], box[3] - box[1], other[2] - other[0], other[3] - other[1])
    moved = max(abs(a - b) for a, b in zip(box, other, strict=True))
    pieces = max(1, min(math.ceil(moved / max(_PIECE * size, 1e-6)), (later - time) // _SHORTEST))
    for number in range(pieces):
        start, end = (time + (later - time) * n // pieces for n in (number, number + 1))
        at = [_mixed(box, other, n / pieces) for n in (number, number + 1)]
        yield _veil(start, end, _both(_padded(at[0], 0.0), _padded(at[1], 0.0)))


def _merged(veils: Sequence[Veil]) -> Iterator[Veil]:
    """Make one veil of those that follow each other in nearly the same place."""
    current: Veil | None = None
    least = 0.0  # area of the smallest that went into it, so that many small steps are not one large veil
    for veil in veils:
        area = veil.w * veil.h
        if current is not None and current.end == veil.start:
            whole = _both(_edges(current), _edges(veil))
            if _area(whole) <= _SAME * min(least, area):
                current, least = _veil(current.start, veil.end, whole), min(least, area)
                continue
        if current is not None:
            yield current
        current, least = veil, area
    if current is not None:
        yield current


def key_of(asset: str, veil: Veil) -> dict[str, Any]:
    """Return a veil as the key of a decision."""
    return {"asset": asset, **dict(zip(("start", "end", "x", "y", "w", "h"), astuple(veil), strict=True))}


def _box(face: Mapping[str, Any]) -> Box:
    return face["x"], face["y"], face["x"] + face["w"], face["y"] + face["h"]


def _padded(box: Box, more: float) -> Box:
    wide, high = box[2] - box[0], box[3] - box[1]
    beside = (_BESIDE + more) * wide
    return box[0] - beside, box[1] - (_ABOVE + more) * high, box[2] + beside, box[3] + (_BELOW + more) * high


def _both(one: Box, other: Box) -> Box:
    return min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3])


def _mixed(one: Box, other: Box, share: float) -> Box:
    mixed = [a + (b - a) * share for a, b in zip(one, other, strict=True)]
    return mixed[0], mixed[1], mixed[2], mixed[3]


def _edges(veil: Veil) -> Box:
    return veil.x, veil.y, veil.x + veil.w, veil.y + veil.h


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _veil(start: int, end: int, box: Box) -> Veil:
    """Return a veil over a box, inside the picture, rounded outwards so that it is read back as it was written."""
    left, upper = (math.floor(max(0.0, edge) * 1e4) / 1e4 for edge in box[:2])
    right, lower = (math.ceil(min(1.0, edge) * 1e4) / 1e4 for edge in box[2:])
    return Veil(start, end, left, upper, round(right - left, 4), round(lower - upper, 4))
