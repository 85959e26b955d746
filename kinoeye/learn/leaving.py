"""Leaving: the chance that something comes to pass, learnt from rows before a moment and judged on rows behind it.

A plain logistic model and boosted trees are compared on folds of the rows to learn from; the better one is calibrated
on the same folds and judged once, on rows of a later time that it has never seen.

Source: Platt, "Probabilistic outputs for support vector machines", 1999; Hanley & McNeil, Radiology 143, 1982.
"""

import importlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.calibration import platt
from kinoeye.learn.metrics import calibration_error, roc_auc

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

_FOLDS = 5
_MOST_ROWS = 200_000  # to learn from


@dataclass(frozen=True)
class Learnt:
    """What was learnt, and how well.

    Parameters
    ----------
    way : str
    chance : callable
        Features, float64 [n, places], to chances [n].
    pull : float64 [places]
        What a standard deviation more of each feature does to the log odds, by the plain model.
    middle, spread : float64 [places]
        Of the features that it was learnt from.
    auc, auc_error : float
        On later rows, with its standard error.
    simple_auc : float
        That of one feature alone.
    base_rate : 0..1
        Of the later rows.
    calibration_error : 0..1
        Mean distance between what was told and what came.
    """

    way: str
    chance: Callable[[Floats], Floats]
    pull: Floats
    middle: Floats
    spread: Floats
    auc: float
    auc_error: float
    simple_auc: float
    base_rate: float
    calibration_error: float


def learn_leaving(train: Floats, left: Ints, later: Floats, later_left: Ints, simple: int, seed: int = 1) -> Learnt:
    """Learn from rows of one time, and judge on those of a later one.

    Parameters
    ----------
    train, later : float64 [n, places]
    left, later_left : int64 [n], 0 or 1
        Both there at least as often as there are folds.
    simple : int
        Place of the feature that it must be better than.
    """
    some = np.random.default_rng(seed).permutation(len(train))[:_MOST_ROWS]
    rows, right = train[some], left[some]
    ways = _ways(seed)
    folds = importlib.import_module("sklearn.model_selection").StratifiedKFold(_FOLDS, shuffle=True, random_state=seed)
    scores: dict[str, Floats] = {name: np.zeros(len(rows)) for name in ways}
    for learnt, held in folds.split(rows, right):
        for name, make in ways.items():
            scores[name][held] = _score(make().fit(rows[learnt], right[learnt]), rows[held])
    way = max(scores, key=lambda name: (round(roc_auc(right, scores[name]), 3), name == "logistic"))
    slope, shift = platt(right, scores[way])
    model = ways[way]().fit(rows, right)
    plain = ways["logistic"]().fit(rows, right)

    def chance(features: Floats) -> Floats:
        return np.asarray(1 / (1 + np.exp(-np.clip(slope * _score(model, features) + shift, -30, 30))))

    told = chance(later)
    auc = roc_auc(later_left, told)
    scaler = plain[0]
    return Learnt(
        way, chance, np.asarray(plain[-1].coef_[0]), np.asarray(scaler.mean_), np.asarray(scaler.scale_), auc,
        _error(auc, int(later_left.sum()), int(len(later_left) - later_left.sum())),
        roc_auc(later_left, later[:, simple]), float(later_left.mean()),
        calibration_error(later_left, told),
    )  # fmt: skip


def _ways(seed: int) -> Mapping[str, Callable[[], Any]]:
    pipeline = importlib.import_module("sklearn.pipeline").make_pipeline
    scaler = importlib.import_module("sklearn.preprocessing").StandardScaler
    logistic = importlib.import_module("sklearn.linear_model").LogisticRegression
    trees = importlib.import_module("sklearn.ensemble").HistGradientBoostingClassifier
    return {
        "logistic": lambda: pipeline(scaler(), logistic(C=0.3, max_iter=500)),
        "boosted trees": lambda: pipeline(
            trees(max_iter=80, learning_rate=0.08, max_leaf_nodes=15, min_samples_leaf=40, l2_regularization=1.0,
                  random_state=seed)),
    }  # fmt: skip


def _score(model: Any, rows: Floats) -> Floats:
    return np.asarray(model.decision_function(rows), np.float64)


def _error(auc: float, held: int, others: int) -> float:
    """Return the standard error of an AUC (Hanley and McNeil)."""
    one, other = auc / (2 - auc), 2 * auc**2 / (1 + auc)
    variance = auc * (1 - auc) + (held - 1) * (one - auc**2) + (others - 1) * (other - auc**2)
    return float(np.sqrt(max(0.0, variance) / max(1, held * others)))
