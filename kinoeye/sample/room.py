"""Room: the second scene's place, a cutting room at night, and what stands on its screen."""

import numpy as np
import numpy.typing as npt

from kinoeye.sample.brush import Pen, gradient, mixed, textured
from kinoeye.sample.sets import Set, lamp_light

_BOUNDS = (-240, -140, 1200, 680)
_WINDOW = (64, 66, 220, 196)


def _wall(pen: Pen) -> None:
    pen.picture[:] = gradient(
        pen.picture.shape[0], pen.picture.shape[1], [(0, "5f6f8c"), (0.7, "7d86a0"), (0.71, "6d5a58"), (1, "4f4048")]
    )
    for x in range(-240, 1240, 48):
        pen.box(x, -140, 22, 575, "66758f")
    pen.box(-240, 425, 1500, 9, "a08a80")
    pen.picture[:] = textured(pen.picture, seed=41, strength=0.05)
    _window(pen)
    _shelf(pen)
    _pictures(pen)


def _window(pen: Pen) -> None:
    x, y, width, height = _WINDOW
    pen.box(x - 12, y - 12, width + 24, height + 24, "c9b7a6")
    top, bottom = (round((edge - pen.top) * pen.scale) for edge in (y, y + height))
    left, right = (round((edge - pen.left) * pen.scale) for edge in (x, x + width))
    pen.picture[top:bottom, left:right] = gradient(
        bottom - top, right - left, [(0, "141b4a"), (0.6, "3b3f86"), (1, "8a5a8e")]
    )
    pen.soft(x + 150, y + 52, 60, 60, "cdd6ff", strength=0.8)
    pen.oval(x + 150, y + 52, 20, 20, "fffbe6")
    rng = np.random.default_rng(17)
    at = float(x)
    while at < x + width - 18:
        wide, high = rng.uniform(16, 34), rng.uniform(34, 92)
        wide = min(wide, x + width - at)
        pen.box(at, y + height - high, wide, high, mixed("232a5e", "343a78", rng.random()))
        for wy in np.arange(y + height - high + 7, y + height - 6, 10):
            for wx in np.arange(at + 4, at + wide - 5, 8):
                if rng.random() < 0.45:
                    pen.box(wx, wy, 4, 5, "ffd886")
        at += wide
    pen.box(x + width / 2 - 3, y, 6, height, "c9b7a6")
    pen.box(x, y + height * 0.45, width, 6, "c9b7a6")
    pen.box(x - 22, y + height + 12, width + 44, 12, "e0d0bd")


def _shelf(pen: Pen) -> None:
    for y in (150, 262):
        pen.soft(850, y + 16, 130, 14, "2a2140", strength=0.5)
        pen.box(730, y, 240, 10, "b0805e")
    for row, y in enumerate((150, 262)):
        for number in range(4):
            x = 752 + number * 54
            if (number + row) % 3 == 2:
                for book in range(4):
                    high = 46 + 9 * ((book * 3 + number) % 3)
                    pen.box(x - 16 + book * 10, y - high, 9, high, ("c8644a", "3b8a8c", "f0b541", "e8dcc4")[book])
                continue
            pen.ball(x, y - 25, 25, 25, "b9c0c9")
            pen.oval(x, y - 25, 18, 18, "99a2ae")
            for angle in np.linspace(0, 2 * np.pi, 4)[:-1] + number:
                pen.oval(x + 10 * np.cos(angle), y - 25 + 10 * np.sin(angle), 4.6, 4.6, "58616f")


def _pictures(pen: Pen) -> None:
    for x, y, width, height, back, front in (
        (340, 92, 84, 116, "e8705a", "ffe3ad"),
        (440, 118, 66, 88, "2f7f86", "f3d9a8"),
        (602, 84, 86, 120, "f2b632", "c8402f"),
    ):
        pen.soft(x + width / 2 + 6, y + height / 2 + 9, width * 0.72, height * 0.68, "2a2140", strength=0.55)
        pen.box(x, y, width, height, "f4ead8")
        pen.box(x + 5, y + 5, width - 10, height - 10, back)
        pen.oval(x + width / 2, y + height * 0.42, width * 0.25, width * 0.25, front)
        pen.fill([(x + 5, y + height * 0.8), (x + width / 2, y + height * 0.5), (x + width - 5, y + height * 0.8)],
                 mixed(back, "2a2140", 0.45))  # fmt: skip
        pen.box(x + 14, y + height * 0.86, width - 28, 4, front)


def _desk(pen: Pen) -> None:
    pen.box(-240, 416, 1500, 26, "b98760")
    pen.box(-240, 416, 1500, 4, "dcae80")
    pen.box(-240, 442, 1500, 300, "83594a")
    for x in (-100, 240, 580, 920):
        pen.box(x, 452, 300, 100, "8f6350")
        pen.oval(x + 150, 500, 8, 8, "d9b48c")
    _lamp(pen)
    _mixer(pen)
    for x, y, lean in ((404, 412, 0), (418, 408, 4), (396, 405, -6)):
        pen.fill([(x, y), (x + 92 + lean, y - 3), (x + 98, y + 6), (x + 4, y + 8)], "f6ecd8")
    pen.shaded([(690, 378), (724, 378), (720, 418), (694, 418)], "e8705a")
    pen.limb([(724, 388), (736, 394), (722, 408)], 4, "e8705a")


def _lamp(pen: Pen) -> None:
    pen.oval(546, 416, 38, 8, "2f6f74")
    pen.limb([(546, 412), (574, 346), (524, 296)], 6, "3b8a8c")
    pen.soft(506, 330, 70, 60, "ffe9ae", strength=0.6)
    pen.fill([(520, 282), (540, 300), (520, 340), (470, 300)], "3b8a8c")
    pen.fill([(520, 340), (470, 300), (484, 320)], "fff3c4")
    pen.oval(497, 322, 14, 10, "fff8dc")


def _mixer(pen: Pen) -> None:
    pen.shaded([(770, 386), (980, 386), (1000, 420), (756, 420)], "4b5164", inset=0.94)
    for number in range(9):
        x = 786 + number * 21
        pen.limb([(x, 392), (x, 412)], 2, "2b2b38")
        pen.box(x - 4, 394 + (number * 7) % 13, 8, 6, ("f2b632", "e8705a", "a9dbd3")[number % 3])


def _rain(pen: Pen, seconds: float) -> None:
    x, y, width, height = _WINDOW
    rng = np.random.default_rng(23)
    for start, drop, speed in zip(
        rng.uniform(0, width, 26), rng.uniform(0, height, 26), rng.uniform(60, 150, 26), strict=True
    ):
        at = y + (drop + speed * seconds) % (height - 14)
        pen.limb([(x + start, at), (x + start - 1.5, at + 12)], 1.3, "aebbe8")


def _lamplight() -> npt.NDArray[np.float32]:
    lamps = [
        (480, 330, 250, "ffc987", 0.85),
        (180, 170, 170, "8ea2ff", 0.28),
        (880, 372, 150, "ffd2a0", 0.5),
        (640, 330, 150, "ffcf98", 0.2),
    ]
    return lamp_light(_BOUNDS, lamps, "8391d6", 0.25)


def _dark() -> npt.NDArray[np.float32]:
    return lamp_light(_BOUNDS, [(180, 170, 260, "8ea2ff", 0.4)], "6f7fd0", 0.16)


def _screen(pen: Pen) -> None:
    pen.picture[:] = gradient(
        pen.picture.shape[0], pen.picture.shape[1], [(0, "16202e"), (0.5, "1d2b3a"), (1, "131b28")]
    )
    pen.box(70, 46, 820, 370, "0f1722")
    for x in range(70, 891, 41):
        pen.box(x, 46, 1, 370, "24384a")
    for y in range(46, 417, 46):
        pen.box(70, y, 820, 1, "24384a")
    pen.box(70, 434, 820, 62, "22303f")
    for number in range(12):
        x = 120 + number * 62
        pen.box(x, 444, 4, 42, "0f1722")
        pen.shaded([(x - 11, 456), (x + 15, 456), (x + 15, 470), (x - 11, 470)], "9aa7b4" if number % 4 else "f0b541")


def _waveform(pen: Pen, seconds: float) -> None:
    rng = np.random.default_rng(29)
    noise = rng.random(2400)
    for column in range(137):
        number = int(column + seconds * 30)
        middle = abs(column - 68) / 68
        word = 1 if 62 <= number % 180 <= 96 or 112 <= number % 180 <= 150 else 0
        high = 5 + 10 * noise[number % 2400] + word * (40 + 95 * noise[(number * 7) % 2400]) * (0.7 + 0.3 * middle)
        colour = "f2b632" if column < 68 else "3f7f86"
        pen.box(73 + column * 6, 231 - high, 4, 2 * high, colour)
    pen.box(478, 46, 3, 370, "f25f3a")


def _plain(pen: Pen) -> None:
    pen.picture[:] = gradient(
        pen.picture.shape[0], pen.picture.shape[1], [(0, "101a2c"), (0.5, "1d2d44"), (1, "0e1626")]
    )
    pen.soft(480, 270, 520, 330, "41607c", strength=0.55)
    pen.picture[:] = textured(pen.picture, seed=71, strength=0.06)


ROOM = Set(
    "room",
    ((1.0, _wall),),
    front=((1.0, _desk),),
    moving=_rain,
    light=_lamplight,
    dark=_dark,
    bounds=_BOUNDS,
    place="interior",
    hour="night",
)
SCREEN = Set("screen", ((1.0, _screen),), moving=_waveform, bounds=_BOUNDS)
CARD = Set("card", ((0.5, _plain),), bounds=_BOUNDS)
