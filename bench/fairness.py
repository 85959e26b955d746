"""How fair told genres are to films of each decade, and what drawing the decades alike for training changes.

Usage: OMP_NUM_THREADS=1 python bench/fairness.py FOLDER [--splits N]. FOLDER holds movies-*.json.gz. Genre words are
masked; each split learns from a half of the films and is measured on the other. These are American films, and neither
language nor anyone's gender is declared, so that decades are the only groups here.
"""

import argparse
import sys
from collections import defaultdict
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "genres_train"))

from films import answers, films

from kinoeye.learn.fairness import balancing_weights, group_scores, macro_f1
from kinoeye.learn.text_labels import learn
from kinoeye.signals.genre_words import without_genre_words


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=3)
    given = parser.parse_args()
    rows = films(given.folder)
    names, truth = answers(rows)
    texts = [without_genre_words(f"{each.title}. {each.text}") for each in rows]
    decades = np.array([f"{each.year // 10 * 10}s" for each in rows])
    found: dict[str, list[tuple[float, ...]]] = defaultdict(list)
    for split in range(given.splits):
        draw = np.random.default_rng(split)
        order = draw.permutation(len(rows))
        own, held = order[: len(rows) // 2], order[len(rows) // 2 :]
        weights = balancing_weights(list(decades[own]))
        alike = draw.choice(own, size=len(own), p=weights / weights.sum())
        told = {}
        for name, part in (("usual", own), ("alike", alike)):
            # A film that is drawn twice is held back together, so that none is both learnt from and held to account.
            model = learn([texts[at] for at in part], truth[part], names, groups=part)
            chances = model.chances([texts[at] for at in held])
            told[name] = chances, model.picked(chances)
        chances, picked = told["usual"]
        groups = {"decade": list(decades[held])}
        for each in group_scores(truth[held], picked, np.asarray(chances, np.float64), groups, seed=split):
            if each.f1 is not None and each.calibration_error is not None:
                is_own = decades[held] == each.group if each.group else np.ones(len(held), bool)
                after = macro_f1(truth[held][is_own], told["alike"][1][is_own])
                found[each.group or "all"].append(
                    (each.rows, each.f1, each.against_rest or 0.0, each.stands_out, each.calibration_error, after)
                )
        print(f"split {split} done", file=sys.stderr)
    print(
        "| decade | films tested | macro F1 | against the rest | more than chance | calibration error | drawn alike |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for name, each in sorted(found.items()):
        count, score, against, stands, error, after = np.mean(np.asarray(each, float), axis=0)
        low, high = min(row[1] for row in each), max(row[1] for row in each)
        print(f"| {name} | {count:.0f} | {score:.3f} ({low:.3f} to {high:.3f}) | {against:+.3f} | "
              f"{round(stands * len(each))} of {len(each)} splits | {error:.3f} | {after:.3f} |")  # fmt: skip


if __name__ == "__main__":
    main()
