"""``kinoeye export``."""

from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.export.formats import FORMATS

app = verb()


@app.command(epilog="Example: kinoeye export my-film otio fcpxml html. Formats: kinoeye export --list .")
def export(
    folder: Folder,
    names: Annotated[list[str] | None, typer.Argument(metavar="FORMAT…", help="One or more formats.")] = None,
    out: Annotated[str | None, typer.Option("--out", help="Where to; DIR/out if not given.")] = None,
    paths: Annotated[list[str] | None, typer.Option("--path", help="Only this file; may be repeated.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of a report: en or zh.")] = "en",
    record_start: Annotated[
        str, typer.Option("--record-start", help="Time code of the first picture.")
    ] = "01:00:00:00",
    footage: Annotated[bool, typer.Option("--footage", help="Count lists of films in feet of 35 mm too.")] = False,
    list_formats: Annotated[
        bool, typer.Option("--list", help="List the formats, with what each keeps and loses.")
    ] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write timelines, markers, lists and reports for other tools.

    Lists of a film come as CSV, DOCX and PDF, for instance dialogue-list, dialogue-list-docx, dialogue-list-pdf.
    VFR films are conformed by exact media time."""
    if list_formats or not names:
        rows = [{"format": f.name, "files": f".{f.extension} for each {f.scope}", "keeps": f.keeps, "loses": f.loses}
                for f in FORMATS]  # fmt: skip
        console.say_json(rows) if json else console.say_table(rows)
        return
    production = kinoeye.open(folder, store=store)
    files = [
        str(path)
        for name in names
        for path in production.export(
            name, out=out, paths=paths or (), language=language, record_start=record_start, footage=footage
        )
    ]
    if json:
        console.say_json(files)
    else:
        for path in files:
            console.say(path)
