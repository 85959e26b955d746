"""By sight: what changed between two films of which no timeline is known, by their pictures and their sound.

Where pictures stand still, any of some neighbouring pictures would do; the sound then tells which. A shot that was used
twice in the old film is told apart by its neighbours. Shots have no names here: they are counted.
"""

from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from kinoeye.cut.layers import Stretch
from kinoeye.cut.telling import told
from kinoeye.errors import MediaError
from kinoeye.export.changes import ChangeList, Cut
from kinoeye.export.timeline import Media
from kinoeye.signals.prints import prints
from kinoeye.signals.sightings import Copy, Line, Sighting, distances, sightings
from kinoeye.signals.tiles import Tile, chosen
from kinoeye.streams import SOUND_RATE_HZ, Pictures, Sound
from kinoeye.timecode import FLICKS_PER_SECOND, Timecode, standard_rate

_CUT = 0.15  # squared distance of two pictures of two shots, at least
_AROUND, _TIMES = 6, 2.0  # a cut is so many times as large as every other change in so many pictures on both sides
_SHORTEST = 3  # pictures that a stretch must have
_THINNED = 8  # samples of sound that are averaged: 2 kHz is enough to tell a picture
_LEAST_HEARD = 0.5  # correlation from which the sound is the same
_LEAST_SOUND = FLICKS_PER_SECOND // 2
_ASIDE = 48  # pictures on each side that the sound may choose from


@dataclass(frozen=True)
class Film:
    """A film to be compared.

    Parameters
    ----------
    name : str
    pictures : Pictures
        Its thumbs.
    sound : Sound or None
    timecode : Timecode or None
        Of the first picture.
    """

    name: str
    pictures: Pictures
    sound: Sound | None = None
    timecode: Timecode | None = None


def change_list_of_films(old: Film, new: Film) -> ChangeList:
    """Find what changed from one film to the next.

    Raises
    ------
    MediaError
        If one of them has no pictures.
    """
    for film in (old, new):
        if not len(film.pictures):
            raise MediaError(f"reconform: {film.name} must have pictures, got none")
    copies = _copy(old), _copy(new)
    cuts = _cut(old, copies[0]), _cut(new, copies[1])
    found = sightings(*copies, _slopes(cuts))
    if np.array_equal(old.pictures.frames, new.pictures.frames):  # even if they are too faint to be found
        found = [Sighting(0, len(new.pictures), [Line(1.0, 0.0)])]
    parts = _parted(found, _cuts_of(copies[1].prints.vectors))
    tiles = [tile for number, each in enumerate(parts) for tile in _tiles(copies, each, number)]
    shortest = 2 * _SHORTEST * min(cut.half for cut in cuts)
    heard = [_heard(old, new, copies, tile) for tile in chosen(tiles, shortest=shortest)]
    kept = _grown(chosen(heard, shortest=shortest))
    rows = [_shots(copy, film) for copy, film in zip(copies, (old, new), strict=True)]
    notes = ["Found by pictures and sound alone: a still picture cannot tell one of its neighbours from another."]
    if cuts[0].rate != cuts[1].rate:
        notes.append(f"The films run at {float(cuts[0].rate):.6g} and {float(cuts[1].rate):.6g} pictures a second.")
    return ChangeList(*cuts, told(cuts, rows[0], rows[1], kept), notes=tuple(notes))


def _copy(film: Film) -> Copy:
    return Copy(prints(film.pictures), film.pictures.times - film.pictures.times[0])


def _cut(film: Film, copy: Copy) -> Cut:
    rate = standard_rate(film.pictures.rate)
    code = film.timecode
    start, drops = (code.flicks(), code.is_drop_frame) if code is not None and code.rate == rate else (0, False)
    return Cut(film.name, rate, start, drops, int(copy.times[-1]))


def _slopes(cuts: tuple[Cut, Cut]) -> tuple[float, ...]:
    """Return the speeds to try: as it was, half and double; and picture for picture where the rates differ a little."""
    ratio = cuts[1].rate / cuts[0].rate
    is_near = ratio != 1 and Fraction(9, 10) < ratio < Fraction(10, 9)
    return (1.0, *((float(ratio),) if is_near else ()), 0.5, 2.0)


def _parted(found: list[Sighting], cuts: list[int]) -> list[Sighting]:
    """Return sightings, one for each shot: the sound may place a still shot elsewhere than the one before it."""
    parts = []
    for each in found:
        inner = [edge for edge in cuts if each.first < edge < each.end]
        edges = [each.first, *inner, each.end]
        parts += [Sighting(first, end, each.lines) for first, end in pairwise(edges)]
    return parts


def _tiles(copies: tuple[Copy, Copy], sighting: Sighting, number: int) -> list[Tile]:
    """Return the stretches of the old film that a sighting could be."""
    found = []
    new, new_end = (int(copies[1].times[edge]) for edge in (sighting.first, sighting.end))
    for place, line in enumerate(sighting.lines):
        low, high = sorted(round(line.slope * edge + line.offset) for edge in (new, new_end))
        first, last = max(0, low), min(int(copies[0].times[-1]), high)
        if first < last:
            tile = Tile(low, high, new, new_end, 1.0 - 0.001 * place, 0, number, line.slope < 0)
            found.append(tile.within(first, last))
    return [_numbered(copies[0], each) for each in found]


def _numbered(old: Copy, tile: Tile) -> Tile:
    """Return a tile with the number of the old picture it begins at, so that neighbours are known as such."""
    one = int(np.searchsorted(old.times, tile.old, side="right"))
    return Tile(tile.old, tile.old_end, tile.new, tile.new_end, tile.weight, one * 1000 + tile.other, tile.other,
                tile.is_reversed)  # fmt: skip


def _heard(old: Film, new: Film, copies: tuple[Copy, Copy], tile: Tile) -> Tile:
    """Return a tile, moved to where the sound agrees if its pictures agree there as well."""
    length = tile.new_end - tile.new
    if old.sound is None or new.sound is None or length < _LEAST_SOUND or tile.old_end - tile.old != length:
        return tile
    one = int(np.median(np.diff(copies[0].times)))
    mine = _wave(new.sound, tile.new + int(new.pictures.times[0]), length)
    first = tile.old + int(old.pictures.times[0]) - _ASIDE * one
    theirs = _wave(old.sound, first, length + 2 * _ASIDE * one)
    steps, scores = _agreement(mine, theirs, one)
    if not len(scores) or scores.max() < _LEAST_HEARD:
        return tile
    shift = (int(steps[scores.argmax()]) - _ASIDE) * one
    if not shift or not 0 <= tile.old + shift <= int(copies[0].times[-1]) - length:
        return tile
    numbers = [int(np.searchsorted(copies[1].times, edge)) for edge in (tile.new, tile.new_end)]
    here, there = (
        float(distances(*copies, Line(1.0, float(tile.old + by - tile.new)), *numbers).mean()) for by in (0, shift)
    )
    if there > 1.1 * here + 1e-4:
        return tile
    return Tile(tile.old + shift, tile.old_end + shift, tile.new, tile.new_end, tile.weight, tile.one, tile.other)


def _wave(sound: Sound, start: int, length: int) -> npt.NDArray[np.float32]:
    """Return sound from a moment on, thinned out, nought where there is none."""
    first = round((start - sound.start) * SOUND_RATE_HZ / FLICKS_PER_SECOND)
    count = round(length * SOUND_RATE_HZ / FLICKS_PER_SECOND) // _THINNED * _THINNED
    wave = np.zeros(count, np.float32)
    part = sound.part(max(0, first), max(0, first + count))
    wave[max(0, -first) : max(0, -first) + len(part)] = part[: count - max(0, -first)]
    thin = wave.reshape(-1, _THINNED).mean(1)
    return np.diff(thin, prepend=thin[:1])


def _agreement(
    mine: npt.NDArray[np.float32], theirs: npt.NDArray[np.float32], one: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Return how sound agrees at each shift by whole pictures, -1..1."""
    step = one * SOUND_RATE_HZ / FLICKS_PER_SECOND / _THINNED
    length = np.linalg.norm(mine)
    if length < 1:
        return np.empty(0, np.int64), np.empty(0)
    steps = np.arange(2 * _ASIDE + 1)
    scores = np.zeros(len(steps))
    for number in steps:
        there = theirs[round(number * step) : round(number * step) + len(mine)]
        if len(there) == len(mine) and (other := np.linalg.norm(there)) > 1:
            scores[number] = float(mine @ there / (length * other))
    return steps, scores


def _grown(tiles: list[Tile]) -> list[Tile]:
    """Return tiles in order, those made one that go on as if there were no cut."""
    found: list[Tile] = []
    for each in sorted(tiles, key=lambda tile: tile.new):
        last = found[-1] if found else None
        is_plain = last is not None and not last.is_reversed and not each.is_reversed
        if last is not None and is_plain and last.new_end == each.new and last.old_end == each.old:
            slopes = [(tile.old_end - tile.old) * 1000 // max(1, tile.new_end - tile.new) for tile in (last, each)]
            if abs(slopes[0] - slopes[1]) <= 1:
                found[-1] = Tile(last.old, each.old_end, last.new, each.new_end, last.weight, last.one, last.other)
                continue
        found.append(each)
    return sorted(found, key=lambda tile: tile.old)


def _shots(copy: Copy, film: Film) -> list[Stretch]:
    """Return the shots of a film, as stretches of it."""
    borders = [0, *_cuts_of(copy.prints.vectors), len(copy.prints.vectors)]
    media = Media(film.name)
    return [
        Stretch(int(copy.times[first]), int(copy.times[end]), media, Fraction(int(copy.times[first])), Fraction(1),
                f"shot {number}")
        for number, (first, end) in enumerate(pairwise(borders), 1)
        if end > first
    ]  # fmt: skip


def _cuts_of(vectors: npt.NDArray[np.float32]) -> list[int]:
    """Return where a shot begins: a picture unlike the one before, far more so than any near it, and no flash."""
    if len(vectors) < 2:
        return []
    apart = np.square(np.diff(vectors, axis=0)).sum(1)
    padded = np.pad(apart, _AROUND)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * _AROUND + 1).copy()
    around[:, _AROUND] = 0
    is_alone = apart > _TIMES * around.max(1)
    return [int(each) + 1 for each in np.flatnonzero((apart > _CUT) & is_alone)]
