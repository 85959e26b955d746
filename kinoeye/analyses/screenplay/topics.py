"""Topics: what the scenes of a screenplay are about, each topic told by its words."""

from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.learn.topics import topics as told
from kinoeye.models.tagging import FUNCTION
from kinoeye.models.tokens import is_chinese, lemmas, tokens
from kinoeye.tables import Table, Typed

TOPICS = Table(
    "topics",
    "One row a topic of a scene, the chief one first; none where a screenplay has too few scenes to tell topics.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "the scene's name, as in `scenes`"),
        ("scene_order", pa.int32(), "its place in the screenplay, from 1"),
        ("topic", pa.int32(), "the topic's number, from 0"),
        ("share", Typed(pa.float32(), "0..1"), "of the scene"),
        ("words", pa.list_(pa.string()), "what tells the topic, the most telling word first"),
    ),
)

_LEAST_SCENES = 4
_LEAST_SHARE = 0.15
_SHORTEST = 3  # letters of a word that tells something
_HAN_TELLING = ("n", "v", "a", "i", "l", "s")  # parts of speech that tell something


@analysis(TOPICS, version=1, scope="production")
def topics(lines: pa.Table, characters: pa.Table, *, most: int = 0) -> pa.Table:
    """Say what scenes are about.

    Parameters
    ----------
    lines, characters : tables of all assets
    most : 0..100
        How many topics; 0: about as many as the root of the number of scenes.

    Raises
    ------
    SettingError
        If `most` is out of its range.
    """
    if not 0 <= most <= 100:
        raise SettingError(f"topics: most must lie in 0..100, got {most}")
    names: dict[str, set[str]] = defaultdict(set)
    for row in characters.to_pylist():
        names[row["asset"]].update(
            part for each in (row["character"], *row["aliases"]) for part in each.lower().split()
        )
    scenes: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in lines.to_pylist():
        if row["scene"] and row["kind"] in ("dialogue", "action"):
            scenes[row["asset"]][row["scene_order"]].append(row)
    rows = []
    for asset, own in scenes.items():
        if len(own) >= _LEAST_SCENES:
            rows += list(_of_screenplay(asset, own, names[asset], most or round(len(own) ** 0.5)))
    return TOPICS.from_rows(rows)


def _of_screenplay(
    asset: str, scenes: dict[int, list[dict[str, Any]]], names: set[str], count: int
) -> Iterator[dict[str, Any]]:
    orders = sorted(scenes)
    found = told([[word for row in scenes[order] for word in _telling(row["text"], names)] for order in orders], count)
    for order, shares in zip(orders, found.shares.tolist(), strict=True):
        for topic in sorted(range(len(shares)), key=lambda each: -shares[each]):
            if shares[topic] >= _LEAST_SHARE:
                yield {"asset": asset, "scene": scenes[order][0]["scene"], "scene_order": order, "topic": topic,
                       "share": shares[topic], "words": list(found.words[topic])}  # fmt: skip


def _telling(text: str, names: set[str]) -> Iterator[str]:
    """Yield the words that tell something, in the singular: no function words, no names, no short ones."""
    has_kinds = is_chinese(text)
    for word in tokens(text):
        small = word.text.lower()
        if has_kinds:
            if len(small) > 1 and word.kind[:1] in _HAN_TELLING and small not in names:
                yield small
        elif small.isalpha() and len(small) >= _SHORTEST and small not in FUNCTION | names:
            yield next(lemmas(small)) if small.endswith("s") else small
