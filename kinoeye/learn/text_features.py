"""Text features: texts as sparse rows of the words and pairs of words in them, weighted by how much each tells.

A word counts by the logarithm of how often it stands in a text, more the fewer texts it stands in, and a text's row has
the length one. What else is known of a text (a year, a name, the letters of a title) is given as marks: they are
counted as words are, but make no pairs.

Source: Salton & Buckley, "Term-weighting approaches in automatic text retrieval", 1988.
"""

import importlib
import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_PLAIN_WORD = re.compile(r"[a-z0-9]+(?:'[a-z0-9]+)?")  # the same of small letters in ASCII, in half the time
_UNKNOWN = -1

Marks = Sequence[Sequence[str]]
Ids = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TextFeatures:
    """Which words and pairs are told apart.

    Parameters
    ----------
    words : tuple of str
        Words and marks that stand alone or in a pair.
    keys : int64 [features], ascending
        A word's number, or of a pair ``(first + 1) * len(words) + second``.
    weights : float32 [features]
        How much each tells: the logarithm of texts by texts that have it, plus one.
    """

    words: tuple[str, ...]
    keys: Ids
    weights: npt.NDArray[np.float32]

    @cached_property
    def numbers(self) -> Mapping[str, int]:
        """The number of each word."""
        return {word: number for number, word in enumerate(self.words)}

    def rows(self, texts: Sequence[str], marks: Marks = ()) -> Any:
        """Return texts as rows: a SciPy CSR matrix, float32 [texts, features].

        Parameters
        ----------
        texts : sequence of str
        marks : sequence of sequences of str
            What else is known of each text; nothing of any if empty.
        """
        flat, lengths = _numbered(texts, marks, self.numbers)
        keys, places = _grams(flat, lengths, len(self.words))
        at = np.searchsorted(self.keys, keys)
        at[at == len(self.keys)] = 0
        is_known = self.keys[at] == keys if len(self.keys) else np.zeros(len(keys), bool)
        return self._weighed(_counts(places[is_known], at[is_known], (len(lengths), len(self.keys))))

    def name(self, feature: int) -> str:
        """Return a feature as people read it."""
        first, second = divmod(int(self.keys[feature]), len(self.words))
        return f"{self.words[first - 1]} {self.words[second]}" if first else self.words[second]

    def kept(self, features: npt.NDArray[np.intp]) -> "TextFeatures":
        """Return only some features, ascending, and the words that they need."""
        first, second = np.divmod(self.keys[features], len(self.words))
        used = np.unique(np.concatenate((first[first > 0] - 1, second)))
        new = np.zeros(len(self.words), np.int64)
        new[used] = np.arange(len(used))
        keys = np.where(first > 0, (new[first - 1] + 1) * len(used) + new[second], new[second])
        # Words keep their order, and so do keys.
        return TextFeatures(tuple(self.words[each] for each in used), keys, self.weights[features])

    def _weighed(self, counts: Any) -> Any:
        counts.data = (1 + np.log(counts.data)) * self.weights[counts.indices]
        lengths = np.diff(counts.indptr)
        squares = np.concatenate((counts.data**2, np.zeros(1, np.float32)))
        sums = np.add.reduceat(squares, counts.indptr[:-1]) if len(lengths) else np.zeros(0, np.float32)
        counts.data /= np.repeat(np.sqrt(np.where(lengths > 0, sums, 1)), lengths).astype(np.float32)
        return counts


def text_features(texts: Sequence[str], marks: Marks = (), *, least: int = 2) -> tuple[TextFeatures, Any]:
    """Return the features of texts, and the texts as rows of them.

    Parameters
    ----------
    texts : sequence of str
    marks : sequence of sequences of str
        What else is known of each text; nothing of any if empty.
    least : int
        In how many texts a word or a pair must stand.
    """
    numbers: dict[str, int] = {}
    flat, lengths = _numbered(texts, marks, numbers, grows=True)
    keys, places = _grams(flat, lengths, len(numbers))
    known, at = np.unique(keys, return_inverse=True)
    counts = _counts(places, at, (len(lengths), len(known)))
    spread = np.bincount(counts.indices, minlength=len(known))
    is_kept = spread >= least
    weights = (np.log((1 + len(lengths)) / (1 + spread[is_kept])) + 1).astype(np.float32)
    features = TextFeatures(tuple(numbers), known[is_kept], weights)
    return features, features._weighed(counts[:, np.flatnonzero(is_kept)])


def _numbered(
    texts: Sequence[str], marks: Marks, numbers: Mapping[str, int], *, grows: bool = False
) -> tuple[Ids, npt.NDArray[np.intp]]:
    """Return the numbers of all words one behind the other, and how many each text has; a mark stands apart."""
    flat: list[int] = []
    lengths = np.zeros(len(texts), np.intp)
    for place, text in enumerate(texts):
        begin = len(flat)
        text = text.lower()
        words = (_PLAIN_WORD if text.isascii() else _WORD).findall(text)
        own = marks[place] if len(marks) else ()
        if grows:
            assert isinstance(numbers, dict)
            flat += [numbers.setdefault(word, len(numbers)) for word in words]
            flat += [each for mark in own for each in (_UNKNOWN, numbers.setdefault(mark, len(numbers)))]
        else:
            flat += map(numbers.get, words, itertools.repeat(_UNKNOWN))
            flat += [each for mark in own for each in (_UNKNOWN, numbers.get(mark, _UNKNOWN))]
        lengths[place] = len(flat) - begin
    return np.asarray(flat, np.int64), lengths


def _grams(flat: Ids, lengths: npt.NDArray[np.intp], words: int) -> tuple[Ids, npt.NDArray[np.intp]]:
    """Return the keys of words and of pairs, and the text of each."""
    places = np.repeat(np.arange(len(lengths)), lengths)
    is_known = flat >= 0
    is_pair = (places[1:] == places[:-1]) & is_known[1:] & is_known[:-1]
    pairs = (flat[:-1] + 1) * words + flat[1:]
    return np.concatenate((flat[is_known], pairs[is_pair])), np.concatenate((places[is_known], places[:-1][is_pair]))


def _counts(rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp], shape: tuple[int, int]) -> Any:
    sparse = importlib.import_module("scipy.sparse")
    counts = sparse.csr_matrix((np.ones(len(rows), np.float32), (rows, columns)), shape=shape)
    counts.sum_duplicates()
    return counts
