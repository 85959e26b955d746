"""Pairs: two common words in a row, indexed as one term.

A phrase of common words stands in few lines, but all lines with these words would have to be looked at, word place by
word place. Their pairs are far rarer, so that a phrase is looked for only where all its pairs stand.

Source: Williams, Zobel & Bahle, "Fast phrase querying with combined indexes", ACM Trans. Information Systems 22(4),
2004.
"""

import itertools
from collections import Counter
from collections.abc import Sequence

SAMPLE = 10_000  # rows that are looked at for the common terms
MOST = 64  # terms whose pairs are indexed

_SHARE = 0.02  # of the rows: a term in more of them is common
_JOINT = "+"  # in no term


def commonest(rows: Sequence[str]) -> frozenset[str]:
    """Return the terms that stand in many of the rows; a row is its terms with a space between."""
    counts = Counter(itertools.chain.from_iterable(set(row.split()) for row in rows))
    return frozenset(term for term, count in counts.most_common(MOST) if count > len(rows) * _SHARE)


def joined(row: Sequence[str], common: frozenset[str]) -> set[str]:
    """Return the pairs of common terms in a row of terms."""
    return {one + _JOINT + two for one, two in itertools.pairwise(row) if one in common and two in common}
