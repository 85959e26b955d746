"""Conversations: who talks with whom, as a network: who answers whom, and who speaks in the same scenes.

Source: Moretti, "Network theory, plot analysis", New Left Review 68, 2011; weights by exchanges as there is no better
account of who is spoken to.
"""

from collections import Counter, defaultdict
from itertools import combinations, pairwise
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.tables import Table, Typed

CONVERSATIONS = Table(
    "conversations",
    "One row a pair of characters who speak in a scene together, who answer each other most first.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("one", pa.string(), "a character, as in `characters`; of a pair the first in the alphabet"),
        ("other", pa.string(), "the other"),
        ("exchanges", pa.int32(), "how often one speaks right after the other in a scene"),
        ("scenes", pa.int32(), "in how many scenes both speak"),
        ("first_scene", pa.int32(), "the first of them, from 1; 0 before the first heading"),
        ("share", Typed(pa.float32(), "0..1"), "of all exchanges of the screenplay"),
    ),
)


@analysis(CONVERSATIONS, version=1, scope="production")
def conversations(lines: pa.Table, characters: pa.Table) -> pa.Table:
    """Say who talks with whom.

    Parameters
    ----------
    lines, characters : tables of all assets
    """
    called = {
        (row["asset"], name): row["character"]
        for row in characters.to_pylist()
        for name in (row["character"], *row["aliases"])
    }
    spoken: dict[str, dict[int, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in lines.to_pylist():
        if row["kind"] == "dialogue" and row["who"]:
            name = called.get((row["asset"], row["who"]), row["who"])
            spoken[row["asset"]][row["scene_order"]].append(name)
    return CONVERSATIONS.from_rows([row for asset, scenes in spoken.items() for row in _pairs(asset, scenes)])


def _pairs(asset: str, scenes: dict[int, list[str]]) -> list[dict[str, Any]]:
    exchanges: Counter[tuple[str, str]] = Counter()
    together: dict[tuple[str, str], list[int]] = defaultdict(list)
    for order, names in scenes.items():
        for one, other in pairwise(names):
            if one != other:
                exchanges[min(one, other), max(one, other)] += 1
        for pair in combinations(sorted(set(names)), 2):
            together[pair].append(order)
    total = max(1, sum(exchanges.values()))
    return [
        {"asset": asset, "one": pair[0], "other": pair[1], "exchanges": exchanges[pair], "scenes": len(orders),
         "first_scene": min(orders), "share": exchanges[pair] / total}
        for pair, orders in sorted(together.items(), key=lambda each: (-exchanges[each[0]], each[0]))
    ]  # fmt: skip
