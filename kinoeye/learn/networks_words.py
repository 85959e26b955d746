"""Words of texts as whole numbers, for networks: a vocabulary of those that are frequent, in rows of one length.

Words are runs of letters or digits in small letters; of writing without spaces (Chinese, Japanese, Thai …) every sign
is a word of its own, which a convolution over neighbours joins again.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

PADDING, UNKNOWN = 0, 1
_WORD = re.compile(
    r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]|[^\W_\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+"
)


def words_of(text: str) -> list[str]:
    """Return the words of a text.

    >>> words_of("The WAR, 1943: 战争片")
    ['the', 'war', '1943', '战', '争', '片']
    """
    return _WORD.findall(text.casefold())


def vocabulary(texts: Sequence[str], most: int, least: int = 2) -> list[str]:
    """Return the words that stand in at least so many texts, the most frequent first; number 2 is the first.

    Parameters
    ----------
    texts : sequence of str
    most : int
        Words at most.
    least : int
        Texts that a word must stand in.
    """
    counted: Counter[str] = Counter()
    for text in texts:
        counted.update(set(words_of(text)))
    listed = sorted(
        (word for word, often in counted.items() if often >= least), key=lambda word: (-counted[word], word)
    )
    return listed[:most]


def numbered(texts: Sequence[str], places: Mapping[str, int], length: int) -> npt.NDArray[np.int32]:
    """Return texts as numbers of words, int32 [n, length]; what is longer is cut, what is shorter padded.

    Parameters
    ----------
    texts : sequence of str
    places : word to its number
    length : int
    """
    rows = np.full((len(texts), length), PADDING, np.int32)
    for row, text in enumerate(texts):
        found = [places.get(word, UNKNOWN) for word in words_of(text)[:length]]
        rows[row, : len(found)] = found
    return rows
