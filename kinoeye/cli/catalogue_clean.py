"""``kinoeye catalogue clean``."""

from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.export.titles_write import write_titles
from kinoeye.run.catalogue import cleaned_of, shown

EPILOG = (
    "Example: kinoeye catalogue clean titles.csv clean.xlsx. A database: kinoeye catalogue clean "
    "'postgresql://reader@host/films#titles' clean.parquet"
)


def clean(
    source: Annotated[str, typer.Argument(metavar="FILE", help="CSV, TSV, JSON, Parquet, Excel, or a database's URL.")],
    target: Annotated[Path, typer.Argument(metavar="OUT", help="A new file: .csv, .parquet, .xlsx or .json.")],
    json: Json = False,
) -> None:
    """Write the titles in one form, with a list of every change: row, column, was, is, why."""
    titles, changes, beside = write_titles(target, cleaned_of(source))
    if json:
        console.say_json({"source": shown(source), "target": str(target), "titles": titles, "changes": changes,
                          "changes_in": str(beside)})  # fmt: skip
        return
    where = "sheet 'changes'" if beside == target else str(beside)
    console.say(f"{target}: {titles} titles. {changes} changes, listed in {where}")
