"""More of bench/recommend.py: titles that nobody has watched, and what recommenders give away of their viewers."""

import argparse
import json
from collections.abc import Callable
from typing import Any

import numpy as np
from recommend_data import movielens

from kinoeye.learn import rank_measures
from kinoeye.learn.apart import apart
from kinoeye.learn.cold_titles import cold_titles as cold_weights
from kinoeye.learn.cold_titles import content_rows
from kinoeye.learn.ease import ease
from kinoeye.learn.histories import Histories
from kinoeye.learn.ials import ials
from kinoeye.learn.membership import Teach, attack
from kinoeye.learn.rank_splits import cold_titles, strong

HELD, DEPTH, SHADOWS = 150, 100, 4
TUNING = range(1000, 1003)
LOOKS = ("scores", "lists", "singles")


def cold(given: argparse.Namespace) -> None:
    """Print NDCG of titles that stand in no history, by what is known of them, beside kinds alone and chance."""
    known, sides = movielens(given.folder)
    rows: dict[str, list[float]] = {}
    for seed in range(given.splits):
        split, new = cold_titles(known, held=HELD, seed=seed)
        wanted = split.wanted.matrix()[:, new]
        weights = ease(split.learnt.matrix(disliked=0.5))
        asked = split.asked.matrix(disliked=0.5)
        contents = {"content": content_rows(sides.kinds, sides.years, sides.vectors),
                    "genres and year": content_rows(sides.kinds, sides.years), "genres": content_rows(
                        sides.kinds, np.full(known.titles, np.nan))}  # fmt: skip
        scores = {name: asked @ cold_weights(weights, rows_of, new).weights for name, rows_of in contents.items()}
        shares = sides.kinds / np.maximum(1, np.linalg.norm(sides.kinds, axis=1, keepdims=True))
        scores["genre cosine"] = np.asarray(asked @ shares) @ shares[new].T
        scores["chance"] = np.random.default_rng(seed).random((HELD, len(new))).astype(np.float32)
        for name, told in scores.items():
            gains = rank_measures.ndcg(rank_measures.top(told, DEPTH), wanted)
            rows.setdefault(name, []).append(float(np.nanmean(gains)))
    for name, values in rows.items():
        print(json.dumps({"cold": name, "ndcg_100": round(float(np.mean(values)), 4),
                          "spread": round(float(np.std(values, ddof=1)), 4)}), flush=True)  # fmt: skip


def attack_part(given: argparse.Namespace) -> None:
    """Print the areas under the curve of the attacks beside NDCG, for each way of learning."""
    known, _ = movielens(given.folder)
    for name, teach in _ways().items():
        gains = []
        for seed in TUNING:
            split = strong(known, held=HELD, seed=seed)
            scores = rank_measures.without(teach(split.learnt)(split.asked), split.asked.matrix())
            gains.append(float(np.nanmean(rank_measures.ndcg(rank_measures.top(scores, DEPTH), split.wanted.matrix()))))
        found = attack(known, teach, sees=LOOKS, shadows=SHADOWS)
        told = {look: f"{each.auc:.3f} [{each.least:.3f}, {each.most:.3f}]" for look, each in found.items()}
        print(json.dumps({"way": name, "ndcg_100": round(float(np.mean(gains)), 4), **told,
                          "plain": round(found["scores"].plain_auc, 3),
                          "caught": round(found["scores"].caught, 3)}), flush=True)  # fmt: skip


def _ways() -> dict[str, Teach]:
    def by_ease(ridge: float, least_pair: int = 1) -> Teach:
        def learn(learnt: Histories) -> Callable[[Histories], Any]:
            weights = ease(learnt.matrix(disliked=0.5), ridge=ridge, least_pair=least_pair)
            return lambda asked: asked.matrix(disliked=0.5) @ weights

        return learn

    def by_ials(learnt: Histories) -> Callable[[Histories], Any]:
        model = ials(learnt.matrix(disliked=0.5), factors=32, penalty=0.01)
        return lambda asked: model.scores(asked.matrix(disliked=0.5))

    def by_popularity(learnt: Histories) -> Callable[[Histories], Any]:
        known = np.asarray(learnt.matrix().sum(axis=0))
        return lambda asked: np.tile(known, (asked.viewers, 1))

    plain = by_ease(200.0)
    return {
        "popular": by_popularity, "EASE, ridge 200": plain, "EASE, ridge 2000": by_ease(2000.0),
        "EASE, ridge 200, pairs of 5 viewers": by_ease(200.0, 5), "iALS, 32": by_ials,
        "EASE apart, 10 parts": lambda learnt: apart(learnt, plain, parts=10),
        "iALS apart, 10 parts": lambda learnt: apart(learnt, by_ials, parts=10),
    }  # fmt: skip
