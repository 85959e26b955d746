"""Running times: how long each scene will last on screen.

By the trade's rule at first; once takes of the production cover lines of the screenplay, by the pace at which its
dialogue and action were really shot.
"""

from collections import defaultdict
from statistics import median
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.running import Pace, fitted, seconds
from kinoeye.tables import Table, flicks
from kinoeye.timecode import FLICKS_PER_SECOND, from_seconds

RUNNING_TIMES = Table(
    "running_times",
    "One row a scene of a screenplay, in its order.",
    (
        ("asset", pa.string(), "the screenplay"),
        ("scene", pa.string(), "its name, as in `scenes`"),
        ("scene_order", pa.int32(), "its place in the screenplay, from 1"),
        ("length", flicks(), "how long it is estimated to last"),
        ("dialogue", flicks(), "of that its dialogue"),
        ("action", flicks(), "of that its action"),
        ("least", flicks(), "nine scenes of ten last at least so long; null without footage"),
        ("most", flicks(), "nine scenes of ten last no longer; null without footage"),
        ("ruled", flicks(), "how long it would last by the rule alone"),
        ("how", pa.string(), "rule, or footage where takes of the production have been learnt from"),
        ("learnt_lines", pa.int32(), "lines with takes that have been learnt from"),
    ),
)

_KINDS = ("dialogue", "action")
_LIKELY = 1.2816  # of a normal distribution nine tenths lie below
_DONE = frozenset({"covered", "changed", "passed"})


@analysis(RUNNING_TIMES, version=1, scope="production")
def running_times(
    lines: pa.Table,
    coverage: pa.Table,
    *,
    words_a_minute: float = 165.0,
    signs_a_minute: float = 250.0,
    trust: float = 60.0,
) -> pa.Table:
    """Estimate how long scenes last.

    Parameters
    ----------
    lines, coverage : tables of all assets
    words_a_minute : 40..400
        Of dialogue, where nothing was shot.
    signs_a_minute : 60..600
        The same of Chinese signs.
    trust : 1..3600 seconds
        Footage that weighs as much as the rule.

    Raises
    ------
    SettingError
        If a setting is out of its range.
    """
    for name, value, low, high in (("words_a_minute", words_a_minute, 40, 400),
                                   ("signs_a_minute", signs_a_minute, 60, 600), ("trust", trust, 1, 3600)):  # fmt: skip
        if not low <= value <= high:
            raise SettingError(f"running_times: {name} must lie in {low}..{high}, got {value:g}")
    rows = [row for row in lines.to_pylist() if row["scene"]]
    rule = {
        (row["asset"], row["line"]): seconds(row["kind"], row["text"], row["printed"], words_a_minute=words_a_minute,
                                             signs_a_minute=signs_a_minute)
        for row in rows
    }  # fmt: skip
    kinds = {(row["asset"], row["line"]): row["kind"] for row in rows}
    paces = _paces(coverage, rule, kinds, trust)
    scenes: dict[tuple[str, int], list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        scenes[row["asset"], row["scene_order"]].append(row)
    return RUNNING_TIMES.from_rows([_scene(each, rule, paces) for each in scenes.values()])


def _paces(
    coverage: pa.Table, rule: dict[tuple[str, str], float], kinds: dict[tuple[str, str], str], trust: float
) -> dict[str, Pace]:
    """Return the pace of dialogue and of action; of several takes of a line the one in the middle counts."""
    shot: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in coverage.to_pylist():
        key = row["script"], row["line"]
        if key in rule and row["status"] in _DONE and row["start"] is not None and row["end"] is not None:
            shot[key].append((row["end"] - row["start"]) / FLICKS_PER_SECOND)
    found = {}
    for kind in _KINDS:
        mine = [key for key in shot if kinds[key] == kind and rule[key] > 0]
        found[kind] = fitted([rule[key] for key in mine], [median(shot[key]) for key in mine], trust_s=trust)
    return found


def _scene(rows: list[dict[str, Any]], rule: dict[tuple[str, str], float], paces: dict[str, Pace]) -> dict[str, Any]:
    spent = dict.fromkeys(_KINDS, 0.0)
    ruled = variance = 0.0
    is_spread = False
    for row in rows:
        own, pace = rule[row["asset"], row["line"]], paces.get(row["kind"], Pace())
        ruled += own
        if row["kind"] in spent:
            spent[row["kind"]] += pace.factor * own
            variance += (pace.spread_s or 0.0) ** 2
            is_spread |= pace.spread_s is not None
    total, away = sum(spent.values()), _LIKELY * variance**0.5
    learnt = sum(pace.lines for pace in paces.values())
    return {key: rows[0][key] for key in ("asset", "scene", "scene_order")} | {
        "length": from_seconds(total),
        **{kind: from_seconds(spent[kind]) for kind in _KINDS},
        "least": from_seconds(max(0.0, total - away)) if is_spread else None,
        "most": from_seconds(total + away) if is_spread else None,
        "ruled": from_seconds(ruled),
        "how": "footage" if learnt else "rule",
        "learnt_lines": learnt,
    }
