"""``kinoeye decide``."""

import json as json_module
from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, verb
from kinoeye.errors import UseError

app = verb()


@app.command(
    epilog="Example: kinoeye decide my-film shots asset=3f2a…,at=705600000 transition=dissolve --why 'seen by eye'. "
    "Taking one back: kinoeye decide my-film --undo 3; all of them: kinoeye decide my-film"
)
def decide(
    folder: Folder,
    table: Annotated[str | None, typer.Argument(help="The table to correct.")] = None,
    key: Annotated[
        str | None,
        typer.Argument(help="Which row: asset=…,at=FLICKS for the row that covers a moment, or column=value."),
    ] = None,
    value: Annotated[
        str | None, typer.Argument(help="What is right: column=value,…; hidden=true takes the row away.")
    ] = None,
    why: Annotated[str, typer.Option("--why", help="Kept with the decision.")] = "",
    who: Annotated[str, typer.Option("--who", help="Who decides; the system's user if not given.")] = "",
    undo: Annotated[int | None, typer.Option("--undo", metavar="NUMBER", help="Take a decision back.")] = None,
    store: Store = None,
    json: Json = False,
) -> None:
    """Correct what was found. Corrections are kept apart, laid over when read, and survive every run."""
    production = kinoeye.open(folder, store=store)
    if undo is not None:
        production.index.decisions.remove(undo)
        console.say_json({"undone": undo}) if json else console.say(f"decision {undo} is taken back")
    elif table is None:
        rows = [vars(decision) for decision in production.index.decisions.all()]
        console.say_json(rows) if json else console.say_table(rows, empty="no decisions")
    elif key is None or value is None:
        raise UseError("decide: a table, a key and a value must be given", remedy="See: kinoeye decide --help")
    else:
        number = production.decide(table, pairs(key), pairs(value), who=who, why=why)
        console.say_json({"decision": number}) if json else console.say(f"decision {number} is kept")


def pairs(text: str) -> dict[str, Any]:
    """Return column=value,… as a mapping; a value that is JSON is taken as such."""
    pairs = {}
    for part in text.split(","):
        name, equals, value = part.partition("=")
        if not equals or not name.strip():
            raise UseError(f"decide: must be column=value, got {part!r}")
        try:
            pairs[name.strip()] = json_module.loads(value)
        except ValueError:
            pairs[name.strip()] = value
    return pairs
