"""Views: a figure as a camera and a net of points would see it.

The camera stands somewhere, pans and shakes; the picture's edge cuts the figure off; a table or another person hides
part of it. Then the points are spoiled as a net spoils them: a tremble, a slow drift, a limb taken for the other, and
wild guesses, little visible, for what cannot be seen.
"""

from dataclasses import dataclass

import numpy as np
from motions import RATE, noise

from kinoeye.signals import skeletons

RATES = (8, 10, 12.5, 15, 24, 25, 30, 50, 60)
_TWINS = np.array([[skeletons.LEFT_EAR, skeletons.RIGHT_EAR], skeletons.SHOULDERS, skeletons.ELBOWS, skeletons.WRISTS,
                   skeletons.HIPS, skeletons.KNEES, skeletons.ANKLES, skeletons.TOES])  # fmt: skip
_LEGS = [*skeletons.KNEES, *skeletons.ANKLES, *skeletons.TOES]


@dataclass(frozen=True)
class View:
    """What a net of points says of a movement.

    Parameters
    ----------
    times : float [n], seconds
    points : float32 [n, 33, 4]
        In picture heights.
    moments : int [n]
        Of the movement.
    """

    times: np.ndarray
    points: np.ndarray
    moments: np.ndarray


def seen(rng: np.random.Generator, places: np.ndarray, style: float, rate: float | None = None) -> View:
    """Look at a figure's places, [t, 33, 3], with a random camera and a random picture rate."""
    flat, depth = _flat(rng, places)
    moments = _moments(rng, len(places), rate)
    flat, depth = flat[moments], depth[moments]
    times = moments / RATE
    framed, shown, _ = _framed(rng, flat)
    points = np.zeros((len(moments), 33, 4), np.float32)
    points[..., :2], points[..., 2] = framed, depth
    points[..., 3] = _visible(rng, framed, shown)
    _spoil(rng, points, times, style)
    return View(times, points, moments)


def filmed(rng: np.random.Generator, places: np.ndarray, rate: float | None = None):
    """Look at a figure as `seen` does, but unspoiled.

    Returns
    -------
    places : float [t, 33, 2], picture heights
        At every moment, so that a shutter can stand open.
    depth : float [t, 33]
    moments : int [n]
        At which there is a picture.
    aspect : float
    """
    flat, depth = _flat(rng, places)
    moments = _moments(rng, len(places), rate)
    framed, _, aspect = _framed(rng, flat)
    return framed, depth, moments, aspect


def _moments(rng: np.random.Generator, count: int, rate: float | None) -> np.ndarray:
    step = RATE / (rate or float(rng.choice(RATES)))
    return np.unique(np.round(np.arange(rng.uniform(0, step), count - 1, step)).astype(int))


def _flat(rng: np.random.Generator, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Project into the picture: x, y in metres at the figure's distance, and depth."""
    count = len(places)
    middle = places.mean(axis=(0, 1))
    away, up = rng.uniform(2.2, 9), np.radians(rng.uniform(-8, 28))
    moved = places - middle
    cos, sin = np.cos(up), np.sin(up)
    across, height = moved[..., 0], moved[..., 1] * cos - moved[..., 2] * sin
    near = np.minimum(moved[..., 1] * sin + moved[..., 2] * cos, away - 0.8)
    scale = away / (away - near)
    flat = np.stack([across * scale, -height * scale], -1)
    roll = np.radians(rng.normal(0, 3))
    flat = flat @ np.array([[np.cos(roll), np.sin(roll)], [-np.sin(roll), np.cos(roll)]])
    if rng.uniform() < 0.7:  # the camera follows, or pans past
        follow = rng.uniform(0.3, 1)
        flat -= follow * (flat.mean(axis=1) - flat.mean(axis=(0, 1)))[:, None]
    shake = rng.choice([0, 0.004, 0.02])
    flat += np.stack([noise(rng, count, 3, shake), noise(rng, count, 3, shake)], -1)[:, None]
    return flat, -(near - near[:, list(skeletons.HIPS)].mean(axis=1, keepdims=True))


def _framed(rng: np.random.Generator, flat: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
    """Choose what the picture shows: all, or cut at knees, hips or chest; return places in picture heights."""
    lowest, highest = np.percentile(flat[..., 1].max(axis=1), 80), flat[..., 1].min()
    tall = max(lowest - highest, 0.3)
    share = rng.choice([1.0, 0.75, 0.55, 0.4], p=[0.6, 0.15, 0.15, 0.1])
    room = rng.uniform(1.05, 1.4) if share < 1 else rng.uniform(1.1, 4)
    height = tall * share * room
    top = highest - tall * share * rng.uniform(0.02, 0.1) - (height - tall * share) * (share == 1) * rng.uniform(0, 1)
    width = height * rng.choice([4 / 3, 16 / 9, 2.39])
    left = np.median(flat[..., 0]) - width * rng.uniform(0.25, 0.75)
    framed = (flat - (left, top)) / height
    inside = (framed[..., 1] < 1) & (framed[..., 1] > 0) & (framed[..., 0] > 0) & (framed[..., 0] < width / height)
    if rng.uniform() < 0.12:  # a table, a counter, the row in front
        inside[:, _LEGS] = False
        if rng.uniform() < 0.5:
            inside[:, list(skeletons.HIPS)] = False
    return framed, inside, float(width / height)


def _visible(rng: np.random.Generator, framed: np.ndarray, shown: np.ndarray) -> np.ndarray:
    count = len(framed)
    sure = np.clip(rng.beta(8, 1, (1, 33)) + rng.normal(0, 0.05, (count, 33)), 0, 1)
    hidden = np.clip(rng.beta(1, 6, (1, 33)) + rng.normal(0, 0.05, (count, 33)), 0, 1)
    if rng.uniform() < 0.25:  # a limb that is lost for a while
        begin, limb = rng.integers(count), rng.choice(len(_TWINS))
        shown[begin : begin + rng.integers(2, count), _TWINS[limb, rng.integers(2)]] = False
    return np.where(shown, sure, hidden)


def _spoil(rng: np.random.Generator, points: np.ndarray, times: np.ndarray, style: float) -> None:
    count = len(points)
    size = np.median([skeletons.size(each) for each in points[:: max(1, count // 8)]])
    tremble = size * rng.choice([0.006, 0.015, 0.03]) * (1 + 0.4 * style)
    points[..., :2] += rng.normal(0, tremble, (count, 33, 2))
    drift = np.sin(times[:, None, None] * rng.uniform(0.5, 4, (1, 33, 2)) + rng.uniform(0, 6, (1, 33, 2)))
    points[..., :2] += drift * rng.normal(0, 0.03, (1, 33, 2)) * size
    hidden = points[..., 3] < 0.5
    wild = rng.normal(0, 0.12, (1, 33, 2)) + rng.normal(0, 0.04, (count, 33, 2))
    points[..., :2] += np.where(hidden[..., None], wild * size, 0)
    if rng.uniform() < 0.15:  # left and right change places
        begin = rng.integers(count)
        part = _TWINS[rng.integers(4, len(_TWINS)) :] if rng.uniform() < 0.6 else _TWINS
        moments = slice(begin, begin + int(rng.integers(1, 12)))
        points[moments, part[:, 0]], points[moments, part[:, 1]] = (
            points[moments, part[:, 1]].copy(),
            points[moments, part[:, 0]].copy(),
        )
