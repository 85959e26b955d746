"""Genres of titles from their texts: how well and at what cost, beside a linear SVM and a naive one; Markdown tables.

Films of Wikipedia's table with all words that name a genre taken out (kinoeye/signals/genre_words.py has the list), and
once more as they are: there the text names the answer. Everything was chosen on three fifths of the titles; the tests
draw from the other two fifths alone, a fifth of all a split, and learn from the rest.

    OMP_NUM_THREADS=1 python bench/genres.py FOLDER [--splits 5] [--seed 0] [--plain 5] [--naive 1] [--mask FILE]

FOLDER holds movies-*.json.gz. FILE has other words to take out, one a line. Times are CPU seconds of the process, all
threads.
"""

import argparse
import math
import os
import re
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).parent / "genres_train"))

from films import DEVELOPMENT, Film, answers, films

from kinoeye.learn.text_features import text_features
from kinoeye.learn.text_labels import learn_rows
from kinoeye.signals.genre_words import without_genre_words

Told = dict[str, Any]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = time.process_time()
    answer = work()
    return time.process_time() - begin, answer


def f1(truth: Any, picked: Any) -> tuple[float, float, Any]:
    """Return macro and micro F1, and that of each label."""
    right, all_of = (truth & picked).sum(0), truth.sum(0) + picked.sum(0)
    each = 2 * right / np.maximum(all_of, 1)
    return float(each.mean()), float(2 * right.sum() / all_of.sum()), each


def calibration_error(chances: Any, truth: Any, bins: int = 15) -> float:
    at = np.minimum((chances * bins).astype(int), bins - 1).ravel()
    count = np.bincount(at, minlength=bins)
    said = np.bincount(at, chances.ravel(), bins)
    came = np.bincount(at, truth.ravel(), bins)
    return float(np.abs(said - came).sum() / count.sum())


def mcnemar(truth: Any, ours: Any, theirs: Any) -> tuple[int, int, float]:
    """Return answers that only we, that only they have right, and how likely such a difference is by chance."""
    better = int(((ours == truth) & (theirs != truth)).sum())
    worse = int(((ours != truth) & (theirs == truth)).sum())
    value = max(abs(better - worse) - 1, 0) / math.sqrt(max(better + worse, 1))
    return better, worse, math.erfc(value / math.sqrt(2))


def redrawn(truth: Any, one: Any, other: Any, times: int = 1000) -> tuple[float, float, float]:
    """Return the interval of 95 % of one macro F1 by another, titles drawn anew, and how often it is below one."""
    counts = np.random.default_rng(1).multinomial(len(truth), np.full(len(truth), 1 / len(truth)), times)
    weights = counts.astype(np.float32)

    def macro(picked: Any) -> Any:
        right, whole = (truth & picked).astype(np.float32), truth.astype(np.float32) + picked
        return (2 * (weights @ right) / np.maximum(weights @ whole, 1)).mean(1)

    ratios = np.sort(macro(one) / macro(other))
    return float(ratios[times // 40]), float(ratios[-times // 40]), float((ratios <= 1).mean())


def ours(train: list[str], truth: Any, test: list[str], names: list[str], marks: Any = ((), ())) -> Told:
    vectorise, (features, rows) = timed(lambda: text_features(train, marks[0]))
    learning, model = timed(lambda: learn_rows(features, rows, truth, names))
    asking, chances = timed(lambda: model.chances(test, marks[1]))
    return {"vectorise": vectorise, "train": learning, "ask": asking / len(test) * 1e6, "chances": chances,
            "picked": model.picked(chances), "size": model.weights.size, "model": model}  # fmt: skip


def svm(train: list[str], truth: Any, test: list[str], _: list[str]) -> Told:
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.multiclass import OneVsRestClassifier
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(ngram_range=(1, 2))
    vectorise, rows = timed(lambda: words.fit_transform(train))
    model = OneVsRestClassifier(LinearSVC(C=0.5, class_weight="balanced"))
    learning, _ = timed(lambda: model.fit(rows, truth))
    asking, picked = timed(lambda: model.predict(words.transform(test)))
    return {"vectorise": vectorise, "train": learning, "ask": asking / len(test) * 1e6, "picked": picked.astype(bool),
            "size": rows.shape[1] * truth.shape[1]}  # fmt: skip


def naive(train: list[Film], test: list[Film], names: list[str]) -> Told:
    """Words of the title, the first genre as a number, a support vector machine with a linear kernel, accuracy."""
    from sklearn.feature_extraction.text import CountVectorizer
    from sklearn.svm import SVC

    words = CountVectorizer()
    vectorise, rows = timed(lambda: words.fit_transform([film.title for film in train]))
    codes = {name: code for code, name in enumerate(sorted({film.first_genre for film in train}))}
    model = SVC(kernel="linear")
    learning, _ = timed(lambda: model.fit(rows, [codes[film.first_genre] for film in train]))
    asking, said = timed(lambda: model.predict(words.transform([film.title for film in test])))
    back = {code: name for name, code in codes.items()}
    right = np.mean([back[code] == film.first_genre for code, film in zip(said, test, strict=True)])
    picked = np.array([[back[code] == name for name in names] for code in said])
    return {"vectorise": vectorise, "train": learning, "ask": asking / len(test) * 1e6, "picked": picked,
            "accuracy": right}  # fmt: skip


def marks_of(film: Film) -> list[str]:
    return [f"year={film.year // 5 * 5}", f"decade={film.year // 10}", *(f"cast={name.lower()}" for name in film.cast)]


def splits(rows: list[Film], count: int, seed: int) -> Any:
    """Yield which titles are learnt from and which are tested on."""
    free = np.flatnonzero([film.place >= DEVELOPMENT for film in rows])
    for number in range(count):
        test = np.random.default_rng(1000 + seed + number).choice(free, len(rows) // 5, replace=False)
        train = np.setdiff1d(np.arange(len(rows)), test)
        yield train, np.sort(test)


def mean(values: list[float]) -> str:
    """Return the mean of splits and half of its interval of 95 %."""
    if len(values) < 2:
        return f"{values[0]:.3f}"
    wide = (
        {2: 12.71, 3: 4.30, 4: 3.18, 5: 2.78}.get(len(values), 2.26) * np.std(values, ddof=1) / math.sqrt(len(values))
    )
    return f"{np.mean(values):.3f} ± {wide:.3f}"


def middle(values: list[float]) -> str:
    return f"{np.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--plain", type=int, default=5, help="splits of the texts as they are")
    parser.add_argument("--naive", type=int, default=1, help="splits of the naive one, which takes minutes")
    parser.add_argument("--mask", type=Path, help="other words to take out")
    given = parser.parse_args()
    assert os.environ.get("OMP_NUM_THREADS") == "1", "set OMP_NUM_THREADS=1"
    masking = without_genre_words
    if given.mask:
        listed = "|".join(re.escape(word) for word in given.mask.read_text("utf-8").split("\n") if word.strip())
        other = re.compile(rf"\b(?:{listed})\b", re.IGNORECASE)
        masking = lambda text: other.sub(" ", text)  # noqa: E731
    rows = films(given.folder)
    names, truth = answers(rows)
    plain = np.array([f"{film.title}. {film.text}" for film in rows], object)
    texts = {"masked": np.array([masking(text) for text in plain], object), "as it is": plain}
    print(f"{len(rows)} titles, {len(names)} genres, {np.mean([len(text.split()) for text in plain]):.0f} words each\n")
    told: dict[tuple[str, str], list[Told]] = defaultdict(list)
    shown: dict[str, list[Any]] = defaultdict(list)
    for number, (train, test) in enumerate(splits(rows, given.splits, given.seed)):
        learnt, asked = [rows[at] for at in train], [rows[at] for at in test]
        marks = ([marks_of(film) for film in learnt], [marks_of(film) for film in asked])
        runs: dict[tuple[str, str], Told] = {}
        for form, each in texts.items():
            if form != "masked" and number >= given.plain:
                continue
            parts = (list(each[train]), truth[train], list(each[test]), names)
            runs["Kinoeye", form] = ours(*parts)
            runs["linear SVM", form] = svm(*parts)
            if form == "masked" and number < given.plain:
                runs["Kinoeye, year and cast too", form] = ours(*parts, marks)
        if number < given.naive:
            runs["naive", "title words"] = naive(learnt, asked, names)
        for key, run in runs.items():
            run["macro"], run["micro"], run["each"] = f1(truth[test], run["picked"])
            if "chances" in run:
                run["calibration"] = calibration_error(run["chances"], truth[test])
                first = [names[at] for at in run["chances"].argmax(1)]
                run["accuracy"] = np.mean([one == film.first_genre for one, film in zip(first, asked, strict=True)])
            told[key].append({name: value for name, value in run.items() if name not in {"chances", "model"}})
        own, peer = runs["Kinoeye", "masked"], runs["linear SVM", "masked"]
        shown["mcnemar"].append(mcnemar(truth[test], own["picked"], peer["picked"]))
        shown["half"].append(mcnemar(truth[test], own["chances"] >= 0.5, peer["picked"]))
        shown["ratio"].append(redrawn(truth[test], own["picked"], peer["picked"]))
        shown["count"].append(truth[test].sum(0))
        if number == 0:
            shown["words"] = [strongest(runs["Kinoeye", "masked"]["model"], label) for label in range(len(names))]
        print(f"split {number + 1}:", {key: round(run["macro"], 4) for key, run in runs.items()}, flush=True)
    report(told, shown, names)


def strongest(model: Any, label: int, count: int = 6) -> str:
    """Return the words that add most to a genre, among those of ten texts or more."""
    heaviest = float(np.sort(model.features.weights)[-1])
    is_common = model.features.weights < heaviest - math.log(10 / 3)
    order = np.argsort(np.where(is_common, -model.weights[:, label], 0), kind="stable")[:count]
    return ", ".join(model.features.name(at) for at in order)


def report(told: Any, shown: Any, names: list[str]) -> None:
    print("\n| | text | macro F1 | micro F1 | first genre right | vectorise | train | microseconds a title | "
          "calibration error | weights |")  # fmt: skip
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |")
    for (name, form), runs in told.items():
        print(f"| {name} | {form} | {mean([run['macro'] for run in runs])} | {mean([run['micro'] for run in runs])} | "
              f"{mean([run['accuracy'] for run in runs]) if 'accuracy' in runs[0] else ''} | "
              f"{middle([run['vectorise'] for run in runs])} | {middle([run['train'] for run in runs])} | "
              f"{np.median([run['ask'] for run in runs]):.0f} | "
              f"{mean([run['calibration'] for run in runs]) if 'calibration' in runs[0] else ''} | "
              f"{runs[0].get('size', '')} |")  # fmt: skip
    own, peer = told["Kinoeye", "masked"], told["linear SVM", "masked"]
    ratios = [one["macro"] / other["macro"] for one, other in zip(own, peer, strict=True)]
    costs = [one["train"] / other["train"] for one, other in zip(own, peer, strict=True)]
    print(f"\nmacro F1 by the SVM's: {mean(ratios)} (least {min(ratios):.3f}); training time by the SVM's: "
          f"{middle(costs)}")  # fmt: skip
    for low, high, chance in shown["ratio"]:
        print(f"macro F1 by the SVM's, titles drawn anew: {low:.3f} to {high:.3f}, below one in {chance:.3f}")
    for name, form in (("half", "picked from a half"), ("mcnemar", "as picked for F1")):
        for better, worse, chance in shown[name]:
            print(f"McNemar, {form}: {better} answers only ours has right, {worse} only the SVM's, p = {chance:.1e}")
    print("\n| genre | titles tested | Kinoeye | SVM | words that tell most |\n| --- | --- | --- | --- | --- |")
    for label, name in enumerate(names):
        print(f"| {name} | {np.mean([count[label] for count in shown['count']]):.0f} | "
              f"{np.mean([run['each'][label] for run in own]):.3f} | "
              f"{np.mean([run['each'][label] for run in peer]):.3f} | {shown['words'][label]} |")  # fmt: skip


if __name__ == "__main__":
    main()
