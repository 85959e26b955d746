"""Metrics: how well answers agree with what is right.

Every one takes what is right first and what was answered second. Where a class never comes and is never answered, its
precision, recall and F1 count as nothing.

Source: Manning, Raghavan & Schutze, "Introduction to Information Retrieval", 2008, chapters 8 and 13; Jarvelin &
Kekalainen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20, 2002; Naeini, Cooper & Hauskrecht,
"Obtaining well calibrated probabilities using Bayesian binning", AAAI 2015.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.integer]
Floats = npt.NDArray[np.floating]

_BINS = 10


@dataclass(frozen=True)
class ByClass:
    """Precision, recall and F1 of each class, and how many rows have it, each [classes]."""

    precision: npt.NDArray[np.float64]
    recall: npt.NDArray[np.float64]
    f1: npt.NDArray[np.float64]
    count: npt.NDArray[np.int64]


def accuracy(right: Ints, answered: Ints) -> float:
    """Return the share of rows that are answered right; of several labels, all of them."""
    same = right == answered
    return float((same.all(axis=1) if same.ndim == 2 else same).mean())


def confusion(right: Ints, answered: Ints, classes: int) -> npt.NDArray[np.int64]:
    """Return how often each class (row) was answered as each (column), int64 [classes, classes]."""
    return np.bincount(right * classes + answered, minlength=classes * classes).reshape(classes, classes)


def by_class(right: Ints, answered: Ints, classes: int) -> ByClass:
    """Return precision, recall and F1 of each class.

    Parameters
    ----------
    right, answered : int [n] or int8 [n, classes]
        Numbers of classes; or which labels each row has.
    classes : int
    """
    if right.ndim == 2:
        both = np.logical_and(right, answered).sum(axis=0)
        held, given = right.sum(axis=0, dtype=np.int64), answered.sum(axis=0, dtype=np.int64)
    else:
        both = np.bincount(right[right == answered], minlength=classes)
        held, given = np.bincount(right, minlength=classes), np.bincount(answered, minlength=classes)
    return ByClass(_share(both, given), _share(both, held), _share(2 * both, held + given), held.astype(np.int64))


def f1(right: Ints, answered: Ints, classes: int, *, average: str = "macro") -> float:
    """Return the F1: macro (the mean of the classes'), micro (of all answers), or binary (of the second class)."""
    if average == "macro":
        return float(by_class(right, answered, classes).f1.mean())
    if average == "binary":
        return float(by_class(right, answered, classes).f1[1])
    if right.ndim == 1:
        return accuracy(right, answered)
    both = int(np.logical_and(right, answered).sum())
    return float(_share(np.asarray([2 * both]), np.asarray([right.sum() + answered.sum()]))[0])


def roc_auc(right: Ints, scores: Floats) -> float:
    """Return how often a row that is right scores above one that is not, ties half; NaN where all are alike."""
    held = int((right == 1).sum())
    others = len(right) - held
    if not held or not others:
        return float("nan")
    _, places, counts = np.unique(scores, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(counts) - (counts - 1) / 2)[places]
    return float((ranks[right == 1].sum() - held * (held + 1) / 2) / (held * others))


def pr_auc(right: Ints, scores: Floats) -> float:
    """Return the average precision over all thresholds; NaN where nothing is right."""
    recalls, precisions = precision_recall(right, scores)
    return float((np.diff(recalls, prepend=0.0) * precisions).sum()) if len(recalls) else float("nan")


def precision_recall(right: Ints, scores: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return recall and precision at every threshold, from the highest; nothing where nothing is right."""
    found, given, held = _downwards(right, scores)
    if not held:
        return np.zeros(0), np.zeros(0)
    return found / held, found / given


def roc(right: Ints, scores: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the shares of wrong and of right rows that score at least as much, at every threshold from the highest."""
    found, given, held = _downwards(right, scores)
    others = len(right) - held
    return np.append(0.0, (given - found) / max(1, others)), np.append(0.0, found / max(1, held))


def mse(right: Floats, answered: Floats) -> float:
    """Return the mean squared error."""
    return float(np.mean((right - answered) ** 2))


def mae(right: Floats, answered: Floats) -> float:
    """Return the mean absolute error."""
    return float(np.mean(np.abs(right - answered)))


def r2(right: Floats, answered: Floats) -> float:
    """Return the share of the spread that is explained; 0 is no better than the mean."""
    spread = float(np.sum((right - right.mean()) ** 2))
    return 1 - float(np.sum((right - answered) ** 2)) / spread if spread else 0.0


def calibration_error(right: Ints, chances: Floats, *, bins: int = _BINS) -> float:
    """Return how far chances lie from what happens, on average over rows.

    Parameters
    ----------
    right : int [n]
        Whether it happened.
    chances : float [n], 0..1
    bins : int
        Of equal width.
    """
    counts, told, happened = calibration(right, chances, bins=bins)
    return float((counts * np.abs(told - happened)).sum() / max(1, counts.sum()))


def calibration(
    right: Ints, chances: Floats, *, bins: int = _BINS
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return of each bin of chances its rows, the mean chance told, and how often it happened; empty bins have 0."""
    places = np.clip(np.ceil(chances * bins).astype(np.int64) - 1, 0, bins - 1)
    counts = np.bincount(places, minlength=bins)
    told = np.bincount(places, chances, minlength=bins) / np.maximum(counts, 1)
    happened = np.bincount(places, right.astype(np.float64), minlength=bins) / np.maximum(counts, 1)
    return counts, told, happened


def ndcg(right: Floats, scores: Floats, queries: Ints, *, at: int = 10) -> float:
    """Return the normalised discounted gain at a depth, the mean over questions; rows that tie share their places.

    Parameters
    ----------
    right : float [n]
        Gains; what lies below 0 is lifted by the least of all.
    scores : float [n]
    queries : int [n]
    at : int
    """
    gains = right - min(0.0, float(right.min()))
    found = []
    for query in np.unique(queries):
        own, told = gains[queries == query], scores[queries == query]
        discounts = 1 / np.log2(np.arange(len(own)) + 2)
        discounts[at:] = 0
        best = float((np.sort(own)[::-1] * discounts).sum())
        if best > 0:
            found.append(_tied_gain(own, told, discounts) / best)
    return float(np.mean(found)) if found else float("nan")


def _tied_gain(gains: Floats, scores: Floats, discounts: Floats) -> float:
    """Return the discounted gain where rows of one score take the mean of their places."""
    _, places, counts = np.unique(-scores, return_inverse=True, return_counts=True)
    ends = np.cumsum(counts)
    sums = np.append(0.0, np.cumsum(discounts))
    share = (sums[ends] - sums[ends - counts]) / counts
    return float((share * np.bincount(places, gains, minlength=len(counts))).sum())


def _downwards(right: Ints, scores: Floats) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], int]:
    """Return at every different score from the highest how many right rows and rows in all score at least as much."""
    order = np.argsort(-scores, kind="stable")
    ends = np.append(np.flatnonzero(np.diff(scores[order])), len(order) - 1) if len(order) else np.zeros(0, np.int64)
    found = np.cumsum(right[order] == 1)[ends].astype(np.float64)
    return found, (ends + 1).astype(np.float64), int((right == 1).sum())


def _share(part: Ints, whole: Ints) -> npt.NDArray[np.float64]:
    return np.divide(part, whole, out=np.zeros(len(part)), where=whole > 0, dtype=np.float64)
