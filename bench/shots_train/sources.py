"""Sources: photographs, cut-outs and film clips that training shots are rendered from.

Reads folders of unpacked packages (README.md names them), scales everything down, and writes one file for the renderer.
Nothing of it is kept in the repository.

    python sources.py --photos DIR ... --cutouts DIR ... --clips FILE ... --out bank/sources.npz
"""

import argparse
import itertools
import pickle
import random
from pathlib import Path

import av
import cv2
import numpy as np

PHOTO_WIDTH = 448
CUTOUT_HEIGHT = 128
CLIP_SIZE = (192, 108)
LONGEST_CLIP = 900
SAME_SHOT_LIMIT = 16.0  # mean difference of neighbours; the training clips' own cuts lie above 19
PICTURE_ENDINGS = {".jpg", ".jpeg", ".png", ".webp"}


def photos(folders, most_per_folder=250):
    """Yield pictures of the folders, at most PHOTO_WIDTH wide, RGB."""
    for folder in folders:
        files = sorted(f for f in Path(folder).rglob("*") if f.suffix.lower() in PICTURE_ENDINGS and f.is_file())
        files = [f for f in files if f.stat().st_size > 20_000]
        random.Random(1).shuffle(files)
        for file in files[:most_per_folder]:
            picture = cv2.imread(str(file), cv2.IMREAD_REDUCED_COLOR_2)
            if picture is None or min(picture.shape[:2]) < 80:
                continue
            height, width = picture.shape[:2]
            width_new = min(width, PHOTO_WIDTH)
            size = (width_new, max(54, round(height * width_new / width)))
            if size[1] > 2 * PHOTO_WIDTH:
                continue
            yield cv2.resize(picture, size, interpolation=cv2.INTER_AREA)[:, :, ::-1].copy()


def cutouts(folders):
    """Yield RGBA pictures whose background is transparent or plain."""
    for folder in folders:
        for file in sorted(Path(folder).rglob("*")):
            if file.suffix.lower() not in PICTURE_ENDINGS or not file.is_file():
                continue
            picture = cv2.imread(str(file), cv2.IMREAD_UNCHANGED)
            if picture is None or picture.dtype != np.uint8 or picture.ndim != 3 or min(picture.shape[:2]) < 40:
                continue
            if picture.shape[2] == 3:
                picture = np.dstack([picture, portrait_mask(picture)])
            elif picture[:, :, 3].min() > 128:
                continue
            scale = min(1.0, CUTOUT_HEIGHT / picture.shape[0])
            size = (max(8, round(picture.shape[1] * scale)), max(8, round(picture.shape[0] * scale)))
            picture = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
            yield np.dstack([picture[:, :, 2::-1], picture[:, :, 3]])


def portrait_mask(picture):
    """Return 255 where a studio portrait differs from its plain background (its upper corners)."""
    corner = np.median(picture[:20, :20].reshape(-1, 3), axis=0)
    far = np.abs(picture.astype(np.float32) - corner).max(axis=2) > 22
    mask = cv2.morphologyEx(far.astype(np.uint8) * 255, cv2.MORPH_CLOSE, np.ones((25, 25), np.uint8))
    return cv2.GaussianBlur(mask, (9, 9), 0)


def clips(files):
    """Yield uint8 [n, 108, 192, 3] of each shot of the clips, split where neighbours differ much."""
    for file in files:
        with av.open(str(file)) as container:
            frames = []
            for frame in container.decode(video=0):
                frames.append(cv2.resize(frame.to_ndarray(format="rgb24"), CLIP_SIZE, interpolation=cv2.INTER_AREA))
                if len(frames) == LONGEST_CLIP:
                    break
        small = np.stack([cv2.resize(f, (48, 27), interpolation=cv2.INTER_AREA) for f in frames]).astype(np.float32)
        jumps = np.abs(np.diff(small, axis=0)).mean(axis=(1, 2, 3))
        edges = [0, *(np.flatnonzero(jumps > SAME_SHOT_LIMIT) + 1), len(frames)]
        for first, last in itertools.pairwise(edges):
            if last - first >= 12:
                yield np.stack(frames[first:last])


def main():
    """Read everything and write it."""
    parser = argparse.ArgumentParser(description=__doc__)
    for name in ("photos", "cutouts", "clips"):
        parser.add_argument(f"--{name}", nargs="*", default=[])
    parser.add_argument("--out", required=True)
    given = parser.parse_args()
    bank = {
        "photos": list(photos(given.photos)),
        "cutouts": list(cutouts(given.cutouts)),
        "clips": list(clips(given.clips)),
    }
    Path(given.out).parent.mkdir(parents=True, exist_ok=True)
    with open(given.out, "wb") as file:
        pickle.dump(bank, file, protocol=5)
    print({name: len(things) for name, things in bank.items()})


if __name__ == "__main__":
    main()
