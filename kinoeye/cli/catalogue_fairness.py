"""``kinoeye catalogue fairness``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json
from kinoeye.export.fairness import rows_of, section
from kinoeye.export.words import words
from kinoeye.run.catalogue_files import check_free, put_new
from kinoeye.run.title_fairness import title_fairness

EPILOG = (
    "Example: kinoeye catalogue fairness titles.csv --by decade,country. By a declared attribute that stands in the "
    "file: --by lead_gender. As a section of a model card: --write fairness.md"
)


def fairness(
    source: Annotated[str, typer.Argument(metavar="FILE", help="Titles with genres that people gave.")],
    by: Annotated[
        str, typer.Option("--by", metavar="NAMES", help="decade, language, country, kind, or columns of the file.")
    ] = "decade,language,country",
    write: Annotated[Path | None, typer.Option("--write", metavar="OUT.md", help="Where to write it, anew.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of what is written: en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Say how good the genres that `classify` tells are for each group, and what weighing groups alike would change.

    Groups are what the file declares; nothing is guessed of anyone. Groups of fewer than 50 titles are not scored. A
    star says that the difference to all other titles is more than chance.
    """
    words(language)
    if write:
        check_free(write)
    found = title_fairness(source, [each.strip() for each in by.split(",") if each.strip()])
    if write:
        put_new(write, section(found.scores, found.reweighted, language).encode())
    if json:
        console.say_json({**asdict(found), "written": str(write) if write else None})
        return
    console.say(f"{found.titles} titles with genres that {found.model} knows")
    console.say_table(rows_of(found.scores))
    for each in found.reweighted:
        if abs(each.weighed - each.usual) >= 0.01:
            change = f"{each.usual:.2f} would be {each.weighed:.2f} if groups weighed alike"
            console.say(f"{each.column} {each.group}: {change}")
    if found.unknown:
        console.say(f"not known to the model: {', '.join(found.unknown)}")
    if write:
        console.say(str(write))
