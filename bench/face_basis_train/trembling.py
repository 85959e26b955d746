"""How far action units tremble: the same face, recoded, scaled, rolled, lit and blurred a little, looked at again.

Photographs of 40 people, 10 faces made of many, and one person at several distances; none of the London set. The table
that is printed is `TREMBLING` of kinoeye.signals.expressions_faint; below it, how much the trembling grows with the
angle between two pictures of a rendered neutral head.

    python bench/face_basis_train/trembling.py [--data ../shared/data] [--rendered /tmp/basis]    # two CPU minutes
"""

import argparse
from itertools import pairwise
from pathlib import Path

import cv2
import looks
import numpy as np
from head import Array

from kinoeye.analyses.people.expressions import _face
from kinoeye.models import face_mesh, faces
from kinoeye.signals.expressions import Basis, places, read
from kinoeye.signals.expressions_faint import FAINT, amounts
from kinoeye.signals.expressions_neutral import calibrated
from kinoeye.signals.heads import turn_of_mesh

LOOKS = 12  # of each photograph, beside itself
LARGEST = 640  # pixels
OFTEN = 0.99  # of the differences are smaller
ANGLES = (0, 10, 15, 20, 25, 30, 35, 40, 60)  # degrees


def again(picture: Array, random: np.random.Generator) -> Array:
    """Take a picture once more, as another camera and another codec might."""
    height, width = picture.shape[:2]
    scale = random.uniform(0.7, 1.3) * min(1, LARGEST / max(height, width))
    size = int(width * scale), int(height * scale)
    place = cv2.getRotationMatrix2D((width / 2, height / 2), random.uniform(-5, 5), scale)
    place[:, 2] += np.subtract(size, (width, height)) / 2 + random.uniform(-8, 8, 2)
    shrunk = cv2.GaussianBlur(picture, (0, 0), max(0.3, 0.5 / scale - 0.3)) if scale < 0.8 else picture
    seen = cv2.warpAffine(shrunk, place, size, borderMode=cv2.BORDER_REPLICATE)
    seen = cv2.GaussianBlur(seen, (0, 0), random.uniform(0.3, 1.2))
    bright = (seen / 255) ** random.uniform(0.8, 1.25) * 255 * random.uniform(0.8, 1.25)
    quality = int(random.integers(60, 96))
    coded = cv2.imencode(".jpg", bright.clip(0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR))


def points_of(picture: Array) -> Array | None:
    """Return the points of the widest face, float64 [478, 3], pixels; None if there is none."""
    colours = cv2.cvtColor(picture, cv2.COLOR_BGR2RGB)
    found = faces.find(colours)
    if not found:
        return None
    widest = max(found, key=lambda face: float(face.box[2]))
    return np.asarray(face_mesh.look(colours, widest.box, widest.points).points, np.float64)


def difference(pair: Array, basis: Basis) -> Array:
    """Return how far the units of two faces of one person lie apart, as one appearance would see them."""
    points = places(pair, 1.0)
    rest = calibrated(points, basis)
    found, _ = amounts(read(points, basis, neutral=rest.neutral, doubt=rest.doubt))
    return np.abs(found[1] - found[0])


def on_photographs(folder: Path, basis: Basis) -> Array:
    """Return the trembling of each unit, float64 [units]."""
    files = [file for part in ("canada", "composite") for file in sorted((folder / part).glob("*.jpg"))]
    files += [folder / "lisa/lisa1.jpg"]
    apart = []
    for number, file in enumerate(files):
        random, picture = np.random.default_rng(number), cv2.imread(str(file))
        seen = [points_of(each) for each in (picture, *(again(picture, random) for _ in range(LOOKS)))]
        meshes = [each for each in seen if each is not None]
        apart += [difference(np.stack(pair), basis) for pair in pairwise(meshes)]
    print(f"{len(apart)} pairs of pictures of {len(files)} faces")
    return np.quantile(apart, OFTEN, axis=0)


def on_turned(file: Path, basis: Basis, trembling: Array) -> None:
    """Print how many times the trembling two pictures of a neutral head lie apart, by the angle between them."""
    kept = np.load(file)
    angles, times = [], []
    for person in np.unique(kept["people"]):
        first, *others = kept["points"][kept["people"] == person].astype(np.float64)
        for other in others:
            angles.append(np.hypot(*np.subtract(turn_of_mesh(other), turn_of_mesh(first))[:2]))
            times.append(difference(np.stack([first, other]), basis) / trembling)
    places_in = np.digitize(angles, ANGLES)
    for place in range(1, len(ANGLES)):
        here = np.array(times)[places_in == place]
        if len(here):
            middle = np.median(np.quantile(here, OFTEN, axis=0))
            print(f"{ANGLES[place - 1]}..{ANGLES[place]} degrees: {middle:.1f} times ({len(here)} pairs)")


def main() -> None:
    """Print both."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=Path(__file__).resolve().parents[3] / "shared/data")
    parser.add_argument("--rendered", type=Path, help="folder of make.py render")
    given = parser.parse_args()
    looks.one_thread()
    basis = _face().basis
    trembling = on_photographs(given.data / "faces", basis)
    print(", ".join(f"{unit}: {each:.3f}" for unit, each in zip(FAINT, trembling, strict=True)))
    if given.rendered:
        on_turned(given.rendered / "turned.npz", basis, trembling)


if __name__ == "__main__":
    main()
