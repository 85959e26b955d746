"""Faces covered over a clip: what independent looks still see, and what it costs; prints a Markdown table.

Every picture is covered by Kinoeye, and beside it by two ways without following: the same finder picture by picture,
and OpenCV's Haar cascades (near faces and both profiles) picture by picture. What is left uncovered is then counted by
looks that none of these covers was made with: the noses of bodies, by the pose nets, and for the ways of Kinoeye the
finds of Haar too. A nose counts where the net is sure of body and point. Haar's finds are raw: some are no faces.

    python bench/anonymise.py [--clips FOLDER] [--every 3] [--sheets FOLDER]
"""

import argparse
import tempfile
import time
from collections.abc import Callable
from fractions import Fraction
from itertools import islice
from pathlib import Path

import cv2
import numpy as np

import kinoeye
from kinoeye.media.full import read_full
from kinoeye.media.probe import probe
from kinoeye.media.write import write_film
from kinoeye.models import bodies, faces
from kinoeye.run.parts import parts_of
from kinoeye.run.sources import Source
from kinoeye.run.ways import Search
from kinoeye.treatments.people.anonymise import anonymise, head_of

# Clip, first second and seconds (None: all).
CLIPS = (
    ("tears_of_steel_battle_70s.webm", 12, 20),
    ("his_girl_friday_1940_6s.mp4", 0, None),
    ("intel_face-demographics-walking-and-pause.gif", 0, None),
    ("intel_head-pose-face-detection-female-and-male.gif", 0, None),
)
SURE = 0.8  # of a body and of its nose, to count as one that is seen

Box = tuple[float, float, float, float]


def main() -> None:
    """Measure all clips."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clips", type=Path, default=Path("../shared/data/film_clips"))
    parser.add_argument("--every", type=int, default=3, help="pictures between two independent looks")
    parser.add_argument("--only", default="", help="clips whose name has this in it")
    parser.add_argument("--sheets", type=Path, help="where contact sheets of the results go")
    given = parser.parse_args()
    print("| clip | pictures | way | noses uncovered | pictures with one | Haar's finds uncovered | area covered "
          "| CPU ms a picture |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- |")
    for name, begin, seconds in (clip for clip in CLIPS if given.only in clip[0]):
        with tempfile.TemporaryDirectory() as folder:
            _clip(given.clips / name, begin, seconds, Path(folder), given.every, given.sheets)


def _clip(source: Path, begin: int, seconds: int | None, folder: Path, every: int, sheets: Path | None) -> None:
    known = probe(source)
    rate = Fraction(known.rate or 24).limit_denominator(1001)
    first = int(begin * rate)
    last = None if seconds is None else first + int(seconds * rate)
    pictures = [picture for _, _, picture in islice(read_full(source, known), first, last)]
    path = folder / "clip.mkv"
    write_film(path, pictures, rate, codec="ffv1")
    production = kinoeye.open(folder)
    production.run(only=["shots"], jobs=1)
    ways: dict[str, Callable[[], dict[int, list[Box]]]] = {
        "Kinoeye": lambda: _followed(production, path),
        "its finder, picture by picture": lambda: _each(pictures, every, _found),
        "Haar, picture by picture": lambda: _each(pictures, every, _haar),
    }
    noses = {number: _noses(pictures[number]) for number in range(0, len(pictures), every)}
    haar = {number: _haar(pictures[number]) for number in range(0, len(pictures), every)}
    for way, cover in ways.items():
        start = time.process_time()
        covers = cover()
        looked_at = len(pictures) if way == "Kinoeye" else len(noses)
        spent = (time.process_time() - start) / looked_at
        bare = {number: sum(not _is_covered(nose, covers.get(number, [])) for nose in found)
                for number, found in noses.items()}  # fmt: skip
        missed = sum(not _is_covered(((b[0] + b[2]) / 2, (b[1] + b[3]) / 2), covers.get(number, []))
                     for number, found in haar.items() for b in found)  # fmt: skip
        area = np.mean([_area(covers.get(number, [])) for number in noses])
        haar_told = "-" if way.startswith("Haar") else f"{missed} of {sum(map(len, haar.values()))}"
        with_one = sum(map(bool, bare.values()))
        print(f"| {source.stem} | {len(pictures)} | {way} | {sum(bare.values())} of {sum(map(len, noses.values()))} "
              f"| {with_one} of {len(noses)} ({with_one / len(noses):.1%}) | {haar_told} | {area:.1%} "
              f"| {spent * 1e3:.0f} |", flush=True)  # fmt: skip
        if sheets is not None and way == "Kinoeye":
            _sheet(sheets / f"{source.stem}.png", pictures, covers, noses, haar)


def _followed(production: kinoeye.Production, path: Path) -> dict[int, list[Box]]:
    asset = production.asset(path.name)
    source = Source((path,), probe(path))
    covers: dict[int, list[Box]] = {}
    for face in Search(source, production.index, asset, parts_of(production.index), lambda _: None).seen().faces:
        for number, box in face.boxes:
            covers.setdefault(number, []).append(box)
    return covers


def _each(pictures: list[np.ndarray], every: int, find: Callable[[np.ndarray], list[Box]]) -> dict[int, list[Box]]:
    """Find faces in those pictures at which independent looks are taken; the others tell nothing of such a way."""
    return {number: find(pictures[number]) for number in range(0, len(pictures), every)}


def _found(picture: np.ndarray) -> list[Box]:
    height, width = picture.shape[:2]
    scale = (width, height, width, height)
    return [tuple(face.box / scale) for face in faces.find(faces.brightened(picture))]


def _haar(picture: np.ndarray) -> list[Box]:
    """Find faces as OpenCV's examples do: near ones, and profiles both ways."""
    luma = cv2.equalizeHist(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY))
    height, width = luma.shape
    boxes: list[Box] = []
    for name, mirrored in (("frontalface_alt2", False), ("profileface", False), ("profileface", True)):
        cascade = cv2.CascadeClassifier(f"{cv2.data.haarcascades}haarcascade_{name}.xml")
        seen = luma[:, ::-1].copy() if mirrored else luma
        for x, y, w, h in cascade.detectMultiScale(seen, 1.1, 6, minSize=(24, 24)):
            left = width - x - w if mirrored else x
            boxes.append((left / width, y / height, (left + w) / width, (y + h) / height))
    return boxes


def _noses(picture: np.ndarray) -> list[tuple[float, float]]:
    height, width = picture.shape[:2]
    seen = []
    for found in bodies.find(picture, parts=3):
        body = bodies.points(picture, bodies.around(found))
        x, y, _, visibility = body.points[0]
        if body.presence >= SURE and visibility >= SURE and 0 <= x < width and 0 <= y < height:
            seen.append((float(x) / width, float(y) / height))
    return seen


def _is_covered(point: tuple[float, float], boxes: list[Box]) -> bool:
    """Say whether a point lies in the ellipse around a head, which goes a tenth beyond the head's box."""
    for box in boxes:
        left, upper, right, lower = head_of(box)
        away = np.hypot((point[0] - (left + right) / 2) / ((right - left) * 0.55),
                        (point[1] - (upper + lower) / 2) / ((lower - upper) * 0.55))  # fmt: skip
        if away <= 1:
            return True
    return False


def _area(boxes: list[Box]) -> float:
    mask = np.zeros((90, 160), np.uint8)
    for box in boxes:
        left, upper, right, lower = head_of(box)
        middle = (round((left + right) * 80), round((upper + lower) * 45))
        axes = (max(1, round((right - left) * 88)), max(1, round((lower - upper) * 49.5)))
        cv2.ellipse(mask, middle, axes, 0, 0, 360, 1, -1)
    return float(mask.mean())


def _sheet(path: Path, pictures: list[np.ndarray], covers: dict[int, list[Box]],
           noses: dict[int, list[tuple[float, float]]], haar: dict[int, list[Box]]) -> None:  # fmt: skip
    """Draw what is uncovered by any look, those pictures first, and others; noses red, Haar's finds yellow."""
    bare = [
        number for number in noses
        if any(not _is_covered(nose, covers.get(number, [])) for nose in noses[number])
        or any(not _is_covered(((b[0] + b[2]) / 2, (b[1] + b[3]) / 2), covers.get(number, [])) for b in haar[number])
    ]  # fmt: skip
    rest = list(noses)[:: max(1, len(noses) // 10)]
    tiles = []
    for number in [*bare[:: max(1, len(bare) // 15)], *rest][:25]:
        picture = np.ascontiguousarray(anonymise(pictures[number], covers.get(number, []))[..., ::-1])
        height, width = picture.shape[:2]
        for x, y in noses[number]:
            cv2.circle(picture, (round(x * width), round(y * height)), 5, (0, 0, 255), -1)
        for left, upper, right, lower in haar[number]:
            cv2.rectangle(picture, (round(left * width), round(upper * height)),
                          (round(right * width), round(lower * height)), (0, 255, 255), 2)  # fmt: skip
        cv2.putText(picture, str(number), (4, 20), cv2.FONT_HERSHEY_SIMPLEX, 0.7, (255, 255, 255), 2)
        tiles.append(cv2.resize(picture, (240, round(240 * height / width))))
    tiles += [np.zeros_like(tiles[0])] * (-len(tiles) % 5)
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), np.vstack([np.hstack(tiles[n : n + 5]) for n in range(0, len(tiles), 5)]))


if __name__ == "__main__":
    main()
