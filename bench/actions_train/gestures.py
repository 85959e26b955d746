"""Gestures: what arms do over whatever the rest of the body does."""

import numpy as np
from figure import SIDES, Movement, hanging, towards
from labels import ACTIONS
from motions import RATE, _mixed, noise, ramp

NAMED = ("wave", "clap", "point", "raise hand")
NAMELESS = ("talk", "hips", "cross", "drink", "phone", "hold", "sign", "swing", "reach", "pockets")


def gesture(rng: np.random.Generator, made: Movement, name: str, style: float) -> None:
    """Lay a gesture over a movement, from a random moment to another."""
    count = len(made)
    long = count / RATE
    start = rng.uniform(-1.0, long - 1.4)
    length = rng.uniform(1.2, 3.5) if name in ACTIONS else rng.uniform(1.0, long + 1)
    reach = rng.uniform(0.25, 0.6)
    over = ramp(count, start, reach) * (1 - ramp(count, start + length, reach))
    sides = SIDES if name in ("clap", "cross", "sign") else (rng.choice(SIDES),)
    if name in ("talk", "hips", "pockets", "hold", "swing") and rng.uniform() < 0.6:
        sides = SIDES
    arms = _ARMS[name](rng, count, sides, style)
    for side in sides:
        for limb in ("upper", "fore"):
            made.limbs[limb, side] = _mixed(made.limbs[limb, side], arms[limb, side], over)
    if name in ACTIONS:
        made.sides = sides
        known = made.doing[name]
        known[:] = np.where(over > 0.93, 1, np.where(over > 0.25, -1, known))


def _wave(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    (side,) = sides
    hz, wide = rng.uniform(1.0 - 0.2 * style, 3.0 + 0.6 * style), rng.uniform(14, 42)
    swing = (
        wide * np.sin(2 * np.pi * hz * np.arange(count) / RATE + rng.uniform(0, 6)) * (1 + noise(rng, count, 1, 0.15))
    )
    level = rng.uniform()
    up = rng.uniform(-55, -10) if level < 0.5 else rng.uniform(-10, 65)
    upper = towards(rng.uniform(10, 80), up + 0.15 * swing, side, count)
    lean = np.radians(swing + rng.uniform(-10, 25))
    ahead = np.radians(rng.uniform(0, 35))
    fore = np.stack([side * np.sin(lean), np.cos(lean) * np.cos(ahead), np.cos(lean) * np.sin(ahead)], -1)
    return {("upper", side): upper, ("fore", side): fore}


def _clap(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    hz, wide = rng.uniform(1.6 - 0.3 * style, 4.5 + 0.5 * style), rng.uniform(12, 32)
    beat = np.maximum(0, np.sin(2 * np.pi * hz * np.arange(count) / RATE + rng.uniform(0, 6)))
    inward, up, out = rng.uniform(-42, -28), rng.uniform(-15, 55), rng.uniform(8, 25)
    arms = {}
    for side in sides:
        arms["upper", side] = hanging(rng.uniform(10, 40), count, side, out + 0.3 * wide * beat)
        arms["fore", side] = towards(inward + wide * beat, up, side, count)
    return arms


def _point(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    (side,) = sides
    around, up = rng.uniform(-20, 95), rng.uniform(-22, 35)
    sway = noise(rng, count, 0.6, 1.5)
    return {
        ("upper", side): towards(around + sway, up + sway, side, count),
        ("fore", side): towards(around + sway + rng.uniform(-18, 8), up + rng.uniform(-3, 15 + 5 * style), side, count),
    }


def _raise(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    (side,) = sides
    around, up = rng.uniform(20, 90), rng.uniform(50, 85)
    sway = noise(rng, count, 0.6, 2)
    return {
        ("upper", side): towards(around, up + sway, side, count),
        ("fore", side): towards(around * 0.7, np.minimum(88, up + rng.uniform(-5, 20) + sway), side, count),
    }


def _talk(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    arms, quick = {}, rng.uniform(0.4, 1.8)
    for side in sides:
        arms["upper", side] = hanging(rng.uniform(0, 35) + noise(rng, count, quick, 9), count, side, rng.uniform(5, 25))
        arms["fore", side] = towards(noise(rng, count, quick, 22) + rng.uniform(-20, 40),
                                     noise(rng, count, quick, 20) + rng.uniform(-35, 25), side, count)  # fmt: skip
    return arms


def _sign(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    arms, quick = {}, rng.uniform(0.8, 2.2)
    for side in sides:
        arms["upper", side] = hanging(rng.uniform(5, 55) + noise(rng, count, quick, 12), count, side,
                                      rng.uniform(0, 30) + noise(rng, count, quick, 6))  # fmt: skip
        arms["fore", side] = towards(rng.uniform(-50, 10) + noise(rng, count, quick, 24),
                                     rng.uniform(0, 70) + noise(rng, count, quick, 24), side, count)  # fmt: skip
    return arms


def _fixed(upper: tuple, fore: tuple, spread: float = 8.0, move: float = 2.0):
    def arms(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
        made = {}
        for side in sides:
            out, up = (rng.normal(at, spread) + noise(rng, count, 0.8, move) for at in upper)
            made["upper", side] = towards(out, up, side, count)
            out, up = (rng.normal(at, spread) + noise(rng, count, 0.8, move) for at in fore)
            made["fore", side] = towards(out, up, side, count)
        return made

    return arms


def _swing(rng: np.random.Generator, count: int, sides: tuple[int, ...], style: float) -> dict:
    arms, quick = {}, rng.uniform(0.4, 2.0)
    for side in sides:
        arms["upper", side] = towards(rng.uniform(0, 90) + noise(rng, count, quick, 25),
                                      rng.uniform(-70, 30) + noise(rng, count, quick, 25), side, count)  # fmt: skip
        arms["fore", side] = towards(rng.uniform(-20, 90) + noise(rng, count, quick, 30),
                                     rng.uniform(-60, 60) + noise(rng, count, quick, 30), side, count)  # fmt: skip
    return arms


_ARMS = {
    "wave": _wave,
    "clap": _clap,
    "point": _point,
    "raise hand": _raise,
    "talk": _talk,
    "sign": _sign,
    "swing": _swing,
    "hips": _fixed((75, -50), (-60, -45)),
    "cross": _fixed((25, -70), (-75, 5)),
    "drink": _fixed((35, -40), (-20, 62), 9, 5),
    "phone": _fixed((50, -45), (-10, 75), 8),
    "hold": _fixed((20, -75), (-15, 0), 12),
    "reach": _fixed((15, -45), (5, -10), 16, 6),
    "pockets": _fixed((60, -72), (-30, -70)),
}
