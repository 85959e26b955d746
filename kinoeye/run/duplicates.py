"""Duplicates: titles that stand twice in files of titles, or in the catalogues of a production, and why.

A production that was run is asked what it knows, with what people said laid over; files are read and compared here.
Nothing is changed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from kinoeye.analyses.catalogue.titles import TITLES
from kinoeye.analyses.catalogue.works import WORKS, works
from kinoeye.errors import UseError
from kinoeye.run.catalogue import titles_of
from kinoeye.store.index import Index
from kinoeye.tables import with_asset

COLUMNS = (
    "file", "row", "title", "year", "work", "rows", "how", "score", "why", "matched_file", "matched_row",
    "matched_title", "near_file", "near_row", "near_title", "near_year", "near_score", "near_how", "near_why",
)  # fmt: skip
_TOLD = ("title", "year", "original_title", "other_titles", "directors", "imdb")

Row = dict[str, Any]
Place = tuple[str, int]


@dataclass(frozen=True)
class Duplicates:
    """What stands twice.

    Parameters
    ----------
    titles : mapping of (file, row) to dict
        What each row says: title, year and what else tells it.
    works : list of dict
        The rows of `works`, with the file in place of its hash.
    """

    titles: Mapping[Place, Row]
    works: list[Row]

    def groups(self) -> list[list[Row]]:
        """Return the rows of each work that stands there more than once, in the order of their first rows."""
        found: dict[str, list[Row]] = {}
        for row in self.works:
            if row["rows"] > 1:
                found.setdefault(row["work"], []).append(row)
        return list(found.values())

    def near(self) -> list[tuple[Row, Row]]:
        """Return pairs that were nearly joined, each once, the likeliest first: (row, how it lies to the other)."""
        seen: dict[frozenset[Place], tuple[Row, Row]] = {}
        for row in self.works:
            if row["near_how"] is not None:
                pair = frozenset(((row["file"], row["row"]), (row["near_file"], row["near_row"])))
                seen.setdefault(pair, (row, self.titles[row["near_file"], row["near_row"]]))
        return sorted(seen.values(), key=lambda each: (-each[0]["near_score"], each[0]["file"], each[0]["row"]))

    def table(self) -> list[Row]:
        """Return one row a title, as it is written to CSV."""
        found = []
        for row in self.works:
            said = self.titles[row["file"], row["row"]]
            matched = self.titles.get((row["matched_file"], row["matched_row"]), {})
            near = self.titles.get((row["near_file"], row["near_row"]), {})
            more = {
                "title": said["title"], "year": said["year"], "matched_title": matched.get("title"),
                "near_title": near.get("title"), "near_year": near.get("year"),
                "why": "; ".join(row["why"] or ()), "near_why": "; ".join(row["near_why"] or ()),
            }  # fmt: skip
            found.append({name: (row | more)[name] for name in COLUMNS})
        return found


def duplicates_of_files(
    files: Sequence[Path | str], *, least: float | None = None, near: float | None = None
) -> Duplicates:
    """Compare the titles of files.

    Parameters
    ----------
    files : sequence of paths, or addresses of databases
    least, near : 0..1
        As settings of the analysis `works`; its own if they are not said.

    Raises
    ------
    UseError
        If a file is named twice.
    DocumentError
        If one cannot be read, or holds no titles.
    """
    names = _named(files)
    parts = [with_asset(titles_of(file), name) for file, name in zip(files, names, strict=True)]
    every = pa.concat_tables([TITLES.stored_schema.empty_table(), *parts])
    settings = {name: value for name, value in (("least", least), ("near", near)) if value is not None}
    return _told(every, works(every, WORKS.stored_schema.empty_table(), **settings), {name: name for name in names})


def duplicates_of_index(index: Index) -> Duplicates:
    """Return what a production knows of titles that stand twice.

    Raises
    ------
    UseError
        If it holds no titles, or they were not compared yet.
    """
    found = index.read("titles")
    known = index.read("works")
    if found.num_rows and not known.num_rows:
        raise UseError("duplicates: the titles must have been compared, got none that were", remedy="Run: kinoeye run")
    if not found.num_rows:
        raise UseError(
            "duplicates: the production must hold titles, got none",
            remedy="Put a list of titles into its folder, and run: kinoeye run",
        )
    assets = index.read("assets")
    paths = dict(zip(assets["asset"].to_pylist(), assets["path"].to_pylist(), strict=True))
    return _told(found, known, paths)


def _named(files: Sequence[Path | str]) -> list[str]:
    """Return how the files are called: as they were given."""
    names = [str(file) for file in files]
    twice = next((name for at, name in enumerate(names) if _same_as(name) in map(_same_as, names[:at])), None)
    if twice is not None:
        raise UseError(f"duplicates: each file must be named once, got {twice} twice")
    return names


def _same_as(name: str) -> str:
    return name if "://" in name else str(Path(name).resolve())


def _told(found: pa.Table, known: pa.Table, paths: Mapping[str, str]) -> Duplicates:
    titles = {
        (paths.get(row["asset"], row["asset"]), row["row"]): {name: row[name] for name in _TOLD}
        for row in found.select(["asset", "row", *_TOLD]).to_pylist()
    }
    rows = []
    for row in known.to_pylist():
        for name in ("", "matched_", "near_"):
            asset = row.pop(f"{name}asset")
            row[f"{name}file"] = paths.get(asset, asset)
        if (row["file"], row["row"]) in titles:
            rows.append(row)
    return Duplicates(titles, rows)
