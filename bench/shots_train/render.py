"""Render: moving shots at thumb size from photographs, cut-outs and film clips.

A shot is a background under a moving camera, with layers crossing it, light that changes, and what cameras and coders
add. Scenes of two to four shots share their background, as a dialogue or a jump cut does.

    python render.py --sources bank/sources.pkl --scenes 2500 --seed 1 --out bank/shots
"""

import argparse
import json
import pickle
from pathlib import Path

import cv2
import numpy as np

WIDTH, HEIGHT = 96, 54  # rendered at twice the thumb's size, then averaged down
THUMB = (48, 27)
MOVES = ("static", "hand", "pan", "zoom", "whip", "track", "run", "whip_out", "whip_in", "bump", "crash_zoom")
MOVE_ODDS = (0.24, 0.22, 0.13, 0.08, 0.06, 0.07, 0.04, 0.05, 0.05, 0.03, 0.03)


def smooth_noise(rng, n, speed):
    """Return n values of unit deviation that wander with about `speed` turns a picture."""
    knots = max(4, int(n * speed) + 4)
    values = rng.normal(size=knots)
    return cv2.resize(values.reshape(1, -1), (n, 1), interpolation=cv2.INTER_CUBIC)[0]


def ease(x):
    """Return a smooth step from 0 to 1."""
    x = np.clip(x, 0, 1)
    return x * x * (3 - 2 * x)


def camera(rng, n, move):
    """Return x, y (widths of the picture), zoom and turn of the camera for each of n pictures."""
    x, y, turn = np.zeros(n), np.zeros(n), np.zeros(n)
    zoom = np.ones(n)
    steps = np.arange(n)
    shake = rng.choice([0, 0.0015, 0.004, 0.01]) if move in ("static", "pan", "zoom", "track") else 0.006
    if move == "hand":
        shake = np.exp(rng.uniform(np.log(0.003), np.log(0.04)))
    if move == "run":
        shake = rng.uniform(0.04, 0.12)
    if shake:
        speed = rng.uniform(0.03, 0.12) if move != "run" else rng.uniform(0.1, 0.3)
        x += shake * smooth_noise(rng, n, speed)
        y += shake * smooth_noise(rng, n, speed)
        turn += shake * 0.5 * smooth_noise(rng, n, speed)
    angle = rng.uniform(0, 2 * np.pi) if rng.random() < 0.4 else rng.choice([0, np.pi])
    along = np.zeros(n)
    if move == "pan":
        begin, length = rng.integers(0, max(1, n // 2)), rng.integers(n // 3 + 4, 2 * n)
        along = rng.uniform(0.1, 1.2) * ease((steps - begin) / length)
    elif move == "track":
        along = np.exp(rng.uniform(np.log(0.004), np.log(0.12))) * steps
    elif move == "whip":
        begin, length = rng.integers(0, max(1, n - 6)), rng.integers(3, 16)
        along = rng.uniform(0.5, 3.5) * ease((steps - begin) / length)
    elif move == "whip_out":
        length = rng.integers(3, 14)
        along = rng.uniform(0.4, 3.0) * np.clip((steps - (n - length)) / length, 0, 1) ** 1.7
    elif move == "whip_in":
        length = rng.integers(3, 14)
        along = -rng.uniform(0.4, 3.0) * np.clip((length - steps) / length, 0, 1) ** 1.7
    elif move == "zoom":
        zoom = np.exp(
            rng.uniform(-0.6, 0.6) * ease((steps - rng.integers(0, n // 2)) / rng.integers(n // 3 + 4, 2 * n))
        )
    elif move == "crash_zoom":
        zoom = np.exp(rng.choice([-1, 1]) * rng.uniform(0.3, 1.0) * ease((steps - n // 2) / rng.integers(3, 14)))
    elif move == "bump":
        for _ in range(rng.integers(1, 4)):
            at = rng.integers(0, n)
            fall = np.where(steps >= at, np.exp(-(steps - at) / rng.uniform(1, 4)) * np.cos((steps - at) * 1.8), 0)
            y += rng.uniform(0.03, 0.2) * fall
            x += rng.uniform(-0.1, 0.1) * fall
    return x + along * np.cos(angle), y + 0.6 * along * np.sin(angle), zoom, turn


class Background:
    """A picture, a film clip or a plain field that a camera can look at."""

    def __init__(self, rng, bank, kind=None):
        kind = kind or rng.choice(["photo", "clip", "plain", "pattern"], p=[0.66, 0.22, 0.05, 0.07])
        self.clip, self.picture, self.smaller = None, None, {}
        if kind == "clip":
            self.clip = bank["clips"][rng.choice(len(bank["clips"]), p=bank["clip_odds"])]
            self.span = rng.uniform(0.35, 1.0)
        elif kind == "photo":
            self.picture = bank["photos"][rng.integers(len(bank["photos"]))]
            self.span = np.exp(rng.uniform(np.log(0.2), np.log(0.95)))
        elif kind == "plain":
            self.picture = np.full((60, 100, 3), rng.choice([0, 0, 255, 128]), np.uint8)
            if rng.random() < 0.6:
                self.picture[:] = rng.integers(0, 256, 3)
            self.span = 0.8
        else:
            self.picture = pattern(rng)
            self.span = rng.uniform(0.3, 0.9)
        self.centre = rng.uniform(0.25, 0.75, 2)
        self.flip = rng.random() < 0.5

    def halved(self, picture):
        """Return a picture at half its size; a photograph is halved once only."""
        if self.clip is not None:
            return cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        key = picture.shape[1]
        if key not in self.smaller:
            self.smaller[key] = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
        return self.smaller[key]

    def source(self, step):
        """Return the picture that lies before the camera at a step."""
        if self.clip is None:
            return self.picture
        length = len(self.clip)
        turned = int(step) % (2 * length - 2)
        return self.clip[turned if turned < length else 2 * length - 2 - turned]


def pattern(rng):
    """Return a made texture: waves, clouds, blocks, stripes."""
    small = rng.integers(0, 256, (rng.integers(2, 14), rng.integers(2, 18), 3)).astype(np.uint8)
    how = rng.choice([cv2.INTER_NEAREST, cv2.INTER_CUBIC])
    texture = cv2.resize(small, (240, 135), interpolation=int(how)).astype(np.float32)
    rows, columns = np.mgrid[0:135, 0:240]
    wave = np.sin(columns * rng.uniform(0, 0.5) + rows * rng.uniform(0, 0.5)) * rng.uniform(0, 60)
    return np.clip(texture + wave[:, :, None], 0, 255).astype(np.uint8)


def look(background, step, x, y, zoom, turn):
    """Return the background seen by the camera, float32 [54, 96, 3]."""
    source = background.source(step)
    height, width = source.shape[:2]
    while min(background.span * width, background.span * height * 16 / 9) / zoom / WIDTH > 1.5:
        source = background.halved(source)
        height, width = source.shape[:2]
    seen = min(background.span * width, background.span * height * 16 / 9) / zoom
    scale = seen / WIDTH
    cosine, sine = np.cos(turn) * scale, np.sin(turn) * scale
    cx, cy = background.centre[0] * width + x * seen, background.centre[1] * height + y * seen
    matrix = np.array(
        [
            [cosine, -sine, cx - cosine * WIDTH / 2 + sine * HEIGHT / 2],
            [sine, cosine, cy - sine * WIDTH / 2 - cosine * HEIGHT / 2],
        ]
    )
    seen_picture = cv2.warpAffine(
        source,
        matrix,
        (WIDTH, HEIGHT),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_REFLECT_101,
    )
    return seen_picture[:, ::-1] if background.flip else seen_picture


class Layer:
    """A cut-out that moves over the picture: a walker, a car, a hand before the lens."""

    def __init__(self, rng, bank, n):
        if rng.random() < 0.6:
            self.sprite = bank["cutouts"][rng.integers(len(bank["cutouts"]))].astype(np.float32)
        else:
            self.sprite = blob(rng, bank)
        nearing = rng.normal() * 0.02 if rng.random() < 0.4 else 0.0  # walks towards the camera, or away
        self.sizes = np.exp(rng.uniform(np.log(0.12), np.log(2.5)) + nearing * (np.arange(n) - n / 2)).clip(0.05, 6)
        start = rng.uniform(-0.2, 1.2, 2)
        speed = np.exp(rng.uniform(np.log(0.001), np.log(0.15))) * rng.choice([-1, 1])
        if rng.random() < 0.3:
            speed = 0.0
        begin = rng.integers(-n // 2, n)
        steps = np.arange(n)
        self.x = (
            start[0] + speed * (steps - begin * (abs(speed) > 0.03)) + rng.uniform(0, 0.03) * smooth_noise(rng, n, 0.08)
        )
        self.y = np.clip(start[1], 0.3, 1.1) + rng.uniform(0, 0.03) * np.abs(np.sin(steps * rng.uniform(0.1, 0.6)))
        self.y = self.y + rng.uniform(0, 0.02) * smooth_noise(rng, n, 0.15)
        self.turn = rng.choice([0, 0.05, 0.2]) * smooth_noise(rng, n, rng.uniform(0.02, 0.2))
        self.depth = rng.uniform(0.0, 1.8)

    def paint(self, canvas, i, x, y, zoom):
        """Lay the cut-out over the canvas at picture i."""
        height, width = self.sprite.shape[:2]
        scale = self.sizes[i] * HEIGHT / height * zoom
        cosine, sine = np.cos(self.turn[i]) * scale, np.sin(self.turn[i]) * scale
        cx = (self.x[i] - x * self.depth - 0.5) * WIDTH * zoom + WIDTH / 2
        cy = (self.y[i] - y * self.depth - 0.5) * HEIGHT * zoom + HEIGHT / 2
        if abs(cx - WIDTH / 2) > WIDTH / 2 + scale * width or abs(cy - HEIGHT / 2) > HEIGHT / 2 + scale * height:
            return canvas
        matrix = np.array(
            [
                [cosine, -sine, cx - cosine * width / 2 + sine * height / 2],
                [sine, cosine, cy - sine * width / 2 - cosine * height / 2],
            ]
        )
        sprite = cv2.warpAffine(self.sprite, matrix, (WIDTH, HEIGHT), flags=cv2.INTER_LINEAR)
        alpha = sprite[:, :, 3:] / 255
        return canvas * (1 - alpha) + sprite[:, :, :3] * alpha


def blob(rng, bank):
    """Return a soft-edged blob filled with a piece of a photograph, float32 [h, w, 4]."""
    photo = bank["photos"][rng.integers(len(bank["photos"]))]
    top, left = rng.integers(0, photo.shape[0] - 48), rng.integers(0, photo.shape[1] - 48)
    piece = photo[top : top + 48, left : left + 48].astype(np.float32)
    angles = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    radii = 19 * (1 + 0.35 * rng.normal(size=24).clip(-1.5, 1.5) * rng.random())
    points = np.stack([24 + radii * np.cos(angles), 24 + radii * rng.uniform(0.6, 1.2) * np.sin(angles)], 1)
    mask = np.zeros(piece.shape[:2], np.uint8)
    cv2.fillPoly(mask, [points.astype(np.int32)], 255)
    return np.dstack([piece * rng.uniform(0.4, 1.2), cv2.GaussianBlur(mask, (5, 5), 0).astype(np.float32)])


def wobble(rng, n):
    """Return a function that bends picture i, as cloth, water, faces and crowds do."""
    power = np.float32(np.exp(rng.uniform(np.log(0.4), np.log(5))))
    fields = [
        cv2.resize(
            rng.normal(size=(rng.integers(2, 6), rng.integers(3, 8), 2)).astype(np.float32),
            (WIDTH, HEIGHT),
            interpolation=cv2.INTER_CUBIC,
        )
        for _ in range(3)
    ]
    paces = [smooth_noise(rng, n, rng.uniform(0.02, 0.15)) for _ in range(3)]
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH].astype(np.float32)

    def bend(canvas, i):
        field = sum(f * np.float32(p[i]) for f, p in zip(fields, paces, strict=True)) * power
        return cv2.remap(
            canvas, columns + field[:, :, 0], rows + field[:, :, 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REFLECT_101
        )

    return bend


def weather(rng, n):
    """Return a function that lays rain, snow, sparks or smoke over picture i."""
    count = rng.integers(8, 90)
    at = rng.uniform(0, 1, (count, 2)) * (WIDTH, HEIGHT)
    speed = rng.normal(size=2) * rng.choice([0.3, 2, 8])
    light, size = rng.uniform(60, 255), rng.integers(0, 3)
    own = rng.normal(size=(count, 2)) * 0.5

    def lay(canvas, i):
        points = (at + (speed + own) * i) % (WIDTH, HEIGHT)
        for px, py in points.astype(int).tolist():
            canvas[py : py + 1 + size, px : px + 1 + size] = (
                canvas[py : py + 1 + size, px : px + 1 + size] * 0.4 + light * 0.6
            )
        return canvas

    return lay


def explosion(rng, n):
    """Return a function that lays a growing, fading ball of fire over picture i."""
    begin, grow, fade = rng.integers(0, n), rng.uniform(1, 6), rng.uniform(5, 25)
    cx, cy, radius = rng.uniform(0, WIDTH), rng.uniform(0, HEIGHT), rng.uniform(10, 90)
    colour = np.array([255, rng.uniform(120, 255), rng.uniform(20, 255)], np.float32)
    rows, columns = np.mgrid[0:HEIGHT, 0:WIDTH]
    distance = np.hypot(columns - cx, rows - cy)
    ragged = cv2.resize(rng.normal(size=(5, 8)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC) * radius * 0.25

    def lay(canvas, i):
        age = i - begin
        if age < 0:
            return canvas
        power = min(1, (age + 1) / grow) * np.exp(-max(0, age - grow) / fade)
        if power < 0.03:
            return canvas
        soft = np.clip((radius * min(1, (age + 1) / grow) - distance + ragged) / 8, 0, 1) * power
        return canvas + (colour - canvas) * soft[:, :, None].astype(np.float32)

    return lay


def make_shot(rng, bank, background, n, move):
    """Render one shot, uint8 [n, 27, 48, 3]."""
    x, y, zoom, turn = camera(rng, n, move)
    pace = rng.choice([1, 1, 1, 2, 0.5]) if background.clip is not None else 1
    begin = rng.integers(0, len(background.clip)) if background.clip is not None else 0
    layers = [Layer(rng, bank, n) for _ in range(rng.choice([0, 1, 2, 3, 5], p=[0.34, 0.28, 0.2, 0.12, 0.06]))]
    effects = [make(rng, n) for make, odds in ((weather, 0.06), (explosion, 0.1)) if rng.random() < odds]
    bend = wobble(rng, n) if rng.random() < 0.3 else None
    light = 1 + rng.choice([0, 0, 0.05, 0.15, 0.3]) * smooth_noise(rng, n, rng.choice([0.02, 0.1, 0.5, 1.0]))
    shutter = rng.uniform(0.3, 1.0)
    frames = np.empty((n, 27, 48, 3), np.uint8)
    for i in range(n):
        near = max(i, 1)
        dx, dy = x[near] - x[near - 1], y[near] - y[near - 1]
        blur = 1 + min(10, int((abs(dx) + abs(dy)) * shutter / 0.03))
        canvas = np.zeros((HEIGHT, WIDTH, 3), np.float32)
        for part in np.linspace(-shutter, 0, blur) if blur > 1 else (0.0,):
            px, py = x[i] + part * dx, y[i] + part * dy
            view = look(background, begin + pace * i, px, py, zoom[i], turn[i]).astype(np.float32)
            for layer in layers:
                view = layer.paint(view, i, px, py, zoom[i])
            canvas += view / blur
        for effect in effects:
            canvas = effect(canvas, i)
        if bend is not None:
            canvas = bend(canvas, i)
        frames[i] = cv2.resize(np.clip(canvas * light[i], 0, 255), THUMB, interpolation=cv2.INTER_AREA)
    return frames


def render(bank, scenes, seed, out):
    """Render scenes into one array and its list of shots (first, last, scene, move)."""
    rng = np.random.default_rng(seed)
    weights = np.sqrt([min(len(c), 120) for c in bank["clips"]])
    bank["clip_odds"] = weights / weights.sum()
    shots, arrays, total = [], [], 0
    for scene in range(scenes):
        background = Background(rng, bank)
        for _ in range(rng.choice([1, 2, 3], p=[0.55, 0.3, 0.15])):
            n = int(rng.integers(40, 150))
            move = str(rng.choice(MOVES, p=MOVE_ODDS))
            arrays.append(make_shot(rng, bank, background, n, move))
            shots.append((total, total + n, scene, move))
            total += n
            background.centre = np.clip(background.centre + rng.normal(size=2) * rng.choice([0.03, 0.15]), 0, 1)
            background.span = float(np.clip(background.span * np.exp(rng.normal() * rng.choice([0.1, 0.5])), 0.12, 1.0))
    np.save(f"{out}.npy", np.concatenate(arrays))
    Path(f"{out}.json").write_text(json.dumps(shots))
    print(f"{len(shots)} shots, {total} pictures")


def part_of(path, part):
    """Return the sources from:to of their list, as fractions of it after it was shuffled."""
    with open(path, "rb") as file:
        bank = pickle.load(file)
    low, high = (float(x) for x in part.split(":"))
    for name in ("photos", "cutouts", "clips"):
        order = np.random.default_rng(0).permutation(len(bank[name]))
        chosen = order[int(low * len(order)) : int(high * len(order))]
        bank[name] = [bank[name][i] for i in chosen]
    return bank


def main():
    """Read the sources and render."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sources", required=True)
    parser.add_argument("--scenes", type=int, default=2500)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--part", default="0:1", help="use sources from:to of their list, as fractions")
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    bank = part_of(given.sources, given.part)
    cv2.setNumThreads(1)
    render(bank, given.scenes, given.seed, given.out)


if __name__ == "__main__":
    main()
