"""What people do: how well it is told on drawn movements that training never saw, by picture rate, and on real clips.

The drawn part is of the generator's other style: builds, gaits, speeds and noise wider than any that was trained on.
Every sequence does one thing; told is what the analysis answers for at least half a second (a quarter where the thing
is as short). A sequence whose body, hand or knee is seen for less than that is not asked. The real clips were looked at
by eye.

    python bench/actions.py [--count 40] [--films FOLDER]
"""

import argparse
import inspect
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

sys.path.insert(0, str(Path(__file__).parent / "actions_train"))

from figure import SIDES, Build, points
from poses import EMPTY, FILMS, one_shot, stream
from sequences import LEAST_SEEN, movement
from views import seen

from kinoeye.analyses.people.actions import actions
from kinoeye.analyses.people.face_tracks import FACE_TRACKS, face_tracks
from kinoeye.analyses.people.faces import FACES, faces
from kinoeye.analyses.people.poses import POSES, poses
from kinoeye.signals import movements, skeletons
from kinoeye.signals.nods import nods
from kinoeye.timecode import FLICKS_PER_SECOND

SEED = 9_000
RATES = (2, 10, 15, 25, 50)
POSTURES = ("stand", "sit", "lie")
DONE = {"stand": ("stand", ""), "sit": ("sit", ""), "lie": ("lie", ""), "crouch, kneel, bend": ("other", ""),
        "walk": ("walk", ""), "run": ("run", ""), "jump": ("jump", ""), "fall": ("fall", ""), "turn": ("turn", ""),
        "wave": ("stand", "wave"), "clap": ("sit", "clap"), "point": ("stand", "point"),
        "raise hand": ("sit", "raise hand"), "talking hands": ("stand", "talk"), "signs": ("stand", "sign"),
        "drink": ("sit", "drink"), "telephone": ("stand", "phone"), "arms swung": ("stand", "swing"),
        "kick, dance, squat": ("restless", "")}  # fmt: skip
SHORT = ("jump", "fall", "turn")
# Film, pictures, and what is done there as seen by eye.
BY_EYE = (
    (
        "chaplin_10s.mp4",
        0,
        241,
        "two men stand; one runs in (0-30), his hand at his mouth 177-205; the other turns 140-200",
    ),
    ("intel_one-by-one-person-detection.mp4", 1080, 1260, "stands to 1175, walks off 1176-1196; another walks in 1240"),
    ("intel_face-demographics-walking.gif", 0, 35, "two people walk"),
    ("intel_face-demographics-walking-and-pause.gif", 0, 41, "three walk (0-10), then stand; seen from the hips up"),
    ("intel_classroom.gif", 0, 45, "four sit, tables before their legs"),
    ("man_on_green_screen_24s.mp4", 60, 400, "a man walks away from the camera to 170, then stands"),
    ("intel_head-pose-face-detection-female-and-male.gif", 0, 56, "two tilt their heads, once; nobody nods"),
    *(
        (f"intel_asl_{name}.mkv", 0, 200, "one stands and signs")
        for name in ("again", "bird", "book", "help", "hungry", "no", "student", "yes")
    ),
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=40, help="sequences of each kind and rate")
    parser.add_argument("--films", type=Path, default=FILMS)
    given = parser.parse_args()
    _print_drawn(given.count)
    _print_nods()
    print("\n| clip | by eye | told |\n|---|---|---|")
    for name, first, last, truth in BY_EYE:
        print(f"| {name} {first}-{last} | {truth} | {_real(given.films / name, first, last)} |", flush=True)


def _print_drawn(count: int) -> None:
    told: dict[tuple[int, str], list[set[str]]] = {}
    for rate in RATES:
        rng = np.random.default_rng(SEED + rate)
        for what, (name, arms) in DONE.items():
            told[rate, what] = [each for _ in range(count) if (each := _told(rng, what, name, arms, rate)) is not None]
    print(
        "| done | " + " | ".join(f"told at {rate} a second" for rate in RATES) + " | wrongly told besides, 10 to 50 |"
    )
    print("|---|" + "---|" * (len(RATES) + 1))
    for what, (name, _) in DONE.items():
        right = {what} if what in (*POSTURES, "walk", "run", *SHORT, "wave", "clap", "point", "raise hand") else set()
        cells = []
        for rate in RATES:
            answers = told[rate, what]
            cells.append(f"{sum(right <= each for each in answers)} of {len(answers)}" if right else "-")
        fine = right | {name} | ({"stand"} if name in ("walk", "run", "turn", "jump", "fall", "restless") else set())
        fine |= {"lie", "walk"} if name == "fall" else set()
        answers = [each for rate in RATES[1:] for each in told[rate, what]]
        wrong = Counter(each for answer in answers for each in answer - fine)
        cells.append(", ".join(f"{each} {number}" for each, number in wrong.most_common()) + f" (of {len(answers)})")
        print(f"| {what} | " + " | ".join(cells) + " |", flush=True)


def _told(rng: np.random.Generator, what: str, name: str, arms: str, rate: int) -> set[str] | None:
    """Return what is told of a drawn sequence; None if it cannot be seen long enough."""
    made = movement(rng, 1.0, name, arms)
    view = seen(rng, points(Build.drawn(rng, 2), made), 1.0, rate)
    shown = (view.points[:, movements.JOINTS, 3] > skeletons.VISIBLE).sum(axis=1) >= LEAST_SEEN
    least = 0.25 if what in SHORT else 0.5
    doing = made.doing[what][view.moments] == 1 if what in made.doing else np.ones(len(shown), bool)
    for side in made.sides:
        doing = doing & (view.points[:, skeletons.WRISTS[SIDES.index(side)], 3] > skeletons.VISIBLE)
    if what in ("stand", "sit"):
        doing = doing & (view.points[:, list(skeletons.KNEES), 3].max(axis=1) > skeletons.VISIBLE)
    if (doing & shown).sum() < max(1, least * rate):
        return None
    rows = [
        {"body": 0, "frame": number, "time": int(view.times[number] * FLICKS_PER_SECOND), "shot": 0, "score": 1.0,
         "points": view.points[number].ravel(), "full_rate": rate > 2, "aspect": 1.0}
        for number in np.flatnonzero(shown)
    ]  # fmt: skip
    shots = pa.table({"shot": pa.array([0], pa.int32()), "end": [1 << 50], "end_frame": [1 << 40]})
    answer = actions(POSES.from_rows(rows), FACES.empty(), FACE_TRACKS.empty(), shots).to_pylist()
    long = least * FLICKS_PER_SECOND * 0.8
    return {row["action"] for row in answer if rate == 2 or row["end"] - row["start"] >= long}


def _print_nods() -> None:
    """Heads that nod, are shaken, talk, look around or keep still, with angles that tremble by a degree and a half."""
    rng = np.random.default_rng(SEED + 1)
    print("\n| head | pictures a second | nod told | shake head told |\n|---|---|---|---|")
    for what in ("nod", "shake head", "talks", "looks around", "keeps still"):
        for rate in (12.5, 25, 50):
            found = [{nod.action for nod in nods(*_head(rng, what, rate))} for _ in range(100)]
            counts = [sum(action in each for each in found) for action in ("nod", "shake head")]
            print(f"| {what} | {rate} | {counts[0]} of 100 | {counts[1]} of 100 |")


def _head(rng: np.random.Generator, what: str, rate: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    times = np.arange(0, 4, 1 / rate)
    yaw, pitch = rng.normal(0, 1.5, (2, len(times))) + rng.normal(0, 10, (2, 1))
    hz, first = rng.uniform(1.0, 3.2), rng.uniform(0.3, 1.0)
    beat = np.sin(2 * np.pi * hz * (times - first)) * ((times > first) & (times < first + rng.uniform(2, 4) / hz))
    slow = np.sin(2 * np.pi * rng.uniform(0.1, 0.5, (2, 1)) * times + rng.uniform(0, 6, (2, 1)))
    if what == "nod":
        pitch += beat * rng.uniform(5, 14)
    elif what == "shake head":
        yaw += beat * rng.uniform(8, 22)
    elif what == "looks around":
        yaw, pitch = yaw + 30 * slow[0], pitch + 12 * slow[1]
    elif what == "talks":
        talk = np.sin(2 * np.pi * rng.uniform(0.5, 4, (6, 1)) * times + rng.uniform(0, 6, (6, 1))) * rng.normal(
            0, 1, (6, 1)
        )
        pitch, yaw = pitch + 1.6 * talk[:3].sum(axis=0), yaw + 1.6 * talk[3:].sum(axis=0)
    return times, yaw, pitch


def _real(film: Path, first: int, last: int) -> str:
    pictures, _ = stream(film, None, first, last)
    known: dict[str, Any] = {"stills": EMPTY, "full_rate": pictures, "shots": one_shot(pictures)}
    for each in (faces, face_tracks, poses, actions):
        wanted = inspect.signature(each).parameters
        known[each.__name__] = each(*[known.get(name) for name, one in wanted.items() if one.kind != one.KEYWORD_ONLY])
    rows = known["actions"].to_pylist()
    return (
        "; ".join(
            f"{row['action']} {row['first_frame']}-{row['end_frame']} ({row['score']:.2f}, "
            + (f"body {row['body']})" if row["body"] is not None else f"face {row['track']})")
            for row in rows
        )
        or "nothing"
    )


if __name__ == "__main__":
    main()
