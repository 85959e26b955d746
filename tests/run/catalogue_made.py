"""A made catalogue with gaps, for tests of what is done with them."""

import csv
import random
from pathlib import Path

HEAD = ["Title", "Year", "Country", "Language", "Genres", "Runtime", "Budget", "Rating", "Votes", "Shelf"]
TONGUES = {"US": "English", "FR": "French", "JP": "Japanese"}


def catalogue(path: Path, count: int = 260, *, gaps: bool = True) -> list[dict[str, str]]:
    """Write titles whose language hangs on the country and whose length on the year; return the rows without gaps."""
    draw = random.Random(4)
    rows, told = [], []
    for number in range(count):
        country = draw.choice(list(TONGUES))
        year = 1950 + number % 70
        row = {
            "Title": f"=Film {number}" if number == 3 else f"Film {number}", "Year": str(year), "Country": country,
            "Language": TONGUES[country], "Genres": "Western" if country == "US" else "Drama|Romance",
            "Runtime": f"{80 + (year - 1950) // 2 + draw.randrange(4)} min",
            "Budget": f"{'€' if number % 9 == 0 else '$'}{draw.randrange(1, 900)},000,000",
            "Rating": f"{draw.uniform(2, 9):.1f}", "Votes": str(draw.randrange(10, 9000)), "Shelf": f"+{number}",
        }  # fmt: skip
        rows.append(row)
        lacks = [name for name, share in (("Language", 5), ("Runtime", 4), ("Rating", 6), ("Budget", 8))
                 if gaps and draw.randrange(share) == 0]  # fmt: skip
        told.append(row | dict.fromkeys(lacks, ""))
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, HEAD)
        writer.writeheader()
        writer.writerows(told)
    return rows
