"""What recommenders are measured on: MovieLens' files, and viewers with planted tastes."""

import csv
import importlib
import re
from pathlib import Path
from typing import Any

import numpy as np

from kinoeye.learn.histories import Histories, histories, well_filled
from kinoeye.learn.recommender_parts import Sides
from kinoeye.learn.text_features import text_features

YEAR = re.compile(r"\((\d{4})")
LIKED = 4.0
SECONDS_A_YEAR = 31_556_952


def movielens(folder: Path) -> tuple[Histories, Sides]:
    """Return who rated what, well filled, and what is known of the titles: genres, year, words of title and tags."""
    ratings = np.loadtxt(folder / "ratings.csv", delimiter=",", skiprows=1)
    movies = {int(row["movieId"]): row for row in csv.DictReader((folder / "movies.csv").open(encoding="utf-8"))}
    viewer = np.unique(ratings[:, 0].astype(np.int64), return_inverse=True)[1]
    titles, title = np.unique(ratings[:, 1].astype(np.int64), return_inverse=True)
    given = histories(viewer, title, ratings[:, 2] >= LIKED, 1970 + ratings[:, 3] / SECONDS_A_YEAR)
    kept, _, places = well_filled(given)
    rows = [movies[int(titles[place])] for place in places]
    names = sorted({genre for row in rows for genre in row["genres"].split("|")})
    kinds = np.array([[name in row["genres"].split("|") for name in names] for row in rows], np.float32)
    years = np.array([float(found.group(1)) if (found := YEAR.search(row["title"])) else np.nan for row in rows])
    tags: dict[int, list[str]] = {}
    for tag in csv.DictReader((folder / "tags.csv").open(encoding="utf-8")):
        tags.setdefault(int(tag["movieId"]), []).append(tag["tag"])
    texts = [f"{row['title']} {' '.join(tags.get(int(titles[place]), []))}"
             for row, place in zip(rows, places, strict=True)]  # fmt: skip
    vectors = text_features(texts, [[f"genre={each}" for each in row["genres"].split("|")] for row in rows])[1]
    return kept, Sides(kinds, years, vectors)


def planted(*, viewers: int, titles: int, seed: int, held: int = 0, length: int = 70) -> tuple[Any, Any, Any]:
    """Return histories of viewers with planted tastes: of most of them, and in two parts of those who are held.

    Returns
    -------
    CSR [viewers, titles], CSR [held, titles], CSR [held, titles]
    """
    sparse = importlib.import_module("scipy.sparse")
    random = np.random.default_rng(seed)
    groups = 40
    of_title = random.integers(0, groups, titles)
    known = 1 / (1 + np.arange(titles)) ** 0.7
    known = known[random.permutation(titles)]
    rows, columns = [], []
    count = viewers + held
    by_group = [np.flatnonzero(of_title == each) for each in range(groups)]
    chances = [known[each] / known[each].sum() for each in by_group]
    for viewer in range(count):
        tastes = random.dirichlet(np.full(groups, 0.08))
        wished = random.multinomial(max(5, int(random.gamma(2.0, length / 2))), tastes)
        for group in np.flatnonzero(wished):
            drawn = np.unique(random.choice(by_group[group], wished[group], p=chances[group]))
            rows.append(np.full(len(drawn), viewer))
            columns.append(drawn)
    row, column = np.concatenate(rows), np.concatenate(columns)
    whole = sparse.csr_matrix((np.ones(len(row), np.float32), (row, column)), shape=(count, titles))
    learnt, rest = whole[:viewers], whole[viewers:].tocoo()
    is_hidden = random.random(rest.nnz) < 0.2
    parts = [sparse.csr_matrix((rest.data[each], (rest.row[each], rest.col[each])), shape=rest.shape)
             for each in (~is_hidden, is_hidden)]  # fmt: skip
    return learnt, parts[0], parts[1]
