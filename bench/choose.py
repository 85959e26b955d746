"""Choosing a way of learning beside grids: how far the pick is from the truly best, at what CPU seconds.

Usage: python bench/choose.py [--seeds N] [--only NAME,…]. Data: scikit-learn's own sets and its made ones, and, where
../shared/data is, films of Wikipedia (one of five genres, or any of eight, by the plot, the genres' names masked) and
MovieLens (a film's mean rating). Part of each is learnt from, the rest is held out and seen by nobody before the end.
The peers are scikit-learn's GridSearchCV and HalvingGridSearchCV over the same candidates and settings, five folds
(and, where that is said, once more inside each of five outer folds, which is what an honest score of the choice costs
GridSearchCV), each with the pipeline its users write: scaled numbers, or TF-IDF of words and pairs (brought down to 64
directions for what takes no sparse rows). Networks are left out, for the peers have none.
"""

import csv
import gzip
import json
import statistics
import sys
import time
import warnings
from pathlib import Path

import numpy as np
import pyarrow as pa
from sklearn import datasets
from sklearn.compose import ColumnTransformer
from sklearn.decomposition import TruncatedSVD
from sklearn.experimental import enable_halving_search_cv  # noqa: F401
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.model_selection import GridSearchCV, HalvingGridSearchCV
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from kinoeye.learn import candidates
from kinoeye.learn.candidates import considered, situation_of
from kinoeye.learn.estimators import Learnt
from kinoeye.learn.folds import folds
from kinoeye.learn.known import known
from kinoeye.learn.learning import Wishes, learnt
from kinoeye.learn.measures import Judged, judged, metric_of
from kinoeye.learn.problems import Problem, problem_of
from kinoeye.learn.said import said

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data" / "metadata"
GENRES = ("Comedy", "Horror", "Western", "Science Fiction", "Romance")
LABELS = ("Comedy", "Drama", "Horror", "Western", "Science Fiction", "Romance", "Crime", "Thriller")
MASKED = {
    "comedy",
    "comedic",
    "horror",
    "western",
    "science",
    "fiction",
    "sci-fi",
    "romance",
    "romantic",
    "drama",
    "dramatic",
    "crime",
    "thriller",
}


def main():
    """Print one row a set and seed, and the medians."""
    seeds = int(sys.argv[sys.argv.index("--seeds") + 1]) if "--seeds" in sys.argv else 2
    only = sys.argv[sys.argv.index("--only") + 1].split(",") if "--only" in sys.argv else None
    warnings.simplefilter("ignore")
    candidates.EXTRA = ()
    warm()
    rows = []
    for name, make, size in SETS:
        if only and name not in only:
            continue
        for seed in range(1, (seeds if size < LARGE else 1) + 1):
            made = make()
            if made is None:
                continue
            row = compare(name, *made, size, seed)
            rows.append(row)
            print(json.dumps(row), flush=True)
    if not rows:
        return
    print(json.dumps({
        "within_one_error": f"{sum(row['within'] for row in rows)} of {len(rows)}",
        "peer_within": f"{sum(row['peer_within'] for row in rows)} of {len(rows)}",
        "halving_within": f"{sum(row['halving_within'] for row in rows)} of {len(rows)}",
        "regret": [round(each, 4) for each in _spread([row["regret"] for row in rows])],
        "peer_regret": [round(each, 4) for each in _spread([row["peer_regret"] for row in rows])],
        "halving_regret": [round(each, 4) for each in _spread([row["halving_regret"] for row in rows])],
        "halving_cpu_ratio": [round(each, 2) for each in _spread([row["halving_cpu"] / row["cpu"] for row in rows])],
        "cpu_ratio": [round(each, 2) for each in _spread([row["peer_cpu"] / row["cpu"] for row in rows])],
        "price_ratio": [round(each, 2) for each in _spread([row["price_ratio"] for row in rows])],
        "promised_minus_held": [round(each, 4) for each in _spread([row["promised"] - row["held"] for row in rows])],
    }))  # fmt: skip


def warm():
    """Load what both sides import while they work: it is nobody's time."""
    chance = np.random.default_rng(1)
    numbers = chance.normal(size=80)
    names = np.where(numbers + chance.normal(size=80) > 0, "one", "other")
    learnt(pa.table({"number": numbers, "label": names}), Wishes("label"))


def compare(name, columns, labels, size, seed):
    """Choose from `size` rows, let the peer search them too, and hold all candidates against the rest."""
    order = np.random.default_rng(seed).permutation(len(labels))
    part, rest = order[:size], order[size : size + 4000]
    table = pa.table(columns | {"label": labels})
    begin = time.process_time()
    outcome = learnt(table.take(pa.array(part)), Wishes("label", seed=seed))
    cpu = time.process_time() - begin
    choice = outcome.choice
    problem = problem_of([labels[place] for place in part], "label")
    held_problem = held_out(problem, [labels[place] for place in rest])
    metric = metric_of(problem.kind)
    searched, peer_cpu = search(columns, part, problem, metric)
    halving_name, halving_model, halving_cpu = halving(columns, part, problem, metric)
    halving_score = Judged(*[float("nan")] * 4)
    if halving_model is not None:
        halving_score = score(halving_model, columns, rest, held_problem, metric)
    nested_cpu = peer_cpu
    for learnt_from, _ in folds(problem, 5) if seed in NESTED.get(name, ()) else ():
        nested_cpu += search(columns, part[learnt_from], problem.take(learnt_from), metric)[1]
    scores = {each: score(model, columns, rest, held_problem, metric) for each, (model, _) in searched.items()}
    best = max(scores, key=lambda each: scores[each].score)
    peer = max(searched, key=lambda each: searched[each][1])
    model = outcome.model
    if model is None:
        return {"set": name, "seed": seed, "picked": None, "within": False}
    chances = model.chances(model.frame(table.take(pa.array(rest))))
    own, _ = judged(metric, held_problem, chances, model.calibration.answers(problem.kind, chances), None)
    bar = scores[best].score - max(scores[best].error, own.error)  # the error of a perfect score is nothing
    costs = {each.name: each.cost.price for each in choice.tried if each.cost is not None}
    return {
        "set": name, "seed": seed, "rows": size, "picked": choice.picked, "best": best, "peer": peer,
        "held": own.score, "held_best": scores[best].score, "held_peer": scores[peer].score,
        "error": scores[best].error, "within": bool(own.score >= bar), "peer_within": bool(scores[peer].score >= bar),
        "regret": scores[best].score - own.score, "peer_regret": scores[best].score - scores[peer].score,
        "promised": choice.score.score, "cpu": cpu, "peer_cpu": peer_cpu,
        "halving": halving_name, "held_halving": halving_score.score, "halving_cpu": halving_cpu,
        "halving_within": bool(halving_score.score >= bar), "halving_regret": scores[best].score - halving_score.score,
        "nested_cpu": nested_cpu if seed in NESTED.get(name, ()) else None,
        "price_ratio": costs.get(best, float("nan")) / costs[choice.picked],
    }  # fmt: skip


def held_out(problem, labels):
    """Return the held-out rows as a problem of the same classes."""
    if not problem.is_classed:
        return Problem(problem.kind, said("kind_given"), (), np.asarray(labels, float), np.arange(len(labels)))
    if problem.kind == "multi-label":
        targets = np.asarray([[each in label.split("|") for each in problem.classes] for label in labels], np.int8)
    else:
        places = {name: place for place, name in enumerate(problem.classes)}
        targets = np.asarray([places[str(each)] for each in labels])
    return Problem(problem.kind, said("kind_given"), problem.classes, targets, np.arange(len(labels)))


def ways(columns, problem):
    """Yield the name, what comes before it, the estimator and its grid of each candidate."""
    kinds = ["text" if isinstance(next(iter(each)), str) else "number" for each in columns.values()]
    situation = situation_of(problem, kinds)
    for each in considered(situation, known(situation)):
        if each.is_in:
            estimator, key = Learnt(each.name, problem.kind, {}, 1)._estimator(), "estimator__"
            if problem.kind == "multi-label" and each.name not in ("random forest", "nearest neighbours"):
                estimator, key = OneVsRestClassifier(estimator), "estimator__estimator__"
            grid = [{f"{key}{name}": [value] for name, value in setting.items()} for setting in each.candidate.settings]
            yield each.name, make_pipeline(*before(columns, each.candidate.view, each.name)), estimator, grid


def search(columns, part, problem, metric):
    """Return the peer's best model and its score in folds of every candidate, and all its CPU seconds."""
    found = {}
    begin = time.process_time()
    rows = frame(columns, part)
    for name, first, estimator, grid in ways(columns, problem):
        pipeline = Pipeline([("before", first), ("estimator", estimator)])
        searched = GridSearchCV(pipeline, grid, cv=5, scoring=metric.name, n_jobs=1).fit(rows, problem.targets)
        found[name] = searched.best_estimator_, searched.best_score_
    return found, time.process_time() - begin


def halving(columns, part, problem, metric):
    """Return what scikit-learn's halving over all candidates and settings picks, its model and CPU seconds.

    It takes no rows of several labels.
    """
    if problem.kind == "multi-label":
        return "", None, float("nan")
    begin = time.process_time()
    grids, names = [], {}
    for name, first, estimator, grid in ways(columns, problem):
        names[id(first)] = name
        grids += [{"before": [first], "estimator": [estimator], **each} for each in grid]
    pipeline = Pipeline([("before", "passthrough"), ("estimator", grids[0]["estimator"][0])])
    searched = HalvingGridSearchCV(pipeline, grids, cv=5, scoring=metric.name, random_state=1, n_jobs=1)
    searched.fit(frame(columns, part), problem.targets)
    return names[id(searched.best_params_["before"])], searched.best_estimator_, time.process_time() - begin


def before(columns, view, name):
    """Return what comes before the estimator in the pipeline that its users write."""
    texts = [key for key, each in columns.items() if isinstance(each[0], str)]
    numbers = [key for key in columns if key not in texts]
    scaler = MinMaxScaler() if name == "naive Bayes" else StandardScaler()
    parts = [(key, TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2), key) for key in texts]
    parts += [("numbers", scaler, numbers)] if numbers else []
    made = [ColumnTransformer(parts)]
    return [*made, TruncatedSVD(64, random_state=1)] if texts and view == "narrow" else made


def frame(columns, places):
    """Return rows as the peer takes them."""
    import pandas as pd

    return pd.DataFrame({key: [each[place] for place in places] for key, each in columns.items()})


def score(model, columns, rest, problem, metric):
    """Return the held-out score of one of the peer's models."""
    told = model.predict(frame(columns, rest))
    return judged(metric, problem, np.asarray(told, float), told, None)[0]


def toy(name):
    """Return a maker of one of scikit-learn's own sets."""

    def make():
        held = getattr(datasets, f"load_{name}")()
        columns = {f"c{place}": held.data[:, place].tolist() for place in range(held.data.shape[1])}
        return columns, held.target.tolist()

    return make


def friedman():
    """Return ten numbers of which five tell another, by a curve and with noise."""
    features, targets = datasets.make_friedman1(n_samples=6000, noise=2.0, random_state=7)
    return {f"c{place}": features[:, place].tolist() for place in range(10)}, targets.tolist()


def wikipedia_labels():
    """Return plots of films that have any of eight genres, their names masked."""
    return wikipedia(LABELS)


def wikipedia(labelled=()):
    """Return plots of films that have just one of five genres, its names masked; or all they have of some."""
    folder = SHARED / "wikipedia_movies"
    if not folder.is_dir():
        return None
    texts, labels = [], []
    for path in sorted(folder.glob("movies-*.json.gz")):
        for film in json.loads(gzip.decompress(path.read_bytes())):
            own = [each for each in film.get("genres", ()) if each in (labelled or GENRES)]
            if (own if labelled else len(own) == 1) and film.get("extract"):
                words = film["extract"].split()
                texts.append(" ".join(word for word in words if word.lower().strip(".,()") not in MASKED))
                labels.append("|".join(own))
    return {"plot": texts}, labels


def movielens():
    """Return films with ten ratings or more: genres, year and words of the title against the mean rating."""
    folder = SHARED / "ml-latest-small"
    if not folder.is_dir():
        return None
    sums = {}
    with (folder / "ratings.csv").open() as file:
        for row in csv.DictReader(file):
            count, total = sums.get(row["movieId"], (0, 0.0))
            sums[row["movieId"]] = count + 1, total + float(row["rating"])
    texts, years, counts, labels = [], [], [], []
    with (folder / "movies.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            count, total = sums.get(row["movieId"], (0, 0.0))
            year = row["title"].rstrip().rstrip(")")[-4:]
            if count >= 10 and year.isdigit():
                texts.append(f"{row['genres'].replace('|', ' ')} {row['title'][:-7]}")
                years.append(float(year))
                counts.append(float(count))
                labels.append(total / count)
    return {"words": texts, "year": years, "ratings": counts}, labels


def _spread(values):
    """Return the median, the least and the greatest."""
    return statistics.median(values), min(values), max(values)


NESTED = {"breast cancer": (1,), "diabetes": (1,)}
LARGE = 1000  # rows from which one seed is run
SETS = (("breast cancer", toy("breast_cancer"), 280), ("wine", toy("wine"), 90), ("diabetes", toy("diabetes"), 220),
        ("digits", toy("digits"), 1200), ("Friedman's curve", friedman, 2000), ("MovieLens", movielens, 1500),
        ("Wikipedia", wikipedia, 3000), ("Wikipedia labels", wikipedia_labels, 1500))  # fmt: skip

if __name__ == "__main__":
    main()
