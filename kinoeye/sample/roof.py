"""Roof: the first scene's place, a roof above a city, by day; and the city alone, by day and by night."""

from collections.abc import Callable
from functools import partial

import numpy as np
import numpy.typing as npt

from kinoeye.sample.brush import Pen, gradient, mixed, textured
from kinoeye.sample.sets import Painter, Set, lamp_light

_BOUNDS = (-240, -140, 1200, 680)
_LINE_Y = 218.0


def _whole(pen: Pen, stops: list[tuple[float, str]]) -> None:
    pen.picture[:] = gradient(pen.picture.shape[0], pen.picture.shape[1], stops)


def _day_sky(pen: Pen) -> None:
    _whole(pen, [(0, "3f9fc4"), (0.3, "79c6d6"), (0.5, "c9e2cf"), (0.62, "ffe3ad"), (1, "ffd08a")])
    pen.soft(760, 92, 260, 240, "fff2c4", strength=0.75)
    pen.oval(760, 92, 40, 40, "fff7da")
    for x, y, size in (
        (60, 70, 1.0),
        (330, 30, 0.7),
        (520, 128, 0.8),
        (960, 60, 0.9),
        (-130, 140, 0.8),
        (1080, 190, 0.6),
    ):
        _cloud(pen.moved(x, y, size))
    pen.picture[:] = textured(pen.picture, seed=11, strength=0.025)


def _cloud(pen: Pen) -> None:
    puffs = ((-70, 6, 38, 17), (-30, -12, 44, 28), (20, -20, 46, 34), (66, -4, 40, 22), (0, 8, 104, 15))
    for x, y, wide, high in puffs:
        pen.oval(x + 4, y + 8, wide, high, "e5d9c8")
    for x, y, wide, high in puffs:
        pen.oval(x, y, wide, high, "fff6e6")


def _night_sky(pen: Pen) -> None:
    _whole(pen, [(0, "0a1030"), (0.35, "1b2350"), (0.6, "3a2f66"), (0.72, "6a4468"), (1, "2a2348")])
    rng = np.random.default_rng(5)
    for x, y, size in zip(
        rng.uniform(-240, 1200, 90), rng.uniform(-140, 300, 90), rng.uniform(0.6, 1.7, 90), strict=True
    ):
        pen.oval(x, y, size, size, "d9dcf5")
    pen.soft(300, 96, 150, 150, "9fb0e8", strength=0.5)
    pen.oval(300, 96, 44, 44, "f6efd2")
    for x, y, size in ((286, 84, 9), (312, 108, 12), (310, 78, 5)):
        pen.oval(x, y, size, size, "e2d8b4")


def _far_city(pen: Pen, *, night: bool) -> None:
    rng = np.random.default_rng(21)
    tone = "262a55" if night else "9fbdc4"
    x = -260.0
    while x < 1220:
        width, top = rng.uniform(26, 70), rng.uniform(150, 292)
        colour = mixed(tone, "3a3570" if night else "c9d3c6", rng.uniform(0, 0.6))
        pen.box(x, top, width, 600 - top, colour)
        pen.box(x + width * 0.72, top, width * 0.28, 600 - top, mixed(colour, "1a1c3c" if night else "7fa0ae", 0.35))
        if rng.random() < 0.3:
            pen.fill([(x, top), (x + width / 2, top - rng.uniform(14, 40)), (x + width, top)], colour)
        _windows(pen, rng, (x, top, width, 320), night=night, size=(4, 6))
        x += width * rng.uniform(0.85, 1.15)
    dome = "34376a" if night else "86aab6"
    pen.oval(430, 236, 58, 50, dome)
    pen.box(372, 236, 116, 200, dome)
    pen.limb([(430, 190), (430, 150)], 4, dome)


def _windows(
    pen: Pen, rng: np.random.Generator, box: tuple[float, float, float, float], *, night: bool, size: tuple[int, int]
) -> None:
    left, top, width, height = box
    for y in np.arange(top + 12, min(top + height, 560), size[1] * 2.6):
        for x in np.arange(left + 6, left + width - size[0] - 3, size[0] * 2.4):
            draw = rng.random()
            if night and draw < 0.45:
                pen.box(x, y, *size, mixed("ffd071", "ff9a5a", draw * 2))
            elif not night and draw < 0.7:
                pen.box(x, y, *size, mixed("6f93a3", "fff0c9", draw * 0.6))


def _near_houses(pen: Pen, *, night: bool) -> None:
    rng = np.random.default_rng(33)
    walls = ("d79a72", "c4705c", "e3b487", "b98a7c", "cf8463")
    x = -260.0
    for number in range(26):
        width, top = rng.uniform(64, 120), rng.uniform(270, 345)
        wall = walls[number % len(walls)]
        roof = mixed("8e4a45", "a8604c", rng.random())
        if night:
            wall, roof = mixed(wall, "191b42", 0.78), mixed(roof, "14163a", 0.78)
        pen.box(x, top, width, 400, wall)
        pen.box(x + width * 0.8, top, width * 0.2, 400, mixed(wall, "2a2140", 0.25))
        if number % 3:
            pen.fill([(x - 5, top), (x + width * 0.5, top - 38), (x + width + 5, top)], roof)
            pen.fill(
                [(x + width * 0.5, top - 38), (x + width + 5, top), (x + width * 0.62, top)], mixed(roof, "2a2140", 0.3)
            )
        else:
            pen.box(x - 4, top - 7, width + 8, 9, roof)
        pen.box(x + width * 0.2, top - 52, 15, 40, mixed(roof, "2a2140", 0.2))
        _windows(pen, rng, (x + 4, top + 8, width - 8, 200), night=night, size=(11, 16))
        x += width * rng.uniform(0.9, 1.12)
    _water_tower(pen, night=night)


def _water_tower(pen: Pen, *, night: bool) -> None:
    wood = mixed("8a5a44", "14163a", 0.75 if night else 0.0)
    for x in (668, 692, 716, 740):
        pen.limb([(x, 250), (x + (x - 704) * 0.15, 340)], 5, mixed(wood, "20182c", 0.4))
    pen.shaded([(660, 190), (748, 190), (752, 256), (656, 256)], wood, inset=0.9)
    pen.fill([(652, 192), (704, 152), (756, 192)], mixed(wood, "2a2140", 0.4))
    for y in (206, 238):
        pen.limb([(658, y), (750, y)], 2.5, mixed(wood, "20182c", 0.5))


def _roof_stage(pen: Pen) -> None:
    floor = gradient(
        pen.picture.shape[0], pen.picture.shape[1], [(0, "e2b184"), (0.66, "e2b184"), (0.8, "d39a70"), (1, "b97f5f")]
    )
    top = round((378 - pen.top) * pen.scale)
    pen.picture[top:] = floor[top:]
    for y, gap in ((392, 2), (414, 2), (444, 3), (486, 3), (540, 4), (606, 5)):
        pen.box(-300, y, 1700, gap * 0.6, "b9805f")
    for x in range(-1500, 2600, 130):
        pen.limb([(480 + (x - 480) * 0.55, 378), (480 + (x - 480) * 1.3, 690)], 1.6, "b9805f")
    pen.box(-300, 330, 1700, 50, "edd6ae")
    pen.box(-300, 362, 1700, 18, "cfae88")
    pen.box(-300, 322, 1700, 12, "fbe9c6")
    pen.box(-300, 333, 1700, 3, "b9946f")
    for x in range(-230, 1260, 86):
        pen.box(x, 338, 1.6, 42, "cfae88")
    _stair_house(pen)
    _chimney(pen)
    for x, high in ((560, 176), (838, 176)):
        pen.limb([(x, high + 30), (x, 430)], 7, "7a5646")
        pen.limb([(x - 22, high + 40), (x + 22, high + 40)], 5, "7a5646")
        pen.soft(x + 24, 432, 46, 6, "5a3345", strength=0.45)
    _pots(pen)
    if (pen.picture[top:, :, 3] == 255).all():
        pen.picture[:] = textured(pen.picture, seed=3, strength=0.035)


def _stair_house(pen: Pen) -> None:
    pen.soft(150, 426, 120, 22, "5a3345", strength=0.5)
    pen.box(-300, 160, 410, 262, "d98e6b")
    pen.fill([(110, 160), (152, 172), (152, 404), (110, 422)], "a8604c")
    rng = np.random.default_rng(8)
    for y in range(176, 416, 17):
        for x in range(-290 + (y // 17 % 2) * 18, 96, 36):
            if rng.random() < 0.4:
                pen.box(x, y, 28, 11, mixed("d98e6b", "b86a4e", rng.uniform(0.2, 0.6)))
    pen.box(-300, 148, 420, 16, "f0c79a")
    pen.box(6, 246, 74, 176, "2f6f74")
    pen.box(12, 252, 62, 164, "3b8a8c")
    pen.box(20, 262, 46, 52, "a9dbd3")
    pen.oval(66, 346, 4, 4, "f0c79a")


def _chimney(pen: Pen) -> None:
    pen.soft(1010, 428, 90, 16, "5a3345", strength=0.5)
    pen.box(916, 214, 84, 210, "b8604c")
    pen.fill([(1000, 214), (1024, 222), (1024, 414), (1000, 424)], "8a4440")
    for y in range(224, 420, 15):
        for x in range(918 + (y // 15 % 2) * 12, 992, 26):
            pen.box(x, y, 20, 10, mixed("b8604c", "d98466", (x * 7 + y * 3) % 10 / 14))
    pen.box(906, 200, 120, 16, "e0a47f")
    for x in (926, 962):
        pen.shaded([(x, 166), (x + 26, 166), (x + 30, 202), (x - 4, 202)], "d07a58")


def _pots(pen: Pen) -> None:
    for x, size, leaf in ((196, 1.0, "4f8f5b"), (238, 0.7, "6fa85a"), (876, 0.9, "4f8f5b")):
        pot = pen.moved(x, 424, size)
        pot.soft(16, 0, 36, 7, "5a3345", strength=0.5)
        for lean in (-34, -18, -4, 12, 28):
            pot.fill([(-3, -34), (lean - 8, -70), (lean, -96 + abs(lean)), (lean + 8, -66), (5, -34)], leaf)
            leaf = mixed(leaf, "234f3c", 0.16)
        pot.shaded([(-22, -40), (22, -40), (16, 0), (-16, 0)], "c8644a")


def _washing(pen: Pen, seconds: float) -> None:
    sag = [(560 + 278 * share, _LINE_Y + 20 * 4 * share * (1 - share)) for share in np.linspace(0, 1, 13)]
    pen.limb(sag, 2, "5a4640")
    sheets = ((592, 62, 92, "fdf3e0"), (668, 44, 62, "e8705a"), (722, 58, 84, "8fc7c4"), (792, 30, 48, "f2b632"))
    for number, (left, width, drop, colour) in enumerate(sheets):
        top = _LINE_Y + 12
        wind = 9 * np.sin(seconds * 2.1 + number * 1.3)
        share = np.linspace(0, 1, 9)
        ripple = 4 * np.sin(seconds * 4 + share * 7 + number * 2)
        low = [(left + width * s + wind, top + drop + r) for s, r in zip(share, ripple, strict=True)]
        pen.fill([(left, top), (left + width, top), *reversed(low)], colour)
        for s in (0.3, 0.68):
            fold = left + width * s
            blown = fold + wind * 0.9
            pen.fill(
                [(fold, top), (fold + 5, top), (blown + 12, top + drop - 2), (blown + 2, top + drop)],
                mixed(colour, "7a4a60", 0.16),
            )
        for x in (left + 3, left + width - 5):
            pen.box(x, top - 6, 3, 10, "7a5646")


def _leaves(pen: Pen) -> None:
    for x, y, lean in ((-60, 560, 0.2), (20, 590, 0.6), (1010, 585, -0.6), (1070, 550, -0.2)):
        for step in range(5):
            angle = -1.9 + step * 0.28 + lean
            tip = (x + 150 * np.cos(angle), y + 150 * np.sin(angle))
            side = (14 * np.sin(angle), -14 * np.cos(angle))
            bend = (x + 80 * np.cos(angle), y + 80 * np.sin(angle))
            leaf = [(x, y), (bend[0] + side[0], bend[1] + side[1]), tip, (bend[0] - side[0], bend[1] - side[1])]
            pen.fill(leaf, mixed("2f5d4a", "1d3b3a", step / 5))


def _sunlight() -> npt.NDArray[np.float32]:
    return lamp_light(_BOUNDS, [(700, 60, 620, "ffe2b0", 0.42)], "f4ecff", 0.82)


def _city_light() -> npt.NDArray[np.float32]:
    return lamp_light(_BOUNDS, [(300, 90, 500, "a8b8ff", 0.3)], "e8e4ff", 0.85)


def _city_layers(*, night: bool) -> tuple[tuple[float, Painter], ...]:
    sky: Callable[[Pen], None] = _night_sky if night else _day_sky
    return ((0.15, sky), (0.4, partial(_far_city, night=night)), (0.7, partial(_near_houses, night=night)))


ROOF = Set(
    "roof",
    (*_city_layers(night=False), (1.0, _roof_stage)),
    moving=_washing,
    light=_sunlight,
    bounds=_BOUNDS,
    place="exterior",
    hour="day",
)
CITY = Set("city", _city_layers(night=False), light=_sunlight, bounds=_BOUNDS, place="exterior", hour="day")
NIGHT_CITY = Set(
    "night city", _city_layers(night=True), light=_city_light, bounds=_BOUNDS, place="exterior", hour="night"
)
LEAVES: tuple[tuple[float, Painter], ...] = ((1.5, _leaves),)
