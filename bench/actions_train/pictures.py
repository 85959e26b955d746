"""Pictures: a figure painted as a person with clothes, face and hair before a wall, for the net of points to look at.

Limbs are thick lines, the far ones first; whoever shows the back of the head has no face. A picture gathers light over
half of its time, so that quick hands blur as they do in films.
"""

from dataclasses import dataclass

import cv2
import numpy as np
from figure import SIDES

from kinoeye.signals import skeletons

HEIGHT = 360
_SUBPIXEL = 4
_MOMENTS = 3  # of an open shutter
# How thick limbs are, in sizes of the body (about half its height).
_THICK = {"thigh": 0.15, "shin": 0.115, "foot": 0.085, "upper": 0.105, "fore": 0.08, "hand": 0.075}


@dataclass(frozen=True)
class Dress:
    """How a person and the wall behind look; colours are RGB, 0..255."""

    skin: tuple[int, ...]
    shirt: tuple[int, ...]
    trousers: tuple[int, ...]
    hair: tuple[int, ...]
    shoes: tuple[int, ...]
    has_sleeves: bool
    stout: float
    wall: np.ndarray

    @classmethod
    def drawn(cls, rng: np.random.Generator, width: int) -> "Dress":
        """Draw clothes, hair and a wall `width` pixels wide."""
        light = rng.uniform(0.35, 1.05)
        skin = tuple(int(each) for each in np.array([236, 190, 160]) * light * rng.uniform(0.92, 1.05, 3) // 1)
        shirt, trousers, shoes = (tuple(int(each) for each in rng.integers(15, 230, 3)) for _ in range(3))
        hair = tuple(int(each) for each in np.array([rng.uniform(20, 190)]) * (1, 0.82, 0.6))
        return cls(skin, shirt, trousers, hair, shoes, bool(rng.uniform() < 0.6), rng.uniform(0.8, 1.3),
                   _wall(rng, width))  # fmt: skip


def film(rng: np.random.Generator, places: np.ndarray, depth: np.ndarray, moments: np.ndarray, aspect: float):
    """Paint pictures, uint8 [360, width, 3], of `places`, [t, 33, 2] in picture heights, at every one of `moments`."""
    width = round(HEIGHT * aspect)
    dress = Dress.drawn(rng, width)
    size = float(np.median([skeletons.size(each) for each in places[moments]])) * HEIGHT
    open_for = float(np.median(np.diff(moments))) / 2
    for moment in moments:
        total = np.zeros((HEIGHT, width, 3), np.float32)
        for part in range(_MOMENTS):
            at = np.clip(moment + open_for * part / (_MOMENTS - 1), 0, len(places) - 1)
            low, share = int(at), at - int(at)
            high = min(low + 1, len(places) - 1)
            now, far = (each[low] * (1 - share) + each[high] * share for each in (places, depth))
            total += _painted(dress, now * HEIGHT, far, size)
        noise = cv2.resize(rng.normal(0, 5, (HEIGHT // 2, width // 2)).astype(np.float32), (width, HEIGHT))
        yield np.clip(total / _MOMENTS + noise[..., None], 0, 255).astype(np.uint8)


def _wall(rng: np.random.Generator, width: int) -> np.ndarray:
    coarse = rng.uniform(60, 210, 3) + rng.normal(0, rng.uniform(3, 35), (5, 8, 3))
    wall = cv2.resize(np.clip(coarse, 0, 255).astype(np.uint8), (width, HEIGHT), interpolation=cv2.INTER_CUBIC)
    for _ in range(int(rng.integers(0, 7))):
        corner, other = (rng.integers(0, (width, HEIGHT)).tolist() for _ in range(2))
        cv2.rectangle(wall, corner, other, rng.integers(20, 235, 3).tolist(), int(rng.choice([-1, 2, 6])))
    return wall


def _painted(dress: Dress, places: np.ndarray, depth: np.ndarray, size: float) -> np.ndarray:
    picture = dress.wall.copy()
    parts = [(depth[list(skeletons.HIPS + skeletons.SHOULDERS)].mean(), _trunk, ()),
             (depth[[skeletons.LEFT_EAR, skeletons.RIGHT_EAR]].mean() - 0.02, _head, ())]  # fmt: skip
    for number in range(len(SIDES)):
        hip, knee, ankle, toes, shoulder, elbow, wrist = (
            pair[number]
            for pair in (skeletons.HIPS, skeletons.KNEES, skeletons.ANKLES, skeletons.TOES, skeletons.SHOULDERS,
                         skeletons.ELBOWS, skeletons.WRISTS)
        )  # fmt: skip
        bare = dress.shirt if dress.has_sleeves else dress.skin
        for one, two, name, colour in (
            (hip, knee, "thigh", dress.trousers), (knee, ankle, "shin", dress.trousers),
            (ankle, toes, "foot", dress.shoes), (shoulder, elbow, "upper", dress.shirt), (elbow, wrist, "fore", bare),
        ):  # fmt: skip
            parts.append((depth[[one, two]].mean(), _limb, (places[one], places[two], name, colour)))
        tips = places[wrist] + (places[wrist] - places[elbow]) * 0.35
        parts.append((depth[wrist] - 0.03, _limb, (places[wrist], tips, "hand", dress.skin)))
    for _, paint, given in sorted(parts, key=lambda part: -part[0]):
        if paint is _limb:
            one, two, name, colour = given
            _limb(picture, one, two, _THICK[name] * size * dress.stout, colour)
        else:
            paint(picture, dress, places, depth, size)
    return picture


def _limb(picture: np.ndarray, one: np.ndarray, two: np.ndarray, thick: float, colour: tuple[int, ...]) -> None:
    dark = tuple(int(each * 0.72) for each in colour)
    aside = np.array([thick * 0.16, thick * 0.1])
    for shift, width, shade in ((0, thick, dark), (1, thick * 0.62, colour)):
        ends = [_fixed(place - shift * aside) for place in (one, two)]
        cv2.line(picture, *ends, shade, max(1, round(width)), cv2.LINE_AA, _SUBPIXEL)


def _trunk(picture: np.ndarray, dress: Dress, places: np.ndarray, depth: np.ndarray, size: float) -> None:
    left, right = (places[[skeletons.SHOULDERS[number], skeletons.HIPS[number]]] for number in range(2))
    for share in np.linspace(0, 1, 7):
        _limb(picture, *(pair[0] * (1 - share) + pair[1] * share for pair in (left, right)), 0.17 * size * dress.stout,
              dress.shirt if share < 0.95 else dress.trousers)  # fmt: skip
    neck = (left[0] + right[0]) / 2
    head = places[[skeletons.LEFT_EAR, skeletons.RIGHT_EAR]].mean(axis=0)
    _limb(picture, neck, head, 0.11 * size, dress.skin)


def _head(picture: np.ndarray, dress: Dress, places: np.ndarray, depth: np.ndarray, size: float) -> None:
    ears = places[[skeletons.LEFT_EAR, skeletons.RIGHT_EAR]]
    middle, neck = ears.mean(axis=0), places[list(skeletons.SHOULDERS)].mean(axis=0)
    up = (middle - neck) / max(np.linalg.norm(middle - neck), 1e-6)
    ahead, across = places[skeletons.NOSE] - middle, (ears[0] - ears[1]) / 2
    tilt = np.degrees(np.arctan2(up[0], -up[1]))
    _oval(picture, middle + up * 0.03 * size, 0.125 * size, 0.16 * size, tilt, dress.hair)
    if depth[skeletons.NOSE] > depth[[skeletons.LEFT_EAR, skeletons.RIGHT_EAR]].mean() + 0.03:
        return
    face = middle + ahead * 0.35 - up * 0.02 * size
    _oval(picture, face, 0.105 * size, 0.14 * size, tilt, dress.skin)
    dark = tuple(int(each * 0.35) for each in dress.skin)
    for side in (-1, 1):
        eye = face + ahead * 0.45 + across * 0.38 * side + up * 0.03 * size
        _oval(picture, eye, 0.022 * size, 0.012 * size, tilt, (235, 235, 230))
        _oval(picture, eye, 0.01 * size, 0.012 * size, tilt, dark)
        cv2.line(picture, *(_fixed(eye + up * 0.028 * size + across * step) for step in (-0.14, 0.14)), dress.hair,
                 max(1, round(0.012 * size)), cv2.LINE_AA, _SUBPIXEL)  # fmt: skip
    tip = face + ahead * 0.6 - up * 0.03 * size
    cv2.line(picture, _fixed(face + ahead * 0.45 + up * 0.02 * size), _fixed(tip), dark, 1, cv2.LINE_AA, _SUBPIXEL)
    mouth = face + ahead * 0.4 - up * 0.075 * size
    _oval(picture, mouth, 0.035 * size * min(1, np.linalg.norm(across) / (0.1 * size) + 0.2), 0.011 * size, tilt,
          (150, 60, 60))  # fmt: skip


def _oval(picture: np.ndarray, middle: np.ndarray, wide: float, high: float, tilt: float, colour: tuple) -> None:
    axes = (round(max(1, wide) * (1 << _SUBPIXEL)), round(max(1, high) * (1 << _SUBPIXEL)))
    cv2.ellipse(picture, _fixed(middle), axes, tilt, 0, 360, colour, -1, cv2.LINE_AA, _SUBPIXEL)


def _fixed(place: np.ndarray) -> tuple[int, int]:
    x, y = np.clip(np.round(place * (1 << _SUBPIXEL)), -30_000, 30_000)
    return int(x), int(y)
