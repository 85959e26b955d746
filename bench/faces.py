"""Faces: how many are found and how many are not there, beside OpenCV's Haar cascades and dlib's HOG; prints tables.

People are cut out of portraits on which nothing was tuned (London) and set into streets without people, three in a
picture of 640 x 360; the same pictures go to every peer. A find is right if its middle lies within half a face's width
of the truth and it is half to twice as large.

    python bench/faces.py [--pictures 20] [--dlib PYTHON] [--alone] [--clips FOLDER] [--only finding|turns|tracks]

`--dlib` names the interpreter of an environment that has dlib (dlib-bin); without one that peer is left out. Costs are
CPU milliseconds of one thread; ours has meshes, irises and turns in it, the peers' only boxes.
"""

import argparse
import json
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import faces_tracks
import numpy as np
import numpy.typing as npt
from faces_pictures import SHARED, Change, Truth, as_still, composites, portrait_of, portraits, streets, turned

from kinoeye.analyses.people.faces import seen_in
from kinoeye.models import face_mesh
from kinoeye.models import faces as finder
from kinoeye.signals import heads

Picture = npt.NDArray[np.uint8]
Finds = list[tuple[float, float, float]]  # middle and size
Answers = tuple[list[Finds], float]  # of all pictures, and CPU seconds

CHANGES = {
    **{f"{size} px": Change(size) for size in (8, 12, 16, 20, 24, 32, 48, 80, 120)},
    **{f"yaw {yaw}, 60 px": Change(60, yaw=yaw) for yaw in (30, 45, 60, 75)},
    **{f"yaw {yaw}, 28 px": Change(28, yaw=yaw) for yaw in (45, 60)},
    **{f"pitch {pitch}, 60 px": Change(60, pitch=pitch) for pitch in (-25, 25)},
    **{f"roll {roll}, 60 px": Change(60, roll=roll) for roll in (30, 60, 90, 180)},
    **{f"light {light}, 60 px": Change(60, light=light) for light in (0.25, 0.12, 0.06)},
    "light 0.12, 28 px": Change(28, light=0.12),
    **{f"blur {blur} of the width, 60 px": Change(60, blur=blur) for blur in (0.03, 0.06, 0.1)},
    "eyes covered, 60 px": Change(60, cover="eyes"),
    "mouth covered, 60 px": Change(60, cover="mouth"),
    "one half covered, 60 px": Change(60, cover="side"),
}
WITHOUT_PEOPLE = (
    ("flower_cc0_5s.mp4", 10),
    ("bug_learn_7s.mp4", 10),
    ("big_buck_bunny_2s.mp4", 10),
    ("timecode_bars_16s.mp4", 50),
    ("smpte_2997_timecode_10s.mp4", 50),
)


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pictures", type=int, default=20)
    parser.add_argument("--dlib", default="")
    parser.add_argument("--alone", action="store_true", help="leave out the peers")
    parser.add_argument("--clips", type=Path, default=SHARED / "film_clips")
    parser.add_argument("--only", choices=("finding", "turns", "tracks"))
    options = parser.parse_args()
    cv2.setNumThreads(1)
    peers: dict[str, Callable[[Sequence[Picture]], Answers]] = {"kinoeye": ours}
    if not options.alone:
        peers["Haar"] = haar
    if options.dlib and not options.alone:
        peers["dlib HOG"] = lambda pictures: dlib(pictures, options.dlib)
    if options.only in (None, "finding"):
        finding(peers, options.pictures, options.clips)
    if options.only in (None, "turns"):
        turns()
    if options.only in (None, "tracks"):
        faces_tracks.report(options.clips)


def finding(peers: dict[str, Callable[[Sequence[Picture]], Answers]], count: int, clips: Path) -> None:
    """Print recall by condition, then precision, false finds and cost."""
    print("| share found (false finds a picture) | " + " | ".join(peers) + " |\n|---|" + "---|" * len(peers))
    right, wrong = dict.fromkeys(peers, 0), dict.fromkeys(peers, 0)
    for name, change in CHANGES.items():
        made = list(composites("london", change, count))
        cells = []
        for peer, ask in peers.items():
            answers, _ = ask([picture for picture, _ in made])
            hits = [judged(finds, truths) for finds, (_, truths) in zip(answers, made, strict=True)]
            found, false = sum(hit for hit, _ in hits), sum(extra for _, extra in hits)
            right[peer], wrong[peer] = right[peer] + found, wrong[peer] + false
            cells.append(f"{found / sum(len(truths) for _, truths in made):.2f} ({false / len(made):.2f})")
        print(f"| {name} | " + " | ".join(cells) + " |", flush=True)
    print("| precision over all of these | " + " | ".join(f"{precision(right[p], wrong[p]):.3f}" for p in peers) + " |")
    empty = without_people(clips)
    answers = {peer: ask(empty)[0] for peer, ask in peers.items()}
    cells = [f"{sum(len(finds) for finds in answers[peer]) / len(empty):.3f}" for peer in peers]
    print(f"| false finds a picture, {len(empty)} pictures without people | " + " | ".join(cells) + " |")
    crowd = list(composites("london", Change(28), 3, faces=60))
    print(f"| {len(crowd[0][1])} faces of 28 px in one picture | ", end="")
    for ask in peers.values():
        hits = [judged(finds, truths) for finds, (_, truths) in zip(ask([p for p, _ in crowd])[0], crowd, strict=True)]
        print(f"{sum(hit for hit, _ in hits) / sum(len(t) for _, t in crowd):.2f}", end=" | ")
    timed = [picture for picture, _ in composites("london", Change(60), 15)]
    print("\n| CPU ms a still, three faces | " + " | ".join(f"{cost(ask, timed):.0f}" for ask in peers.values()) + " |")
    print(
        "| CPU ms a still without people | " + " | ".join(f"{cost(ask, empty[:30]):.0f}" for ask in peers.values()), "|"
    )


def cost(ask: Callable[[Sequence[Picture]], Answers], pictures: Sequence[Picture]) -> float:
    """Return CPU milliseconds a picture, the least of three rounds: others use the machine too."""
    return min(ask(pictures)[1] for _ in range(3)) / len(pictures) * 1000


def precision(right: int, wrong: int) -> float:
    """Return the share of finds that are right."""
    return right / max(1, right + wrong)


def judged(finds: Finds, truths: Sequence[Truth]) -> tuple[int, int]:
    """Return how many faces were found, and how many finds are none or a second one of the same face."""
    left = list(truths)
    for x, y, size in finds:
        for truth in left:
            if np.hypot(x - truth.x, y - truth.y) < truth.size / 2 and 0.5 < size / truth.size < 2:
                left.remove(truth)
                break
    found = len(truths) - len(left)
    return found, len(finds) - found


def ours(pictures: Sequence[Picture]) -> Answers:
    """Ask Kinoeye for all it tells of faces: meshes, irises and turns are in the cost."""
    answers, begin = [], time.process_time()
    for picture in pictures:
        height, width = picture.shape[:2]
        rows = seen_in(picture, least_score=0.5, least_mesh_px=24)
        boxes = [(row["x"], row["y"], row["x"] + row["w"], row["y"] + row["h"]) for row in rows]
        answers.append([as_find(*(np.array(box) * (width, height, width, height))) for box in boxes])
    return answers, time.process_time() - begin


def haar(pictures: Sequence[Picture]) -> Answers:
    """Ask OpenCV's cascades: the front, and both profiles."""
    front, side = (
        cv2.CascadeClassifier(cv2.data.haarcascades + f"haarcascade_{name}.xml")
        for name in ("frontalface_default", "profileface")
    )
    answers, begin = [], time.process_time()
    for picture in pictures:
        luma = cv2.equalizeHist(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
        boxes = [*front.detectMultiScale(luma, 1.1, 5), *side.detectMultiScale(luma, 1.1, 5)]
        for x, y, w, h in side.detectMultiScale(np.ascontiguousarray(luma[:, ::-1]), 1.1, 5):
            boxes.append((luma.shape[1] - x - w, y, w, h))
        kept: list[npt.NDArray[np.float32]] = []
        for x, y, w, h in boxes:
            box = np.array([x, y, x + w, y + h], np.float32)
            if not kept or finder.overlaps(box, np.stack(kept)).max() < 0.3:
                kept.append(box)
        answers.append([as_find(*box) for box in kept])
    return answers, time.process_time() - begin


def dlib(pictures: Sequence[Picture], python: str) -> Answers:
    """Ask dlib, in its own environment."""
    with tempfile.TemporaryDirectory() as folder:
        given, answered = Path(folder) / "pictures.npz", Path(folder) / "answers.json"
        np.savez(given, *pictures)
        script = Path(__file__).with_name("faces_dlib.py")
        subprocess.run([python, str(script), str(given), str(answered)], check=True)
        told = json.loads(answered.read_text("utf-8"))
    return [[as_find(*box) for box in boxes] for boxes in told["answers"]], told["seconds"]


def as_find(left: float, upper: float, right: float, lower: float) -> tuple[float, float, float]:
    """Return the middle and the size of a box."""
    return (left + right) / 2, (upper + lower) / 2, max(right - left, lower - upper)


def without_people(clips: Path) -> list[Picture]:
    """Return pictures in which nobody is."""
    pictures = [np.ascontiguousarray(street[..., ::-1]) for street in streets("london")]
    for name, step in WITHOUT_PEOPLE:
        film, number = cv2.VideoCapture(str(clips / name)), 0
        while True:
            is_there, picture = film.read()
            if not is_there:
                break
            if number % step == 0:
                scale = min(1.0, 640 / max(picture.shape[:2]))
                small = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
                pictures.append(as_still(np.asarray(small, np.uint8)))
            number += 1
    return pictures


def turns() -> None:
    """Print how exactly turns and irises are told, on portraits of known landmarks."""
    print("\n| turned by | mean error of yaw, degrees | from six points alone |\n|---|---|---|")
    files = portraits("london")[::3]
    for yaw in (0, 15, 30, 45, 60):
        errors = []
        for file in files:
            portrait = portrait_of(file)
            straight = told(np.ascontiguousarray(portrait.picture[..., ::-1]))
            layers, _ = turned(portrait, yaw, 0)
            over = layers[..., 3:] / 255
            rgb = (layers[..., 2::-1] * over + 120 * (1 - over)).astype(np.uint8)
            seen = told(np.ascontiguousarray(rgb))
            if straight and seen:
                errors.append([abs(seen[n] - straight[n] - yaw) for n in (0, 1)])
        mesh, six = np.mean(errors, axis=0)
        print(f"| {yaw} ({len(errors)} of {len(files)} found) | {mesh:.1f} | {six:.1f} |", flush=True)
    apart = []
    for file in portraits("london"):
        portrait = portrait_of(file)
        rgb = np.ascontiguousarray(portrait.picture[..., ::-1])
        face = finder.find(rgb)[0]
        irises = face_mesh.look(rgb, face.box, face.points).points[[468, 473], :2]
        lines = (file.parents[1] / "landmarks_189_at_1350px" / f"{file.stem}.tem").read_text().split("\n")[1:3]
        pupils = np.array([[float(value) for value in line.split()] for line in lines])
        pupils *= portrait.picture.shape[0] / 1350
        apart.append(np.linalg.norm(irises - pupils, axis=1).mean() / np.linalg.norm(pupils[0] - pupils[1]))
    print(f"\nIrises from pupils set by hand, {len(apart)} portraits: {np.mean(apart) * 100:.2f} % of their distance")


def told(rgb: Picture) -> tuple[float, float] | None:
    """Return yaw by the mesh and by six points, degrees; None if no face is found."""
    found = finder.find(rgb)
    if not found:
        return None
    mesh = face_mesh.look(rgb, found[0].box, found[0].points)
    return heads.turn_of_mesh(mesh.points)[0], heads.turn_of_points(found[0].points)[0]


if __name__ == "__main__":
    main()
