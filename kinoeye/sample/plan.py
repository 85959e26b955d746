"""Plan: what a file of the sample is made of; shots, camera moves, captions and spoken lines, all counted in pictures.

A picture number counts from the start of its shot. With a gradual the shot that comes in is seen before its start, so
the numbers handed to cameras and stages may be below 0.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property
from typing import Literal

import numpy as np

from kinoeye.sample.brush import Pen
from kinoeye.sample.sets import Set, View

Kind = Literal["static", "pan", "tilt", "zoom", "handheld", "whip"]
_CENTRE = View()
SLATE_LEAVES = 14  # pictures in which a board goes out of the picture
Way = Literal["", "left", "right", "up", "down", "in", "out"]


@dataclass(frozen=True)
class Move:
    """How the camera moves during a shot.

    Parameters
    ----------
    kind : static, pan, tilt, zoom, handheld, whip
    start, end : View
        At the shot's first and last picture; a whip stays at each and changes over within `when`.
    way : left, right, up, down, in, out or empty
        Where the camera turns to.
    when : (int, int)
        First picture of a whip, and one past its last.
    seed : int
        Of a hand's unrest.
    unrest : float
        How restless it is; 1 is a steady hand, and above 2 it is quicker too.
    """

    kind: Kind
    start: View
    end: View = _CENTRE
    way: Way = ""
    when: tuple[int, int] = (0, 0)
    seed: int = 0
    unrest: float = 1.0

    def view(self, number: int, length: int) -> View:
        """Return what the camera sees at picture `number` of a shot of `length`."""
        if self.kind == "static":
            return self.start
        if self.kind == "handheld":
            return self._unrest(number)
        if self.kind == "whip":
            return self._whipped(number)
        return _between(self.start, self.end, number / max(1, length - 1))

    def _unrest(self, number: int) -> View:
        rng = np.random.default_rng(self.seed)
        phases, speeds = rng.uniform(0, 6.3, 6), rng.uniform(0.05, 0.42, 6) * max(1.0, self.unrest / 2)
        sizes = np.array([9.0, 6.0, 2.5]) * self.unrest / self.start.zoom
        waves = np.sin(phases + speeds * number)
        return View(
            self.start.x + float(waves[:3] @ sizes), self.start.y + float(waves[3:] @ sizes) * 0.8, self.start.zoom
        )

    def _whipped(self, number: int) -> View:
        begin, end = self.when
        share = [float(np.clip((at - begin) / (end - begin), 0, 1)) for at in (number, number + 1)]
        here, there = (_between(self.start, self.end, s * s * (3 - 2 * s)) for s in share)
        return View(here.x, here.y, here.zoom, blur=abs(there.x - here.x) * here.zoom)


@dataclass(frozen=True)
class Caption:
    """Words in the picture.

    Parameters
    ----------
    kind : title, lower third, label, slate, credits
    words : tuple of str
        One a line.
    first, last : int
        Pictures of the shot in which they can be read in full.
    """

    kind: Literal["title", "lower third", "label", "slate", "credits"]
    words: tuple[str, ...]
    first: int
    last: int


@dataclass(frozen=True)
class Slate:
    """A clapper board.

    Parameters
    ----------
    roll : str
    scene, take : int
    clap : int
        Picture in which it shuts.
    gone : int
        Picture in which it starts to leave; it is out `SLATE_LEAVES` pictures later.
    setup : str
        Letter of the set-up; empty for the first.
    """

    roll: str
    scene: int
    take: int
    clap: int
    gone: int
    setup: str = ""


@dataclass(frozen=True)
class Moment:
    """What a stage may know of the picture that it draws.

    Parameters
    ----------
    number : int
    seconds : float
    mouth : callable (name) -> 0..1
        How far a character's mouth is open.
    """

    number: int
    seconds: float
    mouth: Callable[[str], float]


Stage = Callable[[Pen, Moment], None]


@dataclass(frozen=True)
class Shot:
    """One shot of a file.

    Parameters
    ----------
    name : str
    setup : str
        Shots from one camera position, whatever the lens does, have one name for it.
    place : Set
    length : int
        Pictures from its start to the next shot's.
    move : Move
    stage : callable (pen, moment) or None
        Draws the figures.
    begins : cut, dissolve, fade, wipe
    over : int
        Pictures of the gradual that it begins with; an even number.
    lines : tuple of (line, picture)
        Numbers of the screenplay's lines, and where they start.
    captions : tuple of Caption
    slate : Slate or None
    flash : int or None
        First of three flashed pictures.
    lamp_out : int or None
        Picture in which the light goes out, within four.
    """

    name: str
    setup: str
    place: Set
    length: int
    move: Move
    stage: Stage | None = None
    begins: Literal["cut", "dissolve", "fade", "wipe"] = "cut"
    over: int = 0
    lines: tuple[tuple[int, int], ...] = ()
    captions: tuple[Caption, ...] = ()
    slate: Slate | None = None
    flash: int | None = None
    lamp_out: int | None = None

    def all_captions(self) -> tuple[Caption, ...]:
        """Return the captions, and the slate's words as one."""
        if self.slate is None:
            return self.captions
        words = (
            "ROOF TONE",
            f"SCENE {self.slate.scene}{self.slate.setup}",
            f"TAKE {self.slate.take}",
            f"ROLL {self.slate.roll}",
        )
        return (*self.captions, Caption("slate", words, 0, self.slate.gone - 1))


@dataclass(frozen=True)
class Film:
    """One file of the sample.

    Parameters
    ----------
    path : str
        In the production's folder.
    rate : Fraction
    width, height : int
    shots : tuple of Shot
    timecode : str or None
        Of the first picture.
    is_burnt_in : bool
        Whether the time code is also drawn into the pictures.
    """

    path: str
    rate: Fraction
    width: int
    height: int
    shots: tuple[Shot, ...]
    timecode: str | None = None
    is_burnt_in: bool = False

    @cached_property
    def starts(self) -> tuple[int, ...]:
        """Number of each shot's first picture, and one past the file's last."""
        return tuple(sum(shot.length for shot in self.shots[:count]) for count in range(len(self.shots) + 1))

    def gradual(self, number: int) -> tuple[int, int]:
        """Return first and last picture of the gradual that shot `number` begins with; last < first if it is cut."""
        begin = self.starts[number] - self.shots[number].over // 2
        return begin, begin + self.shots[number].over - 1


def _between(one: View, other: View, share: float) -> View:
    return View(
        one.x + (other.x - one.x) * share,
        one.y + (other.y - one.y) * share,
        one.zoom * (other.zoom / one.zoom) ** share,
    )
