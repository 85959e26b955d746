"""Errors: what the net of points makes of people whose points are known; prints Markdown.

    python errors.py --count 150

Painted people (`pictures.py`) go through the analysis `poses` as any film does. An error is found minus known, in sizes
of the body, where the point is in the picture and said to be seen. Off is its mean over a sequence; what is left is
split into a slow part (its mean over half a second) and a quick one, the tremble. All are medians of lengths.
"""

import argparse
import sys
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from figure import Build, points
from motions import RATE
from pictures import HEIGHT, film
from poses import EMPTY, one_shot
from sequences import movement
from views import View, filmed

from kinoeye.analyses.people.poses import poses
from kinoeye.signals import movements, skeletons
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

SEED = 3_000
SLOW = 0.5  # seconds
STEPS = (0.08, 0.04)  # seconds from picture to picture
_NEAR = 0.5  # sizes: a body found whose head and trunk lie farther from the known ones is another, or none
NAMES = {"nose": (skeletons.NOSE,), "ears": (skeletons.LEFT_EAR, skeletons.RIGHT_EAR), "shoulders": skeletons.SHOULDERS,
         "elbows": skeletons.ELBOWS, "wrists": skeletons.WRISTS, "hips": skeletons.HIPS, "knees": skeletons.KNEES,
         "ankles": skeletons.ANKLES, "toes": skeletons.TOES}  # fmt: skip


def looked(
    rng: np.random.Generator, places: np.ndarray, rate: float | None = None
) -> tuple[View, np.ndarray, float] | None:
    """Film a figure's places, [t, 33, 3], and find its points; None if it is not found in half of its pictures.

    Returns
    -------
    View
        Of the pictures in which the body is found.
    known : float [n, 33, 3]
        Places in the picture, in picture heights, and depth.
    aspect : float
        Width of the picture, in its height.
    """
    flat, depth, moments, aspect = filmed(rng, places, rate)
    jpegs = [
        cv2.imencode(".jpg", picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes()
        for picture in film(rng, flat, depth, moments, aspect)
    ]
    times = (moments * FLICKS_PER_SECOND // RATE).astype(np.int64)
    pictures = Stills(jpegs, np.arange(len(moments), dtype=np.int64), times)
    known = np.concatenate([flat, depth[..., None]], -1)
    best: dict[int, tuple[float, np.ndarray]] = {}
    for row in poses(EMPTY, one_shot(pictures), pictures).to_pylist():
        found = np.reshape(row["points"], (33, 4)) * (aspect, 1, aspect, 1)
        gap = skeletons.apart(known[moments[row["frame"]]], found)
        if gap < best.get(row["frame"], (_NEAR,))[0]:
            best[row["frame"]] = gap, found
    if len(best) < len(moments) / 2:
        return None
    chosen = moments[sorted(best)]
    found = np.stack([best[frame][1] for frame in sorted(best)]).astype(np.float32)
    return View(chosen / RATE, found, chosen), known[chosen], aspect


def main() -> None:
    """Print how far off the points lie, how they tremble and how often they are not seen."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=150)
    given = parser.parse_args()
    rng = np.random.default_rng(SEED)
    kept = []
    for _ in range(given.count):
        made = movement(rng, 0.6)
        answer = looked(rng, points(Build.drawn(rng, 1.6), made), 1 / float(rng.choice(STEPS)))
        if answer is not None:
            kept.append(_errors(*answer))
    print(f"{len(kept)} of {given.count} bodies found in at least half of their pictures")
    _print(kept)


def _errors(view: View, known: np.ndarray, aspect: float) -> dict[str, np.ndarray]:
    """Return a sequence's errors; all arrays [n, 17] or [n, 17, 2], in sizes of the body."""
    joints = list(movements.JOINTS)
    size = float(np.median([skeletons.size(each) for each in known]))
    times = view.times
    error = (view.points[:, joints, :2] - known[:, joints, :2]) / size
    step = np.median(np.diff(times))
    reach = max(1, round(SLOW / step / 2))
    mean = error.mean(axis=0, keepdims=True)
    padded = np.pad(error - mean, ((reach, reach), (0, 0), (0, 0)), mode="edge")
    slow = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1, axis=0).mean(axis=-1)[: len(error)]
    quick = error - mean - slow
    speed = np.linalg.norm(np.gradient(known[:, joints, :2], times, axis=0), axis=-1) / size
    inside = (known[:, joints, :2] > 0).all(axis=2) & (known[:, joints, :2] < (aspect, 1)).all(axis=2)
    after = np.concatenate([quick[1:], quick[-1:]])
    count = len(times)
    return {"error": error, "mean": np.repeat(mean, count, 0), "slow": slow, "quick": quick, "after": after,
            "speed": speed, "inside": inside, "sure": view.points[:, joints, 3],
            "tall": np.full((count, 1), 2 * size * HEIGHT),
            "step": np.full((count, 1), min(STEPS, key=lambda each: abs(each - step)))}  # fmt: skip


def _print(kept: list[dict[str, np.ndarray]]) -> None:
    every = {key: np.concatenate([each[key] for each in kept]) for key in kept[0]}
    joints = list(movements.JOINTS)
    print("\n| points | off | slow | tremble | correlation of the next picture at 12.5 / 25 | not seen | off then |")
    print("|---|---|---|---|---|---|---|")
    for name, members in NAMES.items():
        at = [joints.index(each) for each in members]
        inside, sure = every["inside"][:, at], every["sure"][:, at]
        shown, lost = inside & (sure >= skeletons.VISIBLE), inside & (sure < skeletons.VISIBLE)
        spread = " | ".join(f"{_median_size(every[key][:, at][shown]):.3f}" for key in ("mean", "slow", "quick"))
        alike = " / ".join(f"{_correlation(every, at, shown & (every['step'] == step)):.2f}" for step in STEPS)
        share = lost.sum() / max(1, inside.sum())
        print(f"| {name} | {spread} | {alike} | {share:.0%} | {_median_size(every['error'][:, at][lost]):.3f} |")
    at = [joints.index(each) for each in skeletons.WRISTS]
    tall = np.broadcast_to(every["tall"], every["speed"][:, at].shape)
    print("\n| wrists | off | tremble | not seen |\n|---|---|---|---|")
    for what, values, edges in (("pixels tall", tall, (0, 60, 100, 150, 250, 2000)),
                                ("sizes a second", every["speed"][:, at], (0, 0.25, 0.5, 1, 2, 4, 50))):  # fmt: skip
        for low, high in pairwise(edges):
            part = every["inside"][:, at] & (values >= low) & (values < high)
            seen = part & (every["sure"][:, at] >= skeletons.VISIBLE)
            if seen.sum() > 50:
                sizes = (_median_size(every[key][:, at][seen]) for key in ("error", "quick"))
                cells = " | ".join(f"{each:.3f}" for each in sizes)
                print(f"| {low} to {high} {what} | {cells} | {1 - seen.sum() / part.sum():.0%} |")


def _median_size(errors: np.ndarray) -> float:
    return float(np.median(np.linalg.norm(errors, axis=-1))) if len(errors) else float("nan")


def _correlation(all_: dict[str, np.ndarray], at: list[int], chosen: np.ndarray) -> float:
    one, two = all_["quick"][:, at][chosen], all_["after"][:, at][chosen]
    return float((one * two).sum() / np.sqrt((one**2).sum() * (two**2).sum())) if len(one) else float("nan")


if __name__ == "__main__":
    main()
