"""Recommendations page: what to show each viewer and why, how good that is, what it gives away; in two languages.

It is made from rows of the tables `recommendations` and `recommender_scores` alone, opens from disk and prints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from kinoeye.errors import UseError
from kinoeye.export import charts
from kinoeye.export.catalogue_words import labelled, same, says
from kinoeye.export.charts import Dot, Named
from kinoeye.export.page import document, esc
from kinoeye.export.words import LANGUAGES, words

Row = Mapping[str, Any]

_SECTION = "recommend"
_SPLITS = ("viewers", "time", "last", "cold")
_ATTACKS = ("attack_scores", "attack_lists", "attack_singles", "attack_plain")
_BESIDES = ("ndcg_100", "recall_20", "reciprocal_rank", "diversity", "novelty", "miscalibration", "popularity",
            "coverage", "gini")  # fmt: skip
_VIEWERS = 24
_LISTED = 10
_say = says(_SECTION)


def recommendations_page(
    rows: Sequence[Row], scores: Sequence[Row] = (), *, title: str = "", language: str = "en"
) -> bytes:
    """Return recommendations as UTF-8 HTML.

    Parameters
    ----------
    rows : rows of `recommendations`; viewers as they are to be called
    scores : rows of `recommender_scores`
    title : str
        What they are of.
    language : en or zh
        Which language it opens in.

    Raises
    ------
    UseError
        If there are no messages in that language, or nothing to show.
    """
    name = words(language).sections[_SECTION]["title"]
    if not rows:
        raise UseError("recommend: there must be something to show, got nothing")
    parts = [("accuracy", _accuracy(scores, language)), ("besides", _besides(scores)),
             ("exposure", _exposure(scores, language)), ("attack", _attack(scores, language)),
             ("lists", _lists(rows))]  # fmt: skip
    parts = [part for part in parts if part[1]]
    contents = "".join(f'<li><a href="#{key}"><span>{_say(key)}</span></a></li>' for key, _ in parts)
    return document(
        f"{title}: {name}" if title else name, language, brand=_say("title"), totals=_totals(rows),
        contents=f"<nav><ol>{contents}</ol></nav>",
        sections="".join(f'<section class="list" id="{key}"><h2>{_say(key)}</h2>{inside}</section>'
                         for key, inside in parts),
        style="catalogue.css", footer=_say("made_with"),
    )  # fmt: skip


def _totals(rows: Sequence[Row]) -> str:
    figures = [
        (f"{len({row['viewer'] for row in rows}):,}", "viewers"),
        (f"{len({row['title'] for row in rows}):,}", "titles"),
        (f"{sum(bool(row['cold']) for row in rows):,}", "new"),
    ]
    shown = "".join(f'<div class="figure"><dt>{_say(key)}</dt><dd>{esc(value)}</dd></div>' for value, key in figures)
    ways = [row["way"] for row in rows if not row["cold"]]
    if ways:
        shown += f'<div class="figure"><dt>{_say("way")}</dt><dd>{_say(f"way_{ways[0]}")}</dd></div>'
    return f'<dl class="figures">{shown}</dl>'


def _accuracy(scores: Sequence[Row], language: str) -> str:
    """Return how good each way is on each split, as pictures."""
    panels = []
    for split in _SPLITS:
        own = [row for row in scores if row["split"] == split and row["measure"] == "ndcg_100"]
        dots = [_dot(f"way_{row['way']}", row, bool(row["is_chosen"])) for row in own if row["value"] is not None]
        if dots:
            what = _named(f"split_{split}")
            panels.append(_panel(_say(f"split_{split}"), charts.dots(dots, labelled(_SECTION, language, what))))
    return _lead("accuracy_lead") + _charts(panels) if panels else ""


def _besides(scores: Sequence[Row]) -> str:
    """Return what each way does beside being right, as a table."""
    own = [row for row in scores if row["split"] == "viewers" and row["group"] is None]
    ways = list(dict.fromkeys(row["way"] for row in own))
    if not ways:
        return ""
    chosen = {row["way"] for row in own if row["is_chosen"]}
    found = {(row["way"], row["measure"]): row for row in own}
    head = "".join(f"<th class=number>{_say(f'way_{way}')}{' ★' * (way in chosen)}</th>" for way in ways)
    body = []
    for measure in _BESIDES:
        cells = [_value(found.get((way, measure))) for way in ways]
        if any(cells):
            inside = "".join(f'<td class="number">{cell}</td>' for cell in cells)
            body.append(f"<tr><th>{_say(measure)}</th>{inside}</tr>")
    table = f"<table><thead><tr><th>{_say('measure')}</th>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"
    return f'{_lead("besides_lead")}<div class="scroll">{table}</div>'


def _exposure(scores: Sequence[Row], language: str) -> str:
    """Return whose titles the chosen way shows, beside what viewers watch."""
    own = [row for row in scores if row["measure"] == "exposure" and row["is_chosen"]][:16]
    if not own:
        return ""
    dots = []
    for row in own:
        strays = not row["low"] <= row["watched"] <= row["high"]
        note = f"{row['value']:.1%} · {row['watched']:.1%}"
        dots.append(Dot(same(row["group"]), row["value"], row["low"], row["high"], note, strays))
    chart = charts.dots(dots, labelled(_SECTION, language, _named("exposure")))
    return _lead("exposure_lead") + _charts([_panel(_say("exposure"), chart)])


def _attack(scores: Sequence[Row], language: str) -> str:
    """Return how well members are told from others."""
    found = {row["measure"]: row for row in scores if row["split"] == "members" and row["value"] is not None}
    names = [f"{apart}{name}" for apart in ("", "apart_") for name in _ATTACKS]
    dots = [_dot(name, found[name], name.startswith("apart_")) for name in names if name in found]
    if not dots:
        return ""
    chart = charts.dots(dots, labelled(_SECTION, language, _named("attack")), line=0.5)
    return _lead("attack_lead") + _charts([_panel(_say("attack"), chart)])


def _lists(rows: Sequence[Row]) -> str:
    by_viewer: dict[str, list[Row]] = {}
    for row in rows:
        by_viewer.setdefault(str(row["viewer"]), []).append(row)
    panels = []
    for viewer, own in list(by_viewer.items())[:_VIEWERS]:
        items = "".join(_item(row) for row in own[:_LISTED])
        panels.append(_panel(esc(viewer), f"<ol>{items}</ol>"))
    left = len(by_viewer) - _VIEWERS
    more = f'<p class="lead">{_say("more", count=f"{left:,}")}</p>' if left > 0 else ""
    return _lead("lists_lead") + _charts(panels) + more


def _item(row: Row) -> str:
    told = [f"{each['name'] or each['title']} {each['share']:.0%}" for each in row["because"]]
    why = f'<small class="left">{_say("because", titles=", ".join(told))}</small>' if told else ""
    fresh = f' <span class="filled">{_say("fresh")}</span>' if row["cold"] else ""
    return f"<li>{row['rank']}. <b>{esc(row['name'] or row['title'])}</b>{fresh}<div>{why}</div></li>"


def _dot(key: str, row: Row, is_marked: bool) -> Dot:
    return Dot(_named(key), row["value"], row["low"], row["high"], f"{row['value']:.3f}", is_marked)


def _named(key: str) -> Named:
    english, chinese = (words(language).sections[_SECTION][key] for language in LANGUAGES)
    return english, chinese


def _value(row: Row | None) -> str:
    if row is None or row["value"] is None:
        return ""
    within = f"<small>{row['low']:.3g} – {row['high']:.3g}</small>" if row["low"] is not None else ""
    return f"{row['value']:.3g}{within}"


def _lead(key: str) -> str:
    return f'<p class="lead">{_say(key)}</p>'


def _panel(title: str, inside: str) -> str:
    return f'<article class="panel"><h3>{title}</h3>{inside}</article>'


def _charts(panels: Sequence[str]) -> str:
    return f'<div class="charts">{"".join(panels)}</div>'
