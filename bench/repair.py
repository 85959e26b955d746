"""How far filled cells lie from what was there, beside scikit-learn's imputers alone, and what it costs.

    python -m bench.repair [--data ../shared/data/metadata] [--movies MOVIES.json]

Known cells are hidden in the pattern in which cells really lack, with seeds that nothing else uses; the rest is given
to each way as a whole table. Peers get what is usual: numbers (logarithms of skewed ones), and the twenty commonest
labels of each column of labels as ones and noughts. Kinoeye chooses by itself on what is left; where it leaves a
column, its error is that of the same value in every gap. MOVIES.json is that of vega-datasets 3.2.1, with real gaps.
"""

import argparse
import gzip
import json
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from sklearn.experimental import enable_iterative_imputer  # noqa: F401
from sklearn.impute import IterativeImputer, KNNImputer, SimpleImputer

from kinoeye.learn.columns import Column
from kinoeye.learn.filling import Frame, frame, target_of
from kinoeye.learn.filling_choice import METHODS, choose
from kinoeye.learn.filling_masks import masks
from kinoeye.run.catalogue_files import read_catalogue
from kinoeye.run.repairing import _beside, _columns  # the very columns that the command sees

SEEDS = (1001, 1002, 1003)
MOST_ROWS = 1500

Peer = Callable[[], Any]
PEERS: dict[str, Peer] = {
    "SimpleImputer, median": lambda: SimpleImputer(strategy="median"),
    "KNNImputer, 15": lambda: KNNImputer(n_neighbors=15),
    "IterativeImputer, BayesianRidge": lambda: IterativeImputer(random_state=0, max_iter=10),
}


def main() -> None:
    """Print a row for each catalogue, column and way."""
    parser = argparse.ArgumentParser(description="Fill hidden cells.")
    parser.add_argument("--data", type=Path, default=Path("../shared/data/metadata"))
    parser.add_argument("--movies", type=Path)
    given = parser.parse_args()
    print("| catalogue, column | hidden | way | error, median of three (range) | CPU seconds |")
    print("| --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, path, targets in _catalogues(given.data, given.movies, Path(folder)):
            table = _frame(path)
            for target in targets:
                _compare(name, table, [each.name for each in table.columns].index(target))


def _catalogues(data: Path, movies: Path | None, folder: Path) -> list[tuple[str, Path, tuple[str, ...]]]:
    found = [("MovieLens", _movielens(data, folder), ("rating", "votes")),
             ("Wikipedia", _wikipedia(data, folder), ("year",))]  # fmt: skip
    if movies is not None:
        found.append(("3,200 films", movies, ("runtime", "gross", "rating", "votes")))
    return found


def _movielens(data: Path, folder: Path) -> Path:
    movies, ratings = (pd.read_csv(data / "ml-latest-small" / f"{each}.csv") for each in ("movies", "ratings"))
    told = ratings.groupby("movieId").rating.agg(["mean", "count"]).reset_index()
    path = folder / "movielens.csv"
    movies.merge(told.rename(columns={"mean": "rating", "count": "votes"}), how="left").to_csv(path, index=False)
    return path


def _wikipedia(data: Path, folder: Path) -> Path:
    rows = []
    for path in sorted((data / "wikipedia_movies").glob("movies-*.json.gz")):
        rows += json.loads(gzip.decompress(path.read_bytes()))
    path = folder / "wikipedia.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    return path


def _frame(path: Path) -> Frame:
    catalogue = read_catalogue(path)
    columns, _ = _columns(catalogue.titles, {})
    whole = frame([*columns, *_beside(catalogue.others)])
    rows = np.sort(np.random.default_rng(0).permutation(len(whole))[:MOST_ROWS])
    return frame([each.take(rows) for each in whole.columns])


def _compare(name: str, table: Frame, target: int) -> None:
    ways: dict[str, list[tuple[float, float]]] = {each: [] for each in ("Kinoeye, auto", *PEERS)}
    taken = []
    for seed in SEEDS:
        rows, hidden = masks(table, target, 2, seed)[0][0]
        truth = target_of(table.columns[target])
        begin = time.process_time()
        choice = choose(hidden, target)
        scores = _told(hidden, target, rows, choice)
        ways["Kinoeye, auto"].append((_error(truth, rows, scores), time.process_time() - begin))
        taken.append(choice.method)
        for peer, make in PEERS.items():
            begin = time.process_time()
            scores = _peer(hidden, target, rows, make())
            ways[peer].append((_error(truth, rows, scores), time.process_time() - begin))
    for way, found in ways.items():
        errors, seconds = zip(*found, strict=True)
        shown = f"{way} ({', '.join(dict.fromkeys(taken))})" if way.startswith("Kinoeye") else way
        print(f"| {name}, {table.columns[target].name} | {len(rows)} | {shown} | {statistics.median(errors):.3f} "
              f"({min(errors):.3f} to {max(errors):.3f}) | {statistics.median(seconds):.1f} |", flush=True)  # fmt: skip


def _told(hidden: Frame, target: int, rows: Any, choice: Any) -> Any:
    """Return the scores of what Kinoeye fills in; of a column that it leaves the same in every gap."""
    same = choice.same.method if choice.same else ("median" if hidden.columns[target].kind == "number" else "mode")
    method = choice.method if choice.method != "leave" else same
    return METHODS[method](hidden, target, rows, 1).scores


def _peer(hidden: Frame, target: int, rows: Any, imputer: Any) -> Any:
    parts = [_usual(column) for place, column in enumerate(hidden.columns) if place != target and column.kind != "text"]
    own = target_of(hidden.columns[target])
    y = np.where(own.column.known[:, None], own.y, np.nan)
    if not own.is_number:
        y = y[:, :20]
    made = imputer.set_params(keep_empty_features=True).fit_transform(np.hstack([*parts, y]).astype(np.float64))
    scores = np.zeros((len(rows), own.y.shape[1]), np.float32)
    scores[:, : y.shape[1]] = made[rows, -y.shape[1] :]
    return scores


def _usual(column: Column) -> Any:
    """Return a column as people give it to an imputer."""
    told = target_of(column)
    y = np.where(column.known[:, None], told.y, np.nan)
    if told.is_number:
        spread = np.nanstd(y) or 1.0
        return (y - np.nanmean(y)) / spread
    return y[:, :20]


def _error(truth: Any, rows: Any, scores: Any) -> float:
    return float(truth.errors(rows, truth.y[rows], scores).mean())


if __name__ == "__main__":
    main()
