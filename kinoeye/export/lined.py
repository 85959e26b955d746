"""Lined script: the screenplay with a stroke for each take that goes through a line, as script supervisors draw it.

A straight stroke is on camera, a wavy one off; a line that is said with other words is marked, one that a take jumps
has a gap, and one that no take has stands out. Each stroke says what was said and where.

Source: the lined script as "Script Supervising and Film Continuity" (Miller) describes it.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.drafts import current_rows, left_out, older_drafts
from kinoeye.export.page import both, document, esc, figure
from kinoeye.export.words import words
from kinoeye.timecode import clock

Row = dict[str, Any]

SHOT = ("covered", "changed", "partial")
_STROKES = {"covered": "whole", "changed": "changed", "partial": "partial", "passed": "passed", "missing": "missing"}


@dataclass(frozen=True)
class Take:
    """A time through a take, as a column."""

    key: tuple[str, int, int]
    name: str
    path: str


Cells = Mapping[tuple[str, int, int], Mapping[str, Row]]


@dataclass(frozen=True)
class Lined:
    """Screenplays with their takes.

    Parameters
    ----------
    scripts : sequence of str
        Those that were shot.
    paths : mapping of asset to path
    lines : mapping of script to rows of `lines`
    cells : mapping of take to mapping of line to row of `coverage`
    takes : sequence of Take
    """

    scripts: Sequence[str]
    paths: Mapping[str, str]
    lines: Mapping[str, Sequence[Row]]
    cells: Cells
    takes: Sequence[Take]

    @cached_property
    def shot(self) -> set[str]:
        """The lines that some take has."""
        return {line for cells in self.cells.values() for line, row in cells.items() if row["status"] in SHOT}

    def of(self, script: str) -> Iterator[tuple[list[Row], list[Take]]]:
        """Yield the scenes of a screenplay: lines, and the takes that go through them."""
        scenes: dict[int, list[Row]] = defaultdict(list)
        for line in self.lines[script]:
            scenes[line["scene_order"]].append(line)
        for members in scenes.values():
            yield members, [each for each in self.takes if _goes_through(self.cells[each.key], members)]


def lined_script(tables: Mapping[str, pa.Table], *, title: str, language: str = "en") -> bytes:
    """Return every screenplay that was shot, line by line with its takes, as one HTML page.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`, `lines`, `scenes`, `takes` and `coverage`.
    title : str
    language : en or zh
        In which the page opens; it can be switched.

    Raises
    ------
    UseError
        If no screenplay has lines that were shot.
    """
    known = lined(tables)
    body = older_drafts(left_out(tables)) + "".join(_script(known, script) for script in known.scripts)
    said = [row for script in known.scripts for row in known.lines[script] if row["kind"] == "dialogue"]
    rows = [row for cells in known.cells.values() for row in cells.values()]
    return document(
        f"{title}: {words(language).say('lined')}", language, brand=both("lined"), totals=_totals(said, rows),
        contents=_legend(), sections=body, style="lined.css",
    )  # fmt: skip


def lined(tables: Mapping[str, pa.Table]) -> Lined:
    """Return the screenplays that were shot, with the takes that go through them.

    Raises
    ------
    UseError
        If no screenplay has lines that were shot.
    """
    cells: dict[tuple[str, int, int], dict[str, Row]] = defaultdict(dict)
    shot = set()
    for row in tables["coverage"].to_pylist() if "coverage" in tables else []:
        cells[row["asset"], row["take_order"], row["run"]][row["line"]] = row
        shot.add(row["script"])
    if not shot:
        raise UseError(
            "export: a lined script must have takes in which lines are said, got none", remedy="Run `kinoeye run` first"
        )
    paths = {row["asset"]: str(row["path"]) for row in tables["assets"].to_pylist()}
    takes = {(row["asset"], row["take_order"]): row for row in tables["takes"].to_pylist()}
    lines: dict[str, list[Row]] = defaultdict(list)
    for row in current_rows(tables, "lines"):
        lines[row["asset"]].append(row)
    scripts = sorted(shot, key=lambda script: paths.get(script, ""))
    return Lined(scripts, paths, lines, cells, _columns(cells, takes, paths))


def _totals(said: Sequence[Row], rows: Sequence[Row]) -> str:
    """Return how many lines are there, shot, shot as written, and missing."""
    whole = {row["line"] for row in rows if row["status"] == "covered"}
    shot = {row["line"] for row in rows if row["status"] in SHOT}
    wanted = {row["line"] for row in said}
    numbers = (
        ("lined_lines", len(wanted)), ("lined_shot", len(wanted & shot)), ("lined_whole", len(wanted & whole)),
        ("lined_missing", len(wanted - shot)),
    )  # fmt: skip
    return '<dl class="figures">' + "".join(figure(str(value), key) for key, value in numbers) + "</dl>"


def _legend() -> str:
    kinds = ("whole", "off", "changed", "partial", "passed", "missing")
    return '<ul class="legend">' + "".join(
        f'<li><i class="stroke {kind}"></i>{both(f"lined_{kind}_key")}</li>' for kind in kinds
    ) + f'<li><i class="none"></i>{both("lined_none_key")}</li></ul>'  # fmt: skip


def _script(known: Lined, script: str) -> str:
    """Return a screenplay, a table for each scene with the takes that go through it."""
    parts = [_scene(lines, takes, known.cells) for lines, takes in known.of(script)]
    return f"<section><h2>{esc(known.paths.get(script, script))}</h2>{''.join(parts)}</section>"


def _columns(
    cells: Cells,
    takes: Mapping[tuple[str, int], Row],
    paths: Mapping[str, str],
) -> list[Take]:
    """Return the columns: by set-up and take as slated, each time through a take by itself."""
    columns = []
    for key in cells:
        take = takes.get(key[:2], {})
        slated = f"{take.get('number') or ''}{take.get('setup') or ''}"
        name = "-".join(each for each in (slated, take.get("take") or "") if each) or f"#{key[1] + 1}"
        columns.append(Take(key, name + (f" ({key[2] + 1})" if key[2] else ""), paths.get(key[0], key[0])))
    return sorted(columns, key=lambda each: (each.path, each.key))


def _goes_through(cells: Mapping[str, Row], lines: Sequence[Row]) -> bool:
    return any(line["line"] in cells and cells[line["line"]]["status"] in SHOT for line in lines)


def _scene(lines: Sequence[Row], columns: Sequence[Take], cells: Cells) -> str:
    shot = {line for each in columns for line, row in cells[each.key].items() if row["status"] in SHOT}
    heads = "".join(f'<th scope="col" title="{esc(each.path)}"><span>{esc(each.name)}</span></th>' for each in columns)
    body = []
    for line in lines:
        is_missing = line["kind"] == "dialogue" and line["line"] not in shot
        strokes = "".join(f"<td>{_stroke(cells[each.key].get(line['line']))}</td>" for each in columns)
        kind = f"{line['kind']}{' none' if is_missing else ''}"
        body.append(f'<tr class="{esc(kind)}"><td class="words">{_words(line)}</td>{strokes}</tr>')
    return (
        f'<div class="scroll"><table class="lined"><thead><tr><th></th>{heads}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _words(line: Row) -> str:
    if line["kind"] != "dialogue":
        return esc(line["text"])
    behind = "".join(f" ({esc(each)})" for each in line["extensions"])
    how = "".join(f"<em>({esc(each)})</em>" for each in line["parentheticals"])
    return f"<b>{esc(line['who'])}{behind}</b>{how}<span>{esc(line['text'])}</span>"


def stroke_of(row: Row) -> str:
    """Return the kind of a take's stroke: whole, changed, partial, passed or missing, and off behind it."""
    return _STROKES[row["status"]] + (" off" if row["is_on_camera"] is False and row["status"] in SHOT else "")


def _stroke(row: Row | None) -> str:
    """Return a take's stroke beside a line, and what it says when it is pointed at."""
    if row is None:
        return ""
    kind = stroke_of(row)
    told = [clock(row["start"]), row["scale"] or "", row["said"]]
    told += [f"{change['was'] or '∅'} → {change['said'] or '∅'}" for change in row["changes"]]
    said = esc(" · ".join(each for each in told if each))
    return f'<i class="stroke {kind}" title="{said}"></i>'
