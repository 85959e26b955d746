"""Weigh what the smile net says beside the points: the constants of `smiling` in kinoeye.signals.expressions_units.

Photographs of the Canada set, warped as whole pictures and looked at by all nets anew; every second person is left out
of a net trained for this alone. Beside them stand rendered heads that no net has seen. Both kinds count alike.

    python bench/smiles_train/weigh.py /tmp/smiles      # 10 CPU minutes; after train.py make
"""

import argparse
from pathlib import Path

import cv2
import numpy as np
import torch
from head import load
from plays import Array, Kept, kept, load_all, moved, rendered, smile_of, smiling, unsmiling
from train import LEAST, PHOTOGRAPHS, Smiles, trained

from kinoeye.analyses.people.expressions import _as_emotions, _face
from kinoeye.models import emotions, face_mesh, faces, smiles
from kinoeye.signals.expressions import Basis, read
from kinoeye.signals.expressions_units import EMOTIONS, NEUTRAL, evidence, fused, scores

HELD_OUT = range(92000, 92250)  # rendered
LOOKS = 6  # of each photograph: itself, then smiles and others by turns
GRID, WIDE, NEAR = 80, 3.2, 0.06  # points, and distances between the irises
HAPPY = EMOTIONS.index("happiness")


def bent(picture: Array, before: Array, after: Array) -> Array:
    """Return a whole picture whose points lie elsewhere, uint8; far from the face it stays as it is."""
    apart, middle = float(np.linalg.norm(before[468] - before[473])), before.mean(0)
    step = WIDE * apart / GRID
    line = (np.arange(GRID) - GRID / 2) * step
    across, down = np.meshgrid(line + middle[0], line + middle[1])
    away = (across.reshape(-1, 1) - after[:, 0]) ** 2 + (down.reshape(-1, 1) - after[:, 1]) ** 2
    near = np.exp(-away / (2 * (NEAR * apart) ** 2)) + 1e-9
    shift = (near @ (before - after) / near.sum(1, keepdims=True)).reshape(GRID, GRID, 2)
    shift *= np.minimum(6 * np.hanning(GRID)[:, None] * np.hanning(GRID), 1)[..., None]
    rows, columns = np.mgrid[: picture.shape[0], : picture.shape[1]].astype(np.float32)
    on_grid = [((each - each_middle) / step + GRID / 2).astype(np.float32)
               for each, each_middle in ((columns, middle[0]), (rows, middle[1]))]  # fmt: skip
    field = cv2.remap(shift.astype(np.float32), *on_grid, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    return np.asarray(cv2.remap(picture, columns + field[..., 0], rows + field[..., 1], cv2.INTER_CUBIC), np.uint8)


def looked_at(picture: Array) -> tuple[Array, Array, Array]:
    """Return the points, what fer says and what the smile net is to see."""
    found = faces.find(picture)[0]
    points = np.asarray(face_mesh.look(picture, found.box, found.points).points)
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
    scored = emotions.seen([emotions.crop(luma, points[468, :2], points[473, :2])])[0]
    return points * np.array([1, -1, -1]), scored, kept(picture, points)


def photographed(basis: Basis) -> tuple[list[tuple[Array, Array, Array]], Array]:
    """Return every second person of the Canada set in several looks, and how strong each smile is."""
    seen, strengths = [], []
    for person, file in list(enumerate(sorted(PHOTOGRAPHS.glob("*.jpg"))))[::2]:
        picture, random = cv2.imread(str(file), cv2.IMREAD_COLOR_RGB), np.random.default_rng((7, person))
        found = faces.find(picture)[0]
        points = np.asarray(face_mesh.look(picture, found.box, found.points).points, np.float64)
        seen.append(looked_at(picture))
        strengths.append(0.0)
        for number in range(1, LOOKS):
            weights = (smiling if number % 2 else unsmiling)(random, lips_closed=True)
            after = points[:, :2] + moved(points, weights, random, basis)
            seen.append(looked_at(bent(picture, points[:, :2], after)))
            strengths.append(smile_of(weights))
    return seen, np.array(strengths)


def asked(model: Smiles, pictures: Array) -> Array:
    """Return the net's log-odds, as the analysis asks for them."""
    small = [cv2.resize(cv2.GaussianBlur(each, (0, 0), 0.8), (smiles.SIDE, smiles.SIDE), interpolation=cv2.INTER_AREA)
             for each in pictures]  # fmt: skip
    shown = torch.tensor(np.stack(small), dtype=torch.float32)
    with torch.no_grad():
        return ((model(shown) + model(shown.flip(2))) / 2).numpy()


def points_say(points: Array, scored: Array | None) -> Array:
    """Return the log-odds of happiness against neutral of faces seen once, without the smile net."""
    face = _face()
    reading = read(points.astype(np.float64), face.basis)
    felt = scores(evidence(reading), face.alone, reading.trust)
    if scored is not None:
        felt = fused(felt, _as_emotions(scored), 0.5, calm=np.arange(1), doubt=1.0)
    return np.log(np.maximum(felt[:, HAPPY], 1e-12)) - np.log(np.maximum(felt[:, NEUTRAL], 1e-12))


def regression(values: Array, is_smile: Array, share: Array, ridge: float = 0.01) -> Array:
    """Return weights and bias of a logistic regression, by Newton's steps."""
    values, weights = np.column_stack([values, np.ones(len(values))]), np.zeros(values.shape[1] + 1)
    held = ridge * np.diag([*np.ones(len(weights) - 1), 1e-6])
    for _ in range(50):
        chance = 1 / (1 + np.exp(-values @ weights))
        slope = values.T @ (share * (chance - is_smile)) + held @ weights
        bend = (values * (share * chance * (1 - chance))[:, None]).T @ values + held
        weights -= np.linalg.solve(bend, slope)
    return weights


def main() -> None:
    """Print the constants, and how often happiness is told from neutral with them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    cv2.setNumThreads(1)
    heads, photographs = load_all(sorted(folder.glob("rendered-*.npz"))), load_all([folder / "warped.npz"])
    odd = photographs.people % 2 == 1
    pairs = ((heads.pictures, photographs.pictures[odd]), (heads.smiles, photographs.smiles[odd]),
             (heads.people, photographs.people[odd]))  # fmt: skip
    model = trained(Kept(*(np.concatenate(pair) for pair in pairs)))
    seen, strengths = photographed(_face().basis)
    points, scored, pictures = (np.array(each) for each in zip(*seen, strict=True))
    held = rendered(load(), HELD_OUT)
    upright = held.points * np.array([1, -1, -1])
    values = [
        np.column_stack([points_say(points, scored), asked(model, pictures)]),
        np.column_stack([points_say(upright, None), asked(model, held.pictures)]),
    ]
    answers = [strengths > LEAST, held.smiles > LEAST]
    share = np.concatenate([np.full(len(each), 0.5 / len(each)) for each in answers])
    weights = regression(np.concatenate(values), np.concatenate(answers), share)
    print(f"gain {weights[1] / weights[0]:.2f}, level {-weights[2] / weights[1]:.2f}, "
          f"at rest {np.median(values[0][::LOOKS, 1]):.2f}")  # fmt: skip
    for kind, value, answer in zip(("photographs", "heads"), values, answers, strict=True):
        for name, odds in (("points and fer", value[:, 0]), ("net", value[:, 1]),
                           ("all", value @ weights[:2] + weights[2])):  # fmt: skip
            right = (odds > 0) == answer
            print(f"{kind}, {name}: {right.mean():.3f}, neutral {right[~answer].mean():.3f}, "
                  f"smiling {right[answer].mean():.3f}")  # fmt: skip


if __name__ == "__main__":
    main()
