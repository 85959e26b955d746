# A notebook as plain Python: editors show each "# %%" as a cell; `python examples/notebook.py demo` runs it through.

# %% A production is a folder. Nothing in it is ever changed; what is known of it lies in its .kinoeye.
import sys

import kinoeye
from kinoeye.timecode import to_seconds

if __name__ == "__main__":
    film = kinoeye.open(sys.argv[1] if len(sys.argv) > 1 else "demo")
    film.run(only=["shots", "camera", "levels"])
    print(film, "knows", ", ".join(film.tables()))

    # %% Every table is Arrow: whole columns, no loops. What a column means stands with it.
    shots = film.read("shots")
    for field in shots.schema:
        print(f"{field.name:17} {(field.metadata or {}).get(b'meaning', b'').decode()}")

    # %% Or an Ibis expression, which DuckDB answers here and Spark on a cluster.
    table = film.table("shots")
    print(table.group_by("transition").aggregate(shots=table.count()).order_by("transition").to_pyarrow().to_pylist())

    # %% Joins are where one index pays: how much of each camera move is there, in seconds?
    moves = film.sql("""
        SELECT move, sum("end" - start)::BIGINT AS length
        FROM camera WHERE move <> 'unknown' GROUP BY move ORDER BY length DESC, move
    """)
    for row in moves.to_pylist():
        seconds = to_seconds(row["length"])
        print(f"{row['move']:10} {seconds:7.1f} s  {'#' * round(seconds)}")

    # %% The loudest moment of every file that has sound.
    loudest = film.sql("""
        SELECT path, max(rms_dbfs) AS loudest, arg_max(levels.start, rms_dbfs) AS at
        FROM levels JOIN assets USING (asset) GROUP BY path ORDER BY loudest DESC, path
    """)
    for row in loudest.to_pylist():
        print(f"{row['loudest']:6.1f} dBFS at {to_seconds(row['at']):6.1f} s  {row['path']}")
