"""Title films: which film of the production a viewing log's title is.

In this order: the log names the file's content or its path; the title bears the film's name; a catalogue of the
production has the log's number, and its title bears the film's name. Names are compared by their letters and figures
alone. A person may say it otherwise, once for all: ``kinoeye decide DIR title_films``; what is not known has no asset.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from kinoeye.analysis import analysis
from kinoeye.tables import Stored, Table

TITLE_FILMS = Table("title_films", "One row a title of the viewing logs, and the film that it is.", (
    ("title", pa.string(), "what the logs call it"),
    ("asset", pa.string(), "the film; null where none is known"),
    ("name", pa.string(), "what it is called: in the catalogue, else in the log"),
    ("how", pa.string(), "content: the log names it so; path; name; catalogue; nothing"),
))  # fmt: skip

_MOVING = frozenset(("video", "sequence"))
_YEAR = re.compile(r"\(?(19|20)\d\d\)?$")


@analysis(TITLE_FILMS, version=1, scope="production", purpose="statistics")
def title_films(assets: pa.Table, events: Stored, titles: pa.Table | None = None) -> pa.Table:
    """Say which film a log's title is.

    Parameters
    ----------
    assets, events, titles : tables of all assets
    """
    films = [row for row in assets.select(["asset", "path", "kind"]).to_pylist() if row["kind"] in _MOVING]
    named = sorted(
        {each for batch in events.batches(["title"]) for each in batch["title"].unique().to_pylist() if each}
    )
    catalogue = _catalogue(titles) if titles is not None else {}
    return TITLE_FILMS.from_rows(_row(title, films, catalogue) for title in named)


def _row(title: str, films: Sequence[Mapping[str, Any]], catalogue: Mapping[str, str]) -> dict[str, Any]:
    called = catalogue.get(_plain(title), title)
    tries = (
        ("content", [film for film in films if film["asset"] == title]),
        ("path", [film for film in films if title in (film["path"], PurePosixPath(str(film["path"])).name)]),
        ("name", [film for film in films if _plain(title) and _film(film) == _plain(title)]),
        ("catalogue", [film for film in films if _plain(called) and _film(film) == _plain(called)]),
    )
    for how, found in tries:
        if len(found) == 1:
            return {"title": title, "asset": found[0]["asset"], "name": called, "how": how}
    return {"title": title, "asset": None, "name": called, "how": "nothing"}


def _catalogue(titles: pa.Table) -> dict[str, str]:
    """Return the titles of the catalogues by their numbers; a number of two titles is nobody's."""
    found: dict[str, set[str]] = {}
    columns = [name for name in ("source_id", "imdb", "tmdb") if name in titles.column_names]
    for row in titles.select(["title", *columns]).to_pylist():
        for name in columns:
            if row[name] and row["title"]:
                found.setdefault(_plain(row[name]), set()).add(row["title"])
    return {key: next(iter(names)) for key, names in found.items() if len(names) == 1}


def _film(film: Mapping[str, Any]) -> str:
    return _plain(PurePosixPath(str(film["path"])).stem)


def _plain(text: str) -> str:
    """Return letters and figures alone, without accents, and without a year behind.

    >>> _plain("Rōof  Tone (2026)"), _plain("1984"), _plain("样片 2")
    ('rooftone', '1984', '样片2')
    """
    text = unicodedata.normalize("NFKD", text.strip()).casefold()
    short = _YEAR.sub("", text).strip()
    return "".join(each for each in short or text if each.isalnum())
