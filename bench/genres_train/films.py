"""The films of Wikipedia's table: titles with what is told of them and their genres, for learning and for measuring."""

import gzip
import hashlib
import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

LEAST_TITLES = 40  # of a genre; Sport, Performance, Live Action, Dance and Found Footage have fewer
DEVELOPMENT = 0.6  # share of the titles on which everything was chosen; none of them is ever tested on


@dataclass(frozen=True)
class Film:
    """A title of the table."""

    title: str
    year: int
    text: str
    cast: tuple[str, ...]
    genres: frozenset[str]
    first_genre: str
    page: str

    @property
    def place(self) -> float:
        """A number of its own, 0..1, the same for ever: what it is used for hangs on it."""
        return int(hashlib.sha256(self.page.encode()).hexdigest()[:8], 16) / 2**32


def films(folder: Path) -> list[Film]:
    """Return all films with a text and a genre, each page once."""
    found: dict[str, Film] = {}
    for file in sorted(folder.glob("movies-*.json.gz")):
        for row in json.loads(gzip.decompress(file.read_bytes())):
            text = (row.get("extract") or "").strip()
            if text and row["genres"] and row["href"] not in found:
                found[row["href"]] = Film(row["title"], row["year"], text, tuple(row["cast"]),
                                          frozenset(row["genres"]), row["genres"][0], row["href"])  # fmt: skip
    return list(found.values())


def answers(rows: list[Film]) -> tuple[list[str], npt.NDArray[np.bool_]]:
    """Return the genres with enough titles, and which title has which."""
    counts = Counter(genre for film in rows for genre in film.genres)
    names = sorted(name for name, count in counts.items() if count >= LEAST_TITLES)
    return names, np.array([[name in film.genres for name in names] for film in rows])
