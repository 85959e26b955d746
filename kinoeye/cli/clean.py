"""``kinoeye clean``."""

from dataclasses import asdict
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb

app = verb()


@app.command(epilog="Example: kinoeye clean my-film --dry-run")
def clean(
    folder: Folder,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would go.")] = False,
    streams: Annotated[
        bool, typer.Option("--streams", help="Also all decoded streams; they can be made again.")
    ] = False,
    store: Store = None,
    json: Json = False,
) -> None:
    """Take away results of files that are gone, and what killed runs left. Decisions are never touched."""
    cleaned = kinoeye.open(folder, store=store).clean(is_dry=dry_run, streams=streams)
    if json:
        console.say_json(asdict(cleaned))
        return
    verb = "would go" if dry_run else "gone"
    console.say(f"{len(cleaned.tables)} tables' files, {len(cleaned.streams)} streams, "
                f"{cleaned.unfinished} leftovers, parts of {cleaned.stopped} stopped effects {verb}")  # fmt: skip
