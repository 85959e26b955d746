"""Breakdown page: breakdown sheets and measures of a screenplay as one HTML file, in English and Chinese, to print."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.export.breakdown import DEPARTMENTS, breakdown_rows
from kinoeye.export.network import network
from kinoeye.export.page import both, document, esc, figure
from kinoeye.export.words import words
from kinoeye.streams import Stills
from kinoeye.timecode import clock, from_seconds

_ARC = (1000.0, 160.0)  # width and height of the arc's drawing
_SUREST = 0.995

Row = dict[str, Any]


def page(
    tables: Mapping[str, pa.Table],
    stills: Callable[[str], Stills | None],
    *,
    title: str = "",
    language: str = "en",
) -> bytes:
    """Return the page of a production's screenplays.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        As `breakdown.breakdown_rows` takes them.
    stills : callable
        Not looked at: a breakdown is made before anything is shot.
    title : str
        The production's name.
    language : en or zh
        Which language it opens in.

    Returns
    -------
    bytes
        UTF-8 HTML.

    Raises
    ------
    UseError
        If there is no screenplay with scenes, or there are no messages in that language.
    """
    del stills
    chosen = words(language)
    scripts = breakdown_rows(tables)
    return document(
        title or chosen.say("breakdown"), language, brand=both("breakdown"), totals=_totals(scripts), contents="",
        sections="".join(map(_script, scripts)), style="breakdown.css",
    )  # fmt: skip


def _totals(scripts: Sequence[Row]) -> str:
    scenes = [scene for script in scripts for scene in script["scenes"]]
    seconds = sum(scene["seconds"] or 0 for scene in scenes)
    return (
        f'<dl class="figures">{figure(str(len(scenes)), "scene")}'
        f"{figure(_eighths(sum(scene['eighths'] for scene in scenes)), 'pages')}"
        f"{figure(_time(seconds), 'estimated')}</dl>"
    )


def _script(script: Row) -> str:
    sheets = "".join(map(_sheet, script["scenes"]))
    return (
        f'<section class="list"><h2>{esc(script["screenplay"])}</h2><p class="lead">{both("breakdown_lead")}</p>'
        f"{sheets}</section>{_shares(script)}{_network(script)}{_voices(script)}{_arc(script)}"
    )


def _sheet(scene: Row) -> str:
    by = both("by_footage", lines=scene["learnt_lines"]) if scene["time_by"] == "footage" else both("by_rule")
    bounds = ""
    if scene["least_seconds"] is not None:
        bounds = f" ({_time(scene['least_seconds'])}–{_time(scene['most_seconds'])})"
    number = esc(scene["number"] or scene["scene_order"])
    needs = "".join(
        f"<dt>{both(f'dept_{department}')}</dt><dd>{', '.join(map(_element, mine))}</dd>"
        for department in DEPARTMENTS
        if (mine := [each for each in scene["elements"] if each["department"] == department])
    )
    about = f"<dt>{both('topics')}</dt><dd>{esc(', '.join(scene['about']))}</dd>" if scene["about"] else ""
    return (
        f'<article class="sheet-of-scene"><h4>{number} · {esc(scene["heading"])}</h4>'
        f"<small>{both('pages')} {_eighths(scene['eighths'])} · {both('estimated')} {_time(scene['seconds'] or 0)}"
        f"{bounds}, {by}</small><dl>{needs}{about}</dl></article>"
    )


def _element(each: Row) -> str:
    count = f"{each['count']} × " if (each["count"] or 1) > 1 else ""
    name = f'<span class="learned">{esc(each["element"])}</span>' if each["how"] == "learned" else esc(each["element"])
    return count + name


def _shares(script: Row) -> str:
    whole = [row for row in script["shares"] if row["scene_order"] == 0]
    has_declared = any(row["attribute"] for row in whole)
    body = "".join(
        f'<tr><th>{esc(row["character"])}</th><td class="number">{row["lines"]}</td>'
        f'<td class="number">{row["words"]}</td>'
        f'<td class="bar"><b><i style="width:{100 * row["share"]:.1f}%"></i></b></td>'
        f'<td class="number">{100 * row["share"]:.0f} %</td>'
        + ("<td>" + esc(row["attribute"]) + "</td>" if has_declared else "")
        + "</tr>"
        for row in whole
    )
    columns = ["character", "lines_said", "words_said", "share", "", *(["declared"] if has_declared else [])]
    return _table("share", columns, body)


def _network(script: Row) -> str:
    said = {row["character"]: row["words"] for row in script["shares"] if row["scene_order"] == 0}
    drawn = network(script["conversations"], said)
    head = f'<h2>{both("network")}</h2><p class="lead">{both("network_lead")}</p>'
    return f'<section class="list">{head}{drawn}</section>' if drawn else ""


def _voices(script: Row) -> str:
    body = "".join(
        f'<tr><th>{esc(row["one"])} – {esc(row["other"])}</th><td class="number">{row["delta"]:.2f}</td>'
        f'<td class="number">{100 * min(row["score"], _SUREST):.0f} %</td></tr>'
        for row in script["voices"]
    )
    return _table("voices_alike", ["character", "alike", "sure"], body, "voices_lead")


def _table(head: str, columns: Sequence[str], body: str, lead: str = "") -> str:
    if not body:
        return ""
    heads = "".join(f"<th>{both(each) if each else ''}</th>" for each in columns)
    said = f'<p class="lead">{both(lead)}</p>' if lead else ""
    return (
        f'<section class="list"><h2>{both(head)}</h2>{said}<div class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{body}</tbody></table></div></section>"
    )


def _arc(script: Row) -> str:
    scenes = script["scenes"]
    if len(scenes) < 3:
        return ""
    width, height = _ARC
    points = [
        f"{(number + 0.5) * width / len(scenes):.1f} {height / 2 * (1 - scene['valence']):.1f}"
        for number, scene in enumerate(scenes)
    ]
    return (
        f'<section class="list"><h2>{both("arc")}</h2><p class="lead">{both("arc_lead")}</p>'
        f'<svg class="arc" viewBox="0 0 {width:.0f} {height:.0f}" preserveAspectRatio="none" role="img">'
        f'<line x1="0" x2="{width:.0f}" y1="{height / 2:.0f}" y2="{height / 2:.0f}"/>'
        f'<path d="M{"L".join(points)}"/></svg></section>'
    )


def _eighths(count: int) -> str:
    """Return eighths of a page as the trade writes them: 2 3/8."""
    whole, rest = divmod(count, 8)
    return " ".join(filter(None, (str(whole) if whole or not rest else "", f"{rest}/8" if rest else "")))


def _time(seconds: float) -> str:
    return clock(from_seconds(round(seconds)))[:-4].removeprefix("0:")
