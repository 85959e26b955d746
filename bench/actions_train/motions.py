"""Movements: how people stand, sit, walk, fall and use their arms, drawn at random within what joints allow.

The lower half of a movement (posture, steps, falls, jumps, turns) and what the arms do are drawn apart and laid over
each other, so that people wave while they walk. A third of what arms and legs do here has no name: talking hands,
drinking, telephones, signs, kicks, dancing. It is what "unknown" is learned from.
"""

import numpy as np
from figure import SIDES, Movement, hanging, towards
from labels import ACTIONS, POSTURES

RATE = 60  # moments a second
STAND, SIT, LIE, OTHER = range(len(POSTURES))


def noise(rng: np.random.Generator, count: int, hz: float, size: float) -> np.ndarray:
    """Return smooth noise of a highest frequency and a standard deviation, [t]."""
    times = np.arange(count) / RATE
    rates = rng.uniform(0.05, max(hz, 0.06), 5)
    waves = np.sin(2 * np.pi * (times[:, None] * rates + rng.uniform(size=5))) * rng.normal(size=5)
    return np.asarray(waves.sum(axis=1) * size / np.sqrt(2.5))


def ramp(count: int, start: float, length: float) -> np.ndarray:
    """Return a smooth step from 0 to 1, [t]: from `start` seconds, `length` seconds long."""
    at = np.clip((np.arange(count) / RATE - start) / max(length, 1e-3), 0, 1)
    return np.asarray(at * at * (3 - 2 * at))


def still(rng: np.random.Generator, count: int, posture: int = STAND) -> Movement:
    """Stand, feet on the ground, breathing and swaying a little, arms hanging."""
    limbs = {}
    for side in SIDES:
        out, bend = rng.uniform(3, 18), rng.uniform(0, 30)
        limbs["upper", side] = hanging(rng.uniform(-10, 12) + noise(rng, count, 0.5, 2), count, side, out)
        limbs["fore", side] = hanging(bend + noise(rng, count, 0.5, 3), count, side, out * rng.uniform(0, 1))
        spread = rng.uniform(0, 12)
        limbs["thigh", side] = hanging(rng.uniform(-4, 8), count, side, spread)
        limbs["shin", side] = hanging(rng.uniform(-8, 0), count, side, spread * 0.6)
        limbs["foot", side] = towards(rng.uniform(0, 35), -15, side, count)
    lean = np.stack([noise(rng, count, 0.3, 2) + rng.uniform(-4, 12), noise(rng, count, 0.3, 2),
                     noise(rng, count, 0.4, 4)], -1)  # fmt: skip
    body = np.stack([np.zeros(count), noise(rng, count, 0.3, 1), np.full(count, rng.uniform(-180, 180))], -1)
    place = np.zeros((count, 3))
    head = np.stack([noise(rng, count, 1.5, 5) + rng.uniform(-5, 20), noise(rng, count, 1, 12)], -1)
    doing = {name: np.zeros(count) for name in ACTIONS}
    return Movement(limbs, lean, body, place, head, np.full(count, posture), doing)


def sit(rng: np.random.Generator, count: int) -> Movement:
    """Sit: on a chair, leaning, legs crossed, stretched or on the floor."""
    made = still(rng, count, SIT)
    crossed, floor = rng.uniform() < 0.2, rng.uniform() < 0.12
    for side in SIDES:
        up, out = rng.uniform(65, 100), rng.uniform(0, 30)
        if crossed and side == 1:
            up, out = rng.uniform(85, 110), rng.uniform(-30, -5)
        shin = rng.uniform(-25, 45) if not floor else rng.uniform(20, 90)
        made.limbs["thigh", side] = hanging(up + noise(rng, count, 0.4, 1), count, side, out)
        made.limbs["shin", side] = hanging(shin + noise(rng, count, 0.5, 2), count, side, rng.uniform(-15, 20))
        if rng.uniform() < 0.5:  # hands in the lap or on a table
            made.limbs["upper", side] = hanging(rng.uniform(10, 45), count, side, rng.uniform(0, 20))
            made.limbs["fore", side] = towards(rng.uniform(-60, 10), rng.uniform(-35, 20), side, count)
    made.lean[:, 0] += rng.uniform(-22, 28)
    return made


def lie(rng: np.random.Generator, count: int) -> Movement:
    """Lie: on the back, the belly or the side, knees straight or bent."""
    made = still(rng, count, LIE)
    way = rng.choice(["back", "belly", "side"])
    made.body[:, 0] = {"back": -90, "belly": 90, "side": rng.choice([-90, 90])}[way] + rng.uniform(-12, 12)
    if way == "side":
        made.body[:, 1] = made.body[:, 0]
        made.body[:, 0] = 0
    for side in SIDES:
        bend = rng.uniform(0, 70) * (rng.uniform() < 0.5)
        made.limbs["thigh", side] = hanging(bend, count, side, rng.uniform(0, 20))
        made.limbs["shin", side] = hanging(-bend * rng.uniform(0.2, 1), count, side, rng.uniform(0, 10))
        if rng.uniform() < 0.6:
            made.limbs["upper", side] = towards(rng.uniform(10, 120), rng.uniform(-80, 60), side, count)
            made.limbs["fore", side] = towards(rng.uniform(-60, 60), rng.uniform(-80, 80), side, count)
    return made


def other(rng: np.random.Generator, count: int) -> Movement:
    """Take a posture that is none of the three: crouch, kneel, bend over, go on all fours."""
    made = still(rng, count, OTHER)
    way = rng.choice(["crouch", "kneel", "bend", "fours"])
    for side in SIDES:
        thigh, shin = {"crouch": (rng.uniform(95, 130), rng.uniform(-60, -20)),
                       "kneel": (rng.uniform(-5, 30), rng.uniform(-95, -75)),
                       "bend": (rng.uniform(0, 25), rng.uniform(-20, 0)),
                       "fours": (rng.uniform(75, 100), rng.uniform(-20, 5))}[way]  # fmt: skip
        made.limbs["thigh", side] = hanging(thigh, count, side, rng.uniform(0, 25))
        made.limbs["shin", side] = hanging(shin, count, side, rng.uniform(0, 10))
        if way in ("bend", "fours"):
            made.limbs["upper", side] = hanging(rng.uniform(60, 100), count, side, rng.uniform(0, 15))
            made.limbs["fore", side] = hanging(rng.uniform(60, 110), count, side, rng.uniform(0, 10))
    if way == "bend":
        made.lean[:, 0] += rng.uniform(50, 100)
    elif way == "fours":
        made.body[:, 0] = rng.uniform(70, 90)
    elif way == "crouch":
        made.lean[:, 0] += rng.uniform(0, 45)
    return made


def stride(rng: np.random.Generator, count: int, style: float, *, is_run: bool = False) -> Movement:
    """Walk or run, straight or in a curve; `style` 0..1 goes from usual gaits to odd ones."""
    made = still(rng, count)
    hz = rng.uniform(1.2, 1.75) if is_run else rng.uniform(0.65 - 0.1 * style, 1.1 + 0.1 * style)
    swing = rng.uniform(28, 48) if is_run else rng.uniform(15 - 3 * style, 28 + 4 * style)
    lift = rng.uniform(70, 115) if is_run else rng.uniform(35, 65)
    phase = 2 * np.pi * (np.cumsum(hz * (1 + noise(rng, count, 0.3, 0.04))) / RATE + rng.uniform())
    arms = (rng.uniform(25, 50) if is_run else rng.uniform(4, 32)) * (rng.uniform() > 0.15)
    elbow = rng.uniform(60, 110) if is_run else rng.uniform(5, 35)
    for side in SIDES:
        at = phase + (0 if side == 1 else np.pi)
        thigh = swing * np.sin(at) + (12 if is_run else 5)
        knee = rng.uniform(4, 14) + lift * np.maximum(0, np.cos(at + 0.35)) ** 2
        made.limbs["thigh", side] = hanging(thigh, count, side, rng.uniform(-2, 5))
        made.limbs["shin", side] = hanging(thigh - knee, count, side, rng.uniform(-2, 4))
        made.limbs["foot", side] = _tipped(thigh - knee, side, count)
        back = -arms * np.sin(at) + rng.uniform(-8, 8)
        made.limbs["upper", side] = hanging(back, count, side, rng.uniform(4, 15))
        made.limbs["fore", side] = hanging(back + elbow + 0.3 * arms * np.sin(-at), count, side, rng.uniform(-5, 8))
    made.lean[:, 0] += rng.uniform(4, 18) if is_run else rng.uniform(-3, 8)
    made.lean[:, 2] += rng.uniform(2, 8) * np.sin(phase)
    made.body[:, 2] += np.cumsum(noise(rng, count, 0.2, rng.choice([0, 12]))) / RATE
    speed = hz * 4 * 0.8 * np.sin(np.radians(swing)) * (1.5 if is_run else 1) * rng.uniform(0.85, 1.1)
    heading = np.radians(made.body[:, 2])
    made.place[:, 0] = np.cumsum(np.sin(heading)) * speed / RATE
    made.place[:, 2] = np.cumsum(np.cos(heading)) * speed / RATE
    if is_run:
        made.place[:, 1] = rng.uniform(0.03, 0.09) * np.abs(np.sin(phase + 0.6))
    made.doing["run" if is_run else "walk"][:] = 1
    return made


def jump(rng: np.random.Generator, count: int) -> Movement:
    """Jump once or again and again, arms along or up."""
    made = still(rng, count)
    at, again = rng.uniform(0.3, 2.5), rng.uniform(0.55, 1.0)
    bend, air = np.zeros(count), np.zeros(count)
    times = np.arange(count) / RATE
    for number in range(rng.choice([1, 1, 2, 4])):
        start, flight = at + number * again, rng.uniform(0.3, 0.55)
        up = (times - start) / flight
        inside = (up > 0) & (up < 1)
        air += np.where(inside, 9.81 / 2 * flight**2 * up * (1 - up), 0)
        for moment in (start - 0.18, start + flight + 0.1):
            bend = np.maximum(bend, np.exp(-(((times - moment) / 0.11) ** 2)))
        made.doing["jump"][(times > start - 0.2) & (times < start + flight + 0.15)] = 1
        open_ends = ((times > start - 0.45) & (times < start - 0.2)) | (
            (times > start + flight + 0.15) & (times < start + flight + 0.35)
        )
        made.doing["jump"][open_ends & (made.doing["jump"] == 0)] = -1
    depth, arms = rng.uniform(25, 60), rng.uniform(0, 150) * (rng.uniform() < 0.7)
    for side in SIDES:
        made.limbs["thigh", side] = hanging(4 + bend * depth, count, side, rng.uniform(0, 10))
        made.limbs["shin", side] = hanging(-bend * depth * 0.9, count, side, 4)
        lifted = np.clip(air * 4, 0, 1) * arms
        made.limbs["upper", side] = hanging(lifted - 25 * bend, count, side, rng.uniform(5, 25))
        made.limbs["fore", side] = hanging(lifted - 10 * bend + rng.uniform(5, 40), count, side, 8)
    made.lean[:, 0] += bend * depth * 0.5
    made.place[:, 1] = air
    return made


def fall(rng: np.random.Generator, count: int) -> Movement:
    """Fall from standing or walking: forward, back or to a side, knees giving way or not; then lie."""
    made = still(rng, count) if rng.uniform() < 0.6 else stride(rng, count, 0.5)
    start, length = rng.uniform(0.5, 2.6), rng.uniform(0.45, 1.1)
    down = ramp(count, start, length) ** rng.uniform(1, 1.8)
    way, side_way = rng.choice([-1, 1]), rng.uniform() < 0.35
    made.body[:, 1 if side_way else 0] += way * rng.uniform(78, 95) * down
    buckle = rng.uniform(0, 80) * np.sin(np.pi * np.clip(down, 0, 1)) + rng.uniform(0, 40) * down
    for side in SIDES:
        fold = np.column_stack([np.zeros(count), np.zeros(count), np.sin(np.radians(buckle))])
        made.limbs["thigh", side] = _unit(_rest(made.limbs["thigh", side], down) + fold)
        made.limbs["shin", side] = _unit(_rest(made.limbs["shin", side], down) - fold)
        reach = towards(rng.uniform(0, 70), rng.uniform(-20, 70), side, count)
        made.limbs["upper", side] = _mixed(made.limbs["upper", side], reach, np.minimum(1, down * 2))
        made.limbs["fore", side] = _mixed(made.limbs["fore", side], reach, np.minimum(1, down * 2))
    times = np.arange(count) / RATE
    walked = made.doing["walk"]
    walked[times > start] = 0
    walked[(times > start - 0.2) & (times < start + 0.3)] = -1
    stop = int(start * RATE)
    made.place[stop:] = made.place[min(stop, count - 1)]
    made.doing["fall"][(times >= start) & (times <= start + length)] = 1
    made.doing["fall"][(times > start + length) & (times < start + length + 0.25)] = -1
    made.doing["fall"][(times < start) & (times > start - 0.2)] = -1
    made.posture[times > start] = -1
    made.posture[times > start + length] = LIE
    return made


def change(rng: np.random.Generator, count: int) -> Movement:
    """Go from one posture to another: sit down, stand up, lie down slowly, bend and come back."""
    makers = (still, sit, lie, other)
    first, second = rng.choice(4, 2, replace=False)
    one, two = makers[first](rng, count), makers[second](rng, count)
    two.body[:, 2] = one.body[:, 2]
    start, length = rng.uniform(0.4, 2.4), rng.uniform(1.0, 2.0) if 2 in (first, second) else rng.uniform(0.6, 1.8)
    over = ramp(count, start, length)
    made = mixed(one, two, over)
    made.posture = np.where(over < 0.12, one.posture, np.where(over > 0.88, two.posture, -1))
    return made


def turn(rng: np.random.Generator, count: int) -> Movement:
    """Turn on the spot by 70 to 200 degrees, with small steps."""
    made = still(rng, count)
    start, length = rng.uniform(0.3, 2.6), rng.uniform(0.5, 1.4)
    by = rng.choice([-1, 1]) * rng.uniform(70, 200)
    made.body[:, 2] += by * ramp(count, start, length)
    made.lean[:, 2] += by * 0.15 * (ramp(count, start - 0.1, length) - ramp(count, start, length))
    steps = np.sin(np.arange(count) / RATE * 2 * np.pi * rng.uniform(1.2, 2.2))
    active = ramp(count, start, 0.1) * (1 - ramp(count, start + length - 0.1, 0.2))
    for side in SIDES:
        lift = np.maximum(0, side * steps) * active * rng.uniform(8, 30)
        made.limbs["thigh", side] = hanging(lift, count, side, 5)
        made.limbs["shin", side] = hanging(-lift, count, side, 3)
    times = np.arange(count) / RATE
    made.doing["turn"][(times > start + 0.1 * length) & (times < start + 0.9 * length)] = 1
    edge = ((times >= start - 0.15) & (times <= start + 0.1 * length)) | (
        (times >= start + 0.9 * length) & (times < start + length + 0.2)
    )
    made.doing["turn"][edge] = -1
    return made


def restless(rng: np.random.Generator, count: int) -> Movement:
    """Move without a name: kick, dance, squat, shift the weight."""
    made = still(rng, count)
    quick, wide = rng.uniform(0.4, 2.2), rng.uniform(5, 35)
    squat = np.maximum(0, noise(rng, count, 1, 30)) * (rng.uniform() < 0.4)
    for side in SIDES:
        moving = rng.uniform() < 0.7
        thigh = squat + noise(rng, count, quick, wide) * moving
        made.limbs["thigh", side] = hanging(thigh, count, side, 5 + noise(rng, count, quick, wide * 0.4))
        made.limbs["shin", side] = hanging(thigh - squat * 2 - np.abs(noise(rng, count, quick, wide)) * moving, count)
    made.lean += np.stack([noise(rng, count, quick, 8) + squat * 0.5, noise(rng, count, quick, 7),
                           noise(rng, count, quick, 14)], -1)  # fmt: skip
    made.place[:, 0] += noise(rng, count, 0.7, 0.1)
    made.posture = np.where(squat > 20, -1, made.posture)
    return made


def mixed(one: Movement, two: Movement, over: np.ndarray) -> Movement:
    """Go from one movement to another as `over`, [t], goes from 0 to 1."""
    limbs = {key: _mixed(one.limbs[key], two.limbs[key], over) for key in one.limbs}
    pairs = [
        a * (1 - over[:, None]) + b * over[:, None]
        for a, b in ((one.lean, two.lean), (one.body, two.body), (one.place, two.place), (one.head, two.head))
    ]
    doing = {name: np.where(over < 0.5, one.doing[name], two.doing[name]) for name in one.doing}
    return Movement(limbs, *pairs, np.where(over < 0.5, one.posture, two.posture), doing)


def _tipped(shin: np.ndarray, side: int, count: int) -> np.ndarray:
    return towards(10, np.clip(shin * 0.7, -75, 20) - 5, side, count)


def _mixed(one: np.ndarray, two: np.ndarray, over: np.ndarray) -> np.ndarray:
    return _unit(one * (1 - over[:, None]) + two * over[:, None] + 1e-6)


def _rest(limb: np.ndarray, down: np.ndarray) -> np.ndarray:
    return _mixed(limb, np.broadcast_to(np.array([0.05, -1, 0.05]), limb.shape), np.minimum(1, down * 1.5))


def _unit(vectors: np.ndarray) -> np.ndarray:
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
