"""Figures: the cast as paper puppets that breathe, look, gesture and speak, and a pigeon.

A figure stands with its feet at the pen's origin, about 225 units tall. Light comes from the upper left.
"""

from dataclasses import dataclass

import numpy as np

from kinoeye.sample.brush import Pen, mixed

_UPPER_ARM, _LOWER_ARM = 44.0, 42.0
_SHOULDER_Y = -156.0


@dataclass(frozen=True)
class Character:
    """What a character looks like; colours as rrggbb."""

    name: str
    skin: str
    hair: str
    coat: str
    legs: str
    accent: str


NORA = Character("NORA", "f0c3a0", "2b2330", "c8402f", "3b3350", "f3d9a8")
TEO = Character("TEO", "b97f5b", "33231d", "2f7f86", "3a4252", "f0b541")
JUNE = Character("JUNE", "f8d3b8", "c9582b", "f2b632", "46617d", "fff3dc")
CAST = {character.name: character for character in (NORA, TEO, JUNE)}


@dataclass(frozen=True)
class Pose:
    """How a figure holds itself.

    Parameters
    ----------
    look : -1..1
        Where the face points: left to right.
    nod : -1..1
        Up to down.
    mouth : 0..1
        How far it is open.
    smile : -1..1
    brow : -1..1
        Worried to raised.
    blink : bool
    left, right : (x, y)
        Where the hands are, in the figure's units.
    sway : float
        Sideways lean of the upper body, in units.
    """

    look: float = 0.0
    nod: float = 0.0
    mouth: float = 0.0
    smile: float = 0.35
    brow: float = 0.0
    blink: bool = False
    left: tuple[float, float] = (-34.0, -84.0)
    right: tuple[float, float] = (34.0, -84.0)
    sway: float = 0.0


def draw_figure(pen: Pen, who: Character, pose: Pose) -> None:
    """Draw a whole figure with its feet at the pen's origin."""
    pen.soft(26, 0, 74, 13, "2a2140", strength=0.5)
    for side in (-1, 1):
        pen.limb([(side * 12, -92), (side * 13, -8)], 19, mixed(who.legs, "1c1730", 0.25 if side > 0 else 0.0))
        pen.fill(_rounded(side * 13 - 13, -13, 29, 14, 6), mixed(who.legs, "15101f", 0.6))
    upper = pen.moved(pose.sway, 0)
    _arm(upper, who, -1, pose.left, behind=True)
    _body(upper, who)
    draw_head(upper.moved(0, -200), who, pose)
    _arm(upper, who, -1, pose.left, behind=False)
    _arm(upper, who, 1, pose.right, behind=False)


def draw_head(pen: Pen, who: Character, pose: Pose) -> None:
    """Draw a head with its middle at the pen's origin, about 56 units high."""
    turn = pose.look * 7
    dip = pose.nod * 4
    pen.mark(who.name, 23, 28)
    _hair_behind(pen, who, turn)
    skin_shade = mixed(who.skin, "6b2f3a", 0.28)
    pen.fill(_rounded(-8, 14, 16, 30, 5), skin_shade)
    pen.oval(-22 + turn * 0.3, 3 + dip, 5, 7, skin_shade)
    pen.oval(22 + turn * 0.3, 3 + dip, 5, 7, skin_shade)
    pen.ball(0, 0, 23, 28, who.skin)
    face = pen.moved(turn, dip)
    pen.soft(turn - 12, dip + 10, 8, 6, "e8654f", strength=0.35)
    pen.soft(turn + 12, dip + 10, 8, 6, "e8654f", strength=0.35)
    _eyes(face, who, pose)
    face.limb([(1, 0), (4, 8), (0, 9)], 2.2, skin_shade)
    if who is TEO:
        _beard(pen, who, turn, dip)
    _mouth(face, who, pose)
    _hair_before(pen, who, turn)


def draw_pigeon(pen: Pen, seconds: float) -> None:
    """Draw a pigeon with its feet at the pen's origin, pecking now and then."""
    peck = max(0.0, np.sin(seconds * 5.0)) ** 3
    bob = 2 * np.sin(seconds * 14)
    pen.soft(5, 0, 34, 6, "2a2140", strength=0.45)
    for x in (-4, 5):
        pen.limb([(x, -12), (x + 1, -1), (x + 5, -1)], 2, "d9654a")
    pen.shaded([(-44, -20), (-16, -34), (12, -36), (22, -24), (12, -11), (-14, -10)], "8f97ab")
    pen.fill([(-38, -22), (-8, -30), (8, -24), (-10, -16)], "6f7890")
    pen.limb([(-26, -21), (-8, -25)], 2.5, "474e63")
    pen.limb([(-22, -18), (-4, -21)], 2.5, "474e63")
    head = (24 + 6 * peck, -44 + 26 * peck + bob)
    pen.limb([(13, -28), (head[0] - 3, head[1] + 4)], 14, "5f8f86")
    pen.ball(*head, 9, 8.5, "7a86a0")
    pen.fill([(head[0] + 7, head[1] - 3), (head[0] + 17, head[1] + 2), (head[0] + 7, head[1] + 4)], "f0b541")
    pen.oval(head[0] + 3, head[1] - 2, 2.6, 2.6, "f25f3a")
    pen.oval(head[0] + 3.4, head[1] - 2, 1.2, 1.2, "1c1730")


def _body(pen: Pen, who: Character) -> None:
    hem = -62 if who is not TEO else -84
    wide = {"NORA": 35, "TEO": 31, "JUNE": 40}[who.name]
    outline = [(-15, -170), (15, -170), (29, -158), (31, -118), (wide, hem), (-wide, hem), (-31, -118), (-29, -158)]
    pen.shaded(outline, who.coat, inset=0.86)
    if who is NORA:
        pen.limb([(2, -160), (3, hem + 4)], 2, mixed(who.coat, "2a1020", 0.5))
        for y in (-140, -118, -96):
            pen.oval(-5, y, 2.6, 2.6, who.accent)
        pen.fill([(-20, -174), (20, -174), (24, -158), (-3, -148), (-24, -160)], who.accent)
        pen.fill([(-14, -160), (-3, -160), (-5, -122), (-17, -124)], mixed(who.accent, "9a6b3a", 0.25))
    elif who is TEO:
        for y in (-146, -130, -114):
            pen.limb([(-28, y), (28, y)], 4.5, mixed(who.coat, "f4ead2", 0.55))
        pen.fill([(-31, -94), (31, -94), (31, -84), (-31, -84)], mixed(who.coat, "10222c", 0.4))
        pen.limb([(-18, -166), (22, -96)], 3.5, "3a2a24")
        pen.fill(_rounded(12, -104, 28, 22, 4), "2b2b38")
        pen.oval(20, -94, 4, 4, who.accent)
    else:
        for row, y in enumerate(range(-146, int(hem), 15)):
            for x in range(-24 + row % 2 * 8, 28, 16):
                pen.oval(x, y, 2.7, 2.7, who.accent)
        pen.limb([(-30, -114), (31, -114)], 5, "a8412f")
        pen.fill([(-14, -172), (14, -172), (0, -152)], who.accent)


def _arm(pen: Pen, who: Character, side: int, hand: tuple[float, float], *, behind: bool) -> None:
    is_behind = hand[1] > -95 and side < 0
    if is_behind is not behind:
        return
    shoulder = np.array([side * 25.0, _SHOULDER_Y])
    reach = np.array(hand) - shoulder
    length = float(np.clip(np.hypot(*reach), 8, _UPPER_ARM + _LOWER_ARM - 1))
    reach = reach / (np.hypot(*reach) or 1.0)
    near = (length**2 + _UPPER_ARM**2 - _LOWER_ARM**2) / (2 * length)
    out = np.sqrt(max(0.0, _UPPER_ARM**2 - near**2))
    normal = np.array([-reach[1], reach[0]])
    elbow = shoulder + reach * near + normal * out * (1 if normal[0] * side > 0 else -1)
    wrist = shoulder + reach * length
    sleeve = mixed(who.coat, "2a2140", 0.2 if side > 0 else 0.1)
    pen.limb(np.stack([shoulder, elbow, wrist]), 15, sleeve)
    pen.ball(wrist[0], wrist[1], 8, 8, who.skin)


def _eyes(face: Pen, who: Character, pose: Pose) -> None:
    for side in (-1, 1):
        x = side * 9.5
        if pose.blink:
            face.limb([(x - 4, -2), (x, -1), (x + 4, -2)], 1.8, "3a2430")
        else:
            face.oval(x, -2, 4.8, 5.2, "fffaf2")
            face.oval(x + pose.look * 1.6, -1.6 + pose.nod, 2.7, 3.0, "2b2330")
            face.oval(x + pose.look * 1.6 - 1, -2.2 + pose.nod, 0.9, 0.9, "ffffff")
            lid = -4.9 - pose.brow * 1.6
            face.fill([(x - 5.4, lid), (x - 4.6, -8), (x + 4.6, -8), (x + 5.4, lid)], mixed(who.skin, "8a4a42", 0.22))
        inner, outer = -11 - abs(pose.brow) * 2.5, -11 - pose.brow * 2
        face.limb([(x - side * 4.5, inner), (x + side * 5, outer)], 2.4, mixed(who.hair, "1c1016", 0.3))
        if who is NORA:
            ring = [(x + 8 * np.cos(a), -2 + 8 * np.sin(a)) for a in np.linspace(0, 2 * np.pi, 15)]
            face.limb(ring, 1.5, "3a2a24")
    if who is NORA:
        face.limb([(-2, -3), (2, -3)], 1.5, "3a2a24")
    if who is JUNE:
        for x, y in ((-14, 5), (-10, 7), (-16, 8), (13, 5), (10, 8), (16, 8)):
            face.oval(x, y, 0.9, 0.9, "c97a52")


def _mouth(face: Pen, who: Character, pose: Pose) -> None:
    width = 7.5 - 1.8 * pose.mouth
    if pose.mouth < 0.08:
        across = np.linspace(-1, 1, 7)
        face.limb([(x * width, 16 + pose.smile * 6 * (0.5 - x * x)) for x in across], 1.9, "8a2f36")
        return
    height = 1.5 + 6.5 * pose.mouth
    face.oval(0, 16 + height * 0.3, width, height, "5b1a28")
    face.oval(0, 16 + height * 0.8, width * 0.62, height * 0.42, "d9626a")
    face.fill(_rounded(-width * 0.62, 16 - height * 0.6, width * 1.24, min(2.6, height * 0.5), 1), "fff6ec")


def _hair_behind(pen: Pen, who: Character, turn: float) -> None:
    if who is NORA:
        pen.shaded(_rounded(-31 - turn * 0.3, -33, 62, 56, 24), who.hair, inset=0.9)
    elif who is JUNE:
        pen.ball(14 - turn, -30, 14, 13, who.hair)
        pen.oval(0, -6, 28, 30, mixed(who.hair, "4a1420", 0.35))


def _hair_before(pen: Pen, who: Character, turn: float) -> None:
    if who is NORA:
        fringe = [(-27, 4), (-29, -14), (-20, -30), (0, -36), (20, -30), (29, -14), (27, 4), (24, -12), (-22, -14)]
        pen.moved(turn * 0.3, 0).fill(fringe, who.hair)
        pen.limb([(-18 + turn * 0.3, -26), (-4 + turn * 0.3, -31)], 2.5, mixed(who.hair, "8a7aa0", 0.5))
    elif who is TEO:
        pen.shaded([(-25, -8), (-24, -24), (-12, -36), (6, -37), (22, -27), (25, -8)], who.accent, inset=0.88)
        pen.fill(_rounded(-26, -14, 52, 9, 4), mixed(who.accent, "8a4a20", 0.35))
        band = [(27 * np.cos(a), -8 + 33 * np.sin(a)) for a in np.linspace(np.pi, 2 * np.pi, 13)]
        pen.limb(band, 4, "2b2b38")
        for x in (-26, 26):
            pen.shaded(_rounded(x - 6 + turn * 0.3, -7, 12, 22, 5), "40404f")
    else:
        curls = [(-24, -4, 7), (-24, -16, 9), (-14, -26, 10), (0, -29, 11), (14, -25, 10), (23, -15, 9), (25, -3, 7)]
        for x, y, radius in curls:
            pen.ball(x + turn * 0.3, y, radius, radius, who.hair)


def _beard(pen: Pen, who: Character, turn: float, dip: float) -> None:
    outline = [(-23, 2), (-21, 18), (-10, 30), (2, 32), (13, 29), (22, 17), (23, 2), (15, 10), (0, 10), (-15, 10)]
    pen.moved(turn * 0.4, dip * 0.5).shaded(outline, who.hair, inset=0.92)


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> list[tuple[float, float]]:
    corners = (
        (x + width - radius, y + radius, -0.5),
        (x + width - radius, y + height - radius, 0.0),
        (x + radius, y + height - radius, 0.5),
        (x + radius, y + radius, 1.0),
    )
    return [
        (cx + radius * float(np.cos(a)), cy + radius * float(np.sin(a)))
        for cx, cy, start in corners
        for a in np.pi * (start + np.linspace(0, 0.5, 5))
    ]
