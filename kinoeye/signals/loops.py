"""Loops: pairs of clocks joined to groups, in which every way from one clock to another must say the same.

Source: Kruskal, "On the shortest spanning subtree of a graph", Proc. AMS 7(1), 1956.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Affine:
    """A clock by another: what is `t` there is `offset + rate t` here."""

    offset: float
    rate: float

    def at(self, time: float) -> float:
        """Return what a moment is here."""
        return self.offset + self.rate * time

    def after(self, first: "Affine") -> "Affine":
        """Return this clock by the one that `first` is told by."""
        return Affine(self.offset + self.rate * first.offset, self.rate * first.rate)

    def inverse(self) -> "Affine":
        """Return the other way round."""
        return Affine(-self.offset / self.rate, 1 / self.rate)


@dataclass(frozen=True)
class Edge:
    """A pair: the clock of `other` by that of `one`, known from `start` to `end` of `one`."""

    one: int
    other: int
    clock: Affine
    weight: float
    start: float
    end: float


def joined(count: int, edges: Sequence[Edge], most: float) -> tuple[list[list[int]], list[float | None]]:
    """Return groups of clocks, and for every edge by how much it differs from the other ways; edges that lie are out.

    Parameters
    ----------
    count : int
        Of clocks.
    edges : sequence of Edge
        The heaviest is believed first.
    most : float
        By which ways may differ; an edge that differs by more is no reason to join.

    Returns
    -------
    groups : list of list of int
        Of two clocks and more.
    differences : list of float or None
        None where there is no other way; what lies above `most` is not to be believed.
    """
    of = list(range(count))
    clock = [Affine(0.0, 1.0) for _ in range(count)]  # each by the clock that leads its group
    differences: list[float | None] = [None] * len(edges)
    for number in sorted(range(len(edges)), key=lambda each: (-edges[each].weight, each)):
        edge = edges[number]
        if of[edge.one] == of[edge.other]:
            way = clock[edge.other].after(clock[edge.one].inverse())
            differences[number] = max(abs(edge.clock.at(t) - way.at(t)) for t in (edge.start, edge.end))
            continue
        # The leader of the other's group, by the leader of the one's.
        moved = clock[edge.other].inverse().after(edge.clock.after(clock[edge.one]))
        old = of[edge.other]
        for each in range(count):
            if of[each] == old:
                of[each], clock[each] = of[edge.one], clock[each].after(moved)
    groups: dict[int, list[int]] = {}
    for each, leader in enumerate(of):
        groups.setdefault(leader, []).append(each)
    return [group for group in groups.values() if len(group) > 1], differences
