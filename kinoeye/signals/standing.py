"""Standing: which lines of text are on the screen from which still to which, in one shot.

Finding and reading letters costs ten times more than looking whether anything has changed. So every still is first
compared with the last one that was read: lines that still stand there are only prolonged, and a picture is read again
only where the shot begins, where something like text has appeared, or where a line has gone. Text that moves with the
picture (signs, rolling credits) is followed by its looks. Who finds and who reads is given from outside.

Source: Lienhart & Wernicke, "Localizing and segmenting text in images and videos", IEEE CSVT 12(4), 2002 (text tracked
over time, one reading for many pictures).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from kinoeye.signals import captions, lettering
from kinoeye.signals.captions import Box
from kinoeye.signals.lettering import Edges, Luma
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

SURE = 0.95  # a reading below is tried again on the next still
SURE_ENOUGH = 0.8  # a reading below may be of foliage, or of letters that fade

_SAME = 0.8  # of a line's edges: still there; two changed figures of a time code leave as much
_PERHAPS = 0.4  # of a line's edges: another text has less; a running counter has more
_FITS = 0.7  # correlation of a line that has moved
_FADE = 2  # stills that lettering takes to appear
_READINGS = 3  # at most so many tries a line
_PAUSE_S = 4  # in a moving picture: look for signs that came into it
_WAIT = 2  # stills after a look that found nothing new: a subtitle stands longer
_GROWN = 1.3  # times the area: what covered a part of the line has gone
_WHOLE = 0.6  # of the picture: no line is so large

Picture = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float32]


class Found(Protocol):
    """A line in a picture, as whoever finds and reads gives it."""

    @property
    def corners(self) -> Corners:
        """Pixels, float32 [4, 2], clockwise from the top left of the text."""

    @property
    def text(self) -> str:
        """What it says; empty where it has not been read."""

    @property
    def score(self) -> float:
        """How sure that is, 0..1."""

    @property
    def box(self) -> Box:
        """Upright x, y, width, height in pixels."""


Find = Callable[[Picture], Sequence[Found]]
Read = Callable[[Picture, Sequence[Corners]], Sequence[Found]]


@dataclass
class Line:
    """A line of text while it is on the screen.

    Parameters
    ----------
    first, last : int
        Stills that show it; the last one too.
    box : (x, y, w, h), 0..1
        When first seen.
    place : (x, y, w, h), 0..1
        When last seen.
    text : str
    score : 0..1
    edges : Edges
        Of the still at which it stood at `place` for the first time.
    patch : uint8 [h, w]
        Cut out of that still.
    is_tilted : bool
    is_running : bool
        Whether it is a counter whose figures change.
    is_moving : bool
    moved_at : int
        Still at which it moved last.
    readings : int
    """

    first: int
    last: int
    box: Box
    place: Box
    text: str
    score: float
    edges: Edges
    patch: Luma
    is_tilted: bool
    is_running: bool = False
    is_moving: bool = False
    moved_at: int = -1
    readings: int = 1


@dataclass
class _State:
    """What is known while going through the stills of one shot."""

    stills: Stills
    find: Find
    read: Read
    standing: list[Line] = field(default_factory=list)
    done: list[Line] = field(default_factory=list)
    looked: Edges | None = None
    looked_at: int = 0
    was_fruitless: bool = False


def lines(stills: Stills, first: int, last: int, find: Find, read: Read) -> list[Line]:
    """Go through the stills of one shot; return every line that was on the screen, sure or not.

    Parameters
    ----------
    stills : Stills
    first, last : int
        The shot's stills, one past the last.
    find : callable
        Takes a picture, uint8 [height, width, 3], RGB; returns the lines in it, not yet read.
    read : callable
        Takes a picture and the corners of lines in it; returns them read.
    """
    state = _State(stills, find, read)
    luma = stills.luma(first)
    now, before = lettering.edges(luma), None
    for number in range(first, last):
        later_luma = stills.luma(number + 1) if number + 1 < last else luma
        later = lettering.edges(later_luma) if number + 1 < last else (before or now)
        gone = _prolong(state, number, luma, now)
        if lettering.likeness(now) >= lettering.LEAST_LIKENESS and _is_due(state, number, now, later, gone):
            _look(state, number, luma, now)
        for line in [line for line in state.standing if line.last < number]:
            state.standing.remove(line)
            state.done.append(line)
        luma, before, now = later_luma, now, later
    return _without_blurred(state.done + state.standing)


def _without_blurred(lines: list[Line]) -> list[Line]:
    """Give the time of a doubtful reading to the sure one that follows at its place: the same line, fading in."""
    kept = [line for line in lines if line.score >= SURE_ENOUGH]
    for line in (line for line in lines if line.score < SURE_ENOUGH):
        after = next(
            (
                other
                for other in kept
                if 0 <= other.first - line.last <= 1 and lettering.common(other.box, line.box) > 0.5
            ),
            None,
        )
        if after is None:
            kept.append(line)
        else:
            after.first = min(after.first, max(line.first, after.first - _FADE))
    return kept


def _is_due(state: _State, number: int, now: Edges, later: Edges, gone: bool) -> bool:
    """Tell whether this still has to be looked at for lines."""
    if state.looked is None or gone:
        return True
    if state.was_fruitless and number - state.looked_at < _WAIT:
        return False
    if lettering.is_new(now, later, state.looked, [line.place for line in state.standing]):
        return True
    moves = any(line.moved_at == number for line in state.standing)
    paused = (
        moves
        or int(state.stills.times[number]) - int(state.stills.times[state.looked_at]) >= _PAUSE_S * FLICKS_PER_SECOND
    )
    return paused and lettering.is_new(now, now, state.looked, [line.place for line in state.standing])


def _prolong(state: _State, number: int, luma: Luma, now: Edges) -> bool:
    """Prolong the lines that are still there; return whether one is gone."""
    gone = False
    for line in state.standing:
        alike = lettering.sameness(line.edges, now, line.place)
        if alike >= _SAME or (line.is_running and alike >= _PERHAPS):
            line.last = number
        elif alike >= _PERHAPS and captions.is_counter(line.text):
            line.last = number if _runs(line, state, number) else line.last
        else:
            _follow(line, number, luma, now)
        if line.last < number:
            gone = True
        elif line.score < SURE and line.readings < _READINGS and not line.is_running:
            _read_again(line, state, number)
    return gone


def _follow(line: Line, number: int, luma: Luma, now: Edges) -> None:
    """Prolong a line that stands elsewhere by now."""
    place, fit = lettering.moved(line.patch, luma, line.place)
    if fit < _FITS:
        return
    line.is_moving = line.is_moving or abs(place[0] - line.box[0]) > 0.01 or abs(place[1] - line.box[1]) > 0.01
    if place != line.place:
        line.moved_at = number
    line.last, line.place, line.edges = number, place, now
    line.patch = lettering.cut_out(luma, place)


def _runs(line: Line, state: _State, number: int) -> bool:
    """Read a counter again: it runs if its figures have changed and nothing else."""
    read = _read_at(line, state, number)
    if captions.figures(read.text) != captions.figures(line.text):
        return False
    line.is_running = line.is_running or read.text != line.text
    return True


def _read_again(line: Line, state: _State, number: int) -> None:
    read = _read_at(line, state, number)
    line.readings += 1
    if read.score > line.score:
        line.text, line.score = read.text, read.score


def _read_at(line: Line, state: _State, number: int) -> Found:
    picture = state.stills.picture(number)
    height, width = picture.shape[:2]
    x, y, w, h = line.place
    corners = np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)], np.float32) * (width, height)
    return state.read(picture, [corners.astype(np.float32)])[0]


def _look(state: _State, number: int, luma: Luma, now: Edges) -> None:
    """Find the lines of a still, and read those that are new or have grown."""
    picture = state.stills.picture(number)
    size = (picture.shape[1], picture.shape[0])
    held = [line for line in state.standing if line.last == number]
    fresh = [
        found.corners
        for found in state.find(picture)
        if not any(_covers(line.place, _relative(found.box, size)) for line in held)
    ]
    read = [line for line in state.read(picture, fresh) if captions.letters(line.text)]
    for found in read:
        _take_in(state, found, _relative(found.box, size), number, luma, now)
    state.looked, state.looked_at, state.was_fruitless = now, number, not read


def _take_in(state: _State, found: Found, box: Box, number: int, luma: Luma, now: Edges) -> None:
    """Make a line of what was read, or tell which line it is."""
    if box[2] * box[3] > _WHOLE:
        return
    known = next(
        (line for line in state.standing if lettering.common(line.place, box) > 0.3 and _is_it(line, found)), None
    )
    patch = lettering.cut_out(luma, box)
    if known is None:
        running = captions.timecode(found.text) is not None
        line = Line(number, number, box, box, found.text, found.score, now, patch, _is_tilted(found), running)
        state.standing.append(line)
        return
    if captions.letters(found.text) > captions.letters(known.text) and not captions.is_counter(found.text):
        known.text, known.score, known.box = found.text, found.score, box
    known.is_running = known.is_running or known.text != found.text
    known.last, known.place, known.edges, known.patch = number, box, now, patch


def _is_it(line: Line, found: Found) -> bool:
    """Tell whether a reading is of this line: the same, a part of it uncovered since, or a counter that has run on."""
    if captions.is_counter(line.text) and captions.is_counter(found.text):
        return captions.figures(line.text) == captions.figures(found.text)
    return captions.plain(line.text) in captions.plain(found.text)


def _covers(known: Box, found: Box) -> bool:
    grown = found[2] * found[3] > _GROWN * known[2] * known[3]
    return lettering.common(known, found) > 0.5 and not grown


def _relative(box: Box, size: tuple[int, int]) -> Box:
    return box[0] / size[0], box[1] / size[1], box[2] / size[0], box[3] / size[1]


def _is_tilted(line: Found) -> bool:
    """Tell whether a line is more than 6 degrees off the level."""
    along = line.corners[1] - line.corners[0]
    return bool(abs(along[1]) > 0.1 * abs(along[0]))
