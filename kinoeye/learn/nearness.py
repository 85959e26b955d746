"""Nearness: which words are used like which, learnt from texts.

Skip-grams with negative samples. The same texts give the same answer: one thread, one seed, and a hash of our own for
the first vectors. Of a few thousand words little can be learnt; how often a word stood is said with it.

Source: Mikolov et al., "Distributed representations of words and phrases and their compositionality", NIPS 2013.
"""

import importlib
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from kinoeye.errors import UseError

FEW = 20_000  # words of text below which neighbours are little better than chance

_SIZE, _WINDOW, _RARE = 64, 5, 2
_SEED = 1
_SMALL = 200_000  # words of text that are gone through more often


@dataclass(frozen=True)
class Near:
    """A word that is used alike: how much, and how often it stood."""

    word: str
    score: float
    count: int


class Words:
    """Words with their places, learnt from texts.

    Parameters
    ----------
    texts : sequence of sequence of str
        Words of sentences or lines, in small letters.

    Raises
    ------
    UseError
        If gensim is not installed, or there is no word that stands twice.
    """

    def __init__(self, texts: Sequence[Sequence[str]]) -> None:
        self.counts = Counter(word for text in texts for word in text)
        self.size = sum(self.counts.values())
        if not any(count >= _RARE for count in self.counts.values()):
            raise UseError("words: texts must have words that stand twice, got none",
                           remedy="Run the production first, or add texts with --corpus")  # fmt: skip
        self._vectors: Any = _gensim().Word2Vec(
            [list(text) for text in texts], vector_size=_SIZE, window=_WINDOW, min_count=_RARE, sg=1, negative=8,
            epochs=40 if self.size < _SMALL else 8, seed=_SEED, workers=1, hashfxn=_hash,
        ).wv  # fmt: skip

    def near(self, word: str, *, limit: int = 10) -> list[Near]:
        """Return the words that are used most like a word.

        Raises
        ------
        UseError
            If the word does not stand in the texts twice.
        """
        word = word.lower()
        if word not in self._vectors:
            raise UseError(f"words: the word must stand in the texts {_RARE} times or more, got {word!r} "
                           f"{self.counts[word]} times", remedy="Add texts with --corpus")  # fmt: skip
        found = self._vectors.most_similar(word, topn=limit)
        return [Near(str(each), float(score), self.counts[each]) for each, score in found]


def _gensim() -> Any:
    try:
        return importlib.import_module("gensim.models")
    except ImportError as error:
        raise UseError("words: gensim must be installed, got none",
                       remedy="Install it with: pip install 'kinoeye[words]'") from error  # fmt: skip


def _hash(text: str) -> int:
    return zlib.crc32(text.encode())
