"""Arcs: how a screenplay feels from scene to scene, by the words that are said and that tell what happens.

A list of words feels nothing of irony or of what is left unsaid; the arc is for looking at a whole, not for judging a
scene.

Source: Reagan et al., "The emotional arcs of stories are dominated by six basic shapes", EPJ Data Science 5, 2016.
"""

from collections import defaultdict
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.models.feelings import MODELS, feeling
from kinoeye.screenplay.elements import word_count
from kinoeye.tables import Table, Typed

_VALENCE = Typed(pa.float32(), "-1..1")
_AROUSAL = Typed(pa.float32(), "0..1")

ARCS = Table(
    "arcs",
    "One row a scene of a screenplay, in its order.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "its name, as in `scenes`"),
        ("scene_order", pa.int32(), "its place in the screenplay, from 1"),
        ("valence", _VALENCE, "how pleasant, 0 where no word says it"),
        ("arousal", _AROUSAL, "how stirred, 0 where no word says it"),
        ("smooth_valence", _VALENCE, "the same with the scenes around it, longer ones weighing more"),
        ("smooth_arousal", _AROUSAL, "the same of how stirred"),
        ("known", pa.int32(), "words of the scene that the list knows"),
        ("words", pa.int32(), "words of the scene"),
    ),
)

_PRIOR = 3.0  # words that feel nothing, so that one strong word is no strong scene


@analysis(ARCS, version=1, scope="production", models=MODELS)
def arcs(lines: pa.Table, *, around: float = 1.5) -> pa.Table:
    """Say how scenes feel.

    Parameters
    ----------
    lines : table of all assets
    around : scenes
        How far the smooth arc looks to both sides: the spread of a bell curve.
    """
    scenes: dict[str, dict[int, list[dict[str, Any]]]] = defaultdict(lambda: defaultdict(list))
    for row in lines.to_pylist():
        if row["scene"] and row["kind"] in ("dialogue", "action"):
            scenes[row["asset"]][row["scene_order"]].append(row)
    rows = []
    for asset, own in scenes.items():
        told = [_scene(asset, order, each) for order, each in sorted(own.items())]
        for column in ("valence", "arousal"):
            smooth = _smooth([row[column] for row in told], [row["words"] for row in told], around)
            for row, value in zip(told, smooth, strict=True):
                row[f"smooth_{column}"] = value
        rows += told
    return ARCS.from_rows(rows)


def _scene(asset: str, order: int, rows: list[dict[str, Any]]) -> dict[str, Any]:
    felt = [feeling(row["text"]) for row in rows]
    known = sum(each.words for each in felt)
    return {
        "asset": asset, "scene": rows[0]["scene"], "scene_order": order, "known": known,
        "words": sum(word_count(row["text"]) for row in rows),
        "valence": sum(each.valence for each in felt) / (known + _PRIOR),
        "arousal": sum(each.arousal for each in felt) / (known + _PRIOR),
    }  # fmt: skip


def _smooth(values: list[float], weights: list[int], around: float) -> list[float]:
    places = np.arange(len(values))
    bell = np.exp(-0.5 * ((places[:, None] - places) / max(around, 1e-6)) ** 2) * (np.asarray(weights) + 1.0)
    return [float(each) for each in bell @ np.asarray(values) / bell.sum(axis=1)]
