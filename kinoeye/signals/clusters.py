"""Clusters: which vectors belong together, how many groups there are not known before.

Agglomerative: the two nearest groups become one, again and again, until none are near enough. How far two groups lie
apart is the mean squared distance over all their pairs, each weighted by what its members are worth; it follows from
weights, sums and squares alone, so nothing of the size of a matrix of distances is ever held. Vectors that are worth
little found no group and move none: they join late, or stay alone. Pairs can be held apart, and labels can be given:
groups of different labels never join, groups of one label are one in the end.

The same vectors give the same groups in whatever order they come, ties apart.

Source: Lance & Williams, "A general theory of classificatory sorting strategies", The Computer Journal 9(4), 1967
(group average); Davidson & Ravi, "Agglomerative hierarchical clustering with constraints", PKDD 2005.
"""

import heapq
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

NOBODY = -1
BLOCK = 1024  # rows of distances at once: 40 MB for 10,000 groups
NEAREST = 32  # partners a group may have in one round; what is left over is found in the next

Floats = npt.NDArray[np.float64]


def clusters(
    vectors: npt.NDArray[np.floating],
    worths: npt.NDArray[np.floating],
    apart: Iterable[tuple[int, int]] = (),
    labels: Sequence[str | None] = (),
    *,
    nearness: float,
    late_nearness: float,
    least_worth: float = 0.0,
) -> npt.NDArray[np.int64]:
    """Group vectors.

    Parameters
    ----------
    vectors : float [n, length]
    worths : float [n], 0 or more
        How much each counts; rows worth 0 have no vector and join only by their label.
    apart : pairs of int
        Rows that are never in one group.
    labels : sequence of str or None
        One for each row, or none at all. Rows of one label are in one group, whatever else is said.
    nearness : distance
        Groups nearer than this, by the root of the mean squared distance of their members, become one.
    late_nearness : distance
        A row worth less than `least_worth` joins the nearest group if it is nearer than this.
    least_worth : float

    Returns
    -------
    int64 [n]
        Number of each row's group, in order of their first rows; -1 for rows that belong nowhere.
    """
    rows: Floats = np.asarray(vectors, np.float64)
    counts: Floats = np.asarray(worths, np.float64)
    said = list(labels) or [None] * len(rows)
    firm = np.flatnonzero((counts >= least_worth) & (counts > 0))
    barred = _barred(len(rows), apart)
    forest = _Forest(rows[firm], counts[firm], *_among(firm, barred, said))
    while forest.join(nearness):
        pass
    groups = np.full(len(rows), NOBODY, np.int64)
    groups[firm] = forest.roots()
    late = [int(row) for row in np.flatnonzero((groups == NOBODY) & (counts > 0)) if said[row] is None]
    _join_late(late, groups, rows, forest, barred, late_nearness)
    return _numbered(_one_of_each_label(groups, said))


def _barred(count: int, apart: Iterable[tuple[int, int]]) -> list[set[int]]:
    barred: list[set[int]] = [set() for _ in range(count)]
    for one, other in apart:
        if one != other:
            barred[one].add(other)
            barred[other].add(one)
    return barred


def _among(
    firm: npt.NDArray[np.int64], barred: Sequence[set[int]], said: Sequence[str | None]
) -> tuple[list[set[int]], list[str | None]]:
    """Return what is said of some rows, numbered among themselves."""
    place = {int(row): number for number, row in enumerate(firm)}
    return [{place[other] for other in barred[row] if other in place} for row in firm], [said[row] for row in firm]


class _Forest:
    """Groups while they grow: weight, sum, squares, and with whom each may not be, of the living ones."""

    def __init__(self, vectors: Floats, worths: Floats, barred: list[set[int]], labels: list[str | None]) -> None:
        self.parent = list(range(len(vectors)))
        self.weight = worths.copy()
        self.middle = vectors.copy()
        self.spread = np.zeros(len(vectors))
        self.barred, self.labels = barred, labels
        self.alive = np.ones(len(vectors), bool)

    def roots(self) -> list[int]:
        """Return the group of every row, named by one of its rows."""
        return [self._root(row) for row in range(len(self.parent))]

    def distances(self, one: int, others: npt.NDArray[np.int64]) -> Floats:
        """Return the mean squared distances of a group to others."""
        between = ((self.middle[others] - self.middle[one]) ** 2).sum(axis=1)
        return np.asarray(between + self.spread[others] + self.spread[one], np.float64)

    def join(self, nearness: float) -> bool:
        """Join what is near enough, the nearest first; tell whether anything was joined."""
        partners = self._partners(nearness**2)
        heap = [
            (distance, one, other, 0)
            for one, near in partners.items() for other, distance in near.items() if one < other
        ]  # fmt: skip
        heapq.heapify(heap)
        age: dict[int, int] = {}
        joined = False
        while heap:
            _, one, other, when = heapq.heappop(heap)
            stale = when != age.get(one, 0) + age.get(other, 0)
            if stale or not (self.alive[one] and self.alive[other]) or not self._may(one, other):
                continue
            joined = True
            self._unite(one, other)
            age[one] = age.get(one, 0) + age.get(other, 0) + 1
            near = (partners[one].keys() | partners.pop(other).keys()) - {one, other}
            others = np.array(sorted(each for each in near if self.alive[each]), np.int64)
            partners[one] = {}
            for each, between in zip(others.tolist(), self.distances(one, others).tolist(), strict=True):
                partners[each].pop(other, None)
                partners[each][one] = partners[one][each] = between
                if between < nearness**2:
                    first, second = min(one, each), max(one, each)
                    heapq.heappush(heap, (between, first, second, age[one] + age.get(each, 0)))
        return joined

    def _partners(self, limit: float) -> dict[int, dict[int, float]]:
        """Return for each group the nearest others within the limit that it may join, with their distances."""
        living = np.flatnonzero(self.alive)
        middles, spreads = self.middle[living].astype(np.float32), self.spread[living]
        squares = (middles.astype(np.float64) ** 2).sum(axis=1)
        partners: dict[int, dict[int, float]] = {int(one): {} for one in living}
        for first in range(0, len(living), BLOCK):
            rows = slice(first, first + BLOCK)
            near = squares[rows, None] + squares - 2.0 * (middles[rows] @ middles.T)
            near += spreads[rows, None] + spreads
            for place, row in enumerate(near):
                one = int(living[first + place])
                row[first + place] = np.inf
                if self.barred[one]:
                    row[np.searchsorted(living, sorted(self.barred[one]))] = np.inf
                found = np.flatnonzero(row < limit * 1.001)
                found = found[[self._agree(one, int(living[each])) for each in found]] if self.labels[one] else found
                if len(found) > NEAREST:
                    found = found[np.argsort(row[found], kind="stable")[:NEAREST]]
                others = living[found]
                for other, exact in zip(others.tolist(), self.distances(one, others).tolist(), strict=True):
                    if exact < limit:
                        partners[one][other] = partners[other][one] = exact
        return partners

    def _may(self, one: int, other: int) -> bool:
        return other not in self.barred[one] and self._agree(one, other)

    def _agree(self, one: int, other: int) -> bool:
        return self.labels[one] is None or self.labels[other] is None or self.labels[one] == self.labels[other]

    def _unite(self, one: int, other: int) -> None:
        """Take group `other` into group `one`."""
        total = self.weight[one] + self.weight[other]
        share = self.weight[[one, other]] / total
        middle = share @ self.middle[[one, other]]
        moved = ((self.middle[[one, other]] - middle) ** 2).sum(axis=1)
        self.spread[one] = share @ (self.spread[[one, other]] + moved)
        self.middle[one], self.weight[one] = middle, total
        self.labels[one] = self.labels[one] or self.labels[other]
        for each in self.barred[other]:
            self.barred[each].discard(other)
            self.barred[each].add(one)
        self.barred[one] |= self.barred[other]
        self.alive[other], self.parent[other] = False, one

    def _root(self, row: int) -> int:
        while self.parent[row] != row:
            self.parent[row] = self.parent[self.parent[row]]
            row = self.parent[row]
        return row


def _join_late(
    late: Sequence[int],
    groups: npt.NDArray[np.int64],
    vectors: Floats,
    forest: _Forest,
    barred: Sequence[set[int]],
    nearness: float,
) -> None:
    """Let rows that founded nothing join the group they are nearest to, the nearest first; groups stay as they are."""
    living = np.flatnonzero(forest.alive)
    offers = []
    for row in late:
        between = ((forest.middle[living] - vectors[row]) ** 2).sum(axis=1) + forest.spread[living]
        near = np.flatnonzero(between < nearness**2)
        offers += [(float(between[place]), row, int(living[place])) for place in near]
    for _, row, group in sorted(offers):
        if groups[row] == NOBODY and not any(groups[other] == group for other in barred[row]):
            groups[row] = group


def _one_of_each_label(groups: npt.NDArray[np.int64], said: Sequence[str | None]) -> npt.NDArray[np.int64]:
    """Make one group of all that bear the same label."""
    homes: dict[str, int] = {}
    for row, label in enumerate(said):
        if label is None:
            continue
        if groups[row] == NOBODY:
            groups[row] = homes.get(label, len(groups) + row)
        home = homes.setdefault(label, int(groups[row]))
        if groups[row] != home:
            groups[groups == groups[row]] = home
    return groups


def _numbered(groups: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    numbers: dict[int, int] = {}
    return np.array(
        [NOBODY if group == NOBODY else numbers.setdefault(int(group), len(numbers)) for group in groups], np.int64
    )
