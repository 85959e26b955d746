"""Bench of works on many rows: what a million titles cost, and how many of their pairs are found.

    python bench/works_many.py [../shared/data/metadata] [--rows 100000] [--profile]

A name of so many words is made of words that stand in the same places of Wikipedia's titles of so many words, by how
often they do; years and casts are drawn from its films, and two fifths are entered again as bench/works_truth.py writes
them. The rows are made by a process of its own, so that
memory and CPU seconds are those of reading the table and of `works`.
"""

import argparse
import cProfile
import pstats
import random
import resource
import subprocess
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from works_truth import AGAIN, FULL, changed, wikipedia

from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.analyses.catalogue.works import WORKS, works
from kinoeye.tables import with_asset

PLACE = Path(__file__).resolve().parents[1] / ".bench"
BATCH = 50_000


def made(folder, count, seed):
    """Yield so many films as rows of titles, each with its number as `same`."""
    chance, films = np.random.default_rng(seed), wikipedia(folder)
    pools = defaultdict(list)
    for film in films:
        words = film["title"].split()
        for place, word in enumerate(words):
            pools[len(words), place].append(word)
    lengths = chance.choice([len(film["title"].split()) for film in films], count).tolist()
    dice = random.Random(seed)
    people = [name for film in films for name in film["cast"] or ()]
    leads = chance.integers(len(people), size=(count, 6)).tolist()
    heads, years, genres = (chance.integers(len(films), size=count).tolist() for _ in range(3))
    directors = [film["directors"] for film in films if film["directors"]]
    for at in range(count):
        words = [dice.choice(pools[lengths[at], place]) for place in range(lengths[at])]
        yield {
            "title": " ".join(words), "year": films[years[at]]["year"],
            "cast": [people[each] for each in leads[at][: 1 + at % 6]], "genres": films[genres[at]]["genres"],
            "directors": directors[heads[at] % len(directors)] if at % 3 else None, "other_titles": None, "same": at,
        }  # fmt: skip


def write(folder, rows, seed, path):
    """Write two catalogues as one table, and the truth beside it."""
    dice, same = random.Random(seed), []
    schema = with_asset(TITLES.stored_schema.empty_table(), "").schema
    films = round(rows / (1 + AGAIN))
    with pq.ParquetWriter(path, schema) as writer:
        waiting = {letter: ([], 0) for letter in "ab"}

        def out(letter, least):
            own, begun = waiting[letter]
            if len(own) > least:
                table = TITLES.from_rows({"row": begun + at} | {key: row[key] for key in FULL}
                                         for at, row in enumerate(own))  # fmt: skip
                writer.write_table(with_asset(table, letter * 32).cast(schema))
                same.extend(row["same"] for row in own)
                waiting[letter] = [], begun + len(own)

        for film in made(folder, films, seed):
            waiting["a"][0].append(film)
            if dice.random() < AGAIN:
                waiting["b"][0].append(changed(film | {"other_titles": None}, dice))
            for letter in "ab":
                out(letter, BATCH)
        for letter in "ab":
            out(letter, 0)
    np.save(path.with_suffix(".npy"), np.asarray(same, np.int64))


def pair_counts(groups):
    return sum(count * (count - 1) // 2 for count in Counter(groups).values())


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", nargs="?", default="../shared/data/metadata")
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--profile", action="store_true")
    parser.add_argument("--write", type=Path)
    given = parser.parse_args()
    if given.write:
        write(given.folder, given.rows, given.seed, given.write)
        return
    PLACE.mkdir(exist_ok=True)
    path = PLACE / f"works-{given.rows}-{given.seed}.parquet"
    if not path.with_suffix(".npy").exists():
        subprocess.run([sys.executable, __file__, given.folder, "--rows", str(given.rows), "--seed", str(given.seed),
                        "--write", str(path)], check=True)  # fmt: skip
    titles, same = pq.read_table(path), np.load(path.with_suffix(".npy")).tolist()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    profile, begun, wall = cProfile.Profile(), time.process_time(), time.monotonic()
    if given.profile:
        profile.enable()
    found = works(titles, WORKS.stored_schema.empty_table())
    profile.disable()
    spent, wall = time.process_time() - begun, time.monotonic() - wall
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    groups = found["work"].to_pylist()
    right, told = pair_counts(same), pair_counts(groups)
    hits = pair_counts(zip(same, groups, strict=True))
    precision, recall = hits / max(1, told), hits / right
    print(f"{titles.num_rows} rows, {right} pairs: {spent:.1f} CPU s ({wall:.1f} on the wall), {peak:.0f} MB at the "
          f"peak, {before:.0f} before; precision {precision:.4f}, recall {recall:.4f}, "
          f"F1 {2 * precision * recall / (precision + recall):.4f}")  # fmt: skip
    if given.profile:
        pstats.Stats(profile).sort_stats("tottime").print_stats(45)


if __name__ == "__main__":
    pa.set_cpu_count(1)
    sys.exit(main())
