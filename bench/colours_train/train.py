"""Fit the two small classifiers of `colours`: day or night, indoors or outdoors.

    for package in plasma-workspace-wallpapers mate-backgrounds lomiri-wallpapers-16.04 lomiri-wallpapers-20.04 \\
            opencv-doc blender-data; do
        apt-get download $package && dpkg-deb -x ${package}_*.deb PICTURES/$package
    done
    python bench/colours_train/train.py PICTURES CLIPS

`labels.tsv` names each picture (of Debian 12's packages, and of clips outside the eight that are only measured on) with
the label a person gave it by looking; `view` is the yaw in degrees for a panorama, the picture's number for a clip.
Night out of doors is rare there; exteriors are also shown "day for night", as films do it: darkened and cooled. Groups
(one place, one clip) never stand on both sides of the split. Everything is seeded; pictures are never committed.
"""

import argparse
import csv
import os
from pathlib import Path

os.environ["OPENCV_IO_ENABLE_OPENEXR"] = "1"

import av
import cv2
import numpy as np

from kinoeye.signals.colour import SCENE_FEATURES, scene_features, small_lab

SEED = 20261121
HELD_OUT = 0.25
RIDGE = 0.05  # of 0.005 to 0.15 the most right where sure, by leaving groups of the training part out
QUESTIONS = {"place": ("interior", "exterior"), "time": ("night", "day")}


def panorama(path, yaw):
    """One view of 70 degrees into an equirectangular panorama, exposed for its mean."""
    light = cv2.imread(str(path), cv2.IMREAD_ANYCOLOR | cv2.IMREAD_ANYDEPTH)[:, :, ::-1]
    height, width = light.shape[:2]
    x, y = np.meshgrid(np.linspace(-0.5, 0.5, 640), np.linspace(-0.28, 0.28, 360))
    rays = np.stack([x, y, np.full_like(x, 0.5 / np.tan(np.radians(35)))], axis=-1)
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    east = ((np.arctan2(rays[..., 0], rays[..., 2]) + np.radians(yaw)) / (2 * np.pi) + 0.5) % 1 * width
    south = (np.arcsin(rays[..., 1]) / np.pi + 0.5) * height
    view = cv2.remap(light, east.astype(np.float32), south.astype(np.float32), cv2.INTER_LINEAR)
    view *= 0.18 / np.exp(np.log(light.max(axis=-1) + 1e-3).mean())
    return (np.clip(view / (1 + view * 0.5), 0, 1) ** (1 / 2.2) * 255).astype(np.uint8)


def clip_picture(path, number):
    with av.open(str(path)) as film:
        for count, frame in enumerate(film.decode(video=0)):
            if count == number:
                return frame.to_ndarray(format="rgb24")
    raise SystemExit(f"{path}: fewer pictures than {number}")


def load(row, pictures, clips):
    if row["package"] == "clips":
        return clip_picture(clips / row["path"], int(row["view"]))
    path = pictures / row["package"] / row["path"]
    if path.suffix == ".exr":
        return panorama(path, int(row["view"]))
    picture = cv2.imread(str(path))[:, :, ::-1]
    scale = 640 / max(picture.shape)
    return cv2.resize(np.ascontiguousarray(picture), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)


def variants(picture):
    """The picture, and as another exposure and framing would have shown it."""
    height, width = picture.shape[:2]
    yield picture
    yield picture[height // 6 :, : width * 5 // 6]
    yield picture[: height * 5 // 6, width // 6 :]
    for gamma in (0.75, 1.35):
        yield (255 * (picture / 255) ** gamma).astype(np.uint8)


def day_for_night(picture):
    linear = (picture / 255) ** 2.2 * np.array([0.05, 0.06, 0.09])
    return (255 * linear ** (1 / 2.2)).astype(np.uint8)


def dataset(pictures, clips):
    """Rows of (features, place, time, group, is_first): is_first marks the pictures as they are."""
    rows = []
    with (Path(__file__).parent / "labels.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            picture = load(row, pictures, clips)
            for number, variant in enumerate(variants(picture)):
                rows.append((scene_features(small_lab(variant)), row["place"], row["time"], row["group"], number == 0))
            if row["time"] != "night":
                # Darkness must not speak for a place: both are darkened. Only out of doors by day it makes a night.
                time = "night" if (row["place"], row["time"]) == ("exterior", "day") else "unknown"
                dark = scene_features(small_lab(day_for_night(picture)))
                rows.append((dark, row["place"], time, row["group"], False))
    return rows


def fit(features, truth, groups, ridge=RIDGE):
    """Logistic regression by Newton's method; each group and each class weigh the same."""
    mean, deviation = features.mean(axis=0), features.std(axis=0) + 1e-6
    design = np.c_[(features - mean) / deviation, np.ones(len(features))]
    weights = np.array([1 / np.sum((groups == group) & (truth == of)) for group, of in zip(groups, truth, strict=True)])
    for of in (0, 1):
        weights[truth == of] /= weights[truth == of].sum()
    coefficients = np.zeros(design.shape[1])
    penalty = np.diag([ridge] * (design.shape[1] - 1) + [1e-6])
    for _ in range(30):
        chance = 1 / (1 + np.exp(-design @ coefficients))
        slope = design.T @ (weights * (chance - truth)) + penalty @ coefficients
        curve = (design * (weights * chance * (1 - chance))[:, None]).T @ design + penalty
        coefficients -= np.linalg.solve(curve, slope)
    scaled = coefficients[:-1] / deviation
    return scaled, coefficients[-1] - scaled @ mean


def report(name, chance, truth, threshold=0.75):
    sure = np.maximum(chance, 1 - chance) >= threshold
    right = (chance > 0.5) == truth
    print(
        f"{name}: {right.mean():.3f} right of {len(truth)}; where sure (score >= {threshold}): "
        f"{right[sure].mean() if sure.any() else float('nan'):.3f} of {sure.sum()}"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("pictures", type=Path)
    parser.add_argument("clips", type=Path)
    given = parser.parse_args()
    rows = dataset(given.pictures, given.clips)
    features = np.array([row[0] for row in rows])
    groups, is_first = np.array([row[3] for row in rows]), np.array([row[4] for row in rows])
    for column, (question, answers) in enumerate(QUESTIONS.items(), start=1):
        labels = np.array([row[column] for row in rows])
        known = np.isin(labels, answers)
        truth = (labels == answers[1]).astype(float)
        held_out = np.zeros(len(rows), bool)
        for answer in answers:
            own = np.unique(groups[(labels == answer) & is_first])
            chosen = np.random.default_rng(SEED).permutation(own)[: max(1, round(HELD_OUT * len(own)))]
            held_out |= np.isin(groups, chosen)
        train = known & ~held_out
        slopes, offset = fit(features[train], truth[train], groups[train])
        print(f"\n{question}: 1 is {answers[1]}; {train.sum()} rows of {len(np.unique(groups[train]))} groups")
        for name, slope in zip(SCENE_FEATURES, slopes, strict=True):
            print(f'    "{name}": {slope:.2f},')
        print(f"    offset {offset:.2f}")
        for part, mask in (("train", train & is_first), ("held out", known & held_out & is_first)):
            report(part, 1 / (1 + np.exp(-(features[mask] @ slopes + offset))), truth[mask] == 1)
        for ridge in (0.005, 0.02, 0.05, 0.15):
            chance = np.zeros(len(rows))
            for group in np.unique(groups[train]):
                out, rest = train & (groups == group), train & (groups != group)
                slopes_, offset_ = fit(features[rest], truth[rest], groups[rest], ridge)
                chance[out] = 1 / (1 + np.exp(-(features[out] @ slopes_ + offset_)))
            mask = train & is_first
            for threshold in (0.75, 0.8):
                report(f"leave one group out, ridge {ridge}", chance[mask], truth[mask] == 1, threshold)


if __name__ == "__main__":
    main()
