"""Retention page: where viewers of one title stay, leave, jump over and look again, as one HTML file in two languages.

It is made from the rows of the table `retention` of one title, opens from disk and prints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export import retention_drawing as drawing
from kinoeye.export.catalogue_words import says
from kinoeye.export.page import document, esc
from kinoeye.export.words import words
from kinoeye.signals.intervals import of_share
from kinoeye.signals.retaining import chance_of_more

_PARTS = 120  # steps into which a title is cut
_DRAWN = 480  # points of a curve
_MOMENTS = 8
SURE = 0.05  # chance that any step of a title is called more that is not

Row = Mapping[str, Any]
_say = says("retention")


def retention_page(rows: pa.Table, *, title: str, language: str = "en", strip: str = "") -> bytes:
    """Return how a title keeps its viewers as UTF-8 HTML.

    Parameters
    ----------
    rows : table `retention`
        Of one title, by second.
    title : str
        What people call it.
    language : en or zh
        Which language it opens in.
    strip : str
        HTML that is as wide as the curves and stands under the first: pictures of the film.

    Raises
    ------
    UseError
        If there are no messages in that language, or no rows.
    """
    heading = words(language).sections["retention"]["title"].format(title=title)
    if not rows.num_rows:
        raise UseError("retention: must have rows of a title, got none", remedy="Run `kinoeye audience retention`")
    told = rows.to_pylist()
    steps = steps_of(told)
    parts = [("stays", _stays(told, language) + strip), ("leaves", _leaves(told, steps, language)),
             ("again", _again(told, language)), ("moments", _moments(steps))]  # fmt: skip
    contents = "".join(f'<li><a href="#{key}"><span>{_say(key)}</span></a></li>' for key, _ in parts)
    width = steps[0]["end"] - steps[0]["begin"]
    return document(
        heading, language, brand=_say("title", title=esc(title)), totals=_totals(told, steps),
        contents=f"<nav><ol>{contents}</ol></nav>",
        sections="".join(
            f'<section class="list" id="{key}"><h2>{_say(key)}</h2><p>{_say(f"{key}_lead", step=width)}</p>{inside}'
            "</section>" for key, inside in parts),
        style="catalogue.css", footer=_say("made_with"),
    )  # fmt: skip


def steps_of(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return the steps of a title: begin, end (seconds), there, left, share with its interval, whether it is more.

    More is a step that loses more than the whole title does in a step, and so sure that one of all its steps would
    hardly ever be called so by chance.
    """
    width = max(1, -(-len(rows) // _PARTS))
    steps: list[dict[str, Any]] = []
    for begin in range(0, len(rows), width):
        own = rows[begin : begin + width]
        # Who comes in within a step was there for a part of it: the most that were there at once count.
        there, left = max(row["there"] for row in own), sum(row["left"] for row in own)
        figure = of_share(min(left, there), there)
        steps.append({"begin": begin, "end": begin + len(own), "there": there, "left": left, "share": figure.value,
                      "low": figure.low, "high": figure.high})  # fmt: skip
    usual = usual_of(steps)
    for step in steps:
        chance = chance_of_more(min(step["left"], step["there"]), step["there"], usual)
        step["is_more"] = chance < SURE / len(steps)
    return steps


def usual_of(steps: Sequence[Row]) -> float:
    """Return the share that a title loses in a step, over all of it."""
    return float(sum(step["left"] for step in steps) / max(1, sum(step["there"] for step in steps)))


def _totals(rows: Sequence[Row], steps: Sequence[Row]) -> str:
    worst = max(steps, key=lambda step: (step["is_more"], step["low"] if step["there"] else -1.0))
    figures = (
        (f"{max(row['there'] for row in rows):,}", "viewings"),
        (drawing.said(len(rows)), "length"),
        (f"{rows[-1]['stays']:.0%}", "finish"),
        (drawing.said(worst["begin"]), "worst"),
    )
    inside = "".join(f'<div class="figure"><dt>{_say(key)}</dt><dd>{value}</dd></div>' for value, key in figures)
    return f'<dl class="figures">{inside}</dl>'


def _label(key: str, language: str) -> str:
    return f'aria-label="{esc(words(language).sections["retention"][key])}"'


def _thinned(rows: Sequence[Row]) -> list[Row]:
    step = max(1, len(rows) // _DRAWN)
    return [*rows[::step], rows[-1]]


def _stays(rows: Sequence[Row], language: str) -> str:
    some = _thinned(rows)
    points = [(0.0, 1.0), *((row["second"] + 1.0, row["stays"]) for row in some)]
    band = [(0.0, 1.0, 1.0), *((row["second"] + 1.0, row["stays_low"], row["stays_high"]) for row in some)]
    return _panel(drawing.staying(len(rows), points, band, _label("stays", language)))


def _leaves(rows: Sequence[Row], steps: Sequence[Row], language: str) -> str:
    bars = [(step["begin"], step["end"], step["share"] if step["there"] else 0.0, step["is_more"]) for step in steps]
    return _panel(drawing.leaving(len(rows), bars, usual_of(steps), _label("leaves", language)))


def _again(rows: Sequence[Row], language: str) -> str:
    step = max(1, len(rows) // _DRAWN)
    parts = [rows[begin : begin + step] for begin in range(0, len(rows), step)]
    found: dict[str, list[tuple[float, float]]] = {}
    for name in ("replayed", "skipped"):
        found[name] = [
            (part[0]["second"], sum(row[name] for row in part) / max(1, sum(row["there"] for row in part)))
            for part in parts
        ]
    return _panel(drawing.again(len(rows), found["replayed"], found["skipped"], _label("again", language)))


def _moments(steps: Sequence[Row]) -> str:
    more = sorted((step for step in steps if step["is_more"]), key=lambda step: -step["low"])[:_MOMENTS]
    if not more:
        return f"<p>{_say('none')}</p>"
    head = "".join(f"<th>{_say(key)}</th>" for key in ("from", "until", "left", "of_there", "interval"))
    body = "".join(
        f"<tr><td>{drawing.said(step['begin'])}</td><td>{drawing.said(step['end'])}</td>"
        f'<td class="number">{step["left"]:,}</td><td class="number">{step["share"]:.1%}</td>'
        f'<td class="number">{step["low"]:.1%} – {step["high"]:.1%}</td></tr>'
        for step in more
    )
    return f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _panel(picture: str) -> str:
    return f'<div class="charts wide"><div class="panel wide">{picture}</div></div>'
