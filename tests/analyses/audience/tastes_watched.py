"""Tables `watched` and `titles` of viewers with planted tastes: each watches one genre far more than the others."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pyarrow as pa

from kinoeye.analyses.audience.watched import WATCHED
from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.timecode import FLICKS_PER_SECOND

GENRES = ("Crime", "Romance", "Western")


def planted(*, viewers: int = 90, titles: int = 60, unwatched: int = 6, seed: int = 1) -> tuple[pa.Table, pa.Table]:
    random = np.random.default_rng(seed)
    rows = []
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    for viewer in range(viewers):
        for title in range(titles):
            is_own = viewer % 3 == title % 3
            if random.random() < (0.5 if is_own else 0.05):
                at = begin + timedelta(hours=float(random.random() * 2000))
                rows.append(
                    {"viewer": 1000 + viewer, "title": f"t{title}", "watched": 600 * FLICKS_PER_SECOND,
                     "share": 0.95 if is_own else 0.1, "plays": 1, "first": at, "last": at}
                )  # fmt: skip
    names = [f"Film {title}" for title in range(titles + unwatched)]
    catalogue = [
        {"row": number, "title": name, "source_id": f"t{number}", "genres": [GENRES[number % 3]], "year": 1990,
         "plot": ("a heist and a detective", "two hearts meet", "a duel at noon")[number % 3]}
        for number, name in enumerate(names)
    ]  # fmt: skip
    return WATCHED.from_rows(rows), TITLES.from_rows(catalogue)
