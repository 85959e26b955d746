"""Captions: words in the picture; the title, a lower third, credits and burnt-in time code.

Drawn over the picture as it is framed, in units of a picture 960 wide.
"""

import numpy as np

from kinoeye.sample.brush import Pen, mixed
from kinoeye.sample.plan import Caption

_PAPER, _AMBER, _RED, _INK = "fff3dc", "f2b632", "c8402f", "20242e"


def draw_caption(pen: Pen, caption: Caption, number: int) -> None:
    """Draw a caption as it stands at picture `number` of its shot."""
    draw = {"title": _title, "lower third": _lower_third, "label": _label, "credits": _credits}.get(caption.kind)
    if draw is not None:
        draw(pen, caption, number)


def draw_timecode(pen: Pen, label: str) -> None:
    """Burn a time code in, low in the middle."""
    pen.box(340, 478, 280, 44, "0c0d12")
    pen.write(label, 480, 500, 38, "f4f4f0")


def _title(pen: Pen, caption: Caption, number: int) -> None:
    share = float(np.clip((number - caption.first + 6) / 6, 0, 1))
    pen.write(caption.words[0], 480, 236, 96, _PAPER, strength=share)
    pen.box(480 - 190 * share, 300, 380 * share, 5, _RED)
    pen.write(caption.words[1], 480, 340, 30, _AMBER, strength=share)


def _lower_third(pen: Pen, caption: Caption, number: int) -> None:
    share = float(np.clip(min(number - caption.first + 10, caption.last + 10 - number) / 10, 0, 1))
    if share <= 0:
        return
    left = 60 - 520 * (1 - share) ** 2
    pen.box(left, 404, 400, 78, _INK)
    pen.box(left, 404, 9, 78, _RED)
    pen.write(caption.words[0], left + 26, 428, 34, _PAPER, centred=False)
    pen.write(caption.words[1], left + 26, 463, 24, _AMBER, centred=False)


def _label(pen: Pen, caption: Caption, number: int) -> None:
    pen.write(caption.words[0], 92, 76, 28, mixed(_PAPER, "1d2b3a", 0.1), centred=False)


def _credits(pen: Pen, caption: Caption, number: int) -> None:
    lift = 0.55 * (number - caption.first)
    heading, *people = caption.words
    pen.write(heading, 480, 128 - lift, 60, _PAPER)
    pen.box(440, 172 - lift, 80, 4, _RED)
    for row, words in enumerate(people):
        pen.write(words, 480, 232 + row * 62 - lift, 34, _AMBER if row % 2 else _PAPER)
