"""Sessions of viewers: CPU seconds of ours beside DuckDB's and Polars' window query, with equal output checked.

    python bench/audience_sessions.py                 10 million events, all three
    python bench/audience_sessions.py --whole 100     the analysis `sessions` on 100 million events, from Parquet
    python bench/audience_sessions.py --broken        a log of which a tenth of the lines is broken

What is asked is the same: a session ends when a viewer does nothing for 30 minutes; of each, viewer, first and last
time and how many events there are. Viewers are numbers below 2**53, as they come out of the door, in no order. Each
repetition makes new events; ours and the peers run in turns.
"""

import argparse
import io
import json
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars
import pyarrow as pa
import pyarrow.parquet as pq

from kinoeye.analyses.audience.events import EVENTS as TABLE
from kinoeye.analyses.audience.sessions import SESSIONS, sessions
from kinoeye.media.logs import write_log
from kinoeye.media.viewers import Key
from kinoeye.signals.viewings import sittings
from kinoeye.tables import Stored, with_asset
from kinoeye.timecode import FLICKS_PER_SECOND

GAP_MS = 1_800_000
MONTH_MS = 30 * 86_400_000
EVENTS_OF_A_VIEWER = 50
QUERY = f"""
    SELECT viewer, min("at") AS "first", max("at") AS "last", count(*) AS events FROM (
        SELECT viewer, "at", sum(new) OVER (PARTITION BY viewer ORDER BY "at" ROWS UNBOUNDED PRECEDING) AS session
        FROM (SELECT viewer, "at", CASE WHEN "at" - lag("at") OVER (PARTITION BY viewer ORDER BY "at") <= {GAP_MS}
              THEN 0 ELSE 1 END AS new FROM events))
    GROUP BY viewer, session
"""


def made(count: int, seed: int) -> pa.Table:
    """Return events of viewers who sit down a few times a month."""
    random = np.random.default_rng(seed)
    names = random.choice(2**53, count // EVENTS_OF_A_VIEWER, replace=False)
    viewer = random.integers(0, len(names), count)
    begin = random.integers(0, MONTH_MS, (len(names), 4))
    at = 1_772_000_000_000 + begin[viewer, random.integers(0, 4, count)] + random.integers(0, 5_400_000, count)
    return pa.table({"viewer": names[viewer], "at": at})


def ours(events: pa.Table) -> pa.Table:
    """Ask Kinoeye."""
    found = sittings(*(events[name].combine_chunks().to_numpy() for name in ("viewer", "at")), GAP_MS)
    return pa.table(dict(zip(("viewer", "first", "last", "events"), found, strict=True)))


def by_duckdb(events: pa.Table) -> pa.Table:
    """Ask DuckDB."""
    with duckdb.connect(config={"temp_directory": tempfile.gettempdir()}) as connection:
        connection.register("events", events)
        return connection.sql(QUERY).to_arrow_table()


def by_polars(events: pa.Table) -> pa.Table:
    """Ask Polars."""
    new = (polars.col("at").diff().fill_null(GAP_MS + 1) > GAP_MS) | (polars.col("viewer").diff().fill_null(1) != 0)
    rows: Any = polars.from_arrow(events)
    found = (
        rows.lazy().sort("viewer", "at").with_columns(session=new.cum_sum()).group_by("viewer", "session")
        .agg(first=polars.col("at").min(), last=polars.col("at").max(), events=polars.len())
    )  # fmt: skip
    table: pa.Table = found.collect().select("viewer", "first", "last", "events").to_arrow()
    return table


def by_polars_windows(events: pa.Table) -> pa.Table:
    """Ask Polars by windows over viewers, as SQL does."""
    rows: Any = polars.from_arrow(events)
    new = (polars.col("at").diff().over("viewer").fill_null(GAP_MS + 1) > GAP_MS).cast(polars.Int64)
    found = (
        rows.lazy().sort("at").with_columns(new=new).with_columns(session=polars.col("new").cum_sum().over("viewer"))
        .group_by("viewer", "session")
        .agg(first=polars.col("at").min(), last=polars.col("at").max(), events=polars.len())
    )  # fmt: skip
    table: pa.Table = found.collect().select("viewer", "first", "last", "events").to_arrow()
    return table


def compare(count: int, times: int) -> None:
    """Print CPU seconds of all, and whether they say the same."""
    ways: dict[str, Callable[[pa.Table], pa.Table]] = {
        "kinoeye": ours, "duckdb": by_duckdb, "polars": by_polars, "polars windows": by_polars_windows,
    }  # fmt: skip
    spent: dict[str, list[float]] = {name: [] for name in ways}
    for seed in range(times):
        events = made(count, seed)
        answers = {}
        for name, way in ways.items():
            begin = time.process_time()
            answers[name] = way(events)
            spent[name].append(time.process_time() - begin)
        order = [("viewer", "ascending"), ("first", "ascending")]
        told = {name: rows.cast(answers["kinoeye"].schema).sort_by(order) for name, rows in answers.items()}
        assert all(rows.equals(told["kinoeye"]) for rows in told.values()), "answers differ"
        print(f"round {seed}: {told['kinoeye'].num_rows:,} sessions, equal;",
              ", ".join(f"{name} {spent[name][-1]:.2f}" for name in ways), flush=True)  # fmt: skip
    own = statistics.median(spent["kinoeye"])
    for name, seconds in spent.items():
        ratios = [other / mine for other, mine in zip(seconds, spent["kinoeye"], strict=True)]
        print(f"{name:16} {statistics.median(seconds):6.2f} CPU s ({min(seconds):.2f}-{max(seconds):.2f}), "
              f"{statistics.median(seconds) / own:.1f} times ours ({min(ratios):.1f}-{max(ratios):.1f})")  # fmt: skip


def pieces(folder: Path, millions: int) -> list[str]:
    """Write the table `events` a million rows at a time; each file has viewers of all kinds."""
    random = np.random.default_rng(1)
    viewers = random.choice(2**53, millions * 1_000_000 // 500, replace=False)
    names = pa.array([f"title-{number}" for number in range(2000)])
    kinds = pa.array(["play", *["heartbeat"] * 7, "pause", "stop"])
    paths = []
    for number in range(millions):
        count = 1_000_000
        viewer = random.integers(0, len(viewers), count)
        at = 1_772_000_000_000 + random.integers(0, 30 * 24, count) * 3_600_000 + random.integers(0, 3_000_000, count)
        columns = {
            "row": np.arange(count) + number * count, "viewer": viewers[viewer],
            "title": names.take(pa.array((viewer * 7 + at // 3_600_000) % 2000)),
            "at": pa.array(at).cast(pa.timestamp("ms", "UTC")),
            "event": kinds.take(pa.array(random.integers(0, 10, count))),
            "position": (at % 3_600_000) // 1000 * FLICKS_PER_SECOND, "bot": np.zeros(count, bool),
        }  # fmt: skip
        rows = pa.Table.from_arrays(
            [pa.array(columns[each.name], each.type) if each.name in columns else pa.nulls(count, each.type)
             for each in TABLE.schema], schema=TABLE.schema)  # fmt: skip
        path = folder / f"{number}.parquet"
        pq.write_table(with_asset(rows, "a" * 32), path, compression="zstd")
        paths.append(str(path))
    return paths


def whole(millions: int) -> None:
    """Print what the analysis costs on so many million events."""
    folder = Path(tempfile.mkdtemp())
    try:
        events = Stored(TABLE.stored_schema, pieces(folder, millions))
        size = sum(path.stat().st_size for path in folder.iterdir())
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        begin, cpu = time.perf_counter(), time.process_time()
        rows = watched = 0
        for part in parts(events):
            rows += part.num_rows
            watched += sum(part["events"].to_pylist())
        spent = time.process_time() - cpu
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(f"{millions} million events ({size >> 20} MB of Parquet): {rows:,} rows of sessions, "
              f"{watched:,} events in them; {spent:.0f} CPU s, {time.perf_counter() - begin:.0f} s, "
              f"peak {peak / 2**20:.2f} GB (before: {before / 2**20:.2f})")  # fmt: skip
    finally:
        shutil.rmtree(folder)


def parts(events: Stored) -> Iterator[pa.Table]:
    """Go through the analysis' answer."""
    yield from SESSIONS.parts(sessions(events))


def broken(count: int) -> None:
    """Print what a log costs and gives of which a tenth of the lines is broken."""
    random = np.random.default_rng(1)
    folder = Path(tempfile.mkdtemp())
    try:
        for form in ("csv", "jsonl"):
            path, good = folder / f"log.{form}", 0
            with path.open("w") as file:
                if form == "csv":
                    file.write("user_id,title,timestamp,event,position\n")
                for number in range(count):
                    row = (f"viewer-{random.integers(0, count // 50)}", f"title-{number % 2000}",
                           1_772_000_000 + number, "heartbeat", number % 5400)  # fmt: skip
                    names = ("user_id", "title", "timestamp", "event", "position")
                    line = ",".join(map(str, row)) if form == "csv" else json.dumps(dict(zip(names, row, strict=True)))
                    is_broken = number % 10 == 5
                    good += not is_broken
                    file.write((line[: len(line) // 2] if is_broken else line) + "\n")
            begin = time.process_time()
            told = write_log(path, Key(bytes(32)), "nobody", io.BytesIO())
            spent = time.process_time() - begin
            lost = sum(rows for _, rows, _ in told.faults)
            print(f"{form}: {count:,} lines, {told.rows:,} of {good:,} whole ones read, {lost:,} told as broken, "
                  f"{spent:.1f} CPU s ({count / spent / 1000:.0f} thousand lines a second)")  # fmt: skip
    finally:
        shutil.rmtree(folder)


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("--events", type=int, default=10_000_000)
    asked.add_argument("--times", type=int, default=5)
    asked.add_argument("--whole", type=int, default=0, metavar="MILLIONS")
    asked.add_argument("--broken", action="store_true")
    given = asked.parse_args()
    if given.broken:
        broken(1_000_000)
    elif given.whole:
        whole(given.whole)
    else:
        compare(given.events, given.times)
