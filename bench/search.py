"""Search over a million lines, against SQLite's FTS5 in the same run: prints a Markdown table.

Two texts, both seeded: words drawn by Zipf's law, and lines that read like film (a chain of word pairs from plots of
films, so that frequent pairs, names and rare words lie as they do in language).

    python bench/search.py [--lines 1000000] [--rounds 5] [--plots FOLDER]

Queries are one to four words, drawn in two ways: from lines (so that most are common words, the hardest for an index)
and evenly from all words that occur. Answers are timed in `rounds` rounds, whose median counts; times are CPU time of
the asking thread, so that other work on the machine does not count. Indexes are built once.
"""

import argparse
import gzip
import itertools
import json
import random
import shutil
import sqlite3
import statistics
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa

from kinoeye.search import terms
from kinoeye.search.search import Search
from kinoeye.search.sources import Item

SEED = 7
QUERIES = 500
PEER_QUERIES = 40  # the peer takes half a second for some
SECOND = 705_600_000


def zipf_lines(count: int, rng: np.random.Generator) -> list[str]:
    """Lines of 5 to 41 words out of 100,000, drawn with probability 1 / rank ** 1.07."""
    weights = 1 / np.arange(1, 100_001) ** 1.07
    vocabulary = np.array([f"w{number}" for number in range(100_000)])
    lengths = rng.integers(5, 42, count)
    words = vocabulary[rng.choice(len(vocabulary), int(lengths.sum()), p=weights / weights.sum())]
    ends = np.cumsum(lengths)
    return [" ".join(words[end - length : end]) for end, length in zip(ends, lengths, strict=True)]


def film_lines(count: int, plots: Path) -> list[str]:
    """Lines of 3 to 15 words as a chain of word pairs over plots of films goes."""
    chain: dict[str, list[str]] = defaultdict(list)
    for text in _plots(plots):
        words = text.split()
        for first, second in itertools.pairwise(words):
            chain[first].append(second)
    starts = [word for word in chain if word[:1].isupper()]
    draw = random.Random(SEED)
    lines = []
    for _ in range(count):
        word = draw.choice(starts)
        line = [word]
        for _ in range(draw.randint(2, 14)):
            word = draw.choice(chain.get(word) or starts)
            line.append(word)
        lines.append(" ".join(line))
    return lines


def _plots(folder: Path) -> Iterator[str]:
    for file in sorted(folder.glob("movies-*.json.gz")):
        for film in json.loads(gzip.decompress(file.read_bytes())):
            yield film.get("extract") or ""


def queries(lines: list[str], rng: np.random.Generator, *, evenly: bool) -> list[str]:
    """One to four words of one line each, so that there is something to find; or of all words, each as likely."""
    some = [lines[place] for place in rng.integers(len(lines), size=20_000)]
    vocabulary = sorted({word for line in some for word in line.split() if word.isalnum()})
    chosen = []
    while len(chosen) < QUERIES:
        pool = vocabulary if evenly else [word for word in some[len(chosen)].split() if word.isalnum()] or vocabulary
        chosen.append(" ".join(rng.choice(pool, min(len(pool), int(rng.integers(1, 5))), replace=False)))
    return chosen


def measure(ask: Callable[[str], object], asked: list[str], rounds: int) -> tuple[float, float, float]:
    """Median over the rounds of p50, p95 and p99, in milliseconds."""
    for query in asked[:20]:
        ask(query)
    figures = []
    for _ in range(rounds):
        times = []
        for query in asked:
            begin = time.thread_time()
            ask(query)
            times.append((time.thread_time() - begin) * 1000)
        figures.append(np.percentile(times, (50, 95, 99)))
    return tuple(statistics.median(column) for column in zip(*figures, strict=True))  # type: ignore[return-value]


def items(lines: list[str]) -> list[Item]:
    """The lines as texts of a hundred assets."""
    share = -(-len(lines) // 100)

    def rows(first: int) -> pa.Table:
        part = lines[first : first + share]
        starts = np.arange(len(part)) * SECOND
        return pa.table({"text": part, "start": starts, "end": starts + SECOND, "kind": ["subtitle"] * len(part)})

    return [
        Item("texts", f"{first:032x}", f"film {first // share}.mp4", "1", lambda first=first: rows(first))
        for first in range(0, len(lines), share)
    ]


def size_mb(path: Path) -> float:
    """Megabytes of a file or folder."""
    files = path.rglob("*") if path.is_dir() else [path]
    return sum(file.stat().st_size for file in files if file.is_file()) / 1e6


def fts5(lines: list[str], file: Path) -> sqlite3.Connection:
    """The peer: SQLite FTS5 with its own English stemmer and accents folded."""
    database = sqlite3.connect(file)
    database.execute(
        "CREATE VIRTUAL TABLE lines USING fts5"
        "(text, start UNINDEXED, asset UNINDEXED, tokenize='porter unicode61 remove_diacritics 2')"
    )
    share = -(-len(lines) // 100)
    with database:
        database.executemany(
            "INSERT INTO lines VALUES (?, ?, ?)",
            ((line, n % share * SECOND, f"film {n // share}") for n, line in enumerate(lines)),
        )
    return database


def peer_query(query: str, joined: str) -> str:
    """The same words for FTS5."""
    return joined.join(f'"{word}"' for word in terms.plain_analyser().analyze(query)) or '""'


def compare(name: str, lines: list[str], rounds: int, folder: Path) -> None:
    """Build both, ask both, print their rows."""
    rng = np.random.default_rng(SEED)
    asked, rare = (queries(lines, rng, evenly=evenly) for evenly in (False, True))
    begin = time.process_time(), time.perf_counter()
    search = Search(folder / "kinoeye")
    search.update(items(lines))
    built = time.process_time() - begin[0], time.perf_counter() - begin[1]
    begin = time.process_time(), time.perf_counter()
    database = fts5(lines, folder / "peer.db")
    peer_built = time.process_time() - begin[0], time.perf_counter() - begin[1]
    end = len(lines) // 100 * SECOND
    kinds: dict[str, Callable[[str], object]] = {
        "any word": search.words,
        "all words": lambda query: search.words(" AND ".join(query.split())),
        "phrase": lambda query: search.words(f'"{query}"'),
        "any word, one table": lambda query: search.words(query, tables=["texts"]),
        "any word, a tenth of the time": lambda query: search.words(query, start=end // 2, end=end // 2 + end // 10),
        "any word, one film": lambda query: search.words(query, path="film 42.mp4"),
        "any word, tag": lambda query: search.words(f"{query} kind:subtitle"),
    }
    select = "SELECT text, start, asset, bm25(lines) FROM lines WHERE lines MATCH ? ORDER BY rank LIMIT 20"
    peers: dict[str, Callable[[str], object]] = {
        "any word": lambda query: database.execute(select, (peer_query(query, " OR "),)).fetchall(),
        "all words": lambda query: database.execute(select, (peer_query(query, " AND "),)).fetchall(),
    }
    print(f"\n{name}: {len(lines):,} lines, {sum(map(len, lines)) / 1e6:.0f} MB of text, {len(asked)} queries\n")
    print("| | build CPU s (wall s) | MB | query | words drawn | p50 ms | p95 ms | p99 ms |")
    print("|---|---|---|---|---|---|---|---|")
    for label, cost, size, asks in (
        ("Kinoeye", built, size_mb(folder / "kinoeye"), kinds),
        ("SQLite FTS5", peer_built, size_mb(folder / "peer.db"), peers),
    ):
        most = PEER_QUERIES if asks is peers else QUERIES
        for drawn, chosen in (("from lines", asked), ("evenly", rare)):
            for kind, ask in asks.items():
                figures = " | ".join(f"{each:.2f}" for each in measure(ask, chosen[:most], rounds))
                print(
                    f"| {label} | {cost[0]:.1f} ({cost[1]:.1f}) | {size:.0f} | {kind} | {drawn} | {figures} |",
                    flush=True,
                )
    begin_s = time.perf_counter()
    search.update(items(lines))
    print(f"\nUpdate with nothing changed: {(time.perf_counter() - begin_s) * 1000:.1f} ms")
    begin_s = time.perf_counter()
    changed = items(lines)
    changed[0] = Item("texts", changed[0].asset, changed[0].path, "2", changed[0].read)
    search.update(changed)
    print(f"Update with one film of a hundred changed: {time.perf_counter() - begin_s:.2f} s")


def main() -> None:
    """Run both texts."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lines", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=5)
    beside = Path(__file__).resolve().parents[2] / "shared/data/metadata/wikipedia_movies"
    parser.add_argument("--plots", type=Path, default=beside)
    given = parser.parse_args()
    texts = {"Zipf": lambda: zipf_lines(given.lines, np.random.default_rng(SEED))}
    if given.plots.is_dir():
        texts["Film lines"] = lambda: film_lines(given.lines, given.plots)
    for name, make in texts.items():
        folder = Path(tempfile.mkdtemp(prefix="kinoeye-bench-"))
        try:
            compare(name, make(), given.rounds, folder)
        finally:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
