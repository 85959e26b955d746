"""Report of speakers: who speaks, as which character, for how long, and what speaks for it."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.export.page import both, esc
from kinoeye.timecode import clock

MOST = 300  # speakers inside one file; the others stand in the tables

Row = dict[str, Any]


def speakers(tables: Mapping[str, pa.Table]) -> str:
    """Return who speaks in a production, the longest first; nothing if nobody does."""
    if not {"speakers", "assets"} <= set(tables):
        return ""
    paths = {row["asset"]: row["path"] for row in tables["assets"].to_pylist()}
    length: dict[tuple[str, int], int] = defaultdict(int)
    for row in tables["speakers"].to_pylist():
        if row["asset"] in paths:
            length[row["asset"], row["speaker"]] += row["end"] - row["start"]
    known = tables["speaker_names"].to_pylist() if "speaker_names" in tables else []
    names = {(row["asset"], row["speaker"]): row for row in known}
    rows = sorted(length, key=lambda key: (-length[key], str(paths[key[0]]), key[1]))
    if not rows:
        return ""
    body = "".join(_row(key, names.get(key, {}), str(paths[key[0]]), length[key]) for key in rows[:MOST])
    columns = "".join(
        f'<th scope="col">{both(key)}</th>' for key in ("character", "person", "spoken", "file", "evidence")
    )
    more = f'<p class="lead">{both("more_people", count=len(rows) - MOST)}</p>' if len(rows) > MOST else ""
    table = f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    return (
        f'<section class="list" id="speakers"><h2>{both("speakers")}</h2><p class="lead">{both("speakers_lead")}</p>'
        f'<div class="scroll">{table}</div>{more}</section>'
    )


def _row(key: tuple[str, int], row: Row, path: str, length: int) -> str:
    return (
        f"<tr><td>{_name(row.get('character'), row.get('character_score'), key[1])}</td>"
        f"<td>{_name(row.get('person_name') or row.get('person'), row.get('person_score'))}</td>"
        f'<td>{esc(clock(length))}</td><td class="path">{esc(path)}</td>'
        f"<td>{_evidence(row.get('evidence') or ())}</td></tr>"
    )


def _name(name: str | None, sure: float | None, number: int | None = None) -> str:
    if name is None:
        return "–" if number is None else both("voice_number", number=number + 1)
    return f"{esc(name)} ({100 * (sure or 0):.0f} %)"


def _evidence(pieces: Sequence[Row]) -> str:
    """Say in a few words what speaks for the names and what against them."""
    parts = []
    for is_for, key in ((True, "speaks_for"), (False, "speaks_against")):
        said = "; ".join(
            f"{piece['name']}: {piece['kind']} {piece['lines']}×, {piece['seconds']:.1f} s"
            for piece in pieces
            if piece["is_for"] == is_for
        )
        if said:
            parts.append(f"{both(key)} {esc(said)}")
    return "<br>".join(parts)
