"""Which take lies where? Reads the slates of a production, writes them as CSV, and the shots as a timeline.

    python examples/slates.py demo

The list lands in the production's out/slates.csv, the timeline (OpenTimelineIO) beside it; your own files stay as
they are.
"""

import csv
import sys
from pathlib import Path

import kinoeye
from kinoeye.timecode import clock

# A slate's lines are rows of their own; every one of them knows the scene and the take. One is enough.
SLATES = """
    SELECT path, scene, take, any_value(roll) AS roll, min(texts.start) AS first_seen, max(texts.score) AS score
    FROM texts JOIN assets USING (asset)
    WHERE texts.kind = 'slate' AND scene IS NOT NULL
    GROUP BY path, scene, take
    ORDER BY scene, take, path
"""


def main(folder: str) -> None:
    film = kinoeye.open(folder)
    film.run(only=["texts"])  # brings its shots with it

    rows = film.sql(SLATES).to_pylist()
    out = Path(folder) / "out"
    out.mkdir(exist_ok=True)
    with (out / "slates.csv").open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["scene", "take", "roll", "file", "first seen", "score"])
        for row in rows:
            seen = clock(row["first_seen"])
            table.writerow([row["scene"], row["take"], row["roll"], row["path"], seen, f"{row['score']:.2f}"])
            print(f"scene {row['scene']}, take {row['take']}: {row['path']} at {seen}")

    for path in film.export("otio"):
        print(f"timeline: {path}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
