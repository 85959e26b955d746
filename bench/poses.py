"""Bodies: how near the points lie where they are known, who is found in real clips, and the cost; prints Markdown.

The known points are those of drawn people (a few shapes in front of a plain wall), at several sizes and with noise. On
real clips the people who stand free in the picture were counted by eye, still by still; whoever is seen from the chest
down, less than a twelfth of the picture's height tall, or half hidden by another is not asked for.

    python bench/poses.py [--films FOLDER]
"""

import argparse
import time
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pyarrow as pa

from kinoeye.analyses.people.poses import poses
from kinoeye.signals import skeletons
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND

FILMS = Path(__file__).resolve().parents[2] / "shared" / "data" / "film_clips"
EMPTY = Stills([], np.zeros(0, np.int64), np.zeros(0, np.int64))
# Film, first and last picture, people who stand free in each of them, as counted by eye.
BY_EYE = (
    ("chaplin_10s.mp4", 60, 240, 2),
    ("his_girl_friday_1940_6s.mp4", 0, 185, 1),
    ("intel_one-by-one-person-detection.mp4", 1080, 1180, 1),
    ("intel_one-by-one-person-detection.mp4", 1202, 1232, 0),
    ("intel_classroom.gif", 0, 45, 2),
    ("intel_face-demographics-walking.gif", 0, 35, 2),
    ("intel_face-demographics-walking-and-pause.gif", 0, 41, 3),
    ("intel_head-pose-face-detection-female-and-male.gif", 0, 56, 2),
    ("man_on_green_screen_24s.mp4", 170, 400, 1),
    ("intel_asl_again.mkv", 0, 77, 1),
    ("intel_asl_help.mkv", 0, 58, 1),
    ("flower_cc0_5s.mp4", 0, 150, 0),
    ("timecode_bars_16s.mp4", 0, 100, 0),
)
KNOWN = {"nose": (0, 7.3), "left_shoulder": (0.9, 6.2), "right_shoulder": (-0.9, 6.2), "left_hip": (0.4, 3.9),
         "right_hip": (-0.4, 3.9), "left_knee": (0.5, 2.1), "right_knee": (-0.5, 2.1), "left_elbow": (1.25, 5.0),
         "right_elbow": (-1.25, 5.0), "right_wrist": (-1.35, 3.7), "left_wrist": (1.35, 3.7)}  # fmt: skip


def stream(film: Path, a_second: float | None, first: int = 0, last: int = 1 << 30) -> tuple[Stills, Fraction]:
    """Read a clip as stills: so many a second at 640 pixels, or every picture if None."""
    jpegs, frames, times, tick = [], [], [], None
    with av.open(str(film)) as media:
        rate = media.streams.video[0].average_rate
        for number, frame in enumerate(media.decode(video=0)):
            now = int(Fraction(number) / rate * FLICKS_PER_SECOND)
            before, tick = tick, now * a_second // FLICKS_PER_SECOND if a_second else number
            if number >= last:
                break
            if number < first or tick == before:
                continue
            picture = frame.to_ndarray(format="bgr24")
            scale = min(1, 640 / max(picture.shape))
            small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            jpegs.append(cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 88])[1].tobytes())
            frames.append(number)
            times.append(now)
    return Stills(jpegs, np.array(frames, np.int64), np.array(times, np.int64)), rate


def one_shot(stills: Stills) -> pa.Table:
    """Return the table `shots` of a clip without cuts."""
    end = pa.array([int(stills.frames[-1]) + 1])
    times = pa.array([int(stills.times[-1]) + FLICKS_PER_SECOND // 2])
    return pa.table({"shot": pa.array([0], pa.int32()), "start": pa.array([0]), "end": times,
                     "first_frame": pa.array([0]), "end_frame": end})  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--films", type=Path, default=FILMS)
    given = parser.parse_args()
    _print_drawn()
    print("\n| clip | pictures | people by eye | found, two stills a second | found, every picture | "
          "CPU ms a still | CPU ms a picture |")  # fmt: skip
    print("|---|---|---|---|---|---|---|")
    for name, first, last, people in BY_EYE:
        print(_real(given.films / name, first, last, people), flush=True)


def _print_drawn() -> None:
    print("| drawn person, pixels tall | found | points, error in % of the height: mean | worst |\n|---|---|---|---|")
    random = np.random.default_rng(3)
    for tall in (60, 90, 130, 200, 300):
        errors, found = [], 0
        for _ in range(12):
            x, foot = float(random.uniform(120, 520)), 350 - float(random.uniform(0, 350 - tall * 1.1))
            picture = _drawn(x, foot, tall, random)
            jpeg = cv2.imencode(".jpg", picture)[1].tobytes()
            one = Stills([jpeg], np.zeros(1, np.int64), np.zeros(1, np.int64))
            rows = poses(one, one_shot(one)).to_pylist()
            found += len(rows) == 1
            for row in rows[:1]:
                points = np.reshape(row["points"], (33, 4))[:, :2] * (640, 360)
                for name, (across, up) in KNOWN.items():
                    place = np.array([x + across * tall / 8, foot - up * tall / 8])
                    errors.append(100 * np.linalg.norm(points[skeletons.index(name)] - place) / tall)
        worst = f"{np.mean(errors):.1f} | {np.max(errors):.1f}" if errors else "- | -"
        print(f"| {tall} | {found} of 12 | {worst} |", flush=True)


def _drawn(x: float, foot: float, tall: float, random: np.random.Generator) -> np.ndarray:
    unit, picture = tall / 8, np.full((360, 640, 3), random.integers(90, 220, 3), np.uint8)
    skin, shirt, legs = (140, 172, 224), random.integers(20, 200, 3).tolist(), random.integers(20, 80, 3).tolist()

    def limb(a: tuple[float, float], b: tuple[float, float], thick: float, colour: object) -> None:
        ends = [(round(x + across * unit), round(foot - up * unit)) for across, up in (a, b)]
        cv2.line(picture, *ends, colour, max(1, round(thick * unit)), cv2.LINE_AA)

    for side in (-1, 1):
        limb((side * 0.45, 3.9), (side * 0.5, 2.1), 0.62, legs)
        limb((side * 0.5, 2.1), (side * 0.5, 0.3), 0.5, legs)
        limb((side * 0.95, 6.3), (side * 1.25, 5), 0.42, shirt)
        limb((side * 1.25, 5), (side * 1.35, 3.7), 0.33, skin)
        limb((side * 1.35, 3.7), (side * 1.4, 3.2), 0.35, skin)
    for level in np.linspace(6.4, 3.8, 24):
        limb((-0.2 - 0.12 * level, level), (0.2 + 0.12 * level, level), 0.3, shirt)
    limb((0, 6.4), (0, 7), 0.5, skin)
    middle = (round(x), round(foot - 7.35 * unit))
    cv2.ellipse(picture, middle, (round(0.42 * unit), round(0.58 * unit)), 0, 0, 360, skin, -1, cv2.LINE_AA)
    cv2.ellipse(picture, middle, (round(0.45 * unit), round(0.62 * unit)), 0, 190, 350, legs, -1, cv2.LINE_AA)
    return np.clip(picture + random.normal(0, 6, picture.shape), 0, 255).astype(np.uint8)


def _real(film: Path, first: int, last: int, people: int) -> str:
    cells, costs = [], []
    for a_second in (2, None):
        pictures, _ = stream(film, a_second, first, last)
        inputs = (EMPTY, one_shot(pictures), pictures) if a_second is None else (pictures, one_shot(pictures))
        began = time.process_time()
        rows = poses(*inputs)
        costs.append(1000 * (time.process_time() - began) / len(pictures))
        cells.append(f"{rows.num_rows} of {people * len(pictures)}")
    return f"| {film.name} | {first} to {last} | {people} | {cells[0]} | {cells[1]} | {costs[0]:.0f} | {costs[1]:.0f} |"


if __name__ == "__main__":
    main()
