"""Bench of ways to weigh the signs of overlaps that are not shipped: more voices to learn from, and neighbours.

    python bench/overlaps_more.py [../shared/data] [--taught 20] [--held 8]

Learnt on conversations of voices made of the speakers for development, each clip played at seven speeds; looked at on
conversations of the held-out ones. Mean precision over all thresholds, and what is found at the shipped precision.
"""

import argparse
from pathlib import Path

import conversations
import numpy as np
import sound_files
from overlaps import KINDS, looks
from sklearn.ensemble import HistGradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import average_precision_score
from sklearn.neural_network import MLPClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from kinoeye.analyses.sound.speakers import speakers
from kinoeye.analyses.sound.speech import speech
from kinoeye.models.speaker import STEP
from kinoeye.signals import crosstalk
from kinoeye.streams import Sound

SPEEDS = (0.8, 0.87, 0.94, 1.0, 1.08, 1.16, 1.25)
SHIPPED = {"long": 0.78, "short": 0.43}  # precision
NEIGHBOURS = 2


def voices(data, *, is_held_out):
    """Clips by voice; for learning each at several speeds, which are voices of their own."""
    clips = sound_files.speakers(data, is_held_out=is_held_out)
    clips = {name: [sound_files.load(path) for path in paths] for name, paths in clips.items()}
    if is_held_out:
        return clips
    return {
        f"{name}@{speed}": [np.interp(np.arange(0, len(clip) - 1, speed), np.arange(len(clip)), clip) for clip in each]
        for name, each in clips.items() for speed in SPEEDS
    }  # fmt: skip


def seen(data, count, *, is_held_out):
    """Every look: signs with those of the neighbours, vectors, whether two speak, and whether overlaps are long."""
    clips, parts = voices(data, is_held_out=is_held_out), []
    for number in range(count):
        kind, random = tuple(KINDS)[number % 2], np.random.default_rng((77, is_held_out, number))
        share, lengths = KINDS[kind]
        samples, truth, _ = conversations._composed(clips, 2 + number // 4 % 5, random, share, lengths)
        if number // 2 % 2:
            hiss = random.choice(conversations.NOISES[is_held_out])
            hiss = sound_files.noise(data, hiss, len(samples))
            samples = sound_files.mixed(samples, truth.any(axis=0), hiss, random.uniform(15, 20))
        sound = Sound(sound_files.whole(samples), 0)
        looked = looks(sound, speakers(sound, speech(sound)))
        if looked is not None:
            places, vectors, signs = looked[:3]
            both = (truth.sum(0) > 1)[np.minimum(places // sound_files.FRAME, truth.shape[1] - 1)]
            parts.append((around(signs, places), vectors, both, np.full(len(places), kind == "long")))
    return [np.concatenate(each) for each in zip(*parts, strict=True)]


def around(signs, places):
    """The signs of each look and of those next to it; its own where there is a gap."""
    out = [signs]
    for step in (each for each in range(-NEIGHBOURS, NEIGHBOURS + 1) if each):
        at = np.clip(np.arange(len(signs)) + step, 0, len(signs) - 1)
        is_next = places[at] - places == step * STEP
        out.append(np.where(is_next[:, None], signs[at], signs))
    return np.hstack(out)


def row(way, sure, both, is_long):
    """Print what a way finds."""
    sure, cells = np.convolve(np.pad(sure, 1, "edge"), (0.25, 0.5, 0.25), "valid"), []
    for kind, least in SHIPPED.items():
        part = is_long == (kind == "long")
        right = np.cumsum(both[part][np.argsort(-sure[part])])
        good = np.flatnonzero(right / np.arange(1, len(right) + 1) >= least)
        cells += [average_precision_score(both[part], sure[part]), right[good[-1]] / right[-1] if len(good) else 0]
    print(f"| {way} | " + " | ".join(f"{each:.2f}" for each in cells) + " |", flush=True)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", nargs="?", type=Path, default=Path("../shared/data"))
    parser.add_argument("--taught", type=int, default=20)
    parser.add_argument("--held", type=int, default=8)
    given = parser.parse_args()
    signs, vectors, both, _ = seen(given.data, given.taught, is_held_out=False)
    held, held_vectors, truth, is_long = seen(given.data, given.held, is_held_out=True)
    alone = crosstalk.SIGNS
    small = MLPClassifier((24,), alpha=3, early_stopping=True, random_state=0)
    large = MLPClassifier((48,), alpha=10, early_stopping=True, random_state=0)
    ways = (
        ("logistic regression", LogisticRegression(C=1.0, max_iter=500), signs[:, :alone], held[:, :alone]),
        ("the same, with neighbours", LogisticRegression(C=0.1, max_iter=500), signs, held),
        ("a net of 24, with neighbours", small, signs, held),
        ("boosted trees, with neighbours", HistGradientBoostingClassifier(
            max_iter=150, learning_rate=0.06, max_leaf_nodes=12, l2_regularization=5, random_state=0), signs, held),
        ("a net of 48, and vectors", large, np.hstack([signs, vectors]), np.hstack([held, held_vectors])),
    )  # fmt: skip
    print("| way | long | recall at 0.78 | short | recall at 0.43 |\n|" + " --- |" * 5)
    row("as shipped", crosstalk.sureness(held[:, :alone]), truth, is_long)
    for way, model, rows, others in ways:
        model = make_pipeline(StandardScaler(), model).fit(rows, both)
        row(way, model.predict_proba(others)[:, 1], truth, is_long)


if __name__ == "__main__":
    main()
