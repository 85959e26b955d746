"""Segments: where a film is cut so that several workers decode it; their answers, joined, are the whole's, bit for bit.

Cuts lie at key pictures of which the probe knows that all pictures shown before them stand before them in the file, or
right behind them (open groups of pictures: these are decoded by the segment before, too). Sound is decoded in one go,
as a segment of its own: a lossy codec's blocks overlap.
"""

from dataclasses import dataclass
from itertools import pairwise

from kinoeye.media.packets import Key
from kinoeye.media.probe import Probe


@dataclass(frozen=True)
class Segment:
    """A part of a film.

    Parameters
    ----------
    begin, end : Key
        Key pictures it begins with and ends before; None: the film's own begin or end.
    has_pictures, has_sound : bool
        What of the film belongs to it.
    """

    begin: Key | None = None
    end: Key | None = None
    has_pictures: bool = True
    has_sound: bool = True


WHOLE = Segment()


def cut(probe: Probe, parts: int) -> list[Segment]:
    """Cut a film into at most `parts` segments of pictures, about equally long, and one of sound if there is any.

    What cannot be cut safely, and whatever is not a film, is one segment with all in it.
    """
    chosen = _chosen(probe, parts)
    if not chosen:
        return [WHOLE]
    borders = [None, *chosen, None]
    segments = [Segment(begin, end, has_sound=False) for begin, end in pairwise(borders)]
    if probe.sound_track is not None:
        segments.append(Segment(has_pictures=False))
    return segments


def _chosen(probe: Probe, parts: int) -> list[Key]:
    if parts < 2 or not probe.keys or probe.clock is None or probe.end is None:
        return []
    clock, start = probe.clock, probe.clock.start
    chosen: list[Key] = []
    for number in range(1, parts):
        ideal = start + (probe.end - start) * number // parts
        nearest = min(probe.keys, key=lambda key: abs(clock.at(key.pts) - ideal))
        if not chosen or nearest.pts > chosen[-1].pts:
            chosen.append(nearest)
    return chosen
