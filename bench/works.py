"""Bench of works: which rows of catalogues are the same film.

    python bench/works.py [../shared/data/metadata] [--seeds 3] [--films 6000] [--part held|tune] [--read] [--peers …]

Real films (Wikipedia, MovieLens) and second entries of two fifths of them, as other catalogues would write them: slips,
moved articles, numbers, other titles, years beside or missing, names of people in other forms. Films are split by a
hash of their name: weights were set on one half, figures are of the other. Beside Kinoeye: the same normalised name and
year, rapidfuzz' token_sort_ratio of 90 and more with years at most one apart, and (--peers) libraries for record
linkage (bench/works_peers.py). A pair is right if both rows are one film; remakes are pairs of films with one name
whose years are more than one apart or whose articles differ.
"""

import argparse
import re
import statistics
import sys
import time
from collections import Counter, defaultdict
from itertools import combinations

import numpy as np
import pyarrow as pa
from rapidfuzz import fuzz, process
from works_peers import PEERS, SECONDS, asked
from works_truth import BARE, FULL, catalogues, half, movielens, wikipedia, without_doubtful

from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.analyses.catalogue.works import WORKS, works
from kinoeye.signals.title_names import name
from kinoeye.tables import with_asset


def table(rows, asset, columns):
    return with_asset(
        TITLES.from_rows({"row": at} | {key: row[key] for key in columns} for at, row in enumerate(rows)), asset
    )


def kinoeye_groups(one, other, columns):
    """Return the group of every row of both catalogues."""
    titles = pa.concat_tables([table(one, "a" * 32, columns), table(other, "b" * 32, columns)])
    return works(titles, WORKS.stored_schema.empty_table())["work"].to_pylist()


def exact_groups(one, other, _columns):
    """Return groups by small letters and digits of the name, and the year."""
    return [(re.sub(r"[^a-z0-9]", "", row["title"].lower()), row["year"]) for row in (*one, *other)]


def fuzzy_groups(one, other, _columns):
    """Return groups by token_sort_ratio of 90 and more, years at most one apart or missing."""
    rows = [*one, *other]
    by_year = defaultdict(list)
    for at, row in enumerate(rows):
        by_year[row["year"]].append(at)
    texts = [" ".join(re.findall(r"\w+", row["title"].lower())) for row in rows]
    group = list(range(len(rows)))

    def root(at):
        while group[at] != at:
            at = group[at]
        return at

    for year, mine in by_year.items():
        near = list(range(len(rows))) if year is None else mine + by_year.get(year + 1, [])
        grid = process.cdist([texts[at] for at in mine], [texts[at] for at in near], scorer=fuzz.token_sort_ratio,
                             score_cutoff=90, dtype=np.uint8)  # fmt: skip
        for first, second in zip(*np.nonzero(grid), strict=True):
            group[max(root(mine[first]), root(near[second]))] = min(root(mine[first]), root(near[second]))
    return [root(at) for at in range(len(rows))]


def pairs(groups):
    """Return the pairs of rows that are in one group."""
    members = defaultdict(list)
    for at, group in enumerate(groups):
        members[group].append(at)
    return {pair for each in members.values() for pair in combinations(each, 2)}


def remakes(rows):
    """Return pairs of rows of one name that are two films."""
    members = defaultdict(list)
    for at, row in enumerate(rows):
        members[name(row["title"]).joined].append(at)
    return {pair for each in members.values() for pair in combinations(each, 2)
            if rows[pair[0]]["same"] != rows[pair[1]]["same"]}  # fmt: skip


FIGURES = ("precision", "recall", "F1", "apart", "CPU s of learning", "CPU s")
WAYS = {"Kinoeye": kinoeye_groups, "same name and year": exact_groups, "rapidfuzz 90": fuzzy_groups}


def measured(films, others, seeds, count, columns, is_read, peers):
    """Return figures by way, and how many pairs were made and missed by kind."""
    figures = defaultdict(list)
    missed, made = Counter(), Counter()
    for seed in seeds:
        one, other = catalogues(films, seed, count)
        rows = [*one, *other]
        right, apart = pairs([row["same"] for row in rows]), remakes(rows)
        for way in (*WAYS, *peers):
            begun, learning = time.process_time(), 0.0
            if way in WAYS:
                found = pairs(WAYS[way](one, other, columns))
                spent = time.process_time() - begun
            else:
                tune = [row for part in catalogues(others, seed, count) for row in part]
                if (answer := asked(way, tune, rows, columns)) is None:
                    print(f"  {way}: no answer on {len(rows)} rows in {SECONDS} seconds on the wall")
                    continue
                groups, learning, spent = answer
                found = pairs(groups)
            hits = len(found & right)
            precision, recall = hits / max(1, len(found)), hits / len(right)
            figures[way].append((precision, recall, 2 * precision * recall / (precision + recall),
                                 1 - len(found & apart) / max(1, len(apart)), learning, spent))  # fmt: skip
            if way == "Kinoeye":
                for pair in right:
                    kind = rows[pair[1]]["made"]
                    made[kind] += 1
                    missed[kind] += pair not in found
                if is_read:
                    show("wrong", found - right, rows)
                    show("missed", right - found, rows)
        print(f"  seed {seed}: {len(one)} + {len(other)} rows, {len(right)} pairs, {len(apart)} to keep apart")
    return figures, made, missed


def show(what, some, rows):
    for one, other in sorted(some)[:60]:
        said = [
            f"{row['title']} ({row['year']}) {(row['directors'] or [''])[0]} {(row['cast'] or [])[:3]} {row['made']}"
            for row in (rows[one], rows[other])
        ]
        print(f"    {what}: {said[0]} | {said[1]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default="../shared/data/metadata")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--films", type=int, default=6000)
    parser.add_argument("--part", choices=("held", "tune"), default="held")
    parser.add_argument("--read", action="store_true", help="print what was wrong and missed")
    parser.add_argument("--peers", default="", help=f"some of {', '.join(PEERS)}, with commas")
    parser.add_argument("--only", default="", help="sets whose name begins so, such as Wikipedia, all")
    given = parser.parse_args()
    peers = [each for each in given.peers.split(",") if each]
    sets = {"Wikipedia": wikipedia(given.folder), "MovieLens": movielens(given.folder)}
    for title, films in sets.items():
        known, left_out = without_doubtful(films)
        own = [film for film in known if half(film) == (given.part == "held")]
        rest = [film for film in known if half(film) != (given.part == "held")]
        print(f"{title}: {len(films)} films, {left_out} doubtful left out, {len(own)} in the part {given.part}")
        for columns, said in ((FULL, "all columns"), (BARE, "names and years alone")):
            if (title == "MovieLens" and columns is BARE) or not f"{title}, {said}".startswith(given.only):
                continue
            print(f" {said}")
            figures, made, missed = measured(own, rest, range(given.seeds), given.films, columns, given.read, peers)
            for way, each in figures.items():
                print(f"  {way:20}", *(
                    f"{what} {statistics.median(column):.4f} ({min(column):.4f} to {max(column):.4f})"
                    for what, column in zip(FIGURES, zip(*each, strict=True), strict=True)
                ), sep="  ")  # fmt: skip
            print("  missed by how it was made:", ", ".join(
                f"{kind} {missed[kind]}/{count}" for kind, count in made.most_common()))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
