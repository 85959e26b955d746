"""Following: where every face is in every picture of a stretch, without gaps, from finds that have gaps.

Finds are linked; between two finds of one face, and for a while before the first and after the last, the face is
followed from both sides by what it looks like, and where that is not sure either, by the straight way. What comes out
errs on the side of covering too much: it never shrinks at once, and where two ways disagree it holds both.

Source: linking as kinoeye.signals.tracking does it; following by normalised cross-correlation, Lewis, "Fast normalized
cross-correlation", Vision Interface 1995.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
import numpy.typing as npt

from kinoeye.signals.tracking import Seen, linked

Luma = npt.NDArray[np.uint8]
Boxes = npt.NDArray[np.float64]  # [n, 4]: left, upper, right, lower edge, 0..1 of the picture

_BRIDGE_S = 1.0
_HOLD_S = 1.0  # a face is followed so long beyond its finds, as long as something looks like it
_STILL_HOLD_S = 0.8  # and covered so long even where nothing does: it turns, or something passes before it
_ALIKE = 0.55  # correlation from which a place is taken for the same face
_LEAST_TEXTURE = 3.0  # grey levels: what is plainer looks like everything
_SEARCH = 0.7  # of the box: so far a face may move from one picture to the next
_APART = 0.6  # of the box: ways farther apart than this disagree
_NEAR = 0.1  # of the box: ways nearer than this are one
_SHRINK_A_S = 0.5  # of its size may a cover lose in a second


@dataclass(frozen=True)
class Spot:
    """A find in one picture of a stretch.

    Parameters
    ----------
    place : int
        Number of the picture in the stretch.
    box : left, upper, right, lower; 0..1 of the picture
    score : 0..1
    """

    place: int
    box: tuple[float, float, float, float]
    score: float


@dataclass(frozen=True)
class Way:
    """One face through a stretch.

    Parameters
    ----------
    first : int
        Number of its first picture in the stretch.
    boxes : float64 [n, 4]
        One for each picture from there on.
    others : tuple of (int, float64 [4])
        Where else it may be: picture and box.
    spots : tuple of int
        Numbers of the finds that it is made of.
    """

    first: int
    boxes: Boxes
    others: tuple[tuple[int, Boxes], ...]
    spots: tuple[int, ...]


def follow(lumas: Sequence[Luma], times: Sequence[float], spots: Sequence[Spot], *, least_score: float) -> list[Way]:
    """Follow every face through the pictures of one stretch, between two cuts.

    Parameters
    ----------
    lumas : sequence of uint8 [height, width]
        The pictures, small, all of one size.
    times : seconds
        Of each.
    spots : sequence of Spot
        In running order.
    least_score : 0..1
        A face of which no find is surer than this is none.
    """
    if not spots:
        return []
    height, width = lumas[0].shape
    seen = [_seen(spot, times[spot.place], width / height) for spot in spots]
    tracks = [track for track in linked(seen, bridge=_BRIDGE_S) if max(spots[n].score for n in track) >= least_score]
    return [_way(lumas, times, spots, track) for track in tracks]


def _seen(spot: Spot, time: float, aspect: float) -> Seen:
    left, upper, right, lower = spot.box
    size = max(1e-4, float(np.sqrt((right - left) * aspect * (lower - upper))))
    return Seen(time, (left + right) / 2 * aspect, (upper + lower) / 2, size)


def _way(lumas: Sequence[Luma], times: Sequence[float], spots: Sequence[Spot], track: Sequence[int]) -> Way:
    known = {spots[number].place: np.array(spots[number].box) for number in track}
    places = sorted(known)
    found: dict[int, Boxes] = {place: known[place] for place in places}
    others: list[tuple[int, Boxes]] = []
    for begin, end in pairwise(places):
        if end - begin > 1:
            filled, doubtful = _between(lumas, begin, known[begin], end, known[end])
            found |= filled
            others += doubtful
    found |= _beyond(lumas, times, places[0], known[places[0]], -1)
    found |= _beyond(lumas, times, places[-1], known[places[-1]], 1)
    first = min(found)
    boxes = np.stack([found[place] for place in range(first, max(found) + 1)])
    return Way(first, _steady(boxes, times[first : first + len(boxes)]), tuple(others), tuple(track))


def _between(
    lumas: Sequence[Luma], begin: int, box: Boxes, end: int, other: Boxes
) -> tuple[dict[int, Boxes], list[tuple[int, Boxes]]]:
    """Fill a gap from both sides; where the two ways and the straight one disagree, all are held."""
    forth = _followed(lumas, begin, box, range(begin + 1, end))
    back = _followed(lumas, end, other, range(end - 1, begin, -1))
    filled: dict[int, Boxes] = {}
    doubtful: list[tuple[int, Boxes]] = []
    for place in range(begin + 1, end):
        share = (place - begin) / (end - begin)
        straight = box + (other - box) * share
        ways = [way[place] for way in (forth, back) if place in way]
        size = float((straight[2:] - straight[:2]).min())
        if len(ways) == 2 and np.abs(ways[0] - ways[1]).max() <= _APART * size:
            filled[place] = ways[0] + (ways[1] - ways[0]) * share
            continue
        filled[place] = straight
        doubtful += [(place, way) for way in ways if np.abs(way - straight).max() > _NEAR * size]
    return filled, doubtful


def _beyond(lumas: Sequence[Luma], times: Sequence[float], place: int, box: Boxes, step: int) -> dict[int, Boxes]:
    """Go on before the first find or after the last."""
    places = [
        other for other in (range(place + 1, len(lumas)) if step > 0 else range(place - 1, -1, -1))
        if abs(times[other] - times[place]) <= _HOLD_S
    ]  # fmt: skip
    followed = _followed(lumas, place, box, places)
    last, seen = box, times[place]
    for other in places:
        if other in followed:
            last, seen = followed[other], times[other]
        elif abs(times[other] - seen) <= _STILL_HOLD_S:
            followed[other] = last
        else:
            break
    return followed


def _followed(lumas: Sequence[Luma], start: int, box: Boxes, places: Sequence[int]) -> dict[int, Boxes]:
    """Follow what stands in a box from picture to picture, as long as something looks like it."""
    high, wide = lumas[start].shape
    scale = np.array([wide, high, wide, high])
    left, upper, right, lower = np.rint(np.clip(box, 0, 1) * scale).astype(int)
    patch = lumas[start][upper:lower, left:right]
    if min(patch.shape) < 6 or patch.std() < _LEAST_TEXTURE:
        return {}
    found: dict[int, Boxes] = {}
    at = np.array([left, upper])
    reach = np.maximum(4, np.rint(_SEARCH * np.array(patch.shape[::-1]))).astype(int)
    for place in places:
        low = np.maximum(0, at - reach)
        top = np.minimum([wide, high], at + patch.shape[::-1] + reach)
        window = lumas[place][low[1] : top[1], low[0] : top[0]]
        if window.shape[0] < patch.shape[0] or window.shape[1] < patch.shape[1] or window.std() < _LEAST_TEXTURE:
            break
        answer = cv2.matchTemplate(window, patch, cv2.TM_CCOEFF_NORMED)
        _, alike, _, best = cv2.minMaxLoc(answer)
        if not alike >= _ALIKE:
            break
        at = low + np.array(best)
        patch = lumas[place][at[1] : at[1] + patch.shape[0], at[0] : at[0] + patch.shape[1]]
        if patch.std() < _LEAST_TEXTURE:
            break
        shift = (at - (left, upper)) / (wide, high)
        found[place] = box + np.concatenate([shift, shift])
    return found


def _steady(boxes: Boxes, times: Sequence[float]) -> Boxes:
    """Let a cover grow at once and shrink slowly, before and after; its middle stays where it is."""
    middles = (boxes[:, :2] + boxes[:, 2:]) / 2
    sizes = boxes[:, 2:] - boxes[:, :2]
    for order in (range(1, len(sizes)), range(len(sizes) - 2, -1, -1)):
        for place in order:
            before = place - 1 if order.step > 0 else place + 1
            kept = 1 - _SHRINK_A_S * min(1.0, abs(times[place] - times[before]))
            sizes[place] = np.maximum(sizes[place], sizes[before] * kept)
    return np.concatenate([middles - sizes / 2, middles + sizes / 2], axis=1)
