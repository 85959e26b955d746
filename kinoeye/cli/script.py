"""``kinoeye script``."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.errors import UseError
from kinoeye.export import scripts
from kinoeye.export.breakdown import strips_csv
from kinoeye.export.strips_read import read_strips
from kinoeye.run import drafting
from kinoeye.treatments.screenplay.drafts import draft_change
from kinoeye.treatments.screenplay.strips import Wishes

app = verb()

_DOINGS = ("convert", "diff")


@app.command(
    epilog="Example: kinoeye script convert draft.fdx draft.fountain. "
    "To print it as the trade does: kinoeye script convert draft.fountain draft.pdf. "
    "What a new draft does to pages, days, cast and departments: kinoeye script diff blue.fdx pink.fdx"
)
def script(
    doing: Annotated[str, typer.Argument(metavar="[convert|diff]", help="What to do.")],
    source: Annotated[
        str, typer.Argument(metavar="A", help=".fdx, .fadein, .pdf, .fountain or .txt; its content tells.")
    ],
    target: Annotated[
        str, typer.Argument(metavar="B", help="To convert to: .fountain, .fdx, .pdf or .txt; or the newer draft.")
    ],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    json: Json = False,
) -> None:
    """Write a screenplay in another form (Fountain, Final Draft, PDF), or say what a new draft changes.

    Chinese scripts and stage plays in plain text are read too. What the reader was not sure of is said.
    """
    if doing not in _DOINGS:
        raise UseError(
            f"script: must be one of {', '.join(_DOINGS)}, got {doing!r}", remedy="See: kinoeye script --help"
        )
    if doing == "diff":
        _diff(Path(source), Path(target), json=json)
        return
    made = scripts.convert(Path(source), Path(target), overwrites=force)
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    console.say(f"{made.scenes} scenes, {made.speeches} speeches, {made.elements} elements, read as {made.form}")
    for remark in made.remarks:
        console.say(f"  {remark}")


def _diff(old: Path, new: Path, *, json: bool) -> None:
    """Say what became of each line, and what that asks of the production."""
    tables = drafting.draft_tables(old, new)
    before, after = (read_strips(strips_csv(tables, name), name) for name in (drafting.OLD, drafting.NEW))
    change = draft_change(before, after, Wishes(start=date.min))
    changes = drafting.line_changes(tables["lines"])
    if json:
        console.say_json({**asdict(change), "lines": [asdict(each) for each in changes]})
        return
    rows = [
        {"what": name, "old": each.old, "new": each.new, "more": each.more}
        for name, each in {
            "eighths of a page": change.eighths,
            "shooting days, least": change.least_days,
            **{f"scenes of {name}": each for name, each in change.scenes_of_cast.items()},
            **{f"elements: {name}": each for name, each in change.elements.items()},
        }.items()
    ]
    console.say_table(rows)
    for what, numbers in (("added", change.added), ("dropped", change.dropped), ("changed", change.changed)):
        if numbers:
            console.say(f"scenes {what}: {', '.join(numbers)}")
    for each in changes:
        who = f"{each.who}: " if each.who else ""
        text = f"{each.was} -> {each.text}" if each.what == "changed" else each.text or each.was
        console.say(f"{each.what}: {who}{text}")
