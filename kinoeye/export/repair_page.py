"""Repair page: the gaps of a catalogue and what was done with each, as one HTML file in English and Chinese.

What lacks together, how the ways of filling did on hidden cells, filled beside given, and some filled cells, marked.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from kinoeye.export import charts
from kinoeye.export.catalogue_words import amount, column, joined, labelled, says, spans
from kinoeye.export.page import document, esc
from kinoeye.export.words import LANGUAGES, words
from kinoeye.learn.filling_choice import Choice, Trial
from kinoeye.learn.filling_repair import Fill, Repaired

_PATTERNS = 12
_PARTS = 24
_LABELS = 10
_EXAMPLES = 6
_UNLIKE = 0.9  # from here on titles that lack are of another kind than those that do not

_say = says("repair")


def repair_page(
    repaired: Repaired, titles: Sequence[str], *, units: Mapping[str, str] | None = None, title: str = "",
    language: str = "en",
) -> bytes:  # fmt: skip
    """Return what was done with the gaps of a catalogue as UTF-8 HTML.

    Parameters
    ----------
    repaired : Repaired
    titles : sequence of str
        Of each row.
    units : mapping of column to unit
    title : str
        The catalogue's name.
    language : en or zh
        Which language it opens in.

    Raises
    ------
    UseError
        If there are no messages in that language.
    """
    title = title or words(language).sections["repair"]["title"]
    page = _Page(repaired, titles, units or {}, language)
    parts = [(key, page.part(key)) for key in ("columns", "patterns", "methods", "distributions", "examples")]
    parts = [(key, inside) for key, inside in parts if inside]
    contents = "".join(f'<li><a href="#{key}"><span>{_say(key)}</span></a></li>' for key, _ in parts)
    return document(
        title, language, brand=_say("title"), totals=page.totals(), contents=f"<nav><ol>{contents}</ol></nav>",
        sections="".join(f'<section class="list" id="{key}"><h2>{_say(key)}</h2>{inside}</section>'
                         for key, inside in parts),
        style="catalogue.css", footer=_say("made_with"),
    )  # fmt: skip


def told_error(choice: Choice, trial: Trial | None, unit: str = "") -> charts.Named:
    """Return the error of a way in words, in English and Chinese; a dash where there is none."""
    if trial is None:
        return "–", "–"
    if choice.kind == "number":
        key, value = ("error_times", f"{np.exp(trial.error):.3g}") if choice.is_log else (
            "error_number", amount(trial.error, unit))  # fmt: skip
    else:
        key, value = "error_share" if choice.kind == "category" else "error_list", f"{100 * trial.error:.3g}"
    english, chinese = (words(language).sections["repair"][key].format(value=value) for language in LANGUAGES)
    return english, chinese


def told_way(method: str) -> charts.Named:
    """Return what a way is called, in English and Chinese."""
    name, _, value = method.partition("=")
    english, chinese = (words(language).sections["repair"][f"way_{name}"] for language in LANGUAGES)
    return (f"{english}: {value}", f"{chinese}：{value}") if value else (english, chinese)


class _Page:
    def __init__(self, repaired: Repaired, titles: Sequence[str], units: Mapping[str, str], language: str) -> None:
        self._fills, self._kept, self._titles = repaired.fills, repaired.kept, titles
        self._units, self._language = units, language

    def part(self, key: str) -> str:
        """Return a section; nothing where there is nothing to show."""
        made: str = getattr(self, f"_{key}")()
        return made

    def totals(self) -> str:
        rows = len(self._kept)
        lacking = sum(fill.choice.lacking for fill in self._fills)
        filled = sum(int(fill.imputed.sum()) for fill in self._fills)
        figures = [(rows, "titles"), (lacking, "lacking"), (filled, "filled"), (lacking - filled, "left"),
                   (rows - int(self._kept.sum()), "dropped")]  # fmt: skip
        return '<dl class="figures">' + "".join(
            f'<div class="figure"><dt>{_say(key)}</dt><dd>{value:,}</dd></div>'
            for value, key in figures if value or key != "dropped"
        ) + "</dl>"  # fmt: skip

    def _columns(self) -> str:
        rows = "".join(self._row(fill) for fill in self._fills)
        head = "".join(f"<th>{_say(key)}</th>" for key in ("column", "lacks", "done", "error", "same_error", "why"))
        table = f"<table><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table>"
        return (f'<p class="notice">{_say("never_given")}</p><div class="charts wide"><div class="scroll">{table}</div>'
                f'</div><p class="notice">{_say("unseen")}</p>')  # fmt: skip

    def _row(self, fill: Fill) -> str:
        choice, rows = fill.choice, len(self._kept)
        unit = self._units.get(choice.column, "")
        way = spans(told_way(choice.method)) if choice.lacking else "–"
        shown = f'<span class="left">{way}</span>' if choice.method == "leave" else f'<span class="filled">{way}</span>'
        trial = choice.trial(choice.method)
        return (
            f"<tr><th>{spans(column(choice.column))}</th>"
            f"<td>{choice.lacking:,}<small>{100 * choice.lacking / max(1, rows):.3g} %</small></td><td>{shown}</td>"
            f"<td>{spans(told_error(choice, trial, unit))}</td>"
            f"<td>{spans(told_error(choice, choice.same, unit))}</td>"
            f"<td>{_say(f'why_{choice.why}')}{self._where(choice)}</td></tr>"
        )

    def _where(self, choice: Choice) -> str:
        """Return where a column lacks, in words."""
        if choice.where is None:
            return ""
        told = []
        if choice.where.foretold > 0.6:
            told.append(_say("foretold", area=f"{choice.where.foretold:.2f}"))
        if choice.where.by:
            told.append(_say("where_by", columns=joined(choice.where.by)))
        if choice.where.together:
            told.append(_say("where_together", columns=joined(name for name, _ in choice.where.together)))
        if choice.where.foretold > _UNLIKE:
            told.append(f"<b>{_say('unlike')}</b>")
        return f"<small>{' '.join(told) or _say('where_even')}</small>"

    def _patterns(self) -> str:
        some = [fill for fill in self._fills if fill.choice.lacking]
        if not some:
            return ""
        gaps = np.stack([_gaps(fill) for fill in some], axis=1)
        often = Counter(map(bytes, np.packbits(gaps, axis=1)))
        found = [(np.unpackbits(np.frombuffer(key, np.uint8))[: len(some)].astype(bool).tolist(), count)
                 for key, count in often.most_common(_PATTERNS)]  # fmt: skip
        names = [column(fill.choice.column) for fill in some]
        drawn = charts.lacks(names, found, len(gaps), self._label(("what lacks together", "哪些列一起缺失")))
        key = f'<span class="key gap"></span>{_say("gap")}<span class="key there"></span>{_say("there")}'
        return (f'<p class="lead">{_say("patterns_lead")} {key}</p>'
                f'<div class="charts"><article class="panel wide">{drawn}</article></div>')  # fmt: skip

    def _methods(self) -> str:
        panels = [self._compared(fill.choice) for fill in self._fills if fill.choice.trials]
        lead = _say("methods_lead", masks=5)
        return f'<p class="lead">{lead}</p><div class="charts">{"".join(panels)}</div>' if panels else ""

    def _compared(self, choice: Choice) -> str:
        dots = [charts.Dot(told_way(trial.method), trial.error, trial.low, trial.high,
                           f"{trial.error:.3g} · {_seconds(trial.cpu_seconds)}", trial.method == choice.method)
                for trial in choice.trials]  # fmt: skip
        same = choice.same
        drawn = charts.dots(dots, self._label(column(choice.column)), line=same.error if same else None)
        name, why = spans(column(choice.column)), _say(f"why_{choice.why}")
        return f'<article class="panel"><h3>{name}</h3><p>{why}</p>{drawn}</article>'

    def _distributions(self) -> str:
        panels = [self._beside(fill) for fill in self._fills if fill.imputed.any()]
        key = f'<span class="key"></span>{_say("given_key")}<span class="key over"></span>{_say("filled_key")}'
        lead = f'<p class="lead">{_say("distributions_lead")} {key}</p>'
        return f'{lead}<div class="charts">{"".join(panels)}</div>' if any(panels) else ""

    def _beside(self, fill: Fill) -> str:
        given = fill.column.known & ~fill.imputed
        name = column(fill.choice.column)
        if fill.choice.kind == "number":
            drawn = self._spreads(fill, given, name)
        else:
            shares = [_shares(fill, rows) for rows in (given, fill.imputed)]
            labels = sorted(shares[0] | shares[1], key=lambda each: -(shares[0].get(each, 0) + shares[1].get(each, 0)))
            rows = [
                ((label, label), shares[0].get(label, 0.0), shares[1].get(label, 0.0)) for label in labels[:_LABELS]
            ]
            drawn = charts.bars(rows, self._label(name))
        unit = self._units.get(fill.choice.column, "")
        shown = f", {esc(unit)}" if unit and unit != "0..10" else ""
        return f'<article class="panel"><h3>{spans(name)}{shown}</h3>{drawn}</article>'

    def _spreads(self, fill: Fill, given: npt.NDArray[np.bool_], name: charts.Named) -> str:
        values = fill.column.values
        one, other = values[given], values[fill.imputed]
        low, high = np.quantile(np.concatenate([one, other]), (0.005, 0.98))
        if high <= low:
            return ""
        edges = np.linspace(low, high, _PARTS + 1)
        shares = [np.histogram(each, edges)[0] / max(1, len(each)) for each in (one, other)]
        parts = list(zip(edges[:-1].tolist(), edges[1:].tolist(), shares[0].tolist(), strict=True))
        return charts.spread(parts, self._label(name), shares[1].tolist())

    def _examples(self) -> str:
        rows = []
        for fill in self._fills:
            places = np.flatnonzero(fill.imputed & self._kept)
            for row in places[:: max(1, len(places) // _EXAMPLES)][:_EXAMPLES]:
                value = _value(fill.column.read(int(row)), self._units.get(fill.choice.column, ""))
                cells = [str(row), f"<b>{esc(self._titles[row])}</b>", spans(column(fill.choice.column)),
                         f'<span class="filled">{esc(value)}</span>', esc(fill.how[row])]  # fmt: skip
                rows.append("".join(f"<td>{cell}</td>" for cell in cells))
        names = [_say("row"), spans(column("title")), _say("column"), _say("filled_key"), _say("from")]
        head = "".join(f"<th>{name}</th>" for name in names)
        body = "".join(f"<tr>{row}</tr>" for row in rows)
        table = f'<div class="scroll"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'
        return table if rows else ""

    def _label(self, what: charts.Named) -> str:
        return labelled("repair", self._language, what)


def _gaps(fill: Fill) -> npt.NDArray[np.bool_]:
    """Return where a column lacked before it was filled."""
    return fill.column.gaps | fill.imputed


def _shares(fill: Fill, rows: npt.NDArray[np.bool_]) -> dict[str, float]:
    """Return in what share of some rows each label stands."""
    found: Counter[str] = Counter()
    places = np.flatnonzero(rows)
    for row in places:
        value = fill.column.read(int(row))
        found.update(value if isinstance(value, tuple) else (value,))
    return {label: often / max(1, len(places)) for label, often in found.items()}


def _seconds(seconds: float) -> str:
    return "< 0.01 s" if seconds < 0.01 else f"{seconds:.2g} s"


def _value(value: Any, unit: str) -> str:
    if isinstance(value, tuple):
        return ", ".join(value)
    if isinstance(value, int) and not unit:
        return str(value)
    return amount(float(value), unit) if isinstance(value, int | float) else str(value)
