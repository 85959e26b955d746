"""Report lists: what stands below the films of a report: screenplay, faults and cost."""

import re
from collections.abc import Mapping

import pyarrow as pa

from kinoeye.export.page import both, esc

MOST_PARAGRAPHS = 5000  # a screenplay has 2,000 to 3,500

_HEADING = re.compile(r"(?:INT|EXT|EST|I/E|内景|外景|内|外)[\s./、．]|\.\w", re.IGNORECASE)
_CHANGE = re.compile(r"(?:>.*[^<]|[A-Z ]+TO:|FADE (?:IN|OUT)[:.]?)")
_ASIDE = re.compile(r"[(（].*[)）]")


def screenplay(tables: Mapping[str, pa.Table]) -> str:
    """Return the paragraphs of every screenplay as they stand on its page; nothing if there are none."""
    if "paragraphs" not in tables or "assets" not in tables:
        return ""
    paths = {row["asset"]: row["path"] for row in tables["assets"].to_pylist() if row["kind"] == "screenplay"}
    rows = [row for row in tables["paragraphs"].to_pylist() if row["asset"] in paths][:MOST_PARAGRAPHS]
    parts, before = [], None
    for row in rows:
        if row["asset"] != before:
            before = row["asset"]
            parts.append(f"<h3>{esc(paths[before])}</h3>")
        parts += [f'<p class="{kind}">{esc(text)}</p>' for kind, text in lines_of(row["text"] or "")]
    if not parts:
        return ""
    return (
        f'<section class="list" id="screenplay"><h2>{both("screenplay")}</h2>'
        f'<div class="script" tabindex="0">{"".join(parts)}</div></section>'
    )


def lines_of(paragraph: str) -> list[tuple[str, str]]:
    """Return the parts of a screenplay's paragraph, each with how it stands on the page.

    Examples
    --------
    >>> lines_of("CELIA\\n(not looking)\\nYou're a jerk.")
    [('character', 'CELIA'), ('aside', '(not looking)'), ('dialogue', "You're a jerk.")]
    """
    lines = [line.strip() for line in paragraph.splitlines() if line.strip()]
    if len(lines) == 1:
        kind = "scene" if _HEADING.match(lines[0]) else "change" if _CHANGE.fullmatch(lines[0]) else "action"
        return [(kind, lines[0])]
    if lines and lines[0] == lines[0].upper() and lines[0] != lines[0].lower() and not _HEADING.match(lines[0]):
        rest = [("aside" if _ASIDE.fullmatch(line) else "dialogue", line) for line in lines[1:]]
        return [("character", lines[0]), *rest]
    return [("action", "\n".join(lines))] if lines else []


def faults(tables: Mapping[str, pa.Table]) -> str:
    """Return what could not be done, and what to do about it; a line if all went well; nothing if unknown."""
    if "faults" not in tables:
        return ""
    rows = tables["faults"].to_pylist()
    head = f'<section class="list" id="faults"><h2>{both("faults")}</h2>'
    if not rows:
        return f'{head}<p class="good">{both("no_faults")}</p></section>'
    body = "".join(
        f'<tr><td class="path">{esc(row.get("path") or row.get("asset") or "")}</td>'
        f"<td>{esc(row.get('analysis') or '')}"
        f"{_severity(row.get('severity'))}</td><td>{esc(row.get('message') or '')}</td>"
        f"<td>{esc(row.get('remedy') or '')}</td></tr>"
        for row in rows
    )
    columns = "".join(f'<th scope="col">{both(key)}</th>' for key in ("file", "step", "problem", "remedy"))
    table = f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    return f'{head}<div class="scroll">{table}</div></section>'


def costs(tables: Mapping[str, pa.Table]) -> str:
    """Return what each step spent, the dearest first; nothing if unknown."""
    if "cost" not in tables or not tables["cost"].num_rows:
        return ""
    rows = sorted(tables["cost"].to_pylist(), key=lambda row: -(row.get("cpu_seconds") or 0))
    most = max((row.get("cpu_seconds") or 0) for row in rows) or 1
    body = "".join(
        f'<tr><th scope="row">{esc(row.get("analysis") or "")}</th>'
        f'<td class="bar"><b><i style="width:{(row.get("cpu_seconds") or 0) / most:.1%}"></i></b></td>'
        f'<td class="number">{_number(row.get("cpu_seconds"))}</td>'
        f'<td class="number">{_number(row.get("cpu_seconds_a_minute"))}</td>'
        f'<td class="number">{_number(row.get("peak_mb"), 0)}</td><td>{esc(row.get("model") or "")}</td></tr>'
        for row in rows
    )
    names = ("analysis", "", "cpu_seconds", "a_minute", "peak_mb", "model")
    columns = "".join(f'<th scope="col">{both(key) if key else ""}</th>' for key in names)
    table = f"<table><thead><tr>{columns}</tr></thead><tbody>{body}</tbody></table>"
    return (
        f'<section class="list" id="cost"><h2>{both("cost")}</h2><p class="lead">{both("cost_lead")}</p>'
        f'<div class="scroll">{table}</div></section>'
    )


def _severity(severity: object) -> str:
    return f' <em class="{esc(severity)}">{both(str(severity))}</em>' if severity in {"failed", "damaged"} else ""


def _number(value: object, places: int = 1) -> str:
    return f"{value:,.{places}f}" if isinstance(value, int | float) else ""
