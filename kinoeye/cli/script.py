"""``kinoeye script``."""

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Json, verb
from kinoeye.cli.script_ideas import EPILOG, ideas, learn
from kinoeye.errors import UseError
from kinoeye.export import consistency, scripts
from kinoeye.export.breakdown import strips_csv
from kinoeye.export.strips_read import read_strips
from kinoeye.run import drafting
from kinoeye.treatments.screenplay.drafts import draft_change
from kinoeye.treatments.screenplay.strips import Wishes

_NOTES = ("notes", "notes-csv", "notes-json")

app = verb()
Source = Annotated[str, typer.Argument(metavar="A", help=".fdx, .fadein, .pdf, .fountain or .txt; its content tells.")]


@app.callback(
    epilog="Example: kinoeye script convert draft.fdx draft.fountain, or: kinoeye script notes draft.fountain. "
    "Every one takes --json and has a --help of its own"
)
def script() -> None:
    """Write a screenplay in another form, compare drafts, see what does not agree in one, get ideas."""


@app.command(
    epilog="Example: kinoeye script convert draft.fdx draft.fountain. "
    "To print it as the trade does: kinoeye script convert draft.fountain draft.pdf"
)
def convert(
    source: Source,
    target: Annotated[str, typer.Argument(metavar="B", help="To convert to: .fountain, .fdx, .pdf or .txt.")],
    force: Annotated[bool, typer.Option("--force", help="Write over a file that is there.")] = False,
    json: Json = False,
) -> None:
    """Write a screenplay in another form: Fountain, Final Draft, PDF.

    Chinese scripts and stage plays in plain text are read too. What the reader was not sure of is said.
    """
    made = scripts.convert(Path(source), Path(target), overwrites=force)
    if json:
        console.say_json(asdict(made))
        return
    console.say(str(made.path))
    console.say(f"{made.scenes} scenes, {made.speeches} speeches, {made.elements} elements, read as {made.form}")
    for remark in made.remarks:
        console.say(f"  {remark}")


@app.command(
    epilog="Example: kinoeye script notes draft.fountain. Of a production, as a page and lists: "
    "kinoeye script notes my-film --write"
)
def notes(
    source: Annotated[str, typer.Argument(metavar="FILE|DIR", help="A screenplay, or a production that was run.")],
    least: Annotated[float, typer.Option("--least", help="Least score of a note, 0..1.", min=0, max=1)] = 0.5,
    write: Annotated[bool, typer.Option("--write", help="Of a production: write HTML, CSV and JSON too.")] = False,
    language: Annotated[str, typer.Option("--language", help="Of the page: en or zh.")] = "en",
    json: Json = False,
) -> None:
    """Say where a screenplay does not agree with itself: names, places, times, who is there, ages, props, numbers.

    Each note says page and scene, the words that show it and those that do not agree. What cannot be told is not noted.
    """
    path = Path(source)
    if path.is_dir():
        production = kinoeye.open(source)
        tables = {name: production.read(name) for name in ("assets", "scenes", "consistency_notes")}
        written = [
            str(each) for name in _NOTES for each in (production.export(name, language=language) if write else ())
        ]
    elif write:
        raise UseError("script: --write must be of a production, got a file", remedy="Name the folder, run before")
    else:
        tables, written = drafting.script_notes(path, least=least), []
    rows = [row for row in consistency.note_rows(tables) if row["score"] >= round(least, 2)]
    if json:
        kept = [{name: row[name] for name in consistency.COLUMNS} for row in rows]
        console.say_json({"notes": kept, "written": written})
        return
    for row in rows:
        console.say(f"{row['screenplay']}, page {row['page']}, scene {row['scene']}: {row['note']}")
    plural = "s" * (len(rows) > 1)
    console.say(f"{len(rows)} note{plural}" if rows else "nothing was found that does not agree")
    for each in written:
        console.say(each)


@app.command(epilog="Example: kinoeye script diff blue.fdx pink.fdx")
def diff(
    old: Annotated[Path, typer.Argument(metavar="A", help="The older draft.")],
    new: Annotated[Path, typer.Argument(metavar="B", help="The newer draft.")],
    json: Json = False,
) -> None:
    """Say what a new draft does to lines, pages, days, cast and departments."""
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


@app.command(epilog="Example: kinoeye script drafts my-film. Another one counts: --use 'script/draft 2.fdx'")
def drafts(
    folder: Annotated[str, typer.Argument(metavar="DIR", help="A production that was run.")],
    use: Annotated[str, typer.Option("--use", metavar="PATH", help="This draft counts, whichever is newest.")] = "",
    newest: Annotated[
        str, typer.Option("--newest", metavar="PATH", help="Of this screenplay the newest draft counts again.")
    ] = "",
    json: Json = False,
) -> None:
    """Say which draft of a screenplay counts for takes, cuts and lists, and why; choose another one."""
    if use and newest:
        raise UseError("script: --use or --newest must be given, got both")
    known = kinoeye.open(folder).drafts
    rows = known.use(use or newest, is_chosen=bool(use)) if use or newest else known.all()
    if json:
        console.say_json(rows)
        return
    console.say_table(
        [
            {"screenplay": row["group"] + 1, "draft": row["draft_order"], "file": row["path"], "dated": row["dated"],
             "counts": "counts" if row["is_current"] else "some scenes" if row["is_part"] else "left out",
             "newer by": row["evidence"]}
            for row in rows
        ]
    )  # fmt: skip


app.command(epilog=EPILOG)(ideas)
app.command(epilog="Example: kinoeye script learn my-film --minutes 20 --corpus novel.txt")(learn)
