"""Rank measures: how good lists of titles are, and what they do to viewers and titles besides.

Accuracy is of each viewer, so that two recommenders can be compared pair by pair. Beside it stands what accuracy hides:
how alike the titles of a list are, how known they were anyway, how far a list strays from what its viewer watches, how
much of the catalogue is ever shown, and whose titles.

Source: Jarvelin & Kekalainen, "Cumulated gain-based evaluation of IR techniques", ACM TOIS 20, 2002; Steck, "Calibrated
recommendations", RecSys 2018; Vargas & Castells, "Rank and relevance in novelty and diversity metrics", RecSys 2011;
Abdollahpouri et al., "The unfairness of popularity bias in recommendation", 2019.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Lists = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

NEVER = np.float32(-np.inf)
_DRAWS = 1000
_SMOOTHING = 0.01  # of the watched shares, so that a list may hold a kind its viewer never watched


def without(scores: Scores, seen: Any) -> Scores:
    """Return scores in which what a viewer has already is never shown.

    Parameters
    ----------
    scores : float32 [viewers, titles]
    seen : sparse [viewers, titles]
    """
    found = np.array(scores, np.float32)
    rows, columns = seen.nonzero()
    found[rows, columns] = NEVER
    return found


def top(scores: Scores, count: int) -> Lists:
    """Return the best titles of each viewer, best first; -1 where none is left, int64 [viewers, count].

    Of titles with the same score the one with the lower number comes first.
    """
    count = min(count, scores.shape[1])
    if not count or not len(scores):
        return np.zeros((len(scores), count), np.int64)
    near = np.argpartition(-scores, count - 1, axis=1)[:, :count]
    near.sort(axis=1)
    order = np.argsort(-np.take_along_axis(scores, near, 1), axis=1, kind="stable")
    lists = np.take_along_axis(near, order, 1).astype(np.int64)
    lists[~np.isfinite(np.take_along_axis(scores, lists, 1))] = -1
    return lists


def hits(lists: Lists, wanted: Any) -> npt.NDArray[np.bool_]:
    """Return which titles of lists were wanted, bool [viewers, count].

    Parameters
    ----------
    lists : int64 [viewers, count]
    wanted : sparse [viewers, titles]
    """
    rows = np.arange(len(lists))[:, None]
    dense = np.asarray(wanted.toarray() != 0)
    return dense[rows, np.maximum(lists, 0)] & (lists >= 0)


def ndcg(lists: Lists, wanted: Any) -> Floats:
    """Return the normalised discounted gain of each viewer's list, NaN where nothing was wanted, float64 [viewers]."""
    discounts = 1 / np.log2(np.arange(lists.shape[1]) + 2)
    counts = _counts(wanted)
    best = np.append(0.0, np.cumsum(discounts))[np.minimum(counts, len(discounts))]
    return _over((hits(lists, wanted) * discounts).sum(axis=1), best, counts)


def recall(lists: Lists, wanted: Any, *, at: int) -> Floats:
    """Return the share of what was wanted, or of what fits, that stands among the first, float64 [viewers]."""
    counts = _counts(wanted)
    return _over(hits(lists[:, :at], wanted).sum(axis=1), np.minimum(counts, at), counts)


def reciprocal_rank(lists: Lists, wanted: Any) -> Floats:
    """Return one by the place of the first title that was wanted, 0 where none stands there, float64 [viewers]."""
    found = hits(lists, wanted)
    first = np.where(found.any(axis=1), 1 / (np.argmax(found, axis=1) + 1), 0.0)
    return _over(first, np.ones(len(lists)), _counts(wanted))


def coverage(lists: Lists, titles: int) -> float:
    """Return the share of titles that anyone is shown."""
    return len(np.unique(lists[lists >= 0])) / max(1, titles)


def gini(lists: Lists, titles: int) -> float:
    """Return how unequally places go to titles: 0 all alike, towards 1 all to one."""
    shown = np.sort(np.bincount(lists[lists >= 0], minlength=titles)).astype(np.float64)
    if not shown.sum():
        return 0.0
    ranks = np.arange(1, titles + 1)
    return float(((2 * ranks - titles - 1) * shown).sum() / (titles * shown.sum()))


def mean_popularity(lists: Lists, audiences: npt.NDArray[np.integer]) -> Floats:
    """Return how many viewers the titles of each list have on average, float64 [viewers]."""
    return _mean_over(lists, audiences.astype(np.float64))


def novelty(lists: Lists, audiences: npt.NDArray[np.integer], viewers: int) -> Floats:
    """Return how unexpected the titles of each list are, in bits, float64 [viewers]."""
    chance = (audiences + 1) / (viewers + 1)
    return _mean_over(lists, -np.log2(np.minimum(1, chance)))


def diversity(lists: Lists, vectors: npt.NDArray[np.floating]) -> Floats:
    """Return how unlike the titles of each list are: 1 less the mean cosine of pairs, float64 [viewers].

    Parameters
    ----------
    vectors : float [titles, n]
        What each title is: genres, or what else is known of it.
    """
    unit = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    found = np.full(len(lists), np.nan)
    for row, given in enumerate(lists):
        own = unit[given[given >= 0]]
        if len(own) > 1:
            total = own.sum(axis=0)
            pairs = float(total @ total) - float((own**2).sum())
            found[row] = 1 - pairs / (len(own) * (len(own) - 1))
    return found


def miscalibration(lists: Lists, history: Any, kinds: npt.NDArray[np.floating]) -> Floats:
    """Return how far the kinds of each list lie from those of its viewer's history, in nats, float64 [viewers].

    The divergence of Kullback and Leibler; 0 where a list has the shares that the history has.

    Parameters
    ----------
    history : sparse [viewers, titles]
    kinds : float [titles, kinds]
        Which genres each title has.
    """
    shares = kinds / np.maximum(kinds.sum(axis=1, keepdims=True), 1e-9)
    watched = np.asarray(history @ shares)
    watched = watched / np.maximum(watched.sum(axis=1, keepdims=True), 1e-9)
    found = np.full(len(lists), np.nan)
    for row, given in enumerate(lists):
        shown = shares[given[given >= 0]].sum(axis=0)
        if shown.sum() and watched[row].sum():
            own = (1 - _SMOOTHING) * shown / shown.sum() + _SMOOTHING * watched[row]
            is_there = watched[row] > 0
            found[row] = float((watched[row][is_there] * np.log(watched[row][is_there] / own[is_there])).sum())
    return found


@dataclass(frozen=True)
class Exposure:
    """How much of what is shown goes to the titles of a group.

    Parameters
    ----------
    group : str
    titles : int
    share, least, most : float, 0..1
        Of the places of lists, the first counting most, with the interval of 95 % over viewers.
    watched : float, 0..1
        Its share of what viewers have watched.
    """

    group: str
    titles: int
    share: float
    least: float
    most: float
    watched: float


def exposure(lists: Lists, history: Any, groups: list[str], *, seed: int = 1) -> list[Exposure]:
    """Return how much of what is shown goes to each group of titles, the largest first; an empty name is no group."""
    names, numbers = np.unique(np.asarray(groups, object).astype(str), return_inverse=True)
    discounts = 1 / np.log2(np.arange(lists.shape[1]) + 2)
    own = np.zeros((len(lists), len(names)))
    for place in range(lists.shape[1]):
        rows = np.flatnonzero(lists[:, place] >= 0)
        own[rows, numbers[lists[rows, place]]] += discounts[place]
    total = np.bincount(numbers, np.asarray(history.sum(axis=0)).ravel(), len(names))
    drawn = _drawn_shares(own, seed)
    share = own.sum(axis=0) / max(own.sum(), 1e-12)
    sizes = np.bincount(numbers, minlength=len(names))
    watched = total / max(total.sum(), 1e-12)
    found = [
        Exposure(str(name), int(sizes[place]), float(share[place]), float(drawn[0, place]), float(drawn[1, place]),
                 float(watched[place]))
        for place, name in enumerate(names) if name
    ]  # fmt: skip
    return sorted(found, key=lambda each: -each.share)


def paired(one: Floats, other: Floats, *, seed: int = 1) -> tuple[float, float, float]:
    """Return by how much one set of viewers' figures is above another on average, with the interval of 95 %."""
    apart = (one - other)[np.isfinite(one) & np.isfinite(other)]
    if not len(apart):
        return float("nan"), float("nan"), float("nan")
    draws = np.random.default_rng(seed).integers(0, len(apart), (_DRAWS, len(apart)))
    low, high = np.quantile(apart[draws].mean(axis=1), (0.025, 0.975))
    return float(apart.mean()), float(low), float(high)


def _drawn_shares(own: Floats, seed: int) -> Floats:
    """Return the interval of shares as other viewers would have had it, float64 [2, groups]."""
    if not len(own):
        return np.zeros((2, own.shape[1]))
    counts = np.random.default_rng(seed).multinomial(len(own), np.full(len(own), 1 / len(own)), _DRAWS)
    sums = counts @ own
    return np.asarray(np.quantile(sums / np.maximum(sums.sum(axis=1, keepdims=True), 1e-12), (0.025, 0.975), axis=0))


def _counts(wanted: Any) -> npt.NDArray[np.int64]:
    return np.asarray((wanted != 0).sum(axis=1)).ravel().astype(np.int64)


def _over(part: npt.NDArray[Any], whole: npt.NDArray[Any], counts: npt.NDArray[np.int64]) -> Floats:
    return np.asarray(np.divide(part, whole, out=np.full(len(part), np.nan), where=counts > 0, dtype=np.float64))


def _mean_over(lists: Lists, values: Floats) -> Floats:
    is_there = lists >= 0
    sums = np.where(is_there, values[np.maximum(lists, 0)], 0).sum(axis=1)
    return _over(sums, is_there.sum(axis=1), is_there.sum(axis=1))
