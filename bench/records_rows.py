"""Rows of titles by the million, from a seed: the material of the profile's bench.

Titles, genres, languages, countries, money and votes are drawn as such catalogues have them: names mostly differ,
genres repeat, money lacks mostly, and a few cells are wrong on purpose (years to come, ratings over ten).
"""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute
import pyarrow.csv
import pyarrow.parquet as pq

BLOCK = 500_000
_FIRST = [
    *("Rain", "Night", "Cold", "Long", "Last", "First", "Old", "Red", "Blue"),
    *("Dark", "Silent", "Broken", "Lost", "Golden", "Hidden", "Wild", "Strange", "Little"),
]
_SECOND = [
    *("Road", "House", "River", "Garden", "Letter", "Train", "Winter"),
    *("Sea", "Mountain", "Station", "Window", "Bridge", "Summer", "Island", "Wall"),
]
_GENRES = [
    *("Drama", "Comedy", "Action", "Crime", "Thriller", "Horror"),
    *("Romance", "War", "Western", "Fantasy", "Animation", "Documentary"),
]
_LANGUAGES = ["en", "zh", "fr", "de", "es", "ja", "ko", "hi", "it", "ru"]
_COUNTRIES = ["US", "CN", "FR", "DE", "ES", "JP", "KR", "IN", "IT", "RU", "GB", "HK"]


def block(number: int, count: int, seed: int) -> pa.Table:
    """Return some rows; the same for the same number and seed."""
    random = np.random.default_rng((seed, number))
    first = number * BLOCK
    title = _joined(random, count, [_FIRST, _SECOND], first)
    year = np.clip(2024 - random.exponential(22, count).astype(np.int32), 1894, 2024).astype(np.int32)
    year[random.random(count) < 2e-6] = 2208
    runtime = np.clip(random.normal(98, 22, count), 4, 400).astype(np.int32)
    rating = np.round(np.clip(random.normal(6.3, 1.2, count), 1, 10), 1)
    rating[random.random(count) < 1e-6] = 68
    votes = np.exp(random.normal(6, 2.2, count)).astype(np.int64)
    budget = np.round(np.exp(random.normal(15.5, 1.6, count)), -3)
    gross = np.round(np.exp(random.normal(16, 2.2, count)))
    released = np.datetime64("1970-01-01") + (year.astype(np.int64) - 1970) * 365 + random.integers(0, 365, count)
    return pa.table({
        "id": pa.array(np.arange(first, first + count)),
        "title": title,
        "year": pa.array(year, mask=random.random(count) < 0.01),
        "released": pa.array(released.astype("datetime64[D]"), mask=random.random(count) < 0.05),
        "genres": _listed(random, count, _GENRES),
        "language": _picked(random, count, _LANGUAGES),
        "country": _picked(random, count, _COUNTRIES),
        "runtime": pa.array(runtime, mask=random.random(count) < 0.08),
        "rating": pa.array(rating, mask=random.random(count) < 0.2),
        "votes": pa.array(votes),
        "budget": pa.array(budget, mask=random.random(count) < 0.8),
        "gross": pa.array(gross, mask=random.random(count) < 0.7),
    })  # fmt: skip


def write(folder: Path, rows: int, seed: int = 5) -> tuple[Path, Path]:
    """Write the rows as Parquet and as CSV; what is there already stays."""
    parquet, csv = folder / f"titles-{rows}.parquet", folder / f"titles-{rows}.csv"
    if parquet.exists() and csv.exists():
        return parquet, csv
    folder.mkdir(parents=True, exist_ok=True)
    schema = block(0, 1, seed).schema
    with pq.ParquetWriter(parquet, schema) as columns, pyarrow.csv.CSVWriter(csv, schema) as lines:
        for number, first in enumerate(range(0, rows, BLOCK)):
            table = block(number, min(BLOCK, rows - first), seed)
            columns.write_table(table, row_group_size=BLOCK // 4)
            lines.write_table(table)
    return parquet, csv


def _joined(random: np.random.Generator, count: int, lists: list[list[str]], first: int) -> pa.Array:
    parts = [pa.array(each).take(pa.array(random.integers(0, len(each), count))) for each in lists]
    numbers = pa.array(random.integers(0, 40_000, count)).cast(pa.string())
    return pa.compute.binary_join_element_wise(*parts, numbers, " ")


def _listed(random: np.random.Generator, count: int, names: list[str]) -> pa.Array:
    pairs = pa.array([*names, *(f"{a}|{b}" for a in names for b in names if a != b)])
    weights = np.r_[np.full(len(names), 4.0), np.full(len(pairs) - len(names), 0.5)]
    return pairs.take(pa.array(random.choice(len(pairs), count, p=weights / weights.sum())))


def _picked(random: np.random.Generator, count: int, names: list[str]) -> pa.Array:
    weights = 1 / np.arange(1, len(names) + 1)
    return pa.array(names).take(pa.array(random.choice(len(names), count, p=weights / weights.sum())))
