"""Passages: which words of a text are the ones that were heard.

Two rows of words are laid over one another: first where three words in a row occur once in both (anchors, in one
order), then between the anchors by least change. Memory and time stay bounded: between anchors that lie too far apart
nothing is matched.

Source: unique common runs after Bram Cohen's "patience diff"; least change: Wagner & Fischer, JACM 21(1), 1974.
"""

import bisect
import itertools
from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
import numpy.typing as npt

RUN = 3  # words of an anchor
MOST_CELLS = 4_000_000  # between two anchors: 2,000 words each

Pair = tuple[int, int]


def matched(text: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """Return which words of a text were heard, as pairs of places that rise in both.

    Examples
    --------
    >>> matched("to be or not to be".split(), "to be and not to be".split())
    [(0, 0), (1, 1), (3, 3), (4, 4), (5, 5)]
    """
    anchors = [(-1, -1), *_anchors(text, heard), (len(text), len(heard))]
    pairs: list[Pair] = []
    for (a, b), (c, d) in itertools.pairwise(anchors):
        pairs += [(a + 1 + x, b + 1 + y) for x, y in _least_change(text[a + 1 : c], heard[b + 1 : d])]
        if c < len(text):
            pairs.append((c, d))
    return pairs


def trusted(pairs: Sequence[Pair], least: int = 2) -> list[Pair]:
    """Keep the pairs that stand in a row of at least `least`, for one common word alone is often chance.

    >>> trusted([(0, 0), (1, 1), (5, 9)])
    [(0, 0), (1, 1)]
    """
    kept: list[Pair] = []
    row: list[Pair] = []
    for pair in [*pairs, (-9, -9)]:
        if row and pair != (row[-1][0] + 1, row[-1][1] + 1):
            kept += row if len(row) >= least else []
            row = []
        row.append(pair)
    return kept


def quoted(text: Sequence[Sequence[str]], heard: Sequence[str], least: int = 3) -> npt.NDArray[np.bool_]:
    """Say which words that were heard stand in a text just so: at least `least` in a row, or a whole line of it.

    Parameters
    ----------
    text : sequence of lines, each a sequence of str
        Lines may be said in any order, and more than once.
    heard : sequence of str
    least : int
        A row may run on from one line into the next.

    Examples
    --------
    >>> quoted([["listen", "to", "me"], ["now"]], ["oh", "listen", "to", "me", "well", "now"]).tolist()
    [False, True, True, True, False, True]
    """
    words = [word for line in text for word in line]
    rows = {tuple(words[n : n + least]) for n in range(len(words) - least + 1)}
    found = np.zeros(len(heard), bool)
    for place in range(len(heard) - least + 1):
        if tuple(heard[place : place + least]) in rows:
            found[place : place + least] = True
    for line in {tuple(line) for line in text if 0 < len(line) < least}:
        for place in range(len(heard) - len(line) + 1):
            found[place : place + len(line)] |= tuple(heard[place : place + len(line)]) == line
    return found


def _anchors(text: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """Return the words of runs that occur once in both, in the longest row that rises in both."""
    here, there = _once(text), _once(heard)
    common = sorted((place, there[run]) for run, place in here.items() if run in there)
    tails: list[int] = []  # last place in `heard` of the best row of each length
    steps: list[Pair] = []  # length, and number of the pair before it
    holders: list[int] = []
    for number, (_, place) in enumerate(common):
        length = bisect.bisect_left(tails, place)
        steps.append((length, holders[length - 1] if length else -1))
        tails[length:] = [place, *tails[length + 1 :]]
        holders[length:] = [number, *holders[length + 1 :]]
    chain: list[Pair] = []
    number = holders[-1] if holders else -1
    while number >= 0:
        chain.append(common[number])
        number = steps[number][1]
    return sorted(set(_spread(chain[::-1])))


def _spread(chain: Sequence[Pair]) -> Iterator[Pair]:
    """Yield every word of the runs, as far as they do not cross."""
    last = (-1, -1)
    for a, b in chain:
        for step in range(RUN):
            pair = (a + step, b + step)
            if pair[0] > last[0] and pair[1] > last[1]:
                yield pair
                last = pair


def _once(words: Sequence[str]) -> dict[tuple[str, ...], int]:
    runs = [tuple(words[n : n + RUN]) for n in range(len(words) - RUN + 1)]
    count = Counter(runs)
    return {run: place for place, run in enumerate(runs) if count[run] == 1}


def _least_change(text: Sequence[str], heard: Sequence[str]) -> list[Pair]:
    """Return the words that stay when one row is turned into the other by the fewest changes."""
    rows, columns = len(text), len(heard)
    if not rows or not columns or rows * columns > MOST_CELLS:
        return []
    names = {word: number for number, word in enumerate(dict.fromkeys([*text, *heard]))}
    there = np.array([names[word] for word in heard])
    steps = np.arange(columns + 1)
    cost = np.empty((rows + 1, columns + 1), np.int32)
    cost[0] = steps
    for row, word in enumerate(text, 1):
        best = cost[row - 1] + 1
        best[1:] = np.minimum(best[1:], cost[row - 1, :-1] + (there != names[word]))
        cost[row] = np.minimum.accumulate(best - steps) + steps
    pairs: list[Pair] = []
    row, column = rows, columns
    while row and column:
        if text[row - 1] == heard[column - 1] and cost[row, column] == cost[row - 1, column - 1]:
            row, column = row - 1, column - 1
            pairs.append((row, column))
        elif cost[row, column] == cost[row - 1, column - 1] + 1:
            row, column = row - 1, column - 1
        elif cost[row, column] == cost[row - 1, column] + 1:
            row -= 1
        else:
            column -= 1
    return pairs[::-1]
