"""Title sieve: of pairs of rows, those whose names may be one name at all, told in bulk.

Most rows that share a part of a name are plainly two films. What `title_likeness` needs for any likeness (few slips in
the whole, or every word of the one in the other) is looked at for hundreds of thousands of pairs at once, so that only
the rest is taken apart. Rows of several names, of parts around a colon or in Chinese go through as they are.
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA

from kinoeye.signals.title_blocks import Ints
from kinoeye.signals.title_likeness import MOST_SLIPS, room
from kinoeye.signals.title_names import Name

Bools = npt.NDArray[np.bool_]

_BATCH = 100_000  # pairs
_ROOMS = np.array([room(letters) for letters in range(64)])


class TitleSieve:
    """The names of all rows, as the sieve looks at them."""

    def __init__(self) -> None:
        self._words: list[str] = []
        self._said: dict[int, str] = {}
        self._is_open = bytearray()

    def add(self, names: Sequence[Name], sounds: Sequence[str]) -> None:
        """Take up the names of the next row."""
        one = names[0] if len(names) == 1 else None
        is_open = one is None or bool(one.parts) or bool(sounds) or one.is_han
        if one is not None and not is_open and one.said != one.words:
            self._said[len(self._words)] = one.spelled
        self._is_open.append(is_open)
        self._words.append("" if one is None or is_open else " ".join(one.words))

    def passed(self, pairs: Ints) -> Ints:
        """Return the pairs whose names may be one.

        Parameters
        ----------
        pairs : int64 [n, 2]

        Examples
        --------
        >>> from kinoeye.signals.title_names import name
        >>> sieve = TitleSieve()
        >>> for text in ("Casablanca", "Casablnaca", "Casanova", "Casablanca Express"):
        ...     sieve.add((name(text),), ())
        >>> sieve.passed(np.array([[0, 1], [0, 2], [0, 3], [2, 3]])).tolist()
        [[0, 1], [0, 3]]
        """
        kept = [self._of(pairs[begin : begin + _BATCH]) for begin in range(0, len(pairs), _BATCH)]
        left: Ints = pairs[np.concatenate(kept)] if kept else pairs
        return left

    def _of(self, pairs: Ints) -> Bools:
        is_open = np.frombuffer(self._is_open, np.bool_)
        kept: Bools = np.asarray(is_open[pairs[:, 0]] | is_open[pairs[:, 1]])
        kept[~kept] = self._is_slip(pairs[~kept], is_said=False)
        if self._said:
            asked = zip(kept.tolist(), pairs.tolist(), strict=True)
            said = np.array([not keep and not self._said.keys().isdisjoint(pair) for keep, pair in asked], np.bool_)
            kept[said] = self._is_slip(pairs[said], is_said=True)
        rest = pairs[~kept]
        words = self._words
        kept[~kept] = process.cpdist([words[row] for row in rest[:, 0].tolist()],
                                     [words[row] for row in rest[:, 1].tolist()],
                                     scorer=fuzz.token_set_ratio, score_cutoff=100, dtype=np.uint8) == 100  # fmt: skip
        return kept

    def _is_slip(self, pairs: Ints, *, is_said: bool) -> Bools:
        """Return whether names are no more slips apart than names of their length may be."""
        ones, others = (
            [self._said[row] if is_said and row in self._said else self._words[row].replace(" ", "") for row in side]
            for side in (pairs[:, 0].tolist(), pairs[:, 1].tolist())
        )
        slips = process.cpdist(ones, others, scorer=OSA.distance, score_cutoff=MOST_SLIPS, dtype=np.uint8)
        lengths = np.fromiter((max(len(one), len(other)) for one, other in zip(ones, others, strict=True)), np.int64,
                              len(ones))  # fmt: skip
        few: Bools = np.asarray(slips <= _ROOMS[np.minimum(lengths, len(_ROOMS) - 1)])
        return few
