"""Drop-off page: why viewers leave a film, by the second, as one HTML file in English and Chinese.

It is made from tables alone (`leavings`, `dropoff_causes`, `dropoff_moments`, `shots`) and the film's stills, opens
from disk and prints.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from kinoeye.export import charts, dropoff_drawing
from kinoeye.export.catalogue_words import labelled, likely, spans
from kinoeye.export.contact import look, shots_of
from kinoeye.export.dropoff_words import cause, cause_says, moment_says, percent, say
from kinoeye.export.page import document, embedded, esc
from kinoeye.export.words import words
from kinoeye.streams import Stills
from kinoeye.timecode import clock

_PICTURES, _PICTURE_PX = 14, 150
_DRAWN = 18

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Watched:
    """A film, and what its viewers did.

    Parameters
    ----------
    asset, name : str
    start : int, flicks
        Of its first picture.
    there : float64 [seconds]
        Viewers in each second.
    """

    asset: str
    name: str
    start: int
    there: Any


def watched(tables: Mapping[str, pa.Table], asset: str, name: str) -> Watched:
    """Return what viewers of a film did, from the tables `leavings` and `shots`."""
    rows = tables["leavings"]
    rows = rows.filter(pc.equal(rows["asset"], asset))
    second = rows["second"].to_numpy()
    there = np.bincount(second, rows["there"].to_numpy(), int(second.max(initial=0)) + 1)
    there = there[:-1] if len(there) > 2 else there  # the last second is rarely a whole one
    shots = shots_of(tables, asset)
    return Watched(asset, name, shots[0]["start"] if shots else 0, there)


def dropoff_page(
    tables: Mapping[str, pa.Table], film: Watched, stills: Stills | None = None, *, language: str = "en"
) -> bytes:
    """Return why viewers leave a film as UTF-8 HTML.

    Parameters
    ----------
    tables : mapping
        `dropoff_causes`, `dropoff_moments`, `shots`.
    film : Watched
    stills : Stills or None
    language : en or zh
        Which it opens in.

    Raises
    ------
    UseError
        If there are no messages in that language.
    """
    words(language)
    causes = tables["dropoff_causes"].to_pylist()
    moments = [row for row in tables["dropoff_moments"].to_pylist() if row["asset"] == film.asset]
    page = _Page(tables, film, causes, moments, stills, language)
    parts = [("curve", page.curve()), ("why", page.why()), ("where", page.where()), ("playback", page.playback()),
             ("reading", page.reading())]  # fmt: skip
    parts = [(key, inside) for key, inside in parts if inside]
    contents = "".join(f'<li><a href="#{key}"><span>{_spans(key)}</span></a></li>' for key, _ in parts)
    sections = "".join(f'<section class="list" id="{key}"><h2>{_spans(key)}</h2>{inside}</section>'
                       for key, inside in parts)  # fmt: skip
    return document(
        film.name, language, brand=_spans("title"), totals=page.totals(), contents=f"<nav><ol>{contents}</ol></nav>",
        sections=sections, style=("catalogue.css", "dropoff.css"), footer=_spans("made_with"),
    )  # fmt: skip


def _spans(key: str, /, **values: object) -> str:
    return spans(say(key, **values))


class _Page:
    def __init__(
        self, tables: Mapping[str, pa.Table], film: Watched, causes: Sequence[Row], moments: Sequence[Row],
        stills: Stills | None, language: str,
    ) -> None:  # fmt: skip
        self._film, self._moments, self._stills, self._language = film, moments, stills, language
        self._shots = shots_of(tables, film.asset)
        self._content = [row for row in causes if row["kind"] == "content"]
        self._found = [row for row in self._content if row["is_found"]]
        self._playback = [row for row in causes if row["kind"] == "playback"]
        self._names = {row["who"]: row["name"] for row in self._content if row["name"]}

    def totals(self) -> str:
        there = self._film.there
        most = float(there.max(initial=0.0))
        alarms = next((row["false_alarms"] for row in self._content), None)
        figures = [(f"{most:,.0f}", "viewers"),
                   (f"{100 * float(there[-3:].min(initial=most)) / max(most, 1e-9):.0f} %", "stay"),
                   (str(len(self._found)), "causes"), (str(len(self._moments)), "moments"),
                   ("–" if alarms is None else f"{percent(alarms)} %", "alarms")]  # fmt: skip
        return '<dl class="figures">' + "".join(
            f'<div class="figure"><dt>{_spans(key)}</dt><dd>{esc(value)}</dd></div>' for value, key in figures
        ) + "</dl>"  # fmt: skip

    def curve(self) -> str:
        most = max(1e-9, float(self._film.there.max(initial=0.0)))
        share = (self._film.there / most).tolist()
        drawn = dropoff_drawing.retention(share, self._shots, self._pictures(len(share)), self._moments,
                                          self._film.start, self._label("curve"))  # fmt: skip
        return f'<p class="lead">{_spans("curve_lead")}</p><div class="strip">{drawn}</div>'

    def _pictures(self, seconds: int) -> list[tuple[float, bytes]]:
        """Return pictures of the film, evenly spread."""
        if not self._shots:
            return []
        starts = np.array([shot["start"] for shot in self._shots])
        first, end = int(starts[0]), int(self._shots[-1]["end"])
        found = []
        for place in range(_PICTURES):
            at = first + (end - first) * (2 * place + 1) // (2 * _PICTURES)
            shot = self._shots[int(np.searchsorted(starts, at, side="right")) - 1]
            seen = look(self._stills, shot, _PICTURE_PX)
            if seen is not None:
                found.append((seconds * (place + 0.5) / _PICTURES, seen.jpeg))
        return found

    def why(self) -> str:
        lead = f'<p class="lead">{_spans("why_lead", asked=len(self._content))}</p>'
        if not self._content:
            return f'<p class="notice">{_spans("nothing")}</p>'
        said = "".join(f"<li>{spans(cause_says(row))}</li>" for row in self._found)
        said = f'<ul class="says">{said}</ul>' if said else f'<p class="notice">{_spans("nothing")}</p>'
        drawn = charts.dots([self._dot(row) for row in self._content[:_DRAWN]], self._label("why"), line=0.0)
        return f'{lead}{said}<div class="charts wide"><article class="panel">{drawn}</article></div>{self._table()}'

    def _dot(self, row: Row) -> charts.Dot:
        # What is not known at all would draw the scale so wide that nothing else could be read.
        low, high = (max(-100.0, min(200.0, 100 * row[name])) for name in ("low", "high"))
        value = max(-100.0, min(200.0, 100 * row["effect"]))
        told = cause(row["cause"], row["name"] or row["who"])
        return charts.Dot(told, value, low, high, f"{100 * row['effect']:+.0f} %", row["is_found"])

    def _table(self) -> str:
        head = ("cause", "effect", "interval", "chance", "pieces", "left", "extra", "trees")
        rows = []
        for row in self._content:
            trees = "" if row["trees"] is None else f"{100 * row['trees']:+.0f} %"
            cells = (
                f"{100 * row['effect']:+.1f} %",
                f"{percent(row['low'])} – {percent(row['high'])} %",
                likely(row["chance"]),
                str(row["pieces"]),
                f"{row['left']:,.0f}",
                f"{row['extra']:,.0f}",
                trees,
            )
            named = spans(cause(row["cause"], row["name"] or row["who"]))
            rows.append(f"<tr><th>{named}</th>{''.join(f'<td class=number>{cell}</td>' for cell in cells)}</tr>")
        titles = "".join(f"<th{' class=number' if place else ''}>{_spans(f'head_{key}')}</th>"
                         for place, key in enumerate(head))  # fmt: skip
        return (f'<div class="scroll"><table><thead><tr>{titles}</tr></thead><tbody>{"".join(rows)}</tbody></table>'
                "</div>")  # fmt: skip

    def where(self) -> str:
        if not self._moments:
            return f'<p class="notice">{_spans("no_moment")}</p>'
        cards = []
        for number, row in enumerate(self._moments, 1):
            shot = next((each for each in self._shots if each["shot"] == row["shot"]), None)
            seen = look(self._stills, shot, 2 * _PICTURE_PX) if shot is not None else None
            image = f'<img src="{embedded(seen.jpeg)}" alt="">' if seen is not None else '<div class="nothing"></div>'
            span = f"{clock(row['start'] - self._film.start)[:-4]} – {clock(row['end'] - self._film.start)[:-4]}"
            told = "".join(f"<p>{spans(each)}</p>" for each in moment_says(row, self._names))
            head = f"{number} · <time>{span}</time> · {_spans('shot', shot=row['shot'])}"
            cards.append(f'<li class="panel" id="m{number}"><h3>{head}</h3>{image}<div class="told">{told}</div></li>')
        return f'<ol class="moments">{"".join(cards)}</ol>'

    def playback(self) -> str:
        if not self._playback:
            return ""
        said = "".join(f"<li>{spans(cause_says(row))}</li>" for row in self._playback)
        return f'<p class="lead">{_spans("playback_lead")}</p><ul class="says">{said}</ul>'

    def reading(self) -> str:
        alarms = next((row["false_alarms"] for row in self._content), None)
        said = [] if alarms is None else [_spans("read_placebo", alarms=f"{percent(alarms)} %")]
        if self._found:
            said.append(_spans("read_pieces", fewest=min(row["pieces"] for row in self._found)))
            known = [row for row in self._found if row["trees"] is not None]
            agree = sum((row["trees"] > 0) == (row["effect"] > 0) for row in known)
            said += [_spans("read_trees", agree=agree, found=len(known))] if known else []
        said.append(_spans("read_cause"))
        return "".join(f'<p class="notice">{each}</p>' for each in said)

    def _label(self, key: str) -> str:
        return labelled("dropoff", self._language, say(key))
