"""Report: a production as one HTML file that opens from disk, in English and Chinese.

Nothing is fetched and nothing needs to run: stills are inside, the language switch and the drawings work without
scripts. Light and dark follow the reader's system, and it prints.
"""

import re
import statistics
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import pyarrow as pa

from kinoeye.export import drawing
from kinoeye.export.build import conformed_rate, own_timecode
from kinoeye.export.contact import Look, barcode, look, shots_of
from kinoeye.export.page import attribute, both, both_tag, both_transition, document, embedded, esc, figure, icon
from kinoeye.export.report_lists import costs, faults, screenplay
from kinoeye.export.report_people import people
from kinoeye.export.report_speakers import speakers
from kinoeye.export.tags import Tag, rows_of, tags
from kinoeye.export.timeline import label
from kinoeye.export.words import words
from kinoeye.streams import Stills
from kinoeye.timecode import FLICKS_PER_SECOND, clock

STILL_WIDTH = 320  # a card is 228 to 300 px wide; half of a still, which decodes at a fraction of the cost
MOST_BARS = 300  # colours in a timeline; 4 units each
MOST_SHOTS = 3000  # stills inside one file: 40 MB; a longer film shows the first of them


_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class _Film:
    """One film with all the page shows of it."""

    key: str
    row: Mapping[str, Any]
    shots: list[dict[str, Any]]
    looks: list[Look | None]
    tagged: dict[int, list[Tag]]
    ratings: dict[int, float]
    palettes: dict[int, list[tuple[str, float]]]
    bars: list[tuple[int, tuple[int, int, int]]]
    levels: list[tuple[int, int, float]]
    heard: list[str]
    start: int
    end: int
    rate: Fraction


def report(
    tables: Mapping[str, pa.Table],
    stills: Callable[[str], Stills | None],
    *,
    title: str = "",
    language: str = "en",
) -> bytes:
    """Return the report of a production.

    Parameters
    ----------
    tables : mapping of table name to pa.Table
        `assets`; where they are there: `shots`, `camera`, `quality`, `colours`, `texts`, `framing`, `actions`,
        `levels`, `faces`, `face_tracks`, `moods`, `appearances`, `persons`, `speakers`, `speaker_names`, `faults`,
        `cost`, `paragraphs`.
    stills : callable
        Asset to its Stills, or None.
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
        If there are no messages in that language.
    """
    chosen = words(language)
    rows = sorted(tables["assets"].to_pylist() if "assets" in tables else [], key=lambda row: str(row["path"]))
    rows = [row for row in rows if row["kind"] in {"video", "sequence"}]
    films = [_film(number, row, tables, stills) for number, row in enumerate(rows)]
    sections = [_section(film, language) for film in films]
    sections += [people(tables, stills, language), speakers(tables), screenplay(tables), faults(tables), costs(tables)]
    return document(
        title or chosen.say("title"), language, brand=both("title"), hero=_hero(films), totals=_totals(films, tables),
        contents=_contents(films), sections="".join(sections) or f"<p class='empty'>{both('empty')}</p>",
    )  # fmt: skip


def _film(
    number: int, row: Mapping[str, Any], tables: Mapping[str, pa.Table], stills: Callable[[str], Stills | None]
) -> _Film:
    asset = row["asset"]
    shots = shots_of(tables, asset)
    pictures = stills(asset)
    start = row["start"] or 0
    quality = rows_of(tables, "quality", asset)
    return _Film(
        key=f"f{number}",
        row=row,
        shots=shots,
        looks=[look(pictures, shot, STILL_WIDTH) if n < MOST_SHOTS else None for n, shot in enumerate(shots)],
        tagged=tags(tables, asset),
        ratings={each["shot"]: each["rating"] for each in quality if each.get("rating") is not None},
        palettes=_palettes(tables, asset),
        bars=barcode(pictures, MOST_BARS),
        levels=drawing.levels_of(rows_of(tables, "levels", asset)),
        heard=_heard(tables, asset),
        start=start,
        end=max(row["end"] or 0, shots[-1]["end"] if shots else 0, start),
        rate=conformed_rate(row)[0],
    )


def _heard(tables: Mapping[str, pa.Table], asset: str) -> list[str]:
    """Return what a delivery sheet asks of the sound, and how much of it is speech."""
    found = []
    for row in rows_of(tables, "programmes", asset):
        values = ((row["integrated_lufs"], "LUFS"), (row["range_lu"], "LU"), (row["true_peak_dbtp"], "dBTP"))
        found += [f"{value:.1f} {unit}" for value, unit in values if value is not None]
        spoken = sum(each["end"] - each["start"] for each in rows_of(tables, "speech", asset))
        if spoken:
            found.append(f"{100 * spoken / max(1, row['end'] - row['start']):.0f} % {both('speech')}")
    return found


def _palettes(tables: Mapping[str, pa.Table], asset: str) -> dict[int, list[tuple[str, float]]]:
    """Return the main colours of each shot from `colours`, with their shares."""
    found = {}
    for row in rows_of(tables, "colours", asset):
        entries = [(each["colour"], each["share"] or 0.0) for each in row.get("palette") or []]
        found[row["shot"]] = [(colour, share) for colour, share in entries if _COLOUR.fullmatch(colour or "")]
    return found


def _hero(films: list[_Film]) -> str:
    """Return the colours of all films in a row, as long as each lasts."""
    whole = sum(film.end - film.start for film in films if film.bars)
    parts, left = [], 0.0
    for film in films:
        if film.bars and whole:
            width = 1200 * (film.end - film.start) / whole
            bars = drawing.barcode(film.bars, film.start, film.end, height=100)
            parts.append(f'<g transform="translate({left:.2f} 0) scale({width / 1200:.5f} 1)">{bars}</g>')
            left += width
    drawn = "".join(parts)
    return f'<svg class="hero" viewBox="0 0 1200 100" preserveAspectRatio="none" aria-hidden="true">{drawn}</svg>'


def _totals(films: list[_Film], tables: Mapping[str, pa.Table]) -> str:
    shots = [shot for film in films for shot in film.shots]
    length = sum(film.end - film.start for film in films)
    gradual = sum(shot["transition"] not in {"start", "cut"} for shot in shots)
    failed = tables["faults"].num_rows if "faults" in tables else 0
    figures = [
        figure(str(len(films)), "films"),
        figure(clock(length)[:-4], "running_time"),
        figure(str(len(shots)), "shots"),
    ]
    if shots:
        mean = sum(shot["end"] - shot["start"] for shot in shots) / len(shots)
        figures += [figure(_seconds(mean), "mean_length"), figure(str(gradual), "gradual")]
    figures.append(figure(f'<span class="{"bad" if failed else "good"}">{failed}</span>', "faults"))
    return f'<dl class="figures">{"".join(figures)}</dl>'


def _contents(films: list[_Film]) -> str:
    if len(films) < 2:
        return ""
    items = "".join(
        f'<li><a href="#{film.key}"><span>{esc(film.row["path"])}</span>'
        f"<small>{clock(film.end - film.start)[:-4]} · {len(film.shots)}</small></a></li>"
        for film in films
    )
    return f"<nav><h2>{both('contents')}</h2><ol>{items}</ol></nav>"


def _section(film: _Film, language: str) -> str:
    head = f'<header><h2>{esc(film.row["path"])}</h2><ul class="facts">{_facts(film)}</ul></header>'
    if not film.shots:
        return f'<section class="production" id="{film.key}">{head}<p class="empty">{both("no_shots")}</p></section>'
    values = {"name": film.row["path"], "shots": len(film.shots), "length": clock(film.end - film.start)[:-4]}
    faulty = frozenset(shot for shot, found in film.tagged.items() if any(tag.is_fault for tag in found))
    drawn = drawing.timeline(
        film.key, attribute("aria-label", "timeline_alt", language, **values), film.start, film.end, film.shots,
        film.bars, film.levels, faulty,
    )  # fmt: skip
    cards = "".join(_card(film, number, language) for number in range(len(film.shots)))
    return (
        f'<section class="production" id="{film.key}">{head}{_pace(film)}'
        f'<h3 class="quiet">{both("timeline")}</h3><div class="strip">{drawn}</div>'
        f'<h3 class="quiet">{both("contact_sheet")}</h3>'
        f'<ol class="sheet" style="--ratio:{_ratio(film):.4f}">{cards}</ol></section>'
    )


def _ratio(film: _Film) -> float:
    """Return how wide the stills are for their height, within what a card can hold."""
    sizes = [seen.width / seen.height for seen in film.looks if seen]
    return min(2.4, max(0.8, sizes[0])) if sizes else 16 / 9


def _facts(film: _Film) -> str:
    row = film.row
    facts = []
    if row.get("width") and row.get("height"):
        facts.append(f"{row['width']} × {row['height']}")
    rate = f"{float(film.rate):.3f}".rstrip("0").rstrip(".")
    variable = f" ({both('variable_rate')})" if row.get("is_variable_rate") else ""
    facts.append(f"{rate} {both('pictures_a_second')}{variable}")
    facts += [esc(row[name]) for name in ("codec", "container") if row.get(name)]
    facts.append(f"{row['channels']} {both('channels')}" if row.get("channels") else both("silent"))
    facts += film.heard
    if row.get("timecode"):
        facts.append(f"TC {esc(row['timecode'])}")
    facts.append(clock(film.end - film.start))
    return "".join(f"<li>{fact}</li>" for fact in facts)


def _pace(film: _Film) -> str:
    lengths = [shot["end"] - shot["start"] for shot in film.shots]
    minutes = (film.end - film.start) / FLICKS_PER_SECOND / 60
    figures = [
        figure(str(len(lengths)), "shots"),
        figure(_seconds(statistics.median(lengths)), "median_length"),
        figure(_seconds(min(lengths)), "shortest"),
        figure(_seconds(max(lengths)), "longest"),
        figure(f"{(len(lengths) - 1) / minutes:.1f}" if minutes else "0", "cuts_a_minute"),
    ]
    return f'<dl class="pace">{"".join(figures)}</dl>'


def _card(film: _Film, number: int, language: str) -> str:
    shot, seen = film.shots[number], film.looks[number]
    first, _ = own_timecode(film.row, film.rate)
    code = label(first.flicks() + shot["start"] - film.start, film.rate, first.is_drop_frame)
    if seen:
        said = attribute("alt", "still_alt", language, shot=shot["shot"], time=code)
        still = (
            f'<img {said} src="{embedded(seen.jpeg)}" width="{seen.width}" height="{seen.height}"'
            ' loading="lazy" decoding="async">'
        )
    else:
        still = f'<div class="nothing">{both("no_still")}</div>'
    palette = film.palettes.get(shot["shot"]) or [
        (drawing.hexed(colour), 1.0) for colour in (seen.palette if seen else ())
    ]
    swatches = "".join(f'<i style="background:{colour};flex-grow:{share:.3f}"></i>' for colour, share in palette)
    kind = shot["transition"]
    sure = "" if kind in {"start"} or shot["score"] is None else f"<small>{shot['score']:.2f}</small>"
    chips = "".join(both_tag(tag) for tag in film.tagged.get(shot["shot"], []))
    return (
        f'<li class="card" id="{film.key}-s{shot["shot"]}"><div class="still">{still}'
        f'<span class="badge">{shot["shot"]}</span>'
        f'<span class="length">{_seconds(shot["end"] - shot["start"])}</span></div>'
        f'<div class="palette" aria-hidden="true">{swatches}</div>'
        f'<div class="line"><time>{esc(code)}</time><span class="how {esc(kind)}">'
        f"{icon(kind if kind in _ICONS else 'cut')}{both_transition(kind)}{sure}</span></div>"
        f"{_meter(film.ratings.get(shot['shot']))}{f'<ul class=tags>{chips}</ul>' if chips else ''}</li>"
    )


def _meter(rating: float | None) -> str:
    if rating is None:
        return ""
    share = max(0.0, min(1.0, rating))
    return (
        f'<div class="rating"><span>{both("rating")}</span><b><i style="width:{share:.0%}"></i></b>'
        f"<small>{share:.2f}</small></div>"
    )


_ICONS = frozenset({"start", "cut", "dissolve", "fade", "wipe"})


def _seconds(flicks: float) -> str:
    return f"{flicks / FLICKS_PER_SECOND:.2f}\u2009s"
