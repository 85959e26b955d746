"""Paths: what may have been said in a stretch of sound, as a graph for a recogniser to choose from.

Words of the text that were heard are fixed. Between them the recogniser chooses: what the text says, some of it left
out, or what was heard instead, if the recogniser was sure of it: in noise, words that were found for the sound are
nearer to it than those that were said. So an omission, an insertion or a slip costs one gap, not the rest of the text.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from kinoeye.signals.passages import Pair

SKIP = 0.03  # chance that a word of the text was left out
INSTEAD = 0.2  # chance that something else was said than the text says
SURE = 0.3  # in the mean, what was heard instead must be, or it is noise
EDGE = 0.3  # chance that a stretch begins or ends at a word, where the text runs on into the next stretch
REACH = 12  # words of the text that may stand before the first or after the last that was heard
LONGEST = 40  # words: a longer gap of the text was not said here


class Arc(NamedTuple):
    """A step from one state to another.

    Parameters
    ----------
    begin, end : int
        States, from 0.
    chance : 0..1
    word : str
        Empty if nothing is said.
    """

    begin: int
    end: int
    chance: float
    word: str = ""


class _Graph:
    def __init__(self) -> None:
        self.arcs: list[Arc] = []
        self.states = 1

    def state(self) -> int:
        """Add a state, and return its number."""
        self.states += 1
        return self.states - 1

    def say(self, at: int, words: Sequence[str], chance: float = 1.0, skip: float = 0.0) -> list[int]:
        """Say words in a row, and return the states they pass."""
        passed = [at]
        for word in words:
            passed.append(self.state())
            self.arcs.append(Arc(passed[-2], passed[-1], chance, word))
            if skip:
                self.arcs.append(Arc(passed[-2], passed[-1], skip))
            chance = 1.0
        return passed

    def gap(self, at: int, text: Sequence[str], heard: Sequence[str], *, is_head: bool, is_tail: bool) -> int:
        """Choose between two rows of words, and return the state after them."""
        if not text and not heard:
            return at
        end = self.state()
        passed = self.say(at, text, skip=SKIP)
        self.arcs.append(Arc(passed[-1], end, 1.0 if text else SKIP))
        if is_head:
            self.arcs += [Arc(at, state, EDGE) for state in passed[1:]]
        if is_tail:
            self.arcs += [Arc(state, end, EDGE) for state in passed[:-1]]
        if heard and list(heard) != list(text):
            self.arcs.append(Arc(self.say(at, heard, INSTEAD)[-1], end, 1.0))
        return end


def paths(
    text: Sequence[str], heard: Sequence[str], pairs: Sequence[Pair], sure: Sequence[float] | None = None
) -> tuple[list[Arc], int]:
    """Say what may have been said, given what the text says and what was heard.

    Parameters
    ----------
    text : sequence of str
        From the first word that may have been said here, to the last.
    heard : sequence of str
    pairs : sequence of (place in text, place in heard)
        Words that are sure; rise in both.
    sure : sequence of 0..1, optional
        How sure each word heard is; all are if not given.

    Returns
    -------
    list of Arc
    int
        The last state; the first is 0.

    Examples
    --------
    >>> arcs, last = paths(["to", "be"], ["to", "bee"], [(0, 0)])
    >>> [each.word for each in arcs]
    ['to', 'be', '', '', '', 'bee', '']
    """
    graph = _Graph()
    at = 0
    before = (-1, -1)
    for pair in [*pairs, (len(text), len(heard))]:
        is_head, is_tail = before[0] < 0, pair[0] == len(text)
        gap = list(text[before[0] + 1 : pair[0]])
        if is_tail and is_head:
            gap = gap[:LONGEST]
        elif is_head:
            gap = gap[-REACH:]
        elif is_tail:
            gap = gap[:REACH]
        elif len(gap) > LONGEST:
            gap = []
        instead = heard[before[1] + 1 : pair[1]]
        if gap and instead and sure is not None and np.mean(sure[before[1] + 1 : pair[1]]) < SURE:
            instead = []
        at = graph.gap(at, gap, instead, is_head=is_head, is_tail=is_tail)
        if not is_tail:
            at = graph.say(at, [text[pair[0]]])[-1]
        before = pair
    return graph.arcs, at
