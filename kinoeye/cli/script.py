"""``kinoeye script``."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.errors import UseError
from kinoeye.export import scripts

app = verb()

_DOINGS = ("convert",)


@app.command(
    epilog="Example: kinoeye script convert draft.fdx draft.fountain. "
    "To print it as the trade does: kinoeye script convert draft.fountain draft.pdf"
)
def script(
    doing: Annotated[str, typer.Argument(metavar="[convert]", help="What to do.")],
    source: Annotated[
        str, typer.Argument(metavar="A", help=".fdx, .fadein, .pdf, .fountain or .txt; its content tells.")
    ],
    target: Annotated[str, typer.Argument(metavar="B", help=".fountain, .fdx, .pdf or .txt (as Fountain).")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    json: Json = False,
) -> None:
    """Read a screenplay and write it in another form: Fountain, Final Draft, PDF.

    Chinese scripts and stage plays in plain text are read too. What the reader was not sure of is said.
    """
    if doing not in _DOINGS:
        raise UseError(
            f"script: must be one of {', '.join(_DOINGS)}, got {doing!r}", remedy="See: kinoeye script --help"
        )
    made = scripts.convert(Path(source), Path(target), overwrites=force)
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    console.say(f"{made.scenes} scenes, {made.speeches} speeches, {made.elements} elements, read as {made.form}")
    for remark in made.remarks:
        console.say(f"  {remark}")
