"""Letters: how an English word that stands in no dictionary is probably spoken.

Each letter gives no phone, one or two. Which, is looked up by the letter and what stands around it, the nearest first:
the longest context that is known decides. A context is the letter, what follows, what precedes, and the phone before.

Source: Daelemans, van den Bosch & Weijters, "IGTree: using trees for compression and classification in lazy learning
algorithms", Artificial Intelligence Review 11, 1997.
"""

import unicodedata
from collections.abc import Iterator, Mapping, Sequence

EDGE = "."  # what stands before the first letter and after the last
LETTERS = "abcdefghijklmnopqrstuvwxyz'"
# Where the next piece of context lies, the most telling first; 0 is the letter itself, None the phone before.
_PLACES: tuple[int | None, ...] = (0, 1, -1, None, 2, -2, 3, -3, 4)


def contexts(word: str, place: int, before: str) -> Iterator[str]:
    """Yield what is known of a letter, each time with one piece more.

    Parameters
    ----------
    word : str
        Of `LETTERS`.
    place : int
        Of the letter.
    before : str
        The phones that the letters before it gave last; `EDGE` at the beginning.

    Examples
    --------
    >>> list(contexts("on", 0, EDGE))[:4]
    ['o', 'o n', 'o n .', 'o n . .']
    """
    known = ""
    for offset in _PLACES:
        at = place + (offset or 0)
        piece = before if offset is None else word[at] if 0 <= at < len(word) else EDGE
        known = f"{known} {piece}" if known else piece
        yield known


def spelt(word: str) -> str:
    """Return a word in the letters that have sounds here: accents folded, everything else dropped.

    >>> spelt("Zoë-2")
    'zoe'
    """
    plain = unicodedata.normalize("NFKD", word.lower().replace("’", "'"))
    return "".join(letter for letter in plain if letter in LETTERS)


def sounded(word: str, tree: Mapping[str, Sequence[str]]) -> list[str]:
    """Return the phones of a word.

    Parameters
    ----------
    word : str
    tree : mapping
        From contexts, as `contexts` names them, to phones.

    Examples
    --------
    >>> sounded("on", {"o": ("AA",), "n": ("N",)})
    ['AA', 'N']
    """
    letters, before = spelt(word), EDGE
    phones: list[str] = []
    for place in range(len(letters)):
        found: Sequence[str] = ()
        for context in contexts(letters, place, before):
            found = tree.get(context, found)
        phones += found
        before = found[-1] if found else before
    return phones
