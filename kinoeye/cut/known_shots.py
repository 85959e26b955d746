"""Known shots: the shots of a cut, and what is known of each from its recording's own shots."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from kinoeye.cut.layers import Stretch, transitions
from kinoeye.cut.rows import Row, by_asset
from kinoeye.cut.sources import Used
from kinoeye.export.timeline import Timeline, picture
from kinoeye.timecode import frame_to_flicks


@dataclass(frozen=True)
class Part:
    """A shot of a cut.

    Parameters
    ----------
    number : int
    used : Used or None
        Of which part of which recording it is; None of what is no recording of the production.
    start, end : int, flicks
    shot : row of `shots` or None
        The recording's own.
    """

    number: int
    used: Used | None
    start: int
    end: int
    shot: Row | None


def shots_of(
    timeline: Timeline, stretches: Sequence[Stretch], used: Sequence[Used], tables: Mapping[str, pa.Table], asset: str
) -> tuple[list[Row], list[Part]]:
    """Return the shots: a clip each, and where a recording is itself cut within a clip, its shots."""
    own = by_asset(tables["shots"]) if "shots" in tables else {}
    by_start = {each.start: each for each in used}
    parts = [
        part
        for stretch in stretches
        for part in _parts(timeline, stretch, by_start.get(stretch.start), own)
    ]  # fmt: skip
    effects, rate = transitions(timeline), timeline.rate
    rows, numbered = list[Row](), list[Part]()
    for number, part in enumerate(parts):
        begins = next(((kind, low) for low, high, kind in effects if low <= part.start <= high), ("cut", part.start))
        inner = part.shot if part.used is not None and part.start != part.used.start else None
        kind = "start" if not number else str(inner["transition"]) if inner is not None else begins[0]
        rows.append({
            "asset": asset, "shot": number, "start": part.start, "end": part.end,
            "first_frame": picture(part.start, rate), "end_frame": picture(part.end, rate), "transition": kind,
            "transition_start": min(part.start, begins[1]), "score": 1.0,
        })  # fmt: skip
        numbered.append(replace(part, number=number))
    return rows, numbered


def _parts(
    timeline: Timeline, stretch: Stretch, used: Used | None, own: Mapping[str, Sequence[Row]]
) -> Iterator[Part]:  # fmt: skip
    """Yield a clip in as many parts as its recording has shots there, on whole pictures of the timeline."""
    if used is None:
        yield Part(0, None, stretch.start, stretch.end, None)
        return
    one = frame_to_flicks(1, timeline.rate)
    inside = [(place, shot) for shot in own.get(used.asset, ())
              if (place := used.placed(shot["start"], shot["end"])) is not None]  # fmt: skip
    inside.sort(key=lambda each: each[0])
    edges: list[tuple[int, Row | None]] = [(used.start, inside[0][1] if inside else None)]
    for (start, _), shot in inside[1:]:
        edge = frame_to_flicks(picture(start, timeline.rate), timeline.rate)
        if edge - edges[-1][0] > one and used.end - edge > one:
            edges.append((edge, shot))
        elif edge - edges[-1][0] <= one:  # a border that was found a picture beside the cut
            edges[-1] = edges[-1][0], shot
    ends = [*(start for start, _ in edges[1:]), used.end]
    for (start, mine), end in zip(edges, ends, strict=True):
        yield Part(0, used, start, end, mine)


def of_shots(tables: Mapping[str, pa.Table], name: str, parts: Sequence[Part], asset: str) -> list[Row]:
    """Return the rows of a table of shots for the shots of the cut."""
    own: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for row in tables[name].to_pylist():
        own[row["asset"], row["shot"]].append(row)
    found = []
    for part in parts:
        if part.used is None or part.shot is None:
            continue
        for row in own[part.used.asset, part.shot["shot"]]:
            place = part.used.placed(row["start"], row["end"])
            if place is not None and place[0] < part.end and place[1] > part.start:
                start, end = max(place[0], part.start), min(place[1], part.end)
                found.append(row | {"asset": asset, "shot": part.number, "start": start, "end": end})
    return found
