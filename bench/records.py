"""Records: are the columns of catalogues recognised, and what does it cost to profile ten million titles?

Usage: python bench/records.py [layouts] [profile] [--rows 10000000] [--repeats 3] [--folder DIR]

`layouts`: every layout of tests/signals/layouts.py, those that were there when the rules were written and those that
came after. `profile`: opening a file and the table `record_columns`, beside DuckDB's own scan of the same file with
count, approximate count of different cells, least and greatest of every column, mean and standard deviation of the
numbers. Each run is a process of its own, the two taken in turn; CPU seconds of all threads, imports left out.
"""

import argparse
import json
import resource
import runpy
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import duckdb
import pyarrow as pa

HERE = Path(__file__).resolve().parent
NUMBERS = ("id", "year", "runtime", "rating", "votes", "budget", "gross")
OTHERS = ("title", "genres", "language", "country", "released")


def layouts():
    """Print how many columns of each set of layouts are recognised."""
    from kinoeye.media.spools import typed, unique_names
    from kinoeye.signals.columns import recognise

    known = runpy.run_path(str(HERE.parent / "tests" / "signals" / "layouts.py"))
    for name in ("SEEN", "HELD", "LATE"):
        right = columns = whole = 0
        for layout in known[name]:
            table = pa.table([typed(list(c)) for c in zip(*layout.rows, strict=True)],
                             names=unique_names(layout.headings))  # fmt: skip
            told = [each.role for each in recognise(table, layout.headings if any(layout.headings) else ())]
            hits = sum(a == b for a, b in zip(told, layout.roles, strict=True))
            right, columns, whole = right + hits, columns + len(told), whole + (hits == len(told))
            if hits < len(told):
                print(f"  {layout.name}: {hits} of {len(told)}")
        print(f"{name}: {right} of {columns} columns, {whole} of {len(known[name])} layouts whole")


def bare(path):
    """Scan and aggregate with DuckDB alone."""
    source = f"read_parquet('{path}')" if path.suffix == ".parquet" else f"read_csv('{path}')"
    asked = ["count(*)"]
    for name in (*NUMBERS, *OTHERS):
        asked += [f"count({name})", f"approx_count_distinct({name})", f"min({name})", f"max({name})"]
    for name in NUMBERS:
        asked += [f"avg({name})", f"stddev({name})"]
    duckdb.connect().execute(f"SELECT {', '.join(asked)} FROM {source}").fetchall()


def profiled(path):
    """Open a file and measure its columns."""
    from kinoeye.analyses.catalogue.record_columns import record_columns
    from kinoeye.media.records import read_records

    begin = time.process_time()
    rows = record_columns(read_records(path))
    spent = time.process_time() - begin
    assert rows["rows"][0].as_py() > 0
    return spent


def child(what, path):
    """Run one measure, and print its CPU seconds and peak MB."""
    if what == "bare":
        begin = time.process_time()
        bare(path)
        spent = time.process_time() - begin
    else:
        spent = profiled(path)
    print(json.dumps([spent, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))


def profile(folder, rows, repeats):
    """Print the cost of a profile beside that of a bare scan."""
    import records_rows

    for path in records_rows.write(folder, rows):
        found = {"bare": [], "kinoeye": []}
        for _ in range(repeats):
            for what, runs in found.items():
                said = subprocess.run([sys.executable, __file__, what, str(path)], capture_output=True, check=True)
                runs.append(json.loads(said.stdout))
                print(
                    f"  {path.suffix} {what}: {runs[-1][0]:.2f} CPU s, {runs[-1][1]:.0f} MB",
                    file=sys.stderr,
                    flush=True,
                )
        ratios = [k[0] / b[0] for k, b in zip(found["kinoeye"], found["bare"], strict=True)]
        for what, runs in found.items():
            spent = [each[0] for each in runs]
            print(f"{path.name} {what}: {statistics.median(spent):.2f} CPU s ({min(spent):.2f} to {max(spent):.2f}), "
                  f"{max(each[1] for each in runs):.0f} MB")  # fmt: skip
        print(f"  times bare: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f})", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("what", nargs="*", default=["layouts", "profile"])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "kinoeye-bench-records")
    chosen = parser.parse_args()
    if chosen.what[0] in {"bare", "kinoeye"}:
        child(chosen.what[0], Path(chosen.what[1]))
        return
    if "layouts" in chosen.what:
        layouts()
    if "profile" in chosen.what:
        profile(chosen.folder, chosen.rows, chosen.repeats)


if __name__ == "__main__":
    main()
