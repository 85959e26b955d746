"""Statistics page: what is usual in a catalogue, as one HTML file in English and Chinese, with pictures.

It is made from the rows of the table `title_statistics` alone, opens from disk and prints.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa

from kinoeye.errors import UseError
from kinoeye.export import charts
from kinoeye.export.catalogue_words import amount, column, labelled, likely, same, says, spans, within
from kinoeye.export.page import document, esc
from kinoeye.export.words import words
from kinoeye.signals import intervals

SURE = 0.05
_TESTED = ("difference", "pearson", "spearman", "trend")
_DRAWN = 12

Row = Mapping[str, Any]
_say = says("statistics")


def statistics_page(figures: pa.Table, *, title: str = "", language: str = "en", imputed: bool = False) -> bytes:
    """Return the figures of a catalogue as UTF-8 HTML.

    Parameters
    ----------
    figures : table `title_statistics`
    title : str
        The catalogue's name.
    language : en or zh
        Which language it opens in.
    imputed : bool
        Whether cells that were filled in count, which is said.

    Raises
    ------
    UseError
        If there are no messages in that language, or no figures.
    """
    title = title or words(language).sections["statistics"]["title"]
    if not figures.num_rows:
        raise UseError("statistics: must have figures of titles, got none", remedy="Run `kinoeye catalogue statistics`")
    page = _Page(figures.to_pylist(), language)
    parts = [_part("numbers", page.numbers()), *page.groups(), _part("years", page.years()),
             _part("together", page.together()), _part("reading", page.reading(imputed))]  # fmt: skip
    parts = [part for part in parts if part[2]]
    contents = "".join(f'<li><a href="#{key}"><span>{name}</span></a></li>' for key, name, _ in parts)
    return document(
        title, language, brand=_say("title"), totals=page.totals(), contents=f"<nav><ol>{contents}</ol></nav>",
        sections="".join(f'<section class="list" id="{key}"><h2>{name}</h2>{inside}</section>'
                         for key, name, inside in parts),
        style="catalogue.css", footer=_say("made_with"),
    )  # fmt: skip


class _Page:
    def __init__(self, rows: Sequence[Row], language: str) -> None:
        self._language = language
        self._measures: dict[str, list[Row]] = {}
        for row in rows:
            self._measures.setdefault(row["measure"], []).append(row)
        self._places = {(row["measure"], row["of"], row["by"], row["group"]): row for row in rows}
        self._of = list(dict.fromkeys(row["of"] for row in rows if row["measure"] == "mean" and row["by"] is None))
        self._tested = [row for row in rows if row["measure"] in _TESTED and row["chance"] is not None]
        self._sure = sum(row["chance"] < SURE for row in self._tested)

    def _find(self, measure: str, **wanted: Any) -> list[Row]:
        return [row for row in self._measures.get(measure, ())
                if all(row[key] == value for key, value in wanted.items())]  # fmt: skip

    def _one(self, measure: str, of: str | None = None, by: str | None = None, group: str | None = None) -> Row | None:
        return self._places.get((measure, of, by, group))

    def _label(self, what: charts.Named) -> str:
        return labelled("statistics", self._language, what)

    def totals(self) -> str:
        count = self._one("count")
        figures = [(f"{count['value']:,.0f}" if count else "0", "titles"), (str(len(self._of)), "measured"),
                   (str(len(self._tested)), "asked"), (str(self._sure), "sure")]  # fmt: skip
        return '<dl class="figures">' + "".join(
            f'<div class="figure"><dt>{_say(key)}</dt><dd>{esc(value)}</dd></div>' for value, key in figures
        ) + "</dl>"  # fmt: skip

    def numbers(self) -> str:
        """Return how each column of numbers is spread."""
        if not self._of:
            return ""
        panels, rows = [], []
        for name in self._of:
            told = {measure: self._one(measure, of=name)
                    for measure in ("mean", "median", "deviation", "variance", "least", "most")}  # fmt: skip
            mean = told["mean"]
            assert mean is not None
            parts = [(row["part"], row["high"], row["value"] / row["n"]) for row in self._find("within", of=name)]
            if parts:
                panels.append(_panel(_named(name, mean["unit"]), charts.spread(parts, self._label(column(name)))))
            rows.append(self._number(name, told))
        head = ("column", "n", "mean", "median", "deviation", "variance", "quantiles", "range")
        return f'<p class="lead">{_say("numbers_lead")}</p>{_table(head, rows)}{_charts(panels)}'

    def _number(self, name: str, told: Mapping[str, Row | None]) -> list[str]:
        mean = told["mean"]
        assert mean is not None
        unit = mean["unit"]
        quantiles = " · ".join(amount(row["value"]) for row in self._find("quantile", of=name, by=None))
        least, most, variance = (row["value"] if (row := told[key]) else None for key in ("least", "most", "variance"))
        return [f"<th>{_named(name, unit)}</th>", _cell(f"{mean['n']:,}"),
                *(_cell(_with(told[key], unit)) for key in ("mean", "median", "deviation")), _cell(amount(variance)),
                _cell(quantiles), _cell(f"{amount(least)} – {amount(most)}")]  # fmt: skip

    def groups(self) -> list[tuple[str, str, str]]:
        """Return a section for each grouping."""
        made = []
        for row in self._find("groups"):
            by = row["by"]
            counts = self._find("count", by=by)
            order = sorted(counts, key=lambda each: each["group"]) if by == "decade" else counts
            names = [each["group"] for each in order][: None if by == "decade" else _DRAWN]
            panels = [self._shares(by, names), *(self._means(by, name, names) for name in self._of)]
            lead = _say("groups_lead", shown=len(names), every=f"{row['value']:,.0f}")
            table = f"<details><summary>{_say('table')}</summary>{self._group_table(by, counts)}</details>"
            title = _say("groups", by=column(by))
            made.append((f"by-{by}", title, f'<p class="lead">{lead}</p>{_charts(panels)}{table}'))
        return made

    def _shares(self, by: str, names: Sequence[str]) -> str:
        rows = [row for name in names if (row := self._one("share", by=by, group=name))]
        dots = [charts.Dot(same(row["group"]), 100 * row["value"], 100 * row["low"], 100 * row["high"],
                           f"{100 * row['value']:.3g} %") for row in rows]  # fmt: skip
        return _panel(_say("share"), charts.dots(dots, self._label(column(by))))

    def _means(self, by: str, name: str, names: Sequence[str]) -> str:
        every = self._one("mean", of=name)
        dots = []
        for group in names:
            row = self._one("mean", of=name, by=by, group=group)
            apart = self._one("difference", of=name, by=by, group=group)
            if row is not None and row["value"] is not None:
                is_sure = apart is not None and apart["chance"] is not None and apart["chance"] < SURE
                dots.append(charts.Dot(same(group), row["value"], row["low"], row["high"],
                                       f"{amount(row['value'])} · n {row['n']:,}", is_sure))  # fmt: skip
        if not dots or every is None:
            return ""
        return _panel(_named(name, every["unit"], _say("mean")),
                      charts.dots(dots, self._label(column(name)), line=every["value"]))  # fmt: skip

    def _group_table(self, by: str, counts: Sequence[Row]) -> str:
        rows = []
        for count in counts:
            for place, name in enumerate(self._of or [""]):
                mean, median, apart = (self._one(measure, of=name, by=by, group=count["group"])
                                       for measure in ("mean", "median", "difference"))  # fmt: skip
                if mean is None and (place or name):
                    continue
                unit = mean["unit"] if mean else None
                rows.append([
                    f"<th>{esc(count['group'])}</th>", f"<td>{spans(column(name)) if name else ''}</td>",
                    _cell(f"{mean['n'] if mean else count['value']:,.0f}"), _cell(_with(mean, unit)),
                    _cell(_with(median, unit)), _cell(_with(apart, unit)),
                    _cell(likely(apart["chance"]) if apart else ""),
                ])  # fmt: skip
        return _table(("group", "column", "n", "mean", "median", "apart", "likely"), rows)

    def years(self) -> str:
        """Return how figures change with the years."""
        panels = []
        for name in self._of:
            means = [row for row in self._find("mean", of=name, by="year") if row["value"] is not None]
            if len(means) > 1:
                panels.append(self._trend(means, self._one("trend", of=name), name))
        counts = self._find("count", by="year")
        if len(counts) > 1:
            points = [(float(row["group"]), row["value"]) for row in counts]
            panels.insert(0, _panel(_say("n"), charts.line(points, self._label(("titles", "影片数")))))
        return f'<p class="lead">{_say("years_lead")}</p>{_charts(panels)}{self._changing()}' if panels else ""

    def _changing(self) -> str:
        """Return how the shares of the largest genres change."""
        rows = [
            [f"<th>{esc(row['group'])}</th>", _cell(f"{1000 * row['value']:+.2f} {within(*_times(row, 1000))}"),
             _cell(likely(row["chance"]))]
            for row in self._find("trend", by="genres")
        ]  # fmt: skip
        title = f"{_say('shares')}, {_say('ten_years')}, {_say('percent')}"
        return f'<h3 class="lead">{title}</h3>{_table(("group", "ten_years", "likely"), rows)}' if rows else ""

    def _trend(self, rows: Sequence[Row], found: Row | None, name: str) -> str:
        years = [int(row["group"]) for row in rows]
        line = intervals.trend(years, [row["value"] for row in rows], [row["n"] for row in rows])
        fit = [] if line is None else list(zip(line.years, line.line, line.low, line.high, strict=True))
        is_sure = found is not None and found["chance"] is not None and found["chance"] < SURE
        if found is None:
            said = _say("few")
        elif not is_sure:
            said = _say("no_trend")
        else:
            low, high = _times(found, 10)
            if found["value"] < 0:
                low, high = -(high or 0), -(low or 0)
            said = _say("rises" if found["value"] > 0 else "falls", low=amount(low), high=amount(high),
                        value=amount(abs(10 * found["value"]), found["unit"]))  # fmt: skip
        title = _named(name, rows[0]["unit"])
        points = [(float(year), row["value"]) for year, row in zip(years, rows, strict=True)]
        return _panel(title, charts.line(points, self._label(column(name)), fit=fit, is_sure=is_sure), said)

    def together(self) -> str:
        """Return which columns go together."""
        found = self._find("pearson")
        if not found:
            return ""
        names = list(dict.fromkeys(each for row in found for each in (row["of"], row["other"])))
        panels = [_panel(_say(measure), charts.grid([column(name) for name in names],
                                                    self._cells(measure, names), self._label((measure, measure))))
                  for measure in ("pearson", "spearman")]  # fmt: skip
        rows = []
        for row in found:
            ranks = next(iter(self._find("spearman", of=row["of"], other=row["other"])), None)
            cells = [_cell(f"{charts.signed(each['value'])} {_two(each)}") + _cell(likely(each["chance"]))
                     for each in (row, ranks) if each is not None]  # fmt: skip
            rows.append([f"<th>{spans(column(row['of']))} · {spans(column(row['other']))}</th>", _cell(f"{row['n']:,}"),
                         *cells])  # fmt: skip
        table = _table(("pair", "n", "pearson", "likely", "spearman", "likely"), rows)
        return f'<p class="lead">{_say("together_lead")}</p>{_charts(panels)}{table}'

    def _cells(self, measure: str, names: Sequence[str]) -> dict[tuple[int, int], tuple[float, bool]]:
        """Return how much each two columns go together, and whether that is more than chance."""
        cells = {}
        for row in self._find(measure):
            one, other = sorted((names.index(row["of"]), names.index(row["other"])))
            cells[one, other] = (row["value"], row["chance"] is not None and row["chance"] < SURE)
        return cells

    def reading(self, imputed: bool) -> str:
        """Return how far the figures go."""
        asked = len(self._tested)
        said = [_say("with_filled" if imputed else "without_filled"), _say("intervals")]
        units = {row["unit"] for row in self._find("mean", by=None) if row["of"] in ("budget", "gross") and row["unit"]}
        said += [_say("money", unit=unit) for unit in sorted(units)]
        if asked:
            said.append(_say("chance", asked=asked, false=round(asked * SURE), sure=self._sure))
        return "".join(f'<p class="notice">{each}</p>' for each in said)


def _part(key: str, inside: str) -> tuple[str, str, str]:
    return key, _say(key), inside


def _named(name: str, unit: str | None, more: str = "") -> str:
    shown = "" if not unit or unit == "0..10" else f", {_say('unit_min') if unit == 'min' else esc(unit)}"
    return f"{spans(column(name))}{shown}{', ' + more if more else ''}"


def _times(row: Row, by: float) -> tuple[float | None, float | None]:
    return (None, None) if row["low"] is None else (by * row["low"], by * row["high"])


def _two(row: Row) -> str:
    return "" if row["low"] is None else f"({charts.signed(row['low'])} – {charts.signed(row['high'])})"


def _with(row: Row | None, unit: str | None) -> str:
    """Return a figure with its interval under it."""
    if row is None or row["value"] is None:
        return "–"
    return f"{esc(amount(row['value'], unit))}<small>{within(row['low'], row['high'])}</small>"


def _cell(inside: str) -> str:
    return f'<td class="number">{inside}</td>'


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    titles = "".join(f"<th{'' if place < 1 else ' class=number'}>{_say(key)}</th>" for place, key in enumerate(head))
    body = "".join(f"<tr>{''.join(row)}</tr>" for row in rows)
    return f'<div class="scroll"><table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table></div>'


def _panel(title: str, chart: str, said: str = "") -> str:
    return f'<article class="panel"><h3>{title}</h3>{f"<p>{said}</p>" if said else ""}{chart}</article>'


def _charts(panels: Sequence[str]) -> str:
    return f'<div class="charts">{"".join(panels)}</div>'
