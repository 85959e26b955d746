"""``kinoeye breakdown``."""

from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb

app = verb()

_FORMATS = ("breakdown", "breakdown-csv", "breakdown-json", "strips")


@app.command(
    epilog="Example: kinoeye run my-film, then kinoeye breakdown my-film. To plan the shoot by it: "
    "kinoeye schedule my-film --start 2026-03-02. "
    "What is wrong is put right with: kinoeye decide --help"
)
def breakdown(
    folder: Folder,
    out: Annotated[str | None, typer.Option("--out", help="Where to; DIR/out if not given.")] = None,
    language: Annotated[str, typer.Option("--language", help="Of the page: en or zh.")] = "en",
    store: Store = None,
    json: Json = False,
) -> None:
    """Break the screenplays of a production down: breakdown sheets as HTML, CSV and JSON, strips for a schedule.

    Scene by scene what each department has to bring, pages and estimated time; who says how much and to whom, how
    differently characters talk, and how the story feels.
    """
    production = kinoeye.open(folder, store=store)
    paths = [str(path) for name in _FORMATS for path in production.export(name, out=out, language=language)]
    if json:
        console.say_json(paths)
        return
    for path in paths:
        console.say(path)
