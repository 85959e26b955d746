"""``kinoeye audience funnel``."""

from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store
from kinoeye.errors import UseError
from kinoeye.run.logged_titles import logged

EPILOG = "Example: kinoeye audience funnel my-film; of one title: kinoeye audience funnel my-film --title rain"


def funnel(
    folder: Folder,
    title: Annotated[str, typer.Option("--title", help="One title, as a log or catalogue calls it; else all.")] = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say how many viewers came from being shown a title to a click, to playing, to its end.

    Of each step: who took it, who took the step before, and which share of these took both, with its 95 % interval.
    """
    production = kinoeye.open(folder, store=store)
    rows = production.read("funnels").to_pylist()
    known = sorted({row["title"] for row in rows if row["title"]})
    own = [row for row in rows if row["title"] == (logged(production.index, title, known) or None)]
    if not own:
        raise UseError(f"audience: --title must be of a viewing log that was run, got {title or 'no log'!r}",
                       remedy=f"There are: {', '.join(known[:8])}" if known else "Say: kinoeye run DIR")  # fmt: skip
    names = ("step", "viewers", "before", "both", "share", "low", "high")
    shown = [
        {name: round(row[name], 3) if isinstance(row[name], float) else row[name] for name in names} for row in own
    ]
    if json:
        console.say_json({"title": title or None, "steps": shown})
        return
    console.say_table([{name: "" if value is None else value for name, value in row.items()} for row in shown])
