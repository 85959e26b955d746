"""Title figures: the statistics of a catalogue that stands in a file, or in a production's index."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from kinoeye.analyses.catalogue.title_statistics import GROUPS, NUMBERS, title_statistics
from kinoeye.errors import DocumentError, UseError
from kinoeye.run.catalogue_files import IMPUTED, read_catalogue
from kinoeye.store.index import Index

# What a person may call a group.
_SINGULAR = {"genre": "genres", "language": "languages", "country": "countries", "director": "directors",
             "writer": "writers", "actor": "cast", "decades": "decade", "years": "year"}  # fmt: skip


@dataclass(frozen=True)
class Figures:
    """What is usual in a catalogue.

    Parameters
    ----------
    rows : table `title_statistics`
    filled : int
        Cells that were filled in, in columns that may be measured or grouped by.
    """

    rows: pa.Table
    filled: int


def figures_of_file(
    path: Path | str, *, by: Sequence[str] = (), of: Sequence[str] = (), groups: int = 40, imputed: bool = False
) -> Figures:
    """Return the figures of a file of titles, or of what a database answers.

    Parameters
    ----------
    by, of : sequence of str
        As `title_statistics` has them; its own if empty.

    Raises
    ------
    DocumentError
        If it cannot be read, or is no catalogue.
    SettingError
        If a column cannot be grouped by or measured.
    """
    return figures_of_titles(read_catalogue(path).titles, by=by, of=of, groups=groups, imputed=imputed)


def figures_of_index(
    index: Index, *, by: Sequence[str] = (), of: Sequence[str] = (), groups: int = 40, imputed: bool = False
) -> Figures:
    """Return the figures of all titles of a production.

    Raises
    ------
    DocumentError
        If it has no titles.
    SettingError
        If a column cannot be grouped by or measured.
    """
    found = index.read("titles")
    if not found.num_rows:
        raise DocumentError("statistics: the production must have titles, got none",
                            remedy="Put a catalogue into the folder and run: kinoeye run DIR")  # fmt: skip
    return figures_of_titles(found, by=by, of=of, groups=groups, imputed=imputed)


def figures_of_titles(
    found: pa.Table, *, by: Sequence[str] = (), of: Sequence[str] = (), groups: int = 40, imputed: bool = False
) -> Figures:
    """Return the figures of a table of titles."""
    wishes = {"by": tuple(dict.fromkeys(_SINGULAR.get(each, each) for each in by)), "of": tuple(of)}
    given = {key: value for key, value in wishes.items() if value}
    marks = [each for each in found.column_names if each.removesuffix(IMPUTED) in (*NUMBERS, *GROUPS) and
             each.endswith(IMPUTED)]  # fmt: skip
    filled = sum(pa.compute.sum(found[mark]).as_py() or 0 for mark in marks)
    return Figures(title_statistics(found, groups=groups, imputed=imputed, **given), filled)


def named(wish: str) -> tuple[str, ...]:
    """Return names that were given with commas between.

    Raises
    ------
    UseError
        If there is none.
    """
    found = tuple(each.strip() for each in wish.replace("，", ",").split(",") if each.strip())
    if wish and not found:
        raise UseError(f"statistics: names must stand between commas, got {wish!r}")
    return found
