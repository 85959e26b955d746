"""Takes: what was shot, each time once, and which scene, set-up and take it is.

Told by the board that is seen, by what the file says of itself, by its name, and by a take of the same set-up that has
a board. A board at the end of a recording is of what went before. What is cut together of many shots is no take; a
recording that nothing names is one all the same, and what it is of is left to the words that are said in it.

Source: the fields of a slate as kinoeye.signals.slates reads them; EBU Tech 3285 (the description of a Broadcast Wave,
in which recorders write sSCENE= and sTAKE=).
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals.drafts import current
from kinoeye.signals.slates import Slated, meant, of_board, of_name
from kinoeye.tables import Table, flicks, score
from kinoeye.timecode import FLICKS_PER_SECOND

TAKES = Table(
    "takes",
    "One row a take, in the order of the files and of time.",
    (
        ("asset", pa.string(), "the recording"),
        ("take_order", pa.int32(), "its place in the recording, from 0"),
        ("start", flicks(), "where it begins, its board with it"),
        ("end", flicks(), "one past where it ends"),
        ("action_start", flicks(), "where its board is gone; its start where it has none in front"),
        ("number", pa.string(), "of the scene, as slated; empty where nothing says it"),
        ("setup", pa.string(), "letters of the set-up, as slated; empty for the first"),
        ("take", pa.string(), "its number, as slated; empty where nothing says it"),
        ("roll", pa.string(), "camera roll, as slated; empty where nothing says it"),
        ("scene", pa.string(), "the scene's name in `scenes`; null where the screenplay has none of this number"),
        ("evidence", pa.list_(pa.string()), "what says so: board, tail board, tag, name or set-up"),
        ("score", score(), "how sure the scene is; 0 where nothing says it"),
    ),
)

_SURE = {"board": 0.95, "tail board": 0.9, "tag": 0.9, "name": 0.8, "set-up": 0.6}
_TAIL = 0.75  # a lone board that comes later than this part of a recording is one of its end
_SAME_BOARD = 15 * FLICKS_PER_SECOND  # seen again so soon, it is the same clap
_TAGGED = re.compile(r"[sS](SCENE|TAKE|ROLL)=([^\r\n;]*)")


@dataclass(frozen=True)
class _Span:
    """A part of a recording, and what says what it is."""

    start: int
    end: int
    action: int
    slated: Slated
    evidence: tuple[str, ...]


@analysis(TAKES, version=3, scope="production")
def takes(
    assets: pa.Table,
    shots: pa.Table,
    texts: pa.Table,
    twins: pa.Table,
    scenes: pa.Table,
    drafts: pa.Table,
    *,
    most_shots: int = 3,
) -> pa.Table:
    """Say what was shot.

    Parameters
    ----------
    assets, shots, texts, twins, scenes, drafts : tables of all assets
        A scene's number is that of the draft that counts.
    most_shots : 1..1000
        A recording in which more shots follow a board is no take but a cut.

    Raises
    ------
    SettingError
        If `most_shots` is outside its range.
    """
    if not 1 <= most_shots <= 1000:
        raise SettingError(f"takes: most_shots must lie in 1..1000, got {most_shots}")
    seen = _by_asset(shots.select(["asset", "start", "end"]).to_pylist())
    boards = _by_asset([row for row in texts.to_pylist() if row["kind"] == "slate"])
    found: dict[str, list[_Span]] = {}
    for row in sorted(assets.to_pylist(), key=lambda row: str(row["path"])):
        if row["kind"] in ("video", "sound") and row["start"] is not None and row["end"] > row["start"]:
            spans = _spans(row, _boards(boards.get(row["asset"], [])))
            found[row["asset"]] = [span for span in spans if _shots_in(span, seen.get(row["asset"], [])) <= most_shots]
    numbers = _numbers(current(scenes.to_pylist(), drafts.to_pylist()))
    alike = _setups(found, twins, seen)
    rows = []
    for asset, spans in found.items():
        for order, span in enumerate(spans):
            slated, evidence = span.slated, span.evidence
            if not slated.scene and (asset, order) in alike:
                told = alike[asset, order]
                slated = Slated(told.scene, told.setup, slated.take, slated.roll or told.roll)
                evidence = (*evidence, "set-up")
            rows.append(_row(asset, order, span, meant(slated, frozenset(numbers)), evidence, numbers))
    return TAKES.from_rows(rows)


def _row(
    asset: str, order: int, span: _Span, slated: Slated, evidence: Sequence[str], numbers: Mapping[str, str]
) -> dict[str, Any]:
    return {
        "asset": asset, "take_order": order, "start": span.start, "end": span.end, "action_start": span.action,
        "number": slated.scene, "setup": slated.setup, "take": slated.take, "roll": slated.roll,
        "scene": numbers.get(slated.scene), "evidence": list(evidence),
        "score": max((_SURE[each] for each in evidence), default=0.0) if slated.scene else 0.0,
    }  # fmt: skip


def _by_asset(rows: Sequence[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        found[row["asset"]].append(row)
    return found


def _boards(rows: Sequence[Mapping[str, Any]]) -> list[tuple[int, int, Slated]]:
    """Join the lines of a board: those that are seen at once."""
    boards: list[tuple[int, int, list[Mapping[str, Any]]]] = []
    for row in sorted(rows, key=lambda row: row["start"]):
        if boards and row["start"] < boards[-1][1]:
            first, end, members = boards[-1]
            boards[-1] = first, max(end, row["end"]), [*members, row]
        else:
            boards.append((row["start"], row["end"], [row]))
    told: list[tuple[int, int, Slated]] = []
    for first, end, members in boards:
        said = {name: next((row[name] for row in members if row[name]), "") for name in ("scene", "take", "roll")}
        slated = of_board(**said)
        if told and _is_same(slated, told[-1][2]) and first - told[-1][1] < _SAME_BOARD:
            told[-1] = told[-1][0], end, replace(slated, roll=slated.roll or told[-1][2].roll)
        elif said["scene"] or said["take"]:
            told.append((first, end, slated))
    return told


def _is_same(one: Slated, other: Slated) -> bool:
    """Say whether two boards say the same; a roll that was not read says nothing."""
    rolls = {one.roll, other.roll} - {""}
    return len(rolls) <= 1 and replace(one, roll="") == replace(other, roll="")


def _spans(row: Mapping[str, Any], boards: Sequence[tuple[int, int, Slated]]) -> list[_Span]:
    """Part a recording at its boards; without any it is one take."""
    start, end = row["start"], row["end"]
    if len(boards) == 1 and boards[0][0] - start > _TAIL * (end - start):
        return [_Span(start, end, start, boards[0][2], ("tail board",))]
    if boards:
        edges = [board[0] for board in boards[1:]] + [end]
        return [
            _Span(start if number == 0 else board[0], edge, board[1], board[2], ("board",))
            for number, (board, edge) in enumerate(zip(boards, edges, strict=True))
        ]
    tagged = _tagged(dict(row["tags"] or []))
    if tagged.scene:
        return [_Span(start, end, start, tagged, ("tag",))]
    named = of_name(PurePosixPath(row["path"]).stem)
    return [_Span(start, end, start, named, ("name",) if named.scene else ())]


def _tagged(tags: Mapping[str, str]) -> Slated:
    said = {name.lower(): value for text in tags.values() for name, value in _TAGGED.findall(text)}
    said |= {name.lower(): value for name, value in tags.items() if name.lower() in ("scene", "take")}
    return of_board(said.get("scene", ""), said.get("take", ""), said.get("roll", ""))


def _shots_in(span: _Span, shots: Sequence[Mapping[str, Any]]) -> int:
    """Return how many shots lie in a take behind its board."""
    return sum(shot["start"] < span.end and shot["end"] > span.action for shot in shots)


def _numbers(rows: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """Return the scenes by their numbers: as printed, or as they are counted where none is printed."""
    numbers: dict[str, str] = {}
    is_printed = any(row["number"] for row in rows)
    for row in rows:
        number = row["number"].upper() if is_printed else str(row["scene_order"])
        if number:
            numbers.setdefault(number, row["scene"])
    return numbers


def _setups(
    found: Mapping[str, Sequence[_Span]], twins: pa.Table, shots: Mapping[str, Sequence[Mapping[str, Any]]]
) -> dict[tuple[str, int], Slated]:
    """Return what takes without a board are, by one of the same set-up that has one; not where two say otherwise."""
    groups: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for row in twins.to_pylist():
        if row["kind"] != "take" and row["kind"] != "duplicate":
            continue
        shot = shots[row["asset"]][row["shot"]] if row["shot"] < len(shots.get(row["asset"], ())) else None
        for order, span in enumerate(found.get(row["asset"], ())):
            if shot and span.start <= shot["start"] < span.end:
                groups[row["group"]].add((row["asset"], order))
    alike: dict[tuple[str, int], Slated] = {}
    for members in groups.values():
        slated = {
            (each.scene, each.setup): each for asset, order in members if (each := found[asset][order].slated).scene
        }
        if len(slated) == 1:
            told = next(iter(slated.values()))
            alike |= {key: told for key in members if not found[key[0]][key[1]].slated.scene}
    return alike
