"""``kinoeye audience access``."""

import json as plain_json
from pathlib import Path
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.run.catalogue_files import check_free, put_new

EPILOG = "Example: kinoeye audience access my-film anna@example.org --out anna.json"


def access(
    folder: Folder,
    viewer: Annotated[str, typer.Argument(metavar="VIEWER", help="As the logs call the viewer; or #NUMBER.")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="A new JSON file with everything.")] = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Give a viewer everything that is known of the viewer: each row, what it means, and what it is kept for."""
    if out is not None:
        check_free(out)
    known = kinoeye.open(folder, store=store).viewers.known(viewer)
    if out is not None:
        text = plain_json.dumps(known, ensure_ascii=False, indent=1, default=str)
        put_new(out, text.encode())
    if json and out is None:
        console.say_json(known)
        return
    rows = [{"table": name, "rows": len(each["rows"]), "a row is": each["meaning"]}
            for name, each in known["tables"].items()]  # fmt: skip
    if json:
        console.say_json({"file": str(out), "tables": rows})
        return
    console.say_table(rows)
    if out is not None:
        console.say(str(out))
