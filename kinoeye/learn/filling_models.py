"""Filling by models: rows that are alike, ridge regressions in turn, trees.

Source: van Buuren & Groothuis-Oudshoorn, "mice: multivariate imputation by chained equations in R", J. Statistical
Software 45(3), 2011; Hastie, Tibshirani & Friedman, "The elements of statistical learning", 2009, 10.9, 13.3.
"""

import importlib
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.filling import Answer, Frame, Rows, target_of

_DONORS = 8000
_ALIKE = 15
_BLOCK = 2000
_LEARNT = 20_000
_TURNS = 5
_STILL = 1e-3
_SHRINK = 1.0  # ridge penalty, in rows
_TREES, _LEAVES, _PACE = 80, 15, 0.08
_LABEL_TREES, _LABEL_PACE = 40, 0.15
_TREE_LABELS = 12  # labels for which trees are grown, those that come most often; others get their share


def nearest(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill with what the fifteen rows have that are most alike: of numbers the median, of labels the share.

    Distances go over what is known in both rows; whatever lacks in one counts as the usual.
    """
    learnt = target_of(frame.columns[target])
    donors = _some(np.flatnonzero(learnt.column.known), _DONORS, seed)
    told = frame.others(target)
    given = np.nan_to_num(told[donors])
    squares = (given**2).sum(axis=1)
    count = min(_ALIKE, len(donors))
    scores = np.zeros((len(wanted), learnt.y.shape[1]), np.float32)
    for begin in range(0, len(wanted), _BLOCK):
        rows = told[wanted[begin : begin + _BLOCK]]
        known = ~np.isnan(rows)
        here = np.nan_to_num(rows)
        # What lacks in the wanted row is no part of its distances: the donors' part of it is taken off again.
        far = squares[None] - 2 * here @ given.T - (~known).astype(np.float32) @ (given**2).T
        near = np.argpartition(far, count - 1, axis=1)[:, :count]
        alike = learnt.y[donors[near]]
        scores[begin : begin + len(rows)] = np.median(alike, axis=1) if learnt.is_number else alike.mean(axis=1)
    return Answer(scores, (f"{count} most alike of {len(donors)}",))


def ridge(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill by ridge regressions in turn: each column told from the others, which are filled likewise, until it settles.

    Every regression is one small system of equations in the columns, so it costs little however many rows there are.
    """
    learnt = target_of(frame.columns[target])
    known = _some(np.flatnonzero(learnt.column.known), _LEARNT, seed)
    rows = np.concatenate([known, wanted])
    told = frame.others(target)[rows]
    lacks = np.isnan(told)
    held = _blocks_without(frame, target)
    moving = [block for block in held if lacks[:, block].any()]
    every = np.nan_to_num(told).astype(np.float64)
    for _ in range(_TURNS if moving else 0):
        change = 0.0
        for block in moving:
            gaps = lacks[:, block.start] if block.stop > block.start else np.zeros(len(rows), np.bool_)
            if gaps.all() or not gaps.any():
                continue
            inside = np.zeros(every.shape[1], np.bool_)
            inside[block] = True
            weights = _regressed(every[~gaps][:, ~inside], every[~gaps][:, inside])
            found = _applied(every[gaps][:, ~inside], weights)
            change = max(change, float(np.abs(found - every[np.ix_(gaps, inside)]).mean()))
            every[np.ix_(gaps, inside)] = found
        if change < _STILL:
            break
    weights = _regressed(every[: len(known)], learnt.y[known].astype(np.float64))
    scores = _applied(every[len(known) :], weights)
    if not learnt.is_number:
        scores = np.clip(scores, 0, 1)
    return Answer(scores.astype(np.float32), (f"from {len(held)} columns, learnt from {len(known)}",))


def trees(frame: Frame, target: int, wanted: Rows, seed: int) -> Answer:
    """Fill by boosted trees, which take a cell that lacks as it is.

    Half of the rows learnt from lose what lacks in rows that are wanted: trees that never saw such gaps guess wildly.
    """
    learnt = target_of(frame.columns[target])
    known = _some(np.flatnonzero(learnt.column.known), _LEARNT, seed)
    told = frame.others(target)
    random = np.random.default_rng(seed)
    given = told[known]
    if len(wanted):
        given[np.isnan(told[random.choice(wanted, len(known))]) & (random.random(len(known)) < 0.5)[:, None]] = np.nan
    boosting: Any = importlib.import_module("sklearn.ensemble")
    scores = np.repeat(learnt.y[known].mean(axis=0)[None], len(wanted), axis=0)
    for label in range(1 if learnt.is_number else min(_TREE_LABELS, learnt.y.shape[1])):
        model = boosting.HistGradientBoostingRegressor(
            loss="absolute_error" if learnt.is_number else "squared_error",
            max_iter=_TREES if learnt.is_number else _LABEL_TREES,
            learning_rate=_PACE if learnt.is_number else _LABEL_PACE,
            max_leaf_nodes=_LEAVES, early_stopping=False, random_state=seed,
        )  # fmt: skip
        model.fit(given, learnt.y[known, label])
        scores[:, label] = model.predict(told[wanted])
    if not learnt.is_number:
        scores = np.clip(scores, 0, 1)
    return Answer(scores, (f"learnt from {len(known)}",))


def _some(rows: Rows, most: int, seed: int) -> Rows:
    """Return at most so many of some rows, in their order."""
    if len(rows) <= most:
        return rows
    return np.sort(np.random.default_rng(seed).choice(rows, most, replace=False))


def _blocks_without(frame: Frame, target: int) -> list[slice]:
    """Return where the other columns stand when the target's own are taken out."""
    own = frame.blocks[target]
    width = own.stop - own.start
    return [
        slice(block.start - width, block.stop - width) if block.start >= own.stop else block
        for place, block in enumerate(frame.blocks)
        if place != target and block.stop > block.start
    ]


def _regressed(given: npt.NDArray[np.float64], wanted: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the weights of a ridge regression with a constant, float64 [d + 1, k]."""
    every = np.hstack([given, np.ones((len(given), 1))])
    gram = every.T @ every
    gram[np.arange(given.shape[1]), np.arange(given.shape[1])] += _SHRINK
    gram[-1, -1] += 1e-6
    found = np.linalg.solve(gram, every.T @ wanted)
    return np.asarray(found, np.float64)


def _applied(given: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    found: npt.NDArray[np.float64] = given @ weights[:-1] + weights[-1]
    return found
