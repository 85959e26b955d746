"""Sequences: movements with gestures, as a net of points sees them, with what is known of every step."""

from dataclasses import dataclass

import motions
import numpy as np
from figure import SIDES, Build, points
from gestures import NAMED, NAMELESS, gesture
from labels import ACTIONS
from motions import RATE
from views import seen

from kinoeye.signals import movements, skeletons

LONG = 4.6  # seconds
STEPS = 64  # of the net's clock: what is left of them at the lowest rate
LEAST_SEEN = 5  # of 15 joints
_MAKERS = {
    "stand": 0.2, "sit": 0.17, "lie": 0.08, "other": 0.06, "walk": 0.14, "run": 0.08, "jump": 0.06, "fall": 0.07,
    "change": 0.07, "turn": 0.07, "restless": 0.1,
}  # fmt: skip
_WITHOUT_ARMS = ("lie", "fall", "jump")


@dataclass(frozen=True)
class Sequence:
    """What the net takes and what it should say.

    Parameters
    ----------
    features : float32 [64, 49]
    posture : int8 [64]
        -1 where it is open.
    doing : int8 [64, 9]
        1, 0, or -1 where it is open.
    """

    features: np.ndarray
    posture: np.ndarray
    doing: np.ndarray


def movement(rng: np.random.Generator, style: float, name: str | None = None, arms: str | None = None):
    """Draw a movement: `name` of what the body does and `arms` of the gesture, at random if not given."""
    count = int(LONG * RATE)
    name = name or str(rng.choice(list(_MAKERS), p=np.array(list(_MAKERS.values())) / sum(_MAKERS.values())))
    made = {
        "stand": motions.still, "sit": motions.sit, "lie": motions.lie, "other": motions.other, "jump": motions.jump,
        "fall": motions.fall, "change": motions.change, "turn": motions.turn, "restless": motions.restless,
        "walk": lambda rng, count: motions.stride(rng, count, style),
        "run": lambda rng, count: motions.stride(rng, count, style, is_run=True),
    }[name](rng, count)  # fmt: skip
    if arms is None and name not in _WITHOUT_ARMS:
        chance = rng.uniform()
        named = 0.15 if name == "run" else 0.5
        arms = str(rng.choice(NAMED)) if chance < named else str(rng.choice(NAMELESS)) if chance < named + 0.3 else ""
    if arms:
        gesture(rng, made, arms, style)
    return made


def sequence(rng: np.random.Generator, style: float, name: str | None = None, arms: str | None = None,
             rate: float | None = None) -> Sequence:  # fmt: skip
    """Draw a sequence; `style` 0..1 widens builds, gaits and noise."""
    made = movement(rng, style, name, arms)
    view = seen(rng, points(Build.drawn(rng, 1 + style), made), style, rate)
    clock, steady = movements.steady(view.times, view.points)
    moments = np.clip(np.round(clock * RATE).astype(int), 0, len(made) - 1)
    posture = made.posture[moments].astype(np.int8)
    doing = np.stack([made.doing[each][moments] for each in ACTIONS], -1).astype(np.int8)
    for side in made.sides:  # what is done by a hand that is not seen cannot be told
        hidden = steady[:, skeletons.WRISTS[SIDES.index(side)], 3] < skeletons.VISIBLE
        for name in NAMED:
            known = doing[:, ACTIONS.index(name)]
            known[hidden & (known == 1)] = -1
    shown = _longest((steady[:, movements.JOINTS, 3] > skeletons.VISIBLE).sum(axis=1) >= LEAST_SEEN)
    steady, posture, doing = steady[shown], posture[shown], doing[shown]
    if rng.uniform() < 0.12:  # a picture that stands still: all that a still tells
        at = rng.integers(len(steady))
        steady, posture = np.repeat(steady[at : at + 1], len(steady), 0), np.full(len(steady), posture[at])
        doing = np.where(doing[at] == 0, 0, -1) * np.ones_like(doing)
    features = movements.features(steady)
    if rng.uniform() < 0.5:
        features = mirrored(features)
    return Sequence(features[:STEPS], posture[:STEPS], doing[:STEPS])


def _longest(seen_: np.ndarray) -> slice:
    """Return the longest stretch in which enough is seen that a body would be found; a step at least."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], seen_, [0]])))
    runs = edges.reshape(-1, 2)
    first, end = max(runs, key=lambda run: run[1] - run[0]) if len(runs) else (0, 1)
    return slice(int(first), int(end))


def mirrored(features: np.ndarray) -> np.ndarray:
    """Return the features of the mirrored picture."""
    joints = len(movements.JOINTS)
    swap = [0, *(number + 1 if number % 2 else number - 1 for number in range(1, joints))]
    places = features[:, : 2 * joints].reshape(-1, joints, 2)[:, swap] * (-1, 1)
    rest = features[:, 3 * joints :].copy()
    rest[:, 0] *= -1
    seen_ = features[:, 2 * joints : 3 * joints][:, swap]
    return np.concatenate([places.reshape(len(features), -1), seen_, rest], 1).astype(np.float32)


def many(seed: int, count: int, style: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Draw many: features [n, 64, 49], posture [n, 64], doing [n, 64, 9]; what is missing at the end is open."""
    rng = np.random.default_rng(seed)
    features = np.zeros((count, STEPS, movements.COUNT), np.float16)
    posture, doing = np.full((count, STEPS), -1, np.int8), np.full((count, STEPS, len(ACTIONS)), -1, np.int8)
    for number in range(count):
        made = sequence(rng, style)
        length = len(made.features)
        features[number, :length] = made.features
        features[number, length:] = made.features[-1]
        posture[number, :length], doing[number, :length] = made.posture, made.doing
    return features, posture, doing
