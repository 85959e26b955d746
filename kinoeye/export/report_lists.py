"""Report lists: what stands below the films of a report: screenplay, faults and cost."""

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from kinoeye.export.page import both, esc

MOST_PARTS = 5000  # a screenplay has 2,000 to 3,500

# How the parts of a screenplay stand on the page, as the report's style names it.
_STANDS = {"heading": "scene", "transition": "change", "centered": "action", "action": "action", "dialogue": "dialogue"}


def screenplay(tables: Mapping[str, pa.Table]) -> str:
    """Return the parts of every screenplay as they stand on its page; nothing if there are none."""
    if "script_parts" not in tables or "assets" not in tables:
        return ""
    paths = {row["asset"]: row["path"] for row in tables["assets"].to_pylist() if row["kind"] == "screenplay"}
    rows = [row for row in tables["script_parts"].to_pylist() if row["asset"] in paths][:MOST_PARTS]
    parts, before = [], None
    for row in rows:
        if row["asset"] != before:
            before = row["asset"]
            parts.append(f"<h3>{esc(paths[before])}</h3>")
        parts += [f'<p class="{kind}">{esc(text)}</p>' for kind, text in lines_of(row)]
    if not parts:
        return ""
    return (
        f'<section class="list" id="screenplay"><h2>{both("screenplay")}</h2>'
        f'<div class="script" tabindex="0">{"".join(parts)}</div></section>'
    )


def lines_of(part: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the lines of a screenplay's part, each with how it stands on the page.

    Examples
    --------
    >>> lines_of({"kind": "dialogue", "who": "CELIA", "parentheticals": ["not looking"], "text": "You're a jerk."})
    [('character', 'CELIA'), ('aside', '(not looking)'), ('dialogue', "You're a jerk.")]
    """
    if part["kind"] not in _STANDS:
        return []
    named = [("character", part["who"])] if part["who"] else []
    asides = [("aside", f"({each})") for each in part["parentheticals"] or ()]
    return [*named, *asides, *([(_STANDS[part["kind"]], part["text"])] if part["text"] else [])]


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
