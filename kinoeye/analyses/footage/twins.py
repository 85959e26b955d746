"""Twins: shots that are the same material, and shots of the same set-up.

A duplicate is the same moment again: re-encoded, trimmed, cropped a little, regraded a little. Its stills look alike
and change alike: what is left of each vector when the shot's mean is taken away goes up and down together. A take is
the same framing with another performance: the stills look alike, the changes do not agree. Shots in which nothing
changes are duplicates only if they are all but equal. Two shots that look alike, are of one length and stand beside
shots of one length are duplicates too: it is the same cut. Alone, a trimmed copy of wild action whose stills lie at
other moments may pass for a take. The same set from another side is no twin.

Every still in the middle of a shot is compared with every still of the production, exactly, in blocks: 20,000 shots of
eight stills are 2.5e12 multiplications, about a minute on two cores.

Source: Douze et al., "The 2021 image similarity dataset and challenge", arXiv 2106.09672 (copies against look-alikes);
Hartigan, "Clustering Algorithms", 1975 (the leader algorithm).
"""

import hashlib
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.alignment import Alignment, aligned
from kinoeye.signals.likeness import SIZE, tells_something
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

TWINS = Table(
    "twins",
    "One row a shot in a group of twins; the group's first row is its leader, with which the others are compared.",
    (
        ("group", pa.string(), "the group's id: it stays while its leader stays"),
        ("asset", pa.string(), "the asset's content hash, 32 hex digits"),
        ("shot", pa.int32(), "the shot's number in its asset"),
        ("kind", pa.string(), "duplicate: the same material; take: the same set-up, another moment"),
        ("score", score(), "how alike it is to the leader; 1 for the leader"),
        ("offset", flicks(), "add to a media time of the leader for the same moment here; null for takes"),
    ),
)

MOST_CHANGE = 0.9  # of three and fewer moments more cannot be asked: the stills of two copies lie at other moments
SAME_LENGTH = FLICKS_PER_SECOND // 20  # a picture's length, and the rounding of containers that count milliseconds
BLOCK = 2048  # stills compared at once: 2048 x 8192 cosines are 64 MB
COLUMNS = 8192


@dataclass(frozen=True)
class _Shots:
    """All shots with stills, in order of asset and time: shot `k` has the stills edges[k]:edges[k + 1]."""

    assets: list[str]
    numbers: npt.NDArray[np.int32]
    edges: npt.NDArray[np.int64]
    times: npt.NDArray[np.int64]
    vectors: npt.NDArray[np.float32]
    spans: dict[tuple[str, int], tuple[int, int]]

    def stills(self, shot: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float32]]:
        """Return the times and vectors of one shot."""
        part = slice(self.edges[shot], self.edges[shot + 1])
        return self.times[part], self.vectors[part]

    def key(self, shot: int, step: int = 0) -> tuple[str, int]:
        """Return the asset and number of a shot, or of the one `step` after it."""
        return self.assets[shot], int(self.numbers[shot]) + step


@analysis(TWINS, version=1, scope="production")
def twins(
    likenesses: pa.Table,
    shots: pa.Table,
    *,
    least_take: float = 0.8,
    least_duplicate: float = 0.9,
    least_change: float = 0.6,
) -> pa.Table:
    """Group the shots that are the same material, and those of the same set-up.

    Parameters
    ----------
    likenesses : table `likenesses` of all assets
    shots : table `shots` of all assets
        A shot too short for a still has no twins.
    least_take : 0..1
        Least mean cosine between the stills of two takes.
    least_duplicate : 0..1
        Least mean cosine between the stills of duplicates at the same moment.
    least_change : 0..1
        Least correlation of what changes in them.

    Raises
    ------
    SettingError
        If a setting is outside its range.
    """
    for name, value in (
        ("least_take", least_take),
        ("least_duplicate", least_duplicate),
        ("least_change", least_change),
    ):
        if not 0 <= value <= 1:
            raise SettingError(f"twins: {name} must lie in 0..1, got {value}")
    known = _known(likenesses, shots)
    if len(known.numbers) < 2:
        return TWINS.empty()
    found: dict[str, dict[tuple[int, int], Alignment]] = {"duplicate": {}, "take": {}}
    for one, other in _candidates(known, min(least_take, least_duplicate)):
        pair = aligned(*known.stills(one), *known.stills(other))
        if pair.cosine >= least_duplicate and pair.change >= min(MOST_CHANGE, least_change + 1 / max(pair.moments, 1)):
            found["duplicate"][one, other] = pair
        elif pair.look >= least_take and _is_same_cut(known, one, other):
            offset = known.spans[known.key(other)][0] - known.spans[known.key(one)][0]
            found["duplicate"][one, other] = replace(pair, cosine=pair.look, offset=offset)
        elif pair.look >= least_take:
            found["take"][one, other] = pair
    rows = [row for kind, pairs in found.items() for row in _groups(known, kind, pairs)]
    return TWINS.from_rows(rows)


def _known(likenesses: pa.Table, shots: pa.Table) -> _Shots:
    """Return the shots whose stills say something."""
    vectors = likenesses["vector"].combine_chunks()
    matrix = np.zeros((0, SIZE), np.float32)
    if len(vectors):
        matrix = vectors.flatten().to_numpy(zero_copy_only=False).reshape(-1, SIZE).astype(np.float32)
    spans = {
        (asset, number): (start, end)
        for asset, number, start, end in zip(
            *(shots[name].to_pylist() for name in ("asset", "shot", "start", "end")), strict=True
        )
    }
    rows = sorted(
        (asset, time, number, row)
        for row, (asset, time, number, speaks) in enumerate(
            zip(
                likenesses["asset"].to_pylist(),
                likenesses["time"].to_pylist(),
                likenesses["shot"].to_pylist(),
                tells_something(matrix).tolist(),
                strict=True,
            )
        )
        if speaks and number is not None and (asset, number) in spans
    )
    keys = [(asset, number) for asset, _, number, _ in rows]
    edges = [place for place in range(len(keys) + 1) if place in (0, len(keys)) or keys[place] != keys[place - 1]]
    return _Shots(
        assets=[keys[edge][0] for edge in edges[:-1]],
        numbers=np.array([keys[edge][1] for edge in edges[:-1]], np.int32),
        edges=np.array(edges if keys else [0], np.int64),
        times=np.array([time for _, time, _, _ in rows], np.int64),
        vectors=matrix[[row for _, _, _, row in rows]],
        spans=spans,
    )


def _candidates(known: _Shots, least: float) -> list[tuple[int, int]]:
    """Return pairs of shots (lower first) of which one's middle still looks like any still of the other."""
    count = len(known.numbers)
    middles = (known.edges[:-1] + known.edges[1:] - 1) // 2
    owner = np.repeat(np.arange(count), np.diff(known.edges))
    pairs: set[tuple[int, int]] = set()
    for first in range(0, count, BLOCK):
        some = known.vectors[middles[first : first + BLOCK]]
        for begin in range(0, len(owner), COLUMNS):
            rows, columns = np.nonzero(some @ known.vectors[begin : begin + COLUMNS].T >= least)
            one, other = rows + first, owner[columns + begin]
            apart = one != other
            low, high = np.minimum(one, other)[apart], np.maximum(one, other)[apart]
            pairs.update(zip(low.tolist(), high.tolist(), strict=True))
    return sorted(pairs)


def _is_same_cut(known: _Shots, one: int, other: int) -> bool:
    """Tell whether two shots, and those before or those after them, are of one length."""

    def is_same_length(step: int) -> bool:
        here, there = known.spans.get(known.key(one, step)), known.spans.get(known.key(other, step))
        if here is None or there is None:
            return False
        return abs((here[1] - here[0]) - (there[1] - there[0])) <= SAME_LENGTH

    is_itself = known.assets[one] == known.assets[other]
    return not is_itself and is_same_length(0) and (is_same_length(-1) or is_same_length(1))


def _groups(known: _Shots, kind: str, pairs: dict[tuple[int, int], Alignment]) -> list[dict[str, object]]:
    """Return the groups' rows: each shot follows the leader it is most like, or leads those that come after it."""
    nearest: dict[int, list[tuple[float, int]]] = {}
    for (one, other), pair in pairs.items():
        nearest.setdefault(other, []).append((pair.cosine if kind == "duplicate" else pair.look, one))
    leaders: dict[int, list[tuple[int, float]]] = {}
    followers: set[int] = set()
    for shot in range(len(known.numbers)):
        earlier = [(alike, one) for alike, one in nearest.get(shot, []) if one not in followers]
        if earlier:
            alike, leader = max(earlier, key=lambda each: (each[0], -each[1]))
            leaders.setdefault(leader, []).append((shot, alike))
            followers.add(shot)
    rows: list[dict[str, object]] = []
    for leader, members in sorted(leaders.items()):
        identity = f"{kind} {known.assets[leader]} {known.times[known.edges[leader]]}"
        group = f"{kind}-{hashlib.blake2b(identity.encode(), digest_size=6).hexdigest()}"
        for shot, alike in [(leader, 1.0), *members]:
            offset = 0 if shot == leader else pairs[leader, shot].offset
            rows.append(
                {
                    "group": group,
                    "asset": known.assets[shot],
                    "shot": int(known.numbers[shot]),
                    "kind": kind,
                    "score": min(1.0, alike),
                    "offset": offset if kind == "duplicate" else None,
                }
            )
    return rows
