"""Language: rows of words of several groups, each group with its own way, learnt together.

What a group has too little of, it takes from the wider group: how much each may say is chosen so that rows that were
held out are most likely. Which groups there are is for who asks; the widest is all rows.

Source: Jelinek & Mercer, "Interpolated estimation of Markov source parameters from sparse data", 1980.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from kinoeye.learn.kneser_ney import BEGIN, END, UNKNOWN, Chances, KneserNey

_MARKS = ("<begin>", "<end>", "<unknown>")
_TRUSTS = (0.0, 30.0, 100.0, 300.0, 1000.0, 3000.0, 10_000.0, math.inf)  # words at which a group has half of the say
_HELD_OUT = 10  # every so manieth row
_LEAST_WORDS = 20  # of a group that has a model of its own


@dataclass(frozen=True)
class Row:
    """A row of words, and its groups from the wider to the narrower, without the one of all rows."""

    words: tuple[str, ...]
    groups: tuple[str, ...] = ()


class Language:
    """A model of rows in groups.

    Parameters
    ----------
    rows : sequence of Row
    order : int
        Words that are looked at, the last included.
    least : int
        How often a word must stand to be known.
    """

    def __init__(self, rows: Sequence[Row], *, order: int = 4, least: int = 1) -> None:
        counts = Counter(word for row in rows for word in row.words)
        self.vocabulary = (*_MARKS, *sorted(word for word, count in counts.items() if count >= least))
        self._numbers = {word: number for number, word in enumerate(self.vocabulary)}
        self._order = order
        depth = max((len(row.groups) for row in rows), default=0)
        self.trusts = [math.inf] * depth
        held = [row for number, row in enumerate(rows) if number % _HELD_OUT == _HELD_OUT - 1]
        if held:
            self._models = self._learnt([row for n, row in enumerate(rows) if n % _HELD_OUT != _HELD_OUT - 1])
            self.trusts = self._chosen(held, depth)
        self._models = self._learnt(rows)

    def numbers(self, words: Iterable[str]) -> list[int]:
        """Return words as numbers; those that are not known as `UNKNOWN`."""
        return [self._numbers.get(word, UNKNOWN) for word in words]

    def chances(self, before: Sequence[int], groups: Sequence[str]) -> Chances:
        """Return the chance of each word of the vocabulary.

        Parameters
        ----------
        before : sequence of int
            The row's words so far, by their numbers.
        groups : sequence of str
            The row's groups; those that are not known say nothing.
        """
        found = self._models[""].chances(before)
        for share, model in self._says(groups):
            if share:
                found = (1 - share) * found + share * model.chances(before)
        return found

    def perplexity(self, rows: Sequence[Row]) -> float:
        """Return to how many words, all alike likely, each word of rows comes; their ends count as words."""
        total, count = 0.0, 0
        for row in rows:
            words = [*self.numbers(row.words), END]
            for place, word in enumerate(words):
                total -= math.log(self._chance(word, words[:place], row.groups))
                count += 1
        return math.exp(total / max(1, count))

    def _chance(self, word: int, before: Sequence[int], groups: Sequence[str]) -> float:
        found = self._models[""].chance(word, before)
        for share, model in self._says(groups):
            if share:
                found = (1 - share) * found + share * model.chance(word, before)
        return found

    def _says(self, groups: Sequence[str]) -> Iterable[tuple[float, KneserNey]]:
        for trust, group in zip(self.trusts, groups, strict=False):
            if model := self._models.get(group):
                yield model.words / (model.words + trust) if math.isfinite(trust) else 0.0, model

    def _learnt(self, rows: Sequence[Row]) -> dict[str, KneserNey]:
        by_group: dict[str, list[list[int]]] = defaultdict(list)
        for row in rows:
            numbers = self.numbers(row.words)
            for group in ("", *row.groups):
                by_group[group].append(numbers)
        by_group.setdefault("", [])
        return {
            group: KneserNey(own, len(self.vocabulary), self._order)
            for group, own in by_group.items()
            if not group or sum(map(len, own)) >= _LEAST_WORDS
        }

    def _chosen(self, held: Sequence[Row], depth: int) -> list[float]:
        """Return for each level of groups the trust under which the held out rows are likeliest, the wider first."""
        words = [(word, numbers[:place], row.groups) for row in held for numbers in [[*self.numbers(row.words), END]]
                 for place, word in enumerate(numbers)]  # fmt: skip
        found = np.asarray([self._models[""].chance(word, before) for word, before, _ in words])
        trusts = []
        for level in range(depth):
            models = [self._models.get(groups[level]) if len(groups) > level else None for *_, groups in words]
            own = np.asarray([model.chance(word, before) if model else 0.0
                              for model, (word, before, _) in zip(models, words, strict=True)])  # fmt: skip
            sizes = np.asarray([model.words if model else 0 for model in models], np.float64)
            mixed = {trust: found + (own - found) * _share(sizes, trust) for trust in _TRUSTS}
            best = max(_TRUSTS, key=lambda trust: float(np.log(mixed[trust]).sum()))
            trusts.append(best)
            found = mixed[best]
        return trusts


def _share(sizes: Chances, trust: float) -> Chances:
    return np.zeros_like(sizes) if math.isinf(trust) else sizes / np.maximum(sizes + trust, 1.0)


assert (BEGIN, END, UNKNOWN) == (0, 1, 2)
