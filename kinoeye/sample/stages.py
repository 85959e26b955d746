"""Stages: where the figures stand in each shot, what they do, and the slate before them."""

from dataclasses import replace

import numpy as np

from kinoeye.sample.brush import Pen, mixed
from kinoeye.sample.figures import CAST, Pose, draw_figure, draw_pigeon
from kinoeye.sample.plan import SLATE_LEAVES, Moment, Slate

_ROOF = {"NORA": (330, 470), "JUNE": (474, 462), "TEO": (640, 482)}
_ROOM = {"NORA": (330, 500), "JUNE": (640, 505), "TEO": (862, 510)}
_BLINK_EVERY = {"NORA": 71, "JUNE": 59, "TEO": 83}


def roof_wide(pen: Pen, moment: Moment) -> None:
    """All three on the roof."""
    _roof(pen, "JUNE", moment, Pose(look=0.7, smile=0.2))
    _roof(pen, "NORA", moment, Pose(look=0.5, left=(-6, -112), right=(30, -116)))
    _script(pen.moved(340, 356))
    _roof(pen, "TEO", moment, Pose(look=-0.6, smile=0.5, left=(-40, -130), right=(28, -104)))
    _suitcase(pen.moved(530, 470))


def roof_still(pen: Pen, moment: Moment) -> None:
    """All three on the roof, and the pigeon on the parapet; Teo lifts a hand for silence."""
    up = float(np.clip((moment.number - 10) / 18, 0, 1))
    draw_pigeon(pen.moved(790, 323, 0.8), moment.seconds * 0.6)
    _roof(pen, "JUNE", moment, Pose(look=0.6, brow=0.5))
    _roof(pen, "NORA", moment, Pose(look=0.4, left=(-6, -112), right=(30, -116)))
    _script(pen.moved(340, 356))
    _roof(pen, "TEO", moment, Pose(look=-0.5, right=(34 + 10 * up, -84 - 96 * up)))
    _suitcase(pen.moved(530, 470))


def june_on_the_roof(pen: Pen, moment: Moment) -> None:
    """June between her suitcase and the city, the pigeon out of sight to the right."""
    draw_pigeon(pen.moved(838, 323), moment.seconds)
    look = 0.75 if moment.number < 46 else 0.95
    _roof(pen, "JUNE", moment, Pose(look=look, smile=0.05, brow=0.6))
    _suitcase(pen.moved(530, 470))


def june_turns(pen: Pen, moment: Moment) -> None:
    """June, turning from the city to Nora."""
    turn = float(np.clip(moment.number / 20, 0, 1))
    _roof(pen, "JUNE", moment, Pose(look=0.7 - 1.3 * turn, brow=0.8, smile=-0.1))
    _suitcase(pen.moved(530, 470))


def nora_on_the_roof(pen: Pen, moment: Moment) -> None:
    """Nora and her pages."""
    _roof(pen, "NORA", moment, Pose(look=0.65, brow=-0.5, smile=-0.3, left=(-6, -112), right=(30, -116)))
    _script(pen.moved(340, 356))


def nora_looks_up(pen: Pen, moment: Moment) -> None:
    """Nora, from her pages up to the sky."""
    up = float(np.clip((moment.number - 26) / 20, 0, 1))
    _roof(pen, "NORA", moment, Pose(look=0.2 + 0.3 * up, nod=0.8 - 1.6 * up, brow=0.7 * up, smile=0.1,
                                    left=(-6, -112), right=(30, -116)))  # fmt: skip
    _script(pen.moved(340, 356))


def teo_on_the_roof(pen: Pen, moment: Moment) -> None:
    """Teo, everybody else."""
    _roof(pen, "TEO", moment, Pose(look=-0.4, smile=0.8, brow=0.3, left=(-30, -118), right=(44, -124)))


def room_wide(pen: Pen, moment: Moment) -> None:
    """All three behind the desk."""
    _room(pen, "NORA", moment, Pose(look=0.6, brow=-0.4, smile=-0.3, left=(10, -110), right=(52, -96)))
    _room(pen, "JUNE", moment, Pose(look=-0.5, smile=0.1))
    _room(pen, "TEO", moment, Pose(look=-0.6, smile=0.3, right=(20, -112)))


def room_last(pen: Pen, moment: Moment) -> None:
    """All three; Nora reaches for the lamp."""
    reach = float(np.clip((moment.number - 8) / 22, 0, 1))
    _room(pen, "NORA", moment, Pose(look=0.7, smile=0.6, sway=16 * reach, right=(52 + 30 * reach, -96 - 20 * reach)))
    _room(pen, "JUNE", moment, Pose(look=-0.3, smile=0.8))
    _room(pen, "TEO", moment, Pose(look=-0.6, smile=0.8, right=(20, -112)))


def room_listening(pen: Pen, moment: Moment) -> None:
    """All three, struck."""
    _room(pen, "NORA", moment, Pose(look=0.2, brow=0.9, smile=0.0, left=(10, -110), right=(40, -112)))
    _room(pen, "JUNE", moment, Pose(look=0.1, brow=0.9, smile=-0.1))
    _room(pen, "TEO", moment, Pose(look=0.1, brow=0.5, smile=0.1, right=(20, -112)))


def room_talk(pen: Pen, moment: Moment) -> None:
    """All three, at ease."""
    _room(pen, "NORA", moment, Pose(look=0.6))
    _room(pen, "JUNE", moment, Pose(look=0.3, smile=0.5, brow=0.3))
    _room(pen, "TEO", moment, Pose(look=-0.4, smile=0.7, right=(20, -112)))


def nora_writes(pen: Pen, moment: Moment) -> None:
    """Nora over her page, writing."""
    stroke = float(np.sin(moment.number * 1.1)) * 5 if moment.number < 40 else 0.0
    along = min(max(moment.number, 0), 40) * 0.8
    hand = (66.0 + along, -92.0 + stroke)
    _room(pen, "NORA", moment, Pose(look=0.5, nod=0.9, smile=0.4, left=(24, -96), right=hand))
    x, y = 330 + 1.12 * hand[0], 500 + 1.12 * hand[1]
    pen.limb([(x - 4, y + 10), (x + 10, y - 26)], 4, "f0b541")


def draw_slate(pen: Pen, slate: Slate, number: int) -> None:
    """Draw the clapper board in the middle of a view at (500, 300); it leaves downwards."""
    drop = float(np.clip((number - slate.gone) / SLATE_LEAVES, 0, 1)) ** 2 * 330
    board = pen.moved(476, 318 + drop)
    open_by = 0.42 if number < slate.clap - 3 else max(0.0, 0.14 * (slate.clap - number))
    board.soft(10, 20, 150, 110, "2a2140", strength=0.35)
    board.fill([(-112, -52), (112, -52), (112, 84), (-112, 84)], "20242e")
    board.fill([(-108, -48), (108, -48), (108, 80), (-108, 80)], "f5efe0")
    _stick(board, 0.0, -60)
    _stick(board, -open_by, -74)
    board.write("ROOF TONE", 0, -30, 22, "20242e")
    for x, words in ((-54, f"SCENE {slate.scene}{slate.setup}"), (54, f"TAKE {slate.take}")):
        board.box(x - 50, -12, 100, 62, "e3d8c0")
        board.write(words, x, 19, 26 if len(words) < 8 else 21, "a8322a")
    board.write(f"ROLL {slate.roll}", -52, 65, 15, "20242e")
    board.write("DIR NORA", 56, 65, 15, "20242e")
    board.ball(-118, 40, 13, 15, CAST["TEO"].skin)
    board.limb([(-118, 44), (-190, 120)], 22, CAST["TEO"].coat)


def _stick(board: Pen, angle: float, top: float) -> None:
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    pivot = np.array([-112.0, top + 16])
    for number in range(8):
        x = number * 28
        corners = np.array([(x, -16), (x + 28, -16), (x + 28, 0), (x, 0)], float)
        board.fill(corners @ turn + pivot, "20242e" if number % 2 else "f5efe0")


def _roof(pen: Pen, name: str, moment: Moment, pose: Pose) -> None:
    x, y = _ROOF[name]
    draw_figure(pen.moved(x, y), CAST[name], _alive(name, moment, pose))


def _room(pen: Pen, name: str, moment: Moment, pose: Pose) -> None:
    x, y = _ROOM[name]
    draw_figure(pen.moved(x, y, 1.12), CAST[name], _alive(name, moment, pose))


def _alive(name: str, moment: Moment, pose: Pose) -> Pose:
    every = _BLINK_EVERY[name]
    talk = moment.mouth(name)
    breath = float(np.sin(moment.seconds * 1.9 + every))
    return replace(
        pose,
        mouth=talk,
        nod=pose.nod + 0.45 * talk,
        sway=pose.sway + 1.3 * breath,
        brow=pose.brow + 0.3 * talk,
        blink=(moment.number + every * 2) % every < 4,
        right=(pose.right[0] + 2 * breath, pose.right[1] - 8 * talk + breath),
    )


def _script(pen: Pen) -> None:
    pen.fill([(-24, -12), (20, -20), (30, 18), (-14, 26)], "d9c9a8")
    pen.fill([(-26, -14), (18, -22), (28, 16), (-16, 24)], "fff8e6")
    for row in range(4):
        pen.limb([(-17 + row * 2.4, -8 + row * 8), (13 + row * 2.4, -14 + row * 8)], 1.6, "a89a86")
    pen.ball(-26, 8, 7, 7, CAST["NORA"].skin)
    pen.ball(28, 2, 7, 7, CAST["NORA"].skin)


def _suitcase(pen: Pen) -> None:
    pen.soft(14, 0, 56, 9, "2a2140", strength=0.5)
    pen.limb([(-8, -52), (-8, -62), (8, -62), (8, -52)], 4, "5a2f28")
    pen.shaded([(-34, -52), (34, -52), (34, 0), (-34, 0)], "a8412f", inset=0.92)
    for x in (-22, 18):
        pen.box(x, -52, 6, 52, mixed("a8412f", "f0c79a", 0.55))
