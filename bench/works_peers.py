"""Libraries for record linkage on the truth set of bench/works.py, each as its documentation has it.

    python bench/works_peers.py dedupe|splink|recordlinkage GIVEN.json FOUND.json

Each way runs in a process of its own (recordlinkage needs an older pandas: KINOEYE_PEER_PYTHON may name an interpreter
that has it). What can be learnt from labels, and the score from which a pair counts, is learnt from the development
half; the half that is measured is only answered for. dedupe is given pairs with labels, as many as a patient person
would mark; splink learns from pairs without labels (EM); recordlinkage learns a logistic regression.
"""

import json
import logging
import os
import random
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
import warnings
from collections import defaultdict
from itertools import combinations
from pathlib import Path

LIMITS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999)
MARKED = 400  # pairs of either kind that are marked for dedupe
SECONDS = 900


def asked(way, tune, rows, columns):
    """Return the groups that a way finds, and CPU seconds of learning and of answering, by a process of its own.

    None where it takes longer than `SECONDS`.
    """
    python = os.environ.get("KINOEYE_PEER_PYTHON", sys.executable) if way == "recordlinkage" else sys.executable
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "given.json"), Path(folder, "found.json")
        kept = (*columns, "same")
        bare = [[{key: row.get(key) for key in kept} for row in part] for part in (tune, rows)]
        given.write_text(json.dumps({"columns": list(columns), "tune": bare[0], "rows": bare[1]}))
        try:
            done = subprocess.run([python, __file__, way, str(given), str(found)], capture_output=True, timeout=SECONDS,
                                  check=False)  # fmt: skip
        except subprocess.TimeoutExpired:
            return None
        if not found.exists():
            raise SystemExit(f"{way}: {done.stderr.decode()[-3000:]}")
        told = json.loads(found.read_text())
        return told["groups"], told["learn"], told["answer"]


def plain(text):
    """Return text in small letters without accents and marks, an article in front again."""
    text = unicodedata.normalize("NFKD", text or "").encode("ascii", "ignore").decode().lower() or (text or "").lower()
    text = re.sub(r"^(.+), (the|an?|le|la|les|il|el|der|die|das)$", r"\2 \1", text)
    return " ".join(re.findall(r"[a-z0-9]+", text.replace("&", " and "))) or text.strip()


def clean(row):
    """Return a row as the libraries take it."""
    title = plain(row["title"])
    people = [tuple(" ".join(sorted(plain(each).split())) for each in row.get(key) or ()) for key in
              ("cast", "directors")]  # fmt: skip
    names = tuple(dict.fromkeys([title, *(plain(each) for each in row.get("other_titles") or ())]))
    return {"title": title or None, "names": names or None, "year": row.get("year"), "cast": people[0] or None,
            "directors": people[1] or None, "genres": tuple(row.get("genres") or ()) or None}  # fmt: skip


def joined(count, pairs):
    """Return groups of pairs that hang together."""
    group = list(range(count))

    def root(at):
        while group[at] != at:
            group[at] = group[group[at]]
            at = group[at]
        return at

    for one, other in pairs:
        group[max(root(one), root(other))] = min(root(one), root(other))
    return [root(at) for at in range(count)]


def f1(groups, rows):
    """Return the F1 of pairs of rows."""

    def pairs(keys):
        members = defaultdict(list)
        for at, key in enumerate(keys):
            members[key].append(at)
        return {pair for each in members.values() for pair in combinations(each, 2)}

    right, found = pairs([row["same"] for row in rows]), pairs(groups)
    return 2 * len(right & found) / max(1, len(right) + len(found))


def best_limit(scored, rows):
    """Return the score from which pairs count, by the development half."""
    return max(
        LIMITS, key=lambda limit: f1(joined(len(rows), [pair for *pair, score in scored if score >= limit]), rows)
    )


def with_splink(columns, tune, rows):
    """Learn u by random pairs and m by EM, as splink's tutorial does, on the development half; answer for the rest."""
    import pandas as pd
    import splink.comparison_level_library as cll
    import splink.comparison_library as cl
    from splink import Linker, SettingsCreator, block_on
    from splink.internals.duckdb.database_api import DuckDBAPI

    def lengths(column, sizes):
        return [cll.ArrayIntersectLevel(column, min_intersection=size) for size in sizes]

    title = [cll.Or(cll.NullLevel("title")), cll.ExactMatchLevel("title", term_frequency_adjustments=True),
             *lengths("all_names", (1,)), *(cll.JaroWinklerLevel("title", limit) for limit in (0.96, 0.92, 0.85)),
             cll.ElseLevel()]  # fmt: skip
    year = [cll.NullLevel("year"), cll.ExactMatchLevel("year"), cll.AbsoluteDifferenceLevel("year", 1), cll.ElseLevel()]
    comparisons = [cl.CustomComparison(title, "title"), cl.CustomComparison(year, "year")]
    for column, sizes in (("cast", (4, 2, 1)), ("directors", (1,)), ("genres", (2, 1))):
        if column in columns:
            comparisons.append(cl.ArrayIntersectAtSizes(f"all_{column}", list(sizes)))  # "cast" is a word of SQL
    rules = [block_on("title"), block_on("year", "substr(title, 1, 3)"), block_on("substr(title, 1, 8)"),
             block_on("year", "right(title, 5)"), block_on("all_names", arrays_to_explode=["all_names"])]  # fmt: skip
    if "cast" in columns:
        rules += [block_on("year", "all_cast", arrays_to_explode=["all_cast"]),
                  block_on("all_directors", "substr(title, 1, 2)", arrays_to_explode=["all_directors"])]  # fmt: skip
    settings = SettingsCreator(link_type="dedupe_only", comparisons=comparisons,
                               blocking_rules_to_generate_predictions=rules)  # fmt: skip

    def table(part):
        frame = pd.DataFrame([clean(row) | {"unique_id": at} for at, row in enumerate(part)])
        frame["year"] = frame["year"].astype("Int64")
        for column in ("names", "cast", "directors", "genres"):
            frame[f"all_{column}"] = [list(each) if each else None for each in frame.pop(column)]
        return frame

    def scored(linker):
        frame = linker.inference.predict(threshold_match_probability=0.2).as_pandas_dataframe()
        return list(zip(frame["unique_id_l"], frame["unique_id_r"], frame["match_probability"], strict=True))

    def linked(part, given):
        database = DuckDBAPI()
        return Linker(database.register(table(part)), given, log_level=logging.ERROR)

    linker = linked(tune, settings)
    linker.training.estimate_probability_two_random_records_match([block_on("title", "year")], recall=0.6)
    linker.training.estimate_u_using_random_sampling(max_pairs=2e6, seed=1)
    for rule in (block_on("title"), block_on("year", "substr(title, 1, 3)")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    limit = best_limit(scored(linker), tune)
    learnt = linker.misc.save_model_to_json()
    yield
    pairs = scored(linked(rows, learnt))
    yield joined(len(rows), [(one, other) for one, other, score in pairs if score >= limit])


def with_dedupe(columns, tune, rows):
    """Learn predicates and weights from marked pairs of the development half; answer for the rest."""
    import dedupe
    from dedupe import variables

    fields = [
        variables.String("title"),
        variables.Set("names", has_missing=True),
        variables.Price("year", has_missing=True),
    ]
    fields += [variables.Set(each, has_missing=True) for each in ("cast", "directors", "genres") if each in columns]
    dice = random.Random(1)
    told = [{at: clean(row) | {"title": clean(row)["title"] or "untitled"} for at, row in enumerate(part)}
            for part in (tune, rows)]  # fmt: skip
    by_film, by_name = defaultdict(list), defaultdict(list)
    for at, row in enumerate(tune):
        by_film[row["same"]].append(at)
        by_name[told[0][at]["title"][:4]].append(at)
    alike = [pair for each in by_film.values() for pair in combinations(each, 2)]
    near = [pair for each in by_name.values() for pair in combinations(each[:8], 2)
            if tune[pair[0]]["same"] != tune[pair[1]]["same"]]  # fmt: skip
    far = [tuple(dice.sample(range(len(tune)), 2)) for _ in range(MARKED // 2)]
    far = [pair for pair in far if tune[pair[0]]["same"] != tune[pair[1]]["same"]]
    match = dice.sample(alike, min(MARKED, len(alike)))
    distinct = dice.sample(near, min(MARKED // 2, len(near))) + far
    deduper = dedupe.Dedupe(fields, num_cores=1, in_memory=True)
    deduper.prepare_training(told[0], sample_size=2000)
    deduper.mark_pairs({"match": [(told[0][one], told[0][other]) for one, other in match],
                        "distinct": [(told[0][one], told[0][other]) for one, other in distinct]})  # fmt: skip
    deduper.train(recall=0.95)

    def grouped(part, limit):
        found = list(range(len(part)))
        for members, _ in deduper.partition(part, limit):
            for at in members:
                found[int(at)] = int(min(members))
        return found

    limit = max((0.3, 0.5, 0.7), key=lambda each: f1(grouped(told[0], each), tune))
    yield
    yield grouped(told[1], limit)


def with_recordlinkage(columns, tune, rows):
    """Learn a logistic regression of similarities from all pairs of the development half that are compared."""
    import pandas as pd
    import recordlinkage

    def table(part):
        frame = pd.DataFrame([clean(row) for row in part])
        for column in ("cast", "directors", "genres"):
            frame[column] = [" ".join(each or ()) for each in frame[column]]
        frame["title"] = frame["title"].fillna("")
        return frame

    def compared(frame):
        index = recordlinkage.Index()
        index.sortedneighbourhood("title", window=9)
        index.block("title")
        pairs = index.index(frame)
        compare = recordlinkage.Compare()
        compare.string("title", "title", method="jarowinkler", label="title")
        compare.string("title", "title", method="damerau_levenshtein", label="slips")
        compare.numeric("year", "year", method="linear", offset=0, scale=1, missing_value=0.5, label="year")
        for column in ("cast", "directors", "genres"):
            if column in columns:
                compare.string(column, column, method="cosine", missing_value=0.5, label=column)
        return compare.compute(pairs, frame)

    frame = table(tune)
    features = compared(frame)
    right = [pair for pair in features.index if tune[pair[0]]["same"] == tune[pair[1]]["same"]]
    classifier = recordlinkage.LogisticRegressionClassifier()
    classifier.fit(features, pd.MultiIndex.from_tuples(right))
    limit = best_limit([(*pair, score) for pair, score in classifier.prob(features).items()], tune)
    yield
    scores = classifier.prob(compared(table(rows)))
    yield joined(len(rows), [pair for pair, score in scores.items() if score >= limit])


PEERS = {"dedupe": with_dedupe, "splink": with_splink, "recordlinkage": with_recordlinkage}


def main():
    way, given, found = sys.argv[1:4]
    warnings.simplefilter("ignore")
    told = json.loads(Path(given).read_text())
    steps = PEERS[way](told["columns"], told["tune"], told["rows"])
    begun = time.process_time()
    next(steps)
    learnt = time.process_time()
    groups = next(steps)
    Path(found).write_text(json.dumps({"groups": [int(each) for each in groups], "learn": learnt - begun,
                                       "answer": time.process_time() - learnt}))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
