"""Heads: where the cast's heads are in the sample's stills, told by the same stages that draw them."""

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from kinoeye.sample.brush import Pen
from kinoeye.sample.plan import Film, Moment, Shot
from kinoeye.timecode import FLICKS_PER_SECOND, frame_to_flicks

_STEP = FLICKS_PER_SECOND // 2  # between stills
_WIDTH, _HEIGHT = 96, 54  # pixels: what is drawn on the way is thrown away
_FLASH_PICTURES = 3


@dataclass(frozen=True)
class _Witness(Pen):
    """A pen that writes down which heads it is asked to draw."""

    seen: list[dict[str, Any]] = field(default_factory=list)

    def moved(self, x: float, y: float, size: float = 1.0) -> "_Witness":
        """Return a pen elsewhere that writes into the same list."""
        plain = super().moved(x, y, size)
        return _Witness(plain.picture, plain.scale, plain.left, plain.top, self.seen)

    def mark(self, name: str, radius_x: float, radius_y: float) -> None:
        """Write down where a head lies."""
        left, top = (-self.left - radius_x) * self.scale, (-self.top - radius_y) * self.scale
        self.seen.append({
            "name": name, "x": round(left / _WIDTH, 4), "y": round(top / _HEIGHT, 4),
            "w": round(2 * radius_x * self.scale / _WIDTH, 4), "h": round(2 * radius_y * self.scale / _HEIGHT, 4),
        })  # fmt: skip


def heads_of(film: Film) -> list[dict[str, Any]]:
    """Return the heads that can be seen whole in a film's stills, in running order.

    Pictures that show two shots, a flash, a whip pan, a slate or a room whose lamp is out are left out.

    Returns
    -------
    list of dict
        ``frame``, ``name``, and ``x``, ``y``, ``w``, ``h``: 0..1 of the picture.
    """
    found = []
    for number, shot in enumerate(film.shots):
        first, end = film.starts[number], film.starts[number + 1]
        for frame in range(first + shot.over // 2, end - _over_after(film, number)):
            if shot.stage is not None and _is_still(film, frame) and _is_plain(shot, frame - first):
                found += [{"frame": frame} | head for head in _seen(film, shot, frame - first)]
    return found


def _seen(film: Film, shot: Shot, local: int) -> list[dict[str, Any]]:
    plain = shot.move.view(local, shot.length).pen(np.zeros((_HEIGHT, _WIDTH, 4), np.uint8))
    witness = _Witness(plain.picture, plain.scale, plain.left, plain.top)
    assert shot.stage is not None
    shot.stage(witness, Moment(local, local / float(film.rate), lambda _: 0.0))
    return [
        head
        for head in witness.seen
        if min(head["x"], head["y"]) >= 0 and head["x"] + head["w"] <= 1 and head["y"] + head["h"] <= 1
    ]


def _over_after(film: Film, number: int) -> int:
    return -(-film.shots[number + 1].over // 2) if number + 1 < len(film.shots) else 0


def _is_still(film: Film, frame: int) -> bool:
    """Say whether a picture is the first at or after a tick of the stills' clock."""
    before, now = (frame_to_flicks(each, film.rate) // _STEP for each in (frame - 1, frame))
    return frame == 0 or before != now


def _is_plain(shot: Shot, local: int) -> bool:
    is_flash = shot.flash is not None and 0 <= local - shot.flash < _FLASH_PICTURES
    is_whip = shot.move.kind == "whip" and shot.move.when[0] <= local <= shot.move.when[1]
    is_dark = shot.lamp_out is not None and local >= shot.lamp_out
    return not (is_flash or is_whip or is_dark or shot.slate is not None)
