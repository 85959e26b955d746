"""Shapley: how much each feature adds to what trees say of a row, exactly, shared fairly where features go together.

Of each leaf the way down is taken apart: a row either goes the leaf's way at a feature or is spread over both ways, as
the rows were that the tree was grown from. With the few features that stand on one way, all orders in which they might
be learnt are summed outright; so the parts of a row add up to what the trees say of it less what they say on average.

Source: Shapley, "A value for n-person games", 1953; Lundberg et al., "From local explanations to global understanding
with explainable AI for trees", Nature Machine Intelligence 2, 2020 (path-dependent values, here leaf by leaf).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import factorial
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Tree:
    """A tree of yes and no, as arrays over its nodes; the first is its root.

    Parameters
    ----------
    left, right : int64 [nodes]
        Where a row goes whose feature is at most the threshold, and where else; -1 in a leaf.
    feature : int64 [nodes]
    threshold : float64 [nodes]
    cover : float64 [nodes]
        Weight of the rows that came by.
    value : float64 [nodes]
        What a leaf says.
    """

    left: npt.NDArray[np.int64]
    right: npt.NDArray[np.int64]
    feature: npt.NDArray[np.int64]
    threshold: Floats
    cover: Floats
    value: Floats

    def says(self, rows: Floats) -> Floats:
        """Return what the tree says of rows: float64 [n]."""
        node = np.zeros(len(rows), np.int64)
        while (inner := self.left[node] >= 0).any():
            at = node[inner]
            goes = rows[inner, self.feature[at]] <= self.threshold[at]
            node[inner] = np.where(goes, self.left[at], self.right[at])
        return self.value[node]

    @property
    def usual(self) -> float:
        """What it says on average of the rows that it was grown from."""
        leaves = self.left < 0
        return float((self.value * self.cover)[leaves].sum() / max(1e-300, float(self.cover[0])))


@dataclass(frozen=True)
class _Step:
    """What a way down asks of one feature: from above `low` to `high`; and how many go along without being asked."""

    low: float
    high: float
    share: float


def values(trees: Sequence[Tree], rows: Floats) -> Floats:
    """Return what each feature adds to what the trees say of each row: float64 [n, features].

    Parameters
    ----------
    trees : sequence of Tree
    rows : float64 [n, features]
    """
    out = np.zeros(rows.shape)
    for tree in trees:
        for leaf, way in _ways(tree):
            if way:
                _add(out, rows, way, float(tree.value[leaf]))
    return out


def tree_of(grown: Any, value: Floats) -> Tree:
    """Return a tree that scikit-learn has grown, with what its nodes say."""
    tree = grown.tree_
    return Tree(
        tree.children_left.astype(np.int64), tree.children_right.astype(np.int64), tree.feature.astype(np.int64),
        tree.threshold.astype(np.float64), tree.weighted_n_node_samples.astype(np.float64), value,
    )  # fmt: skip


def _ways(tree: Tree) -> Iterator[tuple[int, dict[int, _Step]]]:
    """Yield each leaf with what its way down asks of each feature."""
    open_: list[tuple[int, dict[int, _Step]]] = [(0, {})]
    while open_:
        node, way = open_.pop()
        if tree.left[node] < 0:
            yield node, way
            continue
        feature, threshold = int(tree.feature[node]), float(tree.threshold[node])
        before = way.get(feature, _Step(-np.inf, np.inf, 1.0))
        for child, is_left in ((int(tree.left[node]), True), (int(tree.right[node]), False)):
            share = before.share * float(tree.cover[child] / tree.cover[node])
            low = before.low if is_left else max(before.low, threshold)
            high = min(before.high, threshold) if is_left else before.high
            open_.append((child, way | {feature: _Step(low, high, share)}))


def _add(out: Floats, rows: Floats, way: dict[int, _Step], value: float) -> None:
    names = list(way)
    goes = {
        name: ((rows[:, name] > step.low) & (rows[:, name] <= step.high)).astype(np.float64)
        for name, step in way.items()
    }
    count = len(names)
    for name in names:
        others = [each for each in names if each != name]
        weight = np.zeros(len(rows))
        for size in range(count):
            times = factorial(size) * factorial(count - size - 1) / factorial(count)
            for known in combinations(others, size):
                part = np.full(len(rows), times)
                for each in others:
                    part *= goes[each] if each in known else way[each].share
                weight += part
        out[:, name] += value * (goes[name] - way[name].share) * weight
