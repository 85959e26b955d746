"""Filling masks: known cells hidden as cells really lack, so that what is told of them can be judged.

Cells lack more in some rows than in others, and together with others. A method that is judged on cells hidden evenly
looks better than it is. So rows are drawn by how much they look like those that lack, and each loses besides whatever
lacks too in one row that really does.

Source: Little & Rubin, "Statistical analysis with missing data", 2019, 1.3; Nadeau & Bengio, "Inference for the
generalization error", Machine Learning 52, 2003.
"""

import importlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.learn.columns import Floats
from kinoeye.learn.filling import Frame, Rows

_SHARE = 5  # one known cell in so many is hidden
_MOST = 1500
_FEW = 10  # rows that lack, below which nothing is told of where
_LEARNT = 10_000
_APART = 0.1  # standard deviations between rows that lack and others, from which they are said to differ
_NAMED = 3


@dataclass(frozen=True)
class Lacking:
    """Where cells of a column lack.

    Parameters
    ----------
    foretold : 0.5..1
        How well the other columns tell it (area under the ROC curve, on rows not learnt from); 0.5: not at all.
    by : tuple of str
        The columns in which rows that lack differ most from others.
    together : tuple of (str, float)
        Columns that lack too in more of those rows than elsewhere, and in what share of them.
    """

    foretold: float
    by: tuple[str, ...]
    together: tuple[tuple[str, float], ...]


def masks(frame: Frame, target: int, count: int, seed: int) -> tuple[list[tuple[Rows, Frame]], Lacking]:
    """Return known rows whose cell is hidden, each time with the frame that hides them, and where cells lack.

    Parameters
    ----------
    target : int
        Place of the column.
    count : int
        How many times.
    """
    random = np.random.default_rng(seed)
    lacks = frame.lacks
    known, gone = np.flatnonzero(~lacks[:, target]), np.flatnonzero(frame.columns[target].gaps)
    told, foretold = _told(frame, target, seed)
    odds = told[known] / np.maximum(1 - told[known], 1e-6)
    odds = np.minimum(odds, np.quantile(odds, 0.99)) + 1e-9 if len(odds) else odds
    hidden = min(_MOST, len(known) // _SHARE)
    made = []
    for _ in range(count if hidden else 0):
        rows = np.sort(random.choice(known, hidden, replace=False, p=odds / odds.sum()))
        cells = np.zeros_like(lacks)
        if len(gone):
            cells[rows] = lacks[random.choice(gone, hidden)]
        cells[rows, target] = True
        made.append((rows, frame.without(cells)))
    return made, Lacking(foretold, _differing(frame, target), _together(frame, target))


def _told(frame: Frame, target: int, seed: int) -> tuple[npt.NDArray[np.float64], float]:
    """Return how likely each row is to lack, by its other columns, and how well that tells it."""
    lacks = frame.lacks
    share = float(lacks[:, target].mean()) if len(frame) else 0.0
    told = np.full(len(frame), share)
    if min(lacks[:, target].sum(), (~lacks[:, target]).sum()) < _FEW:
        return told, 0.5
    features = _seen(frame, target)
    logistic: Any = importlib.import_module("sklearn.linear_model").LogisticRegression
    part = np.random.default_rng(seed).integers(0, 2, len(frame))
    for each in (0, 1):
        rows = np.flatnonzero(part != each)[:_LEARNT]
        if 0 < lacks[rows, target].sum() < len(rows):
            model = logistic(C=0.1, max_iter=200).fit(features[rows], lacks[rows, target])
            told[part == each] = model.predict_proba(features[part == each])[:, 1]
    return told, max(0.5, _area(told, lacks[:, target]))


def _seen(frame: Frame, target: int) -> Floats:
    flags = np.delete(frame.lacks, target, axis=1).astype(np.float32)
    return np.hstack([np.nan_to_num(frame.others(target)), flags])


def _area(told: npt.NDArray[np.float64], is_so: npt.NDArray[np.bool_]) -> float:
    """Return the area under the ROC curve."""
    ranks: npt.NDArray[np.float64] = importlib.import_module("scipy.stats").rankdata(told)
    yes, no = int(is_so.sum()), int((~is_so).sum())
    return float((ranks[is_so].sum() - yes * (yes + 1) / 2) / max(1, yes * no))


def _differing(frame: Frame, target: int) -> tuple[str, ...]:
    """Return the columns in which rows that lack differ most from others."""
    lacks = frame.lacks[:, target]
    if min(lacks.sum(), (~lacks).sum()) < _FEW:
        return ()
    apart: dict[str, float] = {}
    for place, (column, block) in enumerate(zip(frame.columns, frame.blocks, strict=True)):
        if place == target or block.stop == block.start:
            continue
        one, other = (frame.matrix[rows][:, block] for rows in (lacks & column.known, ~lacks & column.known))
        if min(len(one), len(other)) < _FEW:
            continue
        spread = np.sqrt((one.var(axis=0) + other.var(axis=0)) / 2)
        far = np.abs(one.mean(axis=0) - other.mean(axis=0)) / np.where(spread > 0, spread, np.inf)
        # Among few rows means lie apart by chance: so much has to be taken off.
        apart[column.name] = float(far.max()) - 3 * float(np.sqrt(1 / len(one) + 1 / len(other)))
    return tuple(sorted((name for name in apart if apart[name] > _APART), key=lambda name: -apart[name])[:_NAMED])


def _together(frame: Frame, target: int) -> tuple[tuple[str, float], ...]:
    lacks = frame.lacks
    here, elsewhere = lacks[lacks[:, target]], lacks[~lacks[:, target]]
    if not len(here) or not len(elsewhere):
        return ()
    one, other = here.mean(axis=0), elsewhere.mean(axis=0)
    found = [
        (frame.columns[place].name, float(one[place]))
        for place in np.argsort(-one, kind="stable")
        if place != target and one[place] > max(0.1, 1.5 * other[place])
    ]
    return tuple(found[:_NAMED])
