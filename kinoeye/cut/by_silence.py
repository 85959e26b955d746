"""Cut by silence: recordings without the time in which nobody speaks.

Pauses shorter than a limit stay: they are how somebody speaks. Around what stays is a little air.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa

from kinoeye.cut.laying import Laying, Stretch, rate_of
from kinoeye.errors import UseError
from kinoeye.export.timeline import Timeline
from kinoeye.timecode import from_seconds


def by_silence(
    tables: Mapping[str, pa.Table],
    *,
    silence: float = 0.8,
    handle: float = 0.2,
    assets: Collection[str] | None = None,
    folder: Path | None = None,
    record_start: str = "01:00:00:00",
) -> Timeline:
    """Leave out where nobody speaks.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets` and `speech`.
    silence : 0.1..60, seconds
        A shorter pause stays.
    handle : 0..5, seconds
        Air around what stays; two handles and less between them are joined.
    assets : collection of str or None
        Only these.
    folder : Path or None
        In front of the paths that the timeline names.
    record_start : HH:MM:SS:FF

    Raises
    ------
    UseError
        If nobody speaks, or a setting is outside its range.
    """
    if not 0.1 <= silence <= 60:
        raise UseError(f"cut: silence must lie in 0.1..60, got {silence}")
    if not 0 <= handle <= 5:
        raise UseError(f"cut: handle must lie in 0..5, got {handle}")
    rows = [row for row in tables["assets"].to_pylist() if assets is None or row["asset"] in assets]
    rows.sort(key=lambda row: str(row["path"]))
    spans: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in sorted(tables["speech"].to_pylist(), key=lambda row: row["start"]):
        spans[row["asset"]].append((row["start"], row["end"]))
    heard = [row for row in rows if spans.get(row["asset"])]
    if not heard:
        raise UseError(
            "cut: must have a recording in which somebody speaks, got none", remedy="Run `kinoeye run` first"
        )
    laying = Laying({row["asset"]: row for row in rows}, rate_of(heard), folder)
    air, gap = from_seconds(handle), from_seconds(silence)
    stretches = [
        Stretch(row["asset"], *span)
        for row in heard
        for span in _kept(laying, row["asset"], spans[row["asset"]], gap, air)
    ]
    return laying.timeline("Cut by silence", laying.tracks(stretches), record_start)


def _kept(laying: Laying, asset: str, spans: list[tuple[int, int]], gap: int, air: int) -> list[tuple[int, int]]:
    """Return what stays of a recording, on whole pictures."""
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start - joined[-1][1] < max(gap, 2 * air):
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    kept: list[tuple[int, int]] = []
    for start, end in joined:
        first, last = laying.snapped(asset, start - air, end + air)
        if kept and first <= kept[-1][1]:
            kept[-1] = kept[-1][0], last
        else:
            kept.append((first, last))
    return kept
