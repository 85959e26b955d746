"""Copying: how much of a text stands in other texts already, where, and how long the longest run of it is.

Words are compared without capitals and signs; a run may go on from one passage of a text into the next.

Source: Papadopoulos, Roy & Pachet, "Avoiding plagiarism in Markov sequence generation", AAAI 2014, for the longest run
as the measure; Lin, "ROUGE", 2004, for shares of n-grams.
"""

import bisect
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

GRAM = 3  # words of an n-gram that is counted as copied

Runs = dict[int, int]


@dataclass(frozen=True)
class Copied:
    """What a text has of others.

    Parameters
    ----------
    passage : int or None
        The nearest passage: the one that has the longest run, else the one with which it shares the rarest words; None
        where it shares no word with any.
    run : int, words
        The longest run that stands in the passages just so.
    words : str
        That run.
    share : 0..1
        Of its n-grams of three words, how many stand in the passages; of a shorter text of its words.
    """

    passage: int | None
    run: int
    words: str
    share: float


class Passages:
    """Texts in which is looked.

    Parameters
    ----------
    texts : iterable of (source, words)
        Each passage with the text it belongs to, in order; a run does not go on into another text.
    """

    def __init__(self, texts: Iterable[tuple[str, Sequence[str]]]) -> None:
        self._words: list[str] = []
        self._begins: list[int] = []
        self._places: dict[str, list[int]] = defaultdict(list)
        self._holders: dict[str, list[int]] = defaultdict(list)
        last = None
        for number, (source, passage) in enumerate(texts):
            if source != last:
                self._words.append("")  # what no word is, so that no run goes over it
            last = source
            self._begins.append(len(self._words))
            for word in plain(passage):
                self._places[word].append(len(self._words))
                self._words.append(word)
            for word in set(plain(passage)):
                self._holders[word].append(number)
        self._grams = Counter(
            tuple(self._words[at : at + GRAM]) for at in range(len(self._words) - GRAM + 1)
        )  # fmt: skip

    def runs(self, word: str, before: Runs) -> Runs:
        """Return where runs end when a word comes behind others, each with its length.

        Parameters
        ----------
        word : str
            The word that comes, as `plain` gives it.
        before : dict of place to length
            What this function gave for the words before; empty at the beginning.
        """
        return {place: before.get(place - 1, 0) + 1 for place in self._places.get(word, ())}

    def copied(self, words: Sequence[str]) -> Copied:
        """Return what a text has of the passages."""
        own = plain(words)
        runs: Runs = {}
        longest, end, where = 0, 0, -1
        for number, word in enumerate(own):
            runs = self.runs(word, runs)
            if runs and (best := max(runs.values())) > longest:
                longest, end = best, number + 1
                where = min(place for place, length in runs.items() if length == best)
        if longest >= GRAM:
            passage: int | None = bisect.bisect_right(self._begins, where - longest + 1) - 1
        else:
            passage = self._likest(own)
        return Copied(passage, longest, " ".join(own[end - longest : end]), self._share(own))

    def _share(self, own: Sequence[str]) -> float:
        if len(own) < GRAM:
            return sum(word in self._places for word in own) / max(1, len(own))
        grams = [tuple(own[at : at + GRAM]) for at in range(len(own) - GRAM + 1)]
        return sum(gram in self._grams for gram in grams) / len(grams)

    def _likest(self, own: Sequence[str]) -> int | None:
        """Return the passage that has most of a text's words, rare ones weighing more."""
        votes: Counter[int] = Counter()
        for word in set(own):
            holders = self._holders.get(word, ())
            for number in holders:
                votes[number] += round(
                    1000 * math.log(1 + len(self._begins) / len(holders))
                )  # whole: no rounding order
        return min(votes, key=lambda each: (-votes[each], each), default=None)


def plain(words: Sequence[str]) -> list[str]:
    """Return words without capitals, and without those that are only signs.

    >>> plain(["Who", "’s", "there", "?"])
    ['who', "'s", 'there']
    """
    return [word.lower().replace("’", "'") for word in words if any(map(str.isalnum, word))]
