"""Grams: runs of words and of letters in texts of any language, counted.

Words are parted at what is no letter or digit, Chinese ones by jieba; of scripts that part no words, pairs of letters
stand for them. Short texts, names and titles, say more by the letters within their words.

Counts are taken once for all rows; which grams are kept and how much each weighs is learnt in each fold from its own
rows, so nothing of what is held out is known.

Source: Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988.
"""

import functools
import importlib
import logging
import re
import warnings
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_HAN = re.compile(r"[\u3400-\u4dbf\u4e00-\u9fff]+")
_UNPARTED = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff]")  # Thai, Lao, Burmese, Khmer, kana
_LETTERS = (3, 4)
_MANY_TEXTS = 200  # of which what stands in one only is left out at once
MOST_GRAMS = 200_000
LETTER_MARK = "~"  # before runs of letters, so that none is taken for a word


@dataclass(frozen=True)
class Counts:
    """How often each gram stands in each text.

    Parameters
    ----------
    matrix : scipy CSR float32 [texts, grams]
    grams : tuple of str
    least : int
        In how many of all texts each stands at least; a fold asks for as many in its own.
    """

    matrix: Any
    grams: tuple[str, ...]
    least: int = 1

    def take(self, rows: Any) -> "Counts":
        """Return a part of the texts."""
        return Counts(self.matrix[rows], self.grams, self.least)

    def __len__(self) -> int:
        return int(self.matrix.shape[0])


def words(text: str) -> list[str]:
    """Return the words of a text in small letters.

    >>> words("Don't look: 我们看电影!")
    ["don't", 'look', '我们', '看', '电影']
    """
    found: list[str] = []
    for run in _WORD.findall(text.lower()):
        if run.isascii():
            found.append(run)
        elif _HAN.search(run):
            found += (each for each in _jieba().lcut(run) if each.strip())
        elif _UNPARTED.search(run) and len(run) > 2:
            found += (run[place : place + 2] for place in range(len(run) - 1))
        else:
            found.append(run.replace("’", "'"))
    return found


def grams_of(text: str, *, is_short: bool) -> Iterator[str]:
    """Yield the grams of a text: words, and pairs of them; of a short text words, and runs of their letters."""
    parted = words(text)
    yield from parted
    if not is_short:
        yield from (f"{one} {other}" for one, other in pairwise(parted))
        return
    for word in parted:
        framed = f"<{word}>"
        for length in _LETTERS:
            yield from (LETTER_MARK + framed[at : at + length] for at in range(len(framed) - length + 1))


def counted(texts: Sequence[str], *, is_short: bool, known: Sequence[str] | None = None) -> Counts:
    """Count the grams of texts.

    Parameters
    ----------
    texts : sequence of str
    is_short : bool
        Whether they are names and titles.
    known : sequence of str, optional
        Count only these; all if not given, of many texts those that stand in two or more.
    """
    places: dict[str, int] = {gram: place for place, gram in enumerate(known or ())}
    columns, ends = array("i"), array("q", [0])
    for text in texts:
        for gram in grams_of(text, is_short=is_short):
            place = places.get(gram, -1) if known is not None else places.setdefault(gram, len(places))
            if place >= 0:
                columns.append(place)
        ends.append(len(columns))
    matrix = _matrix(columns, ends, len(texts), max(1, len(places)))
    if known is not None:
        return Counts(matrix, tuple(known))
    return _pruned(matrix, list(places))


def _matrix(columns: "array[int]", ends: "array[int]", rows: int, width: int) -> Any:
    sparse = importlib.import_module("scipy.sparse")
    held = np.frombuffer(columns, np.int32) if len(columns) else np.zeros(0, np.int32)
    ones = np.ones(len(held), np.float32)
    matrix = sparse.csr_matrix((ones, held.copy(), np.frombuffer(ends, np.int64).copy()), shape=(rows, width))
    matrix.sum_duplicates()
    return matrix


def _pruned(matrix: Any, grams: list[str]) -> Counts:
    """Leave out of many texts what stands in one only, and the rarest where there are too many."""
    spread = np.bincount(matrix.indices, minlength=matrix.shape[1])
    least = 2 if matrix.shape[0] >= _MANY_TEXTS else 1
    kept = np.flatnonzero(spread >= least)
    if len(kept) > MOST_GRAMS:
        kept = np.sort(kept[np.argsort(-spread[kept], kind="stable")[:MOST_GRAMS]])
    return Counts(matrix[:, kept].tocsr(), tuple(grams[place] for place in kept), least)


@functools.cache
def _jieba() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it asks for a part of setuptools that is going away
        jieba = importlib.import_module("jieba")
    jieba.setLogLevel(logging.ERROR)
    return jieba
