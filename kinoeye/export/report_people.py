"""Report of people: who is seen, when, and in what mood; without identity, every appearance of a face for itself."""

import io
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from PIL import Image

from kinoeye.export.contact import QUALITY
from kinoeye.export.page import attribute, both, embedded, esc
from kinoeye.export.portraits import best_face, portrait
from kinoeye.export.words import LANGUAGES, words
from kinoeye.streams import Stills
from kinoeye.timecode import clock

MOST_CARDS = 120  # faces inside one file; a longer list stands in the tables
PORTRAIT_PX = 160
_LANE = 1000  # units across a card's line of appearances

Key = tuple[str, int]


@dataclass(frozen=True)
class _Known:
    """What the tables say of faces, by asset and number."""

    tables: Mapping[str, pa.Table]
    stills: Callable[[str], Stills | None]
    films: Mapping[str, Mapping[str, Any]]
    tracks: Mapping[Key, Mapping[str, Any]]
    moods: Mapping[Key, Mapping[str, Any]]  # of each track


def people(tables: Mapping[str, pa.Table], stills: Callable[[str], Stills | None], language: str) -> str:
    """Return the people of a production; nothing if no face is known."""
    known = _known(tables, stills)
    if not known.tracks:
        return ""
    persons = sorted(_rows(tables, "persons"), key=lambda row: (-(row["seconds"] or 0), row["person"]))
    if persons:
        members: dict[str, list[Key]] = defaultdict(list)
        for row in _rows(tables, "appearances"):
            if (row["asset"], row["track"]) in known.tracks and row["person"]:
                members[row["person"]].append((row["asset"], row["track"]))
        cards = [_person(row, members[row["person"]], known, language) for row in persons[:MOST_CARDS]]
        lead, count = "people_lead", len(persons)
    else:
        tracks = sorted(known.tracks, key=lambda key: (known.films[key[0]]["path"], known.tracks[key]["start"]))
        cards = [_appearance(key, known, language) for key in tracks[:MOST_CARDS]]
        lead, count = "faces_lead", len(tracks)
    more = f'<p class="lead">{both("more_people", count=count - MOST_CARDS)}</p>' if count > MOST_CARDS else ""
    return (
        f'<section class="list" id="people"><h2>{both("people")}</h2><p class="lead">{both(lead)}</p>'
        f'<ol class="people">{"".join(cards)}</ol>{more}</section>'
    )


def _known(tables: Mapping[str, pa.Table], stills: Callable[[str], Stills | None]) -> _Known:
    films = {row["asset"]: row for row in _rows(tables, "assets")}
    tracks = {(row["asset"], row["track"]): row for row in _rows(tables, "face_tracks") if row["asset"] in films}
    moods = {(row["asset"], row["track"]): row for row in _rows(tables, "moods")}
    return _Known(tables, stills, films, tracks, moods)


def _rows(tables: Mapping[str, pa.Table], name: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = tables[name].to_pylist() if name in tables else []
    return rows


def _person(row: Mapping[str, Any], members: list[Key], known: _Known, language: str) -> str:
    name = row["name"] or row["person"]
    said = "" if row["name"] else f" <em>{both('unnamed')}</em>"
    films = both("in_films", count=row["appearances"], films=row["assets"])
    facts = [f"{row['seconds']:.1f}\u2009s {both('on_screen')}", films]
    shown = (row["best_asset"], row["best_track"])
    lines = _lanes(members, known, language)
    return _card(f"{esc(name)}{said}", shown, facts, lines, known, language, name)


def _appearance(key: Key, known: _Known, language: str) -> str:
    track, film = known.tracks[key], known.films[key[0]]
    zero = film["start"] or 0
    name = f"{clock(track['start'] - zero)}\u2013{clock(track['end'] - zero)}"
    still = f" <em>{both('poster')}</em>" if track["is_still"] else ""
    facts = [esc(film["path"])]
    mood = known.moods.get(key)
    if mood and mood.get("emotion"):
        facts.append(_emotion(mood["emotion"]))
    return _card(f"{name}{still}", key, facts, _lanes([key], known, language), known, language, name)


def _card(title: str, shown: Key, facts: Iterable[str], lanes: str, known: _Known, language: str, name: str) -> str:
    best = best_face(known.tables, *shown)
    cut = portrait(known.stills(shown[0]), best, PORTRAIT_PX) if best is not None else None
    said = attribute("alt", "face_alt", language, name=name)
    face = (
        f'<img {said} src="{embedded(_jpeg(cut))}" width="{PORTRAIT_PX}" height="{PORTRAIT_PX}" loading="lazy">'
        if cut is not None
        else f'<div class="nothing">{both("no_still")}</div>'
    )
    items = "".join(f"<li>{fact}</li>" for fact in facts)
    return f'<li class="person">{face}<div><h3>{title}</h3><ul class="facts">{items}</ul>{lanes}</div></li>'


def _lanes(members: Iterable[Key], known: _Known, language: str) -> str:
    """Return a line for each film with the stretches that show the person, coloured by mood."""
    by_film: dict[str, list[Key]] = defaultdict(list)
    for key in members:
        by_film[key[0]].append(key)
    parts = []
    for asset, keys in sorted(by_film.items(), key=lambda item: str(known.films[item[0]]["path"])):
        film = known.films[asset]
        zero, whole = film["start"] or 0, max(1, (film["end"] or 0) - (film["start"] or 0))
        bars = []
        for key in sorted(keys, key=lambda key: known.tracks[key]["start"]):
            track = known.tracks[key]
            left, width = _LANE * (track["start"] - zero) / whole, _LANE * (track["end"] - track["start"]) / whole
            mood = known.moods.get(key)
            valence = mood.get("valence") if mood else None
            bars.append(f'<rect x="{left:.1f}" y="0" width="{max(width, 3):.1f}" height="10" {_colour(valence)}/>')
        said = attribute("aria-label", "lane_alt", language, path=film["path"])
        parts.append(f'<svg class="lane" role="img" {said} viewBox="0 0 {_LANE} 10" preserveAspectRatio="none">'
                     f"{''.join(bars)}</svg>")  # fmt: skip
    return "".join(parts)


def _colour(valence: float | None) -> str:
    """Return a bar's class and how full its colour is: pleasant, unpleasant or neither."""
    if valence is None or abs(valence) < 0.1:
        return 'class="even"'
    return f'class="{"glad" if valence > 0 else "sorry"}" opacity="{0.45 + 0.55 * min(1.0, abs(valence)):.2f}"'


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=QUALITY, optimize=True)
    return out.getvalue()


def _emotion(key: str) -> str:
    said = {language: words(language).sections["emotion"].get(key, key) for language in LANGUAGES}
    return "".join(f'<span lang="{language}">{esc(text)}</span>' for language, text in said.items())
