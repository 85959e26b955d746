"""``kinoeye speakers``."""

from typing import Annotated, Any

import typer

import kinoeye
from kinoeye.cli import console
from kinoeye.cli.options import Folder, Json, Store, Who, Why, chosen, verb
from kinoeye.errors import UseError
from kinoeye.timecode import clock, from_clock, from_seconds

app = verb()

_DOINGS = ("list", "name")


@app.command(
    epilog="Example: kinoeye speakers my-film, then kinoeye speakers my-film name day1/A001.wav 0:12.5 ANNA --person "
    "'Jane Doe'. Taking it back: kinoeye decide my-film, then kinoeye decide my-film --undo NUMBER"
)
def speakers(
    folder: Folder,
    doing: Annotated[str, typer.Argument(metavar="[list|name]", help="What to do.")] = "list",
    path: Annotated[str, typer.Argument(help="The file in which somebody speaks.")] = "",
    time: Annotated[str, typer.Argument(help="A moment at which they do.")] = "",
    character: Annotated[str, typer.Argument(help="The character who speaks then.")] = "",
    person: Annotated[str, typer.Option("--person", help="The person who speaks then: name, or id of people.")] = "",
    who: Who = "",
    why: Why = "",
    store: Store = None,
    json: Json = False,
) -> None:
    """Say who speaks, as which character, and why that is thought; put it right.

    What is said here of one moment holds for that speaker, and survives every run.
    """
    chosen("speakers", doing, _DOINGS)
    if doing == "name" and not (path and time and (character or person)):
        raise UseError("speakers: name must be told a file, a time and a character or --person",
                       remedy="See: kinoeye speakers --help")  # fmt: skip
    known = kinoeye.open(folder, store=store).speakers
    if doing == "list":
        _list(known.all(), json=json)
        return
    try:
        at = from_clock(time)
    except ValueError as error:
        raise UseError(f"speakers: a {error}") from error
    row = known.name(path, at, character, person, who=who, why=why)
    called = " / ".join(filter(None, (row["character"], row["person_name"])))
    console.say_json(row) if json else console.say(f"speaker {row['speaker']} of {path} is {called}")


def _list(rows: list[dict[str, Any]], *, json: bool) -> None:
    if json:
        console.say_json(rows)
        return
    console.say_table(
        [
            {
                "file": row["path"],
                "speaker": row["speaker"],
                "first": clock(row["first"]),
                "speaks": clock(from_seconds(row["seconds"])),
                "voice": row["voice"],
                "character": _sure(row["character"], row["character_score"]),
                "person": _sure(row["person_name"] or row["person"], row["person_score"]),
                "because": _because(row["evidence"] or ()),
            }
            for row in rows
        ]
    )


def _sure(name: str | None, score: float | None) -> str:
    return f"{name} {100 * (score or 0):.0f} %" if name else ""


def _because(evidence: Any) -> str:
    return ", ".join(
        f"{'' if each['is_for'] else 'not: '}{each['kind']} {each['name']} {each['lines']}×" for each in evidence
    )
