"""Train the model behind genres of titles, measure it on titles that were held back, then learn from all and write it.

    OMP_NUM_THREADS=1 python bench/genres_train/train.py FOLDER kinoeye/models/weights/genres.npz

FOLDER holds movies-*.json.gz. Prints the table of its README.
"""

import argparse
import re
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))

from films import DEVELOPMENT, Film, answers, films

from kinoeye.learn.text_features import text_features
from kinoeye.learn.text_labels import TextLabels, best_limits, learn_rows
from kinoeye.learn.text_packing import packed, unpacked
from kinoeye.signals.genre_words import named_genres, without_genre_words
from kinoeye.signals.title_words import title_marks, year_marks

FEATURES = {"plot": 60_000, "story": 50_000, "title": 12_000}
BARE_LEAST_WORDS = 12
_SENTENCE = re.compile(r"(?<=[a-z)\"”]{2}[.!?])\s+(?=[A-Z\"“])")


def bare(film: Film) -> str:
    """Return a text without its first sentence, which says year, land, makers and players; empty if little is left."""
    rest = " ".join(_SENTENCE.split(film.text)[1:])
    return rest if len(rest.split()) >= BARE_LEAST_WORDS else ""


def learn_plots(rows: list[Film], truth: Any, names: list[str]) -> TextLabels:
    """Learn from whole texts, every second one without its year."""
    texts = [without_genre_words(f"{film.title}. {film.text}") for film in rows]
    marks = [year_marks(film.year) if at % 2 else [] for at, film in enumerate(rows)]
    features, counted = text_features(texts, marks, least=3)
    return learn_rows(features, counted, truth, names)


def learn_stories(rows: list[Film], truth: Any, names: list[str]) -> TextLabels:
    """Learn from whole texts, and from what is told besides their first sentence, as most catalogues tell a story;
    how sure an answer is, from those alone."""
    texts, marks, own, is_bare = [], [], [], []
    for number, film in enumerate(rows):
        forms = [(film.text, False), (bare(film), True)]
        for text, is_story in forms:
            if text:
                texts.append(without_genre_words(f"{film.title}. {text}"))
                marks.append(year_marks(film.year) if number % 2 else [])
                own.append(number)
                is_bare.append(is_story)
    features, counted = text_features(texts, marks, least=3)
    return learn_rows(features, counted, truth[own], names, groups=np.array(own), judged=np.array(is_bare))


def learn_titles(rows: list[Film], truth: Any, names: list[str]) -> TextLabels:
    texts = [without_genre_words(film.title) for film in rows]
    marks = [title_marks(texts[at], film.year if at % 4 else None) for at, film in enumerate(rows)]
    features, counted = text_features(texts, marks, least=3)
    return learn_rows(features, counted, truth, names)


def naming_features(chances: Any, rows: list[Film], names: list[str]) -> Any:
    """Return per title and genre: the log-odds without names, whether it is named, whether another is, and one."""
    named = [named_genres(film.text) for film in rows]
    own = np.array([[name in each for name in names] for each in named], float)
    other = np.array([[bool(each) and name not in each for name in names] for each in named], float)
    odds = np.log(np.clip(chances, 1e-4, 1 - 1e-4) / (1 - np.clip(chances, 1e-4, 1 - 1e-4)))
    return np.stack((odds, own, other, np.ones_like(odds)), axis=2)


def learn_naming(values: Any, truth: Any, penalty: float = 1.0) -> Any:
    """Return for each genre how much each of them counts: float32 [genres, 4]."""
    found = np.zeros((truth.shape[1], 4))
    for label in range(truth.shape[1]):
        rows, wished, weights = values[:, label], truth[:, label], np.array([1.0, 2.0, -1.0, 0.0])
        centre = weights.copy()
        for _ in range(30):
            chances = 1 / (1 + np.exp(-np.clip(rows @ weights, -30, 30)))
            steep = (chances * (1 - chances))[:, None] * rows
            step = np.linalg.solve(rows.T @ steep + penalty * np.eye(4),
                                   rows.T @ (chances - wished) + penalty * (weights - centre))  # fmt: skip
            weights -= np.clip(step, -1, 1)
        found[label] = weights
    return found.astype(np.float32)


def named_chances(values: Any, naming: Any) -> Any:
    return 1 / (1 + np.exp(-np.clip(np.einsum("ntk,tk->nt", values, naming), -30, 30)))


def held_chances(rows: list[Film], truth: Any, names: list[str]) -> Any:
    """Return what two models say, each of the half that it has not seen."""
    half = np.arange(len(rows)) % 2 == 0
    chances = np.zeros(truth.shape)
    for one in (half, ~half):
        model = learn_plots([rows[at] for at in np.flatnonzero(~one)], truth[~one], names)
        asked = [rows[at] for at in np.flatnonzero(one)]
        chances[one] = model.chances([without_genre_words(f"{film.title}. {film.text}") for film in asked])
    return chances


def learn_all(rows: list[Film], truth: Any, names: list[str]) -> dict[str, Any]:
    """Return all arrays of the model."""
    makers = {"plot": learn_plots, "story": learn_stories, "title": learn_titles}
    parts = {part: make(rows, truth, names) for part, make in makers.items()}
    stored: dict[str, Any] = {}
    for part, model in parts.items():
        stored |= {f"{part}.{name}": value for name, value in packed(model.smaller(FEATURES[part])).items()}
    values = naming_features(held_chances(rows, truth, names), rows, names)
    naming = learn_naming(values, truth)
    return stored | {"naming.weights": naming, "naming.least": best_limits(named_chances(values, naming), truth)}


def part_of(stored: dict[str, Any], part: str) -> TextLabels:
    return unpacked({name.partition(".")[2]: value for name, value in stored.items() if name.startswith(part + ".")})


def scores(truth: Any, picked: Any, chances: Any) -> str:
    right, whole = (truth & picked).sum(0), truth.sum(0) + picked.sum(0)
    bins = np.minimum((chances * 15).astype(int), 14).ravel()
    off = np.abs(np.bincount(bins, chances.ravel(), 15) - np.bincount(bins, truth.ravel(), 15)).sum() / truth.size
    return f"{(2 * right / np.maximum(whole, 1)).mean():.3f} | {2 * right.sum() / whole.sum():.3f} | {off:.4f} |"


def measure(stored: dict[str, Any], rows: list[Film], truth: Any, names: list[str], *, whole: TextLabels) -> None:
    """Print how well held-out titles are told, in each case that the product meets."""
    plots, stories, titles = (part_of(stored, part) for part in ("plot", "story", "title"))
    masked = [without_genre_words(f"{film.title}. {film.text}") for film in rows]
    years = [year_marks(film.year) for film in rows]
    rest = [without_genre_words(f"{film.title}. {bare(film)}") for film in rows]
    has_rest = np.array([bool(bare(film)) for film in rows])
    own = [without_genre_words(film.title) for film in rows]
    cases = {
        "whole text": (plots, masked, None), "whole text, year known": (plots, masked, years),
        "whole text, all its words": (whole, masked, None),
        "whole text, asked of the stories' model": (stories, masked, None),
        "without its first sentence": (stories, rest, None), "the same, year known": (stories, rest, years),
        "the same, asked of the whole texts' model": (plots, rest, None),
        "title and year": (titles, own, [title_marks(each, film.year) for each, film in zip(own, rows, strict=True)]),
        "title alone": (titles, own, [title_marks(each, None) for each in own]),
    }  # fmt: skip
    print("| what is known, genre words taken out | macro F1 | micro F1 | calibration error |")
    print("| --- | --- | --- | --- |")
    for case, (model, texts, marks) in cases.items():
        chances = model.chances(texts, marks or ())
        some = has_rest if texts is rest else np.ones(len(rows), bool)
        print(f"| {case} | {scores(truth[some], model.picked(chances)[some], chances[some])}")
    chances = named_chances(naming_features(plots.chances(masked), rows, names), stored["naming.weights"])
    told = scores(truth, chances >= stored["naming.least"], chances)
    print(f"| whole text, and genre words where it describes the film | {told}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("file", type=Path)
    given = parser.parse_args()
    rows = films(given.folder)
    names, truth = answers(rows)
    is_test = np.array([film.place >= DEVELOPMENT + (1 - DEVELOPMENT) / 2 for film in rows])
    train, test = ([rows[at] for at in np.flatnonzero(each)] for each in (~is_test, is_test))
    whole = learn_plots(train, truth[~is_test], names)
    measure(learn_all(train, truth[~is_test], names), test, truth[is_test], names, whole=whole)
    np.savez_compressed(given.file, **learn_all(rows, truth, names))
    print(f"{len(rows)} titles, {len(names)} genres, {given.file.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
