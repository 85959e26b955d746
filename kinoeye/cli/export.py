"""``kinoeye export``."""

from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, rate_of, verb
from kinoeye.errors import UseError
from kinoeye.export.formats import FORMATS

app = verb()


@app.command(
    epilog="Example: kinoeye export my-film otio fcpxml html. Formats: kinoeye export --list . "
    "Of a rough cut: kinoeye export my-film dialogue-list-pdf --of 'Cut by script'"
)
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
    of: Annotated[
        str, typer.Option("--of", metavar="CUT", help="Of a cut: a timeline's file, or the name of one in out/cuts.")
    ] = "",
    rate: Annotated[str, typer.Option("--rate", help="Of an EDL that does not say: 25, 29.97, 24000/1001.")] = "",
    list_formats: Annotated[
        bool, typer.Option("--list", help="List the formats, with what each keeps and loses.")
    ] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Write timelines, markers, lists and reports for other tools.

    Lists of a film come as CSV, DOCX and PDF, for instance dialogue-list, dialogue-list-docx, dialogue-list-pdf.
    VFR films are conformed by exact media time. With --of they are of a cut before it is rendered, by what is known of
    its recordings. What a format leaves out of a timeline is said."""
    if list_formats or not names:
        rows = [{"format": f.name, "files": f".{f.extension} for each {f.scope}", "keeps": f.keeps, "loses": f.loses}
                for f in FORMATS]  # fmt: skip
        console.say_json(rows) if json else console.say_table(rows)
        return
    production = kinoeye.open(folder, store=store)
    left_out: dict[str, None] = {}
    given: dict[str, Any] = {"out": out, "language": language, "footage": footage, "say": left_out.setdefault}
    if of and paths:
        raise UseError("export: --of or --path must be given, got both")
    if of:
        written = [production.export_cut(name, of, rate=rate_of(rate, "export"), **given) for name in names]
    else:
        written = [production.export(name, paths=paths or (), record_start=record_start, **given) for name in names]
    files = [str(path) for each in written for path in each]
    if json:
        console.say_json({"files": files, "left_out": list(left_out)})
        return
    for line in (*left_out, *files):
        console.say(line)
