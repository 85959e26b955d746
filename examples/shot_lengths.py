"""How fast is it cut? Prints the shot lengths of every film in a production, and its longest shots.

python examples/shot_lengths.py demo
"""

import sys

import kinoeye
from kinoeye.timecode import clock, to_seconds

# One row a film. Times are flicks, whole numbers; 705,600,000 of them are a second.
PACE = """
    SELECT path, count(*) AS shots, count(*) FILTER (transition = 'cut') AS cuts,
           median(shots."end" - shots.start) AS median_length
    FROM shots JOIN assets USING (asset)
    WHERE kind = 'video'
    GROUP BY path
    ORDER BY median_length
"""

LONGEST = """
    SELECT path, shot, shots.start, shots."end" - shots.start AS length
    FROM shots JOIN assets USING (asset)
    WHERE kind = 'video'
    ORDER BY length DESC, path, shot
    LIMIT 5
"""


def main(folder: str) -> None:
    film = kinoeye.open(folder)
    film.run(only=["shots"])  # done already? then this takes a moment only

    print("median shot   shots   cuts   file")
    for row in film.sql(PACE).to_pylist():
        print(f"{to_seconds(row['median_length']):9.2f} s   {row['shots']:5}   {row['cuts']:4}   {row['path']}")

    print("\nthe longest shots")
    for row in film.sql(LONGEST).to_pylist():
        print(f"{to_seconds(row['length']):9.2f} s   from {clock(row['start'])} in {row['path']}, shot {row['shot']}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "demo")
