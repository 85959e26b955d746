"""Traps: what `shots` finds on held-out material that the spliced films of bench/shots.py are short of.

Titles and marks that dissolve in and out, lamps put out, cameras that move on, dissolves while both cameras pan, and
all joins at once. Measures `shots` as it is installed; every choice is made here, none on the clips found by eye.

    python traps.py --sources bank/sources.pkl --part 0.9:1 --bank bank/val
"""

import argparse
import sys
from collections import Counter
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))
from render import Background, camera, look, part_of
from shots import f1, gradual_f1, score
from shots_detectors import kinoeye
from shots_films import Film
from splice import dissolve
from windows import KINDS, Bank, joined, spoil

SPEEDS = (0, 5, 10, 20, 30, 40)  # per cent of the picture's width a second, at 24 pictures a second
SIDE = 45  # pictures of one shot alone, before and after what is tried
SHOW = (256, 144)  # the size that the detectors of the bench take; thumbs are made from it again


def enlarged(frames):
    """Return thumbs at the size of the bench."""
    return np.stack([cv2.resize(frame, SHOW, interpolation=cv2.INTER_NEAREST) for frame in frames])


def alone(rng, bank):
    """Return a piece of one shot that does not end in a whip pan, as numbers that can be reckoned with."""
    calm = [i for i, (_, _, _, move) in enumerate(bank.shots) if not move.startswith(("whip", "crash"))]
    return bank.piece(rng, int(rng.choice(calm)), 3 * SIDE, "middle").astype(np.float32)


def titled(rng, bank):
    """One shot under a title."""
    frames = alone(rng, bank)
    credit(rng, frames, SIDE, int(rng.integers(SIDE + 25, 2 * SIDE + 20)))
    return frames


def lit(rng, bank):
    """One shot in which a lamp goes out, or on."""
    frames = alone(rng, bank)
    lamp(rng, frames, int(rng.integers(SIDE, 2 * SIDE)))
    return frames


def credit(rng, frames, first, last):
    """Lay large letters or a mark over some pictures, in place: a title, credits, a logo, dissolving in and out."""
    ink = cv2.resize(drawn(rng), (48, 27), interpolation=cv2.INTER_AREA)[:, :, None] / 255 * rng.uniform(0.5, 1.0)
    colour = np.full(3, rng.choice([255, 235, 0, 20])) if rng.random() < 0.7 else rng.integers(0, 256, 3)
    into, out = rng.choice([1, 4, 10, 20, 30, 45], 2)
    for i in range(max(0, first), min(len(frames), last)):
        share = min(1, (i - first + 1) / into, (last - i) / out)
        frames[i] = np.clip(frames[i] + (colour - frames[i]) * ink * share, 0, 255)


def drawn(rng):
    """Return the ink of one to six lines of letters, or of a mark of a few shapes, uint8 [270, 480]."""
    field = np.zeros((270, 480), np.uint8)
    if rng.random() < 0.2:
        centre, size = rng.uniform(0.15, 0.85, 2) * (480, 270), rng.uniform(15, 110)
        for _ in range(rng.integers(1, 5)):
            points = centre + rng.normal(size=(rng.integers(3, 9), 2)) * size * (1.2, 0.7)
            cv2.fillPoly(field, [cv2.convexHull(points.astype(np.int32))], int(rng.integers(60, 256)), cv2.LINE_AA)
        return field
    height, lines = rng.uniform(0.7, 4.5), int(rng.integers(1, 7))
    face = int(rng.choice([cv2.FONT_HERSHEY_DUPLEX, cv2.FONT_HERSHEY_TRIPLEX, cv2.FONT_HERSHEY_SIMPLEX]))
    thick, top = int(rng.integers(2, 14)), int(rng.integers(20, 230))
    left = None if rng.random() < 0.6 else int(rng.integers(0, 240))
    for line in range(lines):
        word = "".join(rng.choice(list("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghiklmnoprstu   "), rng.integers(3, 20)))
        wide = cv2.getTextSize(word, face, height, thick)[0][0]
        place = ((480 - wide) // 2 if left is None else left, int(top + line * 30 * height))
        cv2.putText(field, word, place, face, height, 255, thick, cv2.LINE_AA)
    return field


def lamp(rng, frames, at):
    """Put a lamp out or on from picture `at` on, in place: the light changes unevenly, for good or for a while."""
    rows, columns = int(rng.integers(2, 5)), int(rng.integers(2, 6))
    uneven = cv2.resize(rng.normal(size=(rows, columns)), (48, 27), interpolation=cv2.INTER_CUBIC)[:, :, None]
    change = rng.uniform(0.3, 1.8) * rng.choice([-1, -1, 1]) + uneven * rng.uniform(0, 0.7) + rng.normal(size=3) * 0.15
    into, out = rng.choice([1, 2, 4, 8, 16, 30], 2)
    last = at + int(rng.integers(15, 120)) if rng.random() < 0.5 else len(frames) + out
    for i in range(max(0, at), min(len(frames), last)):
        share = min(1, (i - at + 1) / into, (last - i) / out)
        frames[i] = np.clip(frames[i] * np.exp(np.clip(change, -2.5, 1.2) * share), 0, 255)


def trap_films(rng, bank, make, count):
    """Films of one shot, a little noisy."""
    for number in range(count):
        frames = make(rng, bank) + rng.standard_normal((3 * SIDE, 27, 48, 3), dtype=np.float32)
        frames = np.clip(frames, 0, 255).astype(np.uint8)
        yield Film(str(number), enlarged(frames), [], [], [(0, len(frames))])


def panned(rng, sources, speed, n):
    """One photograph under a camera that moves evenly, uint8 [n, 27, 48, 3]."""
    background = Background(rng, sources, "photo")
    angle = rng.choice([0, np.pi]) if rng.random() < 0.6 else rng.uniform(0, 2 * np.pi)
    along = speed / 100 / 24 * (np.arange(n) - n / 2)
    x, y, zoom, turn = camera(rng, n, "static")
    x, y = x + along * np.cos(angle), y + 0.6 * along * np.sin(angle)
    views = (look(background, 0, *place) for place in zip(x, y, zoom, turn, strict=True))
    return np.stack([cv2.resize(view, (48, 27), interpolation=cv2.INTER_AREA) for view in views])


def panning_films(rng, sources, speed, count):
    """Films of two photographs, a dissolve between them."""
    for number in range(count):
        k = int(rng.integers(12, 49))
        one, two = panned(rng, sources, speed, SIDE + k), panned(rng, sources, speed, SIDE + k)
        frames = np.concatenate([one[:SIDE], dissolve(rng, one[SIDE:], two[:k]), two[k:]])
        yield Film(str(number), enlarged(frames), [], [(SIDE, SIDE + k, "dissolve")])


def joined_films(rng, bank, count):
    """Films of many shots with every kind of join; half of them spoilt."""
    for number in range(count):
        frames, numbers, kinds = joined(rng, bank, 900, calm=True)
        if number % 2:
            frames = np.clip(spoil(rng, frames.astype(np.float32)), 0, 255).astype(np.uint8)
        new = numbers[1:] != numbers[:-1]
        cuts = np.flatnonzero(new & (kinds[1:] == 0) & (kinds[:-1] == 0)) + 1
        steps = np.flatnonzero(np.diff(np.concatenate([[0], kinds > 0, [0]])))
        graduals = [(int(a), int(b), KINDS[kinds[a]]) for a, b in zip(steps[::2], steps[1::2], strict=True)]
        yield Film(str(number), enlarged(frames), cuts.tolist(), graduals)


def counted(films):
    """Return what was found in all films together."""
    counts = Counter()
    for film in films:
        found = kinoeye(film.frames)
        counts.update(score(film, found))
        counts["films"] += 1
        counts["films hit"] += bool(found.boundaries)
        counts["boundaries false"] += sum(
            b not in film.cuts and not any(first <= b <= end for first, end, _ in film.graduals)
            for b in found.boundaries
        )
    return counts


def main():
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    for name in ("sources", "bank"):
        parser.add_argument(f"--{name}", required=True)
    parser.add_argument("--part", default="0.9:1")
    parser.add_argument("--count", type=int, default=200, help="films of each sort")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    bank, sources = Bank(given.bank), part_of(given.sources, given.part)
    for name, make in (("one shot", alone), ("title", titled), ("lamp", lit)):
        counts = counted(trap_films(np.random.default_rng(given.seed), bank, make, given.count))
        print(f"{name}: {counts['films hit']} of {counts['films']} films hit, {counts['gradual false']} graduals")
    for speed in SPEEDS:
        rng = np.random.default_rng(given.seed)
        counts = counted(panning_films(rng, sources, speed, given.count // 2))
        false = counts["boundaries false"]
        print(f"dissolve at {speed} %/s: {counts['gradual hit']} of {counts['films']} found, {false} false", flush=True)
    counts = counted(joined_films(np.random.default_rng(given.seed), bank, given.count // 5))
    print(f"joined: cuts {f1(counts, 0):.3f}, graduals {gradual_f1(counts):.3f}, {dict(counts)}")


if __name__ == "__main__":
    main()
