"""Statistics: what is asked of a table, as Ibis expressions, so that DuckDB here and Spark elsewhere answer alike.

Nothing is read here: each function returns an expression. What is no finite number counts as lacking. Of a list
(genres) each row counts once under each of its entries.
"""

import importlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

# Quantiles in one pass: those that are told, and some beside the middle, between which its interval lies.
QUANTILES = (0.05, 0.1, 0.25, 0.35, 0.4, 0.45, 0.475, 0.5, 0.525, 0.55, 0.6, 0.65, 0.75, 0.9, 0.95)

_LARGEST = 1.7e308
_DECADE = "decade"


def measured(table: Any, of: str, *, factor: float = 1.0, where: Any = None, imputed: bool = False) -> Any:
    """Return a column as finite numbers, others null.

    Parameters
    ----------
    table : ibis table
    of : str
        Name of the column.
    factor : float
        What one of its units is in the unit told.
    where : ibis boolean or None
        Rows that count; all if None.
    imputed : bool
        Whether cells that were filled in (``NAME_imputed``) count.
    """
    ibis = _ibis()
    value = table[of].cast("float64")
    # No number compares with the largest as a number does: neither NaN nor infinity is below it, here and in Spark.
    counts = value.abs() < _LARGEST
    mark = f"{of}_imputed"
    if not imputed and mark in table.columns:
        counts &= ~table[mark].fill_null(ibis.literal(value=False))
    if where is not None:
        counts &= where
    return ibis.ifelse(counts, value * factor if factor != 1.0 else value, ibis.null("float64"))


def grouped(table: Any, by: str, *, imputed: bool = False, repeats: bool = True) -> Any:
    """Return the table with the column ``group``: a text, one row for each entry where `by` is a list.

    Parameters
    ----------
    by : str
        Name of a column; ``decade`` is made from the year.
    imputed : bool
        Whether cells that were filled in count.
    repeats : bool
        Whether a list may name the same twice, which is looked for; it doubles the time.
    """
    source = "year" if by == _DECADE else by
    mark = f"{source}_imputed"
    if not imputed and mark in table.columns:
        table = table.filter(~table[mark].fill_null(_ibis().literal(value=False)))
    if by == _DECADE:
        found = table.mutate(group=((table["year"] // 10) * 10).cast("string"))
    elif table[by].type().is_array():
        entries = table[by].unique() if repeats else table[by]
        found = table.mutate(group=entries.unnest().cast("string"))
    else:
        found = table.mutate(group=table[by].cast("string"))
    return found.filter(found["group"].notnull() & (found["group"] != ""))


def described(table: Any, values: Sequence[str], by: str | None = None) -> Any:
    """Return what is usual of columns, of all rows or of each group.

    Parameters
    ----------
    values : sequence of str
        Columns of finite numbers or null.
    by : str or None
        Column that names the group.

    Returns
    -------
    ibis table
        ``rows``, and of each value ``NAME:n``, ``mean``, ``variance``, ``least``, ``most`` and ``quantiles``, a list.
    """
    asked: dict[str, Any] = {"rows": table.count()}
    for name in values:
        value = table[name]
        asked |= {
            f"{name}:n": value.count(), f"{name}:mean": value.mean(), f"{name}:variance": value.var(how="sample"),
            f"{name}:least": value.min(), f"{name}:most": value.max(),
            f"{name}:quantiles": value.quantile(list(QUANTILES)),
        }  # fmt: skip
    return table.aggregate(**asked) if by is None else table.group_by(by).aggregate(**asked)


def distribution(table: Any, value: str, edges: Sequence[float]) -> Any:
    """Return how many rows lie between each two of some evenly spaced edges: ``part``, from 0, and ``n``."""
    low, width = edges[0], edges[1] - edges[0]
    last = len(edges) - 2
    ibis = _ibis()
    some = table.filter(table[value].notnull() & (table[value] >= low) & (table[value] <= edges[-1]))
    part = ibis.least(((some[value] - low) / width).floor().cast("int64"), last)
    return some.mutate(part=part).group_by("part").aggregate(n=_count).order_by("part")


def correlated(table: Any, pairs: Iterable[tuple[str, str]]) -> Any:
    """Return Pearson's correlation of pairs of columns: ``A|B:n`` rows that have both and ``A|B:r``, in one row."""
    asked: dict[str, Any] = {}
    for one, other in pairs:
        have = table[one].notnull() & table[other].notnull()
        asked[f"{one}|{other}:n"] = have.sum()
        asked[f"{one}|{other}:r"] = table[one].corr(table[other], where=have, how="pop")
    return table.aggregate(**asked)


def rank_correlated(table: Any, one: str, other: str) -> Any:
    """Return Spearman's correlation of two columns, of the rows that have both: ``n`` and ``r``, in one row.

    Equal values share the mean of their ranks. Rows are counted first, and only values that differ are ranked: of
    years, ratings and lengths that takes half the time of a rank for every row; of numbers that all differ, twice.
    """
    both = table.filter(table[one].notnull() & table[other].notnull())
    pairs = both.group_by(one, other).aggregate(n=_count)
    first, second = (_ranks(pairs, name) for name in (one, other))
    ranked = pairs.join(first, one).join(second, other, rname="{name}_other")
    n, x, y = ranked["n"], ranked["rank"], ranked["rank_other"]
    sums = ranked.aggregate(n=n.sum(), x=(n * x).sum(), y=(n * y).sum(), xx=(n * x * x).sum(), yy=(n * y * y).sum(),
                            xy=(n * x * y).sum())  # fmt: skip
    means = {name: sums[name] / sums["n"] for name in ("x", "y", "xx", "yy", "xy")}
    spreads = [means[name * 2] - means[name] * means[name] for name in ("x", "y")]
    r = (means["xy"] - means["x"] * means["y"]) / (spreads[0] * spreads[1]).sqrt().nullif(0.0)
    return sums.select(n=sums["n"].fill_null(0), r=r)


def _ranks(pairs: Any, name: str) -> Any:
    """Return the rank of each value of a column, the mean of those that its rows have."""
    values = pairs.group_by(name).aggregate(often=pairs["n"].sum())
    upto = values["often"].sum().over(order_by=values[name], rows=(None, 0))
    return values.select(name, rank=upto - (values["often"] - 1) / 2)


def by_year(table: Any, values: Sequence[str], year: str = "year") -> Any:
    """Return the mean, variance and count of columns in each year: ``year``, ``rows``, ``NAME:n``, ``mean``, …"""
    known = table.filter(table[year].notnull())
    asked: dict[str, Any] = {"rows": known.count()}
    for name in values:
        asked |= {f"{name}:n": known[name].count(), f"{name}:mean": known[name].mean(),
                  f"{name}:variance": known[name].var(how="sample")}  # fmt: skip
    return known.group_by(year=known[year].cast("int64")).aggregate(**asked).order_by("year")


def shares_by_year(table: Any, group: str = "group", year: str = "year") -> Any:
    """Return in how many rows each group stands in each year: ``group``, ``year``, ``n``."""
    known = table.filter(table[year].notnull())
    return known.group_by(group=known[group], year=known[year].cast("int64")).aggregate(n=_count)


def commonest(table: Any, column: str) -> Any:
    """Return the values of a column, those that come most often first: ``column`` and ``n``."""
    ibis = _ibis()
    known = table.filter(table[column].notnull())
    return known.group_by(column).aggregate(n=_count).order_by(ibis.desc("n"), column)


def table_of(rows: Any) -> Any:
    """Return an Arrow table as an Ibis table; an Ibis table as it is."""
    return rows if hasattr(rows, "to_pyarrow") else _ibis().memtable(rows)


def only(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """Return what a row of `described` says of one column, without its name."""
    return {key.partition(":")[2]: value for key, value in row.items() if key.startswith(f"{name}:")}


def _count(table: Any) -> Any:
    return table.count()


def _ibis() -> Any:
    return importlib.import_module("ibis")  # half a second to import
