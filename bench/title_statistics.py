"""Bench of statistics: ten million titles asked in Ibis expressions, beside the same questions in plain DuckDB SQL.

    python bench/title_statistics.py [--rows 10000000] [--runs 3]

The titles are made: seven genres of which each has one to three, 20 countries, seventy years, a tenth of the cells
lacks. Both are asked in turn and must answer alike; CPU seconds of the whole process, median and range.
"""

import argparse
import math
import statistics
import tempfile
import time
from pathlib import Path

import duckdb
import ibis

from kinoeye.signals import statistics as asking
from kinoeye.signals.statistics import QUANTILES

MADE = """
COPY (
    SELECT (1950 + hash(i) % 70)::SMALLINT AS year,
           'c' || (hash(i + 1) % 20) AS country,
           list_slice(['Drama', 'Comedy', 'Horror', 'Western', 'War', 'Crime', 'Musical'],
                      1 + (hash(i + 2) % 5)::INT, 1 + (hash(i + 2) % 5)::INT + (hash(i + 3) % 3)::INT) AS genres,
           CASE WHEN hash(i + 4) % 10 > 0 THEN 60 + (hash(i + 5) % 9000) / 100.0 END::DOUBLE AS runtime,
           CASE WHEN hash(i + 6) % 10 > 0 THEN (hash(i + 7) % 1000) / 100.0 END::DOUBLE AS rating
    FROM range({rows}) AS made(i)
) TO '{path}' (FORMAT parquet)
"""
FIGURES = ", ".join(
    f"count({each}), avg({each}), var_samp({each}), min({each}), max({each}), quantile_cont({each}, {list(QUANTILES)})"
    for each in ("runtime", "rating")
)
SQL = {
    "of all": "SELECT count(*), {figures} FROM '{path}'",
    "by country": "SELECT country, count(*), {figures} FROM '{path}' GROUP BY 1",
    "by genre": "SELECT genre, count(*), {figures} FROM (SELECT unnest(genres) AS genre, * FROM '{path}') GROUP BY 1",
    "Pearson": "SELECT count(*), corr(runtime, rating) FROM '{path}' WHERE runtime NOTNULL AND rating NOTNULL",
    "Spearman": """
        SELECT count(*), corr(a, b) FROM (
            SELECT rank() OVER (ORDER BY runtime) + (count(*) OVER (PARTITION BY runtime) - 1) / 2 AS a,
                   rank() OVER (ORDER BY rating) + (count(*) OVER (PARTITION BY rating) - 1) / 2 AS b
            FROM '{path}' WHERE runtime NOTNULL AND rating NOTNULL)""",
    "by year": "SELECT year, count(*), count(runtime), avg(runtime), var_samp(runtime), count(rating), avg(rating), "
               "var_samp(rating) FROM '{path}' GROUP BY 1 ORDER BY 1",
}  # fmt: skip


def main(args=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--only", choices=tuple(SQL), help="One of the questions.")
    given = parser.parse_args(args)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "titles.parquet"
        duckdb.sql(MADE.format(rows=given.rows, path=path))
        print(f"{given.rows:,} titles, {path.stat().st_size / 1e6:.0f} MB of Parquet\n")
        print("| asked | Kinoeye, CPU seconds | DuckDB SQL, CPU seconds | ratio |\n| --- | --- | --- | --- |")
        total = [0.0, 0.0]
        for name, sql in SQL.items():
            if given.only not in (None, name):
                continue
            ours, theirs = _raced(name, sql.format(path=path, figures=FIGURES), path, given.runs)
            middle = [statistics.median(each) for each in (ours, theirs)]
            total = [one + other for one, other in zip(total, middle, strict=True)]
            print(f"| {name} | {_shown(ours)} | {_shown(theirs)} | {middle[0] / middle[1]:.2f} |", flush=True)
        print(f"| all | {total[0]:.1f} | {total[1]:.1f} | {total[0] / total[1]:.2f} |")


def _raced(name, sql, path, runs):
    """Return the CPU seconds of both ways, asked in turn."""
    ours, theirs = [], []
    _asked(name, path).to_pyarrow()  # Ibis is loaded, the file is in memory
    for _ in range(runs):
        begin = time.process_time()
        found = _asked(name, path).to_pyarrow()
        ours.append(time.process_time() - begin)
        begin = time.process_time()
        right = duckdb.sql(sql).to_arrow_table()
        theirs.append(time.process_time() - begin)
        _check(name, found, right)
    return ours, theirs


def _asked(name, path):
    table = ibis.read_parquet(path)
    table = table.select("year", "country", "genres", a=asking.measured(table, "runtime"),
                         b=asking.measured(table, "rating"))  # fmt: skip
    if name == "Pearson":
        return asking.correlated(table, [("a", "b")])
    if name == "Spearman":
        return asking.rank_correlated(table, "a", "b")
    if name == "by year":
        return asking.by_year(table, ["a", "b"])
    by = {"by country": "country", "by genre": "genres"}.get(name)
    if by is None:
        return asking.described(table, ["a", "b"])
    return asking.described(asking.grouped(table, by, repeats=False), ["a", "b"], "group")


def _check(name, found, right):
    """Both say the same: every number, in the order of the groups."""
    rows = [
        sorted(([*row.values()] for row in table.to_pylist()), key=lambda row: str(row[0])) for table in (found, right)
    ]
    assert len(rows[0]) == len(rows[1]), name
    for one, other in zip(*rows, strict=True):
        for value, same in zip(one, other, strict=True):
            pairs = zip(value, same, strict=True) if isinstance(value, list) else [(value, same)]
            assert all(a == b or math.isclose(a, b, rel_tol=1e-6, abs_tol=1e-9) for a, b in pairs), (name, one, other)


def _shown(seconds):
    return f"{statistics.median(seconds):.2f} ({min(seconds):.2f} to {max(seconds):.2f})"


if __name__ == "__main__":
    main()
