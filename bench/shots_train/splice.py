"""Splice: join two shots by a dissolve, a fade, a wipe or a slide, at any picture size.

Every function takes the end of the old shot and the beginning of the new one, uint8 [k, height, width, 3] each, and
returns the k pictures that stand in their place.
"""

import numpy as np

WIPES = ("line", "circle", "box", "diamond", "clock", "doors", "blinds", "blocks", "clouds")
SLIDES = ("push", "cover", "uncover")


def progress(rng, k):
    """Return how far the transition has come at each picture, strictly between 0 and 1."""
    steps = (np.arange(k) + 1) / (k + 1)
    return steps if rng.random() < 0.7 else steps * steps * (3 - 2 * steps)


def mixed(old, new, alpha):
    """Return the mixture of both; alpha [k, h or 1, w or 1]."""
    alpha = np.asarray(alpha, np.float32)[..., None]
    old = old.astype(np.float32)
    old += (new.astype(np.float32) - old) * alpha
    return np.clip(old + 0.5, 0, 255).astype(np.uint8)


def dissolve(rng, old, new):
    """Mix one into the other."""
    return mixed(old, new, progress(rng, len(old))[:, None, None])


def fade(rng, old, new, colour=None):
    """Fade the old shot to a colour, hold it, and the new one from it; sometimes one half is a cut."""
    k = len(old)
    if colour is None:
        colour = (
            [0, 0, 0] if rng.random() < 0.75 else [255, 255, 255] if rng.random() < 0.7 else rng.integers(0, 256, 3)
        )
    field = np.broadcast_to(np.asarray(colour, np.uint8), old.shape)
    shape = rng.random()
    hold = int(rng.uniform(0, 0.3) * k) if rng.random() < 0.5 else 0
    out = (
        k - hold
        if shape < 0.15
        else 0
        if shape < 0.3
        else int(np.clip(rng.uniform(0.3, 0.7) * (k - hold), 1, k - hold))
    )
    into = k - hold - out
    first = mixed(old[:out], field[:out], progress(rng, out)[:, None, None]) if out else field[:0]
    last = mixed(field[:into], new[k - into :], progress(rng, into)[:, None, None]) if into else field[:0]
    return np.concatenate([first, field[:hold], last])


def wipe(rng, old, new, pattern=None):
    """Uncover the new shot along a moving edge, hard or soft."""
    k, height, width = old.shape[:3]
    order = edge(
        rng, height, width, pattern or str(rng.choice(WIPES, p=[0.46, 0.12, 0.07, 0.05, 0.08, 0.08, 0.06, 0.04, 0.04]))
    )
    if rng.random() < 0.5:
        order = 1 - order
    soft = 0.02 if rng.random() < 0.5 else rng.uniform(0.03, 0.5)
    steps = progress(rng, k)[:, None, None] * (1 + soft)
    return mixed(old, new, np.clip((steps - order[None]) / soft, 0, 1))


def edge(rng, height, width, pattern):
    """Return when each pixel is reached by the edge, float [height, width], 0..1."""
    rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
    y, x = (rows + 0.5) / height - 0.5, ((columns + 0.5) / width - 0.5) * 16 / 9
    if pattern == "line":
        angle = rng.choice([0, 0.5, 1, 1.5]) * np.pi if rng.random() < 0.6 else rng.uniform(0, 2 * np.pi)
        order = x * np.cos(angle) + y * np.sin(angle)
    elif pattern == "circle":
        order = np.hypot(x - rng.uniform(-0.2, 0.2), y - rng.uniform(-0.1, 0.1))
    elif pattern == "box":
        order = np.maximum(np.abs(x) * 9 / 16, np.abs(y))
    elif pattern == "diamond":
        order = np.abs(x) + np.abs(y)
    elif pattern == "clock":
        order = np.mod(np.arctan2(y, x) / (2 * np.pi) + rng.choice([0, 0.25, 0.5]), 1)
    elif pattern == "doors":
        order = np.abs(x) if rng.random() < 0.6 else np.abs(y)
    elif pattern == "blinds":
        order = np.mod((x if rng.random() < 0.5 else y) * rng.integers(3, 8), 1)
    elif pattern == "blocks":
        cells = rng.random((rng.integers(4, 9), rng.integers(6, 14)))
        order = cells[(rows * len(cells) / height).astype(int), (columns * cells.shape[1] / width).astype(int)]
    else:
        waves = [np.sin(x * rng.normal() * 5 + y * rng.normal() * 5 + rng.uniform(0, 6)) for _ in range(5)]
        order = sum(waves)
    return (order - order.min()) / max(float(np.ptp(order)), 1e-6)


def slide(rng, old, new, how=None):
    """Move the new shot in: pushing the old one out, over it, or drawing the old one away."""
    k, height, width = old.shape[:3]
    how = how or str(rng.choice(SLIDES))
    axis, forward = (2, width) if rng.random() < 0.7 else (1, height), rng.random() < 0.5
    axis, length = axis
    result = np.empty_like(old)
    for i, part in enumerate(progress(rng, k)):
        shift = round(part * length)
        a, b = (old[i], new[i]) if forward else (np.flip(old[i], axis - 1), np.flip(new[i], axis - 1))
        a, b = np.moveaxis(a, axis - 1, 0), np.moveaxis(b, axis - 1, 0)
        left = a[shift:] if how in ("push", "uncover") else a[: length - shift]
        right = b[:shift] if how in ("push", "cover") else b[length - shift :]
        joined = np.moveaxis(np.concatenate([left, right]), 0, axis - 1)
        result[i] = joined if forward else np.flip(joined, axis - 1)
    return result


def flash(rng, frames, at, length):
    """Light up `length` pictures from `at` on, in place, as guns, lightning and photographers do."""
    power = rng.uniform(0.35, 1.0)
    colour = np.array([255, rng.uniform(200, 255), rng.uniform(140, 255)], np.float32)
    how = rng.random()
    height, width = frames.shape[1:3]
    rows, columns = np.mgrid[0:height, 0:width]
    distance = np.hypot((columns / width - rng.random()) * 16 / 9, rows / height - rng.random())
    spot = np.exp(-((distance / rng.uniform(0.3, 1.2)) ** 2))[:, :, None] if how < 0.5 else 1.0
    falling = rng.random() < 0.6
    for i in range(at, min(len(frames), at + length)):
        strength = power * (1 - 0.75 * (i - at) / length if falling else 1.0)
        picture = frames[i].astype(np.float32)
        lit = picture * (1 + 3 * strength * spot) if how > 0.75 else picture + (colour - picture) * strength * spot
        frames[i] = np.clip(lit, 0, 255).astype(np.uint8)
