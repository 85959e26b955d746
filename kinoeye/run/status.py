"""Status: what is known of a production, what is stale, what failed, and what it cost."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from kinoeye.analysis import Analysis
from kinoeye.models import registry
from kinoeye.run.faults import FaultBook
from kinoeye.run.handed import Handed
from kinoeye.run.plan import plan
from kinoeye.run.purposes import logs_of, refusal
from kinoeye.run.ready import ready, without
from kinoeye.run.seeing import hidden, material_of, seeing_of
from kinoeye.run.settings import Settings
from kinoeye.run.viewer_keys import name_for
from kinoeye.store.index import Index
from kinoeye.timecode import FLICKS_PER_SECOND


def status(index: Index, analyses: Sequence[Analysis], settings: Settings) -> dict[str, Any]:
    """Say what stands in an index, under today's settings, as of the last run.

    Returns
    -------
    dict
        ``assets`` by kind; ``minutes`` of film and sound; ``analyses``: for each, how many assets are done, stale,
        missing or failed; ``left_out``: analyses that cannot run here, and why; ``without``: those that run
        without a model that is there and cannot be used, and why; ``faults``: rows; ``orphans``:
        decisions whose object is gone.
    """
    stored = index.results.scan()
    rows = [made.about for (table, _), made in stored.items() if table == "assets"]
    book = FaultBook(index.results)
    failed = book.failed()
    unseen = hidden(index)
    running, left_out = ready(analyses, settings.analyses, registry.identity)
    viewers = name_for(index.files, [row["kind"] for row in rows])
    todo = plan(
        [material_of(row, seeing_of(row["asset"], row["paths"], settings.media, unseen), viewers) for row in rows],
        running, settings, registry.identity,
        results={key: each.fingerprint for key, each in stored.items()},
        streams={key: each.fingerprint for key, each in index.streams.scan().items()},
        failed=failed,
        decided=index.decided,
        handed=Handed(index),
    )  # fmt: skip
    counts: dict[str, Counter[str]] = {analysis.name: Counter() for analysis in analyses}
    for name, asset in {**todo.fingerprints, **todo.blocked}:
        if name in counts:
            counts[name][_state(name, asset, todo.steps, todo.blocked, stored)] += 1
    logs = logs_of(index)
    for analysis in running:
        if reason := refusal(index, analysis, logs):
            left_out[analysis.name] = reason
        elif analysis.scope == "production":
            counts[analysis.name]["done" if (analysis.name, "production") in stored else "missing"] += 1
    return {
        "assets": dict(Counter(row["kind"] for row in rows)),
        "minutes": round(sum(_seconds(row) for row in rows) / 60, 2),
        "analyses": [{"analysis": name, **{s: each[s] for s in ("done", "stale", "missing", "failed")}}
                     for name, each in counts.items()],
        "left_out": left_out,
        "without": without(running, registry.identity),
        "faults": [vars(fault) for fault in book.all()],
        "orphans": [{"what": d.what, "key": d.key, "value": d.value} for d in index.orphans()],
    }  # fmt: skip


def cost(index: Index) -> list[dict[str, Any]]:
    """Say what each analysis and the decoder spent.

    Returns
    -------
    list of dict
        ``analysis``, ``results``, ``minutes`` of film, ``cpu_seconds``, ``cpu_seconds_a_minute``, ``peak_mb``,
        ``model``, ``licence``; the dearest first.
    """
    results = index.results.scan()
    seconds = {asset: _seconds(made.about) for (table, asset), made in results.items() if table == "assets"}
    spent: dict[str, list[tuple[str, float, float, str, str]]] = defaultdict(list)
    for (table, asset), each in results.items():
        if table not in {"assets", "faults"}:
            spent[table].append((asset, each.cpu_seconds, each.peak_mb, each.model, each.licence))
    for (asset, _), manifest in index.streams.scan().items():
        spent["decode"].append((asset, manifest.cpu_seconds, manifest.peak_mb, "", ""))
    rows = []
    for name, made in spent.items():
        minutes = sum(seconds.get(asset, 0.0) for asset in {row[0] for row in made}) / 60
        total = sum(row[1] for row in made)
        rows.append({
            "analysis": name, "results": len(made), "minutes": round(minutes, 3), "cpu_seconds": round(total, 3),
            "cpu_seconds_a_minute": round(total / minutes, 3) if minutes else None,
            "peak_mb": round(max(row[2] for row in made), 1),
            "model": made[0][3], "licence": made[0][4],
        })  # fmt: skip
    return sorted(rows, key=lambda row: -float(row["cpu_seconds"]))


def _state(
    name: str, asset: str, steps: Mapping[Any, Any], blocked: Mapping[Any, Any], stored: Mapping[Any, Any]
) -> str:
    key = (name, asset)
    if key in blocked:
        return "failed"
    if key not in steps:
        return "done"
    return "stale" if key in stored else "missing"


def _seconds(row: Mapping[str, Any]) -> float:
    if row["start"] is None or row["end"] is None:
        return 0.0
    return float(row["end"] - row["start"]) / FLICKS_PER_SECOND
