"""Filling features: cells in numbers, so that what is known of a row can be compared and learnt from."""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np

from kinoeye.learn.columns import Column, Floats

_CATEGORIES, _LISTS = 20, 30  # labels of one column, those that come most often
_WORDS, _TOPICS = 4096, 24
_FEW_TEXTS = 50
_LOOKED = 200  # texts by which their script is told
_LEARNT = 20_000  # texts from which topics are learnt
_FAR = 4.0


def encoded(column: Column) -> Floats:
    """Return a column in numbers, float32 [n, d], NaN where a cell lacks.

    Numbers (of skewed ones their logarithms) in spreads from their middle; of categories and lists the labels that come
    most often, each 1 or 0; of texts what they are about.
    """
    if column.kind == "number":
        return _numbers(column)
    if column.kind == "text":
        return _texts(column)
    return _labels(column, _LISTS if column.kind == "list" else _CATEGORIES)


def _numbers(column: Column) -> Floats:
    told = np.full(len(column), np.nan)
    given = column.values[column.known]
    if len(given):
        given = np.log(given) if column.is_skewed else given
        low, middle, high = np.quantile(given, (0.1, 0.5, 0.9))
        spread = (high - low) / 2.56 or float(given.std()) or 1.0
        told[column.known] = np.clip((given - middle) / spread, -_FAR, _FAR)
    return told.astype(np.float32)[:, None]


def _labels(column: Column, most: int) -> Floats:
    width = min(most, len(column.labels))
    told = np.zeros((len(column), width), np.float32)
    if column.kind == "category":
        rows = np.flatnonzero(column.known & (column.values < width))
        told[rows, column.values[rows]] = 1
    else:
        for row in np.flatnonzero(column.known):
            told[row, [label for label in column.values[row] if label < width]] = 1
    if len(told):
        # A label that stands in fewer than five cells tells nothing that could be learnt.
        told = told[:, told.sum(axis=0) >= min(5, max(1, len(told) // 10))]
    told[~column.known] = np.nan
    return told


def _texts(column: Column) -> Floats:
    rows = np.flatnonzero(column.known)
    if len(rows) < _FEW_TEXTS:
        return np.zeros((len(column), 0), np.float32)
    text: Any = importlib.import_module("sklearn.feature_extraction.text")
    parts: Any = importlib.import_module("sklearn.decomposition")
    told = [str(each) for each in column.values[rows]]
    counter = text.HashingVectorizer(n_features=_WORDS, alternate_sign=False, norm="l2", **_units(told))
    words = counter.transform(told)
    if len(np.unique(words.indices)) <= _TOPICS:
        return np.zeros((len(column), 0), np.float32)
    weigher = text.TfidfTransformer(sublinear_tf=True)
    words = weigher.fit_transform(words)
    learnt = np.random.default_rng(1).permutation(len(rows))[:_LEARNT]
    topics = min(_TOPICS, len(rows) // 4)
    model = parts.TruncatedSVD(topics, n_iter=2, random_state=1).fit(words[np.sort(learnt)])
    filled = np.full((len(column), topics), np.nan, np.float32)
    found = model.transform(words)
    spread = found.std(axis=0)
    filled[rows] = np.clip((found - found.mean(axis=0)) / np.where(spread > 0, spread, 1), -_FAR, _FAR)
    return filled


def _units(told: Sequence[str]) -> dict[str, Any]:
    """Return what counts as a word: between spaces, or where most is written without them one or two characters."""
    letters = "".join(told[:_LOOKED]).replace(" ", "")
    unspaced = sum("\u3040" <= each <= "\u9fff" for each in letters)
    return {"analyzer": "char", "ngram_range": (1, 2)} if unspaced > len(letters) / 3 else {"analyzer": "word"}
