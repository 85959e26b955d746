"""Windows: endless training sequences with their truth, spliced from rendered shots and spoiled as films are.

Per picture the truth says which shot it belongs to and whether it lies inside a dissolve, a fade or a wipe. Both stay
right under whatever is done to time (reversal, pulldown), because the cuts are read off them at the end.
"""

import json
from pathlib import Path

import cv2
import numpy as np
from splice import dissolve, fade, flash, slide, wipe

KINDS = ("none", "dissolve", "fade", "wipe")
JOIN_ODDS = {"cut": 0.6, "dissolve": 0.16, "fade": 0.1, "wipe": 0.09, "slide": 0.05}


class Bank:
    """Rendered shots of one or more files (comma between), and which of them share a scene."""

    def __init__(self, paths):
        self.pictures, self.shots, self.scenes = [], [], {}
        for part, path in enumerate(paths.split(",")):
            self.pictures.append(np.load(f"{path}.npy", mmap_mode="r"))
            for first, last, scene, move in json.loads(Path(f"{path}.json").read_text()):
                self.scenes.setdefault((part, scene), []).append(len(self.shots))
                self.shots.append((first, last, (part, scene), move))

    def piece(self, rng, number, n, side):
        """Return n pictures of a shot; a whip pan at its end or beginning stays at the cut."""
        first, last, scene, move = self.shots[number]
        whole = self.pictures[scene[0]][first:last]
        length = len(whole)
        order = np.arange(n)
        if move == "whip_in" or (move == "whip_out" and side == "end"):
            start = 0 if move == "whip_in" else max(0, length - n)
        else:
            start = rng.integers(0, max(1, length - n))
        order = (order + start) % (2 * length - 2) if n > length else order + start
        order = np.where(order < length, order, 2 * length - 2 - order)
        return np.array(whole[order])


def grade(rng, frames):
    """Change brightness, contrast, saturation and tint of a piece."""
    table = np.arange(256, dtype=np.float32) / 255
    gamma = np.exp(rng.normal() * 0.3)
    gain = rng.uniform(0.7, 1.2) if rng.random() < 0.8 else rng.uniform(0.12, 0.6)
    lift = rng.choice([0, 0, 0.04, 0.1])
    tables = [
        np.clip((lift + (1 - lift) * table**gamma * gain * np.exp(rng.normal() * 0.06)) * 255, 0, 255) for _ in range(3)
    ]
    result = np.empty_like(frames)
    for channel in range(3):
        result[..., channel] = tables[channel].astype(np.uint8)[frames[..., channel]]
    return result


def joined(rng, bank, total, calm):
    """Return pictures, shot number and kind per picture of a sequence of at least `total` pictures."""
    pictures, numbers, kinds = [], [], []
    shown, have, recent = 0, 0, []
    number = int(rng.integers(len(bank.shots)))
    pace = rng.choice([40, 90] if calm else [12, 25, 50, 90])
    graduals = rng.random() < (0.35 if calm else 0.75)
    tail = None
    while have < total:
        own = int(np.clip(rng.exponential(pace) + 4, 5, 140))
        names, odds = list(JOIN_ODDS), list(JOIN_ODDS.values())
        join = str(rng.choice(names, p=odds)) if graduals else "cut"
        k = 0 if join == "cut" else int(np.exp(rng.uniform(np.log(3), np.log(100))))
        if join in ("wipe", "slide"):
            k = int(np.exp(rng.uniform(np.log(4), np.log(50))))
        head = 0 if tail is None else len(tail[1])
        piece = bank.piece(rng, number, head + own + k, "end" if join == "cut" else "begin")
        if rng.random() < 0.5:
            piece = grade(rng, piece)
        if rng.random() < 0.3:
            piece = piece[:, :, ::-1]
        if tail is not None and head:
            name, old = tail
            pictures.append(
                {"dissolve": dissolve, "fade": fade, "wipe": wipe, "slide": slide}[name](rng, old, piece[:head])
            )
            numbers += [shown - 1] * (head // 2) + [shown] * (head - head // 2)
            kinds += [{"dissolve": 1, "fade": 2, "wipe": 3, "slide": 3}[name]] * head
        pictures.append(piece[head : head + own])
        numbers += [shown] * own
        kinds += [0] * own
        have += head + own
        tail = (join, piece[head + own :])
        shown += 1
        recent = [*recent[-2:], number]
        number = following(rng, bank, number, recent)
    return np.concatenate(pictures), np.array(numbers), np.array(kinds)


def following(rng, bank, number, recent):
    """Choose the next shot: any, one of the same scene, or back to the one before."""
    chance = rng.random()
    family = bank.scenes[bank.shots[number][2]]
    if chance < 0.22 and len(family) > 1:
        return int(rng.choice([other for other in family if other != number]))
    if chance < 0.32 and len(recent) > 1:
        return recent[-2] if recent[-2] != number else int(rng.integers(len(bank.shots)))
    return int(rng.integers(len(bank.shots)))


def time_map(rng, n):
    """Return which picture is shown when: reversed, on twos, pulled down, dropped, frozen for a moment."""
    order = np.arange(n)
    chance = rng.random()
    if chance < 0.06:
        order = np.repeat(order, 2)[:n]
    elif chance < 0.12:
        order = np.arange(n) * 4 // 5
    elif chance < 0.15:
        order = np.sort(rng.integers(0, n, n))
    elif chance < 0.2:
        at = int(rng.integers(0, n))
        order = np.where((order >= at) & (order < at + rng.integers(2, 30)), at, order)
    return order[::-1] if rng.random() < 0.5 else order


def letters(rng, frames, first, last, title):
    """Lay a subtitle, a title or a panel with text over some pictures, in place."""
    rows = int(rng.integers(1, 3)) if not title else int(rng.integers(2, 14))
    top = int(rng.integers(20, 26 - rows)) if not title else int(rng.integers(1, 26 - rows))
    width = int(rng.integers(10, 40)) if not title else int(rng.integers(6, 46))
    left = (48 - width) // 2 if rng.random() < 0.7 else int(rng.integers(0, 48 - width))
    ink = rng.random((rows, width, 1)) * rng.uniform(0.4, 1.0)
    if title and rng.random() < 0.4:
        ink = np.maximum(ink * 0.3, rng.uniform(0.4, 1.0))
    colour = np.array([255, 255, rng.choice([255, 60])]) if rng.random() < 0.75 else rng.integers(0, 256, 3)
    fade_length = rng.choice([0, 0, 6, 15, 30])
    slide_length = int(rng.choice([0, 0, 0, 8, 20]))
    for i in range(max(0, first), min(len(frames), last)):
        alpha = ink * (min(1, (i - first + 1) / fade_length, (last - i) / fade_length) if fade_length else 1)
        at = max(0, left - (slide_length - (i - first)) * 2) if i - first < slide_length else left
        part = frames[i, top : top + rows, at : at + width]
        frames[i, top : top + rows, at : at + width] = part + (colour - part) * alpha


def spoil(rng, frames):
    """Do to a sequence, float32, what cameras, coders and broadcasters do; in place where possible."""
    n = len(frames)
    if rng.random() < 0.12:
        frames = np.repeat(frames.mean(axis=3, keepdims=True), 3, axis=3)
    if rng.random() < 0.25:
        frames = blurred(frames, rng.choice([0.4, 0.8]))
    for _ in range(rng.choice([0, 1, 3], p=[0.5, 0.25, 0.25])):
        at = int(rng.integers(0, n))
        letters(rng, frames, at, at + int(rng.integers(8, 90)), title=rng.random() < 0.5)
    if rng.random() < 0.2:
        bar = int(rng.integers(1, 6))
        frames[:, :bar] = frames[:, -bar:] = rng.choice([0, 0, 16])
    elif rng.random() < 0.1:
        bar = int(rng.integers(3, 9))
        frames[:, :, :bar] = frames[:, :, -bar:] = 0
    if rng.random() < 0.12:
        mix = rng.uniform(0.05, 0.45)
        frames[1:] = frames[1:] * (1 - mix) + frames[:-1] * mix
    if rng.random() < 0.35:
        pop, every = rng.uniform(0.3, 3), int(rng.choice([8, 12, 25, 50, 120]))
        fields = rng.normal(size=(n // every + 2, 27, 48, 1)).astype(np.float32) * pop
        frames += fields[(np.arange(n) + rng.integers(every)) // every]
    if rng.random() < 0.5:
        sigma = np.exp(rng.uniform(np.log(0.3), np.log(6)))
        frames += rng.standard_normal(frames.shape, dtype=np.float32) * np.float32(sigma)
    if rng.random() < 0.12:
        frames *= np.float32(1) + np.float32(rng.uniform(0.01, 0.08)) * np.sin(np.arange(n) * rng.uniform(0.3, 3.1))[
            :, None, None, None
        ].astype(np.float32)
    if rng.random() < 0.12:
        frames *= np.float32(rng.uniform(0.1, 0.5))
    if rng.random() < 0.15:
        step = rng.uniform(1, 8)
        frames = np.round(frames / step) * np.float32(step)
    return frames


def blurred(frames, sigma):
    """Blur every picture a little."""
    return np.stack([cv2.GaussianBlur(frame, (3, 3), sigma) for frame in frames])


def window(rng, bank, n, *, calm=False):
    """Return one training window.

    Parameters
    ----------
    calm : bool
        Longer shots, fewer graduals, less spoilt: nearer to what films are than to what they may be.

    Returns
    -------
    frames : uint8 [n, 27, 48, 3]
    cut : float32 [n], 1 at the first picture of a shot that begins by a cut
    kind : int64 [n], index into KINDS
    """
    frames, numbers, kinds = joined(rng, bank, n + 60, calm)
    offset = int(rng.integers(0, len(frames) - n))
    order = time_map(rng, n) + offset
    numbers, kinds = numbers[order], kinds[order]
    frames = frames[order]
    if rng.random() < 0.35:
        for _ in range(rng.integers(1, 7)):
            flash(rng, frames, int(rng.integers(0, n)), int(rng.choice([1, 1, 2, 3, 4, 6])))
    if rng.random() < 0.04:
        begin, every = int(rng.integers(0, n)), int(rng.integers(2, 6))
        for at in range(begin, min(n, begin + 40), every):
            flash(rng, frames, at, 1 if every < 4 else 2)
    if rng.random() < 0.5:
        frames = frames[:, :, ::-1]
    if rng.random() < 0.08:
        frames = frames[:, ::-1]
    if not calm or rng.random() < 0.6:
        frames = np.clip(spoil(rng, frames.astype(np.float32)) + 0.5, 0, 255).astype(np.uint8)
    cut = np.zeros(n, np.float32)
    cut[1:] = (numbers[1:] != numbers[:-1]) & (kinds[1:] == 0) & (kinds[:-1] == 0)
    return frames, cut, kinds
