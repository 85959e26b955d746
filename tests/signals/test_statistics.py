"""Statistics in Ibis beside NumPy, SciPy and pandas on the same made rows."""

from typing import Any

import ibis
import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import scipy.stats

from kinoeye.signals import statistics

COUNT = 700
GENRES = ["Drama", "Comedy", "Horror"]


class _Spark(ibis.config.Config):  # what Ibis takes from its Spark backend, which need not be installed
    treat_nan_as_null: bool = False


@pytest.fixture(scope="module")
def rows() -> pa.Table:
    random = np.random.default_rng(11)
    one = random.normal(100, 20, COUNT)
    other = one + random.normal(0, 30, COUNT)
    one[::17], other[::11] = np.nan, np.inf
    genres = [list(random.choice(GENRES, random.integers(0, 4))) for _ in range(COUNT)]  # with repeats
    return pa.table({
        "year": pa.array([None if n % 23 == 0 else 1950 + n % 70 for n in range(COUNT)], pa.int16()),
        "genres": pa.array([None if n % 50 == 0 else each for n, each in enumerate(genres)], pa.list_(pa.string())),
        "country": pa.array(random.choice(["US", "FR", ""], COUNT)),
        "one": pa.array(one, mask=np.arange(COUNT) % 13 == 0), "other": pa.array(other),
        "one_imputed": pa.array(np.arange(COUNT) % 7 == 0),
        "whole": pa.array(random.integers(1, 6, COUNT)),
    })  # fmt: skip


@pytest.fixture(scope="module")
def frame(rows: pa.Table) -> pd.DataFrame:
    frame: pd.DataFrame = rows.to_pandas()
    frame["other"] = frame["other"].replace([np.inf, -np.inf], np.nan)
    return frame


def _table(rows: pa.Table, *, imputed: bool = True) -> Any:
    table = ibis.memtable(rows)
    return table.mutate(a=statistics.measured(table, "one", imputed=imputed), b=statistics.measured(table, "other"))


def _one(expression: Any) -> dict[str, Any]:
    found = expression.to_pyarrow().to_pylist()
    assert len(found) == 1
    return dict(found[0])


class TestDescribed:
    def test_figures_are_those_of_numpy(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        told = statistics.only(_one(statistics.described(_table(rows), ["a", "b"])), "a")
        given = frame["one"].dropna().to_numpy()
        assert told["n"] == len(given)
        assert told["mean"] == pytest.approx(given.mean())
        assert told["variance"] == pytest.approx(given.var(ddof=1))
        assert (told["least"], told["most"]) == (given.min(), given.max())
        assert told["quantiles"] == pytest.approx(np.quantile(given, statistics.QUANTILES))

    def test_infinity_and_nan_do_not_count(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        told = statistics.only(_one(statistics.described(_table(rows), ["b"])), "b")
        assert told["n"] == frame["other"].notna().sum()
        assert told["mean"] == pytest.approx(frame["other"].mean())

    def test_filled_cells_count_only_when_asked_for(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        told = statistics.only(_one(statistics.described(_table(rows, imputed=False), ["a"])), "a")
        given = frame["one"][~frame["one_imputed"]].dropna()
        assert told["n"] == len(given) < frame["one"].notna().sum()
        assert told["mean"] == pytest.approx(given.mean())

    def test_groups_are_those_of_pandas(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        grouped = statistics.grouped(_table(rows), "country")
        found = {row["group"]: row for row in statistics.described(grouped, ["a"], "group").to_pyarrow().to_pylist()}
        right = frame[frame["country"] != ""].groupby("country")["one"].agg(["count", "mean", "var", "median"])
        assert set(found) == set(right.index)
        for group, row in right.iterrows():
            told = statistics.only(found[str(group)], "a")
            assert told["n"] == row["count"]
            assert told["mean"] == pytest.approx(row["mean"])
            assert told["variance"] == pytest.approx(row["var"])
            assert told["quantiles"][statistics.QUANTILES.index(0.5)] == pytest.approx(row["median"])

    def test_a_title_counts_once_under_each_of_its_genres(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        grouped = statistics.grouped(_table(rows), "genres")
        found = {row["group"]: row for row in statistics.described(grouped, ["a"], "group").to_pyarrow().to_pylist()}
        for genre in GENRES:
            has = frame["genres"].map(lambda each, genre=genre: each is not None and genre in list(each))
            assert found[genre]["rows"] == has.sum()
            assert found[genre]["a:mean"] == pytest.approx(frame["one"][has].mean())

    def test_decades_begin_with_a_round_year(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        found = statistics.described(statistics.grouped(_table(rows), "decade"), [], "group").to_pyarrow().to_pylist()
        right = (frame["year"].dropna() // 10 * 10).astype(int).astype(str).value_counts()
        assert {row["group"]: row["rows"] for row in found} == right.to_dict()


class TestTogether:
    def test_pearson_is_that_of_scipy(self, rows: pa.Table, frame: pd.DataFrame) -> None:
        told = _one(statistics.correlated(_table(rows), [("a", "b")]))
        both = frame[["one", "other"]].dropna()
        assert told["a|b:n"] == len(both)
        assert told["a|b:r"] == pytest.approx(scipy.stats.pearsonr(both["one"], both["other"]).statistic)

    @pytest.mark.parametrize("other", ["other", "whole"])
    def test_spearman_is_that_of_scipy_with_ties(self, rows: pa.Table, frame: pd.DataFrame, other: str) -> None:
        table = _table(rows)
        table = table.mutate(c=statistics.measured(table, other))
        told = _one(statistics.rank_correlated(table, "a", "c"))
        both = frame[["one", other]].dropna()
        assert told["n"] == len(both)
        assert told["r"] == pytest.approx(scipy.stats.spearmanr(both["one"], both[other]).statistic)


def test_parts_of_a_distribution_are_those_of_numpy(rows: pa.Table, frame: pd.DataFrame) -> None:
    edges = np.arange(40, 161, 10.0)
    found = {
        row["part"]: row["n"] for row in statistics.distribution(_table(rows), "a", edges).to_pyarrow().to_pylist()
    }
    right, _ = np.histogram(frame["one"].dropna(), edges)
    assert [found.get(part, 0) for part in range(len(right))] == right.tolist()


def test_years_are_those_of_pandas(rows: pa.Table, frame: pd.DataFrame) -> None:
    found = statistics.by_year(_table(rows), ["a"]).to_pyarrow().to_pylist()
    right = frame.dropna(subset="year").groupby("year")["one"].agg(["count", "mean"])
    assert [row["year"] for row in found] == right.index.astype(int).tolist()
    assert [row["a:mean"] for row in found] == pytest.approx(right["mean"].tolist())


def test_a_table_without_rows_has_no_figures(rows: pa.Table) -> None:
    told = _one(statistics.described(_table(rows.slice(0, 0)), ["a"]))
    assert told["rows"] == told["a:n"] == 0
    assert told["a:mean"] is None


def test_every_question_can_be_put_to_spark_as_well(rows: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ibis.options, "pyspark", _Spark())
    table = _table(rows)
    grouped = statistics.grouped(table, "genres")
    asked = {
        "described": statistics.described(grouped, ["a", "b"], "group"),
        "decades": statistics.described(statistics.grouped(table, "decade"), ["a"], "group"),
        "correlated": statistics.correlated(table, [("a", "b")]),
        "rank_correlated": statistics.rank_correlated(table, "a", "b"),
        "distribution": statistics.distribution(table, "a", [0.0, 10.0, 20.0]),
        "by_year": statistics.by_year(table, ["a"]),
        "shares_by_year": statistics.shares_by_year(grouped),
        "commonest": statistics.commonest(table, "country"),
    }
    for name, expression in asked.items():
        said = str(ibis.to_sql(expression.unbind(), dialect="pyspark"))
        assert "SELECT" in said, name
    assert "EXPLODE" in str(ibis.to_sql(asked["described"].unbind(), dialect="pyspark"))
    assert "PERCENTILE" in str(ibis.to_sql(asked["described"].unbind(), dialect="pyspark"))
