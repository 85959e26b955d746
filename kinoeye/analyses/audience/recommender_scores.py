"""Recommender scores: how good recommendations are, what they do to titles and viewers, and what they give away.

Each way of telling is tried on what it has not learnt from: on viewers held out whole, on what came after one moment,
on each viewer's last titles, on titles that nobody has watched. Beside accuracy stand diversity, novelty, how far lists
stray from what viewers watch, how much of the catalogue and whose titles are shown, and how well members can be told
from others by what the recommender answers.
"""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import InputError, SettingError
from kinoeye.learn import rank_measures
from kinoeye.learn.apart import apart
from kinoeye.learn.cold_titles import cold_titles as cold_weights
from kinoeye.learn.ease import ease
from kinoeye.learn.histories import Histories, well_filled
from kinoeye.learn.membership import Teach, attack
from kinoeye.learn.rank_splits import Split, at_time, cold_titles, leave_last, strong
from kinoeye.learn.recommender import WAYS, Recommender, recommender, taught
from kinoeye.learn.recommender_parts import Sides
from kinoeye.learn.viewed import sides, viewed
from kinoeye.signals.title_rows import title_rows
from kinoeye.tables import Table

RECOMMENDER_SCORES = Table("recommender_scores", "One row a way of telling, a split and a measure.", (
    ("way", pa.string(), "liked, titles, ials, ease, blend, trees; content of titles that nobody watched"),
    ("is_chosen", pa.bool_(), "whether it is the way that was chosen, on none of these viewers"),
    ("split", pa.string(), "viewers: held out whole; time: after one moment; last: each viewer's last; cold: titles "
                           "that nobody has watched; members: who was learnt from, against others"),
    ("measure", pa.string(), "ndcg_100, recall_20, reciprocal_rank, diversity, novelty, miscalibration, popularity, "
                             "coverage, gini, exposure; attack_scores, attack_lists, attack_singles (asked with one "
                             "title at a time), attack_plain (without shadows): areas, 0.5 tells nothing; with "
                             "`apart_` where nobody is answered by what learnt from them"),
    ("group", pa.string(), "of `exposure` the genre, else null"),
    ("value", pa.float64(), "null where it cannot be told"),
    ("low", pa.float64(), "with `high` the 95 % interval; null where there is none"),
    ("high", pa.float64(), "its other end"),
    ("watched", pa.float64(), "of `exposure` the genre's share of what viewers watched"),
    ("n", pa.int64(), "viewers that it is of"),
))  # fmt: skip

SPLITS = ("viewers", "time", "last", "cold")

_DEPTH, _SHOWN, _MOST_HELD = 100, 20, 300
_MOST_ATTACKED = 240  # viewers who are told apart: enough for an interval of a twentieth
_PARTS_ATTACKED = 5  # fewer than answer: each is a model more for each shadow, and the area is the same
_SECONDS_A_YEAR = 31_556_952.0

Row = dict[str, Any]


@analysis(RECOMMENDER_SCORES, version=1, scope="production", purpose="recommend")
def recommender_scores(
    watched: pa.Table, titles: pa.Table | None = None, *, liked_rating: float = 8.0, liked_share: float = 0.7,
    most_titles: int = 4000, splits: tuple[str, ...] = ("viewers", "time", "cold"), shadows: int = 2, parts: int = 10,
) -> pa.Table:  # fmt: skip
    """Say how good recommendations are, and what else they do.

    Parameters
    ----------
    watched : table `watched`
    titles : table `titles`, optional
    liked_rating : 0..10
        As of `recommendations`.
    liked_share : 0..1
        As of `recommendations`.
    most_titles : int
        As of `recommendations`.
    splits : viewers, time, last, cold
        Which are tried.
    shadows : int
        Models that the attacker learns; 0 attacks nothing.
    parts : int
        Into which viewers are dealt where nobody is answered by what learnt from them; 1 leaves that out.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    if unknown := set(splits) - set(SPLITS):
        raise SettingError(f"recommender_scores: splits must be of {', '.join(SPLITS)}, got {', '.join(unknown)}")
    if shadows < 0 or shadows == 1:
        raise SettingError(f"recommender_scores: shadows must be 0, or 2 or more, got {shadows}")
    if not watched.num_rows:
        return RECOMMENDER_SCORES.empty()
    given, known, genres = _histories(watched, titles, liked_rating, liked_share, most_titles)
    if given.viewers < _FEWEST or given.titles < _FEWEST:
        return RECOMMENDER_SCORES.empty()
    rows: list[Row] = []
    chosen = None
    for name in splits:
        try:
            tried, model = _tried(name, given, known, genres)
        except InputError:
            continue  # no times, or nothing to be found: that split says nothing
        rows += tried
        chosen = model if name == "viewers" else chosen
    if shadows:
        rows += _attacked(given, chosen or recommender(given, known), shadows, parts)
    return RECOMMENDER_SCORES.from_rows(rows)


_FEWEST = 12


def _histories(
    watched: pa.Table, titles: pa.Table | None, liked_rating: float, liked_share: float, most_titles: int
) -> tuple[Histories, Sides, list[str]]:
    """Return what can be learnt from and measured, what is known of the titles, and the first genre of each."""
    last = watched["last"].cast(pa.int64()).to_numpy(zero_copy_only=False).astype(np.float64)
    rating, share = (
        np.asarray(watched[name].to_numpy(zero_copy_only=False), np.float64) for name in ("rating", "share")
    )
    own = viewed(
        np.asarray(watched["viewer"], np.int64), watched["title"].to_pylist(), rating, share,
        1970 + last / 1000 / _SECONDS_A_YEAR, liked_rating=liked_rating, liked_share=liked_share,
        most_titles=most_titles,
    )  # fmt: skip
    given, _, places = well_filled(own.given)
    names = [own.titles[place] for place in places]
    by_name = title_rows(titles)
    rows = [by_name.get(name) for name in names]
    if titles is None:
        return given, sides([()] * len(names), np.full(len(names), np.nan), [""] * len(names)), [""] * len(names)
    columns = {name: titles[name].to_pylist() for name in ("genres", "year", "plot")}
    genres = [(columns["genres"][row] or ()) if row is not None else () for row in rows]
    years = np.array([np.nan if row is None or columns["year"][row] is None else columns["year"][row] for row in rows])
    plots = ["" if row is None else columns["plot"][row] or "" for row in rows]
    return given, sides(genres, years.astype(np.float64), plots), [each[0] if each else "" for each in genres]


def _tried(name: str, given: Histories, known: Sides, genres: list[str]) -> tuple[list[Row], Recommender | None]:
    """Return what each way is worth on one split, and the recommender that learnt for it."""
    held = max(1, min(_MOST_HELD, given.viewers // 4))
    if name == "cold":
        split, cold = cold_titles(given, held=held)
        return list(_cold(split, cold, known)), None
    split = {"viewers": lambda: strong(given, held=held), "time": lambda: at_time(given),
             "last": lambda: leave_last(given)}[name]()  # fmt: skip
    model = recommender(split.learnt, known)
    rows: list[Row] = []
    ways = WAYS if name == "viewers" else (*dict.fromkeys(("liked", "ease", model.way)),)
    for way in ways:
        if (way == "trees" and model.trees is None) or (way == "blend" and model.blend is None):
            continue
        scores = rank_measures.without(model.scores(split.asked, way=way), split.asked.matrix())
        lists = rank_measures.top(scores, _DEPTH)
        about: Row = {"way": way, "is_chosen": way == model.way, "split": name}
        rows += [about | row for row in _accuracy(lists, split.wanted.matrix())]
        if name == "viewers":
            rows += [about | row for row in _besides(lists[:, :_SHOWN], split, known, genres)]
    return rows, model


def _accuracy(lists: Any, wanted: Any) -> Iterator[Row]:
    yield _mean("ndcg_100", rank_measures.ndcg(lists, wanted))
    yield _mean("recall_20", rank_measures.recall(lists, wanted, at=_SHOWN))
    yield _mean("reciprocal_rank", rank_measures.reciprocal_rank(lists, wanted))


def _besides(lists: Any, split: Split, known: Sides, genres: list[str]) -> Iterator[Row]:
    """Yield what lists do beside being right."""
    audiences, history = split.learnt.audiences, split.asked.matrix()
    if known.kinds.shape[1]:
        yield _mean("diversity", rank_measures.diversity(lists, known.kinds))
        yield _mean("miscalibration", rank_measures.miscalibration(lists, history, known.kinds))
    yield _mean("novelty", rank_measures.novelty(lists, audiences, split.learnt.viewers))
    yield _mean("popularity", rank_measures.mean_popularity(lists, audiences))
    count = len(lists)
    yield {"measure": "coverage", "value": rank_measures.coverage(lists, split.learnt.titles), "n": count}
    yield {"measure": "gini", "value": rank_measures.gini(lists, split.learnt.titles), "n": count}
    for each in rank_measures.exposure(lists, history, genres):
        yield {"measure": "exposure", "group": each.group, "value": each.share, "low": each.least, "high": each.most,
               "watched": each.watched, "n": count}  # fmt: skip


def _cold(split: Split, cold: Any, known: Sides) -> Iterator[Row]:
    """Yield how well titles that nobody has watched are told by what is known of them."""
    if known.vectors.shape[1] < 2:
        raise InputError("recommender_scores: something must be known of titles, got nothing")
    weights = cold_weights(ease(split.learnt.matrix(disliked=0.5)), known.vectors, cold)
    told = split.asked.matrix(disliked=0.5) @ weights.weights
    wanted = split.wanted.matrix()[:, cold]
    by_chance = np.random.default_rng(1).random(told.shape).astype(np.float32)
    for way, scores in (("content", told), ("chance", by_chance)):
        for row in _accuracy(rank_measures.top(scores, _DEPTH), wanted):
            yield {"way": way, "is_chosen": way == "content", "split": "cold"} | row


def _attacked(given: Histories, model: Recommender, shadows: int, parts: int) -> Iterator[Row]:
    """Yield how well members are told from others, where they are answered as anyone, and where they are not."""

    def plain(learnt: Histories) -> Any:
        return taught(model, learnt).scores

    def divided(learnt: Histories) -> Any:
        return apart(learnt, plain, parts=min(parts, _PARTS_ATTACKED))

    ways: list[tuple[str, Teach]] = [("", plain), *([("apart_", divided)] if parts > 1 else [])]
    about: Row = {"way": model.way, "is_chosen": True, "split": "members"}
    for name, teach in ways:
        try:
            told = attack(given, teach, sees=("scores", "lists", "singles"), shadows=shadows, most=_MOST_ATTACKED)
        except InputError:  # too few viewers to tell anyone from
            return
        for sees, found in told.items():
            yield about | {"measure": f"{name}attack_{sees}", "value": found.auc, "low": found.least,
                           "high": found.most, "n": found.viewers}  # fmt: skip
        yield about | {"measure": f"{name}attack_plain", "value": told["scores"].plain_auc, "n": told["scores"].viewers}


def _mean(measure: str, values: Any) -> Row:
    """Return the mean over viewers with its interval."""
    known = values[np.isfinite(values)]
    if not len(known):
        return {"measure": measure, "n": 0}
    value, low, high = rank_measures.paired(known, np.zeros(len(known)))
    return {"measure": measure, "value": value, "low": low, "high": high, "n": len(known)}
