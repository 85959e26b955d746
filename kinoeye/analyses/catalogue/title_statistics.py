"""Title statistics: what is usual in a catalogue and in its genres, languages, countries, decades; what goes with what.

Everything is asked in Ibis expressions. Sums of money are compared in one currency only, the one that comes most often.
A title with several genres counts once under each. Whether a group differs from the other titles, two columns go
together or a figure changes with the years is told with the chance that it is nothing, corrected for how many such
questions were asked at once (Holm). Cells that were filled in do not count unless it is asked for.
"""

from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.errors import SettingError
from kinoeye.signals import intervals, statistics
from kinoeye.signals.intervals import Figure, Sample
from kinoeye.tables import Table, Typed
from kinoeye.timecode import FLICKS_PER_SECOND

TITLE_STATISTICS = Table("title_statistics", "One row a figure.", (
    ("measure", pa.string(), "count, share, mean, variance, deviation, median, quantile, least, most, within, "
                             "difference, pearson, spearman, trend, groups"),
    ("of", pa.string(), "the column; null where titles are counted"),
    ("other", pa.string(), "of a correlation the second column"),
    ("by", pa.string(), "what the titles are grouped by; null for all of them"),
    ("group", pa.string(), "which group"),
    ("part", pa.float64(), "of `quantile` which share lies below it; of `within` where its numbers begin"),
    ("value", pa.float64(), "of `difference` its mean less that of the other titles; of `trend` the change a year"),
    ("low", pa.float64(), "with `high` the 95 % interval"),
    ("high", pa.float64(), "of `within` where its numbers end"),
    ("n", pa.int64(), "titles that it is of; of `trend` years"),
    ("chance", Typed(pa.float64(), "0..1"), "that it is nothing, corrected for all that was asked of its measure"),
    ("unit", pa.string(), "min, 0..10, or a currency (ISO 4217)"),
))  # fmt: skip

NUMBERS = ("runtime", "rating", "votes", "budget", "gross", "year")
GROUPS = ("genres", "languages", "countries", "decade", "kind", "directors", "writers", "cast", "year")

_CURRENCIES = {"budget": "budget_currency", "gross": "gross_currency"}
_MINUTES = 1 / (60 * FLICKS_PER_SECOND)
_TOLD = (0.05, 0.25, 0.75, 0.95)
_PARTS = 40
_FEWEST = 5  # titles of a group of which more than the number is told
_SHARED = 8  # groups whose share is followed over the years


@analysis(TITLE_STATISTICS, version=1, scope="production")
def title_statistics(
    titles: Any,
    *,
    by: tuple[str, ...] = ("genres", "languages", "countries", "decade"),
    of: tuple[str, ...] = ("runtime", "rating", "votes", "budget", "gross"),
    groups: int = 40,
    imputed: bool = False,
) -> pa.Table:
    """Count and measure the titles of a catalogue.

    Parameters
    ----------
    titles : table `titles`, or an Ibis table of the same form
    by : names of columns, and decade
        What titles are grouped by.
    of : names of columns of numbers
        What is measured.
    groups : int
        Most groups of one kind that are told, those with most titles.
    imputed : bool
        Whether cells that were filled in count.

    Raises
    ------
    SettingError
        If a column cannot be grouped by or measured, or `groups` is below 1.
    """
    _check("by", by, GROUPS)
    _check("of", of, NUMBERS)
    if groups < 1:
        raise SettingError(f"title_statistics: groups must be 1 or more, got {groups}")
    asked = _Asked(statistics.table_of(titles), tuple(dict.fromkeys(of)), imputed)
    rows = [*_whole(asked), *(row for each in dict.fromkeys(by) for row in _by(asked, each, groups)),
            *_together(asked), *_trends(asked)]  # fmt: skip
    return TITLE_STATISTICS.from_rows(_corrected(rows))


class _Asked:
    """A catalogue with the columns that are measured as finite numbers."""

    def __init__(self, table: Any, of: tuple[str, ...], imputed: bool) -> None:
        self.imputed = imputed
        self.units = {each: _unit(table, each) for each in of}
        wanted = dict.fromkeys((*of, "year"))
        values = {f"_{each}": self._value(table, each) for each in wanted if each in table.columns}
        kept = [each for each in table.columns if each.removesuffix("_imputed") in GROUPS]
        self.table = table.select(*kept, **values)
        row = _rows(self.table.aggregate(**{each: self.table[f"_{each}"].count() for each in wanted}))[0]
        self.of = tuple(each for each in of if row[each])
        self.has_years = bool(row["year"])
        self.total: dict[str, Any] = _rows(statistics.described(self.table, self.values()))[0]

    def values(self) -> list[str]:
        return [f"_{each}" for each in self.of]

    def _value(self, table: Any, name: str) -> Any:
        currency = _CURRENCIES.get(name)
        where = table[currency] == self.units[name] if currency and self.units.get(name) else None
        factor = _MINUTES if name == "runtime" else 1.0
        return statistics.measured(table, name, factor=factor, where=where, imputed=self.imputed)


def _check(setting: str, given: Iterable[str], known: Sequence[str]) -> None:
    for each in given:
        if each not in known:
            raise SettingError(f"title_statistics: {setting} must be of {', '.join(known)}, got {each!r}")


def _unit(table: Any, name: str) -> str:
    if name in _CURRENCIES:
        column = _CURRENCIES[name]
        found = _rows(statistics.commonest(table.filter(table[name].notnull()), column).limit(1))
        return str(found[0][column]) if found else ""
    return {"runtime": "min", "rating": "0..10"}.get(name, "")


def _rows(expression: Any) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = expression.to_pyarrow().to_pylist()
    return rows


def _whole(asked: _Asked) -> list[dict[str, Any]]:
    """Return what is usual in the whole catalogue, and how its numbers are spread."""
    rows = [{"measure": "count", "value": asked.total["rows"], "n": asked.total["rows"]}]
    for name in asked.of:
        rows += _usual(asked, asked.total, name, {})
        rows += _spread(asked, name)
    return rows


def _usual(asked: _Asked, row: Mapping[str, Any], name: str, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    told = statistics.only(row, f"_{name}")
    if not told["n"]:
        return []
    sample = _sample(told)
    shares, quantiles = statistics.QUANTILES, told["quantiles"]
    base = {"of": name, "n": told["n"], "unit": asked.units.get(name), **where}
    figures = [("mean", intervals.of_mean(sample)), ("median", intervals.of_median(sample.n, shares, quantiles)),
               ("deviation", intervals.of_deviation(sample))]  # fmt: skip
    plain = [("variance", told["variance"]), ("least", told["least"]), ("most", told["most"])]
    return [
        *(base | {"measure": measure} | _figured(figure) for measure, figure in figures),
        *(base | {"measure": measure, "value": _finite(value)} for measure, value in plain),
        *(base | {"measure": "quantile", "part": part, "value": quantiles[shares.index(part)]} for part in _TOLD),
    ]


def _spread(asked: _Asked, name: str) -> list[dict[str, Any]]:
    """Return how many titles lie between each two edges; what lies far off both ends is in none."""
    told = statistics.only(asked.total, f"_{name}")
    quantiles = dict(zip(statistics.QUANTILES, told["quantiles"], strict=True))
    middle = quantiles[0.75] - quantiles[0.25] or told["most"] - told["least"]
    low = max(told["least"], quantiles[0.25] - 3 * middle)
    high = min(told["most"], quantiles[0.75] + 3 * middle)
    if not high > low:
        return []
    width = _round(max((high - low) / _PARTS, 2 * middle / told["n"] ** (1 / 3)))
    edges = np.arange(np.floor(low / width), np.ceil((high + width * 1e-9) / width) + 1) * width
    found = {row["part"]: row["n"] for row in _rows(statistics.distribution(asked.table, f"_{name}", edges.tolist()))}
    return [
        {"measure": "within", "of": name, "part": float(begin), "high": float(end), "value": found.get(part, 0),
         "n": told["n"], "unit": asked.units.get(name)}
        for part, (begin, end) in enumerate(pairwise(edges))
    ]  # fmt: skip


def _round(width: float) -> float:
    """Return the next round number: 1, 2 or 5 with zeros."""
    power = 10.0 ** np.floor(np.log10(width))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= width * (1 - 1e-9)))


def _by(asked: _Asked, by: str, most: int) -> list[dict[str, Any]]:
    """Return what is usual in each group, and whether it differs from the other titles."""
    grouped = statistics.grouped(asked.table, by, imputed=asked.imputed, repeats=False)
    found = _rows(statistics.described(grouped, asked.values(), "group"))
    if not found:
        return []
    found.sort(key=lambda row: (-row["rows"], row["group"]))
    total = asked.total["rows"]
    rows: list[dict[str, Any]] = [{"measure": "groups", "by": by, "value": len(found), "n": total}]
    for row in found[:most]:
        where = {"by": by, "group": row["group"]}
        rows.append(where | {"measure": "count", "value": row["rows"], "n": total})
        rows.append(where | {"measure": "share", "n": total} | _figured(intervals.of_share(row["rows"], total)))
        for name in asked.of:
            if statistics.only(row, f"_{name}")["n"] >= _FEWEST:
                rows += _usual(asked, row, name, where)
                rows += _apart(asked, row, name, where)
    return rows


def _apart(asked: _Asked, row: Mapping[str, Any], name: str, where: Mapping[str, Any]) -> list[dict[str, Any]]:
    one, every = (_sample(statistics.only(each, f"_{name}")) for each in (row, asked.total))
    figure = intervals.difference(one, every.without(one))
    if np.isnan(figure.value):
        return []
    return [{"measure": "difference", "of": name, "n": one.n, "unit": asked.units.get(name), **where}
            | _figured(figure)]  # fmt: skip


def _together(asked: _Asked) -> list[dict[str, Any]]:
    """Return which columns of numbers go together."""
    names = list(dict.fromkeys([*asked.of, *(["year"] if asked.has_years else [])]))
    pairs = list(combinations(names, 2))
    if not pairs:
        return []
    told = _rows(statistics.correlated(asked.table, [(f"_{one}", f"_{other}") for one, other in pairs]))[0]
    rows = []
    for one, other in pairs:
        n, r = (told[f"_{one}|_{other}:{each}"] for each in ("n", "r"))
        ranks = _rows(statistics.rank_correlated(asked.table, f"_{one}", f"_{other}"))[0]
        figures = [("pearson", intervals.of_correlation(r, n)),
                   ("spearman", intervals.of_correlation(ranks["r"], n, is_of_ranks=True))]  # fmt: skip
        rows += [{"measure": measure, "of": one, "other": other, "n": n} | _figured(figure)
                 for measure, figure in figures if not np.isnan(figure.value)]  # fmt: skip
    return rows


def _trends(asked: _Asked) -> list[dict[str, Any]]:
    """Return what each year has, and how that changes with the years."""
    names = [each for each in asked.of if each != "year"]
    if not asked.has_years:
        return []
    found = _rows(statistics.by_year(asked.table, [f"_{each}" for each in names], "_year"))
    rows: list[dict[str, Any]] = [
        {"measure": "count", "by": "year", "group": str(row["year"]), "value": row["rows"], "n": asked.total["rows"]}
        for row in found
    ]
    for name in names:
        told = [(row["year"], statistics.only(row, f"_{name}")) for row in found]
        unit = {"of": name, "unit": asked.units.get(name)}
        rows += [unit | {"measure": "mean", "by": "year", "group": str(year), "n": each["n"]}
                 | _figured(intervals.of_mean(_sample(each))) for year, each in told if each["n"]]  # fmt: skip
        line = intervals.trend([year for year, _ in told], [each["mean"] for _, each in told],
                               [each["n"] for _, each in told])  # fmt: skip
        if line is not None:
            rows.append(unit | {"measure": "trend", "n": len(line.years)} | _figured(line.slope))
    return rows + _shares(asked, {row["year"]: row["rows"] for row in found})


def _shares(asked: _Asked, years: Mapping[int, int]) -> list[dict[str, Any]]:
    """Return how the share of the largest genres changes with the years."""
    grouped = statistics.grouped(asked.table, "genres", imputed=asked.imputed, repeats=False)
    found: dict[str, dict[int, int]] = {}
    for row in _rows(statistics.shares_by_year(grouped, "group", "_year")):
        found.setdefault(row["group"], {})[row["year"]] = row["n"]
    largest = sorted(found, key=lambda group: (-sum(found[group].values()), group))[:_SHARED]
    rows: list[dict[str, Any]] = []
    for group in largest:
        values = [found[group].get(year, 0) / often for year, often in years.items()]
        line = intervals.trend(list(years), values, list(years.values()))
        if line is not None:
            rows.append({"measure": "trend", "by": "genres", "group": group, "n": len(line.years)}
                        | _figured(line.slope))  # fmt: skip
    return rows


def _sample(told: Mapping[str, Any]) -> Sample:
    variance = told["variance"]
    return Sample(told["n"], told["mean"] if told["n"] else np.nan, np.nan if variance is None else variance)


def _figured(figure: Figure) -> dict[str, float | None]:
    return {"value": _finite(figure.value), "low": _finite(figure.low), "high": _finite(figure.high),
            "chance": _finite(figure.chance)}  # fmt: skip


def _finite(value: float | None) -> float | None:
    return float(value) if value is not None and np.isfinite(value) else None


def _corrected(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return figures with their chances corrected for how many were asked of the same measure."""
    for measure in ("difference", "pearson", "spearman", "trend"):
        those = [row for row in rows if row["measure"] == measure]
        chances = intervals.holm([np.nan if row["chance"] is None else row["chance"] for row in those])
        for row, chance in zip(those, chances, strict=True):
            row["chance"] = _finite(chance)
    return rows
