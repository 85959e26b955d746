"""``kinoeye search``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.errors import UseError
from kinoeye.timecode import clock, from_seconds

app = verb()


@app.command(
    epilog="Example: kinoeye search my-film '\"rain on the window\" -thunder kind:subtitle'. "
    "Like a picture: kinoeye search my-film --like day1/A001.mov --at 12.5"
)
def search(
    folder: Folder,
    words: Annotated[str, typer.Argument(help='Words, "phrases", begin*, +must, -not, tags such as kind:slate.')] = "",
    tables: Annotated[list[str] | None, typer.Option("--table", help="Only these tables; may be repeated.")] = None,
    path: Annotated[str, typer.Option("--path", help="Only this file, this folder, or files that fit this glob.")] = "",
    like: Annotated[str, typer.Option("--like", metavar="FILE", help="Find pictures like one of this file.")] = "",
    at: Annotated[float, typer.Option("--at", metavar="SECONDS", help="The moment in --like.")] = 0.0,
    limit: Annotated[int, typer.Option("--limit", help="At most so many rows.")] = 20,
    store: Store = None,
    json: Json = False,
) -> None:
    """Find words in dialogue, screenplay and on-screen text, and pictures that look alike."""
    production = kinoeye.open(folder, store=store)
    if bool(words) == bool(like):
        raise UseError("search: either words or --like must be given", remedy="See: kinoeye search --help")
    if like:
        rows = [asdict(each) for each in production.alike(like, from_seconds(at), limit=limit)]
    else:
        rows = [asdict(each) for each in production.search(words, tables=tables or (), path=path, limit=limit)]
    if json:
        console.say_json(rows)
        return
    for row in rows:
        row["start"] = clock(row["start"]) if row["start"] is not None else None
    columns = ("likeness", "path", "start") if like else ("score", "table", "path", "start", "snippet")
    console.say_table(rows, columns, empty="nothing found")
