"""Coverage page: what is owed of a screenplay, and every line with its takes, as one HTML file in both languages."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export.coverage_report import OWED, SHOT, Coverage
from kinoeye.export.drafts import older_drafts
from kinoeye.export.listed import Listed, Row
from kinoeye.export.page import both, both_tag, document, embedded, esc, figure
from kinoeye.export.tags import Tag
from kinoeye.export.words import words
from kinoeye.streams import Stills
from kinoeye.timecode import clock


def coverage_page(
    tables: Mapping[str, pa.Table], stills: Callable[[str], Stills | None], *, title: str, language: str = "en"
) -> bytes:
    """Return the coverage of every screenplay that was shot as UTF-8 HTML.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`, `lines`, `scenes`, `takes`, `coverage` and `shots`.
    stills : callable
        Asset to its Stills, or None where there are none.
    title : str
    language : en or zh
        In which the page opens.

    Raises
    ------
    UseError
        If no screenplay has lines that were shot.
    """
    known = Coverage(tables)
    if not known.scripts:
        raise UseError(
            "export: a coverage report must have takes in which lines are said, got none",
            remedy="Run `kinoeye run` first",
        )
    film = Listed(tables, {}, words(language), stills)
    sections = _owed(known) + "".join(_scene(known, *each) for each in _scenes(known)) + _takes(known, film)
    return document(
        f"{title}: {words(language).say('coverage')}", language, brand=both("coverage"), totals=_totals(known),
        contents="", sections=sections, style="lined.css",
    )  # fmt: skip


def _totals(known: Coverage) -> str:
    counts = {state: list(known.states.values()).count(state) for state in ("covered", *OWED)}
    numbers = [(len(known.states), "coverage_lines"), (counts["covered"], "coverage_covered")]
    numbers += [(counts[state], f"coverage_{state}") for state in OWED]
    return '<dl class="figures">' + "".join(figure(str(value), key) for value, key in numbers) + "</dl>"


def _owed(known: Coverage) -> str:
    parts = []
    for state in OWED:
        lines = [line for line in known.lines if known.states.get(line["line"]) == state]
        if lines:
            rows = "".join(
                f"<tr><td>{esc(known.scene_number(line))}</td><th>{esc(line['who'])}</th><td>{esc(line['text'])}</td>"
                f"<td>{_said(known, line)}</td></tr>"
                for line in lines
            )
            heads = ("coverage_scene", "coverage_who", "coverage_line", "coverage_takes")
            parts.append(
                f'<h3 class="owed {state}">{both(f"coverage_{state}")}: {len(lines)}</h3>{_table(heads, rows)}'
            )
    lead = "coverage_lead" if parts else "coverage_nothing"
    head = f'<h2>{both("coverage_owed")}</h2><p class="lead">{both(lead)}</p>{older_drafts(known.older)}'
    return f'<section class="list">{head}{"".join(parts)}</section>'


def _scenes(known: Coverage) -> Iterator[tuple[Row, list[Row]]]:
    """Yield every scene with its lines that are spoken."""
    scenes: dict[str, list[Row]] = defaultdict(list)
    for line in known.lines:
        if line["kind"] == "dialogue":
            scenes[line["scene"]].append(line)
    for lines in scenes.values():
        yield known.scenes.get(lines[0]["scene"], {}), lines


def _scene(known: Coverage, scene: Row, lines: Sequence[Row]) -> str:
    sizes: dict[str, set[str]] = defaultdict(set)
    for line in lines:
        for row in _shot(known, line):
            if row["scale"] not in ("", "unknown", None):
                sizes[row["scale"]].add(line["line"])
    told = "".join(f"<li>{both_tag(Tag('framing', size))} {len(each)}</li>" for size, each in sizes.items())
    rows = "".join(
        f'<tr class="{esc(known.states[line["line"]])}"><th>{esc(line["who"])}</th><td>{esc(line["text"])}</td>'
        f"<td>{both('coverage_' + known.states[line['line']])}</td><td>{_said(known, line)}</td></tr>"
        for line in lines
    )
    heads = ("coverage_who", "coverage_line", "", "coverage_takes")
    number = esc(known.scene_number(lines[0]))
    return (
        f'<section class="list"><h2>{number} · {esc(scene.get("heading", ""))}</h2>'
        f'<p class="lead">{both("coverage_sizes")}</p><ul class="tags">{told}</ul>{_table(heads, rows)}</section>'
    )


def _said(known: Coverage, line: Row) -> str:
    """Return the takes that have a line, each with its size, and what was said otherwise."""
    told = []
    for row in known.by_line.get(line["line"], ()):
        if row["status"] not in SHOT:
            continue
        seen = {True: both("coverage_on"), False: both("coverage_off_camera"), None: ""}[row["is_on_camera"]]
        changes = "; ".join(f"{each['was'] or '∅'} → {each['said'] or '∅'}" for each in row["changes"])
        parts = [f"<b>{esc(known.take_name(row))}</b>", f"<time>{clock(row['start'])}</time>", seen, esc(changes)]
        told.append(f"<li>{' · '.join(filter(None, parts))}</li>")
    return f'<ul class="said">{"".join(told)}</ul>'


def _takes(known: Coverage, film: Listed) -> str:
    """Return a picture of every take, with how many lines it has."""
    lines: dict[tuple[str, int], list[Row]] = defaultdict(list)
    for line in known.lines:
        for row in _shot(known, line):
            lines[row["asset"], row["take_order"]].append(row)
    cards = []
    for rows in lines.values():
        jpeg = known.still(film, rows[0])
        picture = f'<img src="{embedded(jpeg)}" alt="">' if jpeg else f'<div class="nothing">{both("no_still")}</div>'
        path = known.paths.get(rows[0]["asset"], "")
        cards.append(
            f'<li class="card"><div class="still">{picture}</div>'
            f'<div class="line"><b>{esc(known.take_name(rows[0]))}</b>'
            f"<small>{both('coverage_has', count=len({row['line'] for row in rows}))}</small></div>"
            f'<div class="line"><small class="path">{esc(path)}</small></div></li>'
        )
    return (
        f'<section class="list"><h2>{both("coverage_recordings")}</h2><ul class="sheet">{"".join(cards)}</ul></section>'
    )


def _shot(known: Coverage, line: Row) -> list[Row]:
    return [row for row in known.by_line.get(line["line"], ()) if row["status"] in SHOT]


def _table(heads: Sequence[str], rows: str) -> str:
    head = "".join(f"<th>{both(each) if each else ''}</th>" for each in heads)
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></div>'
