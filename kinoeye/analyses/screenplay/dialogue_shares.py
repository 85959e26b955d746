"""Dialogue shares: who has how much of what is said, in each scene and in the whole screenplay."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.screenplay.elements import word_count
from kinoeye.tables import Table, Typed

_SHARE = Typed(pa.float32(), "0..1")

DIALOGUE_SHARES = Table(
    "dialogue_shares",
    "One row a character of a scene, who says most first; then of the whole screenplay.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "the scene's name, as in `scenes`; empty: the whole screenplay"),
        ("scene_order", pa.int32(), "its place in the screenplay, from 1; 0: the whole screenplay"),
        ("character", pa.string(), "who speaks, as in `characters`"),
        ("lines", pa.int32(), "how often"),
        ("words", pa.int32(), "how many words; each Chinese sign is one"),
        ("share", _SHARE, "of all words that are said there"),
        ("attribute", pa.string(), "what the production has declared of the character; empty where it has not"),
    ),
)


@analysis(DIALOGUE_SHARES, version=1, scope="production")
def dialogue_shares(lines: pa.Table, characters: pa.Table, *, declared: tuple[str, ...] = ()) -> pa.Table:
    """Count who says how much.

    Parameters
    ----------
    lines, characters : tables of all assets
    declared : tuple of str
        What the production itself says of its characters, such as ``NORA: woman, deaf``. Nothing is ever guessed.
    """
    called = {
        (row["asset"], name): row["character"]
        for row in characters.to_pylist()
        for name in (row["character"], *row["aliases"])
    }
    said = {name.strip().upper(): words.strip() for name, _, words in (each.partition(":") for each in declared)}
    by_asset: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in lines.to_pylist():
        if row["kind"] == "dialogue" and row["who"]:
            row["who"] = called.get((row["asset"], row["who"]), row["who"])
            by_asset[row["asset"]].append(row)
    rows = []
    for own in by_asset.values():
        scenes: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for row in own:
            scenes[row["scene_order"]].append(row)
        parts = [(each[0]["scene"], order, each) for order, each in scenes.items() if order] + [("", 0, own)]
        rows += [
            {"asset": own[0]["asset"], "scene": scene, "scene_order": order, **row,
             "attribute": said.get(row["character"].upper(), "")}
            for scene, order, spoken in parts
            for row in _counted(spoken)
        ]  # fmt: skip
    return DIALOGUE_SHARES.from_rows(rows)


def _counted(rows: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    words: Counter[str] = Counter()
    often: Counter[str] = Counter()
    for row in rows:
        words[row["who"]] += word_count(row["text"])
        often[row["who"]] += 1
    total = max(1, sum(words.values()))
    for name in sorted(often, key=lambda each: (-words[each], each)):
        yield {"character": name, "lines": often[name], "words": words[name], "share": words[name] / total}
