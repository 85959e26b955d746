"""How well titles are recommended, beside EASE as it is usually written, and implicit.

    kinoeye bench recommend accuracy FOLDER [--splits 20] [--first 0]
    kinoeye bench recommend fit [--titles 8000]
    kinoeye bench recommend answers [--titles 20000]
    kinoeye bench recommend cold FOLDER
    kinoeye bench recommend attack FOLDER

FOLDER is MovieLens' latest-small. A rating of 4 or more is liked; viewers like 5 titles or more, titles are liked by 3
or more. Strong generalisation: 150 viewers are held out of each split whole, a fifth of their titles is to be found
from the rest. Every way knows the same of them, and none shows again what stands in the part that it was asked with.
Settings of EASE and of implicit's ALS are chosen on five other splits (seeds 1000 to 1004), whose held viewers
stand in the measured ones too: a favour to the peers. Kinoeye chooses inside the learnt part of each split.
"""

import argparse
import importlib
import json
import time
from pathlib import Path
from typing import Any

import numpy as np
from recommend_data import movielens, planted

from kinoeye.learn import rank_measures
from kinoeye.learn.ease import ease, shared, weights_of
from kinoeye.learn.histories import Histories
from kinoeye.learn.neighbours import title_likeness
from kinoeye.learn.rank_splits import Split, strong
from kinoeye.learn.recommender import recommender
from kinoeye.learn.sparse_answers import sparse_answers

HELD, DEPTH = 150, 100
TUNING = range(1000, 1005)
EASE_GRID = [(disliked, ridge) for disliked in (0.0, 1.0) for ridge in (100.0, 200.0, 400.0)]
_ALS = ((32, 1.0, 5.0), (32, 10.0, 5.0), (64, 10.0, 5.0), (64, 10.0, 10.0), (64, 30.0, 10.0), (128, 30.0, 10.0),
        (128, 100.0, 20.0), (256, 60.0, 10.0), (256, 100.0, 20.0))  # fmt: skip
ALS_GRID = [(disliked, *each) for disliked in (0.0, 1.0) for each in _ALS]


def gains(scores: Any, split: Split) -> Any:
    """Return NDCG at 100 of each held viewer."""
    lists = rank_measures.top(rank_measures.without(scores, split.asked.matrix()), DEPTH)
    return rank_measures.ndcg(lists, split.wanted.matrix())


def usual_ease(split: Split, disliked: float, ridge: float) -> Any:
    """Return EASE's scores by a general inverse in double precision, as it is usually written."""
    weights = usual_weights(split.learnt.matrix(disliked=disliked), ridge)
    return split.asked.matrix(disliked=disliked) @ weights


def usual_weights(matrix: Any, ridge: float) -> Any:
    """Return EASE's weights as its paper's code has them."""
    gram = (matrix.T @ matrix).toarray().astype(np.float64)
    gram[np.diag_indices(len(gram))] += ridge
    inverse = np.linalg.inv(gram)
    weights = inverse / -np.diag(inverse)
    weights[np.diag_indices(len(weights))] = 0
    return weights


def implicit_als(split: Split, disliked: float, factors: int, penalty: float, alpha: float) -> Any:
    """Return the scores of implicit's ALS, held viewers folded in by its own function."""
    als = importlib.import_module("implicit.als").AlternatingLeastSquares
    model = als(factors=factors, regularization=penalty, alpha=alpha, iterations=15, random_state=1, num_threads=1)
    model.fit(split.learnt.matrix(disliked=disliked), show_progress=False)
    asked = split.asked.matrix(disliked=disliked)
    return np.asarray(model.recalculate_user(np.arange(asked.shape[0]), asked)) @ model.item_factors.T


def tuned(given: Histories) -> dict[str, Any]:
    """Return the settings of the peers that are best on other splits."""
    found: dict[tuple[str, Any], list[float]] = {}
    for seed in TUNING:
        split = strong(given, held=HELD, seed=seed)
        for setting in EASE_GRID:
            weights = ease(split.learnt.matrix(disliked=setting[0]), ridge=setting[1])
            scores = split.asked.matrix(disliked=setting[0]) @ weights
            found.setdefault(("ease", setting), []).append(float(np.nanmean(gains(scores, split))))
        for setting in ALS_GRID:
            scores = implicit_als(split, *setting)
            found.setdefault(("implicit", setting), []).append(float(np.nanmean(gains(scores, split))))
    means = {key: float(np.mean(values)) for key, values in found.items()}
    for key, value in sorted(means.items(), key=lambda each: -each[1]):
        print(json.dumps({"tuning": key[0], "setting": key[1], "ndcg": round(value, 4)}), flush=True)
    return {name: max((key for key in means if key[0] == name), key=lambda key: means[key])[1]
            for name in ("ease", "implicit")}  # fmt: skip


def accuracy(given: argparse.Namespace) -> None:
    """Print NDCG of each way on each split, and the paired differences."""
    known, sides = movielens(given.folder)
    print(json.dumps({"viewers": known.viewers, "titles": known.titles, "entries": len(known)}), flush=True)
    settings = tuned(known)
    rows: list[dict[str, Any]] = []
    for seed in range(given.first, given.first + given.splits):
        split = strong(known, held=HELD, seed=seed)
        begin = time.process_time()
        ours = recommender(split.learnt, sides, seed=seed)
        spent = time.process_time() - begin
        ways = {
            "popular": split.asked.matrix() @ np.zeros((known.titles, 1), np.float32) + _popular(split),
            "item-kNN": split.asked.matrix() @ title_likeness(split.learnt.matrix()),
            "EASE": usual_ease(split, *settings["ease"]),
            "implicit ALS": implicit_als(split, *settings["implicit"]),
            **{f"kinoeye {way}": ours.scores(split.asked, way=way) for way in ("ease", "ials", "blend", "trees")},
        }
        ways["kinoeye"] = ways.get(f"kinoeye {ours.way}", ways["kinoeye blend"])
        row = {name: gains(scores, split) for name, scores in ways.items()}
        told = {name: round(float(np.nanmean(each)), 4) for name, each in row.items()}
        print(json.dumps({"split": seed, "chosen": ours.way, "seconds": round(spent, 1), **told}), flush=True)
        rows.append({name: float(np.nanmean(each)) for name, each in row.items()})
    _summary(rows)


def _popular(split: Split) -> Any:
    return np.bincount(split.learnt.title[split.learnt.liked], minlength=split.learnt.titles).astype(np.float32)[None]


def _summary(rows: list[dict[str, float]]) -> None:
    means = {name: np.array([row[name] for row in rows]) for name in rows[0]}
    for name, values in means.items():
        print(f"{name:16} {values.mean():.4f} +- {values.std(ddof=1) if len(values) > 1 else 0:.4f}")
    for peer in ("EASE", "implicit ALS"):
        for way in ("kinoeye", "kinoeye blend", "kinoeye trees"):
            ratios = means[way] / means[peer]
            low, high = _interval(ratios)
            better = f"better on {(ratios > 1).sum()} of {len(ratios)}"
            print(f"{way} / {peer}: paired {ratios.mean():.3f} [{low:.3f}, {high:.3f}], {better}")


def _interval(values: Any) -> tuple[float, float]:
    draws = np.random.default_rng(1).integers(0, len(values), (2000, len(values)))
    low, high = np.quantile(values[draws].mean(axis=1), (0.025, 0.975))
    return float(low), float(high)


def fit(given: argparse.Namespace) -> None:
    """Print the CPU seconds of fitting EASE, and how far the two lie apart."""
    matrix = planted(viewers=2 * given.titles, titles=given.titles, seed=1)[0]
    for _ in range(given.rounds):
        begin = time.process_time()
        ours = ease(matrix, ridge=200.0)
        middle = time.process_time()
        usual = usual_weights(matrix, 200.0)
        end = time.process_time()
        print(json.dumps({"titles": given.titles, "kinoeye": round(middle - begin, 2), "numpy": round(end - middle, 2),
                          "times": round((end - middle) / (middle - begin), 2),
                          "apart": float(np.abs(ours - usual).max()), "largest": float(np.abs(usual).max())}),
              flush=True)  # fmt: skip


def answers(given: argparse.Namespace) -> None:
    """Print the time of one viewer's answer, dense and sparse, and what sparse loses of NDCG."""
    matrix, asked, wanted = planted(viewers=given.titles, titles=given.titles, seed=2, held=500)
    weights = weights_of(shared(matrix), 200.0)
    histories = [asked.indices[asked.indptr[row] : asked.indptr[row + 1]] for row in range(asked.shape[0])]

    def dense(history: Any) -> Any:
        scores = weights[history].sum(axis=0)
        scores[history] = -np.inf
        near = np.argpartition(-scores, DEPTH)[:DEPTH]
        return near[np.argsort(-scores[near], kind="stable")]

    whole = _answered("dense", dense, histories, wanted, 0.0)
    for kept in (200, 400, 800, 1200):
        quick = sparse_answers(weights, kept=kept)
        _answered(
            f"{kept} weights a title",
            lambda each, own=quick: own.best(each, np.ones(len(each), np.float32), DEPTH), histories, wanted, whole,
        )  # fmt: skip


def _answered(name: str, answer: Any, histories: Any, wanted: Any, whole: float) -> float:
    """Print how long answers take, by the clock and of the processor, and return their NDCG."""
    lists, wall, own = np.full((len(histories), DEPTH), -1), [], []
    for row, history in enumerate(histories):
        begin, first = time.perf_counter(), time.thread_time()
        best = answer(history)
        own.append(1000 * (time.thread_time() - first))
        wall.append(1000 * (time.perf_counter() - begin))
        lists[row, : len(best)] = best
    gain = float(np.nanmean(rank_measures.ndcg(lists, wanted)))
    (wall_50, wall_99), (own_50, own_99) = (np.quantile(each, (0.5, 0.99)) for each in (wall, own))
    print(json.dumps({"answers": name, "wall_p50_ms": round(wall_50, 3), "wall_p99_ms": round(wall_99, 3),
                      "cpu_p50_ms": round(own_50, 3), "cpu_p99_ms": round(own_99, 3), "ndcg_100": round(gain, 4),
                      "of_dense": round(gain / whole, 4) if whole else 1.0}), flush=True)  # fmt: skip
    return gain


def main() -> None:
    """Run one part."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("part", choices=("accuracy", "fit", "answers", "cold", "attack"))
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--splits", type=int, default=20)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--titles", type=int, default=8000)
    parser.add_argument("--rounds", type=int, default=3)
    given = parser.parse_args()
    if given.part in ("cold", "attack"):
        more = importlib.import_module("recommend_more")
        {"cold": more.cold, "attack": more.attack_part}[given.part](given)
    else:
        {"accuracy": accuracy, "fit": fit, "answers": answers}[given.part](given)


if __name__ == "__main__":
    main()
